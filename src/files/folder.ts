/** Folders of the module cache: hashed, made read-only, removed. No link is followed: an extracted module has none. */
import { chmodSync, closeSync, type Dirent, lstatSync, readdirSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hash1OfSums } from '../dirhash/index.js';
import { createSha256 } from '../encoding/sha256.js';
import { TsgogetError } from '../errors.js';
import { maxZipBytes } from '../modzip/index.js';
import { cacheError, isAbsent } from './cache-error.js';
import { openToRead } from './read-file.js';

/** The folder itself and everything in it, parents first, with names relative to it ('' for itself). */
function* walk(dir: string): Generator<{ name: string; entry: Dirent | undefined }> {
  const waiting = [''];
  yield { name: '', entry: undefined };
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const at = join(dir, folder);
    let entries: Dirent[];
    try {
      entries = readdirSync(at, { withFileTypes: true });
    } catch (error) {
      throw cacheError(error, 'open', at);
    }
    for (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(name);
      yield { name, entry };
    }
  }
}

/** The names in a folder; none where it is not there. Throws 'cache'. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cacheError(error, 'open', folder);
  }
}

const isFolder = (entry: Dirent | undefined) => entry === undefined || entry.isDirectory();

const readBytes = 2 ** 20;

/**
 * The h1: hash of a folder's files, their names behind `prefix` and a slash; what the zip of the module gives when it has no folder entries.
 * Throws 'cache-modified' for what is neither file nor folder, for a name that is not UTF-8, and for more bytes than a module may
 * have, 'cache' when the disk fails, 'interrupted'.
 */
export async function hashDir(dir: string, prefix: string, signal?: AbortSignal): Promise<string> {
  const sums: [string, string][] = [];
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  let read = 0;
  let left = maxZipBytes;
  for (const { name, entry } of walk(dir)) {
    if (isFolder(entry)) continue;
    const file = join(dir, name);
    const refusal = (what: string) => new TsgogetError('cache-modified', `${file}: ${what}`);
    if (!entry!.isFile()) throw refusal('not a regular file');
    if (name.includes('\ufffd')) throw refusal('no name of a file in a module');
    const sum = hashFile(file, buffer, left);
    left -= sum.bytes;
    if (left < 0) throw refusal(`with the files before it more than ${maxZipBytes} bytes`);
    sums.push([`${prefix}/${name}`, sum.hex]);
    read += sum.bytes;
    if (read > 4 * readBytes) {
      read = 0;
      await nextTurn();
      if (signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: signal.reason });
    }
  }
  return hash1OfSums(sums);
}

/** Ends early after more than `maxBytes`. */
function hashFile(file: string, buffer: Buffer, maxBytes: number): { hex: string; bytes: number } {
  const hash = createSha256();
  let bytes = 0;
  try {
    const fd = openToRead(file);
    try {
      for (let got = -1; got !== 0 && bytes <= maxBytes; ) {
        got = readSync(fd, buffer);
        hash.update(buffer.subarray(0, got));
        bytes += got;
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw cacheError(error, 'read', file);
  }
  return { hex: Buffer.from(hash.digest()).toString('hex'), bytes };
}

/** Takes the write bits from all folders, children first; as well as it can, as the go command does. */
export function makeFoldersReadOnly(dir: string): void {
  const folders = Array.from(walk(dir)).filter(({ entry }) => isFolder(entry));
  for (const { name } of folders.reverse()) {
    const folder = join(dir, name);
    try {
      chmodSync(folder, lstatSync(folder).mode & 0o555);
    } catch {}
  }
}

/** Removes a folder, read-only folders in it too, or a file or link; nothing when it is not there. Throws 'cache'. */
export async function removeTree(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isDirectory()) return await rm(path);
    chmodSync(path, 0o777);
    for (const { name, entry } of walk(path)) if (isFolder(entry)) chmodSync(join(path, name), 0o777);
    await rm(path, { recursive: true, maxRetries: 5, retryDelay: 50 });
  } catch (error) {
    if (!isAbsent(error)) throw cacheError(error, 'remove', path);
  }
}
