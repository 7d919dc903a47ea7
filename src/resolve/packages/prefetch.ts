/**
 * What loading `all` will surely need, asked for before it is known why: an earlier tidy has recorded it.
 * Nothing is decided here, and failures show when the thing is needed.
 */
import { isToolchainModule } from '../../gover/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import type { Session } from '../session/session.js';

/**
 * Asks for the zips that `all` took when go.sum was written, with `loadTests` those of its packages' tests too;
 * for `tidy`, which reads the whole graph, for its go.mod files.
 */
export async function prefetchForAll(
  session: Session,
  rs: Requirements,
  { tidy: isTidy = false, loadTests = false }: { readonly tidy?: boolean; readonly loadTests?: boolean },
): Promise<void> {
  if (session.usesVendor || rs.pruning === 'workspace') return;
  if (isTidy) {
    session.prefetchListed();
    for (const m of rs.roots) session.prefetch(m);
  }
  const { sums } = session.fetcher;
  const resolved = (modules: readonly ModuleVersion[]) =>
    modules
      .filter((m) => !isToolchainModule(m.path))
      .map((m) => session.main.resolve(m))
      .filter((m) => m.version !== '');
  const areRecorded = (modules: readonly ModuleVersion[]) => modules.filter((m) => sums.has(m.path, m.version));
  const roots = resolved(rs.roots);
  const recorded = areRecorded(roots);
  // where nothing is recorded yet, a pruned go.mod that is tidy but for its sums lists what provides a package, and no more
  const isUnrecorded = recorded.length === 0 && isTidy && rs.pruning === 'pruned';
  let wanted = isUnrecorded ? roots : recorded;
  if (await mostAreHere(session, recorded)) {
    // an earlier run took what it needed: of the rest, what others need may be left over from an earlier go.mod
    wanted = areRecorded(resolved(rs.roots.filter((m) => rs.direct.has(m.path))));
  } else if (loadTests && !isUnrecorded) {
    wanted = [...recorded, ...recordedBeside(session, roots)];
  }
  for (const m of wanted) session.fetcher.prefetchFolder(m);
}

async function mostAreHere({ fetcher }: Session, modules: readonly ModuleVersion[]): Promise<boolean> {
  const folders = await Promise.all(modules.map((m) => fetcher.cachedFolder(m).catch(() => undefined)));
  return folders.filter((dir) => dir !== undefined).length > modules.length / 2;
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
