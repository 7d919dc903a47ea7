/** How far a run may change go.mod and go.sum, and whether it uses the vendor folder (go.dev/ref/mod#build-commands, -mod). */
import { TsgogetError } from '../../errors.js';
import { compareGo } from '../../gover/index.js';
import type { GoWorkFile } from '../../modfile/index.js';
import type { Session } from '../session/session.js';
import { isWorkspaceVendor } from '../session/vendored.js';

const fail = (message: string) => new TsgogetError('failed', message);

/** They may use what go.mod and go.sum do not say yet; some of them write it, `resolve` never does. */
const commandsThatComplete = new Set([
  'get',
  'mod download',
  'mod init',
  'mod tidy',
  'work sync',
  'mod graph',
  'mod verify',
  'mod why',
  'resolve',
  'verify',
]);

/** How far this run may change go.mod and go.sum, where -mod does not say it. */
export async function setDefaultBuildMod(session: Session, workFile: GoWorkFile | undefined): Promise<void> {
  const { mod, command } = session.settings;
  if (mod !== undefined && mod !== '') {
    if (mod !== 'mod' && mod !== 'readonly' && mod !== 'vendor')
      throw new TsgogetError('failed', `-mod=${mod} not supported (can be '', 'mod', 'readonly', or 'vendor')`, {
        bare: true,
      });
    if (session.isWorkspace && mod === 'mod') {
      throw fail(
        '-mod may only be set to readonly or vendor when in workspace mode, but it is set to "mod"\n\tRemove the -mod flag to use the default readonly value, \n\tor set GOWORK=off to disable workspace mode.',
      );
    }
    session.buildMod = mod;
    return;
  }
  if (commandsThatComplete.has(command)) {
    session.buildMod = 'mod';
    return;
  }
  session.buildMod = 'readonly';
  if (
    command === 'mod vendor' ||
    command === 'work vendor' ||
    session.mainOrNone === undefined ||
    session.modRoots.length === 0
  )
    return;
  await chooseVendoring(session, workFile);
}

/** A vendor folder is used from Go 1.14 on, when it was made for the same kind of checkout. */
async function chooseVendoring(session: Session, workFile: GoWorkFile | undefined): Promise<void> {
  const dir = session.vendorDir;
  if (dir === undefined || !(await session.tree.isDirectory(dir))) return;
  const source = session.isWorkspace ? 'go.work' : 'go.mod';
  const goVersion = session.isWorkspace ? (workFile?.go?.version ?? '') : (session.main.single.index?.goVersion ?? '');
  if (goVersion === '') {
    session.buildModReason = `Go version in ${source} is unspecified, so vendor directory was not used.`;
    return;
  }
  if (compareGo(goVersion, '1.14') < 0) {
    session.buildModReason = `Go version in ${source} is ${goVersion}, so vendor directory was not used.`;
    return;
  }
  const forWorkspace = await isWorkspaceVendor(session.tree, dir);
  if (forWorkspace !== session.isWorkspace) {
    session.buildModReason = forWorkspace
      ? 'Outside workspace mode, but vendor directory is for a workspace.'
      : 'In workspace mode, but vendor directory is not for a workspace';
    return;
  }
  session.buildMod = 'vendor';
  session.buildModReason = `Go version in ${source} is at least 1.14 and vendor directory exists.`;
}
