/** A partial tile is the beginning of the full one: who has that has both. */
import { fullTile, hashBytes, type Tile, type TileCopy } from '../tlog/index.js';

/** The copy of a tile that a copy of the full one begins with. Bytes of another length than a full tile has are passed on, to be refused. */
export function beginningOf({ bytes, again }: TileCopy, tile: Tile): TileCopy {
  const isFull = bytes.length === fullTile(tile).width * hashBytes;
  return {
    bytes: isFull ? bytes.subarray(0, tile.width * hashBytes) : bytes,
    ...(again && { again: async () => beginningOf(await again(), tile) }),
  };
}
