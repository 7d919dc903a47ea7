/**
 * From candidates to a build list: takes one module of each candidate set, the unambiguous ones first, and has the
 * requirements edited so that all versions taken are selected. Sets that stay ambiguous are looked at again when the
 * build list has changed, and decided arbitrarily but always in the same way when it has not.
 */

import { oneOrAll, TsgogetError } from '../../errors.js';
import { hasRule } from '../../gover/index.js';
import { reported } from '../../modfetch/index.js';
import { type ModuleVersion, nameOf } from '../../module/index.js';
import { conflictReason, formatConflict } from '../../mvs/index.js';
import { ConstraintError, editRequirements } from '../edit/edit-requirements.js';
import { expandGraph } from '../graph/update-roots.js';
import { QueryMatchesMainModulesError } from '../query/query-pattern-errors.js';
import { aboutQuery, type GetQuery, type PathSet } from './get-query.js';
import type { GetRun, Settled } from './get-run.js';

interface Choice {
  readonly module: ModuleVersion | undefined;
  readonly isPackage: boolean;
}

/** Settles candidates of the queries. Reports whether the build list changed; throws what cannot be resolved. */
export async function resolveQueries(run: GetRun, queries: readonly GetQuery[]): Promise<boolean> {
  const errors = queries.flatMap((q) => q.candidates.flatMap((set) => (set.error === undefined ? [] : [set.error])));
  if (run.options.needsNewerRelease(errors)) throw oneOrAll(errors);

  let total = 0;
  for (let count = -1; count !== 0; total += count) {
    count = 0;
    for (const q of queries) count += settleUnambiguous(run, q);
    run.throwErrors();
  }
  // a new build list may decide what is ambiguous now: better than to choose blindly
  if (total > 0 && (await updateBuildList(run))) return true;

  const rest = queries.flatMap((q) => q.candidates.map((set) => ({ q, choice: chooseArbitrarily(run, set) })));
  if (rest.length === 0) return false;
  for (const { q, choice } of rest) settle(run, q, choice);
  return updateBuildList(run);
}

/** Takes a module from each set that leaves no choice, and keeps the other sets without what has been ruled out. */
function settleUnambiguous(run: GetRun, q: GetQuery): number {
  const ambiguous: PathSet[] = [];
  let count = 0;
  for (const set of q.candidates) {
    if (set.error !== undefined) {
      run.fail(aboutQuery(q, set.error));
      count++;
      continue;
    }
    const { left, choice } = disambiguate(run, set);
    if (choice === undefined) {
      ambiguous.push(left);
      continue;
    }
    // where nothing is left the conflict is to be told
    settle(run, q, choice.module === undefined ? chooseArbitrarily(run, set) : choice);
    count++;
  }
  q.candidates = ambiguous;
  return count;
}

/** Adds what imports need to the build list, where the versions that queries have settled allow it. */
export async function applyUpgrades(run: GetRun, upgrades: readonly PathSet[]): Promise<boolean> {
  const errors = upgrades.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const switches = hasRule(run.session.goVersion, 'get-upgrade-switches');
  if (switches && run.options.needsNewerRelease(errors)) throw oneOrAll(errors);

  const wanted: ModuleVersion[] = [];
  for (const set of upgrades) {
    if (set.error !== undefined) {
      run.fail(reported(set.error));
      continue;
    }
    const { left, choice } = disambiguate(run, set);
    const { module } = choice ?? chooseArbitrarily(run, left);
    if (module !== undefined) wanted.push(module);
  }
  run.throwErrors();
  return updateBuildList(run, wanted);
}

/** Rules out what conflicts with settled versions. `choice` is there when at most one possibility is left. */
function disambiguate(run: GetRun, set: PathSet): { left: PathSet; choice?: Choice } {
  const left: ModuleVersion[] = [];
  for (const m of set.packageModules) {
    if (run.isAskedAway(m.path)) continue;
    if (run.session.main.contains(m.path)) {
      if (m.version === '') return { left: set, choice: { module: m, isPackage: true } };
      continue;
    }
    const settled = run.settled.get(m.path);
    if (settled === undefined) left.push(m);
    // any other module with this package would make its import ambiguous
    else if (settled.version === m.version) return { left: set, choice: { module: m, isPackage: true } };
  }
  const settled = set.moduleOnly && run.settled.get(set.moduleOnly.path);
  const moduleOnly = settled === undefined || settled.version === set.moduleOnly?.version ? set.moduleOnly : undefined;
  const rest = { path: set.path, packageModules: left, moduleOnly };
  const [first, second] = left;
  if (first === undefined) return { left: rest, choice: { module: moduleOnly, isPackage: false } };
  const isOnly = moduleOnly === undefined || (moduleOnly.path === first.path && moduleOnly.version === first.version);
  return second === undefined && isOnly ? { left: rest, choice: { module: first, isPackage: true } } : { left: rest };
}

/** Prefers a module that was in the build list at the start, then one that holds the package; of several the first. */
function chooseArbitrarily(run: GetRun, set: PathSet): Choice {
  const known = set.packageModules.find((m) => run.initialSelected(m.path) !== 'none') ?? set.packageModules[0];
  return known === undefined ? { module: set.moduleOnly, isPackage: false } : { module: known, isPackage: true };
}

/** Notes that a query wants a module at this version; another query that wants another one is a conflict. */
function settle(run: GetRun, q: GetQuery, { module: m, isPackage }: Choice): void {
  if (isPackage) q.matchesPackages = true;
  if (m === undefined) throw new Error('a candidate set without candidates');
  const { main } = run.session;
  if (m.version !== '' && main.contains(m.path)) {
    const error = new QueryMatchesMainModulesError({
      mainModules: [{ path: m.path, version: '' }],
      pattern: q.pattern,
      query: q.version,
      patternIsModule: main.contains(q.pattern),
    });
    run.fail(aboutQuery(q, error));
    return;
  }
  const settled = run.settled.get(m.path);
  if (settled !== undefined && settled.version !== m.version) {
    tellConflict(run, q, m, settled);
    return;
  }
  run.settled.set(m.path, { version: m.version, by: q });
  q.resolved.push(m);
  if (run.workspace === undefined && settled === undefined) run.askForNotices(m);
}

function tellConflict(run: GetRun, q: GetQuery, m: ModuleVersion, settled: Settled): void {
  const { by: other, version: otherVersion } = settled;
  if (q.conflict !== undefined) return; // once is enough
  q.conflict = other;
  // the literal path first, the wildcard second
  const words =
    q.isWildcard && !other.isWildcard
      ? other.describeConflict(m.path, otherVersion, q, m.version)
      : q.describeConflict(m.path, m.version, other, otherVersion);
  run.fail(aboutQuery(q, new TsgogetError('build-list', words)));
}

/**
 * Edits the requirements so that every settled version is selected, and what is wanted besides as far as that allows.
 * Throws the conflicts, told in terms of the queries.
 */
async function updateBuildList(run: GetRun, wanted: readonly ModuleVersion[] = []): Promise<boolean> {
  const { session } = run;
  const settled = [...run.settled]
    .filter(([path]) => !session.main.contains(path))
    .map(([path, { version }]) => ({ path, version }));
  const edited = await editRequirements(run.requirements, wanted, settled, {
    verbose: run.options.verbose,
  }).catch((error: unknown) => {
    if (!(error instanceof ConstraintError)) throw error;
    tellConstraints(run, error);
    return undefined;
  });
  run.throwErrors();
  if (edited === undefined || !edited.changed) return false;
  run.select(await expandGraph(edited.rs));
  return true;
}

/** Tells what cannot be selected together: by the arguments, which the user knows, and not by the modules alone. */
function tellConstraints(run: GetRun, { conflicts }: ConstraintError): void {
  const reason = (m: ModuleVersion) => {
    const settled = run.settled.get(m.path);
    if (settled === undefined) return `(INTERNAL ERROR: no reason found for ${nameOf(m)})`;
    return settled.by.describeAnswer({ path: m.path, version: settled.version });
  };
  if (run.options.verbose) for (const c of conflicts) run.session.settings.message(formatConflict(c));
  for (const c of conflicts) {
    const chain = `${reason(c.path[0]!)} ${c.path.length > 2 ? 'indirectly ' : ''}requires ${nameOf(c.path.at(-1)!)}`;
    const words = c.error === undefined ? `${chain}, not ${reason(c.constraint!)}` : `${chain}: ${conflictReason(c)}`;
    run.fail(reported(new TsgogetError('build-list', words, { cause: c.error })));
  }
}
