/** Processes that do not outlive the benchmark, and the folder in which everything happens, which does not either. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ends the benchmark: something that it needs is missing. */
export function stop(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}

const children = new Set();
let work;

/** The folder, made by the first call. */
export function workFolder() {
  work ??= mkdtempSync(join(tmpdir(), 'tsgoget-bench-'));
  return work;
}

process.on('exit', () => {
  for (const child of children) child.kill();
  if (work) rmSync(work, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

export function start(command, args, options) {
  const child = spawn(command, args, options);
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

/** Runs a command to its end and returns its standard output; rejects when it fails. */
export async function run(command, args, options = {}) {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return output.stdout;
  throw new Error(
    `${command} ${args.join(' ')} ended with ${code}\n${output.stdout.slice(-2000)}${output.stderr.slice(-2000)}`,
  );
}
