import { describe, expect, test } from 'vitest';
import { knownReleases } from '../../src/gover/index.js';
import {
  commandPackages,
  isStandardImportPath,
  isStandardPackage,
  newestKnownRelease,
  standardImports,
  standardPackages,
  standardTestImports,
} from '../../src/imports/index.js';

test.each([
  ['fmt', true],
  ['net/http', true],
  ['cmd/go', true],
  ['nowhere', true],
  ['internal/v1.0', true],
  ['example.com', false],
  ['example.com/fmt', false],
  ['./fmt', false],
  ['', true],
])('isStandardImportPath %j: %s', (path, expected) => {
  expect(isStandardImportPath(path)).toBe(expected);
});

describe('packages by release', () => {
  test.each([
    ['fmt', '1.0', true],
    ['unsafe', '1.2', true],
    ['context', '1.6.4', false],
    ['context', '1.7', true],
    ['runtime/cgo', '1.1', true],
    ['embed', '1.15.15', false],
    ['embed', '1.16', true],
    ['slices', '1.20.14', false],
    ['slices', '1.21rc2', true],
    ['math/rand/v2', '1.21.13', false],
    ['math/rand/v2', '1.22.0', true],
    ['iter', '1.23.0', true],
    ['syscall/js', '1.11', true],
    ['crypto/mlkem', '1.23.12', false],
    ['crypto/mlkem', '1.99', true],
    ['builtin', '1.20', true],
    ['encoding/json/v2', '1.25.0', true],
    ['internal/cpu', '1.20', true],
    ['vendor/golang.org/x/net/idna', '1.20', true],
    ['cmd/go', '1.20', true],
    ['cmd/go/internal/modload', '1.26.8', true],
    ['net', '1.20', true],
    ['cmd', '1.26.8', false],
    ['internal', '1.26.8', false],
    ['golang.org/x/net/idna', '1.26.8', false],
    ['nowhere', '1.26.8', false],
    ['constructor', '1.26.8', false],
    ['', '1.26.8', false],
  ])('%s in %s: %s', (path, release, expected) => {
    expect(isStandardPackage(path, release)).toBe(expected);
  });

  test('std: sorted, with internal and vendored packages, without what is documentation only', () => {
    const std = standardPackages(newestKnownRelease);
    expect(std).toEqual([...new Set(std)].sort());
    expect(std.length).toBeGreaterThan(350);
    for (const path of ['archive/tar', 'internal/abi', 'unsafe', 'vendor/golang.org/x/net/idna', 'weak'])
      expect(std).toContain(path);
    for (const path of ['builtin', 'cmd/go', 'golang.org/x/net/idna']) expect(std).not.toContain(path);
    expect(std.every((path) => isStandardImportPath(path) && isStandardPackage(path, newestKnownRelease))).toBe(true);
  });

  test('an older std is a part of the newest', () => {
    const old = standardPackages('1.20.3');
    expect(old.length).toBeLessThan(standardPackages(newestKnownRelease).length);
    expect(old).not.toContain('slices');
    expect(old).toContain('fmt');
    expect(standardPackages('1.99')).toEqual(standardPackages(newestKnownRelease));
    expect(standardPackages('local')).toEqual(standardPackages(newestKnownRelease));
  });

  test('cmd', () => {
    const commands = commandPackages(newestKnownRelease);
    for (const path of ['cmd/go', 'cmd/compile/internal/ssa', 'cmd/vendor/golang.org/x/mod/modfile'])
      expect(commands).toContain(path);
    expect(commands.every((path) => path.startsWith('cmd/'))).toBe(true);
  });
});

describe('what the library imports', () => {
  test.each([
    ['errors', ['internal/reflectlite', 'unsafe']],
    ['unsafe', []],
    ['unicode/utf8', []],
    ['cmd/go', []],
    ['example.com/x', []],
  ])('%s: %j', (path, expected) => {
    expect(standardImports(path, newestKnownRelease)).toEqual(expected);
  });

  test('in any build, vendored packages by where they are', () => {
    expect(standardImports('net/http', newestKnownRelease)).toContain('vendor/golang.org/x/net/http/httpguts');
    expect(standardImports('os', newestKnownRelease)).toEqual(
      expect.arrayContaining(['internal/syscall/windows', 'internal/syscall/unix']),
    );
    expect(standardImports('vendor/golang.org/x/net/idna', newestKnownRelease)).toContain(
      'vendor/golang.org/x/text/unicode/bidi',
    );
  });

  test('of tests too, from a table of their own', async () => {
    const ofTests = await standardTestImports(newestKnownRelease);
    expect(ofTests('errors')).toEqual(expect.arrayContaining(['fmt', 'testing']));
    expect([ofTests('unsafe'), ofTests('example.com/x')]).toEqual([[], []]);
    const std = standardPackages(newestKnownRelease);
    expect(std.flatMap(ofTests).filter((name) => !isStandardPackage(name, newestKnownRelease))).toEqual([]);
  });

  test.each(knownReleases)('it is closed: nothing imports what %s does not have', async (release) => {
    const std = standardPackages(release);
    const ofTests = await standardTestImports(release);
    const named = std.flatMap((path) => [...standardImports(path, release), ...ofTests(path)]);
    expect(named.filter((name) => !isStandardPackage(name, release))).toEqual([]);
    expect(named.length).toBeGreaterThan(2000);
  });
});
