import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/encoding/base64.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { publicDomain } from '../../src/goenv/defaults.js';
import { isSmallOrderKey } from '../../src/note/ed25519.js';
import { keyHashOf, maxNoteBytes, openNote, parseVerifierKey } from '../../src/note/index.js';
import { generateKey, signNote } from '../support/signed-notes.js';

const alice = generateKey('alice.test/log');
const bob = generateKey('bob.test');
const known = [parseVerifierKey(alice.verifierKey)];
const text = 'a text\nof two lines\n';
const line = alice.line(text);

const invalid = expect.objectContaining({ code: 'invalid-note' });
const refuted = expect.objectContaining({ code: 'bad-signature' });
const opening =
  (note: string | Uint8Array, verifiers = known) =>
  () =>
    openNote(note, verifiers);
const withBytes = (change: (bytes: Uint8Array) => Uint8Array) => {
  const [, name, base64] = line.trimEnd().split(' ');
  return `\u2014 ${name} ${encodeBase64(change(decodeBase64(base64!)!))}\n`;
};

describe('signed notes', () => {
  const sumHost = `sum.${publicDomain}`;
  const publicKey = `${sumHost}+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8`;
  const publicText = 'go.sum database tree\n756113\nk9nFMBuXq8uk+9SQNxs/Vadri2XDkaoo96u4uMa0qE0=\n';
  const publicLine = `\u2014 ${sumHost} Az3grgIHxiDLRpsKUElIX5vJMlFS79SqfQDSgHQmON922lNdJ5zxF8SSPPcah3jhIkpG8LSKNaWXiy7IldOSDCt4Pwk=\n`;

  test('a tree head that the public database has signed is verified', () => {
    const note = openNote(`${publicText}\n${publicLine}`, [parseVerifierKey(publicKey)]);
    expect(note.text).toBe(publicText);
    expect(note.signatures).toMatchObject([{ name: sumHost, keyHash: '033de0ae' }]);
  });

  test('every flipped bit of it is refused', () => {
    const verifier = parseVerifierKey(publicKey);
    const note = encodeUtf8(`${publicText}\n${publicLine}`);
    for (let bit = 0; bit < note.length * 8; bit++) {
      const flipped = Uint8Array.from(note);
      flipped[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      expect(opening(flipped, [verifier]), `bit ${bit}`).toThrow();
    }
  });

  test('the text is what was signed, the newline at its end included', () => {
    expect(openNote(signNote(text, alice), known)).toEqual({
      text,
      signatures: [{ name: alice.name, keyHash: known[0]!.keyHash, base64: line.trimEnd().split(' ')[2] }],
      unverified: [],
    });
  });

  test('A6: the last blank line separates, not the first', () => {
    const blank = `first\n\n${line}second\n`;
    expect(openNote(signNote(blank, alice), known).text).toBe(blank);
    // what a reader that splits at the first blank line would take as signed text
    expect(opening(`${text}\n${line}\n${bob.line(text)}`)).toThrow(refuted);
  });

  test.each([
    ['CRLF', signNote(text, alice).replaceAll('\n', '\r\n')],
    ['a tab', signNote('a\tb\n', alice)],
    ['a NUL', signNote('a\0b\n', alice)],
    ['no final newline', signNote(text, alice).slice(0, -1)],
    ['no blank line', `${text}${line}`],
    ['no signature', `${text}\n`],
    ['nothing', ''],
    ['a blank line after the signature', `${signNote(text, alice)}\n`],
    ['a hyphen for the dash', `${text}\n${line.replace('\u2014', '-')}`],
    ['an en dash', `${text}\n${line.replace('\u2014', '\u2013')}`],
    ['two spaces', `${text}\n${line.replace('\u2014 ', '\u2014  ')}`],
    ['a space at the end', `${text}\n${line.replace('\n', ' \n')}`],
    ['a fourth field', `${text}\n${line.replace('\n', ' AAAA\n')}`],
    ['no name', `${text}\n${line.replace(` ${alice.name} `, '  ')}`],
    ['U+00A0 in a name', `${text}\n${line}\u2014 a\u00a0b AAAAAAAA\n`],
    ['U+0085 in a name', `${text}\n${line}\u2014 a\u0085b AAAAAAAA\n`],
    ['a plus in a name', `${text}\n${line}\u2014 a+b AAAAAAAA\n`],
    ['base64 without padding', `${text}\n${line.replace('=\n', '\n')}`],
    ['base64 of the URL alphabet', `${text}\n${line}\u2014 other.test AAAA-_AA\n`],
    ['base64 with a bit too many', `${text}\n${line}\u2014 other.test AAAAAAB=\n`],
    ['four bytes of signature', `${text}\n${line}\u2014 other.test AAAAAA==\n`],
    ['101 signatures', `${text}\n${line}${Array.from({ length: 100 }, (_, i) => `\u2014 k${i} AAAAAAAA\n`).join('')}`],
    ['more than the limit', signNote(`${'x'.repeat(maxNoteBytes)}\n`, alice)],
    ['a lone surrogate', signNote('\ud800\n', alice)],
  ])('A6: malformed: %s', (_, note) => {
    expect(opening(note)).toThrow(invalid);
  });

  test('A6: what is not UTF-8 is malformed, and so is an overlong form', () => {
    for (const bad of [[0xff], [0xc0, 0x8a], [0xed, 0xa0, 0x80]]) {
      expect(opening(Uint8Array.from([...bad, ...encodeUtf8(`\n${text}\n${line}`)]))).toThrow(invalid);
    }
  });

  test('A6: a BOM is part of the text', () => {
    expect(openNote(signNote(`\ufeff${text}`, alice), known).text).toBe(`\ufeff${text}`);
    expect(opening(`\ufeff${signNote(text, alice)}`)).toThrow(refuted);
  });

  test('A6: signatures of unknown keys are passed over: another name, another hash, up to 100 of them', () => {
    const sameName = withBytes((bytes) => bytes.with(0, bytes[0]! ^ 1));
    const sameHash = line.replace(alice.name, 'mallory.test');
    const others = Array.from({ length: 97 }, (_, i) => `\u2014 k${i} AAAAAAAA\n`).join('');
    const note = openNote(`${text}\n${sameName}${sameHash}${others}${line}`, known);
    expect(note.signatures).toHaveLength(1);
    expect(note.unverified).toHaveLength(99);
    expect(opening(`${text}\n${sameName}${sameHash}`)).toThrow(refuted);
    expect(opening(signNote(text, bob))).toThrow(refuted);
    expect(opening(signNote(text, alice), [])).toThrow(refuted);
  });

  test('A6: one wrong signature of a known key refuses the note, before or after a right one', () => {
    const wrong = withBytes((bytes) => bytes.with(20, bytes[20]! ^ 1));
    for (const lines of [wrong, wrong + line, line + wrong, line + bob.line(text) + wrong]) {
      expect(opening(`${text}\n${lines}`)).toThrow(refuted);
    }
    expect(opening(`${text}\n${line}`.replace('two', 'too'))).toThrow(refuted);
  });

  test('A6: a signature that is too short or too long is wrong', () => {
    expect(opening(`${text}\n${withBytes((b) => b.slice(0, -1))}`)).toThrow(refuted);
    expect(opening(`${text}\n${withBytes((b) => Uint8Array.from([...b, 0]))}`)).toThrow(refuted);
    expect(opening(`${text}\n${withBytes((b) => b.slice(0, 5))}`)).toThrow(refuted);
  });

  test('A6: a repeated line counts once', () => {
    expect(openNote(`${text}\n${line}${line}`, known).signatures).toHaveLength(1);
  });

  test('a signature with S raised by the group order is not another signature', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const raised = withBytes((bytes) => {
      let s = order;
      for (let i = 31; i >= 0; i--) s += BigInt(bytes[36 + i]!) << BigInt(8 * i);
      return Uint8Array.from(bytes, (byte, i) => (i < 36 ? byte : Number((s >> BigInt(8 * (i - 36))) & 255n)));
    });
    expect(opening(`${text}\n${raised}`)).toThrow(refuted);
  });

  test('property: what is signed opens to the same text, and any other byte in its place is refused', () => {
    const texts = fc
      .array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 5 })
      .map((lines) => lines.map((l) => `${l.replace(/[\x00-\x1f]/g, '')}\n`).join(''));
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 1, max: 255 }), (signed, at, flip) => {
        const note = encodeUtf8(signNote(signed, alice));
        expect(openNote(note, known).text).toBe(signed);
        const changed = Uint8Array.from(note);
        changed[at % note.length]! ^= flip;
        expect(opening(changed)).toThrow();
      }),
    );
  });
});

describe('verifier keys', () => {
  const [, hash, base64] = /^[^+]+\+([0-9a-f]+)\+(.+)$/.exec(alice.verifierKey)!;
  const keyOf = (typedKey: Uint8Array, name = 'a.test') =>
    `${name}+${keyHashOf(name, typedKey)}+${encodeBase64(typedKey)}`;
  const typed = decodeBase64(base64!)!;

  test('name and hash are taken; the hash may be in capitals', () => {
    expect(parseVerifierKey(alice.verifierKey)).toMatchObject({ name: alice.name, keyHash: hash });
    expect(parseVerifierKey(`${alice.name}+${hash!.toUpperCase()}+${base64}`).keyHash).toBe(hash);
  });

  test.each([
    ['', 'malformed verifier id'],
    ['name', 'malformed verifier id'],
    [`${alice.name}+${hash}`, 'malformed verifier id'],
    [`${alice.name}+${hash}+`, 'malformed verifier id'],
    [`+${hash}+${base64}`, 'malformed verifier id'],
    [`a b+${hash}+${base64}`, 'malformed verifier id'],
    [`${alice.name}+${hash!.slice(1)}+${base64}`, 'malformed verifier id'],
    [`${alice.name}+0${hash}+${base64}`, 'malformed verifier id'],
    [`${alice.name}+${hash}+${base64}=`, 'malformed verifier id'],
    [`${alice.name}+${hash}+${base64}\n`, 'malformed verifier id'],
    [`other.test+${hash}+${base64}`, 'invalid verifier hash'],
    [`${alice.name}+00000000+${base64}`, 'invalid verifier hash'],
    [keyOf(typed.slice(0, -1)), 'malformed verifier id'],
    [keyOf(Uint8Array.from([...typed, 0])), 'malformed verifier id'],
    [keyOf(typed.with(0, 2)), 'unknown verifier algorithm'],
  ])('%j is refused: %s', (key, message) => {
    expect(() => parseVerifierKey(key)).toThrow(message);
  });

  test('a key of small order is refused: one signature under it fits many messages', () => {
    const encodings = [0n, 1n, 2n ** 255n - 20n, 2n ** 255n - 19n, 2n ** 255n - 18n];
    const bytesOf = (y: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((y >> BigInt(8 * i)) & 255n));
    const torsion = ed25519.Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
    const points = Array.from({ length: 8 }, (_, i) => torsion.multiplyUnsafe(BigInt(i)).toBytes());
    for (const y of [...encodings.map(bytesOf), ...points]) {
      for (const key of [y, y.with(31, y[31]! | 0x80)]) {
        expect(isSmallOrderKey(key)).toBe(true);
        expect(() => parseVerifierKey(keyOf(Uint8Array.from([1, ...key])))).toThrow('small order');
      }
    }
    expect(isSmallOrderKey(typed.slice(1))).toBe(false);
  });

  test('another Ed25519 can be given, and without any a key is unsupported', () => {
    const verifier = parseVerifierKey(alice.verifierKey, (key, message, signature) =>
      ed25519.verify(signature, message, key),
    );
    expect(openNote(signNote(text, alice), [verifier]).text).toBe(text);
  });
});
