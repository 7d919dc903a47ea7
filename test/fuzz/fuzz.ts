/** Runs a target over changed inputs. A failure is told with what repeats it: the seed, the number of the input, the input. */
import { TsgogetError } from '../../src/errors.js';
import { type Corpus, mutate, Random } from './mutate.js';

export interface Target extends Corpus {
  readonly name: string;
  /** Reads an input. May fail with a TsgogetError; whatever else it throws, and what takes too long, is a failure. */
  run(input: Uint8Array): unknown;
}

export interface Failure {
  readonly target: string;
  readonly seed: number;
  readonly index: number;
  readonly input: Uint8Array;
  readonly error: unknown;
}

/** Beyond this an input hangs: the slowest take some milliseconds. */
const slowMs = 10_000;

/** The input that a seed and a number stand for. */
export const inputOf = (target: Corpus, seed: number, index: number) =>
  mutate(target, new Random(Math.imul(seed, 0x9e3779b1) + index));

/** Runs inputs `from` to `from + count - 1`. Returns the first failure. */
export async function fuzz(target: Target, seed: number, count: number, from = 0): Promise<Failure | undefined> {
  for (let index = from; index < from + count; index++) {
    const input = inputOf(target, seed, index);
    const start = performance.now();
    let error = await failureOf(target, input);
    const took = performance.now() - start;
    if (took > slowMs) error ??= new Error(`it took ${Math.round(took)} ms`);
    if (error !== undefined) return { target: target.name, seed, index, input, error };
  }
  return undefined;
}

async function failureOf(target: Target, input: Uint8Array): Promise<unknown> {
  try {
    const running = target.run(input);
    if (running instanceof Promise) await inTime(running);
    return undefined;
  } catch (error) {
    return error instanceof TsgogetError ? undefined : (error ?? new Error('threw nothing'));
  }
}

async function inTime(running: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it did not end')), slowMs);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A failure in words, with the input whole. */
export function describeFailure({ target, seed, index, input, error }: Failure): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `fuzz: ${target} failed at input ${index} of seed ${seed}`,
    text,
    `text: ${JSON.stringify(Buffer.from(input).toString('latin1').slice(0, 2000))}`,
    `base64: ${Buffer.from(input).toString('base64')}`,
  ].join('\n');
}

/** A claim about what was accepted. */
export function claim(holds: boolean, words: string): void {
  if (!holds) throw new Error(`claim: ${words}`);
}
