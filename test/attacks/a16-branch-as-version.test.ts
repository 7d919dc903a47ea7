/**
 * A16: a branch that has the name of a version. CVE-2022-23773.
 *
 * It matters to whoever reads version control: tsgoget does not. What can be had from a proxy alone is shown here:
 * `direct` is refused, and a canonical version is never taken for a branch.
 */
import { expect, test } from 'vitest';
import { startClosedDoor } from '../support/closed-door.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

test('CVE-2022-23773: nothing is fetched from version control: direct is refused, and nobody is asked', async () => {
  await using door = await startClosedDoor();
  await using world = await openWorld();
  for (const [GOPROXY, more] of [
    ['direct', {}],
    ['direct', { GOSUMDB: 'off', GOVCS: '*:all', GOINSECURE: '*' }],
    [world.mirror.url, { GONOPROXY: 'example.com' }],
  ] as const) {
    for (const version of ['v0.3.1', 'main', 'latest']) {
      const env = { ...door.env, GOPROXY, ...more };
      const { code, stdout, stderr } = await runMain(world, ['resolve', `example.com/words@${version}`], { env });
      expect([code, stdout, stderr.includes('version control is not supported')]).toEqual([1, '', true]);
    }
  }
  expect([door.asked, world.mirror.requests, world.snapshot().size]).toEqual([[], [], 0]);
});

test('CVE-2022-23773: a proxy that answers a version with what a branch of that name is, is refused', async () => {
  const branch = '{"Version":"v0.3.2-0.20240102030405-0123456789ab","Origin":{"Ref":"refs/heads/v0.3.1"}}';
  await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body: branch }] });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'])).code).toBe(1);
  // twin: where a branch is asked for, that is an answer
  world.mirror.faults.splice(0, 1, { path: '@v/v0-branch.info', status: 200, body: '{"Version":"v0.3.1"}' });
  expect((await runMain(world, ['resolve', 'example.com/words@v0-branch'])).stdout).toContain('v0.3.1');
});

test('a ref of the origin decides nothing, whatever it says', async () => {
  const body =
    '{"Version":"v0.3.1","Time":"2020-01-02T03:04:05Z","Origin":{"VCS":"git","URL":"x","Ref":"refs/heads/v0.3.1"}}';
  await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body }] });
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(0);
  world.mirror.faults.push({ path: 'v0.3.1.mod', flipBit: 5 });
  await runMain(world, ['clean', '-modcache']);
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(3);
});
