/**
 * Inclusion and consistency proofs, made and checked. Spec: RFC 6962 §2.1.1 and §2.1.2.
 * Both sides walk the definition's own recursion, so that no proof has a second reading.
 */
import { TsgogetError } from '../errors.js';
import { type Hash, hashBytes, nodeHash, sameHash } from './hash.js';
import { isTreeSize, type Range, splitRange } from './range.js';
import type { TreeHead } from './tree-head.js';

const refuted = () => new TsgogetError('bad-proof', 'invalid transparency proof');

/** Of another length a hash would be cut or filled up in the node above it, and two proofs be read as one. */
function requireHashes(hashes: readonly Hash[]): void {
  if (hashes.some((hash) => hash.length !== hashBytes)) throw refuted();
}

/** The sibling ranges from the leaf of a record up to the root. */
function inclusionPath(index: number, size: number): Range[] {
  if (!isTreeSize(index) || !isTreeSize(size) || index >= size) {
    throw new TsgogetError('bad-proof', `record ${index} is not in a tree of size ${size}`);
  }
  const path: Range[] = [];
  for (let range: Range = { start: 0, end: size }; range.end - range.start > 1; ) {
    const middle = splitRange(range);
    const left = { start: range.start, end: middle };
    const right = { start: middle, end: range.end };
    path.push(index < middle ? right : left);
    range = index < middle ? left : right;
  }
  return path.reverse();
}

/**
 * The proof that record `index` is in the tree of `size` records: the hashes of sibling ranges, leaf to root.
 * `hashOf` gives the hash of a range; what it returns is passed on, so that it may be a promise. Throws 'bad-proof'.
 */
export function proveRecord<T>(index: number, size: number, hashOf: (range: Range) => T): T[] {
  return inclusionPath(index, size).map(hashOf);
}

/** Checks that the record with hash `hash` is number `index` in the tree with this head; throws 'bad-proof'. */
export function checkRecord(proof: readonly Hash[], tree: TreeHead, index: number, hash: Hash): void {
  const path = inclusionPath(index, tree.size);
  if (path.length !== proof.length) throw refuted();
  requireHashes([hash, ...proof]);
  const computed = path.reduce(
    (known, sibling, i) => (sibling.start > index ? nodeHash(known, proof[i]!) : nodeHash(proof[i]!, known)),
    hash,
  );
  if (!sameHash(computed, tree.hash)) throw refuted();
}

/** The ranges of a consistency proof: SUBPROOF of RFC 6962. `whole`: the old tree is this range so far. */
function consistencyPath(oldSize: number, range: Range, whole: boolean): Range[] {
  if (range.end === oldSize) return whole ? [] : [range];
  const middle = splitRange(range);
  const left = { start: range.start, end: middle };
  const right = { start: middle, end: range.end };
  return oldSize <= middle
    ? [...consistencyPath(oldSize, left, whole), right]
    : [...consistencyPath(oldSize, right, false), left];
}

function requireTreeSizes(oldSize: number, newSize: number): void {
  if (!isTreeSize(oldSize) || !isTreeSize(newSize) || oldSize < 1 || oldSize > newSize) {
    throw new TsgogetError('bad-proof', `a tree of size ${newSize} cannot contain one of size ${oldSize}`);
  }
}

/** The proof that the tree of `oldSize` records, at least one, is the beginning of the tree of `newSize` records. Throws 'bad-proof'. */
export function proveTree<T>(oldSize: number, newSize: number, hashOf: (range: Range) => T): T[] {
  requireTreeSizes(oldSize, newSize);
  return consistencyPath(oldSize, { start: 0, end: newSize }, true).map(hashOf);
}

/** Checks that the old tree, of at least one record, is the beginning of the new one; throws 'bad-proof'. */
export function checkTree(proof: readonly Hash[], newer: TreeHead, older: TreeHead): void {
  requireTreeSizes(older.size, newer.size);
  requireHashes([older.hash, ...proof]);
  let used = 0;
  const next = (): Hash => {
    const hash = proof[used++];
    if (hash === undefined) throw refuted();
    return hash;
  };
  const rebuild = (range: Range, whole: boolean): { old: Hash; new: Hash } => {
    if (range.end === older.size) {
      const hash = whole ? older.hash : next();
      return { old: hash, new: hash };
    }
    const middle = splitRange(range);
    if (older.size <= middle) {
      const left = rebuild({ start: range.start, end: middle }, whole);
      return { old: left.old, new: nodeHash(left.new, next()) };
    }
    const right = rebuild({ start: middle, end: range.end }, false);
    const left = next();
    return { old: nodeHash(left, right.old), new: nodeHash(left, right.new) };
  };
  const roots = rebuild({ start: 0, end: newer.size }, true);
  if (used !== proof.length || !sameHash(roots.old, older.hash) || !sameHash(roots.new, newer.hash)) throw refuted();
}
