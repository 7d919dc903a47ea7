import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash1, hash1Async, hash1OfSums, hashGoMod, isH1 } from '../../src/dirhash/index.js';

/** h1: by the letter of its definition, in other words than the code's. */
function reference(files: ReadonlyMap<string, Uint8Array>): string {
  const lines = [...files]
    .map(([name, data]) => ({
      key: Buffer.from(name),
      line: `${createHash('sha256').update(data).digest('hex')}  ${name}\n`,
    }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ line }) => line);
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}

const text = (s: string) => Buffer.from(s);
const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !s.includes('\n') && s.isWellFormed());
const tree = fc.dictionary(name, fc.uint8Array()).map((o) => new Map(Object.entries(o)));

describe('dirhash', () => {
  test('known hashes: no file, an empty go.mod, a go.mod', () => {
    expect(hash1([], () => text(''))).toBe('h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
    expect(hashGoMod(text(''))).toBe('h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=');
    expect(hashGoMod(text('module m\n'))).toBe(reference(new Map([['go.mod', text('module m\n')]])));
  });

  test('equals the definition, whatever the order of the names', () => {
    fc.assert(
      fc.property(tree, fc.func(fc.integer()), (files, rank) => {
        const names = [...files.keys()].sort((a, b) => rank(a) - rank(b));
        expect(hash1(names, (n) => files.get(n)!)).toBe(reference(files));
      }),
    );
  });

  test('names are ordered by their UTF-8 bytes, not by UTF-16 units', () => {
    const names = ['\u{1f600}', '\uff5e', 'a'];
    const files = new Map(names.map((n) => [n, text(n)]));
    expect(hash1(names, (n) => files.get(n)!)).toBe(reference(files));
    expect([...names].sort()).not.toEqual([...names].sort((a, b) => Buffer.compare(text(a), text(b))));
  });

  test('a content in parts hashes as the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), async (parts) => {
        const whole = hash1(['a'], () => Buffer.concat(parts));
        expect(hash1(['a'], () => parts)).toBe(whole);
        expect(await hash1Async(['a'], async () => Buffer.concat(parts))).toBe(whole);
        const stream = async function* () {
          yield* parts;
        };
        expect(await hash1Async(['a'], stream)).toBe(whole);
      }),
    );
  });

  test('BOM, CRLF and case count: bytes are hashed as they are', () => {
    const variants = ['module m\n', '\ufeffmodule m\n', 'module m\r\n', 'Module m\n'].map((s) => hashGoMod(text(s)));
    expect(new Set(variants).size).toBe(4);
  });

  test('a name that comes twice counts twice', () => {
    const sum = createHash('sha256').update('').digest('hex');
    expect(
      hash1OfSums([
        ['a/', sum],
        ['a/', sum],
      ]),
    ).not.toBe(hash1OfSums([['a/', sum]]));
  });

  test('newline-in-name: refused, since a line could be forged with it', () => {
    expect(() => hash1(['a\nb'], () => text(''))).toThrow('filenames with newlines are not supported');
  });

  test('isH1 takes the one spelling of each hash', () => {
    const h1 = hashGoMod(text('x'));
    expect(isH1(h1)).toBe(true);
    expect(isH1('h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydZ=')).toBe(false); // loose bits
    for (const bad of [
      '',
      'h1:',
      h1.slice(3),
      h1.replace('h1', 'h2'),
      `${h1} `,
      `${h1}=`,
      h1.slice(0, -1),
      `h1:${'\0'.repeat(44)}`,
    ]) {
      expect([bad, isH1(bad)]).toEqual([bad, false]);
    }
  });
});
