import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { semver } from '../../src/module/index.js';
import { anyVersion, validVersion } from './arbitraries.js';

/** Every version is greater than those of the lines above it; versions of one line are equal. */
const ascending = [
  ['', '1.2.3', 'v', 'v1.', 'V1.0.0', 'v01.0.0'],
  ['v0.0.0-0'],
  ['v0.0.0', 'v0', 'v0.0', 'v0.0.0+meta'],
  ['v1.0.0-0'],
  ['v1.0.0-2'],
  ['v1.0.0-10'],
  ['v1.0.0-9007199254740992'],
  ['v1.0.0-9007199254740993'],
  ['v1.0.0-100000000000000000000000000000000000000000'],
  ['v1.0.0--', 'v1.0.0--+0.0'],
  ['v1.0.0-1a'],
  ['v1.0.0-A'],
  ['v1.0.0-a'],
  ['v1.0.0-a.0'],
  ['v1.0.0-a.0.0'],
  ['v1.0.0-a.1'],
  ['v1.0.0-a.b'],
  ['v1.0.0-aa'],
  ['v1.0.0', 'v1', 'v1.0', 'v1.0.0+incompatible'],
  ['v1.0.1'],
  ['v1.0.9'],
  ['v1.0.10'],
  ['v1.1.0-0.20200101000000-abcdef123456'],
  ['v1.1.0', 'v1.1'],
  ['v2.0.0'],
  ['v10.0.0'],
  ['v9007199254740992.0.0'],
  ['v9007199254740993.0.0'],
];

const valid: [string, string, string, string, string, string][] = [
  // version, canonical, major, majorMinor, prerelease, build
  ['v1', 'v1.0.0', 'v1', 'v1.0', '', ''],
  ['v1.2', 'v1.2.0', 'v1', 'v1.2', '', ''],
  ['v0.0.0', 'v0.0.0', 'v0', 'v0.0', '', ''],
  ['v1.2.3-pre', 'v1.2.3-pre', 'v1', 'v1.2', '-pre', ''],
  ['v1.2.3-pre.01a+01.meta', 'v1.2.3-pre.01a', 'v1', 'v1.2', '-pre.01a', '+01.meta'],
  ['v1.2.3+b-1', 'v1.2.3', 'v1', 'v1.2', '', '+b-1'],
  ['v2.0.0+incompatible', 'v2.0.0', 'v2', 'v2.0', '', '+incompatible'],
  ['v10.20.30--.-', 'v10.20.30--.-', 'v10', 'v10.20', '--.-', ''],
  ['v99999999999999999999.0', 'v99999999999999999999.0.0', 'v99999999999999999999', 'v99999999999999999999.0', '', ''],
];

const invalid = [
  ...['', 'v', 'x', '1', '1.2.3', 'V1.2.3', 'vv1', ' v1', 'v1 ', 'v1\n', 'v-1', 'v+1', 'va'],
  ...['v01', 'v00', 'v1.', 'v1.02', 'v1.2.', 'v1.2.03', 'v1.2.3.', 'v1.2.3.4', 'v1..2', 'v1.x'],
  ...['v1-pre', 'v1.2-pre', 'v1+meta', 'v1.2+meta', 'v1.2.3-', 'v1.2.3+', 'v1.2.3-+a', 'v1.2.3-a+'],
  ...['v1.2.3-a..b', 'v1.2.3-.a', 'v1.2.3-a.', 'v1.2.3+a..b', 'v1.2.3+a.', 'v1.2.3-01', 'v1.2.3-a.00', 'v1.2.3+a+b'],
  ...['v1.2.3-é', 'v1.2.3-a_b', 'v1.2.3-a/b', 'v1.2.3+a b', 'v１.2.3', 'v1.2.3-\ud800', 'v1.2.3\0', 'v1.2.3-a\n'],
];

describe('semver', () => {
  test('orders versions as listed', () => {
    for (const [i, line] of ascending.entries()) {
      for (const [j, other] of ascending.entries()) {
        for (const v of line) {
          for (const w of other) expect([v, w, semver.compare(v, w)]).toEqual([v, w, Math.sign(i - j)]);
        }
      }
    }
  });

  test.each(valid)('takes %s apart', (v, canonical, major, majorMinor, prerelease, build) => {
    expect(semver.isValid(v)).toBe(true);
    expect([semver.canonical(v), semver.major(v), semver.majorMinor(v)]).toEqual([canonical, major, majorMinor]);
    expect([semver.prerelease(v), semver.build(v)]).toEqual([prerelease, build]);
  });

  test.each(invalid.map((v) => [v]))('refuses %j', (v) => {
    expect(semver.isValid(v)).toBe(false);
    expect([semver.canonical(v), semver.major(v), semver.majorMinor(v), semver.prerelease(v), semver.build(v)]).toEqual(
      Array(5).fill(''),
    );
  });

  test('max canonicalizes', () => {
    expect(semver.max('v1', 'v0.9')).toBe('v1.0.0');
    expect(semver.max('v1.2.3-a+x', 'v1.2.3+y')).toBe('v1.2.3');
    expect(semver.max('junk', 'v0.0.0-0')).toBe('v0.0.0-0');
    expect(semver.max('junk', '')).toBe('');
  });

  test('compare is an order: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        expect(semver.compare(a, b)).toBe(0 - semver.compare(b, a));
        const [x, y, z] = [a, b, c].sort(semver.compare) as [string, string, string];
        expect([semver.compare(x, y), semver.compare(y, z), semver.compare(x, z)].filter((n) => n > 0)).toEqual([]);
      }),
    );
  });

  test('compareStrict is a total order: only a version itself is equal', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (a, b) => {
        expect(semver.compareStrict(a, b) === 0).toBe(a === b);
        expect(Math.sign(semver.compareStrict(a, b))).toBe(0 - Math.sign(semver.compareStrict(b, a)));
      }),
    );
  });

  test('the canonical form is equal to the version, and canonical', () => {
    fc.assert(
      fc.property(validVersion, (v) => {
        const canonical = semver.canonical(v);
        expect(semver.compare(v, canonical)).toBe(0);
        expect(semver.canonical(canonical)).toBe(canonical);
        expect(canonical.startsWith(`${semver.majorMinor(v)}.`)).toBe(true);
      }),
    );
  });

  test('equal versions have one canonical form', () => {
    fc.assert(
      fc.property(validVersion, validVersion, (a, b) => {
        expect(semver.compare(a, b) === 0).toBe(semver.canonical(a) === semver.canonical(b));
      }),
    );
  });

  test('a version of megabytes is read in one pass', () => {
    const long = `v1.0.0-${'a1.'.repeat(1_000_000)}`;
    expect(semver.isValid(`${long}z`)).toBe(true);
    expect(semver.isValid(long)).toBe(false);
    expect(semver.compare(`${long}1`, `${long}2`)).toBe(-1);
    expect(semver.isValid(`v${'1'.repeat(2_000_000)}`)).toBe(true);
  });
});
