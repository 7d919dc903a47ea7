/**
 * Loads the packages that patterns match, and all that they import, without compiling anything
 * (go.dev/ref/mod#package-module-resolution). Nothing is written.
 */
import { compareBytes } from '../../encoding/compare-bytes.js';
import { quoteGo } from '../../encoding/quote-go.js';
import { compareGo, goStrictVersion, prevGo } from '../../gover/index.js';
import { Requirements } from '../graph/requirements.js';
import { cleanPatterns, PackageMatch } from '../search/package-match.js';
import { FolderScanner } from '../search/scan-folder.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { keepSums } from './keep-sums.js';
import type { Loaded, LoadOptions, LoadResult } from './load-options.js';
import { whyDepth, whyText } from './loaded-package.js';
import { Loader } from './loader.js';
import { PatternMatcher } from './pattern-matcher.js';
import { checkTidyCompatibility } from './tidy-compatibility.js';

/**
 * Loads packages by patterns: import paths, local folders, `...` wildcards, `all`, `work`, `tool`, `std`, `cmd`.
 * Gives the requirements that follow with what was loaded. Throws what went wrong, in order, unless `allowErrors`.
 */
export async function loadPackages(
  initial: Requirements,
  options: LoadOptions,
  ...patterns: readonly string[]
): Promise<LoadResult> {
  const { session } = initial;
  const matches = cleanPatterns(patterns, session.goVersion).map(
    (pattern) => new PackageMatch(pattern, session.goVersion),
  );
  const matcher = new PatternMatcher(session, matches, options);
  const loader = new Loader({
    options,
    scanner: session.shared(FolderScanner),
    requirements: initial,
    allIsRoot: matches.some((m) => m.pattern === 'all'),
    listRoots: async (rs) => {
      await matcher.update(rs, undefined);
      return matches.flatMap((m) => m.packages);
    },
  });
  await loader.load();
  await matcher.update(loader.requirements, loader.all);
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
  const keep = await keepSums(rs, loaded, 'loaded-zips');
  const compatVersion = compatibleVersion(rs.goVersion, options.tidyCompatibleVersion ?? '');
  const pruning = pruningForGoVersion(compatVersion);
  if (pruning !== rs.pruning) {
    const compat = new Requirements(session, pruning, rs.roots, rs.direct);
    await checkTidyCompatibility(loader, compat, compatVersion);
    for (const key of await keepSums(compat, loaded, 'loaded-zips')) keep.add(key);
  }
  return { keep, compatVersion };
}

function compatibleVersion(goVersion: string, asked: string): string {
  const version = asked === '' && compareGo(goVersion, goStrictVersion) < 0 ? prevGo(goVersion) : asked || goVersion;
  // every release understands what was written for older ones
  return compareGo(version, goVersion) > 0 ? goVersion : version;
}
