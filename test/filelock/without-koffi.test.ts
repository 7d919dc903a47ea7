import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { lockFile } from '../../src/filelock/index.js';
import { useTempDir } from '../support/temp-dir.js';

vi.mock('koffi', () => {
  throw new Error('not installed');
});

const tempDir = useTempDir();

describe('without koffi', () => {
  test('tasks of this process still exclude each other, and the lock says that others are not excluded', async () => {
    const file = join(tempDir(), 'lock');
    const lock = await lockFile(file, { exclusive: true });
    expect(lock.acrossProcesses).toBe(false);
    let isMine = false;
    const second = lockFile(file, { exclusive: true }).then((other) => {
      isMine = true;
      return other;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isMine).toBe(false);
    await lock.release();
    await (await second).release();
  });
});
