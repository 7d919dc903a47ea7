/** A map and a set of module versions, which JavaScript's own compare by identity. */
import { keyOf, type ModuleVersion } from '../module/index.js';

/** A map keyed by the path and version of a module. */
export class VersionMap<T> {
  readonly #values = new Map<string, T>();

  get(m: ModuleVersion): T | undefined {
    return this.#values.get(keyOf(m));
  }

  has(m: ModuleVersion): boolean {
    return this.#values.has(keyOf(m));
  }

  set(m: ModuleVersion, value: T): void {
    this.#values.set(keyOf(m), value);
  }
}

/** A set of module versions. */
export class VersionSet {
  readonly #keys = new Set<string>();

  has(m: ModuleVersion): boolean {
    return this.#keys.has(keyOf(m));
  }

  /** Adds `m`; false when it was there already. */
  add(m: ModuleVersion): boolean {
    if (this.has(m)) return false;
    this.#keys.add(keyOf(m));
    return true;
  }
}
