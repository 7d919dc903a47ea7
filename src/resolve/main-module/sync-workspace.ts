/**
 * Brings the modules of a workspace to the versions that it builds with (go.dev/ref/mod#go-work-sync): each requires, of the modules that its
 * own packages use, the version of the workspace's build list.
 */
import { isSecurity, TsgogetError } from '../../errors.js';
import { maxGo, modSort } from '../../gover/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { editRequirements } from '../edit/edit-requirements.js';
import type { Requirements } from '../graph/requirements.js';
import { expandGraph } from '../graph/update-roots.js';
import type { Loaded } from '../packages/load-options.js';
import { loadPackages } from '../packages/load-packages.js';
import type { MainModule } from '../session/main-modules.js';
import { openModule } from './open-session.js';
import { writeBack } from './write-back.js';

/**
 * Writes the go.mod and go.sum of each module of the workspace; the newest go line among them is returned, '' where there is no module.
 * A module that cannot have those versions, or that cannot be resolved outside of the workspace, stays as it is.
 */
export async function syncWorkspace(requirements: Requirements): Promise<string> {
  const { session: workspace } = requirements;
  let { rs } = await expandGraph(requirements);
  const members = workspace.main.modules.filter((m) => m.root !== '');
  const versions = new Map<MainModule, ModuleVersion[]>();
  for (const member of members) {
    const loaded = await loadMember(rs, member);
    rs = loaded.requirements;
    versions.set(member, versionsUsed(loaded));
  }
  const tree = workspace.tree.withPendingEdits();
  let goVersion = '';
  // one after the other: a member may be replaced by another's folder, whose go.mod then counts as it will be
  for (const member of members) {
    const opened = await openModule({ ...workspace.settings, tree }, member.root);
    if (await bringTo(opened.requirements, versions.get(member)!)) {
      goVersion = maxGo(goVersion, opened.session.main.goVersion);
    }
  }
  await tree.commit();
  return goVersion;
}

/** Loads a member's packages, their tests, and what they import. */
async function loadMember(rs: Requirements, { path }: MainModule): Promise<Loaded> {
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

/** Selects the versions in a member and writes what changes; false when the member cannot have them. */
async function bringTo(rs: Requirements, versions: readonly ModuleVersion[]): Promise<boolean> {
  let edited: Requirements;
  let changed: boolean;
  try {
    ({ rs: edited, changed } = await editRequirements(rs, [], versions));
  } catch (error) {
    if (isSecurity(error) || (error instanceof TsgogetError && error.code === 'interrupted')) throw error;
    return false;
  }
  if (!changed) return true;
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
  await writeBack({ requirements: loaded.requirements, loaded }, tidy === undefined ? {} : { tidySums: tidy.keep });
  return true;
}
