/**
 * Locks on files that the go command locks too, held until released. Waiting never blocks the event loop and can be cancelled.
 * Without koffi the guarantee is weaker: tasks of this process exclude each other, other processes are not kept out.
 */
import { close, constants, open } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TsgogetError } from '../errors.js';
import { whenThereIsRoom } from '../files/descriptor-limit.js';
import { loadTryLock } from './flock.js';
import { takeTurn } from './queue.js';

export interface LockOptions {
  /** One holder, or any number that are all not exclusive. */
  readonly exclusive: boolean;
  /** Whether to make the file, empty, when it is not there: as `exclusive` unless given. Its folder must exist. */
  readonly create?: boolean;
  /** False refuses a link in the file's place (ELOOP), whose target would be written: for files of a cache, which have none. */
  readonly followLinks?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface FileLock {
  /** The open file: for reading, and for writing when the lock is exclusive. On Windows only this descriptor can. */
  readonly fd: number;
  /** True when other processes, the go command's among them, are excluded; false without koffi. */
  readonly acrossProcesses: boolean;
  /** Unlocks and closes; once is enough. */
  release(): Promise<void>;
}

const openFile = promisify(open);
const closeFile = promisify(close);
/** Not on Windows, where making a link needs a right of its own. */
const noFollow = constants.O_NOFOLLOW ?? 0;
/** In the place of the file there may be a pipe, which has to be opened to be refused. */
const noWait = constants.O_NONBLOCK ?? 0;
const firstWaitMs = 1;
const longestWaitMs = 50;

/**
 * Opens and locks a file, waiting for whoever has it. Throws 'interrupted' when the signal fires,
 * 'cache' when the file system has no locks, and what opening the file throws (ENOENT, EACCES, …).
 */
export async function lockFile(path: string, options: LockOptions): Promise<FileLock> {
  const { exclusive, create = exclusive, followLinks = true, signal } = options;
  throwIfAborted(signal, path);
  const giveTurn = await takeTurn(resolve(path), exclusive, signal).catch((cause) => {
    throw interrupted(path, cause);
  });
  let fd: number | undefined;
  try {
    const tryLock = await loadTryLock();
    const flags =
      (exclusive ? constants.O_RDWR : constants.O_RDONLY) |
      (create ? constants.O_CREAT : 0) |
      noWait |
      (followLinks ? 0 : noFollow);
    fd = await whenThereIsRoom(() => openFile(path, flags, 0o666));
    if (tryLock !== undefined) await waitFor(() => tryLock(fd!, exclusive), path, signal);
    return { fd, acrossProcesses: tryLock !== undefined, release: once(fd, giveTurn) };
  } catch (error) {
    if (fd !== undefined) await closeFile(fd);
    giveTurn();
    throw error;
  }
}

async function waitFor(attempt: () => boolean, path: string, signal: AbortSignal | undefined): Promise<void> {
  for (let waitMs = firstWaitMs; !tried(attempt, path); waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch((cause) => {
      throw interrupted(path, cause);
    });
  }
}

function tried(attempt: () => boolean, path: string): boolean {
  try {
    return attempt();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const hint = 'put the module cache on a file system that has locks';
    throw new TsgogetError('cache', `lock ${path}: ${words}`, { hint, cause });
  }
}

/** Closing the descriptor is what unlocks it. */
function once(fd: number, giveTurn: () => void): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= closeFile(fd).finally(giveTurn);
    return released;
  };
}

function throwIfAborted(signal: AbortSignal | undefined, path: string): void {
  if (signal?.aborted) throw interrupted(path, signal.reason);
}

function interrupted(path: string, cause: unknown): TsgogetError {
  return new TsgogetError('interrupted', `interrupted while waiting for the lock on ${path}`, { cause });
}
