/**
 * What loading `all` will surely need, asked for before it is known why: an earlier tidy has recorded it.
 * Nothing is decided here, and failures show when the thing is needed.
 */
import { isToolchainModule } from '../../gover/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { Requirements } from '../requirements.js';
import type { Session } from '../session.js';

/**
 * Asks for the zips that `all` took when go.sum was written, with `loadTests` those of its packages' tests too;
 * for `tidy`, which reads the whole graph, for its go.mod files.
 */
export function prefetchForAll(
  session: Session,
  rs: Requirements,
  { tidy: isTidy = false, loadTests = false }: { readonly tidy?: boolean; readonly loadTests?: boolean },
): void {
  if (session.buildMod === 'vendor' || rs.pruning === 'workspace') return;
  if (isTidy) {
    session.prefetchListed();
    for (const m of rs.roots) session.prefetch(m);
  }
  const { sums } = session.fetcher;
  const roots = rs.roots
    .filter((m) => !isToolchainModule(m.path))
    .map((m) => session.main.resolve(m))
    .filter((m) => m.version !== '');
  const recorded = roots.filter((m) => sums.has(m.path, m.version));
  // where nothing is recorded yet, a pruned go.mod that is tidy but for its sums lists what provides a package, and no more
  const isUnrecorded = recorded.length === 0 && isTidy && rs.pruning === 'pruned';
  const wanted = isUnrecorded ? roots : loadTests ? [...recorded, ...recordedBeside(session, roots)] : recorded;
  for (const m of wanted) session.fetcher.prefetchFolder(m);
}

/**
 * Modules that are no roots and whose zips go.sum knows, at one version: tests of dependencies took them.
 * None where they outnumber the roots: then somebody has recorded more than was taken.
 */
function recordedBeside({ fetcher, main }: Session, roots: readonly ModuleVersion[]): ModuleVersion[] {
  const known = new Set([...roots.map((m) => m.path), ...main.modules.map((m) => m.path)]);
  const versions = new Map<string, string[]>();
  for (const { path, version } of fetcher.sums.entries()) {
    if (known.has(path) || version.endsWith('/go.mod')) continue;
    versions.set(path, [...(versions.get(path) ?? []), version]);
  }
  const beside = [...versions].flatMap(([path, [version, ...more]]) =>
    version === undefined || more.length > 0 ? [] : [{ path, version }],
  );
  return beside.length > roots.length ? [] : beside;
}
