/**
 * What proves a hash: go.sum is asked first, then the checksum database, where the settings do not keep the module from it
 * (go.dev/ref/mod#authenticating). go.sum learns what something needed, not what was merely asked for ahead.
 */
import { keyOf, matchPrefixPatterns } from '../module/index.js';
import type { SumDb } from '../sumdb/index.js';
import type { SumLedger } from './sum-ledger.js';
import { toolchainModule } from './toolchain-repo.js';

/** How the content of a module was proven. */
export type Proof =
  | { readonly by: 'go.sum' }
  | { readonly by: 'sumdb'; readonly record: number; readonly treeSize: number }
  | { readonly by: 'private' | 'off' };

export interface ProverOptions {
  readonly sums: SumLedger;
  readonly sumdb: SumDb;
  /** Patterns of modules that no proxy serves: nothing is asked about them before they are here. */
  readonly GONOPROXY?: string;
}

/** One for all that has no fields: there may be tens of thousands of go.mod files. */
const byName = { 'go.sum': { by: 'go.sum' }, private: { by: 'private' }, off: { by: 'off' } } as const;

/** A sum has a key: the `version` of a zip, `version/go.mod` of a go.mod file. */
export class Prover {
  readonly #options: ProverOptions;
  /** The sums of what something needs; the others are of what was asked for ahead. */
  readonly #needed = new Set<string>();
  /** What needing a sum that is proven already does: it records it. */
  readonly #unrecorded = new Map<string, () => void>();

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  /** Starts the look-up that `prove` will need, so that it runs beside the download. */
  ask(path: string, versionKey: string): void {
    const { sums, sumdb, GONOPROXY = '' } = this.#options;
    if ((sums.has(path, versionKey) && goSumIsEnough(path)) || sumdb.decide(path) !== 'check') return;
    if (matchPrefixPatterns(GONOPROXY, path)) return;
    sumdb.lookup(path, versionOf(versionKey)).catch(() => {});
  }

  /** Reports whether go.sum or the checksum database can say anything about a sum. */
  isOnRecord(path: string, versionKey: string): boolean {
    return this.#options.sums.has(path, versionKey) || this.#options.sumdb.decide(path) === 'check';
  }

  /** Proves a hash, and records it once it is needed. Throws ChecksumMismatchError, and what a look-up throws. */
  async prove(path: string, versionKey: string, hash: string): Promise<Proof> {
    const { sums } = this.#options;
    const proof = await this.check(path, versionKey, hash);
    const key = keyOf({ path, version: versionKey });
    const record = () => {
      if (!sums.check(path, versionKey, hash)) sums.add(path, versionKey, hash);
    };
    if (this.#needed.has(key)) record();
    else this.#unrecorded.set(key, record);
    return proof;
  }

  /** As `prove`, and records nothing: for the hash of what is refused all the same. */
  async check(path: string, versionKey: string, hash: string): Promise<Proof> {
    const { sums, sumdb } = this.#options;
    const rule = sumdb.decide(path);
    if (sums.matches(path, versionKey, hash) && goSumIsEnough(path)) return byName['go.sum'];
    if (rule !== 'check') return byName[rule];
    await sumdb.requireHash(path, versionKey, hash);
    const { id, treeSize } = await sumdb.lookup(path, versionOf(versionKey));
    return { by: 'sumdb', record: id, treeSize };
  }

  /** Says that something needs what has this sum. */
  need(path: string, versionKey: string): void {
    const key = keyOf({ path, version: versionKey });
    this.#needed.add(key);
    const record = this.#unrecorded.get(key);
    this.#unrecorded.delete(key);
    record?.();
  }

  isNeeded(path: string, versionKey: string): boolean {
    return this.#needed.has(keyOf({ path, version: versionKey }));
  }
}

/** A toolchain runs before anybody has looked at the go.sum that names it: what stands there may refuse it, and never vouches for it. */
const goSumIsEnough = (path: string) => path !== toolchainModule;

const versionOf = (versionKey: string) => versionKey.replace(/\/go\.mod$/, '');
