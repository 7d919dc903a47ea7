/** The port to the module graph, and the walk that loads it: all that is known to be needed is asked for at once. */
import type { ModuleVersion } from '../module/index.js';
import { type CompareVersions, withMainAndNone } from './graph.js';
import { VersionSet } from './version-map.js';

/**
 * What minimal version selection asks of the outside.
 * Calls are made without a limit on their number: the port MUST bound its own work, and SHOULD remember its answers,
 * for several walks of one graph ask again.
 */
export interface Requirements {
  /** What `m` itself requires. It is never asked about version 'none'. Failure: rejects, and the chain to `m` is told. */
  required(m: ModuleVersion): Promise<readonly ModuleVersion[]>;
  /** The higher of two versions of a module, one or the other. It is never asked about '' or 'none'. */
  max(path: string, v1: string, v2: string): string;
}

/** Requirements that know which versions are newer. */
export interface UpgradeRequirements extends Requirements {
  /**
   * The version to use in place of `m` when all is upgraded; `m` itself to keep it.
   * `m.version` is 'none' when the module is not used yet. Rejects when no version exists.
   */
  upgrade(m: ModuleVersion): Promise<ModuleVersion>;
}

/** Requirements that know which versions are older. */
export interface DowngradeRequirements extends Requirements {
  /** The version just below `m`, or version 'none'. It MUST be lower than `m`. */
  previous(m: ModuleVersion): Promise<ModuleVersion>;
}

/** The order that the port's `max` stands for. */
export function orderOf(port: Requirements): CompareVersions {
  return withMainAndNone((path, v1, v2) => {
    if (port.max(path, v1, v2) !== v1) return -1;
    return port.max(path, v2, v1) === v2 ? 0 : 1;
  });
}

/** What `m` requires; nothing when it stands for the absence of a module. */
export async function requiredOf(port: Requirements, m: ModuleVersion): Promise<readonly ModuleVersion[]> {
  return m.version === 'none' ? [] : port.required(m);
}

/** The port with other requirements for one module version. */
export function override(port: Requirements, target: ModuleVersion, list: readonly ModuleVersion[]): Requirements {
  return {
    max: (path, v1, v2) => port.max(path, v1, v2),
    required: async (m) => (m.path === target.path && m.version === target.version ? list : port.required(m)),
  };
}

/** Visits each module version once, and then what each visit returns; rejects at the first visit that rejects. */
export function visitAll(
  starts: readonly ModuleVersion[],
  visit: (m: ModuleVersion) => Promise<readonly ModuleVersion[]>,
  seen = new VersionSet(),
): Promise<void> {
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
