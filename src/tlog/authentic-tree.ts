/**
 * A signed tree read through tiles that nobody needs to trust. A tile's bytes leave this file only after the edge
 * tiles, all of them together, have given the signed root, and each full tile the hash in its parent: there is no list
 * of tiles to keep in step with a list of checks (CVE-2026-56865), since reading a tile is what proves it.
 */
import { Memo } from '../async/memo.js';
import { isSecurity, TsgogetError } from '../errors.js';
import { emptyTreeHash, foldSubtrees, formatHash, type Hash, hashBytes, sameHash, subtreeRows } from './hash.js';
import { isTreeSize, type Node, type Range, subtreesOf } from './range.js';
import { edgeTiles, slotOfNode, slotOfParent, type Tile, tileAt, tilePath } from './tile.js';
import type { TreeHead } from './tree-head.js';

/** A tile as someone gave it: not proven. The bytes MUST NOT change afterwards. */
export interface TileCopy {
  readonly bytes: Uint8Array;
  /** Present for a copy that an earlier run stored: once it is refuted, MUST drop it and ask the log itself. */
  readonly again?: () => Promise<TileCopy>;
}

/**
 * Where tiles come from. Sources stack: each wraps the one that it asks for what it has not.
 * `read` MUST reject when there is no such tile, and MUST bear to be asked for one tile many times, also at once. What it
 * gives need not be true: whoever uses it proves it.
 */
export interface TileSource {
  read(tile: Tile): Promise<TileCopy>;
}

const inconsistent = (what: string) => new TsgogetError('bad-proof', `downloaded inconsistent tile (${what})`);

/** Rows of subtrees, by the tile's bytes: several trees and proofs read one tile, and hash it once. */
const rowsOfTiles = new WeakMap<Uint8Array, Uint8Array[]>();

/** The hash over `count` neighbours, a power of two, from a multiple of `count` on. */
function hashInTile(bytes: Uint8Array, start: number, count: number): Hash {
  let rows = rowsOfTiles.get(bytes);
  if (!rows) {
    rows = subtreeRows(bytes);
    rowsOfTiles.set(bytes, rows);
  }
  const at = (start / count) * hashBytes;
  return rows[Math.log2(count)]!.subarray(at, at + hashBytes);
}

/** The hashes of the tree with a given head. All tiles that an answer needs are asked for at once. */
export class AuthenticTree {
  readonly head: TreeHead;
  /** Bytes of the tiles proven so far, by path. Trees of one log may be given one map. */
  proven = new Map<string, Uint8Array>();
  readonly #height: number;
  readonly #source: TileSource;
  readonly #tiles = new Memo<Uint8Array>();
  readonly #edges = new Memo<ReadonlyMap<number, Uint8Array>>();

  /** Throws 'bad-proof' for a head without records whose hash is not that of the empty tree. */
  constructor(head: TreeHead, height: number, source: TileSource) {
    if (!isTreeSize(head.size)) throw new RangeError(`not a tree size: ${head.size}`);
    if (head.size === 0 && !sameHash(head.hash, emptyTreeHash)) {
      throw new TsgogetError('bad-proof', `the tree of size 0 cannot have the hash ${formatHash(head.hash)}`);
    }
    this.head = head;
    this.#height = height;
    this.#source = source;
  }

  /** The hash of a record's leaf. Throws 'bad-proof', and what the source throws. */
  recordHash(index: number): Promise<Hash> {
    return this.#nodeHash({ level: 0, index });
  }

  /** The hash of a range of records that proofs are made of; {start: 0, end: n} is the tree as it was at size n. */
  async rangeHash(range: Range): Promise<Hash> {
    if (range.end === 0) return emptyTreeHash;
    return foldSubtrees(await Promise.all(subtreesOf(range).map((node) => this.#nodeHash(node))));
  }

  async #nodeHash(node: Node): Promise<Hash> {
    const { level, index, start, count } = slotOfNode(node, this.#height);
    const tile = tileAt(this.head.size, this.#height, level, index);
    if (!isTreeSize(node.index) || !tile || start + count > tile.width) {
      throw new TsgogetError('bad-proof', `a tree of size ${this.head.size} has no hash ${node.level}/${node.index}`);
    }
    return new Uint8Array(hashInTile(await this.#prove(tile), start, count)); // no view of the tile
  }

  /** The proven bytes of a tile of this tree. */
  #prove(tile: Tile): Promise<Uint8Array> {
    if (tile.width < 2 ** this.#height) return this.#proveEdges().then((edges) => edges.get(tile.level)!);
    return remember(this.#tiles, tilePath(tile), async () => {
      const parent = slotOfParent(tile);
      const parentTile = tileAt(this.head.size, this.#height, parent.level, parent.index)!;
      const [above, copy] = await Promise.all([this.#prove(parentTile), this.#read(tile)]);
      const want = above.subarray(parent.start * hashBytes, (parent.start + 1) * hashBytes);
      return this.#accept(
        tile,
        await rightBytes(copy, (bytes) => sameHash(hashInTile(bytes, 0, tile.width), want), tile, this.#read),
      );
    });
  }

  /** The proven edge tiles by level. They are proven together or not at all. */
  #proveEdges(): Promise<ReadonlyMap<number, Uint8Array>> {
    return remember(this.#edges, '', async () => {
      const tiles = edgeTiles(this.head.size, this.#height);
      let copies = await Promise.all(tiles.map((tile) => this.#read(tile)));
      if (!this.#isRoot(copies)) {
        // one of them is wrong, and nothing says which
        if (copies.every((copy) => !copy.again)) throw inconsistent(`edge of the tree of size ${this.head.size}`);
        copies = await Promise.all(copies.map((copy, i) => (copy.again ? this.#read(tiles[i]!, copy.again) : copy)));
        if (!this.#isRoot(copies)) throw inconsistent(`edge of the tree of size ${this.head.size}`);
      }
      return new Map(tiles.map((tile, i) => [tile.level, this.#accept(tile, copies[i]!.bytes)]));
    });
  }

  /** Reports whether edge tiles, lowest level first, give the tree's root: from the right, the smallest subtrees come first. */
  #isRoot(copies: readonly TileCopy[]): boolean {
    const hashes = copies.toReversed().flatMap(({ bytes }) =>
      subtreesOf({ start: 0, end: bytes.length / hashBytes }).map(({ level, index }) => {
        const count = 2 ** level;
        return hashInTile(bytes, index * count, count);
      }),
    );
    return sameHash(foldSubtrees(hashes), this.head.hash);
  }

  #accept(tile: Tile, bytes: Uint8Array): Uint8Array {
    this.proven.set(tilePath(tile), bytes);
    return bytes;
  }

  /** A copy of the right length; a stored one of another length is dropped. */
  readonly #read = async (tile: Tile, get = () => this.#source.read(tile)): Promise<TileCopy> => {
    const copy = await get();
    if (copy.bytes.length === tile.width * hashBytes) return copy;
    if (copy.again) return this.#read(tile, copy.again);
    throw new TsgogetError('invalid-response', `${tilePath(tile)}: downloaded tile has ${copy.bytes.length} bytes`);
  };
}

/** The copy's bytes, or those that the log itself gives, if they are the right ones; throws 'bad-proof'. */
async function rightBytes(
  copy: TileCopy,
  isRight: (bytes: Uint8Array) => boolean,
  tile: Tile,
  read: (tile: Tile, get: () => Promise<TileCopy>) => Promise<TileCopy>,
): Promise<Uint8Array> {
  if (isRight(copy.bytes)) return copy.bytes;
  if (!copy.again) throw inconsistent(tilePath(tile));
  return rightBytes(await read(tile, copy.again), isRight, tile, read);
}

/** Once per key, but an outage is not remembered: what was refuted is. */
function remember<T>(memo: Memo<T>, key: string, make: () => Promise<T>): Promise<T> {
  return memo.get(key, async () => {
    try {
      return await make();
    } catch (error) {
      if (!isSecurity(error)) memo.delete(key);
      throw error;
    }
  });
}
