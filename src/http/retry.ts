/**
 * When a request is worth asking again, and after how long: 429 and the 5xx of an overloaded or restarting server, and
 * connections that broke. Never another 4xx, a time-out, or anything that contradicts what is known.
 */

/** A failure that may pass: what to throw when it does not, and how long the server asks to wait. */
export class TransientFailure {
  readonly error: Error;
  readonly retryAfterMs: number | undefined;

  constructor(error: Error, retryAfterMs?: number) {
    this.error = error;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The statuses that a second try may change. */
export const transientStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** The longest wait that a server may ask for; beyond it the answer stands. */
export const maxRetryAfterMs = 30_000;

/** Retry-After in milliseconds, from seconds or an HTTP date; undefined when there is none (RFC 9110 §10.2.3). */
export function parseRetryAfter(header: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** The wait before try number `next` (2, 3, …): doubling, jittered; undefined to give up. `random` is in [0, 1). */
export function retryDelayMs(
  failure: TransientFailure,
  next: number,
  o: { readonly tries: number; readonly baseMs: number; readonly random: number },
): number | undefined {
  if (next > o.tries) return undefined;
  const asked = failure.retryAfterMs ?? 0;
  if (asked > maxRetryAfterMs) return undefined;
  const backoff = o.baseMs * 2 ** (next - 2) * (0.5 + o.random / 2);
  return Math.max(asked, backoff);
}
