/**
 * A.10: what a lying server or a person left behind. A refusal leaves nothing that refuses the honest answer the next time, and nothing
 * that passes for proven; as `mod download`, as `mod verify`, as whoever asks next.
 */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FixtureLog } from '../support/fixture-log.js';
import { fixtureModules, logOf, openWorld, sumsOf } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const path = 'example.com/words';
const version = 'v0.3.1';
const words = ['mod', 'download', `${path}@${version}`];
const { zip, mod } = sumsOf(fixtureModules().find((m) => m.path === path && m.version === version)!);
const evil = `h1:${'e'.repeat(43)}=`;
const line = (hash: string) => `${path} ${version} ${hash}\n`;
const goModLine = (hash: string) => `${path} ${version}/go.mod ${hash}\n`;

describe('A.10: a record that the log has signed', () => {
  const records: [string, string][] = [
    ['with two hashes of the zip', line(zip) + line(evil) + goModLine(mod)],
    ['with two hashes of the zip, the false one first', line(evil) + line(zip) + goModLine(mod)],
    ['with two hashes of the go.mod file', line(zip) + goModLine(mod) + goModLine(evil)],
    ['without a hash of the zip', goModLine(mod)],
    ['without a hash of the go.mod file', line(zip)],
  ];
  test.each(records)('%s is not kept: a better record is accepted', async (_, text) => {
    const others = fixtureModules().filter((m) => m.path !== path);
    const log = logOf(others, new FixtureLog());
    log.addText(path, version, text);
    await using world = await openWorld({ log });
    const lookup = world.downloaded(`sumdb/${log.name}/lookup/${path}@${version}`);
    expect((await runMain(world, words)).code).toBe(3);
    expect((await runMain(world, ['sumdb', 'lookup', `${path}@${version}`])).code).toBe(3);
    expect(existsSync(lookup)).toBe(false);
    log.add(path, version, zip, mod);
    expect((await runMain(world, words)).code).toBe(0);
    expect(existsSync(lookup)).toBe(true);
  });
});
