/**
 * `get`: changes the requirements of the main module so that its arguments hold (go.dev/ref/mod#go-get).
 *
 * Rounds until nothing changes. The candidates of the queries are found, one module of each set is settled, and the build list is
 * edited to select it; a changed build list may match wildcards and `all` anew. Once it stands, the packages are loaded for what their
 * imports lack, and with -u for upgrades; then for wildcards that match nothing a module is looked for. The answer to a
 * version query is relative to the build list at the start, so each round can only narrow what is allowed, and it ends.
 */
import { join } from 'node:path';
import { quoteGo } from '../../encoding/quote-go.js';
import { failed, oneOrAll, TsgogetError } from '../../errors.js';
import { hasRule } from '../../gover/index.js';
import type { Requirements } from '../graph/requirements.js';
import { expandGraph } from '../graph/update-roots.js';
import { type WriteBackOptions, writeBack } from '../main-module/write-back.js';
import { QueryUpgradesAllError } from '../query/query-pattern-errors.js';
import { cleanPatterns, isMetaPattern } from '../search/package-match.js';
import {
  findGoWork,
  raiseGoVersion,
  readGoWorkFile,
  readUsedGoMod,
  useFolder,
  writeGoWork,
} from '../session/go-work-file.js';
import type { Session, SessionSettings } from '../session/session.js';
import { checkProblems, type Problems } from './check-problems.js';
import {
  checkWildcardVersions,
  findLiteralCandidates,
  findMissingWildcards,
  findWildcardCandidates,
  prefetchCandidates,
} from './find-candidates.js';
import { GetQuery, isFineForMainModule } from './get-query.js';
import { type EnclosingWorkspace, type GetOptions, GetRun } from './get-run.js';
import { reportChanges, reportReplacements, requiredBy } from './report-changes.js';
import { applyUpgrades, resolveQueries } from './resolve-queries.js';
import { findCandidatesOfAll, findUpgrades } from './upgrade-imports.js';

/**
 * Runs a `get` in a single module. Throws what keeps it from an answer; what is wrong with packages is told and
 * sets the exit code. go.mod and go.sum are written last, and not when it fails.
 */
export async function runGet(initial: Requirements, args: readonly string[], options: GetOptions): Promise<Problems> {
  const { session } = initial;
  const { queries, dropToolchain } = await parseArguments(session.settings, args, options.upgrade);
  prefetchCandidates(initial, queries);
  const [{ rs, graph }, workspace] = await Promise.all([expandGraph(initial), readEnclosingWorkspace(session)]);
  const run = new GetRun({ requirements: rs, buildList: graph.buildList, options, queries, workspace });
  await findBuildList(run);
  await checkWildcardVersions(run);
  const patterns = queries.filter((q) => q.matchesPackages).map((q) => q.pattern);
  const toolsFirst = hasRule(session.goVersion, 'get-tool-before-check');
  let tools: WriteBackOptions = {};
  if (options.tools && toolsFirst) {
    tools = await changedTools(run);
    run.select(await expandGraph(run.requirements)); // so that what the tools raised is checked, and its sums kept
  }
  const problems = await checkProblems(run, patterns);
  if (problems.exitCode !== undefined) return problems;
  if (options.tools && !toolsFirst) tools = await changedTools(run);
  const explicitToolchain = queries.some((q) => q.pattern === 'toolchain');
  const { file } = session.main.single;
  const before = file === undefined ? [] : requiredBy(file);
  await writeBack(run.outcome, { dropToolchain, explicitToolchain, ...tools });
  reportChanges(run, before, file === undefined ? [] : requiredBy(file));
  if (options.tellsReplacements === true) reportReplacements(run);
  await raiseGoWork(session);
  return problems;
}

async function findBuildList(run: GetRun): Promise<void> {
  await findLiteralCandidates(run);
  for (;;) {
    await findWildcardCandidates(run);
    await findCandidatesOfAll(run);
    if (await resolveQueries(run, run.queries)) continue;
    if (await applyUpgrades(run, await findUpgrades(run))) continue;
    await findMissingWildcards(run);
    if (!(await resolveQueries(run, run.queriesOf('wildcard')))) return;
  }
}

/** Throws what is wrong with the arguments of `get`, whatever go.mod says: it need not have been read. */
export async function checkGetArguments(
  settings: SessionSettings,
  args: readonly string[],
  upgrade: string,
): Promise<void> {
  await parseArguments(settings, args, upgrade);
}

/** The queries that the arguments are. Throws all that is wrong with them. */
async function parseArguments(settings: SessionSettings, args: readonly string[], upgrade: string) {
  const queries: GetQuery[] = [];
  const errors: unknown[] = [];
  let dropToolchain = false;
  for (const arg of cleanPatterns(args, settings.goVersion)) {
    try {
      const q = new GetQuery(arg, upgrade, args.length === 0 ? '' : arg);
      checkQuery(q, settings.goVersion);
      if (q.version === 'none' && q.pattern === 'go') throw failed('cannot use go@none');
      if (q.version === 'none' && q.pattern === 'toolchain') {
        dropToolchain = true;
        continue;
      }
      await checkNoFile(settings, q);
      queries.push(q);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw oneOrAll(errors);
  return { queries, dropToolchain };
}

function checkQuery(q: GetQuery, goVersion: string): void {
  if (q.isLocal) {
    if (q.rawVersion === '') return;
    throw failed(
      `can't request explicit version ${quoteGo(q.rawVersion)} of path ${quoteGo(q.pattern)} in main module`,
    );
  }
  if (q.pattern === 'all') {
    if (isFineForMainModule(q.version)) return;
    throw new QueryUpgradesAllError({ mainModules: [], query: q.version }); // go has not read go.mod yet, and says 'modules'
  }
  if (!isMetaPattern(q.pattern, goVersion) || q.pattern === q.raw) return;
  throw failed(
    q.pattern === 'tool'
      ? 'can\'t request explicit version of "tool" pattern'
      : `can't request explicit version of standard-library pattern ${quoteGo(q.pattern)}`,
  );
}

/** `get x.go` is a mistake that is often made; but a package or module may have such a name. */
async function checkNoFile({ tree, cwd }: SessionSettings, { raw, rawVersion }: GetQuery): Promise<void> {
  if (!raw.endsWith('.go') || rawVersion !== '') return;
  if (!raw.includes('/')) throw failed(`${raw}: arguments must be package or module paths`);
  if (await tree.isFile(join(cwd, raw))) {
    throw failed(`${raw} exists as a file, but 'go get' requires package arguments`);
  }
}

/** The modules of the go.work in effect; those that cannot be read are told of when the workspace is loaded. */
async function readEnclosingWorkspace({ settings }: Session): Promise<EnclosingWorkspace | undefined> {
  if (!hasRule(settings.goVersion, 'get-in-workspace')) return undefined;
  const path = await findGoWork(settings);
  if (path === undefined) return undefined;
  const work = await readGoWorkFile(settings, path).catch((error: unknown) => {
    if (error instanceof TsgogetError && error.code === 'go-too-old') throw error;
    return undefined;
  });
  if (work === undefined) return undefined;
  const roots = work.file.use.map((use) => useFolder(path, use.path));
  const read = await Promise.all(roots.map((root) => readUsedGoMod(settings, root).catch(() => undefined)));
  const modules = read.flatMap((file, i): [string, string][] =>
    file === undefined ? [] : [[file.module.path, roots[i]!]],
  );
  return { modules: new Map(modules) };
}

/** Raises the go line of the go.work in effect to the module's, so that the workspace can still be loaded. */
async function raiseGoWork(session: Session): Promise<void> {
  const { settings, main } = session;
  const path = await findGoWork(settings);
  if (path === undefined) return;
  const work = await readGoWorkFile(settings, path).catch((error: unknown) => {
    if (error instanceof TsgogetError && error.code === 'go-too-old') throw error;
    return undefined;
  });
  if (work !== undefined && raiseGoVersion(work.file, main.goVersion)) await writeGoWork(settings, work);
}

/** -tool: the tool lines to add and to drop. */
async function changedTools(run: GetRun): Promise<WriteBackOptions> {
  const { session, options, queries } = run;
  const wrong = queries.find((q) => isMetaPattern(q.pattern, session.goVersion) || q.pattern === 'toolchain');
  if (wrong !== undefined) throw failed(`go get -tool does not work with "${wrong.pattern}".`);
  const { matches } = await run.load(
    { tags: session.buildTags, loadTests: options.loadTests, allowErrors: true, silenceNoGoErrors: true },
    queries.map((q) => q.pattern),
  );
  const packagesOf = (isDrop: boolean) =>
    matches.filter((_, i) => (queries[i]?.version === 'none') === isDrop).map((m) => m.packages);
  const added = packagesOf(false);
  const addTools = hasRule(session.goVersion, 'get-tool-adds-all') ? added.flat() : added.at(-1);
  return { addTools: addTools ?? [], dropTools: packagesOf(true).flat() };
}
