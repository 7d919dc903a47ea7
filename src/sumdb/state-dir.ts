/**
 * What must outlive every cache: the newest tree head seen, in GOPATH/pkg/sumdb/<name>/latest, which is the go command's
 * own file, swapped under its lock; and the evidence of a fork beside it. As for go, the file may be a link, to a disk that several share.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, fsyncSync, ftruncateSync, statSync, writeSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeUtf8 } from '../encoding/utf8.js';
import { messageOf, TsgogetError } from '../errors.js';
import { type FileLock, lockFile } from '../filelock/index.js';
import { systemWords } from '../files/cache-error.js';
import { readOpenFile, readWholeFile } from '../files/read-file.js';
import { maxNoteBytes } from '../note/index.js';

const readNote = (fd: number) => readOpenFile(fd, maxNoteBytes).toString();

/** The state of one database. */
export class StateDir {
  /** The newest head's note; absent or empty before the first. */
  readonly latestFile: string;
  /** Stops every look-up as long as the newest head that it accuses lies beside it. */
  readonly evidenceFile: string;
  /** How far `sumdb monitor` has come. */
  readonly monitorFile: string;
  readonly #signal: AbortSignal | undefined;
  readonly #isMissing: boolean;

  /** `dir` is GOPATH/pkg/sumdb; '' without a GOPATH, which every use then refuses. */
  constructor(dir: string, name: string, signal?: AbortSignal) {
    this.#isMissing = dir === '';
    const own = join(dir, ...name.split('/'));
    this.latestFile = join(own, 'latest');
    this.evidenceFile = join(own, 'fork-evidence.txt');
    this.monitorFile = join(own, 'monitor.json');
    this.#signal = signal;
  }

  /** The newest head's note as stored; '' when there is none. */
  async readLatest(): Promise<string> {
    this.#requireGoPath();
    try {
      return readWholeFile(this.latestFile, maxNoteBytes)?.toString() ?? '';
    } catch (error) {
      const message = `cannot read the newest tree head: read ${this.latestFile}: ${systemWords(error)}`;
      throw new TsgogetError('cache', message, { hint: this.mendHint(), cause: error });
    }
  }

  /** The same, under the lock: the file is written in place, and without it half a note may be read. */
  readLatestLocked(): Promise<string> {
    return this.#locked(false, readNote);
  }

  /** Replaces the stored note if it is still `old`; otherwise changes nothing and returns what is stored. */
  async swapLatest(old: string, note: string): Promise<string> {
    await mkdir(dirname(this.latestFile), { recursive: true });
    await this.#setDecidedAside();
    return this.#locked(true, (fd) => {
      const stored = readNote(fd);
      if (stored !== '' && stored !== old) return stored;
      // never empty in between: who is killed there must not leave a state that trusts any head
      const bytes = encodeUtf8(note);
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, done);
      ftruncateSync(fd, bytes.length);
      fsyncSync(fd);
      return note;
    });
  }

  /** Forgets the newest head, the evidence of a fork and the monitor's position, and does `more`, all under the lock. */
  async reset(more: () => Promise<void>): Promise<void> {
    this.#requireGoPath();
    if (!existsSync(dirname(this.latestFile))) return more();
    // a pipe or a device has nothing to be emptied, and nobody waits for it
    if (statSync(this.latestFile, { throwIfNoEntry: false })?.isFile() === false) await rm(this.latestFile);
    const lock = await this.#lock(true);
    try {
      // emptied, not removed: others may be waiting for the lock on this very file
      ftruncateSync(lock.fd, 0);
      fsyncSync(lock.fd);
      await rm(this.monitorFile, { force: true });
      await more();
      await rm(this.evidenceFile, { force: true });
    } finally {
      await lock.release();
    }
  }

  #requireGoPath(): void {
    if (this.#isMissing) throw new TsgogetError('invalid-setting', 'could not locate sumdb file: missing $GOPATH');
  }

  #lock(exclusive: boolean): Promise<FileLock> {
    return lockFile(this.latestFile, { exclusive, signal: this.#signal });
  }

  async #locked<T>(exclusive: boolean, use: (fd: number) => T): Promise<T> {
    const lock = await this.#lock(exclusive);
    try {
      return use(lock.fd);
    } finally {
      await lock.release();
    }
  }

  /** Throws 'log-fork' while evidence of a fork lies here; to remove the newest head is a person's decision to go on without it. */
  requireNoFork(name: string): void {
    if (!existsSync(this.evidenceFile) || !existsSync(this.latestFile)) return;
    throw new TsgogetError('log-fork', `checksum database ${name} has signed histories that contradict each other`, {
      hint: this.forkHint(),
    });
  }

  /** Saves the evidence of a fork; the first stays. Returns why it could not be saved, if so. */
  async saveEvidence(text: string): Promise<string | undefined> {
    try {
      this.#requireGoPath();
      await mkdir(dirname(this.evidenceFile), { recursive: true });
      await this.#setDecidedAside();
      if (!existsSync(this.latestFile)) await writeFile(this.latestFile, '', { flag: 'a' }); // perhaps through a link
      await writeFile(this.evidenceFile, `${text}\n`, { flag: 'wx' });
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(this.evidenceFile);
      if (!isThere) return messageOf(error);
    }
    return undefined;
  }

  /** Renames evidence about which a person has decided: it is kept, and stops nothing more. */
  async #setDecidedAside(): Promise<void> {
    if (!existsSync(this.evidenceFile) || existsSync(this.latestFile)) return;
    await rename(this.evidenceFile, `${this.evidenceFile}.${randomBytes(4).toString('hex')}`);
  }

  /** What to do about a fork. */
  forkHint(): string {
    return `the evidence is in ${this.evidenceFile}: show it to the operators of the database; to trust it again, remove ${this.latestFile} if its note is the false one, or else the evidence (\`tsgoget sumdb reset\` forgets both)`;
  }

  /** What to do about a state that cannot be read. */
  mendHint(): string {
    return `to mend it, remove ${this.latestFile}: the next look-up starts from a new tree head, and a fork from what was seen before is no longer noticed`;
  }
}
