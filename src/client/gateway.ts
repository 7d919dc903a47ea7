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
import { createModCache, drainWrites, endZipThreads, type ModCache } from '../modcache/index.js';
import { Fetcher, type FetcherOptions, type SumLedger } from '../modfetch/index.js';
import { createSumDb, type LogView, openLog, type SumDb, type SumDbOptions } from '../sumdb/index.js';
import { headJudge } from './witness-rules.js';

export interface GatewayOptions {
  readonly goEnv: GoEnv;
  readonly signal?: AbortSignal | undefined;
  /** Extracted folders stay writable. */
  readonly modcacherw?: boolean | undefined;
  /** A line for each request, as -x shows it. */
  readonly onTrace?: ((line: string) => void) | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly onDownload?: FetcherOptions['onDownload'];
  readonly onUnstored?: FetcherOptions['onUnstored'];
  readonly onDone?: FetcherOptions['onDone'];
}

/** What a run shares. Await `sumdb.flush()` where a run succeeds, and `close` where it ends. */
export interface Gateway {
  readonly http: HttpClient;
  readonly proxies: ProxyList;
  readonly cache: ModCache;
  readonly sumdb: SumDb;
  /** The log behind `sumdb`, for who looks at it; with a client of its own. Throws 'lookup-disabled', 'invalid-setting'. */
  openLog(): LogView;
  /** `goVersion` is the Go release to follow, where it is not that of the settings. */
  createFetcher(sums: SumLedger, goVersion?: string): Fetcher;
  close(): Promise<void>;
}

/** Wires the parts. Throws 'invalid-setting' for GOPATH, GOMODCACHE or a witness policy that cannot be used. */
export function openGateway(options: GatewayOptions): Gateway {
  const { goEnv, signal, onTrace, onBytes, onDownload, onDone, onUnstored } = options;
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
  const acceptHead = headJudge(goEnv, () => Date.now() / 1000);
  const sumdbOptions: SumDbOptions = {
    env: goEnv,
    // a malformed GOPROXY is the error of the first look-up, not of the wiring
    get proxies() {
      return parseProxyList(goEnv.GOPROXY, goEnv.GONOPROXY, goEnv.platform);
    },
    transport: createTransport(http, goEnv.platform),
    stateDir: gopath === '' ? '' : join(gopath, 'pkg', 'sumdb'),
    cacheDir: join(goEnv.GOMODCACHE, 'cache', 'download', 'sumdb'),
    ...(acceptHead && { acceptHead }),
    ...(signal && { signal }),
  };
  const sumdb = createSumDb(sumdbOptions);
  return {
    http,
    proxies,
    cache,
    sumdb,
    openLog: () => openLog(sumdbOptions),
    createFetcher: (sums, goVersion = goEnv.goVersion) =>
      new Fetcher({
        cache,
        proxies,
        sumdb,
        sums,
        goVersion,
        GOTOOLCHAIN: goEnv.GOTOOLCHAIN,
        offline: goEnv.GOPROXY === 'off',
        GONOPROXY: goEnv.GONOPROXY,
        ...(onDownload && { onDownload }),
        ...(onDone && { onDone }),
        ...(onUnstored && { onUnstored }),
      }),
    async close() {
      // what was proven is kept even when something else failed; its own failure has been told or will be, next time
      await sumdb.flush().catch(() => {});
      await http.close();
      await drainWrites();
      await endZipThreads();
    },
  };
}
