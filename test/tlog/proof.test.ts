import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  checkRecord,
  checkTree,
  emptyTreeHash,
  type Hash,
  hashOfLeaves,
  nodeHash,
  proveRecord,
  proveTree,
  recordHash,
  splitRange,
  subtreeRows,
  subtreesOf,
} from '../../src/tlog/index.js';
import { MemoryTree } from '../support/fixture-log.js';
import { SparseTree } from '../support/sparse-tree.js';

const leaf = (i: number) => recordHash(encodeUtf8(`record ${i}\n`));
const tree = new MemoryTree();
for (let i = 0; i < 600; i++) tree.add(leaf(i));
const range = tree.rangeHash.bind(tree);

/** MTH as RFC 6962 §2.1 defines it, with nothing shared. */
function definition(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return emptyTreeHash;
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(definition(hashes.slice(0, k)), definition(hashes.slice(k)));
}

const flips = (hash: Hash): Hash[] => {
  const all: Hash[] = [];
  for (let bit = 0; bit < 256; bit++) all.push(hash.with(bit >> 3, hash[bit >> 3]! ^ (1 << (bit & 7))));
  return all;
};
const badProof = expect.objectContaining({ code: 'bad-proof' });

describe('Merkle tree', () => {
  test('the hash of neighbouring leaves, as of a tree of them', () => {
    for (const n of [1, 2, 3, 7, 8, 9, 44, 255, 256, 257]) {
      const leaves = Array.from({ length: n }, (_, i) => leaf(i));
      expect(hashOfLeaves(Buffer.concat(leaves))).toEqual(definition(leaves));
    }
  });

  test('hashes are those of RFC 6962: known answers of its test vectors', () => {
    const hex = (hash: Hash) => Buffer.from(hash).toString('hex');
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const small = new MemoryTree();
    expect(hex(small.root())).toBe(roots[0]);
    for (const [i, input] of inputs.entries()) {
      small.add(recordHash(Buffer.from(input, 'hex')));
      expect(hex(small.root())).toBe(roots[i + 1]);
    }
  });

  test('roots are those of the definition at every size', () => {
    for (let n = 0; n <= 130; n++) {
      expect(tree.root(n)).toEqual(definition(Array.from({ length: n }, (_, i) => leaf(i))));
    }
  });

  test('rows have every complete subtree over neighbours', () => {
    for (const n of [1, 2, 3, 7, 8, 255, 256]) {
      const rows = subtreeRows(Buffer.concat(Array.from({ length: n }, (_, i) => leaf(i))));
      expect(rows).toHaveLength(1 + Math.floor(Math.log2(n)));
      for (const [level, row] of rows.entries()) {
        expect(row.length).toBe(Math.floor(n / 2 ** level) * 32);
        for (let index = 0; index < row.length / 32; index++) {
          expect(Buffer.from(tree.node({ level, index })).equals(row.subarray(index * 32, index * 32 + 32))).toBe(true);
        }
      }
    }
  });

  test('rows leave their input alone, a Buffer too', () => {
    const hashes = Buffer.concat([leaf(0), leaf(1)]);
    subtreeRows(hashes);
    expect(hashes.equals(Buffer.concat([leaf(0), leaf(1)]))).toBe(true);
  });

  test('ranges divide into perfect subtrees, exactly up to 2^53-1', () => {
    expect(subtreesOf({ start: 0, end: 7 })).toEqual([
      { level: 2, index: 0 },
      { level: 1, index: 2 },
      { level: 0, index: 6 },
    ]);
    fc.assert(
      fc.property(fc.maxSafeNat(), (end) => {
        const nodes = subtreesOf({ start: 0, end });
        let at = 0;
        for (const { level, index } of nodes) {
          expect(index * 2 ** level).toBe(at);
          at += 2 ** level;
        }
        expect(at).toBe(end);
        expect(new Set(nodes.map((n) => n.level)).size).toBe(nodes.length);
      }),
    );
    expect(splitRange({ start: 0, end: Number.MAX_SAFE_INTEGER })).toBe(2 ** 52);
    expect(splitRange({ start: 0, end: 2 ** 40 })).toBe(2 ** 39);
  });
});

describe('inclusion proofs', () => {
  test('every record of every size up to 70 is proven', () => {
    for (let n = 1; n <= 70; n++) {
      for (let i = 0; i < n; i++) checkRecord(proveRecord(i, n, range), { size: n, hash: tree.root(n) }, i, leaf(i));
    }
  });

  test('property: proofs verify; another record, place, size, root or length is refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 600 }), fc.nat(), fc.nat(), (n, a, b) => {
        const i = a % n;
        const j = (i + 1 + (b % (n - 1))) % n;
        const proof = proveRecord(i, n, range);
        checkRecord(proof, { size: n, hash: tree.root(n) }, i, leaf(i));
        const check = (...args: Parameters<typeof checkRecord>) => expect(() => checkRecord(...args)).toThrow(badProof);
        check(proof, { size: n, hash: tree.root(n) }, i, leaf(j));
        check(proof, { size: n, hash: tree.root(n) }, j, leaf(i));
        check(proof, { size: n, hash: tree.root(n - 1) }, i, leaf(i));
        check(proof.slice(1), { size: n, hash: tree.root(n) }, i, leaf(i));
        check([...proof, leaf(0)], { size: n, hash: tree.root(n) }, i, leaf(i));
      }),
    );
  });

  test('every flipped bit of proof, root and leaf is refused', () => {
    const [n, i] = [23, 17];
    const proof = proveRecord(i, n, range);
    for (const [at, hash] of proof.entries()) {
      for (const flipped of flips(hash)) {
        expect(() => checkRecord(proof.with(at, flipped), { size: n, hash: tree.root(n) }, i, leaf(i))).toThrow(
          badProof,
        );
      }
    }
    for (const flipped of flips(tree.root(n)))
      expect(() => checkRecord(proof, { size: n, hash: flipped }, i, leaf(i))).toThrow(badProof);
    for (const flipped of flips(leaf(i)))
      expect(() => checkRecord(proof, { size: n, hash: tree.root(n) }, i, flipped)).toThrow(badProof);
  });

  test.each([
    [5, 5],
    [-1, 5],
    [0, 0],
    [0.5, 5],
    [Number.NaN, 5],
    [0, 2 ** 53],
  ])('no record %d in a tree of size %d', (i, n) => {
    expect(() => proveRecord(i, n, range)).toThrow(badProof);
    expect(() => checkRecord([], { size: n, hash: tree.root(5) }, i, leaf(0))).toThrow(badProof);
  });
});

describe('consistency proofs', () => {
  test('every pair of sizes up to 40 is proven', () => {
    for (let n = 1; n <= 40; n++) {
      for (let m = 1; m <= n; m++)
        checkTree(proveTree(m, n, range), { size: n, hash: tree.root(n) }, { size: m, hash: tree.root(m) });
    }
  });

  test('property: proofs verify; other sizes, roots and lengths are refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 600 }), fc.nat(), (n, a) => {
        const m = 1 + (a % (n - 1));
        const proof = proveTree(m, n, range);
        checkTree(proof, { size: n, hash: tree.root(n) }, { size: m, hash: tree.root(m) });
        const check = (...args: Parameters<typeof checkTree>) => expect(() => checkTree(...args)).toThrow(badProof);
        check(proof, { size: n, hash: tree.root(n) }, { size: m, hash: tree.root(m + 1) });
        check(proof, { size: n, hash: tree.root(n - 1) }, { size: m, hash: tree.root(m) });
        check(proof.slice(1), { size: n, hash: tree.root(n) }, { size: m, hash: tree.root(m) });
        check([...proof, leaf(0)], { size: n, hash: tree.root(n) }, { size: m, hash: tree.root(m) });
        check(proof, { size: m, hash: tree.root(m) }, { size: n, hash: tree.root(n) });
      }),
    );
  });

  test('every flipped bit of proof and roots is refused', () => {
    const [m, n] = [13, 23];
    const proof = proveTree(m, n, range);
    for (const [at, hash] of proof.entries()) {
      for (const flipped of flips(hash)) {
        expect(() =>
          checkTree(proof.with(at, flipped), { size: n, hash: tree.root(n) }, { size: m, hash: tree.root(m) }),
        ).toThrow(badProof);
      }
    }
    for (const flipped of flips(tree.root(n)))
      expect(() => checkTree(proof, { size: n, hash: flipped }, { size: m, hash: tree.root(m) })).toThrow(badProof);
    for (const flipped of flips(tree.root(m)))
      expect(() => checkTree(proof, { size: n, hash: tree.root(n) }, { size: m, hash: flipped })).toThrow(badProof);
  });

  test('trees of one size are consistent only if they are the same', () => {
    checkTree([], { size: 9, hash: tree.root(9) }, { size: 9, hash: tree.root(9) });
    expect(() => checkTree([], { size: 9, hash: tree.root(9) }, { size: 9, hash: tree.root(8) })).toThrow(badProof);
  });

  test.each([
    [0, 5],
    [6, 5],
    [-1, 5],
    [1, 2 ** 53],
  ])('no proof that a tree of size %d begins one of size %d', (m, n) => {
    expect(() => checkTree([], { size: n, hash: tree.root(5) }, { size: m, hash: tree.root(1) })).toThrow(badProof);
    expect(() => proveTree(m, n, range)).toThrow(badProof);
  });
});

describe('A24: sizes past 2^32', () => {
  const sizes = [2 ** 31, 2 ** 32 + 1, 2 ** 40 + 12345, 2 ** 52 + 2 ** 31 + 7, Number.MAX_SAFE_INTEGER];

  test.each(sizes)('records and older trees are proven in a tree of size %d', (n) => {
    for (const id of [0, 2 ** 31 - 1, Math.floor(n / 3), n - 1]) {
      const sparse = new SparseTree(new Map([[id, leaf(1)]]));
      const root = sparse.rangeHash({ start: 0, end: n });
      const proof = proveRecord(id, n, (r) => sparse.rangeHash(r));
      checkRecord(proof, { size: n, hash: root }, id, leaf(1));
      expect(() => checkRecord(proof, { size: n, hash: root }, id, leaf(2))).toThrow(badProof);
      const m = Math.max(1, id);
      const old = sparse.rangeHash({ start: 0, end: m });
      const steps = proveTree(m, n, (r) => sparse.rangeHash(r));
      checkTree(steps, { size: n, hash: root }, { size: m, hash: old });
      expect(() => checkTree(steps, { size: n, hash: root }, { size: m, hash: leaf(3) })).toThrow(badProof);
    }
  });
});
