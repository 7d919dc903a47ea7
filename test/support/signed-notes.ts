/** Signing notes, for tests only: keys from a seed, so that every run has the same ones. Spec: c2sp.org/signed-note. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { encodeBase64 } from '../../src/encoding/base64.js';
import { sha256 } from '../../src/encoding/sha256.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { keyHashOf } from '../../src/note/index.js';

/** A key that signs notes. */
export interface Signer {
  readonly name: string;
  /** `name+hash+base64`, as GOSUMDB takes it. */
  readonly verifierKey: string;
  /** The signature line of a text, newline at its end. */
  line(text: string): string;
}

const pkcs8Head = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);

/** An Ed25519 key made of a seed. */
export function generateKey(name: string, seed = name): Signer {
  const der = Buffer.concat([pkcs8Head, sha256(encodeUtf8(seed))]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const typedKey = Buffer.concat([Uint8Array.of(1), spki.subarray(-32)]);
  const keyHash = keyHashOf(name, typedKey);
  const line = (text: string) => {
    const signature = sign(null, encodeUtf8(text), key);
    return `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyHash, 'hex'), signature]))}\n`;
  };
  return { name, verifierKey: `${name}+${keyHash}+${encodeBase64(typedKey)}`, line };
}

/** A note of a text, which ends in a newline. */
export function signNote(text: string, ...signers: Signer[]): string {
  return `${text}\n${signers.map((signer) => signer.line(text)).join('')}`;
}
