import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapePath, escapeVersion, unescapePath, unescapeVersion } from '../../src/module/index.js';
import { modulePath } from './arbitraries.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('escaping', () => {
  test('writes upper-case letters as ! and lower case', () => {
    expect(escapePath('github.com/Azure/SDK')).toBe('github.com/!azure/!s!d!k');
    expect(escapeVersion('v1.0.0-RC1')).toBe('v1.0.0-!r!c1');
    expect(unescapePath('github.com/!azure/!s!d!k')).toBe('github.com/Azure/SDK');
    expect(unescapeVersion('v1.0.0-!r!c1')).toBe('v1.0.0-RC1');
  });

  test('is undone by unescaping, and no two paths have forms that differ in case only', () => {
    fc.assert(
      fc.property(modulePath, modulePath, (a, b) => {
        expect(unescapePath(escapePath(a))).toBe(a);
        expect(escapePath(a)).toBe(escapePath(a).toLowerCase());
        expect(escapePath(a) === escapePath(b)).toBe(a === b);
      }),
    );
  });

  test('what unescapes is what escaping writes', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aB!z./-v1'), maxLength: 10 });
    fc.assert(
      fc.property(text, (escaped) => {
        for (const [decode, encode] of [
          [unescapePath, escapePath],
          [unescapeVersion, escapeVersion],
        ] as const) {
          let original: string;
          try {
            original = decode(escaped);
          } catch {
            continue;
          }
          expect(encode(original)).toBe(escaped);
        }
      }),
    );
  });

  test.each(['a.b/!A', 'a.b/A', 'a.b/!', 'a.b/!!a', 'a.b/!1', 'a.b/é', 'a.b/\ud800'])(
    '%j is no escaped form',
    (escaped) => {
      expect(() => unescapePath(escaped)).toThrow(code('invalid-path'));
      expect(() => unescapePath(escaped)).toThrow('invalid escaped module path');
      expect(() => unescapeVersion(escaped.replace('/', ''))).toThrow(code('invalid-version'));
    },
  );

  test('a well-formed escape of a path that is not allowed is refused', () => {
    expect(() => unescapePath('a.b/v1')).toThrow(
      'invalid escaped module path "a.b/v1": malformed module path "a.b/v1": invalid version',
    );
    expect(() => escapePath('a.b/../c')).toThrow(code('invalid-path'));
    expect(() => unescapeVersion('!c!o!n')).toThrow(
      'invalid escaped version "CON": "CON" disallowed as path element component on Windows',
    );
  });

  const versions = ['', '.', '..', 'a/b', 'a\\b', 'v1.0.0!', 'é', 'v1?x', 'v1\n', 'v1:2', 'nul', 'v1.', '\ud800', '*'];
  test.each(versions)('no file is named by the version %j', (version) => {
    expect(() => escapeVersion(version)).toThrow(code('invalid-version'));
    expect(() => escapeVersion(version)).toThrow('disallowed version string');
  });

  test('revisions need not be versions', () => {
    expect(escapeVersion('main')).toBe('main');
    expect(escapeVersion('release-1.0#%2f')).toBe('release-1.0#%2f');
  });
});
