/**
 * Roots of a module before Go 1.17. Its graph is read in full, so which requirements are listed does not change what is selected:
 * go.mod lists what is imported directly, what it listed before, and the fewest others that are needed to
 * keep the build list (research.swtch.com/vgo-mvs, algorithm R; go.dev/ref/mod#minimal-version-selection).
 */
import { modCompare, modSort } from '../../gover/index.js';
import { type ModuleVersion, sameModule } from '../../module/index.js';
import { buildListOf, minimalRequirements, type Requirements as Port } from '../../mvs/index.js';
import type { Session } from '../session/session.js';
import { GoModDirtyError } from './go-mod-dirty-error.js';
import type { Requirements } from './requirements.js';
import { fromExternalModule, type UsedPackage } from './used-package.js';

/** The module graph as minimal version selection asks for it, with `roots` as what the main module requires. */
export function requiringRoots(session: Session, main: ModuleVersion, roots: readonly ModuleVersion[]): Port {
  return {
    required: async (m) => (sameModule(m, main) ? roots : (await session.summaries.ofRequired(m)).require),
    compare: modCompare,
  };
}

/** What updateRoots does for an unpruned graph; every version that is selected now stays selected or is raised by `add`. */
export async function updateUnprunedRoots(
  rs: Requirements,
  direct: ReadonlySet<string>,
  add: readonly ModuleVersion[] = [],
): Promise<Requirements> {
  const { session } = rs;
  // an incomplete graph will not do, not even with -e: what seems redundant might be needed for what is missing of it
  const graph = await rs.wholeGraph();
  if (session.mustHaveCompleteRequirements) {
    const stale = [...rs.roots, ...add].some((m) => m.version !== graph.selected(m.path));
    if (stale || [...direct].some((path) => rs.rootSelected(path) === undefined)) throw new GoModDirtyError(session);
    return rs; // what else could be changed is cosmetic
  }
  // a root that is right stays, redundant or not: nobody knows why it was added, and it may become direct at any time
  const paths = new Set<string>();
  for (const m of rs.roots) if (graph.selected(m.path) === m.version) paths.add(m.path);
  const keep = [...graph.buildList.slice(session.main.modules.length), ...add];
  for (const m of keep) if (direct.has(m.path)) paths.add(m.path);
  const roots: ModuleVersion[] = [];
  for (const main of session.main.versions) {
    roots.push(...(await minimalRequirements(main, [...paths], requiringRoots(session, main, keep))));
  }
  if (session.main.modules.length > 1) modSort(roots);
  return rs.pruning === 'unpruned' && rs.equals(roots, direct) ? rs : rs.with('unpruned', roots, direct);
}

/** What tidyRoots does for an unpruned graph. */
export async function tidyUnprunedRoots(rs: Requirements, packages: readonly UsedPackage[]): Promise<Requirements> {
  const { session } = rs;
  const main = session.main.single;
  const keep: ModuleVersion[] = [];
  const kept = new Set<string>();
  for (const path of ['go', 'toolchain']) {
    const version = rs.rootSelected(path);
    if (version === undefined) continue;
    keep.push({ path, version });
    kept.add(path);
  }
  const direct = kept.has('go') ? ['go'] : []; // a root of its own, even where a dependency implies it
  /** Modules that might have provided an imported package, and do not. */
  const alternatives = new Map<string, string>();
  for (const pkg of packages) {
    if (!fromExternalModule(session, pkg) || pkg.module === undefined) continue;
    for (const m of pkg.altModules) alternatives.set(m.path, m.version);
    if (kept.has(pkg.module.path)) continue;
    keep.push(pkg.module);
    kept.add(pkg.module.path);
    if (rs.direct.has(pkg.module.path)) direct.push(pkg.module.path);
  }

  const target: ModuleVersion = { path: main.path, version: '' };
  const port = requiringRoots(session, target, keep);
  const [roots, list] = await Promise.all([minimalRequirements(target, direct, port), buildListOf([target], port)]);
  // An alternative may go, but not come back lower: the sum of its zip would be missing when an import is to be
  // told from it (go.dev/issue/47738).
  const lowered = list.flatMap(({ path, version }) => {
    const before = alternatives.get(path);
    return before !== undefined && modCompare(path, version, before) < 0 ? [{ path, version: before }] : [];
  });
  if (lowered.length === 0) return rs.with('unpruned', roots, rs.direct);
  const all = requiringRoots(session, target, [...keep, ...lowered]);
  return rs.with('unpruned', await minimalRequirements(target, direct, all), rs.direct);
}
