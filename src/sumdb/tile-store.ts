/**
 * Tiles from memory, from the cache folder or from the log. Nothing here is proven: AuthenticTree does that, and says
 * afterwards what may be stored.
 */
import { isNotFound } from '../errors.js';
import { fullTile, hashBytes, type Tile, type TileCopy, type TileSource, tilePath } from '../tlog/index.js';
import type { CacheDir } from './cache-dir.js';

/** Asks the log for what stands at a path of its own. */
export type ReadLog = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** The tiles of one log; each is read once, whoever asks. */
export class TileStore implements TileSource {
  readonly #cache: CacheDir;
  readonly #readLog: ReadLog;
  readonly #copies = new Map<string, Promise<TileCopy>>();
  /** Paths that need no write: they came from the cache folder, or have been written. */
  readonly #stored = new Set<string>();

  constructor(cache: CacheDir, readLog: ReadLog) {
    this.#cache = cache;
    this.#readLog = readLog;
  }

  read(tile: Tile): Promise<TileCopy> {
    const path = tilePath(tile);
    const known = this.#copies.get(path) ?? this.#prefixOfKnown(tile);
    return known ?? this.#remember(path, this.#load(tile));
  }

  /** Reads a tile for a caller that will not ask again: it is not remembered. */
  once(tile: Tile): Promise<TileCopy> {
    return this.#copies.get(tilePath(tile)) ?? this.#load(tile);
  }

  /** Stores proven tiles, and forgets which ones were given. */
  async save(proven: Map<string, Uint8Array>): Promise<void> {
    const fresh = [...proven].filter(([path]) => !this.#stored.has(path));
    proven.clear();
    for (const [path] of fresh) this.#stored.add(path);
    await Promise.all(fresh.map(([path, bytes]) => this.#cache.write(path, bytes)));
  }

  /** A failure is forgotten: the next one who needs the tile asks again. */
  #remember(path: string, copy: Promise<TileCopy>): Promise<TileCopy> {
    this.#copies.set(path, copy);
    copy.catch(() => this.#copies.get(path) === copy && this.#copies.delete(path));
    return copy;
  }

  #prefixOfKnown(tile: Tile): Promise<TileCopy> | undefined {
    const full = this.#copies.get(tilePath(fullTile(tile)));
    return full?.then((copy) => prefix(copy, tile)).catch(() => this.#remember(tilePath(tile), this.#load(tile)));
  }

  async #load(tile: Tile): Promise<TileCopy> {
    for (const candidate of new Map([tile, fullTile(tile)].map((t) => [tilePath(t), t])).values()) {
      const path = tilePath(candidate);
      const bytes = await this.#cache.read(path);
      if (bytes?.length !== candidate.width * hashBytes) continue;
      this.#stored.add(path).add(tilePath(tile));
      let again: Promise<TileCopy> | undefined;
      return prefix({ bytes, again: () => (again ??= this.#reload(tile, path)) }, tile);
    }
    return this.#download(tile);
  }

  /** Drops a stored tile that was refuted, and asks the log. */
  async #reload(tile: Tile, path: string): Promise<TileCopy> {
    await this.#cache.drop(path);
    this.#stored.delete(path);
    this.#stored.delete(tilePath(tile));
    return this.#remember(tilePath(tile), this.#download(tile));
  }

  /** A partial tile that the log no longer has is the beginning of the full one. */
  async #download(tile: Tile): Promise<TileCopy> {
    const maxBytes = (t: Tile) => t.width * hashBytes;
    try {
      return { bytes: await this.#readLog(`/${tilePath(tile)}`, maxBytes(tile)) };
    } catch (error) {
      const full = fullTile(tile);
      if (full.width === tile.width || !isNotFound(error)) throw error;
      const copy = this.#readLog(`/${tilePath(full)}`, maxBytes(full)).then((bytes) => ({ bytes }));
      // the first error says what was wanted
      return prefix(await this.#remember(tilePath(full), copy).catch(() => Promise.reject(error)), tile);
    }
  }
}

/** A wide tile's beginning; a tile of another length than it should have is passed on, to be refused. */
function prefix(copy: TileCopy, tile: Tile): TileCopy {
  const full = fullTile(tile).width;
  if (tile.width === full) return copy;
  const { bytes, again } = copy;
  return {
    bytes: bytes.length === full * hashBytes ? bytes.subarray(0, tile.width * hashBytes) : bytes,
    ...(again && { again: async () => prefix(await again(), tile) }),
  };
}
