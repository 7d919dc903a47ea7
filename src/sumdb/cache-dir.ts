/**
 * Look-ups and tiles kept between runs, under GOMODCACHE/cache/download/sumdb/<name>: the go command's own layout.
 * Whatever is read here is proven anew, so a write needs no lock and no fsync, and may fail.
 */
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readWholeFile } from '../files/read-file.js';
import { writeInThread } from '../modcache/index.js';

/** A look-up or a tile of records has as much at most. */
const maxFileBytes = 1 << 20;

/** The folder of one database. Paths are those of the log, with slashes. */
export class CacheDir {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  #file(path: string): string {
    return join(this.#dir, ...path.split('/'));
  }

  /** The stored bytes; undefined when there are none that can be read. The go command creates files empty, then fills them. */
  async read(path: string): Promise<Uint8Array | undefined> {
    const file = this.#file(path);
    if (!existsSync(file)) return undefined; // hardly a cost, unlike an error for each file of a fresh cache
    try {
      const bytes = readWholeFile(file, maxFileBytes);
      return bytes?.length ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  /** Stores bytes that have been proven. */
  async write(path: string, bytes: Uint8Array): Promise<void> {
    const file = this.#file(path);
    const id = randomInt(2 ** 47)
      .toString(16)
      .padStart(16, '0');
    const temporary = `${file}.${id}.tmp`;
    const ordered = writeInThread(file, temporary, bytes);
    if (ordered && (await ordered)) return;
    try {
      if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
      writeFileSync(temporary, bytes, { flag: 'wx' });
      renameSync(temporary, file);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }

  get lookups(): string {
    return this.#file('lookup');
  }

  get tiles(): string {
    return this.#file('tile');
  }

  /** Removes everything of this database, and nothing of one whose name begins with this one's. */
  async clear(): Promise<void> {
    for (const dir of [this.lookups, this.tiles]) await rm(dir, { recursive: true, force: true });
  }

  /** Drops what has been refuted. */
  async drop(path: string): Promise<void> {
    await rm(this.#file(path), { force: true }).catch(() => {});
  }
}
