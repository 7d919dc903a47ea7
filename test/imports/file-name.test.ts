import { expect, test } from 'vitest';
import { matchesFileName } from '../../src/imports/index.js';

const linux = new Set(['linux', 'amd64']);

test.each([
  ['a.go', true],
  ['a_linux.go', true],
  ['a_windows.go', false],
  ['a_linux_amd64.go', true],
  ['a_linux_arm64.go', false],
  ['a_windows_amd64.go', false],
  ['a_amd64.go', true],
  ['a_arm64.go', false],
  ['a_amd64_linux.go', true],
  ['a_arm64_linux.go', true],
  ['a_linux_test.go', true],
  ['a_windows_test.go', false],
  ['a_windows_arm64_test.go', false],
  ['a_windows_x.go', true],
  ['a_test_windows.go', false],
  ['windows.go', true],
  ['windows_test.go', true],
  ['arm64_windows.go', false],
  ['windows_amd64.go', true],
  ['a_windows.pb.go', false],
  ['a.b_windows.go', true],
  ['a_unix.go', true],
  ['a_.go', true],
  ['a_constructor.go', true],
  ['a_windows.s', false],
  ['_a.go', false],
  ['.a.go', false],
])('%s: %s on linux/amd64', (name, expected) => {
  expect(matchesFileName(name, linux)).toBe(expected);
});

test("'any' takes all but those that are hidden", () => {
  expect(['a_windows.go', 'a_js_wasm_test.go', '_a.go', '.a.go'].map((name) => matchesFileName(name, 'any'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('Android takes the files of Linux', () => {
  expect(matchesFileName('a_linux.go', new Set(['android', 'arm64']))).toBe(true);
  expect(matchesFileName('a_android.go', linux)).toBe(false);
  expect(matchesFileName('a_unix.go', new Set(['plan9', '386']))).toBe(true);
});
