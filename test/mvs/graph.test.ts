import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Graph, VersionMap, VersionSet } from '../../src/mvs/index.js';
import { graphOf, mod, mods, naiveBuildList, type SmallGraph, smallGraphs, text } from './small-graphs.js';

const numeric = (_path: string, v1: string, v2: string) => Number(v1) - Number(v2);

function load(g: Graph, graph: SmallGraph, pick: (n: number) => number = () => 0): Graph {
  const known = new Set<string>();
  for (;;) {
    const open: string[] = [];
    g.walkBreadthFirst((m) => {
      if (!known.has(text([m]))) open.push(text([m]));
    });
    if (open.length === 0) return g;
    const name = open[pick(open.length)]!;
    known.add(name);
    g.require(mod(name), graph.get(name) ?? []);
  }
}

describe('Graph', () => {
  test('selects the highest required version, the main module first', () => {
    const g = load(new Graph(numeric, mods('A')), graphOf('A:C1 B1', 'B1:D4', 'C1:D3', 'D4:', 'D3:E1'));
    expect(text(g.buildList())).toBe('A B1 C1 D4 E1');
    expect(g.selected('D')).toBe('4');
    expect(g.selected('Z')).toBe('none');
    expect(text(g.requiredBy(mod('C1'))!)).toBe('D3');
    expect(g.requiredBy(mod('C2'))).toBeUndefined();
  });

  test('no version of a main module beats the main module itself', () => {
    const g = load(new Graph(numeric, mods('A')), graphOf('A:B1', 'B1:A9', 'A9:C1'));
    expect(text(g.buildList())).toBe('A B1 C1');
  });

  test('roots come first in their own order, several versions of one root count, none is not listed', () => {
    const g = new Graph(numeric, mods('C2 A B0 C3'));
    expect(text(g.buildList())).toBe('C3 A');
    g.require(mod('C2'), mods('Z1 D1 Y0'));
    expect(text(g.buildList())).toBe('C3 A D1 Z1');
  });

  test('orders paths by their bytes', () => {
    const g = new Graph(numeric, mods('A'));
    g.require(mod('A'), [
      { path: '\u{1f600}', version: '1' },
      { path: '\uff5e', version: '1' },
    ]);
    expect(g.buildList().map((m) => m.path)).toEqual(['A', '\uff5e', '\u{1f600}']);
  });

  test('a module named like a property of Object is a module like any other', () => {
    const g = new Graph(numeric, mods('A'));
    g.require(mod('A'), [{ path: '__proto__', version: '1' }]);
    expect(g.selected('__proto__')).toBe('1');
    expect(g.selected('constructor')).toBe('none');
  });

  test('refuses a second list of requirements, and a module that nothing leads to', () => {
    const g = new Graph(numeric, mods('A'));
    g.require(mod('A'), []);
    expect(() => g.require(mod('A'), [])).toThrow('requirements of A@ have already been set');
    expect(() => g.require(mod('B1'), [])).toThrow('B@1 is not reachable from any root');
  });

  test('walks breadth first, each module version once', () => {
    const g = load(new Graph(numeric, mods('A')), graphOf('A:B1 C1', 'B1:D1 A', 'C1:D1 D2 E0', 'D1:C1'));
    const seen: string[] = [];
    g.walkBreadthFirst((m) => seen.push(text([m])));
    expect(seen.join(' ')).toBe('A B1 C1 D1 D2');
  });

  test('finds a shortest chain, by the order of requirements', () => {
    const g = load(new Graph(numeric, mods('A')), graphOf('A:B1 C1', 'B1:D1', 'D1:E1', 'C1:E1', 'E1:F1'));
    expect(text(g.findPath((m) => m.path === 'F'))).toBe('A C1 E1 F1');
    expect(text(g.findPath((m) => m.path === 'A'))).toBe('A');
    expect(g.findPath((m) => m.path === 'Z')).toEqual([]);
  });

  test('property: the build list is the least fixpoint, whatever the order of discovery', () => {
    fc.assert(
      fc.property(smallGraphs, fc.infiniteStream(fc.nat()), (graph, numbers) => {
        const g = load(new Graph(numeric, mods('A')), graph, (n) => (numbers.next().value as number) % n);
        expect(text(g.buildList())).toBe(naiveBuildList(graph, 'A'));
      }),
    );
  });
});

describe('VersionMap and VersionSet', () => {
  test('a path and version cannot be taken for another pair', () => {
    const set = new VersionSet();
    set.add({ path: 'a', version: 'b@c' });
    expect(set.has({ path: 'a@b', version: 'c' })).toBe(false);
    expect(set.add({ path: 'a', version: 'b@c' })).toBe(false);
    const map = new VersionMap<number>();
    map.set({ path: 'a', version: '' }, 1);
    map.set({ path: 'a', version: '\0' }, 2);
    map.set({ path: 'a\0', version: '' }, 3);
    expect(map.get({ path: 'a', version: '' })).toBe(1);
    expect(map.get({ path: '', version: 'a' })).toBeUndefined();
    expect(map.has({ path: 'a', version: 'x' })).toBe(false);
  });
});
