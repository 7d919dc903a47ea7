/** Proxies that are folders. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderOf } from '../../src/goproxy/file-source.js';
import { collector, failure, proxiesOf, text } from './support.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tsgoget proxy%41 '));
  const at = join(dir, 'example.com/!case/m/@v');
  await mkdir(at, { recursive: true });
  await writeFile(join(at, 'list'), 'v1.0.0\n');
  await writeFile(join(at, 'v1.0.0.info'), '{"Version":"v1.0.0"}');
  await writeFile(join(at, 'v1.0.0.mod'), 'module example.com/Case/m\n');
  await writeFile(join(at, 'v1.0.0.zip'), 'zip bytes');
  await writeFile(join(at, 'v1.2.0.zip'), '');
  await mkdir(join(at, 'v1.1.0.mod'));
});
afterEach(() => rm(dir, { recursive: true }));

const path = 'example.com/Case/m';
const repoAt = (url: string) => proxiesOf(url).entries[0]!.repo(path);
const repo = () => repoAt(pathToFileURL(dir).href);

test('everything is read from the folder', async () => {
  expect([...(await repo().versions(''))]).toEqual(['v1.0.0']);
  expect(await repo().stat('v1.0.0')).toMatchObject({ version: 'v1.0.0' });
  expect(text(await repo().goMod('v1.0.0'))).toBe('module example.com/Case/m\n');
  const got = collector();
  expect(await repo().zip('v1.0.0', got.sink)).toEqual({ bytes: 9 });
  expect([got.data().toString(), got.end()]).toEqual(['zip bytes', 'closed']);
  expect(await repo().zip('v1.2.0', got.sink)).toEqual({ bytes: 0 });
});

test('a slash at the end and a single slash at the start are fine', async () => {
  const url = pathToFileURL(dir).href;
  expect([...(await repoAt(`${url}//`).versions(''))]).toHaveLength(1);
  expect([...(await repoAt(url.replace('file://', 'file:')).versions(''))]).toHaveLength(1);
});

test('a missing file is "not found", in Go’s words', async () => {
  const error = await failure(repo().goMod('v1.9.0'));
  const url = `${pathToFileURL(dir).href}/example.com/%21case/m/@v/v1.9.0.mod`;
  expect(error).toMatchObject({ code: 'not-found' });
  expect(error.message).toBe(`${path}@v1.9.0: reading ${url}: no such file or directory`);
});

test('a folder where a file should be is an error', async () => {
  const error = await failure(repo().goMod('v1.1.0'));
  expect(error.code).toBe('failed');
  expect(error.message).toContain('is a directory');
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is an error, and not "not found"', async () => {
  const file = join(dir, 'example.com/!case/m/@v/v1.0.0.mod');
  await chmod(file, 0);
  const error = await failure(repo().goMod('v1.0.0'));
  expect(error).toMatchObject({ code: 'http' });
  expect(error.message).toContain('permission denied');
});

test('raw paths cannot leave the folder', async () => {
  const proxy = proxiesOf(pathToFileURL(join(dir, 'example.com')).href).entries[0]!;
  for (const bad of ['../list', 'a/../../b', '..', 'a\0b']) {
    expect(await failure(proxy.get(bad, 10))).toMatchObject({ code: 'invalid-path' });
  }
});

test('a limit holds', async () => {
  const proxy = proxiesOf(pathToFileURL(dir).href).entries[0]!;
  const file = 'example.com/!case/m/@v/list';
  expect(await proxy.get(file, 7)).toHaveLength(7);
  expect(await failure(proxy.get(file, 6))).toMatchObject({ code: 'too-large' });
});

describe('folderOf', () => {
  test.each<[string, NodeJS.Platform, string]>([
    ['file:///a/b', 'linux', '/a/b'],
    ['file:///a%20b/%21c/', 'linux', '/a b/!c'],
    ['file:/a', 'linux', '/a'],
    ['FILE:///a', 'linux', '/a'],
    ['file:///C:/Users/me', 'win32', 'C:\\Users\\me'],
    ['file:///c:/a%20b/', 'win32', 'c:\\a b'],
  ])('%s on %s', (url, platform, want) => expect(folderOf(url, platform)).toBe(want));

  test.each<[string, NodeJS.Platform]>([
    ['file:///a%zz', 'linux'],
    ['file:///a%00b', 'linux'],
    ['file:///a/b', 'win32'],
  ])('%s on %s is refused', (url, platform) => {
    expect(() => folderOf(url, platform)).toThrow(expect.objectContaining({ code: 'invalid-setting' }));
  });
});
