/**
 * The graph that editRequirements tries its versions on: everything that can become a root is read as one, and each module that leads to
 * a version above its limit, or to one that cannot be read, is found.
 */
import { causeOf, isSecurity } from '../../errors.js';
import { modCompare, modSort } from '../../gover/index.js';
import { TooNewError } from '../../modfetch/index.js';
import type { ModuleVersion } from '../../module/index.js';
import { VersionMap, VersionSet } from '../../mvs/index.js';
import { type ModuleGraph, readModuleGraph } from '../graph/module-graph.js';
import type { Session } from '../session/session.js';
import { type Depth, DisqualifiedModules } from './disqualified-modules.js';

export interface EditGraph {
  /** Sorted; without those that are to be absent. */
  readonly roots: readonly ModuleVersion[];
  readonly graph: ModuleGraph;
  /** How far each root is read, and what becomes a root as it is selected. */
  readonly depths: VersionMap<Depth>;
  readonly disqualified: DisqualifiedModules;
}

/**
 * Reads the graph below `versions` (path → version, 'none' for absent) and judges it by `limits` (path → highest version).
 * Throws the BuildListError of a module that needs a newer Go, or is refuted; other failures are faults of what leads there.
 */
export async function readEditGraph(
  session: Session,
  pruning: Depth,
  versions: ReadonlyMap<string, string>,
  limits: ReadonlyMap<string, string>,
): Promise<EditGraph> {
  const roots: ModuleVersion[] = [];
  for (const [path, version] of versions) if (version !== 'none') roots.push({ path, version });
  modSort(roots);
  const { graph, raised } = await readExtended(session, pruning, roots, [...versions.keys()]);
  const { error } = graph;
  if (causeOf(error, TooNewError) !== undefined) throw error;
  // what contradicts its hash is never got round by taking another version
  const refuted = graph.findError(isSecurity);
  if (refuted !== undefined) throw refuted;
  const depths = new VersionMap<Depth>();
  for (const m of [...roots, ...raised]) {
    depths.set(m, pruning === 'pruned' ? (graph.summaryOf(m)?.pruning ?? 'pruned') : 'unpruned');
  }
  return { roots, graph, depths, disqualified: judge(graph, depths, limits) };
}

/**
 * The graph below the roots, with each path of `paths` read at its selected version as if that were a root. The lower versions stay in
 * it: they may bring in more than will be needed in the end, but they explain how each version comes to be selected.
 */
async function readExtended(
  session: Session,
  pruning: Depth,
  roots: readonly ModuleVersion[],
  paths: readonly string[],
): Promise<{ graph: ModuleGraph; raised: readonly ModuleVersion[] }> {
  const raised: ModuleVersion[] = [];
  const unprune = new VersionSet();
  for (;;) {
    const graph = await readModuleGraph(session, pruning, roots, unprune);
    if (pruning === 'unpruned') return { graph, raised };
    const before = raised.length;
    for (const path of paths) {
      const m = { path, version: graph.selected(path) };
      if (m.version !== 'none' && graph.requiredBy(m) === undefined && unprune.add(m)) raised.push(m);
    }
    // to read more can only raise what is selected, so this comes to an end
    if (raised.length === before) return { graph, raised };
  }
}

function judge(
  graph: ModuleGraph,
  depths: VersionMap<Depth>,
  limits: ReadonlyMap<string, string>,
): DisqualifiedModules {
  const disqualified = new DisqualifiedModules(depths);
  const isAboveLimit = ({ path, version }: ModuleVersion) => {
    const limit = limits.get(path);
    return limit !== undefined && modCompare(path, version, limit) > 0;
  };
  graph.walkBreadthFirst((m) => {
    if (isAboveLimit(m)) {
      disqualified.disqualify(m, 'pruned', { because: m });
      return;
    }
    const failure = graph.failureOf(m);
    if (failure !== undefined) {
      disqualified.disqualify(m, 'pruned', failure);
      return;
    }
    const required = graph.requiredBy(m);
    // nothing is wrong with the main module, which is what is being edited
    if (required === undefined || graph.summaryOf(m) === undefined) return;
    // a requirement that is not allowed is a fault even where nothing below it is read
    const forbidden = required.find(isAboveLimit);
    if (forbidden === undefined) required.every((r) => disqualified.require(m, r));
    else disqualified.disqualify(m, 'pruned', { because: forbidden });
  });
  return disqualified;
}
