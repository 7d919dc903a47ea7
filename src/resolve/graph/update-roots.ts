/**
 * Keeps the roots in agreement with what minimal version selection makes of them (go.dev/ref/mod#minimal-version-selection):
 * each root once, at the version that is selected, and what may be left out left out. How much a root brings with it depends on
 * pruning (go.dev/ref/mod#graph-pruning), hence two ways: pruned-roots.ts and unpruned-roots.ts.
 */
import { hasRule, modSort } from '../../gover/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { ModuleGraph } from './module-graph.js';
import { type IsAmbiguous, tidyPrunedRoots, updatePrunedRoots } from './pruned-roots.js';
import type { Requirements } from './requirements.js';
import type { RootChanges } from './root-changes.js';
import { tidyUnprunedRoots, updateUnprunedRoots } from './unpruned-roots.js';
import type { UsedPackage } from './used-package.js';

/** Reads the whole graph and raises the roots to what it selects. Throws BuildListError. */
export async function expandGraph(rs: Requirements): Promise<{ rs: Requirements; graph: ModuleGraph }> {
  const graph = await rs.wholeGraph();
  const roots = rs.session.isWorkspace ? rs.session.main.versions : rs.roots;
  if (roots.every((m) => graph.selected(m.path) === m.version)) return { rs, graph };
  const updated = await updateRoots(rs, rs.direct);
  return { rs: updated, graph: await updated.wholeGraph() };
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
  if (!hasRule(rs.session.goVersion, 'workspace-direct')) return rs;
  const keepsGraph = hasRule(rs.session.goVersion, 'workspace-keeps-graph');
  return keepsGraph ? rs.withDirect(direct) : rs.with('workspace', rs.roots, direct);
}

/**
 * The fewest roots with which the packages are provided by the modules that provide them now
 * (go.dev/ref/mod#go-mod-tidy). A module may still come out higher, by what the remaining roots require. Throws BuildListError.
 */
export function tidyRoots(
  rs: Requirements,
  packages: readonly UsedPackage[],
  isAmbiguous: IsAmbiguous,
): Promise<Requirements> {
  return rs.pruning === 'unpruned' ? tidyUnprunedRoots(rs, packages) : tidyPrunedRoots(rs, packages, isAmbiguous);
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
