import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  AuthenticTree,
  emptyTreeHash,
  formatHash,
  type Hash,
  parseTilePath,
  recordHash,
  slotOfParent,
  subtreeRows,
  type Tile,
  type TileCopy,
  tileAt,
  tilePath,
} from '../../src/tlog/index.js';
import { MemoryTree } from '../support/fixture-log.js';
import { SparseTree } from '../support/sparse-tree.js';

const leaf = (i: number) => recordHash(encodeUtf8(`record ${i}\n`));
const big = new MemoryTree();
for (let i = 0; i < 2000; i++) big.add(leaf(i));

const badProof = expect.objectContaining({ code: 'bad-proof' });

/** A log whose tiles can be replaced, and which notes what was asked and in which round. */
class TestSource {
  readonly asked: string[] = [];
  readonly forged = new Map<string, Uint8Array>();
  rounds = 0;
  #waiting: (() => void)[] = [];
  readonly #tile: (tile: Tile) => Uint8Array | undefined;

  constructor(tile: (tile: Tile) => Uint8Array | undefined) {
    this.#tile = tile;
  }

  async read(tile: Tile): Promise<TileCopy> {
    const path = tilePath(tile);
    this.asked.push(path);
    if (this.#waiting.length === 0) {
      setImmediate(() => {
        this.rounds++;
        for (const answer of this.#waiting.splice(0)) answer();
      });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const bytes = this.forged.get(path) ?? this.#tile(tile);
    if (!bytes) throw new Error(`no ${path}`);
    return { bytes };
  }

  flip(path: string, bit: number): void {
    const bytes = Uint8Array.from(this.#tile(parseTilePath(path))!);
    bytes[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
    this.forged.set(path, bytes);
  }
}

const treeOf = (size: number, height: number, source: TestSource) =>
  new AuthenticTree({ size, hash: big.root(size) }, height, source);
const sourceOf = (tree: MemoryTree) => new TestSource((tile) => tree.tile(tile));

describe('authentic tree', () => {
  test.each([1, 2, 4, 8])('every record and every older tree is read, height %d', async (height) => {
    for (const size of [1, 2, 3, 15, 16, 17, 255, 256, 257, 768, 1999]) {
      const tree = treeOf(size, height, sourceOf(big));
      for (let i = 0; i < size; i += Math.ceil(size / 37)) expect(await tree.recordHash(i)).toEqual(leaf(i));
      for (let m = 0; m <= size; m += Math.ceil(size / 29)) {
        expect(await tree.rangeHash({ start: 0, end: m })).toEqual(big.root(m));
      }
      expect(await tree.rangeHash({ start: 0, end: size })).toEqual(big.root(size));
    }
  });

  test('the tiles of an answer are asked for in one round', async () => {
    for (const height of [1, 2, 4]) {
      const source = sourceOf(big);
      const tree = treeOf(1999, height, source);
      await Promise.all([tree.recordHash(3), tree.rangeHash({ start: 0, end: 1234 })]);
      expect(source.rounds).toBe(1);
      expect(new Set(source.asked).size).toBe(source.asked.length);
    }
  });

  test.each([-1, 20, 21, 0.5, Number.NaN, 2 ** 53])('record %d is not in a tree of size 20', async (index) => {
    await expect(treeOf(20, 2, sourceOf(big)).recordHash(index)).rejects.toThrow(badProof);
  });

  test('no range beyond the tree', async () => {
    await expect(treeOf(20, 2, sourceOf(big)).rangeHash({ start: 0, end: 21 })).rejects.toThrow(badProof);
  });

  test('the empty tree has one hash', async () => {
    const source = sourceOf(big);
    expect(
      await new AuthenticTree({ size: 0, hash: emptyTreeHash }, 8, source).rangeHash({ start: 0, end: 0 }),
    ).toEqual(emptyTreeHash);
    expect(() => new AuthenticTree({ size: 0, hash: leaf(0) }, 8, source)).toThrow(badProof);
    await expect(new AuthenticTree({ size: 0, hash: emptyTreeHash }, 8, source).recordHash(0)).rejects.toThrow(
      badProof,
    );
    expect(source.asked).toEqual([]);
  });

  describe('A2: CVE-2026-56865: forged tiles', () => {
    const shapes: [number, number][] = [
      [256, 8],
      [768, 8],
      [1792, 8],
      [3 * 16, 2],
      [7 * 16, 2],
      [3 * 256, 4],
      [7 * 256, 4],
      [7 * 256 + 5, 4],
      [3 * 4, 1],
      [7 * 128, 1],
      [1023, 1],
    ];

    test.each(shapes)('tree of %d records, height %d: one flipped bit in each tile in turn', async (size, height) => {
      for (const i of [0, Math.floor(size / 2), size - 1]) {
        const honest = sourceOf(big);
        await treeOf(size, height, honest).recordHash(i);
        for (const [n, path] of honest.asked.entries()) {
          const source = sourceOf(big);
          source.flip(path, n * 31 + i);
          const tree = treeOf(size, height, source);
          await expect(tree.recordHash(i), `${path} for record ${i}`).rejects.toThrow(badProof);
          expect([...tree.proven.keys()]).not.toContain(path);
        }
      }
    });

    test.each(shapes)('tree of %d records, height %d: the same for older trees', async (size, height) => {
      for (const m of [1, Math.floor(size / 3) + 1, size - 1]) {
        const honest = sourceOf(big);
        await treeOf(size, height, honest).rangeHash({ start: 0, end: m });
        for (const [n, path] of honest.asked.entries()) {
          const source = sourceOf(big);
          source.flip(path, n * 57 + m);
          await expect(treeOf(size, height, source).rangeHash({ start: 0, end: m }), path).rejects.toThrow(badProof);
        }
      }
    });

    test('a record forged with all the tiles above it, consistently, up to any tile below the edge', async () => {
      for (const [size, height] of shapes) {
        const index = 1;
        let level = 0;
        let at = Math.floor(index / 2 ** height);
        const source = sourceOf(big);
        let slot = index % 2 ** height;
        let hash: Hash = recordHash(encodeUtf8('forged\n'));
        for (let tile = tileAt(size, height, level, at); tile?.width === 2 ** height; ) {
          const forged = Uint8Array.from(source.forged.get(tilePath(tile)) ?? big.tile(tile)!);
          forged.set(hash, slot * 32);
          source.forged.set(tilePath(tile), forged);
          await expect(treeOf(size, height, source).recordHash(index), tilePath(tile)).rejects.toThrow(badProof);
          hash = subtreeRows(forged).at(-1)!;
          ({ start: slot, index: at } = slotOfParent(tile));
          tile = tileAt(size, height, ++level, at);
        }
        expect(source.forged.size, `${size} at height ${height} has full tiles above a record`).toBeGreaterThan(0);
      }
    });

    test('property: random sizes, heights and records', async () => {
      const args = [
        fc.integer({ min: 1, max: 2000 }),
        fc.constantFrom(1, 2, 4, 8),
        fc.nat(),
        fc.nat(),
        fc.nat(),
      ] as const;
      await fc.assert(
        fc.asyncProperty(...args, async (size, height, r, t, bit) => {
          const honest = sourceOf(big);
          expect(await treeOf(size, height, honest).recordHash(r % size)).toEqual(leaf(r % size));
          const source = sourceOf(big);
          source.flip(honest.asked[t % honest.asked.length]!, bit % 2 ** 31);
          await expect(treeOf(size, height, source).recordHash(r % size)).rejects.toThrow(badProof);
        }),
      );
    });

    test('a tile of another length is refused, and so is one that only begins right', async () => {
      for (const change of [
        (b: Uint8Array) => b.slice(0, -1),
        (b: Uint8Array) => b.slice(0, -32),
        (b: Uint8Array) => Uint8Array.from([...b, ...b.slice(0, 32)]),
        () => new Uint8Array(0),
      ]) {
        for (const path of ['tile/2/0/003.p/3', 'tile/2/0/001', 'tile/2/1/000.p/3']) {
          const source = sourceOf(big);
          source.forged.set(path, change(big.tile(parseTilePath(path))!));
          await expect(treeOf(15, 2, source).recordHash(5)).rejects.toThrow(/bytes/);
        }
      }
    });

    test('another tree’s tiles do not pass', async () => {
      const other = new MemoryTree();
      for (let i = 0; i < 2000; i++) other.add(leaf(i === 900 ? -1 : i));
      for (const height of [1, 2, 4, 8]) {
        await expect(treeOf(2000, height, sourceOf(other)).recordHash(3)).rejects.toThrow(badProof);
      }
    });
  });

  test('a refuted stored tile is dropped and read again; a refuted one of the log is not', async () => {
    for (const path of ['tile/4/0/003', 'tile/4/1/001', 'tile/4/0/031.p/4', 'tile/4/1/001.p/15', 'tile/4/2/000.p/1']) {
      const source = sourceOf(big);
      let dropped = 0;
      const stored = {
        read: async (tile: Tile): Promise<TileCopy> => {
          const copy = await source.read(tile);
          if (tilePath(tile) !== path) return copy;
          return {
            bytes: copy.bytes.map((b, i) => (i === 20 ? b ^ 1 : b)),
            again: async () => {
              dropped++;
              return copy;
            },
          };
        },
      };
      const tree = new AuthenticTree({ size: 500, hash: big.root(500) }, 4, stored);
      expect(await tree.recordHash(50)).toEqual(leaf(50));
      expect(await tree.recordHash(499)).toEqual(leaf(499));
      const asked = source.asked.includes(path);
      expect(dropped).toBe(asked ? 1 : 0);
    }
  });

  test('an outage is forgotten, a refutation is not', async () => {
    let fail = true;
    const source = sourceOf(big);
    const flaky = {
      read: (tile: Tile) => (fail ? Promise.reject(new Error('outage')) : source.read(tile)),
    };
    const tree = new AuthenticTree({ size: 500, hash: big.root(500) }, 4, flaky);
    await expect(tree.recordHash(50)).rejects.toThrow('outage');
    fail = false;
    expect(await tree.recordHash(50)).toEqual(leaf(50));

    source.flip('tile/4/0/007', 9);
    await expect(tree.recordHash(120)).rejects.toThrow(badProof);
    source.forged.clear();
    await expect(tree.recordHash(120)).rejects.toThrow(badProof);
  });

  test.each([2 ** 32 + 5, 2 ** 40 + 2 ** 33 + 77, 3 * 2 ** 48, Number.MAX_SAFE_INTEGER])(
    'A24: a tree of %d records',
    async (size) => {
      const id = size - Math.floor(size / 3);
      const sparse = new SparseTree(new Map([[id, leaf(1)]]));
      const source = new TestSource((tile) => sparse.tile(tile));
      const tree = new AuthenticTree({ size, hash: sparse.rangeHash({ start: 0, end: size }) }, 8, source);
      expect(await tree.recordHash(id)).toEqual(leaf(1));
      expect(formatHash(await tree.rangeHash({ start: 0, end: id + 1 }))).toBe(
        formatHash(sparse.rangeHash({ start: 0, end: id + 1 })),
      );
      for (const path of new Set(source.asked)) {
        const forged = new TestSource((tile) => sparse.tile(tile));
        forged.flip(path, 5);
        const other = new AuthenticTree(tree.head, 8, forged);
        await expect(Promise.all([other.recordHash(id), other.rangeHash({ start: 0, end: id + 1 })])).rejects.toThrow(
          badProof,
        );
      }
    },
  );
});
