/**
 * A8: private names must not leave the machine; no fallback past an answer that is not "not found".
 *
 * Elsewhere: which proxy is asked after which answer, nothing after off or direct (test/process/network-attacks.test.ts,
 * "A8"; test/goproxy/proxy-list.test.ts); patterns are prefixes of whole elements (test/module/path-pattern.test.ts).
 * Here: every command under every one of the settings, with the request log of mirror, database and everything else.
 */
import { describe, expect, test } from 'vitest';
import { commandTable } from '../../src/commands/table.js';
import { startClosedDoor } from '../support/closed-door.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld, sumsOf } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const module = (path: string, requires = ''): MirrorModule => ({
  path,
  version: 'v1.0.0',
  files: { 'go.mod': `module ${path}\n\ngo 1.21\n${requires}`, 'a.go': 'package a\n' },
});

/** Private by the settings below; `open` is public and requires a private one, `secretary` only looks private. */
const secrets = [
  module('example.com/secret/plan'),
  module('example.com/secret/Deep/v1x'),
  module('corp.test/x', '\nrequire example.com/secret/plan v1.0.0\n'),
];
const open = module('example.com/open', '\nrequire (\n\texample.com/secret/plan v1.0.0\n\tcorp.test/x v1.0.0\n)\n');
const secretary = module('example.com/secretary');
const own = [...secrets, open, secretary];
const isSecret = (request: string) => /secret(?:\/|%2f)|corp\.test/i.test(request);
const patterns = 'example.com/secret,*.test/*';

const goMod = `module example.com/me

go 1.21

require (
	example.com/open v1.0.0
	example.com/secret/Deep/v1x v1.0.0
	example.com/secret/plan v1.0.0
	example.com/secretary v1.0.0
	example.com/words v0.3.1
)

replace example.com/old => corp.test/x v1.0.0
`;
const goSum = [...own, ...fixtureModules()]
  .map((m) => `${m.path} ${m.version} ${sumsOf(m).zip}\n${m.path} ${m.version}/go.mod ${sumsOf(m).mod}\n`)
  .join('');
const goWork = `go 1.21\n\nuse .\n`;

/** Every command that fetches, with private modules named by go.mod, by go.sum, and by hand. */
const commands: string[][] = [
  ['resolve'],
  ['resolve', '--json', 'example.com/secret/plan@latest'],
  ['resolve', 'example.com/secret/plan@main'],
  ['resolve', 'example.com/secret/plan/deep/package@v1'],
  ['resolve', 'example.com/open'],
  ['list', '-m', 'all'],
  ['list', '-m', '-u', '-versions', '-retracted', '-json', 'all'],
  ['list', '-m', '-versions', 'example.com/secret/plan', 'corp.test/x'],
  ['mod', 'download'],
  ['mod', 'download', '-json', 'all'],
  ['mod', 'download', 'example.com/secret/plan@v1.0.0', 'corp.test/x@latest'],
  ['mod', 'graph'],
  ['mod', 'verify'],
];
const fetching = [...commands];
const later: [name: string, ...lines: string[][]][] = [
  ['verify', ['verify'], ['verify', '--all', '--json'], ['verify', '--cache']],
  ['explain-mismatch', ['explain-mismatch', 'example.com/secret/plan@v1.0.0']],
  ['sumdb lookup', ['sumdb', 'lookup', 'example.com/secret/plan@v1.0.0']],
  ['proof export', ['proof', 'export']],
];
for (const [name, ...lines] of later) if (commandTable.some((row) => row.name === name)) commands.push(...lines);

/** Runs every command in a checkout with and without go.sum. Returns what was asked of whom. */
async function runAll(env: Record<string, string>, lines = commands) {
  await using door = await startClosedDoor();
  await using world = await openWorld({ modules: own, log: logOf([...fixtureModules(), open, secretary]) });
  const settings = { ...env, ...door.env };
  const checkouts = [
    { 'go.mod': goMod, 'go.sum': goSum },
    { 'go.mod': goMod, 'go.work': goWork },
  ];
  for (const files of checkouts) {
    const cwd = world.mainModule(files);
    for (const args of lines) {
      const { code, stderr } = await runMain(world, args, { cwd, env: settings });
      expect([args, stderr.includes('internal error'), [0, 1].includes(code)], stderr).toEqual([args, false, true]);
    }
  }
  const paths = world.mirror.requests.map((r) => r.path);
  return {
    proxy: paths.filter((p) => !p.startsWith('/sumdb/')),
    log: paths.filter((p) => p.startsWith('/sumdb/')),
    elsewhere: door.asked,
  };
}

describe('no request carries a private name', () => {
  test.each<[what: string, env: Record<string, string>]>([
    ['GOPRIVATE', { GOPRIVATE: patterns }],
    ['GONOPROXY and GONOSUMDB', { GOPRIVATE: 'none.test', GONOPROXY: patterns, GONOSUMDB: `,${patterns},/,` }],
    ['GONOPROXY alone, which lets the database be asked about what is here; and nothing is', { GONOPROXY: patterns }],
  ])('%s: to nobody but its own site', async (_, env) => {
    const asked = await runAll(env, env.GONOSUMDB || env.GOPRIVATE ? commands : fetching);
    expect(asked.proxy.filter(isSecret)).toEqual([]);
    expect(asked.log.filter(isSecret)).toEqual([]);
    // as go does: a module that no proxy may be asked about is looked for where its name says, by https
    const sites = ['example.com:443', 'corp.test:443'];
    expect(asked.elsewhere.filter((site) => !sites.includes(site))).toEqual([]);
    // twin: the rest was asked for
    expect(asked.proxy.some((p) => p.includes('/example.com/secretary/@v/'))).toBe(true);
    expect(asked.log.some((p) => p.includes('/lookup/example.com/secretary@'))).toBe(true);
  });

  test.each<[what: string, env: Record<string, string>]>([
    ['GONOSUMDB', { GONOSUMDB: patterns }],
    ['GOPRIVATE with GONOPROXY=none', { GOPRIVATE: patterns, GONOPROXY: 'none' }],
  ])('%s: to the proxy, not to the database', async (_, env) => {
    const asked = await runAll(env);
    expect(asked.log.filter(isSecret)).toEqual([]);
    expect(asked.elsewhere).toEqual([]);
    expect(asked.proxy.filter(isSecret).length).toBeGreaterThan(0);
  });

  test('twin: without settings both are asked', async () => {
    const asked = await runAll({});
    expect(asked.proxy.filter(isSecret).length).toBeGreaterThan(0);
    expect(asked.log.filter(isSecret).length).toBeGreaterThan(0);
  });

  test('a private module that is in the cache is used, and not asked about', async () => {
    await using world = await openWorld({ modules: own, log: logOf([...fixtureModules(), open, secretary]) });
    const cwd = world.mainModule(goMod);
    const filled = await runMain(world, ['resolve', '--download'], { cwd, env: { GONOSUMDB: patterns } });
    expect(filled.code).toBe(0);
    world.mirror.requests.length = 0;
    const env = { GOPRIVATE: patterns };
    expect(await runMain(world, ['resolve', '--download'], { cwd, env })).toMatchObject({ code: 0 });
    expect(await runMain(world, ['mod', 'verify'], { cwd, env })).toMatchObject({ code: 0 });
    expect(world.mirror.requests.map((r) => r.path).filter(isSecret)).toEqual([]);
  });
});

test('headers of a request name nothing but the host', async () => {
  await using world = await openWorld({ modules: own });
  const cwd = world.mainModule(goMod);
  await runMain(world, ['resolve'], { cwd, env: { GOPRIVATE: patterns } });
  const names = new Set(world.mirror.requests.flatMap((r) => Object.keys(r.headers)));
  expect([...names].sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
});
