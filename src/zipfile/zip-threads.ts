/**
 * Large zips are hashed and extracted in threads, at most one a processor: inflating, hashing and making files would otherwise
 * keep the requests in flight waiting. What a thread cannot do (it did not start, it ended) is done here, in the same way.
 */
import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { onAbort } from '../async/on-abort.js';
import { errorOf } from './error-text.js';
import { doZipJob, type ZipJob, type ZipResult } from './zip-job.js';
import type { ZipAnswer, ZipOrder, ZipThreadData } from './zip-thread.js';

export interface ZipThreadsOptions {
  /** The program of a thread, built. Nothing is done in threads where it is not there. */
  readonly file: string;
  readonly count: number;
  /** The bytes of zips that are done here before the first thread is worth its start. */
  readonly worthBytes: number;
  /** The bytes of contents that all threads together may keep between hash and extraction. */
  readonly keptBytes: number;
}

interface Thread {
  readonly worker: Worker;
  /** The hashes of the zips whose contents it may still have. */
  readonly keeps: Set<string>;
  settle: (answer: ZipAnswer) => void;
}

interface Waiting {
  readonly job: ZipJob;
  readonly start: (thread: Thread | undefined) => void;
}

const undone: ZipAnswer = { undone: true };

export class ZipThreads {
  readonly #options: ZipThreadsOptions;
  readonly #threads = new Set<Thread>();
  readonly #idle = new Set<Thread>();
  #waiting: Waiting[] = [];
  #bytes = 0;
  #isUsable: boolean | undefined;

  constructor(options: ZipThreadsOptions) {
    this.#options = options;
  }

  /** How many threads there are. */
  get size(): number {
    return this.#threads.size;
  }

  /** Does a job, in a thread or here. Throws as `doZipJob` does. */
  async do(job: ZipJob, signal: AbortSignal | undefined): Promise<ZipResult> {
    if (this.#isWorthAThread(job)) {
      const answer = await this.#order(job, signal);
      if ('done' in answer) return answer.done;
      if ('failed' in answer) throw errorOf(answer.failed, signal?.reason);
    }
    return doZipJob(job, signal);
  }

  /** Ends the threads that have nothing to do. */
  async close(): Promise<void> {
    const ended = [...this.#idle];
    for (const thread of ended) this.#forget(thread);
    await Promise.all(ended.map((thread) => thread.worker.terminate()));
  }

  #isWorthAThread({ file }: ZipJob): boolean {
    this.#bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (this.#bytes < this.#options.worthBytes) return false;
    this.#isUsable ??= this.#options.count > 1 && existsSync(this.#options.file);
    return this.#isUsable;
  }

  async #order(job: ZipJob, signal: AbortSignal | undefined): Promise<ZipAnswer> {
    const thread = await this.#take(job);
    if (thread === undefined) return undone;
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const stopListening = signal && onAbort(signal, () => void Atomics.store(stop, 0, 1));
    const answer = await new Promise<ZipAnswer>((resolve) => {
      thread.settle = resolve;
      thread.worker.ref();
      thread.worker.postMessage({ job, stop } satisfies ZipOrder);
    });
    stopListening?.();
    if (job.task === 'hash' && 'done' in answer) thread.keeps.add(answer.done.h1);
    this.#next(thread);
    return answer;
  }

  /** A thread for a job: an idle one, a new one, or the next that is done; undefined where there is none to be had. */
  #take(job: ZipJob): Promise<Thread | undefined> | Thread | undefined {
    const idle = [...this.#idle];
    const thread = idle.find((t) => isFor(t, job)) ?? idle[0];
    if (thread !== undefined) {
      this.#idle.delete(thread);
      return thread;
    }
    const started = this.size < this.#options.count && this.#isUsable ? this.#start() : undefined;
    if (started !== undefined || this.size === 0) return started;
    return new Promise((start) => void this.#waiting.push({ job, start }));
  }

  /** Gives a thread its next job: one whose contents it has, one whose contents none has, or the first that waits. */
  #next(thread: Thread): void {
    if (!this.#threads.has(thread)) return;
    const threads = [...this.#threads];
    const next =
      this.#waiting.find(({ job }) => isFor(thread, job)) ??
      this.#waiting.find(({ job }) => !threads.some((other) => isFor(other, job))) ??
      this.#waiting[0];
    if (next === undefined) {
      thread.worker.unref();
      this.#idle.add(thread);
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== next);
    next.start(thread);
  }

  #start(): Thread | undefined {
    const { file, keptBytes, count } = this.#options;
    let worker: Worker;
    try {
      worker = new Worker(file, { workerData: { keptBytes: keptBytes / count } satisfies ZipThreadData });
    } catch {
      this.#isUsable = false;
      return undefined;
    }
    const thread: Thread = { worker, keeps: new Set(), settle: () => {} };
    this.#threads.add(thread);
    // where one thread failed no other is started: what is left is done here
    const fail = () => {
      if (this.#threads.has(thread)) this.#isUsable = false;
      this.#forget(thread);
      thread.settle(undone);
      if (this.size === 0) for (const { start } of this.#waiting.splice(0)) start(undefined);
    };
    worker.on('error', fail).on('exit', fail);
    worker.on('message', (answer: ZipAnswer) => thread.settle(answer));
    return thread;
  }

  #forget(thread: Thread): void {
    this.#threads.delete(thread);
    this.#idle.delete(thread);
  }
}

function isFor(thread: Thread, job: ZipJob): boolean {
  return job.task === 'extract' && job.h1 !== undefined && thread.keeps.has(job.h1);
}

const maxThreads = 4;

// in the program's bundle the files are CommonJS
const program = import.meta.url.endsWith('.cjs') ? './zip-thread.cjs' : './zip-thread.js';

const threads = new ZipThreads({
  file: fileURLToPath(new URL(program, import.meta.url)),
  count: Math.min(availableParallelism(), maxThreads),
  worthBytes: 2 ** 20,
  keptBytes: 96 * 2 ** 20,
});

/** Hashes or extracts a zip. Throws as `doZipJob` does. */
export function runZipJob(job: ZipJob, signal?: AbortSignal): Promise<ZipResult> {
  return threads.do(job, signal);
}

/** Ends the threads that have nothing to do. */
export function endZipThreads(): Promise<void> {
  return threads.close();
}
