import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { versionSyntaxOf } from '../../src/gover/index.js';
import { isRevisionQuery, parseVersionQuery } from '../../src/module/index.js';
import { anyVersion } from './arbitraries.js';

describe('parseVersionQuery', () => {
  test.each(['latest', 'upgrade', 'patch', 'none'])('%s', (text) => {
    expect(parseVersionQuery(text)).toEqual({ kind: text, text });
  });

  test.each([
    ['v1', 'prefix'],
    ['v1.2', 'prefix'],
    ['v1.2.3', 'exact'],
    ['v1.2.3-pre', 'exact'],
    ['v2.0.0+incompatible', 'exact'],
    ['v0.0.0-20200101000000-abcdef123456', 'exact'],
  ])('%s is a version', (text, kind) => {
    expect(parseVersionQuery(text)).toEqual({ kind, version: text, text });
  });

  test.each([
    ['<v1.2', '<', 'v1.2'],
    ['<v1.2.3', '<', 'v1.2.3'],
    ['<=v1.2.3', '<=', 'v1.2.3'],
    ['>v1.2.3-a', '>', 'v1.2.3-a'],
    ['>=v1', '>=', 'v1'],
  ])('%s is a comparison', (text, kind, version) => {
    expect(parseVersionQuery(text)).toEqual({ kind, version, text });
  });

  test.each(['master', 'Latest', '1.2.3', 'abcdef123456', 'feature/x', 'v1.2.x', 'é', '=v1.0.0', 'v1-pre', '..'])(
    '%s is a revision',
    (text) => {
      expect(parseVersionQuery(text)).toEqual({ kind: 'revision', text });
    },
  );

  test.each([
    ['<', 'invalid semantic version "" in range "<"'],
    ['<master', 'invalid semantic version "master" in range "<master"'],
    ['>=1.2.3', 'invalid semantic version "1.2.3" in range ">=1.2.3"'],
    ['<==v1.0.0', 'invalid semantic version "=v1.0.0" in range "<==v1.0.0"'],
    ['> v1.0.0', 'invalid semantic version " v1.0.0" in range "> v1.0.0"'],
    ['<=v1.2', 'ambiguous semantic version "v1.2" in range "<=v1.2"'],
    ['>v1', 'ambiguous semantic version "v1" in range ">v1"'],
    ['', 'invalid module version ""'],
    ['-rf', 'invalid module version "-rf"'],
    ['/etc', 'invalid module version "/etc"'],
    ['v1.0.0@v2', 'invalid module version "v1.0.0@v2"'],
  ])('%j is refused', (text, message) => {
    expect(() => parseVersionQuery(text)).toThrow(expect.objectContaining({ code: 'invalid-query', message }));
  });

  test('go and toolchain have versions of their own', () => {
    expect(parseVersionQuery('1.21', versionSyntaxOf('go')).kind).toBe('prefix');
    expect(parseVersionQuery('1.20', versionSyntaxOf('go')).kind).toBe('exact');
    expect(parseVersionQuery('1.21rc1', versionSyntaxOf('go')).kind).toBe('exact');
    expect(parseVersionQuery('v1.21.0', versionSyntaxOf('go')).kind).toBe('revision');
    expect(parseVersionQuery('go1.21', versionSyntaxOf('toolchain')).kind).toBe('prefix');
    expect(parseVersionQuery('go1.21.3-x', versionSyntaxOf('toolchain')).kind).toBe('exact');
    expect(parseVersionQuery('<1.21.0', versionSyntaxOf('go'))).toMatchObject({ kind: '<', version: '1.21.0' });
    expect(() => parseVersionQuery('>1.21', versionSyntaxOf('go'))).toThrow('ambiguous');
  });

  test('any text is parsed or refused as a query', () => {
    const text = fc.tuple(fc.constantFrom('', '<', '<=', '>', '>='), anyVersion).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (query) => {
        try {
          expect(parseVersionQuery(query).text).toBe(query);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-query' });
        }
      }),
    );
  });
});

test('isRevisionQuery', () => {
  const isRevision = (text: string) => isRevisionQuery(parseVersionQuery(text));
  expect(['v1.2.3', 'master', 'none'].map(isRevision)).toEqual([true, true, true]);
  expect(['latest', 'upgrade', 'patch', '<v1.0.0', '>=v1', 'v1', 'v1.2'].filter(isRevision)).toEqual([]);
});
