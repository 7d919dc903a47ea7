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
import type { Fault, MirrorModule } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld } from '../support/fixture-world.js';
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

describe('a go.mod that the log refutes, of a module whose failures are passed over otherwise', () => {
  const of = (version: string, go = '1.21'): MirrorModule => ({
    path: 'example.com/evil',
    version,
    files: { 'go.mod': `module example.com/evil\n\ngo ${go}\n`, 'e.go': 'package evil\n' },
  });
  const modules = [of('v1.0.0'), of('v1.1.0')];
  const worldWith = (refuted: string | undefined) =>
    openWorld({
      modules,
      log: logOf([...fixtureModules(), ...modules.map((m) => (m.version === refuted ? of(refuted, '1.20') : m))]),
      env: { GOFLAGS: '-mod=mod' },
    });
  const files = {
    'go.mod': 'module example.com/me\n\ngo 1.21\n\nrequire example.com/evil v1.0.0\n',
    'me.go': 'package me\n\nimport _ "example.com/evil"\n',
  };
  const selected = [
    ['list', '-m', '-e', 'all'],
    ['list', '-m', '-u', '-e', '-json', 'all'],
    ['list', '-m', 'example.com/evil@v1.0.0'],
    ['list', '-m', '-e', '-json', 'example.com/evil@v1.0.0'],
    ['list', '-m', '-f={{.Path}}', '-e', 'example.com/evil@v1.0.0'],
    ['list', '-m', '-f={{(module "example.com/evil@v1.0.0").Path}}'],
    ['get', 'example.com/evil@v1.0.0'],
    ['mod', 'tidy', '-e'],
  ];
  /** Here the newest version's go.mod says what is retracted; that a proxy forges it would hide a retraction. */
  const newest = [
    ['list', '-m', '-u', '-e', 'all'],
    ['list', '-m', '-versions', '-e', 'example.com/evil'],
    ['list', '-m', '-retracted', '-e', 'example.com/evil@v1.0.0'],
    ['list', '-m', 'example.com/evil@<v1.1.0'],
    ['mod', 'download', 'example.com/evil@<v1.1.0'],
    ['mod', 'download', 'example.com/evil@latest'],
    ['resolve', 'example.com/evil@v1.0.0'],
    ['get', 'example.com/evil@v1.0.0'],
    ['get', 'example.com/evil@<v1.1.0'],
  ];

  test.each<[string, string[][]]>([
    ['v1.0.0', selected],
    ['v1.1.0', newest],
  ])('%s: every command ends with 3 and edits nothing', async (refuted, commands) => {
    await using world = await worldWith(refuted);
    for (const args of commands) {
      const cwd = world.mainModule(files);
      const { code, stderr } = await runMain(world, args, { cwd });
      expect([args, code], stderr).toEqual([args, 3]);
      expect(stderr).toContain('SECURITY ERROR');
      expect(readFileSync(join(cwd, 'go.mod'), 'utf8')).toBe(files['go.mod']);
    }
    expect([...world.snapshot().keys()].filter((name) => name.includes(`evil/@v/${refuted}.mod`))).toEqual([]);
  });

  test('an outage that is seen first does not hide it', async () => {
    await using world = await worldWith('v1.1.0');
    world.mirror.faults.push({ path: 'evil/@v/v1.0.0.info', status: 403 });
    const { code, stderr } = await runMain(world, ['list', '-m', '-u', '-e', 'all'], { cwd: world.mainModule(files) });
    expect(code, stderr).toBe(3);
  });

  test('twin: all of them where nothing is refuted', async () => {
    await using world = await worldWith(undefined);
    for (const args of [...selected, ...newest]) {
      const { code, stderr } = await runMain(world, args, { cwd: world.mainModule(files) });
      expect([args, code], stderr).toEqual([args, 0]);
    }
  });
});
