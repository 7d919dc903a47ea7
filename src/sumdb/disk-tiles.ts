/** Tiles that an earlier run has stored in the cache folder, over a source of those that are not there. */
import { fullTile, hashBytes, type Tile, type TileCopy, type TileSource, tilePath } from '../tlog/index.js';
import type { CacheDir } from './cache-dir.js';

/** Reads what is stored; stores only what `save` is given. */
export class DiskTiles implements TileSource {
  readonly #cache: CacheDir;
  readonly #below: TileSource;
  /** Paths that need no write: they came from the cache folder, or have been written. */
  readonly #stored = new Set<string>();

  constructor(cache: CacheDir, below: TileSource) {
    this.#cache = cache;
    this.#below = below;
  }

  /** A stored full tile serves for a partial one. */
  async read(tile: Tile): Promise<TileCopy> {
    for (const candidate of new Map([tile, fullTile(tile)].map((t) => [tilePath(t), t])).values()) {
      const path = tilePath(candidate);
      const bytes = await this.#cache.read(path);
      if (bytes?.length !== candidate.width * hashBytes) continue;
      this.#stored.add(path).add(tilePath(tile));
      return { bytes: bytes.subarray(0, tile.width * hashBytes), again: () => this.#reload(tile, path) };
    }
    return this.#below.read(tile);
  }

  async #reload(tile: Tile, path: string): Promise<TileCopy> {
    await this.#cache.drop(path);
    this.#stored.delete(path);
    this.#stored.delete(tilePath(tile));
    return this.#below.read(tile);
  }

  /** Stores tiles that have been proven, and forgets which ones were given. A write that fails is passed over. */
  async save(proven: Map<string, Uint8Array>): Promise<void> {
    const fresh = [...proven].filter(([path]) => !this.#stored.has(path));
    proven.clear();
    for (const [path] of fresh) this.#stored.add(path);
    await Promise.all(fresh.map(([path, bytes]) => this.#cache.write(path, bytes)));
  }
}
