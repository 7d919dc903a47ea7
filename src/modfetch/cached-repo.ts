/**
 * One module as one proxy serves it, with every answer asked for once,
 * and with the .info files of the module cache in front: those are never asked for again.
 */
import { Memo } from '../async/memo.js';
import { quoteGo } from '../encoding/quote-go.js';
import { ModuleError, TsgogetError } from '../errors.js';
import type { GoModOptions, Repo, RevInfo, VersionList } from '../goproxy/index.js';
import type { Sink, Unframed } from '../http/index.js';
import type { ModCache } from '../modcache/index.js';
import { canonicalVersion, isPseudoVersion, matchPathMajor, semver, splitPathVersion } from '../module/index.js';
import { formatInfoFile, type Origin, parseInfoFile, type VersionInfo, versionInfo } from './info-file.js';
import { type StoringOptions, storeIfPossible } from './store-if-possible.js';

/** The questions that resolution asks about one module. */
export interface VersionRepo {
  readonly path: string;
  /** The released versions with that prefix, in no order that says anything. */
  versions(prefix: string): Promise<VersionList>;
  /** What a version, branch, tag or commit is. */
  stat(rev: string): Promise<VersionInfo>;
  /** The newest version as the proxy sees it. */
  latest(): Promise<VersionInfo>;
  /**
   * Rejects when what an earlier answer depended on is no longer so. Absent where that cannot be asked: the protocol of
   * proxies has no such question.
   */
  checkReuse?(origin: Origin): Promise<void>;
}

/** The .info files of the cache. */
export class InfoCache {
  readonly #cache: ModCache;
  /** With GOPROXY=off a commit is looked for among the pseudo-versions that are there. */
  readonly #offline: boolean;
  readonly #storing: StoringOptions;

  constructor(cache: ModCache, offline: boolean, storing: StoringOptions) {
    this.#cache = cache;
    this.#offline = offline;
    this.#storing = storing;
  }

  /** The cached answer for a canonical version (or, offline, for a commit); undefined when there is none. */
  async read(path: string, rev: string): Promise<VersionInfo | undefined> {
    if (canonicalVersion(rev) !== rev) return this.#offline ? this.#readByHash(path, rev) : undefined;
    const data = await this.#cache.readInfo(path, rev);
    const info = data === undefined ? undefined : parseInfoFile(data);
    return info?.version === rev ? info : undefined; // a file that speaks of another version is no answer
  }

  async #readByHash(path: string, rev: string): Promise<VersionInfo | undefined> {
    if (!/^[0-9a-f]{12,}$/.test(rev)) return undefined;
    const suffix = `-${rev.slice(0, 12)}`;
    const versions = await this.#cache.infoVersions(path);
    const found = versions.filter((v) => v.endsWith(suffix) && isPseudoVersion(v)).sort(semver.compare);
    const newest = found.at(-1);
    return newest === undefined ? undefined : this.read(path, newest);
  }

  /** Stores an answer. As in go, what `latest` said may get lost in silence. */
  async write(path: string, info: VersionInfo, isLatest = false): Promise<void> {
    const { version } = info;
    if (canonicalVersion(version) !== version) return;
    const storing = isLatest ? { goVersion: this.#storing.goVersion } : this.#storing;
    await storeIfPossible('stat', () => this.#cache.writeInfo(path, version, formatInfoFile(info)), storing);
  }
}

/** Wraps a repository of a proxy. The repository is opened by its first use, and its failure to open is every answer's. */
export class CachedRepo implements VersionRepo {
  readonly path: string;
  readonly #open: () => Promise<Repo>;
  readonly #cached: InfoCache;
  readonly #list = new Memo<VersionList>();
  readonly #infos = new Memo<VersionInfo>();
  readonly #latest = new Memo<VersionInfo>();
  readonly #repo = new Memo<Repo>();

  constructor(path: string, open: () => Promise<Repo>, cached: InfoCache) {
    this.path = path;
    this.#open = open;
    this.#cached = cached;
  }

  #opened(): Promise<Repo> {
    return this.#repo.get('', this.#open);
  }

  /** The go.mod file as the proxy has it, unproven. */
  async goMod(version: string, options?: GoModOptions): Promise<Uint8Array> {
    return (await this.#opened()).goMod(version, options);
  }

  /** Downloads the zip, unproven. */
  async zip(version: string, sink: () => Promise<Sink>, onUnframed?: Unframed): Promise<void> {
    await (await this.#opened()).zip(version, sink, onUnframed);
  }

  async versions(prefix: string): Promise<VersionList> {
    const list = await this.#list.get('', async () => (await this.#opened()).versions(''));
    return list.startingWith(prefix);
  }

  stat(rev: string): Promise<VersionInfo> {
    return this.#infos.get(rev, async () => {
      const cached = await this.#cached.read(this.path, rev);
      if (cached !== undefined) return cached;
      const info = await this.#asked(rev, await (await this.#opened()).stat(rev));
      if (info.version !== rev) this.#infos.get(info.version, async () => info);
      return info;
    });
  }

  latest(): Promise<VersionInfo> {
    return this.#latest.get('', async () => {
      const info = await this.#asked('', await (await this.#opened()).latest());
      this.#infos.get(info.version, async () => info);
      return info;
    });
  }

  /** Takes an answer of the proxy into the cache. Throws 'invalid-response' for one that names no version: a branch, `latest`, `1.2.0`. */
  async #asked(query: string, answer: RevInfo): Promise<VersionInfo> {
    if (answer.version === '') throw new TsgogetError('invalid-response', `proxy returned no version for ${this.path}`);
    if (!isVersionOf(this.path, answer.version)) {
      const words = `proxy returned ${quoteGo(answer.version)}, which is no version of it`;
      throw new ModuleError('invalid-response', { path: this.path, version: query }, words);
    }
    const info = versionInfo(answer);
    await this.#cached.write(this.path, info, query === '');
    return info;
  }
}

/** A canonical version whose major version the path has. */
function isVersionOf(path: string, version: string): boolean {
  const { pathMajor = '' } = splitPathVersion(path) ?? {};
  return canonicalVersion(version) === version && matchPathMajor(version, pathMajor);
}
