/** `work use`: adds folders that hold a module to go.work and removes those that no longer do. */

import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { asFollowedRelease } from '../client/followed-release.js';
import { failed, oneOrAll } from '../errors.js';
import { hasRule, maxGo } from '../gover/index.js';
import { addUse, dropUse } from '../modfile/index.js';
import {
  type GoWorkSource,
  goVersionOf,
  raiseGoVersion,
  readGoWorkFile,
  readUsedGoMod,
  requireGoWork,
  useFolder,
  type WorkPlace,
  writeGoWork,
} from '../resolve/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Command } from './command.js';
import { moduleFlags } from './module-flags.js';
import { toDirectoryPath } from './work-edit.js';
import { openWorkPlace } from './work-place.js';

export interface UseOptions {
  /** Each argument stands for all folders under it. */
  readonly recursive: boolean;
  /** Folders named vendor, and what is below them, are not among those. */
  readonly skipsVendor: boolean;
  /** A line on stderr. */
  readonly warn: (line: string) => void;
}

/** How go.work should name a folder; '' for not at all. Keys are absolute. */
type Wanted = Map<string, string>;

/** Runs a step; what it throws is told with the rest, at the end. */
type Attempt = (step: () => Promise<void>) => Promise<void>;

/**
 * Changes the parsed go.work: its folders as the arguments say, its go line at least that of every module used.
 * Throws all that is wrong, as an AggregateError when that is more than one thing.
 */
export async function useFolders(
  place: WorkPlace,
  work: GoWorkSource,
  args: readonly string[],
  options: UseOptions,
): Promise<void> {
  const errors: unknown[] = [];
  const attempt: Attempt = async (step) => {
    await step().catch((error) => errors.push(error));
  };
  const listed = listedFolders(work);
  const wanted: Wanted = new Map();
  for (const arg of args) await attempt(() => lookAt({ place, work, listed, wanted, options, attempt }, arg));
  applyWanted(work, listed, wanted);
  let goVersion = goVersionOf(work.file);
  for (const { path } of [...work.file.use]) {
    await attempt(async () => {
      const goMod = await readUsedGoMod(place, useFolder(work.path, path));
      goVersion = maxGo(goVersion, goVersionOf(goMod));
      addUse(work.file, path, goMod.module.path);
    });
  }
  if (errors.length > 0) throw oneOrAll(errors);
  raiseGoVersion(work.file, goVersion);
}

/** The folders in go.work, absolute, with all the ways it names them. */
function listedFolders({ path, file }: GoWorkSource): Map<string, string[]> {
  const listed = new Map<string, string[]>();
  for (const use of file.use) {
    const dir = useFolder(path, use.path);
    listed.set(dir, [...(listed.get(dir) ?? []), use.path]);
  }
  return listed;
}

/** An argument as an absolute folder, and as go.work names it: absolute if it was, else relative to go.work. */
function nameFolder(place: WorkPlace, work: GoWorkSource, arg: string): { dir: string; name: string } {
  const dir = resolve(place.cwd, arg);
  if (isAbsolute(arg)) return { dir, name: dir };
  const rel = relative(dirname(work.path), dir) || '.';
  if (rel === '..' && !hasRule(place.goVersion, 'dot-folders')) return { dir, name: './..' };
  return { dir, name: isAbsolute(rel) ? rel : toDirectoryPath(rel) };
}

interface Looking {
  readonly place: WorkPlace;
  readonly work: GoWorkSource;
  readonly listed: ReadonlyMap<string, unknown>;
  readonly wanted: Wanted;
  readonly options: UseOptions;
  readonly attempt: Attempt;
}

async function lookAt({ place, work, listed, wanted, options, attempt }: Looking, arg: string): Promise<void> {
  const { dir } = nameFolder(place, work, arg);
  const kind = await place.tree.kindOf(dir);
  if (kind === undefined) throw failed(`directory ${shortPath(dir, place.cwd)} does not exist`);
  if (kind !== 'directory') throw failed(`${shortPath(dir, place.cwd)} is not a directory`);
  if (!options.recursive) return lookAtFolder(place, work, arg, wanted);
  await attempt(async () => {
    for await (const found of foldersUnder(place, arg, options)) {
      await attempt(() => lookAtFolder(place, work, found, wanted));
    }
  });
  const prefix = dir.endsWith(sep) ? dir : dir + sep;
  for (const other of listed.keys()) {
    if ((other === dir || other.startsWith(prefix)) && !wanted.has(other)) wanted.set(other, '');
  }
}

async function lookAtFolder(place: WorkPlace, work: GoWorkSource, arg: string, wanted: Wanted): Promise<void> {
  const { dir, name } = nameFolder(place, work, arg);
  const file = join(dir, 'go.mod');
  const kind = await place.tree.kindOf(file);
  if (kind === undefined) {
    wanted.set(dir, '');
    return;
  }
  if (kind !== 'file') throw failed(`${shortPath(file, place.cwd)} is not a regular file`);
  const other = wanted.get(dir) ?? '';
  if (other !== '' && other !== name) throw failed(`already added "${name}" as "${other}"`);
  wanted.set(dir, name);
}

/** A folder and all below it, in order; links to folders are not followed, but for the first. */
async function* foldersUnder(place: WorkPlace, root: string, options: UseOptions): AsyncGenerator<string> {
  const { skipsVendor, warn } = options;
  const waiting = [{ path: root, isLink: false }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { path, isLink } = at;
    const dir = resolve(place.cwd, path);
    if (isLink) {
      if (await place.tree.isDirectory(dir)) warn(`warning: ignoring symlink ${shortPath(dir, place.cwd)}`);
      continue;
    }
    if (skipsVendor && basename(path) === 'vendor') continue;
    yield path;
    const entries = place.tree.entries(dir);
    if (entries === undefined) throw failed(`open ${dir}: no such file or directory`); // its name is no UTF-8, say
    for (const { name, type } of entries.toReversed()) {
      if (type === 'directory' || type === 'link') waiting.push({ path: join(path, name), isLink: type === 'link' });
    }
  }
}

function applyWanted({ file }: GoWorkSource, listed: ReadonlyMap<string, readonly string[]>, wanted: Wanted): void {
  for (const [dir, name] of wanted) {
    for (const used of listed.get(dir) ?? []) if (used !== name) dropUse(file, used);
    if (name !== '') addUse(file, name, '');
  }
}

export const workUse: Command = {
  name: 'work use',
  usage: '[-r] [moddirs]',
  summary: 'add modules to workspace file',
  details: `Adds each folder named to go.work, or removes it from there when it holds no go.mod. With -r every folder under those named is looked at.

The go line of go.work is raised to that of the newest module used; without arguments that is all it does.
It fails, and changes nothing, if a folder that stays in go.work holds no module.`,
  examples: ['work use ./tools', 'work use -r .'],
  difference:
    'A folder that cannot be read under -r is an error. Where a newer Go is needed and GOTOOLCHAIN allows it, its rules are followed; nothing is downloaded.',
  flags: [{ name: 'r', help: 'look at every folder under those named' }, ...moduleFlags],
  run: ({ flags, args }, context) =>
    asFollowedRelease(context, async (goEnv) => {
      const place = await openWorkPlace({ ...context, goEnv }, flags.text('overlay'));
      const path = await requireGoWork(place);
      const work = await readGoWorkFile(place, path);
      await useFolders(place, work, args, {
        recursive: flags.bool('r'),
        skipsVendor: hasRule(goEnv.goVersion, 'work-use-skips-vendor'),
        warn: (line) => context.trace(line),
      });
      await writeGoWork(place, work);
      return {};
    }),
};
