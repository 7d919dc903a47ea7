/**
 * The packages that a `get` is about, loaded to see which of their imports no module provides yet, and with -u which of
 * the modules that provide them have newer versions. Nothing waits for another answer: each package asks as soon as it is met.
 */
import { causeOf, isSecurity, TsgogetError } from '../../errors.js';
import { isModulePath, keyOf, type ModuleVersion } from '../../module/index.js';
import { AmbiguousImportError, ImportMissingError } from '../packages/import-errors.js';
import type { Found, PathSet } from './get-query.js';
import { type GetRun, isNoSuchPackage } from './get-run.js';

/** Another version of the package's module has to be taken before its imports are worth a look. */
class VersionChangeNeeded extends TsgogetError {
  constructor() {
    super('failed', 'version change needed');
  }
}

/** Looks for modules to provide a package; true when the one that does (undefined: there is none) can stay. */
type FindPackage = (path: string, m: ModuleVersion | undefined) => Promise<boolean>;

const byPath = (a: PathSet, b: PathSet) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** The candidates of `all`: those of every package that the main module imports, directly or not. */
export async function findCandidatesOfAll(run: GetRun): Promise<void> {
  const queries = run.queriesOf('all');
  if (queries.length === 0) return;
  const prefetch = (path: string) => {
    if (mayBeExternal(run, path)) for (const q of queries) run.queryPackages(path, q.version, 'start').catch(() => {});
  };
  await loadAndFind(run, ['all'], prefetch, async (path, m) => {
    let canStay = true;
    await Promise.all(
      queries.map((q) =>
        q.addOnce(path, async (): Promise<Found> => {
          let packageModules: readonly ModuleVersion[] = [];
          try {
            packageModules = await run.queryPackages(path, q.version, 'start');
            return { packageModules };
          } finally {
            const [only] = packageModules;
            if (packageModules.length !== 1 || m === undefined || keyOf(only!) !== keyOf(m)) canStay = false;
          }
        }),
      ),
    );
    return canStay;
  });
  for (const q of queries) q.candidates.sort(byPath);
}

/** What the packages of resolved queries import and no module provides, and the upgrades of -u. */
export async function findUpgrades(run: GetRun): Promise<PathSet[]> {
  const patterns = run.queries.filter((q) => q.matchesPackages).map((q) => q.pattern);
  if (patterns.length === 0) return [];
  const upgrades: PathSet[] = [];
  const { upgrade } = run.options;
  const prefetch = (path: string) => {
    if (upgrade === '' || !mayBeExternal(run, path) || isSettled(run, path)) return;
    run.queryPackages(path, upgrade, 'now').catch(() => {});
  };
  await loadAndFind(run, patterns, prefetch, async (path, m) => {
    // what a query has settled is not to be upgraded
    if (m !== undefined && (upgrade === '' || run.settled.has(m.path))) return true;
    let packageModules: readonly ModuleVersion[] = [];
    let error: unknown;
    try {
      packageModules = await run.queryPackages(path, m === undefined ? 'latest' : upgrade, 'now');
    } catch (caught) {
      error = caught;
    }
    if (m !== undefined && packageModules.some((u) => keyOf(u) === keyOf(m))) return true;
    // no version change could help; the last load tells what is missing, and who imports it
    const isHopeless = isNoSuchPackage(error) || (m === undefined && !isModulePath(path));
    if (error !== undefined && isHopeless && !isSecurity(error)) return true;
    upgrades.push({ path, packageModules, error });
    return false;
  });
  return upgrades.sort(byPath);
}

/** Reports whether a package is none of the main module, as far as its path tells. */
function mayBeExternal(run: GetRun, path: string): boolean {
  const own = run.session.main.single.path;
  return path !== own && !path.startsWith(`${own}/`);
}

/** Reports whether a query has settled some module that could hold the package. */
function isSettled(run: GetRun, path: string): boolean {
  return [...run.settled.keys()].some((m) => path === m || path.startsWith(`${m}/`));
}

/**
 * Loads the packages that the patterns match, and asks `find` about each one from outside the main module, and then about
 * each one that is missing or that several modules provide.
 */
async function loadAndFind(
  run: GetRun,
  patterns: readonly string[],
  prefetch: (path: string) => void,
  find: FindPackage,
): Promise<void> {
  const { packages, loaded } = await run.load(
    {
      tags: 'any',
      loadTests: run.options.loadTests,
      assumeRootsImported: true,
      silencePackageErrors: true,
      prefetch,
      allowPackage: async (path, m) => {
        if (m === undefined || m.path === '' || m.version === '') return;
        if (!(await find(path, m))) throw new VersionChangeNeeded();
      },
    },
    patterns,
  );
  await Promise.all(
    packages.map(async (path) => {
      const error = loaded.package(path)?.error;
      const isMissing =
        causeOf(error, ImportMissingError) !== undefined || causeOf(error, AmbiguousImportError) !== undefined;
      if (!isMissing || (await run.isInWorkspace(path))) return;
      await find(path, undefined);
    }),
  );
}
