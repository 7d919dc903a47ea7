import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  openToRead,
  readBeginning,
  readExistingFile,
  readWholeFile,
  UnreadableFileError,
} from '../../src/files/read-file.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const isWindows = process.platform === 'win32';

function fileOf(text: string): string {
  const file = join(tempDir(), 'file');
  writeFileSync(file, text);
  return file;
}
const text = (data: Uint8Array | undefined) => data && Buffer.from(data).toString();

const readers: [name: string, read: (file: string) => unknown][] = [
  ['readWholeFile', (file) => readWholeFile(file, 100)],
  ['readExistingFile', (file) => readExistingFile(file, 100)],
  ['readBeginning', (file) => readBeginning(file, new Uint8Array(100))],
  ['openToRead', (file) => closeSync(openToRead(file))],
];

describe('a file', () => {
  test.each(['', 'a', 'a'.repeat(99), 'a'.repeat(100)])('of as many bytes as are allowed is read: %#', (content) => {
    const file = fileOf(content);
    expect(text(readWholeFile(file, 100))).toBe(content);
    expect(text(readExistingFile(file, 100))).toBe(content);
    expect(text(readBeginning(file, new Uint8Array(101)))).toBe(content);
  });

  test('of more bytes is too large, by its size or by what is in it', () => {
    const file = fileOf('a'.repeat(101));
    const refused = { code: 'EFBIG', reason: 'more than 100 bytes', path: file };
    expect(() => readWholeFile(file, 100)).toThrow(expect.objectContaining(refused));
    expect(() => readExistingFile(file, 100)).toThrow(`EFBIG: more than 100 bytes, open '${file}'`);
    truncateSync(file, 1e12);
    expect(() => readWholeFile(file, 2 ** 28)).toThrow(UnreadableFileError);
  });

  test('has a beginning', () => {
    const into = new Uint8Array(3);
    const head = readBeginning(fileOf('abcdef'), into);
    expect(text(head)).toBe('abc');
    expect(head.buffer).toBe(into.buffer);
  });

  test.skipIf(process.platform !== 'linux')('that does not tell its size is read as far as is allowed', () => {
    const known = readExistingFile('/proc/cpuinfo', 2 ** 26);
    expect(text(known)).toContain('\n');
    expect(text(readExistingFile('/proc/self/status', 2 ** 20))).toMatch(/^Name:/);
    expect(() => readExistingFile('/proc/self/status', 20)).toThrow('more than 20 bytes');
  });
});

test.each([['nothing'], ['nothing/below'], ['file/below']])('%s is absent', (name) => {
  const file = join(fileOf('x'), '..', name);
  expect(readWholeFile(file, 100)).toBeUndefined();
  for (const [, read] of readers.slice(1)) {
    expect(() => read(file)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ENO(?:ENT|TDIR)$/) }));
  }
});

test('a folder is none, in the words of the system', () => {
  const dir = join(tempDir(), 'dir');
  mkdirSync(dir);
  for (const [, read] of readers.slice(0, 3)) {
    expect(() => read(dir)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  }
});

describe.skipIf(isWindows)('what is no file', () => {
  test.each(readers)('a pipe is not waited for: %s', (_, read) => {
    const pipe = join(tempDir(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => read(pipe)).toThrow(`EFTYPE: not a regular file, open '${pipe}'`);
  });

  test.each(readers)('a device is not read, by a link either: %s', (_, read) => {
    const link = join(tempDir(), 'link');
    symlinkSync('/dev/zero', link);
    for (const device of ['/dev/zero', '/dev/null', link]) {
      expect(() => read(device)).toThrow(expect.objectContaining({ code: 'EFTYPE', reason: 'not a regular file' }));
    }
  });
});
