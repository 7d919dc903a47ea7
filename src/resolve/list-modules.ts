/**
 * `list -m`: the modules that arguments name, with what is known of each (go.dev/ref/mod#go-list-m).
 */
import { isAbsolute, join } from 'node:path';
import { quoteGo } from '../encoding/quote-go.js';
import { isNotFound, isSecurity, ModuleError, messageOf, TsgogetError } from '../errors.js';
import { isToolchainModule, modCompare } from '../gover/index.js';
import { goModKey, type VersionInfo, zeroTime } from '../modfetch/index.js';
import { type ModuleVersion, matchPackagePattern } from '../module/index.js';
import { keyOf } from './main-modules.js';
import type { ModuleGraph } from './module-graph.js';
import type { ModulePublic } from './module-public.js';
import { type Allowed, disallowed, lookUpRepo, NoMatchingVersionError, query } from './query.js';
import { expandGraph, type Requirements } from './requirements.js';
import { VersionRules } from './retractions.js';
import { mayReuse, type Reuse } from './reuse.js';
import type { Session } from './session.js';

export interface ListOptions {
  /** -u: look for updates, retractions and deprecations. */
  readonly updates?: boolean;
  readonly versions?: boolean;
  /** -retracted: retracted versions are listed and may be asked for. */
  readonly retracted?: boolean;
  /** -reuse: what an earlier run printed. */
  readonly reuse?: Reuse | undefined;
}

export interface Listed {
  readonly modules: ModulePublic[];
  /** The requirements as the graph showed them; those of the session when it was not read. */
  readonly requirements: Requirements;
  /** What was wrong with the graph, as far as it was needed. */
  readonly error: unknown;
  /** What was thrown for a module's `Error`, where something was. */
  readonly failures: ReadonlyMap<ModulePublic, unknown>;
}

interface PathVersion {
  readonly path: string;
  /** undefined where there is no @ */
  readonly query: string | undefined;
}

const fail = (message: string) => new TsgogetError('failed', message);

/** Splits `path@query`. Throws 'usage' for a query that could be taken for a flag or a path. */
export function splitArgument(arg: string): PathVersion {
  const at = arg.indexOf('@');
  if (at < 0) return { path: arg, query: undefined };
  const text = arg.slice(at + 1);
  if (text.startsWith('-') || text.startsWith('/')) {
    throw new TsgogetError('invalid-query', `invalid module version ${quoteGo(text)}`);
  }
  return { path: arg.slice(0, at), query: text };
}

const isPattern = (arg: string) => arg === 'all' || arg.includes('...');

/** Lists the modules that `args` name; the main modules when there are none. */
export async function listModules(session: Session, args: readonly string[], options: ListOptions): Promise<Listed> {
  const lister = new Lister(session, options);
  const listed = await lister.list(args);
  await Promise.all(
    listed.modules
      .filter((m) => !m.Reuse)
      .flatMap((m) => [m, ...(m.Replace === undefined ? [] : [m.Replace])])
      .map((m) => lister.addDetails(m)),
  );
  return listed;
}

/** The module of the build list, or of `path@query`, as the template function `module` has it: what is wrong with it is its Error. */
export async function moduleInfo(session: Session, arg: string): Promise<ModulePublic> {
  const lister = new Lister(session, {});
  let parsed: PathVersion;
  try {
    parsed = splitArgument(arg);
  } catch (error) {
    return { Path: '', Error: { Err: messageOf(error) } };
  }
  const { path, query: text } = parsed;
  if (text !== undefined) return lister.info(undefined, { path, version: text });
  const rs = session.requirements;
  const root = rs.pruning === 'pruned' ? rs.rootSelected(path) : undefined;
  const version = root ?? (await rs.graph()).selected(path);
  if (version === 'none') return { Path: path, Error: { Err: 'module not in current build' } };
  return lister.info(rs, { path, version });
}

class Lister {
  readonly #session: Session;
  readonly #options: ListOptions;
  readonly #rules: VersionRules;
  readonly #failures = new Map<ModulePublic, unknown>();

  constructor(session: Session, options: ListOptions) {
    this.#session = session;
    this.#options = options;
    this.#rules = new VersionRules(session);
  }

  async list(args: readonly string[]): Promise<Listed> {
    const session = this.#session;
    let requirements = session.requirements;
    if (args.length === 0) {
      const mains = session.main.versions.filter((m) => !isToolchainModule(m.path));
      return {
        modules: await Promise.all(mains.map((m) => this.info(requirements, m))),
        requirements,
        error: undefined,
        failures: this.#failures,
      };
    }
    const parsed = args.map((arg) => ({ arg, ...splitChecked(arg) }));
    let graph: ModuleGraph | undefined;
    let error: unknown;
    if (parsed.map((p) => this.#needsGraph(p, requirements)).some(Boolean)) {
      try {
        ({ rs: requirements, graph } = await expandGraph(requirements));
      } catch (e) {
        error = e;
        graph = await requirements.graph();
      }
    }
    const matched = new Set<string>();
    const found = await Promise.all(parsed.map((p) => this.#match(p, requirements, graph, error, matched)));
    return { modules: found.flat(), requirements, error, failures: this.#failures };
  }

  /** Reports whether an argument can only be answered with the whole graph. */
  #needsGraph({ arg, path, query: text }: PathVersion & { arg: string }, rs: Requirements): boolean {
    const session = this.#session;
    const needsModule = (words: string) => {
      if (session.hasModRoot && session.modRoots.length > 0) return;
      throw new TsgogetError('not-main-module', `cannot match ${words}: ${session.noMainModulesError().message}`);
    };
    if (isPattern(arg)) {
      needsModule(quoteGo(arg));
      return true;
    }
    const isRoot = rs.rootSelected(path) !== undefined && rs.pruning !== 'unpruned';
    if (text !== undefined) {
      if ((text !== 'upgrade' && text !== 'patch') || isRoot) return false;
      needsModule(quoteGo(arg));
      return true;
    }
    if (isRoot) return false;
    if (!this.#options.versions) needsModule(`${quoteGo(arg)} without -versions or an explicit version`);
    return true;
  }

  async #match(
    { arg, path, query: text }: PathVersion & { arg: string },
    rs: Requirements,
    graph: ModuleGraph | undefined,
    graphError: unknown,
    matched: Set<string>,
  ): Promise<ModulePublic[]> {
    if (text !== undefined) return this.#queried(path, text, rs, graph, graphError);
    if (isPattern(arg)) {
      const matches = arg === 'all' ? () => true : matchPackagePattern(arg);
      const found = (graph?.buildList ?? []).filter((m) => !isToolchainModule(m.path) && matches(m.path));
      const fresh = found.filter((m) => !matched.has(keyOf(m)));
      for (const m of fresh) matched.add(keyOf(m));
      if (fresh.length === 0) {
        this.#session.settings.notice(`warning: pattern ${quoteGo(arg)} matched no module dependencies`);
      }
      return Promise.all(fresh.map((m) => this.info(rs, m)));
    }
    const version = graph === undefined ? (rs.rootSelected(arg) ?? 'none') : graph.selected(arg);
    if (version !== 'none') return [await this.info(rs, { path: arg, version })];
    if (graphError !== undefined) return [];
    if (this.#session.buildMod === 'vendor') {
      return [
        unknown(arg, "can't resolve module using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)"),
      ];
    }
    return [this.#options.versions ? { Path: arg } : unknown(arg, 'not a known dependency')];
  }

  async #queried(
    path: string,
    text: string,
    rs: Requirements,
    graph: ModuleGraph | undefined,
    graphError: unknown,
  ): Promise<ModulePublic[]> {
    const current = graph === undefined ? (rs.rootSelected(path) ?? '') : graph.selected(path);
    if (current === 'none' && graphError !== undefined && (text === 'upgrade' || text === 'patch')) return [];
    let found: VersionInfo;
    let allowed: Allowed | undefined;
    try {
      allowed = this.#options.retracted || this.#options.updates ? undefined : this.#rules.allowedBy(path, text);
      found = await query(this.#session, path, text, { current, allowed, reuse: this.#options.reuse });
    } catch (error) {
      const m: ModulePublic = { Path: path, Version: text };
      this.#fail(m, error, describe(path, text, error));
      return [m];
    }
    const info = await this.info(undefined, { path, version: found.version });
    // what could not be checked was not forbidden; a refutation is told nevertheless
    await allowed?.({ path, version: found.version }).catch((error: unknown) => {
      if (isSecurity(error)) this.#fail(info, error);
    });
    if (text !== info.Version) info.Query = text;
    if (found.origin === undefined) delete info.Origin;
    else info.Origin = found.origin;
    return [info];
  }

  /** What is known of one module. With requirements it is the module of the graph, with its replacement; without, it is itself. */
  async info(rs: Requirements | undefined, m: ModuleVersion): Promise<ModulePublic> {
    const session = this.#session;
    const main = m.version === '' ? session.main.get(m.path) : undefined;
    if (main !== undefined) {
      const info: ModulePublic = { Path: m.path, Version: '', Main: true };
      if (main.root !== '') Object.assign(info, { Dir: main.root, GoMod: session.settings.modFile || main.goModPath });
      info.GoVersion = session.summaries.goVersions.get(keyOf(m)) ?? '';
      return info;
    }
    const info: ModulePublic = { Path: m.path, Version: m.version };
    if (rs !== undefined && !rs.direct.has(m.path)) info.Indirect = true;
    const goVersion = session.summaries.goVersions.get(keyOf(m));
    if (goVersion !== undefined) info.GoVersion = goVersion;
    const to = rs === undefined ? undefined : session.main.replacement(m);
    if (to === undefined) {
      if (rs === undefined || session.buildMod !== 'vendor') await this.#complete(info, rs);
      return info;
    }
    return this.#withReplacement(info, to, rs);
  }

  async #withReplacement(info: ModulePublic, to: ModuleVersion, rs: Requirements | undefined): Promise<ModulePublic> {
    const session = this.#session;
    const replace: ModulePublic = { Path: to.path, Version: to.version };
    if (info.GoVersion !== undefined) replace.GoVersion = info.GoVersion;
    if (to.version === '') {
      replace.Dir = isAbsolute(to.path) ? to.path : join(session.main.replaceBase, to.path);
      replace.GoMod = join(replace.Dir, 'go.mod');
    }
    info.Replace = replace;
    if (session.buildMod !== 'vendor') {
      await this.#complete(replace, rs);
      for (const field of ['Dir', 'GoMod', 'Retracted'] as const) {
        if (replace[field] !== undefined) Object.assign(info, { [field]: replace[field] });
      }
    }
    if (replace.GoVersion !== undefined) info.GoVersion = replace.GoVersion;
    return info;
  }

  /** Keeps the first error of a module, as a field and as it was thrown; a refutation comes before any other. */
  #fail(m: ModulePublic, error: unknown, words = messageOf(error)): void {
    if (m.Error !== undefined && (isSecurity(this.#failures.get(m)) || !isSecurity(error))) return;
    m.Error = { Err: words };
    this.#failures.set(
      m,
      new TsgogetError(error instanceof TsgogetError ? error.code : 'failed', words, { cause: error }),
    );
  }

  /** Takes what an earlier run knew of this version, where that still stands. */
  async #reuse(info: ModulePublic): Promise<boolean> {
    const session = this.#session;
    const m = { path: info.Path, version: info.Version ?? '' };
    const old = m.version === '' ? undefined : this.#options.reuse?.get(keyOf(m));
    if (old === undefined) return false;
    try {
      await session.fetcher.tryEach(async (proxy) => {
        const repo = lookUpRepo(session, proxy, m.path);
        if (!(await mayReuse(repo, { query: m.version, isRevision: true }, old.Origin))) throw fail('no reuse');
      });
    } catch {
      return false;
    }
    const { Query: _query, Dir: _dir, ...kept } = old;
    Object.assign(info, kept);
    return true;
  }

  /** Adds what the proxies, the cache and go.sum know of a module version. */
  async #complete(info: ModulePublic, rs: Requirements | undefined): Promise<void> {
    const session = this.#session;
    const { fetcher } = session;
    if (isToolchainModule(info.Path)) return;
    if (await this.#reuse(info)) return;
    if (info.Version !== '' && info.Version !== undefined) {
      try {
        const found = await query(session, info.Path, info.Version);
        info.Version = found.version;
        info.Time = found.time ?? zeroTime;
      } catch (error) {
        this.#fail(info, error);
      }
    }
    const m = { path: info.Path, version: info.Version ?? '' };
    const mayShow = (key: string) => {
      return rs === undefined || m.version === '' || !session.mustHaveSums || fetcher.sums.has(m.path, key);
    };
    const hasGoMod = mayShow(goModKey(m.version));
    if (!info.GoVersion && hasGoMod) {
      const summary = await session.summaries.raw(m).catch((error: unknown) => {
        if (isSecurity(error)) this.#fail(info, error);
        return undefined;
      });
      if (summary !== undefined && summary.goVersion !== '') info.GoVersion = summary.goVersion;
    }
    if (m.version === '') return;
    if (hasGoMod) {
      const file = await fetcher.cachedGoMod(m);
      if (file !== undefined) info.GoMod = file;
      const sum = fetcher.sums.recorded(m.path, goModKey(m.version));
      if (sum !== undefined) info.GoModSum = sum;
    }
    if (mayShow(m.version)) {
      const dir = await fetcher.cachedFolder(m);
      if (dir !== undefined) info.Dir = dir;
      const sum = fetcher.sums.recorded(m.path, m.version);
      if (sum !== undefined) info.Sum = sum;
    }
    if (this.#options.retracted || this.#options.updates) {
      await this.#addRetraction(info).catch((error: unknown) => this.#fail(info, error));
    }
  }

  /** Adds what -u, -versions and -retracted ask for; the first failure in this order is the module's. */
  async addDetails(m: ModulePublic): Promise<void> {
    const { updates, versions, retracted } = this.#options;
    const jobs: Promise<void>[] = [];
    if (updates) jobs.push(this.#addUpdate(m));
    if (versions) jobs.push(this.#addVersions(m));
    if (updates || retracted) jobs.push(this.#addRetraction(m));
    if (updates) jobs.push(this.#addDeprecation(m));
    for (const done of await Promise.allSettled(jobs)) if (done.status === 'rejected') this.#fail(m, done.reason);
  }

  async #addUpdate(m: ModulePublic): Promise<void> {
    if (!m.Version) return;
    try {
      const found = await query(this.#session, m.Path, 'upgrade', {
        current: m.Version,
        allowed: this.#rules.checkAllowed,
      });
      if (modCompare(m.Path, found.version, m.Version) > 0) {
        m.Update = { Path: m.Path, Version: found.version, Time: found.time ?? zeroTime };
      }
    } catch (error) {
      if (!nothingThere(error) && disallowed(error) === undefined) throw error;
    }
  }

  async #addVersions(m: ModulePublic): Promise<void> {
    const allowed: Allowed = this.#options.retracted ? this.#rules.checkExclusions : this.#rules.checkAllowed;
    delete m.Origin;
    m.Versions = await this.#session.fetcher.tryEach(async (proxy) => {
      const list = await lookUpRepo(this.#session, proxy, m.Path).versions('');
      const checks = await Promise.allSettled(list.map((version) => allowed({ path: m.Path, version }, true)));
      const failure = checks.find((c) => c.status === 'rejected' && disallowed(c.reason) === undefined);
      if (failure?.status === 'rejected') throw failure.reason;
      return list.filter((_, i) => checks[i]!.status === 'fulfilled');
    });
  }

  async #addRetraction(m: ModulePublic): Promise<void> {
    if (!m.Version) return;
    try {
      const found = await this.#rules.retraction({ path: m.Path, version: m.Version });
      if (found !== undefined) m.Retracted = found;
    } catch (error) {
      if (!nothingThere(error)) throw error;
    }
  }

  async #addDeprecation(m: ModulePublic): Promise<void> {
    try {
      const words = await this.#rules.deprecation({ path: m.Path, version: m.Version ?? '' });
      if (words !== '') m.Deprecated = words;
    } catch (error) {
      if (!nothingThere(error)) throw error;
    }
  }
}

function splitChecked(arg: string): PathVersion {
  if (arg.includes('\\')) throw fail('module paths never use backslash');
  if (/^\.{1,2}(?:\/|$)/.test(arg)) throw fail(`cannot use relative path ${arg} to specify module`);
  return isPattern(arg) ? { path: arg, query: undefined } : splitArgument(arg);
}

const unknown = (path: string, words: string): ModulePublic => ({
  Path: path,
  Error: { Err: describe(path, '', fail(words)) },
});

function nothingThere(error: unknown): boolean {
  if (isSecurity(error)) return false;
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof NoMatchingVersionError) return true;
  return isNotFound(error);
}

/** The error with the module as its subject, once. */
function describe(path: string, version: string, error: unknown): string {
  if (error instanceof NoMatchingVersionError) return `module ${path}: ${error.message}`;
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof ModuleError) return messageOf(error);
  return version === '' ? `module ${path}: ${messageOf(error)}` : `${path}@${version}: ${messageOf(error)}`;
}
