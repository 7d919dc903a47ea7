/**
 * Fetch, verify, keep: the gate that every go.mod and zip passes before it is used.
 * go.sum is asked first, then the checksum database; what neither contradicts is written to the module cache (design, invariants 3 and 8).
 */
import { createLimit } from '../async/limit.js';
import { Memo } from '../async/memo.js';
import { hashGoMod } from '../dirhash/index.js';
import { isSecurity, ModuleError, messageOf, TsgogetError } from '../errors.js';
import type { Proxy, ProxyList } from '../goproxy/index.js';
import { compareGo, goModLookup, modIsValid } from '../gover/index.js';
import type { Sink } from '../http/index.js';
import type { ModCache } from '../modcache/index.js';
import { canonicalVersion, keyOf, type ModuleVersion, matchPrefixPatterns } from '../module/index.js';
import type { SumDb } from '../sumdb/index.js';
import { CachedRepo, StatCache, type VersionRepo } from './cached-repo.js';
import type { VersionInfo } from './info-file.js';
import { goModKey, type SumLedger } from './sum-ledger.js';
import { ToolchainRepo, toolchainModule } from './toolchain-repo.js';

/** How the content of a module was proven. */
export type Proof =
  | { readonly by: 'go.sum' }
  | { readonly by: 'sumdb'; readonly record: number; readonly treeSize: number }
  | { readonly by: 'private' | 'off' };

export interface FetcherOptions {
  readonly cache: ModCache;
  readonly proxies: ProxyList;
  readonly sumdb: SumDb;
  readonly sums: SumLedger;
  /** The Go release that is followed, as '1.26.8'. */
  readonly goVersion: string;
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

/** A module that needs a newer Go release than the one that is followed. */
export class TooNewError extends TsgogetError {
  readonly what: string;
  readonly goVersion: string;

  /** `local` is the release that is followed, `toolchain` the GOTOOLCHAIN setting. */
  constructor(what: string, goVersion: string, local: string, toolchain = '') {
    const setting = toolchain === '' || toolchain === 'auto' ? '' : `; GOTOOLCHAIN=${toolchain}`;
    super('go-too-old', `${what} requires go >= ${goVersion} (running go ${local}${setting})`, {
      hint: `set TSGOGET_GO_VERSION=${goVersion} to follow that Go release`,
    });
    this.what = what;
    this.goVersion = goVersion;
  }
}

/** An error about a zip, with the module that it is of, where its words do not begin with one of its files. */
function aboutZip(error: unknown, { path, version }: ModuleVersion): unknown {
  if (!(error instanceof TsgogetError) || error.code !== 'invalid-zip') return error;
  return error.message.includes(`${path}@${version}`) && !error.message.startsWith('unzip ')
    ? error
    : new ModuleError(error.code, { path, version }, error.message, { cause: error });
}

const isCanonical = (version: string) => version !== '' && canonicalVersion(version) === version;
const zipWidth = 16;

export class Fetcher {
  readonly options: FetcherOptions;
  readonly stats: StatCache;
  readonly #repos = new Map<string, VersionRepo>();
  readonly #goMods = new Memo<Uint8Array>();
  readonly #rawGoMods = new Memo<{ data: Uint8Array; isCached: boolean }>();
  readonly #zips = new Memo<string>();
  readonly #folders = new Memo<string>();
  /** The sums (of `version` or `version/go.mod`) of what something needs; the others are of what was asked for ahead. */
  readonly #needed = new Set<string>();
  /** What needing a sum that is proven already does: it records it. */
  readonly #unrecorded = new Map<string, () => void>();
  /** Modules whose zip is being downloaded though nothing has needed it yet. */
  readonly #unannounced = new Set<string>();
  /** Modules whose go.mod is in the cache: read or written by this run. */
  readonly #cachedGoMods = new Set<string>();
  readonly #proofs = new Map<string, Proof>();
  readonly #zipLimit = createLimit(zipWidth);

  constructor(options: FetcherOptions) {
    this.options = options;
    this.stats = new StatCache(options.cache, options.offline);
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
          : new CachedRepo(path, async () => proxy.repo(path), this.stats);
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
    const cached = await this.stats.read(path, version);
    return cached ?? this.tryEach((proxy) => this.repo(proxy, path).stat(version));
  }

  /**
   * The go.mod file of a module version, proven. `onUnverified` is called with its bytes as soon as they are here and before
   * they are proven: for asking what will be needed next, never for a decision.
   */
  goMod(path: string, version: string, onUnverified?: (data: Uint8Array) => void): Promise<Uint8Array> {
    this.#need(path, goModKey(version));
    const data = this.#goMods.get(keyOf({ path, version }), () => this.#loadGoMod(path, version));
    if (onUnverified !== undefined && isCanonical(version)) {
      this.#rawGoMod(path, version)
        .then(({ data: early }) => onUnverified(early))
        .catch(() => {});
    }
    return data;
  }

  /** Begins what `goMod` does, for a file that will probably be needed; until it is, go.sum learns nothing. Failures show then. */
  prefetchGoMod(path: string, version: string): void {
    this.#goMods.get(keyOf({ path, version }), () => this.#loadGoMod(path, version)).catch(() => {});
  }

  #rawGoMod(path: string, version: string): Promise<{ data: Uint8Array; isCached: boolean }> {
    return this.#rawGoMods.get(keyOf({ path, version }), async () => {
      const cached = await this.options.cache.readMod(path, version);
      if (cached !== undefined) return { data: cached, isCached: true };
      const data = await this.tryEach((proxy) => this.cachedRepo(proxy, path).goMod(version));
      return { data, isCached: false };
    });
  }

  async #loadGoMod(path: string, version: string): Promise<Uint8Array> {
    if (!isCanonical(version)) throw new TsgogetError('invalid-version', `invalid version "${version}"`);
    this.#askSum(path, goModKey(version));
    const { data, isCached } = await this.#rawGoMod(path, version);
    await this.#checkSum(path, goModKey(version), hashGoMod(data));
    if (!isCached) await this.options.cache.writeMod(path, version, data);
    this.#cachedGoMods.add(keyOf({ path, version }));
    this.options.onDone?.('mod', { path, version });
    return data;
  }

  /** Starts the look-up that `#checkSum` will need, so that it runs beside the download. */
  #askSum(path: string, versionKey: string): void {
    if (this.sums.has(path, versionKey) || this.options.sumdb.decide(path) !== 'check') return;
    if (matchPrefixPatterns(this.options.GONOPROXY ?? '', path)) return;
    this.options.sumdb.lookup(path, versionKey.replace(/\/go\.mod$/, '')).catch(() => {});
  }

  async #downloadZip({ path, version }: ModuleVersion, sink: () => Promise<Sink>): Promise<void> {
    await this.tryEach((proxy) => this.cachedRepo(proxy, path).zip(version, sink));
  }

  /** How the go.mod (`version/go.mod`) or the zip (`version`) of a module was proven in this run. */
  proof(path: string, versionKey: string): Proof | undefined {
    return this.#proofs.get(keyOf({ path, version: versionKey }));
  }

  /** The cached go.mod's file; undefined when it is not there. */
  async cachedGoMod({ path, version }: ModuleVersion): Promise<string | undefined> {
    if (!isCanonical(version)) return undefined;
    const { cache } = this.options;
    const isCached =
      this.#cachedGoMods.has(keyOf({ path, version })) || (await cache.readMod(path, version)) !== undefined;
    return isCached ? cache.file(path, version, 'mod') : undefined;
  }

  /** The extracted folder; undefined when it is not there. */
  async cachedFolder({ path, version }: ModuleVersion): Promise<string | undefined> {
    return isCanonical(version) ? this.options.cache.moduleDir(path, version) : undefined;
  }

  /** Compares a hash with go.sum, else with the checksum database, and records it once it is needed. Throws when either contradicts it. */
  async #checkSum(path: string, versionKey: string, hash: string): Promise<void> {
    const key = keyOf({ path, version: versionKey });
    const rule = this.options.sumdb.decide(path);
    if (this.sums.matches(path, versionKey, hash)) this.#proofs.set(key, { by: 'go.sum' });
    else this.#proofs.set(key, rule === 'check' ? await this.#checkSumDb(path, versionKey, hash) : { by: rule });
    const record = () => {
      if (!this.sums.check(path, versionKey, hash)) this.sums.add(path, versionKey, hash);
    };
    if (this.#needed.has(key)) record();
    else this.#unrecorded.set(key, record);
  }

  #need(path: string, versionKey: string): void {
    const key = keyOf({ path, version: versionKey });
    this.#needed.add(key);
    const record = this.#unrecorded.get(key);
    this.#unrecorded.delete(key);
    record?.();
  }

  async #checkSumDb(path: string, versionKey: string, hash: string): Promise<Proof> {
    const { sumdb } = this.options;
    await sumdb.requireHash(path, versionKey, hash);
    const { id, treeSize } = await sumdb.lookup(path, versionKey.replace(/\/go\.mod$/, ''));
    return { by: 'sumdb', record: id, treeSize };
  }

  /** The zip's file in the cache, proven; downloaded when it is not there. */
  zip(module: ModuleVersion): Promise<string> {
    this.#needZip(module);
    return this.#zip(module);
  }

  #zip(module: ModuleVersion): Promise<string> {
    return this.#zips.get(keyOf(module), () => this.#loadZip(module));
  }

  async #loadZip(module: ModuleVersion): Promise<string> {
    const { path, version } = module;
    const { cache } = this.options;
    const file = cache.file(path, version, 'zip');
    if (!(await cache.hasZip(path, version))) {
      this.#askSum(path, version);
      await this.#zipLimit(() => this.#fetchZip(module));
    }
    if (this.proof(path, version) === undefined) await this.#checkZipHash(module);
    return file;
  }

  /** Brings the zip into the cache, proven. One that another process has brought meanwhile is left for the caller to prove. */
  async #fetchZip(module: ModuleVersion): Promise<void> {
    const { path, version } = module;
    if (this.#needed.has(keyOf({ path, version }))) this.options.onDownload?.(module);
    else this.#unannounced.add(keyOf({ path, version }));
    const download = await this.options.cache.beginZip(path, version);
    if (download === undefined) return;
    try {
      if (download.sink !== undefined) await this.#downloadZip(module, download.sink);
      const { h1 } = await download.finish().catch((error: unknown) => this.#refuteZip(module, error));
      await this.#checkSum(path, version, h1);
      await download.commit();
    } catch (error) {
      await download.discard();
      throw error;
    }
  }

  /** Throws: what is no zip has no hash, and so cannot be what go.sum or the checksum database records. */
  async #refuteZip(module: ModuleVersion, error: unknown): Promise<never> {
    const { path, version } = module;
    const about = aboutZip(error, module);
    const isRecorded = this.sums.has(path, version) || this.options.sumdb.decide(path) === 'check';
    if (about instanceof TsgogetError && about.code === 'invalid-zip' && isRecorded) {
      await this.#checkSum(path, version, messageOf(error)).catch((refuted: unknown) => {
        if (isSecurity(refuted)) throw refuted;
      });
    }
    throw about;
  }

  /** Checks what the cache recorded of a zip when it was downloaded. */
  async #checkZipHash({ path, version }: ModuleVersion): Promise<void> {
    const { cache } = this.options;
    const recorded = await cache.readZipHash(path, version);
    const hash = recorded ?? (await cache.hashZip(cache.file(path, version, 'zip')));
    await this.#checkSum(path, version, hash);
    if (recorded === undefined) await cache.writeZipHash(path, version, hash);
  }

  /** The extracted, proven folder of a module version. Throws TooNewError when its go.mod needs a newer Go. */
  folder(module: ModuleVersion): Promise<string> {
    this.#needZip(module);
    return this.#folder(module);
  }

  /** Begins what `folder` does, for a module that will probably be needed. Failures show when it is. */
  prefetchFolder(module: ModuleVersion): void {
    this.#folder(module).catch(() => {});
  }

  #needZip(module: ModuleVersion): void {
    const { path, version } = module;
    this.#need(path, version);
    if (this.#unannounced.delete(keyOf({ path, version }))) this.options.onDownload?.(module);
  }

  #folder(module: ModuleVersion): Promise<string> {
    const { path, version } = module;
    return this.#folders.get(keyOf({ path, version }), async () => {
      const { cache } = this.options;
      const dir = (await cache.moduleDir(path, version)) ?? (await this.#extract(module));
      if (this.proof(path, version) === undefined) await this.#checkZipHash(module);
      const goMod = await cache.readFolderFile(dir, 'go.mod');
      const wanted = goMod === undefined ? '' : goModLookup(goMod, 'go');
      if (wanted !== '' && compareGo(wanted, this.options.goVersion) > 0) {
        throw new TooNewError(`${path}@${version}`, wanted, this.options.goVersion, this.options.GOTOOLCHAIN);
      }
      this.options.onDone?.('zip', module);
      return dir;
    });
  }

  async #extract(module: ModuleVersion): Promise<string> {
    await this.#zip(module);
    try {
      return await this.options.cache.extract(module.path, module.version);
    } catch (error) {
      throw aboutZip(error, module);
    }
  }
}
