import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CacheDir } from '../../src/sumdb/cache-dir.js';
import { DiskTiles } from '../../src/sumdb/disk-tiles.js';
import { parseTilePath, type Tile, tilePath } from '../../src/tlog/index.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();
const bytesOf = (tile: Tile, seed = 1) => Uint8Array.from({ length: tile.width * 32 }, (_, i) => (i * seed) % 251);
const bytesAt = (path: string, seed?: number) => bytesOf(parseTilePath(path), seed);

/** A cache folder over a source that has every tile. */
function open(dir = newDir()) {
  const asked: string[] = [];
  const below = {
    read: async (tile: Tile) => {
      asked.push(tilePath(tile));
      return { bytes: bytesOf(tile) };
    },
  };
  const tiles = new DiskTiles(new CacheDir(dir), below);
  const file = (path: string) => join(dir, ...path.split('/'));
  const store = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(file(path)), { recursive: true });
    writeFileSync(file(path), bytes);
  };
  return { dir, asked, tiles, file, store, read: (path: string) => tiles.read(parseTilePath(path)) };
}

const whole = 'tile/8/0/001';
const partial = 'tile/8/0/001.p/7';

test('what is not stored is asked for below, each time, and not stored by that', async () => {
  const { asked, dir, read } = open();
  expect(await read(whole)).toEqual({ bytes: bytesAt(whole) });
  await read(whole);
  expect(asked).toEqual([whole, whole]);
  expect(existsSync(join(dir, 'tile'))).toBe(false);
});

test('what was saved is read by the next run, and nothing asked for', async () => {
  const first = open();
  await first.tiles.save(new Map([[whole, bytesAt(whole, 3)]]));
  const { asked, read } = open(first.dir);
  expect(Uint8Array.from((await read(whole)).bytes)).toEqual(bytesAt(whole, 3));
  expect(asked).toEqual([]);
});

test('a stored full tile serves for a partial one; a stored partial one comes first', async () => {
  const { asked, read, store } = open();
  store(whole, bytesAt(whole, 3));
  expect(Uint8Array.from((await read(partial)).bytes)).toEqual(bytesAt(partial, 3));
  store(partial, bytesAt(partial, 5));
  expect(Uint8Array.from((await read(partial)).bytes)).toEqual(bytesAt(partial, 5));
  expect(asked).toEqual([]);
});

test.each([0, 31, 8191, 8193])('a stored file of %d bytes is no full tile', async (length) => {
  const { asked, read, store } = open();
  store(whole, new Uint8Array(length));
  expect(await read(whole)).toEqual({ bytes: bytesAt(whole) });
  expect(asked).toEqual([whole]);
});

test.each([whole, partial])('a refuted copy is dropped from the folder, and asked for below: %s', async (path) => {
  const { asked, file, read, store } = open();
  store(path, bytesAt(path, 3));
  const { again } = await read(path);
  expect(await again!()).toEqual({ bytes: bytesAt(path) });
  expect([asked, existsSync(file(path))]).toEqual([[path], false]);
});

test('of a full tile that was refuted in place of a partial one the full file goes, and the partial one is asked for', async () => {
  const { asked, file, read, store } = open();
  store(whole, bytesAt(whole, 3));
  const { again } = await read(partial);
  expect((await again!()).bytes).toEqual(bytesAt(partial));
  expect([asked, existsSync(file(whole))]).toEqual([[partial], false]);
});

test('what came from the folder, or was written, needs no write; what was asked for again does', async () => {
  const { file, read, store, tiles } = open();
  const isWritten = async (path: string) => {
    rmSync(file(path), { force: true });
    const proven = new Map([[path, bytesAt(path)]]);
    await tiles.save(proven);
    expect(proven.size).toBe(0);
    return existsSync(file(path)) && readFileSync(file(path)).equals(bytesAt(path));
  };
  store(whole, bytesAt(whole, 3));
  const { again } = await read(whole);
  expect(await isWritten(whole)).toBe(false);
  await again!();
  expect(await isWritten(whole)).toBe(true);
  expect(await isWritten(whole)).toBe(false);
});
