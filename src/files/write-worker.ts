/**
 * Many small files are written by a thread of their own: on a disk each costs about half a millisecond, which would
 * otherwise be taken from the requests in flight. A few files are not worth the thread.
 */
import type * as FileSystem from 'node:fs';
import { dirname } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';

interface Order {
  readonly id: number;
  readonly folder: string;
  readonly temp: string;
  readonly file: string;
  readonly data: Uint8Array;
}

interface Answer {
  readonly id: number;
  readonly done: boolean;
}

/** Runs in the thread, from its own source text: it must use nothing but its parameters. */
function serve(port: MessagePort, fs: typeof FileSystem): void {
  const write = ({ folder, temp, file, data }: Order): boolean => {
    try {
      if (!fs.existsSync(folder)) fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(temp, data, { flag: 'wx', mode: 0o666 });
      fs.renameSync(temp, file);
      return true;
    } catch {
      try {
        fs.rmSync(temp, { force: true });
      } catch {} // its folder is none: nothing was written
      return false;
    }
  };
  port.on('message', (batch: Order[]) =>
    port.postMessage(batch.map((order) => ({ id: order.id, done: write(order) }))),
  );
}

const source = `(${serve})(require('node:worker_threads').parentPort, require('node:fs'))`;
const worthAThread = 64;

interface Waiting {
  readonly written: Promise<boolean>;
  readonly settle: (done: boolean) => void;
}

let worker: Worker | undefined;
let orders = 0;
let batch: Order[] = [];
const waiting = new Map<number, Waiting>();

function openWorker(): Worker {
  const opened = new Worker(source, { eval: true });
  opened.on('message', (answers: Answer[]) => {
    for (const { id, done } of answers) settle(id, done);
  });
  // whoever waits writes the file himself
  const end = () => {
    if (worker === opened) worker = undefined;
    for (const id of waiting.keys()) settle(id, false);
  };
  opened.on('error', end).on('exit', end);
  return opened;
}

function settle(id: number, done: boolean): void {
  waiting.get(id)?.settle(done);
  waiting.delete(id);
  if (waiting.size === 0) worker?.unref();
}

/** Writes a file under a temporary name and renames it. False: it was not written, for the caller to do it and to see why. */
export function writeInThread(file: string, temp: string, data: Uint8Array): Promise<boolean> | false {
  if (++orders <= worthAThread) return false;
  const id = orders;
  let settleThis: Waiting['settle'] = () => {};
  const written = new Promise<boolean>((resolve) => {
    settleThis = resolve;
  });
  waiting.set(id, { written, settle: settleThis });
  if (batch.length === 0) setImmediate(postBatch);
  batch.push({ id, folder: dirname(file), temp, file, data: new Uint8Array(data) });
  return written;
}

function postBatch(): void {
  worker ??= openWorker();
  worker.ref();
  worker.postMessage(
    batch,
    Array.from(batch, (order) => order.data.buffer as ArrayBuffer),
  );
  batch = [];
}

/** Waits until what was ordered is written: a process that ends before leaves temporary files behind. */
export async function drainWrites(): Promise<void> {
  while (waiting.size > 0) await Promise.all(Array.from(waiting.values(), (w) => w.written));
}
