/**
 * A22: requests into the network where the program runs: go-import pages and redirects to loopback, private or metadata addresses.
 *
 * There are no look-ups of go-import pages: only GOPROXY and the database are asked, by names from settings. Shown here: a module
 * path is never a host to connect to. A redirect of a proxy is followed as go follows it, and what comes is believed by proof.
 */
import { expect, test } from 'vitest';
import { startClosedDoor } from '../support/closed-door.js';
import { startMirror } from '../support/fixture-mirror.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const page = '<html><meta name="go-import" content="example.com/x git http://169.254.169.254/latest"></html>';

test('no vanity page is asked for, whatever the module is called and whatever GOPROXY goes on with', async () => {
  await using door = await startClosedDoor();
  await using vanity = await startMirror({ faults: [{ path: /^/, status: 200, body: page }] });
  await using world = await openWorld();
  const hosts = ['localhost', '127.0.0.1', '169.254.169.254', '10.0.0.1', 'metadata.test', 'vanity.example.com'];
  for (const GOPROXY of [`${world.mirror.url},direct`, 'direct', `${world.mirror.url}|direct`]) {
    for (const host of hosts) {
      for (const args of [
        ['resolve', `${host}/x@v1.0.0`],
        ['mod', 'download', `${host}:${vanity.port}/x@latest`],
        ['list', '-m', '-versions', `${host}/x/y`],
      ]) {
        const { code, stdout } = await runMain(world, args, { env: { ...door.env, GOPROXY, GOINSECURE: '*' } });
        expect([args, [1, 2].includes(code), stdout]).toEqual([args, true, expect.not.stringMatching(/v1/)]);
      }
    }
  }
  expect([door.asked, vanity.requests]).toEqual([[], []]);
});

test('an answer that is a page with a go-import is no module', async () => {
  await using door = await startClosedDoor();
  await using world = await openWorld({ faults: [{ path: 'example.com/', status: 200, body: page }] });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'], { env: door.env })).code).toBe(1);
  expect(door.asked).toEqual([]);
});

test('a redirect to a server inside: what it answers is proven or refused, and no credential goes there', async () => {
  const secret = 'instance-credentials: hunter2\n';
  await using inside = await startMirror({ faults: [{ path: /^/, status: 200, body: secret }] });
  await using world = await openWorld();
  for (const path of ['v0.3.1.info', 'v0.3.1.mod', 'v0.3.1.zip', '/lookup/', '/tile/']) {
    await runMain(world, ['clean', '-modcache']);
    world.mirror.faults.splice(0, 1, { path, redirect: `${inside.url}/latest/meta-data` });
    const { code, stdout, stderr } = await runMain(world, ['resolve', '--download', 'example.com/words@v0.3.1']);
    expect([path, code > 0, stdout]).toEqual([path, true, '']);
    expect(stderr).not.toContain('hunter2');
  }
  const kept = [...world.snapshot()].filter(([, text]) => text.includes('hunter2'));
  expect(kept).toEqual([]);
  expect(inside.requests.every((r) => r.headers.authorization === undefined && r.method === 'GET')).toBe(true);
  // twin: a redirect to a server that has the module
  await using honest = await openWorld();
  const redirect = `${honest.mirror.url}/example.com/words/@v/v0.3.1.mod`;
  world.mirror.faults.splice(0, 1, { path: 'v0.3.1.mod', redirect });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'])).code).toBe(0);
});
