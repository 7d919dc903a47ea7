/**
 * Version queries by package (go.dev/ref/mod#version-queries, #resolve-pkg-mod): which modules, at the version that a query names,
 * hold packages that match a pattern. A proxy is asked for all prefixes of the pattern at once, and only then the next one is.
 */
import { causeOf, isNotFound, isSecurity } from '../../errors.js';
import type { Proxy } from '../../goproxy/index.js';
import { isToolchainModule } from '../../gover/index.js';
import type { VersionInfo } from '../../modfetch/index.js';
import {
  InvalidPathError,
  InvalidVersionError,
  type ModuleVersion,
  matchPackagePattern,
  splitPathVersion,
} from '../../module/index.js';
import { matchPackages } from '../search/match-packages.js';
import { type ModuleFolder, moduleFolder, PackageFolders } from '../search/module-folder.js';
import { PackageMatch } from '../search/package-match.js';
import { PackageNotInModuleError } from '../search/package-not-in-module-error.js';
import type { Session } from '../session/session.js';
import { type Allowed, NoMatchingVersionError, NoPatchBaseError, queryProxy } from './query.js';
import {
  QueryMatchesMainModulesError,
  QueryMatchesPackagesInMainModuleError,
  WildcardInFirstElementError,
} from './query-pattern-errors.js';

/** Which packages are asked for, and which versions may answer. */
export interface PackageQuery {
  readonly pattern: string;
  readonly query: string;
  /** The selected version of a module path. */
  readonly current: (path: string) => string;
  readonly allowed?: Allowed | undefined;
}

/** A module and the packages of it that match. */
export interface QueryResult {
  readonly module: ModuleVersion;
  readonly info: VersionInfo;
  readonly packages: readonly string[];
}

export interface PatternResults {
  /** The modules that have matching packages, longest path first. */
  readonly packages: QueryResult[];
  /** The module whose path matches, though none of its packages does. */
  readonly moduleOnly: QueryResult | undefined;
}

/**
 * The modules that have packages matching the pattern at the version that the query names. Of a wildcard the part before it names the modules. A package of a main module is there at its one version.
 *
 * Throws WildcardInFirstElementError, QueryMatchesPackagesInMainModuleError, QueryMatchesMainModulesError; where no module
 * has the package the error that says most: PackageNotInModuleError, else NoMatchingVersionError, else what asking threw.
 */
export async function queryPattern(session: Session, question: PackageQuery): Promise<PatternResults> {
  const { pattern, query } = question;
  const asked = new PatternQuery(session, question);
  const base = asked.modulePart();
  const inMain = await asked.askMainModules();
  if (inMain.result !== undefined) return { packages: [inMain.result], moduleOnly: undefined };
  const { matching } = inMain;
  let { moduleOnly } = inMain;
  const candidates = modulePathsAbove(session, base);
  const patternIsModule = session.main.contains(pattern);
  if (candidates.length === 0) {
    if (moduleOnly !== undefined) return { packages: [], moduleOnly };
    if (matching.length > 0) {
      throw new QueryMatchesMainModulesError({ mainModules: matching, pattern, query, patternIsModule });
    }
    throw new PackageNotInModuleError({ query, pattern });
  }
  const packages: QueryResult[] = [];
  try {
    await session.fetcher.tryEach(async (proxy) => {
      const { found, error } = await asked.askProxy(proxy, candidates);
      packages.length = 0;
      packages.push(...found.filter((r) => r.packages.length > 0));
      moduleOnly = found.findLast((r) => r.packages.length === 0) ?? moduleOnly;
      if (error !== undefined) throw error;
    });
  } catch (error) {
    const isOnlyMain = matching.length > 0 && packages.length === 0 && moduleOnly === undefined;
    if (isOnlyMain && isNotFound(error)) throw new QueryMatchesMainModulesError({ pattern, query, patternIsModule });
    throw error;
  }
  return { packages, moduleOnly };
}

/**
 * Asks what `queryPattern` will ask, and for the modules that it will look into. Nothing is told of it: what is chosen here may be
 * another version than is needed in the end.
 */
export function prefetchPattern(session: Session, question: PackageQuery): void {
  const asked = new PatternQuery(session, question);
  const paths = modulePathsAbove(session, question.pattern);
  session.fetcher.tryEach((proxy) => asked.choose(proxy, paths)).catch(() => {});
}

/** As `queryPattern`, but some package must match: throws PackageNotInModuleError where only a module does. */
export async function queryPackages(session: Session, question: PackageQuery): Promise<QueryResult[]> {
  const { packages, moduleOnly } = await queryPattern(session, question);
  if (packages.length > 0) return packages;
  const module = moduleOnly?.module;
  const replacement = module && session.main.replacement(module);
  throw new PackageNotInModuleError({ module, replacement, query: question.query, pattern: question.pattern });
}

/** No folder has a longer name, and each prefix of a path is a module that the proxies are asked for. */
export const maxPackagePathLength = 4096;

/** The paths that could be modules of a package, but main modules: its prefixes, longest first. A replacement may give a meaning to any. */
function modulePathsAbove(session: Session, path: string): string[] {
  if (path.length > maxPackagePathLength) return [];
  const elements = path.split('/');
  return elements
    .map((_, i) => elements.slice(0, elements.length - i).join('/'))
    .filter((prefix) => !session.main.contains(prefix) && splitPathVersion(prefix) !== undefined);
}

/** One query of one pattern. */
class PatternQuery {
  readonly #session: Session;
  readonly #pattern: string;
  readonly #query: string;
  readonly #current: (path: string) => string;
  readonly #allowed: Allowed | undefined;
  readonly #matches: (path: string) => boolean;

  constructor(session: Session, { pattern, query, current, allowed }: PackageQuery) {
    this.#session = session;
    this.#pattern = pattern;
    this.#query = query;
    this.#current = current;
    this.#allowed = allowed;
    this.#matches = matchPackagePattern(pattern);
  }

  /** What of the pattern a module path is a prefix of. Throws WildcardInFirstElementError where that is nothing. */
  modulePart(): string {
    const pattern = this.#pattern;
    const at = pattern.indexOf('...');
    if (at < 0) return pattern;
    const slash = pattern.lastIndexOf('/', at);
    if (slash < 0) throw new WildcardInFirstElementError({ pattern, query: this.#query });
    return pattern.slice(0, slash);
  }

  /** `result` where a main module has matching packages; otherwise the main modules whose paths match. */
  async askMainModules(): Promise<{
    result?: QueryResult;
    moduleOnly: QueryResult | undefined;
    matching: ModuleVersion[];
  }> {
    const { main } = this.#session;
    const isRelative = this.#query === 'upgrade' || this.#query === 'patch';
    const matching: ModuleVersion[] = [];
    let moduleOnly: QueryResult | undefined;
    for (const { path, root } of main.modules) {
      const module = { path, version: '' };
      const { packages, errors } = await this.#match(module, { dir: root, isLocal: true });
      if (packages.length > 0) {
        if (!isRelative) {
          throw new QueryMatchesPackagesInMainModuleError({ pattern: this.#pattern, query: this.#query, packages });
        }
        return { result: { module, info: { version: '' }, packages }, moduleOnly, matching };
      }
      if (errors.length > 0) throw errors[0];
      if (!this.#matches(path)) continue;
      matching.push(module);
      if (isRelative && (await isAllowed(this.#allowed, module))) {
        moduleOnly = { module, info: { version: '' }, packages: [] };
      }
    }
    return { moduleOnly, matching };
  }

  /** Asks one proxy for all module paths at once. */
  async askProxy(proxy: Proxy, paths: readonly string[]): Promise<{ found: QueryResult[]; error: unknown }> {
    const answers = await Promise.allSettled(paths.map((path) => this.#askModule(proxy, path)));
    return this.#classify(answers);
  }

  /** Has one proxy choose the versions of all module paths, and asks for those modules. */
  async choose(proxy: Proxy, paths: readonly string[]): Promise<void> {
    const answers = await Promise.allSettled(paths.map((path) => this.#choose(proxy, path)));
    const { found, error } = this.#classify(answers);
    if (found.length === 0) throw error;
  }

  async #choose(proxy: Proxy, path: string): Promise<QueryResult> {
    const session = this.#session;
    const current = this.#current(path);
    const isLikely = current !== 'none' || this.#matches(path);
    const info = await queryProxy(
      session,
      proxy,
      { path, text: this.#query },
      {
        current,
        allowed: this.#allowed,
        prefetch: (version) => prefetch(session, { path, version }, isLikely),
      },
    );
    const module = { path, version: info.version };
    if (!isToolchainModule(path)) prefetch(session, module, isLikely);
    return { module, info, packages: [] };
  }

  async #askModule(proxy: Proxy, path: string): Promise<QueryResult> {
    const session = this.#session;
    const { module, info } = await this.#choose(proxy, path);
    if (isToolchainModule(path)) return { module, info, packages: [] };
    const { packages, errors } = await this.#match(module, await moduleFolder(session, module));
    if (packages.length === 0 && !this.#matches(path)) {
      if (errors.length > 0) throw errors[0];
      const replacement = session.main.replacement(module);
      throw new PackageNotInModuleError({ module, replacement, query: this.#query, pattern: this.#pattern });
    }
    return { module, info, packages };
  }

  async #match(module: ModuleVersion, folder: ModuleFolder): Promise<PackageMatch> {
    const match = new PackageMatch(this.#pattern, this.#session.goVersion);
    if (this.#pattern.includes('...')) {
      await matchPackages(this.#session, match, [module], { tags: 'any', filter: 'omit-std' });
    } else if (folder.dir !== '') {
      try {
        const { hasGoFiles } = await this.#session.shared(PackageFolders).find(this.#pattern, module.path, folder);
        if (hasGoFiles) match.packages = [this.#pattern];
      } catch (error) {
        match.addError(error);
      }
    }
    return match;
  }

  /**
   * What was found, and the error that helps most where nothing was: of the most telling kind, at the longest path. A failure
   * at a shorter path does not matter once a longer one could have the package; one that refutes data always does.
   */
  #classify(answers: readonly PromiseSettledResult<QueryResult>[]): { found: QueryResult[]; error: unknown } {
    const found: QueryResult[] = [];
    const byKind = new Map<FailureKind, unknown>();
    let error: unknown;
    for (const answer of answers) {
      if (answer.status === 'fulfilled') {
        found.push(answer.value);
        continue;
      }
      const { reason } = answer;
      if (isSecurity(reason)) throw reason;
      const kind = kindOf(reason);
      if (kind === 'other') {
        if (found.length === 0 && !byKind.has('no-package')) error ??= reason;
      } else if (!byKind.has(kind) || (kind === 'no-package' && this.#isAboutMain(byKind.get(kind)))) {
        byKind.set(kind, reason);
      }
    }
    if (found.length === 0 && error === undefined) {
      error = failureKinds.filter((kind) => byKind.has(kind)).map((kind) => byKind.get(kind))[0];
    }
    return { found, error };
  }

  #isAboutMain(error: unknown): boolean {
    return error instanceof PackageNotInModuleError && this.#session.main.contains(error.module?.path ?? '');
  }
}

/** The folder will be looked into; if the package is there, as it likely is in a module that is required already, the go.mod will be read. */
function prefetch(session: Session, module: ModuleVersion, isLikely: boolean): void {
  if (isToolchainModule(module.path)) return;
  if (isLikely) session.prefetch(module);
  const actual = session.main.resolve(module);
  if (actual.version !== '') session.fetcher.prefetchFolder(actual);
}

async function isAllowed(allowed: Allowed | undefined, m: ModuleVersion): Promise<boolean> {
  try {
    await allowed?.check(m);
    return true;
  } catch {
    return false;
  }
}

/** What a module path can fail with, the most telling first. */
const failureKinds = [
  'no-package',
  'no-version',
  'no-patch-base',
  'invalid-path',
  'invalid-version',
  'not-found',
] as const;
type FailureKind = (typeof failureKinds)[number];

function kindOf(error: unknown): FailureKind | 'other' {
  if (error instanceof PackageNotInModuleError) return 'no-package';
  if (error instanceof NoMatchingVersionError) return 'no-version';
  if (error instanceof NoPatchBaseError) return 'no-patch-base';
  if (error instanceof InvalidPathError) return 'invalid-path';
  if (isNotFound(error)) return 'not-found';
  return causeOf(error, InvalidVersionError) === undefined ? 'other' : 'invalid-version';
}
