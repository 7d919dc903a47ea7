import { describe, expect, test } from 'vitest';
import { ChecksumMismatchError } from '../../../src/errors.js';
import { TooNewError } from '../../../src/modfetch/index.js';
import { type LoadOptions, loadPackages, writeBack } from '../../../src/resolve/index.js';
import { goModText, goSumOf } from '../../support/memory-mirror.js';
import type { TestSession } from '../world.js';
import { type Files, imports, type SourceModule, useSources } from './sources.js';

const open = useSources();
const me = 'example.com/me';
const goMod = (go: string, ...requires: string[]) =>
  `module ${me}\n\ngo ${go}\n${requires.map((r) => `\nrequire ${r.replace('@', ' ')}\n`).join('')}`;

/** The paths that were loaded, without the standard library. */
const loadedPaths = (packages: readonly string[]) => packages.filter((path) => path.includes('.'));

async function load(files: Files, modules: readonly SourceModule[], options: LoadOptions, ...patterns: string[]) {
  const opened = await open(files, modules);
  const result = await loadPackages(opened.requirements, options, ...(patterns.length > 0 ? patterns : ['all']));
  return { ...opened, ...result };
}

async function tidy(files: Files, modules: readonly SourceModule[], options: LoadOptions = {}, goVersion = '1.26.8') {
  const opened = await open(files, modules, { goVersion });
  const done = await loadPackages(
    opened.requirements,
    { tidy: true, resolveMissingImports: true, loadTests: true, silenceMissingStdImports: true, ...options },
    'all',
  );
  await writeBack({ requirements: done.loaded.requirements, loaded: done.loaded }, { tidySums: done.tidy!.keep });
  return { ...opened, ...done };
}

/** me → a → b; a's test → c; my test → d, whose test → e. */
const chain: readonly SourceModule[] = [
  {
    name: 'example.com/a@v1.0.0',
    requires: ['example.com/b@v1.0.0', 'example.com/c@v1.0.0'],
    files: { 'a.go': imports('example.com/b', 'fmt'), 'a_test.go': imports('example.com/c') },
  },
  { name: 'example.com/b@v1.0.0', files: { 'b.go': imports() } },
  { name: 'example.com/c@v1.0.0', files: { 'c.go': imports('example.com/b/sub', 'strings') } },
  {
    name: 'example.com/d@v1.0.0',
    requires: ['example.com/e@v1.0.0'],
    files: { 'd.go': imports(), 'd_test.go': imports('example.com/e') },
  },
  { name: 'example.com/e@v1.0.0', files: { 'e.go': imports() } },
];
const mine = { 'me.go': imports('example.com/a'), 'me_test.go': imports('example.com/d') };
const required = ['a', 'b', 'c', 'd', 'e'].map((name) => `example.com/${name}@v1.0.0`);

describe('all', () => {
  test('holds what my packages and their tests import, and no tests of others', async () => {
    const { packages, loaded } = await load({ 'go.mod': goMod('1.21', ...required), ...mine }, chain, {});
    expect(loadedPaths(packages)).toEqual(['example.com/a', 'example.com/b', 'example.com/d', me]);
    expect(loaded.packages.every((p) => p.isInAll)).toBe(true);
  });

  test('with tests of what is asked for goes one step further, and that is not in all', async () => {
    const { packages, loaded, matches } = await load({ 'go.mod': goMod('1.21', ...required), ...mine }, chain, {
      loadTests: true,
      silencePackageErrors: true,
    });
    expect(loadedPaths(packages)).toContain('example.com/c');
    expect(loadedPaths(packages)).toContain('example.com/e');
    expect(loaded.package('example.com/c')!.isInAll).toBe(false);
    expect(matches[0]!.packages).not.toContain('example.com/c');
  });

  test('held the tests of others too before Go 1.16, but not for vendoring', async () => {
    const files = { 'go.mod': goMod('1.15', ...required), ...mine };
    const old = chain.map((m) => ({ ...m, go: '1.15' }));
    const all = await load(files, old, { silencePackageErrors: true });
    expect(all.loaded.package('example.com/e')!.isInAll).toBe(true);
    const vendored = await load(files, old, { silencePackageErrors: true, useVendorAll: true });
    expect(vendored.loaded.package('example.com/e')).toBeUndefined();
  });

  test('holds tools, missing ones too', async () => {
    const files = { 'go.mod': `${goMod('1.24', 'example.com/b@v1.0.0')}\ntool example.com/b\n` };
    const { loaded } = await load(files, chain, { tags: 'any' });
    expect(loaded.package('example.com/b')).toMatchObject({ isInAll: true, isRoot: true });
    await expect(
      load({ 'go.mod': `${goMod('1.24', 'example.com/b@v1.0.0')}\ntool example.com/b/none\n` }, chain, {}),
    ).rejects.toMatchObject({ message: expect.stringContaining('example.com/b/none') });
  });

  test('leaves out C and what App Engine once had', async () => {
    const files = { 'go.mod': goMod('1.21'), 'me.go': imports('C', 'appengine', 'appengine/urlfetch', 'unsafe') };
    const { packages } = await load(files, [], {});
    expect(packages).toEqual([me, 'unsafe']);
  });
});

describe('why', () => {
  test('is the shortest chain, through tests too', async () => {
    const { loaded } = await load({ 'go.mod': goMod('1.21', ...required), ...mine }, chain, {
      loadTests: true,
      silencePackageErrors: true,
    });
    expect(loaded.why('example.com/b')).toBe(`${me}\nexample.com/a\nexample.com/b\n`);
    expect(loaded.why('example.com/e')).toBe(`${me}\n${me}.test\nexample.com/d\nexample.com/d.test\nexample.com/e\n`);
    expect(loaded.whyDepth('example.com/e')).toBe(5);
    expect([loaded.why('example.com/none'), loaded.whyDepth('example.com/none')]).toEqual(['', 0]);
  });
});

describe('tidy', () => {
  test('adds what is missing, takes out what is unused, and says both', async () => {
    const files = { 'go.mod': goMod('1.21', 'example.com/e@v1.0.0'), 'me.go': imports('example.com/b') };
    const { read, messages } = await tidy(files, chain, { verbose: true });
    expect(read('go.mod')).toBe(goMod('1.21', 'example.com/b@v1.0.0'));
    expect(messages).toEqual([
      'finding module for package example.com/b',
      'found example.com/b in example.com/b v1.0.0',
      'unused example.com/e',
    ]);
  });

  test('keeps the sums that the packages need, and no others', async () => {
    const old = `example.com/b v0.9.0 h1:${'B'.repeat(43)}=\n`;
    const files = { 'go.mod': goMod('1.21', 'example.com/b@v1.0.0'), 'go.sum': old, 'me.go': imports('example.com/b') };
    const { read } = await tidy(files, chain);
    expect(read('go.sum').replace(/ h1:.*/g, '')).toBe('example.com/b v1.0.0\nexample.com/b v1.0.0/go.mod\n');
  });

  test('formats go.mod even where it means the same', async () => {
    const odd = `module ${me}\ngo    1.21\nrequire    example.com/b v1.0.0\n`;
    const { read } = await tidy({ 'go.mod': odd, 'me.go': imports('example.com/b') }, chain);
    expect(read('go.mod')).toBe(`module ${me}\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n`);
  });

  test('sets the go line it is asked for, unless a module needs a newer one', async () => {
    const files = { 'go.mod': goMod('1.21', 'example.com/b@v1.0.0'), 'me.go': imports('example.com/b') };
    const { read } = await tidy(files, chain, { tidyGoVersion: '1.22' });
    expect(read('go.mod')).toBe(goMod('1.22', 'example.com/b@v1.0.0'));
    await expect(tidy(files, chain, { tidyGoVersion: '1.20' })).rejects.toMatchObject({
      code: 'go-too-old',
      message: 'example.com/b@v1.0.0 requires go@1.21, but 1.20 is requested',
    });
  });

  test('tells what is missing with the imports that lead to it, each on its own, and writes nothing', async () => {
    const files = {
      'go.mod': goMod('1.21', 'example.com/a@v1.0.0'),
      'me.go': imports('example.com/a', 'example.com/none'),
    };
    const opened = await open(files, chain);
    const failed = await loadPackages(
      opened.requirements,
      { tidy: true, resolveMissingImports: true, loadTests: true },
      'all',
    ).catch((error: unknown) => error as AggregateError);
    expect((failed as AggregateError).errors.map((e: Error) => e.message.split(': ')[0])).toEqual([
      `${me} imports\n\texample.com/none`,
      `${me} imports\n\texample.com/a tested by\n\texample.com/a.test imports\n\texample.com/c imports\n\texample.com/b/sub`,
    ]);
    expect(opened.read('go.mod')).toBe(files['go.mod']);
  });

  test('goes past errors where they are allowed, and says them', async () => {
    const files = { 'go.mod': goMod('1.21'), 'me.go': imports('example.com/b', 'example.com/none') };
    const { read, messages, errors } = await tidy(files, chain, { allowErrors: true });
    expect(read('go.mod')).toBe(goMod('1.21', 'example.com/b@v1.0.0'));
    expect(errors).toHaveLength(1);
    expect(messages.at(-1)).toMatch(
      `${me} imports\n\texample.com/none: cannot find module providing package example.com/none`,
    );
  });

  test('asks for newer Go releases by name of the package', async () => {
    const files = { 'go.mod': goMod('1.21'), 'me.go': imports('example.com/new/one', 'example.com/new/two') };
    const newest = new TooNewError('example.com/new/two@v1.0.0', '1.99', '1.26.8');
    const opened = await open(files, [], {
      deliver: async (what, answer) => {
        if (what === 'example.com/new/two@list') throw newest;
        if (what === 'example.com/new/one@list') throw new TooNewError('one', '1.98', '1.26.8');
        return answer();
      },
    });
    await expect(
      loadPackages(opened.requirements, { tidy: true, resolveMissingImports: true, loadTests: true }, 'all'),
    ).rejects.toBe(newest);
    expect(opened.messages.at(-1)).toBe('toolchain upgrade needed to resolve example.com/new/two');
  });

  test('refuses one module under two paths', async () => {
    const files = {
      'go.mod': `${goMod('1.21', 'example.com/b@v1.0.0', 'example.com/old@v1.0.0')}\nreplace example.com/old => example.com/b v1.0.0\n`,
      'me.go': imports('example.com/b', 'example.com/old'),
    };
    await expect(tidy(files, chain)).rejects.toMatchObject({
      message: 'example.com/b@v1.0.0 used for two different module paths (example.com/b and example.com/old)',
    });
  });

  test('looks at what Go 1.16 would load too, and says how to go on where that differs', async () => {
    const modules: readonly SourceModule[] = [
      {
        name: 'example.com/lazy@v1.0.0',
        go: '1.17',
        requires: ['example.com/old@v1.0.0'],
        files: { 'l.go': imports() },
      },
      {
        name: 'example.com/old@v1.0.0',
        go: '1.16',
        requires: ['example.com/raised@v1.2.0'],
        files: { 'o.go': imports() },
      },
      { name: 'example.com/raised@v1.0.0', go: '1.16', files: { 'r.go': imports() } },
      { name: 'example.com/raised@v1.2.0', go: '1.16', files: { 'r.go': imports() } },
      {
        name: 'example.com/top@v1.0.0',
        go: '1.17',
        requires: ['example.com/lazy@v1.0.0'],
        files: { 't.go': imports() },
      },
    ];
    const files = {
      'go.mod': goMod('1.17', 'example.com/raised@v1.0.0', 'example.com/top@v1.0.0'),
      'me.go': imports('example.com/raised', 'example.com/top'),
    };
    const error = await tidy(files, modules).catch((e: unknown) => e as AggregateError);
    expect((error as AggregateError).errors.map((e: Error) => e.message)).toEqual([
      `${me} imports\n\texample.com/raised loaded from example.com/raised@v1.0.0,\n\tbut go 1.16 would select v1.2.0\n`,
      "\nTo upgrade to the versions selected by go 1.16:\n\tgo mod tidy -go=1.16 && go mod tidy -go=1.17\nIf reproducibility with go 1.16 is not needed:\n\tgo mod tidy -compat=1.17\nFor information about 'go mod tidy' compatibility, see:\n\thttps://go.dev/ref/mod#graph-pruning",
    ]);
    const older = await tidy(files, modules, {}, '1.24.13').catch((e: unknown) => e as AggregateError);
    expect((older as AggregateError).errors.at(-1).message).toMatch(
      /-compat=1\.17\nFor other options, see:\n\thttps:\/\/golang\.org\/doc\/modules\/pruning$/,
    );
    const { read } = await tidy(files, modules, { tidyCompatibleVersion: '1.17' });
    expect(read('go.mod')).toBe(files['go.mod']);
  });
});

describe('where go.mod may not change', () => {
  test('a direct import of a module that it does not name is an error of the importer', async () => {
    const old = chain.map((m) => ({ ...m, go: '1.16' }));
    const files = { 'go.mod': goMod('1.16', 'example.com/a@v1.0.0'), 'me.go': imports('example.com/b') };
    const zips = ['a', 'b'].map((name) => `example.com/${name} v1.0.0 h1:${'A'.repeat(43)}=\n`);
    const goMods = goSumOf(
      old.map(({ name, go, requires }) => {
        const [path, version] = name.split('@') as [string, string];
        return { path, version, goMod: goModText(path, go, requires) };
      }),
    );
    const { requirements } = await open({ ...files, 'go.sum': zips.join('') + goMods }, old, { command: 'list' });
    await expect(loadPackages(requirements, {}, 'all')).rejects.toMatchObject({
      code: 'build-list',
      message: `${me}: package ${me} imports example.com/b from implicitly required module; to add missing requirements, run:\n\tgo get example.com/b@v1.0.0`,
    });
  });
});

test('a refuted zip ends the run whatever errors are allowed', async () => {
  const refused = new ChecksumMismatchError('refused', { want: 'h1:a', got: 'h1:b', from: 'the log' });
  const files = { 'go.mod': goMod('1.21', 'example.com/b@v1.0.0'), 'me.go': imports('example.com/b') };
  const opened: TestSession = await open(files, chain, {
    deliver: async (what, answer) => {
      if (what === 'prove example.com/b@v1.0.0') throw refused;
      return answer();
    },
  });
  const options = { tidy: true, loadTests: true, allowErrors: true, silencePackageErrors: true };
  await expect(loadPackages(opened.requirements, options, 'all')).rejects.toBe(refused);
});
