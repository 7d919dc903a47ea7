/**
 * Tiles: a log's hashes in pieces of 2^height, each level of tiles holding every height-th level of the tree.
 * Spec: go.dev/design/25530-sumdb#checksum-database; paths as `tile/H/L/NNN[.p/W]`.
 */
import { TsgogetError } from '../errors.js';
import type { Node } from './range.js';

/** The height of the checksum database's tiles. */
export const sumdbTileHeight = 8;

/** The tile of hashes at tree level `height·level` from `index·2^height` on, `width` of them; level -1 holds records. */
export interface Tile {
  /** 1 to 30. */
  readonly height: number;
  /** -1 to 63. */
  readonly level: number;
  readonly index: number;
  /** 1 to 2^height; less than that is a partial tile. */
  readonly width: number;
}

/** The number of hashes in a full tile. */
export function fullWidth(height: number): number {
  return 2 ** height;
}

/** The same tile, full. */
export function fullTile(tile: Tile): Tile {
  return { ...tile, width: fullWidth(tile.height) };
}

/** How many hashes the tiles of one level hold in a tree of `size` records. */
function rowLength(size: number, height: number, level: number): number {
  return Math.floor(size / 2 ** (height * Math.max(level, 0)));
}

/** The tile at a place in a tree of `size` records; undefined where the tree has none. */
export function tileAt(size: number, height: number, level: number, index: number): Tile | undefined {
  const width = Math.min(fullWidth(height), rowLength(size, height, level) - index * fullWidth(height));
  return width > 0 ? { height, level, index, width } : undefined;
}

/**
 * The partial tiles at the right edge of a tree of `size` records, lowest level first: at most one a level, one for
 * each non-zero digit of the size in base 2^height. They are what the root hash is made of, every byte of them;
 * every other tile is full and has its root standing in a tile one level up.
 */
export function edgeTiles(size: number, height: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; rowLength(size, height, level) > 0; level++) {
    const index = Math.floor(rowLength(size, height, level) / fullWidth(height));
    const tile = tileAt(size, height, level, index);
    if (tile) tiles.push(tile);
  }
  return tiles;
}

/** Where a hash stands: `count` neighbours from `start` in the tile at (level, index) make it. */
export interface TileSlot {
  readonly level: number;
  readonly index: number;
  readonly start: number;
  readonly count: number;
}

/** The place of a node's hash in the tiles. */
export function slotOfNode(node: Node, height: number): TileSlot {
  const level = Math.floor(node.level / height);
  const count = 2 ** (node.level - level * height);
  const perTile = fullWidth(height) / count;
  const index = Math.floor(node.index / perTile);
  return { level, index, start: (node.index - index * perTile) * count, count };
}

/** The place of a full tile's root hash. */
export function slotOfParent(tile: Tile): TileSlot {
  return slotOfNode({ level: (tile.level + 1) * tile.height, index: tile.index }, tile.height);
}

/** The tile's path under the log's address, `tile/8/0/x123/456.p/7`. */
export function tilePath({ height, level, index, width }: Tile): string {
  let number = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    number = `x${String(rest % 1000).padStart(3, '0')}/${number}`;
  }
  const partial = width === fullWidth(height) ? '' : `.p/${width}`;
  return `tile/${height}/${level === -1 ? 'data' : level}/${number}${partial}`;
}

/** Parses a tile's path, the exact text of `tilePath` only; throws 'invalid-path'. */
export function parseTilePath(path: string): Tile {
  const m = /^tile\/([0-9]{1,2})\/(data|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,10}))?$/.exec(path);
  if (m) {
    const height = Number(m[1]);
    const tile: Tile = {
      height,
      level: m[2] === 'data' ? -1 : Number(m[2]),
      index: Number(m[3]!.replaceAll(/[x/]/g, '')),
      width: m[4] === undefined ? fullWidth(height) : Number(m[4]),
    };
    const fits = height >= 1 && height <= 30 && tile.level <= 63 && Number.isSafeInteger(tile.index);
    if (fits && tile.width >= 1 && tile.width <= fullWidth(height) && tilePath(tile) === path) return tile;
  }
  throw new TsgogetError('invalid-path', `malformed tile path ${JSON.stringify(path)}`);
}
