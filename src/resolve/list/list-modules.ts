/**
 * `list -m`: the modules that arguments name, with what is known of each (go.dev/ref/mod#go-list-m).
 */
import { quoteGo } from '../../encoding/quote-go.js';
import { causeOf, failed, isSecurity, ModuleError, messageOf, TsgogetError } from '../../errors.js';
import { hasRule, isToolchainModule } from '../../gover/index.js';
import { orderedOrigin, type VersionInfo } from '../../modfetch/index.js';
import { keyOf, matchPackagePattern } from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import { expandGraph } from '../graph/update-roots.js';
import { type PathVersion, splitArgument } from '../query/module-argument.js';
import { type Allowed, NoMatchingVersionError, query } from '../query/query.js';
import type { Session } from '../session/session.js';
import { type ListOptions, ModuleInfos } from './module-infos.js';
import type { ModulePublic } from './module-public.js';

export interface Listed {
  readonly modules: ModulePublic[];
  /** The requirements as the graph showed them; those that came in when it was not read. */
  readonly requirements: Requirements;
  /** What was wrong with the graph, as far as it was needed. */
  readonly error: unknown;
  /** What was wrong with single modules; knows others too. */
  readonly infos: ModuleInfos;
}

const isPattern = (arg: string) => arg === 'all' || arg.includes('...');

/** Lists the modules that `args` name; the main modules when there are none. */
export async function listModules(
  requirements: Requirements,
  args: readonly string[],
  options: ListOptions,
): Promise<Listed> {
  const infos = new ModuleInfos(requirements, options);
  const listed = { ...(await new Lister(requirements, infos).list(args)), infos };
  await Promise.all(
    listed.modules
      .filter((m) => !m.Reuse)
      .flatMap((m) => [m, ...(m.Replace === undefined ? [] : [m.Replace])])
      .map((m) => infos.addDetails(m)),
  );
  return listed;
}

/** What the arguments are answered with: the graph where it was read, and why it could not be read whole. */
interface Known {
  readonly rs: Requirements;
  readonly graph: ModuleGraph | undefined;
  readonly error: unknown;
}

class Lister {
  readonly #requirements: Requirements;
  readonly #session: Session;
  readonly #infos: ModuleInfos;

  constructor(requirements: Requirements, infos: ModuleInfos) {
    this.#requirements = requirements;
    this.#session = requirements.session;
    this.#infos = infos;
  }

  async list(args: readonly string[]): Promise<Omit<Listed, 'infos'>> {
    const session = this.#session;
    let requirements = this.#requirements;
    if (args.length === 0) {
      const mains = session.main.versions.filter((m) => !isToolchainModule(m.path));
      return {
        modules: await Promise.all(mains.map((m) => this.#infos.info(requirements, m))),
        requirements,
        error: undefined,
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
    const found = await Promise.all(parsed.map((p) => this.#match(p, { rs: requirements, graph, error }, matched)));
    return { modules: found.flat(), requirements, error };
  }

  /** Reports whether an argument can only be answered with the whole graph. */
  #needsGraph({ arg, path, query: text }: PathVersion & { arg: string }, rs: Requirements): boolean {
    const session = this.#session;
    const needsModule = (words: string) => {
      if (session.hasModRoot && session.modRoots.length > 0) return;
      throw new TsgogetError('not-main-module', `cannot match ${words}: ${session.noModuleToMatchError().message}`);
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
    if (!this.#infos.options.versions) needsModule(`${quoteGo(arg)} without -versions or an explicit version`);
    return true;
  }

  async #match(
    { arg, path, query: text }: PathVersion & { arg: string },
    known: Known,
    matched: Set<string>,
  ): Promise<ModulePublic[]> {
    if (text !== undefined) return this.#queried(path, text, known);
    const { rs, graph } = known;
    if (isPattern(arg)) {
      const matches = arg === 'all' ? () => true : matchPackagePattern(arg);
      const found = (graph?.buildList ?? []).filter((m) => !isToolchainModule(m.path) && matches(m.path));
      const fresh = found.filter((m) => !matched.has(keyOf(m)));
      for (const m of fresh) matched.add(keyOf(m));
      const told = hasRule(this.#session.goVersion, 'list-pattern-twice') ? fresh : found;
      if (told.length === 0) {
        this.#session.settings.notice(`warning: pattern ${quoteGo(arg)} matched no module dependencies`);
      }
      return Promise.all(fresh.map((m) => this.#infos.info(rs, m)));
    }
    const version = graph === undefined ? (rs.rootSelected(arg) ?? 'none') : graph.selected(arg);
    if (version !== 'none') return [await this.#infos.info(rs, { path: arg, version })];
    if (known.error !== undefined) return [];
    if (this.#session.usesVendor) {
      return [
        unknown(arg, "can't resolve module using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)"),
      ];
    }
    return [this.#infos.options.versions ? { Path: arg } : unknown(arg, 'not a known dependency')];
  }

  async #queried(path: string, text: string, { rs, graph, error: graphError }: Known): Promise<ModulePublic[]> {
    const current = graph === undefined ? (rs.rootSelected(path) ?? '') : graph.selected(path);
    if (current === 'none' && graphError !== undefined && (text === 'upgrade' || text === 'patch')) return [];
    let found: VersionInfo;
    let allowed: Allowed | undefined;
    const { retracted, updates, reuse } = this.#infos.options;
    try {
      allowed = retracted || updates ? undefined : this.#infos.rules.allowedBy(path, text);
      found = await query(this.#session, path, text, { current, allowed, reuse });
    } catch (error) {
      const m: ModulePublic = { Path: path, Version: text };
      this.#infos.fail(m, error, describe(path, text, error));
      return [m];
    }
    const info = await this.#infos.info(undefined, { path, version: found.version });
    // what could not be checked was not forbidden; a refutation is told nevertheless
    await allowed?.check({ path, version: found.version }).catch((error: unknown) => {
      if (isSecurity(error)) this.#infos.fail(info, error);
    });
    if (text !== info.Version) info.Query = text;
    if (found.origin === undefined) delete info.Origin;
    else info.Origin = orderedOrigin(found.origin, this.#session.goVersion);
    return [info];
  }
}

function splitChecked(arg: string): PathVersion {
  if (arg.includes('\\')) throw failed('module paths never use backslash');
  if (/^\.{1,2}(?:\/|$)/.test(arg)) throw failed(`cannot use relative path ${arg} to specify module`);
  return isPattern(arg) ? { path: arg, query: undefined } : splitArgument(arg);
}

const unknown = (path: string, words: string): ModulePublic => ({
  Path: path,
  Error: { Err: describe(path, '', failed(words)) },
});

/** The error with the module as its subject, once. */
function describe(path: string, version: string, error: unknown): string {
  if (error instanceof NoMatchingVersionError) return `module ${path}: ${error.message}`;
  if (causeOf(error, ModuleError) !== undefined) return messageOf(error);
  return version === '' ? `module ${path}: ${messageOf(error)}` : `${path}@${version}: ${messageOf(error)}`;
}
