/**
 * The requirements of a main module: its roots, which of them it imports directly, and the graph below them, read when first needed.
 * They do not change: update-roots.ts makes others of them.
 */
import { type ModuleVersion, sameModule } from '../../module/index.js';
import type { Pruning } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { compareVersions, type ModuleGraph, readModuleGraph } from './module-graph.js';

export class Requirements {
  readonly session: Session;
  readonly pruning: Pruning;
  /** Sorted by path and version; holds `go`, and may hold a path more than once. */
  readonly roots: readonly ModuleVersion[];
  /** Paths of modules that provide packages which the main module imports itself. */
  readonly direct: ReadonlySet<string>;
  readonly #highest = new Map<string, string>();
  #graph: Promise<ModuleGraph> | undefined;

  constructor(session: Session, pruning: Pruning, roots: readonly ModuleVersion[], direct: ReadonlySet<string>) {
    this.session = session;
    this.pruning = pruning;
    this.roots = [...roots];
    this.direct = direct;
    for (const m of roots) {
      const old = this.#highest.get(m.path);
      if (old === undefined || compareVersions(m.path, old, m.version) < 0) this.#highest.set(m.path, m.version);
    }
  }

  /** Requirements of the same main module; `roots` are sorted by modSort. */
  with(pruning: Pruning, roots: readonly ModuleVersion[], direct: ReadonlySet<string>): Requirements {
    return new Requirements(this.session, pruning, roots, direct);
  }

  /** The same roots, of which others are direct: so the graph, where it was asked for, is the same too. */
  withDirect(direct: ReadonlySet<string>): Requirements {
    const rs = this.with(this.pruning, this.roots, direct);
    rs.#graph = this.#graph;
    return rs;
  }

  /** The root version of a path ('' for a main module); undefined when it is no root. */
  rootSelected(path: string): string | undefined {
    return this.session.main.contains(path) ? '' : this.#highest.get(path);
  }

  /** The version of each path that is a root, the highest where it stands twice. */
  get rootVersions(): ReadonlyMap<string, string> {
    return this.#highest;
  }

  get goVersion(): string {
    return this.rootSelected('go') ?? this.session.main.goVersion;
  }

  /**
   * The graph; what could not be loaded is in its `error`. Never to be asked for ahead of need: once it is read,
   * updateRoots raises the roots to it, which it does not do to roots that lazy loading found no fault with.
   */
  graph(): Promise<ModuleGraph> {
    this.#graph ??= readModuleGraph(this.session, this.pruning, this.roots);
    return this.#graph;
  }

  /** The graph, all of it. Throws BuildListError. */
  async wholeGraph(): Promise<ModuleGraph> {
    const graph = await this.graph();
    if (graph.error !== undefined) throw graph.error;
    return graph;
  }

  get hasGraph(): boolean {
    return this.#graph !== undefined;
  }

  /** Puts a graph in place that was not read from requirements (vendoring). */
  setGraph(graph: ModuleGraph): void {
    this.#graph = Promise.resolve(graph);
  }

  /** Reports whether a root stands twice or names a main module. */
  get hasRedundantRoot(): boolean {
    return this.roots.some((m, i) => this.session.main.contains(m.path) || m.path === this.roots[i - 1]?.path);
  }

  hasRoots(roots: readonly ModuleVersion[]): boolean {
    return roots.length === this.roots.length && roots.every((m, i) => sameModule(m, this.roots[i]!));
  }

  equals(roots: readonly ModuleVersion[], direct: ReadonlySet<string>): boolean {
    return (
      this.hasRoots(roots) && direct.size === this.direct.size && [...direct].every((path) => this.direct.has(path))
    );
  }
}
