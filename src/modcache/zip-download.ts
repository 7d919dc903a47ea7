/**
 * A zip on its way into the cache: written under a temporary name, hashed there, and given its name only when the caller has
 * verified the hash. All under the version's lock, which the go command takes as well.
 */
import { closeSync, fdatasync, openSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import type { FileLock } from '../filelock/index.js';
import { moveFile, tempName, writeFileAtomic } from '../files/atomic-file.js';
import { cacheError } from '../files/cache-error.js';
import type { ModuleVersion } from '../module/index.js';
import { maxZipBytes } from '../modzip/index.js';
import { errorOf } from '../zipfile/error-text.js';
import { runZipJob } from '../zipfile/zip-threads.js';

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
  /**
   * Hashes the zip that was written, and says with `fault` which rule of module zips it breaks: then it is not to be committed.
   * Throws 'invalid-zip' for what has no hash, 'too-large', 'cache', 'interrupted'.
   */
  finish(): Promise<{ h1: string; bytes: number; fault: TsgogetError | undefined }>;
  /** Gives the zip its name and records its hash; only after the hash was verified. Unlocks, also when it throws ('cache'). */
  commit(): Promise<void>;
  /** Leaves nothing behind, and unlocks. Does nothing after `commit`. */
  discard(): Promise<void>;
}

export interface ZipDownloadOptions {
  readonly module: ModuleVersion;
  /** The zip's name in the cache. */
  readonly zipFile: string;
  /** Only its hash has to be recorded. */
  readonly zipExists: boolean;
  /** Of the version; released in the end. */
  readonly lock: FileLock;
  readonly signal: AbortSignal | undefined;
}

export function createZipDownload({ module, zipFile, zipExists, lock, signal }: ZipDownloadOptions): ZipDownload {
  let temp: string | undefined;
  let written: { readonly fd: number } | undefined;
  let synced: Promise<void> | undefined;
  let hashed: string | undefined;
  let done = false;

  const dropTemp = async () => {
    await synced?.catch(() => {});
    if (written !== undefined) closeSync(written.fd);
    if (temp !== undefined) rmSync(temp, { force: true });
    temp = written = synced = undefined;
  };

  const startSink = async (): Promise<ZipSink> => {
    await dropTemp();
    hashed = undefined;
    const file = tempName(zipFile);
    const own = { fd: fails('open', file, () => openSync(file, 'wx', 0o666)) };
    [temp, written] = [file, own];
    let bytes = 0;
    return {
      async write(chunk) {
        bytes += chunk.length;
        if (bytes > maxZipBytes) throw new TsgogetError('too-large', 'downloaded zip file too large');
        if (written !== own) throw new Error('write: the sink is closed'); // another file may have its number
        fails('write', file, () => {
          for (let at = 0; at < chunk.length; ) at += writeSync(own.fd, chunk, at);
        });
      },
      async close() {
        if (written !== own) return;
        written = undefined;
        // the disk may take its time: until the zip gets its name
        synced = syncAndClose(own.fd).catch((error) => {
          throw cacheError(error, 'write', file);
        });
        synced.catch(() => {});
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
      if (file === undefined || written !== undefined) throw new Error('finish: the zip was not written');
      const { h1, bytes, fault } = await runZipJob({ task: 'hash', file, module, finalFile: zipFile }, signal);
      if (fault === undefined) hashed = h1;
      return { h1, bytes, fault: fault && errorOf(fault, undefined) };
    },

    async commit() {
      if (done || hashed === undefined) throw new Error('commit: the zip was not hashed');
      done = true;
      const hashFile = `${zipFile}hash`;
      try {
        await synced;
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

function fails<T>(doing: string, file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cacheError(error, doing, file);
  }
}

async function syncAndClose(fd: number): Promise<void> {
  try {
    await promisify(fdatasync)(fd);
  } finally {
    closeSync(fd);
  }
}
