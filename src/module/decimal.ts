/** Decimal numbers of any length as strings without leading zeros: versions hold numbers that no double can. */

/** Orders two decimals: -1, 0 or 1. The empty string is below every number. */
export function compareDecimal(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : 1;
}

const digitBefore = (digit: string) => String(Number(digit) - 1);
const digitAfter = (digit: string) => String(Number(digit) + 1);

/** The index after the last digit that is not `digit`. */
function trailingRun(decimal: string, digit: string): number {
  let i = decimal.length;
  while (i > 0 && decimal[i - 1] === digit) i--;
  return i;
}

/** The decimal plus one. */
export function incrementDecimal(decimal: string): string {
  const i = trailingRun(decimal, '9');
  const zeros = '0'.repeat(decimal.length - i);
  return i === 0 ? `1${zeros}` : decimal.slice(0, i - 1) + digitAfter(decimal[i - 1]!) + zeros;
}

/** The decimal minus one; undefined for zero, below which there is none. */
export function decrementDecimal(decimal: string): string | undefined {
  const i = trailingRun(decimal, '0');
  if (i === 0) return undefined;
  const digits = decimal.slice(0, i - 1) + digitBefore(decimal[i - 1]!) + '9'.repeat(decimal.length - i);
  return digits.length > 1 && digits.startsWith('0') ? digits.slice(1) : digits;
}
