/**
 * Where a module's files are, and which folder of it would hold a package (go.dev/ref/mod#resolve-pkg-mod).
 */
import { join } from 'node:path';
import { Memo } from '../../async/memo.js';
import { ModuleError, messageOf } from '../../errors.js';
import type { ModuleVersion } from '../../module/index.js';
import type { SourceTree } from '../../sourcetree/index.js';
import { MissingSumError } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';

/** The folder that holds a module's files. */
export interface ModuleFolder {
  readonly dir: string;
  /** It is the user's own, and other modules may begin below it. */
  readonly isLocal: boolean;
}

/** The folder that a replacement names. */
export function replacementFolder(session: Session, path: string): string {
  return session.main.replacementFolder(path);
}

/**
 * The folder of a module of the graph: the user's own for a main module or a replacement by a folder (`isLocal`), else the
 * proven one of the module cache. Throws MissingSumError where go.sum lacks the zip and may not learn it, 'failed' when a
 * replacement folder is not there, and what downloading throws.
 */
export async function moduleFolder(session: Session, m: ModuleVersion): Promise<ModuleFolder> {
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
  const { dir } = await session.fetcher.folder(actual);
  return { dir, isLocal: false };
}

/** Packages are merely not found in a folder that is not there: that would not tell what is wrong. */
async function requireFolder(session: Session, m: ModuleVersion, dir: string, name: string): Promise<void> {
  const what = `replacement directory ${name}`;
  let found: string | undefined;
  try {
    found = await session.tree.kindOf(dir);
  } catch (error) {
    throw new ModuleError('failed', m, `${what}: ${messageOf(error)}`, { cause: error });
  }
  if (found === undefined) throw new ModuleError('failed', m, `${what} does not exist`);
}

/** Where packages of modules are, as far as one run has looked: it does not look at a folder twice. */
export class PackageFolders {
  readonly #tree: SourceTree;
  readonly #hasGoMod = new Memo<boolean>();
  readonly #hasGoFiles = new Memo<boolean>();

  constructor({ tree }: { readonly tree: SourceTree }) {
    this.#tree = tree;
  }

  /**
   * The folder of a module that would hold a package, and whether it has Go files, whatever their build constraints.
   * `dir` is '' where the package cannot be in the module: its path is another's, or in a local tree a go.mod file below
   * the module's folder begins another module. A module path '' is that of the vendor folder. Throws 'failed' when looking fails.
   */
  async find(
    pkg: string,
    modulePath: string,
    { dir: root, isLocal }: ModuleFolder,
  ): Promise<{ dir: string; hasGoFiles: boolean }> {
    const below = pathBelow(pkg, modulePath);
    if (below === undefined) return { dir: '', hasGoFiles: false };
    if (isLocal && below !== '') {
      const elements = below.split('/');
      const between = elements.map((_, i) => join(root, ...elements.slice(0, i + 1)));
      const starts = await Promise.all(between.map((folder) => this.hasGoMod(folder)));
      if (starts.includes(true)) return { dir: '', hasGoFiles: false };
    }
    const dir = below === '' ? root : join(root, below);
    return { dir, hasGoFiles: await this.#hasGoFiles.get(dir, async () => lookForGoFiles(this.#tree, dir)) };
  }

  /** Reports whether a folder is the root of a module. */
  hasGoMod(dir: string): Promise<boolean> {
    return this.#hasGoMod.get(dir, () => this.#tree.isFile(join(dir, 'go.mod')));
  }
}

/** The part of a package path below a module path; undefined when it is not below. */
function pathBelow(pkg: string, modulePath: string): string | undefined {
  if (pkg === modulePath) return '';
  if (modulePath === '') return pkg;
  return pkg.startsWith(`${modulePath}/`) ? pkg.slice(modulePath.length + 1) : undefined;
}

/** Hidden files are none: the index does not have them that the go command makes of each module. */
function lookForGoFiles(tree: SourceTree, dir: string): boolean {
  const named = (tree.entries(dir) ?? []).filter((e) => /^[^_.].*\.go$/s.test(e.name) && e.type !== 'directory');
  return (
    named.some((e) => e.type === 'file') || named.some((e) => e.type === 'link' && tree.isFileNow(join(dir, e.name)))
  );
}
