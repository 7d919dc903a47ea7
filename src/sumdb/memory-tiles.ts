/** Tiles that were read before, over a source of the others: each is read once, whoever asks. */
import { fullTile, type Tile, type TileCopy, type TileSource, tilePath } from '../tlog/index.js';
import { beginningOf } from './partial-tile.js';

/** Forgets nothing but failures: a reader of more tiles than memory shall hold asks the source below. */
export class MemoryTiles implements TileSource {
  readonly #below: TileSource;
  readonly #copies = new Map<string, Promise<TileCopy>>();

  constructor(below: TileSource) {
    this.#below = below;
  }

  /** A full tile serves for a partial one. */
  read(tile: Tile): Promise<TileCopy> {
    const known = this.#copies.get(tilePath(tile));
    if (known) return known;
    const full = this.#copies.get(tilePath(fullTile(tile)));
    if (!full) return this.#remember(tile, this.#below.read(tile));
    return full.then(
      (copy) => beginningOf(copy, tile),
      () => this.read(tile),
    );
  }

  /** A failure is forgotten: the next one who needs the tile asks again. */
  #remember(tile: Tile, asked: Promise<TileCopy>): Promise<TileCopy> {
    const path = tilePath(tile);
    const copy = asked.then(({ bytes, again }): TileCopy => {
      let renewed: Promise<TileCopy> | undefined;
      return { bytes, ...(again && { again: () => (renewed ??= this.#remember(tile, again())) }) };
    });
    this.#copies.set(path, copy);
    copy.catch(() => this.#copies.get(path) === copy && this.#copies.delete(path));
    return copy;
  }
}
