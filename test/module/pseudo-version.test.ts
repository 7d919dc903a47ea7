import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  InvalidVersionError,
  isPseudoVersion,
  isZeroPseudoVersion,
  parsePseudoVersion,
  pseudoVersion,
  pseudoVersionBase,
  pseudoVersionRev,
  pseudoVersionTime,
  semver,
  zeroPseudoVersion,
} from '../../src/module/index.js';
import { anyVersion, fullVersion } from './arbitraries.js';

const tail = '20200229123456-abcdef123456';
const time = '2020-02-29T12:34:56Z';

/** pseudo-version, base */
const forms: [string, string][] = [
  [`v0.0.0-${tail}`, ''],
  [`v12.0.0-${tail}`, ''],
  [`v1.2.4-0.${tail}`, 'v1.2.3'],
  [`v1.2.10-0.${tail}`, 'v1.2.9'],
  [`v1.0.1-0.${tail}`, 'v1.0.0'],
  [`v2.0.1-0.${tail}+incompatible`, 'v2.0.0+incompatible'],
  [`v1.2.3-pre.0.${tail}`, 'v1.2.3-pre'],
  [`v1.2.3-pre.1-2.0.${tail}`, 'v1.2.3-pre.1-2'],
  [`v1.2.3-0.0.${tail}`, 'v1.2.3-0'],
  [`v2.0.0-rc.1.0.${tail}+incompatible`, 'v2.0.0-rc.1+incompatible'],
  [`v1.2.100000000000000000000-0.${tail}`, 'v1.2.99999999999999999999'],
];

describe('pseudo-versions', () => {
  test.each(forms)('%s is based on %j', (v, base) => {
    expect(isPseudoVersion(v)).toBe(true);
    expect(pseudoVersionBase(v)).toBe(base);
    expect(pseudoVersionRev(v)).toBe('abcdef123456');
    expect(pseudoVersionTime(v)).toEqual(new Date(time));
    expect(parsePseudoVersion(v)).toEqual({ base, time: '20200229123456', rev: 'abcdef123456' });
    expect(pseudoVersion(semver.major(v), base, time, 'abcdef123456')).toBe(v);
  });

  const others = [
    ...['', 'v1.2.3', 'junk', 'v1.2.3-pre', 'v1.2.3-pre-1', `1.0.0-${tail}`, `v1-${tail}`, `v1.0-${tail}`],
    ...[
      `v1.2.3-${tail}`,
      `v1.0.1-${tail}`,
      `v1.0.0-0${tail}`,
      `v1.0.0-1.${tail}`,
      `v1.0.0-pre.${tail}`,
      `v1.0.0-x0.${tail}`,
    ],
    ...['v1.0.0-2020022912345-abcdef123456', 'v1.0.0-202002291234567-abcdef123456', 'v1.0.0-20200229123456-'],
    ...['v1.0.0-20200229123456.abcdef123456', 'v1.0.0-20200229123456-abc.def', `v1.0.0-0.${tail}+`, `v1.0.0-${tail}\n`],
    ...[`v1.0.0-a-0.${tail}`, 'v1.0.0-0.2020022912345x-abcdef123456', 'v1.0.0-20200229123456-é'],
  ];
  test.each(others.map((v) => [v]))('%j is none', (v) => {
    expect(isPseudoVersion(v)).toBe(false);
    expect(parsePseudoVersion(v)).toBeUndefined();
    for (const read of [pseudoVersionBase, pseudoVersionRev, pseudoVersionTime]) {
      expect(() => read(v)).toThrow(InvalidVersionError);
      expect(() => read(v)).toThrow(/^pseudo-version ".*" invalid: syntax error$/);
    }
  });

  test('a base that cannot be is refused, and parses as none', () => {
    expect(() => pseudoVersionBase(`v2.0.0-${tail}+incompatible`)).toThrow(
      'lacks base version, but has build metadata "+incompatible"',
    );
    expect(() => pseudoVersionBase(`v1.2.0-0.${tail}`)).toThrow(
      'version before v1.2.0 would have negative patch number',
    );
    expect(parsePseudoVersion(`v1.2.0-0.${tail}`)).toMatchObject({ base: '', rev: 'abcdef123456' });
  });

  test.each([
    '20190229000000',
    '20191301000000',
    '20190100000000',
    '20190101240000',
    '20190101006000',
    '20190101000060',
  ])('%s is no time', (stamp) => {
    const v = `v0.0.0-${stamp}-abcdef123456`;
    expect(isPseudoVersion(v)).toBe(true);
    expect(() => pseudoVersionTime(v)).toThrow(`malformed time "${stamp}"`);
  });

  test('times of any offset and with fractions', () => {
    const stamp = (at: string | Date) => parsePseudoVersion(pseudoVersion('v1', '', at, 'r'))?.time;
    expect(stamp('2020-01-01T00:30:00+01:00')).toBe('20191231233000');
    expect(stamp('2019-12-31T23:30:00-00:45')).toBe('20200101001500');
    expect(stamp('2020-01-01T00:00:00.999999999Z')).toBe('20200101000000');
    expect(stamp(new Date('2020-01-01T00:00:00.5Z'))).toBe('20200101000000');
    expect(stamp('0000-01-01T00:00:00Z')).toBe('00000101000000');
  });

  const badTimes = ['', 'today', '2020-01-01', '2020-02-30T00:00:00Z', '2020-01-01T24:00:00Z', '2020-01-01T00:00:00'];
  const badOffsets = ['2020-01-01T00:00:00+24:00', '2020-01-01T00:00:00+00:60', '0000-01-01T00:00:00+01:00'];
  test.each([...badTimes, ...badOffsets])('%j is no RFC 3339 time of a four-digit year', (at) => {
    expect(() => pseudoVersion('v1', '', at, 'r')).toThrow(expect.objectContaining({ code: 'invalid-version' }));
  });

  test('no pseudo-version can be made at an invalid Date', () => {
    expect(() => pseudoVersion('v1', '', new Date(Number.NaN), 'r')).toThrow('malformed time');
  });

  test('what is made is above its base, below the next release, and gives its parts back', () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    const rev = fc.stringMatching(/^[0-9a-f]{12}$/);
    const older = fc.tuple(fullVersion, fc.constantFrom('', '+incompatible')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(older, date, rev, (base, at, r) => {
        const v = pseudoVersion(semver.major(base), base, at, r);
        expect(isPseudoVersion(v)).toBe(true);
        expect([pseudoVersionBase(v), pseudoVersionRev(v)]).toEqual([base, r]);
        expect(pseudoVersionTime(v).getTime()).toBe(Math.floor(at.getTime() / 1000) * 1000);
        expect(semver.compare(base, v)).toBe(-1);
        if (semver.prerelease(base) !== '') expect(semver.compare(v, base.split('-', 1)[0]!)).toBe(-1);
      }),
    );
  });

  test('any text is read or refused, never half read', () => {
    fc.assert(
      fc.property(anyVersion, fc.constantFrom('', `-${tail}`, `-0.${tail}`, `.0.${tail}`), (v, end) => {
        const parsed = parsePseudoVersion(v + end);
        expect(parsed !== undefined).toBe(isPseudoVersion(v + end));
        if (parsed !== undefined) expect(semver.isValid(v + end)).toBe(true);
      }),
    );
  });

  test('the zero pseudo-version', () => {
    expect(zeroPseudoVersion('v2')).toBe('v2.0.0-00010101000000-000000000000');
    expect(zeroPseudoVersion('')).toBe('v0.0.0-00010101000000-000000000000');
    expect(isZeroPseudoVersion('v2.0.0-00010101000000-000000000000')).toBe(true);
    expect(isZeroPseudoVersion('v2.0.0-00010101000000-000000000000+incompatible')).toBe(false);
    expect(isZeroPseudoVersion(`v2.0.0-${tail}`)).toBe(false);
    expect(isZeroPseudoVersion('')).toBe(false);
  });
});
