/** RFC 3339 times to the nanosecond: Date keeps milliseconds only, and forgives days that do not exist. */

/** Nanoseconds since 1970; undefined when the text is not RFC 3339. */
export function parseTime(text: string): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text);
  if (match === null) return undefined;
  const [, local = '', fraction = '', sign, hours = '0', minutes = '0'] = match;
  const date = new Date(`${local}Z`);
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(`${local}.`)) return undefined;
  if (Number(hours) > 24 || Number(minutes) > 59) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return BigInt(date.getTime() - offsetMs) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
