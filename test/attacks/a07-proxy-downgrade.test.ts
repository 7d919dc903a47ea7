/**
 * A7: a proxy that talks its client out of the way to the checksum database.
 *
 * Elsewhere: the order of proxies for each answer (test/sumdb/log-address.test.ts); a portal's page for look-ups and tiles,
 * a supporting proxy that then fails (test/process/log-attacks.test.ts, "A7, A26").
 * Here: every kind of answer to /supported over real HTTP, with what was asked of whom, and redirects to other hosts.
 */
import { describe, expect, test } from 'vitest';
import { startClosedDoor } from '../support/closed-door.js';
import { type Fault, startMirror } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld, type World } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const modules = fixtureModules();
const word = ['mod', 'download', 'example.com/words@v0.3.1'];
const page = '<!DOCTYPE html><html><body>Please sign in</body></html>\n';
const toLog = (paths: string[]) => paths.filter((p) => p.startsWith('sumdb/') && !p.endsWith('/supported'));
const kept = (world: World) => [...world.snapshot().keys()].filter((name) => !name.endsWith('.info'));

/**
 * A first proxy that answers the probe as told and otherwise serves modules, then the world's, which supports the
 * database; a direct connection would go through a web proxy that notes it and refuses.
 */
async function probe(fault: Omit<Fault, 'path'>, separator: ',' | '|', last = '') {
  await using door = await startClosedDoor();
  await using first = await startMirror({ modules, faults: [{ path: '/supported', ...fault }] });
  await using world = await openWorld();
  const GOPROXY = `${first.url}${separator}${last || world.mirror.url}`;
  const { code, stdout, stderr } = await runMain(world, word, {
    env: { GOPROXY, ...door.env },
  });
  return {
    code,
    stdout,
    stderr,
    kept: kept(world),
    first: toLog(first.paths()),
    second: toLog(world.mirror.paths()),
    direct: door.asked.length,
  };
}

describe('the answer to /supported', () => {
  test.each([404, 410])('%d: the next proxy is asked; where there is none, the database itself', async (status) => {
    const found = await probe({ status }, ',');
    expect(found).toMatchObject({ code: 0, first: [], direct: 0 });
    expect(found.second.length).toBeGreaterThan(0);
    const direct = await probe({ status }, ',', 'direct');
    expect(direct).toMatchObject({ code: 1, kept: [], first: [] });
    expect(direct.direct).toBeGreaterThan(0);
  });

  test.each<[string, Omit<Fault, 'path'>]>([
    ['204', { status: 204 }],
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['407', { status: 407 }],
    ['501', { status: 501 }],
    ['a redirect without a target', { status: 302 }],
    ['a redirect that goes in circles', { redirect: '/supported' }],
    ['a redirect to a file', { redirect: 'file:///etc/passwd' }],
    ['a body without end', { status: 200, endless: true }],
  ])('%s: the database cannot be reached; nobody else is asked', async (_, fault) => {
    for (const last of ['', 'direct']) {
      expect(await probe(fault, ',', last)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('/supported'),
        kept: [],
        first: [],
        second: [],
        direct: 0,
      });
    }
  });

  test('after a | the next proxy is asked, as for modules', async () => {
    const found = await probe({ status: 403 }, '|');
    expect([found.code, found.first, found.direct]).toEqual([0, [], 0]);
    expect(found.second.length).toBeGreaterThan(0);
  });

  test('twin: 200, whatever the body says, makes this proxy the only way', async () => {
    for (const body of ['', 'no\n', page]) {
      // it says that it serves the database, and does not
      const failed = await probe({ status: 200, body }, ',');
      expect(failed).toMatchObject({ code: 1, stdout: '', kept: [], second: [], direct: 0 });
      expect(failed.first.length).toBeGreaterThan(0);
    }
    await using world = await openWorld({ faults: [{ path: '/supported', body: page }] });
    expect(await runMain(world, word)).toMatchObject({ code: 0 });
  });
});

describe('redirects', () => {
  test('of the probe and of what follows to another server: believed by proof, never by place', async () => {
    await using world = await openWorld();
    await using other = await startMirror({ modules, log: world.log });
    const to = (path: string) => ({ path: `/${path}`, redirect: `${other.url}/sumdb/${world.log.name}/${path}` });
    world.mirror.faults.push(to('supported'), to('lookup/example.com/words@v0.3.1'));
    expect(await runMain(world, word)).toMatchObject({ code: 0 });
    expect(other.paths()).toContain(`sumdb/${world.log.name}/lookup/example.com/words@v0.3.1`);
  });

  test('to a server whose log is another: refuted', async () => {
    await using world = await openWorld();
    const evil = logOf(modules.map((m) => ({ ...m, files: { ...m.files, 'evil.go': 'package evil\n' } })));
    await using other = await startMirror({ modules, log: evil });
    const path = 'lookup/example.com/words@v0.3.1';
    world.mirror.faults.push({ path, redirect: `${other.url}/sumdb/${evil.name}/${path}` });
    // its note is signed by the same key: the fixture's attacker has it, and only the other history gives it away
    expect(await runMain(world, word)).toMatchObject({ code: 3, stdout: '' });
    expect(kept(world).filter((name) => !name.includes('sumdb/'))).toEqual([]);
  });
});

test('a portal’s page with status 200 for everything is no answer and no refutation', async () => {
  await using world = await openWorld({ faults: [{ path: /^/, status: 200, body: page }] });
  for (const args of [word, ['resolve', 'example.com/words@v0.3.1'], ['list', '-m', 'example.com/words@latest']]) {
    const { code, stdout, stderr } = await runMain(world, args);
    expect([args, code, stdout, stderr.includes('internal error')]).toEqual([args, 1, '', false]);
  }
  expect(kept(world)).toEqual([]);
  world.mirror.faults.length = 0;
  expect(await runMain(world, word)).toMatchObject({ code: 0 });
});
