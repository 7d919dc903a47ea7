import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldCase } from '../../src/modzip/index.js';

/** The regular expressions' own simple folding. */
const matches = (a: string, b: string) => new RegExp(`^\\u{${a.codePointAt(0)!.toString(16)}}$`, 'iu').test(b);

describe('foldCase', () => {
  test.each([
    ['K', '\u212a'],
    ['s', '\u017f'],
    ['\u00e5', '\u212b'],
    ['\u03c3', '\u03c2'],
    ['\u1e9e', '\u00df'],
    ['\u0345', '\u1fbe'],
    ['\u03f4', '\u03d1'],
    ['\u{10400}', '\u{10428}'],
  ])('%s and %s are one name', (a, b) => expect(foldCase(`x${a}y`)).toBe(foldCase(`X${b}Y`)));

  test.each([
    ['i', '\u0131'],
    ['I', '\u0130'],
    ['ss', '\u00df'],
    ['ff', '\ufb00'],
    ['\u00e9', 'e\u0301'],
  ])('%s and %s are two: full and Turkish folding and normal forms do not count', (a, b) => {
    expect(foldCase(a)).not.toBe(foldCase(b));
  });

  test('every character folds like all that the platform calls equal but for case', () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x110000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const char = String.fromCodePoint(code);
      const others = new Set([char.toLowerCase(), char.toUpperCase(), foldCase(char)]);
      for (const other of others) {
        if (other === char || [...other].length !== 1) continue;
        if (matches(char, other) !== (foldCase(char) === foldCase(other))) wrong.push(`${char} ${other}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('folding goes character by character and is stable', () => {
    const wellFormed = fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed());
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        expect(foldCase(a + b)).toBe(foldCase(a) + foldCase(b));
        expect(foldCase(foldCase(a))).toBe(foldCase(a));
      }),
    );
  });
});
