/**
 * What `list -m` tells of one module: what the proxies, the module cache and go.sum know of it (go.dev/ref/mod#go-list-m).
 */
import { join } from 'node:path';
import { causeOf, isNotFound, isSecurity, messageOf, TsgogetError } from '../../errors.js';
import { hasRule, isToolchainModule, modCompare } from '../../gover/index.js';
import { goModKey, zeroTime } from '../../modfetch/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import { mayReuse } from '../query/may-reuse.js';
import { type PathVersion, splitArgument } from '../query/module-argument.js';
import { type Allowed, disallowed, lookUpRepo, NoMatchingVersionError, query } from '../query/query.js';
import { VersionRules } from '../query/retractions.js';
import type { Session } from '../session/session.js';
import type { ModulePublic } from './module-public.js';
import type { EarlierModules } from './reuse.js';

export interface ListOptions {
  /** -u: look for updates, retractions and deprecations. */
  readonly updates?: boolean;
  readonly versions?: boolean;
  /** -retracted: retracted versions are listed and may be asked for. */
  readonly retracted?: boolean;
  /** -reuse: what an earlier run printed. */
  readonly reuse?: EarlierModules | undefined;
}

/** The modules of one run, and what went wrong with them. */
export class ModuleInfos {
  readonly #requirements: Requirements;
  readonly #session: Session;
  readonly options: ListOptions;
  readonly rules: VersionRules;
  /** What was thrown for a module's `Error`, where something was. */
  readonly failures = new Map<ModulePublic, unknown>();

  constructor(requirements: Requirements, options: ListOptions) {
    this.#requirements = requirements;
    this.#session = requirements.session;
    this.options = options;
    this.rules = this.#session.shared(VersionRules);
  }

  /** The module of the build list, or of `path@query`, as the template function `module` has it: what is wrong with it is its Error. */
  async ofArgument(arg: string): Promise<ModulePublic> {
    let parsed: PathVersion;
    try {
      parsed = splitArgument(arg);
    } catch (error) {
      return { Path: '', Error: { Err: messageOf(error) } };
    }
    const { path, query: text } = parsed;
    if (text !== undefined) return this.info(undefined, { path, version: text });
    const rs = this.#requirements;
    const root = rs.pruning === 'pruned' ? rs.rootSelected(path) : undefined;
    const version = root ?? (await rs.graph()).selected(path);
    if (version === 'none') return { Path: path, Error: { Err: 'module not in current build' } };
    return this.info(rs, { path, version });
  }

  /** What is known of one module. With requirements it is the module of the graph, with its replacement; without, it is itself. */
  async info(rs: Requirements | undefined, m: ModuleVersion): Promise<ModulePublic> {
    const session = this.#session;
    const main = m.version === '' ? session.main.get(m.path) : undefined;
    if (main !== undefined) {
      const info: ModulePublic = { Path: m.path, Version: '', Main: true };
      if (main.root !== '') Object.assign(info, { Dir: main.root, GoMod: session.settings.modFile || main.goModPath });
      info.GoVersion = session.summaries.knownGoVersion(m) ?? '';
      return info;
    }
    const info: ModulePublic = { Path: m.path, Version: m.version };
    if (rs !== undefined && !rs.direct.has(m.path)) info.Indirect = true;
    const goVersion = session.summaries.knownGoVersion(m);
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
      replace.Dir = session.main.replacementFolder(to.path);
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
  fail(m: ModulePublic, error: unknown, words = messageOf(error)): void {
    if (m.Error !== undefined && (isSecurity(this.failures.get(m)) || !isSecurity(error))) return;
    m.Error = { Err: words };
    this.failures.set(
      m,
      new TsgogetError(error instanceof TsgogetError ? error.code : 'failed', words, { cause: error }),
    );
  }

  /** Takes what an earlier run knew of this version, where that still stands. */
  async #reuse(info: ModulePublic): Promise<boolean> {
    const session = this.#session;
    const m = { path: info.Path, version: info.Version ?? '' };
    const old = m.version === '' ? undefined : this.options.reuse?.get(keyOf(m));
    if (old === undefined) return false;
    try {
      await session.fetcher.tryEach(async (proxy) => {
        const repo = lookUpRepo(session, proxy, m.path);
        if (!(await mayReuse(repo, { query: m.version, isRevision: true }, old.Origin)))
          throw new TsgogetError('failed', 'no reuse');
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
        this.fail(info, error);
      }
    }
    const m = { path: info.Path, version: info.Version ?? '' };
    const mayShow = (key: string) => {
      return rs === undefined || m.version === '' || !session.mustHaveSums || fetcher.sums.has(m.path, key);
    };
    const hasGoMod = mayShow(goModKey(m.version));
    if (!info.GoVersion && hasGoMod) {
      const summary = await session.summaries.raw(m).catch((error: unknown) => {
        if (isSecurity(error)) this.fail(info, error);
        return undefined;
      });
      if (summary !== undefined && summary.goVersion !== '') info.GoVersion = summary.goVersion;
    }
    if (m.version === '') return;
    const recorded = (key: string) =>
      hasRule(session.goVersion, 'list-sums') ? fetcher.sums.recorded(m.path, key) : undefined;
    if (hasGoMod) {
      const file = await fetcher.cachedGoMod(m);
      if (file !== undefined) info.GoMod = file;
      const sum = recorded(goModKey(m.version));
      if (sum !== undefined) info.GoModSum = sum;
    }
    if (mayShow(m.version)) {
      const dir = await fetcher.cachedFolder(m);
      if (dir !== undefined) info.Dir = dir;
      const sum = recorded(m.version);
      if (sum !== undefined) info.Sum = sum;
    }
    if (this.options.retracted || this.options.updates) {
      await this.#addRetraction(info).catch((error: unknown) => this.fail(info, error));
    }
  }

  /** Adds what -u, -versions and -retracted ask for; the first failure in this order is the module's. */
  async addDetails(m: ModulePublic): Promise<void> {
    const { updates, versions, retracted } = this.options;
    const jobs: Promise<void>[] = [];
    if (updates) jobs.push(this.#addUpdate(m));
    if (versions) jobs.push(this.#addVersions(m));
    if (updates || retracted) jobs.push(this.#addRetraction(m));
    if (updates) jobs.push(this.#addDeprecation(m));
    for (const done of await Promise.allSettled(jobs)) if (done.status === 'rejected') this.fail(m, done.reason);
  }

  async #addUpdate(m: ModulePublic): Promise<void> {
    if (!m.Version) return;
    try {
      const found = await query(this.#session, m.Path, 'upgrade', {
        current: m.Version,
        allowed: this.rules.allowed,
      });
      if (modCompare(m.Path, found.version, m.Version) > 0) {
        m.Update = { Path: m.Path, Version: found.version, Time: found.time ?? zeroTime };
      }
    } catch (error) {
      if (!nothingThere(error) && disallowed(error) === undefined) throw error;
    }
  }

  async #addVersions(m: ModulePublic): Promise<void> {
    const allowed: Allowed = this.options.retracted ? this.rules.notExcluded : this.rules.allowed;
    delete m.Origin;
    m.Versions = await this.#session.fetcher.tryEach(async (proxy) => {
      const list = await lookUpRepo(this.#session, proxy, m.Path).versions('');
      const versions = list.sorted((a, b) => modCompare(m.Path, a, b));
      const [first] = versions;
      if (first === undefined) return versions;
      const judge = await allowed.judge(m.Path);
      const found = versions.filter((version) => judge.allows(version));
      if (judge.failure !== undefined && found[0] !== undefined) throw judge.failure(found[0]);
      return found;
    });
  }

  async #addRetraction(m: ModulePublic): Promise<void> {
    if (!m.Version) return;
    try {
      const found = await this.rules.retraction({ path: m.Path, version: m.Version });
      if (found !== undefined) m.Retracted = found;
    } catch (error) {
      if (!nothingThere(error)) throw error;
    }
  }

  async #addDeprecation(m: ModulePublic): Promise<void> {
    try {
      const words = await this.rules.deprecation({ path: m.Path, version: m.Version ?? '' });
      if (words !== '') m.Deprecated = words;
    } catch (error) {
      if (!nothingThere(error)) throw error;
    }
  }
}

function nothingThere(error: unknown): boolean {
  if (isSecurity(error)) return false;
  return causeOf(error, NoMatchingVersionError) !== undefined || isNotFound(error);
}
