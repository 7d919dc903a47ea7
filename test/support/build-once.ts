/**
 * Vitest's global set-up: the program that run-cli starts is built when it is missing or older than its source.
 * A build that fails fails only the tests that run the program.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no fresh program; '' if there is one. */
    buildFailure: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isStale(): boolean {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) =>
    join(root, 'src', name),
  );
  const others = ['package.json', 'build.js', 'bin/load.js'].map((name) => join(root, name));
  const newest = Math.max(...[...sources, ...others].map(modified));
  return modified(join(root, 'dist/cli/main.cjs')) < newest;
}

export default async function setup(project: TestProject): Promise<void> {
  let failure = '';
  try {
    if (isStale()) {
      const build = (await import(pathToFileURL(join(root, 'build.js')).href)) as { buildCli(): Promise<unknown> };
      await build.buildCli();
    }
  } catch (error) {
    failure = (error as Error).message;
  }
  project.provide('buildFailure', failure);
}
