/**
 * The requirements of a main module: its roots, which of them it imports directly, and the graph below them, read when first needed.
 * Roots that the graph outgrows are raised until they agree with it (go.dev/ref/mod#graph-pruning; #minimal-version-selection).
 */
import { TsgogetError } from '../errors.js';
import { modCompare, modSort } from '../gover/index.js';
import type { ModuleVersion } from '../module/index.js';
import { minimalRequirements } from '../mvs/index.js';
import { sameModule } from './main-modules.js';
import type { Pruning } from './mod-summary.js';
import { compareVersions, type ModuleGraph, readModuleGraph } from './module-graph.js';
import type { Session } from './session.js';

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

  /** The root version of a path ('' for a main module); undefined when it is no root. */
  rootSelected(path: string): string | undefined {
    return this.session.main.contains(path) ? '' : this.#highest.get(path);
  }

  get goVersion(): string {
    return this.rootSelected('go') ?? this.session.main.goVersion;
  }

  /** The graph; what could not be loaded is in its `error`. */
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

  equals(roots: readonly ModuleVersion[], direct: ReadonlySet<string>): boolean {
    return (
      roots.length === this.roots.length &&
      roots.every((m, i) => sameModule(m, this.roots[i]!)) &&
      direct.size === this.direct.size &&
      [...direct].every((path) => this.direct.has(path))
    );
  }
}

/** go.mod does not say what its requirements imply, and this run may not change it. */
export class GoModDirtyError extends TsgogetError {
  constructor(session: Session) {
    const { buildMod, buildModReason, modFlagGiven } = session;
    const words = modFlagGiven
      ? `updates to go.mod needed, disabled by -mod=${buildMod}; to update it:\n\tgo mod tidy`
      : buildModReason !== ''
        ? `updates to go.mod needed, disabled by -mod=${buildMod}\n\t(${buildModReason})\n\tto update it:\n\tgo mod tidy`
        : 'updates to go.mod needed; to update it:\n\tgo mod tidy';
    super('build-list', words);
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

/** The requirements with roots that agree with their graph. Throws GoModDirtyError where go.mod would have to change and may not. */
export function updateRoots(rs: Requirements, direct: ReadonlySet<string>): Promise<Requirements> {
  if (rs.pruning === 'pruned') return updatePrunedRoots(rs, direct);
  if (rs.pruning === 'unpruned') return updateUnprunedRoots(rs, direct);
  return Promise.resolve(new Requirements(rs.session, 'workspace', rs.roots, direct));
}

/**
 * A raised root brings in requirements that were pruned out before, which may raise others: until nothing changes.
 * Ends, as versions only go up.
 */
async function updatePrunedRoots(rs: Requirements, direct: ReadonlySet<string>): Promise<Requirements> {
  const { session } = rs;
  for (;;) {
    // without a graph nothing is known of what the roots lead to, and they stand as they are
    const graph = rs.hasGraph ? await rs.graph() : undefined;
    const roots: ModuleVersion[] = [];
    const seen = new Set(session.main.modules.map((m) => m.path));
    let raised = false;
    for (const m of rs.roots) {
      if (seen.has(m.path)) continue;
      seen.add(m.path);
      const version = graph === undefined ? rs.rootSelected(m.path)! : graph.selected(m.path);
      roots.push({ path: m.path, version });
      raised ||= version !== m.version;
    }
    if (!raised) {
      if (session.buildMod !== 'mod' || rs.equals(roots, direct)) return rs;
      return new Requirements(session, 'pruned', roots, direct);
    }
    if (session.mustHaveCompleteRequirements) throw new GoModDirtyError(session);
    rs = new Requirements(session, 'pruned', roots, direct);
    await rs.wholeGraph();
  }
}

async function updateUnprunedRoots(rs: Requirements, direct: ReadonlySet<string>): Promise<Requirements> {
  const { session } = rs;
  const graph = await rs.wholeGraph();
  if (session.mustHaveCompleteRequirements) {
    const stale = rs.roots.some((m) => m.version !== graph.selected(m.path));
    if (stale || [...direct].some((path) => rs.rootSelected(path) === undefined)) throw new GoModDirtyError(session);
    return rs;
  }
  const paths = new Set<string>();
  for (const m of rs.roots) if (graph.selected(m.path) === m.version) paths.add(m.path);
  const keep = graph.buildList.slice(session.main.modules.length);
  for (const m of keep) if (direct.has(m.path)) paths.add(m.path);
  const roots: ModuleVersion[] = [];
  for (const main of session.main.versions) {
    roots.push(
      ...(await minimalRequirements(main, [...paths], {
        required: async (m) => {
          if (sameModule(m, main)) return keep;
          return (await session.summaries.ofRequired(m)).require;
        },
        max: (path, a, b) => (modCompare(path, a, b) < 0 ? b : a),
      })),
    );
  }
  if (session.main.modules.length > 1) modSort(roots);
  return rs.equals(roots, direct) ? rs : new Requirements(session, 'unpruned', roots, direct);
}

/** The same requirements at another pruning, for a go line that crosses Go 1.17. */
export async function convertPruning(rs: Requirements, pruning: 'pruned' | 'unpruned'): Promise<Requirements> {
  if (rs.pruning === pruning) return rs;
  if (pruning === 'unpruned') return updateUnprunedRoots(rs, rs.direct);
  const graph = await rs.wholeGraph();
  return new Requirements(rs.session, pruning, graph.buildList.slice(rs.session.main.modules.length), rs.direct);
}

/** The same requirements with these roots in place of those of the same paths. */
export function overrideRoots(rs: Requirements, replace: readonly ModuleVersion[]): Requirements {
  const paths = new Set(replace.map((m) => m.path));
  const roots = [...rs.roots.filter((m) => !paths.has(m.path)), ...replace];
  modSort(roots);
  return new Requirements(rs.session, rs.pruning, roots, rs.direct);
}
