import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/encoding/base64.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { keyHashOf, openCosignatures, openNote, parseCosignerKey, parseVerifierKey } from '../../src/note/index.js';
import { generateKey, generateWitness, signNote } from '../support/signed-notes.js';

const log = generateKey('log.test');
const w1 = generateWitness('witness.test/w1');
const w2 = generateWitness('witness.test/w2');
const text = 'go.sum database tree\n7\nabc=\n';
const at = 1_700_000_000;
const note = (...lines: string[]) =>
  openNote(signNote(text, log) + lines.join(''), [parseVerifierKey(log.verifierKey)]);
const open = (...lines: string[]) =>
  openCosignatures(
    text,
    note(...lines).unverified,
    [w1, w2].map((w) => parseCosignerKey(w.verifierKey)),
  );
const withBytes = (line: string, change: (bytes: Uint8Array) => Uint8Array) => {
  const [, name, base64] = line.trimEnd().split(' ');
  return `\u2014 ${name} ${encodeBase64(change(decodeBase64(base64!)!))}\n`;
};
const refuted = expect.objectContaining({ code: 'bad-signature' });

describe('cosignatures', () => {
  test('of known witnesses are verified, each with its time', () => {
    const found = open(w2.line(text, at + 1), w1.line(text, at));
    expect(found.map(({ cosigner, time }) => [cosigner.name, time])).toEqual([
      [w2.name, at + 1],
      [w1.name, at],
    ]);
  });

  test('made by another implementation are verified: the key hash is over type 4, the message begins with cosignature/v1 and the time', () => {
    const secret = new Uint8Array(32).fill(7);
    const typedKey = Uint8Array.of(4, ...ed25519.getPublicKey(secret));
    const hash = keyHashOf('other.test', typedKey);
    const signature = ed25519.sign(encodeUtf8(`cosignature/v1\ntime 1679315147\n${text}`), secret);
    const time = Uint8Array.of(0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb);
    const cosigner = parseCosignerKey(`other.test+${hash}+${encodeBase64(typedKey)}`);
    expect(cosigner.timeOf(text, Uint8Array.of(...time, ...signature))).toBe(1679315147);
  });

  test('of others are passed over: unknown names, another key of the same name', () => {
    expect(open(generateWitness('stranger.test').line(text, at))).toEqual([]);
    expect(open(generateWitness(w1.name, 'another seed').line(text, at))).toEqual([]);
    expect(open(log.line(text).replace(log.name, w1.name))).toEqual([]);
  });

  test('several of one witness all count, and all must be right', () => {
    expect(open(w1.line(text, at), w1.line(text, at + 5)).map((c) => c.time)).toEqual([at, at + 5]);
    expect(() => open(w1.line(text, at), w1.line('other\n', at))).toThrow(refuted);
  });

  test.each([
    ['another text', w1.line('go.sum database tree\n8\nabc=\n', at)],
    ['a plain signature in its place', withBytes(w1.line(text, at), (b) => b.subarray(0, 68))],
    ['a byte more', withBytes(w1.line(text, at), (b) => Uint8Array.of(...b, 0))],
    ['a byte less', withBytes(w1.line(text, at), (b) => b.subarray(0, -1))],
    ['only a time', withBytes(w1.line(text, at), (b) => b.subarray(0, 12))],
    ['one byte', withBytes(w1.line(text, at), (b) => b.subarray(0, 5))],
    ['a time past 2^63', w1.line(text, 2n ** 63n)],
    [
      'a signature without the cosignature header',
      withBytes(w1.line(text, at), (b) => {
        const plain = decodeBase64(generateKey(w1.name, w1.name).line(text).trimEnd().split(' ')[2]!)!;
        return Uint8Array.of(...b.subarray(0, 12), ...plain.subarray(4));
      }),
    ],
  ])('a wrong one of a known witness refuses all: %s', (_, line) => {
    expect(() => open(line, w2.line(text, at))).toThrow(refuted);
  });

  test('every flipped bit of time and signature is refused', () => {
    const line = w1.line(text, at);
    for (let bit = 32; bit < (4 + 8 + 64) * 8; bit++) {
      const flipped = withBytes(line, (bytes) => {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        return bytes;
      });
      expect(() => open(flipped), `bit ${bit}`).toThrow(refuted);
    }
  });

  test.each([0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER])('time %d', (time) => {
    expect(open(w1.line(text, time)).map((c) => c.time)).toEqual([time]);
  });
});

describe('keys of witnesses', () => {
  test.each([
    ['of plain signatures', log.verifierKey],
    ['with a wrong hash', w1.verifierKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['cut', w1.verifierKey.slice(0, -4)],
    ['nothing', ''],
    [
      'of small order',
      (() => {
        const typed = Uint8Array.of(4, 1, ...new Uint8Array(31));
        return `w+${keyHashOf('w', typed)}+${encodeBase64(typed)}`;
      })(),
    ],
    [
      'of an unknown type',
      (() => {
        const typed = Uint8Array.of(6, ...new Uint8Array(1312));
        return `w+${keyHashOf('w', typed)}+${encodeBase64(typed)}`;
      })(),
    ],
  ])('%s are refused', (_, key) => {
    expect(() => parseCosignerKey(key)).toThrow(expect.objectContaining({ code: 'invalid-note' }));
  });

  test('are no keys of logs', () => {
    expect(() => parseVerifierKey(w1.verifierKey)).toThrow('unknown verifier algorithm');
  });
});
