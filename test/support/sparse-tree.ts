/** Trees far larger than memory, for tests of sizes past 2^32: all records are the same but for a few. */
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  emptyTreeHash,
  foldSubtrees,
  type Hash,
  type Node,
  nodeHash,
  type Range,
  recordHash,
  subtreesOf,
  type Tile,
} from '../../src/tlog/index.js';

export class SparseTree {
  readonly #special: ReadonlyMap<number, Hash>;
  readonly #plain: Hash[] = [recordHash(encodeUtf8('the same\n'))];

  /** `special` gives the leaf hashes of the records that differ. */
  constructor(special: ReadonlyMap<number, Hash>) {
    this.#special = special;
  }

  node({ level, index }: Node): Hash {
    const width = 2 ** level;
    const within = [...this.#special.keys()].some((id) => Math.floor(id / width) === index);
    if (!within) return this.#plainHash(level);
    if (level === 0) return this.#special.get(index)!;
    return nodeHash(
      this.node({ level: level - 1, index: index * 2 }),
      this.node({ level: level - 1, index: index * 2 + 1 }),
    );
  }

  #plainHash(level: number): Hash {
    while (this.#plain.length <= level) this.#plain.push(nodeHash(this.#plain.at(-1)!, this.#plain.at(-1)!));
    return this.#plain[level]!;
  }

  rangeHash(range: Range): Hash {
    return range.end === 0 ? emptyTreeHash : foldSubtrees(subtreesOf(range).map((node) => this.node(node)));
  }

  tile({ height, level, index, width }: Tile): Uint8Array {
    const nodes = Array.from({ length: width }, (_, i) => ({ level: level * height, index: index * 2 ** height + i }));
    return Buffer.concat(nodes.map((node) => this.node(node)));
  }
}
