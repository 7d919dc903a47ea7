/** Where a redirect points: its bytes go out as Go's client sends them (net/url), not as WHATWG would have them. */

import { escapedPath, resolvePath } from '../encoding/go-url.js';
import { quoteGo } from '../encoding/quote-go.js';

export interface Target {
  /** Whom to ask; its path is for messages. */
  readonly url: URL;
  /** Path and query, a character a byte, as they go out. */
  readonly path: string;
}

export const targetOf = (url: URL): Target => ({ url, path: `${url.pathname}${url.search}` });

/** Reads a Location header, a character a byte, as it is seen from a target. Throws an Error with Go's words. */
export function resolveLocation(location: string, from: Target): Target {
  if (/[\0-\x1f\x7f]/.test(location)) throw new Error('net/url: invalid control character in URL');
  const [, scheme, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([^#]*)/.exec(location) ?? [];
  const protocol = scheme === undefined ? from.url.protocol : `${scheme.toLowerCase()}:`;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new Error(`unsupported protocol scheme ${quoteGo(protocol.slice(0, -1))}`);
  const [, authority, path = '', query] = /^(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s.exec(rest) ?? [];
  if (authority === undefined && scheme !== undefined) throw new Error('http: no Host in request URL');
  const origin = authority === undefined ? from.url.origin : originOf(protocol, authority);
  const reference = escapedPath(path);
  if (reference === undefined)
    throw new Error(`invalid URL escape ${quoteGo(/%(?![\dA-Fa-f]{2}).{0,2}/.exec(path)?.[0] ?? '')}`);
  const [fromPath = '/', fromQuery] = from.path.split(/\?(.*)/s);
  const isSame = authority === undefined && path === '' && query === undefined;
  const resolved = resolvePath(authority === undefined ? fromPath : '', reference);
  const asked = isSame ? fromQuery : query;
  const target = `${resolved}${asked === undefined || asked === '' ? '' : `?${asked.replaceAll(' ', '%20')}`}`;
  return { url: new URL(origin + target.replaceAll('\\', '%5C')), path: target };
}

function originOf(protocol: string, authority: string): string {
  const host = authority.replace(/^.*@/s, '');
  const text = `${protocol}//${Buffer.from(host, 'latin1').toString()}/`;
  if (host === '') throw new Error('http: no Host in request URL');
  if (/[\\ "<>^`{|}]/.test(host) || !URL.canParse(text)) throw new Error('invalid character in host name');
  return new URL(text).origin;
}
