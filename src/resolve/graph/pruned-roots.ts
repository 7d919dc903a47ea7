/**
 * Roots of a module of Go 1.17 or later (go.dev/ref/mod#graph-pruning). Others read no further than its go.mod, and so it lists every
 * module that its packages and tests need, direct or not. In return go.mod alone tells most of what is selected, and the
 * graph is read only when there is a reason (go.dev/ref/mod#lazy-loading).
 */
import { modCompare, modSort } from '../../gover/index.js';
import type { ModuleVersion } from '../../module/index.js';
import { VersionSet } from '../../mvs/index.js';
import { GoModDirtyError } from './go-mod-dirty-error.js';
import type { ModuleGraph } from './module-graph.js';
import type { Requirements } from './requirements.js';
import type { RootChanges } from './root-changes.js';
import { fromExternalModule, type UsedPackage } from './used-package.js';

/**
 * What updateRoots does for a pruned graph. The module of each package that matters here is a root afterwards: those that the main
 * module needs ("all"), for whoever reads its go.mod; and those that the command line named, so that the next command
 * finds the versions that this one used. A package that only some dependency's test imports is none of them.
 */
export async function updatePrunedRoots(
  rs: Requirements,
  direct: ReadonlySet<string>,
  { packages = [], add = [], rootsImported = false }: RootChanges,
): Promise<Requirements> {
  const { session } = rs;
  const { roots: wanted, listed } = wantedRoots(rs, packages, add, rootsImported);
  let roots: readonly ModuleVersion[] = wanted;
  // A raised root brings in requirements that were pruned out before, which may raise others: until nothing changes.
  // That ends, as versions only go up.
  for (let isRaised = wanted.length > rs.roots.length; ; ) {
    let graph: ModuleGraph | undefined;
    if (isRaised) {
      if (session.mustHaveCompleteRequirements) throw new GoModDirtyError(session);
      rs = rs.with('pruned', roots, direct);
      graph = await rs.wholeGraph();
    } else if (rs.hasGraph) {
      graph = await rs.graph();
    } else if (!(await rootsSatisfy(rs, listed))) {
      graph = await rs.wholeGraph();
    }
    ({ roots, isRaised } = selectRoots(rs, graph));
    if (!isRaised) break;
  }
  if (session.buildMod !== 'mod' || rs.equals(roots, direct)) return rs;
  return rs.with('pruned', roots, direct);
}

/** The roots with those that have to be added, and the roots whose packages were loaded. */
function wantedRoots(
  rs: Requirements,
  packages: readonly UsedPackage[],
  add: readonly ModuleVersion[],
  rootsImported: boolean,
): { roots: readonly ModuleVersion[]; listed: readonly ModuleVersion[] } {
  const roots = [...rs.roots];
  const listed: ModuleVersion[] = [];
  const seen = new VersionSet();
  for (const pkg of packages) {
    if (!pkg.isInAll && !pkg.isRoot && !(rootsImported && pkg.isFromRoot)) continue;
    if (!fromExternalModule(rs.session, pkg) || pkg.module === undefined || !seen.add(pkg.module)) continue;
    (rs.rootSelected(pkg.module.path) === undefined ? roots : listed).push(pkg.module);
  }
  for (const m of add) {
    const version = rs.rootSelected(m.path);
    if (version === undefined || modCompare(m.path, version, m.version) < 0) roots.push(m);
  }
  if (roots.length > rs.roots.length) modSort(roots);
  return { roots, listed };
}

/**
 * Each root once, at the version that the graph selects; without a graph, at its highest.
 * To drop a second one raises nothing, so that does not count as a change of the graph.
 */
function selectRoots(
  rs: Requirements,
  graph: ModuleGraph | undefined,
): { roots: readonly ModuleVersion[]; isRaised: boolean } {
  const roots: ModuleVersion[] = [];
  const seen = new Set(rs.session.main.modules.map((m) => m.path));
  let isRaised = false;
  for (const m of rs.roots) {
    if (seen.has(m.path)) continue;
    seen.add(m.path);
    const version = graph === undefined ? rs.rootSelected(m.path)! : graph.selected(m.path);
    roots.push({ path: m.path, version });
    isRaised ||= version !== m.version;
  }
  return { roots, isRaised };
}

/**
 * Spot check in place of the graph: reports whether the roots are at least what these modules list themselves. They are those whose
 * packages are in use; a mistaken go.mod shows there, and what other modules ask for is of no concern yet.
 */
async function rootsSatisfy(rs: Requirements, modules: readonly ModuleVersion[]): Promise<boolean> {
  const satisfied = await Promise.all(
    modules.map(async (m) => {
      try {
        const { require } = await rs.session.summaries.ofRequired(m);
        return require.every(({ path, version }) => modCompare(path, rs.rootSelected(path) ?? version, version) >= 0);
      } catch {
        return false; // the graph will tell, with the chain that leads there
      }
    }),
  );
  return satisfied.every(Boolean);
}

/**
 * What tidyRoots does for a pruned graph. The modules of "all" are roots; the packages beyond it, which tests of dependencies import,
 * need one only where the graph selects less than what was loaded. They are looked at in rounds, by their distance from "all",
 * because what is near often lists what lies behind it.
 */
export async function tidyPrunedRoots(
  rs: Requirements,
  packages: readonly UsedPackage[],
  isAmbiguous: IsAmbiguous,
): Promise<Requirements> {
  const { session } = rs;
  const roots: ModuleVersion[] = [];
  const rootPaths = new Set([session.main.single.path]);
  const addRoot = (m: ModuleVersion) => {
    roots.push(m);
    rootPaths.add(m.path);
  };
  for (const path of ['go', 'toolchain']) {
    const version = rs.rootSelected(path);
    if (version !== undefined) addRoot({ path, version });
  }
  let round = packages.filter((pkg) => pkg.isInAll);
  for (const pkg of round) {
    if (pkg.module === undefined || rootPaths.has(pkg.module.path)) continue;
    if (fromExternalModule(session, pkg)) addRoot(pkg.module);
  }

  const withRoots = () => {
    modSort(roots);
    return rs.with('pruned', roots, rs.direct);
  };
  let tidy = withRoots();
  for (const seen = new Set(round); round.length > 0; ) {
    const graph = await tidy.wholeGraph();
    const next: UsedPackage[] = [];
    for (const pkg of round) {
      if (pkg.module === undefined) continue;
      for (const dep of pkg.test === undefined ? pkg.imports : [...pkg.imports, pkg.test]) {
        if (seen.has(dep)) continue;
        seen.add(dep);
        next.push(dep);
      }
      const { path, version } = pkg.module;
      if (!rootPaths.has(path) && modCompare(path, graph.selected(path), version) < 0) addRoot(pkg.module);
    }
    round = next;
    if (roots.length > tidy.roots.length) tidy = withRoots();
  }
  await tidy.wholeGraph();

  // A root is looked at before all that is no root. A module that no longer is one may leave two that provide its package:
  // then it becomes a root again (go.dev/issue/60313), and that may bring in others.
  for (;;) {
    for (const m of await ambiguousModules(tidy, packages, rootPaths, isAmbiguous)) addRoot(m);
    if (roots.length === tidy.roots.length) return tidy;
    tidy = withRoots();
    await tidy.wholeGraph();
  }
}

/** Reports whether several modules provide a package under these requirements. What refutes data is thrown; other failures are none. */
export type IsAmbiguous = (rs: Requirements, path: string) => Promise<boolean>;

/** The modules outside `rootPaths` whose packages some other module of the graph provides too. */
async function ambiguousModules(
  rs: Requirements,
  packages: readonly UsedPackage[],
  rootPaths: ReadonlySet<string>,
  isAmbiguous: IsAmbiguous,
): Promise<readonly ModuleVersion[]> {
  const doubtful = new Map<string, ModuleVersion>();
  for (const { path, module } of packages) {
    if (module !== undefined && !rootPaths.has(module.path)) doubtful.set(path, module);
  }
  const found = await Promise.all(
    [...doubtful].map(async ([path, module]) => ((await isAmbiguous(rs, path)) ? [module] : [])),
  );
  const seen = new VersionSet();
  return found.flat().filter((m) => seen.add(m));
}
