/**
 * Loads the packages that patterns match, and all that they import, without compiling anything
 * (go.dev/ref/mod#package-module-resolution). The requirements that follow are the session's from then on; nothing is written.
 */
import { compareBytes } from '../../encoding/compare-bytes.js';
import { quoteGo } from '../../encoding/quote-go.js';
import { compareGo, goStrictVersion, prevGo } from '../../gover/index.js';
import type { BuildTags } from '../../imports/index.js';
import type { ModuleVersion } from '../../module/index.js';
import { Requirements } from '../graph/requirements.js';
import { cleanPatterns, PackageMatch } from '../search/package-match.js';
import { scannerOf } from '../search/scan-folder.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { keepSums } from './keep-sums.js';
import { type LoadedPackage, whyDepth, whyText } from './loaded-package.js';
import { Loader } from './loader.js';
import { PatternMatcher } from './pattern-matcher.js';
import { checkTidyCompatibility } from './tidy-compatibility.js';

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
  /** Told of each package from outside the standard library as soon as it is asked for or imported, and before its module is looked for. */
  readonly foresee?: (path: string) => void;
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

/**
 * Loads packages by patterns: import paths, local folders, `...` wildcards, `all`, `work`, `tool`, `std`, `cmd`.
 * Sets the session's requirements and `loaded`. Throws what went wrong, in order, unless `allowErrors`.
 */
export async function loadPackages(
  session: Session,
  options: LoadOptions,
  ...patterns: readonly string[]
): Promise<LoadResult> {
  const matches = cleanPatterns(patterns).map((pattern) => new PackageMatch(pattern));
  const initial = session.requirements;
  const matcher = new PatternMatcher(session, matches, options);
  const loader = new Loader({
    session,
    options,
    scanner: scannerOf(session),
    requirements: initial,
    allIsRoot: matches.some((m) => m.pattern === 'all'),
    listRoots: async (rs) => {
      await matcher.update(rs, undefined);
      return matches.flatMap((m) => m.packages);
    },
  });
  await loader.load();
  await matcher.update(loader.requirements, loader);
  if (!options.silencePackageErrors) {
    for (const match of matches) for (const error of match.errors) loader.report(error);
  }
  loader.throwErrors();
  if (!options.silenceUnmatchedWarnings) warnUnmatched(session, matches);

  let tidy: LoadResult['tidy'];
  if (options.tidy) {
    if (options.verbose) await tellUnused(session, initial, loader.requirements);
    tidy = await tidySums(loader);
  }
  const loaded = loadedBy(loader);
  session.loaded = loaded;
  session.requirements = loader.requirements;
  const packages = loader.packages.filter((p) => p.testOf === undefined).map((p) => p.path);
  return { matches, packages: packages.sort(compareBytes), loaded, errors: loader.errors, tidy };
}

function warnUnmatched(session: Session, matches: readonly PackageMatch[]): void {
  for (const m of matches) {
    if (m.packages.length > 0 || m.errors.length > 0) continue;
    session.settings.message(`warning: ${quoteGo(m.pattern)} matched no packages`);
  }
}

function loadedBy(loader: Loader): Loaded {
  return {
    packages: loader.packages,
    requirements: loader.requirements,
    isTidy: loader.options.tidy ?? false,
    package: (path) => loader.package(path),
    why: (path) => whyText(loader.package(path)),
    whyDepth: (path) => whyDepth(loader.package(path)),
  };
}

/** Says which of the roots that were there are needed no more. */
async function tellUnused(session: Session, before: Requirements, after: Requirements): Promise<void> {
  const graph = await after.graph();
  for (const m of before.roots) {
    // in an unpruned graph a root may live on as a requirement of another module
    const isUnused =
      after.pruning === 'unpruned' ? graph.selected(m.path) === 'none' : after.rootSelected(m.path) === undefined;
    if (isUnused) session.settings.notice(`unused ${m.path}`);
  }
}

/** The sums that the tidy requirements need, and those that the oldest compatible release needs besides. */
async function tidySums(loader: Loader): Promise<NonNullable<LoadResult['tidy']>> {
  const { session, requirements: rs, options } = loader;
  const loaded = loadedBy(loader);
  const keep = await keepSums(session, loaded, rs, 'loaded-zips');
  const compatVersion = compatibleVersion(rs.goVersion, options.tidyCompatibleVersion ?? '');
  const pruning = pruningForGoVersion(compatVersion);
  if (pruning !== rs.pruning) {
    const compat = new Requirements(session, pruning, rs.roots, rs.direct);
    await checkTidyCompatibility(loader, compat, compatVersion);
    for (const key of await keepSums(session, loaded, compat, 'loaded-zips')) keep.add(key);
  }
  return { keep, compatVersion };
}

function compatibleVersion(goVersion: string, asked: string): string {
  const version = asked === '' && compareGo(goVersion, goStrictVersion) < 0 ? prevGo(goVersion) : asked || goVersion;
  // every release understands what was written for older ones
  return compareGo(version, goVersion) > 0 ? goVersion : version;
}
