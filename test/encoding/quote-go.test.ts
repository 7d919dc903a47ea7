import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteGo, quoteGoRune, unquoteGo } from '../../src/encoding/quote-go.js';

/** Any code points but lone surrogates; those of the first planes most often. */
const anyText = fc
  .array(fc.oneof(fc.nat(0xff), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff })), { maxLength: 8 })
  .map((codes) => String.fromCodePoint(...codes));

describe('quoteGo', () => {
  test.each([
    ['', '""'],
    ["it's plain", `"it's plain"`],
    ['a"b\\c`', '"a\\"b\\\\c`"'],
    ['\x07\b\t\n\v\f\r', '"\\a\\b\\t\\n\\v\\f\\r"'],
    ['\0\x1b\x7f', '"\\x00\\x1b\\x7f"'],
    ['\x80\x9f\xa0\xad', '"\\u0080\\u009f\\u00a0\\u00ad"'],
    ['é日😀', '"é日😀"'],
    ['\u200b\u202e\u2028\ufeff\ue000', '"\\u200b\\u202e\\u2028\\ufeff\\ue000"'],
    ['\u{e0001}\u{10ffff}', '"\\U000e0001\\U0010ffff"'],
    ['\u0301\u3000', '"\u0301\\u3000"'],
    ['\ufffd', '"\ufffd"'],
    ['\ud800x\udc00', '"\\ufffdx\\ufffd"'],
  ])('%j', (text, quoted) => {
    expect(quoteGo(text)).toBe(quoted);
  });

  test('leaves nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quoteGo(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

test('quoteGoRune', () => {
  expect(["'", '"', '\\', '\n', 'é', '\u202e', '\ud800', 'ab'].map(quoteGoRune)).toEqual([
    "'\\''",
    `'"'`,
    "'\\\\'",
    "'\\n'",
    "'é'",
    "'\\u202e'",
    "'\ufffd'",
    "'a'",
  ]);
});

describe('unquoteGo', () => {
  test.each([
    ['""', ''],
    ['``', ''],
    ['"plain é"', 'plain é'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\x07\b\f\n\r\t\v\\"'],
    ['"\\x41\\101\\u00e9\\U0001F600"', 'AAé😀'],
    ['"\\xc3\\xa9\\303\\251"', 'éé'],
    ['`a\\n"b`', 'a\\n"b'],
    ['`a\r\nb`', 'a\nb'],
    [`"'"`, `'`],
    ['"a\rb\tc"', 'a\rb\tc'],
  ])('%j', (literal, value) => {
    expect(unquoteGo(literal)).toBe(value);
  });

  const broken = [
    '',
    '"',
    '`',
    '"a',
    'a"',
    '"a`',
    "'a'",
    'plain',
    '"a"b"',
    '`a`b`',
    '"a\nb"',
    '"\\"',
    '"\\\\\\"',
    '" "x',
  ];
  const badEscapes = [
    '\\',
    '\\q',
    "\\'",
    '\\x4',
    '\\xg0',
    '\\u12',
    '\\ud800',
    '\\U00110000',
    '\\U0000d800',
    '\\400',
    '\\08',
    '\\1',
  ];
  const notUtf8 = ['\\xff', '\\xc3', '\\xed\\xa0\\x80', '\\377'];
  test.each([...broken, ...[...badEscapes, ...notUtf8].map((body) => `"${body}"`)])('refuses %j', (literal) => {
    expect(unquoteGo(literal)).toBeUndefined();
  });

  test('undoes quoteGo', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unquoteGo(quoteGo(text))).toBe(text);
      }),
    );
  });

  test('reads megabytes in one pass', () => {
    expect(unquoteGo(`"${'\\\\'.repeat(200_000)}"`)).toHaveLength(200_000);
    expect(unquoteGo(`"${'\\'.repeat(200_001)}"`)).toBeUndefined();
  });
});
