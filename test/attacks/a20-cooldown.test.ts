/**
 * A20: ways around a cooldown: times that the author or the proxy makes up (Renovate), no time at all (deputy#111), answers from
 * a cache (pmg#358), lock files, lists that hide a retraction (golang/go#76485).
 *
 * There is no cooldown to get around: no setting and no flag promises one, and no time decides whether something is believed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { commandTable } from '../../src/commands/table.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

test('no flag of any command that fetches promises a minimum age: it is a usage error, not a silent no', async () => {
  await using world = await openWorld();
  for (const name of ['resolve', 'list', 'mod download', 'verify']) {
    const row = commandTable.find((r) => r.name === name)!;
    const { flags } = await row.load();
    expect(flags.map((f) => f.name).filter((f) => /cooldown|min.*age|minimum|release-age|delay/.test(f))).toEqual([]);
    for (const flag of ['--cooldown=7d', '--min-age=7d', '--minimum-release-age=7d']) {
      const { code } = await runMain(world, [...name.split(' '), flag, 'example.com/words@v0.3.1']);
      expect([name, flag, code]).toEqual([name, flag, 2]);
    }
  }
  expect(world.mirror.requests).toEqual([]);
});

test.each([
  ['from the future', '"2999-01-01T00:00:00Z"'],
  ['from long ago', '"1970-01-01T00:00:00Z"'],
  ['null', 'null'],
])('deputy#111: a time %s changes neither what is chosen nor whether it is believed', async (_, time) => {
  await using world = await openWorld({
    faults: ['v0.3.1', 'v0.4.0'].map((v) => ({ path: `${v}.info`, body: `{"Version":"${v}","Time":${time}}` })),
  });
  expect((await runMain(world, ['list', '-m', 'example.com/words@latest'])).stdout).toBe('example.com/words v0.4.0\n');
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.4.0'])).code).toBe(0);
  world.mirror.faults.unshift({ path: 'v0.3.1.mod', flipBit: 3 });
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(3);
});

test('pmg#358: an .info in the cache is no reason to believe a module', async () => {
  await using world = await openWorld();
  const file = world.downloaded('example.com/words/@v/v0.3.1.info');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{"Version":"v0.3.1","Time":"2020-01-02T03:04:05Z"}');
  world.mirror.faults.push({ path: 'v0.3.1.mod', flipBit: 3 });
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(3);
  world.mirror.faults.length = 0;
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(0);
});
