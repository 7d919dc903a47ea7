import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModuleError } from '../../src/errors.js';
import {
  canonicalVersion,
  check,
  compareModuleVersions,
  formatModuleVersion,
  InvalidPathError,
  isIncompatible,
} from '../../src/module/index.js';
import { anyVersion } from './arbitraries.js';

test('the canonical version keeps +incompatible and no other metadata', () => {
  expect(canonicalVersion('v2.0.0+incompatible')).toBe('v2.0.0+incompatible');
  expect(canonicalVersion('v2.0.0-a+incompatible')).toBe('v2.0.0-a+incompatible');
  expect(canonicalVersion('v2.0.0+incompatible.1')).toBe('v2.0.0');
  expect(canonicalVersion('v2.0.0+Incompatible')).toBe('v2.0.0');
  expect(canonicalVersion('v2')).toBe('v2.0.0');
  expect(canonicalVersion('v2+incompatible')).toBe('');
  expect(canonicalVersion('junk')).toBe('');
});

test('isIncompatible', () => {
  expect(isIncompatible('v2.0.0+incompatible')).toBe(true);
  expect(['v2.0.0', 'v2+incompatible', 'junk+incompatible', 'v2.0.0+incompatible.x'].filter(isIncompatible)).toEqual(
    [],
  );
});

test('formatModuleVersion', () => {
  expect(formatModuleVersion({ path: 'a.b', version: 'v1.0.0' })).toBe('a.b@v1.0.0');
  expect(formatModuleVersion({ path: 'a.b', version: '' })).toBe('a.b');
});

describe('compareModuleVersions', () => {
  test('path by bytes, version by precedence, then the suffix', () => {
    const sorted = [
      { path: 'A.b', version: 'v9.0.0' },
      { path: 'a.b', version: '' },
      { path: 'a.b', version: 'v1.2.0' },
      { path: 'a.b', version: 'v1.2.0/go.mod' },
      { path: 'a.b', version: 'v1.10.0-rc/go.mod' },
      { path: 'a.b', version: 'v1.10.0' },
      { path: 'a.b', version: 'v1.10.0/go.mod' },
      { path: 'a.b-c', version: 'v1.0.0' },
      { path: 'a.b/c', version: 'v0.0.0' },
      { path: '\uff5e', version: '' },
      { path: '😀', version: '' },
    ];
    expect(sorted.toReversed().sort(compareModuleVersions)).toEqual(sorted);
  });

  test('is a total order', () => {
    const suffixed = fc.tuple(anyVersion, fc.constantFrom('', '/go.mod')).map((parts) => parts.join(''));
    const module = fc.record({ path: fc.constantFrom('a.b', 'a.b/c'), version: suffixed });
    fc.assert(
      fc.property(module, module, module, (a, b, c) => {
        expect(Math.sign(compareModuleVersions(a, b))).toBe(0 - Math.sign(compareModuleVersions(b, a)));
        const sorted = [a, b, c].sort(compareModuleVersions);
        expect([c, b, a].sort(compareModuleVersions)).toEqual(sorted);
      }),
    );
  });
});

describe('check', () => {
  test.each([
    ['a.b/c', 'v1.0.0'],
    ['a.b/c', 'v2.0.0+incompatible'],
    ['a.b/c/v2', 'v2.1.0'],
    ['gopkg.in/yaml.v2', 'v2.2.1'],
    ['a.b/c', 'v1'],
  ])('%s@%s fits', (path, version) => {
    expect(() => check(path, version)).not.toThrow();
  });

  test.each([
    ['a.b/c', 'v2.0.0', 'invalid version: should be v0 or v1, not v2'],
    ['a.b/c/v2', 'v1.0.0', 'invalid version: should be v2, not v1'],
    ['a.b/c', '1.0.0', 'invalid version: not a semantic version'],
    ['a.b/c', 'v1.0.0/../..', 'invalid version: not a semantic version'],
    ['a.b/c', 'master', 'invalid version: not a semantic version'],
  ])('%s@%s does not', (path, version, reason) => {
    expect(() => check(path, version)).toThrow(ModuleError);
    expect(() => check(path, version)).toThrow(
      expect.objectContaining({ code: 'invalid-version', path, version, reason }),
    );
    expect(() => check(path, version)).toThrow(`${path}@${version}: ${reason}`);
  });

  test('the path comes first', () => {
    expect(() => check('a.b/v1', 'junk')).toThrow(InvalidPathError);
  });
});
