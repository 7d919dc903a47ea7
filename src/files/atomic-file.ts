/**
 * Files that are either whole or not there: written under a random name beside their place, then renamed.
 * A few small files are written at once, without the thread pool: it is several times faster, and no descriptor is held while waiting.
 */
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheError } from './cache-error.js';
import { writeInThread } from './write-worker.js';

/** A name for a temporary file beside `file`, in the go command's form, which it clears away after a crash. */
export function tempName(file: string): string {
  return `${file}${randomInt(1_000_000_000)}.tmp`;
}

/** Makes the folder that a file is to be in. Throws 'cache'. */
export function makeFolderOf(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) makeFolder(folder);
}

/** mkdirSync's own recursion says ENOENT where a parent cannot be made, whatever the reason was. */
function makeFolder(folder: string): void {
  const code = tryMakeFolder(folder);
  if (code !== 'ENOENT' || dirname(folder) === folder) return;
  makeFolder(dirname(folder));
  if (tryMakeFolder(folder) === 'ENOENT') {
    // a parent is a link to nowhere, or was just removed
    throw cacheError(Object.assign(new Error('no such file or directory'), { code }), 'mkdir', folder);
  }
}

function tryMakeFolder(folder: string): string {
  try {
    mkdirSync(folder);
    return '';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return code;
    throw cacheError(error, 'mkdir', code === 'ENOTDIR' ? nearestThere(folder) : folder);
  }
}

/** The nearest thing above a folder that is there. */
function nearestThere(folder: string): string {
  let at = dirname(folder);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Creates a file that is not there yet and writes all of it; takes it away again when that fails. Throws 'cache'. */
export function createFile(file: string, data: Uint8Array, mode: number): void {
  let fd: number;
  try {
    fd = openSync(file, 'wx', mode);
  } catch (error) {
    throw cacheError(error, 'open', file);
  }
  try {
    for (let done = 0; done < data.length; ) done += writeSync(fd, data, done);
    closeSync(fd);
  } catch (error) {
    closeQuietly(fd);
    rmSync(file, { force: true });
    throw cacheError(error, 'write', file);
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {}
}

/** Puts a file in its place, whole, over what is there. Its folder is made when needed. Throws 'cache'. */
export async function writeFileAtomic(file: string, data: Uint8Array): Promise<void> {
  const temp = tempName(file);
  const ordered = writeInThread(file, temp, data);
  if (ordered && (await ordered)) return;
  makeFolderOf(file);
  createFile(temp, data, 0o666);
  await moveFile(temp, file);
}

const patienceMs = 2000;

/** Renames a file over another; the source is gone in any case. Throws 'cache'. */
export async function moveFile(from: string, to: string): Promise<void> {
  for (let waitMs = 1; ; waitMs *= 2) {
    try {
      return renameSync(from, to);
    } catch (error) {
      // Windows refuses while another process, a virus scanner say, has either file open
      const { code = '' } = error as NodeJS.ErrnoException;
      const mayPass =
        process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code) && waitMs < patienceMs;
      if (!mayPass) {
        rmSync(from, { force: true });
        throw cacheError(error, 'rename', to);
      }
    }
    await sleep(waitMs);
  }
}
