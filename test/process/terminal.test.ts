/** Where output goes: a pipe gets text alone; a terminal gets colour, and a progress line that comes late and goes. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type RunningWorld, startWorld } from './world.js';

const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));
const hasScript = spawnSync('script', ['--version']).status === 0;

describe.concurrent('piped', () => {
  test('no colour, no progress, however long it takes', async () => {
    await using world = await startWorld({ delayMs: 120 });
    const { code, stdout, stderr } = await world.run(['resolve', 'example.com/app']);
    expect([code, /\x1b|\r/.test(stdout)]).toEqual([0, false]);
    expect(stderr).toMatch(/^10 modules, [^\x1b\r\n]* s\n$/);
    const failed = await world.run(['resolve', 'example.com/nowhere']);
    expect([failed.code, /\x1b|\r/.test(failed.stderr)]).toEqual([1, false]);
  });

  test('colour where it is asked for', async () => {
    await using world = await startWorld();
    const args = ['resolve', 'example.com/greet@v1.0.0'];
    expect((await world.run([...args, '--color'])).stdout).toContain('\x1b[32mrecord ');
    expect((await world.run(args, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\x1b[');
    expect((await world.run(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain('\x1b');
  });
});

/** What the terminal got, piece by piece with the time since the start. */
async function underTerminal(world: RunningWorld, args: readonly string[]) {
  const command = [process.execPath, entry, ...args].map((word) => `'${word}'`).join(' ');
  const started = performance.now();
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: world.outside,
    env: { PATH: process.env.PATH, HOME: world.dir, TERM: 'xterm', ...world.env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pieces: { ms: number; text: string }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => pieces.push({ ms: performance.now() - started, text }));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, pieces, text: pieces.map((p) => p.text).join('') };
}

/** What stays on the screen: each line after its last erasure. */
const screen = (text: string) =>
  text
    .split('\n')
    .map((line) => line.split('\r\x1b[K').at(-1)!.replace(/\r$/, ''))
    .join('\n');

describe.skipIf(!hasScript)('under a pseudo-terminal (skipped without script)', () => {
  test('progress comes after 0.2 s at the earliest, and is gone at the end', async () => {
    await using world = await startWorld({ delayMs: 300 });
    const { code, pieces, text } = await underTerminal(world, ['resolve', 'example.com/app']);
    expect(code).toBe(0);
    const first = pieces.find((p) => p.text.includes('resolving'));
    expect(first?.ms).toBeGreaterThanOrEqual(200);
    expect(text).toMatch(/resolving[^\r\n]*(?:request|in flight)/);
    expect(screen(text)).not.toContain('resolving');
    expect(screen(text)).toContain('MODULE');
    expect(text).toContain('\x1b[32mrecord ');
  });

  test('an error stands on a clean line', async () => {
    await using world = await startWorld({ delayMs: 300 });
    const { code, text } = await underTerminal(world, ['resolve', 'example.com/nowhere']);
    expect([code, text.includes('resolving')]).toEqual([1, true]);
    const lines = screen(text).split('\n');
    expect(lines[0]).toMatch(/^(?:\x1b\[\d+m)*tsgoget:/);
    expect(screen(text)).not.toContain('resolving');
  });
});
