/**
 * Cosignatures: a witness says when a signed tree head was the newest that it had seen of an append-only log.
 * Spec: c2sp.org/tlog-cosignature, cosignature/v1 with Ed25519 (key type 4).
 */
import { decodeBase64 } from '../encoding/base64.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { type Ed25519Verify, platformEd25519 } from './ed25519.js';
import type { NoteSignature } from './signed-note.js';
import { parseKeyText, requireEd25519, requireEd25519Key } from './verifier-key.js';

/** The key of one witness. */
export interface Cosigner {
  readonly name: string;
  /** The 32-bit key hash, as eight lower-case hexadecimal digits. */
  readonly keyHash: string;
  /** 32 bytes: what two names of one witness have in common. */
  readonly publicKey: Uint8Array;
  /**
   * The time that a signature (without its key hash) gives, in seconds since 1970, if it is this key's cosignature of
   * `text`; undefined if it is not. Never throws. Times beyond 2^53 are rounded.
   */
  timeOf(text: string, signature: Uint8Array): number | undefined;
}

const algorithmCosignature = 4;
const timeBytes = 8;

/** Parses a witness's verifier key: type 4 only. Throws as parseVerifierKey does. */
export function parseCosignerKey(text: string, ed25519: Ed25519Verify | undefined = platformEd25519): Cosigner {
  const { name, keyHash, algorithm, key } = parseKeyText(text);
  if (algorithm !== algorithmCosignature) {
    throw new TsgogetError(
      'invalid-note',
      `unknown verifier algorithm ${algorithm}: not a key of Ed25519 cosignatures`,
    );
  }
  requireEd25519Key(key);
  const verifies = requireEd25519(ed25519);
  const timeOf: Cosigner['timeOf'] = (text, signature) => {
    if (signature.length !== timeBytes + 64) return undefined;
    const time = new DataView(signature.buffer, signature.byteOffset, timeBytes).getBigUint64(0);
    if (time >= 2n ** 63n) return undefined;
    const message = encodeUtf8(`cosignature/v1\ntime ${time}\n${text}`);
    return verifies(key, message, signature.subarray(timeBytes)) ? Number(time) : undefined;
  };
  return { name, keyHash, publicKey: key, timeOf };
}

/** A witness's word, verified. */
export interface Cosignature {
  readonly cosigner: Cosigner;
  /** Seconds since 1970. */
  readonly time: number;
}

/**
 * The cosignatures of known witnesses among the signature lines of a note with this text; lines of others are passed over.
 * Throws 'bad-signature' if one of a known witness is wrong, whatever else is there.
 */
export function openCosignatures(
  text: string,
  lines: readonly NoteSignature[],
  cosigners: readonly Cosigner[],
): Cosignature[] {
  const known = new Map(cosigners.map((cosigner) => [`${cosigner.keyHash} ${cosigner.name}`, cosigner]));
  return lines.flatMap(({ name, keyHash, base64 }) => {
    const cosigner = known.get(`${keyHash} ${name}`);
    if (!cosigner) return [];
    const time = cosigner.timeOf(text, decodeBase64(base64)?.subarray(4) ?? new Uint8Array(0));
    if (time === undefined) {
      throw new TsgogetError('bad-signature', `invalid cosignature for key ${name}+${keyHash}`);
    }
    return [{ cosigner, time }];
  });
}
