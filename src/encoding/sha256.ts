/**
 * SHA-256: node:crypto where it is (several times faster), @noble/hashes elsewhere, so that the pure packages run anywhere.
 * A test holds one against the other. The only importer of @noble/hashes.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { nodeCrypto } from './node-crypto.js';

interface NodeHash {
  update(data: Uint8Array): NodeHash;
  digest(): Uint8Array;
}
interface NodeCrypto {
  createHash(name: 'sha256'): NodeHash;
  hash?(name: 'sha256', data: Uint8Array | string, encoding: 'hex' | 'base64'): string;
}

const crypto = () => nodeCrypto<NodeCrypto>();

/** A SHA-256 that is fed in parts. */
export interface Sha256 {
  update(data: Uint8Array): void;
  /** The 32 bytes of the digest; the hash cannot be used afterwards. */
  digest(): Uint8Array;
}

/** Starts a hash of data that comes in parts. */
export function createSha256(): Sha256 {
  const hash = crypto()?.createHash('sha256') ?? nobleSha256.create();
  return {
    update: (data) => void hash.update(data),
    digest: () => new Uint8Array(hash.digest()),
  };
}

/** The SHA-256 of data, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const hash = crypto()?.createHash('sha256');
  return hash === undefined ? nobleSha256(data) : new Uint8Array(hash.update(data).digest());
}

/** The SHA-256 of data in lower-case hexadecimal: the fast form where a string is wanted. */
export function sha256Hex(data: Uint8Array): string {
  const hex = crypto()?.hash?.('sha256', data, 'hex');
  if (hex !== undefined) return hex;
  return Array.from(sha256(data), (b) => b.toString(16).padStart(2, '0')).join('');
}
