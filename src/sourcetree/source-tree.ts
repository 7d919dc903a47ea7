/**
 * The user's own files: go.mod, go.sum, go.work, vendor/modules.txt. Read through the -overlay file,
 * written in place under the go command's lock, so that neither loses the other's edit.
 */
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { compareBytes } from '../encoding/compare-bytes.js';
import { failed, messageOf, TsgogetError } from '../errors.js';
import { type FileLock, lockFile } from '../filelock/index.js';
import { isAbsent } from '../files/cache-error.js';
import {
  readBeginning,
  readExistingFile,
  readOpenFile,
  readWholeFile,
  UnreadableFileError,
} from '../files/read-file.js';
import { parseGoJson } from '../gojson/index.js';
import { PendingEdits } from './pending-edits.js';
import { writeInPlace } from './write-in-place.js';

export interface SourceTreeOptions {
  /** What relative paths of the overlay are relative to. */
  readonly cwd: string;
  /** Path of the -overlay JSON file. */
  readonly overlay?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What stands in a folder; a link is not followed. */
export interface FolderEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
}

/** Larger files are refused. */
const maxFileBytes = 2 ** 28;

export class SourceTree {
  readonly #replaced: ReadonlyMap<string, string>;
  readonly #implied: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
  readonly #signal: AbortSignal | undefined;
  #pending: PendingEdits | undefined;

  private constructor(replaced: ReadonlyMap<string, string>, signal: AbortSignal | undefined) {
    this.#replaced = replaced;
    this.#implied = impliedFolders(replaced);
    this.#signal = signal;
  }

  /** Reads the overlay. Throws 'failed' when it is not one. */
  static async open(options: SourceTreeOptions): Promise<SourceTree> {
    const replaced = new Map<string, string>();
    if (options.overlay !== undefined) {
      const entries = await readOverlay(resolve(options.cwd, options.overlay), options.overlay);
      for (const [from, to] of entries) {
        const key = resolve(options.cwd, from);
        if (replaced.has(key)) {
          throw new TsgogetError('failed', `duplicate paths ${from} and ${key} in overlay map`);
        }
        replaced.set(key, to === '' ? '' : resolve(options.cwd, to));
      }
    }
    return new SourceTree(replaced, options.signal);
  }

  /** A view in which `transform` changes no file yet, though `read` shows the change: `commit` makes all of them. */
  withPendingEdits(): SourceTree {
    const tree = new SourceTree(this.#replaced, this.#signal);
    tree.#pending = new PendingEdits();
    return tree;
  }

  /** Makes the changes that were pending back. Throws 'failed' for a file that is no longer what was read. */
  async commit(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    await pending?.make((file, change) => this.transform(file, change));
  }

  /** Reports whether the file stands in the overlay: then it is not ours to write. */
  isOverlaid(file: string): boolean {
    return this.#replaced.has(resolve(file));
  }

  #actual(file: string): string | undefined {
    const to = this.#replaced.get(resolve(file));
    return to === '' ? undefined : (to ?? file);
  }

  /** The bytes of a file, undefined when there is none. Other failures are thrown as 'failed', with `name` as its name. */
  async read(file: string, name = file, maxBytes = maxFileBytes): Promise<Uint8Array | undefined> {
    const pending = this.#pending?.textOf(file);
    if (pending !== undefined) return pending;
    const actual = this.#actual(file);
    if (actual === undefined) return undefined;
    try {
      const data = readWholeFile(actual, maxBytes);
      return data && new Uint8Array(data);
    } catch (error) {
      throw fileError((error as NodeJS.ErrnoException).syscall ?? 'open', name, error);
    }
  }

  /** The bytes of a file while nobody writes it, past the overlay; `name` is for the message. Throws 'failed'. */
  async readLocked(file: string, name = file): Promise<Uint8Array> {
    let lock: FileLock | undefined;
    try {
      lock = await lockFile(file, { exclusive: false, signal: this.#signal });
      return new Uint8Array(readOpenFile(lock.fd, maxFileBytes));
    } catch (error) {
      throw fileError('open', name, error);
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
    if (this.#implied.has(resolve(path))) return true;
    const found = await stat(path).catch(() => undefined);
    return found?.isDirectory() ?? false;
  }

  /** What stands in a folder, sorted by name; undefined when it is no folder. Throws 'failed' when it cannot be read. */
  entries(dir: string): readonly FolderEntry[] | undefined {
    const path = resolve(dir);
    const implied = this.#implied.get(path);
    const found = new Map<string, FolderEntry['type']>();
    let exists = implied !== undefined;
    if (!this.#isBelowReplaced(path)) {
      try {
        for (const entry of readdirSync(dir, { withFileTypes: true })) {
          if (this.#replaced.size === 0 || this.#replaced.get(join(path, entry.name)) !== '') {
            found.set(entry.name, typeOf(entry));
          }
        }
        exists = true;
      } catch (error) {
        if (!isAbsent(error)) throw fileError('open', dir, error);
      }
    }
    for (const [name, isFolder] of implied ?? []) {
      const to = this.#replaced.get(join(path, name)) ?? '';
      const isFile = !isFolder && statOrNone(to)?.isFile();
      found.set(name, isFolder ? 'directory' : isFile ? 'file' : 'other');
    }
    if (!exists) return undefined;
    return [...found].map(([name, type]) => ({ name, type })).sort((a, b) => compareBytes(a.name, b.name));
  }

  /** Reports whether a path leads to a file, through links; false when that cannot be told. */
  isFileNow(file: string): boolean {
    const actual = this.#actual(file);
    return actual !== undefined && (statOrNone(actual)?.isFile() ?? false);
  }

  #isBelowReplaced(path: string): boolean {
    if (this.#replaced.size === 0) return false;
    for (let at = path; ; at = dirname(at)) {
      if (this.#replaced.has(at)) return true;
      if (dirname(at) === at) return false;
    }
  }

  /** Names in a folder, sorted; none when there is no folder. */
  async list(dir: string): Promise<{ name: string; isDirectory: boolean; isFile: boolean }[]> {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    return entries
      .map((e) => ({ name: e.name, isDirectory: e.isDirectory(), isFile: e.isFile() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Names in a folder as the overlay shows it, by byte order, links looked through; a link that leads nowhere is left out.
   * Synchronous, for whoever reads many small folders. Throws 'failed'.
   */
  listNow(dir: string): { name: string; isDirectory: boolean; isFile: boolean }[] {
    const entries = this.entries(dir);
    if (entries === undefined) throw fileError('open', dir, Object.assign(new Error(), { code: 'ENOENT' }));
    return entries.flatMap(({ name, type }) => {
      if (type !== 'link') return [{ name, isDirectory: type === 'directory', isFile: type === 'file' }];
      const kind = statOrNone(join(dir, name));
      return kind === undefined ? [] : [{ name, isDirectory: kind.isDirectory(), isFile: kind.isFile() }];
    });
  }

  /** Reports whether a folder holds plain files alone, besides folders, and none was changed in the last `ms`. Synchronous. */
  isAtRest(dir: string, ms: number): boolean {
    const last = Date.now() - ms;
    return (this.entries(dir) ?? []).every(({ name, type }) => {
      if (type === 'directory') return true;
      const actual = type === 'file' ? this.#actual(join(dir, name)) : undefined;
      const found = actual === undefined ? undefined : statOrNone(actual);
      return found !== undefined && found.mtimeMs <= last;
    });
  }

  /** The bytes of a file; with `into` no more of its beginning than there is room for, in there. Synchronous. Throws 'failed'. */
  readNow(file: string, into?: Uint8Array): Uint8Array {
    const actual = this.#actual(file);
    if (actual === undefined) throw new TsgogetError('failed', `open ${file}: file does not exist`);
    const pending = into === undefined ? this.#pending?.textOf(file) : undefined;
    if (pending !== undefined) return pending;
    try {
      return into === undefined ? readExistingFile(actual, maxFileBytes) : readBeginning(actual, into);
    } catch (error) {
      throw fileError((error as NodeJS.ErrnoException).syscall ?? 'open', file, error);
    }
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
   * Throws what `change` throws, and 'failed' where the file cannot be written: then it holds what it pending.
   */
  async transform(file: string, change: (old: Uint8Array) => Uint8Array | undefined): Promise<void> {
    if (this.#pending !== undefined) {
      this.#pending.add(file, (await this.read(file)) ?? new Uint8Array(), change);
      return;
    }
    let lock: FileLock | undefined;
    try {
      lock = await lockFile(file, { exclusive: true, signal: this.#signal });
      const old = new Uint8Array(readOpenFile(lock.fd, maxFileBytes)); // on Windows no other descriptor may read it now
      const text = change(old);
      if (text !== undefined) writeInPlace(lock.fd, old, text);
    } catch (error) {
      throw fileError('write', file, error);
    } finally {
      await lock?.release();
    }
  }
}

function statOrNone(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

const typeOf = (entry: Dirent): FolderEntry['type'] =>
  entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'link' : 'other';

/** The folders above the files that the overlay puts somewhere, with the names in each; true for a folder. */
function impliedFolders(replaced: ReadonlyMap<string, string>): Map<string, Map<string, boolean>> {
  const folders = new Map<string, Map<string, boolean>>();
  for (const [file, to] of replaced) {
    if (to === '') continue;
    let [path, isFolder] = [file, false];
    for (let dir = dirname(path); dir !== path; [path, dir, isFolder] = [dir, dirname(dir), true]) {
      const names = folders.get(dir) ?? new Map<string, boolean>();
      folders.set(dir, names.set(basename(path), isFolder));
    }
  }
  return folders;
}

function fileError(doing: string, name: string, error: unknown): unknown {
  if (error instanceof TsgogetError) return error;
  if (error instanceof UnreadableFileError) {
    return error.code === 'EFBIG'
      ? new TsgogetError('too-large', `${name}: ${error.reason}`)
      : failed(`${doing} ${name}: ${error.reason}`);
  }
  const code = (error as NodeJS.ErrnoException).code;
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'read-only file system',
    ENOSPC: 'no space left on device',
    EFBIG: 'file too large',
    EISDIR: 'is a directory',
    ENOENT: 'no such file or directory',
    ENOTDIR: 'not a directory',
    ELOOP: 'too many levels of symbolic links',
  };
  return new TsgogetError('failed', `${doing} ${name}: ${words[code ?? ''] ?? messageOf(error)}`, { cause: error });
}

/** Of null there are none. */
function membersOf(value: unknown, what: string): [name: string, value: unknown][] {
  if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value ?? {});
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new Error(`json: cannot unmarshal ${kind} into Go ${what}`);
}

async function readOverlay(file: string, name: string): Promise<[from: string, to: string][]> {
  let text: string;
  try {
    text = readExistingFile(file, maxFileBytes).toString();
  } catch (error) {
    throw new TsgogetError('failed', `reading overlay: ${messageOf(fileError('open', name, error))}`);
  }
  try {
    const members = membersOf(parseGoJson(text), 'value of type fsys.overlayJSON');
    // as Go's decoder has it: names without regard to case, and null is nothing
    const replaces = members.filter(([name]) => name.toLowerCase() === 'replace').map(([, value]) => value);
    const replaced = new Map(
      replaces.flatMap((value) => membersOf(value, 'struct field overlayJSON.Replace of type map[string]string')),
    );
    return Array.from(replaced, ([from, to]) => {
      if (from === '') throw new Error('empty string key in overlay map');
      if (to !== null && typeof to !== 'string') throw new Error(`${from} is not replaced by a path`);
      return [from, to ?? ''];
    });
  } catch (error) {
    throw new TsgogetError('failed', `parsing overlay JSON: ${messageOf(error)}`);
  }
}

/** The path as a person would write it here: relative when that is shorter and leads to the same (the go command's ShortPath). */
export function shortPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const rel = relative(cwd, path) || '.';
  return rel.length < path.length && !isBelowFile(path) ? rel : path;
}

/** Reports whether a path goes through a file, and so cannot be: go does not shorten it. */
function isBelowFile(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
