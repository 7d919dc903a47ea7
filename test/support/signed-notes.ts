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

/** An Ed25519 key made of a seed, for signatures of a type. */
function keyOf(name: string, seed: string, type: number) {
  const der = Buffer.concat([pkcs8Head, sha256(encodeUtf8(seed))]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const typedKey = Buffer.concat([Uint8Array.of(type), spki.subarray(-32)]);
  const keyHash = keyHashOf(name, typedKey);
  const line = (signature: Uint8Array) =>
    `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyHash, 'hex'), signature]))}\n`;
  return { key, line, verifierKey: `${name}+${keyHash}+${encodeBase64(typedKey)}` };
}

/** An Ed25519 key made of a seed. */
export function generateKey(name: string, seed = name): Signer {
  const { key, line, verifierKey } = keyOf(name, seed, 1);
  return { name, verifierKey, line: (text) => line(sign(null, encodeUtf8(text), key)) };
}

/** A key of a witness. */
export interface TestWitness {
  readonly name: string;
  /** As a policy names it. */
  readonly verifierKey: string;
  /** The line of its cosignature of a text at a time, newline at its end. */
  line(text: string, seconds: number | bigint): string;
}

/** The key of a witness, made of a seed. */
export function generateWitness(name: string, seed = name): TestWitness {
  const { key, line, verifierKey } = keyOf(name, seed, 4);
  const cosign = (text: string, seconds: number | bigint) => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const message = encodeUtf8(`cosignature/v1\ntime ${seconds}\n${text}`);
    return line(Buffer.concat([time, sign(null, message, key)]));
  };
  return { name, verifierKey, line: cosign };
}

/** A note of a text, which ends in a newline. */
export function signNote(text: string, ...signers: Signer[]): string {
  return `${text}\n${signers.map((signer) => signer.line(text)).join('')}`;
}
