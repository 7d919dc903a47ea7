/** The go.mod files of modules: from the cache or the proxies, and used by nobody before they are proven. */
import { Memo } from '../async/memo.js';
import { hashGoMod } from '../dirhash/index.js';
import { TsgogetError } from '../errors.js';
import type { Unframed } from '../http/index.js';
import type { ModCache } from '../modcache/index.js';
import { canonicalVersion, keyOf, type ModuleVersion } from '../module/index.js';
import type { Proof, Prover } from './prover.js';
import { Speculation } from './speculation.js';
import { goModKey } from './sum-ledger.js';
import { namingContent } from './unexpected-content.js';
import { askedAgain } from './unframed.js';

export interface ProvenGoMod {
  readonly data: Uint8Array;
  readonly proof: Proof;
}

export interface GoModFetcherOptions {
  readonly cache: ModCache;
  readonly prover: Prover;
  /** Gets a go.mod file from the proxies, unproven. */
  readonly download: (module: ModuleVersion, onUnframed: Unframed) => Promise<Uint8Array>;
  /** Called when a file was read and proven. */
  readonly onDone: (module: ModuleVersion) => void;
}

interface RawGoMod {
  readonly data: Uint8Array;
  readonly isCached: boolean;
  /** See Unframed. */
  readonly isFramed: boolean;
}

export const isCanonical = (version: string) => version !== '' && canonicalVersion(version) === version;

export class GoModFetcher {
  readonly #options: GoModFetcherOptions;
  readonly #proven = new Memo<ProvenGoMod>();
  readonly #raw = new Memo<RawGoMod>();
  readonly #speculation = new Speculation();
  /** Modules whose file is in the cache: read or written by this run. */
  readonly #cached = new Set<string>();

  constructor(options: GoModFetcherOptions) {
    this.#options = options;
  }

  /** See Fetcher.goMod. */
  get(module: ModuleVersion, onUnverified?: (data: Uint8Array) => void): Promise<ProvenGoMod> {
    this.#options.prover.need(module.path, goModKey(module.version));
    this.#speculation.need(keyOf(module));
    const proven = this.#get(module);
    if (onUnverified !== undefined && isCanonical(module.version)) {
      this.#getRaw(module)
        .then(({ data: early }) => onUnverified(early))
        .catch(() => {});
    }
    return proven;
  }

  /** `isRecorded`: the user's own go.sum names it; else only so many are asked for before something needs them. */
  prefetch(module: ModuleVersion, isRecorded: boolean): void {
    if (isRecorded) this.#get(module).catch(() => {});
    else this.#speculation.add(keyOf(module), () => this.#get(module));
  }

  /** The cached file; undefined when it is not there. */
  async cachedFile(module: ModuleVersion): Promise<string | undefined> {
    const { path, version } = module;
    if (!isCanonical(version)) return undefined;
    const { cache } = this.#options;
    const isCached = this.#cached.has(keyOf(module)) || (await cache.readMod(path, version)) !== undefined;
    return isCached ? cache.file(path, version, 'mod') : undefined;
  }

  #get(module: ModuleVersion): Promise<ProvenGoMod> {
    return this.#proven.get(keyOf(module), () => this.#load(module));
  }

  #getRaw(module: ModuleVersion): Promise<RawGoMod> {
    return this.#raw.get(keyOf(module), async () => {
      const cached = await this.#options.cache.readMod(module.path, module.version);
      return cached === undefined ? this.#download(module) : { data: cached, isCached: true, isFramed: true };
    });
  }

  async #download(module: ModuleVersion): Promise<RawGoMod> {
    let isFramed = true;
    const data = await this.#options.download(module, () => {
      isFramed = false;
    });
    return { data, isCached: false, isFramed };
  }

  async #load(module: ModuleVersion): Promise<ProvenGoMod> {
    const { path, version } = module;
    if (!isCanonical(version)) throw new TsgogetError('invalid-version', `invalid version "${version}"`);
    const { cache, prover, onDone } = this.#options;
    prover.ask(path, goModKey(version));
    let raw = await this.#getRaw(module);
    const proof = await askedAgain(async (isFirst) => {
      if (!isFirst) raw = await this.#download(module);
      const fingerprint = raw.isFramed ? undefined : hashGoMod(raw.data);
      return {
        fingerprint,
        use: () => prover.prove(path, goModKey(version), hashGoMod(raw.data)).catch(namingContent(() => raw.data)),
      };
    });
    const { data, isCached } = raw;
    if (!isCached) await cache.writeMod(path, version, data);
    this.#cached.add(keyOf(module));
    onDone(module);
    return { data, proof };
  }
}
