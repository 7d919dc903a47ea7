/** Bounded parallelism: how many tasks of one kind run at a time. */

/** Runs a task when fewer than the limit are running: the urgent ones first, else in order of arrival. */
export type Limit = <T>(task: () => Promise<T>, isUrgent?: boolean) => Promise<T>;

/** A limit of `width` tasks at a time. */
export function createLimit(width: number): Limit {
  let running = 0;
  const urgent: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  return async (task, isUrgent = false) => {
    if (running >= width) await new Promise<void>((resolve) => (isUrgent ? urgent : waiting).push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const next = urgent.shift() ?? waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
