/**
 * vendor/modules.txt: what the vendor folder says it holds, and whether go.mod agrees (go.dev/ref/mod#vendoring).
 */
import { dirname, join } from 'node:path';
import { decodeUtf8 } from '../../encoding/utf8.js';
import { TsgogetError } from '../../errors.js';
import { compareGo, modCompare } from '../../gover/index.js';
import { isImportPath, keyOf, type ModuleVersion, nameOf, sameModule, semver } from '../../module/index.js';
import type { SourceTree } from '../../sourcetree/index.js';
import { rootsOf } from '../graph/initial-requirements.js';
import { ModuleGraph } from '../graph/module-graph.js';
import { GoModDirtyError, type Requirements } from '../graph/requirements.js';
import type { Session } from './session.js';

interface VendoredModule {
  explicit: boolean;
  replacement: ModuleVersion | undefined;
  goVersion: string;
}

export interface Vendored {
  /** The modules that provide packages, in order of appearance. */
  readonly modules: readonly ModuleVersion[];
  /** path → version, of those modules */
  readonly versions: ReadonlyMap<string, string>;
  readonly replaced: readonly ModuleVersion[];
  /** Each module that has a line of its own, in order of appearance. */
  readonly named: readonly ModuleVersion[];
  readonly meta: ReadonlyMap<string, VendoredModule>;
  /** Each package that is listed, with the module that it is listed under; in order of appearance. */
  readonly packages: readonly (readonly [pkg: string, module: ModuleVersion])[];
}

const modulesByPackage = new WeakMap<Vendored, ReadonlyMap<string, ModuleVersion>>();

/** The module under which modules.txt lists a package; the last one where it is listed twice. */
export function vendoredModuleOf(vendored: Vendored, pkg: string): ModuleVersion | undefined {
  let modules = modulesByPackage.get(vendored);
  if (modules === undefined) {
    modules = new Map(vendored.packages);
    modulesByPackage.set(vendored, modules);
  }
  return modules.get(pkg);
}

// what Go's unicode.IsSpace says, which is not what \s says: both must read one file the same way
const space = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const fields = (line: string) => line.split(space).filter(Boolean);

function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && space.test(text[start]!)) start++;
  while (start < end && space.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Reports whether modules.txt was written by `go work vendor`. */
export async function isWorkspaceVendor(tree: SourceTree, vendorDir: string): Promise<boolean> {
  const data = await tree.read(join(vendorDir, 'modules.txt'));
  const [first = ''] = new TextDecoder().decode(data?.subarray(0, 512)).split('\n');
  return first.startsWith('## ') && annotations(first).includes('workspace');
}

const annotations = (line: string) => line.slice('## '.length).split(';').map(trimSpace);

/** Reads vendor/modules.txt; empty when there is none. */
export async function readVendored(session: Session): Promise<Vendored> {
  const file = join(session.vendorDir ?? '', 'modules.txt');
  const data = await session.tree.read(file);
  const text = data === undefined ? '' : (decodeUtf8(data) ?? '');
  return parseVendored(text, (module, goVersion) => {
    session.summaries.goVersions.set(keyOf(module), goVersion);
    if (compareGo(goVersion, session.goVersion) > 0) {
      throw session.tooNew(`${module.path} in ${session.short(file)}`, goVersion);
    }
  });
}

/** Parses modules.txt. `onGoVersion` is told of each `## go` annotation. */
export function parseVendored(text: string, onGoVersion: (m: ModuleVersion, goVersion: string) => void): Vendored {
  const modules: ModuleVersion[] = [];
  const versions = new Map<string, string>();
  const replaced: ModuleVersion[] = [];
  const named: ModuleVersion[] = [];
  const meta = new Map<string, VendoredModule>();
  const packages: [string, ModuleVersion][] = [];
  let current: ModuleVersion | undefined;
  const metaOf = (m: ModuleVersion) => {
    const found = meta.get(keyOf(m)) ?? { explicit: false, replacement: undefined, goVersion: '' };
    meta.set(keyOf(m), found);
    return found;
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) {
      const [, path = '', second = '', ...rest] = fields(line);
      if (second === '') continue;
      if (semver.isValid(second)) current = { path, version: second };
      else if (second === '=>') current = { path, version: '' };
      else {
        current = undefined;
        continue;
      }
      named.push(current);
      const to = second === '=>' ? rest : rest[0] === '=>' ? rest.slice(1) : [];
      const [newPath, newVersion] = to;
      if (newPath !== undefined && (to.length === 1 || (to.length === 2 && semver.isValid(newVersion!)))) {
        metaOf(current).replacement = { path: newPath, version: newVersion ?? '' };
        replaced.push(current);
      }
      continue;
    }
    if (current === undefined) continue;
    if (line.startsWith('## ')) {
      for (const entry of annotations(line)) {
        if (entry === 'explicit') metaOf(current).explicit = true;
        if (entry.startsWith('go ')) {
          metaOf(current).goVersion = entry.slice(3);
          onGoVersion(current, entry.slice(3));
        }
      }
    } else {
      const [pkg, ...more] = fields(line);
      if (pkg === undefined || more.length > 0 || !isImportPath(pkg)) continue;
      packages.push([pkg, current]);
      const old = versions.get(current.path);
      if (old === undefined || modCompare(current.path, old, current.version) < 0) {
        modules.push(current);
        versions.set(current.path, current.version);
      }
    }
  }
  return { modules, versions, replaced, named, meta, packages };
}

/** Throws when go.mod and modules.txt do not say the same. */
export function checkVendored(session: Session, vendored: Vendored): void {
  const problems = [...vendorProblems(session, vendored)].map(([m, words]) => `\n\t${nameOf(m)}: ${words}`);
  if (problems.length === 0) return;
  const command = session.isWorkspace ? 'work' : 'mod';
  throw new TsgogetError(
    'build-list',
    `inconsistent vendoring in ${dirname(session.vendorDir!)}:${problems.join('')}\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo ${command} vendor`,
  );
}

/** What go.mod or go.work and modules.txt say differently, in the go command's words. */
export function* vendorProblems(session: Session, vendored: Vendored): Generator<[ModuleVersion, string]> {
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
  const seen = new Set<string>();
  for (const { old } of [...main.modules.flatMap((m) => m.file?.replace ?? []), ...(main.workFile?.replace ?? [])]) {
    if (seen.has(keyOf(old))) continue;
    seen.add(keyOf(old));
    const from = main.replacementFrom(old);
    const to = main.replacement(old);
    const marked = vendored.meta.get(keyOf(old))?.replacement;
    if (marked === undefined) {
      const unused = old.version === '' || vendored.versions.get(old.path) !== old.version;
      if (from === undefined || (before114 && unused)) continue;
      yield [old, `is replaced in ${session.short(from.file)}, but not marked as replaced in vendor/modules.txt`];
    } else if (to === undefined || !sameModule(marked, to)) {
      const by = from === undefined ? '' : nameOf(from.to);
      yield [
        old,
        `is replaced by ${by} in ${session.short(from?.file ?? '')}, but marked as replaced by ${nameOf(marked)} in vendor/modules.txt`,
      ];
    }
  }
  for (const m of vendored.modules) {
    const required = main.modules.some((mm) => mm.index?.require.has(keyOf(m)));
    if (!vendored.meta.get(keyOf(m))?.explicit || required) continue;
    const article = session.isWorkspace ? 'a ' : '';
    yield [m, `is marked as explicit in vendor/modules.txt, but not explicitly required in ${article}go.mod`];
  }
  for (const m of vendored.replaced) {
    if (main.replacement(m) !== undefined) continue;
    yield [
      m,
      `is marked as replaced in vendor/modules.txt, but not replaced in ${session.isWorkspace ? 'the workspace' : 'go.mod'}`,
    ];
  }
}

/** The graph as the vendor folder shows it: what is vendored, with nothing known of how it is required. */
export function vendorGraph(session: Session, rs: Requirements, vendored: Vendored): ModuleGraph {
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
