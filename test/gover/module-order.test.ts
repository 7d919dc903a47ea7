import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isToolchainModule,
  modCompare,
  modIsPrefix,
  modIsPrerelease,
  modIsValid,
  modMajorMinor,
  modSort,
} from '../../src/gover/index.js';

test('only go and toolchain are toolchain modules', () => {
  expect(['go', 'toolchain'].map(isToolchainModule)).toEqual([true, true]);
  expect(['golang.org/toolchain', 'Go', '', 'go/v2', 'std'].filter(isToolchainModule)).toEqual([]);
});

test.each([
  ['go', '1.21', '1.21rc1', -1],
  ['go', '1.20', '1.20.0', 0],
  ['go', 'v1.21.0', '1', -1],
  ['toolchain', 'go1.21.0', 'go1.21rc1', 1],
  ['toolchain', 'go1.21.0-x', '1.21.0', 0],
  ['toolchain', 'default', 'none', 0],
  ['a.b/c', 'v1.9.0', 'v1.10.0', -1],
  ['a.b/c', 'v1.0.0-rc1', 'v1.0.0', -1],
  ['a.b/c', '1.21', '1.20', 0],
  ['a.b/c', 'none', 'v0.0.0-0', -1],
  ['a.b/c', '', 'none', 0],
])('%s: %s against %s', (path, x, y, order) => {
  expect(modCompare(path, x, y)).toBe(order);
  expect(modCompare(path, y, x)).toBe(0 - order);
});

test.each([
  // path, version, valid, prefix, prerelease, major.minor
  ['go', '1.21', true, true, false, '1.21'],
  ['go', '1.20', true, false, false, '1.20'],
  ['go', '1.21rc1', true, false, true, '1.21'],
  ['go', 'go1.21', false, false, false, ''],
  ['toolchain', 'go1.21', true, true, false, 'go1.21'],
  ['toolchain', 'go1.21.4-x', true, false, false, 'go1.21'],
  ['toolchain', 'go1.21rc1', true, false, true, 'go1.21'],
  ['toolchain', '1.21', false, false, false, 'go'],
  ['a.b/c', 'v1', true, true, false, 'v1.0'],
  ['a.b/c', 'v1.2', true, true, false, 'v1.2'],
  ['a.b/c', 'v1.2.3', true, false, false, 'v1.2'],
  ['a.b/c', 'v1.2.3-a.b.c', true, false, true, 'v1.2'],
  ['a.b/c', 'v1.2.3+incompatible', true, false, false, 'v1.2'],
])('%s %s', (path, version, valid, prefix, prerelease, majorMinor) => {
  expect([modIsValid(path, version), modIsPrefix(path, version)]).toEqual([valid, prefix]);
  expect([modIsPrerelease(path, version), modMajorMinor(path, version)]).toEqual([prerelease, majorMinor]);
});

const module = fc.constantFrom(
  { path: 'a.b', version: 'v1.9.0' },
  { path: 'a.b', version: 'v1.10.0' },
  { path: 'a.b', version: 'v1.10.0/go.mod' },
  { path: 'go', version: '1.9' },
  { path: 'go', version: '1.21' },
  { path: 'go', version: '1.21rc1' },
  { path: 'toolchain', version: 'go1.9.1' },
  { path: 'toolchain', version: 'go1.10' },
  { path: 'z.b', version: '' },
);

test('sorting in place by path and that path’s own order gives one result', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(Array.from({ length: 9 }, (_, i) => i)), fc.array(module), (order, list) => {
      const one = [...list];
      const other = order.flatMap((i) => list.filter((_, at) => at % 9 === i)).concat();
      const rest = list.filter((_, at) => !order.includes(at % 9));
      const two = [...other, ...rest];
      modSort(one);
      modSort(two);
      expect(two).toEqual(one);
    }),
  );
});

test('sorted', () => {
  const list = [
    { path: 'toolchain', version: 'go1.10' },
    { path: 'go', version: '1.21rc1' },
    { path: 'a.b', version: 'v1.10.0/go.mod' },
    { path: 'toolchain', version: 'go1.9.1' },
    { path: 'go', version: '1.21' },
    { path: 'a.b', version: 'v1.10.0' },
    { path: 'go', version: '1.9' },
    { path: 'a.b', version: 'v1.9.0' },
  ];
  modSort(list);
  expect(list.map((m) => `${m.path} ${m.version}`)).toEqual([
    ...['a.b v1.9.0', 'a.b v1.10.0', 'a.b v1.10.0/go.mod', 'go 1.9', 'go 1.21', 'go 1.21rc1'],
    ...['toolchain go1.9.1', 'toolchain go1.10'],
  ]);
});
