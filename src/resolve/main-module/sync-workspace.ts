/**
 * Brings the modules of a workspace to the versions that it builds with (go.dev/ref/mod#go-work-sync): each requires, of the modules that its
 * own packages use, the version of the workspace's build list.
 */
import { isSecurity, TsgogetError } from '../../errors.js';
import { maxGo, modSort } from '../../gover/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { editRequirements } from '../edit/edit-requirements.js';
import { expandGraph } from '../graph/requirements.js';
import { loadPackages } from '../packages/load-packages.js';
import type { MainModule } from '../session/main-modules.js';
import type { Session } from '../session/session.js';
import { openModule } from './open-session.js';
import { writeBack } from './write-back.js';

/**
 * Writes the go.mod and go.sum of each module of the workspace; the newest go line among them is returned, '' where there is no module.
 * A module that cannot have those versions, or that cannot be resolved outside of the workspace, stays as it is.
 */
export async function syncWorkspace(workspace: Session): Promise<string> {
  ({ rs: workspace.requirements } = await expandGraph(workspace.requirements));
  const members = workspace.main.modules.filter((m) => m.root !== '');
  const versions = new Map<MainModule, ModuleVersion[]>();
  for (const member of members) versions.set(member, await versionsUsedBy(workspace, member));
  const tree = workspace.tree.holdChanges();
  let goVersion = '';
  // one after the other: a member may be replaced by another's folder, whose go.mod then counts as it will be
  for (const member of members) {
    const session = await openModule({ ...workspace.settings, tree }, member.root);
    if (await bringTo(session, versions.get(member)!)) goVersion = maxGo(goVersion, session.main.goVersion);
  }
  await tree.commit();
  return goVersion;
}

/** The modules that provide packages to a member's packages and their tests, as the workspace selects them. */
async function versionsUsedBy(workspace: Session, { path }: MainModule): Promise<ModuleVersion[]> {
  const { packages, loaded } = await loadPackages(
    workspace,
    {
      tags: 'any',
      loadTests: true,
      allowErrors: true,
      silencePackageErrors: true,
      silenceUnmatchedWarnings: true,
      mainModule: { path, version: '' },
    },
    'all',
  );
  const used = new Map<string, ModuleVersion>();
  for (const pkg of packages) {
    const module = loaded.package(pkg)?.module;
    if (module !== undefined && module.version !== '') used.set(keyOf(module), module);
  }
  const versions = [...used.values()];
  modSort(versions);
  return versions;
}

/** Selects the versions in a member and writes what changes; false when the member cannot have them. */
async function bringTo(session: Session, versions: readonly ModuleVersion[]): Promise<boolean> {
  let changed: boolean;
  try {
    ({ rs: session.requirements, changed } = await editRequirements(session.requirements, [], versions));
  } catch (error) {
    if (isSecurity(error) || (error instanceof TsgogetError && error.code === 'interrupted')) throw error;
    return false;
  }
  if (!changed) return true;
  const { tidy } = await loadPackages(
    session,
    {
      tags: 'any',
      tidy: true,
      loadTests: true,
      allowErrors: true,
      silenceMissingStdImports: true,
      silencePackageErrors: true,
    },
    'all',
  );
  await writeBack(session, tidy === undefined ? {} : { tidySums: tidy.keep });
  return true;
}
