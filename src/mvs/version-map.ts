/**
 * A map keyed by module version. It nests one map in another, so that no path and version,
 * however odd, can be taken for another pair, as they could when joined to one string.
 */
import type { ModuleVersion } from '../module/index.js';

/** A map keyed by the path and version of a module. */
export class VersionMap<T> {
  readonly #paths = new Map<string, Map<string, T>>();

  get(m: ModuleVersion): T | undefined {
    return this.#paths.get(m.path)?.get(m.version);
  }

  has(m: ModuleVersion): boolean {
    return this.#paths.get(m.path)?.has(m.version) ?? false;
  }

  set(m: ModuleVersion, value: T): void {
    const versions = this.#paths.get(m.path);
    if (versions) versions.set(m.version, value);
    else this.#paths.set(m.path, new Map([[m.version, value]]));
  }
}

/** A set of module versions. */
export class VersionSet {
  readonly #members = new VersionMap<true>();

  has(m: ModuleVersion): boolean {
    return this.#members.has(m);
  }

  /** Adds `m`; false when it was there already. */
  add(m: ModuleVersion): boolean {
    if (this.#members.has(m)) return false;
    this.#members.set(m, true);
    return true;
  }
}
