import { expect, test } from 'vitest';
import { goModLookup } from '../../src/gover/index.js';

const encoder = new TextEncoder();

test.each([
  ['module m\n\ngo 1.21\n', '1.21'],
  ['go 1.21', '1.21'],
  ['go\t1.21 // why\r\n', '1.21'],
  ['\t  go   1.21rc1  \n', '1.21rc1'],
  ['go 1.21//x', '1.21'],
  ['go 1.21\ngo 1.22\n', '1.21'],
  ['gopher 1\ngo 1.21', '1.21'],
  ['go\ngo 1.21', '1.21'],
  ['go  // nothing\ngo 1.21', ''],
  ['go (\n1.21\n)', '('],
  ['// go 1.21', ''],
  ['module m', ''],
  ['', ''],
  ['\ufeffgo 1.21', ''],
  ['\u0085\u2003go 1.21\u00a0', '1.21'],
  ['go\u00a01.21', ''],
  ['go "1.21"', '"1.21"'],
  ['nonsense ((( "\ngo 1.99\n', '1.99'],
])('%j', (text, version) => {
  expect(goModLookup(text, 'go')).toBe(version);
  expect(goModLookup(encoder.encode(text), 'go')).toBe(version);
});

test('the toolchain line', () => {
  expect(goModLookup('go 1.21\ntoolchain go1.22.1 // x\n', 'toolchain')).toBe('go1.22.1');
  expect(goModLookup('go 1.21\ntoolchains x\n', 'toolchain')).toBe('');
});

test('bytes that are not UTF-8 are passed over', () => {
  expect(goModLookup(Uint8Array.from([0xff, 0x0a, ...encoder.encode('go 1.21'), 0x0a, 0xc0]), 'go')).toBe('1.21');
});

test('megabytes of spaces are passed in one go', () => {
  expect(goModLookup(`go 1${' '.repeat(4_000_000)}2\n`, 'go')).toHaveLength(4_000_002);
});
