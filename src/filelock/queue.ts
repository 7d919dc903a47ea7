/** Whose turn it is within this process: any number of readers, or one writer, in order of arrival. */
import { onAbort } from '../async/on-abort.js';

interface Waiter {
  readonly exclusive: boolean;
  readonly start: () => void;
}

class Queue {
  #running = 0;
  #exclusive = false;
  #waiting: Waiter[] = [];

  async take(exclusive: boolean, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(exclusive)) return this.#start(exclusive);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        exclusive,
        start: () => {
          stopListening?.();
          this.#start(exclusive);
          resolve();
        },
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        this.#next(); // it may have been what kept others from starting
        reject(signal?.reason);
      };
      this.#waiting.push(waiter);
      const stopListening = signal && onAbort(signal, leave);
    });
  }

  /** Gives the turn back; true when nobody is left. */
  give(): boolean {
    this.#running--;
    this.#next();
    return this.#running === 0;
  }

  #fits(exclusive: boolean): boolean {
    return this.#running === 0 || (!exclusive && !this.#exclusive);
  }

  #start(exclusive: boolean): void {
    this.#running++;
    this.#exclusive = exclusive;
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!.exclusive)) this.#waiting.shift()!.start();
  }
}

const queueOf = new Map<string, Queue>();

/** Waits for a turn at `key`; rejects with the signal's reason. The result gives the turn back. */
export async function takeTurn(key: string, exclusive: boolean, signal?: AbortSignal): Promise<() => void> {
  const queue = queueOf.get(key) ?? new Queue();
  queueOf.set(key, queue);
  await queue.take(exclusive, signal);
  return () => {
    if (queue.give()) queueOf.delete(key);
  };
}
