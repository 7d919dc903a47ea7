/** A loading under way, as its steps see it. */
import type { Requirements } from '../graph/requirements.js';
import type { Session } from '../session/session.js';
import type { LoadOptions } from './load-options.js';
import type { LoadedPackage } from './loaded-package.js';

export interface Loading {
  readonly session: Session;
  readonly options: LoadOptions;
  /** As they follow from what has been loaded by now. */
  readonly requirements: Requirements;
  /** Packages and their tests, roots first, then by distance. */
  readonly packages: readonly LoadedPackage[];
  /** The go.mod files of modules are not read for their Go version alone. */
  readonly skipModFiles: boolean;
  /** Notes an error: with `allowErrors` it is said and no more, else `throwErrors` throws it. A refutation is thrown at once. */
  report(error: unknown): void;
  /** Throws what was reported, unless errors are allowed. */
  throwErrors(): void;
}
