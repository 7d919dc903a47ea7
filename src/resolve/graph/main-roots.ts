/** The roots that a run starts with: what go.mod requires, the modules of a workspace, or Go itself. */
import { hasRule, modSort } from '../../gover/index.js';
import type { GoWorkFile } from '../../modfile/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { type MainModule, noModulePath } from '../session/main-modules.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { Requirements } from './requirements.js';

/** The requirements of a workspace: its modules are the roots. */
export function workspaceRequirements(session: Session, workFile: GoWorkFile): Requirements {
  const roots = [...session.main.versions, { path: 'go', version: session.main.goVersion }];
  if (workFile.toolchain !== undefined) roots.push({ path: 'toolchain', version: workFile.toolchain.name });
  modSort(roots);
  const knowsDirect = hasRule(session.goVersion, 'workspace-direct');
  const required = knowsDirect ? session.main.modules.flatMap((m) => m.file?.require ?? []) : [];
  return new Requirements(session, 'workspace', roots, new Set(required.filter((r) => !r.indirect).map((r) => r.path)));
}

/** The requirements of the one main module, as its go.mod says them. */
export function moduleRequirements(session: Session): Requirements {
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

/** The requirements of a run outside of every module: Go alone. */
export function requirementsOutside(session: Session): Requirements {
  const { goVersion, isWorkspace, main } = session;
  const toolchain = { path: 'toolchain', version: `go${goVersion}` };
  const direct = new Set(['go']);
  if (!isWorkspace) {
    const roots = [{ path: 'go', version: goVersion }, toolchain];
    return new Requirements(session, pruningForGoVersion(goVersion), roots, direct);
  }
  const roots = [{ path: noModulePath, version: '' }, { path: 'go', version: main.goVersion }, toolchain];
  return new Requirements(session, 'workspace', roots, direct);
}
