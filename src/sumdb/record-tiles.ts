/**
 * All records of a log, by its data tiles. A tile's records are hashed, and their hash compared with the one that the
 * signed tree has for exactly that range: records are proven in their places before they leave this file.
 * Memory is bounded: lower tiles of the tree are kept for 65,536 records at a time.
 */
import { decodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import {
  AuthenticTree,
  type Hash,
  hashBytes,
  hashOfLeaves,
  recordHash,
  sameHash,
  sumdbTileHeight,
  type TileSource,
  tileAt,
  tilePath,
} from '../tlog/index.js';
import type { SignedHead } from './signed-head.js';

/** Records in a full data tile. */
export const recordsPerTile = 2 ** sumdbTileHeight;
const tilesPerSpan = recordsPerTile;
/** Data tiles that are waited for at a time. */
const tilesInFlight = 32;
/** Where the tiles are read. */
export interface RecordTiles {
  /** Gives data tiles. */
  readonly network: TileSource;
  /** Remembers nothing: for tiles of which there are many. */
  readonly disk: TileSource;
  /** For the few at the edge and further up. */
  readonly memory: TileSource;
}

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
 * Reads the records of the tree of `head`, from the tile of record `from` on, in order.
 * Throws 'bad-proof' for records that the tree does not have there, 'invalid-response' for what are no records at all,
 * and what reading throws.
 */
export async function* readRecords(
  head: SignedHead,
  from: number,
  { network, disk, memory }: RecordTiles,
  inFlight = tilesInFlight,
): AsyncGenerator<ProvenTile> {
  const hashes: TileSource = {
    read: (tile) => (tile.level < 2 && tile.width === recordsPerTile ? disk : memory).read(tile),
  };
  let span = -1;
  let tree: AuthenticTree;
  const treeAt = (index: number): AuthenticTree => {
    if (Math.floor(index / tilesPerSpan) === span) return tree;
    span = Math.floor(index / tilesPerSpan);
    tree = new AuthenticTree(head, sumdbTileHeight, hashes);
    return tree;
  };
  const count = from < head.size ? Math.ceil(head.size / recordsPerTile) : 0;
  const waiting: Promise<ProvenTile>[] = [];
  for (let index = Math.floor(from / recordsPerTile); index < count || waiting.length > 0; ) {
    while (index < count && waiting.length < inFlight) {
      const read = proveTile(treeAt(index), index, network);
      read.catch(() => {}); // it is thrown in its turn
      waiting.push(read);
      index++;
    }
    yield await waiting.shift()!;
  }
}

async function proveTile(tree: AuthenticTree, index: number, network: TileSource): Promise<ProvenTile> {
  const tile = tileAt(tree.head.size, sumdbTileHeight, 0, index)!;
  const start = index * recordsPerTile;
  const end = start + tile.width;
  const [{ bytes }, want] = await Promise.all([network.read({ ...tile, level: -1 }), tree.rangeHash({ start, end })]);
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
