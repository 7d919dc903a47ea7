import { expect, test } from 'vitest';
import { compareToolchains, fromToolchain, maxToolchain, toolchainNameOf } from '../../src/gover/index.js';

test.each([
  ['go1.21.0', '1.21.0'],
  ['go1.21rc1', '1.21rc1'],
  ['go1.21', '1.21'],
  ['go1', '1'],
  ['go1.21.0-custom', '1.21.0'],
  ['go1.21.0-custom-more', '1.21.0'],
  ['go1.21.0 X:boringcrypto', '1.21.0'],
  ['go1.21.0\tx', '1.21.0'],
  ['go1.21.0-', '1.21.0'],
  ['go1.21.0+auto', ''],
  ['go1.21.0-a/b', ''],
  ['go1.21.0-a\\b', ''],
  ['go1.21.0\n', ''],
  ['go', ''],
  ['go-1.21', ''],
  ['gov1.21', ''],
  ['Go1.21', ''],
  ['1.21.0', ''],
  ['xgo1.21', ''],
  ['default', ''],
  ['local', ''],
  ['', ''],
])('%j names Go %j', (name, version) => {
  expect(fromToolchain(name)).toBe(version);
});

test('a name and its version', () => {
  expect(toolchainNameOf('1.21.0')).toBe('go1.21.0');
  expect(fromToolchain(toolchainNameOf('1.26rc1'))).toBe('1.26rc1');
});

test('toolchains are ordered by version; what names none is lowest', () => {
  expect(compareToolchains('go1.21rc1', 'go1.21.0')).toBe(-1);
  expect(compareToolchains('go1.21.0-custom', 'go1.21.0')).toBe(0);
  expect(compareToolchains('1.22.0', 'go1.21.0')).toBe(1);
  expect(compareToolchains('default', 'go1')).toBe(-1);
  expect(compareToolchains('default', 'local')).toBe(0);
  expect(maxToolchain('go1.21.0-custom', 'go1.21.0')).toBe('go1.21.0-custom');
  expect(maxToolchain('default', 'go1.9')).toBe('go1.9');
});
