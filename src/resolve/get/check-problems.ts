/**
 * The last look of `get` before it writes: the packages named are loaded once more, as a build would, in the workspace if
 * the module belongs to one; what is missing or ambiguous is told with who imports it. Retractions and deprecations of the
 * modules in question are told, and go.sum gets the sums of modules whose version changed and that had one before.
 */
import { causeOf, exitCode, messageOf, TsgogetError, unlessRefuted } from '../../errors.js';
import { hasRule, modCompare } from '../../gover/index.js';
import { NoGoFilesError } from '../../imports/index.js';
import { keyOf, type ModuleVersion, nameOf } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import { enterWorkspace } from '../main-module/open-session.js';
import { updateGoMod } from '../main-module/write-back.js';
import { AmbiguousImportError } from '../packages/import-errors.js';
import type { LoadOptions } from '../packages/load-options.js';
import { loadPackages } from '../packages/load-packages.js';
import { disallowed } from '../query/query.js';
import { shortMessage, VersionRules } from '../query/retractions.js';
import type { GetRun } from './get-run.js';

/** Why a module is looked at. */
interface Relevance {
  readonly module: ModuleVersion;
  /** A query settled its version. */
  isSettled: boolean;
  /** It provides a package that was named. */
  isNamed: boolean;
  /** It provides a package that those named need. */
  hasPackage: boolean;
}

export interface Problems {
  /** To be reported; what is wrong with packages has been told already. */
  readonly errors: readonly unknown[];
  /** Undefined when all is well; otherwise nothing may be written. */
  readonly exitCode: number | undefined;
}

/** Looks at the packages of the patterns and tells what is wrong. */
export async function checkProblems(run: GetRun, patterns: readonly string[]): Promise<Problems> {
  const sums = missingSums(run);
  sums.catch(() => {});
  const rs = await requirementsOfBuild(run);
  const { session } = rs;
  const rules = session.shared(VersionRules);
  const relevant = new Map<string, Relevance>();
  const look = (module: ModuleVersion): Relevance => {
    const known = relevant.get(keyOf(module));
    if (known !== undefined) return known;
    const fresh = { module, isSettled: false, isNamed: false, hasPackage: false };
    relevant.set(keyOf(module), fresh);
    return fresh;
  };
  for (const [path, { version }] of run.settled) look({ path, version }).isSettled = true;
  const named = patterns.length === 0 ? undefined : await loadNamed(run, rs, patterns, look);
  if (named === undefined && session !== run.session) run.takeLoaded(undefined);
  await tellNotices(named?.requirements ?? rs, rules, [...relevant.values()]);
  const errors = await sums;
  return { errors, exitCode: named?.exitCode ?? (errors.length > 0 ? 1 : undefined) };
}

/** The requirements that the module is built with: those of the workspace, if it belongs to one, where not all it needs need be published. */
async function requirementsOfBuild({ session, requirements, workspace }: GetRun): Promise<Requirements> {
  const { path, file } = session.main.single;
  if (file === undefined || !workspace?.modules.has(path)) return requirements;
  updateGoMod(requirements, file);
  return (await enterWorkspace(session, file)).requirements;
}

/** Loads the packages named, which tells what is wrong with them: the exit code that this asks for, and the requirements that follow. */
async function loadNamed(
  run: GetRun,
  rs: Requirements,
  patterns: readonly string[],
  look: (m: ModuleVersion) => Relevance,
): Promise<{ readonly requirements: Requirements; readonly exitCode: number | undefined }> {
  const rules = rs.session.shared(VersionRules);
  const options: LoadOptions = {
    tags: rs.session.buildTags,
    loadTests: run.options.loadTests,
    allowErrors: true,
    silenceNoGoErrors: true,
    allowPackage: async (_, m) => {
      if (m !== undefined) rules.checkRetractions(m).catch(() => {}); // so that it is known at the end
    },
  };
  const isOwn = rs.session === run.session;
  const result = isOwn ? await run.load(options, patterns) : await loadPackages(rs, options, ...patterns);
  const { matches, packages, loaded, errors } = result;
  if (!isOwn) run.takeLoaded(loaded);
  let failed = matches.some((m) => m.errors.length > 0);
  for (const path of packages) {
    const p = loaded.package(path);
    const error = p?.error;
    if (error !== undefined) {
      // files for other platforms: somebody may build it there
      if (p?.dir !== undefined && causeOf(error, NoGoFilesError) !== undefined) continue;
      failed = true;
      for (const m of causeOf(error, AmbiguousImportError)?.modules ?? []) if (m) look(m).hasPackage = true;
    }
    if (p?.module !== undefined) look(p.module).hasPackage = true;
  }
  for (const path of matches.flatMap((m) => m.packages)) {
    const m = loaded.package(path)?.module;
    if (m !== undefined) look(m).isNamed = true;
  }
  return {
    requirements: loaded.requirements,
    exitCode: failed ? Math.max(1, ...errors.map(exitCode)) : undefined,
  };
}

/**
 * Tells of deprecations and then of retractions. A retracted dependency can perhaps be upgraded away from, wherever it stands;
 * a deprecated one that is not required directly is nothing that can be acted upon.
 */
async function tellNotices(rs: Requirements, rules: VersionRules, relevant: readonly Relevance[]): Promise<void> {
  const { direct, session } = rs;
  const { message } = session.settings;
  const byPath = relevant.toSorted((a, b) => (a.module.path < b.module.path ? -1 : 1)).map((r) => r.module);
  const isActionable = (r: Relevance) => r.isSettled || r.isNamed || (r.hasPackage && direct.has(r.module.path));
  const deprecated = new Set(relevant.filter(isActionable).map((r) => r.module));
  const notices = await Promise.all(
    byPath.map(async (m) => {
      const [retraction, deprecation] = await Promise.all([
        rules.checkRetractions(m).then(
          () => undefined,
          (error: unknown) => (disallowed(error) === undefined ? unlessRefuted(undefined)(error) : messageOf(error)),
        ),
        deprecated.has(m) ? rules.deprecation(m).catch(unlessRefuted('')) : '',
      ]);
      return { m, deprecation, retraction };
    }),
  );
  for (const { m, deprecation } of notices) {
    const text = deprecation === '' ? '' : shortMessage(deprecation, '');
    if (text !== '') message(`module ${m.path} is deprecated: ${text}`);
  }
  const retracted = notices.filter((n) => n.retraction !== undefined);
  for (const { retraction } of retracted) message(`warning: ${retraction}`);
  const [first] = retracted;
  if (first === undefined) return;
  const which = retracted.length > 1 ? '<module>' : first.m.path;
  message(`to switch to the latest unretracted version, run:\n\tgo get ${which}@latest`);
}

/**
 * Brings the zips of modules whose version changed, where go.sum had a sum of the old zip: they may provide packages that were
 * not loaded now and that the next build needs. The errors, in the order of the build list.
 */
async function missingSums(run: GetRun): Promise<unknown[]> {
  const { main, fetcher, goVersion } = run.session;
  const takesCached = hasRule(goVersion, 'get-sums-cached-zip');
  const results = run.buildList.map(async (m) => {
    const before = run.initialVersion(m.path) ?? '';
    if (before === '') return undefined;
    const actual = main.resolve(m);
    const old = main.resolve({ path: m.path, version: before });
    if (keyOf(actual) === keyOf(old) || actual.version === '' || !fetcher.sums.has(old.path, old.version))
      return undefined;
    try {
      if (takesCached || !(await fetcher.hadZip(actual))) await fetcher.zip(actual);
      return undefined;
    } catch (error) {
      const verb = modCompare(m.path, m.version, before) < 0 ? 'downgraded' : 'upgraded';
      const replaced = keyOf(actual) === keyOf(m) ? '' : ` (replaced by ${nameOf(actual)})`;
      const change = `${verb} ${m.path} ${before} => ${m.version}${replaced}`;
      const code = error instanceof TsgogetError ? error.code : 'failed';
      return new TsgogetError(code, `${change}: error finding sum for ${nameOf(actual)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  });
  return (await Promise.all(results)).filter((error) => error !== undefined);
}
