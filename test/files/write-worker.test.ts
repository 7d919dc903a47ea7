/** Files written by the thread are as those written at once; what it cannot write, it says. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../src/files/atomic-file.js';
import { drainWrites, writeInThread } from '../../src/files/write-worker.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const count = 300;

test('hundreds of files: each whole, in its folder, and nothing beside it', async () => {
  const dir = tempDir();
  const names = Array.from({ length: count }, (_, i) => join(dir, `m${i % 17}`, '@v', `v1.${i}.0.mod`));
  const data = (i: number) => Buffer.from(`module m${i}\n`.repeat(1 + (i % 50)));
  await Promise.all(names.map((name, i) => writeFileAtomic(name, data(i))));
  for (const [i, name] of names.entries()) expect(readFileSync(name).equals(data(i))).toBe(true);
  expect(readdirSync(dir, { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
});

test('a file is written over; the bytes are those at the time of the call', async () => {
  const dir = tempDir();
  const file = join(dir, 'list');
  const data = Buffer.from('one');
  const written = writeFileAtomic(file, data);
  data.write('two');
  await written;
  expect(readFileSync(file, 'utf8')).toBe('one');
});

test('drainWrites waits for all that was ordered', async () => {
  const dir = tempDir();
  const ordered = Array.from({ length: count }, (_, i) => join(dir, `f${i}`));
  for (const name of ordered) void writeInThread(name, `${name}.tmp`, Buffer.from(name));
  await drainWrites();
  expect(ordered.filter((name) => !existsSync(name))).toEqual([]);
});

test('what cannot be written fails with its reason, and leaves nothing', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  const file = join(dir, 'file', 'below');
  expect(await writeInThread(file, `${file}.tmp`, Buffer.from('x'))).toBe(false);
  await expect(writeFileAtomic(file, Buffer.from('x'))).rejects.toMatchObject({ code: 'cache' });
  expect(readdirSync(dir)).toEqual(['file']);
});
