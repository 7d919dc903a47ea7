/**
 * Bounds what is fetched although nothing that is proven asks for it yet. A go.mod file that nobody has proven may name thousands of
 * modules: of such names only so many are asked for, and only a part of the requests in flight is theirs.
 */

/** Pieces of work that have begun and are not needed yet, done or not. */
const maxUnneeded = 288;
/** Of those the ones that are under way: the rest of the client's requests are for what is needed, and for what proves it. */
const maxUnderWay = 72;
/** What waits for its turn; of more it is asked when it is needed. */
const maxWaiting = 4096;

/** Work by key. A failure is the caller's own to see, when it needs the work. */
export class Speculation {
  readonly #unneeded = new Set<string>();
  readonly #waiting = new Map<string, () => Promise<unknown>>();
  readonly #needed = new Set<string>();
  readonly #underWay = new Set<string>();

  /** Begins `work` when its turn comes, unless it is needed before that. */
  add(key: string, work: () => Promise<unknown>): void {
    if (this.#needed.has(key) || this.#unneeded.has(key) || this.#waiting.size >= maxWaiting) return;
    this.#waiting.set(key, work);
    this.#next();
  }

  /** Says that the work of a key is needed: it counts no more, whether it has begun or not. */
  need(key: string): void {
    if (this.#needed.has(key)) return;
    this.#needed.add(key);
    this.#waiting.delete(key);
    this.#underWay.delete(key);
    if (this.#unneeded.delete(key)) this.#next();
  }

  isNeeded(key: string): boolean {
    return this.#needed.has(key);
  }

  #next(): void {
    for (const [key, work] of this.#waiting) {
      if (this.#unneeded.size >= maxUnneeded || this.#underWay.size >= maxUnderWay) return;
      this.#waiting.delete(key);
      this.#unneeded.add(key);
      this.#underWay.add(key);
      const done = () => {
        if (this.#underWay.delete(key)) this.#next();
      };
      work().then(done, done);
    }
  }
}
