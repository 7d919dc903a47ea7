/** What lies in the vendor folder, held against what may lie there, file by file. Links are not followed. */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLimit } from '../async/limit.js';
import { compareBytes } from '../encoding/compare-bytes.js';
import { sha256Hex } from '../encoding/sha256.js';
import { messageOf, TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';
import { type ModuleVersion, nameOf } from '../module/index.js';
import { folderOf, hashFile, lfSha256 } from './module-content.js';
import type { Weight } from './report.js';

/** Files that are read at a time. */
const width = 4;
/** Files that wait to be compared. */
const maxWaiting = 256;
/** Larger files are not looked at for line ends. */
const maxTextBytes = 16 * 2 ** 20;

/** What may lie at a place of the vendor folder. */
export interface ExpectedFile {
  readonly bytes: number;
  readonly sha256: string;
  readonly lfSha256: string | undefined;
  readonly module: ModuleVersion;
  /** 'other': `go mod vendor` does not copy it. */
  readonly kind: 'copied' | 'kept' | 'other';
}

/** Names are those in the vendor folder, with slashes. */
export interface ExpectedFolder {
  readonly files: ReadonlyMap<string, readonly ExpectedFile[]>;
  /** Paths of all modules: the longest above a file is the one that it is of. */
  readonly modules: ReadonlySet<string>;
  /** Those whose content could not be read: what is of them is neither proven nor refuted. */
  readonly unread: ReadonlySet<string>;
}

/** What there is to say of a file. */
export interface FileProblem {
  readonly weight: Weight;
  readonly message: string;
  readonly name: string;
  readonly module?: ModuleVersion | undefined;
}

/** Compares every file, counted in `checked`. Problems come by weight, then by name. Throws 'interrupted'. */
export async function compareVendorFolder(
  dir: string,
  expected: ExpectedFolder,
  signal: AbortSignal | undefined,
): Promise<{ checked: number; problems: FileProblem[] }> {
  const comparison = new FolderComparison(dir, expected, signal);
  await comparison.run();
  const { checked, problems } = comparison;
  const sorted = (['refuted', 'unchecked', 'note'] as const).flatMap((weight) =>
    problems.filter((p) => p.weight === weight).sort((a, b) => compareBytes(a.name, b.name)),
  );
  return { checked, problems: sorted };
}

class FolderComparison {
  checked = 0;
  readonly problems: FileProblem[] = [];
  readonly #dir: string;
  readonly #expected: ExpectedFolder;
  readonly #signal: AbortSignal | undefined;
  /** Folders that cannot be read: what is missing there is not known. */
  readonly #closed: string[] = [];

  constructor(dir: string, expected: ExpectedFolder, signal: AbortSignal | undefined) {
    this.#dir = dir;
    this.#expected = expected;
    this.#signal = signal;
  }

  #say(weight: Weight, message: string, name: string, module?: ModuleVersion): void {
    this.problems.push({ weight, message, name, module });
  }

  #throwIfAborted(): void {
    if (this.#signal?.aborted) throw new TsgogetError('interrupted', 'interrupted');
  }

  async run(): Promise<void> {
    const { files } = this.#expected;
    const limit = createLimit(width);
    const present = new Set<string>();
    const waiting: Promise<void>[] = [];
    for await (const [name, entry] of this.#walk()) {
      present.add(name);
      this.checked++;
      const expected = files.get(name) ?? [];
      if (name === 'modules.txt' && entry.isFile()) continue; // other claims are about it
      if (!entry.isFile()) {
        this.#say('refuted', `is ${entry.isSymbolicLink() ? 'a symbolic link' : 'no regular file'}`, name);
      } else if (expected.length > 0) {
        const compared = limit(() => this.#compareFile(name, expected));
        compared.catch(() => {}); // an interruption, which is waited for below
        waiting.push(compared);
      } else if (this.#isOfUnread(name)) this.checked--;
      else this.#say('refuted', 'is in no zip of a module that vendor/modules.txt lists', name);
      if (waiting.length >= maxWaiting) await Promise.all(waiting.splice(0));
    }
    await Promise.all(waiting);
    for (const [name, expected] of files) {
      const copied = expected.find((e) => e.kind === 'copied');
      const isClosed = this.#closed.includes('') || isBelow(name, this.#closed);
      if (copied === undefined || present.has(name) || isClosed) continue;
      this.#say('refuted', `is missing: ${nameOf(copied.module)} has it`, name, copied.module);
    }
  }

  #isOfUnread(name: string): boolean {
    const { modules, unread } = this.#expected;
    let at = folderOf(name);
    while (at !== '' && !modules.has(at)) at = folderOf(at);
    return unread.has(at);
  }

  async #compareFile(name: string, expected: readonly ExpectedFile[]): Promise<void> {
    this.#throwIfAborted();
    const file = join(this.#dir, name);
    try {
      const { size } = await lstat(file);
      const sha256 = expected.some((e) => e.bytes === size) ? await hashFile(file) : '';
      // where a module has a file to copy, what another one has there explains nothing
      const copied = expected.filter((e) => e.kind !== 'other');
      const same = (copied.length > 0 ? copied : expected).find((e) => e.sha256 === sha256);
      if (same !== undefined) {
        const words = `is as ${nameOf(same.module)} has it, but go mod vendor does not copy it`;
        if (same.kind === 'other') this.#say('note', words, name, same.module);
        return;
      }
      const { module } = copied[0] ?? expected[0]!;
      const text = size > maxTextBytes ? undefined : readExistingFile(file, maxTextBytes);
      const lf = text === undefined ? undefined : (lfSha256(text) ?? sha256Hex(text));
      const isLineEnds = expected.some((e) => lf !== undefined && (e.lfSha256 ?? e.sha256) === lf);
      const what = isLineEnds
        ? 'in its line ends alone (git changes them unless .gitattributes says: vendor/** -text)'
        : 'from its zip';
      this.#say('refuted', `differs ${what}: it is not what ${nameOf(module)} has`, name, module);
    } catch (error) {
      if (error instanceof TsgogetError && error.code === 'interrupted') throw error;
      this.#say('unchecked', messageOf(error), name);
    }
  }

  /** Every file, and whatever else is no folder. */
  async *#walk(): AsyncGenerator<[name: string, entry: Dirent]> {
    const waiting = [''];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      this.#throwIfAborted();
      let entries: Dirent[];
      try {
        entries = await readdir(join(this.#dir, at), { withFileTypes: true });
      } catch (error) {
        // a name that is not UTF-8 cannot be opened again by its name, and can be in no zip
        this.#say(at.includes('\ufffd') ? 'refuted' : 'unchecked', `cannot be read: ${messageOf(error)}`, at);
        this.#closed.push(at);
        continue;
      }
      for (const entry of entries) {
        const name = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) waiting.push(name);
        else yield [name, entry];
      }
    }
  }
}

const isBelow = (name: string, folders: readonly string[]) => folders.some((folder) => name.startsWith(`${folder}/`));
