/** Small module graphs for the tests: `A1` is version 1 of module A, `A` its main-module version '', `A0` stands for none. */
import fc from 'fast-check';
import type { ModuleVersion } from '../../src/module/index.js';
import type { Requirements } from '../../src/mvs/index.js';

export const mod = (text: string): ModuleVersion => {
  const version = text.slice(1);
  return { path: text[0]!, version: version === '0' ? 'none' : version };
};
export const mods = (text: string): ModuleVersion[] => text.split(' ').filter(Boolean).map(mod);
export const text = (list: readonly ModuleVersion[]): string =>
  list.map((m) => m.path + (m.version === 'none' ? '0' : m.version)).join(' ');

export type SmallGraph = ReadonlyMap<string, readonly ModuleVersion[]>;

/** A graph from lines such as `A: B1 C2`; what is only required requires nothing. */
export function graphOf(...lines: string[]): SmallGraph {
  const graph = new Map<string, ModuleVersion[]>();
  for (const line of lines) {
    const [name, list] = line.split(':');
    const required = mods(list!);
    graph.set(name!, required);
  }
  for (const required of [...graph.values()])
    for (const m of required) if (!graph.has(text([m]))) graph.set(text([m]), []);
  return graph;
}

/** A port over a graph, with the modules that it was asked about. */
export function portOf(graph: SmallGraph): Requirements & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    compare: (_path, v1, v2) => {
      if (!v1 || !v2 || v1 === 'none' || v2 === 'none') throw new Error('compare was asked about a special version');
      return Number(v1) - Number(v2);
    },
    required: async (m) => {
      asked.push(text([m]));
      const list = graph.get(text([m]));
      if (!list) throw new Error('no such version');
      return list;
    },
  };
}

const names = ['B', 'C', 'D', 'E', 'F'];
const someModule = fc.tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 3 })).map(([p, v]) => `${p}${v}`);
const allVersions = names.flatMap((p) => [1, 2, 3].map((v) => `${p}${v}`));

/** Random graphs, cycles included, with the main module A; every version of B to F exists. */
export const smallGraphs: fc.Arbitrary<SmallGraph> = fc
  .tuple(
    fc.array(someModule, { maxLength: 4 }),
    fc.array(
      fc.array(fc.oneof({ weight: 9, arbitrary: someModule }, { weight: 1, arbitrary: fc.constant('A1') }), {
        maxLength: 3,
      }),
      {
        minLength: allVersions.length,
        maxLength: allVersions.length,
      },
    ),
  )
  .map(([main, others]) =>
    graphOf(`A:${main.join(' ')}`, 'A1:', ...allVersions.map((name, i) => `${name}:${others[i]!.join(' ')}`)),
  );

/** The build list from its definition: close the set of required versions, then take the highest of each module. */
export function naiveBuildList(graph: SmallGraph, target: string): string {
  const reached = new Set([target]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const name of [...reached]) for (const m of graph.get(name) ?? []) reached.add(text([m]));
  }
  const highest = new Map<string, number>();
  for (const name of reached) {
    const version = name.length === 1 ? Number.POSITIVE_INFINITY : Number.parseInt(name.slice(1), 10);
    highest.set(name[0]!, Math.max(version, highest.get(name[0]!) ?? 0));
  }
  const rest = [...highest].filter(([path, v]) => path !== target[0] && v > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return [target, ...rest.map(([path, v]) => `${path}${v}`)].join(' ');
}
