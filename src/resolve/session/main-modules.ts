/**
 * The main module, or a workspace's modules: what their go.mod files and go.work say of replacements and exclusions
 * (go.dev/ref/mod#go-mod-file-replace, #workspaces).
 */
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { oneOrAll, TsgogetError } from '../../errors.js';
import { defaultGoModVersion, defaultGoWorkVersion, hasRule, modCompare } from '../../gover/index.js';
import type { GoModFile, GoWorkFile } from '../../modfile/index.js';
import { isDirectoryPath } from '../../modfile/index.js';
import { checkImportPath, keyOf, type ModuleVersion, moduleOf, nameOf, sameModule } from '../../module/index.js';

/** What a go.mod file said when it was read: an edit is one that differs from this. */
export interface ModFileIndex {
  readonly data: Uint8Array;
  /** A version in it was not canonical and has been resolved. */
  readonly neededFix: boolean;
  readonly modulePath: string;
  readonly goVersion: string;
  readonly toolchain: string;
  /** key of the requirement → whether it is marked `// indirect` */
  readonly require: ReadonlyMap<string, boolean>;
  readonly replace: ReadonlyMap<string, ModuleVersion>;
  readonly exclude: ReadonlySet<string>;
}

/** Indexes a parsed go.mod file. Throws 'invalid-modfile' for two replacements of one thing. */
export function indexModFile(data: Uint8Array, file: GoModFile, neededFix: boolean): ModFileIndex {
  return {
    data,
    neededFix,
    modulePath: file.module?.path ?? '',
    goVersion: file.go?.version ?? '',
    toolchain: file.toolchain?.name ?? '',
    require: new Map(file.require.map((r) => [keyOf(r), r.indirect])),
    replace: replaceMap(file.replace),
    exclude: new Set(file.exclude.map(keyOf)),
  };
}

function replaceMap(replaces: readonly { old: ModuleVersion; new: ModuleVersion }[]): Map<string, ModuleVersion> {
  const map = new Map<string, ModuleVersion>();
  for (const r of replaces) {
    const prev = map.get(keyOf(r.old));
    if (prev !== undefined && !sameModule(prev, r.new)) {
      throw new TsgogetError(
        'invalid-modfile',
        `conflicting replacements for ${nameOf(r.old)}:\n\t${nameOf(prev)}\n\t${nameOf(r.new)}`,
      );
    }
    map.set(keyOf(r.old), { path: r.new.path, version: r.new.version });
  }
  return map;
}

/** One main module. `root` is its folder; '' for the nameless module of a run outside every module. */
export interface MainModule {
  readonly path: string;
  readonly root: string;
  readonly goModPath: string;
  readonly file: GoModFile | undefined;
  readonly index: ModFileIndex | undefined;
}

/** What stands for a module version, with the folder and the file that say so. */
interface Replacement {
  readonly to: ModuleVersion;
  readonly root: string;
  readonly file: string;
}

/** The module that stands in where there is none. */
export const noModulePath = 'command-line-arguments';

export class MainModules {
  readonly modules: readonly MainModule[];
  readonly workFile: GoWorkFile | undefined;
  readonly workFilePath: string | undefined;
  readonly #byPath: ReadonlyMap<string, MainModule>;
  readonly #workReplace: ReadonlyMap<string, ModuleVersion>;
  /** Replaced module path → its highest replaced version ('' when replaced at all versions). */
  readonly highestReplaced = new Map<string, string>();
  readonly localGo: string;

  constructor(o: {
    modules: readonly MainModule[];
    workFile?: GoWorkFile | undefined;
    workFilePath?: string | undefined;
    localGo: string;
  }) {
    this.modules = o.modules;
    this.workFile = o.workFile;
    this.workFilePath = o.workFilePath;
    this.localGo = o.localGo;
    this.#byPath = new Map(o.modules.map((m) => [m.path, m]));
    this.#workReplace = replaceMap(o.workFile?.replace ?? []);
    this.#checkPaths();
    this.#checkReplacements();
    for (const tool of o.modules.flatMap((m) => m.file?.tool ?? [])) {
      checkImportPath(tool.path);
    }
  }

  #checkPaths(): void {
    const seen = new Set<string>();
    const doubled = this.modules.filter((m) => seen.size === seen.add(m.path).size);
    if (doubled.length > 0) {
      throw oneOrAll(
        doubled.map((m) => new TsgogetError('invalid-modfile', `module ${m.path} appears multiple times in workspace`)),
      );
    }
    for (const r of this.workFile?.replace ?? []) {
      if (seen.has(r.old.path) && r.old.version === '') {
        throw new TsgogetError(
          'invalid-modfile',
          `workspace module ${r.old.path} is replaced at all versions in the go.work file. To fix, remove the replacement from the go.work file or specify the version at which to replace the module.`,
        );
      }
    }
  }

  #checkReplacements(): void {
    const inWork = new Set<string>();
    const all = new Map<string, ModuleVersion>();
    const note = (old: ModuleVersion) => {
      const highest = this.highestReplaced.get(old.path);
      if (highest === undefined || modCompare(old.path, old.version, highest) > 0) {
        this.highestReplaced.set(old.path, old.version);
      }
    };
    for (const r of this.workFile?.replace ?? []) {
      inWork.add(r.old.path);
      all.set(keyOf(r.old), r.new);
      note(r.old);
    }
    for (const m of this.modules) {
      const own = new Set<string>();
      for (const r of m.file?.replace ?? []) {
        if (inWork.has(r.old.path)) continue;
        const key = keyOf(r.old);
        const local = this.isWorkspace && r.new.version === '' && !isAbsolute(r.new.path);
        const to = local ? { path: resolve(m.root, r.new.path), version: '' } : r.new;
        const prev = all.get(key);
        if (prev !== undefined && !own.has(key) && !sameModule(prev, to)) {
          const old = nameOf(r.old);
          throw new TsgogetError(
            'invalid-modfile',
            `conflicting replacements for ${old}:\n\t${nameOf(prev)}\n\t${nameOf(to)}\nuse "go work edit -replace ${old}=[override]" to resolve`,
          );
        }
        own.add(key);
        all.set(key, to);
        note(r.old);
      }
    }
  }

  get isWorkspace(): boolean {
    return this.workFilePath !== undefined;
  }

  /** The main modules as nodes of the graph: their version is ''. */
  get versions(): readonly ModuleVersion[] {
    return this.modules.map((m) => ({ path: m.path, version: '' }));
  }

  contains(path: string): boolean {
    return this.#byPath.has(path);
  }

  get(path: string): MainModule | undefined {
    return this.#byPath.get(path);
  }

  /** The one main module. Throws outside a single module: a caller's mistake. */
  get single(): MainModule {
    const [only] = this.modules;
    if (only === undefined || this.modules.length !== 1) throw new Error('not a single main module');
    return only;
  }

  /** The `go` line that governs the graph. */
  get goVersion(): string {
    if (this.isWorkspace) return this.workFile?.go?.version ?? defaultGoWorkVersion;
    if (this.modules.length !== 1) return defaultGoModVersion;
    const { file } = this.single;
    return file === undefined ? this.localGo : (file.go?.version ?? defaultGoModVersion);
  }

  /** The go line of a main module, or what stands in for it: '' for one of a workspace that has none. */
  goVersionOf(path: string): string {
    const file = this.get(path)?.file;
    if (file === undefined) return this.localGo;
    return file.go?.version ?? (this.isWorkspace ? '' : defaultGoModVersion);
  }

  isExcluded(m: ModuleVersion): boolean {
    const key = keyOf(m);
    return this.modules.some((main) => main.index?.exclude.has(key) ?? false);
  }

  get hasExclusions(): boolean {
    return this.modules.some((main) => (main.index?.exclude.size ?? 0) > 0);
  }

  /**
   * The replacement of a module version as its file has it, with the folder and the file that say so. The last member's counts, as with
   * go. Throws 'invalid-modfile' where one replaces just this version, and one before it all versions by something else.
   */
  replacementFrom(m: ModuleVersion): Replacement | undefined {
    if (this.contains(m.path) && m.version === '') return undefined;
    const inWork = lookUp(this.#workReplace, m);
    if (inWork !== undefined) return { to: inWork, root: '', file: this.workFilePath ?? '' };
    const all = this.modules.flatMap(({ index, root, goModPath }) => {
      const to = index === undefined ? undefined : lookUp(index.replace, m);
      return to === undefined ? [] : [{ to, root, file: goModPath, isExact: index!.replace.has(keyOf(m)) }];
    });
    for (const [i, found] of all.entries()) {
      const last = all[i - 1];
      if (last === undefined || !found.isExact || sameTarget(last, found)) continue;
      throw new TsgogetError(
        'invalid-modfile',
        `conflicting replacements found for ${nameOf(m)} in workspace modules defined by ${last.file} and ${found.file}`,
        { bare: true },
      );
    }
    return all.at(-1);
  }

  /** The replacement, a folder being relative to `replaceBase`; undefined when it is not replaced. */
  replacement(m: ModuleVersion): ModuleVersion | undefined {
    const found = this.replacementFrom(m);
    if (found === undefined) return undefined;
    const { to, root } = found;
    if (isAbsolute(to.path) || to.version !== '' || root === '' || this.workFilePath === undefined) return to;
    const path = relative(dirname(this.workFilePath), join(root, to.path)) || '.';
    return { path: hasRule(this.localGo, 'workspace-replacement-dots') ? toDirectoryPath(path) : path, version: '' };
  }

  /** The module version whose content stands for `m`: its replacement, or itself. */
  resolve(m: ModuleVersion): ModuleVersion {
    return this.replacement(m) ?? m;
  }

  /** The folder that replacement folders are relative to. */
  get replaceBase(): string {
    return this.workFilePath === undefined ? this.single.root : dirname(this.workFilePath);
  }

  /** The folder that the path of a replacement names. */
  replacementFolder(path: string): string {
    return isAbsolute(path) ? path : resolve(this.replaceBase, path);
  }

  /** The versions of `path` that some replacement names, for version queries. */
  replacedVersions(path: string): string[] {
    const replaced = this.modules.flatMap((m) => [...(m.index?.replace.keys() ?? [])].map(moduleOf));
    return replaced.flatMap((m) => (m.path === path && m.version !== '' ? [m.version] : []));
  }

  get hasReplacements(): boolean {
    return this.modules.some((m) => (m.index?.replace.size ?? 0) > 0);
  }
}

function sameTarget(a: Replacement, b: Replacement): boolean {
  const target = ({ to, root }: Replacement) => (to.version === '' ? { ...to, path: resolve(root, to.path) } : to);
  return sameModule(target(a), target(b));
}

function lookUp(map: ReadonlyMap<string, ModuleVersion>, m: ModuleVersion): ModuleVersion | undefined {
  return map.get(keyOf(m)) ?? map.get(keyOf({ path: m.path, version: '' }));
}

/** A folder's path in the form that go.mod wants it: rooted, or beginning with ./ or ../ */
export function toDirectoryPath(path: string): string {
  const slashed = path === '' ? '.' : path.replaceAll('\\', '/');
  return isDirectoryPath(slashed) ? slashed : `./${slashed}`;
}
