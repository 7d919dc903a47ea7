/**
 * The hashes of a transparency log's Merkle tree. Spec: RFC 6962 §2.1.
 * Leaf and node hashes have different prefixes, so that no leaf passes for a node.
 */
import { decodeBase64, encodeBase64 } from '../encoding/base64.js';
import { sha256, sha256Into } from '../encoding/sha256.js';
import { subtreesOf } from './range.js';

/** A hash of the tree: 32 bytes. */
export type Hash = Uint8Array;

/** The length of a hash in bytes. */
export const hashBytes = 32;

/** The hash of the tree without records: SHA-256 of nothing, written out because node:crypto takes long to load. */
export const emptyTreeHash: Hash = decodeBase64('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')!;

/** The hash of a record's text: SHA-256(0x00 text). */
export function recordHash(text: Uint8Array): Hash {
  const input = new Uint8Array(1 + text.length);
  input.set(text, 1);
  return sha256(input);
}

/** The hash of an interior node: SHA-256(0x01 left right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  const input = new Uint8Array(1 + 2 * hashBytes);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + hashBytes);
  return sha256(input);
}

/**
 * All complete subtrees over neighbouring hashes, 32 bytes each as they stand in a tile: row 0 is the input, and row k
 * has the hashes over 2^k of them each. The work of every tile: 255 hashes of one.
 */
export function subtreeRows(hashes: Uint8Array): Uint8Array[] {
  const rows = [hashes];
  const input = new Uint8Array(1 + 2 * hashBytes);
  input[0] = 1;
  for (let row = hashes; row.length >= 2 * hashBytes; rows.push(row)) {
    const below = row;
    row = new Uint8Array(Math.floor(below.length / (2 * hashBytes)) * hashBytes);
    for (let at = 0; at < row.length; at += hashBytes) {
      for (let i = 0; i < 2 * hashBytes; i++) input[1 + i] = below[2 * at + i]!;
      sha256Into(input, row, at);
    }
  }
  return rows;
}

/** Combines the hashes of the perfect subtrees of a range, left to right, largest first; at least one. */
export function foldSubtrees(hashes: readonly Hash[]): Hash {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The hash over neighbouring leaf hashes, 32 bytes each, at least one; the first is a perfect subtree's first. */
export function hashOfLeaves(leaves: Uint8Array): Hash {
  const rows = subtreeRows(leaves);
  const nodes = subtreesOf({ start: 0, end: leaves.length / hashBytes });
  const hashes = nodes.map(({ level, index }) => rows[level]!.subarray(index * hashBytes, (index + 1) * hashBytes));
  return new Uint8Array(foldSubtrees(hashes)); // no view of the leaves
}

/** Reports whether two hashes are the same. */
export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A hash as it is printed: base64. */
export function formatHash(hash: Hash): string {
  return encodeBase64(hash);
}
