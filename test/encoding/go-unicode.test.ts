import { expect, test } from 'vitest';
import { isLetter, isPrintable } from '../../src/encoding/go-unicode.js';

test('letters and printable characters are those of Unicode 15.0.0, whatever the engine knows', () => {
  let letters = 0;
  let printable = 0;
  for (let code = 0; code <= 0x10ffff; code++) {
    if (isLetter(code)) letters++;
    if (isPrintable(code)) printable++;
  }
  // counted with Go 1.26's unicode.IsLetter and unicode.IsPrint
  expect([letters, printable]).toEqual([136_104, 148_998]);
});

test.each([0x41, 0x7a, 0xaa, 0xe9, 0x3b1, 0x4e00, 0xffdc, 0x1d49c, 0x31350, 0x323af])('U+%s is a letter', (code) => {
  expect([isLetter(code), isPrintable(code)]).toEqual([true, true]);
});

// assigned in Unicode 15.1, 16.0 and 17.0
test.each([0x2ebf0, 0x1c89, 0x10d4a, 0x323b0])('U+%s came later', (code) => {
  expect([isLetter(code), isPrintable(code)]).toEqual([false, false]);
});

test.each([0x20, 0x30, 0x5f, 0x301, 0xb9, 0x2603, 0x1f600])('U+%s is printable, but no letter', (code) => {
  expect([isLetter(code), isPrintable(code)]).toEqual([false, true]);
});

test.each([0, 0x1f, 0x7f, 0x9f, 0xa0, 0xad, 0x200b, 0x2028, 0x3000, 0xd800, 0xdfff, 0xe000, 0xfeff, 0xffff, 0x10ffff])(
  'U+%s is neither',
  (code) => {
    expect([isLetter(code), isPrintable(code)]).toEqual([false, false]);
  },
);
