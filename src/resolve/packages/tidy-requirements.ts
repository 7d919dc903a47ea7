/** The requirements that the loaded packages need, and no others; at the Go version that `tidy -go` asks for. */

import { TsgogetError } from '../../errors.js';
import { formatModuleVersion } from '../../module/index.js';
import { conflictSummary, formatConflict } from '../../mvs/index.js';
import { overrideRoots, type Requirements, tidyRoots } from '../graph/requirements.js';
import type { Loader } from './loader.js';

/** Replaces the loader's requirements by the tidy ones; reports what stands against it. */
export async function tidyRequirements(loader: Loader): Promise<void> {
  const before = loader.requirements;
  let rs: Requirements;
  try {
    rs = await tidyRoots(before, loader.packages);
  } catch (error) {
    loader.report(error);
    return;
  }
  const goVersion = loader.options.tidyGoVersion ?? '';
  if (goVersion !== '') rs = await withGoVersion(loader, rs, goVersion);
  if (before.pruning === 'pruned') {
    // loading has added every tidy root already: one that is new here would select modules that were never looked at
    for (const m of rs.roots) {
      if (m.path === 'go' && goVersion !== '') continue;
      const selected = before.rootSelected(m.path);
      if (selected === m.version) continue;
      const words = `internal error: a requirement on ${formatModuleVersion(m)} is needed but was not added during package loading (selected ${selected ?? ''})`;
      loader.report(new TsgogetError('failed', words));
    }
  }
  loader.requirements = rs;
}

/** The requirements with another go line; the same, and an error reported, when a module needs a newer one. */
async function withGoVersion(loader: Loader, rs: Requirements, goVersion: string): Promise<Requirements> {
  const updated = overrideRoots(rs, [{ path: 'go', version: goVersion }]);
  const graph = await updated.graph();
  if (graph.error !== undefined) loader.report(graph.error);
  const selected = graph.selected('go');
  if (selected === goVersion) return updated;
  const chain = graph.graph.findPath((m) => m.path === 'go' && m.version === selected);
  const conflict = { path: chain.slice(1), constraint: { path: 'go', version: goVersion } };
  const words = loader.options.verbose ? formatConflict(conflict) : conflictSummary(conflict);
  loader.report(new TsgogetError('go-too-old', words));
  return rs;
}
