/** What vendor/modules.txt is to say: each module that provides a package or is required, what it is replaced by, its packages. */
import { normalize } from 'node:path';
import { compareBytes } from '../../encoding/compare-bytes.js';
import { quoteGo } from '../../encoding/quote-go.js';
import { TsgogetError, unlessRefuted } from '../../errors.js';
import { compareGo, hasRule, modSort } from '../../gover/index.js';
import { goModKey } from '../../modfetch/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { foldCase } from '../../modzip/index.js';
import type { Requirements } from '../graph/requirements.js';
import type { ModulesTxtContent, ModulesTxtEntry } from '../session/modules-txt.js';
import type { Session } from '../session/session.js';

/** A module with the paths of the packages that it provides. */
export interface ProvidingModule {
  readonly module: ModuleVersion;
  readonly packages: readonly string[];
}

/** Throws 'ambiguous' for two modules whose folders are one where case does not count. Bare: go says it without its name. */
export function checkCollisions(modules: readonly ProvidingModule[]): void {
  const byFold = new Map<string, string>();
  for (const { path } of modules.map((m) => m.module)) {
    const other = byFold.get(foldCase(path));
    if (other !== undefined && other !== path) {
      throw new TsgogetError(
        'ambiguous',
        `go.mod: case-insensitive import collision: ${quoteGo(path)} and ${quoteGo(other)}`,
        { bare: true },
      );
    }
    byFold.set(foldCase(path), path);
  }
}

/**
 * From Go 1.14 on what is required and all replacements are named, so that modules.txt can be compared with go.mod; from Go 1.17 on
 * the go line of each module. Throws 'failed' for a replacement inside the vendor folder.
 */
export async function vendoredModules(
  rs: Requirements,
  providing: readonly ProvidingModule[],
): Promise<ModulesTxtContent> {
  const { session } = rs;
  const { main } = session;
  const isComparable =
    compareGo(main.goVersion, '1.14') >= 0 && (session.isWorkspace || main.single.file?.go !== undefined);
  const required = isComparable ? main.modules.flatMap((m) => m.file?.require ?? []) : [];
  const explicit = new Set(required.map(keyOf));
  const packages = new Map(providing.map((p) => [keyOf(p.module), p.packages]));
  const modules = distinct([
    ...required.map(({ path, version }) => ({ path, version })),
    ...providing.map((p) => p.module),
  ]);
  modSort(modules);
  const goVersions =
    compareGo(main.goVersion, '1.17') >= 0 ? await Promise.all(modules.map((m) => goVersionOf(rs, m.path))) : [];
  const entries: ModulesTxtEntry[] = modules.map((m, i) => ({
    module: m,
    replacement: main.replacement(m),
    explicit: explicit.has(keyOf(m)),
    goVersions: goVersions[i] ? [goVersions[i]] : [],
    packages: (packages.get(keyOf(m)) ?? []).toSorted(compareBytes),
  }));
  if (isComparable) entries.push(...unusedReplacements(session, modules, packages));
  for (const { replacement } of entries) {
    if (replacement === undefined || !/^vendor(?:[/\\]|$)/.test(normalize(replacement.path))) continue;
    throw new TsgogetError('failed', `replacement path ${replacement.path} inside vendor directory`);
  }
  return { isWorkspace: session.isWorkspace && session.modRoots.length > 0, entries };
}

function distinct(modules: readonly ModuleVersion[]): ModuleVersion[] {
  return [...new Map(modules.map((m) => [keyOf(m), m])).values()];
}

/** Replacements of all versions, or of versions that are not in use: who reads modules.txt cannot know that they had no effect. */
function* unusedReplacements(
  { main, goVersion }: Session,
  modules: readonly ModuleVersion[],
  packages: ReadonlyMap<string, unknown>,
): Generator<ModulesTxtEntry> {
  const entry = (module: ModuleVersion, replacement: ModuleVersion): ModulesTxtEntry => ({
    module,
    replacement,
    explicit: false,
    goVersions: [],
    packages: [],
  });
  const ofModules = main.modules.flatMap((m) => m.file?.replace ?? []);
  if (!hasRule(goVersion, 'vendor-replacements-once')) {
    // again those of modules that are named for being required alone
    for (const r of ofModules) if (!packages.has(keyOf(r.old))) yield entry(r.old, r.new);
    return;
  }
  const written = new Set(modules.map(keyOf));
  const isNew = (m: ModuleVersion) => !written.has(keyOf(m)) && written.add(keyOf(m));
  for (const r of main.workFile?.replace ?? []) if (isNew(r.old)) yield entry(r.old, r.new);
  for (const { old } of ofModules) {
    if (!isNew(old)) continue;
    const to = main.replacement(old);
    if (to !== undefined) yield entry(old, to); // a main module is never replaced
  }
}

/** The go line of the selected version of a module; '' where nothing is known of it. */
async function goVersionOf(rs: Requirements, path: string): Promise<string> {
  const { session } = rs;
  const root = rs.pruning === 'pruned' ? rs.rootSelected(path) : undefined;
  const version = root ?? (await rs.wholeGraph()).selected(path);
  if (version === 'none') return '';
  const m = { path, version };
  const actual = session.main.resolve(m);
  const known = session.summaries.knownGoVersion(m);
  if (known) return known; // of a replaced module too, if it replaces another one, as go has it
  const { sums } = session.fetcher;
  if (actual.version !== '' && session.mustHaveSums && !sums.has(actual.path, goModKey(actual.version))) return '';
  return session.summaries.raw(actual).then((summary) => summary.goVersion, unlessRefuted(''));
}
