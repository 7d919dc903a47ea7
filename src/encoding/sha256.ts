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
  hash?(name: 'sha256', data: Uint8Array, encoding: 'hex' | 'latin1'): string;
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

/** Writes the SHA-256 of data, 32 bytes, into `out` at `at`. A digest as a string costs a third of one as a buffer. */
export function sha256Into(data: Uint8Array, out: Uint8Array, at: number): void {
  const digest = crypto()?.hash?.('sha256', data, 'latin1');
  if (digest === undefined) out.set(nobleSha256(data), at);
  else for (let i = 0; i < digest.length; i++) out[at + i] = digest.charCodeAt(i);
}

/** The SHA-256 of data, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  sha256Into(data, digest, 0);
  return digest;
}

/** The SHA-256 of data in lower-case hexadecimal: the fast form where a string is wanted. */
export function sha256Hex(data: Uint8Array): string {
  const hex = crypto()?.hash?.('sha256', data, 'hex');
  return hex ?? Array.from(nobleSha256(data), (b) => b.toString(16).padStart(2, '0')).join('');
}
