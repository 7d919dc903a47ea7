/**
 * Where a module's files are, and which folder of it would hold a package (go.dev/ref/mod#resolve-pkg-mod).
 * What a run has seen of a folder it does not look at again.
 */
import { isAbsolute, join } from 'node:path';
import { Memo } from '../../async/memo.js';
import { ModuleError, messageOf } from '../../errors.js';
import type { ModuleVersion } from '../../module/index.js';
import { SourceTree } from '../../sourcetree/index.js';
import { MissingSumError } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';

class SeenFolders {
  readonly hasGoMod = new Memo<boolean>();
  readonly hasGoFiles = new Memo<boolean>();
}

const seen = new WeakMap<SourceTree, SeenFolders>();

function seenIn(tree: SourceTree): SeenFolders {
  let folders = seen.get(tree);
  if (folders === undefined) {
    folders = new SeenFolders();
    seen.set(tree, folders);
  }
  return folders;
}

/** The folder that a replacement names. */
export function replacementFolder(session: Session, path: string): string {
  return isAbsolute(path) ? path : join(session.main.replaceBase, path);
}

/**
 * The folder of a module of the graph: the user's own for a main module or a replacement by a folder (`isLocal`), else the
 * proven one of the module cache. Throws MissingSumError where go.sum lacks the zip and may not learn it, 'failed' when a
 * replacement folder is not there, and what downloading throws.
 */
export async function moduleFolder(session: Session, m: ModuleVersion): Promise<{ dir: string; isLocal: boolean }> {
  const root = m.version === '' ? (session.main.get(m.path)?.root ?? '') : '';
  if (root !== '') return { dir: root, isLocal: true };
  const to = session.main.replacement(m);
  if (to?.version === '') {
    const dir = replacementFolder(session, to.path);
    await requireFolder(session, m, dir, to.path);
    return { dir, isLocal: true };
  }
  const actual = to ?? m;
  if (session.mustHaveSums && !session.fetcher.sums.has(actual.path, actual.version)) {
    throw new MissingSumError(actual, '');
  }
  return { dir: await session.fetcher.folder(actual), isLocal: false };
}

/** Packages are merely not found in a folder that is not there: that would not tell what is wrong. */
async function requireFolder(session: Session, m: ModuleVersion, dir: string, name: string): Promise<void> {
  const what = `replacement directory ${name}`;
  let found: string | undefined;
  try {
    found = await session.tree.kindOf(dir);
  } catch (error) {
    throw new ModuleError('failed', m.path, m.version, `${what}: ${messageOf(error)}`, { cause: error });
  }
  if (found === undefined) throw new ModuleError('failed', m.path, m.version, `${what} does not exist`);
}

/**
 * The folder of a module that would hold a package, and whether it has Go files, whatever their build constraints.
 * `dir` is '' where the package cannot be in the module: its path is another's, or in a local tree a go.mod file below
 * `moduleDir` begins another module. A module path '' is that of the vendor folder. Throws 'failed' when looking fails.
 */
export function folderInModule(
  session: Session,
  pkg: string,
  modulePath: string,
  moduleDir: string,
  isLocal: boolean,
): Promise<{ dir: string; hasGoFiles: boolean }> {
  return folderInTree(session.tree, pkg, modulePath, moduleDir, isLocal);
}

async function folderInTree(
  tree: SourceTree,
  pkg: string,
  modulePath: string,
  moduleDir: string,
  isLocal: boolean,
): Promise<{ dir: string; hasGoFiles: boolean }> {
  const below = pathBelow(pkg, modulePath);
  if (below === undefined) return { dir: '', hasGoFiles: false };
  if (isLocal && below !== '') {
    const elements = below.split('/');
    const between = elements.map((_, i) => join(moduleDir, ...elements.slice(0, i + 1)));
    const starts = await Promise.all(between.map((folder) => hasGoMod(tree, folder)));
    if (starts.includes(true)) return { dir: '', hasGoFiles: false };
  }
  const dir = below === '' ? moduleDir : join(moduleDir, below);
  return { dir, hasGoFiles: await seenIn(tree).hasGoFiles.get(dir, async () => lookForGoFiles(tree, dir)) };
}

/** The part of a package path below a module path; undefined when it is not below. */
function pathBelow(pkg: string, modulePath: string): string | undefined {
  if (pkg === modulePath) return '';
  if (modulePath === '') return pkg;
  return pkg.startsWith(`${modulePath}/`) ? pkg.slice(modulePath.length + 1) : undefined;
}

/** Reports whether a folder is the root of a module. */
export function hasGoMod(tree: SourceTree, dir: string): Promise<boolean> {
  return seenIn(tree).hasGoMod.get(dir, () => tree.isFile(join(dir, 'go.mod')));
}

/** Hidden files are none: the index does not have them that the go command makes of each module. */
function lookForGoFiles(tree: SourceTree, dir: string): boolean {
  const named = (tree.entries(dir) ?? []).filter((e) => /^[^_.].*\.go$/s.test(e.name) && e.type !== 'directory');
  return (
    named.some((e) => e.type === 'file') || named.some((e) => e.type === 'link' && tree.isFileNow(join(dir, e.name)))
  );
}

/** Reports whether a package's folder is in this local module and has Go files; false when that cannot be told. */
export async function packageIsInLocalModule(
  pkg: string,
  modulePath: string,
  root: string,
  tree?: SourceTree,
): Promise<boolean> {
  const where = tree ?? (await SourceTree.open({ cwd: root }));
  const found = await folderInTree(where, pkg, modulePath, root, true).catch(() => undefined);
  return found?.hasGoFiles ?? false;
}
