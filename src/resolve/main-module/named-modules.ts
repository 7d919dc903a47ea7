/**
 * A graph of its own for modules that are named, as if an empty main module required them (`resolve module@query …`).
 * A package path stands for the module that provides it: of all prefixes that are modules, the one whose zip has the package.
 */
import { createLimit } from '../../async/limit.js';
import { causeOf, isNotFound, ModuleError, TsgogetError, unlessRefuted } from '../../errors.js';
import { modSort } from '../../gover/index.js';
import { checkImportPath, type ModuleVersion, nameOf } from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import { Requirements } from '../graph/requirements.js';
import { expandGraph } from '../graph/update-roots.js';
import { splitArgument } from '../query/module-argument.js';
import { disallowed, NoMatchingVersionError, query } from '../query/query.js';
import { queryPackages } from '../query/query-pattern.js';
import { VersionRules } from '../query/retractions.js';
import { PackageNotInModuleError } from '../search/package-not-in-module-error.js';
import { noModulePath } from '../session/main-modules.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';

/** Resolves `path[@query]` arguments and reads the graph that they make; `outside` are the requirements of a run outside of every module. */
export async function readNamedModules(
  outside: Requirements,
  args: readonly string[],
): Promise<{ rs: Requirements; graph: ModuleGraph }> {
  const { session } = outside;
  const rules = session.shared(VersionRules);
  const limit = createLimit(16);
  const asked = args.map(splitArgument).map(({ path, query: text }) => ({ path, text: text ?? 'latest' }));
  const wanted = asked.filter((a) => a.text !== 'none');
  if (wanted.length === 0) throw new TsgogetError('usage', 'nothing to resolve: every module is asked for at none');
  const found = await Promise.all(wanted.map((a) => limit(() => findModule(session, rules, a.path, a.text))));
  const roots: ModuleVersion[] = [...outside.roots.filter((m) => m.path === 'go' || m.path === 'toolchain'), ...found];
  checkConflicts(found);
  await Promise.all(found.map((m) => warnOfRetraction(session, rules, m)));
  modSort(roots);
  const rs = new Requirements(
    session,
    pruningForGoVersion(session.goVersion),
    roots,
    new Set(['go', ...found.map((m) => m.path)]),
  );
  const expanded = await expandGraph(rs);
  for (const { path, text } of asked) {
    if (text !== 'none' || expanded.graph.selected(path) === 'none') continue;
    throw notNone(expanded.graph, path);
  }
  return expanded;
}

/** What cannot be checked is not told: the version was named outright. */
async function warnOfRetraction(session: Session, rules: VersionRules, m: ModuleVersion): Promise<void> {
  const error = await rules
    .checkRetractions(m)
    .catch((error: unknown) => disallowed(error) ?? unlessRefuted(undefined)(error));
  if (error) session.settings.message(`warning: ${nameOf(m)}: ${error.message}`);
}

/** One module asked for at two versions. */
function checkConflicts(found: readonly ModuleVersion[]): void {
  const versions = new Map<string, string>();
  for (const m of found) {
    const other = versions.get(m.path);
    if (other !== undefined && other !== m.version) {
      throw new TsgogetError('build-list', `${m.path}@${other} conflicts with ${m.path}@${m.version}`);
    }
    versions.set(m.path, m.version);
  }
}

function notNone(graph: ModuleGraph, path: string): TsgogetError {
  const chain = graph.graph.findPath((m) => m.path === path).filter((m) => m.path !== noModulePath);
  const first = chain[0] === undefined ? path : nameOf(chain[0]);
  const last = chain.at(-1) === undefined ? path : nameOf(chain.at(-1)!);
  const verb = chain.length > 2 ? 'indirectly requires' : 'requires';
  return new TsgogetError('build-list', `${first} ${verb} ${last}, not ${path}@none`);
}

/** The module of that path, else the one that has the package of that path. */
async function findModule(session: Session, rules: VersionRules, path: string, text: string): Promise<ModuleVersion> {
  const exact = await queryModule(session, rules, path, text).catch((error: unknown) => ({ error }));
  if ('path' in exact) return exact;
  if (!isAbsent(exact.error)) throw exact.error;
  checkImportPath(path);
  const allowed = rules.allowedBy(path, text);
  const providers = await queryPackages(session, { pattern: path, query: text, current: () => 'none', allowed }).catch(
    // what was asked for is most likely a module
    (error: unknown) => Promise.reject(isAbsent(error) ? exact.error : error),
  );
  if (providers.length > 1)
    throw ambiguous(
      path,
      providers.map((p) => p.module),
    );
  return providers[0]!.module;
}

async function queryModule(session: Session, rules: VersionRules, path: string, text: string): Promise<ModuleVersion> {
  const { version } = await query(session, path, text, { allowed: rules.allowedBy(path, text) }).catch(
    (error: unknown) => {
      if (error instanceof NoMatchingVersionError)
        throw new ModuleError(error.code, { path, version: '' }, error.message, { cause: error });
      throw error;
    },
  );
  return { path, version };
}

/** Reports whether the answer is that there is no such module, and not that it could not be asked for. */
function isAbsent(error: unknown): boolean {
  if (error instanceof PackageNotInModuleError) return false;
  if (causeOf(error, NoMatchingVersionError) !== undefined) return true;
  return isNotFound(error) || (error instanceof TsgogetError && error.code === 'invalid-path');
}

function ambiguous(path: string, providers: readonly ModuleVersion[]): TsgogetError {
  const shortestFirst = [...providers].sort((a, b) => a.path.length - b.path.length);
  const lines = shortestFirst.map((m) => `\n\t${m.path} ${m.version}`);
  return new TsgogetError('ambiguous', `ambiguous import: found package ${path} in multiple modules:${lines.join('')}`);
}
