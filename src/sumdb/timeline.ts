/**
 * The one history that a checksum database may have: the newest tree head that it has signed, and the proof that every
 * other head is a part of it. Two heads that contradict each other are a fork, and end the trust in that database.
 */
import { Memo } from '../async/memo.js';
import { LogForkError, TsgogetError } from '../errors.js';
import {
  type AuthenticTree,
  checkTree,
  emptyTreeHash,
  formatHash,
  type Hash,
  proveTree,
  sameHash,
  type TreeHead,
} from '../tlog/index.js';

/** A tree head and the signed note that it stands in; '' for the empty tree before the first note. */
export interface SignedHead extends TreeHead {
  readonly note: string;
}

/** The head of a log of which nothing is known. */
export const noHead: SignedHead = { size: 0, hash: emptyTreeHash, note: '' };

interface Growth {
  readonly head: SignedHead;
  readonly error?: unknown;
}

/** Merges signed heads; many at a time. */
export class Timeline {
  readonly #treeOf: (head: TreeHead) => AuthenticTree;
  readonly #forkHint: string;
  readonly #merged = new Memo<void>();
  #head: SignedHead = noHead;
  #tree: AuthenticTree;
  #next: SignedHead | undefined;
  #growing: Promise<Growth> | undefined;
  #fork: LogForkError | undefined;

  /** `forkHint` goes with the error of a fork. */
  constructor(treeOf: (head: TreeHead) => AuthenticTree, forkHint: string) {
    this.#forkHint = forkHint;
    this.#treeOf = treeOf;
    this.#tree = treeOf(noHead);
  }

  /** The newest head that is proven. */
  get head(): SignedHead {
    return this.#head;
  }

  /** Its tree. Throws LogForkError once a fork has been seen. */
  get tree(): AuthenticTree {
    if (this.#fork) throw this.#fork;
    return this.#tree;
  }

  /**
   * Proves that a head is on the timeline, older or newer; the newest head is it from then on.
   * Of heads that wait together only the largest is proven as the new one, and the others against it.
   * Throws LogForkError, 'bad-proof', and what reading tiles throws.
   */
  async merge(head: SignedHead): Promise<void> {
    const key = `${head.size} ${formatHash(head.hash)}`;
    try {
      await this.#merged.get(key, () => this.#merge(head));
    } catch (error) {
      this.#merged.delete(key);
      throw error;
    }
    if (this.#fork) throw this.#fork;
  }

  async #merge(head: SignedHead): Promise<void> {
    while (head.size > this.tree.head.size) {
      if (!this.#next || head.size > this.#next.size) this.#next = head;
      this.#growing ??= this.#grow().finally(() => {
        this.#growing = undefined;
      });
      const { head: tried, error } = await this.#growing;
      // another's failure is not this head's, a fork apart
      if (error !== undefined && (this.#fork || tried === head)) throw error;
    }
    await this.#requireContains(this.#tree, this.#head, head);
  }

  async #grow(): Promise<Growth> {
    await new Promise((resolve) => setImmediate(resolve)); // the answers that came together wait together
    const head = this.#next!;
    this.#next = undefined;
    try {
      const tree = this.#treeOf(head);
      await this.#requireContains(tree, head, this.#head);
      for (const [path, bytes] of tree.proven) this.#tree.proven.set(path, bytes);
      tree.proven = this.#tree.proven; // who still reads the older tree proves tiles for both
      this.#head = head;
      this.#tree = tree;
      return { head };
    } catch (error) {
      return { head, error };
    }
  }

  /** Throws unless `older`, which is not larger, is the beginning of the tree. */
  async #requireContains(tree: AuthenticTree, newer: SignedHead, older: SignedHead): Promise<void> {
    if (older.size === 0 && !sameHash(older.hash, emptyTreeHash)) {
      throw new TsgogetError('bad-proof', `the tree of size 0 cannot have the hash ${formatHash(older.hash)}`);
    }
    if (older.size === 0) return;
    const hash = older.size === newer.size ? newer.hash : await tree.rangeHash({ start: 0, end: older.size });
    if (!sameHash(hash, older.hash)) throw await this.#forkOf(tree, newer, older, hash);
  }

  /** The evidence: both notes, and the proof that the newer tree began otherwise than the older note says. */
  async #forkOf(tree: AuthenticTree, newer: SignedHead, older: SignedHead, hash: Hash): Promise<LogForkError> {
    const proof = [formatHash(hash)];
    if (older.size < newer.size) {
      const steps = proveTree(older.size, newer.size, (range) => tree.rangeHash(range));
      const hashes = await Promise.all(steps).catch(() => undefined);
      if (hashes) {
        checkTree(hashes, newer.size, newer.hash, older.size, hash);
        proof.push(...hashes.map(formatHash));
      }
    }
    const indent = (note: string) => note.replaceAll('\n', '\n\t');
    const message =
      `SECURITY ERROR\ngo.sum database server misbehavior detected!\n\n` +
      `old database:\n\t${indent(older.note)}\nnew database:\n\t${indent(newer.note)}\n` +
      `proof of misbehavior:\n\t${proof.join('\n\t')}`;
    this.#fork ??= new LogForkError(
      message,
      { oldNote: older.note, newNote: newer.note, proof },
      { hint: this.#forkHint },
    );
    return this.#fork;
  }
}
