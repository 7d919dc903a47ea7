/**
 * The time a request may take: so long in all, and so long without a byte. Also where the caller's signals are heard.
 */
import { onAbort } from '../async/on-abort.js';
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { redactUrl } from './redact.js';

export interface Deadline {
  readonly signal: AbortSignal;
  /** When the wait for the next byte began (performance.now()); undefined while none is waited for. */
  readonly waitingSince: number | undefined;
  /** Bytes came, or are about to be waited for: the idle time begins anew. */
  touch(): void;
  /** No bytes are waited for: our own work takes the time. */
  pause(): void;
  stop(): void;
}

export function startDeadline(
  url: URL,
  times: { readonly idleTimeoutMs: number; readonly totalTimeoutMs: number },
  signals: readonly AbortSignal[],
): Deadline {
  const controller = new AbortController();
  const late = (ms: number, what: string) => () =>
    controller.abort(new TsgogetError('timeout', `Get ${quoteGo(redactUrl(url))}: timed out: ${what} ${ms / 1000}s`));
  const total = setTimeout(late(times.totalTimeoutMs, 'not finished after'), times.totalTimeoutMs);
  let idle: NodeJS.Timeout | undefined;
  let since: number | undefined;
  const stopListening = signals.map((signal) => onAbort(signal, () => controller.abort(interrupted(signal))));
  const pause = () => {
    clearTimeout(idle);
    idle = undefined;
    since = undefined;
  };
  return {
    signal: controller.signal,
    get waitingSince() {
      return since;
    },
    touch() {
      since = performance.now();
      if (idle === undefined) idle = setTimeout(late(times.idleTimeoutMs, 'no data for'), times.idleTimeoutMs);
      else idle.refresh();
    },
    pause,
    stop() {
      pause();
      clearTimeout(total);
      for (const stop of stopListening) stop();
    },
  };
}

/** The error of a wait that the caller gave up. */
export function interrupted(signal: AbortSignal): TsgogetError {
  const { reason } = signal;
  return reason instanceof TsgogetError ? reason : new TsgogetError('interrupted', 'interrupted', { cause: reason });
}

/** Waits; rejects with the signal's error when it fires first. */
export function sleep(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return orInterrupted((resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  }, signals);
}

/** Settles with `start`, or rejects as soon as one of the signals fires. `start` may return how to undo it. */
export function orInterrupted<T>(
  start: (resolve: (value: T | PromiseLike<T>) => void, reject: (error: unknown) => void) => (() => void) | undefined,
  signals: readonly AbortSignal[],
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fired = signals.find((signal) => signal.aborted);
    if (fired !== undefined) return reject(interrupted(fired));
    const stops: (() => void)[] = [];
    const done = () => {
      for (const stop of stops) stop();
    };
    for (const signal of signals) {
      stops.push(
        onAbort(signal, () => {
          done();
          reject(interrupted(signal));
        }),
      );
    }
    const undo = start(
      (value) => {
        done();
        resolve(value);
      },
      (error) => {
        done();
        reject(error);
      },
    );
    if (undo) stops.push(undo);
  });
}
