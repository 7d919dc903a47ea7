/**
 * A1: a look-up that succeeds and answers nothing, or an authentic record of something else.
 * CVE-2026-42501, GO-2026-4984, golang/go#79070.
 *
 * Elsewhere: every form of a line that is not the asked one (test/sumdb/sum-db.test.ts, "A1"), each as a process that
 * exits with 3 and leaves nothing (test/process/log-attacks.test.ts, "A1: the record").
 * Here: the variants against both hashes and the toolchain module, through every command that needs a record.
 */
import { describe, expect, test } from 'vitest';
import { isSecurity } from '../../src/errors.js';
import { publicDomain } from '../../src/goenv/defaults.js';
import { FixtureLog } from '../support/fixture-log.js';
import { fixtureModules, logOf, openWorld } from '../support/fixture-world.js';
import { useLogClients } from '../support/log-client.js';
import { runMain } from '../support/run-main.js';

const open = useLogClients();
const zip = `h1:${'z'.repeat(43)}=`;
const mod = `h1:${'m'.repeat(43)}=`;

/** path, version, and what stands in the record that the log gives for it. */
const modules: [path: string, version: string][] = [
  ['example.com/Mod', 'v1.2.3'],
  [`${publicDomain}/toolchain`, 'v0.0.1-go1.26.8.linux-amd64'],
  ['gopkg.in/yaml.v3', 'v3.0.1'],
  ['example.com/x/v2', 'v2.0.0-20240102030405-0123456789ab'],
  ['example.com/old', 'v3.0.0+incompatible'],
];

const lines = (path: string, version: string) => `${path} ${version} ${zip}\n${path} ${version}/go.mod ${mod}\n`;

const records: [what: string, text: (path: string, version: string) => string][] = [
  ['a record that says nothing', () => 'nothing\n'],
  ['only white space', () => ' \n'],
  ['the record of another module', (_, v) => lines('example.com/evil', v)],
  ['the record of another version', (p) => lines(p, 'v9.9.9')],
  ['a version that begins with the asked one', (p, v) => lines(p, `${v}0`)],
  ['a version that the asked one begins with', (p, v) => lines(p, v.slice(0, -1))],
  ['a path that begins with the asked one', (p, v) => lines(`${p}x`, v) + lines(`${p}/x`, v)],
  ['a path that ends with the asked one', (p, v) => lines(`x${p}`, v) + lines(`x/${p}`, v)],
  ['the path in capitals', (p, v) => lines(p.toUpperCase(), v)],
  ['the path escaped', (p, v) => lines(`!${p.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`)}`, v)],
  ['the version without its suffix', (p, v) => lines(p, v.replace(/[+-].*$/, '').replace(/(\d)$/, '$1-'))],
  [
    'look-alike letters',
    (p, v) =>
      lines(
        p.replace(/[eo]/, (c) => (c === 'e' ? '\u0435' : '\u043e')),
        v,
      ),
  ],
  ['U+212A for k, U+017F for s', (p, v) => lines(`${p}\u212a\u017f`, v)],
  ['an invisible character', (p, v) => lines(`${p}\u200b`, v)],
  ['tabs for spaces cannot be: no-break spaces', (p, v) => lines(p, v).replaceAll(' ', '\u00a0')],
  ['fields in another order', (p, v) => `${v} ${p} ${zip}\n${zip} ${p} ${v}\n`],
];

describe('CVE-2026-42501 / GO-2026-4984 / golang/go#79070: the authentic record is not the asked one', () => {
  test.each(records)('%s', async (_, text) => {
    for (const [path, version] of modules) {
      const log = new FixtureLog().pad(3);
      log.addText(path, version, text(path, version));
      const client = open(log);
      for (const [key, hash] of [
        [version, zip],
        [`${version}/go.mod`, mod],
      ] as const) {
        const failed = await client.db.requireHash(path, key, hash).catch((error) => error);
        expect([path, key, failed.code]).toEqual([path, key, 'checksum-missing']);
        expect(isSecurity(failed)).toBe(true);
      }
      expect((await client.db.lookup(path, version)).lines).toEqual([]);
      await client.db.flush();
      expect(client.files()).toEqual([]);
    }
  });

  test.each([
    ['the go.mod alone', 'mod'],
    ['the zip alone', 'zip'],
  ])('%s is there: the other is refused', async (_, which) => {
    for (const [path, version] of modules) {
      const log = new FixtureLog().pad(300);
      const [zipLine, modLine] = lines(path, version).split(/(?<=\n)/);
      log.addText(path, version, which === 'mod' ? modLine! : zipLine!);
      const { db } = open(log);
      const zips = db.requireHash(path, version, zip);
      const mods = db.requireHash(path, `${version}/go.mod`, mod);
      const [good, bad] = which === 'mod' ? [mods, zips] : [zips, mods];
      await expect(bad).rejects.toMatchObject({ code: 'checksum-missing' });
      await good;
      await db.flush();
    }
  });

  test('the hash of the zip in the go.mod line and the other way round', async () => {
    for (const [path, version] of modules) {
      const log = new FixtureLog().pad(3);
      log.add(path, version, mod, zip);
      const { db } = open(log);
      await expect(db.requireHash(path, version, zip)).rejects.toMatchObject({ code: 'checksum-mismatch' });
      await expect(db.requireHash(path, `${version}/go.mod`, mod)).rejects.toMatchObject({
        code: 'checksum-mismatch',
      });
    }
  });

  test('hashes that contradict each other are refused in whatever order, the same hash twice is one', async () => {
    const [path, version] = modules[0]!;
    const other = `h1:${'o'.repeat(43)}=`;
    for (const hashes of [
      [zip, other],
      [other, zip],
      [zip, other, zip],
    ]) {
      const log = new FixtureLog();
      log.addText(path, version, hashes.map((h) => `${path} ${version} ${h}\n`).join(''));
      await expect(open(log).db.requireHash(path, version, zip)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    }
    const log = new FixtureLog();
    log.addText(path, version, `${path} ${version} ${zip}\n${path} ${version} ${zip}\n${path} ${version} h9:new\n`);
    const { db } = open(log);
    await db.requireHash(path, version, zip);
    await db.flush();
  });

  test('twin: the record of the module proves both', async () => {
    for (const [path, version] of modules) {
      const log = new FixtureLog().pad(3);
      log.add(path, version, zip, mod);
      const client = open(log);
      await client.db.requireHash(path, version, zip);
      await client.db.requireHash(path, `${version}/go.mod`, mod);
      await client.db.flush();
      expect(client.files().length).toBeGreaterThan(0);
    }
  });
});

describe('every command that needs a record', () => {
  const fixtures = fixtureModules();
  const [path, version] = ['example.com/words', 'v0.3.1'];
  const goMod = `module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`;

  test('CVE-2026-42501: a look-up of one module is answered with the proven record of another', async () => {
    const log = logOf(fixtures);
    await using world = await openWorld({ log });
    const evil = log.respond('/lookup/example.com/words@v0.3.0').body;
    const folder = world.mainModule(goMod);
    for (const args of [
      ['resolve'],
      ['list', '-m', '-mod=mod', 'all'],
      ['mod', 'download'],
      ['mod', 'download', `${path}@${version}`],
      ['mod', 'graph'],
    ]) {
      log.forge(`/lookup/${path}@${version}`, () => evil);
      const { code, stdout, stderr } = await runMain(world, args, { cwd: folder });
      expect([args, code, stdout]).toEqual([args, 3, '']);
      expect(stderr).toContain('checksum missing from sumdb response');
      const kept = [...world.snapshot().keys()].filter((name) => !name.endsWith('.info'));
      expect([args, kept]).toEqual([args, []]);
    }
    log.beHonest();
    expect(await runMain(world, ['resolve', '--download'], { cwd: folder })).toMatchObject({ code: 0 });
  });
});
