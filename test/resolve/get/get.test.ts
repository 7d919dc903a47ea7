/**
 * `get` from its arguments to go.mod and its messages, over small modules on a mirror in this process. What the go command does with
 * the same is shown by its own scripts (conformance) and by random graphs (test/real).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MirrorModule } from '../../support/fixture-mirror.js';
import { openWorld, type World } from '../../support/fixture-world.js';
import { runMain } from '../../support/run-main.js';

/** A module with a package in its root and in each folder named, whose files import what is given. */
function moduleOf(name: string, more = '', packages: Readonly<Record<string, readonly string[]>> = {}): MirrorModule {
  const [path, version] = name.split('@') as [string, string];
  const files: Record<string, string> = { 'go.mod': `module ${path}\n\ngo 1.18\n${more}` };
  for (const [dir, imports] of Object.entries({ '.': [], ...packages })) {
    const text = `package p\n${imports.map((i) => `\nimport _ "${i}"\n`).join('')}`;
    files[dir === '.' ? 'p.go' : `${dir}/p.go`] = text;
  }
  return { path, version, files };
}

const requires = (...names: string[]) => names.map((n) => `\nrequire ${n.replace('@', ' ')}\n`).join('');

const modules = [
  ...['v1.0.0', 'v1.0.1', 'v1.1.0'].map((v) => moduleOf(`m.test/leaf@${v}`)),
  ...['v1.0.0', 'v1.1.0'].map((v) =>
    moduleOf(`m.test/mid@${v}`, requires(`m.test/leaf@${v}`), { '.': ['m.test/leaf'] }),
  ),
  moduleOf('m.test/top@v1.0.0', requires('m.test/mid@v1.0.0'), { '.': ['m.test/mid'], cmd: [] }),
  moduleOf('m.test/top@v1.1.0', requires('m.test/mid@v1.1.0'), { '.': ['m.test/mid'], cmd: [] }),
  // a package of it is in m.test/split too
  moduleOf('m.test/split@v1.0.0', '', { part: [] }),
  moduleOf('m.test/split@v1.1.0'),
  moduleOf('m.test/split/part@v1.0.0'),
  moduleOf('m.test/bad@v1.0.0', ''),
  moduleOf('m.test/bad@v1.1.0', '\nretract v1.0.0 // It is wrong.\n'),
  {
    ...moduleOf('m.test/old@v1.0.0'),
    files: { 'go.mod': '// Deprecated: use m.test/top.\nmodule m.test/old\n', 'p.go': 'package p\n' },
  },
  newGo('m.test/newgo@v1.0.0', '1.22'),
  // what tool needs raises leaf, which its own go.mod does not say
  moduleOf('m.test/tool@v1.0.0', requires('m.test/sec@v1.0.0'), { cmd: ['m.test/sec'] }),
  moduleOf('m.test/sec@v1.0.0', requires('m.test/leaf@v1.1.0')),
];

function newGo(name: string, goVersion: string): MirrorModule {
  const m = moduleOf(name);
  return { ...m, files: { ...m.files, 'go.mod': `module ${m.path}\n\ngo ${goVersion}\n` } };
}

let world: World;
beforeAll(async () => {
  world = await openWorld({ modules });
});
afterAll(() => world.close());

const head = 'module me.test/main\n\ngo 1.21\n';
const importing = (...paths: string[]) => `package main\n${paths.map((p) => `\nimport _ "${p}"\n`).join('')}`;

/** Runs `get` in a new main module. The messages come without 'tsgoget: ' and without those of downloads. */
async function get(files: string | Record<string, string>, args: readonly string[], env: Record<string, string> = {}) {
  const folder = world.mainModule(typeof files === 'string' ? { 'go.mod': files, 'p.go': importing() } : files);
  const { code, stdout, stderr } = await runMain(world, ['get', ...args], { cwd: folder, env });
  expect(stdout).toBe('');
  const told = stderr
    .split('\n')
    .filter((line) => line !== '' && !/: downloading |^hint: /.test(line))
    .map((line) => line.replace(/^tsgoget: /, ''));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { code, told, folder, read, required: requirementsIn(read('go.mod')) };
}

/** 'path version' of each requirement, with what stands behind. */
const requirementsIn = (text: string) =>
  [...text.matchAll(/^(?:require )?\t?(m\.test\/\S+ v.*)$/gm)].map((match) => match[1]);

describe('versions', () => {
  test('a module takes along what it requires', async () => {
    const { code, told, required } = await get(head, ['m.test/top@v1.0.0']);
    expect([code, told]).toEqual([
      0,
      ['added m.test/leaf v1.0.0', 'added m.test/mid v1.0.0', 'added m.test/top v1.0.0'],
    ]);
    expect(required).toEqual([
      'm.test/leaf v1.0.0 // indirect',
      'm.test/mid v1.0.0 // indirect',
      'm.test/top v1.0.0 // indirect',
    ]);
  });

  test('without arguments it is about the package here, whose imports are direct', async () => {
    const { code, told, required } = await get({ 'go.mod': head, 'p.go': importing('m.test/leaf') }, []);
    expect([code, told, required]).toEqual([0, ['added m.test/leaf v1.1.0'], ['m.test/leaf v1.1.0']]);
  });

  test('a downgrade lowers what requires more', async () => {
    const files = `${head}${requires('m.test/leaf@v1.1.0', 'm.test/mid@v1.1.0')}`;
    const { told, required } = await get(files, ['m.test/leaf@v1.0.0']);
    expect(told).toEqual(['downgraded m.test/leaf v1.1.0 => v1.0.0', 'downgraded m.test/mid v1.1.0 => v1.0.0']);
    expect(required).toEqual(['m.test/leaf v1.0.0', 'm.test/mid v1.0.0']);
  });

  test('@none removes a module and what cannot be without it', async () => {
    const { told, required } = await get(`${head}${requires('m.test/leaf@v1.1.0', 'm.test/mid@v1.1.0')}`, [
      'm.test/leaf@none',
    ]);
    expect(told).toEqual(['removed m.test/leaf v1.1.0', 'removed m.test/mid v1.1.0']);
    expect(required).toEqual([]);
  });

  test('-u upgrades what the packages import, -u=patch by patches alone; without it nothing else moves', async () => {
    const files = {
      'go.mod': `${head}${requires('m.test/leaf@v1.0.0', 'm.test/mid@v1.0.0')}`,
      'p.go': importing('m.test/leaf'),
    };
    expect((await get(files, ['-u', '.'])).required).toEqual(['m.test/leaf v1.1.0', 'm.test/mid v1.0.0']);
    expect((await get(files, ['-u=patch', '.'])).required).toEqual(['m.test/leaf v1.0.1', 'm.test/mid v1.0.0']);
    expect((await get(files, ['.'])).required).toEqual(['m.test/leaf v1.0.0', 'm.test/mid v1.0.0']);
  });

  test('a wildcard is about the modules of the build list that it matches', async () => {
    const files = `${head}${requires('m.test/leaf@v1.0.0', 'm.test/mid@v1.0.0', 'm.test/split@v1.0.0')}`;
    const { told } = await get(files, ['m.test/...@patch', 'm.test/mid@v1.0.0']);
    expect(told).toEqual(['upgraded m.test/leaf v1.0.0 => v1.0.1']);
    expect((await get(files, ['m.test/...@none'])).required).toEqual([]);
  });

  test('of two modules with one package the arguments decide', async () => {
    const { required } = await get(head, ['m.test/split/part@v1.0.0', 'm.test/split@v1.1.0']);
    expect(required).toEqual(['m.test/split v1.1.0 // indirect', 'm.test/split/part v1.0.0 // indirect']);
    const removed = await get(head, ['m.test/split/part@v1.0.0', 'm.test/split@none']);
    expect(removed.required).toEqual(['m.test/split/part v1.0.0 // indirect']);
  });
});

test.each([
  ['1.24.13', 1, ['malformed module path "work": missing dot in first path element']],
  ['1.25.14', 0, ['added m.test/leaf v1.1.0']],
])('by %s, work as an argument', async (TSGOGET_GO_VERSION, exit, expected) => {
  const files = { 'go.mod': head, 'p.go': importing('m.test/leaf') };
  const { code, told } = await get(files, ['work'], { TSGOGET_GO_VERSION });
  expect([code, told]).toEqual([exit, expected]);
});

describe('what cannot be', () => {
  test.each([
    [['m.test/leaf@v1.0.0', 'm.test/leaf@v1.1.0'], 'm.test/leaf@v1.1.0 conflicts with m.test/leaf@v1.0.0'],
    [
      ['m.test/mid@v1.1.0', 'm.test/leaf@v1.0.0'],
      'm.test/mid@v1.1.0 requires m.test/leaf@v1.1.0, not m.test/leaf@v1.0.0',
    ],
    [
      ['m.test/top@v1.1.0', 'm.test/leaf@v1.0'],
      'm.test/top@v1.1.0 indirectly requires m.test/leaf@v1.1.0, not m.test/leaf@v1.0 (v1.0.1)',
    ],
    [['m.test/leaf@patch'], `can't query version "patch" of module m.test/leaf: no existing version is required`],
    [['go@none'], 'cannot use go@none'],
    [['fmt@v1.0.0'], `can't request explicit version "v1.0.0" of standard library package fmt`],
    [['me.test/main@v1.0.0'], `package me.test/main is in the main module, so can't request version v1.0.0`],
    [['./nowhere'], ' is not a package in module rooted at '],
    [['x.go'], 'x.go: arguments must be package or module paths'],
    [['all@v1.0.0'], `can't request version "v1.0.0" of pattern "all" that includes the main modules`],
    [['std@v1.0.0'], `can't request explicit version of standard-library pattern "std"`],
    [['.@v1.0.0'], `can't request explicit version "v1.0.0" of path "." in main module`],
    [['-u=most', 'm.test/leaf'], 'unknown upgrade flag -u=most'],
    [['-m', 'm.test/leaf'], '-m flag is no longer supported'],
    [['-tool', 'all'], 'go get -tool does not work with "all".'],
  ])('%j', async (args, words) => {
    const files = { 'go.mod': head, 'p.go': importing() };
    const { code, told, read } = await get(files, args);
    expect(code).toBe(1);
    expect(told.join('\n')).toContain(words);
    expect(read('go.mod')).toBe(head);
  });

  test('all that is wrong with the arguments is told, in their order', async () => {
    const { told } = await get(head, ['go@none', 'm.test/leaf@', 'y.go']);
    expect(told).toEqual([
      'cannot use go@none',
      'invalid module version syntax "m.test/leaf@"',
      'y.go: arguments must be package or module paths',
    ]);
  });

  test('-v tells a conflict in full', async () => {
    const { told } = await get(head, ['-v', 'm.test/top@v1.1.0', 'm.test/leaf@v1.0.0']);
    expect(told.join('\n')).toContain(
      'm.test/top@v1.1.0 requires\n\tm.test/mid@v1.1.0 requires\n\tm.test/leaf@v1.1.0, but v1.0.0 is requested',
    );
  });

  test('outside a module', async () => {
    const { code, stderr } = await runMain(world, ['get', 'm.test/leaf']);
    expect([code, stderr.split('\n')[1]]).toEqual([1, "\t'tsgoget get' is no longer supported outside a module."]);
  });
});

describe('notices', () => {
  test('a retracted version that was asked for by name', async () => {
    const { code, told } = await get(head, ['m.test/bad@v1.0.0']);
    expect([code, told]).toEqual([
      0,
      [
        'warning: m.test/bad@v1.0.0: retracted by module author: It is wrong.',
        'to switch to the latest unretracted version, run:',
        '\ttsgoget get m.test/bad@latest',
        'added m.test/bad v1.0.0',
      ],
    ]);
  });

  test('a deprecated module that is named, or required directly and imported; but no indirect one', async () => {
    const notice = 'module m.test/old is deprecated: use m.test/top.';
    expect((await get(head, ['m.test/old'])).told).toEqual([notice, 'added m.test/old v1.0.0']);
    const importsIt = { 'go.mod': `${head}${requires('m.test/old@v1.0.0')}`, 'p.go': importing('m.test/old') };
    expect((await get(importsIt, ['.'])).told).toEqual([notice]);
    const indirect = { ...importsIt, 'p.go': importing('m.test/leaf') };
    expect((await get(indirect, ['.'])).told).toEqual(['added m.test/leaf v1.1.0']);
  });
});

describe('lines of go.mod', () => {
  test('-tool adds a tool line, and drops it with @none', async () => {
    const { code, read, folder } = await get(head, ['-tool', 'm.test/top/cmd@v1.0.0']);
    expect([code, read('go.mod')]).toEqual([0, expect.stringContaining('\ntool m.test/top/cmd\n')]);
    expect(await runMain(world, ['get', '-tool', 'm.test/top/cmd@none'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(read('go.mod')).not.toContain('tool');
  });

  test.each([
    ['1.25.14', ['m.test/top/cmd']],
    ['1.26.8', ['m.test/tool/cmd', 'm.test/top/cmd']],
  ])('by %s, of two arguments -tool adds %j', async (TSGOGET_GO_VERSION, tools) => {
    const { code, read } = await get(head, ['-tool', 'm.test/tool/cmd', 'm.test/top/cmd'], { TSGOGET_GO_VERSION });
    expect(code).toBe(0);
    expect(read('go.mod').match(/m\.test\/\w+\/cmd/g)).toEqual(tools);
  });

  test.each([
    ['1.25.14', false],
    ['1.26.8', true],
  ])('by %s, the sum of a zip that was in the cache is added: %s', async (TSGOGET_GO_VERSION, isAdded) => {
    const env = { TSGOGET_GO_VERSION, GOMODCACHE: world.mainModule({}) };
    await get(head, ['m.test/leaf@v1.1.0'], env);
    const files = { 'go.mod': `${head}${requires('m.test/leaf@v1.0.0')}`, 'p.go': importing('m.test/leaf') };
    const { folder, read } = await get(files, ['.'], env);
    // sec requires leaf v1.1.0, no package of which is loaded
    const { code } = await runMain(world, ['get', 'm.test/sec@v1.0.0'], { cwd: folder, env });
    expect([code, read('go.mod')]).toEqual([0, expect.stringContaining('m.test/leaf v1.1.0')]);
    expect(read('go.sum').includes('m.test/leaf v1.1.0 h1:')).toBe(isAdded);
  });

  test.each([
    ['1.26.8', false],
    ['1.27.4', true],
  ])('by %s, -tool leaves the sums of what the tool raised: %s', async (TSGOGET_GO_VERSION, isWhole) => {
    const files = { 'go.mod': `${head}${requires('m.test/leaf@v1.0.0')}`, 'p.go': importing('m.test/leaf') };
    const env = { TSGOGET_GO_VERSION };
    const { folder, read } = await get(files, ['.'], env);
    expect(read('go.sum')).toContain('m.test/leaf v1.0.0 h1:');
    const { code, stderr } = await runMain(world, ['get', '-tool', 'm.test/tool/cmd'], { cwd: folder, env });
    expect([code, stderr]).toEqual([0, expect.stringContaining('upgraded m.test/leaf v1.0.0 => v1.1.0')]);
    expect(read('go.sum').includes('m.test/leaf v1.1.0 h1:')).toBe(isWhole);
  });

  describe('the go line of a module with tools', () => {
    const by = (TSGOGET_GO_VERSION: string) => ({ TSGOGET_GO_VERSION });
    const withTool = 'module me.test/main\n\ngo 1.23.0\n\ntool m.test/top/cmd\n\nrequire m.test/top v1.0.0\n';

    test('is raised to 1.24 by -tool, and by any other get, since Go 1.27', async () => {
      const first = await get(head, ['-tool', 'm.test/top/cmd@v1.0.0'], by('1.27.4'));
      expect(first.told[0]).toBe('upgraded go 1.21 => 1.24');
      expect(first.read('go.mod')).toContain('\n\ngo 1.24\n\ntool m.test/top/cmd\n');
      const other = await get(withTool, ['m.test/bad'], by('1.27.4'));
      expect([other.code, other.told]).toEqual([0, ['upgraded go 1.23.0 => 1.24', 'added m.test/bad v1.1.0']]);
      const none = await get(withTool, ['-tool', 'm.test/top/cmd@none'], by('1.27.4'));
      expect([none.code, none.read('go.mod')]).toEqual([0, expect.stringContaining('\ngo 1.23.0\n')]);
    });

    test('stays as it is by Go 1.26', async () => {
      expect((await get(head, ['-tool', 'm.test/top/cmd@v1.0.0'], by('1.26.8'))).read('go.mod')).toContain(
        '\ngo 1.21\n',
      );
      expect((await get(withTool, ['m.test/bad'], by('1.26.8'))).told).toEqual(['added m.test/bad v1.1.0']);
    });

    test('is an error where a toolchain line was asked for', async () => {
      const { code, told, read } = await get(withTool, ['toolchain@go1.27.4'], by('1.27.4'));
      expect([code, told]).toEqual([1, ['1.24 is required for tool directives in go.mod: tsgoget get go@1.24.0']]);
      expect(read('go.mod')).toBe(withTool);
      expect(await get(withTool, ['toolchain@go1.26.8'], by('1.26.8'))).toMatchObject({ code: 0 });
    });

    test('is raised in silence in a workspace, and go.work with it', async () => {
      const folder = world.mainModule({
        'go.work': 'go 1.23.0\n\nuse ./a\n',
        'a/go.mod': withTool,
        'a/p.go': importing(),
      });
      const cwd = join(folder, 'a');
      const { code, stderr } = await runMain(world, ['get', 'm.test/bad'], { cwd, env: by('1.27.4') });
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('upgraded go')]);
      expect(readFileSync(join(cwd, 'go.mod'), 'utf8')).toContain('\ngo 1.24\n');
      expect(readFileSync(join(folder, 'go.work'), 'utf8')).toContain('go 1.24\n');
    });
  });

  test('the go line rises to what a dependency needs, and by name', async () => {
    const files = 'module me.test/main\n\ngo 1.21.0\n';
    const { told, read } = await get(files, ['m.test/newgo']);
    expect(told).toEqual(['upgraded go 1.21.0 => 1.22', 'added m.test/newgo v1.0.0']);
    expect(read('go.mod')).toContain('\ngo 1.22\n');
  });

  test('toolchain@none drops the toolchain line', async () => {
    const { code, told, read } = await get(`${head}\ntoolchain go1.22.0\n`, ['toolchain@none']);
    expect([code, told]).toEqual([0, ['removed toolchain go1.22.0']]);
    expect(read('go.mod')).toBe(head);
  });
});

describe('in a workspace', () => {
  test('go.mod and go.sum of the module alone are written, and the go line of go.work follows', async () => {
    const folder = world.mainModule({
      'go.work': 'go 1.21.0\n\nuse (\n\t./a\n\t./b\n)\n',
      'a/go.mod': 'module me.test/a\n\ngo 1.21.0\n',
      'a/p.go': importing('me.test/b'),
      'b/go.mod': 'module me.test/b\n\ngo 1.21.0\n',
      'b/p.go': 'package b\n',
    });
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const { code, stderr } = await runMain(world, ['get', 'm.test/leaf@v1.0.0', 'm.test/newgo'], {
      cwd: join(folder, 'a'),
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('added m.test/leaf v1.0.0')]);
    expect(read('a/go.mod')).toContain('m.test/leaf v1.0.0 // indirect');
    expect(read('a/go.sum')).toContain('m.test/leaf v1.0.0 h1:');
    expect(read('b/go.mod')).not.toContain('leaf');
    expect(read('go.work')).toContain('go 1.22');
  });

  test.each([
    ['1.24.13', 1],
    ['1.25.14', 0],
  ])('by %s, an import that another member has and no proxy ends it with %d', async (TSGOGET_GO_VERSION, exit) => {
    const folder = world.mainModule({
      'go.work': 'go 1.21.0\n\nuse (\n\t./a\n\t./b\n)\n',
      'a/go.mod': 'module me.test/a\n\ngo 1.21.0\n',
      'a/p.go': importing('me.test/b', 'm.test/leaf'),
      'b/go.mod': 'module me.test/b\n\ngo 1.21.0\n',
      'b/p.go': 'package b\n',
    });
    const { code } = await runMain(world, ['get'], { cwd: join(folder, 'a'), env: { TSGOGET_GO_VERSION } });
    expect(code).toBe(exit);
    expect(readFileSync(join(folder, 'a/go.mod'), 'utf8').includes('m.test/leaf v1.1.0')).toBe(exit === 0);
  });
});

test('old flags are told to do nothing', async () => {
  const { code, told } = await get(head, ['-d', '-f', '-fix', 'm.test/leaf@none']);
  expect([code, told]).toEqual([
    0,
    ['-d flag is deprecated. -d=true is a no-op', '-f flag is a no-op', '-fix flag is a no-op'],
  ]);
});

test('the versions are asked for while the module graph is being read', async () => {
  await using slow = await openWorld({ modules, faults: [{ path: 'top/@v/v1.0.0.mod', delayMs: 400 }] });
  const unpruned = `module me.test/main\n\ngo 1.16\n${requires('m.test/top@v1.0.0')}`;
  const folder = slow.mainModule({ 'go.mod': unpruned, 'p.go': importing() });
  await runMain(slow, ['get', 'm.test/leaf'], { cwd: folder });
  const paths = slow.mirror.paths();
  const at = (end: string) => paths.findIndex((p) => p.endsWith(end));
  expect(at('/leaf/@v/list')).toBeGreaterThanOrEqual(0);
  // mid is known once top's go.mod is here
  expect(at('/leaf/@v/list')).toBeLessThan(at('/mid/@v/v1.0.0.mod'));
});
