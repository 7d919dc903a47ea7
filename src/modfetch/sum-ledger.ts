/**
 * go.sum as one run sees it: what the file says, what was used, what was learned (go.dev/ref/mod#go-sum-files).
 * In a workspace the members' go.sum files are read too, and go.work.sum holds only what none of them has.
 */

import { isH1 } from '../dirhash/index.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { ChecksumMismatchError, explainCommand, messageOf, TsgogetError } from '../errors.js';
import { GoSum } from '../gosum/index.js';

/** The version under which the hash of a module's go.mod file stands in go.sum. */
export function goModKey(version: string): string {
  return `${version}/go.mod`;
}

/** How the ledger reads and writes; the caller owns locks and overlays. */
export interface SumFiles {
  /** The file's bytes, undefined when it does not exist. */
  read(file: string): Promise<Uint8Array | undefined>;
  /** Replaces the contents by what `change` makes of them, excluding the go command meanwhile. */
  transform(file: string, change: (old: Uint8Array) => Uint8Array): Promise<void>;
}

export interface SumLedgerOptions {
  /** go.sum or go.work.sum; undefined outside a module: then nothing is known and nothing is recorded. */
  readonly file?: string | undefined;
  /** The go.sum files of a workspace's members. */
  readonly workspaceFiles?: readonly string[];
  readonly files: SumFiles;
  /** Malformed lines are dropped instead of refused (`mod tidy`). */
  readonly dropMalformed?: boolean;
  /** Called as `go`: of two hashes the first is taken that matches, and a file is written only when it says something new. */
  readonly asGo?: boolean;
  readonly warn: (text: string) => void;
}

/** Says which sums are wanted; `version` ends in '/go.mod' for that of a go.mod file. */
export type KeepSum = (path: string, version: string) => boolean;

interface Status {
  used: boolean;
  dirty: boolean;
}

const mismatchWords = `

SECURITY ERROR
This download does NOT match an earlier download recorded in go.sum.
The bits may have been replaced on the origin server, or an attacker may
have intercepted the download attempt.

For more information, see 'go help module-auth'.
`;

const unknownHashWords = `

SECURITY WARNING
This download is listed in go.sum, but using an unknown hash algorithm.
The download cannot be verified.

For more information, see 'go help module-auth'.

`;

/** The sums of one run. All methods but `open` and `write` are synchronous, so that a check and its record cannot be torn. */
export class SumLedger {
  readonly file: string | undefined;
  readonly #options: SumLedgerOptions;
  readonly #status = new Map<string, Status>();
  #main: GoSum;
  #workspace: { file: string; sums: GoSum }[] = [];

  private constructor(options: SumLedgerOptions) {
    this.file = options.file;
    this.#options = options;
    this.#main = new GoSum();
  }

  /** Reads the files. Throws 'invalid-gosum'. */
  static async open(options: SumLedgerOptions): Promise<SumLedger> {
    const ledger = new SumLedger(options);
    if (options.file === undefined) return ledger;
    ledger.#workspace = await Promise.all(
      (options.workspaceFiles ?? []).map(async (file) => ({ file, sums: await ledger.#read(file) })),
    );
    ledger.#main = await ledger.#read(options.file);
    return ledger;
  }

  async #read(file: string): Promise<GoSum> {
    const data = await this.#options.files.read(file);
    return data === undefined ? new GoSum() : this.#parse(file, data);
  }

  #parse(file: string, data: Uint8Array): GoSum {
    return GoSum.parse(file, data, { dropMalformed: this.#options.dropMalformed ?? false });
  }

  /** The names that go.sum and the members' files hold: what an earlier resolution read. */
  *entries(): Generator<{ path: string; version: string }> {
    for (const sums of [this.#main, ...this.#workspace.map((w) => w.sums)]) yield* sums.entries();
  }

  /** Reports whether a sum was there before this run (one that this run added does not count). */
  has(path: string, version: string): boolean {
    return this.#known(path, version).next().done !== true;
  }

  /** The one h1: sum on record, undefined when there is none or when the files contradict each other. */
  recorded(path: string, version: string): string | undefined {
    const sums = new Set(this.#known(path, version));
    return sums.size === 1 ? [...sums][0] : undefined;
  }

  /** The h1: sums that stood there before this run, those that it has yet to write left out. */
  *#known(path: string, version: string): Generator<string> {
    for (const sums of [...this.#workspace.map((w) => w.sums), this.#main]) {
      for (const hash of sums.get(path, version)) {
        if (hash.startsWith('h1:') && !this.#statusOf(path, version, hash)?.dirty) yield hash;
      }
    }
  }

  /**
   * Compares a hash with what is on record and marks it as used: true when it is there, false when nothing is.
   * Throws ChecksumMismatchError when another h1: hash stands there.
   */
  check(path: string, version: string, hash: string): boolean {
    if (this.file === undefined) return false;
    const known = this.#matches(path, version, hash);
    this.#touch(path, version, hash).used = true;
    return known;
  }

  /** The same, for what may turn out not to be used. */
  matches(path: string, version: string, hash: string): boolean {
    return this.file !== undefined && this.#matches(path, version, hash);
  }

  /** Records a hash that was proven elsewhere, to be written by `write`. */
  add(path: string, version: string, hash: string): void {
    if (this.file === undefined) return;
    this.#insert(this.#main, path, version, hash);
    this.#touch(path, version, hash).dirty = true;
  }

  /** Of two hashes for one thing one is false: they are refused in whichever order they stand. */
  #matches(path: string, version: string, hash: string, main = this.#main): boolean {
    const name = this.file?.endsWith('go.work.sum') ? 'go.work.sum' : 'go.sum';
    const records = [{ file: name, sums: main }, ...this.#workspace];
    let found = false;
    for (const { file, sums } of records) {
      for (const want of sums.get(path, version)) {
        if (want === hash) {
          found = true;
          if (sums === main && this.#options.asGo) return true;
        } else if (want.startsWith('h1:')) {
          const words = `verifying ${path}@${version}: checksum mismatch\n\tdownloaded: ${hash}\n\t${file}:     ${want}`;
          const isOneOfTwo = sums.get(path, version).includes(hash);
          const hint = !isH1(want)
            ? `the hash in ${file} is not whole, as of a line that was cut short; \`tsgoget mod union-sums\` drops such lines and proves the others`
            : isOneOfTwo
              ? `${file} holds two hashes for this, and one of them is false; \`tsgoget mod union-sums\` says which`
              : `\`${explainCommand(path, version)}\` compares what each source has; do not remove the line in ${file} before that`;
          throw new ChecksumMismatchError(words + mismatchWords, { want, got: hash, from: file }, { hint });
        }
      }
    }
    return found;
  }

  #insert(sums: GoSum, path: string, version: string, hash: string): void {
    if (this.#matches(path, version, hash, sums)) return;
    const old = sums.get(path, version);
    if (old.length > 0) {
      this.#options.warn(
        `warning: verifying ${path}@${version}: unknown hashes in go.sum: ${old.join(', ')}; adding ${hash}${unknownHashWords}`,
      );
    }
    sums.add(path, version, hash);
  }

  #statusOf(path: string, version: string, hash: string): Status | undefined {
    return this.#status.get(`${path} ${version} ${hash}`);
  }

  #touch(path: string, version: string, hash: string): Status {
    const key = `${path} ${version} ${hash}`;
    let status = this.#status.get(key);
    if (status === undefined) {
      status = { used: false, dirty: false };
      this.#status.set(key, status);
    }
    return status;
  }

  *#touched(): Generator<[path: string, version: string, hash: string, status: Status]> {
    for (const [key, status] of this.#status) {
      const [path, version, hash] = key.split(' ') as [string, string, string];
      yield [path, version, hash, status];
    }
  }

  /** Marks every sum that `keep` does not want: `write` and `tidied` leave them out, were they on record or new. */
  trim(keep: KeepSum): void {
    for (const { path, version, hashes } of this.#main.entries()) {
      if (keep(path, version)) continue;
      for (const hash of hashes) Object.assign(this.#touch(path, version, hash), { used: false, dirty: true });
    }
  }

  /** The file as it stands, and as `write` would make it. */
  async tidied(keep: KeepSum): Promise<{ before: Uint8Array; after: Uint8Array }> {
    if (this.file === undefined) return { before: new Uint8Array(), after: new Uint8Array() };
    const before = (await this.#options.files.read(this.file)) ?? new Uint8Array();
    return { before, after: encodeUtf8(this.#updated(before, keep).format()) };
  }

  /** The text that the file would get from `old`: what was there and is not trimmed, and what this run used and `keep` wants. */
  #updated(old: Uint8Array, keep: KeepSum): GoSum {
    const sums = this.#parse(this.file!, old);
    const inWorkspace = (path: string, version: string) =>
      this.#workspace.some((w) => w.sums.get(path, version).length > 0);
    for (const [path, version, hash, status] of this.#touched()) {
      if (status.dirty && !status.used) sums.delete(path, version);
      else if (status.used && status.dirty && keep(path, version) && !inWorkspace(path, version)) {
        this.#insert(sums, path, version, hash);
      }
    }
    for (const { path, version } of [...sums.entries()]) if (inWorkspace(path, version)) sums.delete(path, version);
    return sums;
  }

  /** Reports whether the file is there and is not what `write` would make of it: lines that cannot be read, doubled, in another order. */
  async #isPrintedOtherwise(keep: KeepSum): Promise<boolean> {
    if ((await this.#options.files.read(this.file!)) === undefined) return false;
    const { before, after } = await this.tidied(keep);
    return Buffer.compare(before, after) !== 0;
  }

  /**
   * Writes what this run learned and `keep` wants. Nothing is written when nothing is new, and with `reprints` the file is as it would
   * be printed.
   * Throws 'missing-sum' when something is new and the run may not write.
   */
  async write(keep: KeepSum, readonly: boolean, reprints = false): Promise<void> {
    if (this.file === undefined) return;
    const news = [...this.#touched()].some(([path, version, , s]) => s.dirty && (!s.used || keep(path, version)));
    if (!news && !(reprints && !this.#options.asGo && (await this.#isPrintedOtherwise(keep)))) return;
    if (readonly) throw new TsgogetError('missing-sum', 'updates to go.sum needed, disabled by -mod=readonly');
    try {
      await this.#options.files.transform(this.file, (old) => {
        this.#main = this.#updated(old, keep);
        return encodeUtf8(this.#main.format());
      });
    } catch (error) {
      if (error instanceof ChecksumMismatchError) throw error;
      const code = error instanceof TsgogetError ? error.code : 'cache';
      if (code === 'missing-sum') throw error; // it may not be written at all
      throw new TsgogetError(code, `updating go.sum: ${messageOf(error)}`, { cause: error });
    }
    this.#status.clear();
  }
}
