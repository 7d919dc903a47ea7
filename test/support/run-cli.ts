/**
 * Runs the program, as a process of its own or in the test's (vitest.config.ts names the files that always start processes), in an
 * environment of its own: no Go setting of the machine reaches it, and its home is an empty folder.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { ownHome } from './home.js';
import { runProgram } from './run-main.js';

const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));

/** The program under that name. */
function linkNamedGo(): string {
  const link = join(ownHome(), 'bin', 'go');
  if (!existsSync(link)) {
    mkdirSync(dirname(link));
    symlinkSync(entry, link);
  }
  return link;
}

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

/** The release to follow, where tests compare with a go that is installed. */
const release = process.env['TSGOGET_TEST_RELEASE'];

function surroundings({ env, cwd }: RunOptions) {
  const home = ownHome();
  const own = { PATH: process.env.PATH, HOME: home, TMPDIR: tmpdir(), ...(release && { TSGOGET_GO_VERSION: release }) };
  return { env: { ...own, ...env }, cwd: cwd ?? home };
}

/** Starts the program; for tests that send signals or close its streams. */
export function startCli(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  const failure = inject('buildFailure');
  if (failure !== '') throw new Error(`the program could not be built: ${failure}`);
  const program = options.as === 'go' ? linkNamedGo() : entry;
  return spawn(process.execPath, [program, ...args], surroundings(options));
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

const inProcesses = process.env['TSGOGET_TESTS'] === 'processes';

/** Runs the program to its end: in this process, which takes a tenth of the time, unless processes are asked for or it reads its input. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (!inProcesses && options.input === undefined) {
    return runProgram(args, { ...surroundings(options), programName: options.as });
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
