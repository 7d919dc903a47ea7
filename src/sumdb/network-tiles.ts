/** Tiles as the log itself gives them, each read a question; also its data tiles, of level -1, which hold records. */
import { isNotFound } from '../errors.js';
import { fullTile, hashBytes, type Tile, type TileCopy, type TileSource, tilePath } from '../tlog/index.js';
import type { ReadLog } from './log-reader.js';
import { beginningOf } from './partial-tile.js';

/** Larger data tiles are refused: 4 kB a record. */
const maxDataTileBytes = 1 << 20;

/** A partial tile that the log no longer has is taken from the full one; of a data tile that one is given. */
export class NetworkTiles implements TileSource {
  readonly #readLog: ReadLog;

  constructor(readLog: ReadLog) {
    this.#readLog = readLog;
  }

  async read(tile: Tile): Promise<TileCopy> {
    try {
      return await this.#ask(tile);
    } catch (error) {
      const full = fullTile(tile);
      if (full.width === tile.width || !isNotFound(error)) throw error;
      // the first error says what was wanted
      const copy = await this.#ask(full).catch(() => Promise.reject(error));
      return tile.level < 0 ? copy : beginningOf(copy, tile);
    }
  }

  async #ask(tile: Tile): Promise<TileCopy> {
    const maxBytes = tile.level < 0 ? maxDataTileBytes : tile.width * hashBytes;
    return { bytes: await this.#readLog(`/${tilePath(tile)}`, maxBytes) };
  }
}
