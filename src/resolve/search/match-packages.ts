/**
 * The packages of modules that a pattern matches (`go help packages`): their folders are walked, but those that are named `_x`, `.x`
 * or testdata, that their go.mod ignores, or that are modules of their own. The standard library's are known without its files.
 */
import { join, posix } from 'node:path';
import { compareBytes } from '../../encoding/compare-bytes.js';
import { TsgogetError, unlessRefuted } from '../../errors.js';
import { isToolchainModule } from '../../gover/index.js';
import { type BuildTags, commandPackages, NoGoFilesError, standardPackages } from '../../imports/index.js';
import { type ModuleVersion, matchPackagePattern, treeCanMatchPattern } from '../../module/index.js';
import type { Session } from '../session/session.js';
import { ignorePatterns } from './ignore-patterns.js';
import { moduleFolder, PackageFolders } from './module-folder.js';
import { PackageMatch } from './package-match.js';
import { FolderScanner } from './scan-folder.js';

/** Where packages may be: a folder, the import path that it stands for, and what is passed over below it. */
interface Tree {
  readonly root: string;
  /** '' when the folder holds import paths itself, as vendor does. */
  readonly path: string;
  readonly skipsModules: boolean;
  readonly skipsVendor: boolean;
  readonly isIgnored: (dir: string) => boolean;
}

const nothingIgnored = () => false;

/**
 * Sets `match.packages` to the packages of these modules that it matches, sorted; all of them for a word such as `all`, but those
 * of the standard library for `std` and `cmd`. With -mod=vendor it looks in the main modules and the vendor folder instead.
 * What cannot be looked at is added to `match.errors`. Throws nothing of its own.
 */
export async function matchPackages(
  session: Session,
  match: PackageMatch,
  modules: readonly ModuleVersion[],
  { tags, filter }: { readonly tags: BuildTags; readonly filter: 'omit-std' | 'include-std' },
): Promise<void> {
  match.packages = [];
  if (match.pattern === 'std' || match.pattern === 'cmd') {
    match.packages = [...(match.pattern === 'std' ? standardPackages : commandPackages)(session.goVersion)];
    return;
  }
  const matches = match.isMeta ? () => true : matchPackagePattern(match.pattern);
  const treeCanMatch = match.isMeta ? () => true : treeCanMatchPattern(match.pattern);
  const seen = new Set(['builtin']);
  const found: string[] = [];
  if (filter === 'include-std') {
    for (const path of [...standardPackages(session.goVersion), ...commandPackages(session.goVersion)]) {
      seen.add(path);
      if (matches(path)) found.push(path);
    }
  }
  const walk = new PackageWalk(session, match, tags, { matches, treeCanMatch, seen, found });
  for (const tree of await treesOf(
    session,
    match,
    modules.filter((m) => treeCanMatch(m.path)),
  )) {
    if (tree !== undefined) await walk.walk(tree);
  }
  match.packages = found.sort(compareBytes);
}

/** The trees to look in, in order; all modules are fetched at once. */
async function treesOf(
  session: Session,
  match: PackageMatch,
  modules: readonly ModuleVersion[],
): Promise<(Tree | undefined)[]> {
  if (session.usesVendor) {
    const trees: Tree[] = session.main.modules
      .filter((m) => m.root !== '')
      .map((m) =>
        mainTree(
          session,
          m.path,
          m.root,
          modules.some((listed) => listed.path === m.path),
        ),
      );
    const { vendorDir } = session;
    if (vendorDir === undefined) return trees;
    return [...trees, { root: vendorDir, path: '', skipsModules: false, skipsVendor: true, isIgnored: nothingIgnored }];
  }
  const wanted = modules.filter((m) => !isToolchainModule(m.path) && session.main.get(m.path)?.root !== '');
  const trees = await Promise.allSettled(wanted.map((m) => treeOf(session, m)));
  return trees.map((tree) => {
    if (tree.status === 'fulfilled') return tree.value;
    match.addError(tree.reason);
    return undefined;
  });
}

async function treeOf(session: Session, m: ModuleVersion): Promise<Tree> {
  const main = session.main.get(m.path);
  if (main !== undefined) return mainTree(session, m.path, main.root, true);
  const { dir: root, isLocal } = await moduleFolder(session, m);
  const summary = await session.summaries.ofRequired(m).catch(unlessRefuted(undefined));
  const isIgnored = ignorePatterns(summary?.ignore ?? []);
  return { root, path: m.path, skipsModules: isLocal, skipsVendor: true, isIgnored };
}

function mainTree(session: Session, path: string, root: string, ignores: boolean): Tree {
  const ignored = ignores ? (session.main.get(path)?.file?.ignore ?? []) : [];
  const isIgnored = ignorePatterns(ignored.map((i) => i.path));
  return { root, path, skipsModules: true, skipsVendor: true, isIgnored };
}

interface Wanted {
  readonly matches: (path: string) => boolean;
  readonly treeCanMatch: (path: string) => boolean;
  /** The import paths that were looked at: the first tree that has a folder for one decides. */
  readonly seen: Set<string>;
  readonly found: string[];
}

class PackageWalk {
  readonly #session: Session;
  readonly #match: PackageMatch;
  readonly #tags: BuildTags;
  readonly #wanted: Wanted;

  constructor(session: Session, match: PackageMatch, tags: BuildTags, wanted: Wanted) {
    this.#session = session;
    this.#match = match;
    this.#tags = tags;
    this.#wanted = wanted;
  }

  async walk(tree: Tree): Promise<void> {
    if ((await this.#session.tree.kindOf(tree.root).catch(() => undefined)) === undefined) {
      this.#match.addError(new TsgogetError('failed', `lstat ${join(tree.root, '/')}: no such file or directory`));
      return;
    }
    if (tree.path === '') await this.#below(tree, '');
    else await this.#visit(tree, '');
  }

  /** One folder, by its path relative to the tree, and what is below it. */
  async #visit(tree: Tree, dir: string): Promise<void> {
    const { treeCanMatch, matches, seen, found } = this.#wanted;
    const path = posix.join(tree.path, dir);
    if (!treeCanMatch(path)) return;
    const folder = join(tree.root, dir);
    if (tree.skipsModules && dir !== '' && (await this.#session.shared(PackageFolders).hasGoMod(folder))) return;
    if (!seen.has(path)) {
      seen.add(path);
      if (matches(path) && (await this.#isPackage(folder))) found.push(path);
    }
    if (!(tree.skipsVendor && posix.basename(dir) === 'vendor')) await this.#below(tree, dir);
  }

  async #below(tree: Tree, dir: string): Promise<void> {
    let entries: ReturnType<Session['tree']['entries']>;
    try {
      entries = this.#session.tree.entries(join(tree.root, dir));
    } catch (error) {
      this.#match.addError(error);
      return;
    }
    for (const { name, type } of entries ?? []) {
      if (type !== 'directory' && type !== 'link') continue;
      const below = posix.join(dir, name);
      if (/^[._]/.test(name) || name === 'testdata') continue;
      if (tree.isIgnored(below)) {
        this.#session.settings.trace?.(`# ignoring directory ${join(tree.root, below)}`);
        continue;
      }
      if (type === 'directory') await this.#visit(tree, below);
      else await this.#tellLink(tree, below);
    }
  }

  /** A link to a folder is not followed, which may surprise. */
  async #tellLink(tree: Tree, dir: string): Promise<void> {
    if (!this.#match.pattern.includes('...') || !this.#wanted.treeCanMatch(posix.join(tree.path, dir))) return;
    const { tree: files, settings } = this.#session;
    const path = join(tree.root, dir);
    if (await files.isDirectory(path)) settings.notice(`warning: ignoring symlink ${path}`);
  }

  /** A folder with Go files that cannot be read as such is a package too: loading it tells what is wrong. */
  async #isPackage(folder: string): Promise<boolean> {
    try {
      await this.#session.shared(FolderScanner).scan(folder, this.#tags);
      return true;
    } catch (error) {
      return !(error instanceof NoGoFilesError);
    }
  }
}

/**
 * The packages that match in one module version, which need not be in the build list; a version without a path is the standard
 * library. What goes wrong is in its `errors`.
 */
export async function matchInModule(
  session: Session,
  pattern: string,
  m: ModuleVersion,
  tags: BuildTags,
): Promise<PackageMatch> {
  const match = new PackageMatch(pattern, session.goVersion);
  if (m.path === '') {
    await matchPackages(session, match, [], { tags, filter: 'include-std' });
    return match;
  }
  if (!match.isLiteral) {
    await matchPackages(session, match, [m], { tags, filter: 'omit-std' });
    return match;
  }
  try {
    const folder = await moduleFolder(session, m);
    const { dir, hasGoFiles } = await session.shared(PackageFolders).find(pattern, m.path, folder);
    if (!hasGoFiles) return match;
    await session
      .shared(FolderScanner)
      .scan(dir, tags)
      .catch((error: unknown) => {
        if (error instanceof NoGoFilesError) throw error;
      });
    match.packages = [pattern];
  } catch (error) {
    if (!(error instanceof NoGoFilesError)) match.errors = [error];
  }
  return match;
}

/** The tools of all main modules, each once. */
export function toolsOf(session: Session): readonly string[] {
  return [...new Set(session.main.modules.flatMap((m) => m.file?.tool.map((t) => t.path) ?? []))];
}
