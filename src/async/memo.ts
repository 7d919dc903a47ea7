/** Once per key: concurrent callers of one key share one piece of work. */

/** Remembers the promise of each key, failures too, for the life of the map. */
export class Memo<T> {
  readonly #entries = new Map<string, Promise<T>>();

  /** The result for `key`, made by `make` the first time that it is asked for. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = make();
      this.#entries.set(key, entry);
      entry.catch(() => {}); // a caller that comes later still sees the failure
    }
    return entry;
  }

  /** What there is for `key`, under way or done. */
  peek(key: string): Promise<T> | undefined {
    return this.#entries.get(key);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
