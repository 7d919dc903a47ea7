import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModuleVersion } from '../../src/module/index.js';
import {
  BuildListError,
  buildListOf,
  type DowngradeRequirements,
  downgrade,
  minimalRequirements,
  type Requirements,
  upgrade,
  upgradeAll,
} from '../../src/mvs/index.js';
import { graphOf, mod, mods, naiveBuildList, portOf, type SmallGraph, smallGraphs, text } from './small-graphs.js';

const A = mod('A');
const someVersion = fc
  .tuple(fc.constantFrom('B', 'C', 'D', 'E', 'F'), fc.integer({ min: 1, max: 3 }))
  .map(([path, version]) => ({ path, version: String(version) }));
const versionsOf = (list: readonly ModuleVersion[]) => new Map(list.map((m) => [m.path, Number(m.version)]));

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
      max: (_path, v1) => v1,
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
    const port = { max: (_path: string, v1: string) => v1, required: (() => 1) as unknown as Requirements['required'] };
    await expect(buildListOf([A], port)).rejects.toThrow();
    const thrower: Requirements = {
      max: (_path, v1) => v1,
      required: () => {
        throw new Error('at once');
      },
    };
    await expect(buildListOf([A], thrower)).rejects.toThrow('at once');
  });

  const max = (_path: string, v1: string, v2: string) => (Number(v1) < Number(v2) ? v2 : v1);

  test('a long list of requirements takes no stack', async () => {
    const wide = Array.from({ length: 150_000 }, (_, i) => ({ path: `m${i}`, version: '1' }));
    const port: Requirements = { max, required: async (m) => (m.path === 'A' ? wide : []) };
    expect(await minimalRequirements(A, [], port)).toHaveLength(150_000);
  });

  test('a long chain of requirements takes no stack', async () => {
    const port: DowngradeRequirements = {
      max,
      required: async (m) =>
        m.path === '20000' ? [] : [{ path: String(m.path === 'A' ? 1 : Number(m.path) + 1), version: '1' }],
      previous: async (m) => ({ path: m.path, version: 'none' }),
    };
    expect(await minimalRequirements(A, [], port)).toEqual([{ path: '1', version: '1' }]);
    expect(await downgrade(A, port, [{ path: '20000', version: 'none' }])).toEqual([A]);
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

describe('upgrade', () => {
  test('adds requirements; those of the lower version stay', async () => {
    const graph = graphOf('A:B1 C1', 'B1:D2', 'B2:D1', 'D1:E1', 'D2:');
    expect(text(await upgrade(A, portOf(graph), mods('B2')))).toBe('A B2 C1 D2 E1');
    expect(text(await upgrade(A, portOf(graphOf('A:B1', 'E1:F1', 'E2:F2')), mods('E1 E2 E1')))).toBe('A B1 E2 F2');
  });

  test('upgradeAll goes to the latest visible versions', async () => {
    const graph = graphOf('A:B1 C5x', 'B1:', 'B3:D1', 'C2:', 'D1:', 'D2:');
    expect(text(await upgradeAll(A, portOf(graph)))).toBe('A B3 C5x D2');
  });

  test('the chain behind a failure tells the upgrade apart', async () => {
    const graph = new Map(graphOf('A:B1', 'B1:', 'B2:C1'));
    graph.delete('C1');
    await expect(upgrade(A, portOf(graph), mods('B2'))).rejects.toThrow(
      'B@1 updating to\n\tB@2 requires\n\tC@1: no such version',
    );
    await expect(upgradeAll(A, portOf(withList(graph, 'A', mods('Z7'))))).rejects.toThrow('Z@7: no such version');
  });

  test('property: it is the build list with the upgrades required as well', async () => {
    await fc.assert(
      fc.asyncProperty(smallGraphs, fc.array(someVersion, { maxLength: 3 }), async (graph, upgrades) => {
        const got = await upgrade(A, portOf(graph), upgrades);
        const after = versionsOf(got);
        for (const m of upgrades) expect(after.get(m.path)).toBeGreaterThanOrEqual(Number(m.version));
        const before = naiveBuildList(graph, 'A').split(' ').slice(1).map(mod);
        for (const m of before) expect(after.get(m.path)).toBeGreaterThanOrEqual(Number(m.version));
      }),
    );
  });

  test('property: upgradeAll is a fixpoint in which every module is at its latest version', async () => {
    await fc.assert(
      fc.asyncProperty(smallGraphs, async (graph) => {
        const port = portOf(graph);
        const got = await upgradeAll(A, port);
        for (const m of got.slice(1)) expect(m.version).toBe((await port.upgrade(m)).version);
        expect(text(await upgradeAll(A, portOf(withList(graph, 'A', got.slice(1)))))).toBe(text(got));
      }),
    );
  });
});

describe('downgrade', () => {
  test('lowers what needs more, and keeps the rest where it is', async () => {
    const graph = graphOf('A:B2 C2', 'B1:', 'B2:D2', 'C2:', 'D1:', 'D2:');
    expect(text(await downgrade(A, portOf(graph), mods('D1')))).toBe('A B1 C2 D1');
    expect(text(await downgrade(A, portOf(graph), mods('B0')))).toBe('A C2 D2');
  });

  test('removes a module that has no low enough version, and never upgrades another', async () => {
    const graph = graphOf('A:B2 C1', 'B1:C2', 'B2:C1', 'C1:D2', 'C2:', 'D1:', 'D2:');
    expect(text(await downgrade(A, portOf(graph), mods('D1')))).toBe('A D1');
  });

  test('lands on a version that previous does not name, such as a pseudo-version', async () => {
    const graph = graphOf('A:B4', 'B4:', 'B2x:', 'B1:');
    expect(text(await downgrade(A, portOf(graph), mods('B2x')))).toBe('A B2x');
  });

  test('goes past versions whose requirements cannot be read', async () => {
    const graph = new Map(graphOf('A:B3', 'B3:D2', 'B2:Z1', 'B1:', 'D1:', 'D2:'));
    graph.delete('Z1');
    expect(text(await downgrade(A, portOf(graph), mods('D1')))).toBe('A B1 D1');
  });

  test('follows cycles through the main module and among the others', async () => {
    expect(text(await downgrade(A, portOf(graphOf('A:B2', 'B2:A1', 'A1:', 'B1:')), mods('B1')))).toBe('A B1');
    const graph = graphOf(
      'A:B2 E2',
      'B1:',
      'B2:C2 F2',
      'C1:',
      'C2:D2 E2',
      'D1:',
      'D2:B2',
      'E1:',
      'E2:D2',
      'F1:',
      'F2:',
    );
    expect(text(await downgrade(A, portOf(graph), mods('F1')))).toBe('A B1 C1 D1 E1 F1');
  });

  test('a failure to learn older versions is told; a previous version that is not lower is refused', async () => {
    const port = portOf(graphOf('A:B2', 'B2:', 'B1:'));
    const failing = { ...port, previous: () => Promise.reject(new Error('offline')) };
    await expect(downgrade(A, failing, mods('B1'))).rejects.toThrow('offline');
    const looping = { ...port, previous: async (m: ModuleVersion) => m };
    await expect(downgrade(A, looping, mods('B1'))).rejects.toMatchObject({ code: 'failed' });
  });

  test('property: limits hold, nothing is upgraded, and what is low enough already stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        smallGraphs,
        fc.array(someVersion, { minLength: 1, maxLength: 2 }),
        async (graph, downgrades) => {
          const before = versionsOf(naiveBuildList(graph, 'A').split(' ').slice(1).map(mod));
          const lowest = new Map<string, number>();
          for (const { path, version } of downgrades)
            lowest.set(path, Math.min(Number(version), lowest.get(path) ?? Number.POSITIVE_INFINITY));
          const got = await downgrade(A, portOf(graph), downgrades);
          for (const [path, version] of versionsOf(got.slice(1))) {
            if (lowest.has(path)) expect(version).toBeLessThanOrEqual(lowest.get(path)!);
            if (before.has(path)) expect(version).toBeLessThanOrEqual(before.get(path)!);
          }
          const isLowEnough = [...lowest].every(([path, v]) => (before.get(path) ?? 0) <= v && before.has(path));
          if (isLowEnough) expect(text(got)).toBe(naiveBuildList(graph, 'A'));
          expect(text(await downgrade(A, portOf(withList(graph, 'A', got.slice(1))), downgrades))).toBe(text(got));
        },
      ),
    );
  });
});
