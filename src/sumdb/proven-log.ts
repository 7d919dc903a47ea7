/**
 * One checksum database as far as it has been proven: its timeline, the records found in it, what is stored of both.
 * Nothing is written before a caller says that a record served: a refused module leaves no trace.
 * Spec: go.dev/design/25530-sumdb.
 */
import { join } from 'node:path';
import { Memo } from '../async/memo.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import { isNotFound, isSecurity, LogForkError, messageOf, TsgogetError } from '../errors.js';
import { canonicalVersion, escapePath, escapeVersion } from '../module/index.js';
import { openNote, parseVerifierKey, type Verifier } from '../note/index.js';
import {
  AuthenticTree,
  parseRecord,
  parseTreeHead,
  recordHash,
  sameHash,
  sumdbTileHeight,
  tileAt,
} from '../tlog/index.js';
import { CacheDir } from './cache-dir.js';
import type { SumDbConfig } from './gosumdb.js';
import { findLog, joinUrl, type LogProxy, type LogTransport } from './log-address.js';
import { StateDir } from './state-dir.js';
import { linesOf, type SumLine } from './sum-lines.js';
import { TileStore } from './tile-store.js';
import { noHead, type SignedHead, Timeline } from './timeline.js';

/** How a log is reached, and where it is stored. */
export interface LogOptions {
  /** The GOPROXY list, in order. */
  readonly proxies: readonly LogProxy[];
  readonly transport: LogTransport;
  /** GOPATH/pkg/sumdb: the newest tree head, which outlives the caches. */
  readonly stateDir: string;
  /** GOMODCACHE/cache/download/sumdb. */
  readonly cacheDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** A record that has been proven to stand in the log. */
export interface SumRecord {
  /** The record's number. */
  readonly id: number;
  /** The size of the tree that the answer named. */
  readonly treeSize: number;
  /** Exactly the lines of the module version that was asked for, of any hash algorithm; perhaps none. */
  readonly lines: readonly SumLine[];
}

/** Larger answers to a look-up are refused: one record and one note. */
const maxLookupBytes = 1 << 20;

/** A record that has been found and proven. */
export interface Found {
  readonly record: SumRecord;
  /** Starts to store what proves it. */
  keep(): void;
}

/** One log: what has been proven of it, and what is stored of it. */
export class ProvenLog {
  readonly name: string;
  readonly #config: SumDbConfig;
  readonly #options: LogOptions;
  readonly #verifier: Verifier;
  readonly #cache: CacheDir;
  readonly #state: StateDir;
  readonly #tiles: TileStore;
  readonly #timeline: Timeline;
  readonly #once = new Memo<unknown>();
  readonly #found = new Memo<Found>();
  /** Heads whose signature has been verified, by note. */
  readonly #heads = new Map<string, SignedHead>();
  /** What the state file holds. */
  #stored = noHead;
  #storing: Promise<void> | undefined;
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(config: SumDbConfig, options: LogOptions) {
    this.name = config.name;
    this.#config = config;
    this.#options = options;
    this.#verifier = parseVerifierKey(config.verifierKey);
    this.#cache = new CacheDir(join(options.cacheDir, ...config.name.split('/')));
    this.#state = new StateDir(options.stateDir, config.name, options.signal);
    this.#tiles = new TileStore(this.#cache, (path, maxBytes) => this.#read(path, maxBytes));
    this.#timeline = new Timeline(
      (head) => new AuthenticTree(head, sumdbTileHeight, this.#tiles),
      this.#state.forkHint(),
    );
  }

  prepare(): void {
    this.#address().catch(() => {});
  }

  async newestHead(): Promise<SignedHead> {
    await this.#start();
    return this.#noteFork(async () => {
      if (this.#timeline.head.size === 0) {
        await this.#timeline.merge(this.#openHead(await this.#read('/latest', maxLookupBytes)));
      }
      return this.#timeline.head;
    });
  }

  /** The record of a module version; of a version once, however often it is asked for. */
  async find(path: string, version: string): Promise<Found> {
    // nothing becomes a URL or a file name before this
    const escaped = `${escapePath(path)}@${escapeVersion(version)}`;
    if (canonicalVersion(version) !== version) {
      throw new TsgogetError('invalid-version', 'invalid version: not a canonical version');
    }
    await this.#start();
    try {
      return await this.#found.get(escaped, () => this.#noteFork(() => this.#find(path, version, `lookup/${escaped}`)));
    } catch (error) {
      if (!isSecurity(error)) this.#found.delete(escaped);
      throw error;
    }
  }

  async #find(path: string, version: string, file: string): Promise<Found> {
    const stored = await this.#cache.read(file);
    if (stored) {
      const record = await this.#authenticate(stored, path, version).catch((error) => {
        if (!isRefuted(error) || error instanceof LogForkError) throw error;
      });
      if (record && record.lines.length > 0) return this.#keeping(record);
      await this.#cache.drop(file); // refuted, or an authentic answer to another question
    }
    const answer = await this.#read(`/${file}`, maxLookupBytes).catch((error) => {
      if (!isNotFound(error)) throw error;
      throw new TsgogetError('http', messageOf(error), {
        hint: `if ${path} is private, name it in GOPRIVATE or GONOSUMDB: then the checksum database is not asked about it`,
      });
    });
    return this.#keeping(await this.#authenticate(answer, path, version), () => this.#cache.write(file, answer));
  }

  #keeping(record: SumRecord, write?: () => Promise<void>): Found {
    let unwritten = write;
    const keep = () => {
      this.#inBackground(unwritten?.());
      unwritten = undefined;
      this.#inBackground(this.#tiles.save(this.#timeline.tree.proven));
      this.#inBackground(this.#noteFork(() => this.#storeHead()));
    };
    return { record, keep };
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

  /** Proves that an answer's tree head is on the timeline and its record in the newest tree. */
  async #authenticate(answer: Uint8Array, path: string, version: string): Promise<SumRecord> {
    const record = parseRecord(answer);
    const head = this.#openHead(record.rest);
    this.#prefetch(record.id, head);
    await this.#timeline.merge(head);
    const { tree } = this.#timeline;
    if (record.id >= tree.head.size) {
      const what = `cannot validate record ${record.id} in tree of size ${tree.head.size}`;
      throw new TsgogetError('bad-proof', what);
    }
    if (!sameHash(await tree.recordHash(record.id), recordHash(record.bytes))) {
      throw new TsgogetError('bad-proof', 'cannot authenticate record data in server response');
    }
    void this.#timeline.tree; // a fork seen meanwhile ends it
    return { id: record.id, treeSize: head.size, lines: linesOf(record.text, path, version) };
  }

  /** Asks for a record's tiles while its head is still being proven: those that no later head can change. */
  #prefetch(id: number, head: SignedHead): void {
    const { tree } = this.#timeline;
    if (head.size <= tree.head.size) {
      if (id < tree.head.size) tree.recordHash(id).catch(() => {});
      return;
    }
    let index = id;
    for (let level = 0; ; level++) {
      index = Math.floor(index / 2 ** sumdbTileHeight);
      const tile = tileAt(head.size, sumdbTileHeight, level, index);
      if (tile?.width !== 2 ** sumdbTileHeight) return;
      this.#tiles.read(tile).catch(() => {});
    }
  }

  /** Verifies the signature of a tree note. */
  #openHead(bytes: Uint8Array): SignedHead {
    const note = decodeUtf8(bytes);
    const known = note === undefined ? undefined : this.#heads.get(note);
    if (known) return known;
    try {
      const head = { ...parseTreeHead(openNote(bytes, [this.#verifier]).text), note: note! };
      this.#heads.set(head.note, head);
      return head;
    } catch (error) {
      const code = error instanceof TsgogetError ? error.code : 'invalid-note';
      const shown = (note ?? '').slice(0, 1000);
      throw new TsgogetError(code, `reading tree note: ${messageOf(error)}\nnote:\n${shown}`, { cause: error });
    }
  }

  async #read(path: string, maxBytes: number): Promise<Uint8Array> {
    const address = await this.#address();
    this.#requireTime();
    return this.#options.transport.get(joinUrl(address, path.slice(1)), maxBytes);
  }

  #requireTime(): void {
    const { signal } = this.#options;
    if (signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: signal.reason });
  }

  #address(): Promise<string> {
    const find = () => findLog(this.#config, this.#options.proxies, this.#options.transport);
    return this.#once.get('address', find) as Promise<string>;
  }

  /** Reads the state, once: before that, nothing is asked or believed. */
  async #start(): Promise<void> {
    this.#requireTime();
    await this.#once.get('start', async () => {
      this.#state.requireNoFork(this.name);
      let note = await this.#state.readLatest();
      try {
        if (note !== '') this.#openHead(encodeUtf8(note));
      } catch {
        note = await this.#state.readLatestLocked(); // someone may have been writing it
      }
      await this.#noteFork(() => this.#mergeStored(note));
    });
  }

  /** Makes a stored note part of the timeline. */
  async #mergeStored(note: string): Promise<void> {
    if (note === '') return;
    let head: SignedHead;
    try {
      head = this.#openHead(encodeUtf8(note));
    } catch (error) {
      const code = error instanceof TsgogetError && error.code === 'bad-signature' ? 'bad-signature' : 'cache';
      const message = `${this.#state.latestFile}: ${messageOf(error)}`;
      throw new TsgogetError(code, message, { hint: this.#state.mendHint(), cause: error });
    }
    await this.#timeline.merge(head);
    this.#stored = head;
  }

  /** Writes the newest head to the state file if it is newer than what stands there. */
  async #storeHead(): Promise<void> {
    while (this.#stored.size < this.#timeline.head.size) {
      this.#storing ??= this.#swapHead().finally(() => {
        this.#storing = undefined;
      });
      await this.#storing;
    }
  }

  async #swapHead(): Promise<void> {
    const { head } = this.#timeline;
    let found: string;
    try {
      found = await this.#state.swapLatest(this.#stored.note, head.note);
    } catch (error) {
      if (error instanceof TsgogetError) throw error;
      throw new TsgogetError('cache', `cannot write the newest tree head: ${messageOf(error)}`, { cause: error });
    }
    await this.#mergeStored(found); // another's head, if it was there first
  }

  /** Saves the evidence of a fork that the work runs into. */
  async #noteFork<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LogForkError) await this.#state.saveEvidence(error.message);
      throw error;
    }
  }
}

/** Reports whether what was read is wrong in itself, rather than out of reach. */
function isRefuted(error: unknown): boolean {
  const code = error instanceof TsgogetError ? error.code : undefined;
  return isSecurity(error) || code === 'invalid-note' || code === 'invalid-response';
}
