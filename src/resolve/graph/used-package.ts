/** A loaded package as far as requirements follow from it: which module provides it, what it imports, and who needs it. */
import type { ModuleVersion } from '../../module/index.js';
import type { Session } from '../session/session.js';

export interface UsedPackage {
  readonly path: string;
  /** undefined: of the standard library, or not found. Version '': a main module. */
  readonly module: ModuleVersion | undefined;
  readonly imports: readonly UsedPackage[];
  readonly test: UsedPackage | undefined;
  /** Modules that could have provided it but do not: their zips are needed to know. */
  readonly altModules: readonly ModuleVersion[];
  /** It was asked for. */
  readonly isRoot: boolean;
  /** It was asked for, or something that was asked for leads to it. */
  readonly isFromRoot: boolean;
  /** It is in `all`; for a test: what it imports is (go.dev/ref/mod#glos-all-pattern). */
  readonly isInAll: boolean;
}

/** Reports whether the package is provided by a module that is no main module. */
export function fromExternalModule(session: Session, { module }: Pick<UsedPackage, 'module'>): boolean {
  return module !== undefined && !session.main.contains(module.path);
}
