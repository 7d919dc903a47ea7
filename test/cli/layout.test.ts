import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutMiddle, cutToWidth, displayWidth, padTo } from '../../src/cli/display-width.js';
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
    expect(formatTable([['a'.repeat(50)]], [], 10)).toBe(`${'a'.repeat(4)}…${'a'.repeat(5)}\n`);
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
    ).toBe(`${'a'.repeat(10)}…${'a'.repeat(11)}  v1.2.3\nb${' '.repeat(21)}  v1.0.0\n`);
  });
  test('a column that shrinks first gives way before the others, and no column is lost', () => {
    const columns = [{}, { shrinksFirst: true }, {}];
    const row = ['m'.repeat(30), 'asked '.repeat(8), 'record 123'];
    const table = (width: number) => formatTable([row], columns, width);
    expect(table(60)).toBe(`${row[0]}  asked a…d asked   record 123\n`);
    expect(table(40)).toBe(`${'m'.repeat(6)}…${'m'.repeat(7)}  asked…asked   record 123\n`);
    for (let width = 40; width < 110; width++) expect(table(width)).toMatch(/^m+…?m* {2}asked.* {2}record 123\n$/);
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

describe('C.7: a table of modules in a narrow terminal', () => {
  const columns = [
    { heading: 'MODULE', isName: true },
    { heading: 'VERSION' },
    { heading: 'ASKED FOR BY', shrinksFirst: true },
    { heading: 'PROVEN BY' },
  ];
  const rows = [
    ['github.com/aws/aws-sdk-go-v2/service/s3', 'v1.2.3', 'github.com/spf13/cobra@v1.9.1 and 12 more', 'record 1'],
    [
      'github.com/aws/aws-sdk-go-v2/service/s3/manager',
      'v0.0.0-20230101000000-0123456789ab',
      'example.com/x@v1.0.0',
      'go.sum',
    ],
    ['gopkg.in/yaml.v3', 'v3.0.1', 'example.com/x@v1.0.0', 'record 22'],
  ];
  const names = rows.map((row) => row[0]!);
  const lines = (width: number) => formatTable(rows, columns, width).trimEnd().split('\n');

  test('as wide as it is, and in a pipe, nothing is cut', () => {
    expect(formatTable(rows, columns, 200)).toBe(formatTable(rows, columns));
    expect(formatTable(rows, columns)).not.toContain('…');
  });
  test('who asks gives way first, and its two ends stay', () => {
    const [, first] = lines(120);
    expect(first).toMatch(/^github\.com\/aws\/aws-sdk-go-v2\/service\/s3 +v1\.2\.3 +github.*….*more +record 1$/);
  });
  test.each(Array.from({ length: 181 }, (_, i) => i + 20))(
    'at %i columns nothing is wider, and names stay apart',
    (width) => {
      const shown = lines(width);
      for (const line of shown) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      const isStacked = !shown[0]!.startsWith('MODULE');
      if (isStacked) for (const name of names) expect(shown.join('').replaceAll(/\s/g, '')).toContain(name);
      else expect(new Set(shown.slice(1).map((line) => line.split('  ')[0])).size).toBe(names.length);
    },
  );
  test('at 40 columns a row has lines of its own', () => {
    expect(lines(40).slice(0, 4)).toEqual([
      'github.com/aws/aws-sdk-go-v2/service/s3',
      '  v1.2.3  record 1',
      '  asked for by github.com/s… and 12 more',
      'github.com/aws/aws-sdk-go-v2/service',
    ]);
  });
  test('names that a cut would make alike are not cut', () => {
    const alike = ['a', 'b'].map((letter) => [`example.com/${'x'.repeat(30)}${letter}${'y'.repeat(40)}`, 'v1.0.0']);
    expect(formatTable(alike, [{ heading: 'M', isName: true }, {}], 60).split('\n')).toHaveLength(7);
  });
  test('a painted cell keeps its colour when its middle is cut', () => {
    expect(cutMiddle('\x1b[31mabcdefgh\x1b[39m', 5)).toBe('\x1b[31mab…gh\x1b[39m');
    expect(cutMiddle('世界世界', 5)).toBe('世…界');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(displayWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
