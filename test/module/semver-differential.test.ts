/**
 * npm's semver against ours: where they agree, and each way in which they do not. This is the written reason why src/
 * does not import it.
 */
import fc from 'fast-check';
import npm from 'semver';
import { describe, expect, test } from 'vitest';
import { semver } from '../../src/module/index.js';

const number = fc.oneof(fc.nat(30), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER)).map(String);
const identifier = fc.oneof(number, fc.constantFrom('rc1', 'alpha', 'A', '-', 'a-b', '0a'));
const identifiers = (sign: string) =>
  fc.array(identifier, { minLength: 1, maxLength: 3 }).map((list) => sign + list.join('.'));

/** The versions that both know: with v, all three numbers, every number at most 2^53 - 1. */
const shared = fc
  .tuple(
    number,
    number,
    number,
    fc.oneof(fc.constant(''), identifiers('-')),
    fc.oneof(fc.constant(''), identifiers('+')),
  )
  .map(([major, minor, patch, prerelease, build]) => `v${major}.${minor}.${patch}${prerelease}${build}`);

describe('where npm semver and Go agree', () => {
  test('on the order of versions with a v, three numbers and no number above 2^53 - 1', () => {
    fc.assert(
      fc.property(shared, shared, (v, w) => {
        expect(npm.compare(v, w)).toBe(semver.compare(v, w));
      }),
      { numRuns: 2000 },
    );
  });

  test('on their canonical text, but for the v', () => {
    fc.assert(
      fc.property(shared, (v) => {
        expect(`v${npm.valid(v)}`).toBe(semver.canonical(v));
      }),
    );
  });

  test('on nearly-versions with a v and three numbers', () => {
    const nearly = fc
      .tuple(fc.constantFrom('v0.0.', 'v1.2.'), fc.string({ unit: fc.constantFrom(...'0129.-+aZ_~/é') }))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(nearly, (v) => {
        expect(npm.valid(v) !== null).toBe(semver.isValid(v));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('where npm semver is not Go', () => {
  const refusedByNpm = [
    ['the shorthand', 'v1'],
    ['the shorthand', 'v1.2'],
    ['a number above 2^53 - 1', 'v9007199254740992.0.0'],
    ['more than 256 characters', `v1.0.0-${'a'.repeat(300)}`],
  ];
  test.each(refusedByNpm)('it refuses %s: %.40s', (_, v) => {
    expect(npm.valid(v!)).toBeNull();
    expect(semver.isValid(v!)).toBe(true);
  });

  const refusedByGo = [
    ['no v', '1.2.3'],
    ['white space', ' v1.2.3 '],
  ];
  test.each(refusedByGo)('it accepts %s: %j', (_, v) => {
    expect(npm.valid(v!)).not.toBeNull();
    expect(semver.isValid(v!)).toBe(false);
  });

  test.each(['v1.02.3', 'v1.2.3-01', '=v1.2.3', 'vv1.2.3'])('in loose mode it accepts %s', (v) => {
    expect(npm.valid(v, { loose: true })).not.toBeNull();
    expect(semver.isValid(v)).toBe(false);
  });

  test('it compares long numeric identifiers as doubles', () => {
    const [v, w] = ['v1.0.0-9007199254740992', 'v1.0.0-9007199254740993'];
    expect(npm.compare(v, w)).toBe(0);
    expect(semver.compare(v, w)).toBe(-1);
  });

  test('its sort orders build metadata', () => {
    expect(npm.compareBuild('v2.0.0', 'v2.0.0+incompatible')).toBe(-1);
    expect(semver.compare('v2.0.0', 'v2.0.0+incompatible')).toBe(0);
  });

  test('it throws on invalid versions, which Go puts below all others', () => {
    expect(() => npm.compare('junk', 'v1.0.0')).toThrow(TypeError);
    expect(semver.compare('junk', 'v0.0.0-0')).toBe(-1);
    expect(semver.compare('junk', '')).toBe(0);
  });

  test('it drops +incompatible', () => {
    expect(npm.valid('v2.0.0+incompatible')).toBe('2.0.0');
    expect(semver.build('v2.0.0+incompatible')).toBe('+incompatible');
  });

  test('its ranges leave prereleases out, and so pseudo-versions', () => {
    const pseudo = 'v1.2.3-0.20200101000000-abcdef123456';
    expect(npm.satisfies(pseudo, '>=1.0.0')).toBe(false);
    expect(semver.compare(pseudo, 'v1.0.0')).toBe(1);
  });
});
