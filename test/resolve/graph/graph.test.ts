/** The module graph, its pruning and its roots, against definitions that are slow and plain. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, type ModuleVersion } from '../../../src/module/index.js';
import { readModuleGraph } from '../../../src/resolve/graph/module-graph.js';
import { updateRoots } from '../../../src/resolve/graph/update-roots.js';
import { expandGraph, type ModuleGraph } from '../../../src/resolve/index.js';
import { goModText, goSumOf, moduleOf } from '../../support/memory-mirror.js';
import { goModOf, isUnpruned, me, modulesOf, shown, type World, worlds } from '../random-world.js';
import { useSessions } from '../world.js';

const openTest = useSessions();
/**
 * Every module version that has to be read, from the rules of go.dev/ref/mod#graph-pruning: what the main module requires;
 * all below a module that is not pruned, where the main module is pruned; everything, where it is not.
 */
function naiveRead(world: World): Set<string> {
  const read = new Set<string>();
  const whole = new Set<string>();
  const work = world.main.requires.map((name) => ({ name, all: isUnpruned(world.main.go) }));
  for (const { name, all } of work) {
    if (all ? whole.has(name) : read.has(name)) continue;
    read.add(name);
    if (all) whole.add(name);
    const { go, requires } = world.modules.get(name)!;
    if (all || isUnpruned(go)) work.push(...requires.map((r) => ({ name: r, all: true })));
  }
  return read;
}

/** The highest version of each module that the main module or a module that was read requires. */
function naiveBuildList(world: World): string[] {
  const required = [world.main, ...[...naiveRead(world)].map((name) => world.modules.get(name)!)].flatMap(
    (s) => s.requires,
  );
  const highest = new Map<string, string>();
  for (const name of required) {
    const [path, version] = name.split('@') as [string, string];
    if ((highest.get(path) ?? '') < version) highest.set(path, version);
  }
  return [...highest].sort().map(([path, version]) => `${path}@${version}`);
}

const readIn = (graph: ModuleGraph) => {
  const read: ModuleVersion[] = [];
  graph.walkBreadthFirst((m) => {
    if (graph.requiredBy(m) !== undefined) read.push(m);
  });
  return shown(read).sort();
};

describe('readModuleGraph', () => {
  test('reads what the rules of pruning say and no more, in whatever order the answers arrive', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.scheduler(), async (world, s) => {
        const { session, requirements, asked } = await openTest({
          files: goModOf(world),
          modules: modulesOf(world),
          deliver: (what, answer) => s.schedule(Promise.resolve(), what).then(answer),
        });
        const { pruning, roots } = requirements;
        const graph = await s.waitFor(readModuleGraph(session, pruning, roots));
        expect(graph.error).toBeUndefined();
        expect(readIn(graph)).toEqual([...naiveRead(world)].sort());
        expect(shown(graph.buildList)).toEqual(naiveBuildList(world));
        // nothing is asked for that is not read: what comes early is what will be needed
        expect([...new Set(asked)].sort()).toEqual([...naiveRead(world)].map((name) => `${name}.mod`).sort());
      }),
      { numRuns: 80 },
    );
  });

  test('what go.sum names is asked for at once, before anything has arrived', async () => {
    const chain = ['a', 'b', 'c'].map((x, i) =>
      moduleOf(`example.com/${x}@v1.0.0`, '1.16', i < 2 ? [`example.com/${'bc'[i]}@v1.0.0`] : []),
    );
    const sum = `h1:${'A'.repeat(43)}=`;
    const goSum = chain.map((m) => `${m.path} ${m.version}/go.mod ${sum}\n`).join('');
    const { requirements, asked } = await openTest({
      files: { 'go.mod': goModText(me, '1.21', ['example.com/a@v1.0.0']), 'go.sum': goSum },
      modules: chain,
    });
    const graph = requirements.graph();
    await Promise.resolve();
    expect([...asked].sort()).toEqual([]); // the cache is looked into first
    expect((await graph).error).toMatchObject({ code: 'build-list' }); // the sums are wrong, and that shows
    expect(new Set(asked).size).toBe(3);
  });

  test('a failure is told with the chain that leads to it, and the rest is read nevertheless', async () => {
    const { requirements } = await openTest({
      files: goModText(me, '1.21', ['example.com/a@v1.0.0', 'example.com/b@v1.0.0']),
      modules: [
        moduleOf('example.com/a@v1.0.0', '1.16', ['example.com/gone@v1.0.0']),
        moduleOf('example.com/b@v1.0.0'),
      ],
    });
    const graph = await requirements.graph();
    expect(graph.error).toMatchObject({
      code: 'build-list',
      message: 'example.com/a@v1.0.0 requires\n\texample.com/gone@v1.0.0: not found: 404 Not Found',
    });
    expect(graph.selected('example.com/b')).toBe('v1.0.0');
    await expect(expandGraph(requirements)).rejects.toMatchObject({ code: 'build-list' });
  });

  test.each([
    [
      'module example.com/other\n',
      /declares its path as: example\.com\/other\n\t {8}but was required as: example\.com\/a$/,
    ],
    ['', /parsing go\.mod: missing module line$/],
    ['module example.com/a\n\ngo 1.99\n', /module example\.com\/a@v1\.0\.0 requires go >= 1\.99 \(running go 1\.26\.8/],
    ['module example.com/a\nrequire (\n', /parsing go\.mod: /],
  ])('a dependency whose go.mod is %j is refused', async (goMod, message) => {
    const { requirements } = await openTest({
      files: goModText(me, '1.21', ['example.com/a@v1.0.0']),
      modules: [{ path: 'example.com/a', version: 'v1.0.0', goMod }],
    });
    expect((await requirements.graph()).error?.message).toMatch(message);
  });

  test('a dependency’s go.mod is read laxly: what is not known there is passed over', async () => {
    const more = 'frobnicate x\ntool example.com/x\nreplace example.com/b => ./b\nexclude example.com/b v1.0.0\n';
    const { requirements } = await openTest({
      files: goModText(me, '1.21', ['example.com/a@v1.0.0']),
      modules: [
        moduleOf('example.com/a@v1.0.0', '1.16', ['example.com/b@v1.0.0'], more),
        moduleOf('example.com/b@v1.0.0'),
      ],
    });
    expect(shown((await requirements.wholeGraph()).buildList)).toEqual([
      'example.com/a@v1.0.0',
      'example.com/b@v1.0.0',
    ]);
  });

  test('a long chain does not exhaust the stack', async () => {
    const length = 3000;
    const modules = Array.from({ length }, (_, i) =>
      moduleOf(`example.com/m${i}@v1.0.0`, '1.16', i + 1 < length ? [`example.com/m${i + 1}@v1.0.0`] : []),
    );
    const { requirements } = await openTest({ files: goModText(me, '1.16', ['example.com/m0@v1.0.0']), modules });
    expect((await requirements.wholeGraph()).buildList.length).toBeGreaterThanOrEqual(length);
    const { rs } = await expandGraph(requirements);
    expect(rs.roots.length).toBeGreaterThan(0);
  });

  test('modules that require the main module, and each other, end', async () => {
    const { requirements } = await openTest({
      files: goModText(me, '1.16', ['example.com/a@v1.0.0']),
      modules: [
        moduleOf('example.com/a@v1.0.0', '1.16', ['example.com/b@v1.0.0', `${me}@v1.5.0`]),
        moduleOf('example.com/b@v1.0.0', '1.16', ['example.com/a@v1.0.0']),
        moduleOf(`${me}@v1.5.0`, '1.16', ['example.com/b@v1.0.0']),
      ],
    });
    const graph = await requirements.wholeGraph();
    expect(graph.selected(me)).toBe('');
    expect(shown(graph.buildList)).toEqual(['example.com/a@v1.0.0', 'example.com/b@v1.0.0']);
  });
});

describe('expandGraph and updateRoots', () => {
  test('roots agree with their graph, only rise, and a second time changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { requirements } = await openTest({ files: goModOf(world), modules: modulesOf(world) });
        const before = requirements;
        const { rs, graph } = await expandGraph(before);
        for (const m of rs.roots) expect([m.path, graph.selected(m.path)]).toEqual([m.path, m.version]);
        const first = await before.wholeGraph();
        if (before.pruning === 'unpruned') expect(shown(graph.buildList)).toEqual(shown(first.buildList));
        for (const m of before.roots) expect(graph.selected(m.path) >= first.selected(m.path)).toBe(true);
        const again = await expandGraph(rs);
        expect(again.rs).toBe(rs);
        expect((await updateRoots(rs, rs.direct)).roots.map(keyOf)).toEqual(rs.roots.map(keyOf));
      }),
      { numRuns: 80 },
    );
  });

  test('an unpruned module keeps the fewest roots that give the same build list', async () => {
    const { requirements } = await openTest({
      files: goModText(
        me,
        '1.16',
        ['example.com/a@v1.0.0', 'example.com/b@v1.0.0'],
        'require example.com/c v1.0.0 // indirect\n',
      ),
      modules: [
        moduleOf('example.com/a@v1.0.0', '1.16', ['example.com/b@v1.1.0']),
        moduleOf('example.com/b@v1.0.0'),
        moduleOf('example.com/b@v1.1.0', '1.16', ['example.com/c@v1.0.0']),
        moduleOf('example.com/c@v1.0.0'),
      ],
    });
    const { rs } = await expandGraph(requirements);
    expect(shown(rs.roots)).toEqual(['example.com/a@v1.0.0', 'example.com/b@v1.1.0', 'example.com/c@v1.0.0']);
  });

  test('where nothing may change, roots that the graph outgrows are an error, and so is a sum that is missing', async () => {
    const modules = [
      moduleOf('example.com/a@v1.0.0', '1.21', ['example.com/b@v1.1.0']),
      moduleOf('example.com/b@v1.0.0'),
      moduleOf('example.com/b@v1.1.0'),
    ];
    const goMod = goModText(me, '1.21', ['example.com/a@v1.0.0', 'example.com/b@v1.0.0']);
    const { requirements } = await openTest({
      files: { 'go.mod': goMod, 'go.sum': goSumOf(modules) },
      command: 'list',
      modules,
    });
    await expect(expandGraph(requirements)).rejects.toMatchObject({
      code: 'build-list',
      message: 'updates to go.mod needed; to update it:\n\tgo mod tidy',
    });
    const flag = await openTest({
      files: { 'go.mod': goMod, 'go.sum': goSumOf(modules) },
      command: 'list',
      mod: 'readonly',
      modules,
    });
    await expect(expandGraph(flag.requirements)).rejects.toThrow(
      'updates to go.mod needed, disabled by -mod=readonly; to update it:\n\tgo mod tidy',
    );
    const bare = await openTest({ files: goMod, command: 'list', modules });
    await expect(expandGraph(bare.requirements)).rejects.toThrow(
      'example.com/a@v1.0.0: missing go.sum entry for go.mod file; to add it:\n\tgo mod download example.com/a',
    );
    expect(bare.asked).toEqual([]);
  });
});
