/**
 * Look-ups and tiles kept between runs, under GOMODCACHE/cache/download/sumdb/<name>: the go command's own layout.
 * Whatever is read here is proven anew, so a write needs no lock and no fsync, and may fail.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Memo } from '../async/memo.js';

/** The folder of one database. Paths are those of the log, with slashes. */
export class CacheDir {
  readonly #dir: string;
  readonly #made = new Memo<unknown>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  #file(path: string): string {
    return join(this.#dir, ...path.split('/'));
  }

  /** The stored bytes; undefined when there are none that can be read. The go command creates files empty, then fills them. */
  async read(path: string): Promise<Uint8Array | undefined> {
    try {
      const bytes = await readFile(this.#file(path));
      return bytes.length > 0 ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  /** Stores bytes that have been proven. */
  async write(path: string, bytes: Uint8Array): Promise<void> {
    const file = this.#file(path);
    const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
    try {
      await this.#made.get(dirname(file), () => mkdir(dirname(file), { recursive: true }));
      await writeFile(temporary, bytes, { flag: 'wx' });
      await rename(temporary, file);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }

  /** Drops what has been refuted. */
  async drop(path: string): Promise<void> {
    await rm(this.#file(path), { force: true }).catch(() => {});
  }
}
