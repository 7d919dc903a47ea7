/** A newer Go release is followed where a module needs one: by the library as by the commands, and by those alone that may. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../src/client/client.js';
import { chooseNewer } from '../../src/client/followed-release.js';
import { selectRelease } from '../../src/client/select-release.js';
import { hashGoMod } from '../../src/dirhash/index.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { publicDomain, readGoEnv } from '../../src/goenv/index.js';
import { newestRelease } from '../../src/gover/index.js';
import { openWorld, type World } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const newer = { path: 'example.com/newer', version: 'v1.0.0', mod: 'module example.com/newer\n\ngo 1.30.1\n' };
const growing = [
  ['v1.0.0', '1.21'],
  ['v1.1.0', '1.30.1'],
].map(([version, go]) => ({
  path: 'example.com/grows',
  version: version!,
  files: { 'go.mod': `module example.com/grows\n\ngo ${go}\n`, 'p.go': 'package p\n' },
}));
const releases = ['1.30.0', '1.30.4', '1.31.2', '1.32rc1'];
const switching = 'module example.com/newer@v1.0.0 requires go >= 1.30.1; switching to go1.30.4';

const [host, arch] = [readGoEnv({ env: {}, cwd: '/' }).GOHOSTOS, readGoEnv({ env: {}, cwd: '/' }).GOHOSTARCH];
const toolchain = {
  path: `${publicDomain}/toolchain`,
  version: `v0.0.1-go1.30.4.${host}-${arch}`,
  mod: `module ${publicDomain}/toolchain\n`,
};

let world: World;
beforeAll(async () => {
  const body = releases.map((v) => `v0.0.1-go${v}.linux-amd64\n`).join('');
  world = await openWorld({
    modules: [newer, ...growing, toolchain],
    faults: [{ path: 'toolchain/@v/list', status: 200, body }],
  });
});
afterAll(() => world.close());

const goMod = (go: string) => `module example.com/me\n\ngo ${go}\n\nrequire example.com/words v0.3.1\n`;

/** A client, and what it says. */
function clientIn(cwd: string, env: Record<string, string> = {}) {
  const said: string[] = [];
  const client = createClient({ env: { ...world.env, ...env }, cwd, onMessage: (text) => said.push(text) });
  return { client, said, [Symbol.asyncDispose]: () => client.close() };
}

describe('a go.mod that asks for a newer release', () => {
  test('is read as that release reads it, by the library and the commands', async () => {
    const cwd = world.mainModule(goMod('1.30.0'));
    await using opened = clientIn(cwd);
    expect((await opened.client.resolve()).modules.map((m) => m.path)).toEqual(['example.com/me', 'example.com/words']);
    expect(await opened.client.graph()).toHaveLength(1);
    expect(await opened.client.verify()).toMatchObject({ Claims: expect.anything() });
    expect(opened.said).toEqual([]);
    expect(await runMain(world, ['resolve'], { cwd })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^tsgoget: note: go1\.30\.0 is newer than [^\n]*\n1 module, .* s\n$/),
    });
  });
  test('or refused, with GOTOOLCHAIN=local', async () => {
    const cwd = world.mainModule(goMod('1.30.0'));
    await using opened = clientIn(cwd, { GOTOOLCHAIN: 'local' });
    await expect(opened.client.resolve()).rejects.toMatchObject({ code: 'go-too-old' });
    expect(await runMain(world, ['resolve'], { cwd, env: { GOTOOLCHAIN: 'local' } })).toMatchObject({ code: 1 });
  });
});

describe('a module that needs a newer release', () => {
  test('makes the library switch, which says so', async () => {
    await using opened = clientIn(world.outside);
    const { modules } = await opened.client.resolve(['example.com/newer@v1.0.0']);
    expect(modules.map((m) => m.path)).toEqual(['example.com/newer']);
    expect(opened.said).toEqual([switching]);
    await using local = clientIn(world.outside, { GOTOOLCHAIN: 'local' });
    await expect(local.client.resolve(['example.com/newer@v1.0.0'])).rejects.toThrow('requires go >= 1.30.1');
    expect(local.said).toEqual([]);
  });
  test.each([
    ['what the log has', hashGoMod(encodeUtf8(toolchain.mod)), 0],
    ['another hash than the log', `h1:${'A'.repeat(43)}=`, 3],
  ])('whose toolchain go.sum names, with %s', async (_, hash, code) => {
    const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/newer v1.0.0\n';
    const goSum = `${toolchain.path} ${toolchain.version}/go.mod ${hash}\n`;
    const run = await runMain(world, ['resolve'], { cwd: world.mainModule({ 'go.mod': goMod, 'go.sum': goSum }) });
    expect([run.code, run.stderr.includes(switching)]).toEqual([code, true]);
    expect(run.stderr.includes(`${toolchain.path}@${toolchain.version}: verifying go.mod: checksum mismatch`)).toBe(
      code === 3,
    );
  });
  test('makes a command switch that may be repeated, and no other', async () => {
    const cwd = world.mainModule('module example.com/me\n\ngo 1.21\n\nrequire example.com/newer v1.0.0\n');

    expect((await runMain(world, ['resolve'], { cwd })).stderr.split('\n')[0]).toBe(`tsgoget: ${switching}`);
    for (const args of [
      ['mod', 'graph'],
      ['list', '-m', '-mod=mod', 'all'],
    ]) {
      const { code, stderr } = await runMain(world, args, { cwd });
      expect(code).toBe(1);
      expect(stderr).toContain(`example.com/newer@v1.0.0 requires go >= 1.30.1 (running go ${newestRelease})`);
      expect(stderr).not.toContain('switching');
    }
  });
});

describe('an upgrade that needs a newer release', () => {
  const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/grows v1.0.0\n';
  const words = 'example.com/grows@v1.1.0 requires go >= 1.30.1';
  const upgrade = (release: string) => {
    const cwd = world.mainModule({ 'go.mod': goMod, 'me.go': 'package me\n\nimport _ "example.com/grows"\n' });
    return runMain(world, ['get', '-u', './...'], { cwd, env: { TSGOGET_GO_VERSION: release } });
  };

  test('makes get -u switch, since Go 1.27', async () => {
    const { code, stderr } = await upgrade('1.27.4');
    expect([code, stderr]).toEqual([0, expect.stringContaining(`${words}; switching to go1.30.4\n`)]);
    expect(stderr).toContain('upgraded example.com/grows v1.0.0 => v1.1.0\n');
  });
  test('and is an error before', async () => {
    const { code, stderr } = await upgrade('1.26.8');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${words} (running go 1.26.8`)]);
    expect(stderr).not.toContain('switching');
  });
});

describe('GO111MODULE=auto', () => {
  const select = (files: Record<string, string>, env: Record<string, string>) => {
    const cwd = world.mainModule({ x: '', ...files });
    const all = { ...world.env, HOME: world.dir, GO111MODULE: 'auto', ...env };
    return selectRelease(readGoEnv({ env: all, platform: 'linux', arch: 'x64', cwd }), cwd);
  };
  const work = { 'go.work': 'go 1.28.1\n' };
  const mod = { 'go.mod': 'module m\n\ngo 1.28.2\n' };

  test.each([
    ['1.26.8', 'a go.work alone', work, '1.26.8'],
    ['1.27.4', 'a go.work alone', work, '1.28.1'],
    ['1.26.8', 'a go.mod', mod, '1.28.2'],
    ['1.26.8', 'both', { ...mod, ...work }, '1.28.1'],
    ['1.27.4', 'neither', {}, '1.27.4'],
  ])('by %s over %s', async (TSGOGET_GO_VERSION, _what, files, release) => {
    expect(await select(files, { TSGOGET_GO_VERSION })).toBe(release);
  });

  test('over neither, GOTOOLCHAIN is not looked at, nor with a GO111MODULE that is none', async () => {
    const env = { TSGOGET_GO_VERSION: '1.27.4', GOTOOLCHAIN: 'bash' };
    expect(await select({}, env)).toBe('1.27.4');
    expect(await select(mod, { ...env, GO111MODULE: 'x' })).toBe('1.27.4');
    await expect(select(work, env)).rejects.toMatchObject({ code: 'invalid-setting' });
  });
});

test.each([
  ['1.40', ['1.39.2', '1.40.0', '1.40.7', '1.41.1'], '1.40.7'],
  ['1.40', ['1.40.7', '1.41.0', '1.41.1', '1.42rc1'], '1.40.7'],
  ['1.40', ['1.39.2', '1.40.0', '1.40.1'], '1.40.1'],
  ['1.41', ['1.40.1', '1.41rc1', '1.41rc2'], '1.41rc2'],
  ['1.40', ['1.40.1', '1.41rc1'], '1.40.1'],
])('for %s of %j it is %s', (need, releases, want) => {
  expect(chooseNewer(need, releases)).toBe(want);
});
