import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { writeInPlace } from '../../src/sourcetree/write-in-place.js';
import { useTempDir } from '../support/temp-dir.js';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, writeSync: vi.fn(fs.writeSync), fsyncSync: vi.fn(fs.fsyncSync) };
});

const tempDir = useTempDir();
const write = vi.mocked(writeSync);
const real = write.getMockImplementation()!;
afterEach(() => void write.mockImplementation(real));

function replace(old: Uint8Array, text: Uint8Array): { result: Uint8Array; error: unknown } {
  const file = join(tempDir(), 'go.sum');
  writeFileSync(file, old);
  const fd = openSync(file, 'r+');
  let error: unknown;
  try {
    writeInPlace(fd, old, text);
  } catch (e) {
    error = e;
  } finally {
    closeSync(fd);
  }
  return { result: new Uint8Array(readFileSync(file)), error };
}

const call = (fd: number, data: Uint8Array, offset: number, length: number, position: number) =>
  (real as (...args: unknown[]) => number)(fd, data, offset, length, position);

/** A disk that takes at most `piece` bytes at a time, and no byte from `limit` on. */
function useDisk({ piece = 1 << 20, limit = 1 << 20 }: { piece?: number; limit?: number }): void {
  write.mockImplementation(((fd: number, data: Uint8Array, offset: number, length: number, position: number) => {
    const room = Math.min(piece, length, limit - position);
    if (room <= 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    return call(fd, data, offset, room, position);
  }) as typeof writeSync);
}

const bytes = fc.uint8Array({ maxLength: 40 });

test('replaces any contents by any others, in pieces of any length', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 1, max: 7 }), (old, text, piece) => {
      useDisk({ piece });
      expect(replace(old, text)).toEqual({ result: text, error: undefined });
    }),
    { numRuns: 60 },
  );
});

test('a disk that becomes full leaves the old contents, wherever it happens', () => {
  fc.assert(
    fc.property(
      bytes,
      fc.uint8Array({ minLength: 41, maxLength: 60 }),
      fc.integer({ min: 0, max: 20 }),
      (old, text, more) => {
        useDisk({ piece: 3, limit: Math.min(old.length + more, text.length - 1) });
        expect(replace(old, text)).toEqual({ result: old, error: expect.objectContaining({ code: 'ENOSPC' }) });
      },
    ),
    { numRuns: 60 },
  );
});

test('a write that fails in the old part is put back', () => {
  let calls = 0;
  write.mockImplementation(((fd: number, data: Uint8Array, offset: number, length: number, position: number) => {
    if (++calls === 3) throw Object.assign(new Error('bad block'), { code: 'EIO' });
    return call(fd, data, offset, Math.min(length, 2), position);
  }) as typeof writeSync);
  const old = Buffer.from('old contents');
  expect(replace(old, Buffer.from('new contents!'))).toEqual({
    result: new Uint8Array(old),
    error: expect.objectContaining({ code: 'EIO' }),
  });
});

test('what is written is on the disk before it returns', () => {
  const sync = vi.mocked(fsyncSync);
  sync.mockClear();
  replace(Buffer.from('a'), Buffer.from('b'));
  expect(sync).toHaveBeenCalledTimes(1);
  expect(ftruncateSync).toBeTypeOf('function');
});
