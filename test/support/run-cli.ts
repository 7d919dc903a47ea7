/**
 * Runs the built program as a process, in an environment of its own: no Go setting of the machine reaches it, and its
 * home is an empty folder that is removed at the end of the test file.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';
import { runProgram } from './run-main.js';

const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));

let temporary: string | undefined;

/** A folder for this test file: home of the programs that it runs, with the link named go. */
function ownFolder(): string {
  if (temporary === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'tsgoget-cli-'));
    symlinkSync(entry, join(folder, 'go'));
    temporary = folder;
  }
  return temporary;
}

afterAll(() => {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  temporary = undefined;
});

export interface RunOptions {
  /** Added to PATH, HOME and TMPDIR; undefined takes a name out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The empty home folder unless given. */
  readonly cwd?: string;
  readonly input?: string;
  /** After this long the program is killed and the promise rejects. */
  readonly timeoutMs?: number;
  /** Through a link of that name. */
  readonly as?: 'go';
}

export interface RunResult {
  /** 128 and the signal's number if a signal ended it, as a shell says. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program; for tests that send signals or close its streams. */
export function startCli(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  const failure = inject('buildFailure');
  if (failure !== '') throw new Error(`the program could not be built: ${failure}`);
  const home = ownFolder();
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: tmpdir(), ...options.env };
  return spawn(process.execPath, [options.as === 'go' ? join(home, 'go') : entry, ...args], {
    cwd: options.cwd ?? home,
    env,
  });
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** TSGOGET_TESTS=in-process: what runs to its end runs in this thread, several times faster, as .ci/run does it a second time; in-this-thread.ts. */
const isInProcess = process.env['TSGOGET_TESTS'] === 'in-process';

/** Runs the program to its end. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (isInProcess && options.input === undefined) {
    const home = ownFolder();
    const env = { PATH: process.env.PATH, HOME: home, TMPDIR: tmpdir(), ...options.env };
    return runProgram(args, { env, cwd: options.cwd ?? home, programName: options.as });
  }
  const child = startCli(args, options);
  const timeoutMs = options.timeoutMs ?? 20_000;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.on('error', () => {}); // it may end without reading
  child.stdin.end(options.input ?? '');
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => resolve(status ?? 128 + (signalNumbers[signal!] ?? 0)));
    });
    if (late) throw new Error(`tsgoget ${args.join(' ')} did not end within ${timeoutMs} ms\n${output.stderr}`);
    return { code, ...output };
  } finally {
    clearTimeout(timer);
  }
}
