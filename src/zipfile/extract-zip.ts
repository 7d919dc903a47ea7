/**
 * Writes a module's files into a new folder, as the go command does: regular files, readable only, whatever modes or links the zip
 * describes; folder entries are ignored. All names are checked before the first byte is written.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createFile } from '../files/atomic-file.js';
import { cacheError } from '../files/cache-error.js';
import type { ModuleVersion } from '../module/index.js';
import { checkZipEntries } from '../modzip/index.js';
import type { KeptZip } from './kept-contents.js';
import type { ModuleZip } from './module-zip.js';
import { readContents, type Stop, throwIfStopped, type Visit } from './zip-content.js';

/** Throws 'invalid-zip' or 'too-large' unless the zip's directory obeys every rule of module zips. */
export function checkOpenZip(zip: Pick<ModuleZip, 'bytes' | 'entries'>, module: ModuleVersion): void {
  const error = checkZipEntries(module, zip.bytes, zip.entries).err();
  if (error !== undefined) throw error;
}

/**
 * Extracts a zip that `checkOpenZip` has passed into `dir`, which must not exist. When it throws ('invalid-zip', 'cache',
 * 'interrupted'), a part may have been written: the caller removes it.
 */
export function extractOpenZip(zip: ModuleZip, module: ModuleVersion, dir: string, stop?: Stop): Promise<void> {
  return extract((visit) => readContents(zip, visit, stop), module, dir);
}

/** The same, from contents that were read before. */
export function extractKeptZip({ contents }: KeptZip, module: ModuleVersion, dir: string, stop?: Stop): Promise<void> {
  const read = async (visit: Visit) => {
    for (const [entry, content] of contents) {
      throwIfStopped(stop);
      await visit(entry, content);
    }
  };
  return extract(read, module, dir);
}

async function extract(
  read: (visit: Visit) => Promise<void>,
  { path, version }: ModuleVersion,
  dir: string,
): Promise<void> {
  const skip = `${path}@${version}/`.length;
  const folders = new Set<string>();
  const makeFolder = (folder: string, recursive: boolean) => {
    if (folders.has(folder)) return;
    try {
      mkdirSync(folder, { recursive });
    } catch (error) {
      throw cacheError(error, 'mkdir', folder);
    }
    folders.add(folder);
  };
  makeFolder(dir, false); // it must be new
  await read((entry, content) => {
    const name = entry.name.slice(skip);
    if (name === '' || name.endsWith('/')) return undefined;
    const file = join(dir, name);
    makeFolder(dirname(file), true);
    return content instanceof Uint8Array ? createFile(file, content, 0o444) : createFileOfParts(file, content);
  });
}

async function createFileOfParts(file: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  let fd: number;
  try {
    fd = openSync(file, 'wx', 0o444);
  } catch (error) {
    throw cacheError(error, 'open', file);
  }
  try {
    for await (const part of parts) for (let done = 0; done < part.length; ) done += writeSync(fd, part, done);
  } catch (error) {
    throw cacheError(error, 'write', file);
  } finally {
    closeSync(fd);
  }
}
