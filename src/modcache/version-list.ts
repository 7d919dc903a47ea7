/** The file @v/list of a cached module: the versions that have a go.mod, so that the cache can be served as a proxy. */
import { fstatSync, ftruncateSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createLimit } from '../async/limit.js';
import { lockFile } from '../filelock/index.js';
import { cacheError } from '../files/cache-error.js';
import { fittingWidth } from '../files/descriptor-limit.js';
import { canonicalVersion, semver } from '../module/index.js';

/** Rewrites that wait for the lock: they have yet to look into the folder, and will see what was added meanwhile. */
const waiting = new Map<string, { readonly signal: AbortSignal | undefined; readonly done: Promise<void> }>();

/** Each has its file open while it waits for the lock. */
const limit = createLimit(fittingWidth(256, 6));

/** Brings `list` in a module's @v folder up to date, under the lock and in the steps of the go command. Throws 'cache', 'interrupted'. */
export function rewriteVersionList(folder: string, signal?: AbortSignal): Promise<void> {
  const found = waiting.get(folder);
  if (found !== undefined && found.signal === signal) return found.done;
  const done = limit(() => rewrite(folder, signal));
  waiting.set(folder, { signal, done });
  return done;
}

async function rewrite(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const file = join(folder, 'list');
  try {
    const lock = await lockFile(file, { exclusive: true, followLinks: false, signal }).finally(() =>
      waiting.delete(folder),
    );
    try {
      replaceContent(lock.fd, Buffer.from(formatVersionList(readdirSync(folder))));
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw cacheError(error, 'write', file);
  }
}

/** The list that belongs to a folder with these file names. */
export function formatVersionList(names: readonly string[]): string {
  const versions = names.filter((name) => name.endsWith('.mod')).map((name) => name.slice(0, -'.mod'.length));
  const listed = versions.filter((v) => v !== '' && canonicalVersion(v) === v).sort(semver.compareStrict);
  return listed.map((v) => `${v}\n`).join('');
}

/** A crash in between leaves zeros, which nobody takes for versions. */
function replaceContent(fd: number, data: Buffer): void {
  const { size } = fstatSync(fd);
  if (size === data.length) {
    const old = Buffer.alloc(data.length);
    if (data.length === 0 || (readSync(fd, old, 0, old.length, 0) === old.length && old.equals(data))) return;
  }
  if (size > 0) {
    ftruncateSync(fd, 0);
    ftruncateSync(fd, data.length);
  }
  try {
    for (let done = 0; done < data.length; ) done += writeSync(fd, data, done, data.length - done, done);
  } catch (error) {
    ftruncateSync(fd, 0);
    throw error;
  }
}
