/**
 * Fetch, verify, keep: the gate that every go.mod and zip passes before it is used. What neither go.sum nor the checksum database
 * contradicts is written to the module cache, and handed out with its proof (design, invariants 3 and 8).
 */
import { TsgogetError } from '../errors.js';
import type { Proxy, ProxyList } from '../goproxy/index.js';
import { modIsValid } from '../gover/index.js';
import type { ModCache } from '../modcache/index.js';
import type { ModuleVersion } from '../module/index.js';
import type { SumDb } from '../sumdb/index.js';
import { CachedRepo, InfoCache, type VersionRepo } from './cached-repo.js';
import { GoModFetcher, isCanonical, type ProvenGoMod } from './go-mod-fetcher.js';
import type { VersionInfo } from './info-file.js';
import { Prover } from './prover.js';
import type { StoringOptions } from './store-if-possible.js';
import { goModKey, type SumLedger } from './sum-ledger.js';
import { ToolchainRepo, toolchainModule } from './toolchain-repo.js';
import { type ProvenFolder, type ProvenZip, ZipFetcher } from './zip-fetcher.js';

export interface FetcherOptions extends StoringOptions {
  readonly cache: ModCache;
  readonly proxies: ProxyList;
  readonly sumdb: SumDb;
  readonly sums: SumLedger;
  readonly GOTOOLCHAIN: string;
  /** GOPROXY is exactly `off`. */
  readonly offline: boolean;
  /** Patterns of modules that no proxy serves: nothing is asked about them before they are here. */
  readonly GONOPROXY?: string;
  /** Called when a zip is about to be downloaded; of one that was prefetched, not before it is asked for. */
  readonly onDownload?: (module: ModuleVersion) => void;
  /** Called when a go.mod file was read, or a zip's folder is there. */
  readonly onDone?: (kind: 'mod' | 'zip', module: ModuleVersion) => void;
}

export class Fetcher {
  readonly options: FetcherOptions;
  readonly infos: InfoCache;
  readonly #repos = new Map<string, VersionRepo>();
  readonly #goMods: GoModFetcher;
  readonly #zips: ZipFetcher;

  constructor(options: FetcherOptions) {
    this.options = options;
    this.infos = new InfoCache(options.cache, options.offline, options);
    const { onDone, onDownload } = options;
    const own = { ...options, prover: new Prover(options) };
    this.#goMods = new GoModFetcher({
      ...own,
      download: ({ path, version }, o) => this.tryEach((proxy) => this.cachedRepo(proxy, path).goMod(version, o)),
      onDone: (module) => onDone?.('mod', module),
    });
    this.#zips = new ZipFetcher({
      ...own,
      download: ({ path, version }, sink, onUnframed) =>
        this.tryEach((proxy) => this.cachedRepo(proxy, path).zip(version, sink, onUnframed)),
      onDownload: (module) => onDownload?.(module),
      onDone: (module) => onDone?.('zip', module),
    });
  }

  get sums(): SumLedger {
    return this.options.sums;
  }

  /** Asks the proxies in turn, by the fallback rules of GOPROXY. */
  tryEach<T>(ask: (proxy: Proxy) => Promise<T>): Promise<T> {
    return this.options.proxies.tryEach(ask);
  }

  /** The module `path` as `proxy` serves it. */
  repo(proxy: Proxy, path: string): VersionRepo {
    const key = `${proxy.url} ${path}`;
    let repo = this.#repos.get(key);
    if (repo === undefined) {
      repo =
        path === 'go' || path === 'toolchain'
          ? new ToolchainRepo(path, this.repo(proxy, toolchainModule), this.options.goVersion)
          : new CachedRepo(path, async () => proxy.repo(path), this.infos);
      this.#repos.set(key, repo);
    }
    return repo;
  }

  cachedRepo(proxy: Proxy, path: string): CachedRepo {
    const repo = this.repo(proxy, path);
    if (repo instanceof CachedRepo) return repo;
    throw new TsgogetError('invalid-path', `${path} is no module that can be downloaded`);
  }

  /** What is known of a canonical version: from the cache, else from the proxies. */
  async info(path: string, version: string): Promise<VersionInfo> {
    if (!modIsValid(path, version)) throw new TsgogetError('invalid-version', `invalid version "${version}"`);
    const cached = await this.infos.read(path, version);
    return cached ?? this.tryEach((proxy) => this.repo(proxy, path).stat(version));
  }

  /**
   * The go.mod file of a module version, with its proof. `onUnverified` is called with its bytes as soon as they are here and before
   * they are proven: for asking what will be needed next, never for a decision.
   */
  goMod(path: string, version: string, onUnverified?: (data: Uint8Array) => void): Promise<ProvenGoMod> {
    return this.#goMods.get({ path, version }, onUnverified);
  }

  /** Begins what `goMod` does, for a file that will probably be needed; until it is, go.sum learns nothing. Failures show then. */
  prefetchGoMod(path: string, version: string): void {
    this.#goMods.prefetch({ path, version }, this.sums.has(path, goModKey(version)));
  }

  /** The cached go.mod's file; undefined when it is not there. */
  cachedGoMod(module: ModuleVersion): Promise<string | undefined> {
    return this.#goMods.cachedFile(module);
  }

  /** The zip's file in the cache, with its proof; downloaded when it is not there. */
  zip(module: ModuleVersion): Promise<ProvenZip> {
    return this.#zips.zip(module);
  }

  /** Reports whether the cache had the zip and its hash, without this run having asked for it. Neither is proven. */
  hadZip(module: ModuleVersion): Promise<boolean> {
    return this.#zips.hadZip(module);
  }

  /** The extracted folder of a module version, with the proof of its zip. Throws TooNewError when its go.mod needs a newer Go. */
  folder(module: ModuleVersion): Promise<ProvenFolder> {
    return this.#zips.folder(module);
  }

  /** Begins what `folder` does, for a module that will probably be needed. Failures show when it is. */
  prefetchFolder(module: ModuleVersion): void {
    this.#zips.prefetchFolder(module);
  }

  /** The extracted folder; undefined when it is not there. */
  async cachedFolder({ path, version }: ModuleVersion): Promise<string | undefined> {
    return isCanonical(version) ? this.options.cache.moduleDir(path, version) : undefined;
  }
}
