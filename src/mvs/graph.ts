/**
 * The module graph with minimal version selection on the fly: requirements are pushed in by whoever loads them,
 * in any order. go.dev/ref/mod#minimal-version-selection
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import type { ModuleVersion } from '../module/index.js';
import { VersionMap, VersionSet } from './version-map.js';

/** Orders two versions of the module `path`: negative, 0 or positive. It is never asked about '' or 'none'. */
export type CompareVersions = (path: string, v1: string, v2: string) => number;

/** Extends the order to '' (a main module: above every version) and 'none' (absent: below every version). */
export function withMainAndNone(compare: CompareVersions): CompareVersions {
  return (path, v1, v2) => {
    if (v1 === v2) return 0;
    if (v1 === '' || v2 === 'none') return 1;
    if (v2 === '' || v1 === 'none') return -1;
    return compare(path, v1, v2);
  };
}

/** An incremental module graph. Module versions are told apart by path and version, never by identity. */
export class Graph {
  readonly #compare: CompareVersions;
  readonly #roots: readonly ModuleVersion[];
  readonly #required = new VersionMap<readonly ModuleVersion[]>();
  readonly #reachable = new VersionSet();
  readonly #selected = new Map<string, string>();

  constructor(compare: CompareVersions, roots: readonly ModuleVersion[]) {
    this.#compare = withMainAndNone(compare);
    this.#roots = [...roots];
    for (const root of this.#roots) this.#reach(root);
  }

  /**
   * Says what `m` requires; once for each `m`, which a root or an earlier requirement must have named.
   * A second call, or an unknown `m`, is a bug of the caller: it throws a plain Error.
   */
  require(m: ModuleVersion, requirements: readonly ModuleVersion[]): void {
    if (!this.#reachable.has(m)) throw new Error(`${m.path}@${m.version} is not reachable from any root`);
    if (this.#required.has(m)) throw new Error(`requirements of ${m.path}@${m.version} have already been set`);
    this.#required.set(m, requirements);
    for (const r of requirements) this.#reach(r);
  }

  /** What `m` requires, as it was given; undefined until it is known. */
  requiredBy(m: ModuleVersion): readonly ModuleVersion[] | undefined {
    return this.#required.get(m);
  }

  /** The selected version of a module, 'none' when nothing requires it. */
  selected(path: string): string {
    return this.#selected.get(path) ?? 'none';
  }

  /** The selected versions: the modules of the roots first, in the order of the roots, then the others by path. */
  buildList(): ModuleVersion[] {
    const rootPaths = new Set(this.#roots.map((root) => root.path));
    const others = [...this.#selected.keys()].filter((path) => !rootPaths.has(path)).sort(compareBytes);
    return [...rootPaths, ...others]
      .map((path) => ({ path, version: this.selected(path) }))
      .filter((m) => m.version !== 'none');
  }

  /** Calls `visit` once for each module version of the graph but 'none', selected or not, breadth first. */
  walkBreadthFirst(visit: (m: ModuleVersion) => void): void {
    for (const m of this.#breadthFirst((m) => m.version !== 'none')) visit(m);
  }

  /** A shortest chain of requirements from a root to a module version that `wanted` accepts; empty when there is none. */
  findPath(wanted: (m: ModuleVersion) => boolean): ModuleVersion[] {
    const requiredFirstBy = new VersionMap<ModuleVersion>();
    const order = this.#breadthFirst(
      () => true,
      (m, by) => requiredFirstBy.set(m, by),
    );
    for (const found of order) {
      if (!wanted(found)) continue;
      const path: ModuleVersion[] = [];
      for (let m: ModuleVersion | undefined = found; m; m = requiredFirstBy.get(m)) path.push(m);
      return path.reverse();
    }
    return [];
  }

  #reach(m: ModuleVersion): void {
    this.#reachable.add(m);
    if (this.#compare(m.path, this.selected(m.path), m.version) < 0) this.#selected.set(m.path, m.version);
  }

  *#breadthFirst(
    follow: (m: ModuleVersion) => boolean,
    onDiscover: (m: ModuleVersion, by: ModuleVersion) => void = () => {},
  ): Generator<ModuleVersion> {
    const seen = new VersionSet();
    const queue = this.#roots.filter((root) => follow(root) && seen.add(root));
    for (const m of queue) {
      yield m;
      for (const r of this.requiredBy(m) ?? []) {
        if (!follow(r) || !seen.add(r)) continue;
        onDiscover(r, m);
        queue.push(r); // the loop sees what is appended
      }
    }
  }
}
