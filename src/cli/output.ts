/**
 * The two output streams in the order in which things were said: stdout is gathered into large writes and flushed
 * before anything goes to stderr. A reader that went away (EPIPE) ends the work; other write errors are kept for the end.
 */
import type { OutputStream } from './terminal.js';

const flushAtCharacters = 64 * 1024;

export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Nobody reads stdout any more. */
  readonly closed: boolean;
  /** Waits until everything is written; throws what stdout failed with, save EPIPE. */
  end(): Promise<void>;
}

export interface OutputHooks {
  /** Called before anything is written: the progress line gives way. */
  beforeWrite(): void;
  /** stdout takes no more. `failure`: why, unless its reader went away; `end` throws it. */
  onClosed(failure: Error | undefined): void;
}

export function createOutput(stdout: OutputStream, stderr: OutputStream, hooks: OutputHooks): Output {
  let pending: string[] = [];
  let size = 0;
  let scheduled = false;
  let closed = false;
  let failure: Error | undefined;

  const fail = (error: NodeJS.ErrnoException) => {
    if (closed) return;
    closed = true;
    if (error.code !== 'EPIPE') failure = error;
    hooks.onClosed(failure);
  };
  stdout.on('error', fail);
  stderr.on('error', () => {});

  const flush = () => {
    scheduled = false;
    if (size === 0) return;
    const text = pending.join('');
    pending = [];
    size = 0;
    if (closed) return;
    hooks.beforeWrite();
    stdout.write(text);
  };

  return {
    stdout(text) {
      pending.push(text);
      size += text.length;
      if (size >= flushAtCharacters) flush();
      else if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
    },
    stderr(text) {
      flush();
      hooks.beforeWrite();
      stderr.write(text);
    },
    get closed() {
      return closed;
    },
    async end() {
      flush();
      if (!closed) {
        await new Promise<void>((resolve) => {
          stdout.on('error', () => resolve());
          stdout.write('', () => resolve());
        });
        // The error event of a failed write comes after its callback.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (failure !== undefined) throw failure;
    },
  };
}
