import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SourceTree } from '../../src/sourcetree/index.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const append = (text: string) => (old: Uint8Array) => Buffer.concat([old, Buffer.from(text)]);
const textOf = (data: Uint8Array | undefined) => data && Buffer.from(data).toString();

async function open() {
  const dir = tempDir();
  const file = join(dir, 'go.mod');
  writeFileSync(file, 'a');
  const tree = await SourceTree.open({ cwd: dir });
  return { dir, file, held: tree.withPendingEdits() };
}

test('changes are seen at once, and made at the end', async () => {
  const { dir, file, held } = await open();
  await held.transform(file, append('b'));
  await held.transform(file, append('c'));
  await held.transform(join(dir, 'go.sum'), append('x'));
  await held.transform(join(dir, 'other'), () => undefined);
  expect(textOf(await held.read(file))).toBe('abc');
  expect(readFileSync(file, 'utf8')).toBe('a');
  expect(existsSync(join(dir, 'go.sum'))).toBe(false);
  await held.commit();
  expect(readFileSync(file, 'utf8')).toBe('abc');
  expect(readFileSync(join(dir, 'go.sum'), 'utf8')).toBe('x');
  expect(existsSync(join(dir, 'other'))).toBe(false);
});

test('a change that fails changes nothing, now or later', async () => {
  const { file, held } = await open();
  const failing = held.transform(file, () => {
    throw new Error('not this');
  });
  await expect(failing).rejects.toThrow('not this');
  await held.commit();
  expect(readFileSync(file, 'utf8')).toBe('a');
});

test("another's edit meanwhile is not lost", async () => {
  const { file, held } = await open();
  await held.transform(file, append('b'));
  writeFileSync(file, 'theirs');
  await expect(held.commit()).rejects.toMatchObject({ code: 'failed' });
  expect(readFileSync(file, 'utf8')).toBe('theirs');
});

test('where one file cannot be written, none has changed', async () => {
  const { dir, file, held } = await open();
  await held.transform(file, append('b'));
  await held.transform(join(dir, 'go.sum'), append('x'));
  mkdirSync(join(dir, 'go.sum'));
  await expect(held.commit()).rejects.toMatchObject({ code: 'failed' });
  expect(readFileSync(file, 'utf8')).toBe('a');
});
