import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { checkMultiproof, proveRecords } from '../../src/proof/index.js';
import { type Hash, proveRecord, recordHash } from '../../src/tlog/index.js';
import { MemoryTree } from '../support/fixture-log.js';
import { SparseTree } from '../support/sparse-tree.js';

const leaf = (i: number) => recordHash(encodeUtf8(`record ${i}\n`));
function treeOf(size: number): MemoryTree {
  const tree = new MemoryTree();
  for (let i = 0; i < size; i++) tree.add(leaf(i));
  return tree;
}
const refuted = expect.objectContaining({ code: 'bad-proof' });
const flipped = (hash: Hash, bit: number) => {
  const copy = Uint8Array.from(hash);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};

const treeAndIds = fc
  .integer({ min: 1, max: 300 })
  .chain((size) => fc.tuple(fc.constant(size), fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 40 })))
  .map(([size, ids]) => ({ size, ids: ids.sort((a, b) => a - b) }));

describe('a proof of many records', () => {
  test('property: proves exactly those records', () => {
    fc.assert(
      fc.property(treeAndIds, fc.nat(), fc.nat(), ({ size, ids }, pick, bit) => {
        const tree = treeOf(size);
        const hashes = ids.map(leaf);
        const root = tree.root();
        const proof = proveRecords(ids, size, (range) => tree.rangeHash(range));
        checkMultiproof(proof, { size, hash: root }, ids, hashes);
        const check = (change: { proof?: Hash[]; size?: number; root?: Hash; ids?: number[]; hashes?: Hash[] }) => () =>
          checkMultiproof(
            change.proof ?? proof,
            { size: change.size ?? size, hash: change.root ?? root },
            change.ids ?? ids,
            change.hashes ?? hashes,
          );
        const at = pick % ids.length;
        expect(check({ root: flipped(root, bit % 256) })).toThrow(refuted);
        expect(check({ hashes: hashes.with(at, flipped(hashes[at]!, bit % 256)) })).toThrow(refuted);
        expect(check({ proof: [...proof, root] })).toThrow(refuted);
        expect(
          check({ ids: ids.toReversed().concat(ids[0]!).slice(0, ids.length), hashes: hashes.toReversed() }),
        ).toSatisfy((f: () => void) => ids.length === 1 || throws(f));
        if (proof.length > 0) {
          const p = pick % proof.length;
          expect(check({ proof: proof.with(p, flipped(proof[p]!, bit % 256)) })).toThrow(refuted);
          expect(check({ proof: proof.toSpliced(p, 1) })).toThrow(refuted);
          if (p > 0) expect(check({ proof: proof.with(p, proof[p - 1]!).with(p - 1, proof[p]!) })).toThrow(refuted);
        }
        if (ids[at]! + 1 < size && !ids.includes(ids[at]! + 1)) {
          expect(check({ ids: ids.with(at, ids[at]! + 1) })).toThrow(refuted);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('property: has no hash twice, none that the others give, and never more than the single proofs together', () => {
    fc.assert(
      fc.property(treeAndIds, ({ size, ids }) => {
        const tree = treeOf(size);
        const name = ({ start, end }: { start: number; end: number }) => `${start}-${end}`;
        const ranges = proveRecords(ids, size, (range) => range);
        const single = new Set(ids.flatMap((id) => proveRecord(id, size, name)));
        expect(new Set(ranges.map(name)).size).toBe(ranges.length);
        for (const range of ranges) {
          expect(single).toContain(name(range));
          expect(ids.some((id) => id >= range.start && id < range.end)).toBe(false);
        }
        const covered = ranges.reduce((n, { start, end }) => n + end - start, 0);
        expect(covered + ids.length).toBe(size);
        expect(ranges.map(({ start }) => start)).toEqual(ranges.map(({ start }) => start).sort((a, b) => a - b));
        void tree;
      }),
    );
  });

  test('of one record is its inclusion proof, in the order of the tree', () => {
    const ranges = proveRecords([5], 11, ({ start, end }) => [start, end]);
    expect(ranges).toEqual([
      [0, 4],
      [4, 5],
      [6, 8],
      [8, 11],
    ]);
    expect(new Set(proveRecord(5, 11, ({ start, end }) => `${start}-${end}`))).toEqual(
      new Set(ranges.map(([start, end]) => `${start}-${end}`)),
    );
  });

  test('of all records has no hash, of none neither', () => {
    const tree = treeOf(300);
    const all = Array.from({ length: 300 }, (_, i) => i);
    expect(proveRecords(all, 300, (range) => range)).toEqual([]);
    checkMultiproof([], { size: 300, hash: tree.root() }, all, all.map(leaf));
    expect(proveRecords([], 300, (range) => range)).toEqual([]);
    expect(() => checkMultiproof([tree.root()], { size: 300, hash: tree.root() }, [], [])).toThrow(refuted);
  });

  test.each([
    ['not there', [300]],
    ['twice', [3, 3]],
    ['not in order', [4, 3]],
    ['negative', [-1]],
    ['a fraction', [1.5]],
    ['not a number', [Number.NaN]],
    ['past 2^53', [2 ** 53]],
  ])('records that are %s are refused on both sides', (_, ids) => {
    expect(() => proveRecords(ids, 300, (range) => range)).toThrow(refuted);
    expect(() => checkMultiproof([], { size: 300, hash: leaf(0) }, ids, ids.map(leaf))).toThrow(refuted);
  });

  test.each([2 ** 32 + 257, 2 ** 40 - 1, 2 ** 52 + 2 ** 33 + 3])('in a tree of %d records', (size) => {
    const ids = [0, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 255, size - 1].filter((id) => id < size);
    const tree = new SparseTree(new Map(ids.map((id) => [id, leaf(id)])));
    const root = tree.rangeHash({ start: 0, end: size });
    const proof = proveRecords(ids, size, (range) => tree.rangeHash(range));
    checkMultiproof(proof, { size, hash: root }, ids, ids.map(leaf));
    expect(() => checkMultiproof(proof, { size: size - 2 ** 32, hash: root }, ids, ids.map(leaf))).toThrow(refuted);
    expect(() => checkMultiproof(proof, { size, hash: root }, ids.with(1, 254), ids.map(leaf))).toThrow(refuted);
    expect(() =>
      checkMultiproof(
        proof,
        { size, hash: root },
        ids,
        ids.map((id) => leaf(id % 2 ** 32)),
      ),
    ).toThrow(refuted);
  });
});

function throws(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
