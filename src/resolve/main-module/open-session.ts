/**
 * Opens a session: finds go.work or go.mod from the working folder up, reads what it names, and only then builds a session that knows its
 * main modules and how far it may change them, with the requirements that it starts from (go.dev/ref/mod#build-commands, #workspaces).
 */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failed, TsgogetError } from '../../errors.js';
import { hasRule } from '../../gover/index.js';
import { SumLedger } from '../../modfetch/index.js';
import type { GoModFile } from '../../modfile/index.js';
import { shortPath } from '../../sourcetree/index.js';
import { initialRequirements } from '../graph/initial-requirements.js';
import { requirementsOutside, workspaceRequirements } from '../graph/main-roots.js';
import type { Requirements } from '../graph/requirements.js';
import { readVendored } from '../graph/vendor-graph.js';
import { findGoWork } from '../session/go-work-file.js';
import { MainModules, noModulePath } from '../session/main-modules.js';
import {
  goModPathOf,
  noMainModulesError,
  Session,
  type SessionParts,
  type SessionSettings,
} from '../session/session.js';
import { buildModeForReading, chooseVendoring } from './build-mode.js';
import { readGoWork, readMainModules, useFolders } from './main-module-files.js';

/** A run that may begin. */
export interface Opened {
  readonly session: Session;
  /** What go.mod says, or go.work, or the vendor folder. */
  readonly requirements: Requirements;
}

/** Finds go.work or go.mod from the working folder up, and reads what it needs. */
export async function openSession(settings: SessionSettings): Promise<Opened> {
  const isAlone = settings.rootMode === 'none' || settings.ignoresWorkspace === true;
  const workFilePath = isAlone ? undefined : await findGoWork(settings);
  const root = await findModRoot(settings, workFilePath !== undefined);
  checkModFileFlag(settings);
  if (workFilePath !== undefined || root !== undefined) await settings.checkArguments?.(settings);
  return load(settings, workFilePath, root);
}

/**
 * The workspace that go.work makes of a single main module and others, as if that module's go.mod were `file` already.
 * Throws what opening it throws.
 */
export async function enterWorkspace(alone: Session, file: GoModFile): Promise<Opened> {
  const opened = await openSession({ ...alone.settings, ignoresWorkspace: false });
  const { path } = alone.main.single;
  const { workFile, workFilePath, localGo, modules } = opened.session.main;
  if (workFile === undefined) return opened;
  const session = opened.session.withMain(
    new MainModules({
      modules: modules.map((m) => (m.path === path ? { ...m, file } : m)),
      workFile,
      workFilePath,
      localGo,
    }),
  );
  return { session, requirements: workspaceRequirements(session, workFile) };
}

/** A module on its own, whether a workspace uses it or not. */
export function openModule(settings: SessionSettings, root: string): Promise<Opened> {
  return load(settings, undefined, root);
}

/** The go.mod, or the -modfile, of the main module: for a command that edits it without loading it, in no workspace. */
export async function findGoMod(settings: Omit<SessionSettings, 'createFetcher'>): Promise<string> {
  if (settings.rootMode !== 'none') await findGoWork(settings); // a setting that cannot be is refused here too
  const root = await findModRoot(settings, false);
  checkModFileFlag(settings);
  if (root === undefined) throw noMainModulesError(false);
  return goModPathOf(settings, root);
}

/**
 * Throws where opening a session would for GOWORK, GO111MODULE or -modfile, before a file is read: for a command that looks at no module
 * and that go refuses all the same.
 */
export async function checkModuleMode(settings: Omit<SessionSettings, 'createFetcher'>): Promise<void> {
  const workFilePath = await findGoWork(settings);
  await findModRoot(settings, workFilePath !== undefined);
  checkModFileFlag(settings);
}

function checkModFileFlag({ modFile }: Pick<SessionSettings, 'modFile'>): void {
  if (modFile !== undefined && modFile !== '' && !modFile.endsWith('.mod')) {
    throw failed(`-modfile=${modFile}: file does not have .mod extension`);
  }
}

/** The folder of a single main module; undefined outside, and in a workspace, which names its modules itself. */
async function findModRoot(
  settings: Omit<SessionSettings, 'createFetcher'>,
  isWorkspace: boolean,
): Promise<string | undefined> {
  const { tree } = settings;
  switch (settings.GO111MODULE) {
    case 'off':
      if (settings.forceModules !== false) throw failed("modules disabled by GO111MODULE=off; see 'go help modules'");
      return undefined;
    case 'auto':
    case 'on':
    case '':
      break;
    default:
      throw failed(`unknown environment setting GO111MODULE=${settings.GO111MODULE}`);
  }
  const hasModFile = settings.modFile !== undefined && settings.modFile !== '';
  if (settings.rootMode === 'none') {
    if (hasModFile) throw failed('-modfile cannot be used with commands that ignore the current module');
    await checkGopath(settings, false);
    return undefined;
  }
  if (isWorkspace) {
    if (hasModFile) throw failed('-modfile cannot be used in workspace mode');
    await checkGopath(settings, true);
    return undefined;
  }
  const found = await tree.findUp(settings.cwd, 'go.mod');
  const root = found === resolve(tmpdir()) ? undefined : found;
  if (found !== undefined && root === undefined) {
    settings.notice(`go: warning: ignoring go.mod in system temp root ${found}`);
  } else if (root === undefined && hasModFile) {
    throw failed(
      'cannot find main module, but -modfile was set.\n\t-modfile cannot be used to set the module root directory.',
    );
  }
  await checkGopath(settings, false);
  if (root !== undefined || settings.rootMode !== 'required') return root;
  const git = await tree.findUp(settings.cwd, join('.git', 'config'));
  if (git === undefined || found !== undefined) throw noMainModulesError(false);
  const rel = shortPath(git, settings.cwd);
  const cd = rel === '.' ? '' : `cd ${rel} && `;
  throw failed(
    `cannot find main module, but found .git/config in ${git}\n\tto create a module there, run:\n\t${cd}go mod init`,
  );
}

/** A go.mod in the folder of GOPATH would be the main module of all that is below. */
async function checkGopath(settings: Omit<SessionSettings, 'createFetcher'>, isWorkspace: boolean): Promise<void> {
  const gopath = settings.GOPATH.split(process.platform === 'win32' ? ';' : ':')[0] ?? '';
  if (gopath === '' || !(await settings.tree.isFile(join(gopath, 'go.mod')))) return;
  if (!hasRule(settings.goVersion, 'gopath-go-mod-ignored')) {
    throw failed('$GOPATH/go.mod exists but should not', { bare: true });
  }
  settings.notice(`go: warning: ignoring go.mod in $GOPATH ${gopath}`);
  if (settings.rootMode === 'required') throw noMainModulesError(isWorkspace);
}

/** go.sum, or go.work.sum with those of the members. */
function openSums(
  { tree, ...settings }: SessionSettings,
  workFilePath: string | undefined,
  modRoots: readonly string[],
): Promise<SumLedger> {
  const [root] = modRoots;
  const own = root === undefined ? undefined : goModPathOf(settings, root).replace(/\.mod$/, '.sum');
  return SumLedger.open({
    file: workFilePath === undefined ? own : `${workFilePath}.sum`,
    workspaceFiles: workFilePath === undefined ? [] : modRoots.map((folder) => join(folder, 'go.sum')),
    files: {
      read: (file) => tree.read(file),
      transform: async (file, change) => {
        if (tree.isOverlaid(file)) {
          const words = 'updates to go.sum needed, but go.sum is part of the overlay specified with -overlay';
          throw new TsgogetError('missing-sum', words);
        }
        await tree.transform(file, change);
      },
    },
    dropMalformed: settings.dropMalformedSums ?? false,
    asGo: settings.asGo ?? false,
    warn: settings.notice,
  });
}

async function load(
  settings: SessionSettings,
  workFilePath: string | undefined,
  root: string | undefined,
): Promise<Opened> {
  const workFile = workFilePath === undefined ? undefined : await readGoWork(settings, workFilePath);
  const modRoots =
    workFile !== undefined ? useFolders(settings, workFile, workFilePath!) : root === undefined ? [] : [root];
  const fetcher = settings.createFetcher(await openSums(settings, workFilePath, modRoots));
  const buildMode = buildModeForReading(settings, workFilePath !== undefined);
  const parts = { settings, workFilePath, modRoots, fetcher, buildMode };
  const mainOf = (modules: MainModules['modules']) =>
    new MainModules({ modules, workFile, workFilePath, localGo: settings.goVersion });
  if (modRoots.length === 0) {
    const nameless = { path: noModulePath, root: '', goModPath: '', file: undefined, index: undefined };
    const session = new Session({ ...parts, main: mainOf([nameless]) });
    return { session, requirements: requirementsOutside(session) };
  }
  // what a go.mod asks for by a query is resolved as outside of every module
  const reading = new Session({ ...parts, main: new MainModules({ modules: [], localGo: settings.goVersion }) });
  const main = mainOf(await readMainModules(reading, workFile));
  const mode = await chooseVendoring(parts, main);
  const whole: SessionParts = { ...parts, main, buildMode: mode };
  const session = new Session(mode.mod === 'vendor' ? { ...whole, vendored: await readVendored(whole) } : whole);
  return { session, requirements: await initialRequirements(session, workFile) };
}
