/**
 * Patterns that name folders (`.`, `./...`, an absolute path): which folders they match, and which import path a folder has
 * in a main module, in the vendor folder, in the module cache or in the standard library.
 */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { failed, TsgogetError } from '../../errors.js';
import { isToolchainModule } from '../../gover/index.js';
import { type ModuleVersion, matchPackagePattern } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import type { Session } from '../session/session.js';
import { lookForBuild } from './buildable-folder.js';
import { ignorePatterns } from './ignore-patterns.js';
import { PackageFolders, replacementFolder } from './module-folder.js';
import { cleanFilePath, type PackageMatch } from './package-match.js';
import { PackageNotInModuleError } from './package-not-in-module-error.js';

/** A folder that stands for no package that can be imported: that of `builtin`, or the root of the standard library. */
export class PackageIsBuiltinError extends TsgogetError {
  constructor(isRoot = false) {
    const words = isRoot
      ? 'GOROOT/src is not an importable package'
      : '"builtin" is a pseudo-package, not an importable package';
    super('failed', words);
  }
}

/** No Go file stands in the folder, not even one that this build does not take. */
export class NoBuildableFilesError extends TsgogetError {
  constructor(dir: string) {
    super('failed', `no buildable Go source files in ${dir}`);
  }
}

/**
 * Sets `match.dirs` to the folders that a local pattern matches. A wildcard is matched only below main modules, in modules of
 * the build list and in the standard library: walking other trees could take long. What goes wrong is added to `match.errors`.
 */
export async function matchLocalDirs(
  session: Session,
  modRoots: readonly string[],
  match: PackageMatch,
  rs: Requirements,
): Promise<void> {
  match.dirs = [];
  const at = match.pattern.indexOf('...');
  if (at < 0) {
    match.dirs = [match.pattern];
    return;
  }
  const { cwd } = session.settings;
  const absolute = resolve(cwd, dirname(cleanFilePath(match.pattern.slice(0, at + 3))));
  const root = await session.tree.findUp(absolute, 'go.mod');
  const isKnown =
    (root !== undefined && modRoots.includes(root)) ||
    (await inStandardLibrary(session, absolute)) !== '' ||
    (await pathInModuleCache(session, absolute, rs)) !== '';
  if (!isKnown) {
    const scope = session.isWorkspace
      ? 'modules listed in go.work or their selected dependencies'
      : 'main module or its selected dependencies';
    match.addError(failed(`directory prefix ${session.short(absolute)} does not contain ${scope}`));
    return;
  }
  await walkLocal(session, modRoots, match);
}

async function walkLocal(session: Session, modRoots: readonly string[], match: PackageMatch): Promise<void> {
  const { tree } = session;
  const isRelative = /^\.[/\\]/.test(match.pattern);
  const cleaned = cleanFilePath(match.pattern);
  const prefix = isRelative && cleaned !== '.' ? './' : '';
  const pattern = (prefix + cleaned).replaceAll(sep, '/');
  const matches = matchPackagePattern(pattern);
  const fixed = pattern.slice(0, pattern.indexOf('...'));
  const start = fixed.slice(0, fixed.lastIndexOf('/') + 1); // ends in a slash, so that a link is followed
  const absoluteStart = resolve(session.settings.cwd, start);
  const modRoot = modRoots.findLast((root) => isBelow(absoluteStart, root));
  if (modRoot === undefined && modRoots.length > 0) {
    const plural = modRoots.length > 1 ? 's' : '';
    match.addError(failed(`directory ${absoluteStart} is outside module root${plural} (${modRoots.join(', ')})`));
  }
  const ignored = session.main.modules.find((m) => m.root !== '' && m.root === modRoot)?.file?.ignore ?? [];
  const isIgnored = ignorePatterns(ignored.map((i) => i.path));

  const folders = session.shared(PackageFolders);
  const visit = async (name: string): Promise<void> => {
    const element = posix.basename(name);
    if (/^(?:_|\.(?!\.?$))/.test(element) || element === 'testdata') return;
    const dir = resolve(session.settings.cwd, name);
    if (modRoot !== undefined && isIgnored(await pathInFolder(dir, modRoot))) {
      session.settings.trace?.(`# ignoring directory ${dir}`);
      return;
    }
    const isTop = dir === absoluteStart;
    if (!isTop && (await folders.hasGoMod(dir))) return;
    if (matches(prefix + name) && lookForBuild(tree, dir, session.buildTags) === 'buildable') {
      match.dirs!.push(prefix + name);
    }
    for (const entry of tree.entries(dir) ?? []) {
      if (entry.type === 'directory') await visit(posix.join(name, entry.name));
    }
  };
  try {
    if ((await tree.kindOf(absoluteStart)) === undefined) {
      throw failed(`lstat ${start}: no such file or directory`);
    }
    await visit(start === '/' ? '/' : posix.normalize(start).replace(/(?<=[^/])\/$/, ''));
  } catch (error) {
    match.addError(error);
  }
}

/**
 * The import path of a folder, which is a path of its own or relative to the working folder. Throws, with the go command's words,
 * PackageIsBuiltinError, NoBuildableFilesError, PackageNotInModuleError, and 'failed' where the folder is outside the build list.
 */
export async function resolveLocalPackage(session: Session, dir: string, rs: Requirements): Promise<string> {
  const { tree, main } = session;
  const absolute = cleanFilePath(resolve(session.settings.cwd, dir));
  await requireGoFiles(session, absolute);
  const own = main.modules.find((m) => m.root !== '' && m.root === absolute);
  if (own !== undefined) return own.path;

  let notFound: { error: unknown; path: string } | undefined;
  for (const m of main.modules) {
    if (m.root === '' || !isBelow(absolute, m.root) || absolute.slice(m.root.length).includes('@')) continue;
    const below = relative(m.root, absolute).replaceAll(sep, '/');
    if (below.startsWith('vendor/')) return vendoredPath(session, absolute, below.slice('vendor/'.length));
    const path = posix.join(m.path, below);
    if ((await session.shared(PackageFolders).find(path, m.path, { dir: m.root, isLocal: true })).hasGoFiles)
      return path;
    // another main module may have the folder
    if (m.path.length > (notFound?.path.length ?? 0)) {
      const mainModules = [{ path: m.path, version: '' }];
      notFound = { error: new PackageNotInModuleError({ mainModules, query: '', pattern: path }), path: m.path };
    }
  }
  if (notFound !== undefined) throw notFound.error;

  const inStd = await inStandardLibrary(session, absolute);
  if (inStd === 'builtin') throw new PackageIsBuiltinError();
  if (inStd !== '' && inStd !== '.' && !inStd.includes('@')) return inStd;

  const inCache = await pathInModuleCache(session, absolute, rs);
  if (inCache !== '') return inCache;
  const shown = session.short(absolute);
  const where = shown === '.' ? 'current directory' : `directory ${shown}`;
  if (!session.isWorkspace) throw failed(`${where} outside main module or its selected dependencies`);
  const root = await tree.findUp(absolute, 'go.mod');
  if (root === undefined) throw failed(`${where} outside modules listed in go.work or their selected dependencies`);
  throw failed(
    `${where} is contained in a module that is not one of the workspace modules listed in go.work. You can add the module to the workspace using:\n\tgo work use ${session.short(root)}`,
  );
}

/** A folder without Go files is no package: another module may well have the one that its path would name. */
async function requireGoFiles({ tree, buildTags }: Session, dir: string): Promise<void> {
  const kind = await tree.kindOf(dir);
  if (kind === undefined) throw failed(`stat ${dir}: directory not found`);
  if (kind === 'directory' && lookForBuild(tree, dir, buildTags) === 'empty') throw new NoBuildableFilesError(dir);
}

function vendoredPath(session: Session, dir: string, path: string): string {
  if (session.buildMod !== 'vendor') throw failed(`without -mod=vendor, directory ${dir} has no package path`);
  if (session.vendored?.packages.has(path)) return path;
  throw failed(`directory ${dir} is not a package listed in vendor/modules.txt`);
}

/** The path of a folder below GOROOT/src; '' when it is not there. */
async function inStandardLibrary({ settings }: Session, dir: string): Promise<string> {
  return settings.GOROOT === '' ? '' : pathInFolder(dir, join(settings.GOROOT, 'src'));
}

/** The import path of a folder in a module of the build list, in the module cache or in a replacement; '' when it is in none. */
async function pathInModuleCache(session: Session, dir: string, rs: Requirements): Promise<string> {
  const isSelected = (m: ModuleVersion) => rs.rootSelected(m.path) === m.version;
  const inRoots = rs.pruning === 'pruned' ? await firstPath(session, dir, rs.roots.filter(isSelected)) : '';
  return inRoots === '' ? firstPath(session, dir, (await rs.graph()).buildList) : inRoots;
}

async function firstPath(session: Session, dir: string, modules: readonly ModuleVersion[]): Promise<string> {
  for (const m of modules) {
    const path = await pathInCached(session, dir, m).catch(() => '');
    if (path !== '') return path;
  }
  return '';
}

async function pathInCached(session: Session, dir: string, m: ModuleVersion): Promise<string> {
  if (isToolchainModule(m.path)) return '';
  const actual = session.main.resolve(m);
  const isFolder = actual.version === '' && actual !== m;
  const root = isFolder ? replacementFolder(session, actual.path) : await session.fetcher.cachedFolder(actual);
  const below = root === undefined ? '' : await pathInFolder(dir, root);
  if (below === '' || /(?:^|\/)vendor\//.test(below) || below.includes('@')) return '';
  return posix.join(m.path, below);
}

/** The slash-separated path of `path` below `dir`, '.' when they are the same, '' when it is not there. Looks through links. */
async function pathInFolder(path: string, dir: string): Promise<string> {
  const inFolder = (p: string, d: string) => (p === d ? '.' : isBelow(p, d) ? relative(d, p).replaceAll(sep, '/') : '');
  const real = (p: string) => realpath(p).catch(() => p);
  const lexical = inFolder(path, dir);
  if (lexical !== '') return lexical;
  const realPath = await real(path);
  if (realPath !== path && inFolder(realPath, dir) !== '') return inFolder(realPath, dir);
  const realDir = await real(dir);
  return realDir === dir ? '' : inFolder(path, realDir) || inFolder(realPath, realDir);
}

function isBelow(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

/** The import path that a folder has by its place in a main module, whatever is in it; '.' outside. */
export function dirImportPath(session: Session, dir: string): { path: string; module: ModuleVersion | undefined } {
  if (!session.hasModRoot) return { path: '.', module: undefined };
  const absolute = isAbsolute(dir) ? cleanFilePath(dir) : cleanFilePath(join(session.settings.cwd, dir));
  let longest = { prefix: '', path: '.', module: undefined as ModuleVersion | undefined };
  for (const { path, root } of session.main.modules) {
    const module = { path, version: '' };
    if (absolute === root) return { path, module };
    if (root === '' || !isBelow(absolute, root) || path <= longest.prefix) continue;
    const below = relative(root, absolute).replaceAll(sep, '/');
    const own = below.startsWith('vendor/') ? below.slice('vendor/'.length) : posix.join(path, below);
    longest = { prefix: path, path: own, module };
  }
  return { path: longest.path, module: longest.module };
}
