/**
 * What one `get` knows while it looks for a build list that answers all its queries: the versions selected at the start
 * and now, the versions that the queries have settled, and how modules and packages are asked for.
 */
import { Memo } from '../../async/memo.js';
import { causeOf, isNotFound, oneOrAll } from '../../errors.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { SourceTree } from '../../sourcetree/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import type { Outcome } from '../main-module/write-back.js';
import type { Loaded, LoadOptions, LoadResult } from '../packages/load-options.js';
import { loadPackages } from '../packages/load-packages.js';
import { type Allowed, NoMatchingVersionError, query } from '../query/query.js';
import { queryPackages, queryPattern } from '../query/query-pattern.js';
import { VersionRules } from '../query/retractions.js';
import { matchInModule } from '../search/match-packages.js';
import { PackageFolders } from '../search/module-folder.js';
import { isMetaPattern } from '../search/package-match.js';
import { PackageNotInModuleError } from '../search/package-not-in-module-error.js';
import type { Session } from '../session/session.js';
import type { Found, GetQuery } from './get-query.js';

export interface GetOptions {
  /** -u: '' for none, 'upgrade' or 'patch'. */
  readonly upgrade: string;
  /** -t */
  readonly loadTests: boolean;
  /** -tool */
  readonly tools: boolean;
  /** -v */
  readonly verbose: boolean;
  /** A replacement that stands over an asked-for version is told. */
  readonly tellsReplacements?: boolean;
  /** Reports whether the command would run again as a newer Go release for these errors. */
  readonly needsNewerRelease: (errors: readonly unknown[]) => boolean;
}

/** The version that a query settled on for a module, and which query it was. */
export interface Settled {
  readonly version: string;
  readonly by: GetQuery;
}

/** The modules of the go.work that would be in effect, were `get` not about a single module. */
export interface EnclosingWorkspace {
  /** path → folder */
  readonly modules: ReadonlyMap<string, string>;
}

type Selected = (path: string) => string;

export interface GetStart {
  /** With their graph read, and raised to what it selects. */
  readonly requirements: Requirements;
  readonly buildList: readonly ModuleVersion[];
  readonly options: GetOptions;
  readonly queries: readonly GetQuery[];
  readonly workspace: EnclosingWorkspace | undefined;
}

/** Versions that are selected together. */
class Selection {
  readonly buildList: readonly ModuleVersion[];
  readonly versions: ReadonlyMap<string, string>;

  constructor(buildList: readonly ModuleVersion[]) {
    this.buildList = buildList;
    this.versions = new Map(buildList.map((m) => [m.path, m.version]));
  }
}

export class GetRun {
  readonly session: Session;
  readonly options: GetOptions;
  readonly queries: readonly GetQuery[];
  readonly rules: VersionRules;
  readonly workspace: EnclosingWorkspace | undefined;
  readonly settled = new Map<string, Settled>();
  readonly #initial: Selection;
  readonly #removals: readonly GetQuery[];
  readonly #askedAtStart = new Memo<ModuleVersion[]>();
  #asked = new Memo<ModuleVersion[]>();
  readonly #matches = new Memo<{ packages: readonly string[]; error: unknown }>();
  #now: Selection;
  #outcome: Outcome;
  #errors: unknown[] = [];

  constructor({ requirements, buildList, options, queries, workspace }: GetStart) {
    this.session = requirements.session;
    this.options = options;
    this.queries = queries;
    this.#removals = queries.filter((q) => q.version === 'none');
    this.rules = this.session.shared(VersionRules);
    this.workspace = workspace;
    this.#initial = new Selection(buildList);
    this.#now = this.#initial;
    this.#outcome = { requirements };
  }

  /** The versions that are selected now. */
  get buildList(): readonly ModuleVersion[] {
    return this.#now.buildList;
  }

  get requirements(): Requirements {
    return this.#outcome.requirements;
  }

  /** The requirements, and the packages that were loaded last. */
  get outcome(): Outcome {
    return this.#outcome;
  }

  /** Goes on with edited requirements, and what they select. */
  select({ rs, graph }: { readonly rs: Requirements; readonly graph: ModuleGraph }): void {
    this.#outcome = { ...this.#outcome, requirements: rs };
    this.#now = new Selection(graph.buildList);
    this.#asked = new Memo();
  }

  /** Loads packages, and goes on with the requirements that follow. */
  async load(options: LoadOptions, patterns: readonly string[]): Promise<LoadResult> {
    const result = await loadPackages(this.requirements, options, ...patterns);
    this.#outcome = { requirements: result.loaded.requirements, loaded: result.loaded };
    return result;
  }

  /** Takes what was loaded elsewhere, in the workspace, for what go.sum needs; undefined where nothing was. */
  takeLoaded(loaded: Loaded | undefined): void {
    this.#outcome = { requirements: this.requirements, loaded };
  }

  /** The version selected when the command began; undefined for a module that was not in the build list. */
  initialVersion(path: string): string | undefined {
    return this.#initial.versions.get(path);
  }

  /** The version selected now; undefined for a module that is not in the build list. */
  currentVersion(path: string): string | undefined {
    return this.#now.versions.get(path);
  }

  readonly initialSelected: Selected = (path) => this.#initial.versions.get(path) ?? 'none';
  readonly selected: Selected = (path) => this.#now.versions.get(path) ?? 'none';

  /** Notes an error; `throwErrors` ends the run with those noted. */
  fail(error: unknown): void {
    this.#errors.push(error);
  }

  throwErrors(): void {
    const errors = this.#errors;
    if (errors.length === 0) return;
    this.#errors = [];
    throw oneOrAll(errors);
  }

  queriesOf(kind: QueryKind): GetQuery[] {
    return this.queries.filter((q) => kindOf(q, this.session.goVersion) === kind);
  }

  /** Reports whether some query asks that a module is not in the build list. */
  isAskedAway(path: string): boolean {
    return this.#removals.some((q) => q.matchesPath(path));
  }

  /** The version of a module that a query names. Throws what `query` throws. */
  async queryModule(path: string, version: string): Promise<ModuleVersion> {
    const options = {
      current: this.initialSelected(path),
      allowed: allowedBy(this.rules, version, this.initialSelected),
    };
    return { path, version: (await query(this.session, path, version, options)).version };
  }

  /** Modules that provide a package at the version asked for, relative to the build list as it is or as it was at the start. */
  queryPackages(path: string, version: string, since: 'start' | 'now'): Promise<ModuleVersion[]> {
    const [memo, selected] =
      since === 'start' ? [this.#askedAtStart, this.initialSelected] : [this.#asked, this.selected];
    return memo.get(keyOf({ path, version }), async () => {
      const allowed = allowedBy(this.rules, version, selected);
      const results = await queryPackages(this.session, { pattern: path, query: version, current: selected, allowed });
      return results.map((r) => r.module);
    });
  }

  /** The same for a pattern, with the module whose own path it is. */
  async queryPattern(pattern: string, version: string): Promise<Found> {
    const current = this.initialSelected;
    const allowed = allowedBy(this.rules, version, current);
    const found = await queryPattern(this.session, { pattern, query: version, current, allowed });
    return { packageModules: found.packages.map((r) => r.module), moduleOnly: found.moduleOnly?.module };
  }

  /** The packages of a module version that a pattern matches, and the first thing that is wrong with them. */
  packagesIn(m: ModuleVersion, pattern: string): Promise<{ packages: readonly string[]; error: unknown }> {
    return this.#matches.get(`${pattern} ${keyOf(m)}`, async () => {
      const { packages, errors } = await matchInModule(this.session, pattern, m, 'any');
      return { packages, error: errors[0] };
    });
  }

  /** Asks for what will be told of a settled module at the end: whether it is retracted or deprecated. */
  askForNotices(m: ModuleVersion): void {
    this.rules.deprecation(m).catch(() => {});
  }

  /** Reports whether a module of the enclosing workspace could provide a package. */
  async isInWorkspace(path: string): Promise<boolean> {
    for (const [modulePath, root] of this.workspace?.modules ?? []) {
      if (await isInLocalModule(path, modulePath, root)) return true;
    }
    return false;
  }
}

/** Reports whether a package's folder is in this module and has Go files; false when that cannot be told. */
async function isInLocalModule(pkg: string, modulePath: string, root: string): Promise<boolean> {
  const folders = new PackageFolders({ tree: await SourceTree.open({ cwd: root }) });
  return folders.find(pkg, modulePath, { dir: root, isLocal: true }).then(
    ({ hasGoFiles }) => hasGoFiles,
    () => false,
  );
}

/** The version asked for by name may be retracted, and so may the one that is selected; other candidates may not. */
export function allowedBy(
  rules: Pick<VersionRules, 'allowed' | 'notExcluded'>,
  requested: string,
  selected: Selected,
): Allowed {
  const isRelative = requested === 'upgrade' || requested === 'patch';
  const isSelected = (m: ModuleVersion) => isRelative && m.version === selected(m.path);
  return {
    check: async (m) => {
      if (m.version === requested) return rules.notExcluded.check(m);
      if (!isSelected(m)) await rules.allowed.check(m);
    },
    judge: (path) => rules.allowed.judge(path),
    isExempt: isSelected,
  };
}

export type QueryKind = 'all' | 'work' | 'tool' | 'local' | 'wildcard' | 'path';

export function kindOf(q: GetQuery, goVersion: string): QueryKind {
  const { pattern } = q;
  const isWord = pattern === 'all' || pattern === 'work' || pattern === 'tool';
  if (isWord && isMetaPattern(pattern, goVersion)) return pattern;
  if (q.isLocal) return 'local';
  return q.isWildcard ? 'wildcard' : 'path';
}

/** There is no such module, or no such version of it. */
export function isNoSuchModule(error: unknown): boolean {
  return isNotFound(error) || causeOf(error, NoMatchingVersionError) !== undefined;
}

/** No module that could hold the package exists at that version, or none of those that do holds it. */
export function isNoSuchPackage(error: unknown): boolean {
  return isNoSuchModule(error) || causeOf(error, PackageNotInModuleError) !== undefined;
}
