/**
 * Minimal version selection over a port: the build list, and the shortest list of requirements that gives the same one.
 * go.dev/ref/mod#minimal-version-selection; the algorithms of research.swtch.com/vgo-mvs.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { TsgogetError } from '../errors.js';
import { formatModuleVersion, type ModuleVersion, sameModule } from '../module/index.js';
import { BuildListError } from './build-list-error.js';
import { Graph } from './graph.js';
import { type Requirements, visitAll } from './requirements.js';
import { VersionMap, VersionSet } from './version-map.js';

/** The build list of the targets: the targets first, then the highest required version of each other module, by path. */
export async function buildListOf(targets: readonly ModuleVersion[], port: Requirements): Promise<ModuleVersion[]> {
  return selectTargets(await loadGraph(targets, port), targets);
}

/** Loads all that the targets reach. Of several failures, the one nearest to a target is told. */
async function loadGraph(targets: readonly ModuleVersion[], port: Requirements): Promise<Graph> {
  const graph = new Graph(port.compare, targets);
  const failures = new VersionMap<{ readonly reason: unknown }>();
  await visitAll(targets, async (m) => {
    let list: readonly ModuleVersion[] = [];
    try {
      if (m.version !== 'none') list = await port.required(m);
    } catch (reason) {
      failures.set(m, { reason });
    }
    graph.require(m, list);
    return list;
  });
  const path = graph.findPath((m) => failures.has(m));
  if (path.length === 0) return graph;
  throw new BuildListError(failures.get(path.at(-1)!)!.reason, path);
}

function selectTargets(graph: Graph, targets: readonly ModuleVersion[]): ModuleVersion[] {
  const list = graph.buildList();
  const wrong = targets.findIndex((t, i) => list[i] === undefined || !sameModule(t, list[i]));
  if (wrong < 0) return list;
  const target = targets[wrong]!;
  throw new TsgogetError(
    'build-list',
    `${formatModuleVersion(target)} cannot be the target: ${formatModuleVersion({ path: target.path, version: graph.selected(target.path) })} is required`,
  );
}

/**
 * The shortest list of requirements, by path, with which the main module has the build list that it has now,
 * given that the modules of `basePaths` are listed. Throws 'build-list' when one of those is not in the build list.
 */
export async function minimalRequirements(
  mainModule: ModuleVersion,
  basePaths: readonly string[],
  port: Requirements,
): Promise<ModuleVersion[]> {
  const graph = await loadGraph([mainModule], port);
  const list = selectTargets(graph, [mainModule]);
  const implied = new VersionSet();
  const minimal: ModuleVersion[] = [];
  const add = (m: ModuleVersion) => {
    minimal.push(m);
    for (const queue = [m]; queue.length > 0; ) {
      const next = queue.pop()!;
      if (!implied.add(next) || sameModule(next, mainModule)) continue;
      for (const r of graph.requiredBy(next) ?? []) queue.push(r);
    }
  };

  for (const path of new Set(basePaths)) {
    const version = graph.selected(path);
    if (version === 'none') throw new TsgogetError('build-list', `module ${path} is not in the build list`);
    add({ path, version });
  }
  for (const m of postorder(graph, mainModule, list).reverse()) {
    if (graph.selected(m.path) === m.version && !implied.has(m)) add(m);
  }
  return minimal.sort((a, b) => compareBytes(a.path, b.path));
}

/** What the list reaches without passing through the main module, each after all that it requires (but for cycles). */
function postorder(graph: Graph, mainModule: ModuleVersion, list: readonly ModuleVersion[]): ModuleVersion[] {
  const seen = new VersionSet();
  seen.add(mainModule);
  const order: ModuleVersion[] = [];
  for (const start of list) {
    // an explicit stack: a chain of requirements may be longer than the stack of calls allows
    const stack: { m: ModuleVersion; next: number }[] = seen.add(start) ? [{ m: start, next: 0 }] : [];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const r = graph.requiredBy(top.m)?.[top.next++];
      if (r === undefined) order.push(stack.pop()!.m);
      else if (seen.add(r)) stack.push({ m: r, next: 0 });
    }
  }
  return order;
}
