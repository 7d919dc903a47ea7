/**
 * Makes a folder new as a whole: the new one is written beside the old one and then takes its name, so that a failure, or an end at any
 * moment before, leaves the old one.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Synchronously: file by file through the thread pool takes many times as long. */
const remove = (path: string) => rmSync(path, { recursive: true, force: true, maxRetries: 3 });

/**
 * Replaces whatever has the name `dir`, a file or a link too, by a folder that `fill` has filled; by nothing where there is no `fill`.
 * Throws what `fill` and the file system throw: then the old one is in its place again.
 */
export async function replaceFolder(dir: string, fill?: (folder: string) => Promise<void>): Promise<void> {
  const parent = dirname(dir);
  // the dot: no pattern of go's takes packages from there, should one be left behind
  const beside = join(parent, `.${basename(dir)}-${randomBytes(6).toString('hex')}`);
  const fresh = `${beside}.new`;
  await mkdir(parent, { recursive: true });
  let old: string[];
  try {
    if (fill !== undefined) {
      await mkdir(fresh);
      await fill(fresh);
    }
    old = await putInPlace(fill && fresh, dir, beside);
  } catch (error) {
    try {
      remove(fresh);
    } catch {} // the failure that is told is the first
    throw error;
  }
  old.forEach(removeOld);
}

/** Removes what was replaced, read-only folders too, such as those copied from a module cache. */
function removeOld(path: string): void {
  try {
    remove(path);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(codeOf(error)) || !lstatSync(path).isDirectory()) throw error;
    makeWritable(path);
    remove(path);
  }
}

function makeWritable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(folder, entry.name));
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** Moves what is at `dir` aside and the new folder there; again where another process puts one there meanwhile. Returns what was moved. */
async function putInPlace(fresh: string | undefined, dir: string, beside: string): Promise<string[]> {
  const moved: string[] = [];
  for (let tries = 5; ; tries--) {
    const aside = `${beside}.old${tries}`;
    const hadOld = await rename(dir, aside).then(
      () => moved.push(aside) > 0,
      (error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      },
    );
    if (fresh === undefined) return moved;
    try {
      await rename(fresh, dir);
      return moved;
    } catch (error) {
      if (tries > 1 && ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) continue;
      if (hadOld) await rename(aside, dir);
      throw error;
    }
  }
}
