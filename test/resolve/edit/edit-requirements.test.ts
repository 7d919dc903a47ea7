/** The solver of `get`, on graphs that show one thing each, and on random ones. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exitCode } from '../../../src/errors.js';
import { modCompare } from '../../../src/gover/index.js';
import { type ModuleVersion, nameOf } from '../../../src/module/index.js';
import { formatConflict } from '../../../src/mvs/index.js';
import { ConstraintError, editRequirements } from '../../../src/resolve/edit/edit-requirements.js';
import { expandGraph, type Requirements } from '../../../src/resolve/index.js';
import { previousVersion } from '../../../src/resolve/query/previous-version.js';
import { goModText, type MemoryModule, moduleOf } from '../../support/memory-mirror.js';
import { everyModule, goModOf, me, modulesOf, names, shown, type World, worlds, worldsOf } from '../random-world.js';
import { useSessions } from '../world.js';

const openTest = useSessions();

/** `a1` is example.com/a@v0.1.0; `a0` is example.com/a@none. */
const mod = (name: string): ModuleVersion => ({
  path: `example.com/${name[0]}`,
  version: name[1] === '0' ? 'none' : `v0.${name.slice(1)}.0`,
});
const mods = (list: string) => list.split(' ').filter(Boolean).map(mod);
const full = (list: string) => mods(list).map(nameOf);
/** Modules from lines such as `a1: b1 c2`. */
const graphOf = (go: string, ...lines: string[]): MemoryModule[] =>
  lines.map((line) => {
    const [name, list] = line.split(':') as [string, string];
    return moduleOf(nameOf(mod(name)), go, full(list));
  });
const short = (list: readonly ModuleVersion[]) =>
  shown(list)
    .map((name) => name.replace(/^example\.com\/(\w)@v0\.(\d+)\.0$/, '$1$2'))
    .join(' ');

async function edit(go: string, main: string, lines: readonly string[], tryUpgrade: string, mustSelect: string) {
  const modules = graphOf(go, ...lines);
  const opened = await openTest({ files: goModText(me, go, full(main)), modules, command: 'get' });
  const before = opened.requirements;
  const { rs, changed } = await editRequirements(before, mods(tryUpgrade), mods(mustSelect), { verbose: true });
  const graph = await rs.wholeGraph();
  return { ...opened, before, rs, changed, list: short(graph.buildList), roots: short(rs.roots) };
}

describe.each(['1.16', '1.17'])('editRequirements in a module of Go %s', (go) => {
  test('an upgrade takes what it requires with it', async () => {
    const { list, changed } = await edit(go, 'a1 b1', ['a1:', 'a2: b2', 'b1:', 'b2:', 'b3:'], '', 'a2');
    expect([list, changed]).toEqual(['a2 b2', true]);
  });

  test('what asks for a higher version goes down until it does not', async () => {
    const lines = ['a1: b1', 'a2: b2', 'a3: b3', 'b1:', 'b2:', 'b3:'];
    const { list, messages } = await edit(go, 'a3', lines, '', 'b1');
    expect(list).toBe('a1 b1');
    expect(messages).toEqual([
      'example.com/a@v0.3.0 requires example.com/b@v0.3.0, but v0.1.0 is requested\n\ttrying example.com/a@v0.2.0',
      'example.com/a@v0.2.0 requires example.com/b@v0.2.0, but v0.1.0 is requested\n\ttrying example.com/a@v0.1.0',
    ]);
  });

  test('or away, when every version does', async () => {
    const { list, messages } = await edit(go, 'a2 c1', ['a1: b1', 'a2: b1', 'b1:', 'c1:'], '', 'b0');
    expect(list).toBe('c1');
    expect(messages.at(-1)).toMatch(/\n\tremoving example\.com\/a@v0\.1\.0$/);
  });

  test('the versions for which a module is lowered are asked for ahead', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `a${i + 1}: b${i === 0 ? 1 : 2}`);
    const { list, asked } = await edit(go, 'a20', [...lines, 'b1:', 'b2:'], '', 'b1');
    expect(list).toBe('a1 b1');
    expect(new Set(asked).size).toBe(asked.length); // nothing is asked for twice
  });

  test('a downgrade may mean an upgrade elsewhere', async () => {
    // go's mod_get_downup_indirect: b1 requires more of c than b2 does
    const lines = ['b1: c2', 'b2: c1', 'c1: d2', 'c2:', 'd1:', 'd2:'];
    const { list, requirements } = await edit(go, 'b2 c1', lines, '', 'd1');
    expect(list).toBe('b1 c2 d1');
    const back = await editRequirements(requirements, [], mods('c1'));
    expect(short((await back.rs.wholeGraph()).buildList)).toMatch(/c1 d2$/);
  });

  test('an upgrade that is only tried gives way, and leaves nothing behind', async () => {
    // go's mod_get_downup_artifact
    const lines = ['a1: b1', 'b1: c1', 'b2: c2 d2 e1', 'c1:', 'c2:', 'd1:', 'd2:', 'e1:'];
    const { list, messages } = await edit(go, 'a1 b1 c1 d1', lines, 'b2', 'c1');
    expect(list).toBe('a1 b1 c1 d1');
    expect(messages).toEqual([
      'trying upgrade to example.com/b@v0.2.0',
      'example.com/b@v0.2.0 requires example.com/c@v0.2.0, but v0.1.0 is requested\n\trestoring example.com/b@v0.1.0',
    ]);
  });

  test('a version that is at fault, but not selected, is let go without a word', async () => {
    // a1 will not do; d1 wants a2, which will
    const lines = ['a1: c2', 'a2: c1', 'c1:', 'c2:', 'd1: a2'];
    const { list, messages } = await edit(go, 'a1', lines, 'd1', 'c1');
    expect(list).toBe('a2 c1 d1');
    expect(messages).toEqual([
      'trying upgrade to example.com/d@v0.1.0',
      'accepting indirect upgrade from example.com/a@v0.1.0 to v0.2.0',
    ]);
  });

  test('one that is not higher than what is there is not tried', async () => {
    const { changed, rs, before, messages } = await edit(go, 'a2', ['a1:', 'a2:'], 'a1', '');
    expect([changed, messages]).toEqual([false, []]);
    expect(rs).toBe(before);
  });

  test('versions that exclude each other are an error that says why', async () => {
    const lines = ['a1: b1', 'b1: c2', 'c1:', 'c2:', 'd1: c2'];
    const error: unknown = await edit(go, 'c1', lines, '', 'a1 c1 d1').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConstraintError);
    expect(error).toMatchObject({
      code: 'build-list',
      message:
        'version constraints conflict:' +
        (go === '1.16'
          ? '\n\texample.com/a@v0.1.0 indirectly requires example.com/c@v0.2.0, but v0.1.0 is requested'
          : '') +
        '\n\texample.com/d@v0.1.0 requires example.com/c@v0.2.0, but v0.1.0 is requested',
    });
    const [first] = (error as ConstraintError).conflicts;
    if (go === '1.16') {
      expect(formatConflict(first!)).toBe(
        'example.com/a@v0.1.0 requires\n\texample.com/b@v0.1.0 requires\n\texample.com/c@v0.2.0, but v0.1.0 is requested',
      );
    }
  });

  test('each version that cannot be selected is told, by what it lists itself', async () => {
    const lines = ['a1: c2', 'c1:', 'c2:', 'c3:', 'd1: c3'];
    await expect(edit(go, 'c1', lines, '', 'a1 c1 d1')).rejects.toThrow(
      'version constraints conflict:' +
        '\n\texample.com/a@v0.1.0 requires example.com/c@v0.2.0, but v0.1.0 is requested' +
        '\n\texample.com/d@v0.1.0 requires example.com/c@v0.3.0, but v0.1.0 is requested',
    );
  });

  test('so are two versions of one module, and one that requires a higher version of itself', async () => {
    await expect(edit(go, '', ['a1:', 'a2:'], '', 'a1 a2')).rejects.toThrow(
      'version constraints conflict:\n\texample.com/a@v0.2.0 is above v0.1.0',
    );
    await expect(edit(go, '', ['a1:', 'a2:'], '', 'a2 a1')).rejects.toThrow('example.com/a@v0.2.0 is above v0.1.0');
    const cycle = edit(go, '', ['a1: b1', 'b1: a2', 'a2:'], '', 'a1');
    // with pruning it is not seen
    if (go === '1.17') expect((await cycle).list).toBe('a1 b1');
    else
      await expect(cycle).rejects.toThrow('a@v0.1.0 indirectly requires example.com/a@v0.2.0, but v0.1.0 is requested');
  });

  test('a module whose go.mod cannot be read is passed over, unless it was there before', async () => {
    const lines = ['a1:', 'a2: b3', 'b1:', 'c1:']; // b3 is gone
    const tried = await edit(go, 'a1 b1', lines, 'a2', 'c1');
    expect(tried.list).toBe('a1 b1 c1');
    expect(tried.messages[1]).toMatch(
      /^example\.com\/a@v0\.2\.0 requires example\.com\/b@v0\.3\.0: not found: 404 Not Found\n\trestoring example\.com\/a@v0\.1\.0$/,
    );
    if (go === '1.16') return; // without pruning, nothing can be edited in a graph that is not whole
    await expect(edit(go, 'b3', lines, '', 'c1')).rejects.toThrow(
      'version constraints conflict:\n\texample.com/b@v0.3.0: not found: 404 Not Found',
    );
  });

  test('a module that contradicts go.sum is never got round', async () => {
    const { requirements } = await openTest({
      files: {
        'go.mod': goModText(me, go, full('a1')),
        'go.sum': `example.com/a v0.2.0/go.mod h1:${'A'.repeat(43)}=\n`,
      },
      modules: graphOf(go, 'a1:', 'a2:', 'b1:'),
      command: 'get',
    });
    const error: unknown = await editRequirements(requirements, mods('a2'), mods('b1')).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'build-list', cause: { code: 'checksum-mismatch' } });
    expect(exitCode(error)).toBe(3);
  });

  test('a pseudo-version that was there is one of the versions to go back to', async () => {
    const pseudo = 'example.com/a@v0.1.1-0.20200102030405-0123456789ab';
    const { requirements } = await openTest({
      files: goModText(me, go, [pseudo, 'example.com/b@v0.1.0']),
      modules: [moduleOf(pseudo, go), ...graphOf(go, 'a1:', 'a2: b2', 'b1:', 'b2:')],
      command: 'get',
    });
    const { rs } = await editRequirements(requirements, mods('a2'), mods('b1'));
    expect(shown(rs.roots)).toEqual([pseudo, 'example.com/b@v0.1.0']);
  });

  test('excluded and retracted versions are passed over on the way down', async () => {
    const retract = 'retract v0.3.0\n';
    const modules = [
      ...graphOf(go, 'b1:', 'b2:', 'a1: b1', 'a2: b1', 'a3: b1'),
      moduleOf('example.com/a@v0.4.0', go, full('b2'), retract),
    ];
    const { session, requirements } = await openTest({
      files: goModText(me, go, full('a4'), 'exclude example.com/a v0.2.0\n'),
      modules,
      command: 'get',
    });
    const { rs } = await editRequirements(requirements, [], mods('b1'));
    expect(short((await rs.wholeGraph()).buildList)).toBe('a1 b1');
    expect(await previousVersion(session, mod('a4'))).toEqual(mod('a1'));
    expect(await previousVersion(session, mod('a1'))).toEqual(mod('a0'));
    expect(await previousVersion(session, mod('x3'))).toEqual(mod('x0'));
    expect(await previousVersion(session, { path: me, version: '' })).toEqual({ path: me, version: 'none' });
  });

  test('a version that was there, is at fault, and is passed on the way down is not tried for ever', async () => {
    // a1 is in the graph by d as well, so it is known to be at fault before it is tried
    const lines = ['a1: c2', 'a2: c2', 'c1:', 'c2:', 'd1: a1'];
    const { list, messages } = await edit(go, 'a1 d1', lines, 'a2', 'c1');
    expect(list).toBe('c1');
    if (go === '1.16') expect(messages[1]).toMatch(/\n\tremoving example\.com\/a@v0\.2\.0$/);
  });
});

describe('pruning', () => {
  test('what is pruned out is no conflict, until its module becomes a root', async () => {
    // go's mod_lazy_downgrade: main requires a, a requires b, b requires c
    const lines = ['a1: b1', 'b1: c1', 'b3: c2', 'c1:', 'c2:'];
    const pruned = await edit('1.17', 'a1', lines, '', 'c0');
    expect([pruned.changed, pruned.list]).toEqual([false, 'a1 b1']);
    const rooted = await edit('1.17', 'a1 b3', lines, '', 'c0');
    expect(rooted.list).toBe('');
    expect((await edit('1.16', 'a1', lines, '', 'c0')).list).toBe('');
  });

  test('everything that was asked for is a root; without pruning only what has to be', async () => {
    const lines = ['a1: b1 c1', 'b1:', 'b2:', 'c1:', 'd1: e1', 'e1:'];
    expect((await edit('1.17', 'a1', lines, 'd1', 'b2')).roots).toBe('a1 b2 d1');
    expect((await edit('1.16', 'a1', lines, 'd1', 'b2')).roots).toBe('a1 b2 d1');
    expect((await edit('1.16', 'a1', lines, 'e1', 'd1')).roots).toBe('a1 d1');
    expect((await edit('1.17', 'a1', lines, 'e1', 'd1')).roots).toBe('a1 d1 e1');
  });

  test('a go version that is asked for decides what is pruned', async () => {
    const modules = graphOf('1.17', 'a1: b1', 'b1: c1', 'c1: d1', 'd1:');
    const at = async (main: string, go: string) => {
      const { requirements } = await openTest({ files: goModText(me, main, full('a1')), modules, command: 'get' });
      return editRequirements(requirements, [], [{ path: 'go', version: go }]);
    };
    const up = await at('1.16', '1.17');
    expect([up.rs.pruning, short(up.rs.roots), up.rs.goVersion]).toEqual(['pruned', 'a1 b1 c1 d1', '1.17']);
    const down = await at('1.17', '1.16');
    expect([down.rs.pruning, short(down.rs.roots), down.rs.goVersion]).toEqual(['unpruned', 'a1', '1.16']);
    expect(short((await down.rs.wholeGraph()).buildList)).toBe('a1 b1 c1 d1');
  });

  test('a dependency that raises the go line past Go 1.17 makes every module a root', async () => {
    const modules = [...graphOf('1.16', 'a1: b1', 'b1: c1', 'c1:'), ...graphOf('1.21', 'd1: b1')];
    const { requirements } = await openTest({ files: goModText(me, '1.16', full('a1')), modules, command: 'get' });
    const { rs } = await editRequirements(requirements, [], mods('d1'));
    expect([rs.pruning, rs.goVersion, short(rs.roots)]).toEqual(['pruned', '1.21', 'a1 b1 c1 d1']);
  });

  test('a go version that is asked for lowers what needs a newer one', async () => {
    const modules = [...graphOf('1.21', 'a1:'), ...graphOf('1.23', 'a2:')];
    const { requirements } = await openTest({ files: goModText(me, '1.24', full('a2')), modules, command: 'get' });
    const { rs } = await editRequirements(requirements, [], [{ path: 'go', version: '1.22' }]);
    expect([rs.goVersion, short(rs.roots)]).toEqual(['1.22', 'a1']);
  });

  test('a module that needs a newer Go than this one is an error at once', async () => {
    const modules = [moduleOf('example.com/a@v0.1.0', '1.99')];
    const { requirements } = await openTest({ files: goModText(me, '1.21'), modules, command: 'get' });
    await expect(editRequirements(requirements, [], mods('a1'))).rejects.toMatchObject({
      cause: { code: 'go-too-old', goVersion: '1.99' },
    });
  });
});

const wish = fc.record({
  tryUpgrade: fc.array(fc.constantFrom(...everyModule), { maxLength: 3 }),
  mustSelect: fc.uniqueArray(
    fc.constantFrom(...everyModule, ...names.map((path) => `${path}@none`), 'go@1.20', 'go@1.16'),
    { minLength: 1, maxLength: 3, selector: (name) => name.split('@')[0] },
  ),
});
const parse = (list: readonly string[]): ModuleVersion[] =>
  list.map((name) => ({ path: name.split('@')[0]!, version: name.split('@')[1]! }));

type Outcome = { readonly rs: Requirements; readonly changed: boolean } | { readonly conflict: ConstraintError };
const attempt = (rs: Requirements, tryUpgrade: readonly string[], mustSelect: readonly string[]): Promise<Outcome> =>
  editRequirements(rs, parse(tryUpgrade), parse(mustSelect)).catch((error: unknown) => {
    if (error instanceof ConstraintError) return { conflict: error };
    throw error;
  });

describe('random graphs', () => {
  const open = async (world: World) => {
    const { requirements } = await openTest({ files: goModOf(world), modules: modulesOf(world), command: 'get' });
    return (await expandGraph(requirements)).rs;
  };

  test('what must be selected is, all roots are selected, and a second time changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, wish, async (world, { tryUpgrade, mustSelect }) => {
        const outcome = await attempt(await open(world), tryUpgrade, mustSelect);
        if ('conflict' in outcome) {
          for (const { path, constraint } of outcome.conflict.conflicts) {
            // each chain begins with what was asked for, goes by what is really required, and ends above what was asked for
            expect(mustSelect).toContain(nameOf(path[0]!));
            expect(mustSelect).toContain(nameOf(constraint!));
            expect(modCompare(constraint!.path, path.at(-1)!.version, constraint!.version)).toBe(1);
            for (const [i, m] of path.slice(1).entries()) {
              const { go, requires } = world.modules.get(nameOf(path[i]!))!;
              expect([...requires, `go@${go}`]).toContain(nameOf(m));
            }
          }
          return;
        }
        const { rs } = outcome;
        const graph = await rs.wholeGraph();
        for (const { path, version } of parse(mustSelect)) expect(graph.selected(path)).toBe(version);
        for (const m of rs.roots) expect(graph.selected(m.path)).toBe(m.version);
        const again = await editRequirements(rs, [], parse(mustSelect));
        expect(again.rs.roots).toEqual(rs.roots);
        expect(again.changed).toBe(again.rs !== rs);
      }),
      { numRuns: 120 },
    );
  });

  test('without pruning: an error only where there is no way, and nothing goes down without need', async () => {
    const unpruned = worldsOf(['1.16'], ['', '1.16']);
    await fc.assert(
      fc.asyncProperty(unpruned, wish, async (world, { tryUpgrade, mustSelect: wanted }) => {
        const mustSelect = wanted.filter((name) => !name.startsWith('go@'));
        const rs = await open(world);
        const limits = new Map(parse(mustSelect).map((m) => [m.path, m.version]));
        /** What a module version leads to is within the limits. */
        const isAllowed = (start: string) => {
          const seen = new Set([start]);
          for (const name of seen) {
            const [m] = parse([name]);
            const limit = limits.get(m!.path);
            if (limit !== undefined && modCompare(m!.path, m!.version, limit) > 0) return false;
            for (const r of world.modules.get(name)?.requires ?? []) seen.add(r);
          }
          return true;
        };
        const outcome = await attempt(rs, tryUpgrade, mustSelect);
        expect('conflict' in outcome).toBe(!mustSelect.every(isAllowed));
        if ('conflict' in outcome) return;
        const graph = await outcome.rs.wholeGraph();
        for (const name of [...shown((await rs.wholeGraph()).buildList), ...tryUpgrade].filter(isAllowed)) {
          const [m] = parse([name]);
          const least = limits.get(m!.path) ?? m!.version;
          expect(modCompare(m!.path, graph.selected(m!.path), least)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('to ask for what is selected changes no selection', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.subarray(names), async (world, paths) => {
        const rs = await open(world);
        const graph = await rs.wholeGraph();
        const selected = graph.buildList.filter((m) => paths.includes(m.path));
        const edited = await attempt(rs, [], selected.map(nameOf));
        if ('conflict' in edited) {
          expect(rs.pruning).toBe('pruned'); // as a root it brings in what was pruned out, which may be more
          return;
        }
        if (rs.pruning === 'unpruned') {
          expect(shown((await edited.rs.wholeGraph()).buildList)).toEqual(shown(graph.buildList));
        }
      }),
      { numRuns: 80 },
    );
  });

  test('the result does not hang on the order in which answers arrive', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, wish, fc.scheduler(), async (world, { tryUpgrade, mustSelect }, s) => {
        const run = async (deliver?: <T>(what: string, answer: () => T) => Promise<T>) => {
          const { requirements, messages } = await openTest({
            files: goModOf(world),
            modules: modulesOf(world),
            command: 'get',
            ...(deliver && { deliver }),
          });
          const { rs } = await expandGraph(requirements);
          const outcome = await attempt(rs, tryUpgrade, mustSelect);
          const result = 'conflict' in outcome ? outcome.conflict.message : outcome.rs.roots.map(nameOf);
          return [result, messages];
        };
        const shuffled = s.waitFor(run((what, answer) => s.schedule(Promise.resolve(), what).then(answer)));
        expect(await shuffled).toEqual(await run());
      }),
      { numRuns: 30 },
    );
  });
});
