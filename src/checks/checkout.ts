/**
 * The files of a checkout that `verify` looks at: found and read without resolving anything, so that a go.mod that cannot
 * be read keeps nobody from proving go.sum. Nothing here is ever written.
 */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { TsgogetError } from '../errors.js';
import { type GoSumScan, scanGoSum } from '../gosum/index.js';
import { parseGoWork } from '../modfile/index.js';
import { findGoWork } from '../resolve/index.js';
import { type SourceTree, shortPath } from '../sourcetree/index.js';

/** A go.sum or go.work.sum file. */
export interface SumFile {
  /** Absolute. */
  readonly file: string;
  /** As the user would name it. */
  readonly name: string;
  /** Every line that is not blank. */
  readonly lines: readonly GoSumScan[];
}

export interface Checkout {
  readonly cwd: string;
  readonly tree: SourceTree;
  /** The folder of go.work, else of go.mod. */
  readonly root: string;
  readonly goWork: string | undefined;
  /** The one go.mod, or -modfile; in a workspace those of its members. */
  readonly goMods: readonly string[];
  /** go.sum; in a workspace go.work.sum, then the members' go.sum. Those that exist. */
  readonly sumFiles: readonly SumFile[];
  /** In a workspace: the go.sum of the module around the working folder, and of the one beside go.work, where those are no members. */
  readonly hiddenSums: readonly string[];
  /** It may not exist. */
  readonly vendorDir: string;
}

export interface CheckoutPlace {
  readonly cwd: string;
  readonly tree: SourceTree;
  /** -modfile */
  readonly modFile?: string | undefined;
  readonly GOWORK: string;
  readonly GOROOT: string;
}

/** Larger sum files are refused: so much is 100,000 lines and more. */
const maxSumFileBytes = 1 << 24;
const maxSumLines = 1 << 18;

/**
 * Finds the checkout from the working folder up. Throws 'not-main-module' when there is none, 'invalid-modfile' for a
 * go.work that cannot be read, 'too-large', and 'failed' for files that cannot.
 */
export async function openCheckout(place: CheckoutPlace): Promise<Checkout> {
  const { cwd, tree, modFile } = place;
  const goWork = await findGoWork(place);
  const root = goWork === undefined ? await tree.findUp(cwd, 'go.mod') : dirname(goWork);
  if (root === undefined) {
    const words = "go.mod file not found in current directory or any parent directory; see 'go help modules'";
    throw new TsgogetError('not-main-module', words);
  }
  const own = modFile ? resolve(cwd, modFile) : join(root, 'go.mod');
  const goMods = goWork === undefined ? [own] : await membersOf(tree, goWork);
  const sums = goMods.map((file) => file.replace(/\.mod$/, '.sum'));
  const wanted = goWork === undefined ? sums : [`${goWork}.sum`, ...sums];
  const read = await Promise.all(wanted.map((file) => readSumFile(tree, file, shortPath(file, cwd))));
  return {
    cwd,
    tree,
    root,
    goWork,
    goMods,
    sumFiles: read.filter((file) => file !== undefined),
    hiddenSums: goWork === undefined ? [] : await hiddenSums(place, root, goMods),
    vendorDir: join(root, 'vendor'),
  };
}

async function membersOf(tree: SourceTree, goWork: string): Promise<string[]> {
  const data = await tree.read(goWork);
  if (data === undefined) {
    throw new TsgogetError('not-found', `reading go.work: open ${goWork}: no such file or directory`);
  }
  const { use } = parseGoWork(goWork, data);
  const folders = use.map(({ path }) => (isAbsolute(path) ? path : join(dirname(goWork), path)));
  return [...new Set(folders)].map((folder) => join(folder, 'go.mod'));
}

async function hiddenSums({ cwd, tree }: CheckoutPlace, root: string, members: readonly string[]): Promise<string[]> {
  const folders = new Set([await tree.findUp(cwd, 'go.mod'), await tree.findUp(root, 'go.mod')]);
  const realOf = (file: string) => realpath(file).catch(() => file);
  const known = new Set(await Promise.all(members.map(realOf)));
  const hidden: string[] = [];
  for (const folder of folders) {
    if (folder === undefined || known.has(await realOf(join(folder, 'go.mod')))) continue;
    const sum = join(folder, 'go.sum');
    if (await tree.isFile(sum)) hidden.push(sum);
  }
  return hidden;
}

async function readSumFile(tree: SourceTree, file: string, name: string): Promise<SumFile | undefined> {
  const data = await tree.read(file, name, maxSumFileBytes);
  if (data === undefined) return undefined;
  const lines: GoSumScan[] = [];
  for (const line of scanGoSum(data)) {
    if (lines.push(line) > maxSumLines) throw new TsgogetError('too-large', `${name}: more than ${maxSumLines} lines`);
  }
  return { file, name, lines };
}
