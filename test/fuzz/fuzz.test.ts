/** A bounded run of every target with fixed seeds; `node test/fuzz/run.js` runs the same for as long as it is told. */
import { afterAll, describe, expect, test } from 'vitest';
import { describeFailure, fuzz, inputOf } from './fuzz.js';
import { cleanUp, targets } from './targets.js';

const runs: Readonly<Record<string, number>> = { zip: 200, 'look-up': 200, tile: 200, 'go.mod': 300 };

afterAll(cleanUp);

describe.each(targets)('$name', (target) => {
  test('any change of valid inputs: an error of ours, or something true', async () => {
    const failure = await fuzz(target, 20260101, runs[target.name] ?? 500);
    expect(failure && describeFailure(failure)).toBeUndefined();
  });

  test('twin: at least one sample is accepted as it is', async () => {
    const results = await Promise.allSettled(target.samples.map(async (sample) => target.run(sample)));
    expect(results.filter((r) => r.status === 'fulfilled').length).toBeGreaterThan(0);
  });
});

test('a seed gives the same inputs again, and inputs differ', () => {
  for (const target of targets) {
    const inputs = Array.from({ length: 20 }, (_, i) => inputOf(target, 5, i));
    expect(Array.from({ length: 20 }, (_, i) => inputOf(target, 5, i))).toEqual(inputs);
    expect(new Set(inputs.map((input) => Buffer.from(input).toString('latin1'))).size).toBeGreaterThan(10);
  }
});

test('a failure is found and told with what repeats it', async () => {
  const target = {
    name: 'brittle',
    samples: [Uint8Array.of(1, 2, 3)],
    words: [],
    run: (input: Uint8Array) => {
      if (input.length === 0) throw new TypeError('oops');
    },
  };
  const failure = await fuzz(target, 1, 10_000);
  expect(describeFailure(failure!)).toMatch(/^fuzz: brittle failed at input \d+ of seed 1\nTypeError: oops/);
  expect(inputOf(target, failure!.seed, failure!.index)).toEqual(failure!.input);
});
