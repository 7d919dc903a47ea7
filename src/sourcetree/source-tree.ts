/**
 * The user's own files: go.mod, go.sum, go.work, vendor/modules.txt. Read through the -overlay file,
 * written in place under the go command's lock, so that neither loses the other's edit.
 */
import { readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { messageOf, TsgogetError } from '../errors.js';
import { type FileLock, lockFile } from '../filelock/index.js';
import { writeInPlace } from './write-in-place.js';

export interface SourceTreeOptions {
  /** What relative paths of the overlay are relative to. */
  readonly cwd: string;
  /** Path of the -overlay JSON file. */
  readonly overlay?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const isAbsent = (error: unknown) =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

export class SourceTree {
  readonly #replaced: ReadonlyMap<string, string>;
  readonly #signal: AbortSignal | undefined;

  private constructor(replaced: ReadonlyMap<string, string>, signal: AbortSignal | undefined) {
    this.#replaced = replaced;
    this.#signal = signal;
  }

  /** Reads the overlay. Throws 'usage' when it is not one. */
  static async open(options: SourceTreeOptions): Promise<SourceTree> {
    const replaced = new Map<string, string>();
    if (options.overlay !== undefined) {
      const entries = await readOverlay(resolve(options.cwd, options.overlay));
      for (const [from, to] of entries) {
        const key = resolve(options.cwd, from);
        if (replaced.has(key)) {
          throw new TsgogetError('usage', `duplicate paths ${from} and ${key} in overlay map`);
        }
        replaced.set(key, to === '' ? '' : resolve(options.cwd, to));
      }
    }
    return new SourceTree(replaced, options.signal);
  }

  /** Reports whether the file stands in the overlay: then it is not ours to write. */
  isOverlaid(file: string): boolean {
    return this.#replaced.has(resolve(file));
  }

  #actual(file: string): string | undefined {
    const to = this.#replaced.get(resolve(file));
    return to === '' ? undefined : (to ?? file);
  }

  /** The bytes of a file, undefined when there is none. Other failures are thrown as 'failed'. */
  async read(file: string): Promise<Uint8Array | undefined> {
    const actual = this.#actual(file);
    if (actual === undefined) return undefined;
    try {
      return new Uint8Array(await readFile(actual));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw fileError(`open ${file}`, error);
    }
  }

  /** The bytes of a file while nobody writes it, past the overlay; `name` is for the message. Throws 'failed'. */
  async readLocked(file: string, name = file): Promise<Uint8Array> {
    let lock: FileLock | undefined;
    try {
      lock = await lockFile(file, { exclusive: false, signal: this.#signal });
      return new Uint8Array(readFileSync(lock.fd));
    } catch (error) {
      throw fileError(`open ${name}`, error);
    } finally {
      await lock?.release();
    }
  }

  /** What a path leads to, through links; undefined when nothing is there. Throws what looking throws otherwise. */
  async kindOf(path: string): Promise<'file' | 'directory' | 'other' | undefined> {
    const actual = this.#actual(path);
    if (actual === undefined) return undefined;
    try {
      const found = await stat(actual);
      return found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return (await this.isDirectory(path)) ? 'directory' : undefined;
    }
  }

  async isFile(file: string): Promise<boolean> {
    const actual = this.#actual(file);
    if (actual === undefined) return false;
    const found = await stat(actual).catch(() => undefined);
    return found !== undefined && !found.isDirectory();
  }

  async isDirectory(path: string): Promise<boolean> {
    for (const file of this.#replaced.keys())
      if (this.#replaced.get(file) !== '' && dirname(file) === path) return true;
    const found = await stat(path).catch(() => undefined);
    return found?.isDirectory() ?? false;
  }

  /** Names in a folder, sorted; none when there is no folder. */
  async list(dir: string): Promise<{ name: string; isDirectory: boolean; isFile: boolean }[]> {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    return entries
      .map((e) => ({ name: e.name, isDirectory: e.isDirectory(), isFile: e.isFile() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The folder at or above `dir` that holds a file `name`; undefined when none does or `stopAt` is reached. */
  async findUp(dir: string, name: string, stopAt?: string): Promise<string | undefined> {
    for (let at = resolve(dir); ; ) {
      if (await this.isFile(join(at, name))) return at;
      const up = dirname(at);
      if (up === at || up === stopAt) return undefined;
      at = up;
    }
  }

  /**
   * Replaces the contents by `change(old)`, under an exclusive lock; `undefined` changes nothing.
   * Throws what `change` throws, and 'failed' where the file cannot be written: then it holds what it held.
   */
  async transform(file: string, change: (old: Uint8Array) => Uint8Array | undefined): Promise<void> {
    let lock: FileLock | undefined;
    try {
      lock = await lockFile(file, { exclusive: true, signal: this.#signal });
      const old = new Uint8Array(readFileSync(lock.fd)); // on Windows no other descriptor may read it now
      const text = change(old);
      if (text !== undefined) writeInPlace(lock.fd, old, text);
    } catch (error) {
      throw fileError(`write ${file}`, error);
    } finally {
      await lock?.release();
    }
  }
}

function fileError(what: string, error: unknown): unknown {
  if (error instanceof TsgogetError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'read-only file system',
    ENOSPC: 'no space left on device',
    EISDIR: 'is a directory',
    ENOENT: 'no such file or directory',
  };
  return new TsgogetError('failed', `${what}: ${words[code ?? ''] ?? messageOf(error)}`, { cause: error });
}

async function readOverlay(file: string): Promise<[from: string, to: string][]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new TsgogetError('usage', `reading overlay: ${(fileError(`open ${file}`, error) as Error).message}`);
  }
  try {
    const value = JSON.parse(text) as { Replace?: unknown } | null;
    const replace = value?.Replace ?? {};
    if (typeof replace !== 'object' || Array.isArray(replace)) throw new Error('Replace is not an object');
    return Object.entries(replace).map(([from, to]) => {
      if (from === '') throw new Error('empty string key in overlay map');
      if (typeof to !== 'string') throw new Error(`${from} is not replaced by a path`);
      return [from, to];
    });
  } catch (error) {
    throw new TsgogetError('usage', `parsing overlay JSON: ${messageOf(error)}`);
  }
}

/** The path as a person would write it here: relative when that is shorter (the go command's ShortPath). */
export function shortPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const rel = relative(cwd, path) || '.';
  return rel.length < path.length ? rel : path;
}
