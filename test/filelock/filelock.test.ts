import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { lockFile } from '../../src/filelock/index.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const exclusive = { exclusive: true } as const;
const shared = { exclusive: false, create: true } as const;

/** Whether a promise is settled once everything that can run has run for a while. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol();
  return (await Promise.race([promise, sleep(60, waiting)])) === waiting;
}

describe('within this process', () => {
  test('an exclusive lock keeps everyone out, in order of arrival', async () => {
    const file = join(tempDir(), 'lock');
    const first = await lockFile(file, exclusive);
    const seen: number[] = [];
    const others = [1, 2, 3].map(async (n) => {
      const lock = await lockFile(file, exclusive);
      seen.push(n);
      await sleep(1);
      await lock.release();
    });
    expect(await isPending(Promise.race(others))).toBe(true);
    await first.release();
    await Promise.all(others);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('shared locks live together and wait for an exclusive one that came before', async () => {
    const file = join(tempDir(), 'lock');
    const a = await lockFile(file, shared);
    const b = await lockFile(file, shared);
    const writer = lockFile(file, exclusive);
    const late = lockFile(file, shared);
    expect(await isPending(Promise.race([writer, late]))).toBe(true);
    await a.release();
    await b.release();
    const w = await writer;
    expect(await isPending(late)).toBe(true);
    await w.release();
    await (await late).release();
  });

  test('never two writers, however many wait', async () => {
    const file = join(tempDir(), 'count');
    writeFileSync(file, '0');
    const increment = async () => {
      const lock = await lockFile(file, exclusive);
      const n = Number(readFileSync(file, 'utf8'));
      await sleep(0);
      writeSync(lock.fd, String(n + 1), 0);
      await lock.release();
    };
    await Promise.all(Array.from({ length: 50 }, increment));
    expect(readFileSync(file, 'utf8')).toBe('50');
  });

  test('release twice is release once', async () => {
    const file = join(tempDir(), 'lock');
    const lock = await lockFile(file, exclusive);
    await Promise.all([lock.release(), lock.release()]);
    const again = await lockFile(file, exclusive);
    const other = lockFile(file, exclusive);
    await lock.release();
    expect(await isPending(other)).toBe(true);
    await again.release();
    await (await other).release();
  });

  test('waiting ends when the signal fires, and those behind move up', async () => {
    const file = join(tempDir(), 'lock');
    const held = await lockFile(file, shared);
    const cancel = new AbortController();
    const writer = lockFile(file, { exclusive: true, signal: cancel.signal });
    const reader = lockFile(file, shared);
    cancel.abort();
    await expect(writer).rejects.toMatchObject({ code: 'interrupted' });
    await (await reader).release();
    await held.release();
    await expect(lockFile(file, { exclusive: true, signal: cancel.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
    await (await lockFile(file, exclusive)).release();
  });

  test('the file is made only when asked for, and is written through the lock', async () => {
    const file = join(tempDir(), 'new');
    await expect(lockFile(file, { exclusive: false })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(lockFile(file, { exclusive: true, create: false })).rejects.toMatchObject({ code: 'ENOENT' });
    const lock = await lockFile(file, exclusive);
    writeSync(lock.fd, 'text');
    await lock.release();
    const reader = await lockFile(file, { exclusive: false });
    const data = Buffer.alloc(9);
    expect(data.toString('utf8', 0, readSync(reader.fd, data))).toBe('text');
    await reader.release();
  });

  test('a failed open gives the turn back', async () => {
    const file = join(tempDir(), 'no', 'lock');
    await expect(lockFile(file, exclusive)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(lockFile(file, exclusive)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

const hasFlock = process.platform !== 'win32' && spawnSync('flock', ['--version']).status === 0;

describe.skipIf(!hasFlock)('against another process (skipped without the program flock)', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill());

  /** A process that holds the lock until its standard input ends. */
  async function holdElsewhere(file: string, mode: '-x' | '-s'): Promise<() => Promise<void>> {
    const holder = spawn('flock', [mode, file, 'sh', '-c', 'echo locked; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child = holder;
    await once(holder.stdout, 'data');
    return async () => {
      holder.stdin.end();
      await once(holder, 'exit');
    };
  }

  const canLock = (file: string) => spawnSync('flock', ['-n', file, 'true']).status === 0;
  const canShare = (file: string) => spawnSync('flock', ['-n', '-s', file, 'true']).status === 0;

  test('it is waited for, without blocking the event loop', async () => {
    const file = join(tempDir(), 'lock');
    const end = await holdElsewhere(file, '-x');
    const mine = lockFile(file, exclusive);
    expect(await isPending(mine)).toBe(true);
    await end();
    const lock = await mine;
    expect(lock.acrossProcesses).toBe(true);
    await lock.release();
  });

  test('waiting for it can be cancelled', async () => {
    const file = join(tempDir(), 'lock');
    const end = await holdElsewhere(file, '-x');
    const cancel = new AbortController();
    const mine = lockFile(file, { exclusive: true, signal: cancel.signal });
    expect(await isPending(mine)).toBe(true);
    cancel.abort();
    await expect(mine).rejects.toMatchObject({ code: 'interrupted' });
    await end();
    await (await lockFile(file, exclusive)).release();
  });

  test('it is kept out until release', async () => {
    const file = join(tempDir(), 'lock');
    const lock = await lockFile(file, exclusive);
    expect([canLock(file), canShare(file)]).toEqual([false, false]);
    await lock.release();
    expect(canLock(file)).toBe(true);
    const reader = await lockFile(file, shared);
    expect([canLock(file), canShare(file)]).toEqual([false, true]);
    await reader.release();
  });

  test('a shared lock elsewhere lets readers in and writers wait', async () => {
    const file = join(tempDir(), 'lock');
    const end = await holdElsewhere(file, '-s');
    await (await lockFile(file, shared)).release();
    const writer = lockFile(file, exclusive);
    expect(await isPending(writer)).toBe(true);
    await end();
    await (await writer).release();
  });
});
