import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  edgeTiles,
  fullTile,
  parseTilePath,
  slotOfNode,
  slotOfParent,
  subtreesOf,
  type Tile,
  tileAt,
  tilePath,
} from '../../src/tlog/index.js';

const tiles = fc
  .record({
    height: fc.integer({ min: 1, max: 30 }),
    level: fc.integer({ min: -1, max: 63 }),
    index: fc.maxSafeNat(),
    w: fc.nat(),
  })
  .map(({ height, level, index, w }): Tile => ({ height, level, index, width: 1 + (w % 2 ** height) }));

describe('tile paths', () => {
  test.each<[Tile, string]>([
    [{ height: 3, level: 4, index: 1234067, width: 1 }, 'tile/3/4/x001/x234/067.p/1'],
    [{ height: 3, level: 4, index: 1234067, width: 8 }, 'tile/3/4/x001/x234/067'],
    [{ height: 8, level: 0, index: 0, width: 256 }, 'tile/8/0/000'],
    [{ height: 8, level: 1, index: 1000, width: 255 }, 'tile/8/1/x001/000.p/255'],
    [{ height: 8, level: -1, index: 5, width: 256 }, 'tile/8/data/005'],
    [{ height: 1, level: 63, index: 2 ** 53 - 1, width: 1 }, 'tile/1/63/x009/x007/x199/x254/x740/991.p/1'],
  ])('%o is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  test('property: parse is the inverse of format, at every height', () => {
    fc.assert(fc.property(tiles, (tile) => void expect(parseTilePath(tilePath(tile))).toEqual(tile)));
  });

  test.each([
    '',
    'tile',
    '/tile/8/0/000',
    'tile/8/0/000/',
    'tile/8/0/0',
    'tile/8/0/0000',
    'tile/8/0/x000/001',
    'tile/8/0/001/001',
    'tile/8/0/x001/x001',
    'tile/8/00/000',
    'tile/08/0/000',
    'tile/0/0/000',
    'tile/31/0/000',
    'tile/8/64/000',
    'tile/8/-1/000',
    'tile/8/0/000.p/0',
    'tile/8/0/000.p/256',
    'tile/8/0/000.p/01',
    'tile/8/0/000.p/-1',
    'tile/8/0/000.p/',
    'tile/8/0/-01',
    'tile/8/0/+01',
    'tile/8/0/0x1',
    'tile/8/0/x999/x999/x999/x999/x999/999',
    'tile/8/0/x001/x001/x001/x001/x001/x001/001',
    'tile/8/0/000\n',
    'tile/8/0/٠٠٠',
    'tile/8/0/..%2f',
  ])('%j is no tile', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'invalid-path' }));
  });
});

describe('tiles of a tree', () => {
  test('a tile is as wide as the tree lets it be', () => {
    expect(tileAt(300, 8, 0, 0)).toMatchObject({ width: 256 });
    expect(tileAt(300, 8, 0, 1)).toMatchObject({ width: 44 });
    expect(tileAt(300, 8, 0, 2)).toBeUndefined();
    expect(tileAt(300, 8, 1, 0)).toMatchObject({ width: 1 });
    expect(tileAt(300, 8, 2, 0)).toBeUndefined();
    expect(tileAt(300, 8, -1, 1)).toMatchObject({ width: 44 });
    expect(tileAt(2 ** 40, 8, 0, 2 ** 32 - 1)).toMatchObject({ width: 256 });
    expect(tileAt(2 ** 40, 8, 0, 2 ** 32)).toBeUndefined();
    expect(fullTile(tileAt(300, 8, 0, 1)!).width).toBe(256);
  });

  test('A2: the edge of a tree has one tile for each non-zero digit of its size, not one for each bit', () => {
    const paths = (size: number, height: number) => edgeTiles(size, height).map(tilePath);
    expect(paths(0, 8)).toEqual([]);
    expect(paths(256, 8)).toEqual(['tile/8/1/000.p/1']);
    expect(paths(768, 8)).toEqual(['tile/8/1/000.p/3']);
    expect(paths(3 * 65536, 8)).toEqual(['tile/8/2/000.p/3']);
    expect(paths(7 * 65536 + 5, 8)).toEqual(['tile/8/0/x001/792.p/5', 'tile/8/2/000.p/7']);
    expect(paths(15, 2)).toEqual(['tile/2/0/003.p/3', 'tile/2/1/000.p/3']);
    expect(paths(Number.MAX_SAFE_INTEGER, 8)).toHaveLength(7);
  });

  test('property: every subtree of a size stands in an edge tile, and every full tile has a parent in the tree', () => {
    const args = [fc.maxSafeNat(), fc.constantFrom(1, 2, 4, 8, 13, 30), fc.maxSafeNat()] as const;
    fc.assert(
      fc.property(...args, (size, height, r) => {
        const edge = new Set(edgeTiles(size, height).map((t) => `${t.level}/${t.index}`));
        for (const node of subtreesOf({ start: 0, end: size })) {
          const slot = slotOfNode(node, height);
          expect(edge).toContain(`${slot.level}/${slot.index}`);
          expect(slot.start + slot.count).toBeLessThanOrEqual(tileAt(size, height, slot.level, slot.index)!.width);
        }
        const tile = tileAt(size, height, 0, Math.floor((r % Math.max(size, 1)) / 2 ** height));
        if (tile?.width !== 2 ** height) return;
        const parent = slotOfParent(tile);
        expect(parent.count).toBe(1);
        expect(tileAt(size, height, parent.level, parent.index)!.width).toBeGreaterThan(parent.start);
      }),
    );
  });
});
