import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFolder } from '../../src/sourcetree/index.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();

function oldFolder(): { dir: string; parent: string } {
  const parent = tempDir();
  const dir = join(parent, 'vendor');
  mkdirSync(join(dir, 'sub'), { recursive: true });
  writeFileSync(join(dir, 'sub', 'old.txt'), 'old');
  return { dir, parent };
}

const fill = (folder: string) => writeFile(join(folder, 'new.txt'), 'new');

test('nothing of the old folder stays, and nothing beside it', async () => {
  const { dir, parent } = oldFolder();
  await replaceFolder(dir, fill);
  expect(readdirSync(dir)).toEqual(['new.txt']);
  expect(readdirSync(parent)).toEqual(['vendor']);
});

test('makes it, and the folders above it, where there was none', async () => {
  const dir = join(tempDir(), 'out', 'deps');
  await replaceFolder(dir, fill);
  expect(readFileSync(join(dir, 'new.txt'), 'utf8')).toBe('new');
});

test('without contents the folder goes; no folder is no error', async () => {
  const { dir, parent } = oldFolder();
  await replaceFolder(dir);
  await replaceFolder(dir);
  expect(readdirSync(parent)).toEqual([]);
});

test('the old folder stands until the new one is complete, and when that fails', async () => {
  const { dir, parent } = oldFolder();
  const failing = replaceFolder(dir, async (folder) => {
    await fill(folder);
    expect(readFileSync(join(dir, 'sub', 'old.txt'), 'utf8')).toBe('old');
    throw new Error('no more room');
  });
  await expect(failing).rejects.toThrow('no more room');
  expect(readdirSync(join(dir, 'sub'))).toEqual(['old.txt']);
  expect(readdirSync(parent)).toEqual(['vendor']);
});

test('the old folder comes back when the new one cannot take its place', async () => {
  const { dir, parent } = oldFolder();
  const failing = replaceFolder(dir, async (folder) => {
    await writeFile(join(parent, 'moved'), '');
    const { rename } = await import('node:fs/promises');
    await rename(folder, join(parent, 'elsewhere'));
  });
  await expect(failing).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readFileSync(join(dir, 'sub', 'old.txt'), 'utf8')).toBe('old');
});

test('a link is replaced, not what it leads to', async () => {
  const { dir, parent } = oldFolder();
  const link = join(parent, 'link');
  symlinkSync(dir, link);
  await replaceFolder(link, fill);
  expect(readdirSync(link)).toEqual(['new.txt']);
  expect(existsSync(join(dir, 'sub', 'old.txt'))).toBe(true);
});

test('a file that is read-only is replaced', async () => {
  const { dir } = oldFolder();
  chmodSync(join(dir, 'sub', 'old.txt'), 0o444);
  await replaceFolder(dir, fill);
  expect(readdirSync(dir)).toEqual(['new.txt']);
});

test('folders that are read-only are replaced', async () => {
  const { dir, parent } = oldFolder(); // as root they are no obstacle
  mkdirSync(join(dir, 'sub', 'closed'));
  for (const closed of [join(dir, 'sub', 'closed'), join(dir, 'sub'), dir]) chmodSync(closed, 0o555);
  await replaceFolder(dir, fill);
  expect(readdirSync(dir)).toEqual(['new.txt']);
  expect(readdirSync(parent)).toEqual(['vendor']);
});

test('two at once: the folder is that of one of them, whole, and nothing is beside it', async () => {
  const { dir, parent } = oldFolder();
  const names = ['a', 'b', 'c', 'd'];
  await Promise.all(
    names.map((name) =>
      replaceFolder(dir, async (folder) => {
        for (const file of ['1', '2', '3']) await writeFile(join(folder, file), name);
      }),
    ),
  );
  const texts = readdirSync(dir).map((file) => readFileSync(join(dir, file), 'utf8'));
  expect(names.map((name) => [name, name, name])).toContainEqual(texts);
  expect(readdirSync(parent)).toEqual(['vendor']);
});
