import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  formatInfoFile,
  normalizeTime,
  parseInfoFile,
  readOrigin,
  type VersionInfo,
} from '../../src/modfetch/index.js';

describe('normalizeTime: what Go prints of the time that it reads', () => {
  test.each([
    ['2020-01-02T03:04:05Z', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05.000Z', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05.120Z', '2020-01-02T03:04:05.12Z'],
    ['2020-01-02T03:04:05,5Z', '2020-01-02T03:04:05.5Z'],
    ['2020-01-02T03:04:05.1234567899Z', '2020-01-02T03:04:05.123456789Z'],
    ['2020-01-02T03:04:05+00:00', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05-00:00', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05+02:30', '2020-01-02T03:04:05+02:30'],
    ['2020-01-02T03:04:05-11:00', '2020-01-02T03:04:05-11:00'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['0001-01-01T00:00:00+00:00', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ])('%s is %s', (text, normal) => {
    expect(normalizeTime(text)).toBe(normal);
    expect(normalizeTime(normal)).toBe(normal);
  });

  test.each([
    '',
    '2020-01-02',
    '2020-01-02T03:04Z',
    '2020-01-02 03:04:05Z',
    '2020-01-02t03:04:05z',
    '2020-01-02T03:04:05',
    '2020-01-02T03:04:05.Z',
    '2020-01-02T24:00:00Z',
    '2020-01-02T23:59:60Z',
    '2023-02-29T00:00:00Z',
    '2023-02-30T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-00-01T00:00:00Z',
    '2020-01-02T03:04:05+99:00',
    ' 2020-01-02T03:04:05Z',
    '2020-01-02T03:04:05Z\n',
    '02020-01-02T03:04:05Z',
  ])('%j is no time', (text) => {
    expect(normalizeTime(text)).toBeUndefined();
  });
});

describe('.info files', () => {
  const text = (info: VersionInfo) => decodeUtf8(formatInfoFile(info));

  test('are the bytes that go writes', () => {
    expect(text({ version: 'v1.0.0' })).toBe('{"Version":"v1.0.0","Time":"0001-01-01T00:00:00Z"}');
    expect(text({ version: 'v1.0.0', time: '2020-01-02T03:04:05Z', origin: {} })).toBe(
      '{"Version":"v1.0.0","Time":"2020-01-02T03:04:05Z","Origin":{}}',
    );
  });

  test('leave out of the origin what changes from day to day, and the branch of a pseudo-version', () => {
    const origin = {
      VCS: 'git',
      URL: 'https://example.com/a?b&c',
      Subdir: 's',
      Hash: '00',
      TagPrefix: 's/',
      TagSum: 't1:x',
      Ref: 'refs/heads/main',
      RepoSum: 'r1:x',
    };
    expect(text({ version: 'v1.0.0', origin })).toContain(
      '"Origin":{"VCS":"git","URL":"https://example.com/a?b\\u0026c","Subdir":"s","Hash":"00","Ref":"refs/heads/main"}}',
    );
    expect(text({ version: 'v0.0.0-20200102030405-0123456789ab', origin })).not.toContain('Ref');
  });

  const info = fc.record({
    version: fc.constantFrom('v1.0.0', 'v2.3.4-rc.1+incompatible', 'v0.0.0-20200102030405-0123456789ab'),
    time: fc.option(
      fc
        .date({
          min: new Date('0001-01-01T00:00:01Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        })
        .map((d) => normalizeTime(d.toISOString())!),
      { nil: undefined },
    ),
    origin: fc.option(
      fc.record({ VCS: fc.string({ minLength: 1 }), Hash: fc.string({ minLength: 1 }) }, { requiredKeys: [] }),
      { nil: undefined },
    ),
  });

  test('parse is the inverse of format', () => {
    fc.assert(
      fc.property(info, (i) => {
        expect(parseInfoFile(formatInfoFile(i))).toEqual(i);
      }),
    );
  });

  test.each([
    ['', 'nothing'],
    ['{', 'no JSON'],
    ['null', 'no object'],
    ['[]', 'a list'],
    ['"v1.0.0"', 'a string'],
    ['{}', 'no version'],
    ['{"Version":""}', 'an empty version'],
    ['{"Version":1}', 'a number for a version'],
    ['{"Version":"v1.0.0","Time":"yesterday"}', 'a time that is none'],
    ['{"Version":"v1.0.0","Time":5}', 'a number for a time'],
    ['{"Version":"v1.0.0","Origin":"x"}', 'a text for an origin'],
  ])('%j is none: %s', (data) => {
    expect(parseInfoFile(encodeUtf8(data))).toBeUndefined();
  });

  test('that are not UTF-8 are none', () => {
    expect(parseInfoFile(Uint8Array.of(0x22, 0xff, 0x22))).toBeUndefined();
  });

  test('the zero time is no time; Name and Short of old releases are passed over', () => {
    const old = '{"Name":"x","Short":"y","Version":"v1.0.0","Time":"0001-01-01T00:00:00Z"}';
    expect(parseInfoFile(encodeUtf8(old))).toEqual({ version: 'v1.0.0', time: undefined, origin: undefined });
  });

  test('are read like the answers of a proxy: names in any case, null is nothing', () => {
    const file = '{"version":"v1.0.0","TIME":null,"Origin":{"VCS":"git"}}';
    expect(parseInfoFile(encodeUtf8(file))).toEqual({ version: 'v1.0.0', time: undefined, origin: { VCS: 'git' } });
  });
});

describe('readOrigin', () => {
  test.each([undefined, null, 5, 'git', [], ['VCS']])('%j is none', (value) => {
    expect(readOrigin(value)).toBeUndefined();
  });

  test('takes known fields that are text, and its own', () => {
    const hostile = JSON.parse('{"VCS":"git","URL":5,"Hash":"","Extra":"x","__proto__":{"Ref":"r"}}') as unknown;
    expect(readOrigin(hostile)).toEqual({ VCS: 'git' });
    expect(readOrigin(Object.create({ Ref: 'inherited' }))).toEqual({});
  });
});
