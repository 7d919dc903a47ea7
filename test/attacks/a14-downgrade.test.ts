/**
 * A14: from something safe to something less so. CVE-2023-45285 (a fallback to git:// where https fails).
 *
 * Elsewhere: no redirect from https to http, also by way of a third server (test/http/security.test.ts, "TLS");
 * unsupported schemes of redirects (test/http/client.test.ts).
 * Here: schemes of GOPROXY and GOSUMDB, GOINSECURE, certificates; as whole runs.
 */
import { describe, expect, test } from 'vitest';
import { startClosedDoor } from '../support/closed-door.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';
import { createAuthority } from '../support/self-signed.js';

const word = ['mod', 'download', 'example.com/words@v0.3.1'];

test.each([
  'git://127.0.0.1',
  'git+ssh://127.0.0.1',
  'ssh://git@127.0.0.1',
  'ftp://127.0.0.1',
  'svn://127.0.0.1',
  'ext::sh',
])('CVE-2023-45285: %s is no scheme for a proxy, and nothing falls back to it', async (GOPROXY) => {
  await using world = await openWorld();
  for (const list of [GOPROXY, `${world.mirror.url}/nothing,${GOPROXY}`, `${world.mirror.url}/nothing|${GOPROXY}`]) {
    expect((await runMain(world, word, { env: { GOPROXY: list } })).code).toBe(1);
  }
  expect(world.snapshot().size).toBe(0);
});

test('a proxy whose certificate nobody vouches for is not asked by http instead', async () => {
  await using world = await openWorld({ tls: createAuthority().issue(['127.0.0.1']) });
  await using door = await startClosedDoor();
  const { code, stderr } = await runMain(world, word, { env: door.env });
  expect([code, stderr.includes('certificate')]).toEqual([1, true]);
  expect([world.mirror.requests, door.asked]).toEqual([[], []]);
});

describe('GOINSECURE', () => {
  const env = { GOINSECURE: '*,example.com/*' };

  test('does not switch the checksum database off', async () => {
    await using world = await openWorld({ faults: [{ path: 'v0.3.1.zip', flipBit: 999 }] });
    expect((await runMain(world, word, { env })).code).toBe(3);
    world.mirror.faults.length = 0;
    expect((await runMain(world, word, { env })).code).toBe(0);
    expect(world.mirror.paths()).toContain('sumdb/sum.test/db/lookup/example.com/words@v0.3.1');
  });

  test('does not make a bad certificate a good one, nor http a way for passwords', async () => {
    await using tls = await openWorld({ tls: createAuthority().issue(['127.0.0.1']) });
    expect((await runMain(tls, word, { env })).code).toBe(1);
    await using plain = await openWorld();
    const GOPROXY = plain.mirror.url.replace('://', '://me:pw@');
    expect((await runMain(plain, word, { env: { ...env, GOPROXY } })).code).toBe(1);
    expect([tls.mirror.requests, plain.mirror.requests]).toEqual([[], []]);
  });
});

test('a false look-up is not replaced by trust in what came: go.sum gets no line', async () => {
  await using world = await openWorld({ faults: [{ path: '/lookup/', status: 500 }] });
  const cwd = world.mainModule('module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n');
  world.mirror.faults.splice(0, 1, { path: '/lookup/', status: 403 });
  expect((await runMain(world, ['mod', 'download'], { cwd })).code).toBe(1);
  expect(world.snapshot().has('pkg/mod/cache/download/example.com/words/@v/v0.3.1.mod')).toBe(false);
});
