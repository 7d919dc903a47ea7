import { describe, expect, test } from 'vitest';
import { matchPackagePattern, treeCanMatchPattern } from '../../src/module/index.js';

describe('matchPackagePattern', () => {
  test.each([
    ['...', ['foo', 'foo/bar', 'vendor', 'x/vendor'], ['vendor/x', 'x/vendor/y']],
    ['net', ['net'], ['net/http', 'ne', 'nets', '']],
    ['net...', ['net', 'netchan', 'net/http'], ['not', 'internet']],
    ['net/...', ['net', 'net/http', 'net/http/x'], ['netchan', 'not/net/http']],
    ['.../http', ['net/http', 'a/b/http'], ['http', 'net/http/x']],
    ['a.../b...c', ['a/bc', 'ax/b/x/c', 'ab/bcbc'], ['a/b', 'b/bc']],
    ['./...', ['./vendor', './x/vendor', '.', './x'], ['./vendor/x', './x/vendor/y', 'x']],
    ['./vendor/...', ['./vendor', './vendor/x', './vendor/x/vendor'], ['./vendor/x/vendor/y', './vendors']],
    ['x/vendor/y/...', ['x/vendor/y', 'x/vendor/y/z', 'x/vendor/y/vendor'], ['x/vendor/y/vendor/z', 'x/vendor']],
    ['.../vendor/...', ['x/vendor/y', 'x/vendor', 'x/vendor/y/vendor'], ['x/vendors', 'x/vendor/y/vendor/z']],
    ['vendor/...', [], ['vendor', 'vendor/x']], // as the go command has it
    ['a....b', ['a.b', 'ax/y.b'], ['ab']], // the first three dots are the wildcard
    ['a+b/(c)/...', ['a+b/(c)', 'a+b/(c)/d'], ['aab/c']],
    ['a\0b', [], ['a\0b', 'avendorb']],
  ])('%j', (pattern, matching, others) => {
    const matches = matchPackagePattern(pattern);
    expect(matching.filter((name) => !matches(name))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });

  test('a pattern of many wildcards takes no long time', () => {
    const matches = matchPackagePattern(`${'a...'.repeat(60)}b`);
    expect(matches('a'.repeat(4000))).toBe(false);
    expect(matches(`${'a'.repeat(4000)}b`)).toBe(true);
  });
});

describe('treeCanMatchPattern', () => {
  test.each([
    ['...', ['a', 'a/b'], []],
    ['a/b', ['a', 'a/b'], ['a/b/c', 'b', 'aa']],
    ['a/b/...', ['a', 'a/b', 'a/b/c'], ['a/c', 'a/bc', 'b']],
    ['a/b...', ['a', 'a/b', 'a/bc/d'], ['a/c']],
    ['a/.../z', ['a', 'a/x/y'], ['b/a']],
  ])('%j', (pattern, matching, others) => {
    const canMatch = treeCanMatchPattern(pattern);
    expect(matching.filter((name) => !canMatch(name))).toEqual([]);
    expect(others.filter(canMatch)).toEqual([]);
  });
});
