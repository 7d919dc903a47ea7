/**
 * A2: tiles that are not compared with their parents. CVE-2026-56865, GO-2026-6179, golang/go#80744.
 *
 * Elsewhere: small trees at heights 1, 2, 4 and 8, a flipped bit in each tile, tiles forged upwards, tiles of other trees
 * and lengths (test/tlog/authentic-tree.test.ts, "A2"); the same against the database's client and as a process
 * (test/sumdb/sum-db.test.ts, test/process/log-attacks.test.ts); every change of a proof (test/tlog/properties.test.ts).
 * Here: the sizes of the advisory and large ones, both kinds of proof, and consistent forgeries of two levels.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  AuthenticTree,
  checkRecord,
  checkTree,
  edgeTiles,
  type Hash,
  parseTilePath,
  proveRecord,
  proveTree,
  type Range,
  recordHash,
  slotOfParent,
  subtreeRows,
  type Tile,
  type TileCopy,
  tileAt,
  tilePath,
} from '../../src/tlog/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import { useLogClients } from '../support/log-client.js';
import { SparseTree } from '../support/sparse-tree.js';

const advisory = 'CVE-2026-56865 / GO-2026-6179 / golang/go#80744';
const leaf = (i: number) => recordHash(encodeUtf8(`record ${i}\n`));
const forgedLeaf = recordHash(encodeUtf8('forged\n'));
const badProof = expect.objectContaining({ code: 'bad-proof' });
const heights = [1, 2, 4, 8];

/** A large tree in which some records differ from all others, and a log of it that may forge tiles. */
class Log {
  readonly asked = new Set<string>();
  readonly forged = new Map<string, Uint8Array>();
  readonly #tree: SparseTree;
  readonly size: number;
  readonly height: number;

  constructor(size: number, height: number, special: readonly number[]) {
    this.size = size;
    this.height = height;
    this.#tree = new SparseTree(new Map(special.map((i) => [i, leaf(i)])));
  }

  async read(tile: Tile): Promise<TileCopy> {
    const path = tilePath(tile);
    this.asked.add(path);
    return { bytes: this.forged.get(path) ?? this.#tree.tile(tile) };
  }

  root(size = this.size): Hash {
    return this.#tree.rangeHash({ start: 0, end: size });
  }

  open(): AuthenticTree {
    return new AuthenticTree({ size: this.size, hash: this.root() }, this.height, this);
  }

  flip(path: string, bit: number): void {
    const bytes = Uint8Array.from(this.#tree.tile(parseTilePath(path)));
    bytes[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
    this.forged.set(path, bytes);
  }

  /** Puts a false record, and consistently the hashes above it, into the lowest `levels` full tiles above it. Returns how many. */
  forge(record: number, levels: number): number {
    let hash = forgedLeaf;
    let slot = { level: 0, index: Math.floor(record / 2 ** this.height), start: record % 2 ** this.height };
    for (let done = 0; ; done++) {
      const tile = tileAt(this.size, this.height, slot.level, slot.index);
      if (done === levels || tile?.width !== 2 ** this.height) return done;
      const bytes = Uint8Array.from(this.#tree.tile(tile));
      bytes.set(hash, slot.start * 32);
      this.forged.set(tilePath(tile), bytes);
      hash = subtreeRows(bytes).at(-1)!;
      slot = slotOfParent(tile);
    }
  }
}

type Ask = (tree: AuthenticTree) => Promise<unknown>;

/** The explicit proofs of RFC 6962, made of what the tree gives: the other way to ask. */
const inclusion =
  (record: number): Ask =>
  async (tree) => {
    const range = (r: Range) => tree.rangeHash(r);
    const [proof, hash] = await Promise.all([
      Promise.all(proveRecord(record, tree.head.size, range)),
      tree.recordHash(record),
    ]);
    checkRecord(proof, { size: tree.head.size, hash: tree.head.hash }, record, hash);
    return hash;
  };
const consistency =
  (old: number, root: Hash): Ask =>
  async (tree) => {
    const proof = await Promise.all(proveTree(old, tree.head.size, (r) => tree.rangeHash(r)));
    checkTree(proof, { size: tree.head.size, hash: tree.head.hash }, { size: old, hash: root });
  };

/** Asks an honest log, then one that flips one bit of each tile that was asked for, in turn. */
async function refusesFlips(make: () => Log, ask: Ask, seed: number): Promise<void> {
  const honest = make();
  await ask(honest.open());
  let turn = 0;
  for (const path of honest.asked) {
    const log = make();
    const bit = (seed + 7919 * ++turn) % (parseTilePath(path).width * 256);
    log.flip(path, bit);
    const tree = log.open();
    await expect(ask(tree), `${path}, bit ${bit}`).rejects.toThrow(badProof);
    expect([...tree.proven.keys()]).not.toContain(path);
  }
}

const shapes = [256, 768, 3 * 65536, 7 * 65536].flatMap((size) => heights.map((height) => [size, height] as const));

describe(`${advisory}: a tree of the sizes in which subtrees outnumber root tiles`, () => {
  test.each(shapes)('%d records, height %d: one bit of each tile in turn, inclusion', async (size, height) => {
    const records = height === 1 ? [size - 1] : [0, Math.floor(size / 2), size - 1];
    for (const record of records) {
      const make = () => new Log(size, height, [record]);
      expect(await make().open().recordHash(record)).toEqual(leaf(record));
      await refusesFlips(make, (tree) => tree.recordHash(record), record);
    }
    await refusesFlips(() => new Log(size, height, [size - 1]), inclusion(size - 1), 1);
  });

  test.each(shapes)('%d records, height %d: one bit of each tile in turn, consistency', async (size, height) => {
    for (const old of height === 1 ? [size - 1] : [1, Math.floor(size / 3) + 1, size - 1]) {
      const make = () => new Log(size, height, [0, old - 1]);
      const root = make().root(old);
      await refusesFlips(make, (tree) => tree.rangeHash({ start: 0, end: old }), old);
      await refusesFlips(make, consistency(old, root), old + 1);
    }
  });

  test.each(shapes)('%d records, height %d: tiles of 1, 2, 3 levels forged consistently', async (size, height) => {
    for (const record of [0, 5]) {
      for (const levels of [1, 2, 3]) {
        const log = new Log(size, height, [record]);
        const forged = log.forge(record, levels);
        if (forged < levels) break;
        for (const ask of [(tree: AuthenticTree) => tree.recordHash(record), inclusion(record)]) {
          const tree = log.open();
          await expect(ask(tree), `record ${record}, ${levels} levels`).rejects.toThrow(badProof);
          // at most what stands above the forgery is proven
          for (const path of log.forged.keys()) expect([...tree.proven.keys()]).not.toContain(path);
        }
        log.forged.clear();
        expect(await log.open().recordHash(record)).toEqual(leaf(record));
      }
    }
  });

  test('only level 0 of 7·65536 records, both levels of 3·65536: the cases of the advisory', async () => {
    const seven = new Log(7 * 65536, 8, [3]);
    expect(seven.forge(3, 1)).toBe(1);
    const three = new Log(3 * 65536, 8, [3]);
    expect(three.forge(3, 9)).toBe(2);
    for (const log of [seven, three]) {
      await expect(log.open().recordHash(3)).rejects.toThrow(badProof);
      await expect(log.open().rangeHash({ start: 0, end: 4 })).rejects.toThrow(badProof);
    }
  });

  test('the edge is one tile for each non-zero digit, so nothing is left over to trust', () => {
    for (const [size, height, tiles] of [
      [768, 8, 1],
      [256, 8, 1],
      [3 * 65536, 8, 1],
      [7 * 65536 + 1, 8, 2],
      [768, 1, 2],
    ] as const) {
      expect(edgeTiles(size, height)).toHaveLength(tiles);
    }
  });
});

describe(`${advisory}: random trees of up to 2^18 records`, () => {
  test('property: a flipped bit in each tile in turn is refused, for both kinds of proof at every height', async () => {
    const args = [fc.integer({ min: 2, max: 2 ** 18 }), fc.constantFrom(...heights), fc.nat(), fc.nat()] as const;
    await fc.assert(
      fc.asyncProperty(...args, async (size, height, a, seed) => {
        const record = a % size;
        const old = 1 + (seed % size);
        const make = () => new Log(size, height, [record, old - 1]);
        await refusesFlips(make, (tree) => tree.recordHash(record), seed % 65_537);
        await refusesFlips(make, consistency(old, make().root(old)), seed % 257);
      }),
      { numRuns: 15, seed: 56865 },
    );
  });

  test('property: a record forged through any number of full tiles is refused', async () => {
    const args = [fc.integer({ min: 2, max: 2 ** 18 }), fc.constantFrom(...heights), fc.nat(), fc.nat(18)] as const;
    await fc.assert(
      fc.asyncProperty(...args, async (size, height, a, levels) => {
        const record = a % size;
        const log = new Log(size, height, [record]);
        if (log.forge(record, levels) === 0) return;
        await expect(log.open().recordHash(record)).rejects.toThrow(badProof);
      }),
      { numRuns: 60, seed: 6179 },
    );
  });
});

describe('through the client of the database', () => {
  const open = useLogClients();
  const zip = `h1:${'z'.repeat(43)}=`;
  const evil = `h1:${'e'.repeat(43)}=`;

  test.each([256, 768, 3 * 256 + 1])(`${advisory}: a forged look-up with its tiles, in a tree of %d`, async (size) => {
    const logs = [zip, evil].map((hash) => {
      const log = new FixtureLog();
      log.add('example.com/m', 'v1.0.0', hash, hash);
      return log.pad(size - 1);
    });
    const [honest, forged] = logs as [FixtureLog, FixtureLog];
    const text = Buffer.from(forged.respond('/lookup/example.com/m@v1.0.0').body).toString();
    const lookup = Buffer.from(text.replace(/go\.sum database tree[\s\S]*$/, honest.note()));
    honest.forge('/lookup/example.com/m@v1.0.0', () => lookup);
    for (const tiles of [
      ['/tile/8/0/000'],
      ['/tile/8/0/000', `/tile/8/1/000.p/${Math.floor(size / 256)}`],
      ['/tile/8/0/000', `/tile/8/1/000.p/${Math.floor(size / 256)}`, `/tile/8/0/003.p/1`],
    ]) {
      for (const tile of tiles) honest.forge(tile, () => forged.respond(tile).body);
      const client = open(honest);
      await expect(client.db.requireHash('example.com/m', 'v1.0.0', evil)).rejects.toMatchObject({ code: 'bad-proof' });
      await client.db.flush();
      expect(client.files()).toEqual([]);
    }
    const { db } = open(honest.beHonest());
    await db.requireHash('example.com/m', 'v1.0.0', zip);
    await db.flush();
  });
});
