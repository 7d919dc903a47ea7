/**
 * The signed heads of one log: the stored one, with which its timeline begins; those that the log shows; and the newest one
 * against which verdicts are given. The evidence of a fork is saved.
 */
import { Memo } from '../async/memo.js';
import { isSecurity, LogForkError, TsgogetError } from '../errors.js';
import { type Note, parseVerifierKey } from '../note/index.js';
import { AuthenticTree, sumdbTileHeight, type TileSource } from '../tlog/index.js';
import type { SumDbConfig } from './gosumdb.js';
import { HeadNotes, isNotWitnessed, StoredHead } from './head-notes.js';
import type { LogReader } from './log-reader.js';
import { noHead, type SignedHead } from './signed-head.js';
import { StateDir } from './state-dir.js';
import { Timeline } from './timeline.js';

/** Where the newest head is stored, and which heads are accepted. */
export interface HeadOptions {
  /** GOPATH/pkg/sumdb: the newest tree head, which outlives the caches. */
  readonly stateDir: string;
  readonly signal?: AbortSignal | undefined;
  /**
   * Judges every tree head that the log has signed. Throws 'not-witnessed' for one against which no verdict may be given:
   * it must be consistent with the others all the same. Any other error refuses what carries the head.
   */
  readonly acceptHead?: ((note: Note) => void) | undefined;
}

/** How a tree head stands to the one that is stored here: of the same size, of a smaller or larger tree, or the first. */
export type HeadOrder = 'same' | 'older' | 'newer' | 'first';

/** Larger answers are refused where one note is asked for. */
const maxNoteBytes = 1 << 20;

/** Merges heads; many at a time. */
export class LogHeads {
  readonly state: StateDir;
  readonly #name: string;
  readonly #reader: LogReader;
  readonly #notes: HeadNotes;
  readonly #storedHead: StoredHead;
  readonly #tiles: TileSource;
  /** All heads that the log has signed. */
  readonly timeline: Timeline;
  /** Those against which verdicts are given: all, or with `acceptHead` the accepted ones. */
  readonly trusted: Timeline;
  readonly #once = new Memo<void>();
  /** What the state file holds. */
  #stored = noHead;
  #storing: Promise<void> | undefined;

  constructor(config: SumDbConfig, reader: LogReader, tiles: TileSource, options: HeadOptions) {
    this.#name = config.name;
    this.#reader = reader;
    this.#tiles = tiles;
    this.#notes = new HeadNotes(parseVerifierKey(config.verifierKey), options.acceptHead);
    this.state = new StateDir(options.stateDir, config.name, options.signal);
    this.#storedHead = new StoredHead(this.state, this.#notes);
    this.timeline = this.#newTimeline();
    this.trusted = options.acceptHead ? this.#newTimeline() : this.timeline;
  }

  #newTimeline(): Timeline {
    return new Timeline((head) => new AuthenticTree(head, sumdbTileHeight, this.#tiles), this.state.forkHint());
  }

  /** Verifies the signature of a tree note. Throws 'bad-signature', 'invalid-note', and what `acceptHead` throws. */
  open(bytes: Uint8Array): SignedHead {
    return this.#notes.open(bytes);
  }

  /** Throws 'interrupted', and 'log-fork' while evidence of a fork lies here. */
  requireNoFork(): void {
    this.#reader.requireTime();
    this.state.requireNoFork(this.#name);
  }

  /** Reads the state, once: before that, nothing is asked or believed. Throws as `requireNoFork` and `merge` do, and 'cache'. */
  async start(): Promise<void> {
    this.#reader.requireTime();
    await this.#once.get('start', async () => {
      this.requireNoFork();
      this.#stored = (await this.#storedHead.read()) ?? noHead;
      await this.noteFork(() => this.add(this.#stored));
    });
  }

  /** The head that is stored here; undefined before the first. Throws as `start` does. */
  async stored(): Promise<SignedHead | undefined> {
    await this.start();
    return this.#stored.size > 0 ? this.#stored : undefined;
  }

  /** The head that the log shows now: its signature is verified, and nothing else. */
  async served(): Promise<SignedHead> {
    return this.open(await this.#reader.read('/latest', maxNoteBytes));
  }

  /** The newest head that is trusted; asked of the log when there is none. Throws why that one is not accepted, and as `merge` does. */
  async newest(): Promise<SignedHead> {
    await this.start();
    return this.noteFork(async () => {
      if (this.trusted.head.size === 0) await this.#askForNewest();
      return this.trusted.head;
    });
  }

  /**
   * Proves that a head is on the timeline, which the stored head begins. Returns the newest head that is trusted.
   * Throws LogForkError, 'bad-proof', what reading tiles throws, and 'not-witnessed' for a head that is not accepted.
   */
  async merge(head: SignedHead): Promise<SignedHead> {
    await this.start();
    await this.noteFork(() => this.add(head));
    this.#notes.requireAccepted(head);
    return this.trusted.head;
  }

  /** Makes a head part of the timeline, and of what verdicts are given against if it is accepted. Within `noteFork`, after `start`. */
  async add(head: SignedHead): Promise<void> {
    await this.timeline.merge(head);
    if (this.trusted !== this.timeline && this.#notes.isAccepted(head)) await this.trusted.merge(head);
  }

  /** A record may be beyond every accepted head: the log may have one that reaches it. Throws 'not-witnessed' if not. As `add`. */
  async reach(id: number): Promise<void> {
    if (id < this.trusted.tree.head.size) return;
    await this.#askForNewest();
    const { size } = this.trusted.tree.head;
    if (id < size) return;
    throw new TsgogetError('not-witnessed', `record ${id} is beyond the newest witnessed tree head, of size ${size}`);
  }

  /** Asks the log for its newest head, once; throws why it is not accepted. */
  async #askForNewest(): Promise<void> {
    try {
      await this.#once.get('newest', async () => {
        const head = await this.served();
        await this.add(head);
        this.#notes.requireAccepted(head);
      });
    } catch (error) {
      if (!isSecurity(error) && !isNotWitnessed(error)) this.#once.delete('newest');
      throw error;
    }
  }

  /**
   * How a head stands to the stored one, by their sizes: no tile is read. Throws 'not-witnessed', 'cache', and LogForkError
   * where both have one size and differ.
   */
  async compareToStored(head: SignedHead): Promise<HeadOrder> {
    this.#notes.requireAccepted(head);
    const stored = await this.#storedHead.read();
    if (!stored) return 'first';
    if (head.size !== stored.size) return head.size < stored.size ? 'older' : 'newer';
    const both = this.#newTimeline();
    await both.merge(stored);
    await this.noteFork(() => both.merge(head));
    return 'same';
  }

  /** Stores the newest head if it is newer than what is stored. Throws 'cache', and as `merge` does. */
  store(): Promise<void> {
    return this.noteFork(async () => {
      while (this.#stored.size < this.trusted.head.size) {
        this.#storing ??= this.#swap().finally(() => {
          this.#storing = undefined;
        });
        await this.#storing;
      }
    });
  }

  async #swap(): Promise<void> {
    const stored = (await this.#storedHead.swap(this.#stored, this.trusted.head)) ?? noHead; // another's, if it was there first
    await this.add(stored);
    this.#stored = stored;
  }

  /** Saves the evidence of a fork that the work runs into. */
  async noteFork<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LogForkError)) throw error;
      const failure = await this.state.saveEvidence(error.message);
      if (failure === undefined) throw error;
      const hint = `keep this message: the evidence cannot be written to ${this.state.evidenceFile}: ${failure}`;
      throw new LogForkError(error.message, error, { hint, cause: error });
    }
  }
}
