/**
 * A zip on its way into the cache: written under a temporary name, hashed there, and given its name only when the caller has
 * verified the hash. All under the version's lock, which the go command takes as well.
 */
import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { quoteGo } from '../encoding/quote-go.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import type { FileLock } from '../filelock/index.js';
import type { ModuleVersion } from '../module/index.js';
import { maxZipBytes } from '../modzip/index.js';
import { moveFile, tempName, writeFileAtomic } from './atomic-file.js';
import { cacheError } from './cache-error.js';
import { hashOpenZip, withZip } from './hash-zip.js';
import type { ModuleZip } from './module-zip.js';

/** Takes the bytes of one download. */
export interface ZipSink {
  /** Throws 'too-large' past the limit of module zips, 'cache' when the disk fails. */
  write(chunk: Uint8Array): Promise<void>;
  /** Call when all bytes were written. */
  close(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}

export interface ZipDownload {
  /**
   * Starts a temporary file; each call starts a new one and throws the one before away.
   * undefined when the zip is there already and only its recorded hash is missing.
   */
  readonly sink: (() => Promise<ZipSink>) | undefined;
  /** Hashes the zip that was written. Throws 'invalid-zip', 'too-large', 'cache', 'interrupted'. */
  finish(): Promise<{ h1: string; bytes: number }>;
  /** Gives the zip its name and records its hash; only after the hash was verified. Unlocks, also when it throws ('cache'). */
  commit(): Promise<void>;
  /** Leaves nothing behind, and unlocks. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/** The rest of a download: `zipExists` when only the hash has to be recorded. The lock is released in the end. */
export function createZipDownload(
  module: ModuleVersion,
  zipFile: string,
  zipExists: boolean,
  lock: FileLock,
  signal?: AbortSignal,
): ZipDownload {
  let temp: string | undefined;
  let handle: FileHandle | undefined;
  let hashed: string | undefined;
  let done = false;

  const dropTemp = async () => {
    await handle?.close();
    handle = undefined;
    if (temp !== undefined) rmSync(temp, { force: true });
    temp = undefined;
  };

  const startSink = async (): Promise<ZipSink> => {
    await dropTemp();
    hashed = undefined;
    const file = tempName(zipFile);
    const own = await open(file, 'wx', 0o666).catch((error) => {
      throw cacheError(error, 'open', file);
    });
    [temp, handle] = [file, own];
    let bytes = 0;
    return {
      async write(chunk) {
        bytes += chunk.length;
        if (bytes > maxZipBytes) throw new TsgogetError('too-large', 'downloaded zip file too large');
        try {
          await own.appendFile(chunk);
        } catch (error) {
          throw cacheError(error, 'write', file);
        }
      },
      async close() {
        try {
          await own.datasync();
          await own.close();
        } catch (error) {
          throw cacheError(error, 'write', file);
        }
        if (handle === own) handle = undefined;
      },
      async abort() {
        if (temp === file) await dropTemp();
      },
    };
  };

  return {
    sink: zipExists ? undefined : startSink,

    async finish() {
      const file = zipExists ? zipFile : temp;
      if (file === undefined || handle !== undefined) throw new Error('finish: the zip was not written');
      return withZip(file, async (zip) => {
        checkPrefix(zip, module);
        hashed = await hashOpenZip(zip, signal);
        return { h1: hashed, bytes: zip.bytes };
      });
    },

    async commit() {
      if (done || hashed === undefined) throw new Error('commit: the zip was not hashed');
      done = true;
      const hashFile = `${zipFile}hash`;
      try {
        await writeFileAtomic(hashFile, encodeUtf8(hashed));
        if (temp !== undefined) {
          await moveFile(temp, zipFile).catch((error) => {
            rmSync(hashFile, { force: true });
            throw error;
          });
        }
        temp = undefined;
      } finally {
        await dropTemp();
        await lock.release();
      }
    },

    async discard() {
      if (done) return;
      done = true;
      try {
        await dropTemp();
      } finally {
        await lock.release();
      }
    },
  };
}

function checkPrefix(zip: ModuleZip, { path, version }: ModuleVersion): void {
  const subject = `${path}@${version}`;
  const other = zip.entries.find((entry) => !entry.name.startsWith(`${subject}/`));
  if (other === undefined) return;
  throw new TsgogetError('invalid-zip', `zip for ${subject} has unexpected file ${quoteGo(other.name).slice(1, -1)}`);
}
