/**
 * All records of a log, by its data tiles. A tile's records are hashed, and their hash compared with the one that the
 * signed tree has for exactly that range: records are proven in their places before they leave this file.
 * Memory is bounded: lower tiles of the tree are kept for 65,536 records at a time.
 */
import { decodeUtf8 } from '../encoding/utf8.js';
import { isNotFound, TsgogetError } from '../errors.js';
import {
  AuthenticTree,
  fullTile,
  type Hash,
  hashBytes,
  hashOfLeaves,
  recordHash,
  sameHash,
  sumdbTileHeight,
  type Tile,
  type TileSource,
  tileAt,
  tilePath,
} from '../tlog/index.js';
import type { SignedHead } from './signed-head.js';
import type { ReadLog, TileStore } from './tile-store.js';

/** Records in a full data tile. */
export const recordsPerTile = 2 ** sumdbTileHeight;
const tilesPerSpan = recordsPerTile;
/** Data tiles that are waited for at a time. */
const tilesInFlight = 32;
/** Larger data tiles are refused: 4 kB a record. */
const maxDataTileBytes = 1 << 20;

/** The records of one data tile, proven. */
export interface ProvenTile {
  /** The number of the first record. */
  readonly start: number;
  /** After the last one. */
  readonly end: number;
  /** Texts as the log has hashed them; undefined for one that is not UTF-8. */
  readonly texts: readonly (string | undefined)[];
  /** The hash of the tree as it was at size `end`, proven in the same head; costs no request. */
  treeHash(): Promise<Hash>;
}

/**
 * Reads the records of the tree of `head`, from the tile of record `from` on, in order. `tiles` gives the hashes.
 * Throws 'bad-proof' for records that the tree does not have there, 'invalid-response' for what are no records at all,
 * and what reading throws.
 */
export async function* readRecords(
  head: SignedHead,
  from: number,
  tiles: TileStore,
  readLog: ReadLog,
  inFlight = tilesInFlight,
): AsyncGenerator<ProvenTile> {
  let span = -1;
  let tree: AuthenticTree;
  const treeAt = (index: number): AuthenticTree => {
    if (Math.floor(index / tilesPerSpan) === span) return tree;
    span = Math.floor(index / tilesPerSpan);
    tree = new AuthenticTree(head, sumdbTileHeight, withoutMemory(tiles));
    return tree;
  };
  const count = from < head.size ? Math.ceil(head.size / recordsPerTile) : 0;
  const waiting: Promise<ProvenTile>[] = [];
  for (let index = Math.floor(from / recordsPerTile); index < count || waiting.length > 0; ) {
    while (index < count && waiting.length < inFlight) {
      const read = proveTile(treeAt(index), index, readLog);
      read.catch(() => {}); // it is thrown in its turn
      waiting.push(read);
      index++;
    }
    yield await waiting.shift()!;
  }
}

/** Tiles of which there are many are not remembered beyond the tree that asks for them. */
function withoutMemory(tiles: TileStore): TileSource {
  return { read: (tile) => (tile.level < 2 && tile.width === recordsPerTile ? tiles.once(tile) : tiles.read(tile)) };
}

async function proveTile(tree: AuthenticTree, index: number, readLog: ReadLog): Promise<ProvenTile> {
  const tile = tileAt(tree.head.size, sumdbTileHeight, 0, index)!;
  const start = index * recordsPerTile;
  const end = start + tile.width;
  const [bytes, want] = await Promise.all([readTile({ ...tile, level: -1 }, readLog), tree.rangeHash({ start, end })]);
  const records = splitRecords(bytes).slice(0, tile.width);
  const leaves = new Uint8Array(records.length * hashBytes);
  for (const [i, record] of records.entries()) leaves.set(recordHash(record), i * hashBytes);
  if (records.length < tile.width || !sameHash(hashOfLeaves(leaves), want)) {
    if (!looksLikeRecords(bytes))
      throw new TsgogetError('invalid-response', `${tilePath(tile)}: malformed record data`);
    throw new TsgogetError('bad-proof', `records ${start} to ${end - 1} are not those of the signed tree`);
  }
  return { start, end, texts: records.map(decodeUtf8), treeHash: () => tree.rangeHash({ start: 0, end }) };
}

/** A partial tile that the log no longer has is the beginning of the full one. */
async function readTile(tile: Tile, readLog: ReadLog): Promise<Uint8Array> {
  try {
    return await readLog(`/${tilePath(tile)}`, maxDataTileBytes);
  } catch (error) {
    if (tile.width === recordsPerTile || !isNotFound(error)) throw error;
    // the first error says what was wanted
    return readLog(`/${tilePath(fullTile(tile))}`, maxDataTileBytes).catch(() => Promise.reject(error));
  }
}

/** The records of a data tile: a blank line stands after each, save perhaps the last. Nothing in them is authentic. */
export function splitRecords(bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    let newline = bytes.indexOf(0x0a, start);
    while (newline >= 0 && newline + 1 < bytes.length && bytes[newline + 1] !== 0x0a) {
      newline = bytes.indexOf(0x0a, newline + 1);
    }
    const end = newline < 0 ? bytes.length : newline + 1;
    records.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return records;
}

/** Tells a tile that lies from an answer that is no tile: a portal's page, half of a body. */
function looksLikeRecords(bytes: Uint8Array): boolean {
  return bytes.at(-1) === 0x0a && Buffer.from(bytes).includes(' h1:');
}
