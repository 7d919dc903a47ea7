/** The packages that patterns match under the requirements of the moment: they change while the build list does. */
import { commandPackages, standardPackages } from '../../imports/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import { matchLocalDirs, PackageIsBuiltinError, resolveLocalPackage } from '../search/local-patterns.js';
import { matchPackages, toolsOf } from '../search/match-packages.js';
import type { PackageMatch } from '../search/package-match.js';
import type { Session } from '../session/session.js';
import type { LoadOptions } from './load-options.js';

export class PatternMatcher {
  readonly #session: Session;
  readonly #matches: readonly PackageMatch[];
  readonly #options: LoadOptions;

  constructor(session: Session, matches: readonly PackageMatch[], options: LoadOptions) {
    this.#session = session;
    this.#matches = matches;
    this.#options = options;
  }

  /** Sets what each pattern matches. Without `all` these are the roots to load; with it, loading is done and they are final. */
  async update(rs: Requirements, all: readonly string[] | undefined): Promise<void> {
    for (const match of this.#matches) await this.#update(match, rs, all);
  }

  async #update(match: PackageMatch, rs: Requirements, all: readonly string[] | undefined): Promise<void> {
    const session = this.#session;
    const tags = this.#options.tags ?? 'any';
    if (match.isLocal) {
      await this.#updateLocal(match, rs, all !== undefined);
    } else if (match.isLiteral) {
      match.packages = [match.pattern];
    } else if (match.pattern.includes('...')) {
      const graph = await rs.graph();
      match.errors = graph.error === undefined ? [] : [graph.error];
      match.packages = [];
      await matchPackages(session, match, graph.buildList, { tags, filter: 'include-std' });
    } else if (match.pattern === 'work') {
      await matchPackages(session, match, this.#mainModules, { tags, filter: 'omit-std' });
    } else if (match.pattern === 'tool') {
      match.packages = [...toolsOf(session)];
    } else if (match.pattern === 'std' || match.pattern === 'cmd') {
      const list = match.pattern === 'std' ? standardPackages : commandPackages;
      match.packages = [...list(session.goVersion)];
    } else if (all !== undefined) {
      match.packages = [...all];
    } else {
      // what the main modules hold, and tools; loading makes `all` of it
      match.errors = [];
      await matchPackages(session, match, this.#mainModules, { tags, filter: 'omit-std' });
      match.packages.push(...toolsOf(session));
    }
  }

  get #mainModules(): readonly ModuleVersion[] {
    const { mainModule } = this.#options;
    return mainModule === undefined ? this.#session.main.versions : [mainModule];
  }

  async #updateLocal(match: PackageMatch, rs: Requirements, isFinal: boolean): Promise<void> {
    const session = this.#session;
    if (match.dirs === undefined) {
      const { mainModule } = this.#options;
      const root = mainModule === undefined ? undefined : session.main.get(mainModule.path)?.root;
      await matchLocalDirs(session, root === undefined ? session.modRoots : [root], match, rs);
    }
    const resolved = await Promise.allSettled((match.dirs ?? []).map((dir) => resolveLocalPackage(session, dir, rs)));
    match.packages = [];
    for (const found of resolved) {
      if (found.status === 'fulfilled') {
        match.packages.push(found.value);
        continue;
      }
      // a wildcard passes over what no build can import
      if (!match.isLiteral && found.reason instanceof PackageIsBuiltinError) continue;
      if (!session.hasModRoot) throw session.noMainModulesError();
      if (isFinal) match.addError(found.reason);
    }
  }
}
