/**
 * Version queries against the proxies: which version `latest`, `upgrade`, `patch`, `v1`, `<v2.3.0`, a branch or a commit is
 * (go.dev/ref/mod#version-queries). Each proxy is asked the whole question before the next one is.
 */

import { quoteControls, quoteGo } from '../../encoding/quote-go.js';
import { causeOf, isNotFound, ModuleError, TsgogetError } from '../../errors.js';
import type { Proxy } from '../../goproxy/index.js';
import { modCompare, modIsPrerelease, modIsValid, modMajorMinor, versionSyntaxOf } from '../../gover/index.js';
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

/**
 * Rejects (a DisallowedError) a version that a query may not choose; other failures do not count against it.
 * The error about a candidate, one of many, need not say why.
 */
export type Allowed = (m: ModuleVersion, isCandidate?: boolean) => Promise<void>;

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
  { current = '', allowed = async () => {}, reuse, prefetch }: QueryOptions = {},
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
  const matcher = createMatcher(path, parsed, current, allowed);
  const versions = await repo.versions(matcher.prefix);
  const { releases, prereleases } = await filterVersions(session, path, versions, matcher);
  const choice = choose(releases, matcher.preferLower) ?? choose(prereleases, matcher.preferLower);
  const stat = async (version: string) => {
    const info = await statUnlessOlder(repo, version, { path, text, current, allowed });
    // the choice depends on the whole list of versions, of which a proxy does not say where it comes from
    return { version: info.version, time: info.time };
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
    if (latest !== undefined && (await matcher.allows(latest.version))) return stat(latest.version);
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

const choose = (versions: readonly string[], preferLower: boolean) => (preferLower ? versions[0] : versions.at(-1));

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
    versions: async () => [],
    stat: async () => Promise.reject(error),
    latest: async () => Promise.reject(error),
  };
}

/** Passes a DisallowedError on and lets every other failure be: what cannot be checked is not forbidden. */
async function onlyDisallowed(allowed: Allowed, m: ModuleVersion): Promise<void> {
  try {
    await allowed(m);
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
  allows(version: string): Promise<boolean>;
}

function createMatcher(path: string, parsed: VersionQuery, current: string, allowed: Allowed): Matcher {
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
    allows: async (version) => {
      const inPrefix = version.startsWith(prefix) || (isToolchain && prefix === `${version}.`);
      if (!inPrefix || (filter !== undefined && !filter(version))) return false;
      try {
        await onlyDisallowed((m) => allowed(m, true), { path, version });
        return true;
      } catch {
        return false;
      }
    },
  };
}

function matchesMajor(path: string, version: string): boolean {
  const split = splitPathVersion(path);
  return split !== undefined && matchPathMajor(version, split.pathMajor);
}

/**
 * The versions that the matcher allows. `+incompatible` ones count only while the newest compatible version has no go.mod file:
 * after that their author has moved to modules.
 */
async function filterVersions(
  session: Session,
  path: string,
  versions: readonly string[],
  matcher: Matcher,
): Promise<{ releases: string[]; prereleases: string[] }> {
  const releases: string[] = [];
  const prereleases: string[] = [];
  let needIncompatible = matcher.preferIncompatible;
  let lastCompatible = '';
  const allowed = await Promise.all(versions.map((v) => matcher.allows(v)));
  for (const [i, v] of versions.entries()) {
    if (!allowed[i]) continue;
    if (!needIncompatible) {
      if (!isIncompatible(v)) lastCompatible = v;
      else if (lastCompatible !== '') {
        if (await hasGoMod(session, { path, version: lastCompatible })) break;
        needIncompatible = true;
      }
    }
    (modIsPrerelease(path, v) ? prereleases : releases).push(v);
  }
  return { releases, prereleases };
}

/** Reports whether a version has a go.mod of its own, and not the one line that proxies make up. */
async function hasGoMod(session: Session, m: ModuleVersion): Promise<boolean> {
  const { data } = await session.summaries.data(m);
  return new TextDecoder().decode(data) !== `module ${autoQuote(m.path)}\n`;
}
