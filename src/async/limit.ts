/** Bounded parallelism: how many tasks of one kind run at a time. */

/** Runs a task when fewer than the limit are running; in order of arrival. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** A limit of `width` tasks at a time. */
export function createLimit(width: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
