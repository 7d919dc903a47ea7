/** The requirements that the loaded packages need, and no others; at the Go version that `tidy -go` asks for. */

import { TsgogetError } from '../../errors.js';
import { formatModuleVersion } from '../../module/index.js';
import { conflictSummary, formatConflict } from '../../mvs/index.js';
import type { Requirements } from '../graph/requirements.js';
import { overrideRoots, tidyRoots } from '../graph/update-roots.js';
import { isAmbiguous } from './import-package.js';
import type { Loading } from './loading.js';

/** The tidy requirements; reports what stands against them. */
export async function tidyRequirements(loading: Loading): Promise<Requirements> {
  const before = loading.requirements;
  let rs: Requirements;
  try {
    rs = await tidyRoots(before, loading.packages, isAmbiguous);
  } catch (error) {
    loading.report(error);
    return before;
  }
  const goVersion = loading.options.tidyGoVersion ?? '';
  if (goVersion !== '') rs = await withGoVersion(loading, rs, goVersion);
  if (before.pruning === 'pruned') {
    // loading has added every tidy root already: one that is new here would select modules that were never looked at
    for (const m of rs.roots) {
      if (m.path === 'go' && goVersion !== '') continue;
      const selected = before.rootSelected(m.path);
      if (selected === m.version) continue;
      const words = `internal error: a requirement on ${formatModuleVersion(m)} is needed but was not added during package loading (selected ${selected ?? ''})`;
      loading.report(new TsgogetError('failed', words));
    }
  }
  return rs;
}

/** The requirements with another go line; the same, and an error reported, when a module needs a newer one. */
async function withGoVersion(loading: Loading, rs: Requirements, goVersion: string): Promise<Requirements> {
  const updated = overrideRoots(rs, [{ path: 'go', version: goVersion }]);
  const graph = await updated.graph();
  if (graph.error !== undefined) loading.report(graph.error);
  const selected = graph.selected('go');
  if (selected === goVersion) return updated;
  const chain = graph.graph.findPath((m) => m.path === 'go' && m.version === selected);
  const conflict = { path: chain.slice(1), constraint: { path: 'go', version: goVersion } };
  const words = loading.options.verbose ? formatConflict(conflict) : conflictSummary(conflict);
  loading.report(new TsgogetError('go-too-old', words));
  return rs;
}
