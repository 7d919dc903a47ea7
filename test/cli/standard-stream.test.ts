import { closeSync, openSync, readFileSync, type writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { standardStream } from '../../src/cli/standard-stream.js';
import type { OutputStream } from '../../src/cli/terminal.js';
import { useTempDir } from '../support/temp-dir.js';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, writeSync: vi.fn(fs.writeSync) };
});
const { writeSync: write } = vi.mocked(await import('node:fs'));
const newDir = useTempDir();

/** A file that a stream writes to, and what node's own stream is given. */
function open() {
  const file = join(newDir(), 'out');
  const fd = openSync(file, 'w');
  const given: string[] = [];
  const listeners: ((error: Error) => void)[] = [];
  const own: OutputStream = {
    on: (_, listener) => listeners.push(listener),
    write(text, written) {
      given.push(Buffer.from(text).toString());
      written?.();
    },
  };
  const opened = vi.fn(() => own);
  const stream = standardStream(fd, opened);
  return { stream, opened, given, listeners, text: () => readFileSync(file, 'utf8'), close: () => closeSync(fd) };
}

afterEach(() => write.mockReset());

const real = (await vi.importActual<typeof import('node:fs')>('node:fs')).writeSync;

function writesAs(...answers: (number | string)[]) {
  write.mockImplementation(((fd: number, data: Uint8Array) => {
    const answer = answers.shift() ?? data.length;
    if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer });
    return real(fd, data.subarray(0, answer));
  }) as typeof writeSync);
}

test('what is short is written at once, in parts where the descriptor takes parts', () => {
  writesAs(3, 1);
  const { stream, opened, text, close } = open();
  const written = vi.fn();
  stream.write('Grüße\n', written);
  stream.write('', written);
  expect([text(), written.mock.calls.length, opened.mock.calls.length]).toEqual(['Grüße\n', 2, 0]);
  close();
});

test.each(['EAGAIN', 'EPIPE', 'EIO'])('%s: the rest, and everything after it, is the stream’s', (code) => {
  writesAs(4, code);
  const { stream, given, listeners, text, close } = open();
  const [early, late] = [vi.fn(), vi.fn()];
  stream.on('error', early);
  stream.write('one two\n');
  stream.write('three\n');
  stream.on('error', late);
  expect([text(), given, listeners]).toEqual(['one ', ['two\n', 'three\n'], [early, late]]);
  close();
});

test('long output is the stream’s, so that a slow reader does not hold up the program', () => {
  writesAs();
  const { stream, given, text, close } = open();
  const part = 'x'.repeat(10_000);
  for (let i = 0; i < 3; i++) stream.write(part);
  stream.write('end');
  expect([text(), given]).toEqual([part, [part, part, 'end']]);
  close();
});

test('where the descriptor is none, node’s stream is taken', () => {
  const own = { on: vi.fn(), write: vi.fn() };
  expect(standardStream(1e6, () => own)).toBe(own);
});
