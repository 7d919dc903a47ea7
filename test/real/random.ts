/** Random choices, the same for a seed on every machine. */

/** mulberry32: numbers in [0, 1). */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is drawn from a sequence of such numbers. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = random(Math.imul(seed, 0x9e3779b1)); // neighbouring seeds begin alike otherwise
  }

  /** True in a part `p` of all cases. */
  chance(p: number): boolean {
    return this.#next() < p;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** One of the values, each as often as its number says. */
  weighted<T>(values: readonly (readonly [number, T])[]): T {
    let at = this.#next() * values.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of values) {
      at -= weight;
      if (at < 0) return value;
    }
    return values.at(-1)![1];
  }

  /** Each element with that chance. */
  some<T>(list: readonly T[], p: number): T[] {
    return list.filter(() => this.chance(p));
  }

  /** Up to `count` different elements. */
  sample<T>(list: readonly T[], count: number): T[] {
    const left = [...list];
    const drawn: T[] = [];
    while (drawn.length < count && left.length > 0) drawn.push(...left.splice(this.int(0, left.length - 1), 1));
    return drawn;
  }
}
