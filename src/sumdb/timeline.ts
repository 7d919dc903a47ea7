/**
 * The one history that a checksum database may have: the newest tree head that it has signed, and the proof that every
 * other head is a part of it. Two heads that contradict each other are a fork, and end the trust in that database.
 */
import { Memo } from '../async/memo.js';
import { LogForkError } from '../errors.js';
import { type AuthenticTree, formatHash, type TreeHead } from '../tlog/index.js';
import { noHead, requireContains, type SignedHead } from './signed-head.js';

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

  /** Throws unless `older`, which is not larger, is the beginning of the tree. The first fork that is seen is it from then on. */
  async #requireContains(tree: AuthenticTree, newer: SignedHead, older: SignedHead): Promise<void> {
    try {
      await requireContains(tree, newer, older, this.#forkHint);
    } catch (error) {
      if (!(error instanceof LogForkError)) throw error;
      this.#fork ??= error;
      throw this.#fork;
    }
  }
}
