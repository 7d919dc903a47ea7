/** A module's versions with those that `replace` lines add: a replaced version need not exist anywhere. */
import { isNotFound } from '../../errors.js';
import { VersionList } from '../../goproxy/index.js';
import { modCompare } from '../../gover/index.js';
import type { VersionInfo, VersionRepo } from '../../modfetch/index.js';
import {
  canonicalVersion,
  isPseudoVersion,
  matchPathMajor,
  pseudoVersionTime,
  semver,
  splitPathVersion,
  zeroPseudoVersion,
} from '../../module/index.js';
import type { MainModules } from '../session/main-modules.js';

export class ReplacementRepo implements VersionRepo {
  readonly path: string;
  readonly #main: MainModules;
  readonly #repo: VersionRepo;

  constructor(main: MainModules, repo: VersionRepo) {
    this.path = repo.path;
    this.#main = main;
    this.#repo = repo;
  }

  async versions(prefix: string): Promise<VersionList> {
    const found = await this.#repo.versions(prefix).catch((error: unknown) => {
      if (isNotFound(error)) return VersionList.of([]);
      throw error;
    });
    const added = this.#main.replacedVersions(this.path).filter((v) => v.startsWith(prefix) && !isPseudoVersion(v));
    if (added.length === 0) return found;
    return VersionList.of(new Set([...found, ...added]));
  }

  async stat(rev: string): Promise<VersionInfo> {
    try {
      return await this.#repo.stat(rev);
    } catch (error) {
      if (!this.#main.hasReplacements || canonicalVersion(rev) !== rev) throw error;
      const split = splitPathVersion(this.path);
      const incompatible = split?.pathMajor === '' && !matchPathMajor(rev, '') && semver.build(rev) === '';
      const version = incompatible ? `${rev}+incompatible` : rev;
      if (this.#main.replacement({ path: this.path, version }) === undefined) throw error;
      return madeUp(version);
    }
  }

  async latest(): Promise<VersionInfo> {
    const highest = this.#main.highestReplaced.get(this.path);
    const answer = await this.#repo.latest().then(
      (info) => ({ info }),
      (error: unknown) => ({ error }),
    );
    if (highest !== undefined) {
      const version =
        highest === '' ? zeroPseudoVersion(splitPathVersion(this.path)?.pathMajor.slice(1) ?? '') : highest;
      if (!('info' in answer) || modCompare(this.path, version, answer.info.version) > 0) return madeUp(version);
    }
    if ('info' in answer) return answer.info;
    throw answer.error;
  }
}

/** What is known of a version that only a replacement names. */
function madeUp(version: string): VersionInfo {
  if (!isPseudoVersion(version)) return { version };
  const time = pseudoVersionTime(version).toISOString().replace('.000Z', 'Z');
  return time === '0001-01-01T00:00:00Z' ? { version } : { version, time };
}
