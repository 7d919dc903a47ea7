/** How far a run may change go.mod and go.sum, and whether it uses the vendor folder (go.dev/ref/mod#build-commands, -mod). */
import { failed } from '../../errors.js';
import { compareGo, hasRule } from '../../gover/index.js';
import { isWorkspaceVendor } from '../graph/vendor-graph.js';
import type { MainModules } from '../session/main-modules.js';
import { type BuildMode, type SessionParts, type SessionSettings, vendorDirOf } from '../session/session.js';

/** The mode before the main modules are read, which may ask for versions: what -mod says, or the command's own. Throws 'failed'. */
export function buildModeForReading({ mod, rights, goVersion }: SessionSettings, isWorkspace: boolean): BuildMode {
  if (mod === undefined || mod === '') return { mod: rights.mod === 'vendor' ? 'readonly' : rights.mod, reason: '' };
  if (mod !== 'mod' && mod !== 'readonly' && mod !== 'vendor')
    throw failed(`-mod=${mod} not supported (can be '', 'mod', 'readonly', or 'vendor')`, {
      bare: true,
    });
  if (isWorkspace && mod !== 'readonly' && !hasRule(goVersion, 'work-vendor')) {
    throw failed(
      `-mod may only be set to readonly when in workspace mode, but it is set to "${mod}"\n\tRemove the -mod flag to use the default readonly value,\n\tor set GOWORK=off to disable workspace mode.`,
    );
  }
  if (isWorkspace && mod === 'mod') {
    throw failed(
      '-mod may only be set to readonly or vendor when in workspace mode, but it is set to "mod"\n\tRemove the -mod flag to use the default readonly value, \n\tor set GOWORK=off to disable workspace mode.',
    );
  }
  return { mod, reason: '' };
}

/** The same once they are read: where nothing was said, a vendor folder is used from Go 1.14 on, when it was made for the same kind of checkout. */
export async function chooseVendoring(
  parts: Omit<SessionParts, 'main' | 'fetcher'>,
  main: MainModules,
): Promise<BuildMode> {
  const { settings, buildMode } = parts;
  const isGiven = settings.mod !== undefined && settings.mod !== '';
  const dir = vendorDirOf(parts);
  if (isGiven || settings.rights.mod !== 'vendor' || dir === undefined) return buildMode;
  const knowsWorkspaces = hasRule(settings.goVersion, 'work-vendor');
  if (main.isWorkspace && !knowsWorkspaces) return buildMode;
  if (!(await settings.tree.isDirectory(dir))) return buildMode;
  const unused = (reason: string): BuildMode => ({ mod: 'readonly', reason });
  const source = main.isWorkspace ? 'go.work' : 'go.mod';
  const goVersion = (main.isWorkspace ? main.workFile?.go?.version : main.single.index?.goVersion) ?? '';
  if (goVersion === '') return unused(`Go version in ${source} is unspecified, so vendor directory was not used.`);
  if (compareGo(goVersion, '1.14') < 0) {
    return unused(`Go version in ${source} is ${goVersion}, so vendor directory was not used.`);
  }
  const forWorkspace = await isWorkspaceVendor(settings.tree, dir);
  if (forWorkspace !== main.isWorkspace && knowsWorkspaces) {
    return unused(
      forWorkspace
        ? 'Outside workspace mode, but vendor directory is for a workspace.'
        : 'In workspace mode, but vendor directory is not for a workspace',
    );
  }
  return { mod: 'vendor', reason: `Go version in ${source} is at least 1.14 and vendor directory exists.` };
}
