import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchPrefixPatterns, pathMatch } from '../../src/module/index.js';

describe('pathMatch', () => {
  const matches: [string, string, boolean | undefined][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'abc', true],
    ['*', 'a/b', false],
    ['a*', 'a', true],
    ['a*/b', 'axx/b', true],
    ['a*/b', 'ax/x/b', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['**a**', 'xax', true],
    ['*.com', 'a.com.com', true],
    ['*a', 'aab', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a?c', 'a😀c', true],
    ['a?c', 'ac', false],
    ['a[bc]d', 'acd', true],
    ['a[b-d]e', 'aee', false],
    ['a[^b]c', 'axc', true],
    ['a[^b]c', 'abc', false],
    ['a[^b]c', 'a/c', true],
    ['[é-ü]', 'ó', true],
    ['[^^]', 'a', true],
    ['[a^]', '^', true],
    ['[\\]]', ']', true],
    ['[\\-x]', '-', true],
    ['[a\\-z]', 'm', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['\\a', 'a', true],
    ['a.c', 'abc', false],
    ['(a|b)', 'a', false],
    [']', ']', true],
    ['[c-a]', 'b', false],
    ['[', 'a', undefined],
    ['[]', 'a', undefined],
    ['[]a]', 'a', undefined],
    ['[^]', 'a', undefined],
    ['[a', 'a', undefined],
    ['[a-', 'a', undefined],
    ['[a-]', 'a', undefined],
    ['[-a]', 'a', undefined],
    ['[a-b-c]', 'a', undefined],
    ['[\\', 'a', undefined],
    ['[\\]', 'a', undefined],
    ['a\\', 'a', undefined],
    ['x*y[', 'no match before it', undefined],
    ['[\ud800]', 'a', undefined],
  ];
  test.each(matches)('%j on %j', (pattern, name, expected) => {
    expect(pathMatch(pattern, name)).toBe(expected);
  });

  test('every name matches itself, its characters escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(pathMatch(Array.from(name, (char) => `\\${char}`).join(''), name)).toBe(true);
      }),
    );
  });

  test('agrees with the regular expression of a simple pattern', () => {
    const pattern = fc.string({ unit: fc.constantFrom(...'ab*?/'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom(...'ab/'), maxLength: 8 }), (glob, name) => {
        const regexp = new RegExp(`^${glob.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
        expect(pathMatch(glob, name)).toBe(regexp.test(name));
      }),
      { numRuns: 1000 },
    );
  });

  test('many stars do not explode', () => {
    expect(pathMatch(`${'a*'.repeat(200)}b`, 'a'.repeat(20_000))).toBe(false);
  });
});

describe('matchPrefixPatterns', () => {
  const lists: [string, string, boolean][] = [
    ['', 'a.b/c', false],
    [',,', 'a.b/c', false],
    ['/', 'a.b/c', false],
    ['*', 'a.b/c', true],
    ['*.b', 'a.b/c/d', true],
    ['a.b', 'a.b', true],
    ['a.b', 'a.bc', false],
    ['rsc.io/private', 'rsc.io/private/x', true],
    ['rsc.io/private', 'rsc.io/privateer', false],
    ['rsc.io/private', 'rsc.io', false],
    ['a.b/*', 'a.b', false],
    ['a.b/*', 'a.b/c/d', true],
    ['a.b/', 'a.b/c', true],
    ['a.b//', 'a.b/c', false],
    ['/a.b', 'a.b', false],
    ['x,a.b', 'a.b/c', true],
    ['x, a.b', 'a.b/c', false],
    ['[,a.b', 'a.b/c', true],
    ['[', '[', false],
    ['a.b/[', 'a.b/c', false],
    ['A.b', 'a.b', false],
  ];
  test.each(lists)('%j on %s', (globs, target, expected) => {
    expect(matchPrefixPatterns(globs, target)).toBe(expected);
  });

  test('a path and its prefixes match it', () => {
    const element = fc.stringMatching(/^[a-z.]{1,4}$/);
    fc.assert(
      fc.property(fc.array(element, { minLength: 1 }), fc.nat(), (elements, n) => {
        const prefix = elements.slice(0, 1 + (n % elements.length)).join('/');
        expect(matchPrefixPatterns(prefix, elements.join('/'))).toBe(true);
        expect(matchPrefixPatterns(`${elements.join('/')}/more`, prefix)).toBe(false);
      }),
    );
  });
});
