/**
 * Which record had a module version, for many millions of records in bounded memory: of the newest ones only, by hash.
 * A hash is salted anew in each run, so that nobody can prepare two versions that pass for one.
 */
import { createHash, randomBytes } from 'node:crypto';

/** As many of the newest module versions are remembered at least, and twice as many at most; 16 bytes a slot, 64 MiB. */
export const rememberedVersions = 2 ** 20;

const fewestSlots = 2 ** 10;

/** Open addressing, at most half full: it grows by doubling. The 64-bit hash 0 does not occur. */
class HashTable {
  #high = new Uint32Array(fewestSlots);
  #low = new Uint32Array(fewestSlots);
  #ids = new Float64Array(fewestSlots);
  count = 0;

  #slotOf(high: number, low: number): number {
    const slots = this.#high.length;
    let slot = low % slots;
    while (
      (this.#high[slot] !== high || this.#low[slot] !== low) &&
      (this.#high[slot] !== 0 || this.#low[slot] !== 0)
    ) {
      slot = (slot + 1) % slots;
    }
    return slot;
  }

  get(high: number, low: number): number | undefined {
    const slot = this.#slotOf(high, low);
    return this.#high[slot] === high && this.#low[slot] === low ? this.#ids[slot] : undefined;
  }

  set(high: number, low: number, id: number): void {
    const slot = this.#slotOf(high, low);
    if (this.#high[slot] !== high || this.#low[slot] !== low) this.count++;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#ids[slot] = id;
    if (this.count * 2 > this.#high.length) this.#grow();
  }

  #grow(): void {
    const [high, low, ids] = [this.#high, this.#low, this.#ids];
    const slots = high.length * 2;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#ids = new Float64Array(slots);
    this.count = 0;
    for (let i = 0; i < high.length; i++) {
      if (high[i] !== 0 || low[i] !== 0) this.set(high[i]!, low[i]!, ids[i]!);
    }
  }
}

/** Remembers the newest module versions by two tables: when one is full, the older one is forgotten. */
export class RecentVersions {
  readonly #capacity: number;
  readonly #salt = randomBytes(16);
  #newer = new HashTable();
  #older: HashTable | undefined;

  constructor(capacity = rememberedVersions) {
    this.#capacity = capacity;
  }

  /** Remembers a key's record. Returns the record that had the same hash before, to be looked at: it may have another key. */
  add(key: string, id: number): number | undefined {
    const digest = createHash('sha256').update(this.#salt).update(key).digest();
    const high = digest.readUInt32LE(0) || 1;
    const low = digest.readUInt32LE(4);
    const seen = this.#newer.get(high, low) ?? this.#older?.get(high, low);
    this.#newer.set(high, low, id);
    if (this.#newer.count >= this.#capacity) {
      this.#older = this.#newer;
      this.#newer = new HashTable();
    }
    return seen;
  }
}
