/**
 * Opens a session: finds go.work or go.mod from the working folder up, reads what it names, and leaves a run that knows its
 * main modules, its requirements and how far it may change them (go.dev/ref/mod#build-commands, #workspaces).
 */

import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { oneOrAll, TsgogetError } from '../../errors.js';
import { compareGo, goStrictVersion } from '../../gover/index.js';
import { SumLedger, TooNewError } from '../../modfetch/index.js';
import type { GoModFile, GoWorkFile } from '../../modfile/index.js';
import { keyOf } from '../../module/index.js';
import { shortPath } from '../../sourcetree/index.js';
import { initialRequirements, workspaceRequirements } from '../graph/initial-requirements.js';
import { Requirements } from '../graph/requirements.js';
import { findGoWork, readGoWorkFile, useFolder } from '../session/go-work-file.js';
import { indexModFile, type MainModule, MainModules, noModulePath } from '../session/main-modules.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import { Session, type SessionSettings } from '../session/session.js';
import { setDefaultBuildMod } from './build-mode.js';
import { readGoMod } from './go-mod-file.js';
import { checkGodebug } from './godebug.js';

const fail = (message: string) => new TsgogetError('failed', message);

/** Finds go.work or go.mod from the working folder up, and reads what it needs. */
export async function openSession(settings: SessionSettings): Promise<Session> {
  const isAlone = settings.rootMode === 'none' || settings.ignoresWorkspace === true;
  const workFilePath = isAlone ? undefined : await findGoWork(settings);
  const session = new Session(settings, workFilePath, []);
  await findMainModule(session);
  checkModFileFlag(settings);
  if (session.hasModRoot) await settings.checkArguments?.(session);
  await loadMainModules(session);
  return session;
}

/**
 * The workspace that go.work makes of a single main module and others, as if that module's go.mod were `file` already.
 * Throws what opening it throws.
 */
export async function enterWorkspace(alone: Session, file: GoModFile): Promise<Session> {
  const session = await openSession({ ...alone.settings, ignoresWorkspace: false });
  const { path } = alone.main.single;
  const { workFile, workFilePath, localGo, modules } = session.main;
  session.main = new MainModules({
    modules: modules.map((m) => (m.path === path ? { ...m, file } : m)),
    workFile,
    workFilePath,
    localGo,
  });
  if (workFile !== undefined) session.requirements = workspaceRequirements(session, workFile);
  return session;
}

/** A module on its own, whether a workspace uses it or not. */
export async function openModule(settings: SessionSettings, root: string): Promise<Session> {
  const session = new Session(settings, undefined, [root]);
  await loadMainModules(session);
  return session;
}

/** The go.mod, or the -modfile, of the main module: for a command that edits it without loading it, in no workspace. */
export async function findGoMod(settings: Omit<SessionSettings, 'createFetcher'>): Promise<string> {
  if (settings.rootMode !== 'none') await findGoWork(settings); // a setting that cannot be is refused here too
  const session = new Session({ ...settings, createFetcher: noFetcher }, undefined, []);
  await findMainModule(session);
  checkModFileFlag(settings);
  const [root] = session.modRoots;
  if (root === undefined) throw session.noMainModulesError();
  return session.goModPath(root);
}

const noFetcher = (): never => {
  throw new Error('nothing is fetched here');
};

function checkModFileFlag({ modFile }: Pick<SessionSettings, 'modFile'>): void {
  if (modFile !== undefined && modFile !== '' && !modFile.endsWith('.mod')) {
    throw fail(`-modfile=${modFile}: file does not have .mod extension`);
  }
}

/** Sets modRoots for a single module; a workspace names its modules itself. */
async function findMainModule(session: Session): Promise<void> {
  const { settings, tree } = session;
  switch (settings.GO111MODULE) {
    case 'off':
      if (settings.forceModules !== false) throw fail("modules disabled by GO111MODULE=off; see 'go help modules'");
      break;
    case 'auto':
    case 'on':
    case '':
      break;
    default:
      throw fail(`unknown environment setting GO111MODULE=${settings.GO111MODULE}`);
  }
  const hasModFile = settings.modFile !== undefined && settings.modFile !== '';
  if (settings.rootMode === 'none') {
    if (hasModFile) throw fail('-modfile cannot be used with commands that ignore the current module');
    return;
  }
  if (session.isWorkspace) {
    if (hasModFile) throw fail('-modfile cannot be used in workspace mode');
    return;
  }
  const root = await tree.findUp(settings.cwd, 'go.mod');
  if (root !== undefined && root !== resolve(tmpdir())) {
    session.modRoots = [root];
  } else if (root !== undefined) {
    settings.notice(`go: warning: ignoring go.mod in system temp root ${root}`);
  } else if (hasModFile) {
    throw fail(
      'cannot find main module, but -modfile was set.\n\t-modfile cannot be used to set the module root directory.',
    );
  }
  const gopath = settings.GOPATH.split(process.platform === 'win32' ? ';' : ':')[0] ?? '';
  if (gopath !== '' && (await tree.isFile(join(gopath, 'go.mod')))) {
    settings.notice(`go: warning: ignoring go.mod in $GOPATH ${gopath}`);
    if (settings.rootMode === 'required') throw session.noMainModulesError();
  }
  if (session.modRoots.length > 0 || settings.rootMode !== 'required') return;
  const git = await tree.findUp(settings.cwd, join('.git', 'config'));
  if (git === undefined || root !== undefined) throw session.noMainModulesError();
  const rel = shortPath(git, settings.cwd);
  const cd = rel === '.' ? '' : `cd ${rel} && `;
  throw fail(
    `cannot find main module, but found .git/config in ${git}\n\tto create a module there, run:\n\t${cd}go mod init`,
  );
}

async function loadMainModules(session: Session): Promise<void> {
  const { settings, tree, workFilePath } = session;
  let workFile: GoWorkFile | undefined;
  let sumFile: string | undefined;
  let workspaceFiles: string[] = [];
  if (workFilePath !== undefined) {
    workFile = await readGoWork(session, workFilePath);
    session.modRoots = useFolders(session, workFile, workFilePath);
    workspaceFiles = session.modRoots.map((root) => join(root, 'go.sum'));
    sumFile = `${workFilePath}.sum`;
  } else if (session.modRoots[0] !== undefined) {
    sumFile = session.goModPath(session.modRoots[0]).replace(/\.mod$/, '.sum');
  }
  const sums = await SumLedger.open({
    file: sumFile,
    workspaceFiles,
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
    warn: settings.notice,
  });
  session.fetcher = settings.createFetcher(sums);
  await setDefaultBuildMod(session, undefined); // reading go.mod may ask for versions; vendoring is chosen once it is read
  if (session.modRoots.length === 0) {
    loadNoModule(session, workFile);
    return;
  }
  session.main = new MainModules({
    modules: await readMainModules(session, workFile),
    workFile,
    workFilePath,
    localGo: settings.goVersion,
  });
  await setDefaultBuildMod(session, workFile);
  session.requirements = await initialRequirements(session, workFile);
}

/** Outside every module there is one without a name, which requires nothing. */
function loadNoModule(session: Session, workFile: GoWorkFile | undefined): void {
  const { goVersion } = session;
  const modules = [{ path: noModulePath, root: '', goModPath: '', file: undefined, index: undefined }];
  session.main = new MainModules({ modules, workFile, workFilePath: session.workFilePath, localGo: goVersion });
  session.summaries.goVersions.set(keyOf({ path: noModulePath, version: '' }), goVersion);
  const toolchain = { path: 'toolchain', version: `go${goVersion}` };
  session.requirements = session.isWorkspace
    ? new Requirements(
        session,
        'workspace',
        [{ path: noModulePath, version: '' }, { path: 'go', version: session.main.goVersion }, toolchain],
        new Set(['go']),
      )
    : new Requirements(
        session,
        pruningForGoVersion(goVersion),
        [{ path: 'go', version: goVersion }, toolchain],
        new Set(['go']),
      );
}

async function readGoWork(session: Session, file: string): Promise<GoWorkFile> {
  const name = session.short(file);
  const { goVersion } = session;
  const { file: work } = await readGoWorkFile(session.settings, file);
  for (const g of work.godebug) {
    const problem = checkGodebug(g.key, g.value, goVersion);
    if (problem !== undefined) throw fail(`error loading go.work:\n${name}:${g.syntax.lineNumber}: ${problem}`);
  }
  return work;
}

function useFolders(session: Session, work: GoWorkFile, file: string): string[] {
  const roots = new Set<string>();
  for (const use of work.use) {
    const root = useFolder(file, use.path);
    if (roots.has(root)) {
      throw fail(
        `error loading go.work:\n${session.short(file)}:${use.syntax.lineNumber}: path ${root} appears multiple times in workspace`,
      );
    }
    roots.add(root);
  }
  return [...roots];
}

async function readMainModules(session: Session, workFile: GoWorkFile | undefined): Promise<MainModule[]> {
  const read = await Promise.allSettled(session.modRoots.map((root) => readMainModule(session, root, workFile)));
  const errors = read.flatMap((r) => (r.status === 'rejected' ? [r.reason as unknown] : []));
  if (errors.length > 0) throw oneOrAll(errors);
  return read.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
}

async function readMainModule(session: Session, root: string, workFile: GoWorkFile | undefined): Promise<MainModule> {
  const goModPath = session.goModPath(root);
  const isWorkCommand = session.settings.command.startsWith('work ');
  const { data, file, neededFix } = await readGoMod(session, goModPath).catch((error: unknown) => {
    if (!session.isWorkspace || !(error instanceof TsgogetError)) throw error;
    if (error instanceof TooNewError && !isWorkCommand) throw workTooOld(session, goModPath, workFile, error.goVersion);
    throw new TsgogetError(
      error.code,
      `cannot load module ${session.short(dirname(goModPath))} listed in go.work file: ${error.message}`,
      { cause: error },
    );
  });
  const goVersion = file.go?.version;
  if (session.isWorkspace && !isWorkCommand && goVersion !== undefined) {
    const work = workFile?.go?.version ?? '1.18';
    if (compareGo(goVersion, work) > 0 && compareGo(goVersion, goStrictVersion) >= 0) {
      throw workTooOld(session, goModPath, workFile, goVersion);
    }
  }
  if (!session.isWorkspace) {
    const problems = file.godebug.flatMap((g) => {
      const problem = checkGodebug(g.key, g.value, session.goVersion);
      const where = `${session.short(goModPath)}:${g.syntax.lineNumber}`;
      return problem === undefined ? [] : [fail(`error loading go.mod:\n${where}: ${problem}`)];
    });
    if (problems.length > 0) throw oneOrAll(problems);
  }
  const path = file.module?.path ?? '';
  session.summaries.goVersions.set(keyOf({ path, version: '' }), goVersion ?? '');
  return { path, root, goModPath, file, index: indexModFile(data, file, neededFix) };
}

function workTooOld(
  session: Session,
  goModPath: string,
  work: GoWorkFile | undefined,
  goVersion: string,
): TsgogetError {
  const verb = work?.go === undefined ? 'implicitly requires' : 'lists';
  return new TsgogetError(
    'go-too-old',
    `module ${session.short(dirname(goModPath))} listed in go.work file requires go >= ${goVersion}, but go.work ${verb} go ${work?.go?.version ?? '1.18'}; to update it:\n\tgo work use`,
  );
}
