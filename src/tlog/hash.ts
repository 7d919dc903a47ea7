/**
 * The hashes of a transparency log's Merkle tree. Spec: RFC 6962 §2.1.
 * Leaf and node hashes have different prefixes, so that no leaf passes for a node.
 */
import { encodeBase64 } from '../encoding/base64.js';
import { sha256, sha256Hex } from '../encoding/sha256.js';

/** A hash of the tree: 32 bytes. */
export type Hash = Uint8Array;

/** The length of a hash in bytes. */
export const hashBytes = 32;

/** The hash of the tree without records: SHA-256 of nothing. */
export const emptyTreeHash: Hash = sha256(new Uint8Array(0));

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
 * The hash over neighbouring hashes of one level, as they stand in a tile: 32 bytes each, a power of two of them.
 * The work of every tile: 255 hashes of one, so digests are read as hexadecimal, which costs a third of a buffer.
 */
export function perfectHash(hashes: Uint8Array): Hash {
  const level = hashes.slice();
  const input = new Uint8Array(1 + 2 * hashBytes);
  input[0] = 1;
  for (let pairs = level.length / (2 * hashBytes); pairs >= 1; pairs /= 2) {
    for (let i = 0; i < pairs; i++) {
      const from = i * 2 * hashBytes;
      for (let j = 0; j < 2 * hashBytes; j++) input[1 + j] = level[from + j]!;
      writeHex(sha256Hex(input), level, i * hashBytes);
    }
  }
  return level.slice(0, hashBytes);
}

/** Writes lower-case hexadecimal into `out` at `at`. */
function writeHex(hex: string, out: Uint8Array, at: number): void {
  for (let i = 0; i < hex.length; i += 2) {
    out[at + i / 2] = hexDigit(hex.charCodeAt(i)) * 16 + hexDigit(hex.charCodeAt(i + 1));
  }
}

const hexDigit = (code: number) => (code < 0x3a ? code - 0x30 : code - 0x57);

/** Combines the hashes of the perfect subtrees of a range, left to right, largest first; at least one. */
export function foldSubtrees(hashes: readonly Hash[]): Hash {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Reports whether two hashes are the same. */
export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A hash as it is printed: base64. */
export function formatHash(hash: Hash): string {
  return encodeBase64(hash);
}
