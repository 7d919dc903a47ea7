/**
 * A11: answers that are made to exhaust: encodings, bodies and headers without end, drops, lies about lengths, redirects.
 *
 * Elsewhere: each limit of the client (test/http/client.test.ts); encoded and endless bodies for every resource, as processes
 * (test/process/network-attacks.test.ts, "A11").
 * Here: every resource of a run in one table, with how much of a bomb was read; tunnels that never open.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../src/http/index.js';
import { startClosedDoor } from '../support/closed-door.js';
import { type Fault, startMirror } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const settings = { GOAUTH: 'off', NETRC: '', home: '', platform: 'linux' as const, env: {} };
const mebibyte = 2 ** 20;

const soon = { idleTimeoutMs: 300, totalTimeoutMs: 1000 };

/** A client that counts what comes. */
function clientWith(options: Partial<HttpClientOptions> = {}) {
  const read = { bytes: 0 };
  const client = createHttpClient({
    env: settings,
    tries: 2,
    retryBaseMs: 1,
    onBytes: (n) => {
      read.bytes += n;
    },
    ...options,
  });
  cleanups.push(() => client.close());
  return { client, read };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => error.code as string,
  );

describe('the client', () => {
  test.each<[what: string, fault: Omit<Fault, 'path'>, code: string]>([
    ['a gzip bomb', { gzip: 8 * mebibyte }, 'too-large'],
    ['an error that is a gzip bomb', { status: 403, gzip: 64 * mebibyte }, 'http'],
    ['a body without end', { endless: true }, 'too-large'],
    ['a length beyond the limit', { contentLength: 2 ** 40 }, 'too-large'],
    ['a byte now and then', { dribbleMs: 20, body: 'x'.repeat(1000) }, 'timeout'],
    ['nothing at all', { hang: true }, 'timeout'],
    ['a header that is too long', { headers: { 'x-long': 'x'.repeat(1_100_000) } }, 'network'],
    ['an error without end', { status: 403, endless: true, body: 'x' }, 'http'],
    ['a redirect with a body without end', { redirect: '/x', endless: true, body: 'x' }, 'http'],
  ])('%s: %s', async (_, fault, code) => {
    await using mirror = await startMirror({ faults: [{ path: /^/, status: 200, ...fault }] });
    const { client, read } = clientWith(code === 'timeout' ? soon : {});
    expect(await codeOf(client.get(`${mirror.url}/x`, { maxBytes: mebibyte }))).toBe(code);
    // no more was taken than the limit and what was on its way
    expect(read.bytes).toBeLessThan(3 * mebibyte);
  });

  test.each(['close', 'hang', 407, 502] as const)(
    'a web proxy that answers a tunnel with %s: an error, soon',
    async (how) => {
      await using door = await startClosedDoor(how);
      const { client } = clientWith({ env: { ...settings, env: door.env }, ...(how === 'hang' && soon) });
      const code = await codeOf(client.get('https://mirror.test/x', { maxBytes: 10 }));
      expect(code).toBe(how === 'hang' ? 'timeout' : 'network');
      expect(door.asked.length).toBeGreaterThan(0);
      expect(door.asked.length).toBeLessThanOrEqual(2);
    },
  );

  test('twenty redirects are nine too many, to others as to itself', async () => {
    await using mirror = await startMirror({
      faults: Array.from({ length: 20 }, (_, i) => ({ path: new RegExp(`^/${i}$`), redirect: `/${i + 1}` })),
    });
    mirror.faults.push({ path: /^\/20$/, status: 200, body: 'ok' });
    const { client } = clientWith();
    expect(await codeOf(client.get(`${mirror.url}/0`, { maxBytes: 10 }))).toBe('http');
    expect(mirror.requests.length).toBe(10);
    expect(await codeOf(client.get(`${mirror.url}/12`, { maxBytes: 10 }))).toBe('done');
  });
});

describe('every resource of a run', () => {
  const resources = ['words/@v/list', 'v0.3.1.info', 'v0.3.1.mod', 'v0.3.1.zip', '/lookup/', '/tile/', '/supported'];
  const args = ['resolve', '--download', 'example.com/words@<=v0.3.1'];

  test.each(resources)(
    '%s: a length that lies, gzip that is none: not verified, nothing half-written',
    async (path) => {
      await using world = await openWorld({ log: logOf(fixtureModules()) });
      for (const fault of [
        { path, status: 200, contentLength: 2 ** 40 },
        { path, status: 200, body: 'plain', headers: { 'content-encoding': 'gzip' } },
      ]) {
        world.mirror.faults.splice(0, 1, fault);
        const { code, stdout } = await runMain(world, args);
        expect([fault, code, stdout]).toEqual([fault, 1, '']);
        const half = [...world.snapshot().keys()].filter((name) => /\.zip|\.ziphash|tmp|\.partial/.test(name));
        expect(half).toEqual([]);
      }
      world.mirror.faults.length = 0;
      expect((await runMain(world, args)).code).toBe(0);
    },
  );
});
