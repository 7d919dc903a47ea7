/**
 * Brings the modules of a workspace to the versions that it builds with (go.dev/ref/mod#go-work-sync): each requires, of the modules that its
 * own packages use, the version of the workspace's build list.
 */
import { isSecurity, TsgogetError } from '../../errors.js';
import { hasRule, maxGo, modSort } from '../../gover/index.js';
import { reported } from '../../modfetch/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { editRequirements } from '../edit/edit-requirements.js';
import type { Requirements } from '../graph/requirements.js';
import { expandGraph } from '../graph/update-roots.js';
import type { Loaded } from '../packages/load-options.js';
import { loadPackages } from '../packages/load-packages.js';
import type { Session, SessionSettings } from '../session/session.js';
import { openModule } from './open-session.js';
import { writeBack } from './write-back.js';

/**
 * Writes the go.mod and go.sum of each module of the workspace; the newest go line among them is returned, '' where there is no module.
 * What a module requires is raised, and never lowered; where one cannot have those versions, or cannot be resolved outside of the workspace,
 * that is thrown and nothing is written. Up to Go 1.26 each gets exactly those versions, or stays as it is.
 */
export async function syncWorkspace(requirements: Requirements): Promise<string> {
  const { session: workspace } = requirements;
  let { rs } = await expandGraph(requirements);
  const members: Member[] = [];
  for (const { path, root } of workspace.main.modules) {
    if (root === '') continue;
    const loaded = await loadMember(rs, path);
    rs = loaded.requirements;
    members.push({ root, versions: versionsUsed(loaded) });
  }
  const tree = workspace.tree.withPendingEdits();
  const settings = { ...workspace.settings, tree };
  const raises = hasRule(workspace.goVersion, 'work-sync-upgrades');
  const goVersions = await (raises ? raiseMembers : forceMembers)(settings, members);
  await tree.commit();
  return goVersions.reduce(maxGo, '');
}

interface Member {
  readonly root: string;
  /** What its packages use, as the workspace selects it. */
  readonly versions: readonly ModuleVersion[];
}

/** Raises what each member requires, as its go.mod files are now; writes when all can. The go lines that follow. */
async function raiseMembers(settings: SessionSettings, members: readonly Member[]): Promise<string[]> {
  const synced: { readonly session: Session; readonly write?: () => Promise<void> }[] = [];
  for (const { root, versions } of members) {
    try {
      const { session, requirements } = await openModule(settings, root);
      const edited = await editRequirements(requirements, versions, []);
      synced.push(edited.changed ? { session, write: await tidied(edited.rs) } : { session });
    } catch (error) {
      throw reported(error); // go follows no newer release for a member
    }
  }
  for (const { write } of synced) await write?.();
  return synced.map(({ session }) => session.main.goVersion);
}

/**
 * Selects the versions in one member after the other, and writes those that can have them; a member may be replaced by another's folder,
 * whose go.mod then counts as it will be. The go lines of those that could.
 */
async function forceMembers(settings: SessionSettings, members: readonly Member[]): Promise<string[]> {
  const goVersions: string[] = [];
  for (const { root, versions } of members) {
    const { session, requirements } = await openModule(settings, root);
    const edited = await editRequirements(requirements, [], versions).catch((error: unknown) => {
      if (isSecurity(error) || (error instanceof TsgogetError && error.code === 'interrupted')) throw error;
      return undefined;
    });
    if (edited === undefined) continue;
    if (edited.changed) await (await tidied(edited.rs))();
    goVersions.push(session.main.goVersion);
  }
  return goVersions;
}

/** Loads a member's packages, their tests, and what they import. */
async function loadMember(rs: Requirements, path: string): Promise<Loaded> {
  const { loaded } = await loadPackages(
    rs,
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
  return loaded;
}

/** The modules that provide the packages, as the workspace selects them. */
function versionsUsed({ packages }: Loaded): ModuleVersion[] {
  const used = new Map<string, ModuleVersion>();
  for (const { module } of packages) {
    if (module !== undefined && module.version !== '') used.set(keyOf(module), module);
  }
  const versions = [...used.values()];
  modSort(versions);
  return versions;
}

/** Loads what a member needs after an edit; the result writes its go.mod and go.sum. */
async function tidied(edited: Requirements): Promise<() => Promise<void>> {
  const { tidy, loaded } = await loadPackages(
    edited,
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
  const options = tidy === undefined ? {} : { tidySums: tidy.keep };
  return () => writeBack({ requirements: loaded.requirements, loaded }, options);
}
