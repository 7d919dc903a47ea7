import { expect, test } from 'vitest';
import { MemoryTiles } from '../../src/sumdb/memory-tiles.js';
import { parseTilePath, type Tile, type TileCopy, tilePath } from '../../src/tlog/index.js';

const copyOf = (tile: Tile, first = 0): TileCopy => ({
  bytes: Uint8Array.from({ length: tile.width * 32 }, (_, i) => (i === 0 ? first : i % 251)),
});

/** A memory over a source that gives every tile, or what `answer` says. */
function open(answer: (tile: Tile) => Promise<TileCopy> = async (tile) => copyOf(tile)) {
  const asked: string[] = [];
  const tiles = new MemoryTiles({
    read: (tile) => {
      asked.push(tilePath(tile));
      return answer(tile);
    },
  });
  return { asked, read: (path: string) => tiles.read(parseTilePath(path)) };
}

const whole = 'tile/8/0/001';
const partial = 'tile/8/0/001.p/7';

test('a tile is asked for once, by many at a time and later', async () => {
  const { asked, read } = open();
  const [a, b] = await Promise.all([read(whole), read(whole)]);
  expect([a.bytes, (await read(whole)).bytes]).toEqual([b.bytes, b.bytes]);
  await read('tile/8/0/002');
  await read('tile/8/1/001');
  expect(asked).toEqual([whole, 'tile/8/0/002', 'tile/8/1/001']);
});

test('a partial tile is taken from the full one that is known, or on its way; not the other way round', async () => {
  const { asked, read } = open();
  const [full, beginning] = await Promise.all([read(whole), read(partial)]);
  expect(beginning.bytes).toEqual(full.bytes.subarray(0, 224));
  await read('tile/8/0/001.p/9');
  expect(asked).toEqual([whole]);
  await read('tile/8/0/002.p/7');
  await read('tile/8/0/002');
  expect(asked.slice(1)).toEqual(['tile/8/0/002.p/7', 'tile/8/0/002']);
});

test('a failure is forgotten, once all who waited have it', async () => {
  let isDown = true;
  const { asked, read } = open(async (tile) => (isDown ? Promise.reject(new Error('down')) : copyOf(tile)));
  const failed = await Promise.allSettled([read(whole), read(whole)]);
  expect([failed.map((f) => f.status), asked]).toEqual([['rejected', 'rejected'], [whole]]);
  isDown = false;
  await read(whole);
  expect(asked).toEqual([whole, whole]);
});

test('who waits for the beginning of a full tile that does not come has the partial one asked for, once', async () => {
  const { asked, read } = open(async (tile) => (tile.width === 256 ? Promise.reject(new Error('none')) : copyOf(tile)));
  const full = read(whole);
  const [a, b] = await Promise.all([read(partial), read(partial), full.catch(() => {})]);
  expect([a.bytes, b.bytes]).toEqual([copyOf(parseTilePath(partial)).bytes, a.bytes]);
  expect(asked).toEqual([whole, partial]);
});

/** Gives first what an earlier run has stored, which is false. */
function storedFalse() {
  let renewed = 0;
  const { asked, read } = open(async (tile) => ({
    ...copyOf(tile, 9),
    again: async () => {
      renewed++;
      return copyOf(tile);
    },
  }));
  return { asked, read, renewals: () => renewed };
}

test('what took the place of a refuted copy is what is remembered; several ask for it at once, and it is read once', async () => {
  const { asked, read, renewals } = storedFalse();
  const [first, second] = [await read(whole), await read(whole)];
  expect(first.bytes[0]).toBe(9);
  const [a, b] = await Promise.all([first.again!(), second.again!()]);
  expect([a, b]).toEqual([copyOf(parseTilePath(whole)), a]);
  expect(await read(whole)).toEqual(a);
  expect([asked, renewals()]).toEqual([[whole], 1]);
});

test('so it is when the beginning of the full tile was refuted', async () => {
  const { read, renewals } = storedFalse();
  await read(whole);
  const { again } = await read(partial);
  expect(await again!()).toEqual({ bytes: copyOf(parseTilePath(whole)).bytes.subarray(0, 224) });
  expect((await read(whole)).bytes[0]).toBe(0);
  expect(renewals()).toBe(1);
});
