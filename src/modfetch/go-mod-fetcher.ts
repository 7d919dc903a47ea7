/** The go.mod files of modules: from the cache or the proxies, and used by nobody before they are proven. */
import { createLimit } from '../async/limit.js';
import { Memo } from '../async/memo.js';
import { hashGoMod } from '../dirhash/index.js';
import { TsgogetError } from '../errors.js';
import { type GoModOptions, maxGoModBytes } from '../goproxy/index.js';
import type { ModCache } from '../modcache/index.js';
import { canonicalVersion, keyOf, type ModuleVersion } from '../module/index.js';
import type { Proof, Prover } from './prover.js';
import { Speculation } from './speculation.js';
import { type StoringOptions, storeIfPossible } from './store-if-possible.js';
import { goModKey } from './sum-ledger.js';
import { namingContent } from './unexpected-content.js';
import { askedAgain } from './unframed.js';

export interface ProvenGoMod {
  readonly data: Uint8Array;
  readonly proof: Proof;
}

export interface GoModFetcherOptions extends StoringOptions {
  readonly cache: ModCache;
  readonly prover: Prover;
  /** Gets a go.mod file from the proxies, unproven. */
  readonly download: (module: ModuleVersion, options: GoModOptions) => Promise<Uint8Array>;
  /** Called once, when a file was read and proven. */
  readonly onDone: (module: ModuleVersion) => void;
}

interface RawGoMod {
  readonly data: Uint8Array;
  readonly isCached: boolean;
  /** See Unframed. */
  readonly isFramed: boolean;
}

/** Hardly a go.mod file is larger. Those that are are not read ahead, and not kept. */
const usualBytes = 1 << 18;
/** Larger ones are read one after the other. */
const largeBytes = 1 << 21;
/** The proven files that are kept; the others are read from the cache again. */
const maxKeptBytes = 1 << 25;

export const isCanonical = (version: string) => version !== '' && canonicalVersion(version) === version;

export class GoModFetcher {
  readonly #options: GoModFetcherOptions;
  readonly #proven = new Memo<ProvenGoMod>();
  readonly #kept = new Map<string, number>();
  #keptBytes = 0;
  /** Files that are not proven yet; 'large' of more than is read beside others, or ahead. */
  readonly #raw = new Memo<RawGoMod | 'large'>();
  readonly #inTurn = createLimit(1);
  readonly #speculation = new Speculation();
  /** Modules whose file is in the cache: read or written by this run. */
  readonly #cached = new Set<string>();
  readonly #done = new Set<string>();

  constructor(options: GoModFetcherOptions) {
    this.#options = options;
  }

  /** See Fetcher.goMod. */
  get(module: ModuleVersion, onUnverified?: (data: Uint8Array) => void): Promise<ProvenGoMod> {
    this.#options.prover.need(module.path, goModKey(module.version));
    this.#speculation.need(keyOf(module));
    const proven = this.#get(module);
    if (onUnverified !== undefined) {
      this.#raw
        .peek(keyOf(module))
        ?.then((raw) => raw === 'large' || onUnverified(raw.data))
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
    const key = keyOf(module);
    return this.#proven.get(key, async () => {
      try {
        const proven = await this.#load(module);
        this.#keep(key, proven.data.length);
        return proven;
      } finally {
        this.#raw.delete(key);
      }
    });
  }

  #keep(key: string, bytes: number): void {
    if (bytes > usualBytes) {
      this.#proven.delete(key);
      return;
    }
    this.#kept.set(key, bytes);
    this.#keptBytes += bytes;
    for (const [oldest, size] of this.#kept) {
      if (this.#keptBytes <= maxKeptBytes) return;
      this.#kept.delete(oldest);
      this.#proven.delete(oldest);
      this.#keptBytes -= size;
    }
  }

  async #load(module: ModuleVersion): Promise<ProvenGoMod> {
    const { path, version } = module;
    if (!isCanonical(version)) throw new TsgogetError('invalid-version', `invalid version "${version}"`);
    const key = keyOf(module);
    this.#options.prover.ask(path, goModKey(version));
    const raw = await this.#raw.get(key, () => this.#readUnlessLarge(module));
    if (raw !== 'large') return this.#prove(module, raw);
    if (!this.#speculation.isNeeded(key)) {
      this.#proven.delete(key); // who needs it begins anew
      throw new TsgogetError('too-large', `${path}@${version}: go.mod is larger than what is read ahead`);
    }
    return this.#inTurn(async () => this.#prove(module, await this.#read(module, maxGoModBytes)));
  }

  async #readUnlessLarge(module: ModuleVersion): Promise<RawGoMod | 'large'> {
    const maxBytes = this.#speculation.isNeeded(keyOf(module)) ? largeBytes : usualBytes;
    try {
      return await this.#read(module, maxBytes);
    } catch (error) {
      if (error instanceof TsgogetError && error.code === 'too-large') return 'large';
      throw error;
    }
  }

  /** Throws 'too-large'. */
  async #read(module: ModuleVersion, maxBytes: number): Promise<RawGoMod> {
    const cached = await this.#options.cache.readMod(module.path, module.version, maxBytes);
    return cached === undefined ? this.#download(module, maxBytes) : { data: cached, isCached: true, isFramed: true };
  }

  async #download(module: ModuleVersion, maxBytes: number): Promise<RawGoMod> {
    let isFramed = true;
    const onUnframed = () => {
      isFramed = false;
    };
    return { data: await this.#options.download(module, { maxBytes, onUnframed }), isCached: false, isFramed };
  }

  async #prove(module: ModuleVersion, read: RawGoMod): Promise<ProvenGoMod> {
    const { path, version } = module;
    const { cache, prover, onDone } = this.#options;
    let raw = read;
    const proof = await askedAgain(async (isFirst) => {
      if (!isFirst) raw = await this.#download(module, maxGoModBytes);
      const h1 = hashGoMod(raw.data);
      return {
        fingerprint: raw.isFramed ? undefined : h1,
        use: () => prover.prove(path, goModKey(version), h1).catch(namingContent(() => raw.data)),
      };
    });
    const { data, isCached } = raw;
    const write = () => cache.writeMod(path, version, data);
    const key = keyOf(module);
    if (isCached || (await storeIfPossible('go.mod', write, this.#options))) this.#cached.add(key);
    if (!this.#done.has(key)) onDone(module);
    this.#done.add(key);
    return { data, proof };
  }
}
