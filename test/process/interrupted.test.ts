/**
 * Ended in the middle: by a signal that is heard, by one that is not. What is in the cache is proven and whole, go.mod and
 * go.sum are as before, and the next run succeeds.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goModOf, sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/app v1.0.0\n';
const args = ['mod', 'download', 'all'];

/** Runs until so many requests have come, then sends a signal. Returns how it ended and what it said. */
async function endAfter(world: RunningWorld, folder: string, requests: number, signal: NodeJS.Signals) {
  const limit = world.mirror.requests.length + requests;
  const child = world.start(args, { cwd: folder });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (data) => {
      said[name] += data;
    });
  const watch = setInterval(() => {
    if (world.mirror.requests.length >= limit) child.kill(signal);
  }, 1);
  const ended = await new Promise<{ code: number | null; by: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, by) => resolve({ code, by })),
  );
  clearInterval(watch);
  return { ...ended, ...said };
}

/** Every file of the cache is what the modules are. */
function expectProven(world: RunningWorld): void {
  for (const [name, content] of world.snapshot()) {
    const found = world.modules.find((m) =>
      name.startsWith(`pkg/mod/cache/download/${escaped(m.path)}/@v/${m.version}.`),
    );
    if (found === undefined) continue;
    if (name.endsWith('.mod')) expect(content).toBe(Buffer.from(goModOf(found)).toString('latin1'));
    if (name.endsWith('.ziphash')) {
      expect(content).toBe(sumsOf(found).zip);
      expect(existsSync(join(world.gopath, name.replace(/hash$/, '')))).toBe(true);
    }
  }
}

const escaped = (path: string) => path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

/** Names that only work in progress has. */
const temporary = (world: RunningWorld) => [...world.snapshot().keys()].filter((name) => /tmp|\.partial$/.test(name));

/** What no lock guards stays after kill -9, as with go: a small file under a random name, which nothing reads. */
const isUnguarded = (name: string) => /(?:(?:\.(?:info|mod|lock)|list)\d+|\/sumdb\/.*\.[0-9a-f]{16})\.tmp$/.test(name);

describe.concurrent('a signal that is heard', () => {
  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s in the middle of a zip', async (signal, code) => {
    await using world = await startWorld({ faults: [{ path: 'words/@v/v0.4.0.zip', dribbleMs: 50 }] });
    const folder = world.mainModule(goMod);
    const child = world.start(args, { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    while (!world.mirror.paths().some((p) => p.endsWith('v0.4.0.zip'))) await new Promise((r) => setTimeout(r, 5));
    child.kill(signal);
    const ended = await new Promise((resolve) => child.on('close', resolve));
    expect([ended, stderr]).toEqual([code, expect.not.stringContaining('error')]);
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toBe(goMod);
    expect(existsSync(join(folder, 'go.sum'))).toBe(false);
    expect(existsSync(world.downloaded('example.com/words/@v/v0.4.0.zip'))).toBe(false);
    expect(temporary(world)).toEqual([]);
    expectProven(world);
    world.mirror.faults.length = 0;
    expect(await world.run(args, { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await world.run(['mod', 'verify'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test('while a proxy says nothing', async () => {
    await using world = await startWorld({ faults: [{ path: '/lookup/', hang: true }] });
    const folder = world.mainModule(goMod);
    const { code, stdout, stderr } = await endAfter(world, folder, 3, 'SIGINT');
    expect([code, stdout, stderr.includes('internal error')]).toEqual([130, '', false]);
    expect(existsSync(join(folder, 'go.sum'))).toBe(false);
    world.mirror.faults.length = 0;
    expect(await world.run(args, { cwd: folder })).toMatchObject({ code: 0 });
  });
});

describe('kill -9', () => {
  // when each run ends, in requests: a schedule made once by (n * 7919 + 13) mod 32
  const schedule = Array.from({ length: 20 }, (_, n) => 1 + ((n * 7919 + 13) % 32));
  test.concurrent.each([0, 1, 2, 3])('at any moment, five times, then the next run succeeds (%i)', async (turn) => {
    await using world = await startWorld({ delayMs: 2 });
    const folder = world.mainModule(goMod);
    for (const requests of schedule.slice(turn * 5, turn * 5 + 5)) {
      await endAfter(world, folder, requests, 'SIGKILL');
      expectProven(world);
      if (turn % 2 === 0) continue; // one kill upon another
      expect(await world.run(args, { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await world.run(['mod', 'verify'], { cwd: folder })).toMatchObject({ code: 0 });
      await world.run(['clean', '-modcache']);
    }
    expect(await world.run(args, { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await world.run(['mod', 'verify'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(temporary(world).filter((name) => !isUnguarded(name))).toEqual([]);
    const goSum = readFileSync(join(folder, 'go.sum'), 'utf8');
    for (const m of world.modules.filter((each) => goSum.includes(`${each.path} ${each.version} `)))
      expect(goSum).toContain(`${m.path} ${m.version} ${sumsOf(m).zip}\n`);
    expect(readdirSync(folder).sort()).toEqual(['go.mod', 'go.sum']);
  });
});
