import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPath,
  checkPathMajor,
  InvalidVersionError,
  matchPathMajor,
  pathMajorPrefix,
  semver,
  splitPathVersion,
} from '../../src/module/index.js';
import { anyVersion, modulePath } from './arbitraries.js';

describe('splitPathVersion', () => {
  const split: [string, string, string][] = [
    ['example.com/m', 'example.com/m', ''],
    ['example.com/m/v2', 'example.com/m', '/v2'],
    ['example.com/m/v100', 'example.com/m', '/v100'],
    ['example.com/m/v', 'example.com/m/v', ''],
    ['example.com/m/2', 'example.com/m/2', ''],
    ['example.com/mv2', 'example.com/mv2', ''],
    ['example.com/m.v2', 'example.com/m.v2', ''],
    ['example.com/m/v2/x', 'example.com/m/v2/x', ''],
    ['v2', 'v2', ''],
    ['/v2', '', '/v2'],
    ['', '', ''],
    ['gopkg.in/yaml.v3', 'gopkg.in/yaml', '.v3'],
    ['gopkg.in/yaml.v0', 'gopkg.in/yaml', '.v0'],
    ['gopkg.in/yaml.v1', 'gopkg.in/yaml', '.v1'],
    ['gopkg.in/user/pkg.v10-unstable', 'gopkg.in/user/pkg', '.v10-unstable'],
    ['gopkg.in/a.v1.v2', 'gopkg.in/a.v1', '.v2'],
    // Go's own oversight: the number may be missing before -unstable; no version belongs to it
    ['gopkg.in/yaml.v-unstable', 'gopkg.in/yaml', '.v-unstable'],
  ];
  test.each(split)('%s', (path, prefix, pathMajor) => {
    expect(splitPathVersion(path)).toEqual({ prefix, pathMajor });
  });

  const none = ['v0', 'v1', 'v01', 'v2.0', 'v2.', 'v.'].map((end) => `example.com/m/${end}`);
  const noneGopkg = ['yaml', 'yaml/v2', 'yaml.v', 'yaml.v01', 'yaml.v0-unstable', 'yaml.v2-stable', 'v2'];
  test.each([...none, ...noneGopkg.map((end) => `gopkg.in/${end}`)].map((path) => [path]))('%s has none', (path) => {
    expect(splitPathVersion(path)).toBeUndefined();
  });

  test('the parts make the path again', () => {
    fc.assert(
      fc.property(modulePath, (path) => {
        checkPath(path);
        const { prefix, pathMajor } = splitPathVersion(path)!;
        expect(prefix + pathMajor).toBe(path);
      }),
    );
  });
});

describe('checkPathMajor', () => {
  const accepted: [string, string][] = [
    ['v0.1.0', ''],
    ['v1.9.9', ''],
    ['v2.0.0+incompatible', ''],
    ['v2.0.0', '/v2'],
    ['v2', '/v2'],
    ['v2.0.0+incompatible', '/v2'],
    ['v1.0.0', '.v1'],
    ['v0.0.0', '.v0'],
    ['v2.3.4', '.v2-unstable'],
    ['v0.0.0-20161208181325-20d25e280405', '.v1'],
    ['v0.0.0-20161208181325-20d25e280405', '.v1-unstable'],
  ];
  test.each(accepted)('%s belongs to %j', (version, pathMajor) => {
    expect(() => checkPathMajor(version, pathMajor)).not.toThrow();
    expect(matchPathMajor(version, pathMajor)).toBe(true);
  });

  const refused: [string, string, string][] = [
    ['v2.0.0', '', 'should be v0 or v1, not v2'],
    ['v2.0.0+meta', '', 'should be v0 or v1, not v2'],
    ['junk', '', 'should be v0 or v1, not '],
    ['v1.0.0', '/v2', 'should be v2, not v1'],
    ['v3.0.0+incompatible', '/v2', 'should be v2, not v3'],
    ['v22.0.0', '/v2', 'should be v2, not v22'],
    ['v0.0.0', '.v1', 'should be v1, not v0'],
    ['v0.0.0-20161208181325-20d25e280405', '.v2', 'should be v2, not v0'],
    ['v1.0.0', '.v2-unstable', 'should be v2, not v1'],
  ];
  test.each(refused)('%s does not belong to %j', (version, pathMajor, reason) => {
    expect(() => checkPathMajor(version, pathMajor)).toThrow(`version "${version}" invalid: ${reason}`);
    expect(() => checkPathMajor(version, pathMajor)).toThrow(InvalidVersionError);
    expect(matchPathMajor(version, pathMajor)).toBe(false);
  });

  test('a version belongs to the major version that it names', () => {
    fc.assert(
      fc.property(anyVersion, fc.constantFrom('/v2', '/v10', '.v0', '.v3'), (version, pathMajor) => {
        expect(matchPathMajor(version, pathMajor)).toBe(semver.major(version) === pathMajorPrefix(pathMajor));
      }),
    );
  });
});

test('pathMajorPrefix', () => {
  expect(['', '/v2', '.v0', '.v1-unstable'].map(pathMajorPrefix)).toEqual(['', 'v2', 'v0', 'v1']);
  for (const bad of ['v2', '/v02', '/', '/v2-unstable', '.v-unstable', '-v2', '/v2.0']) {
    expect(() => pathMajorPrefix(bad)).toThrow(expect.objectContaining({ code: 'invalid-path' }));
  }
});
