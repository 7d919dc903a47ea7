/** Which requirements are roots: after packages were loaded, after tidying, at another pruning. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ModuleVersion, nameOf } from '../../../src/module/index.js';
import { convertPruning, overrideRoots, tidyRoots, updateRoots } from '../../../src/resolve/graph/update-roots.js';
import { expandGraph, type Requirements } from '../../../src/resolve/index.js';
import { isAmbiguous } from '../../../src/resolve/packages/import-package.js';
import type { LoadedPackage } from '../../../src/resolve/packages/loaded-package.js';
import { goModText, type MemoryModule, moduleOf } from '../../support/memory-mirror.js';
import { goModOf, isUnpruned, me, modulesOf, names, shown, worlds } from '../random-world.js';
import { useSessions } from '../world.js';

const openTest = useSessions();

/** `a1` is example.com/a@v0.1.0. */
const mod = (name: string): ModuleVersion => ({ path: `example.com/${name[0]}`, version: `v0.${name.slice(1)}.0` });
const full = (list: string) => list.split(' ').filter(Boolean).map(mod).map(nameOf);
const graphOf = (go: string, ...lines: string[]): MemoryModule[] =>
  lines.map((line) => {
    const [name, list] = line.split(':') as [string, string];
    return moduleOf(nameOf(mod(name)), go, full(list));
  });
const short = (list: readonly ModuleVersion[]) =>
  shown(list)
    .map((name) => name.replace(/^example\.com\/(\w)@v0\.(\d+)\.0$/, '$1$2'))
    .join(' ');

/** The package of a module, as the loader would make it. */
function packageOf(module: ModuleVersion | undefined, more: Partial<LoadedPackage> = {}): LoadedPackage {
  return {
    path: module === undefined ? 'fmt' : module.path,
    testOf: undefined,
    module,
    dir: undefined,
    error: undefined,
    imports: [],
    testImports: [],
    isStandard: module === undefined,
    altModules: [],
    test: undefined,
    stack: undefined,
    isRoot: false,
    isFromRoot: false,
    isInAll: false,
    ...more,
  };
}
const inAll = (name: string, more: Partial<LoadedPackage> = {}) => packageOf(mod(name), { isInAll: true, ...more });

const open = async (go: string, main: string, lines: readonly string[], more = '') =>
  openTest({ files: goModText(me, go, full(main), more), modules: graphOf(go, ...lines), command: 'get' });

describe('updateRoots with pruning', () => {
  const lines = ['a1: b2', 'b1:', 'b2:', 'b3: c2', 'c1:', 'c2:', 'd1:'];

  test('nothing is asked for as long as no package is in use', async () => {
    const { requirements, asked } = await open('1.17', 'a1 b1', lines);
    expect(await updateRoots(requirements, requirements.direct)).toBe(requirements);
    expect(asked).toEqual([]);
  });

  test('what the module of a package in use lists itself is checked, and no more than that', async () => {
    const { requirements, asked } = await open('1.17', 'a1 b2 c1', lines);
    const rs = requirements;
    expect(await updateRoots(rs, rs.direct, { packages: [inAll('a1'), packageOf(undefined)] })).toBe(rs);
    expect(asked).toEqual(['example.com/a@v0.1.0.mod']);
    expect(rs.hasGraph).toBe(false);
  });

  test('where that is more than go.mod says, the graph is read and the roots are raised', async () => {
    const { requirements } = await open('1.17', 'a1 b1', lines);
    const rs = requirements;
    expect(await updateRoots(rs, rs.direct, { packages: [packageOf(mod('a1'))] })).toBe(rs); // some dependency's test
    for (const mark of [{ isInAll: true }, { isRoot: true }]) {
      const updated = await updateRoots(rs, rs.direct, { packages: [packageOf(mod('a1'), mark)] });
      expect(short(updated.roots)).toBe('a1 b2');
    }
  });

  test('a module that cannot be read fails with the chain that leads to it', async () => {
    const { requirements } = await open('1.17', 'x1', lines);
    const rs = requirements;
    await expect(updateRoots(rs, rs.direct, { packages: [inAll('x1')] })).rejects.toMatchObject({
      code: 'build-list',
      message: 'example.com/x@v0.1.0: not found: 404 Not Found',
    });
  });

  test('the module of a package becomes a root when "all" or the command line has it, or when roots count as imported', async () => {
    const { requirements } = await open('1.17', 'a1', lines);
    const rs = requirements;
    const rootsWith = async (mark: Partial<LoadedPackage>, rootsImported = false) => {
      const packages = [packageOf({ path: me, version: '' }), packageOf(mod('d1'), mark), packageOf(mod('d1'), mark)];
      return short((await updateRoots(rs, rs.direct, { packages, rootsImported })).roots);
    };
    expect(await rootsWith({})).toBe('a1');
    expect(await rootsWith({ isInAll: true })).toBe('a1 d1');
    expect(await rootsWith({ isRoot: true })).toBe('a1 d1');
    expect(await rootsWith({ isFromRoot: true })).toBe('a1');
    expect(await rootsWith({ isFromRoot: true }, true)).toBe('a1 d1');
  });

  test('what is added is selected at least at its version, and what a new root brings in counts', async () => {
    const { requirements } = await open('1.17', 'a1 c1', lines);
    const rs = requirements;
    expect(short((await updateRoots(rs, rs.direct, { add: [mod('b3'), mod('d1')] })).roots)).toBe('a1 b3 c2 d1');
    expect(await updateRoots(rs, rs.direct, { add: [mod('c1')] })).toBe(rs);
  });

  test('where go.mod may not change, a root that is missing is an error, and one too many is not', async () => {
    const modules = graphOf('1.17', ...lines);
    const openWith = (main: string) =>
      openTest({ files: goModText(me, '1.17', full(main)), modules, command: 'list', mod: 'readonly' });
    const { requirements } = await openWith('a1');
    const rs = requirements;
    await expect(updateRoots(rs, rs.direct, { packages: [inAll('d1')] })).rejects.toThrow(
      'updates to go.mod needed, disabled by -mod=readonly; to update it:\n\tgo mod tidy',
    );
    expect(short((await openWith('a1 b1 b1')).requirements.roots)).toBe('a1 b1 b1');
    await expect(openWith('a1 b1 b2')).rejects.toThrow('updates to go.mod needed');
  });

  test('the direct ones are those that the caller names', async () => {
    const { requirements } = await open('1.17', 'a1', lines);
    const updated = await updateRoots(requirements, new Set(['example.com/a', 'go']));
    expect(updated).toBe(requirements);
    const none = await updateRoots(requirements, new Set(['go']));
    expect([...none.direct]).toEqual(['go']);
    expect(none.roots).toEqual(requirements.roots);
  });
});

describe('updateRoots without pruning', () => {
  const lines = ['a1: b1', 'b1: c1', 'b2: c1', 'c1:', 'd1:'];

  test('what is imported directly is a root, what is implied is not', async () => {
    const { requirements } = await open('1.16', 'a1', lines);
    const rs = requirements;
    expect(short((await updateRoots(rs, new Set(['example.com/a', 'example.com/c', 'go']))).roots)).toBe('a1 c1');
    expect(short((await updateRoots(rs, rs.direct, { add: [mod('b2'), mod('d1')] })).roots)).toBe('a1 b2 d1');
    expect(short((await updateRoots(rs, rs.direct, { add: [mod('b1')] })).roots)).toBe('a1');
  });

  test('where go.mod may not change, only what is missing is an error', async () => {
    const modules = graphOf('1.16', ...lines);
    const { session, requirements } = await openTest({
      files: { 'go.mod': goModText(me, '1.16', full('a1 b1')), 'go.sum': '' },
      modules,
      command: 'list',
      mod: 'mod',
    });
    Object.defineProperty(session, 'buildMod', { value: 'readonly' });
    session.fetcher.sums.check = () => true;
    Object.defineProperty(session, 'mustHaveSums', { value: false });
    const rs = requirements;
    expect(await updateRoots(rs, rs.direct)).toBe(rs); // b1 is implied, which is a matter of taste
    const dirty = 'updates to go.mod needed';
    await expect(updateRoots(rs, new Set(['example.com/c']))).rejects.toThrow(dirty);
    await expect(updateRoots(rs, rs.direct, { add: [mod('b2')] })).rejects.toThrow(dirty);
    expect(await updateRoots(rs, rs.direct, { add: [mod('b1')] })).toBe(rs);
  });
});

test('a workspace’s roots stay, and nothing is added to them', async () => {
  const { requirements } = await openTest({
    files: { 'go.work': 'go 1.21\nuse .\n', 'go.mod': goModText(me, '1.21') },
    command: 'list',
  });
  const rs = requirements;
  const updated = await updateRoots(rs, new Set(['example.com/a']));
  expect([updated.pruning, updated.roots, [...updated.direct]]).toEqual(['workspace', rs.roots, ['example.com/a']]);
  await expect(updateRoots(rs, rs.direct, { add: [mod('a1')] })).rejects.toThrow(/takes no further roots/);
  await expect(convertPruning(rs, 'pruned')).rejects.toThrow(/no pruning/);
});

describe('tidyRoots with pruning', () => {
  test('the modules of "all" are roots, and the rest go', async () => {
    const { requirements } = await open('1.17', 'a1 b1 d1', ['a1: b1', 'b1:', 'd1:']);
    const rs = (await expandGraph(requirements)).rs;
    const packages = [packageOf({ path: me, version: '' }, { isInAll: true }), inAll('a1'), packageOf(mod('b1'))];
    const tidy = await tidyRoots(rs, packages, isAmbiguous);
    expect(short(tidy.roots)).toBe('a1');
    expect(tidy.goVersion).toBe('1.17');
  });

  test('a package beyond "all" needs a root only where less than its version would be selected', async () => {
    // go's mod_tidy_convergence: what a test of a dependency imports
    const lines = ['a1: b1', 'b1: c1', 'b2: c1', 'c1:', 'c2:', 'd1:'];
    const { requirements } = await open('1.17', 'a1 b2 c2', lines);
    const rs = (await expandGraph(requirements)).rs;
    const c = packageOf(mod('c2'));
    const b = packageOf(mod('b2'), { imports: [c] });
    const bTest = packageOf(mod('b2'), { imports: [c, packageOf(undefined)], testOf: b });
    const a = inAll('a1');
    // b is loaded at b2, and a requires b1 only
    expect(short((await tidyRoots(rs, [{ ...a, imports: [b] }, b, c], isAmbiguous)).roots)).toBe('a1 b2 c2');
    // one that nothing leads to is not looked at
    expect(short((await tidyRoots(rs, [a, b, bTest], isAmbiguous)).roots)).toBe('a1');
    // b1 will do; then c1 is pruned out, which its test would need
    const b1 = packageOf(mod('b1'));
    const b1Test = packageOf(mod('b1'), { imports: [packageOf(mod('c1'))], testOf: b1 });
    const tested = { ...b1, test: b1Test };
    expect(short((await tidyRoots(rs, [{ ...a, imports: [tested] }], isAmbiguous)).roots)).toBe('a1 c1');
  });

  test('go and toolchain stay', async () => {
    const { requirements } = await open('1.21', '', [], 'toolchain go1.22.0\n');
    expect((await tidyRoots(requirements, [], isAmbiguous)).roots).toEqual([
      { path: 'go', version: '1.21' },
      { path: 'toolchain', version: 'go1.22.0' },
    ]);
  });

  test('a module whose package another one would provide as well stays a root', async () => {
    // go.dev/issue/60313: without n as a root, n/p is found in both m and n
    const folder = (path: string, requires: string, files: readonly string[]) =>
      Object.fromEntries([
        [`${path}/go.mod`, `module example.com/${path === 'n' ? 'm/n' : path}\n\ngo 1.17\n${requires}`],
        ...files.map((name) => [`${path}/${name}`, 'package p\n']),
      ]);
    const { requirements } = await openTest({
      files: {
        'go.mod': `module ${me}\n\ngo 1.17\nrequire (\n\texample.com/a v1.0.0\n\texample.com/m v1.0.0\n\texample.com/m/n v1.0.0\n)
replace (\n\texample.com/a => ./a\n\texample.com/m => ./m\n\texample.com/m/n => ./n\n)\n`,
        ...folder('a', 'require (\n\texample.com/m v1.0.0\n\texample.com/m/n v1.0.0\n)\n', ['a.go']),
        ...folder('m', '', ['n/p/p.go']),
        ...folder('n', '', ['p/p.go']),
      },
      command: 'mod tidy',
    });
    const n = packageOf({ path: 'example.com/m/n', version: 'v1.0.0' }, { path: 'example.com/m/n/p' });
    const a = packageOf({ path: 'example.com/a', version: 'v1.0.0' }, { isInAll: true, imports: [n] });
    const tidy = await tidyRoots(requirements, [a, n], isAmbiguous);
    expect(shown(tidy.roots)).toEqual(['example.com/a@v1.0.0', 'example.com/m/n@v1.0.0']);
  });
});

describe('tidyRoots without pruning', () => {
  test('direct ones are roots, and what they do not imply', async () => {
    const { requirements } = await open('1.16', 'a1 b2 d1', ['a1: b1 c1', 'b1:', 'b2:', 'c1:', 'd1:']);
    const rs = (await expandGraph(requirements)).rs;
    const packages = [inAll('a1'), packageOf(mod('b2')), packageOf(mod('c1'))];
    expect(short((await tidyRoots(rs, packages, isAmbiguous)).roots)).toBe('a1 b2');
  });

  test('a module that might have provided a package may go, but does not come back lower', async () => {
    // go.dev/issue/47738
    const { requirements } = await open('1.16', 'a1 b2 d2', ['a1: b1', 'b1:', 'b2:', 'd2:']);
    const rs = (await expandGraph(requirements)).rs;
    const packages = [inAll('a1', { altModules: [mod('b2'), mod('d2')] })];
    expect(short((await tidyRoots(rs, packages, isAmbiguous)).roots)).toBe('a1 b2');
    expect(short((await tidyRoots(rs, [inAll('a1')], isAmbiguous)).roots)).toBe('a1');
  });
});

test('another pruning is one, even where the roots stay', async () => {
  const { requirements } = await open('1.17', 'a1', ['a1:']);
  const rs = await convertPruning(requirements, 'unpruned');
  expect([rs.pruning, short(rs.roots)]).toEqual(['unpruned', 'a1']);
});

test('overrideRoots puts roots in place of those of the same path', async () => {
  const { requirements } = await open('1.17', 'a1 b1', ['a1:', 'b1:']);
  const rs = overrideRoots(requirements, [mod('b2'), mod('c1')]);
  expect(short(rs.roots)).toBe('a1 b2 c1');
});

describe('random graphs', () => {
  /** Packages of some of the selected modules: the first few in "all", each importing the one after it. */
  const packagesOf = async (rs: Requirements, paths: readonly string[], count: number) => {
    const graph = await rs.wholeGraph();
    const selected = paths.flatMap((path) => {
      const version = graph.selected(path);
      return version === 'none' ? [] : [{ path, version }];
    });
    let next: LoadedPackage[] = [];
    return selected.reverse().map((m, i) => {
      const pkg = packageOf(m, { isInAll: selected.length - i <= count, imports: next });
      next = [pkg];
      return pkg;
    });
  };
  const picks = fc.tuple(worlds, fc.shuffledSubarray(names, { minLength: 1 }), fc.integer({ min: 1, max: 3 }));

  test('tidy roots keep what the packages are provided by, and a second time changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(picks, async ([world, paths, count]) => {
        const { requirements } = await openTest({
          files: goModOf(world),
          modules: modulesOf(world),
          command: 'mod tidy',
        });
        const { rs } = await expandGraph(requirements);
        const packages = await packagesOf(rs, paths, count);
        const tidy = await tidyRoots(rs, packages, isAmbiguous);
        const graph = await tidy.wholeGraph();
        if (isUnpruned(world.main.go)) {
          for (const { module } of packages) expect(graph.selected(module!.path)).toBe(module!.version);
          for (const m of tidy.roots) expect(graph.selected(m.path)).toBe(m.version);
        } else {
          // a new root may bring in more: then packages are loaded again
          for (const { module } of packages) expect(graph.selected(module!.path) >= module!.version).toBe(true);
          for (const { module } of packages.filter((p) => p.isInAll)) expect(tidy.roots).toContainEqual(module);
        }
        expect((await tidyRoots(tidy, packages, isAmbiguous)).roots).toEqual(tidy.roots);
        // what was tidied away is not asked for again
        const provided = new Set(['go', ...packages.map((p) => p.module!.path)]);
        const direct = new Set([...tidy.direct].filter((path) => provided.has(path)));
        const updated = await updateRoots(tidy, direct, { packages });
        const isStable = tidy.roots.every((m) => graph.selected(m.path) === m.version);
        if (isStable) expect(updated.roots).toEqual(tidy.roots);
      }),
      { numRuns: 60 },
    );
  });

  test('updated roots hold the modules of "all", only rise, and a second time nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(picks, async ([world, paths, count]) => {
        const { requirements } = await openTest({ files: goModOf(world), modules: modulesOf(world), command: 'get' });
        const { rs, graph: before } = await expandGraph(requirements);
        const packages = await packagesOf(rs, paths, count);
        const updated = await updateRoots(rs, rs.direct, { packages });
        const graph = await updated.wholeGraph();
        for (const m of updated.roots) expect(graph.selected(m.path)).toBe(m.version);
        for (const m of before.buildList) expect(graph.selected(m.path) >= m.version).toBe(true);
        if (rs.pruning === 'pruned') {
          for (const { module, isInAll } of packages) {
            if (isInAll) expect(updated.rootSelected(module!.path)).toBeDefined();
          }
        }
        expect(await updateRoots(updated, updated.direct, { packages })).toBe(updated);
      }),
      { numRuns: 60 },
    );
  });

  test('another pruning and back: the build list stays', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { requirements } = await openTest({ files: goModOf(world), modules: modulesOf(world), command: 'get' });
        const { rs, graph } = await expandGraph(requirements);
        if (rs.pruning !== 'unpruned') return;
        const pruned = await convertPruning(rs, 'pruned');
        expect(shown((await pruned.wholeGraph()).buildList)).toEqual(shown(graph.buildList));
        const back = await convertPruning(pruned, 'unpruned');
        expect(shown((await back.wholeGraph()).buildList)).toEqual(shown(graph.buildList));
        expect(await convertPruning(back, 'unpruned')).toBe(back);
      }),
      { numRuns: 60 },
    );
  });
});
