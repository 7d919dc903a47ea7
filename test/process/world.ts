/** A fixture world in which the built program runs. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { openWorld, type World, type WorldOptions } from '../support/fixture-world.js';
import { type RunOptions, type RunResult, runCli, startCli } from '../support/run-cli.js';

export interface RunningWorld extends World {
  /** Runs the program outside any module unless `cwd` says otherwise; `env` comes on top of the world's. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  start(args: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams;
}

export async function startWorld(options: WorldOptions = {}): Promise<RunningWorld> {
  const world = await openWorld(options);
  const withEnv = (o: RunOptions = {}) => ({ cwd: world.outside, ...o, env: { ...world.env, ...o.env } });
  return Object.assign(world, {
    run: (args: readonly string[], o?: RunOptions) => runCli(args, withEnv(o)),
    start: (args: readonly string[], o?: RunOptions) => startCli(args, withEnv(o)),
  });
}
