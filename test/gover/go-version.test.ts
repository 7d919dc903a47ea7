import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareGo, isGoPrerelease, isLang, isValidGo, langVersion, maxGo, prevGo } from '../../src/gover/index.js';

/** Every version is greater than those of the lines above it; versions of one line are equal. */
const ascending = [
  ['', 'x', 'go1.21', 'v1.21', '1.21.', '1.021', '1.21.0rc1', '1.21-custom', '01.21', '1.21RC1'],
  ['0.9'],
  ['1', '1.0', '1.0.0'],
  ['1.1'],
  ['1.9beta1'],
  ['1.9rc1'],
  ['1.9rc2'],
  ['1.9rc10'],
  ['1.9', '1.9.0'],
  ['1.9.1'],
  ['1.10'],
  ['1.20rc1'],
  ['1.20', '1.20.0'],
  ['1.20.14'],
  ['1.21'],
  ['1.21alpha'],
  ['1.21beta1'],
  ['1.21rc'],
  ['1.21rc1'],
  ['1.21rc2'],
  ['1.21.0'],
  ['1.21.1'],
  ['1.21.10'],
  ['1.22'],
  ['1.22.0'],
  ['1.99999999999999999998'],
  ['1.99999999999999999999'],
  ['2'],
  ['10'],
];

describe('Go versions', () => {
  test('are ordered as listed', () => {
    for (const [i, line] of ascending.entries()) {
      for (const [j, other] of ascending.entries()) {
        for (const x of line) {
          for (const y of other) expect([x, y, compareGo(x, y)]).toEqual([x, y, Math.sign(i - j)]);
        }
      }
    }
  });

  test('are valid as listed', () => {
    const [invalid, ...valid] = ascending;
    expect(invalid!.filter(isValidGo)).toEqual([]);
    expect(valid.flat().filter((x) => !isValidGo(x))).toEqual([]);
    const more = [
      '1.21 ',
      ' 1.21',
      '1.21\n',
      '1.21rc01',
      '1.21rc1x',
      '1.21rc1.0',
      '1.21_',
      '1.21é',
      '1..2',
      '.1',
      '1.21.0.0',
    ];
    expect(more.filter(isValidGo)).toEqual([]);
  });

  test.each([
    // version, language, is a language version, previous, is a prerelease
    ['1', '1', false, '1', false],
    ['1.0', '1', false, '1', false],
    ['1.1', '1.1', false, '1', false],
    ['1.2rc3', '1.2', false, '1.1', true],
    ['1.20', '1.20', false, '1.19', false],
    ['1.21', '1.21', true, '1.20', false],
    ['1.21rc2', '1.21', false, '1.20', true],
    ['1.21.3', '1.21', false, '1.20', false],
    ['1.999testmod', '1.999', false, '1.998', true],
    ['1.10000000000000000000', '1.10000000000000000000', true, '1.9999999999999999999', false],
    ['2.0.1', '2.0', false, '2', false],
    ['go1.21', '', false, '', false],
  ])('%s', (x, lang, isLanguage, previous, isPrerelease) => {
    expect([langVersion(x), isLang(x), prevGo(x), isGoPrerelease(x)]).toEqual([
      lang,
      isLanguage,
      previous,
      isPrerelease,
    ]);
  });

  test('the maximum of equals is the first', () => {
    expect(maxGo('1.20', '1.20.0')).toBe('1.20');
    expect(maxGo('1.21', '1.21rc1')).toBe('1.21rc1');
    expect(maxGo('junk', '0')).toBe('0');
  });

  const number = fc.oneof(fc.nat(30).map(String), fc.constant('99999999999999999999'));
  const goVersion = fc
    .tuple(fc.constantFrom('1', '1', '2'), number, number, fc.constantFrom('alpha', 'beta', 'rc'), fc.nat(3))
    .map(
      ([major, minor, n, kind, form]) =>
        [`${major}`, `${major}.${minor}`, `${major}.${minor}.${n}`, `${major}.${minor}${kind}${n}`][form]!,
    );

  test('compareGo is an order', () => {
    const any = fc.oneof({ weight: 5, arbitrary: goVersion }, { weight: 1, arbitrary: fc.string() });
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(compareGo(a, b)).toBe(0 - compareGo(b, a));
        const [x, y, z] = [a, b, c].sort(compareGo) as [string, string, string];
        expect([compareGo(x, y), compareGo(y, z), compareGo(x, z)].filter((n) => n > 0)).toEqual([]);
      }),
    );
  });

  test('since 1.21 the language version is below its releases; the previous one is below it', () => {
    fc.assert(
      fc.property(goVersion, (x) => {
        const lang = langVersion(x);
        if (isLang(lang)) expect(compareGo(lang, x)).toBeLessThanOrEqual(0);
        expect(compareGo(prevGo(x), lang)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
