/**
 * One argument of `get`: what it names, the version that it asks for, and the candidates that could answer it
 * (go.dev/ref/mod#go-get). An argument is a package pattern first, and a module pattern where no package matches.
 */
import { isAbsolute } from 'node:path';
import { quoteGo } from '../../encoding/quote-go.js';
import { messageOf, TsgogetError } from '../../errors.js';
import { isToolchainModule } from '../../gover/index.js';
import { reported } from '../../modfetch/index.js';
import { type ModuleVersion, matchPackagePattern, nameOf, treeCanMatchPattern } from '../../module/index.js';
import { splitArgument } from '../query/module-argument.js';

/** The ways in which one path can be provided: the query takes exactly one module of them. */
export interface PathSet {
  /** A package; for wildcards a module, or the pattern itself while nothing matches it. */
  readonly path: string;
  /** Modules that hold the package. Imports must not be ambiguous, so one at most can be selected. */
  readonly packageModules: readonly ModuleVersion[];
  /** A module that holds no such package but whose own path matches. It excludes none of the others. */
  readonly moduleOnly?: ModuleVersion | undefined;
  readonly error?: unknown;
}

/** What a look for candidates found; nothing at all is fine too. */
export type Found = Partial<Omit<PathSet, 'path'>>;

/** Upgrading is the one thing that can be asked of a main module: it is at its newest version always. */
export function isFineForMainModule(version: string): boolean {
  return version === 'upgrade' || version === 'patch';
}

export class GetQuery {
  /** The argument as given, '' for the folder that is meant by none: for messages. */
  readonly raw: string;
  /** The version as given; '' where none was. */
  readonly rawVersion: string;
  readonly pattern: string;
  /** The version that is asked for, `upgrade` or `patch` where none is given. */
  readonly version: string;
  /** A path in the file system: it means packages of the main module. */
  readonly isLocal: boolean;
  /** Sets that no module has been taken from yet. */
  candidates: PathSet[] = [];
  /** Some module that was taken for it holds a package that it matches. */
  matchesPackages = false;
  /** Modules whose versions this query has determined. */
  readonly resolved: ModuleVersion[] = [];
  /** The first query that wanted another version of one of its modules. */
  conflict: GetQuery | undefined;
  readonly #seen = new Set<string>();
  readonly #matches: ((path: string) => boolean) | undefined;
  readonly #canMatchBelow: ((path: string) => boolean) | undefined;

  /** `raw` is `pattern` or `pattern@version`. Throws 'invalid-query'. */
  constructor(raw: string, upgrade: string, shown = raw) {
    const { path, query } = splitArgument(raw);
    if (query !== undefined && (query === '' || query.includes('@'))) {
      throw new TsgogetError('invalid-query', `invalid module version syntax ${quoteGo(raw)}`);
    }
    this.raw = shown;
    this.rawVersion = query ?? '';
    this.pattern = path;
    this.version = query ?? (upgrade === '' ? 'upgrade' : upgrade);
    this.isLocal = isAbsolute(path) || /^\.\.?(?:\/|$)/.test(path);
    if (path.includes('...')) {
      this.#matches = matchPackagePattern(path);
      this.#canMatchBelow = treeCanMatchPattern(path);
    }
  }

  /** It can match many paths. */
  get isWildcard(): boolean {
    return this.#matches !== undefined;
  }

  matchesPath(path: string): boolean {
    return this.#matches !== undefined && !isToolchainModule(path) ? this.#matches(path) : path === this.pattern;
  }

  /** Reports whether a module of this path could hold what it matches, as far as names tell. */
  canMatchIn(modulePath: string): boolean {
    if (isToolchainModule(modulePath)) return false;
    if (this.#canMatchBelow !== undefined) return this.#canMatchBelow(modulePath);
    return this.pattern === modulePath || this.pattern.startsWith(`${modulePath}/`);
  }

  /** Looks for candidates for a path, the first time that it is met. */
  async addOnce(path: string, find: () => Promise<Found>): Promise<void> {
    await this.addEach([{ path, find }]);
  }

  /** The same for many paths at once; the candidates stand in the order of the paths, whichever is found first. */
  async addEach(paths: readonly { readonly path: string; readonly find: () => Promise<Found> }[]): Promise<void> {
    const fresh = paths.filter(({ path }) => !this.#seen.has(path) && this.#seen.add(path));
    const found = await Promise.all(fresh.map(({ find }) => find().catch((error: unknown): Found => ({ error }))));
    for (const [i, set] of found.entries()) {
      const packageModules = set.packageModules ?? [];
      if (packageModules.length === 0 && set.moduleOnly === undefined && set.error === undefined) continue;
      this.candidates.push({ ...set, path: fresh[i]!.path, packageModules });
    }
  }

  /** How a message names a module that this query was resolved to. */
  describeAnswer(m: ModuleVersion): string {
    if (m.path !== this.pattern) {
      const asked = m.version === this.version ? this.raw : `${this.pattern}@${this.version}`;
      return `${nameOf(m)} (matching ${asked})`;
    }
    return this.#describeVersion(m.version);
  }

  #describeVersion(version: string): string {
    return version === this.version ? this.raw : `${this.pattern}@${this.version} (${version})`;
  }

  /** Says that this query wants a module at one version and `other` at another one. */
  describeConflict(path: string, version: string, other: GetQuery, otherVersion: string): string {
    const subject = path === this.pattern ? '' : `for module ${path}, `;
    return `${subject}${this.#describeVersion(version)} conflicts with ${other.#describeVersion(otherVersion)}`;
  }
}

const quoteRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** An error with the argument before it, unless its words name the pattern and the version already. */
export function aboutQuery(query: GetQuery, error: unknown): unknown {
  const text = messageOf(error);
  const names = (before: string, word: string, after: string) =>
    new RegExp(`(?:[${before}(" \`]|^)${quoteRegExp(word)}(?:[${after}:;)" \`]|$)`, 'm').test(text);
  const isNamed = names('\\t', query.pattern, '@');
  if (isNamed && (query.rawVersion === '' || names('@', query.version, ''))) return reported(error, text);
  return reported(error, query.raw === '' ? text : `${query.raw}: ${text}`);
}
