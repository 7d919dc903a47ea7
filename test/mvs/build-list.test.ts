import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModuleVersion } from '../../src/module/index.js';
import { BuildListError, buildListOf, minimalRequirements, type Requirements } from '../../src/mvs/index.js';
import { graphOf, mod, mods, naiveBuildList, portOf, type SmallGraph, smallGraphs, text } from './small-graphs.js';

const A = mod('A');
const compare = (_path: string, v1: string, v2: string) => Number(v1) - Number(v2);
/** The graph with other requirements for one module. */
const withList = (graph: SmallGraph, name: string, list: readonly ModuleVersion[]) => new Map(graph).set(name, list);

describe('build list', () => {
  test('takes the highest version of each module, and keeps what lower versions require', async () => {
    const graph = graphOf('A:B1 C1', 'B1:D2', 'C1:D1', 'D1:E1', 'D2:');
    expect(text(await buildListOf([A], portOf(graph)))).toBe('A B1 C1 D2 E1');
  });

  test('takes several targets, and a target that the graph requires at a lower version', async () => {
    expect(text(await buildListOf(mods('A M'), portOf(graphOf('A:B1', 'M:B2', 'B2:A1', 'A1:C1'))))).toBe('A M B2 C1');
  });

  test('a target that a requirement outbids is an error, not another target', async () => {
    await expect(buildListOf(mods('B1'), portOf(graphOf('B1:C1', 'C1:B2')))).rejects.toMatchObject({
      code: 'build-list',
    });
  });

  test('does not ask about absent modules, and asks about each version once', async () => {
    const port = portOf(graphOf('A:B1 C1 D0', 'B1:C1', 'C1:B1'));
    expect(text(await buildListOf([A], port))).toBe('A B1 C1');
    expect(port.asked.sort()).toEqual(['A', 'B1', 'C1']);
  });

  test('asks at once for all that is known to be needed', async () => {
    const waiting: (() => void)[] = [];
    const wide = Array.from({ length: 500 }, (_, i) => ({ path: `m${i}`, version: '1' }));
    const port: Requirements = {
      compare,
      required: (m) =>
        m.path === 'A'
          ? Promise.resolve(wide)
          : new Promise((resolve) => {
              waiting.push(() => resolve([]));
            }),
    };
    const list = buildListOf([A], port);
    await new Promise((resolve) => setImmediate(resolve));
    expect(waiting).toHaveLength(500);
    for (const answer of waiting) answer();
    expect(await list).toHaveLength(501);
  });

  test('tells the nearest of several failures, with its chain', async () => {
    const graph = new Map(graphOf('A:B1 C1', 'B1:D1', 'D1:E1', 'C1:F1'));
    graph.delete('E1');
    graph.delete('F1');
    const error = await buildListOf([A], portOf(graph)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BuildListError);
    expect((error as BuildListError).message).toBe('C@1 requires\n\tF@1: no such version');
    expect((error as BuildListError).module).toEqual(mod('F1'));
  });

  test('a port that throws, or answers with junk, makes an error and not a hang', async () => {
    const port = { compare, required: (() => 1) as unknown as Requirements['required'] };
    await expect(buildListOf([A], port)).rejects.toThrow();
    const thrower: Requirements = {
      compare,
      required: () => {
        throw new Error('at once');
      },
    };
    await expect(buildListOf([A], thrower)).rejects.toThrow('at once');
  });

  test('a long list of requirements takes no stack', async () => {
    const wide = Array.from({ length: 150_000 }, (_, i) => ({ path: `m${i}`, version: '1' }));
    const port: Requirements = { compare, required: async (m) => (m.path === 'A' ? wide : []) };
    expect(await minimalRequirements(A, [], port)).toHaveLength(150_000);
  });

  test('a long chain of requirements takes no stack', async () => {
    const port: Requirements = {
      compare,
      required: async (m) =>
        m.path === '20000' ? [] : [{ path: String(m.path === 'A' ? 1 : Number(m.path) + 1), version: '1' }],
    };
    expect(await minimalRequirements(A, [], port)).toEqual([{ path: '1', version: '1' }]);
  });

  test('property: equals the naive reference', async () => {
    await fc.assert(
      fc.asyncProperty(smallGraphs, async (graph) => {
        expect(text(await buildListOf([A], portOf(graph)))).toBe(naiveBuildList(graph, 'A'));
      }),
    );
  });
});

describe('minimalRequirements', () => {
  test('leaves out what others imply', async () => {
    const graph = graphOf('A:B1 C1 D1 E1', 'B1:C1 E1');
    expect(text(await minimalRequirements(A, [], portOf(graph)))).toBe('B1 D1');
    expect(text(await minimalRequirements(A, ['C', 'C', 'B'], portOf(graph)))).toBe('B1 C1 D1');
  });

  test('keeps what only an unselected version requires', async () => {
    expect(text(await minimalRequirements(A, [], portOf(graphOf('A:B1 C1', 'B1:D1', 'C1:D2', 'D1:E1'))))).toBe('B1 C1');
    expect(text(await minimalRequirements(A, [], portOf(graphOf('A:B1 B2', 'B1:E1', 'B2:'))))).toBe('B2 E1');
  });

  test('refuses a base path that is not in the build list', async () => {
    await expect(minimalRequirements(A, ['Z'], portOf(graphOf('A:B1')))).rejects.toMatchObject({ code: 'build-list' });
  });

  test('property: gives the same build list, names the base, and nothing else can be left out', async () => {
    await fc.assert(
      fc.asyncProperty(smallGraphs, fc.subarray(['B', 'C', 'D', 'E', 'F']), async (graph, wanted) => {
        const list = naiveBuildList(graph, 'A');
        const base = wanted.filter((path) => list.includes(path));
        const minimal = await minimalRequirements(A, base, portOf(graph));
        expect(naiveBuildList(withList(graph, 'A', minimal), 'A')).toBe(list);
        for (const path of base) expect(minimal.map((m) => m.path)).toContain(path);
        for (const m of minimal.filter((m) => !base.includes(m.path))) {
          const fewer = minimal.filter((other) => other !== m);
          expect(naiveBuildList(withList(graph, 'A', fewer), 'A')).not.toBe(list);
        }
      }),
    );
  });
});
