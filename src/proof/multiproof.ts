/**
 * Many inclusion proofs in one (a Merkle multiproof): the hashes that cannot be computed from the records, each once, from
 * left to right. Both sides walk the tree's own recursion (RFC 6962 §2.1), so that no proof has a second reading.
 */
import { TsgogetError } from '../errors.js';
import { type Hash, isTreeSize, nodeHash, type Range, sameHash, splitRange, type TreeHead } from '../tlog/index.js';

const refuted = (message: string) => new TsgogetError('bad-proof', message);

/** Throws 'bad-proof' unless these are numbers of records in a tree of `size`, ascending, none twice. */
function requireRecords(ids: readonly number[], size: number): void {
  let least = 0;
  for (const id of ids) {
    if (!isTreeSize(id) || id >= size) throw refuted(`record ${id} is not in a tree of size ${size}`);
    if (id < least) throw refuted(`record ${id} is not in its place`);
    least = id + 1;
  }
}

/** Walks the tree over records `ids[part.start]` to `ids[part.end-1]`, all of them within `range`; a range without any is not entered. */
function fold<T>(
  ids: readonly number[],
  range: Range,
  on: { readonly record: (at: number) => T; readonly other: (range: Range) => T; readonly join: (l: T, r: T) => T },
  part: Range = { start: 0, end: ids.length },
): T {
  const { start, end } = part;
  if (start === end) return on.other(range);
  if (range.end - range.start === 1) return on.record(start);
  const middle = splitRange(range);
  let cut = start;
  while (cut < end && ids[cut]! < middle) cut++;
  const left = fold(ids, { start: range.start, end: middle }, on, { start, end: cut });
  return on.join(left, fold(ids, { start: middle, end: range.end }, on, { start: cut, end }));
}

/**
 * The proof that the records `ids`, ascending, are in the tree of `size` records: the hashes of the ranges without any of
 * them, left to right; none for no records. `hashOf` gives the hash of a range; what it returns is passed on, so that it
 * may be a promise. Throws 'bad-proof'.
 */
export function proveRecords<T>(ids: readonly number[], size: number, hashOf: (range: Range) => T): T[] {
  requireRecords(ids, size);
  const proof: T[] = [];
  const other = (range: Range) => void proof.push(hashOf(range));
  if (ids.length > 0) fold<void>(ids, { start: 0, end: size }, { record: () => {}, other, join: () => {} });
  return proof;
}

/** Checks that records `ids`, ascending, with the leaf hashes `hashes`, are in the tree with this head; throws 'bad-proof'. */
export function checkMultiproof(
  proof: readonly Hash[],
  tree: TreeHead,
  ids: readonly number[],
  hashes: readonly Hash[],
): void {
  requireRecords(ids, tree.size);
  if (ids.length !== hashes.length) throw new RangeError('a hash for each record');
  let used = 0;
  const other = () => {
    const hash = proof[used++];
    if (hash === undefined) throw refuted('the proof has too few hashes');
    return hash;
  };
  const computed =
    ids.length === 0
      ? tree.hash
      : fold(ids, { start: 0, end: tree.size }, { record: (at) => hashes[at]!, other, join: nodeHash });
  if (used !== proof.length) throw refuted('the proof has too many hashes');
  if (!sameHash(computed, tree.hash)) throw refuted('the proof does not lead to the root hash of the signed tree head');
}
