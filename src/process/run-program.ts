/**
 * Runs a program of the user's, git or what GOAUTH names: without a shell, for so long, with so much output. The only place in tsgoget
 * that can start a process; what does is loaded when the first is to be started.
 */
import { resolve as resolvePath } from 'node:path';
import { onAbort } from '../async/on-abort.js';
import { findProgram, hostGoos, missingProgram, osLookup } from '../goenv/index.js';

export interface ProgramPlace {
  /** The whole environment of the program; its PATH says where to look for it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** undefined for the working folder of this process. */
  readonly cwd: string | undefined;
}

export interface ProgramOptions extends ProgramPlace {
  /** A byte a character. */
  readonly input: string;
  readonly timeoutMs: number;
  /** Of what it writes to its standard output, and of what to its standard error. Default 1 MiB. */
  readonly maxOutputBytes?: number;
  readonly signal: AbortSignal | undefined;
}

/** The program could not be started, or did not end well. The message is what Go says: `exit status 1`. */
export class ProgramError extends Error {
  /** undefined where it did not end by itself. */
  readonly exitStatus: number | undefined;
  readonly #written: { readonly stdout: string; readonly stderr: string };

  constructor(message: string, written = { stdout: '', stderr: '' }, exitStatus?: number) {
    super(message);
    this.exitStatus = exitStatus;
    this.#written = written;
  }

  /** What it wrote to its standard error, as UTF-8. */
  get stderr(): string {
    return Buffer.from(this.#written.stderr, 'latin1').toString();
  }

  /** What it wrote, standard error last, as UTF-8. */
  get output(): string {
    return Buffer.from(this.#written.stdout + this.#written.stderr, 'latin1').toString();
  }
}

const errnoWords: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
};

const signalWords: Partial<Record<NodeJS.Signals, string>> = {
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
};

/** What the program writes to its standard output, a byte a character. Throws ProgramError. */
export async function runProgram(name: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { env, platform, cwd, input, timeoutMs, maxOutputBytes = 1 << 20, signal } = options;
  const goos = hostGoos(platform);
  const isFile = /[/\\]/.test(name);
  const file = isFile ? resolvePath(cwd ?? '', name) : findProgram(name, osLookup(env, goos), goos);
  if (file === undefined) throw new ProgramError(missingProgram(name, goos));
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new ProgramError('interrupted'));
    const child = spawn(file, args, {
      env: env as Record<string, string>,
      cwd,
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    const end = (error?: string, exitStatus?: number) => {
      clearTimeout(timer);
      stopListening?.();
      if (error === undefined) resolve(written.stdout);
      else reject(new ProgramError(error, written, exitStatus));
    };
    // what it started may hold its pipes open: nobody waits for that
    const giveUp = (why: string) => {
      child.kill();
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
      end(why);
    };
    const timer = setTimeout(() => giveUp(`timed out after ${timeoutMs / 1000}s`), timeoutMs);
    const stopListening = signal && onAbort(signal, () => giveUp('interrupted'));
    for (const which of ['stdout', 'stderr'] as const) {
      child[which].setEncoding('latin1').on('data', (text: string) => {
        written[which] += text;
        if (written[which].length > maxOutputBytes) giveUp(`wrote more than ${maxOutputBytes} bytes`);
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      end(`fork/exec ${isFile ? name : file}: ${errnoWords[error.code ?? ''] ?? error.message}`);
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) end();
      else if (code === null) end(`signal: ${signalWords[killedBy!] ?? killedBy}`);
      else end(`exit status ${code}`, code);
    });
    child.stdin.on('error', () => {}); // it need not read
    child.stdin.end(input, 'latin1');
  });
}
