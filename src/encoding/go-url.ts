/**
 * Paths of URLs as Go's net/url keeps and writes them. Text here has a character for each byte (latin1), as it came from the wire.
 * WHATWG's rules, which `URL` has, change what a server sees: they turn `\` into `/` and take `%2e` for a dot.
 */

/** The path as it goes out: as it is where every byte may stand in a path, else escaped anew. undefined: a `%` that escapes nothing. */
export function escapedPath(path: string): string | undefined {
  if (/%(?![\dA-Fa-f]{2})/.test(path)) return undefined;
  if (/^[\w.~!$&'()*+,;=:@[\]%/-]*$/.test(path)) return path;
  return defaultPath(path);
}

/** Reports whether Go would escape the bytes of a path otherwise: it then keeps the path as it was written (RawPath). */
export function isKeptAsWritten(path: string): boolean {
  return defaultPath(path) !== path && escapedPath(path) === path;
}

function defaultPath(path: string): string {
  const bytes = path.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return bytes.replace(/[^\w.~$&+,/:;=@-]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** A path seen from another (RFC 3986 §5.2): dots are taken out, escaped ones stay. */
export function resolvePath(base: string, reference: string): string {
  const isAbsolute = reference.startsWith('/');
  const full = reference === '' ? base : isAbsolute ? reference : base.slice(0, base.lastIndexOf('/') + 1) + reference;
  const kept: string[] = [];
  const elements = full.replace(/^\//, '').split('/');
  for (const element of elements) {
    if (element === '..') kept.pop();
    else if (element !== '.') kept.push(element);
  }
  if (/^\.\.?$/.test(elements.at(-1) ?? '')) kept.push('');
  return `/${kept.join('/')}`;
}
