/**
 * Ed25519 (RFC 8032) for notes: the platform's verification, and the check of public keys that it leaves out.
 */
import { encodeBase64 } from '../encoding/base64.js';
import { hasBuiltinModules, nodeCrypto } from '../encoding/node-crypto.js';

/** Reports whether `signature` is `publicKey`'s signature of `message`. Never throws. */
export type Ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

interface NodeCrypto {
  createPublicKey(key: { format: 'jwk'; key: Record<string, string> }): object;
  verify(algorithm: null, data: Uint8Array, key: object, signature: Uint8Array): boolean;
}

/** The platform's Ed25519; undefined where there is none. */
export const platformEd25519: Ed25519Verify | undefined = !hasBuiltinModules
  ? undefined
  : (publicKey, message, signature) => {
      if (signature.length !== 64) return false;
      try {
        const crypto = nodeCrypto<NodeCrypto>()!; // TypeError if there is none: nothing is verified
        const x = encodeBase64(publicKey).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        const key = crypto.createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
        return crypto.verify(null, message, key, signature);
      } catch {
        return false;
      }
    };

/** Every encoding of a y of a point of small order, sign bit cleared: 0, 1, p-1, p, p+1 and the two of order 8. */
const smallOrder: ReadonlySet<string> = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** Reports whether a public key is a point of small order: under such a key one signature fits many messages. */
export function isSmallOrderKey(publicKey: Uint8Array): boolean {
  const y = Uint8Array.from(publicKey);
  y[31]! &= 0x7f;
  return smallOrder.has(Array.from(y, (b) => b.toString(16).padStart(2, '0')).join(''));
}
