import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  emptyTreeHash,
  formatHash,
  formatRecord,
  formatTreeHead,
  parseRecord,
  parseTreeHead,
} from '../../src/tlog/index.js';

const root = 'k9nFMBuXq8uk+9SQNxs/Vadri2XDkaoo96u4uMa0qE0=';
const title = 'go.sum database tree';

describe('tree heads', () => {
  test('a head of the public database', () => {
    const head = parseTreeHead(`${title}\n756113\n${root}\n`);
    expect(head.size).toBe(756113);
    expect(formatHash(head.hash)).toBe(root);
    expect(formatTreeHead(head)).toBe(`${title}\n756113\n${root}\n`);
  });

  test('further lines are ignored', () => {
    expect(parseTreeHead(`${title}\n1\n${root}\nmore\n\nand more\n`).size).toBe(1);
    expect(parseTreeHead(`${title}\n1\n${root}\nno newline`).size).toBe(1);
  });

  test('property: parse is the inverse of format', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, hash) => {
        expect(parseTreeHead(formatTreeHead({ size, hash }))).toEqual({ size, hash });
      }),
    );
  });

  test.each([
    '',
    `${title}\n1\n${root}`,
    `${title} v2\n1\n${root}\n`,
    ` ${title}\n1\n${root}\n`,
    `\n${title}\n1\n${root}\n`,
    `${title}\n01\n${root}\n`,
    `${title}\n+1\n${root}\n`,
    `${title}\n-1\n${root}\n`,
    `${title}\n 1\n${root}\n`,
    `${title}\n1 \n${root}\n`,
    `${title}\n0x1\n${root}\n`,
    `${title}\n1e3\n${root}\n`,
    `${title}\n1.0\n${root}\n`,
    `${title}\n\n${root}\n`,
    `${title}\n١\n${root}\n`,
    `${title}\n9007199254740992\n${root}\n`,
    `${title}\n9223372036854775808\n${root}\n`,
    `${title}\n1\n${root.slice(0, -1)}\n`,
    `${title}\n1\n${root.replace('0qE0=', '0qE1=')}\n`,
    `${title}\n1\n${root} \n`,
    `${title}\n1\nAAAA\n`,
    `${title}\n1\n\n`,
    `${title}\r\n1\r\n${root}\r\n`,
  ])('%j is malformed', (text) => {
    expect(() => parseTreeHead(text)).toThrow('malformed tree note');
  });
});

describe('records', () => {
  const record = (message: string) => parseRecord(encodeUtf8(message));

  test('id, text, blank line, rest', () => {
    const parsed = record('7\na line\nanother\n\nthe rest\n\n');
    expect(parsed).toMatchObject({ id: 7, text: 'a line\nanother\n' });
    expect(parsed.rest).toEqual(encodeUtf8('the rest\n\n'));
    expect(parsed.bytes).toEqual(encodeUtf8(parsed.text));
    expect(formatRecord(7, 'a line\n')).toBe('7\na line\n\n');
    expect(record('0\na\n\n').rest).toEqual(new Uint8Array(0));
    expect(record('9007199254740991\na\n\n').id).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('a BOM is part of the text', () => {
    expect(record('0\n\ufeffa\n\n').text).toBe('\ufeffa\n');
  });

  test.each([
    '',
    '1',
    '1\n',
    '1\n\n',
    '1\n\n\n',
    '1\na',
    '1\na\n',
    '1\n\na\n\n',
    '\na\n\n',
    '-1\na\n\n',
    '+1\na\n\n',
    '01\na\n\n',
    ' 1\na\n\n',
    '1 \na\n\n',
    '0x1\na\n\n',
    '9007199254740992\na\n\n',
    '1\na\tb\n\n',
    '1\na\r\n\n',
    '1\na\0\n\n',
    '<html>\n<body>\n\n',
  ])('%j is malformed', (message) => {
    expect(() => record(message)).toThrow(expect.objectContaining({ code: 'invalid-response' }));
  });

  test('what is not UTF-8 is malformed', () => {
    expect(() => parseRecord(Uint8Array.from([0x31, 10, 0xff, 10, 10]))).toThrow('malformed record data');
  });

  test('no impossible text is written', () => {
    for (const text of ['', 'a', '\n', 'a\n\nb\n', 'a\r\n']) expect(() => formatRecord(0, text)).toThrow();
  });

  test('the empty tree has the hash of nothing', () => {
    expect(formatHash(emptyTreeHash)).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });
});
