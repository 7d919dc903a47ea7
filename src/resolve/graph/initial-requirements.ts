/** The requirements that a run starts from: what go.mod says, or the modules of a workspace, or the vendor folder. */
import { addGo, type GoWorkFile } from '../../modfile/index.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { moduleRequirements, workspaceRequirements } from './main-roots.js';
import type { Requirements } from './requirements.js';
import { convertPruning, overrideRoots, updateRoots } from './update-roots.js';
import { checkVendored, vendorGraph } from './vendor-graph.js';

/** Throws what speaks against the vendor folder where it is used, GoModDirtyError, and what reading the graph throws where that is needed. */
export async function initialRequirements(session: Session, workFile: GoWorkFile | undefined): Promise<Requirements> {
  const { vendored } = session;
  const rs = session.isWorkspace ? workspaceRequirements(session, workFile!) : moduleRequirements(session);
  if (vendored !== undefined) {
    checkVendored(session, vendored);
    rs.setGraph(vendorGraph(session, rs, vendored));
  }
  if (session.isWorkspace) return rs;
  const single = rs.hasRedundantRoot ? await updateRoots(rs, rs.direct) : rs;
  return addMissingGoLine(session, single);
}

/** A go.mod without a go line gets the release that is followed, in commands that write. */
async function addMissingGoLine(session: Session, rs: Requirements): Promise<Requirements> {
  const main = session.main.single;
  if (main.index?.goVersion !== '') return rs;
  if (session.buildMod !== 'mod' || session.settings.rights.addsGoLine !== true) return rs;
  const v = session.settings.missingGoVersion || session.goVersion;
  if (main.file !== undefined) addGo(main.file, v);
  const updated = overrideRoots(rs, [{ path: 'go', version: v }]);
  return pruningForGoVersion(v) === 'pruned' ? convertPruning(updated, 'pruned') : updated;
}
