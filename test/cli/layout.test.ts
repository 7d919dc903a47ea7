import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToWidth, displayWidth, padTo } from '../../src/cli/display-width.js';
import { formatTable } from '../../src/cli/table.js';
import { formatTree } from '../../src/cli/tree.js';
import type { TreeNode } from '../../src/commands/command.js';

describe('display width', () => {
  test.each([
    ['abc', 3],
    ['世界', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['ｆｕｌｌ', 8],
    ['한국', 4],
    ['🇩🇪', 2],
    ['〿', 1], // half fill space: narrow among wide ones
    ['\x1b[31mred\x1b[39m', 3],
    ['\u200d', 0],
  ])('%j takes %i cells', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('a cut fits, and says that it cut', () => {
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
    expect(cutToWidth('abcd', 4)).toBe('abcd');
    expect(cutToWidth('世界世界', 4)).toBe('世…');
    expect(cutToWidth('\x1b[31mabcdef\x1b[39m', 4)).toBe('\x1b[31mabc…\x1b[39m');
    expect(cutToWidth('\x1b[31mab\x1b[39mcdefgh', 4)).toBe('\x1b[31mab\x1b[39mc…');
  });

  test('a cut is never wider than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
        expect(displayWidth(cutToWidth(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('padding', () => {
    expect(padTo('世', 4)).toBe('世  ');
    expect(padTo('1', 3, 'right')).toBe('  1');
  });
});

describe('table', () => {
  const rows = [
    ['世界', '1', 'x'],
    ['a', '200', ''],
  ];
  test('columns are aligned, the end of a line is not filled', () => {
    expect(formatTable(rows, [{}, { align: 'right' }])).toBe('世界    1  x\na     200\n');
  });
  test('headings are one more line', () => {
    expect(formatTable([['a', 'b']], [{ heading: 'PATH' }, { heading: 'N' }])).toBe('PATH  N\na     b\n');
  });
  test('lines are cut to a terminal and only there', () => {
    expect(formatTable([['a'.repeat(50)]], [], 10)).toBe(`${'a'.repeat(9)}…\n`);
    expect(formatTable([['a'.repeat(500)]])).toBe(`${'a'.repeat(500)}\n`);
  });
  test('the widest column is cut first, so that what follows it is still seen', () => {
    expect(
      formatTable(
        [
          ['a'.repeat(50), 'v1.2.3'],
          ['b', 'v1.0.0'],
        ],
        [],
        30,
      ),
    ).toBe(`${'a'.repeat(21)}…  v1.2.3\nb${' '.repeat(21)}  v1.0.0\n`);
  });
  test('a column that shrinks first gives way before the others, and no column is lost', () => {
    const columns = [{}, { shrinksFirst: true }, {}];
    const row = ['m'.repeat(30), 'asked '.repeat(8), 'record 123'];
    const table = (width: number) => formatTable([row], columns, width);
    expect(table(60)).toBe(`${row[0]}  ${'asked '.repeat(8).slice(0, 15)}…  record 123\n`);
    expect(table(40)).toBe(`${'m'.repeat(13)}…  ${'asked asked'}…  record 123\n`);
    for (let width = 40; width < 110; width++) expect(table(width)).toMatch(/^m+…? {2}asked.* {2}record 123\n$/);
  });
  test('no rows, no text', () => {
    expect(formatTable([], [{ heading: 'PATH' }])).toBe('');
  });
});

describe('tree', () => {
  const leaf = (label: string, ...children: TreeNode[]): TreeNode => ({ label, children });
  test('branches', () => {
    expect(formatTree(leaf('m', leaf('a', leaf('b'), leaf('c')), leaf('d', leaf('e'))))).toBe(
      'm\n├── a\n│   ├── b\n│   └── c\n└── d\n    └── e\n',
    );
  });
  test('a chain as long as a module graph may be', () => {
    let node = leaf('end');
    for (let i = 0; i < 3_000; i++) node = leaf('m', node);
    expect(formatTree(node, 40).split('\n')).toHaveLength(3_002);
  });
});
