/**
 * The one door between names and requests: module paths and versions become protocol paths here, checked and escaped,
 * and protocol paths become URL paths (go.dev/ref/mod#goproxy-protocol). Nothing else builds either.
 */
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { escapePath, escapeVersion } from '../module/index.js';

/** Paths relative to the proxy, of one module. Throws 'invalid-path' or 'invalid-version'. */
export const modulePaths = (path: string) => {
  const escaped = escapePath(path);
  const ofVersion = (version: string, ext: string) => `${escaped}/@v/${escapeVersion(version)}.${ext}`;
  return {
    list: `${escaped}/@v/list`,
    latest: `${escaped}/@latest`,
    info: (rev: string) => ofVersion(rev, 'info'),
    mod: (version: string) => ofVersion(version, 'mod'),
    zip: (version: string) => ofVersion(version, 'zip'),
  };
};

/**
 * The page that says where the modules of a path come from (go.dev/ref/mod#vcs-find). The path is a module's, or begins one.
 * Throws 'invalid-path' when it does not begin with a host name.
 */
export function discoveryUrl(path: string, scheme: 'https' | 'http'): string {
  const [host = '', ...elements] = pathElements(path);
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host)) {
    throw new TsgogetError('invalid-path', 'import path does not begin with hostname');
  }
  return `${scheme}://${host}/${elements.map(escapeElement).join('/')}?go-get=1`;
}

/** The elements of a protocol path. Throws 'invalid-path' for one that would lead out of the proxy. */
export function pathElements(relative: string): string[] {
  const elements = relative.split('/');
  const isBad = elements.some((e) => e === '' || e === '.' || e === '..' || /[\0-\x1f\x7f\\]|\p{Surrogate}/u.test(e));
  if (isBad) throw new TsgogetError('invalid-path', `malformed proxy path ${quoteGo(relative)}`);
  return elements;
}

const keptByGo: Record<string, string> = { '%24': '$', '%26': '&', '%2B': '+', '%3D': '=', '%3A': ':', '%40': '@' };

/** One element as Go's url.PathEscape writes it: `!` is %21. */
export function escapeElement(element: string): string {
  return encodeURIComponent(element)
    .replace(/[!*'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(?:24|26|2B|3D|3A|40)/g, (c) => keptByGo[c]!);
}
