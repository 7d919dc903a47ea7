/** What goes wrong without an attacker: broken files, wrong settings, proxies that are away, disks that do not take it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startWorld } from './world.js';

const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n';
const word = ['mod', 'download', 'example.com/words@v0.3.1'];

describe.concurrent('files', () => {
  test('a broken go.mod: every error with file, line and column', async () => {
    await using world = await startWorld();
    const folder = world.mainModule(
      'module example.com/me\n\ngo 1.21\n\nrequire (\n\texample.com/words v0.3.1 oops\n\tnonsense\n)\n',
    );
    for (const args of [['resolve'], ['list', '-m', 'all'], ['mod', 'download'], ['mod', 'graph'], ['mod', 'verify']]) {
      const { code, stdout, stderr } = await world.run(args, { cwd: folder });
      expect([args, code, stdout]).toEqual([args, 1, '']);
      expect(stderr).toMatch(/^tsgoget: errors parsing go\.mod:\n.*go\.mod:6(?::\d+)?: .+\n.*go\.mod:7(?::\d+)?: .+\n/);
    }
    expect(world.mirror.requests).toEqual([]);
  });

  test('a go.mod that is no text, a go.mod that is a folder, an empty one', async () => {
    await using world = await startWorld();
    const binary = world.mainModule('');
    writeFileSync(join(binary, 'go.mod'), Buffer.from([0xff, 0xfe, 0, 1, 2]));
    const empty = world.mainModule('');
    for (const cwd of [binary, empty]) {
      const { code, stdout, stderr } = await world.run(['list', '-m', 'all'], { cwd });
      expect([code, stdout, stderr.includes('go.mod'), stderr.includes('internal error')]).toEqual([
        1,
        '',
        true,
        false,
      ]);
    }
  });

  test('a broken go.mod of a dependency names the module', async () => {
    const module = {
      path: 'example.com/broken',
      version: 'v1.0.0',
      files: { 'go.mod': 'module example.com/broken\nrequire (\n' },
    };
    await using world = await startWorld({ modules: [module] });
    const { code, stderr } = await world.run(['resolve', 'example.com/broken']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/example\.com\/broken@v1\.0\.0: (?:parsing go\.mod: )?.*go\.mod:\d+(?::\d+)?: /s);
  });

  test('a go.mod that says it is another module', async () => {
    const module = { path: 'example.com/mine', version: 'v1.0.0', files: { 'go.mod': 'module example.com/yours\n' } };
    await using world = await startWorld({ modules: [module] });
    const { code, stderr } = await world.run(['resolve', 'example.com/mine']);
    expect([code, stderr.includes('example.com/yours'), stderr.includes('example.com/mine')]).toEqual([1, true, true]);
  });

  test('a broken go.sum: file and line, nothing is fetched', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({ 'go.mod': goMod, 'go.sum': 'example.com/words v0.3.1\n' });
    const { code, stderr } = await world.run(['mod', 'download'], { cwd: folder });
    expect([code, /go\.sum:1: wrong number of fields 2/.test(stderr)]).toEqual([1, true]);
    expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toBe('example.com/words v0.3.1\n');
  });

  test('a module that needs a newer Go', async () => {
    const module = {
      path: 'example.com/new',
      version: 'v1.0.0',
      files: { 'go.mod': 'module example.com/new\n\ngo 1.99\n' },
    };
    await using world = await startWorld({ modules: [module] });
    const { code, stderr } = await world.run(['mod', 'download', 'example.com/new@v1.0.0']);
    expect(code).toBe(1);
    expect(stderr).toContain('example.com/new@v1.0.0 requires go >= 1.99 (running go ');
    expect(stderr).toContain('hint: set TSGOGET_GO_VERSION=1.99');
  });
});

describe.concurrent('questions and settings', () => {
  test('versions and modules that are not there', async () => {
    await using world = await startWorld();
    for (const [query, words] of [
      ['example.com/words@v0.9.9', 'example.com/words@v0.9.9: reading http://'],
      ['example.com/words@v7', 'module example.com/words: no matching versions for query "v7"'],
      ['example.com/words@nope', 'example.com/words@nope: invalid version: '],
      ['example.com/nowhere', 'module example.com/nowhere: reading http://'],
    ] as const) {
      const { code, stdout, stderr } = await world.run(['resolve', query]);
      expect([query, code, stdout]).toEqual([query, 1, '']);
      expect(stderr).toContain(`tsgoget: ${words}`);
    }
    expect(world.snapshot()).toEqual(new Map());
  });

  test('wrong settings are named', async () => {
    await using world = await startWorld();
    for (const [name, value, code, words] of [
      ['GOPROXY', 'ftp://example.com', 1, 'ftp'],
      ['GOPROXY', ',', 1, 'GOPROXY list is not the empty string, but contains no entries'],
      ['GOPROXY', 'off', 1, 'module lookup disabled by GOPROXY=off'],
      ['GOSUMDB', 'sum.example.com', 1, 'GOSUMDB'],
      ['GOMODCACHE', 'relative', 1, 'GOMODCACHE entry is relative'],
      ['GOPATH', 'relative', 2, 'GOPATH entry is relative'],
      ['GOFLAGS', '-nope', 1, '-nope'],
    ] as const) {
      const result = await world.run(word, { env: { [name]: value } });
      expect([name, value, result.code, result.stdout]).toEqual([name, value, code, '']);
      expect(result.stderr).toContain(words);
    }
    expect([...world.snapshot().keys()].filter((name) => !name.endsWith('.info'))).toEqual([]);
  });

  test('wrong words', async () => {
    await using world = await startWorld();
    expect(await world.run(['resolve', 'example.com/words@none'])).toMatchObject({ code: 2, stdout: '' });
    expect(await world.run(['resolve', '--nope'])).toMatchObject({ code: 2, stdout: '' });
    expect(await world.run(['clean'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe.concurrent('proxies', () => {
  test('one that is away', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    await using world = await startWorld({ env: { GOPROXY: `http://127.0.0.1:${port}` } });
    const { code, stdout, stderr } = await world.run(['resolve', 'example.com/words']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`http://127.0.0.1:${port}/example.com/words/@v/list`);
    expect(stderr).toContain('connection refused');
    expect(world.snapshot()).toEqual(new Map());
  });

  test('one that forbids', async () => {
    await using world = await startWorld({ faults: [{ path: 'words', status: 403, body: 'policy: not allowed\n' }] });
    const { code, stderr } = await world.run(['resolve', 'example.com/words']);
    expect([code, stderr.includes('403 Forbidden'), stderr.includes('policy: not allowed')]).toEqual([1, true, true]);
  });
});

describe.concurrent('disks', () => {
  test('a file in place of the cache, of a folder in it, of the tree heads, of go.sum', async () => {
    await using world = await startWorld();
    const folder = world.mainModule(goMod);
    const files = () => [readFileSync(join(folder, 'go.mod'), 'utf8'), existsSync(join(folder, 'go.sum'))];
    const before = files();
    const file = join(world.dir, 'file');
    writeFileSync(file, '');

    const inPlace = await world.run(word, { cwd: folder, env: { GOMODCACHE: file } });
    expect([inPlace.code, inPlace.stderr]).toEqual([1, expect.stringContaining(file)]);

    const other = join(world.dir, 'other');
    mkdirSync(join(other, 'cache/download'), { recursive: true });
    writeFileSync(join(other, 'cache/download/example.com'), '');
    const inside = await world.run(word, { cwd: folder, env: { GOMODCACHE: other } });
    expect([inside.code, inside.stderr]).toEqual([1, expect.stringContaining('not a directory')]);

    const gopath = join(world.dir, 'gopath2');
    mkdirSync(join(gopath, 'pkg'), { recursive: true });
    writeFileSync(join(gopath, 'pkg/sumdb'), '');
    const heads = await world.run(word, { cwd: folder, env: { GOPATH: gopath } });
    expect([heads.code, heads.stderr]).toEqual([1, expect.stringContaining('pkg/sumdb')]);
    expect(files()).toEqual(before);

    mkdirSync(join(folder, 'go.sum'));
    expect(await world.run(word, { cwd: folder })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('go.sum'),
    });
  });

  /** A mount of its own needs the right to make one. */
  const mayMount =
    spawnSync('unshare', ['-m', 'sh', '-c', `mount -t tmpfs -o size=64k none '${tmpdir()}'`]).status === 0;

  test.skipIf(!mayMount)('a full one (skipped where nothing may be mounted)', async () => {
    const big = {
      path: 'example.com/big',
      version: 'v1.0.0',
      files: { 'go.mod': 'module example.com/big\n', 'big.txt': 'x'.repeat(300_000) },
    };
    await using world = await startWorld({ modules: [big] });
    const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));
    const cache = join(world.dir, 'small');
    const folder = world.mainModule('module example.com/me\n\ngo 1.21\n\nrequire example.com/big v1.0.0\n');
    mkdirSync(cache);
    const run = `mount -t tmpfs -o size=200k none "${cache}" && cd "${folder}" && "${process.execPath}" "${entry}" mod download example.com/big@v1.0.0; code=$?; find "${cache}" -type f -size +0 >&2; exit $code`;
    const child = spawn('unshare', ['-m', 'sh', '-c', run], {
      env: { PATH: process.env.PATH, HOME: world.dir, ...world.env, GOMODCACHE: cache } as NodeJS.ProcessEnv,
    });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([1, expect.stringContaining('no space left on device')]);
    expect(stderr).not.toMatch(/\.zip\S*$|ziphash/m);
    expect(existsSync(join(folder, 'go.sum'))).toBe(false);
    expect(await world.run(['mod', 'download', 'example.com/big@v1.0.0'], { cwd: folder })).toMatchObject({ code: 0 });
  });
});

test.skipIf(process.platform === 'win32')('a working folder that is gone is told', async () => {
  await using world = await startWorld();
  const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));
  const gone = world.mainModule('module example.com/me\n');
  const run = `cd "${gone}" && rm -r "${gone}" && exec "${process.execPath}" "${entry}" list -m`;
  const { status, stderr } = spawnSync('sh', ['-c', run], {
    env: { PATH: process.env.PATH, HOME: world.dir },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    1,
    'tsgoget: cannot determine current directory: getwd: no such file or directory\n',
  ]);
});
