/**
 * Which module versions cannot be in a graph because of what they lead to, and why: the bookkeeping of editRequirements.
 * A version that is not allowed disqualifies whatever brings it in, and that in turn what brings that in, up to the roots. With pruning
 * (go.dev/ref/mod#graph-pruning) one module version may stand in two kinds of places: where only its own list is read, and where
 * all below it is. It may be at fault in the second and harmless in the first, so each kind has a verdict of its own.
 */
import { type ModuleVersion, sameModule } from '../../module/index.js';
import { VersionMap } from '../../mvs/index.js';

/** The kind of place in the graph: what a module leads to there. */
export type Depth = 'pruned' | 'unpruned';

/** It brings in a module version that is disqualified, which may be itself, or its requirements cannot be read. */
export type Fault = { readonly because: ModuleVersion } | { readonly error: unknown };

/** The requirements that lead to what is wrong, and the error if it is one; `path` is empty when nothing is. */
export interface FaultChain {
  readonly path: readonly ModuleVersion[];
  readonly error?: unknown;
}

interface Verdict {
  readonly m: ModuleVersion;
  readonly depth: Depth;
  readonly fault: Fault;
}

/** The modules of one graph that are disqualified. */
export class DisqualifiedModules {
  readonly #roots: VersionMap<Depth>;
  /** What is wrong when pruned is wrong when unpruned, since more is read there. */
  readonly #faults = new VersionMap<{ readonly [depth in Depth]?: Fault | undefined }>();
  readonly #requirers = new VersionMap<ModuleVersion[]>();

  /** `roots`: what is a root of the graph, or becomes one as it is selected, and how far it is read there. */
  constructor(roots: VersionMap<Depth>) {
    this.#roots = roots;
  }

  fault(m: ModuleVersion, depth: Depth): Fault | undefined {
    return this.#faults.get(m)?.[depth];
  }

  /** Says that `m` cannot be used at this depth, and passes that on to what requires it. The first fault stands. */
  disqualify(m: ModuleVersion, depth: Depth, fault: Fault): void {
    // an explicit stack: a chain of requirements may be longer than the stack of calls allows
    const stack: Verdict[] = [{ m, depth, fault }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      for (const verdict of this.#record(next).reverse()) stack.push(verdict);
    }
  }

  /** Says that `m` requires `r`. False when that settles the case of `m`: its other requirements do not matter any more. */
  require(m: ModuleVersion, r: ModuleVersion): boolean {
    const asRoot = this.#roots.get(r);
    if (asRoot !== undefined && this.fault(r, asRoot) !== undefined) {
      this.disqualify(m, 'pruned', { because: r });
      return false;
    }
    if (this.fault(r, 'unpruned') !== undefined) {
      this.disqualify(m, 'unpruned', { because: r });
      // what is no root is never followed from where it is pruned
      if (!this.#roots.has(m)) return false;
    }
    const requirers = this.#requirers.get(r);
    if (requirers === undefined) this.#requirers.set(r, [m]);
    else requirers.push(m);
    return true;
  }

  /** How `m`, at this depth, leads to what is wrong. */
  chain(m: ModuleVersion, depth: Depth): FaultChain {
    const path: ModuleVersion[] = [];
    for (let [at, how] = [m, depth]; ; ) {
      // whatever requires an unpruned root brings in all that is below it, and so does all that is further on
      if (this.#roots.get(at) === 'unpruned') how = 'unpruned';
      const fault = this.fault(at, how);
      if (fault === undefined) return { path };
      path.push(at);
      if ('error' in fault) return { path, error: fault.error };
      if (sameModule(fault.because, at)) return { path };
      at = fault.because;
    }
  }

  /** Records a verdict, and returns those that follow for what requires the module. */
  #record({ m, depth, fault }: Verdict): Verdict[] {
    if (this.fault(m, depth) !== undefined) return [];
    const asRoot = this.#roots.get(m);
    const known = this.#faults.get(m);
    if (depth === 'pruned') this.#faults.set(m, { pruned: fault, unpruned: known?.unpruned ?? fault });
    else this.#faults.set(m, { pruned: asRoot === 'unpruned' ? fault : undefined, unpruned: fault });
    // To require a root that is at fault as such is a fault anywhere. Otherwise the fault shows only to those that are followed
    // all the way down.
    const isWhole = asRoot !== undefined && (depth === 'pruned' || asRoot === 'unpruned');
    const requirers = this.#requirers.get(m) ?? [];
    return requirers.map((requirer) => ({
      m: requirer,
      depth: isWhole ? 'pruned' : 'unpruned',
      fault: { because: m },
    }));
  }
}
