/**
 * What one run knows: its settings, the main module or workspace it stands in, how far it may change that, and the fetcher.
 * `openSession` (open-session.ts) finds and reads all of it.
 */
import { dirname, join, resolve } from 'node:path';
import { TsgogetError } from '../../errors.js';
import { isToolchainModule } from '../../gover/index.js';
import type { BuildTags } from '../../imports/index.js';
import { type Fetcher, goModKey, type SumLedger, TooNewError } from '../../modfetch/index.js';
import type { ModuleVersion } from '../../module/index.js';
import { type SourceTree, shortPath } from '../../sourcetree/index.js';
import type { Requirements } from '../graph/requirements.js';
import type { Loaded } from '../packages/load-packages.js';
import type { MainModules } from './main-modules.js';
import { ModSummaries } from './mod-summary.js';
import type { Vendored } from './vendored.js';

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
    this.fetcher.prefetchGoMod(path, version);
  }

  /** Asks for every go.mod that go.sum names: those are the ones that the last resolution read. */
  prefetchListed(): void {
    if (this.buildMod === 'vendor') return;
    let asked = 0;
    for (const { path, version } of this.fetcher.sums.entries()) {
      if (!version.endsWith('/go.mod')) continue;
      if (++asked > maxPrefetched) return;
      this.fetcher.prefetchGoMod(path, version.slice(0, -'/go.mod'.length));
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
