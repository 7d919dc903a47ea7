/**
 * One checksum database as far as it has been proven: its timeline, the records found in it, what is stored of both.
 * Nothing is written before a caller says that a record served: a refused module leaves no trace.
 * Spec: go.dev/design/25530-sumdb.
 */
import { join } from 'node:path';
import { Memo } from '../async/memo.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { isNotFound, isSecurity, LogForkError, messageOf, TsgogetError } from '../errors.js';
import { canonicalVersion, escapePath, escapeVersion } from '../module/index.js';
import { type Note, parseVerifierKey } from '../note/index.js';
import { checkProofFile, type ProofFile, parseProofFile, proveRecords } from '../proof/index.js';
import { AuthenticTree, parseRecord, recordHash, sameHash, sumdbTileHeight, tileAt } from '../tlog/index.js';
import { CacheDir } from './cache-dir.js';
import type { SumDbConfig } from './gosumdb.js';
import { HeadNotes, isNotWitnessed, StoredHead } from './head-notes.js';
import { findLog, joinUrl, type LogProxy, type LogTransport } from './log-address.js';
import { noHead, type SignedHead } from './signed-head.js';
import { StateDir } from './state-dir.js';
import { indexRecords, linesOf, type SumLine } from './sum-lines.js';
import { type ReadLog, TileStore } from './tile-store.js';
import { Timeline } from './timeline.js';

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
  /**
   * Judges every tree head that the log has signed. Throws 'not-witnessed' for one against which no verdict may be given:
   * it must be consistent with the others all the same. Any other error refuses what carries the head.
   */
  readonly acceptHead?: ((note: Note) => void) | undefined;
}

/** How a tree head stands to the one that is stored here: of the same size, of a smaller or larger tree, or the first. */
export type HeadOrder = 'same' | 'older' | 'newer' | 'first';

/** A record that has been proven to stand in the log. */
export interface SumRecord {
  /** The record's number. */
  readonly id: number;
  /** The size of the tree that the answer named. */
  readonly treeSize: number;
  /** Exactly the lines of the module version that was asked for, of any hash algorithm; perhaps none. */
  readonly lines: readonly SumLine[];
}

/** The records of a proof file, all of them proven. */
export interface OpenedProof {
  readonly head: SignedHead;
  readonly order: HeadOrder;
  readonly recordCount: number;
  /** The record of a module version; undefined when the file has none. */
  readonly find: (path: string, version: string) => SumRecord | undefined;
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

/** The parts of a log's client. */
export interface LogParts {
  readonly state: StateDir;
  readonly cache: CacheDir;
  readonly tiles: TileStore;
  readonly read: ReadLog;
  /** Saves the evidence of a fork that the work runs into. */
  noteFork<T>(work: () => Promise<T>): Promise<T>;
}

/** One log: what has been proven of it, and what is stored of it. */
export class ProvenLog {
  readonly name: string;
  readonly #config: SumDbConfig;
  readonly #options: LogOptions;
  readonly #heads: HeadNotes;
  readonly #cache: CacheDir;
  readonly #state: StateDir;
  readonly #storedHead: StoredHead;
  readonly #tiles: TileStore;
  /** All heads that the log has signed. */
  readonly #timeline: Timeline;
  /** Those against which verdicts are given: all, or with `acceptHead` the accepted ones. */
  readonly #trusted: Timeline;
  readonly #once = new Memo<unknown>();
  readonly #found = new Memo<Found>();
  /** What the state file holds. */
  #stored = noHead;
  #storing: Promise<void> | undefined;
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(config: SumDbConfig, options: LogOptions) {
    this.name = config.name;
    this.#config = config;
    this.#options = options;
    this.#heads = new HeadNotes(parseVerifierKey(config.verifierKey), options.acceptHead);
    this.#cache = new CacheDir(join(options.cacheDir, ...config.name.split('/')));
    this.#state = new StateDir(options.stateDir, config.name, options.signal);
    this.#storedHead = new StoredHead(this.#state, this.#heads);
    this.#tiles = new TileStore(this.#cache, (path, maxBytes) => this.#read(path, maxBytes));
    this.#timeline = this.#newTimeline();
    this.#trusted = options.acceptHead ? this.#newTimeline() : this.#timeline;
  }

  #newTimeline(): Timeline {
    return new Timeline((head) => new AuthenticTree(head, sumdbTileHeight, this.#tiles), this.#state.forkHint());
  }

  /** Verifies the signature of a tree note. Throws 'bad-signature', 'invalid-note', and what `acceptHead` throws. */
  openHead(bytes: Uint8Array): SignedHead {
    return this.#heads.open(bytes);
  }

  prepare(): void {
    this.#address().catch(() => {});
  }

  /** The head that is stored here; undefined before the first. Throws 'log-fork' while evidence of a fork lies here. */
  async storedHead(): Promise<SignedHead | undefined> {
    await this.#start();
    return this.#stored.size > 0 ? this.#stored : undefined;
  }

  /** The head that the log shows now: its signature is verified, and nothing else. */
  async servedHead(): Promise<SignedHead> {
    return this.#heads.open(await this.#read('/latest', maxLookupBytes));
  }

  /**
   * Proves that a head is on the timeline, which the stored head begins. Returns the newest head that is trusted.
   * Throws LogForkError, 'bad-proof', what reading tiles throws, and 'not-witnessed' for a head that is not accepted.
   */
  async merge(head: SignedHead): Promise<SignedHead> {
    await this.#start();
    await this.#noteFork(() => this.#merge(head));
    this.#heads.requireAccepted(head);
    return this.#trusted.head;
  }

  /** Stores the newest head if it is newer than what is stored. */
  storeHead(): Promise<void> {
    return this.#noteFork(() => this.#storeHead());
  }

  /** What a closer look at the log is made of. */
  get parts(): LogParts {
    return {
      state: this.#state,
      cache: this.#cache,
      tiles: this.#tiles,
      read: (path, maxBytes) => this.#read(path, maxBytes),
      noteFork: (work) => this.#noteFork(work),
    };
  }

  async newestHead(): Promise<SignedHead> {
    await this.#start();
    return this.#noteFork(async () => {
      if (this.#trusted.head.size === 0) await this.#askForHead();
      return this.#trusted.head;
    });
  }

  /**
   * Proves module versions against one tree head, for a reader without a network. Rejects as `find` does; stores nothing.
   */
  async prove(modules: readonly { readonly path: string; readonly version: string }[]): Promise<ProofFile> {
    const found = await Promise.all(modules.map(({ path, version }) => this.find(path, version)));
    const { note } = await this.newestHead();
    const { tree } = this.#trusted;
    const texts = new Map(found.map(({ record, text }) => [record.id, text]));
    const ids = [...texts.keys()].sort((a, b) => a - b);
    const hashes = await Promise.all(proveRecords(ids, tree.head.size, (range) => tree.rangeHash(range)));
    const proof = { records: ids.map((id) => ({ id, text: texts.get(id)! })), hashes, note };
    checkProofFile(proof, tree.head);
    return proof;
  }

  /**
   * Proves the records of a file that `prove` made somewhere: asks nobody, and stores nothing but the evidence of a fork.
   * Throws 'bad-proof' or 'bad-signature' for a false file, 'not-witnessed', and LogForkError where the stored head has the
   * size of the file's and another hash.
   */
  async openProof(bytes: Uint8Array): Promise<OpenedProof> {
    this.#requireTime();
    this.#state.requireNoFork(this.name);
    const file = parseProofFile(bytes);
    const head = this.#openHeadOf(file);
    checkProofFile(file, head);
    const find = indexRecords(file, head.size);
    this.#heads.requireAccepted(head);
    const order = await this.#compareToStored(head);
    return { head, order, recordCount: file.records.length, find };
  }

  #openHeadOf({ note }: ProofFile): SignedHead {
    try {
      return this.#heads.open(encodeUtf8(note));
    } catch (error) {
      if (isSecurity(error)) throw error;
      throw new TsgogetError('bad-proof', `malformed proof file: ${messageOf(error)}`, { cause: error });
    }
  }

  async #compareToStored(head: SignedHead): Promise<HeadOrder> {
    const stored = await this.#storedHead.read();
    if (!stored) return 'first';
    if (head.size !== stored.size) return head.size < stored.size ? 'older' : 'newer';
    const both = this.#newTimeline(); // of one size: no tile is read
    await both.merge(stored);
    await this.#noteFork(() => both.merge(head));
    return 'same';
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
      const found = await this.#authenticate(stored, path, version).catch((error) => {
        if (!isRefuted(error) || error instanceof LogForkError) throw error;
      });
      if (found && found.record.lines.length > 0) return this.#keeping(found);
      await this.#cache.drop(file); // refuted, or an authentic answer to another question
    }
    const answer = await this.#read(`/${file}`, maxLookupBytes).catch((error) => {
      if (!isNotFound(error)) throw error;
      throw new NoRecordError('http', messageOf(error), {
        hint: `if ${path} is private, name it in GOPRIVATE or GONOSUMDB: then the checksum database is not asked about it`,
      });
    });
    return this.#keeping(await this.#authenticate(answer, path, version), () => this.#cache.write(file, answer));
  }

  #keeping({ record, text }: Omit<Found, 'keep'>, write?: () => Promise<void>): Found {
    let unwritten = write;
    const keep = () => {
      this.#inBackground(unwritten?.());
      unwritten = undefined;
      this.#inBackground(this.#tiles.save(this.#trusted.tree.proven));
      this.#inBackground(this.#noteFork(() => this.#storeHead()));
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
    const head = this.#heads.open(rest);
    this.#prefetch(id, head);
    await this.#merge(head);
    const { size } = this.#timeline.tree.head;
    if (id >= size) throw new TsgogetError('bad-proof', `cannot validate record ${id} in tree of size ${size}`);
    if (id >= this.#trusted.tree.head.size) await this.#askForRecord(id);
    if (!sameHash(await this.#trusted.tree.recordHash(id), recordHash(bytes))) {
      throw new TsgogetError('bad-proof', 'cannot authenticate record data in server response');
    }
    void this.#timeline.tree; // a fork seen meanwhile ends it
    return { record: { id, treeSize: head.size, lines: linesOf(text, path, version) }, text };
  }

  /** Makes a head part of the timeline, and of what verdicts are given against if it is accepted. */
  async #merge(head: SignedHead): Promise<void> {
    await this.#timeline.merge(head);
    if (this.#trusted !== this.#timeline && this.#heads.isAccepted(head)) await this.#trusted.merge(head);
  }

  /** Asks the log for its newest head, once; throws why it is not accepted. */
  async #askForHead(): Promise<void> {
    try {
      await this.#once.get('newest', async () => {
        const head = this.#heads.open(await this.#read('/latest', maxLookupBytes));
        await this.#merge(head);
        this.#heads.requireAccepted(head);
      });
    } catch (error) {
      if (!isSecurity(error) && !isNotWitnessed(error)) this.#once.delete('newest');
      throw error;
    }
  }

  /** A record is beyond every accepted head: the log may have one that reaches it. */
  async #askForRecord(id: number): Promise<void> {
    await this.#askForHead();
    const { size } = this.#trusted.tree.head;
    if (id < size) return;
    throw new TsgogetError('not-witnessed', `record ${id} is beyond the newest witnessed tree head, of size ${size}`);
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
      this.#stored = (await this.#storedHead.read()) ?? noHead;
      await this.#noteFork(() => this.#merge(this.#stored));
    });
  }

  /** Writes the newest head to the state file if it is newer than what stands there. */
  async #storeHead(): Promise<void> {
    while (this.#stored.size < this.#trusted.head.size) {
      this.#storing ??= this.#swapHead().finally(() => {
        this.#storing = undefined;
      });
      await this.#storing;
    }
  }

  async #swapHead(): Promise<void> {
    const stored = (await this.#storedHead.swap(this.#stored, this.#trusted.head)) ?? noHead; // another's, if it was there first
    await this.#merge(stored);
    this.#stored = stored;
  }

  /** Saves the evidence of a fork that the work runs into. */
  async #noteFork<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LogForkError)) throw error;
      const failure = await this.#state.saveEvidence(error.message);
      if (failure === undefined) throw error;
      const hint = `keep this message: the evidence cannot be written to ${this.#state.evidenceFile}: ${failure}`;
      throw new LogForkError(error.message, error, { hint, cause: error });
    }
  }
}

/** Reports whether what was read is wrong in itself, rather than out of reach. */
function isRefuted(error: unknown): boolean {
  const code = error instanceof TsgogetError ? error.code : undefined;
  return isSecurity(error) || code === 'invalid-note' || code === 'invalid-response';
}
