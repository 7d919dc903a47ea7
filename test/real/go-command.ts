/** Runs the go command as a process, in an environment of its own, as run-cli runs tsgoget. */
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/** Whether the go command is on PATH. */
export const hasGo = spawnSync('go', ['version']).status === 0;

export interface GoOptions {
  /** Settings besides PATH, HOME and TMPDIR. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Sends SIGKILL when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Runs it to its end. HOME is `cwd`; `code` is undefined when a signal ended it. */
export async function runGo(
  args: readonly string[],
  { env, cwd, signal }: GoOptions,
): Promise<{ code: number | undefined; stdout: string; stderr: string }> {
  const own = { PATH: process.env.PATH, HOME: cwd, TMPDIR: tmpdir(), GOTOOLCHAIN: 'local', GOTELEMETRY: 'off' };
  const child = spawn('go', args, { cwd, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  try {
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => resolve(status ?? undefined));
    });
    return { code, ...output };
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}
