/**
 * Verifier keys: `name+hash+base64(type || key)`, the text that says whose signatures are trusted.
 * Spec: c2sp.org/signed-note (verifier keys).
 */
import { decodeBase64 } from '../encoding/base64.js';
import { sha256 } from '../encoding/sha256.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { type Ed25519Verify, isSmallOrderKey, platformEd25519 } from './ed25519.js';

/** One trusted key. */
export interface Verifier {
  readonly name: string;
  /** The 32-bit key hash, as eight lower-case hexadecimal digits. */
  readonly keyHash: string;
  /** Reports whether `signature` (without its key hash) is this key's signature of `message`. Never throws. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

const algorithmEd25519 = 1;

/** Reports whether a key name may stand in a signature line: not empty, no Unicode space, no plus. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}\p{Cc}\p{Cs}+]/u.test(name);
}

/** The key hash: the first four bytes of SHA-256(name LF type key), in hexadecimal. */
export function keyHashOf(name: string, typedKey: Uint8Array): string {
  const head = encodeUtf8(`${name}\n`);
  const input = new Uint8Array(head.length + typedKey.length);
  input.set(head);
  input.set(typedKey, head.length);
  return formatKeyHash(sha256(input));
}

/** The first four bytes as eight hexadecimal digits. */
export function formatKeyHash(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The parts of a verifier key's text: well formed, of its own hash, of any algorithm. */
export interface KeyText {
  readonly name: string;
  readonly keyHash: string;
  /** The type byte: 1 Ed25519, 4 Ed25519 cosignatures. */
  readonly algorithm: number;
  readonly key: Uint8Array;
}

const malformed = () => new TsgogetError('invalid-note', 'malformed verifier id');

/** Takes a verifier key's text apart; throws 'invalid-note' with the go command's words. */
export function parseKeyText(text: string): KeyText {
  const [name = '', hash = '', ...rest] = text.split('+');
  const typedKey = decodeBase64(rest.join('+')); // base64 has a plus of its own
  if (!isKeyName(name) || !/^[0-9a-fA-F]{8}$/.test(hash) || typedKey === undefined || typedKey.length === 0) {
    throw malformed();
  }
  const keyHash = hash.toLowerCase();
  if (keyHash !== keyHashOf(name, typedKey)) throw new TsgogetError('invalid-note', 'invalid verifier hash');
  return { name, keyHash, algorithm: typedKey[0]!, key: typedKey.slice(1) };
}

/** Throws 'invalid-note' unless these are the 32 bytes of a key that only one can sign with. */
export function requireEd25519Key(key: Uint8Array): void {
  if (key.length !== 32) throw malformed();
  if (isSmallOrderKey(key)) {
    throw new TsgogetError('invalid-note', 'invalid verifier key: anyone can sign for a point of small order');
  }
}

/** Throws 'unsupported' where the platform has no Ed25519. */
export function requireEd25519(ed25519: Ed25519Verify | undefined): Ed25519Verify {
  if (!ed25519) throw new TsgogetError('unsupported', 'Ed25519 signatures cannot be verified on this platform');
  return ed25519;
}

/**
 * Parses a verifier key. Only Ed25519 (type 1) is known; a key of small order is refused.
 * `ed25519` replaces the platform's verification where there is none.
 * Throws 'invalid-note' with the go command's words, and 'unsupported' without any Ed25519.
 */
export function parseVerifierKey(text: string, ed25519: Ed25519Verify | undefined = platformEd25519): Verifier {
  const { name, keyHash, algorithm, key } = parseKeyText(text);
  if (algorithm !== algorithmEd25519) throw new TsgogetError('invalid-note', 'unknown verifier algorithm');
  requireEd25519Key(key);
  const verifies = requireEd25519(ed25519);
  return { name, keyHash, verify: (message, signature) => verifies(key, message, signature) };
}
