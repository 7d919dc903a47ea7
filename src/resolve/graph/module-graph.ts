/**
 * Reads the module graph: every requirement that can matter, and no more (go.dev/ref/mod#graph-pruning, #lazy-loading).
 * A go.mod is used only once it is proven; what it asks for is fetched as soon as its bytes are here.
 */
import { isToolchainModule, modCompare } from '../../gover/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { BuildListError, Graph, VersionMap, VersionSet, withMainAndNone } from '../../mvs/index.js';
import type { ModSummary, Pruning } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';

/** Version order of the graph: main modules ('') above all, 'none' below all. */
export const compareVersions = withMainAndNone(modCompare);

/** A module graph that has been read. */
export class ModuleGraph {
  readonly graph: Graph;
  readonly #failures = new Map<string, unknown>();
  readonly #summaries = new VersionMap<ModSummary>();
  #buildList: readonly ModuleVersion[] | undefined;

  constructor(roots: readonly ModuleVersion[]) {
    this.graph = new Graph(modCompare, roots);
  }

  load(m: ModuleVersion, summary: ModSummary): void {
    this.#summaries.set(m, summary);
    this.graph.require(m, summary.require);
  }

  fail(m: ModuleVersion, error: unknown): void {
    this.#failures.set(keyOf(m), error);
  }

  /** What was read of a module version; undefined for a main module, a failure, and what was pruned out. */
  summaryOf(m: ModuleVersion): ModSummary | undefined {
    return this.#summaries.get(m);
  }

  /** The modules whose requirements could not be read, as `path@version`, and why. */
  get failures(): ReadonlyMap<string, unknown> {
    return this.#failures;
  }

  /** Why a module version could not be read; undefined when it could, or was pruned out. */
  failureOf(m: ModuleVersion): { readonly error: unknown } | undefined {
    const key = keyOf(m);
    return this.#failures.has(key) ? { error: this.#failures.get(key) } : undefined;
  }

  /** The selected version; 'none' where nothing requires the module, or nothing that is a version (`toolchain default`). */
  selected(path: string): string {
    const version = this.graph.selected(path);
    return isToolchainModule(path) && modCompare(path, version, 'none') <= 0 ? 'none' : version;
  }

  requiredBy(m: ModuleVersion): readonly ModuleVersion[] | undefined {
    return this.graph.requiredBy(m);
  }

  walkBreadthFirst(visit: (m: ModuleVersion) => void): void {
    this.graph.walkBreadthFirst(visit);
  }

  /** The selected versions, main modules first. */
  get buildList(): readonly ModuleVersion[] {
    this.#buildList ??= this.graph.buildList().filter((m) => this.selected(m.path) !== 'none');
    return this.#buildList;
  }

  /** The first failure on the way from the roots, with the chain of requirements that leads to it. */
  get error(): BuildListError | undefined {
    return this.findError(() => true);
  }

  /** The same, of the failures that `wanted` accepts. */
  findError(wanted: (error: unknown) => boolean): BuildListError | undefined {
    if (this.#failures.size === 0) return undefined;
    const chain = this.graph.findPath((m) => {
      const failure = this.failureOf(m);
      return failure !== undefined && wanted(failure.error);
    });
    const last = chain.at(-1);
    return last === undefined ? undefined : new BuildListError(this.#failures.get(keyOf(last)), chain);
  }
}

/**
 * Reads the graph below `roots`. Failures are kept in the graph (`error`), the rest is read nevertheless.
 * In a workspace the roots are its modules; elsewhere they are what the one main module requires.
 * What the modules of `unprune` list is read too, even where it would be pruned out, as it would not be if they were roots.
 */
export async function readModuleGraph(
  session: Session,
  pruning: Pruning,
  roots: readonly ModuleVersion[],
  unprune: VersionSet = new VersionSet(),
): Promise<ModuleGraph> {
  const { main } = session;
  const graph = new ModuleGraph(session.isWorkspace ? roots : main.versions);
  if (!session.isWorkspace) graph.graph.require({ path: main.single.path, version: '' }, roots);
  const loads = new Map<string, Promise<ModSummary | undefined>>();
  const queued = new Set<string>();

  const load = (m: ModuleVersion, early?: (s: ModSummary) => void): Promise<ModSummary | undefined> => {
    const key = keyOf(m);
    let loading = loads.get(key);
    if (loading === undefined) {
      loading = session.summaries.ofRequired(m, early).then(
        (summary) => {
          graph.load(m, summary);
          return summary;
        },
        (error: unknown) => {
          graph.fail(m, error);
          return undefined;
        },
      );
      loads.set(key, loading);
    }
    return loading;
  };

  /** What is read below a module, and how much of it: the heart of pruning. */
  const below = (summary: ModSummary, how: Pruning): [ModuleVersion, Pruning][] => {
    const next = how === 'unpruned' ? 'unpruned' : summary.pruning;
    const isPruned = how === 'pruned' && summary.pruning === 'pruned';
    return summary.require.flatMap((r) => (isPruned && !unprune.has(r) ? [] : [[r, next]]));
  };

  const visit = async (m: ModuleVersion, how: Pruning): Promise<void> => {
    const key = `${how} ${keyOf(m)}`;
    if (m.version === 'none' || queued.has(key)) return;
    queued.add(key);
    const summary = await load(m, (early) => {
      for (const [r] of below(early, how)) session.prefetch(r);
    });
    if (summary !== undefined) await Promise.all(below(summary, how).map(([r, next]) => visit(r, next)));
  };

  session.prefetchListed();
  await Promise.all(roots.map((m) => visit(m, pruning)));
  if (pruning === 'workspace') await readSelected(graph, roots, (m) => visit(m, 'workspace'));
  return graph;
}

/**
 * In a workspace a dependency may be selected above what its requirers name: then the requirements of the selected
 * version count too. Each round looks at higher versions only, so it ends.
 */
async function readSelected(
  graph: ModuleGraph,
  roots: readonly ModuleVersion[],
  visit: (m: ModuleVersion) => Promise<void>,
): Promise<void> {
  const paths = new Set(roots.map((m) => m.path));
  const seen = new Set<string>();
  for (;;) {
    const wanted = new Map<string, ModuleVersion>();
    for (const path of paths) {
      const m = { path, version: graph.selected(path) };
      if (!seen.has(keyOf(m))) {
        wanted.set(keyOf(m), m);
        continue;
      }
      for (const r of graph.requiredBy(m) ?? []) {
        const s = { path: r.path, version: graph.selected(r.path) };
        if (compareVersions(r.path, s.version, r.version) > 0 && !seen.has(keyOf(s))) wanted.set(keyOf(s), s);
      }
    }
    if (wanted.size === 0) return;
    for (const [key, m] of wanted) {
      seen.add(key);
      paths.add(m.path);
    }
    await Promise.all([...wanted.values()].map(visit));
  }
}
