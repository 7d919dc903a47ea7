/**
 * URLs as they may be shown: without the secrets that they carry. Every URL in a message, a trace or a result passes here.
 */

const secretParameter = /token|secret|passw|signature|credential|auth|api_?key|access_?key|^(?:sig|key|pwd)$/i;

/** The URL with its password, a lone user name (it may be a token), and secret-looking query values replaced by `xxxxx`. */
export function redactUrl(url: string | URL): string {
  let shown: URL;
  try {
    shown = new URL(url);
  } catch {
    // not a URL for us: cut what stands where one would carry credentials
    return String(url).replace(/^([A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#]*@/, '$1//xxxxx@');
  }
  const query = redactQuery(shown.search);
  if (shown.username === '' && shown.password === '' && query === shown.search) return String(url);
  if (shown.password !== '') shown.password = 'xxxxx';
  else if (shown.username !== '') shown.username = 'xxxxx';
  shown.search = query;
  // WHATWG adds a slash to a bare origin
  return typeof url === 'string' && !url.endsWith('/') ? shown.href.replace(/\/$/, '') : shown.href;
}

function redactQuery(search: string): string {
  return search.replace(/([?&])([^=&]*)=([^&]*)/g, (all, separator: string, name: string) =>
    secretParameter.test(name) ? `${separator}${name}=xxxxx` : all,
  );
}
