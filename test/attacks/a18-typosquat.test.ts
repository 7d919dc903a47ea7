/**
 * A18: a module whose name is nearly that of another, kept for ever by an immutable cache: github.com/boltdb-go/bolt
 * (GO-2025-3451), siruspen/logrus (golang/go#72116), PromonLogicalis/asn1 (GO-2024-3012).
 *
 * Nothing compares names with popular ones or asks a database of advisories: what is proven is the content, for the name that
 * was asked for. Shown here: near names are never taken for each other, and no verdict claims more than that.
 */
import { expect, test } from 'vitest';
import { commandTable } from '../../src/commands/table.js';
import { startClosedDoor } from '../support/closed-door.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const module = (path: string, text: string): MirrorModule => ({
  path,
  version: 'v1.3.1',
  files: { 'go.mod': `module ${path}\n`, 'bolt.go': text },
});
const popular = module('github.com/boltdb/bolt', 'package bolt\n');
const squats = [
  'github.com/boltdb-go/bolt',
  'github.com/Boltdb/bolt',
  'github.com/boltdb/b0lt',
  'github.com/bo1tdb/bolt',
];
const near = squats.map((path) => module(path, 'package bolt // backdoor\n'));

test('GO-2025-3451, golang/go#72116, GO-2024-3012: near names are different modules in requests, cache, go.sum and log', async () => {
  await using world = await openWorld({
    modules: [popular, ...near],
    log: logOf([...fixtureModules(), popular, ...near]),
  });
  const sums = new Set<string>();
  for (const { path } of [popular, ...near]) {
    const { code, stdout } = await runMain(world, ['mod', 'download', '-json', `${path}@v1.3.1`]);
    const found = JSON.parse(stdout) as { Path: string; Sum: string; Dir: string };
    expect([code, found.Path]).toEqual([0, path]);
    sums.add(found.Sum);
  }
  expect(sums.size).toBe(1 + near.length);
  // the record of one is none for the other
  const lookup = world.log.respond('/lookup/github.com/boltdb/bolt@v1.3.1').body;
  world.log.forge('/lookup/github.com/boltdb-go/bolt@v1.3.1', () => lookup);
  await runMain(world, ['clean', '-modcache']);
  expect((await runMain(world, ['mod', 'download', 'github.com/boltdb-go/bolt@v1.3.1'])).code).toBe(3);
});

test('a look-alike in another script is no module path', async () => {
  await using world = await openWorld({ modules: [popular] });
  for (const path of [
    'github.com/b\u043eltdb/bolt',
    'github.com/boltdb/b\u{1d5c8}lt',
    'github.com/boltdb/bolt\u200b',
  ]) {
    expect(await runMain(world, ['mod', 'download', `${path}@v1.3.1`])).toMatchObject({ code: 1, stdout: '' });
  }
  expect(world.mirror.requests.filter((r) => !r.path.endsWith('/supported'))).toEqual([]);
  expect((await runMain(world, ['mod', 'download', 'github.com/boltdb/bolt@v1.3.1'])).code).toBe(0);
});

test('no command promises an audit, and no database of advisories is asked', async () => {
  const words = commandTable.map((row) => `${row.name} ${row.summary}`).join('\n');
  expect(words).not.toMatch(/vuln|advisor|audit|malware|typo|safe\b/i);
  await using door = await startClosedDoor();
  await using world = await openWorld({ modules: near });
  const { code, stdout } = await runMain(world, ['resolve', '--download', 'github.com/boltdb-go/bolt@v1.3.1'], {
    env: door.env,
  });
  expect([code, door.asked]).toEqual([0, []]);
  expect(stdout).not.toMatch(/\b(?:safe|secure|trusted|clean)\b/i);
});
