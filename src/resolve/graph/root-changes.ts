/** What roots are to be brought into agreement with, besides their graph. */
import type { ModuleVersion } from '../../module/index.js';
import type { UsedPackage } from './used-package.js';

export interface RootChanges {
  /** Packages that were loaded: the modules of those that matter become roots. */
  readonly packages?: readonly UsedPackage[];
  /** To be selected at these versions at least. */
  readonly add?: readonly ModuleVersion[];
  /** The packages of the command line count as if the main module imported them (`get`). */
  readonly rootsImported?: boolean;
}
