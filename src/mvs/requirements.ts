/** The port to the module graph, and the walk that loads it: all that is known to be needed is asked for at once. */
import type { ModuleVersion } from '../module/index.js';
import type { CompareVersions } from './graph.js';
import { VersionSet } from './version-map.js';

/**
 * What minimal version selection asks of the outside.
 * Calls are made without a limit on their number: the port MUST bound its own work, and SHOULD remember its answers,
 * for several walks of one graph ask again.
 */
export interface Requirements {
  /** What `m` itself requires. It is never asked about version 'none'. Failure: rejects, and the chain to `m` is told. */
  required(m: ModuleVersion): Promise<readonly ModuleVersion[]>;
  readonly compare: CompareVersions;
}

/** Visits each module version once, and then what each visit returns; rejects at the first visit that rejects. */
export function visitAll(
  starts: readonly ModuleVersion[],
  visit: (m: ModuleVersion) => Promise<readonly ModuleVersion[]>,
): Promise<void> {
  const seen = new VersionSet();
  return new Promise((resolve, reject) => {
    let pending = 1;
    const leave = () => {
      if (--pending === 0) resolve();
    };
    const enter = (m: ModuleVersion) => {
      if (!seen.add(m)) return;
      pending++;
      visit(m)
        .then((next) => {
          for (const n of next) enter(n);
          leave();
        })
        .catch(reject);
    };
    for (const m of starts) enter(m);
    leave();
  });
}
