/** How long to wait before another try. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxRetryAfterMs, parseRetryAfter, retryDelayMs, TransientFailure } from '../../src/http/retry.js';

const failure = (retryAfterMs?: number) => new TransientFailure(new Error('x'), retryAfterMs);

describe('Retry-After', () => {
  const now = Date.parse('2026-01-02T03:04:05Z');
  test.each([
    ['0', 0],
    ['120', 120_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['99999999999999999999', undefined],
    ['Xyz, not a date', undefined],
  ])('%j', (header, ms) => expect(parseRetryAfter(header, now)).toBe(ms));
});

describe('the wait', () => {
  const o = { tries: 5, baseMs: 100, random: 1 };

  test('doubles', () => {
    expect([2, 3, 4, 5].map((next) => retryDelayMs(failure(), next, o))).toEqual([100, 200, 400, 800]);
    expect(retryDelayMs(failure(), 6, o)).toBeUndefined();
  });

  test('is at least what the server asks for, up to a limit', () => {
    expect(retryDelayMs(failure(5000), 2, o)).toBe(5000);
    expect(retryDelayMs(failure(maxRetryAfterMs), 2, o)).toBe(maxRetryAfterMs);
    expect(retryDelayMs(failure(maxRetryAfterMs + 1), 2, o)).toBeUndefined();
  });

  test('is jittered between a half and the whole', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(3), (random, n) => {
        const wait = retryDelayMs(failure(), n + 2, { ...o, random })!;
        expect(wait).toBeGreaterThanOrEqual(50 * 2 ** n);
        expect(wait).toBeLessThanOrEqual(100 * 2 ** n);
      }),
    );
  });
});
