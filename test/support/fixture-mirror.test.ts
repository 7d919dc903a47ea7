/** The mirror of the tests is itself tested: modules in, protocol out. */
import { expect, test } from 'vitest';
import { startMirror } from './fixture-mirror.js';

const archive = `example.com/Upper@v1.0.0
-- .info --
{"Version":"v1.0.0"}
-- go.mod --
module example.com/Upper
-- a.go --
package a
`;

test('a txtar is a module', async () => {
  await using mirror = await startMirror({ modules: [archive] });
  const get = async (path: string) => (await fetch(`${mirror.url}/example.com/!upper/${path}`)).text();
  expect(await get('@v/list')).toBe('v1.0.0\n');
  expect(await get('@latest')).toBe('{"Version":"v1.0.0"}\n');
  expect(await get('@v/v1.0.0.mod')).toBe('module example.com/Upper\n');
  expect(await get('@v/v1.0.0.zip')).toContain('example.com/Upper@v1.0.0/a.go');
  expect(await get('@v/v1.0.1.mod')).toContain('not found');
  expect(mirror.paths()[0]).toBe('example.com/!upper/@v/list');
});

test('a fault can flip one bit, and be over', async () => {
  await using mirror = await startMirror({ modules: [archive], faults: [{ path: '.mod', flipBit: 0, times: 1 }] });
  const get = async () => (await fetch(`${mirror.url}/example.com/!upper/@v/v1.0.0.mod`)).text();
  expect([await get(), await get()]).toEqual(['lodule example.com/Upper\n', 'module example.com/Upper\n']);
});
