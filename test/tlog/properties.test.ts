/** Random trees: every proof verifies, and no change of a proof, tile, head or record goes unseen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { openNote, parseVerifierKey } from '../../src/note/index.js';
import {
  AuthenticTree,
  checkRecord,
  checkTree,
  formatRecord,
  formatTreeHead,
  type Hash,
  parseRecord,
  parseTilePath,
  parseTreeHead,
  proveRecord,
  proveTree,
  recordHash,
  type Tile,
  tilePath,
} from '../../src/tlog/index.js';
import { MemoryTree } from '../support/fixture-log.js';
import { generateKey, signNote } from '../support/signed-notes.js';

const textOf = (i: number) => `example.com/m${i} v1.0.${i} h1:x=\n`;
const leaf = (i: number) => recordHash(encodeUtf8(textOf(i)));
const tree = new MemoryTree();
const most = 700;
for (let i = 0; i < most; i++) tree.add(leaf(i));
const range = tree.rangeHash.bind(tree);
const refused = expect.objectContaining({ code: expect.stringMatching(/^(?:bad-proof|invalid-response)$/) });
const sizes = fc.integer({ min: 1, max: most });

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const at = (bit >> 3) % bytes.length;
  return Uint8Array.from(bytes).with(at, bytes[at]! ^ (1 << (bit & 7)));
}

/** Every proof that is not the given one, of each kind of change; `n` says which, and where. */
function changes(proof: readonly Hash[], n: number): Hash[][] {
  const at = n % Math.max(proof.length, 1);
  const other = (n * 31 + 7) % Math.max(proof.length, 1);
  const changed: Hash[][] = [
    [...proof, leaf(n)],
    [leaf(n), ...proof],
    [...proof, ...proof.slice(-1)],
    [...proof.slice(0, at), leaf(n), ...proof.slice(at)],
  ];
  if (proof.length === 0) return changed.filter((p) => p.length > 0);
  changed.push(
    proof.slice(1),
    proof.slice(0, -1),
    proof.filter((_, i) => i !== at),
    proof.with(at, flip(proof[at]!, n)),
    proof.with(at, proof[at]!.slice(0, -1)),
    proof.with(at, Uint8Array.from([...proof[at]!, 0])),
    proof.with(at, new Uint8Array(0)),
  );
  if (other !== at) changed.push(proof.with(at, proof[other]!).with(other, proof[at]!), proof.with(at, proof[other]!));
  if (proof.length > 1) changed.push([...proof].reverse(), [...proof.slice(1), proof[0]!]);
  return changed;
}

describe('proofs', () => {
  test('property: every inclusion proof verifies; no other proof, leaf, root, place or size does', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(1e6), (size, a, n) => {
        const id = a % size;
        const proof = proveRecord(id, size, range);
        const root = tree.root(size);
        checkRecord(proof, { size, hash: root }, id, leaf(id));
        for (const changed of changes(proof, n)) {
          expect(() => checkRecord(changed, { size, hash: root }, id, leaf(id))).toThrow(refused);
        }
        expect(() => checkRecord(proof, { size, hash: flip(root, n) }, id, leaf(id))).toThrow(refused);
        expect(() => checkRecord(proof, { size, hash: root }, id, flip(leaf(id), n))).toThrow(refused);
        expect(() => checkRecord(proof, { size, hash: root }, id, leaf(id + 1 + (n % 7)))).toThrow(refused);
        const place = (id + 1 + n) % (size + 1);
        if (place !== id) expect(() => checkRecord(proof, { size, hash: root }, place, leaf(id))).toThrow(refused);
      }),
      { numRuns: 100 },
    );
  });

  test('property: every consistency proof verifies; no other proof, root or size does', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(1e6), (size, a, n) => {
        const old = 1 + (a % size);
        const proof = proveTree(old, size, range);
        const [root, oldRoot] = [tree.root(size), tree.root(old)];
        checkTree(proof, { size, hash: root }, { size: old, hash: oldRoot });
        for (const changed of changes(proof, n)) {
          expect(() => checkTree(changed, { size, hash: root }, { size: old, hash: oldRoot })).toThrow(refused);
        }
        expect(() => checkTree(proof, { size, hash: flip(root, n) }, { size: old, hash: oldRoot })).toThrow(refused);
        expect(() => checkTree(proof, { size, hash: root }, { size: old, hash: flip(oldRoot, n) })).toThrow(refused);
        if (old < size) {
          expect(() => checkTree(proof, { size, hash: root }, { size: old + 1, hash: oldRoot })).toThrow(refused);
          expect(() => checkTree(proof, { size, hash: root }, { size: old, hash: root })).toThrow(refused);
          expect(() => checkTree(proof, { size: old, hash: oldRoot }, { size, hash: root })).toThrow(refused);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a hash that is not 32 bytes long makes no node: no two proofs hash alike', () => {
    const [size, id] = [2, 0];
    const [proof] = proveRecord(id, size, range);
    // one byte moved from one hash to the other would give the same input to SHA-256
    const moved = [Uint8Array.from([leaf(id)[31]!, ...proof!])];
    expect(() => checkRecord(moved, { size, hash: tree.root(size) }, id, leaf(id).slice(0, 31))).toThrow(refused);
  });
});

describe('tiles', () => {
  type Change = (bytes: Uint8Array, n: number) => Uint8Array;
  const hashAt = (bytes: Uint8Array, i: number) => bytes.subarray(i * 32, i * 32 + 32);
  const tileChanges: [string, Change][] = [
    ['a flipped bit', flip],
    ['one hash less', (b) => b.slice(0, -32)],
    ['one byte less', (b) => b.slice(0, -1)],
    ['one hash more', (b) => Uint8Array.from([...b, ...hashAt(b, 0)])],
    ['the first hash gone, another behind', (b, n) => Uint8Array.from([...b.slice(32), ...leaf(n)])],
    ['two hashes exchanged', (b, n) => exchanged(b, n)],
    ['a hash repeated over its neighbour', (b, n) => repeated(b, n)],
    ['reversed', (b) => Uint8Array.from(b).reverse()],
    ['nothing', () => new Uint8Array(0)],
  ];

  function exchanged(bytes: Uint8Array, n: number): Uint8Array {
    const count = bytes.length / 32;
    if (count < 2) return flip(bytes, n);
    const i = n % (count - 1);
    const copy = Uint8Array.from(bytes);
    copy.set(hashAt(bytes, i + 1), i * 32);
    copy.set(hashAt(bytes, i), i * 32 + 32);
    return copy;
  }

  function repeated(bytes: Uint8Array, n: number): Uint8Array {
    const count = bytes.length / 32;
    if (count < 2) return flip(bytes, n);
    const copy = Uint8Array.from(bytes);
    copy.set(hashAt(bytes, n % (count - 1)), (n % (count - 1)) * 32 + 32);
    return copy;
  }

  /** Reads a tree through tiles of which one may be changed. */
  const reading = (size: number, height: number, asked: string[], path = '', change: Change = flip, n = 0) =>
    new AuthenticTree({ size, hash: tree.root(size) }, height, {
      read: async (tile: Tile) => {
        asked.push(tilePath(tile));
        const bytes = tree.tile(tile)!;
        return { bytes: tilePath(tile) === path ? change(bytes, n) : bytes };
      },
    });

  test.each(tileChanges)('property: %s in any tile that is needed is refused', async (_, change) => {
    const args = [sizes, fc.constantFrom(1, 2, 3, 4, 8), fc.nat(), fc.nat(1e6)] as const;
    await fc.assert(
      fc.asyncProperty(...args, async (size, height, a, n) => {
        const asks = [
          (t: AuthenticTree) => t.recordHash(a % size),
          (t: AuthenticTree) => t.rangeHash({ start: 0, end: 1 + (a % size) }),
        ];
        for (const ask of asks) {
          const asked: string[] = [];
          await ask(reading(size, height, asked));
          if (asked.length === 0) continue;
          const path = asked[n % asked.length]!;
          const changed = reading(size, height, [], path, change, n);
          await expect(ask(changed), path).rejects.toThrow(refused);
          expect([...changed.proven.keys()]).not.toContain(path);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('property: a tile in the place of another is refused', async () => {
    const args = [fc.integer({ min: 40, max: most }), fc.constantFrom(1, 2, 4), fc.nat(), fc.nat(1e6)] as const;
    await fc.assert(
      fc.asyncProperty(...args, async (size, height, a, n) => {
        const asked: string[] = [];
        await reading(size, height, asked).recordHash(a % size);
        const path = asked[n % asked.length]!;
        const tile = parseTilePath(path);
        const elsewhere = tree.tile({ ...tile, level: tile.level === 0 ? 0 : tile.level - 1, index: tile.index + 1 });
        if (elsewhere === undefined) return;
        await expect(reading(size, height, [], path, () => elsewhere).recordHash(a % size)).rejects.toThrow(refused);
      }),
      { numRuns: 100 },
    );
  });
});

describe('heads and records', () => {
  const signer = generateKey('sum.test/db');
  const known = [parseVerifierKey(signer.verifierKey)];

  test('property: any changed byte of a signed head is refused, any head beside its own tree too', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: 255 }), (size, at, change) => {
        const note = encodeUtf8(signNote(formatTreeHead({ size, hash: tree.root(size) }), signer));
        expect(parseTreeHead(openNote(note, known).text)).toEqual({ size, hash: tree.root(size) });
        const i = at % note.length;
        expect(() => openNote(note.with(i, note[i]! ^ change), known)).toThrow();
        expect(() => openNote(note.slice(0, i), known)).toThrow();
        expect(() => openNote(Uint8Array.from([...note, ...note]), known)).toThrow();
      }),
      { numRuns: 150 },
    );
  });

  test('property: a changed record is malformed, or has another number or another leaf', () => {
    fc.assert(
      fc.property(fc.nat(most - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (id, at, change) => {
        const message = encodeUtf8(formatRecord(id, textOf(id)));
        expect(parseRecord(message)).toMatchObject({ id, text: textOf(id) });
        const i = at % message.length;
        for (const changed of [message.with(i, message[i]! ^ change), message.slice(0, i), message.slice(i + 1)]) {
          let record: ReturnType<typeof parseRecord>;
          try {
            record = parseRecord(changed);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid-response' });
            continue;
          }
          const [size, root] = [most, tree.root(most)];
          expect(() => {
            checkRecord(proveRecord(record.id, size, range), { size, hash: root }, record.id, recordHash(record.bytes));
          }).toThrow(refused);
        }
      }),
      { numRuns: 200 },
    );
  });
});
