/** The requirements that a run starts from: what go.mod says, or the modules of a workspace, or the vendor folder. */

import { modSort } from '../../gover/index.js';
import { addGo, type GoWorkFile } from '../../modfile/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import type { MainModule } from '../session/main-modules.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { checkVendored, readVendored, vendorGraph } from '../session/vendored.js';
import { convertPruning, overrideRoots, Requirements, updateRoots } from './requirements.js';

export async function initialRequirements(session: Session, workFile: GoWorkFile | undefined): Promise<Requirements> {
  const rs = session.isWorkspace ? workspaceRequirements(session, workFile!) : moduleRequirements(session);
  if (session.buildMod === 'vendor') {
    session.vendored = await readVendored(session);
    checkVendored(session, session.vendored);
    rs.setGraph(vendorGraph(session, rs, session.vendored));
  }
  if (session.isWorkspace) return rs;
  const single = rs.hasRedundantRoot ? await updateRoots(rs, rs.direct) : rs;
  return addMissingGoLine(session, single);
}

export function workspaceRequirements(session: Session, workFile: GoWorkFile): Requirements {
  const roots = [...session.main.versions, { path: 'go', version: session.main.goVersion }];
  if (workFile.toolchain !== undefined) roots.push({ path: 'toolchain', version: workFile.toolchain.name });
  modSort(roots);
  const required = session.main.modules.flatMap((m) => m.file?.require ?? []);
  return new Requirements(session, 'workspace', roots, new Set(required.filter((r) => !r.indirect).map((r) => r.path)));
}

function moduleRequirements(session: Session): Requirements {
  const { roots, direct } = rootsOf(session, session.main.single, true);
  modSort(roots);
  return new Requirements(session, pruningForGoVersion(session.main.goVersion), roots, direct);
}

/** What a main module's go.mod requires, without what it excludes. */
export function rootsOf(
  session: Session,
  main: MainModule,
  withToolchain: boolean,
): { roots: ModuleVersion[]; direct: Set<string> } {
  const roots: ModuleVersion[] = [];
  const direct = new Set<string>(['go']);
  const file = main.file;
  for (const r of file?.require ?? []) {
    const m = { path: r.path, version: r.version };
    if (main.index?.exclude.has(keyOf(m))) {
      const verb = session.buildMod === 'mod' ? 'dropping' : 'ignoring';
      session.settings.message(`${verb} requirement on excluded version ${m.path} ${m.version}`);
      continue;
    }
    roots.push(m);
    if (!r.indirect) direct.add(m.path);
  }
  roots.push({ path: 'go', version: file?.go?.version ?? '1.16' });
  if (withToolchain && file?.toolchain !== undefined) roots.push({ path: 'toolchain', version: file.toolchain.name });
  return { roots, direct };
}

/** A go.mod without a go line gets the release that is followed, in commands that write. */
async function addMissingGoLine(session: Session, rs: Requirements): Promise<Requirements> {
  const main = session.main.single;
  if (main.index?.goVersion !== '') return rs;
  const { command } = session.settings;
  if (session.buildMod !== 'mod' || ['mod graph', 'mod why', 'resolve', 'verify'].includes(command)) {
    session.summaries.goVersions.set(keyOf({ path: main.path, version: '' }), '1.16');
    return rs;
  }
  const v = session.settings.missingGoVersion || session.goVersion;
  if (main.file !== undefined) addGo(main.file, v);
  session.summaries.goVersions.set(keyOf({ path: main.path, version: '' }), v);
  const updated = overrideRoots(rs, [{ path: 'go', version: v }]);
  return pruningForGoVersion(v) === 'pruned' ? convertPruning(updated, 'pruned') : updated;
}
