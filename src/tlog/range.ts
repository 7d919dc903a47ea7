/**
 * The shape of a Merkle tree, with no hash in sight: ranges of records and the perfect subtrees that they are made of.
 * Sizes are whole numbers up to 2^53-1: arithmetic only, since bit operators are cut to 32 bits.
 */

/** Records `start` to `end`-1. In a tree, `start` is always a multiple of the power of two that holds the range. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The root of the perfect subtree over records index·2^level to (index+1)·2^level-1. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** Reports whether a number can be a tree size or a record's number. */
export function isTreeSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

/** The perfect subtrees of a range, left to right, each smaller than the one before. */
export function subtreesOf({ start, end }: Range): Node[] {
  const nodes: Node[] = [];
  let width = 1;
  let level = 0;
  while (width * 2 <= end - start) {
    width *= 2;
    level++;
  }
  for (let at = start; at < end; width /= 2, level--) {
    if (end - at < width) continue;
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** Where a range of two or more records divides: its left part is the largest power of two smaller than the range. */
export function splitRange({ start, end }: Range): number {
  let width = 1;
  while (width * 2 < end - start) width *= 2;
  return start + width;
}
