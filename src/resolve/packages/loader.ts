/**
 * Loads packages and lets the requirements follow from what they import: load, raise the roots, look for what is missing,
 * and again, until nothing changes. Roots are only added and raised on the way, so it ends; `tidy` drops what is not
 * needed at the very end (go.dev/ref/mod#go-mod-tidy, #lazy-loading, #graph-pruning).
 */
import { causeOf, isSecurity, messageOf, oneOrAll, unlessRefuted } from '../../errors.js';
import { compareGo, modSort, narrowAllVersion, tidyGoModSumVersion } from '../../gover/index.js';
import { type BuildTags, standardTestImports } from '../../imports/index.js';
import { TooNewError } from '../../modfetch/index.js';
import { formatModuleVersion, keyOf, type ModuleVersion, sameModule } from '../../module/index.js';
import { BuildListError } from '../../mvs/index.js';
import type { Requirements } from '../graph/requirements.js';
import { convertPruning, expandGraph, tidyRoots, updateRoots } from '../graph/update-roots.js';
import { fromExternalModule } from '../graph/used-package.js';
import type { FolderScanner } from '../search/scan-folder.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { DirectImportFromImplicitDependencyError, ImportMissingError } from './import-errors.js';
import { importFromModules, isAmbiguous, queryImport } from './import-package.js';
import type { LoadOptions } from './load-options.js';
import { type LoadedPackage, PackageError } from './loaded-package.js';
import type { Loading } from './loading.js';
import { newestNeed, resolveMissingImports } from './missing-imports.js';
import { checkMultiplePaths, reportPackageErrors } from './package-errors.js';
import { PackageGraph } from './package-graph.js';
import { prefetchForAll } from './prefetch.js';
import { tidyRequirements } from './tidy-requirements.js';

export interface LoaderParams {
  readonly options: LoadOptions;
  readonly scanner: FolderScanner;
  readonly requirements: Requirements;
  /** `all` is one of the patterns. */
  readonly allIsRoot: boolean;
  /** The paths that are asked for; they may change with the requirements. */
  readonly listRoots: (rs: Requirements) => Promise<readonly string[]>;
}

export class Loader implements Loading {
  readonly session: Session;
  readonly options: LoadOptions;
  readonly allIsRoot: boolean;
  readonly tags: BuildTags;
  requirements: Requirements;
  readonly #params: LoaderParams;
  readonly #errors: unknown[] = [];
  #skipModFiles = false;
  #allHoldsTests = false;
  #graph: PackageGraph | undefined;

  constructor(params: LoaderParams) {
    this.#params = params;
    this.session = params.requirements.session;
    this.options = params.options;
    this.allIsRoot = params.allIsRoot;
    this.tags = params.options.tags ?? 'any';
    this.requirements = params.requirements;
  }

  get packages(): readonly LoadedPackage[] {
    return this.#graph?.packages ?? [];
  }

  /** `all` is complete only once the packages are loaded. */
  get all(): string[] {
    return this.#graph?.all ?? [];
  }

  package(path: string): LoadedPackage | undefined {
    return this.#graph?.package(path);
  }

  get skipModFiles(): boolean {
    return this.#skipModFiles;
  }

  get errors(): readonly unknown[] {
    return this.#errors;
  }

  report(error: unknown): void {
    if (isSecurity(error)) throw error;
    this.#errors.push(error);
    if (this.options.allowErrors) this.session.settings.message(messageOf(error));
  }

  throwErrors(): void {
    if (this.options.allowErrors || this.#errors.length === 0) return;
    throw oneOrAll(this.#errors);
  }

  /** Loads, until requirements and packages agree. Throws what was reported unless errors are allowed. */
  async load(): Promise<void> {
    if (this.allIsRoot) await prefetchForAll(this.session, this.requirements, this.options);
    if (this.requirements.pruning === 'unpruned') {
      await this.#attempt(async () => {
        ({ rs: this.requirements } = await expandGraph(this.requirements));
      });
    }
    this.throwErrors();
    while (await this.#round());
    this.throwErrors();
    if (this.options.tidy) {
      this.requirements = await tidyRequirements(this);
      this.throwErrors();
    }
    reportPackageErrors(this);
    await checkMultiplePaths(this);
  }

  /** Runs a step and reports its failure; false when it failed. */
  async #attempt(step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** One round of loading. Returns whether another one is needed. */
  async #round(): Promise<boolean> {
    const { session, options, allIsRoot } = this;
    await this.#followGoVersion();
    const roots = await this.#params.listRoots(this.requirements);
    if (this.requirements.pruning === 'pruned' && session.buildMod === 'mod') {
      // with the modules of the roots in place, a tidy go.mod selects the right versions at the first try
      if (await this.#addModulesOfRoots(roots)) return true;
    }
    this.#graph = await PackageGraph.load(
      {
        scanner: this.#params.scanner,
        requirements: this.requirements,
        tags: this.tags,
        allIsRoot,
        allHoldsTests: this.#allHoldsTests,
        loadTests: options.loadTests ?? false,
        skipModFiles: this.#skipModFiles,
        standardTests: options.standardTests ? await standardTestImports(session.goVersion) : undefined,
        allowPackage: options.allowPackage,
        prefetch: options.prefetch,
      },
      roots,
    );
    let changed = false;
    const isUpdated = await this.#attempt(async () => {
      changed = await this.#updateRequirements();
    });
    if (!isUpdated) return false;
    // what is missing is looked for in the graph that the roots settle on, not in one that is still moving
    if (changed) return true;
    if (!options.resolveMissingImports || !session.hasModRoot) return false;
    return this.#addMissing();
  }

  /** What the go line decides: how the graph is pruned, what `all` means. */
  async #followGoVersion(): Promise<void> {
    const { tidy, tidyGoVersion, useVendorAll } = this.options;
    const goVersion = tidyGoVersion || this.requirements.goVersion;
    if (this.requirements.pruning !== 'workspace') {
      await this.#attempt(async () => {
        this.requirements = await convertPruning(this.requirements, pruningForGoVersion(goVersion));
      });
      this.throwErrors();
    }
    this.#skipModFiles = tidy === true && compareGo(goVersion, tidyGoModSumVersion) < 0;
    this.#allHoldsTests = compareGo(goVersion, narrowAllVersion) < 0 && !useVendorAll;
  }

  /** Makes roots of the modules that provide the packages asked for. Returns whether that changed the build list. */
  async #addModulesOfRoots(paths: readonly string[]): Promise<boolean> {
    const rs = this.requirements;
    const needed = new Map<string, ModuleVersion>();
    await Promise.all(
      paths.map(async (path) => {
        const m = await this.#moduleOf(path);
        if (m === undefined || rs.rootSelected(m.path) === m.version) return;
        needed.set(keyOf(m), m);
      }),
    );
    if (needed.size === 0) return false;
    const add = [...needed.values()];
    modSort(add);
    let updated: Requirements | undefined;
    await this.#attempt(async () => {
      updated = await updateRoots(rs, rs.direct, { add, rootsImported: this.options.assumeRootsImported ?? false });
    });
    this.throwErrors();
    if (updated === undefined) return false;
    this.#replaceRequirements(updated, add);
    return true;
  }

  /** The module that provides a package, or could when it is added; undefined where loading will tell what is wrong. */
  async #moduleOf(path: string): Promise<ModuleVersion | undefined> {
    const { requirements: rs } = this;
    try {
      const found = await importFromModules(rs, path, { skipModFile: this.#skipModFiles });
      return found.module;
    } catch (error) {
      if (!this.options.resolveMissingImports || causeOf(error, ImportMissingError) === undefined) return undefined;
      return queryImport(rs, path).catch(unlessRefuted(undefined));
    }
  }

  #replaceRequirements(updated: Requirements, added: readonly ModuleVersion[]): void {
    const { roots } = this.requirements;
    if (updated.roots.length === roots.length && updated.roots.every((m, i) => sameModule(m, roots[i]!))) {
      throw new Error(
        `adding ${added.map(formatModuleVersion).join(' ')} to module graph had no effect on root requirements`,
      );
    }
    this.requirements = updated;
  }

  /** Adds modules for packages that none provides. Returns whether there are any. */
  async #addMissing(): Promise<boolean> {
    const { requirements: rs } = this;
    let addedFor: ReadonlyMap<string, { module: ModuleVersion; package: LoadedPackage }> = new Map();
    const isResolved = await this.#attempt(async () => {
      addedFor = await resolveMissingImports(this);
    });
    if (!isResolved || addedFor.size === 0) return false;
    const add = [...addedFor.values()].map((a) => a.module);
    modSort(add);
    try {
      const rootsImported = this.options.assumeRootsImported ?? false;
      this.#replaceRequirements(await updateRoots(rs, rs.direct, { add, rootsImported }), add);
      return true;
    } catch (error) {
      // the imports that lead to a new module say more than its place in the module graph
      const importer = error instanceof BuildListError ? addedFor.get(keyOf(error.module))?.package : undefined;
      this.report(importer === undefined ? error : new PackageError(importer, (error as BuildListError).cause));
      return false;
    }
  }

  /**
   * Makes the requirements agree with what was loaded: modules whose packages a main module imports are direct, and roots.
   * Returns whether a module that provides a package, or may provide one that is missing, is now at another version.
   */
  async #updateRequirements(): Promise<boolean> {
    const { session, options, packages } = this;
    const before = this.requirements;
    // only then every import of the main modules was seen
    const isComplete = this.allIsRoot && this.tags === 'any';
    const direct = new Set<string>(isComplete ? [] : before.direct);
    const tooNew: TooNewError[] = [];
    for (const p of packages) {
      const needsNewer = causeOf(p.error, TooNewError);
      if (needsNewer !== undefined) tooNew.push(needsNewer);
      if (p.module === undefined || p.module.version !== '' || !session.main.contains(p.module.path)) continue;
      for (const dep of p.imports) {
        if (fromExternalModule(session, dep) && (await this.#mayImport(p, dep))) direct.add(dep.module!.path);
      }
    }
    const newest = newestNeed(tooNew);
    if (newest !== undefined) throw newest;

    // what the tidy roots will be is added on the way: a new root may raise others, whose packages must then be loaded anew
    const add = options.tidy ? (await tidyRoots(before, packages, isAmbiguous)).roots : [];
    const rs = await updateRoots(before, direct, {
      packages,
      add,
      rootsImported: options.assumeRootsImported ?? false,
    });
    const changed = rs.goVersion !== before.goVersion || (await this.#movesPackages(before, rs));
    this.requirements = rs;
    return changed;
  }

  /**
   * Reports whether a main module's package may import `dep`: its module must be required by go.mod, or go.mod be writable.
   * Where it may not, that is the package's error.
   */
  async #mayImport(p: LoadedPackage, dep: LoadedPackage): Promise<boolean> {
    const { session, requirements: rs } = this;
    const module = dep.module!;
    if (session.isWorkspace) {
      // modules.txt does not say who requires what
      if (session.usesVendor) return false;
      const graph = await rs.wholeGraph();
      if (graph.requiredBy(module) === undefined) {
        p.error = new DirectImportFromImplicitDependencyError({
          importerPath: p.path,
          importedPath: dep.path,
          module,
        });
      }
      return true;
    }
    if (p.error !== undefined || session.buildMod === 'mod' || rs.rootSelected(module.path) === module.version)
      return true;
    p.error = new DirectImportFromImplicitDependencyError({
      importerPath: p.path,
      importedPath: dep.path,
      module,
    });
    return false;
  }

  /** Reports whether new roots change what was loaded, or heal what could not be loaded. */
  async #movesPackages(before: Requirements, rs: Requirements): Promise<boolean> {
    const { session, packages } = this;
    const { roots } = before;
    const isSame = rs.roots.length === roots.length && rs.roots.every((m, i) => sameModule(m, roots[i]!));
    if (rs === before || isSame) return false;
    const graph = await rs.wholeGraph();
    if (packages.some((p) => fromExternalModule(session, p) && graph.selected(p.module!.path) !== p.module!.version)) {
      return true;
    }
    const failed = packages.filter((p) => p.error !== undefined);
    const healed = await Promise.all(
      failed.map((p) =>
        importFromModules(rs, p.path, { skipModFile: this.#skipModFiles }).then(() => true, unlessRefuted(false)),
      ),
    );
    return healed.includes(true);
  }
}
