import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgress, formatProgress } from '../../src/cli/progress.js';
import type { OutputStream } from '../../src/cli/terminal.js';

function recorder(columns = 80) {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns }) as unknown as OutputStream;
  stream.write = ((text: string) => written.push(text) > 0) as OutputStream['write'];
  return { stream, written };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the line', () => {
  test('short work shows none', async () => {
    const { stream, written } = recorder();
    const progress = createProgress(stream, 'line');
    progress.update({ phase: 'resolving', modules: 1 });
    await vi.dynamicImportSettled();
    vi.advanceTimersByTime(199);
    progress.stop();
    vi.advanceTimersByTime(1000);
    expect(written).toEqual([]);
  });

  test('appears after 0.2 s, is redrawn at most every 0.1 s and only when it changed, and goes', async () => {
    const { stream, written } = recorder();
    const progress = createProgress(stream, 'line');
    for (let modules = 1; modules <= 500; modules++) progress.update({ phase: 'resolving', modules });
    await vi.dynamicImportSettled();
    vi.advanceTimersByTime(200);
    expect(written).toEqual(['\r\x1b[Kresolving · 500 modules']);
    vi.advanceTimersByTime(500);
    expect(written).toHaveLength(1);
    progress.update({ modules: 501 });
    progress.update({ modules: 502 });
    vi.advanceTimersByTime(100);
    expect(written.slice(1)).toEqual(['\r\x1b[Kresolving · 502 modules']);
    progress.stop();
    expect(written.at(-1)).toBe('\r\x1b[K');
    progress.update({ modules: 503 });
    vi.advanceTimersByTime(1000);
    expect(written).toHaveLength(3);
  });

  test('bytes have a rate, once there is a time to divide by', () => {
    expect(formatProgress({ phase: 'resolving', bytes: 3_000_000 })).toBe('resolving · 3.0 MB');
    expect(formatProgress({ phase: 'resolving', bytes: 3_000_000 }, 1500)).toBe('resolving · 3.0 MB · 2.0 MB/s');
    expect(formatProgress({ phase: 'resolving', bytes: 0 }, 1500)).toBe('resolving');
  });

  test('C.6: names who is waited for, next to what is done', async () => {
    const { stream, written } = recorder();
    const progress = createProgress(stream, 'line');
    let ms = 2999;
    progress.update({ phase: 'resolving', modules: 2, longestWait: () => ({ host: 'm.example:8080', ms }) });
    await vi.dynamicImportSettled();
    vi.advanceTimersByTime(200);
    expect(written.at(-1)).toBe('\r\x1b[Kresolving · 2 modules');
    ms = 40_900;
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).toBe('\r\x1b[Kresolving · waiting 40 s for m.example:8080 · 2 modules');
    progress.stop();
  });

  test('is not there for work that has nothing to tell', async () => {
    const { stream, written } = recorder();
    const progress = createProgress(stream, 'line');
    progress.update({ longestWait: () => undefined });
    await vi.dynamicImportSettled();
    vi.advanceTimersByTime(5000);
    progress.stop();
    expect(written).toEqual([]);
  });

  test('C.6: without a terminal, a line every half a minute', () => {
    const { stream, written } = recorder();
    const progress = createProgress(stream, 'rare');
    progress.update({ phase: 'resolving', longestWait: () => ({ host: 'm.example', ms: performance.now() }) });
    vi.advanceTimersByTime(29_999);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(30_001);
    expect(written).toHaveLength(2);
    for (const line of written) expect(line).toMatch(/^resolving · waiting \d+ s for m\.example\n$/);
    progress.stop();
    vi.advanceTimersByTime(60_000);
    expect(written).toHaveLength(2);
  });

  test('gives way to other output and comes back', async () => {
    const { stream, written } = recorder();
    const progress = createProgress(stream, 'line');
    progress.update({ modules: 2 });
    await vi.dynamicImportSettled();
    vi.advanceTimersByTime(200);
    progress.clear();
    progress.clear();
    expect(written.slice(1)).toEqual(['\r\x1b[K']);
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).toBe('\r\x1b[Kworking · 2 modules');
    progress.stop();
  });

  test('fits its terminal and shows no escape of others', async () => {
    const { stream, written } = recorder(12);
    const progress = createProgress(stream, 'line');
    progress.update({ phase: '\x1b[2Jresolving\nmodules' });
    await vi.dynamicImportSettled();
    vi.advanceTimersByTime(200);
    expect(written).toEqual(['\r\x1b[Kresolving …']);
    progress.stop();
  });
});

test('asked for without a terminal: a line now and then', () => {
  const { stream, written } = recorder();
  const progress = createProgress(stream, 'plain');
  progress.update({ phase: 'verifying', done: 3, total: 10 });
  vi.advanceTimersByTime(6000);
  progress.stop();
  expect(written).toEqual(['verifying 3/10\n']);
});

test('off: nothing', () => {
  const { stream, written } = recorder();
  const progress = createProgress(stream, 'off');
  progress.update({ modules: 1 });
  vi.advanceTimersByTime(5000);
  expect(written).toEqual([]);
});

test('formatProgress names what it counts', () => {
  expect(
    formatProgress({
      phase: 'downloading',
      done: 12,
      total: 40,
      modules: 1,
      goModFiles: 900,
      zips: 0,
      bytes: 12_340_000,
    }),
  ).toBe('downloading 12/40 · 1 module · 900 go.mod files · 12.3 MB');
  expect(formatProgress({ requests: 3, inFlight: 64, sums: 2, bytes: 999 })).toBe(
    'working · 2 hashes proved · 999 B · 3 requests · 64 in flight',
  );
  expect(formatProgress({ bytes: 999_949 })).toContain('999.9 kB');
  expect(formatProgress({ bytes: 999_950 })).toContain('1.0 MB');
});
