import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDecimal, decrementDecimal, incrementDecimal } from '../../src/module/decimal.js';

const decimal = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.nat(30).map((e) => 10n ** BigInt(e)),
  )
  .map(String);

test('plus one and minus one are exact at any length', () => {
  fc.assert(
    fc.property(decimal, (d) => {
      expect(incrementDecimal(d)).toBe(String(BigInt(d) + 1n));
      expect(decrementDecimal(d)).toBe(d === '0' ? undefined : String(BigInt(d) - 1n));
    }),
  );
});

test('the order is that of the numbers', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const difference = BigInt(a) - BigInt(b);
      expect(compareDecimal(a, b)).toBe(difference < 0n ? -1 : Number(difference > 0n));
    }),
  );
});

test('an absent number is below zero', () => {
  expect(compareDecimal('', '0')).toBe(-1);
});
