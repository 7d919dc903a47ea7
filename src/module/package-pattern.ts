/**
 * Package patterns, in which `...` is any text (go.dev/ref/mod#version-queries, `go help packages`).
 * `x/...` matches x itself too, and no wildcard matches an element `vendor` that has something below it.
 */

/** Stands for such an element: a pattern with this character matches nothing. */
const vendorMark = '\0';

function markVendor(path: string): string {
  const elements = path.split('/');
  return elements.map((e, i) => (e === 'vendor' && i < elements.length - 1 ? vendorMark : e)).join('/');
}

/** Reports whether `name` is the literals in order, with any text without a vendor mark between them. Takes linear space and no backtracking. */
function matchLiterals(literals: readonly string[], name: string): boolean {
  const [first = '', ...rest] = literals;
  if (!name.startsWith(first)) return false;
  let ends = new Set([first.length]); // where a match of the literals so far may end
  for (const literal of rest) {
    const next = new Set<number>();
    let isReachable = false;
    for (let at = 0; at <= name.length - literal.length; at++) {
      isReachable ||= ends.has(at);
      if (isReachable && name.startsWith(literal, at)) next.add(at + literal.length);
      if (name[at] === vendorMark) isReachable = false;
    }
    ends = next;
  }
  return ends.has(name.length);
}

/** Makes the test whether an import path, or a slash-separated path that begins with `./`, matches the pattern. */
export function matchPackagePattern(pattern: string): (name: string) => boolean {
  if (pattern.includes(vendorMark)) return () => false;
  const marked = markVendor(pattern);
  const belowVendor = `/${vendorMark}/...`;
  let all = [marked];
  if (`/${marked}` === belowVendor)
    all = ['/vendor', belowVendor]; // no import path begins with a slash
  else if (marked.endsWith(belowVendor)) all.push(`${marked.slice(0, -belowVendor.length)}/vendor`);
  else if (marked.endsWith('/...')) all.push(marked.slice(0, -'/...'.length));
  const alternatives = all.map((text) => text.split('...'));
  return (name) => {
    if (name.includes(vendorMark)) return false;
    const markedName = markVendor(name);
    return alternatives.some((literals) => matchLiterals(literals, markedName));
  };
}

/** Makes the test whether a path, or some path below it, can match the pattern: where not, nothing below need be looked at. */
export function treeCanMatchPattern(pattern: string): (name: string) => boolean {
  const at = pattern.indexOf('...');
  const fixed = at < 0 ? pattern : pattern.slice(0, at);
  return (name) => {
    if (at >= 0 && name.startsWith(fixed)) return true;
    return name === fixed || fixed.startsWith(name.endsWith('/') ? name : `${name}/`);
  };
}
