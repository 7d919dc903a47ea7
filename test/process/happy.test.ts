/** What a person does every day, with the built program against a mirror and a checksum database on loopback. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const nightly = 'v0.0.0-20240102030405-0123456789ab';
/** Words of a table line. */
const row = (stdout: string, path: string) =>
  stdout
    .split('\n')
    .find((line) => line.startsWith(`${path} `))
    ?.split(/ {2,}/);

/** What `resolve` says on stderr, where stdout is a pipe. */
const totals = /^\d+ modules?, \d+ go\.mod files? read, .* s\n$/;

describe('resolve', () => {
  let world: RunningWorld;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('prints the build list, who asked, and by which record each go.mod is proven', async () => {
    const { code, stdout, stderr } = await world.run(['resolve', 'example.com/app']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]!.split(/ {2,}/)).toEqual(['MODULE', 'VERSION', 'ASKED FOR BY', 'GO.MOD PROVEN BY']);
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
      'example.com/Shade/Color v1.0.0',
      'example.com/app v1.0.0',
      'example.com/farewell v1.0.0',
      'example.com/greet v1.1.0',
      'example.com/greet/v2 v2.0.0',
      'example.com/legacy v3.0.0+incompatible',
      `example.com/nightly ${nightly}`,
      'example.com/old/leaf v0.1.0',
      'example.com/old/tree v1.5.0',
      'example.com/words v0.4.0',
    ]);
    // C.7: what reads a pipe reads modules alone
    expect(stderr).toMatch(/^10 modules, 10 go\.mod files read, \d+ requests?, [\d.]+ (?:bytes|kB), \d+\.\d\d s\n$/);
    const record = world.modules.findIndex((m) => m.path === 'example.com/nightly');
    expect(row(stdout, 'example.com/nightly')).toEqual([
      'example.com/nightly',
      nightly,
      'example.com/app@v1.0.0',
      `record ${record}`,
    ]);
  });

  test('--tree shows who requires what, raised versions, and what stands above', async () => {
    const args = ['resolve', '--tree', 'example.com/greet@v1.1.0', 'example.com/old/tree', 'example.com/greet/v2'];
    const { code, stdout, stderr } = await world.run(args);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^\d+ modules, .* s\n$/)]);
    expect(stdout.trimEnd()).toBe(
      [
        'resolved',
        '├── example.com/greet v1.1.0',
        '│   ├── example.com/Shade/Color v1.0.0',
        '│   └── example.com/words v0.4.0 (asks for v0.3.0)',
        '├── example.com/greet/v2 v2.0.0',
        '│   └── example.com/words v0.4.0 (asks for v0.3.1)',
        '└── example.com/old/tree v1.5.0',
        '    ├── example.com/old/leaf v0.1.0',
        '    └── example.com/words v0.4.0',
      ].join('\n'),
    );
  });

  test('--json is one document and nothing else', async () => {
    const { code, stdout, stderr } = await world.run(['resolve', '--json', '--download', 'example.com/greet@v1.0.0']);
    expect([code, stderr]).toEqual([0, '']);
    const { Modules, Totals } = JSON.parse(stdout) as { Modules: Record<string, unknown>[]; Totals: object };
    expect(Modules.map((m) => [m['Path'], m['Version'], m['AskedBy']])).toEqual([
      ['example.com/greet', 'v1.0.0', []],
      ['example.com/words', 'v0.3.0', ['example.com/greet@v1.0.0']],
    ]);
    const record = world.modules.findIndex((m) => m.path === 'example.com/greet' && m.version === 'v1.0.0');
    expect(Modules[0]).toMatchObject({
      GoModProof: { By: 'sumdb', Record: record, TreeSize: world.modules.length },
      ZipProof: { By: 'sumdb', Record: record },
    });
    expect(Totals).toMatchObject({ Modules: 2, Zips: 2 });
  });

  test('--download brings proven zips and folders', async () => {
    const { code, stderr } = await world.run(['resolve', '--download', 'example.com/Shade/Color@v1.0.0']);
    expect(code).toBe(0);
    expect(stderr).toContain('1 zip proven');
    const base = 'example.com/!shade/!color';
    const module = world.modules.find((m) => m.path === 'example.com/Shade/Color' && m.version === 'v1.0.0')!;
    expect(readFileSync(world.downloaded(`${base}/@v/v1.0.0.ziphash`), 'utf8')).toBe(sumsOf(module).zip);
    expect(readFileSync(join(world.modcache, `${base}@v1.0.0`, 'README.md'), 'utf8')).toBe('Colours.\n');
  });

  test.each([
    ['example.com/greet', 'v1.3.0'],
    ['example.com/greet@latest', 'v1.3.0'],
    ['example.com/greet@upgrade', 'v1.3.0'],
    ['example.com/greet@v1', 'v1.3.0'],
    ['example.com/greet@v1.1', 'v1.1.1'],
    ['example.com/greet@v1.1.0', 'v1.1.0'],
    ['example.com/greet@<v1.3.0', 'v1.1.1'], // not v1.2.0: it is retracted
    ['example.com/greet@<=v1.1.0', 'v1.1.0'],
    ['example.com/greet@>v1.1.0', 'v1.1.1'],
    ['example.com/greet@>=v1.1.0', 'v1.1.0'],
    ['example.com/greet@main', 'v1.3.0'],
    ['example.com/greet@fedcba987654', 'v1.3.0'],
    ['example.com/words', 'v0.4.0'], // not the prerelease
    ['example.com/words@>v0.4.0', 'v0.5.0-beta.1'],
    ['example.com/words@v0.5.0-beta.1', 'v0.5.0-beta.1'],
    ['example.com/nightly', nightly],
    ['example.com/nightly@main', nightly],
    ['example.com/nightly@0123456789abcdef0123456789abcdef01234567', nightly],
    ['example.com/greet/v2', 'v2.0.0'],
    ['example.com/legacy', 'v3.0.0+incompatible'],
    ['example.com/Shade/Color', 'v1.0.1'],
  ])('%s is %s', async (query, version) => {
    const { code, stdout, stderr } = await world.run(['resolve', query]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(totals)]);
    expect(row(stdout, query.split('@')[0]!)?.slice(1, 3)).toEqual([version, 'command line']);
  });

  test('none: what may not be in the graph', async () => {
    expect(await world.run(['resolve', 'example.com/greet@v1.0.0', 'example.com/legacy@none'])).toMatchObject({
      code: 0,
    });
    expect(await world.run(['resolve', 'example.com/greet@v1.0.0', 'example.com/words@none'])).toMatchObject({
      code: 1,
      stderr: 'tsgoget: example.com/greet@v1.0.0 requires example.com/words@v0.3.0, not example.com/words@none\n',
    });
  });

  test('patch needs a version to start from', async () => {
    const { code, stderr } = await world.run(['resolve', 'example.com/greet@patch']);
    expect([code, stderr]).toEqual([
      1,
      'tsgoget: can\'t query version "patch" of module example.com/greet: no existing version is required\n',
    ]);
  });

  test('a package path stands for the longest module that has the package', async () => {
    // greet@v1.3.0 has polite/ too, but only packages count, and the module example.com/greet/polite has none at its root
    const asked = await world.run(['resolve', 'example.com/greet/polite/formal@v1.0.0']);
    expect(asked).toMatchObject({ code: 0 });
    expect(row(asked.stdout, 'example.com/greet/polite')?.[1]).toBe('v1.0.0');
    const none = await world.run(['resolve', 'example.com/greet/rude']);
    expect(none).toMatchObject({
      code: 1,
      stderr:
        'tsgoget: module example.com/greet@latest found (v1.3.0), but does not contain package example.com/greet/rude\n',
    });
  });

  test('a package in two modules is ambiguous', async () => {
    const { code, stderr } = await world.run(['resolve', 'example.com/greet/polite/formal']);
    expect([code, stderr]).toEqual([
      1,
      'tsgoget: ambiguous import: found package example.com/greet/polite/formal in multiple modules:\n' +
        '\texample.com/greet v1.3.0\n\texample.com/greet/polite v1.0.0\n',
    ]);
  });

  test('two versions of one module conflict; one named twice does not', async () => {
    expect(await world.run(['resolve', 'example.com/greet@v1.0.0', 'example.com/greet@v1.1.0'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('example.com/greet@v1.0.0 conflicts with example.com/greet@v1.1.0'),
    });
    expect(await world.run(['resolve', 'example.com/greet@v1.3.0', 'example.com/greet@v1'])).toMatchObject({ code: 0 });
  });

  test('a retracted version that is named outright is taken, with a warning', async () => {
    const { code, stdout, stderr } = await world.run(['resolve', 'example.com/greet@v1.2.0']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^tsgoget: warning: example\.com\/greet@v1\.2\.0: retracted by module author: Greet panics\.\n[^\n]* s\n$/,
      ),
    ]);
    expect(stdout).toMatch(/^example\.com\/greet {2,}v1\.2\.0 /m);
  });

  test('writes nothing outside the cache and the tree head', async () => {
    expect([...world.snapshot().keys()].filter((name) => !/^pkg\/(?:mod|sumdb)\//.test(name))).toEqual([]);
    const folder = world.mainModule('module example.com/me\n\ngo 1.21\n\nrequire example.com/greet v1.1.0\n');
    expect(await world.run(['resolve'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'go.sum'))).toBe(false);
  });
});

describe('in a main module', () => {
  let world: RunningWorld;
  let folder: string;
  const goMod = `module example.com/me

go 1.21

require (
	example.com/farewell v1.0.0
	example.com/greet v1.1.0
	example.com/old/tree v1.5.0
)

require (
	example.com/Shade/Color v1.0.0 // indirect
	example.com/old/leaf v0.1.0 // indirect
	example.com/words v0.4.0 // indirect
)

replace example.com/words => example.com/fork/words v0.4.1
`;
  beforeAll(async () => {
    world = await startWorld();
    folder = world.mainModule(goMod);
  });
  afterAll(() => world.close());
  const run = (...args: string[]) => world.run(args, { cwd: folder });

  test('list says how go.sum is mended before there is one', async () => {
    expect(await run('list', '-m', 'all')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/missing go\.sum entry for go\.mod file; to add it:\n\ttsgoget mod download /),
    });
  });

  test('mod download is silent, and leaves go.mod; the sums of zips are for those who name them', async () => {
    expect(await run('mod', 'download')).toEqual({ code: 0, stdout: '', stderr: '' });
    const goSum = readFileSync(join(folder, 'go.sum'), 'utf8');
    expect(goSum).toMatch(/^example\.com\/greet v1\.1\.0\/go\.mod h1:/m);
    expect(goSum).not.toMatch(/^example\.com\/greet v1\.1\.0 h1:/m);
    expect(await run('mod', 'download', 'all')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toBe(goMod);
    const sums = readFileSync(join(folder, 'go.sum'), 'utf8').trimEnd().split('\n');
    const fork = world.modules.find((m) => m.path === 'example.com/fork/words')!;
    expect(sums).toContain(`example.com/fork/words v0.4.1 ${sumsOf(fork).zip}`);
    expect(sums).toContain(`example.com/fork/words v0.4.1/go.mod ${sumsOf(fork).mod}`);
    expect(sums.filter((line) => line.startsWith('example.com/words '))).toEqual([]);
    expect(world.mirror.paths().filter((path) => path.startsWith('example.com/words/'))).toEqual([]);
  });

  test('a second mod download asks nobody', async () => {
    const before = world.mirror.requests.length;
    expect(await run('mod', 'download')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(world.mirror.requests.length).toBe(before);
  });

  test('resolve proves by go.sum, and names the replacement', async () => {
    const { code, stdout, stderr } = await run('resolve');
    expect([code, stderr]).toEqual([0, expect.stringMatching(totals)]);
    expect(row(stdout, 'example.com/words')).toEqual([
      'example.com/words',
      'v0.4.0 => example.com/fork/words v0.4.1',
      'example.com/me and 1 more',
      'go.sum',
    ]);
    expect(row(stdout, 'example.com/me')).toEqual(['example.com/me', 'main module']);
  });

  test('list -m all, -u, -versions, -json, queries', async () => {
    expect(await run('list', '-m', 'all')).toEqual({
      code: 0,
      stdout: [
        'example.com/me',
        'example.com/Shade/Color v1.0.0',
        'example.com/farewell v1.0.0',
        'example.com/greet v1.1.0',
        'example.com/old/leaf v0.1.0',
        'example.com/old/tree v1.5.0',
        'example.com/words v0.4.0 => example.com/fork/words v0.4.1',
        '',
      ].join('\n'),
      stderr: '',
    });
    const updates = await run('list', '-m', '-u', 'all');
    expect(updates.stdout).toContain('example.com/farewell v1.0.0 [v1.0.1] (deprecated)\n');
    expect(updates.stdout).toContain('example.com/greet v1.1.0 [v1.3.0]\n');
    expect((await run('list', '-m', '-versions', 'example.com/greet')).stdout).toBe(
      'example.com/greet v1.0.0 v1.1.0 v1.1.1 v1.3.0\n',
    );
    expect((await run('list', '-m', '-versions', '-retracted', 'example.com/greet')).stdout).toBe(
      'example.com/greet v1.0.0 v1.1.0 v1.1.1 v1.2.0 v1.3.0\n',
    );
    const patched = await run('list', '-m', '-json', 'example.com/greet@patch');
    expect(JSON.parse(patched.stdout)).toMatchObject({ Path: 'example.com/greet', Version: 'v1.1.1', Query: 'patch' });
    expect((await run('list', '-m', 'example.com/greet@<v1.1.1')).stdout).toBe('example.com/greet v1.1.0\n');
    expect(await run('list', '-m', 'example.com/nothere')).toMatchObject({
      code: 1,
      stderr: 'tsgoget: module example.com/nothere: not a known dependency\n',
    });
  });

  test('mod graph: the unpruned part is read to its end, the replacement is applied', async () => {
    const { code, stdout, stderr } = await run('mod', 'graph');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toContain('example.com/me example.com/old/tree@v1.5.0');
    expect(lines).toContain('example.com/old/tree@v1.5.0 example.com/old/leaf@v0.1.0');
    expect(lines).toContain('example.com/farewell@v1.0.0 example.com/words@v0.3.0');
    expect(lines).toContain('example.com/me go@1.21');
  });

  test('mod verify, and the cache emptied', async () => {
    expect(await run('mod', 'verify')).toEqual({ code: 0, stdout: 'all modules verified\n', stderr: '' });
    expect(await run('clean', '-modcache')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(world.modcache)).toBe(false);
    // what must outlive a cache
    expect([...world.snapshot().keys()]).toEqual(['pkg/sumdb/sum.test/db/latest']);
    expect(await run('mod', 'download')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await run('mod', 'verify')).toMatchObject({ code: 0 });
  });

  test('mod download -json: an object for each module, with sums', async () => {
    const { code, stdout } = await run('mod', 'download', '-json', 'example.com/greet');
    const module = world.modules.find((m) => m.path === 'example.com/greet' && m.version === 'v1.1.0')!;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      Path: 'example.com/greet',
      Version: 'v1.1.0',
      Info: world.downloaded('example.com/greet/@v/v1.1.0.info'),
      GoMod: world.downloaded('example.com/greet/@v/v1.1.0.mod'),
      Zip: world.downloaded('example.com/greet/@v/v1.1.0.zip'),
      Dir: join(world.modcache, 'example.com/greet@v1.1.0'),
      Sum: sumsOf(module).zip,
      GoModSum: sumsOf(module).mod,
    });
  });

  test('mod download -json of what is not there says so in JSON and by its exit code', async () => {
    const { code, stdout } = await run(
      'mod',
      'download',
      '-json',
      'example.com/greet@v1.0.0',
      'example.com/nope@v1.0.0',
    );
    const objects = stdout.split(/(?<=^\})\n/m).filter((text) => text !== '');
    expect(code).toBe(1);
    expect(objects.map((text) => JSON.parse(text))).toMatchObject([
      { Path: 'example.com/greet', Version: 'v1.0.0' },
      { Path: 'example.com/nope', Version: 'v1.0.0', Error: expect.stringContaining('404 Not Found') },
    ]);
  });
});

describe('outside a module', () => {
  test('commands that need one say so; those that do not, work', async () => {
    await using world = await startWorld();
    for (const args of [['mod', 'graph'], ['mod', 'verify'], ['resolve']]) {
      expect(await world.run(args)).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(
          "go.mod file not found in current directory or any parent directory; see 'tsgoget help modules'",
        ),
      });
    }
    expect(await world.run(['list', '-m', 'example.com/greet@v1.1'])).toEqual({
      code: 0,
      stdout: 'example.com/greet v1.1.1\n',
      stderr: '',
    });
    expect(await world.run(['mod', 'download', 'example.com/greet@latest'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(join(world.modcache, 'example.com/greet@v1.3.0', 'greet.go'))).toBe(true);
  });
});
