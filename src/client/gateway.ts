/**
 * The network and the cache of one run, wired from its settings: the one place where the effects meet.
 * Nothing is opened, read or asked before it is needed.
 */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { GoEnv } from '../goenv/index.js';
import { checkGoPath, checkModCache } from '../goenv/index.js';
import { createProxyList, createTransport, type ProxyList, parseProxyList } from '../goproxy/index.js';
import { createHttpClient, type HttpClient } from '../http/index.js';
import { createModCache, type ModCache } from '../modcache/index.js';
import { Fetcher, type FetcherOptions, type SumLedger } from '../modfetch/index.js';
import { createSumDb, type SumDb } from '../sumdb/index.js';

export interface GatewayOptions {
  readonly goEnv: GoEnv;
  readonly signal?: AbortSignal | undefined;
  /** Extracted folders stay writable. */
  readonly modcacherw?: boolean | undefined;
  /** A line for each request, as -x shows it. */
  readonly onTrace?: ((line: string) => void) | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly onDownload?: FetcherOptions['onDownload'];
  readonly onDone?: FetcherOptions['onDone'];
}

/** What a run shares. Await `sumdb.flush()` where a run succeeds, and `close` where it ends. */
export interface Gateway {
  readonly http: HttpClient;
  readonly proxies: ProxyList;
  readonly cache: ModCache;
  readonly sumdb: SumDb;
  createFetcher(sums: SumLedger): Fetcher;
  close(): Promise<void>;
}

/** Wires the parts. Throws 'invalid-setting' for GOPATH or GOMODCACHE that cannot be used. */
export function openGateway(options: GatewayOptions): Gateway {
  const { goEnv, signal, onTrace, onBytes, onDownload, onDone } = options;
  checkGoPath(goEnv);
  checkModCache(goEnv);
  if (signal) setMaxListeners(0, signal); // each wait listens to it
  const http = createHttpClient({
    env: goEnv,
    ...(signal && { signal }),
    ...(onTrace && { onTrace }),
    ...(onBytes && { onBytes }),
  });
  const proxies = createProxyList({ env: goEnv, http });
  const cache = createModCache({
    dir: goEnv.GOMODCACHE,
    modcacherw: options.modcacherw ?? false,
    ...(signal && { signal }),
  });
  const gopath = goEnv.GOPATH.split(goEnv.platform === 'win32' ? ';' : ':')[0] ?? '';
  const sumdb = createSumDb({
    env: goEnv,
    // a malformed GOPROXY is the error of the first look-up, not of the wiring
    get proxies() {
      return parseProxyList(goEnv.GOPROXY, goEnv.GONOPROXY, goEnv.platform);
    },
    transport: createTransport(http, goEnv.platform),
    stateDir: gopath === '' ? '' : join(gopath, 'pkg', 'sumdb'),
    cacheDir: join(goEnv.GOMODCACHE, 'cache', 'download', 'sumdb'),
    ...(signal && { signal }),
  });
  return {
    http,
    proxies,
    cache,
    sumdb,
    createFetcher: (sums) =>
      new Fetcher({
        cache,
        proxies,
        sumdb,
        sums,
        goVersion: goEnv.goVersion,
        GOTOOLCHAIN: goEnv.GOTOOLCHAIN,
        offline: goEnv.GOPROXY === 'off',
        ...(onDownload && { onDownload }),
        ...(onDone && { onDone }),
      }),
    async close() {
      // what was proven is kept even when something else failed; its own failure has been told or will be, next time
      await sumdb.flush().catch(() => {});
      await http.close();
    },
  };
}
