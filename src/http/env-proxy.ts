/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY by Go's rules (golang.org/x/net/http/httpproxy), which differ from the usual ones:
 * upper-case names first, CIDR blocks and ports in NO_PROXY, loopback never through a proxy.
 */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { TsgogetError } from '../errors.js';

/** The proxy to ask for a URL; undefined for none. Throws 'invalid-setting'. */
export type ProxyFor = (url: URL) => URL | undefined;

type Environment = Readonly<Record<string, string | undefined>>;
type Matcher = (host: string, port: string) => boolean;

/** Reads the environment once. */
export function readEnvProxy(env: Environment): ProxyFor {
  const httpProxy = parseProxyUrl('HTTP_PROXY', env);
  const httpsProxy = parseProxyUrl('HTTPS_PROXY', env);
  const bypasses = parseNoProxy(first(env, 'NO_PROXY'));
  return (url) => {
    const proxy = url.protocol === 'https:' ? httpsProxy : httpProxy;
    if (proxy === undefined) return undefined;
    if (url.protocol === 'http:' && (env.REQUEST_METHOD ?? '') !== '') {
      // a CGI script's HTTP_PROXY is the client's Proxy header
      throw new TsgogetError('invalid-setting', 'refusing to use HTTP_PROXY value in CGI environment');
    }
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    if (host === 'localhost' || isLoopback(host) || bypasses.some((matches) => matches(host, port))) return undefined;
    if (proxy instanceof TsgogetError) throw proxy;
    return usable(proxy);
  };
}

function first(env: Environment, name: string): string {
  return env[name] || env[name.toLowerCase()] || '';
}

/** A value that is no URL sets no proxy, as in Go; but one whose password was not escaped is told. Its error is thrown at the first use. */
function parseProxyUrl(name: string, env: Environment): URL | TsgogetError | undefined {
  const value = first(env, name);
  const bare = /#|%(?![\dA-Fa-f]{2})/.exec(value)?.[0];
  if (bare !== undefined) {
    return new TsgogetError('invalid-setting', `${name}: invalid proxy address: a bare ${bare} stands in it`, {
      hint: `in a user name or password, write ${bare} as ${bare === '#' ? '%23' : '%25'}`,
    });
  }
  return tryUrl(value) ?? (value === '' || value.includes('://') ? undefined : tryUrl(`http://${value}`));
}

function usable(proxy: URL): URL {
  if (/^(?:https?|socks5h?):$/.test(proxy.protocol)) return proxy;
  const scheme = proxy.protocol.slice(0, -1);
  throw new TsgogetError('unsupported', `proxies of scheme ${scheme} are not supported (HTTP_PROXY or HTTPS_PROXY)`, {
    hint: 'use an http://, https:// or socks5:// proxy',
  });
}

function tryUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.host === '' ? undefined : url;
  } catch {
    return undefined;
  }
}

let loopbackList: BlockList | undefined;

function loopback(): BlockList {
  if (loopbackList === undefined) {
    loopbackList = new BlockList();
    loopbackList.addSubnet('127.0.0.0', 8, 'ipv4');
    loopbackList.addAddress('::1', 'ipv6');
  }
  return loopbackList;
}

const familyOf = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
const isLoopback = (host: string) => isIP(host) !== 0 && loopback().check(host, familyOf(host));

function parseNoProxy(list: string): Matcher[] {
  const entries = list.split(',').map((entry) => entry.trim().toLowerCase());
  if (entries.includes('*')) return [() => true];
  return entries.map(parseEntry).filter((matcher) => matcher !== undefined);
}

function parseEntry(entry: string): Matcher | undefined {
  const [, network = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (isIP(network) !== 0 && Number(bits) <= (isIP(network) === 6 ? 128 : 32)) {
    return inBlock((list) => list.addSubnet(network, Number(bits), familyOf(network)));
  }
  const { name, port } = splitPort(entry);
  if (name === '') return undefined;
  const isPort: Matcher = (_, p) => port === '' || p === port;
  if (isIP(name) !== 0) {
    const isAddress = inBlock((list) => list.addAddress(name, familyOf(name)));
    return (h, p) => isAddress(h, p) && isPort(h, p);
  }
  return domainMatcher(name, isPort);
}

function inBlock(add: (list: BlockList) => void): Matcher {
  const list = new BlockList();
  add(list);
  return (host) => isIP(host) !== 0 && list.check(host, familyOf(host));
}

/** `host:port`, `[ipv6]:port`, `ipv6` or `host`. */
function splitPort(entry: string): { name: string; port: string } {
  if (isIP(entry) !== 0) return { name: entry, port: '' };
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(entry) ?? [];
  return { name: bracketed ?? plain ?? entry.replace(/^\[(.*)\]$/, '$1'), port };
}

/** `a.b` matches itself and what is under it; `.a.b` and `*.a.b` only what is under it. */
function domainMatcher(name: string, isPort: Matcher): Matcher | undefined {
  const bare = name.replace(/^\*?\./, '');
  const ascii = domainToASCII(bare) || bare;
  return (host, port) =>
    isIP(host) === 0 && (host.endsWith(`.${ascii}`) || (bare === name && host === ascii)) && isPort(host, port);
}
