/**
 * The proxies of GOPROXY and the one place that knows their order, when the next is asked and which error is the error.
 */
import { causeOf, chain, isNotFound, isSecurity, TsgogetError } from '../errors.js';
import { type HttpClient, redactUrl, type Sink } from '../http/index.js';
import { matchPrefixPatterns } from '../module/index.js';
import { createDirectSource, DirectError, type DirectSource, directWords } from './direct-source.js';
import { fileSource } from './file-source.js';
import { httpSource } from './http-source.js';
import { type ProxyEntry, parseProxyList } from './proxy-list.js';
import { proxyRepo, type Repo } from './repo.js';
import type { RevInfo } from './rev-info.js';
import type { Source } from './source.js';

export interface ProxyListOptions {
  readonly env: {
    readonly GOPROXY: string;
    readonly GONOPROXY: string;
    readonly GOINSECURE?: string;
    readonly GOVCS?: string;
    readonly GOPRIVATE?: string;
    readonly platform: NodeJS.Platform;
    /** The Go release that is followed, as '1.26.8'. */
    readonly goVersion: string;
    /** The raw environment. */
    readonly env?: Readonly<Record<string, string | undefined>>;
  };
  readonly http: HttpClient;
  /** Refuses every look-up with this message, as `-mod=vendor` does. */
  readonly lookupDisabled?: string;
}

export interface Proxy {
  /** The URL, redacted; or 'direct', 'off' or 'noproxy'. */
  readonly url: string;
  readonly fallBackOnError: boolean;
  /** The module as this proxy serves it. Never throws: when it may not be asked here, every operation of it fails. */
  repo(path: string): Repo;
  /** A protocol path relative to the proxy, as `sumdb/<name>/supported`. Entries that are no proxy fail as not found. */
  get(relative: string, maxBytes: number): Promise<Uint8Array>;
}

export interface ProxyList {
  /** Throws 'invalid-setting' when GOPROXY is malformed. */
  readonly entries: readonly Proxy[];
  /**
   * Asks the proxies in turn until one answers. After `,` only "not found" moves on, after `|` any error, and nothing
   * moves past a refutation, a bad setting or an interruption. Of several errors the one that says most is thrown:
   * that of 'direct' or 'noproxy', else the last that is not "not found", else the last.
   */
  tryEach<T>(ask: (proxy: Proxy) => Promise<T>): Promise<T>;
}

const notFound = (message: string) => new TsgogetError('not-found', message);

// One of each: they are recognised by identity. Each counts as "not found".
const proxyOff = new TsgogetError('lookup-disabled', 'module lookup disabled by GOPROXY=off', {
  cause: notFound('GOPROXY=off'),
});
const mustNotUseProxy = notFound('disabled by GOPRIVATE/GONOPROXY');
const mustUseProxy = notFound('path does not match GOPRIVATE/GONOPROXY');

const afterProxiesHint = `GOPROXY goes on with direct, but ${directWords}: set GOPROXY to a module proxy that serves it`;

export function createProxyList(options: ProxyListOptions): ProxyList {
  let entries: readonly Proxy[] | undefined;
  const open = () => {
    const list = parseProxyList(options.env.GOPROXY, options.env.GONOPROXY, options.env.platform);
    const hint = list.some((e) => e.url === 'direct') ? afterProxiesHint : undefined;
    const direct = createDirectSource({
      http: options.http,
      env: { GOINSECURE: '', GOVCS: '', GOPRIVATE: '', env: {}, ...options.env },
    });
    return list.map((entry) => openProxy(entry, direct, hint, options));
  };
  const list: ProxyList = {
    get entries() {
      entries ??= open();
      return entries;
    },
    tryEach: async (ask) => tryEach(list.entries, ask),
  };
  return list;
}

async function tryEach<T>(proxies: readonly Proxy[], ask: (proxy: Proxy) => Promise<T>): Promise<T> {
  let best: { error: unknown; rank: number } | undefined;
  for (const proxy of proxies) {
    try {
      return await ask(proxy);
    } catch (error) {
      if (isFinal(error)) throw error;
      const rank = rankOf(proxy, error, best !== undefined);
      if (best === undefined || rank >= best.rank) best = { error, rank };
      if (!proxy.fallBackOnError && !isNotFound(error)) break;
    }
  }
  throw best?.error ?? new TsgogetError('failed', 'GOPROXY list is empty');
}

/** How much an error says, beside those of the other proxies. */
function rankOf(proxy: Proxy, error: unknown, isLater: boolean): number {
  if (proxy.url === 'direct') return isLater && causeOf(error, DirectError) !== undefined ? -1 : 2;
  if (proxy.url === 'noproxy' && !hasCause(error, (e) => e === mustUseProxy)) return 2;
  return isNotFound(error) ? 0 : 1;
}

const finalCodes = new Set(['invalid-setting', 'interrupted']);

function isFinal(error: unknown): boolean {
  return isSecurity(error) || hasCause(error, (e) => e instanceof TsgogetError && finalCodes.has(e.code));
}

function hasCause(error: unknown, matches: (e: unknown) => boolean): boolean {
  return [...chain(error)].some(matches);
}

function openProxy(
  entry: ProxyEntry,
  direct: DirectSource,
  notFoundHint: string | undefined,
  options: ProxyListOptions,
): Proxy {
  const { url, fallBackOnError } = entry;
  const { env, http, lookupDisabled } = options;
  const isWord = url === 'direct' || url === 'off' || url === 'noproxy';
  const shown = isWord ? url : redactUrl(url);
  let source: Source | undefined;
  const sourceOf = () => {
    source ??= /^file:/i.test(url) ? fileSource(url, env.platform) : httpSource(url, http);
    return source;
  };
  const repos = new Map<string, Repo>();

  function open(path: string): Repo {
    if (lookupDisabled !== undefined) return failingRepo(path, new TsgogetError('lookup-disabled', lookupDisabled));
    const isPrivate = matchPrefixPatterns(env.GONOPROXY, path);
    if (url === 'direct' || (url === 'noproxy' && isPrivate)) {
      return direct.repo(path, isPrivate);
    }
    if (isPrivate) return failingRepo(path, mustNotUseProxy);
    if (url === 'off') return failingRepo(path, proxyOff);
    if (url === 'noproxy') return failingRepo(path, mustUseProxy);
    try {
      return proxyRepo({ path, source: sourceOf(), proxy: shown, goVersion: env.goVersion, notFoundHint });
    } catch (error) {
      return failingRepo(path, error);
    }
  }

  return {
    url: shown,
    fallBackOnError,
    repo(path) {
      const repo = repos.get(path) ?? open(path);
      repos.set(path, repo);
      return repo;
    },
    async get(relative, maxBytes) {
      if (isWord) throw url === 'noproxy' ? mustUseProxy : proxyOff;
      return sourceOf().get(relative, { maxBytes });
    },
  };
}

/** A module of which nothing can be had here. */
function failingRepo(path: string, error: unknown): Repo {
  return {
    path,
    versions: async (): Promise<never> => Promise.reject(error),
    stat: async (): Promise<RevInfo> => Promise.reject(error),
    latest: async (): Promise<RevInfo> => Promise.reject(error),
    goMod: async (): Promise<Uint8Array> => Promise.reject(error),
    zip: async (_version: string, _sink: () => Promise<Sink>): Promise<{ bytes: number }> => Promise.reject(error),
  };
}
