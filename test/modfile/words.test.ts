import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  autoQuote,
  decodeText,
  encodeText,
  isDirectoryPath,
  modulePath,
  mustQuote,
  parseGoWork,
} from '../../src/modfile/index.js';
import { compareText, quoteText, unquoteText } from '../../src/modfile/mod-text.js';

const bytesOf = (latin1: string) => new Uint8Array(Buffer.from(latin1, 'latin1'));

describe('bytes and text', () => {
  test('any bytes survive', () => {
    const utf8Like = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc.string({ unit: 'grapheme', maxLength: 3 }).map((s) => new Uint8Array(Buffer.from(s))),
        fc.constantFrom('\xed\xa0\x80', '\xf4\x90\x80\x80', '\xc0\x80', '\xe2\x82', '\xef\xbb\xbf').map(bytesOf),
      ),
    );
    fc.assert(
      fc.property(utf8Like, (pieces) => {
        const bytes = new Uint8Array(Buffer.concat(pieces));
        expect(encodeText(decodeText(bytes))).toEqual(bytes);
      }),
    );
  });

  test('what is UTF-8 is text, what is not is one unit a byte', () => {
    expect(decodeText(bytesOf('\xc3\xa9\xff\xf0\x9f\x98\x80'))).toBe('é\udcff😀');
    expect(decodeText(bytesOf('\xed\xa0\x80\xc0'))).toBe('\udced\udca0\udc80\udcc0');
    expect(decodeText(bytesOf('\xef\xbb\xbfx'))).toBe('\ufeffx');
  });

  test('the order of texts is the order of their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) => {
        expect(Math.sign(compareText(decodeText(a), decodeText(b)))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  test('quoting and unquoting are inverse, bytes included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        const text = decodeText(bytes);
        expect(unquoteText(quoteText(text))).toBe(text);
      }),
    );
    expect(quoteText('a\udcff"')).toBe('"a\\xff\\""');
    expect(unquoteText('"\\xc3\\xa9\\377\\\\xff"')).toBe('é\udcff\\xff');
    expect([unquoteText('"\udcff"'), unquoteText('`\udcff`')]).toEqual(['\ufffd', '\udcff']);
    expect(['"\\xff', '"\\xff\\q"', '"\\xff"x"', '"\\xff\\"'].map(unquoteText)).toEqual(Array(4).fill(undefined));
  });
});

describe('words', () => {
  test.each([
    '',
    'a b',
    'a"b',
    "it's",
    '`',
    'a(b',
    '[x]',
    'a,b',
    'a//b',
    'a/*b',
    'a\tb',
    'a\u00a0b',
    '\ufeff',
    '\u200b',
  ])('%j must be quoted', (text) => {
    expect(mustQuote(text)).toBe(true);
    expect(autoQuote(text)).toBe(quoteText(text));
  });

  test.each(['a', 'example.com/é', '(', ',', '../a', 'a\\b', 'a/b', '日本', '\udcff'])('%j need not be', (text) => {
    expect(autoQuote(text)).toBe(text);
  });

  test('a quoted word reads back as itself', () => {
    const words = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array().map(decodeText)).filter((s) => s !== '(');
    fc.assert(
      fc.property(words, (word) => {
        expect(parseGoWork('go.work', `use ${autoQuote(word)}\n`).use[0]?.path).toBe(word);
      }),
    );
  });

  test('folders start with a dot, a slash or a drive', () => {
    const yes = ['.', '..', './a', '../a', '.\\a', '..\\a', '/a', '\\a', 'c:', 'C:\\a', 'z:a'];
    const no = ['', '...', '.a', 'a', 'a/b', '..a', '1:a', 'é:a'];
    expect(yes.filter((p) => !isDirectoryPath(p))).toEqual([]);
    expect(no.filter(isDirectoryPath)).toEqual([]);
  });
});

test.each([
  ['module a.b/c\n', 'a.b/c'],
  ['junk (\n\r\n  module  "a.b/\\x63" // why\r\n', 'a.b/c'],
  ['module `a b`', 'a b'],
  ['modulea b\nmodule // x\nmodule\tx y', 'x y'],
  ['module "a', ''],
  ['// module x', ''],
  ['', ''],
])('the module path of %j is %j', (text, path) => {
  expect(modulePath(text)).toBe(path);
  expect(modulePath(new TextEncoder().encode(text))).toBe(path);
});
