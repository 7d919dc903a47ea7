/** How many files and connections may be open at a time: where the system allows few, what runs side by side is made less. */
import { readFileSync } from 'node:fs';

/** What node and the program itself hold open, with its threads. */
const ownDescriptors = 40;

let limit: number | undefined;

/** So many of a width as the process's limit of descriptors leaves room for, each of which takes `each` of them; at least one. */
export function fittingWidth(width: number, each: number): number {
  limit ??= descriptorLimit();
  return Math.max(1, Math.min(width, Math.floor((limit - ownDescriptors) / each)));
}

/** The hard limit, to which node raises the other; where it is not told, none. */
function descriptorLimit(): number {
  try {
    const [, hard] = /^Max open files +\S+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

const waitMs = 50;
const maxWaits = 200;

/** Opens something; where no more may be open for now, waits until something was closed, ten seconds at most. Throws what `open` throws. */
export async function whenThereIsRoom<T>(open: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits++) {
    try {
      return await open();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!/^E[MN]FILE$/.test(code) || waits === maxWaits) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
