/**
 * The records of one checksum database: each found by its module version, proven in the newest tree that is trusted, and stored.
 * Nothing is written before a caller says that a record served: a refused module leaves no trace.
 * Spec: go.dev/design/25530-sumdb.
 */
import { join } from 'node:path';
import { Memo } from '../async/memo.js';
import { isNotFound, isSecurity, LogForkError, messageOf, TsgogetError } from '../errors.js';
import { canonicalVersion, escapePath, escapeVersion } from '../module/index.js';
import { parseRecord, recordHash, sameHash, sumdbTileHeight, tileAt } from '../tlog/index.js';
import { CacheDir } from './cache-dir.js';
import { DiskTiles } from './disk-tiles.js';
import type { SumDbConfig } from './gosumdb.js';
import { type HeadOptions, LogHeads } from './log-heads.js';
import { LogReader, type ReachOptions } from './log-reader.js';
import { MemoryTiles } from './memory-tiles.js';
import { NetworkTiles } from './network-tiles.js';
import type { RecordTiles } from './record-tiles.js';
import type { SignedHead } from './signed-head.js';
import { hasOneOfEach, linesOf, type SumRecord } from './sum-lines.js';

/** How a log is reached, and where it is stored. */
export interface LogOptions extends ReachOptions, HeadOptions {
  /** GOMODCACHE/cache/download/sumdb. */
  readonly cacheDir: string;
}

/** Larger answers to a look-up are refused: one record and one note. */
const maxLookupBytes = 1 << 20;

/** The log says that it has no record of a module version. It cannot prove that: its code is no 'not-found'. */
export class NoRecordError extends TsgogetError {}

/** A record that has been found and proven. */
export interface Found {
  readonly record: SumRecord;
  /** All of the record, as the log has hashed it. */
  readonly text: string;
  /** Starts to store what proves it. */
  keep(): void;
}

/** One log, as far as it has been proven. */
export class ProvenLog {
  readonly name: string;
  readonly cache: CacheDir;
  readonly heads: LogHeads;
  readonly tiles: RecordTiles & { readonly disk: DiskTiles };
  readonly #reader: LogReader;
  readonly #found = new Memo<Found>();
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(config: SumDbConfig, options: LogOptions) {
    this.name = config.name;
    this.cache = new CacheDir(join(options.cacheDir, ...config.name.split('/')));
    this.#reader = new LogReader(config, options);
    const network = new NetworkTiles(this.#reader.read);
    const disk = new DiskTiles(this.cache, network);
    this.tiles = { network, disk, memory: new MemoryTiles(disk) };
    this.heads = new LogHeads(config, this.#reader, this.tiles.memory, options);
  }

  /** Begins to find out how the log is reached. Never throws. */
  prepare(): void {
    this.#reader.prepare();
  }

  /** The record of a module version; of a version once, however often it is asked for. */
  async find(path: string, version: string): Promise<Found> {
    // nothing becomes a URL or a file name before this
    const escaped = `${escapePath(path)}@${escapeVersion(version)}`;
    if (canonicalVersion(version) !== version) {
      throw new TsgogetError('invalid-version', 'invalid version: not a canonical version');
    }
    await this.heads.start();
    try {
      return await this.#found.get(escaped, () =>
        this.heads.noteFork(() => this.#find(path, version, `lookup/${escaped}`)),
      );
    } catch (error) {
      if (!isSecurity(error)) this.#found.delete(escaped);
      throw error;
    }
  }

  async #find(path: string, version: string, file: string): Promise<Found> {
    const stored = await this.cache.read(file);
    if (stored) {
      const found = await this.#authenticate(stored, path, version).catch((error) => {
        if (!isRefuted(error) || error instanceof LogForkError) throw error;
      });
      if (found && hasOneOfEach(found.record.lines, version)) return this.#keeping(found);
      await this.cache.drop(file); // refuted, an authentic answer to another question, or one that contradicts itself
    }
    const answer = await this.#reader.read(`/${file}`, maxLookupBytes).catch((error) => {
      if (!isNotFound(error)) throw error;
      throw new NoRecordError('http', messageOf(error), {
        hint: `if ${path} is private, name it in GOPRIVATE or GONOSUMDB: then the checksum database is not asked about it`,
      });
    });
    const found = await this.#authenticate(answer, path, version);
    const isWhole = hasOneOfEach(found.record.lines, version);
    return this.#keeping(found, isWhole ? () => this.cache.write(file, answer) : undefined);
  }

  #keeping({ record, text }: Omit<Found, 'keep'>, write?: () => Promise<void>): Found {
    let unwritten = write;
    const keep = () => {
      this.#inBackground(unwritten?.());
      unwritten = undefined;
      this.#inBackground(this.tiles.disk.save(this.heads.trusted.tree.proven));
      this.#inBackground(this.heads.store());
    };
    return { record, text, keep };
  }

  #inBackground(work: Promise<void> | undefined): void {
    if (!work) return;
    const ended = work
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#pending.delete(ended));
    this.#pending.add(ended);
  }

  /** Waits until everything is stored; throws what kept the newest head from being so. */
  async flush(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure.error;
  }

  /** Proves that an answer's tree head is on the timeline and its record in the newest tree that is trusted. */
  async #authenticate(answer: Uint8Array, path: string, version: string): Promise<Omit<Found, 'keep'>> {
    const { id, text, bytes, rest } = parseRecord(answer);
    const { heads } = this;
    const head = heads.open(rest);
    this.#prefetch(id, head);
    await heads.add(head);
    const { size } = heads.timeline.tree.head;
    if (id >= size) throw new TsgogetError('bad-proof', `cannot validate record ${id} in tree of size ${size}`);
    await heads.reach(id);
    if (!sameHash(await heads.trusted.tree.recordHash(id), recordHash(bytes))) {
      throw new TsgogetError('bad-proof', 'cannot authenticate record data in server response');
    }
    void heads.timeline.tree; // a fork seen meanwhile ends it
    return { record: { id, treeSize: head.size, lines: linesOf(text, path, version) }, text };
  }

  /** Asks for a record's tiles while its head is still being proven: those that no later head can change. */
  #prefetch(id: number, head: SignedHead): void {
    const { tree } = this.heads.timeline;
    if (head.size <= tree.head.size) {
      if (id < tree.head.size) tree.recordHash(id).catch(() => {});
      return;
    }
    let index = id;
    for (let level = 0; ; level++) {
      index = Math.floor(index / 2 ** sumdbTileHeight);
      const tile = tileAt(head.size, sumdbTileHeight, level, index);
      if (tile?.width !== 2 ** sumdbTileHeight) return;
      this.tiles.memory.read(tile).catch(() => {});
    }
  }
}

/** Reports whether what was read is wrong in itself, rather than out of reach. */
function isRefuted(error: unknown): boolean {
  const code = error instanceof TsgogetError ? error.code : undefined;
  return isSecurity(error) || code === 'invalid-note' || code === 'invalid-response';
}
