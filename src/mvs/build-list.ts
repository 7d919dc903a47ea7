/**
 * Minimal version selection over a port: build list, upgrades, downgrades, and the shortest list of requirements
 * that gives the same build list. go.dev/ref/mod#minimal-version-selection; the algorithms of research.swtch.com/vgo-mvs.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { TsgogetError } from '../errors.js';
import { formatModuleVersion, type ModuleVersion } from '../module/index.js';
import { BuildListError } from './build-list-error.js';
import { Graph } from './graph.js';
import {
  type DowngradeRequirements,
  orderOf,
  override,
  type Requirements,
  requiredOf,
  type UpgradeRequirements,
  visitAll,
} from './requirements.js';
import { VersionMap, VersionSet } from './version-map.js';

type Upgrade = (m: ModuleVersion) => Promise<ModuleVersion>;

const same = (a: ModuleVersion, b: ModuleVersion) => a.path === b.path && a.version === b.version;

/** The build list of the targets: the targets first, then the highest required version of each other module, by path. */
export async function buildListOf(targets: readonly ModuleVersion[], port: Requirements): Promise<ModuleVersion[]> {
  return selectTargets(await loadGraph(targets, port), targets);
}

/** The build list of the target when `upgrades` are required as well. Their lower requirements stay in force. */
export async function upgrade(
  target: ModuleVersion,
  port: Requirements,
  upgrades: readonly ModuleVersion[],
): Promise<ModuleVersion[]> {
  const list = [...(await requiredOf(port, target))];
  const present = new Set(list.map((m) => m.path));
  const versions = new Map<string, string>();
  for (const { path, version } of upgrades) {
    if (!present.has(path)) list.push({ path, version: 'none' });
    versions.set(path, higher(port, path, versions.get(path) ?? version, version));
  }
  return buildListWithUpgrades(target, override(port, target, list), async (m) => {
    return { path: m.path, version: versions.get(m.path) ?? m.version };
  });
}

/** The build list of the target in which every module is at its latest version. */
export function upgradeAll(target: ModuleVersion, port: UpgradeRequirements): Promise<ModuleVersion[]> {
  return buildListWithUpgrades(target, port, async (m) => (m.path === target.path ? target : port.upgrade(m)));
}

async function buildListWithUpgrades(target: ModuleVersion, port: Requirements, up: Upgrade): Promise<ModuleVersion[]> {
  return selectTargets(await loadGraph([target], port, up), [target]);
}

/** Loads all that the targets reach. Of several failures, the one nearest to a target is told. */
async function loadGraph(targets: readonly ModuleVersion[], port: Requirements, up?: Upgrade): Promise<Graph> {
  const graph = new Graph(orderOf(port), targets);
  const upgrades = new VersionMap<ModuleVersion>();
  const failures = new VersionMap<{ readonly reason: unknown }>();

  await visitAll(targets, async (m) => {
    const [required, upgraded] = await Promise.allSettled([requiredOf(port, m), up ? up(m) : m]);
    const failure = [required, upgraded].find((r) => r.status === 'rejected');
    if (failure) failures.set(m, failure);
    let list = required.status === 'fulfilled' ? required.value : [];
    if (upgraded.status === 'fulfilled' && !same(upgraded.value, m)) {
      upgrades.set(m, upgraded.value);
      list = [upgraded.value, ...list];
    }
    graph.require(m, list);
    return list;
  });

  const path = graph.findPath((m) => failures.has(m));
  if (path.length === 0) return graph;
  const isUpgrade = (from: ModuleVersion, to: ModuleVersion) => {
    const upgraded = upgrades.get(from);
    return upgraded !== undefined && same(upgraded, to);
  };
  throw new BuildListError(failures.get(path.at(-1)!)!.reason, path, isUpgrade);
}

function selectTargets(graph: Graph, targets: readonly ModuleVersion[]): ModuleVersion[] {
  const list = graph.buildList();
  const wrong = targets.findIndex((t, i) => list[i] === undefined || !same(t, list[i]));
  if (wrong < 0) return list;
  const target = targets[wrong]!;
  throw new TsgogetError(
    'build-list',
    `${formatModuleVersion(target)} cannot be the target: ${formatModuleVersion({ path: target.path, version: graph.selected(target.path) })} is required`,
  );
}

const higher = (port: Requirements, path: string, v1: string, v2: string) =>
  orderOf(port)(path, v1, v2) < 0 ? v2 : v1;

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
      if (!implied.add(next) || same(next, mainModule)) continue;
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

/**
 * The build list of the target in which the modules of `downgrades` are at most at those versions ('none' removes one).
 * Modules that need more are downgraded too, down to absence; no module is upgraded.
 */
export async function downgrade(
  target: ModuleVersion,
  port: DowngradeRequirements,
  downgrades: readonly ModuleVersion[],
): Promise<ModuleVersion[]> {
  const list = (await buildListOf([target], port)).slice(1);
  const limits = new Map(list.map((m) => [m.path, m.version]));
  for (const { path, version } of downgrades) {
    const limit = limits.get(path);
    if (limit === undefined || higher(port, path, limit, version) !== version) limits.set(path, version);
  }

  const lowered = [target, ...(await lowerUntilAllowed(list, port, limits))];
  // A module that another one pulls back up, to a version that `previous` does not know, no longer needs
  // what its lower version required: select again with the versions that the first selection arrived at.
  const actual = new Map(
    (await buildListOf([target], override(port, target, lowered))).map((m) => [m.path, m.version]),
  );
  const final = list.flatMap(({ path }) => (actual.has(path) ? [{ path, version: actual.get(path)! }] : []));
  return buildListOf([target], override(port, target, final));
}

/** Lowers each module of the list until nothing that it reaches is above the limits, or it is gone. */
async function lowerUntilAllowed(
  list: readonly ModuleVersion[],
  port: DowngradeRequirements,
  limits: ReadonlyMap<string, string>,
): Promise<ModuleVersion[]> {
  const exclusion = new Exclusion(port, limits);
  const current = [...list];
  for (let changed: readonly number[] = current.map((_, i) => i); changed.length > 0; ) {
    await exclusion.explore(changed.map((i) => current[i]!));
    changed = changed.filter((i) => exclusion.excludes(current[i]!));
    const previous = await Promise.allSettled(changed.map((i) => previousWithin(port, limits, current[i]!)));
    for (const [k, result] of previous.entries()) {
      if (result.status === 'rejected') throw result.reason;
      current[changed[k]!] = result.value;
    }
    changed = changed.filter((i) => current[i]!.version !== 'none');
  }
  return current.filter((m) => m.version !== 'none');
}

/** The version below `m`, or the limit when that lies between: `previous` need not list it (a pseudo-version). */
async function previousWithin(
  port: DowngradeRequirements,
  limits: ReadonlyMap<string, string>,
  m: ModuleVersion,
): Promise<ModuleVersion> {
  const { version } = await port.previous(m);
  const { path } = m;
  if (higher(port, path, version, m.version) !== m.version || version === m.version)
    throw new TsgogetError('failed', `${formatModuleVersion(m)}: the previous version, ${version}, is not lower`);
  const limit = limits.get(path) ?? 'none';
  const limitIsBetween =
    higher(port, path, limit, m.version) !== limit && higher(port, path, version, limit) !== version;
  return { path, version: limitIsBetween ? limit : version };
}

/** Which module versions are above the limits, cannot be loaded, or reach one that is so. */
class Exclusion {
  readonly #port: Requirements;
  readonly #limits: ReadonlyMap<string, string>;
  readonly #explored = new VersionSet();
  readonly #excluded = new VersionSet();
  readonly #requirers = new VersionMap<ModuleVersion[]>();

  constructor(port: Requirements, limits: ReadonlyMap<string, string>) {
    this.#port = port;
    this.#limits = limits;
  }

  excludes(m: ModuleVersion): boolean {
    return this.#excluded.has(m);
  }

  /** Loads what the modules reach as far as their exclusion hangs on it. */
  explore(modules: readonly ModuleVersion[]): Promise<void> {
    return visitAll(modules, (m) => this.#visit(m), this.#explored);
  }

  async #visit(m: ModuleVersion): Promise<readonly ModuleVersion[]> {
    if (this.#isAboveLimit(m)) return this.#exclude(m);
    let required: readonly ModuleVersion[];
    try {
      required = await requiredOf(this.#port, m);
    } catch {
      // old versions often lack a valid go.mod: such a version cannot be the answer
      return this.#exclude(m);
    }
    for (const r of required) {
      if (this.#isAboveLimit(r) || this.excludes(r)) return this.#exclude(m);
    }
    for (const r of required) {
      const requirers = this.#requirers.get(r);
      if (requirers) requirers.push(m);
      else this.#requirers.set(r, [m]);
    }
    return required;
  }

  #isAboveLimit({ path, version }: ModuleVersion): boolean {
    const limit = this.#limits.get(path);
    return limit !== undefined && higher(this.#port, path, version, limit) !== limit;
  }

  #exclude(m: ModuleVersion): readonly ModuleVersion[] {
    for (const queue = [m]; queue.length > 0; ) {
      const next = queue.pop()!;
      if (!this.#excluded.add(next)) continue;
      for (const requirer of this.#requirers.get(next) ?? []) queue.push(requirer);
    }
    return [];
  }
}
