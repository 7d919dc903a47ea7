/**
 * What must outlive every cache: the newest tree head seen, in GOPATH/pkg/sumdb/<name>/latest, which is the go command's
 * own file, swapped under its lock; and the evidence of a fork beside it.
 */
import { existsSync, fsyncSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, TsgogetError } from '../errors.js';
import { lockFile } from '../filelock/index.js';

/** The state of one database. */
export class StateDir {
  /** The newest head's note; absent or empty before the first. */
  readonly latestFile: string;
  /** Its presence stops every look-up. */
  readonly evidenceFile: string;
  readonly #signal: AbortSignal | undefined;
  readonly #isMissing: boolean;

  /** `dir` is GOPATH/pkg/sumdb; '' without a GOPATH, which every use then refuses. */
  constructor(dir: string, name: string, signal?: AbortSignal) {
    this.#isMissing = dir === '';
    const own = join(dir, ...name.split('/'));
    this.latestFile = join(own, 'latest');
    this.evidenceFile = join(own, 'fork-evidence.txt');
    this.#signal = signal;
  }

  /** The newest head's note as stored; '' when there is none. */
  async readLatest(): Promise<string> {
    if (this.#isMissing) throw new TsgogetError('invalid-setting', 'could not locate sumdb file: missing $GOPATH');
    try {
      return await readFile(this.latestFile, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw new TsgogetError('cache', `cannot read the newest tree head: ${messageOf(error)}`, { cause: error });
    }
  }

  /** The same, under the lock: the file is written in place, and without it half a note may be read. */
  readLatestLocked(): Promise<string> {
    return this.#locked(false, (fd) => readFileSync(fd, 'utf8'));
  }

  /** Replaces the stored note if it is still `old`; otherwise changes nothing and returns what is stored. */
  async swapLatest(old: string, note: string): Promise<string> {
    await mkdir(dirname(this.latestFile), { recursive: true });
    return this.#locked(true, (fd) => {
      const stored = readFileSync(fd, 'utf8');
      if (stored !== '' && stored !== old) return stored;
      ftruncateSync(fd, 0);
      writeSync(fd, note, 0);
      fsyncSync(fd);
      return note;
    });
  }

  async #locked<T>(exclusive: boolean, use: (fd: number) => T): Promise<T> {
    const lock = await lockFile(this.latestFile, { exclusive, signal: this.#signal });
    try {
      return use(lock.fd);
    } finally {
      await lock.release();
    }
  }

  /** Throws 'log-fork' while evidence of a fork lies here. */
  requireNoFork(name: string): void {
    if (!existsSync(this.evidenceFile)) return;
    throw new TsgogetError('log-fork', `checksum database ${name} has signed histories that contradict each other`, {
      hint: this.forkHint(),
    });
  }

  /** Saves the evidence of a fork; the first stays. */
  async saveEvidence(text: string): Promise<void> {
    try {
      await mkdir(dirname(this.evidenceFile), { recursive: true });
      await writeFile(this.evidenceFile, `${text}\n`, { flag: 'wx' });
    } catch {
      // the error that carries the evidence is thrown all the same
    }
  }

  /** What to do about a fork. */
  forkHint(): string {
    return `the evidence is in ${this.evidenceFile}: show it to the operators of the database; to trust it again, remove that file, and ${this.latestFile} if its note is the false one`;
  }

  /** What to do about a state that cannot be read. */
  mendHint(): string {
    return `to mend it, remove ${this.latestFile}: the next look-up starts from a new tree head, and a fork from what was seen before is no longer noticed`;
  }
}
