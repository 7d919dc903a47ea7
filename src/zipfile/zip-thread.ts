/** The program of a thread that does zip jobs, one at a time: what zip-threads.ts starts, as a file of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { TsgogetError } from '../errors.js';
import { type ErrorText, errorText } from './error-text.js';
import { KeptContents } from './kept-contents.js';
import { doZipJob, type ZipJob, type ZipResult } from './zip-job.js';

/** What a thread is started with. */
export interface ZipThreadData {
  /** How many bytes of contents it may keep. */
  readonly keptBytes: number;
}

export interface ZipOrder {
  readonly job: ZipJob;
  /** One number: not 0 once the job is to end. */
  readonly stop: Int32Array;
}

/** `undone`: neither done nor refused, for whoever ordered it to do. */
export type ZipAnswer = { readonly done: ZipResult } | { readonly failed: ErrorText } | { readonly undone: true };

const kept = new KeptContents((workerData as ZipThreadData).keptBytes);

async function answer({ job, stop }: ZipOrder): Promise<ZipAnswer> {
  const isStopped = {
    get aborted() {
      return Atomics.load(stop, 0) !== 0;
    },
    reason: undefined,
  };
  try {
    return { done: await doZipJob(job, isStopped, kept) };
  } catch (error) {
    return error instanceof TsgogetError ? { failed: errorText(error) } : { undone: true };
  }
}

parentPort?.on('message', async (order: ZipOrder) => parentPort?.postMessage(await answer(order)));
