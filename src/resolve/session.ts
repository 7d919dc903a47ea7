/**
 * What one run knows: its settings, the main module or workspace it stands in, how far it may change that, and the fetcher.
 * `openSession` finds and reads all of it (go.dev/ref/mod#build-commands, #workspaces).
 */
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { TsgogetError } from '../errors.js';
import { compareGo, goStrictVersion, isToolchainModule, modSort } from '../gover/index.js';
import type { BuildTags } from '../imports/index.js';
import { type Fetcher, goModKey, SumLedger, TooNewError } from '../modfetch/index.js';
import { addGo, type GoModFile, type GoWorkFile } from '../modfile/index.js';
import type { ModuleVersion } from '../module/index.js';
import { type SourceTree, shortPath } from '../sourcetree/index.js';
import { readGoMod } from './go-mod-file.js';
import { findGoWork, readGoWorkFile } from './go-work-file.js';
import { checkGodebug } from './godebug.js';
import { indexModFile, type MainModule, MainModules, noModulePath } from './main-modules.js';
import { ModSummaries, pruningForGoVersion } from './mod-summary.js';
import type { Loaded } from './packages/load-packages.js';
import { convertPruning, overrideRoots, Requirements, updateRoots } from './requirements.js';
import { checkVendored, isWorkspaceVendor, readVendored, type Vendored, vendorGraph } from './vendored.js';

export type BuildMod = 'mod' | 'readonly' | 'vendor';

export interface SessionSettings {
  readonly cwd: string;
  readonly tree: SourceTree;
  /** 'list', 'mod download', …: some defaults depend on it. */
  readonly command: string;
  /** `required`: there must be a main module; `none`: the one that is there is ignored. */
  readonly rootMode?: 'auto' | 'none' | 'required';
  /** The command is about the nearest go.mod alone, whatever go.work is in effect. */
  readonly ignoresWorkspace?: boolean;
  /** GO111MODULE=off is an error, and =auto means on. */
  readonly forceModules?: boolean;
  /** -mod */
  readonly mod?: string | undefined;
  /** -modfile */
  readonly modFile?: string | undefined;
  readonly GO111MODULE: string;
  readonly GOWORK: string;
  readonly GOPATH: string;
  readonly GOROOT: string;
  readonly GOTOOLCHAIN: string;
  /** The Go release that is followed, '1.26.8'. */
  readonly goVersion: string;
  /** What a build here takes, for patterns of folders (`./...`); 'any' when not given. */
  readonly buildTags?: BuildTags | undefined;
  /** One message for stderr. */
  readonly message: (text: string) => void;
  /** A line for stderr that is no message of ours: warnings that go prints bare. */
  readonly notice: (text: string) => void;
  /** A line of -x; undefined where that is not given. */
  readonly trace?: ((line: string) => void) | undefined;
  readonly createFetcher: (sums: SumLedger) => Fetcher;
  /** The go line that a go.mod without one is given; default, also for '': the release that is followed. */
  readonly missingGoVersion?: string;
  /** Malformed lines of go.sum are dropped instead of refused. */
  readonly dropMalformedSums?: boolean;
  /** Called where there is a main module, before it is read: for what is wrong with a command line, whatever go.mod says. */
  readonly checkArguments?: (session: Session) => Promise<void>;
}

export class Session {
  readonly settings: SessionSettings;
  readonly workFilePath: string | undefined;
  buildMod: BuildMod = 'readonly';
  buildModReason = '';
  fetcher!: Fetcher;
  vendored: Vendored | undefined;
  /** The packages that were loaded last: what go.sum needs follows from them. */
  loaded: Loaded | undefined;
  modRoots: readonly string[] = [];
  readonly summaries: ModSummaries;
  #main: MainModules | undefined;
  #requirements: Requirements | undefined;

  constructor(settings: SessionSettings, workFilePath: string | undefined, modRoots: readonly string[]) {
    this.settings = settings;
    this.workFilePath = workFilePath;
    this.modRoots = modRoots;
    this.summaries = new ModSummaries(this);
  }

  get tree(): SourceTree {
    return this.settings.tree;
  }
  get goVersion(): string {
    return this.settings.goVersion;
  }
  get buildTags(): BuildTags {
    return this.settings.buildTags ?? 'any';
  }
  get isWorkspace(): boolean {
    return this.workFilePath !== undefined;
  }
  get hasModRoot(): boolean {
    return this.isWorkspace || this.modRoots.length > 0;
  }
  get modFlagGiven(): boolean {
    return this.settings.mod !== undefined && this.settings.mod !== '';
  }

  get main(): MainModules {
    if (this.#main === undefined) throw new Error('main modules are not loaded yet');
    return this.#main;
  }
  /** The main modules, undefined while their go.mod files are being read. */
  get mainOrNone(): MainModules | undefined {
    return this.#main;
  }
  set main(main: MainModules) {
    this.#main = main;
  }

  get requirements(): Requirements {
    if (this.#requirements === undefined) throw new Error('requirements are not loaded yet');
    return this.#requirements;
  }
  set requirements(rs: Requirements) {
    this.#requirements = rs;
  }

  /** go.sum must hold every hash that is used: it may not be added to. */
  get mustHaveSums(): boolean {
    return this.modRoots.length > 0 && this.buildMod === 'readonly' && !this.isWorkspace;
  }

  /** go.mod must say everything: it may not be added to. */
  get mustHaveCompleteRequirements(): boolean {
    return this.buildMod !== 'mod' && !this.isWorkspace;
  }

  short(path: string): string {
    return shortPath(path, this.settings.cwd);
  }

  /** The go.mod file of a folder, or that of -modfile. */
  goModPath(root: string): string {
    const { modFile, cwd } = this.settings;
    return modFile === undefined || modFile === '' ? join(root, 'go.mod') : resolve(cwd, modFile);
  }

  /** The vendor folder of the main module or the workspace; undefined outside. */
  get vendorDir(): string | undefined {
    const root = this.workFilePath === undefined ? this.modRoots[0] : dirname(this.workFilePath);
    return root === undefined ? undefined : join(root, 'vendor');
  }

  /** Asks for a go.mod that will surely be needed. Failures show when it is. */
  prefetch(m: ModuleVersion): void {
    if (this.buildMod === 'vendor' || m.version === 'none' || isToolchainModule(m.path)) return;
    const { path, version } = this.main.resolve(m);
    if (version === '' || (this.mustHaveSums && !this.fetcher.sums.has(path, goModKey(version)))) return;
    this.fetcher.goMod(path, version).catch(() => {});
  }

  /** Asks for every go.mod that go.sum names: those are the ones that the last resolution read. */
  prefetchListed(): void {
    if (this.buildMod === 'vendor') return;
    let asked = 0;
    for (const { path, version } of this.fetcher.sums.entries()) {
      if (!version.endsWith('/go.mod')) continue;
      if (++asked > maxPrefetched) return;
      this.fetcher.goMod(path, version.slice(0, -'/go.mod'.length)).catch(() => {});
    }
  }

  /** The error about a file or module that needs a newer Go release. */
  tooNew(what: string, goVersion: string): TooNewError {
    return new TooNewError(what, goVersion, this.goVersion, this.settings.GOTOOLCHAIN);
  }

  noMainModulesError(): TsgogetError {
    const words = this.isWorkspace
      ? "no modules were found in the current workspace; see 'go help work'"
      : "go.mod file not found in current directory or any parent directory; see 'go help modules'";
    return new TsgogetError('not-main-module', words, {
      hint: 'create a go.mod file with `go mod init`, or name modules with their versions',
    });
  }
}

/** A go.sum of so many lines was written by nobody who resolved: what is needed of it is asked for in its turn. */
const maxPrefetched = 10_000;

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
  session.summaries.goVersions.set(`${noModulePath}@`, goVersion);
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
  const roots: string[] = [];
  for (const use of work.use) {
    const root = isAbsolute(use.path) ? use.path : join(dirname(file), use.path);
    if (roots.includes(root)) {
      throw fail(
        `error loading go.work:\n${session.short(file)}:${use.syntax.lineNumber}: path ${root} appears multiple times in workspace`,
      );
    }
    roots.push(root);
  }
  return roots;
}

async function readMainModules(session: Session, workFile: GoWorkFile | undefined): Promise<MainModule[]> {
  const read = await Promise.allSettled(session.modRoots.map((root) => readMainModule(session, root, workFile)));
  const errors = read.flatMap((r) => (r.status === 'rejected' ? [r.reason as unknown] : []));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors);
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
    if (problems.length > 1) throw new AggregateError(problems);
    if (problems[0] !== undefined) throw problems[0];
  }
  const path = file.module?.path ?? '';
  session.summaries.goVersions.set(`${path}@`, goVersion ?? '');
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
async function setDefaultBuildMod(session: Session, workFile: GoWorkFile | undefined): Promise<void> {
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

async function initialRequirements(session: Session, workFile: GoWorkFile | undefined): Promise<Requirements> {
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

function workspaceRequirements(session: Session, workFile: GoWorkFile): Requirements {
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
    if (main.index?.exclude.has(`${m.path}@${m.version}`)) {
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
    session.summaries.goVersions.set(`${main.path}@`, '1.16');
    return rs;
  }
  const v = session.settings.missingGoVersion || session.goVersion;
  if (main.file !== undefined) addGo(main.file, v);
  session.summaries.goVersions.set(`${main.path}@`, v);
  const updated = overrideRoots(rs, [{ path: 'go', version: v }]);
  return pruningForGoVersion(v) === 'pruned' ? convertPruning(updated, 'pruned') : updated;
}
