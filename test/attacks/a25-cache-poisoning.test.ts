/**
 * A25: a cache that someone else writes to. CVE-2026-39819 (temporary files with names that can be known before).
 *
 * Elsewhere: poisoned tiles, records and go.mod files are found out (test/sumdb/sum-db.test.ts, "A25";
 * test/process/flipped-bit.test.ts, "in what the cache holds"), links in place of folders (test/modcache/modcache.test.ts,
 * test/process/network-attacks.test.ts, "A25"), crashes (test/process/interrupted.test.ts, test/modcache).
 * Here: files and links that lie in wait where something will be written; zip and recorded hash changed together.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hash1 } from '../../src/dirhash/index.js';
import { tempName } from '../../src/files/atomic-file.js';
import { fixtureModules, openWorld, sumsOf, type World } from '../support/fixture-world.js';
import { writeZip } from '../support/module-zip-writer.js';
import { runMain } from '../support/run-main.js';

const word = ['mod', 'download', 'example.com/words@v0.3.1'];
const base = 'example.com/words/@v/v0.3.1';
const victim = fixtureModules().find((m) => m.path === 'example.com/words' && m.version === 'v0.3.1')!;
const { zip, mod } = sumsOf(victim);
const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n';
const goSum = `example.com/words v0.3.1 ${zip}\nexample.com/words v0.3.1/go.mod ${mod}\n`;

/** A zip of the module with other content, and its hash. */
function evilZip(): { bytes: Uint8Array; h1: string } {
  const files = { ...victim.files, 'words.go': 'package words // evil\n' };
  const entries = Object.entries(files).map(([name, data]) => ({ name: `example.com/words@v0.3.1/${name}`, data }));
  const texts = new Map(entries.map(({ name, data }) => [name, Buffer.from(data)]));
  return { bytes: writeZip(entries), h1: hash1([...texts.keys()], (name) => texts.get(name)!) };
}

const put = (file: string, data: string | Uint8Array) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, data);
};

/** A file outside the cache that nothing may touch. */
function bystander(world: World): { file: string; untouched: () => boolean } {
  const file = join(world.dir, 'bystander');
  writeFileSync(file, 'mine\n');
  return { file, untouched: () => readFileSync(file, 'utf8') === 'mine\n' && lstatSync(file).isFile() };
}

describe('a zip and its recorded hash, changed together', () => {
  test('are refused by the log where there is no go.sum, by go.sum where there is one, and by mod verify', async () => {
    await using world = await openWorld();
    const { bytes, h1 } = evilZip();
    put(world.downloaded(`${base}.zip`), bytes);
    put(world.downloaded(`${base}.ziphash`), h1);
    expect((await runMain(world, word)).code).toBe(3);
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
    expect((await runMain(world, ['mod', 'download'], { cwd })).code).toBe(3);
    expect((await runMain(world, ['resolve', '--download'], { cwd })).code).toBe(3);
    expect(existsSync(join(world.modcache, 'example.com/words@v0.3.1'))).toBe(false);
    // twin
    rmSync(world.downloaded(`${base}.zip`));
    rmSync(world.downloaded(`${base}.ziphash`));
    expect((await runMain(world, ['mod', 'download'], { cwd })).code).toBe(0);
  });

  test('a zip changed under an honest hash is found by mod verify and by verify --cache', async () => {
    await using world = await openWorld();
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
    expect((await runMain(world, ['resolve', '--download'], { cwd })).code).toBe(0);
    expect((await runMain(world, ['mod', 'verify'], { cwd })).code).toBe(0);
    expect((await runMain(world, ['verify', '--cache'], { cwd })).code).toBe(0);
    writeFileSync(world.downloaded(`${base}.zip`), evilZip().bytes);
    expect((await runMain(world, ['mod', 'verify'], { cwd })).code).toBe(3);
    expect((await runMain(world, ['verify', '--cache'], { cwd })).code).toBe(3);
  });
});

describe('links in wait', () => {
  test('CVE-2026-39819: temporary names cannot be guessed, and a file that is there is not written through', async () => {
    const names = new Set(Array.from({ length: 1000 }, () => tempName('/x/v1.zip')));
    expect(names.size).toBeGreaterThan(995);
    for (const name of names) expect(name).toMatch(/^\/x\/v1\.zip\d+\.tmp$/);
  });

  test.each(['.info', '.mod', '.zip', '.ziphash', '.partial', '.lock', 'list'])(
    'a link in the place of %s: what it points to is not changed',
    async (suffix) => {
      await using world = await openWorld();
      const { file, untouched } = bystander(world);
      const link = world.downloaded(suffix === 'list' ? 'example.com/words/@v/list' : `${base}${suffix}`);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(file, link);
      const { code, stderr } = await runMain(world, word);
      expect([suffix, untouched(), stderr.includes('internal error')], stderr).toEqual([suffix, true, false]);
      expect([0, 1, 3]).toContain(code);
    },
  );

  test.each(['lookup/example.com/words@v0.3.1', 'tile/8/0/000.p/21'])(
    'a link in the place of the log’s %s: replaced, not followed',
    async (name) => {
      await using world = await openWorld();
      const { file, untouched } = bystander(world);
      const link = world.downloaded(`sumdb/${world.log.name}/${name}`);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(file, link);
      expect((await runMain(world, word)).code).toBe(0);
      expect(untouched()).toBe(true);
    },
  );

  test('a link in the place of the stored head: what it points to is not changed', async () => {
    await using world = await openWorld();
    const { file, untouched } = bystander(world);
    const link = join(world.gopath, 'pkg/sumdb', world.log.name, 'latest');
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(file, link);
    expect((await runMain(world, word)).code).toBe(1); // no note, so that it stops with words on how to mend it
    expect(untouched()).toBe(true);
  });

  test('a link in the place of the folder of a module, or of a file in it', async () => {
    await using world = await openWorld();
    const elsewhere = join(world.dir, 'elsewhere');
    mkdirSync(elsewhere);
    const folder = join(world.modcache, 'example.com/words@v0.3.1');
    mkdirSync(dirname(folder), { recursive: true });
    symlinkSync(elsewhere, folder);
    const refused = await runMain(world, word);
    expect([refused.code, refused.stderr.includes('symbolic link')]).toEqual([1, true]);
    rmSync(folder);
    expect((await runMain(world, word)).code).toBe(0);
  });
});
