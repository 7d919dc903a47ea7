/**
 * The candidates of each query of `get`: which modules, at which versions, could provide what it names. All queries of
 * a kind are asked at once; what they find depends on the build list at the start and not on each other
 * (go.dev/ref/mod#go-get).
 */
import { isAbsolute, join } from 'node:path';
import { quoteGo } from '../../encoding/quote-go.js';
import { failed } from '../../errors.js';
import { isStandardImportPath, isStandardPackage } from '../../imports/index.js';
import { type ModuleVersion, nameOf } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import { prefetchPattern } from '../query/query-pattern.js';
import { QueryMatchesMainModulesError, QueryMatchesPackagesInMainModuleError } from '../query/query-pattern-errors.js';
import { VersionRules } from '../query/retractions.js';
import { dirImportPath } from '../search/local-patterns.js';
import { matchInModule, toolsOf } from '../search/match-packages.js';
import type { PackageMatch } from '../search/package-match.js';
import type { Session } from '../session/session.js';
import { aboutQuery, type Found, type GetQuery, isFineForMainModule } from './get-query.js';
import { allowedBy, type GetRun, isNoSuchModule, isNoSuchPackage, kindOf } from './get-run.js';

/**
 * Asks what `findLiteralCandidates` will ask of literal paths while the module graph is being read. Nothing is decided from
 * it: the graph may select another version than the go.mod names.
 */
export function prefetchCandidates(rs: Requirements, queries: readonly GetQuery[]): void {
  const { session } = rs;
  const { notExcluded, prefetching } = session.shared(VersionRules);
  const rules = { notExcluded, allowed: prefetching };
  const selected = (path: string) => rs.rootSelected(path) ?? 'none';
  for (const q of queries) {
    if (kindOf(q, session.goVersion) !== 'path' || q.version === 'none' || isStandard(session, q.pattern)) continue;
    const allowed = allowedBy(rules, q.version, selected);
    prefetchPattern(session, { pattern: q.pattern, query: q.version, current: selected, allowed });
  }
}

const isStandard = (session: Session, path: string) =>
  isStandardImportPath(path) && isStandardPackage(path, session.goVersion);

/** What is asked once: paths in the file system, literal paths, `tool` and `work`. */
export async function findLiteralCandidates(run: GetRun): Promise<void> {
  await Promise.all([
    ...run.queriesOf('local').map((q) => q.addOnce(q.pattern, () => findLocal(run, q))),
    ...run
      .queriesOf('path')
      .map((q) => (q.version === 'none' ? addRemovals(run, q) : q.addOnce(q.pattern, () => findPath(run, q)))),
    ...run.queriesOf('tool').map((q) => q.addEach(toolsOf(run.session).map((tool) => findTool(run, q, tool)))),
    ...run.queriesOf('work').map((q) => q.addOnce(q.pattern, () => findWork(run, q))),
  ]);
}

/** What is asked again whenever the build list has grown: modules in it that a wildcard matches, or could match in. */
export async function findWildcardCandidates(run: GetRun): Promise<void> {
  await Promise.all(
    run.queriesOf('wildcard').map((q) => (q.version === 'none' ? addRemovals(run, q) : addMatching(run, q))),
  );
}

/** A module outside the build list for each wildcard that has matched no package yet. */
export async function findMissingWildcards(run: GetRun): Promise<void> {
  const missing = run.queriesOf('wildcard').filter((q) => q.version !== 'none' && !q.matchesPackages);
  await Promise.all(
    missing.map((q) =>
      q.addOnce(q.pattern, async () => {
        try {
          return await run.queryPattern(q.pattern, q.version);
        } catch (error) {
          // a pattern of modules, which are there already
          if (isNoSuchPackage(error) && q.resolved.length > 0) return {};
          throw error;
        }
      }),
    ),
  );
}

/** No package exists at version none, so what is removed are modules. */
async function addRemovals(run: GetRun, q: GetQuery): Promise<void> {
  const remove = (m: ModuleVersion) => ({
    path: m.path,
    find: async (): Promise<Found> => {
      if (m.version === '' && run.session.main.contains(m.path)) throw mainModuleError(run, q, m);
      return { moduleOnly: { path: m.path, version: 'none' } };
    },
  });
  const literal = q.isWildcard ? [] : [{ path: q.pattern, version: '' }];
  await q.addEach([...literal, ...run.buildList.filter((m) => q.matchesPath(m.path))].map(remove));
}

/** The main module's own version cannot be changed. */
function mainModuleError(run: GetRun, q: GetQuery, m: ModuleVersion): QueryMatchesMainModulesError {
  return new QueryMatchesMainModulesError({
    mainModules: [{ path: m.path, version: '' }],
    pattern: q.pattern,
    query: q.version,
    patternIsModule: run.session.main.contains(q.pattern),
  });
}

async function findLocal(run: GetRun, q: GetQuery): Promise<Found> {
  const { session } = run;
  const main = session.main.single;
  const where = isAbsolute(q.pattern) ? '' : ` (${join(session.settings.cwd, q.pattern)})`;
  const { path: pattern } = dirImportPath(session, q.pattern);
  if (pattern === '.') throw failed(`${q.pattern}${where} is not within module rooted at ${main.root}`);
  const match = await matchInMain(run, pattern);
  if (match.packages.length > 0) return { packageModules: [{ path: main.path, version: '' }] };
  if (q.raw === '' || q.raw === '.') throw failed('no package to get in current directory');
  if (!q.isWildcard) throw failed(`${q.pattern}${where} is not a package in module rooted at ${main.root}`);
  warnUnmatched(run, match);
  return {};
}

async function findWork(run: GetRun, q: GetQuery): Promise<Found> {
  const match = await matchInMain(run, q.pattern);
  if (match.packages.length > 0) return { packageModules: run.session.main.versions };
  warnUnmatched(run, match);
  return {};
}

async function matchInMain({ session }: GetRun, pattern: string): Promise<PackageMatch> {
  const match = await matchInModule(session, pattern, { path: session.main.single.path, version: '' }, 'any');
  if (match.errors.length > 0) throw match.errors[0];
  return match;
}

function warnUnmatched(run: GetRun, match: PackageMatch): void {
  run.session.settings.message(`warning: ${quoteGo(match.pattern)} matched no packages`);
}

async function findPath(run: GetRun, q: GetQuery): Promise<Found> {
  if (isStandard(run.session, q.pattern)) {
    if (q.rawVersion !== '') {
      throw failed(`can't request explicit version ${quoteGo(q.version)} of standard library package ${q.pattern}`);
    }
    q.matchesPackages = true;
    return {};
  }
  return run.queryPattern(q.pattern, q.version);
}

function findTool(run: GetRun, q: GetQuery, tool: string) {
  return {
    path: tool,
    find: async (): Promise<Found> => ({
      packageModules: await run.queryPackages(tool, q.version, 'start'),
    }),
  };
}

/** The modules of the build list in which a wildcard could match; a new module is looked for only when it matches in none. */
function addMatching(run: GetRun, q: GetQuery): Promise<void> {
  const possible = run.buildList.filter((m) => q.canMatchIn(m.path));
  return q.addEach(possible.map((m) => ({ path: m.path, find: () => findMatching(run, q, m) })));
}

async function findMatching(run: GetRun, q: GetQuery, m: ModuleVersion): Promise<Found> {
  if (run.isAskedAway(m.path)) return {};
  if (run.session.main.contains(m.path) && !isFineForMainModule(q.version)) {
    if (q.matchesPath(m.path)) throw mainModuleError(run, q, m);
    const { packages, error } = await run.packagesIn(m, q.pattern);
    if (error !== undefined) throw error;
    if (packages.length > 0) {
      throw new QueryMatchesPackagesInMainModuleError({ pattern: q.pattern, query: q.version, packages });
    }
    return {};
  }
  let asked: ModuleVersion;
  try {
    asked = await run.queryModule(m.path, q.version);
  } catch (error) {
    // another query may yet remove the module, or change its version; if none does, checkWildcardVersions tells
    if (isNoSuchModule(error)) return {};
    throw error;
  }
  const { packages, error } = await run.packagesIn(asked, q.pattern);
  if (error !== undefined) throw error;
  if (packages.length > 0) return { packageModules: [asked] };
  return q.matchesPath(asked.path) ? { moduleOnly: asked } : {};
}

/** Every module of the final build list that a wildcard matches must be at the version that it asks for. Throws. */
export async function checkWildcardVersions(run: GetRun): Promise<void> {
  const pairs = run
    .queriesOf('wildcard')
    .flatMap((q) => run.buildList.filter((m) => q.canMatchIn(m.path)).map((m) => ({ q, m })));
  const problems = await Promise.all(pairs.map(({ q, m }) => wildcardProblem(run, q, m).catch((error) => error)));
  for (const [i, problem] of problems.entries()) if (problem !== undefined) run.fail(aboutQuery(pairs[i]!.q, problem));
  run.throwErrors();
}

async function wildcardProblem(run: GetRun, q: GetQuery, m: ModuleVersion): Promise<unknown> {
  if (!q.matchesPath(m.path)) {
    const { packages, error } = await run.packagesIn(m, q.pattern);
    if (packages.length === 0) return error;
  }
  const asked = await run.queryModule(m.path, q.version);
  if (asked.version === m.version) return undefined;
  if (!q.matchesPath(m.path)) {
    const { packages, error } = await run.packagesIn(asked, q.pattern);
    if (error !== undefined) return error;
    if (packages.length === 0) {
      const name = asked.version === q.version ? nameOf(asked) : `${m.path}@${q.version} (${nameOf(asked)})`;
      return failed(
        `${q.raw} matches packages in ${nameOf(m)} but not ${name}: specify a different version for module ${m.path}`,
      );
    }
  }
  return failed(`internal error: selected ${nameOf(m)} instead of ${asked.version}`);
}
