/**
 * Version queries against the proxies: which version `latest`, `upgrade`, `patch`, `v1`, `<v2.3.0`, a branch or a commit is
 * (go.dev/ref/mod#version-queries). Each proxy is asked the whole question before the next one is.
 */

import { compareBytes } from '../../encoding/compare-bytes.js';
import { quoteControls, quoteGo } from '../../encoding/quote-go.js';
import { causeOf, isNotFound, ModuleError, TsgogetError } from '../../errors.js';
import { type Proxy, VersionList } from '../../goproxy/index.js';
import { hasRule, modCompare, modIsPrerelease, modIsValid, modMajorMinor, versionSyntaxOf } from '../../gover/index.js';
import { type VersionInfo, type VersionRepo, zeroTime } from '../../modfetch/index.js';
import { autoQuote } from '../../modfile/index.js';
import {
  canonicalVersion,
  checkPath,
  isIncompatible,
  isPseudoVersion,
  isRevisionQuery,
  keyOf,
  type ModuleVersion,
  matchPathMajor,
  parseVersionQuery,
  pseudoVersionTime,
  splitPathVersion,
  type VersionQuery,
} from '../../module/index.js';
import type { Session } from '../session/session.js';
import { mayReuse, type Reuse } from './may-reuse.js';
import { ReplacementRepo } from './replacement-repo.js';

/** Which versions of modules a query may choose. */
export interface Allowed {
  /** Rejects (with a DisallowedError, and its reasons) a version that may not be chosen; other failures do not count against it. */
  check(m: ModuleVersion): Promise<void>;
  /** What decides it for the candidates of a module, loaded once: a list may have millions of them. Never rejects. */
  judge(path: string): Promise<Judge>;
  /** Reports whether a version is allowed whatever a judge would say: then none is loaded for it. */
  isExempt?(m: ModuleVersion): boolean;
}

export interface Judge {
  allows(version: string): boolean;
  /** Why a version could not be judged in full, and counts as allowed; undefined where all could. */
  readonly failure?: ((version: string) => TsgogetError) | undefined;
}

/** Every version is. */
const anyVersion: Allowed = { check: async () => {}, judge: async () => ({ allows: () => true }) };

/** A version that go.mod excludes or its author retracted. */
export class DisallowedError extends TsgogetError {
  /** Why it was retracted; empty when excluded or when the author gives no reason. */
  readonly rationale: readonly string[];
  readonly retracted: boolean;

  constructor(message: string, retracted: boolean, rationale: readonly string[] = []) {
    super('disallowed-version', message);
    this.retracted = retracted;
    this.rationale = rationale;
  }
}

/** No version answers the query. */
export class NoMatchingVersionError extends TsgogetError {
  constructor(query: string, current: string) {
    const relative = query === 'upgrade' || query === 'patch';
    const suffix = relative && current !== '' && current !== 'none' ? ` (current version is ${current})` : '';
    super('no-matching-version', `no matching versions for query ${quoteGo(query)}${suffix}`);
  }
}

/** `patch` of a module that nothing requires yet. */
export class NoPatchBaseError extends TsgogetError {
  constructor(path: string) {
    super('invalid-query', `can't query version "patch" of module ${path}: no existing version is required`);
  }
}

export interface QueryOptions {
  /** The selected version, '' or 'none' when there is none: `upgrade` and `patch` start from it. */
  readonly current?: string | undefined;
  readonly allowed?: Allowed | undefined;
  /** Earlier answers, taken where they still stand. */
  readonly reuse?: Reuse | undefined;
  /** Told of the version that a list was searched for as soon as it is chosen, before the proxy confirms it: for what to prefetch. */
  readonly prefetch?: ((version: string) => void) | undefined;
}

/** `path@`: unlike other errors about a module without a version it shows the @. */
class NoVersionError extends ModuleError {
  constructor(path: string) {
    super('invalid-query', { path, version: '' }, 'invalid version: disallowed version string');
    this.message = `${quoteControls(path)}@: ${this.reason}`;
  }
}

/** Parses a query with the version syntax of its module: that of `go` and `toolchain` is their own. */
export function parseQueryFor(path: string, text: string): VersionQuery {
  if (text === '') throw new NoVersionError(path);
  return parseVersionQuery(text, versionSyntaxOf(path));
}

/** The version that a query of a module names. Throws what the proxies answer, or NoMatchingVersionError. */
export function query(session: Session, path: string, text: string, options: QueryOptions = {}): Promise<VersionInfo> {
  return session.fetcher.tryEach((proxy) => queryProxy(session, proxy, { path, text }, options));
}

/** The same, asked of one proxy. */
export async function queryProxy(
  session: Session,
  proxy: Proxy,
  { path, text }: { readonly path: string; readonly text: string },
  { current = '', allowed = anyVersion, reuse, prefetch }: QueryOptions = {},
): Promise<VersionInfo> {
  if (current !== '' && current !== 'none' && !modIsValid(path, current)) {
    throw new TsgogetError('invalid-version', `invalid previous version ${path}@${current}`);
  }
  if (session.usesVendor) throw queryDisabled(session);
  if (session.main.contains(path) && (text === 'upgrade' || text === 'patch')) return { version: '' };
  if (path === 'std' || path === 'cmd') {
    throw new TsgogetError(
      'invalid-query',
      `can't query specific version (${quoteGo(text)}) of standard-library module ${quoteGo(path)}`,
    );
  }
  const repo = lookUpRepo(session, proxy, path);
  const parsed = parseQueryFor(path, text);
  const isRevision = isRevisionQuery(parsed);
  const old = reuse?.get(keyOf({ path, version: text }));
  if (old !== undefined && (await mayReuse(repo, { query: text, isRevision }, old.Origin))) {
    return { version: old.Version ?? '', time: old.Time === zeroTime ? undefined : old.Time, origin: old.Origin };
  }
  if (isRevision) return statRevision(repo, path, text, allowed);
  const matcher = createMatcher(path, parsed, current);
  const isExempt = (version: string) => allowed.isExempt?.({ path, version }) ?? false;
  const choosing = { ...matcher, path, isExempt, judging: () => allowed.judge(path) };
  const choice = await chooseListed(session, await repo.versions(matcher.prefix), choosing);
  const stat = async (version: string) => {
    const info = await statUnlessOlder(repo, version, { path, text, current, allowed });
    // the choice depends on the whole list of versions, of which a proxy does not say where it comes from
    const { version: chosen, time } = info;
    return hasRule(session.goVersion, 'origin-of-queries') ? { version: chosen, time } : info;
  };
  if (choice !== undefined) {
    if (!isPseudoVersion(current)) prefetch?.(choice); // from a commit it may yet be another one
    return stat(choice);
  }
  if (matcher.mayUseLatest) {
    const latest = await repo.latest().catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    const chosen = latest && (await chooseListed(session, VersionList.of([latest.version]), choosing));
    if (chosen !== undefined) return stat(chosen);
  }
  if ((text === 'upgrade' || text === 'patch') && current !== '' && current !== 'none') {
    await onlyDisallowed(allowed, { path, version: current });
    return stat(current);
  }
  throw new NoMatchingVersionError(text, current);
}

function queryDisabled(session: Session): TsgogetError {
  const reason = session.buildModReason === '' ? '' : `\n\t(${session.buildModReason})`;
  return new TsgogetError('lookup-disabled', `cannot query module due to -mod=${session.buildMod}${reason}`);
}

/** A module's repository, with the versions that replacements add to it. */
export function lookUpRepo(session: Session, proxy: Proxy, path: string): VersionRepo {
  const replaced = session.main.highestReplaced.has(path);
  try {
    if (path !== 'go' && path !== 'toolchain') checkPath(path);
  } catch (error) {
    if (!replaced) throw error;
    return new ReplacementRepo(session.main, emptyRepo(path, error));
  }
  const repo = session.fetcher.repo(proxy, path);
  return replaced ? new ReplacementRepo(session.main, repo) : repo;
}

/** A path that no proxy can have, but that a replacement may give a meaning. */
function emptyRepo(path: string, error: unknown): VersionRepo {
  return {
    path,
    versions: async () => VersionList.of([]),
    stat: async () => Promise.reject(error),
    latest: async () => Promise.reject(error),
  };
}

/** Passes a DisallowedError on and lets every other failure be: what cannot be checked is not forbidden. */
async function onlyDisallowed(allowed: Allowed, m: ModuleVersion): Promise<void> {
  try {
    await allowed.check(m);
  } catch (error) {
    if (disallowed(error) !== undefined) throw error;
  }
}

/** The DisallowedError in an error's chain. */
export function disallowed(error: unknown): DisallowedError | undefined {
  return causeOf(error, DisallowedError);
}

/** v1.2.3, a branch, a tag or a commit: the proxy says what it is. */
async function statRevision(repo: VersionRepo, path: string, text: string, allowed: Allowed): Promise<VersionInfo> {
  let info: VersionInfo;
  try {
    info = await repo.stat(text);
  } catch (error) {
    // `v1.2.3+meta` may be a tag that the proxy knows by its canonical name only
    const canonical = canonicalVersion(text);
    if (canonical === '' || canonical === text) throw error;
    try {
      info = await repo.stat(canonical);
    } catch (second) {
      throw isNotFound(second) ? error : second;
    }
  }
  await onlyDisallowed(allowed, { path, version: info.version });
  return info;
}

/** An upgrade never goes from a commit to a version that is older than it. */
async function statUnlessOlder(
  repo: VersionRepo,
  version: string,
  asked: { readonly path: string; readonly text: string; readonly current: string; readonly allowed: Allowed },
): Promise<VersionInfo> {
  const { path, text, current, allowed } = asked;
  const info = await repo.stat(version);
  if ((text !== 'upgrade' && text !== 'patch') || !isPseudoVersion(current) || info.time === undefined) return info;
  if (Date.parse(info.time) >= pseudoVersionTime(current).getTime()) return info;
  await onlyDisallowed(allowed, { path, version: current });
  return repo.stat(current);
}

interface Matcher {
  /** What the versions begin with; '' for any. */
  readonly prefix: string;
  readonly preferLower: boolean;
  readonly mayUseLatest: boolean;
  readonly preferIncompatible: boolean;
  /** Reports whether the query itself may mean the version. */
  accepts(version: string): boolean;
}

function createMatcher(path: string, parsed: VersionQuery, current: string): Matcher {
  const hasCurrent = current !== '' && current !== 'none';
  const v = parsed.version ?? '';
  const order = (mv: string) => modCompare(path, mv, v);
  const filters: Partial<Record<VersionQuery['kind'], (mv: string) => boolean>> = {
    '<': (mv) => order(mv) < 0,
    '<=': (mv) => order(mv) <= 0,
    '>': (mv) => order(mv) > 0,
    '>=': (mv) => order(mv) >= 0,
    prefix: (mv) => order(mv) >= 0,
  };
  let filter = filters[parsed.kind];
  let prefix = parsed.kind === 'prefix' ? `${v}.` : '';
  if (parsed.kind === 'patch') {
    if (!hasCurrent) throw new NoPatchBaseError(path);
    prefix = `${modMajorMinor(path, current)}.`;
  }
  const isRelative = parsed.kind === 'upgrade' || parsed.kind === 'patch';
  if (isRelative && hasCurrent) {
    filter = (mv) => modCompare(path, mv, current) >= 0;
  }
  const isToolchain = path === 'go' || path === 'toolchain';
  return {
    prefix,
    preferLower: parsed.kind === '>' || parsed.kind === '>=',
    mayUseLatest: parsed.kind === 'latest' || (isRelative && (!hasCurrent || isPseudoVersion(current))),
    preferIncompatible: isIncompatible(current) || (v !== '' && !matchesMajor(path, v)),
    accepts: (version) => {
      const inPrefix = version.startsWith(prefix) || (isToolchain && prefix === `${version}.`);
      return inPrefix && (filter === undefined || filter(version));
    },
  };
}

function matchesMajor(path: string, version: string): boolean {
  const split = splitPathVersion(path);
  return split !== undefined && matchPathMajor(version, split.pathMajor);
}

interface Choosing extends Matcher {
  readonly path: string;
  isExempt(version: string): boolean;
  /** Loads what allows versions, where there is one to be judged. */
  judging(): Promise<Judge>;
}

/**
 * The version of the list that the query means; undefined where there is none. `+incompatible` ones count only while the newest compatible
 * version below them has no go.mod file: after that their author has moved to modules.
 */
async function chooseListed(session: Session, list: VersionList, choosing: Choosing): Promise<string | undefined> {
  const { path, accepts, isExempt, preferLower, preferIncompatible } = choosing;
  const order = (a: string, b: string) => modCompare(path, a, b) || compareBytes(a, b);
  const knowsNone = path === 'toolchain' && !hasRule(session.goVersion, 'toolchain-prereleases');
  const isPrerelease = (version: string) => !knowsNone && modIsPrerelease(path, version);
  const best = () => new BestVersion(isPrerelease, preferLower ? (a, b) => order(b, a) : order);
  let judge: Judge | undefined;
  const all = best();
  let lowest: string | undefined;
  let hasIncompatible = false;
  for (const version of list) {
    if (!accepts(version)) continue;
    if (!isExempt(version)) {
      judge ??= await choosing.judging();
      if (!judge.allows(version)) continue;
    }
    all.add(version);
    if (isIncompatible(version)) hasIncompatible = true;
    else if (lowest === undefined || order(version, lowest) < 0) lowest = version;
  }
  if (preferIncompatible || !hasIncompatible || lowest === undefined) return all.choice;

  const allowed = function* (from: (version: string) => boolean) {
    for (const v of list) if (accepts(v) && (isExempt(v) || judge?.allows(v)) && from(v)) yield v;
  };
  const extreme = (versions: Iterable<string>, sign: number) => {
    let found: string | undefined;
    for (const version of versions) if (found === undefined || order(version, found) * sign > 0) found = version;
    return found;
  };
  const limit = extreme(
    allowed((v) => isIncompatible(v) && order(v, lowest) > 0),
    -1,
  );
  if (limit === undefined) return all.choice;
  const isBelow = (v: string) => order(v, limit) < 0;
  const lastCompatible = extreme(
    allowed((v) => !isIncompatible(v) && isBelow(v)),
    1,
  );
  if (!(await hasGoMod(session, { path, version: lastCompatible! }))) return all.choice;
  const below = best();
  for (const version of allowed(isBelow)) below.add(version);
  return below.choice;
}

/** Of the versions that are added the one that is highest in an order; a release, where there is one. */
class BestVersion {
  readonly #isPrerelease: (version: string) => boolean;
  readonly #order: (a: string, b: string) => number;
  #release: string | undefined;
  #prerelease: string | undefined;

  constructor(isPrerelease: (version: string) => boolean, order: (a: string, b: string) => number) {
    this.#isPrerelease = isPrerelease;
    this.#order = order;
  }

  add(version: string): void {
    if (this.#isPrerelease(version)) {
      if (this.#prerelease === undefined || this.#order(version, this.#prerelease) > 0) this.#prerelease = version;
    } else if (this.#release === undefined || this.#order(version, this.#release) > 0) {
      this.#release = version;
    }
  }

  get choice(): string | undefined {
    return this.#release ?? this.#prerelease;
  }
}

/** Reports whether a version has a go.mod of its own, and not the one line that proxies make up. */
async function hasGoMod(session: Session, m: ModuleVersion): Promise<boolean> {
  const { data } = await session.summaries.data(m);
  return new TextDecoder().decode(data) !== `module ${autoQuote(m.path)}\n`;
}
