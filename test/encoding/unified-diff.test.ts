import { describe, expect, test } from 'vitest';
import { unifiedDiff } from '../../src/encoding/unified-diff.js';

const text = (lines: string) =>
  lines
    .split(' ')
    .map((line) => `${line}\n`)
    .join('');
/** The hunks alone, a line's mark and text after each other. */
const hunks = (a: string, b: string) => unifiedDiff('a', text(a), 'b', text(b)).split('\n').slice(3, -1);

describe('unifiedDiff', () => {
  test('is empty for equal texts', () => {
    expect(unifiedDiff('a', 'x\n', 'b', 'x\n')).toBe('');
  });

  test('names both texts', () => {
    expect(unifiedDiff('current/go.mod', '', 'tidy/go.mod', 'x\n')).toBe(
      'diff current/go.mod tidy/go.mod\n--- current/go.mod\n+++ tidy/go.mod\n@@ -0,0 +1,1 @@\n+x\n',
    );
  });

  test('shows three lines around a change', () => {
    expect(hunks('1 2 3 4 5 6 7 8 9', '1 2 3 4 five 6 7 8 9')).toEqual([
      '@@ -2,7 +2,7 @@',
      ' 2',
      ' 3',
      ' 4',
      '-5',
      '+five',
      ' 6',
      ' 7',
      ' 8',
    ]);
  });

  test('joins changes with fewer than six lines between, and parts others', () => {
    expect(hunks('x 1 2 3 4 5 y', '1 2 3 4 5').filter((line) => line.startsWith('@'))).toEqual(['@@ -1,7 +1,5 @@']);
    expect(hunks('x 1 2 3 4 5 6 y', '1 2 3 4 5 6').filter((line) => line.startsWith('@'))).toEqual([
      '@@ -1,4 +1,3 @@',
      '@@ -5,4 +4,3 @@',
    ]);
  });

  test('anchors on lines that stand once, not on brackets and empty lines', () => {
    expect(hunks('f( a ) g( b )', 'f( a ) h( c ) g( b )')).toEqual([
      '@@ -1,6 +1,9 @@',
      ' f(',
      ' a',
      ' )',
      '+h(',
      '+c',
      '+)',
      ' g(',
      ' b',
      ' )',
    ]);
  });

  test('keeps the longer of two moved stretches', () => {
    expect(hunks('a b c 1 2', '1 2 a b c')).toEqual(['@@ -1,5 +1,5 @@', '+1', '+2', ' a', ' b', ' c', '-1', '-2']);
  });

  test('says where a text does not end in a newline', () => {
    expect(unifiedDiff('a', 'x', 'b', 'x\n')).toBe(
      'diff a b\n--- a\n+++ b\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+x\n',
    );
  });

  test('takes empty lines for lines', () => {
    expect(unifiedDiff('a', '\n\n', 'b', '\n')).toBe('diff a b\n--- a\n+++ b\n@@ -1,2 +1,1 @@\n \n-\n');
  });
});
