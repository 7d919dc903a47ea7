import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanJson, cleanText, jsonWithoutLogCommands, withoutLogCommands } from '../../src/cli/clean-text.js';

describe('cleanText', () => {
  test.each([
    ['colour', '\x1b[31mred\x1b[0m', 'red'],
    ['a cursor move', 'a\x1b[2J\x1b[1;1Hb', 'ab'],
    ['a title, ended by BEL', 'a\x1b]0;title\x07b', 'ab'],
    ['a link, ended by ST', '\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\', 'text'],
    ['an unended title loses its escape alone, so that nothing can hide text', '\x1b]0;title', ']0;title'],
    ['a string does not swallow the next line', '\x1b]0;a\nb\x07', ']0;a\nb'],
    ['C1 introducers', '\x9b31mred\x9d0;t\x9cx', 'redx'],
    ['two-character escapes', '\x1bcreset\x1b(B', 'reset'],
    ['a lone escape', 'a\x1b', 'a'],
    ['carriage returns and backspaces', 'safe\rfake\b\b', 'safefake'],
    ['CRLF', 'a\r\nb', 'a\nb'],
    ['line breaks and tabs stay', 'a\n\tb', 'a\n\tb'],
    ['direction overrides', 'a\u202ecod.exe\u202c\u2066\u2069\u200e', 'acod.exe'],
    ['separators and tags', 'a\u2028b\u{e0041}c', 'abc'],
    ['lone surrogates', 'a\ud800b', 'a\ufffdb'],
    ['other scripts stay', 'grüße 世界 👩‍👩‍👧', 'grüße 世界 👩‍👩‍👧'],
  ])('%s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  test('nothing that moves a cursor or turns a line is left, and cleaning again changes nothing', () => {
    const unit = fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '0',
      ';',
      'm',
      '\x07',
      '\\',
      '\x9b',
      '\x9d',
      '\n',
      '\r',
      '\u202e',
      'P',
      'a',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(unit).map((units) => units.join('')),
        (text) => {
          const clean = cleanText(text);
          expect(clean).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
          expect(cleanText(clean)).toBe(clean);
        },
      ),
    );
  });

  test.each(['\x9d', '\x1b]', '\x9b0', '\x1b[0 ', '\x1b '])('linear on a hostile text of %j', (piece) => {
    expect(cleanText(`${piece.repeat(200_000)}\nx`).endsWith('\nx')).toBe(true);
  });
});

test('cleanJson keeps the data', () => {
  const text = JSON.stringify({ a: 'x\u202ey\x9bz\x7f\u{e0041}' }, null, '\t');
  const clean = cleanJson(text);
  expect(clean).not.toMatch(/[\x7f-\x9f\u202e\u{e0041}]/u);
  expect(JSON.parse(clean)).toEqual(JSON.parse(text));
});

test('a log of GitHub Actions is given no commands', () => {
  expect(withoutLogCommands('a\n\t::error::pwned\n##[group]x\na::b')).toBe('a\n\t: :error::pwned\n# #[group]x\na::b');
});

test('JSON keeps its data, and begins no group of a log', () => {
  const data = { text: '##[error]x ###[y] # #[ #\u200d#[z]', '##[k': ['::error::'] };
  const shown = jsonWithoutLogCommands(JSON.stringify(data));
  expect(shown).not.toMatch(/#\p{DI}*#\p{DI}*\[/u);
  expect(JSON.parse(shown)).toEqual(data);
});
