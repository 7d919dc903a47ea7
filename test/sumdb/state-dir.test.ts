import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockFile } from '../../src/filelock/index.js';
import { StateDir } from '../../src/sumdb/state-dir.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();
const open = () => new StateDir(newDir(), 'sum.test/db');
const latest = (state: StateDir) => readFileSync(state.latestFile, 'utf8');

describe('the stored head', () => {
  test('is replaced only where it is what the writer has seen', async () => {
    const state = open();
    expect(await state.readLatest()).toBe('');
    expect(await state.swapLatest('', 'a long note\n')).toBe('a long note\n');
    expect(await state.swapLatest('', 'other\n')).toBe('a long note\n');
    expect(await state.swapLatest('stale\n', 'other\n')).toBe('a long note\n');
    expect(latest(state)).toBe('a long note\n');
    expect(await state.swapLatest('a long note\n', 'short\n')).toBe('short\n');
    expect([latest(state), await state.readLatest(), await state.readLatestLocked()]).toEqual(Array(3).fill('short\n'));
  });

  test('of many writers at once one wins, and the others are told', async () => {
    const state = open();
    const notes = Array.from({ length: 20 }, (_, i) => `note ${i}\n`);
    const found = await Promise.all(notes.map((note) => state.swapLatest('', note)));
    expect(new Set(found)).toEqual(new Set([latest(state)]));
  });

  test('keeps its file: the go command may be waiting for the lock on it', async () => {
    const state = open();
    await state.swapLatest('', 'a\n');
    const { ino } = statSync(state.latestFile);
    await state.swapLatest('a\n', 'b\n');
    await state.reset(async () => {});
    expect([statSync(state.latestFile).ino, latest(state)]).toEqual([ino, '']);
  });

  test('a file that cannot be read stops, with words on how to mend it', async () => {
    const state = open();
    mkdirSync(state.latestFile, { recursive: true });
    await expect(state.readLatest()).rejects.toMatchObject({
      code: 'cache',
      hint: expect.stringContaining(`to mend it, remove ${state.latestFile}`),
    });
  });
});

describe.skipIf(process.platform === 'win32')('B.9: the stored head is a link, as where several share a disk', () => {
  const linked = (text?: string) => {
    const state = open();
    const there = join(newDir(), 'shared');
    if (text !== undefined) writeFileSync(there, text);
    mkdirSync(dirname(state.latestFile), { recursive: true });
    symlinkSync(there, state.latestFile);
    return { state, there };
  };

  test('to a file: read, swapped and emptied there, and the link stays', async () => {
    const { state, there } = linked('a\n');
    expect([await state.readLatest(), await state.readLatestLocked()]).toEqual(['a\n', 'a\n']);
    await state.swapLatest('a\n', 'b\n');
    expect(readFileSync(there, 'utf8')).toBe('b\n');
    await state.reset(async () => {});
    expect([readFileSync(there, 'utf8'), lstatSync(state.latestFile).isSymbolicLink()]).toEqual(['', true]);
  });

  test('to a file that is not there yet: it is made', async () => {
    const { state, there } = linked();
    expect(await state.readLatest()).toBe('');
    await state.swapLatest('', 'a\n');
    expect(readFileSync(there, 'utf8')).toBe('a\n');
  });

  test('evidence of a fork is kept where the link leads nowhere yet', async () => {
    const { state } = linked();
    expect(await state.saveEvidence('fork')).toBeUndefined();
    expect(() => state.requireNoFork('sum.test/db')).toThrow('contradict');
  });
});

describe('reset', () => {
  test.skipIf(process.platform === 'win32')('A.7: of what is no file removes it', async () => {
    const state = open();
    mkdirSync(dirname(state.latestFile), { recursive: true });
    execFileSync('mkfifo', [state.latestFile]);
    await state.reset(async () => {});
    expect(latest(state)).toBe('');
  });

  test('waits for the lock on the tree head, and holds it', async () => {
    const state = open();
    await state.swapLatest('', 'a\n');
    await state.saveEvidence('fork');
    writeFileSync(state.monitorFile, '{}');
    const lock = await lockFile(state.latestFile, { exclusive: true });
    const order: string[] = [];
    const done = state.reset(async () => void order.push('reset'));
    const swapped = state.swapLatest('', 'b\n').then(() => order.push('swap'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([latest(state), order]).toEqual(['a\n', []]);
    await lock.release();
    await Promise.all([done, swapped]);
    expect([order, latest(state)]).toEqual([['reset', 'swap'], 'b\n']);
    expect([existsSync(state.evidenceFile), existsSync(state.monitorFile)]).toEqual([false, false]);
  });

  test('the evidence goes last: what fails on the way leaves it', async () => {
    const state = open();
    await state.swapLatest('', 'a\n');
    await state.saveEvidence('fork');
    await expect(state.reset(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(() => state.requireNoFork('sum.test/db')).toThrow('contradict');
  });

  test('where nothing is stored makes nothing', async () => {
    const state = open();
    await state.reset(async () => {});
    expect(existsSync(dirname(state.latestFile))).toBe(false);
  });
});

describe('evidence', () => {
  test('the first stays', async () => {
    const state = open();
    expect(await state.saveEvidence('first')).toBeUndefined();
    expect(await state.saveEvidence('second')).toBeUndefined();
    expect(readFileSync(state.evidenceFile, 'utf8')).toBe('first\n');
  });

  test('what keeps it from being saved is said; without a GOPATH nothing is written anywhere', async () => {
    const dir = newDir();
    writeFileSync(join(dir, 'file'), '');
    expect(await new StateDir(join(dir, 'file'), 'sum.test/db').saveEvidence('x')).toMatch(/EEXIST|ENOTDIR/);
    expect(await new StateDir('', 'sum.test/db').saveEvidence('x')).toBe(
      'could not locate sumdb file: missing $GOPATH',
    );
    await expect(new StateDir('', 'sum.test/db').reset(async () => {})).rejects.toMatchObject({
      code: 'invalid-setting',
    });
  });
});
