/**
 * What one run knows and does not change: its settings, the main module or workspace it stands in, how far it may change that, and
 * the fetcher. `openSession` (main-module/open-session.ts) finds and reads all of it before a session is built.
 */
import { dirname, join, resolve } from 'node:path';
import { TsgogetError } from '../../errors.js';
import { hasRule, isToolchainModule } from '../../gover/index.js';
import type { BuildTags } from '../../imports/index.js';
import { type Fetcher, goModKey, type SumLedger, TooNewError } from '../../modfetch/index.js';
import type { ModuleVersion } from '../../module/index.js';
import { type SourceTree, shortPath } from '../../sourcetree/index.js';
import type { MainModules } from './main-modules.js';
import { ModSummaries, type SummarySource } from './mod-summary.js';
import type { ModulesTxt } from './modules-txt.js';

export type BuildMod = 'mod' | 'readonly' | 'vendor';

/** How far a run may change go.mod and go.sum, or that it uses the vendor folder; and why, where that is to be told. */
export interface BuildMode {
  readonly mod: BuildMod;
  /** '' where there is nothing to tell. */
  readonly reason: string;
}

/** What a command may do with the main module: it declares it in its own file, and decisions ask for nothing else of it. */
export interface CommandRights {
  /** What -mod is where it is not given; 'vendor' where a vendor folder fits, else 'readonly'. */
  readonly mod: BuildMod;
  /** A go.mod without a go line is given one, where it may change. */
  readonly addsGoLine?: boolean;
  /** The go line that a go.mod without one implies is said in it, whatever -mod is. */
  readonly writesGoLine?: boolean;
  /** A go line that is too old for the tool lines of its go.mod is raised, by the releases that do so. */
  readonly raisesGoForTools?: boolean;
  /** go.mod is formatted even where it means the same. */
  readonly formatsGoMod?: boolean;
  /** Modules are looked for that provide what is imported, even where there is no go.mod or it may not change. */
  readonly findsModules?: boolean;
  /** It is about go.work: one that is older than its modules is not refused. */
  readonly isAboutWorkspace?: boolean;
}

export interface SessionSettings {
  readonly cwd: string;
  readonly tree: SourceTree;
  readonly rights: CommandRights;
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
  /** Called as `go`: go.sum is believed and written as go does it, where we are stricter. */
  readonly asGo?: boolean;
  /** Called where there is a main module, before it is read: for what is wrong with a command line, whatever go.mod says. */
  readonly checkArguments?: (settings: SessionSettings) => Promise<void>;
}

export interface SessionParts {
  readonly settings: SessionSettings;
  readonly workFilePath: string | undefined;
  /** The folders of the main modules; none outside of every module. */
  readonly modRoots: readonly string[];
  readonly main: MainModules;
  readonly buildMode: BuildMode;
  readonly fetcher: Fetcher;
  /** What modules.txt says, where the vendor folder is used. */
  readonly vendored?: ModulesTxt | undefined;
}

export class Session implements SummarySource {
  readonly settings: SessionSettings;
  readonly workFilePath: string | undefined;
  readonly modRoots: readonly string[];
  readonly main: MainModules;
  readonly buildMod: BuildMod;
  /** Why it is so, where that is to be told; else ''. */
  readonly buildModReason: string;
  readonly fetcher: Fetcher;
  readonly vendored: ModulesTxt | undefined;
  readonly summaries: ModSummaries;
  readonly #parts: SessionParts;
  readonly #shared = new Map<unknown, unknown>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.settings = parts.settings;
    this.workFilePath = parts.workFilePath;
    this.modRoots = parts.modRoots;
    this.main = parts.main;
    this.buildMod = parts.buildMode.mod;
    this.buildModReason = parts.buildMode.reason;
    this.fetcher = parts.fetcher;
    this.vendored = parts.vendored;
    this.summaries = new ModSummaries(this);
  }

  /** A session like this one, with other main modules; it remembers nothing of this one but what the fetcher does. */
  withMain(main: MainModules): Session {
    return new Session({ ...this.#parts, main });
  }

  /** The one object of a class that all of this run shares, made at its first use: what a room remembers for the length of a run. */
  shared<T>(kind: new (session: Session) => T): T {
    const known = this.#shared.get(kind) as T | undefined;
    if (known !== undefined) return known;
    const made = new kind(this);
    this.#shared.set(kind, made);
    return made;
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
  get usesVendor(): boolean {
    return this.buildMod === 'vendor';
  }
  get modFlagGiven(): boolean {
    return this.settings.mod !== undefined && this.settings.mod !== '';
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

  /** The vendor folder of the main module or the workspace; undefined outside. */
  get vendorDir(): string | undefined {
    return vendorDirOf(this);
  }

  /** Asks for a go.mod that will surely be needed. Failures show when it is. */
  prefetch(m: ModuleVersion): void {
    if (this.usesVendor || m.version === 'none' || isToolchainModule(m.path)) return;
    const { path, version } = this.main.resolve(m);
    if (version === '' || (this.mustHaveSums && !this.fetcher.sums.has(path, goModKey(version)))) return;
    this.fetcher.prefetchGoMod(path, version);
  }

  /** Asks for every go.mod that go.sum names: those are the ones that the last resolution read. */
  prefetchListed(): void {
    if (this.usesVendor) return;
    let asked = 0;
    for (const { path, version } of this.fetcher.sums.entries()) {
      if (!version.endsWith('/go.mod')) continue;
      if (++asked > maxPrefetched) return;
      this.fetcher.prefetchGoMod(path, version.slice(0, -'/go.mod'.length));
    }
  }

  /** The error about a file or module that needs a newer Go release. */
  tooNew(what: string, goVersion: string): TooNewError {
    return tooNew(this.settings, what, goVersion);
  }

  noMainModulesError(): TsgogetError {
    return noMainModulesError(this.isWorkspace);
  }

  /** The same, as it is told of an argument or an import that would need one. */
  noModuleToMatchError(): TsgogetError {
    return noMainModulesError(this.isWorkspace && hasRule(this.goVersion, 'no-modules-in-workspace'));
  }
}

/** A go.sum of so many lines was written by nobody who resolved: what is needed of it is asked for in its turn. */
const maxPrefetched = 10_000;

/** The go.mod file of a folder, or that of -modfile. */
export function goModPathOf({ modFile, cwd }: Pick<SessionSettings, 'modFile' | 'cwd'>, root: string): string {
  return modFile === undefined || modFile === '' ? join(root, 'go.mod') : resolve(cwd, modFile);
}

/** The vendor folder beside go.work, else beside go.mod; undefined outside of every module. */
export function vendorDirOf({
  workFilePath,
  modRoots,
}: Pick<SessionParts, 'workFilePath' | 'modRoots'>): string | undefined {
  const root = workFilePath === undefined ? modRoots[0] : dirname(workFilePath);
  return root === undefined ? undefined : join(root, 'vendor');
}

/** The error about a file or module that needs a newer Go release. */
export function tooNew(
  { goVersion: local, GOTOOLCHAIN }: Pick<SessionSettings, 'goVersion' | 'GOTOOLCHAIN'>,
  what: string,
  goVersion: string,
): TooNewError {
  return new TooNewError(what, goVersion, local, GOTOOLCHAIN);
}

/** The error of a command that needs a main module, or a workspace's modules, where there is none. */
export function noMainModulesError(isWorkspace: boolean): TsgogetError {
  const words = isWorkspace
    ? "no modules were found in the current workspace; see 'go help work'"
    : "go.mod file not found in current directory or any parent directory; see 'go help modules'";
  return new TsgogetError('not-main-module', words, {
    hint: 'create a go.mod file with `go mod init`, or name modules with their versions',
  });
}
