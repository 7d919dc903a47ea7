/**
 * A.7: what lies in the place of a file that is read from disk may be a pipe, a device or a file of holes. It ends at once, with the right
 * code: what only this machine's disk did is never a refutation, and what can be asked again is.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorld, type World } from '../support/fixture-world.js';
import { runCli } from '../support/run-cli.js';

const isWindows = process.platform === 'win32';
const words = ['mod', 'download', 'example.com/words@v0.3.1'];

function put(file: string, make: (file: string) => void): void {
  rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  make(file);
}

const holes = (bytes: number) => (file: string) => {
  const fd = openSync(file, 'w');
  ftruncateSync(fd, bytes);
  closeSync(fd);
};

const kinds: [string, (file: string) => void][] = [
  ['a pipe', (file) => void execFileSync('mkfifo', [file])],
  ['a link to a device without an end', (file) => symlinkSync('/dev/zero', file)],
  ['a file of 100 GB of holes', holes(100e9)],
];

/** As a process, which is killed where it waits. */
const run = async (world: World, args: readonly string[], env = {}) => {
  const begin = performance.now();
  const result = await runCli(args, {
    env: { ...world.env, ...env },
    cwd: world.outside,
    input: '',
    timeoutMs: 20_000,
  });
  expect(performance.now() - begin).toBeLessThan(10_000);
  expect(result.stderr).not.toMatch(/internal error|heap|RangeError/);
  return result;
};

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

describe.skipIf(isWindows).each(kinds)('A.7 %s', (_kind, make) => {
  test('as the stored head: 1, and how to mend it', async () => {
    await using world = await openWorld();
    const latest = join(world.gopath, 'pkg/sumdb', world.log.name, 'latest');
    put(latest, make);
    for (const args of [words, ['sumdb', 'latest'], ['sumdb', 'monitor']]) {
      const { code, stderr } = await run(world, args);
      expect([args, code], stderr).toEqual([args, 1]);
      expect(stderr).toContain(`to mend it, remove ${latest}`);
    }
    expect((await run(world, ['sumdb', 'reset', '-yes'])).code).toBe(0);
    expect((await run(world, words)).code).toBe(0);
  });

  test('as a cached look-up or tile: asked again', async () => {
    await using world = await openWorld();
    expect((await run(world, words)).code).toBe(0);
    const cached = world.downloaded(`sumdb/${world.log.name}`);
    const proofs = filesBelow(cached);
    expect(proofs.length).toBeGreaterThan(1);
    for (const file of proofs) {
      put(file, make);
      rmSync(world.downloaded('example.com/words/@v'), { recursive: true, force: true });
      const { code, stderr } = await run(world, words);
      expect([file, code], stderr).toEqual([file, 0]);
      expect((await run(world, ['sumdb', 'lookup', 'example.com/words@v0.3.1'])).code).toBe(0);
    }
  });

  test('as the monitor’s state: 1, and how to mend it', async () => {
    await using world = await openWorld();
    const state = join(world.gopath, 'pkg/sumdb', world.log.name, 'monitor.json');
    put(state, make);
    const { code, stderr } = await run(world, ['sumdb', 'monitor']);
    expect(code, stderr).toBe(1);
    expect(stderr).toContain(`remove ${state}`);
    rmSync(state);
    expect((await run(world, ['sumdb', 'monitor'])).code).toBe(0);
  });

  test.each(['v0.3.1.info', 'v0.3.1.mod', 'v0.3.1.zip'])('as %s of a file:// proxy: 1', async (name) => {
    await using world = await openWorld();
    expect((await run(world, words)).code).toBe(0);
    const proxy = join(world.dir, 'proxy');
    execFileSync('cp', ['-r', world.downloaded(''), proxy]);
    const env = { GOPROXY: `file://${proxy}`, GOSUMDB: 'off', GOMODCACHE: join(world.dir, 'other') };
    expect((await run(world, words, env)).code).toBe(0);
    put(join(proxy, 'example.com/words/@v', name), make);
    const { code, stderr } = await run(world, words, { ...env, GOMODCACHE: join(world.dir, 'third') });
    expect(code, stderr).toBe(1);
  });

  test('as a file of the log behind a file:// proxy: 1', async () => {
    await using world = await openWorld();
    const proxy = join(world.dir, 'proxy');
    put(join(proxy, 'sumdb', world.log.name, 'supported'), make);
    const { code, stderr } = await run(world, words, { GOPROXY: `file://${proxy}` });
    expect(code, stderr).toBe(1);
  });

  test.each(['info', 'mod', 'zip', 'ziphash'])('as the .%s of the module cache: 1 or asked again', async (suffix) => {
    await using world = await openWorld();
    expect((await run(world, words)).code).toBe(0);
    const file = world.downloaded(`example.com/words/@v/v0.3.1.${suffix}`);
    put(file, make);
    for (const args of [words, ['resolve', '--download', 'example.com/words@v0.3.1']]) {
      const { code, stderr } = await run(world, args);
      expect([0, 1], stderr).toContain(code);
      if (code === 1) expect(stderr).toMatch(/v0\.3\.1/);
    }
  });
});
