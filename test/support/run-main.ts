/**
 * The program without a process: `main` with streams in memory, for tests to which the process adds nothing.
 * Takes what runCli takes of an environment, and gives back the same.
 */
import { Writable } from 'node:stream';
import { main } from '../../src/cli/main.js';
import type { World } from './fixture-world.js';
import type { RunResult } from './run-cli.js';

export interface MainOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly programName?: string | undefined;
}

/** Runs a command line over a fixture world: outside any module unless `cwd` says otherwise. */
export function runMain(
  world: World,
  args: readonly string[],
  options: Partial<Pick<MainOptions, 'env' | 'cwd' | 'programName'>> = {},
): Promise<RunResult> {
  const env = { HOME: world.dir, ...world.env, ...options.env };
  return runProgram(args, { env, cwd: options.cwd ?? world.outside, programName: options.programName });
}

/** Runs a command line. */
export async function runProgram(args: readonly string[], options: MainOptions): Promise<RunResult> {
  const output = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(text: string, _, done) {
        output[name] += text;
        done();
      },
    });
  const code = await main(args, {
    env: options.env,
    cwd: options.cwd,
    programName: options.programName ?? 'tsgoget',
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  });
  return { code, ...output };
}
