/**
 * Which sums go.sum needs so that the same build list and packages can be loaded again (go.dev/ref/mod#go-sum-files):
 * of each go.mod in the graph, and of each zip that provides a package or was opened to see that it does not.
 */
import { compareGo, tidyGoModSumVersion } from '../../gover/index.js';
import { goModKey } from '../../modfetch/index.js';
import { isImportPath, keyOf, type ModuleVersion } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import type { Loaded } from './load-options.js';
import type { LoadedPackage } from './loaded-package.js';

/** 'loaded-zips': zips only for the packages; 'build-list-zips': also those of the whole build list, as far as they were used. */
export type KeptZips = 'loaded-zips' | 'build-list-zips';

/** The keys (`path@version`, `path@version/go.mod`) of the sums to keep; without `loaded` nothing is known of packages. */
export async function keepSums(rs: Requirements, loaded: Loaded | undefined, zips: KeptZips): Promise<Set<string>> {
  const { session } = rs;
  const keep = new Set<string>();
  const addZip = (m: ModuleVersion) => keep.add(keyOf(session.main.resolve(m)));
  const addGoMod = (m: ModuleVersion) => {
    const { path, version } = session.main.resolve(m);
    keep.add(keyOf({ path, version: goModKey(version) }));
  };

  const goVersion = loaded?.requirements.goVersion ?? session.main.goVersion;
  const mayOmit = session.buildMod !== 'mod' || (loaded?.isTidy ?? false);
  // before Go 1.21 the Go version of a package's module was not something that go.sum vouched for
  const keepGoMods = !mayOmit || compareGo(goVersion, tidyGoModSumVersion) >= 0;
  for (const p of loaded?.packages ?? []) {
    if (!needsModule(p)) continue;
    if (keepGoMods && p.module !== undefined) addGoMod(p.module);
    const ofRoots =
      rs.pruning === 'pruned' && p.module !== undefined && rs.rootSelected(p.module.path) === p.module.version;
    // a package of a root is looked for in roots alone
    const graph = ofRoots ? undefined : await rs.graph();
    for (const path of prefixesOf(p.path)) {
      const version = graph === undefined ? rs.rootSelected(path) : graph.selected(path);
      if (version !== undefined && version !== 'none') addZip({ path, version });
    }
  }

  if (!rs.hasGraph) {
    for (const m of rs.roots) {
      addGoMod(m);
      if (zips === 'build-list-zips') addZip(m);
    }
    return keep;
  }
  const graph = await rs.graph();
  graph.walkBreadthFirst((m) => {
    if (graph.requiredBy(m) !== undefined) addGoMod(m);
  });
  if (zips === 'build-list-zips') {
    for (const m of graph.buildList) {
      if (keepGoMods) addGoMod(m);
      addZip(m);
    }
  }
  return keep;
}

/** Reports whether a module provides the package, or should. */
function needsModule(p: LoadedPackage): boolean {
  return p.testOf === undefined && (p.module !== undefined || p.error !== undefined) && isImportPath(p.path);
}

/** The module paths that could hold a package, longest first. */
function* prefixesOf(path: string): Generator<string> {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) yield at;
}
