/** What loading packages is asked for, and what it gives. */
import type { BuildTags } from '../../imports/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { Requirements } from '../graph/requirements.js';
import type { PackageMatch } from '../search/package-match.js';
import type { LoadedPackage } from './loaded-package.js';

export interface LoadOptions {
  /** Default: 'any'. */
  readonly tags?: BuildTags;
  /** Requirements and sums are reduced to what the packages need. */
  readonly tidy?: boolean;
  /** The go line that the tidy requirements get. */
  readonly tidyGoVersion?: string | undefined;
  /** The oldest Go release that must load the same; default: the one before the go line's, from Go 1.21 on the same. */
  readonly tidyCompatibleVersion?: string | undefined;
  /** Modules are looked for and added for packages that none provides. */
  readonly resolveMissingImports?: boolean;
  /** The packages asked for count as imported by a main module. */
  readonly assumeRootsImported?: boolean;
  /** Asked about each package once its module is known; what it rejects with is the package's error. */
  readonly allowPackage?: (path: string, m: ModuleVersion | undefined) => Promise<void>;
  /** Told of each package from outside the standard library as soon as it is asked for or imported, and before its module is looked for: for what to prefetch. */
  readonly prefetch?: (path: string) => void;
  /** Tests of the packages that are asked for are loaded. */
  readonly loadTests?: boolean;
  /** So are those of standard packages, which lead to standard packages alone. */
  readonly standardTests?: boolean;
  /** `all` as vendoring means it, whatever the go line says. */
  readonly useVendorAll?: boolean;
  /** Errors are said and gone past. */
  readonly allowErrors?: boolean;
  /** What is wrong with patterns and packages is neither said nor thrown; it stands in the matches and packages. */
  readonly silencePackageErrors?: boolean;
  readonly silenceMissingStdImports?: boolean;
  readonly silenceNoGoErrors?: boolean;
  readonly silenceUnmatchedWarnings?: boolean;
  /** Patterns are matched against this main module alone. */
  readonly mainModule?: ModuleVersion | undefined;
  /** -v: `tidy` says which modules are unused, and the whole of a conflict. */
  readonly verbose?: boolean;
}

/** What was loaded, once it is done. */
export interface Loaded {
  /** Packages and their tests, roots first, then by distance. */
  readonly packages: readonly LoadedPackage[];
  readonly requirements: Requirements;
  readonly isTidy: boolean;
  package(path: string): LoadedPackage | undefined;
  /** The shortest chain of imports that leads to a package, a line each; '' where nothing does. */
  why(path: string): string;
  whyDepth(path: string): number;
}

export interface LoadResult {
  readonly matches: readonly PackageMatch[];
  /** The paths of all packages that were loaded, sorted. */
  readonly packages: readonly string[];
  readonly loaded: Loaded;
  /** What `allowErrors` went past. */
  readonly errors: readonly unknown[];
  /** With `tidy`: the sums that go.sum is to hold, older releases included, and the oldest of those. */
  readonly tidy: { readonly keep: ReadonlySet<string>; readonly compatVersion: string } | undefined;
}
