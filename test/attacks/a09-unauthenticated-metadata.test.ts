/**
 * A9: version lists, .info files and times, which nobody signs.
 *
 * Elsewhere: answers for another version, junk, deep JSON, odd fields (test/process/network-attacks.test.ts, "A9";
 * test/goproxy/repo.test.ts, "A9"); any bytes (test/fuzz, "info and list").
 * Here: what times can and cannot do; canonical versions only; the cached copy of such an answer.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const download = ['mod', 'download', '-json', 'example.com/words@v0.3.1'];
const info = (version: string, time = '2020-01-02T03:04:05Z') => JSON.stringify({ Version: version, Time: time });

describe('times', () => {
  test.each([
    '1970-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '2020-01-02T03:04:05+23:59',
  ])('%s decides nothing: the module is proven by its hash', async (time) => {
    await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body: info('v0.3.1', time) }] });
    const outcome = await runMain(world, download);
    expect([outcome.code, JSON.parse(outcome.stdout)]).toEqual([0, expect.objectContaining({ Version: 'v0.3.1' })]);
    world.mirror.faults.push({ path: 'v0.4.0.mod', flipBit: 5 });
    expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.4.0'])).code).toBe(3);
  });

  test.each(['yesterday', '2020-13-01T00:00:00Z', '2020-01-01', '2020-01-01T00:00:00', '1577836800'])(
    '%s is no time: the answer is refused',
    async (time) => {
      await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body: info('v0.3.1', time) }] });
      expect(await runMain(world, ['resolve', 'example.com/words@v0.3.1'])).toMatchObject({ code: 1, stdout: '' });
    },
  );

  test('a backdated commit makes no version newer or older than its number', async () => {
    await using world = await openWorld({
      faults: [
        { path: 'v0.4.0.info', body: info('v0.4.0', '1999-01-01T00:00:00Z') },
        { path: 'v0.3.0.info', body: info('v0.3.0', '2999-01-01T00:00:00Z') },
      ],
    });
    const { stdout } = await runMain(world, ['list', '-m', 'example.com/words@latest']);
    expect(stdout).toBe('example.com/words v0.4.0\n');
  });
});

describe('versions', () => {
  test.each(['v0.3.10', 'v0.3', 'v0.3.1+meta', 'V0.3.1', 'v0.3.1 ', '', 'v0.3.1/../v0.3.0', 'v0.3.1\u0000'])(
    'the .info of v0.3.1 that says %j is refused, by name',
    async (version) => {
      await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body: info(version) }] });
      const { code, stdout } = await runMain(world, ['resolve', 'example.com/words@v0.3.1']);
      expect([code, stdout, world.snapshot().size]).toEqual([1, '', 0]);
    },
  );

  test.each(['v0.3', 'main', '../x', 'v0.3.1+meta', 'v2.0.0', 'v0.3.1\n'])(
    'a branch that becomes %j is refused: only a canonical version of the module is one',
    async (version) => {
      await using world = await openWorld({ faults: [{ path: '@v/branch.info', status: 200, body: info(version) }] });
      const { code, stdout, stderr } = await runMain(world, ['resolve', 'example.com/words@branch']);
      expect([code, stdout, stderr.includes('internal error')]).toEqual([1, '', false]);
    },
  );

  test('twin: a branch that becomes a version that is there', async () => {
    await using world = await openWorld({ faults: [{ path: '@v/branch.info', status: 200, body: info('v0.3.1') }] });
    expect((await runMain(world, ['resolve', 'example.com/words@branch'])).stdout).toContain('v0.3.1');
  });

  test('a list that hides or invents versions changes what latest is, never what is proven', async () => {
    await using world = await openWorld({ faults: [{ path: 'words/@v/list', body: 'v0.3.0\nv9.0.0-rc.1\n' }] });
    expect((await runMain(world, ['list', '-m', 'example.com/words@latest'])).stdout).toContain('v0.3.0');
    expect((await runMain(world, ['mod', 'download', 'example.com/words@v9.0.0-rc.1'])).code).toBe(1);
  });

  test('an .info that someone put into the cache for another version is no answer', async () => {
    await using world = await openWorld();
    const file = world.downloaded('example.com/words/@v/v0.3.1.info');
    mkdirSync(dirname(file), { recursive: true });
    for (const body of [info('v0.3.0'), '{"Version":7}', '{', '[]', 'null', '{"__proto__":{"Version":"v0.3.1"}}']) {
      writeFileSync(file, body);
      const { code, stdout } = await runMain(world, ['resolve', 'example.com/words@v0.3.1']);
      expect([body, code, stdout.includes('v0.3.1')]).toEqual([body, 0, true]);
    }
  });
});
