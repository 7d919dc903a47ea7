/**
 * A17: a go.sum that a pull request has changed: its lines are believed by whoever does not ask the log.
 *
 * Elsewhere: the file's forms (test/gosum/go-sum.test.ts), lines that contradict each other or what was fetched
 * (test/modfetch/sum-ledger.test.ts, test/process/flipped-bit.test.ts), the command that asks the log about every line
 * (test/checks, test/process/verify.test.ts).
 * Here: each poisoned line through the commands that rely on go.sum, and through verify, with the exit code.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GoSum, scanGoSum } from '../../src/gosum/index.js';
import { fixtureModules, openWorld, sumsOf } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const [path, version] = ['example.com/words', 'v0.3.1'];
const victim = fixtureModules().find((m) => m.path === path && m.version === version)!;
const { zip, mod } = sumsOf(victim);
const evil = `h1:${'E'.repeat(43)}=`;
const goMod = `module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`;
const zipLine = `${path} ${version} ${zip}\n`;
const modLine = `${path} ${version}/go.mod ${mod}\n`;

/** What go.sum says, and how the fetching commands and verify end with it. */
const poisoned: [what: string, goSum: string, fetch: number, verify: number][] = [
  ['the hash of the zip swapped', zipLine.replace(zip, evil) + modLine, 3, 3],
  ['the hash of the go.mod swapped', zipLine + modLine.replace(mod, evil), 3, 3],
  ['both hashes exchanged', zipLine.replace(zip, mod) + modLine.replace(mod, zip), 3, 3],
  ['a second hash for the zip', zipLine + zipLine.replace(zip, evil) + modLine, 3, 3],
  ['a false hash first', zipLine.replace(zip, evil) + zipLine + modLine, 3, 3],
  ['a line of a module that nothing needs', `${zipLine}${modLine}example.com/words v0.3.0 ${evil}\n`, 0, 3],
  ['a line of a version that is not in the log', `${zipLine}${modLine}example.com/words v0.3.9 ${evil}\n`, 0, 1],
  ['trailing words', zipLine.replace('\n', ' x\n') + modLine, 1, 1],
  ['two fields', `${path} ${version}\n${modLine}`, 1, 1],
];

describe.each(poisoned)('%s', (_, goSum, fetch, verify) => {
  test('fetching', async () => {
    await using world = await openWorld();
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
    for (const args of [
      ['mod', 'download'],
      ['resolve', '--download'],
    ]) {
      const { code, stderr } = await runMain(world, args, { cwd });
      expect([args, code], stderr).toEqual([args, fetch]);
      if (fetch !== 0) expect(readFileSync(join(cwd, 'go.sum'), 'utf8')).toBe(goSum);
    }
  });

  test('verify', async () => {
    await using world = await openWorld();
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
    for (const args of [['verify'], ['verify', '--all', '--json']]) {
      const { code, stdout, stderr } = await runMain(world, args, { cwd });
      expect([args, code], stdout + stderr).toEqual([args, verify]);
    }
    expect(readFileSync(join(cwd, 'go.sum'), 'utf8')).toBe(goSum);
  });
});

test.each([
  ['as it should be', zipLine + modLine],
  ['in another order, with blank lines', `${modLine}\n\n${zipLine}`],
  ['with CRLF', (zipLine + modLine).replaceAll('\n', '\r\n')],
  ['without a newline at the end', (zipLine + modLine).slice(0, -1)],
  ['each line twice', zipLine + modLine + zipLine + modLine],
])('twin: %s', async (_, goSum) => {
  await using world = await openWorld();
  const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
  expect((await runMain(world, ['resolve', '--download'], { cwd })).code).toBe(0);
  expect((await runMain(world, ['verify'], { cwd })).code).toBe(0);
});

test('a line of an unknown algorithm proves nothing, and is not passed over in silence', async () => {
  await using world = await openWorld();
  const goSum = zipLine.replace('h1:', 'h2:') + modLine;
  const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
  const { code, stderr } = await runMain(world, ['resolve', '--download'], { cwd });
  expect([code, stderr.includes('unknown hash')]).toEqual([0, true]); // proven by the log instead
  expect(world.mirror.paths()).toContain(`sumdb/sum.test/db/lookup/${path}@${version}`);
  const untouched = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
  const verified = await runMain(world, ['verify'], { cwd: untouched });
  expect([verified.code, /h2|algorithm/.test(verified.stdout + verified.stderr)]).toEqual([1, true]);
});

test('GONOSUMDB in the environment of the run skips a poisoned line, and says so by its name', async () => {
  await using world = await openWorld();
  const goSum = `${zipLine}${modLine}example.com/greet v1.0.0 ${evil}\n`;
  const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
  const env = { GONOSUMDB: 'example.com/greet' };
  const { code, stdout } = await runMain(world, ['verify'], { cwd, env });
  expect([code, stdout.includes('GONOSUMDB')]).toEqual([0, true]);
  expect((await runMain(world, ['verify', '--strict'], { cwd, env })).code).toBe(1);
  expect((await runMain(world, ['verify'], { cwd })).code).toBe(3);
});

test('lines by the hundred thousand are read once: the work follows the length, one key or many', () => {
  for (const line of [(i: number) => `a.b/m${i} v1.0.0 h1:${i}=\n`, (i: number) => `a.b/m v1.0.0 h1:${i}=\n`]) {
    const text = Array.from({ length: 200_000 }, (_, i) => line(i)).join('');
    let lines = 0;
    for (const scanned of scanGoSum(text)) lines += scanned.problem === undefined ? 1 : 0;
    expect(lines).toBe(200_000);
  }
  const sums = GoSum.parse('go.sum', Array.from({ length: 200_000 }, (_, i) => `a.b/m v1.0.0 h1:${i}=\n`).join(''));
  expect(sums.get('a.b/m', 'v1.0.0')).toHaveLength(200_000);
});
