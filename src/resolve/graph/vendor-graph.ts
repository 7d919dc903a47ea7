/** The vendor folder in place of a module graph: what it says, whether go.mod agrees with that, and the graph that it shows (go.dev/ref/mod#vendoring). */
import { dirname, join } from 'node:path';
import { decodeUtf8 } from '../../encoding/utf8.js';
import { TsgogetError } from '../../errors.js';
import { compareGo, hasRule } from '../../gover/index.js';
import { keyOf, type ModuleVersion, nameOf, sameModule } from '../../module/index.js';
import type { SourceTree } from '../../sourcetree/index.js';
import { type ModulesTxt, parseModulesTxt } from '../session/modules-txt.js';
import { type Session, type SessionParts, vendorDirOf } from '../session/session.js';
import { GoModDirtyError } from './go-mod-dirty-error.js';
import { rootsOf } from './main-roots.js';
import { ModuleGraph } from './module-graph.js';
import type { Requirements } from './requirements.js';

/** Reads vendor/modules.txt; empty when there is none. */
export async function readVendored(
  parts: Pick<SessionParts, 'settings' | 'workFilePath' | 'modRoots'>,
): Promise<ModulesTxt> {
  const data = await parts.settings.tree.read(modulesTxtIn(vendorDirOf(parts) ?? ''));
  return parseModulesTxt(data === undefined ? '' : (decodeUtf8(data) ?? ''));
}

/** Reports whether a vendor folder was made by `go work vendor`: as in go, the first line of its modules.txt says so. */
export async function isWorkspaceVendor(tree: SourceTree, vendorDir: string): Promise<boolean> {
  const data = await tree.read(modulesTxtIn(vendorDir));
  return parseModulesTxt(new TextDecoder().decode(data?.subarray(0, 512))).isWorkspace;
}

const modulesTxtIn = (vendorDir: string) => join(vendorDir, 'modules.txt');

/** Throws where a module needs a newer Go release, and where go.mod and modules.txt do not say the same. */
export function checkVendored(session: Session, vendored: ModulesTxt): void {
  for (const { module, goVersions } of vendored.entries) {
    const goVersion = goVersions.find((version) => compareGo(version, session.goVersion) > 0);
    if (goVersion === undefined) continue;
    throw session.tooNew(`${module.path} in ${session.short(modulesTxtIn(session.vendorDir ?? ''))}`, goVersion);
  }
  const problems = [...vendorProblems(session, vendored)].map(([m, words]) => `\n\t${nameOf(m)}: ${words}`);
  if (problems.length === 0) return;
  const command = session.isWorkspace ? 'work' : 'mod';
  throw new TsgogetError(
    'build-list',
    `inconsistent vendoring in ${dirname(session.vendorDir!)}:${problems.join('')}\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo ${command} vendor`,
  );
}

/** What go.mod or go.work and modules.txt say differently, in the go command's words. */
export function* vendorProblems(session: Session, vendored: ModulesTxt): Generator<[ModuleVersion, string]> {
  const { main } = session;
  const before114 = !session.isWorkspace && compareGo(main.single.index?.goVersion || '0', '1.14') < 0;
  for (const r of main.modules.flatMap((m) => m.file?.require ?? [])) {
    if (vendored.meta.get(keyOf(r))?.explicit) continue;
    if (!before114) {
      yield [r, 'is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt'];
      continue;
    }
    const version = vendored.versions.get(r.path);
    if (version !== undefined && version !== r.version) {
      yield [r, `is explicitly required in go.mod, but vendor/modules.txt indicates ${r.path}@${version}`];
    }
  }
  const sparesMain = hasRule(session.goVersion, 'vendor-replacements-once');
  const namesFile = hasRule(session.goVersion, 'vendor-consistency-words');
  const fileName = (file = '') => (namesFile ? session.short(file) : 'go.mod');
  const seen = new Set<string>();
  for (const { old } of [...main.modules.flatMap((m) => m.file?.replace ?? []), ...(main.workFile?.replace ?? [])]) {
    if (seen.has(keyOf(old))) continue;
    seen.add(keyOf(old));
    const from = main.replacementFrom(old);
    const to = main.replacement(old);
    const marked = vendored.meta.get(keyOf(old))?.replacement;
    if (marked === undefined) {
      const unused = old.version === '' || vendored.versions.get(old.path) !== old.version;
      if ((from === undefined && sparesMain) || (before114 && unused)) continue;
      yield [old, `is replaced in ${fileName(from?.file)}, but not marked as replaced in vendor/modules.txt`];
    } else if (to === undefined || !sameModule(marked, to)) {
      const by = from === undefined ? '' : nameOf(from.to);
      yield [
        old,
        `is replaced by ${by} in ${fileName(from?.file)}, but marked as replaced by ${nameOf(marked)} in vendor/modules.txt`,
      ];
    }
  }
  for (const m of vendored.modules) {
    const required = main.modules.some((mm) => mm.index?.require.has(keyOf(m)));
    if (!vendored.meta.get(keyOf(m))?.explicit || required) continue;
    const article = session.isWorkspace ? 'a ' : '';
    yield [m, `is marked as explicit in vendor/modules.txt, but not explicitly required in ${article}go.mod`];
  }
  for (const { module: m, replacement } of vendored.entries) {
    const to = main.replacement(m);
    if (replacement === undefined || (to !== undefined && (namesFile || sameModule(replacement, to)))) continue;
    if (to !== undefined) {
      yield [
        m,
        `is marked as replaced by ${nameOf(replacement)} in vendor/modules.txt, but replaced by ${nameOf(to)} in go.mod`,
      ];
      continue;
    }
    yield [
      m,
      `is marked as replaced in vendor/modules.txt, but not replaced in ${session.isWorkspace ? 'the workspace' : 'go.mod'}`,
    ];
  }
}

/** The graph as the vendor folder shows it: what is vendored, with nothing known of how it is required. */
export function vendorGraph(session: Session, rs: Requirements, vendored: ModulesTxt): ModuleGraph {
  const { main } = session;
  const graph = new ModuleGraph(session.isWorkspace ? rs.roots : main.versions);
  const rest = { path: 'vendor/modules.txt', version: '' };
  if (rs.pruning === 'pruned') {
    if (vendored.modules.some((m) => rs.rootSelected(m.path) !== m.version)) throw new GoModDirtyError(session);
    graph.graph.require(main.versions[0]!, rs.roots);
    return graph;
  }
  if (session.isWorkspace) {
    for (const m of main.modules)
      graph.graph.require({ path: m.path, version: '' }, [...rootsOf(session, m, false).roots, rest]);
  } else {
    graph.graph.require(main.versions[0]!, [...rs.roots, rest]);
  }
  graph.graph.require(rest, vendored.modules);
  return graph;
}
