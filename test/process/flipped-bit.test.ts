/**
 * One flipped bit, anywhere: on the wire, in go.sum, in the cache. It is refused, the message says what differs from what,
 * and nothing of it stays; the same run without the flip succeeds, in the very folders that the refused one left.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeTree } from '../../src/files/folder.js';
import type { Fault } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, sumsOf } from '../support/fixture-world.js';
import { writeZip } from '../support/module-zip-writer.js';
import { type RunningWorld, startWorld } from './world.js';

const path = 'example.com/Shade/Color';
const version = 'v1.0.0';
const base = 'example.com/!shade/!color/@v/v1.0.0';
const victim = fixtureModules().find((m) => m.path === path && m.version === version)!;
const goMod = `module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`;

/** More records: then there are whole tiles, partial tiles, and a tile of level 1. */
const largeLog = () => logOf(fixtureModules()).pad(600);

/** What may be new after a refusal: what a proxy says of a version, and the signed tree head that refuted the download. */
const isUnproven = (name: string) => name.endsWith(`${base}.info`) || name === 'pkg/sumdb/sum.test/db/latest';

function flip(file: string, bit: number): void {
  const data = readFileSync(file);
  data[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(file, data);
}

/** The bit of a text that turns a letter at or behind `part` into another letter of base64. */
const letterAt = (text: string, part: string) => 8 * (text.indexOf(part) + part.search(/[B-Yb-y2-9]/));

/** A bit of the text at `part`. */
const bitAt = (text: string | Uint8Array, part: string, bit = 0) => {
  const at = Buffer.from(text).indexOf(part);
  if (at < 0) throw new Error(`no ${part}`);
  return 8 * at + bit;
};

async function download(world: RunningWorld, folder: string) {
  return world.run(['mod', 'download', `${path}@${version}`], { cwd: folder });
}

/** Runs with a fault, then without. Returns what the refused run said and left. */
async function refuse(fault: Fault) {
  await using world = await startWorld({ log: largeLog(), faults: [fault] });
  const folder = world.mainModule(goMod);
  const result = await download(world, folder);
  const left = [...world.snapshot().keys()];
  const goSum = existsSync(join(folder, 'go.sum'));
  world.mirror.faults.length = 0;
  const twin = await download(world, folder);
  expect(twin).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(world.downloaded(`${base}.ziphash`), 'utf8')).toBe(sumsOf(victim).zip);
  expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toBe(
    `${path} ${version} ${sumsOf(victim).zip}\n${path} ${version}/go.mod ${sumsOf(victim).mod}\n`,
  );
  return { ...result, left, goSum };
}

/** What proves the go.mod, which was not touched, may stay; of the zip nothing may. */
const isOfZip = (name: string) => !/\/sumdb\/|\.info$|\.mod$|\/list$/.test(name);

describe.concurrent('on the wire', () => {
  test('in the go.mod', async () => {
    const text = victim.files!['go.mod'] as string;
    for (const bit of [0, 8 * text.length - 8, bitAt(text, '1.17')]) {
      const { code, stderr, left, goSum } = await refuse({ path: /v1\.0\.0\.mod$/, flipBit: bit });
      expect(stderr).toContain(`${path}@${version}: verifying go.mod: checksum mismatch\n\tdownloaded: h1:`);
      expect(stderr).toContain(`\tsum.test/db: ${sumsOf(victim).mod}`);
      expect(stderr).toContain('SECURITY ERROR');
      expect([code, left.filter((name) => !isUnproven(name)), goSum]).toEqual([3, [], false]);
    }
  });

  test('in the content of the zip, its checksum made right again', async () => {
    const changed = { ...victim.files, 'color.go': 'package color\n\n// Red is a colour.\nconst Red = "rel"\n' };
    const zip = writeZip(Object.entries(changed).map(([name, data]) => ({ name: `${path}@${version}/${name}`, data })));
    const { code, stderr, left, goSum } = await refuse({ path: /v1\.0\.0\.zip$/, body: zip });
    expect(stderr).toContain(`${path}@${version}: verifying module: checksum mismatch\n\tdownloaded: h1:`);
    expect(stderr).toContain(`\tsum.test/db: ${sumsOf(victim).zip}`);
    expect([code, left.filter(isOfZip), goSum]).toEqual([3, [], false]);
  });

  const zip = writeZip(
    Object.entries(victim.files!).map(([name, data]) => ({ name: `${path}@${version}/${name}`, data })),
  );
  const directory = zip.indexOf('PK\x01\x02', 0, 'latin1');
  test.each([
    ['a byte of a file', bitAt(zip, 'Red is')],
    ['a name in a local header', bitAt(zip, 'color.go')],
    ['a name in the directory', 8 * zip.indexOf('README.md', directory)],
    ['a checksum in the directory', 8 * (directory + 16)],
    ['a size in the directory', 8 * (directory + 24)],
    ['an offset in the directory', 8 * (directory + 42)],
    ['the method in the directory', 8 * (directory + 10)],
    ['the number of entries', 8 * (zip.length - 22 + 10)],
    ['the signature of the end', 8 * (zip.length - 22)],
    ['the signature of the first entry', 0],
  ])('in the zip: %s', async (_, bit) => {
    const { code, stderr, left, goSum } = await refuse({ path: /v1\.0\.0\.zip$/, flipBit: bit });
    expect(stderr).toContain(`${path}@${version}: verifying module: checksum mismatch\n\tdownloaded: `);
    expect(stderr).toContain(`\tsum.test/db: ${sumsOf(victim).zip}`);
    expect([code, left.filter(isOfZip), goSum]).toEqual([3, [], false]);
  });

  const answer = Buffer.from(largeLog().respond(`/lookup/example.com/!shade/!color@${version}`).body).toString();
  const root = answer.split('\n').find((_, i, lines) => lines[i - 2]?.startsWith('go.sum database tree'))!;
  const signature = answer.split(' ').at(-1)!;
  test.each([
    ['the number', bitAt(answer, '1\n'), /cannot authenticate record data/],
    ['the hash of the zip', letterAt(answer, sumsOf(victim).zip.slice(5)), /cannot authenticate record data/],
    ['the hash of the go.mod', letterAt(answer, sumsOf(victim).mod.slice(5)), /cannot authenticate record data/],
    ['the path', bitAt(answer, 'Color'), /cannot authenticate record data/],
    ['the size of the tree', bitAt(answer, '621'), /invalid signature for key sum\.test\/db/],
    ['the root of the tree', letterAt(answer, root.slice(3)), /invalid signature for key sum\.test\/db/],
    ['the signature', letterAt(answer, signature.slice(20)), /invalid signature for key sum\.test\/db/],
  ])('in the record: %s', async (_, bit, words) => {
    const { code, stderr, left, goSum } = await refuse({ path: '/lookup/', flipBit: bit });
    expect(stderr).toMatch(words);
    expect([code, left.filter((name) => !isUnproven(name)), goSum]).toEqual([3, [], false]);
  });

  test('in the record: anywhere', async () => {
    for (let bit = 5; bit < 8 * Buffer.byteLength(answer); bit += 613) {
      const { code, left, goSum } = await refuse({ path: '/lookup/', flipBit: bit });
      expect([bit, [1, 3].includes(code), left.filter((name) => !isUnproven(name)), goSum]).toEqual([
        bit,
        true,
        [],
        false,
      ]);
    }
  });

  test.each([
    ['a whole tile, in the asked hash', 'tile/8/0/000', 8 * 32 * 1],
    ['a whole tile, in another hash', 'tile/8/0/000', 8 * 32 * 200 + 77],
    ['the partial tile at the right edge', 'tile/8/0/002.p/109', 8 * 32 * 50],
    ['the tile of level 1', 'tile/8/1/000.p/2', 8 * 32],
  ])('in %s', async (_, tile, bit) => {
    const { code, stderr, left, goSum } = await refuse({ path: new RegExp(`${tile}$`), flipBit: bit });
    expect(stderr).toContain(`${path}@${version}: verifying go.mod: `);
    expect(stderr).toMatch(/tile|authenticate|tree/);
    expect([code, left.filter((name) => !isUnproven(name)), goSum]).toEqual([3, [], false]);
  });

  test('in a tile that proves the growth of a log seen before', async () => {
    await using world = await startWorld();
    const folder = world.mainModule(goMod);
    await world.run(['mod', 'download', 'example.com/words@v0.3.0'], { cwd: folder });
    const before = world.snapshot();
    world.log.pad(600);
    world.mirror.faults.push({ path: /tile\/8\/0\/000$/, flipBit: 8 * 32 * 3 });
    const { code } = await download(world, folder);
    const after = world.snapshot();
    expect(code).toBe(3);
    expect([...after.keys()].filter((name) => !before.has(name) && !isUnproven(name))).toEqual([]);
    for (const [name, content] of before) expect([name, after.get(name)]).toEqual([name, content]);
    world.mirror.faults.length = 0;
    expect(await download(world, folder)).toMatchObject({ code: 0 });
    expect(world.snapshot().get('pkg/sumdb/sum.test/db/latest')).toContain(`\n${world.log.texts.length}\n`);
  });
});

describe.concurrent('in go.sum', () => {
  const { zip, mod } = sumsOf(victim);
  const lines = `${path} ${version} ${zip}\n${path} ${version}/go.mod ${mod}\n`;
  test.each([
    ['the hash of the zip', letterAt(lines, zip.slice(6)), `verifying ${path}@${version}: checksum mismatch`],
    ['the hash of the go.mod', letterAt(lines, mod.slice(6)), `verifying ${path}@${version}/go.mod: checksum mismatch`],
  ])('%s', async (_, bit, words) => {
    await using world = await startWorld();
    const folder = world.mainModule({
      'go.mod': goMod,
      'go.sum': lines,
    });
    const file = join(folder, 'go.sum');
    flip(file, bit);
    const flipped = readFileSync(file, 'utf8');
    const { code, stderr } = await download(world, folder);
    expect([code, stderr.includes(words)]).toEqual([3, true]);
    expect(stderr).toMatch(/\n\tdownloaded: h1:\S{44}\n\tgo\.sum: {5}h1:\S{44}\n/);
    expect(readFileSync(file, 'utf8')).toBe(flipped);
    const kept = [...world.snapshot().keys()].filter((name) => !/\.info$|\.mod$|\/list$/.test(name));
    expect(kept).toEqual([]); // go.sum decided: the database was not asked
    writeFileSync(file, lines);
    expect(await download(world, folder)).toMatchObject({ code: 0 });
  });
});

describe.concurrent('in what the cache holds', () => {
  /** A world with everything downloaded, and a main module with its go.sum. */
  async function filled() {
    const world = await startWorld({ log: largeLog() });
    const folder = world.mainModule(goMod);
    expect(await world.run(['mod', 'download', 'all'], { cwd: folder })).toMatchObject({ code: 0 });
    return { world, folder };
  }
  const tile = 'sumdb/sum.test/db/tile/8/0/000';
  const lookup = `sumdb/sum.test/db/lookup/example.com/!shade/!color@${version}`;

  test.each([
    ['a tile', tile, 8 * 32 + 3],
    ['a record', lookup, 8 * 40],
  ])('%s: it is asked for again, and refused when that is false too', async (_, name, bit) => {
    const { world, folder } = await filled();
    await using _world = world;
    const file = world.downloaded(name);
    const good = readFileSync(file);
    await removeTree(world.downloaded('example.com'));
    writeFileSync(join(folder, 'go.sum'), '');
    flip(file, bit);
    world.mirror.faults.push({ path: name.replace('sumdb/sum.test/db/', ''), flipBit: bit });
    expect(await download(world, folder)).toMatchObject({ code: 3 });
    expect(existsSync(world.downloaded(`${base}.mod`))).toBe(false);
    expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toBe('');
    world.mirror.faults.length = 0;
    expect(await download(world, folder)).toMatchObject({ code: 0 });
    expect(readFileSync(file).equals(good)).toBe(true);
  });

  test('a go.mod, against go.sum', async () => {
    const { world, folder } = await filled();
    await using _world = world;
    const file = world.downloaded(`${base}.mod`);
    flip(file, 8 * 10);
    for (const args of [['resolve'], ['list', '-m', 'all'], ['mod', 'graph']]) {
      const { code, stdout, stderr } = await world.run(args, { cwd: folder });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain(`verifying ${path}@${version}/go.mod: checksum mismatch`);
    }
    flip(file, 8 * 10);
    expect(await world.run(['resolve'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test('a go.mod, against the log, where there is no go.sum', async () => {
    const { world } = await filled();
    await using _world = world;
    flip(world.downloaded(`${base}.mod`), 8 * 10);
    expect(await world.run(['resolve', `${path}@${version}`])).toMatchObject({ code: 3, stdout: '' });
  });

  test.each([
    ['a zip', `cache/download/${base}.zip`, 'zip has been modified'],
    ['a folder', 'example.com/!shade/!color@v1.0.0/color.go', 'dir has been modified'],
    ['a recorded hash', `cache/download/${base}.ziphash`, 'zip has been modified'],
  ])('%s: mod verify', async (_, name, words) => {
    const { world, folder } = await filled();
    await using _world = world;
    const file = join(world.modcache, name);
    const bit = name.endsWith('.zip') ? bitAt(readFileSync(file), 'Red is') : 8 * 20;
    flip(file, bit);
    const { code, stdout, stderr } = await world.run(['mod', 'verify'], { cwd: folder });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`tsgoget: ${path} ${version}: ${words} (${world.modcache}`);
    flip(file, bit);
    expect(await world.run(['mod', 'verify'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test('the tree head: nothing is believed until a person mends it', async () => {
    const { world, folder } = await filled();
    await using _world = world;
    const file = join(world.gopath, 'pkg/sumdb/sum.test/db/latest');
    const note = readFileSync(file, 'utf8');
    flip(file, letterAt(note, note.split(' ').at(-1)!.slice(20)));
    const damaged = readFileSync(file, 'utf8');
    const { code, stderr } = await world.run(['mod', 'download', 'example.com/words@v0.3.0'], { cwd: folder });
    expect(code).toBe(1); // the log is not to blame
    expect(stderr).toContain(file);
    expect(stderr).toContain('hint: to mend it, remove ');
    expect(readFileSync(file, 'utf8')).toBe(damaged);
    expect(existsSync(world.downloaded('example.com/words/@v/v0.3.0.mod'))).toBe(false);
    writeFileSync(file, note);
    expect(await world.run(['mod', 'download', 'example.com/words@v0.3.0'], { cwd: folder })).toMatchObject({
      code: 0,
    });
  });
});
