/**
 * A26: whoever blocks the network wins where "could not check" counts as "checked" (agent-bom#658: "degrades gracefully").
 *
 * Elsewhere: outages of the database by kind (test/process/log-attacks.test.ts, "A7, A26"), no answer at all
 * (test/sumdb/sum-db.test.ts, "A26"), exit codes of each error (test/cli/error-report.test.ts).
 * Here: each resource blocked in each way, for each command, with its exit code and what stays; an outage is never 3, an attack
 * never 0 or 1.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../support/fixture-mirror.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n';
const commands = [['resolve', '--download'], ['verify']];

const outages: [what: string, fault: Omit<Fault, 'path'>][] = [
  ['403', { status: 403 }],
  ['404', { status: 404 }],
  ['410', { status: 410 }],
  ['451', { status: 451 }],
  ['a portal’s page', { status: 200, body: '<html>sign in</html>\n' }],
  ['an empty answer', { status: 200, body: '' }],
  ['a redirect to nowhere', { redirect: 'http://127.0.0.1:1/' }],
];

describe.each(['/supported', '/lookup/', '/tile/'])('the database blocked at %s', (path) => {
  test.each(outages)('%s: not verified: exit 1, no module, no line of go.sum', async (what, fault) => {
    // /supported: 404 leads to the database itself, which is not there; an answer of any body is a yes, and so is honest
    if (path === '/supported' && (what.startsWith('4') || 'body' in fault) && !['403', '451'].includes(what)) return;
    await using world = await openWorld({ faults: [{ path, ...fault }] });
    for (const args of commands) {
      const cwd = world.mainModule(
        args[0] === 'verify' ? { 'go.mod': goMod, 'go.sum': 'example.com/words v0.3.1 h1:x=\n' } : goMod,
      );
      const { code, stdout } = await runMain(world, args, { cwd });
      expect([what, args, code], stdout).toEqual([what, args, 1]);
      if (args[0] !== 'verify') expect(() => readFileSync(join(cwd, 'go.sum'))).toThrow();
    }
    const kept = [...world.snapshot().keys()].filter((name) => /\.(?:mod|zip|ziphash)$/.test(name));
    expect(kept).toEqual([]);
    world.mirror.faults.length = 0;
    expect((await runMain(world, ['resolve', '--download'], { cwd: world.mainModule(goMod) })).code).toBe(0);
  });
});

test('a blocked database is no refutation, and an attack during an outage of the rest is one', async () => {
  await using world = await openWorld({ faults: [{ path: '/lookup/', status: 403 }] });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'])).code).toBe(1);
  world.mirror.faults.splice(0, 1, { path: 'v0.3.1.mod', flipBit: 3 }, { path: 'greet', status: 403 });
  const both = ['resolve', 'example.com/words@v0.3.1', 'example.com/greet@v1.0.0'];
  const { code } = await runMain(world, both);
  expect([1, 3]).toContain(code);
  expect((await runMain(world, ['mod', 'download', ...both.slice(1)])).code).toBe(3);
});

test('what was proven before stays proven without a network; what was not does not', async () => {
  await using world = await openWorld();
  const cwd = world.mainModule(goMod);
  expect((await runMain(world, ['resolve', '--download'], { cwd })).code).toBe(0);
  world.mirror.faults.push({ path: /^/, status: 403 });
  expect((await runMain(world, ['resolve', '--download'], { cwd })).code).toBe(0);
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.4.0'], { cwd })).code).toBe(1);
  await runMain(world, ['clean', '-modcache']);
  expect((await runMain(world, ['resolve', '--download'], { cwd })).code).toBe(1);
});
