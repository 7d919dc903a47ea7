import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { readHeader } from '../../src/imports/index.js';

const head = 'package p\nimport _ "embed"\n';
const embeds = (text: string) => readHeader('x.go', encodeUtf8(text)).embeds;
const patterns = (text: string) => embeds(head + text).map(({ pattern }) => pattern);

test('patterns with their places', () => {
  expect(embeds(`${head}\n//go:embed a.txt é "b c"\n\tvar x string //go:embed \`d\`\n`)).toEqual([
    { pattern: 'a.txt', line: 4, column: 12 },
    { pattern: 'é', line: 4, column: 18 },
    { pattern: 'b c', line: 4, column: 21 },
    { pattern: 'd', line: 5, column: 26 },
  ]);
});

test('nothing is embedded where "embed" is not imported', () => {
  expect(embeds('package p\nimport "embed/x"\n//go:embed a\nvar x string\n')).toEqual([]);
});

test('above the imports too, as go 1.26 reads them', () => {
  expect(embeds(`//go:embed a\n${head}`)).toEqual([{ pattern: 'a', line: 1, column: 12 }]);
});

test.each([
  ['white space of any kind', '//go:embed\ta\u00a0b\u3000c \r\n', ['a', 'b', 'c']],
  ['quotes inside of words', '//go:embed a"b" c`d\n', ['a"b"', 'c`d']],
  ['escapes', '//go:embed "\\x61\\"\\u00e9"\n', ['a"é']],
  ['none', '//go:embed\n', []],
  ['a longer name', '//go:embedded a\n', []],
  ['a space in front', '// go:embed a\n', []],
  ['a bad escape undoes the line', '//go:embed a "\\q"\n//go:embed b\n', ['b']],
  ['a quote left open', '//go:embed a "b\n', []],
  ['nothing between two strings', '//go:embed "a""b"\n', []],
  ['bytes that are no UTF-8', '//go:embed "\\xff"\n', ['\ufffd']],
  ['in a string', 'var x = "//go:embed a"\n', []],
  ['in a string with escapes', 'var x = "\\"//go:embed a\\\\"\n//go:embed b', ['b']],
  ['in a raw string', 'var x = `\n//go:embed a\n`\n//go:embed b', ['b']],
  ['in a block comment', '/*\n//go:embed a\n*/ //go:embed b', ['b']],
  ['behind a rune', "var x = '\"' //go:embed a\nvar y = '\\'' //go:embed b\n", ['a', 'b']],
  ['behind a string that its line ends', 'var x = "\n//go:embed a\n', ['a']],
  ['behind a comment', '// //go:embed a\n', []],
  ['behind a division', 'var x = 1 / 2 //go:embed a\n', ['a']],
])('%s', (_, text, expected) => {
  expect(patterns(text)).toEqual(expected);
});
