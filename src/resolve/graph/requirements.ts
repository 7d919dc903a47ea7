/**
 * The requirements of a main module: its roots, which of them it imports directly, and the graph below them, read when first needed.
 * Minimal version selection decides what the roots lead to (go.dev/ref/mod#minimal-version-selection); the functions here keep the roots
 * in agreement with that: each root once, at the version that is selected, and what may be left out left out. How much a root
 * brings with it depends on pruning (go.dev/ref/mod#graph-pruning), hence two ways: pruned-roots.ts and unpruned-roots.ts.
 */
import { modSort } from '../../gover/index.js';
import { type ModuleVersion, sameModule } from '../../module/index.js';
import type { LoadedPackage } from '../packages/loaded-package.js';
import type { Pruning } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { compareVersions, type ModuleGraph, readModuleGraph } from './module-graph.js';
import { tidyPrunedRoots, updatePrunedRoots } from './pruned-roots.js';
import { tidyUnprunedRoots, updateUnprunedRoots } from './unpruned-roots.js';

export { GoModDirtyError } from './go-mod-dirty-error.js';

export class Requirements {
  readonly session: Session;
  readonly pruning: Pruning;
  /** Sorted by path and version; holds `go`, and may hold a path more than once. */
  readonly roots: readonly ModuleVersion[];
  /** Paths of modules that provide packages which the main module imports itself. */
  readonly direct: ReadonlySet<string>;
  readonly #highest = new Map<string, string>();
  #graph: Promise<ModuleGraph> | undefined;

  constructor(session: Session, pruning: Pruning, roots: readonly ModuleVersion[], direct: ReadonlySet<string>) {
    this.session = session;
    this.pruning = pruning;
    this.roots = [...roots];
    this.direct = direct;
    for (const m of roots) {
      const old = this.#highest.get(m.path);
      if (old === undefined || compareVersions(m.path, old, m.version) < 0) this.#highest.set(m.path, m.version);
    }
  }

  /** Requirements of the same main module; `roots` are sorted by modSort. */
  with(pruning: Pruning, roots: readonly ModuleVersion[], direct: ReadonlySet<string>): Requirements {
    return new Requirements(this.session, pruning, roots, direct);
  }

  /** The root version of a path ('' for a main module); undefined when it is no root. */
  rootSelected(path: string): string | undefined {
    return this.session.main.contains(path) ? '' : this.#highest.get(path);
  }

  /** The version of each path that is a root, the highest where it stands twice. */
  get rootVersions(): ReadonlyMap<string, string> {
    return this.#highest;
  }

  get goVersion(): string {
    return this.rootSelected('go') ?? this.session.main.goVersion;
  }

  /**
   * The graph; what could not be loaded is in its `error`. Never to be asked for ahead of need: once it is read,
   * updateRoots raises the roots to it, which it does not do to roots that lazy loading found no fault with.
   */
  graph(): Promise<ModuleGraph> {
    this.#graph ??= readModuleGraph(this.session, this.pruning, this.roots);
    return this.#graph;
  }

  /** The graph, all of it. Throws BuildListError. */
  async wholeGraph(): Promise<ModuleGraph> {
    const graph = await this.graph();
    if (graph.error !== undefined) throw graph.error;
    return graph;
  }

  get hasGraph(): boolean {
    return this.#graph !== undefined;
  }

  /** Puts a graph in place that was not read from requirements (vendoring). */
  setGraph(graph: ModuleGraph): void {
    this.#graph = Promise.resolve(graph);
  }

  /** Reports whether a root stands twice or names a main module. */
  get hasRedundantRoot(): boolean {
    return this.roots.some((m, i) => this.session.main.contains(m.path) || m.path === this.roots[i - 1]?.path);
  }

  hasRoots(roots: readonly ModuleVersion[]): boolean {
    return roots.length === this.roots.length && roots.every((m, i) => sameModule(m, this.roots[i]!));
  }

  equals(roots: readonly ModuleVersion[], direct: ReadonlySet<string>): boolean {
    return (
      this.hasRoots(roots) && direct.size === this.direct.size && [...direct].every((path) => this.direct.has(path))
    );
  }
}

/** Reads the whole graph and raises the roots to what it selects. Throws BuildListError. */
export async function expandGraph(rs: Requirements): Promise<{ rs: Requirements; graph: ModuleGraph }> {
  const graph = await rs.wholeGraph();
  const roots = rs.session.isWorkspace ? rs.session.main.versions : rs.roots;
  if (roots.every((m) => graph.selected(m.path) === m.version)) return { rs, graph };
  const updated = await updateRoots(rs, rs.direct);
  return { rs: updated, graph: await updated.wholeGraph() };
}

/** What roots are to be brought into agreement with, besides their graph. */
export interface RootChanges {
  /** Packages that were loaded: the modules of those that matter become roots. */
  readonly packages?: readonly LoadedPackage[];
  /** To be selected at these versions at least. */
  readonly add?: readonly ModuleVersion[];
  /** The packages of the command line count as if the main module imported them (`get`). */
  readonly rootsImported?: boolean;
}

/**
 * The requirements with roots that agree with their graph, and hold what `changes` ask for. Versions only go up.
 * Throws GoModDirtyError where go.mod would have to change and may not, BuildListError.
 */
export async function updateRoots(
  rs: Requirements,
  direct: ReadonlySet<string>,
  changes: RootChanges = {},
): Promise<Requirements> {
  if (rs.pruning === 'pruned') return updatePrunedRoots(rs, direct, changes);
  if (rs.pruning === 'unpruned') return updateUnprunedRoots(rs, direct, changes.add);
  // a workspace's roots are its modules, and these are not to be edited here: nothing is ever found missing for them
  if (changes.add !== undefined && changes.add.length > 0) throw new Error('a workspace takes no further roots');
  return rs.with('workspace', rs.roots, direct);
}

/**
 * The fewest roots with which the packages are provided by the modules that provide them now
 * (go.dev/ref/mod#go-mod-tidy). A module may still come out higher, by what the remaining roots require. Throws BuildListError.
 */
export function tidyRoots(rs: Requirements, packages: readonly LoadedPackage[]): Promise<Requirements> {
  return rs.pruning === 'unpruned' ? tidyUnprunedRoots(rs, packages) : tidyPrunedRoots(rs, packages);
}

/**
 * The same requirements at another pruning, for a go line that crosses Go 1.17.
 * To unpruned, roots that others imply are dropped; to pruned, every module of the build list becomes a root, since a root
 * brings in all that it lists itself, and so nothing is lost. Throws BuildListError.
 */
export async function convertPruning(rs: Requirements, pruning: 'pruned' | 'unpruned'): Promise<Requirements> {
  if (rs.pruning === pruning) return rs;
  if (rs.pruning === 'workspace') throw new Error('a workspace has no pruning to convert');
  if (pruning === 'unpruned') return updateUnprunedRoots(rs, rs.direct);
  const graph = await rs.wholeGraph();
  return rs.with(pruning, graph.buildList.slice(rs.session.main.modules.length), rs.direct);
}

/** The same requirements with these roots in place of those of the same paths. */
export function overrideRoots(rs: Requirements, replace: readonly ModuleVersion[]): Requirements {
  const paths = new Set(replace.map((m) => m.path));
  const roots = [...rs.roots.filter((m) => !paths.has(m.path)), ...replace];
  modSort(roots);
  return rs.with(rs.pruning, roots, rs.direct);
}
