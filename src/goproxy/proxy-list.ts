/**
 * The GOPROXY list: what stands in it, and when the next entry is asked (go.dev/ref/mod#goproxy-protocol, GOPROXY).
 */
import { posix, win32 } from 'node:path';
import { TsgogetError } from '../errors.js';
import { redactUrl } from '../http/index.js';

export interface ProxyEntry {
  /** A URL with its credentials, or 'direct', 'off' or 'noproxy'. Not to be shown. */
  readonly url: string;
  /** After `|`: any error moves on to the next entry. Otherwise only "not found" does. */
  readonly fallBackOnError: boolean;
}

/**
 * The entries of GOPROXY. When GONOPROXY is set they begin with 'noproxy': modules that match it are asked of nobody else.
 * Throws 'invalid-setting' with the go command's words.
 */
export function parseProxyList(goproxy: string, gonoproxy: string, platform?: NodeJS.Platform): ProxyEntry[] {
  const isAbsolute = (file: string) => posix.isAbsolute(file) || (platform === 'win32' && win32.isAbsolute(file));
  const entries: ProxyEntry[] = [];
  for (const [, text = '', separator] of goproxy.matchAll(/([^,|]*)([,|]|$)/g)) {
    let url = text.trim();
    if (url === '') continue;
    if (url === 'direct' || url === 'off') {
      entries.push({ url, fallBackOnError: false });
      break; // nothing is asked after them
    }
    if (/[.:/]/.test(url) && !url.includes(':/') && !isAbsolute(url)) url = `https://${url}`;
    checkProxyUrl(url);
    entries.push({ url, fallBackOnError: separator === '|' });
  }
  if (entries.length === 0) throw invalid('GOPROXY list is not the empty string, but contains no entries');
  if (gonoproxy !== '' && goproxy !== 'direct') entries.unshift({ url: 'noproxy', fallBackOnError: false });
  return entries;
}

function checkProxyUrl(url: string): void {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase();
  const shown = redactUrl(url);
  if (scheme === undefined) throw invalid(`invalid proxy URL missing scheme: ${shown}`);
  if (scheme === 'file') {
    if (!/^file:(?:\/\/\/|\/(?!\/))[^?#]*$/i.test(url)) {
      throw invalid(`invalid file:// proxy URL with non-path elements: ${shown}`);
    }
    return;
  }
  if (scheme !== 'http' && scheme !== 'https') {
    throw invalid(`invalid proxy URL scheme (must be https, http, file): ${shown}`);
  }
  if (!/^[^:]+:\/\/[^/?#]/.test(url) || !URL.canParse(url)) throw invalid(`invalid proxy URL: ${shown}`);
}

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}
