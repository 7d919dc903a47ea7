/**
 * What goes to and comes from a command of GOAUTH (`go help goauth`): sets of credentials, each some https URLs, a blank line,
 * some headers, a blank line; and the answer that a server gave, for the standard input.
 */
import { quoteGo } from '../encoding/quote-go.js';
import { statusLine } from './status-text.js';

/** Header lines of a request: name in lower case, value. */
export type AuthHeaders = readonly (readonly [name: string, value: string])[];

/** The part of an answer that a command is told. */
export interface RefusedAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Lines that are about the message or the connection, which are ours to write. */
const ownHeaders = new Set(
  'connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '),
);

/** The headers by prefix of URLs, as `prefixOf` has them. Throws an Error with go's words. */
export function parseAuthOutput(output: string): Map<string, AuthHeaders> {
  const credentials = new Map<string, AuthHeaders>();
  const lines = output.split('\n');
  const last = lines.pop(); // what follows the last line break
  let at = 0;
  const nextPart = (what: string) => {
    const end = lines.indexOf('', at);
    if (end < 0) throw new Error(`invalid format: missing empty line after ${what}`);
    const part = lines.slice(at, end);
    at = end + 1;
    return part;
  };
  while (at < lines.length || last !== '') {
    const urls = nextPart('URLs');
    for (const url of urls) checkUrl(url);
    const headers = nextPart('headers')
      .map(parseHeader)
      .filter(([name]) => !ownHeaders.has(name));
    for (const url of urls) {
      const prefix = prefixOf(url);
      if (prefix !== undefined) credentials.set(prefix, headers);
    }
  }
  return credentials;
}

function checkUrl(url: string): void {
  if (url.startsWith('/') || (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url) && URL.canParse(url))) return;
  throw new Error(`could not parse URL ${url}: parse ${quoteGo(url)}: invalid URI for request`);
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(': ');
  const name = line.slice(0, Math.max(0, colon));
  const value = line.slice(colon + 2).trim();
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new Error('invalid format: invalid header line');
  }
  return [name.toLowerCase(), value];
}

/** What of an https URL its credentials are kept under: `host[:port][/path]`; undefined of another URL. */
export function prefixOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  return `${url.host}${url.pathname}${url.search}`.replace(/\/$/, '');
}

/** The status line and headers of an answer, as a command reads them. */
export function formatAnswer({ status, reason, headers }: RefusedAnswer): string {
  const told = Object.entries(headers).filter(([name]) => name !== 'transfer-encoding'); // the body is not there
  const lines = told.map(([name, value]) => {
    const canonical = name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
    return `${canonical}: ${[value ?? ''].flat().join(', ')}`;
  });
  return [`HTTP/1.1 ${statusLine(status, reason)}`, ...lines, '']
    .map((l) => `${l.replace(/[\r\n\0]/g, ' ')}\n`)
    .join('');
}
