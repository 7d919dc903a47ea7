/** time.Time: its methods and reference-time layouts. pkg.go.dev/time#Layout */
import { failed } from '../errors.js';
import { GoEnum, GoNil, GoStruct, type TemplateFunction } from './go-value.js';

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

interface Instant {
  /** Milliseconds since 1970, whole seconds. */
  readonly ms: number;
  readonly nanoseconds: number;
  /** Seconds east of UTC. */
  readonly offset: number;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
/** January 1, year 1: Go's zero time. */
const zeroMs = -62135596800000;

function parseInstant(text: string): Instant {
  const match = rfc3339.exec(text);
  if (!match) throw failed(`parsing time ${JSON.stringify(text)}: not RFC 3339`);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const offset =
    match[8] === undefined ? 0 : Number(`${match[8]}1`) * (Number(match[9]) * 3600 + Number(match[10]) * 60);
  const nanoseconds = Number((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return { ms: date.getTime() - offset * 1000, nanoseconds, offset };
}

/** A pointer to a time, from its RFC 3339 text. */
export class GoTime extends GoStruct {
  readonly instant: Instant;

  /** Throws 'failed' when the text is not RFC 3339. */
  constructor(time: string | Instant, options: { readonly byValue?: boolean } = {}) {
    const instant = typeof time === 'string' ? parseInstant(time) : time;
    super('time.Time', [], { ...options, methods: timeMethods(instant) });
    this.instant = instant;
  }

  override get pointed(): GoTime {
    return new GoTime(this.instant, { byValue: true });
  }
}

const compare = (a: Instant, b: Instant) => Math.sign(a.ms - b.ms || a.nanoseconds - b.nanoseconds);

function timeMethods(t: Instant): Record<string, TemplateFunction> {
  const local = new Date(t.ms + t.offset * 1000);
  const unixNano = () => BigInt(t.ms) * 1_000_000n + BigInt(t.nanoseconds);
  const compared = (test: (order: number) => boolean | number): TemplateFunction => ({
    params: ['time.Time'],
    call: (other: GoTime) => test(compare(t, other.instant)),
  });
  return {
    Format: { params: ['string'], call: (layout: string) => formatTime(t, layout) },
    String: () => formatTime(t, '2006-01-02 15:04:05.999999999 -0700 MST'),
    IsZero: () => t.ms === zeroMs && t.nanoseconds === 0,
    Unix: () => t.ms / 1000,
    UnixMilli: () => unixNano() / 1_000_000n,
    UnixMicro: () => unixNano() / 1000n,
    UnixNano: unixNano,
    Year: () => local.getUTCFullYear(),
    Month: () => new GoEnum('time.Month', local.getUTCMonth() + 1, months[local.getUTCMonth()]!),
    Day: () => local.getUTCDate(),
    Weekday: () => new GoEnum('time.Weekday', local.getUTCDay(), days[local.getUTCDay()]!),
    YearDay: () => yearDay(local),
    Hour: () => local.getUTCHours(),
    Minute: () => local.getUTCMinutes(),
    Second: () => local.getUTCSeconds(),
    Nanosecond: () => t.nanoseconds,
    UTC: () => new GoTime({ ...t, offset: 0 }, { byValue: true }),
    Before: compared((order) => order < 0),
    After: compared((order) => order > 0),
    Equal: compared((order) => order === 0),
    Compare: compared((order) => order),
  };
}

/** A nil `*time.Time`. */
export const nilTime = new GoNil('time.Time', {
  fields: [],
  methods: Object.fromEntries(
    Object.keys(timeMethods({ ms: 0, nanoseconds: 0, offset: 0 })).map((name) => [
      name,
      `value method time.Time.${name} called using nil *Time pointer`,
    ]),
  ),
});

function yearDay(local: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(local.getUTCFullYear(), 0, 1);
  return Math.floor((local.getTime() - start.getTime()) / 86_400_000) + 1;
}

const layoutElement =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|_2006|2006|__2|_2|[2345]|PM|pm|[-Z](?:070000|07:00:00|0700|07:00|07)|[.,](?:0+|9+)(?!\d)/g;

const pad = (n: number, width: number, fill = '0') => String(n).padStart(width, fill);

/** The time in a layout of Go's reference time, Mon Jan 2 15:04:05 MST 2006. */
function formatTime(t: Instant, layout: string): string {
  const local = new Date(t.ms + t.offset * 1000);
  const year = local.getUTCFullYear();
  const hour = local.getUTCHours();
  const hour12 = hour % 12 || 12;
  return layout.replace(layoutElement, (element) => {
    switch (element) {
      case 'January':
        return months[local.getUTCMonth()]!;
      case 'Jan':
        return months[local.getUTCMonth()]!.slice(0, 3);
      case '1':
        return String(local.getUTCMonth() + 1);
      case '01':
        return pad(local.getUTCMonth() + 1, 2);
      case 'Monday':
        return days[local.getUTCDay()]!;
      case 'Mon':
        return days[local.getUTCDay()]!.slice(0, 3);
      case '2':
        return String(local.getUTCDate());
      case '_2':
        return pad(local.getUTCDate(), 2, ' ');
      case '02':
        return pad(local.getUTCDate(), 2);
      case '__2':
        return pad(yearDay(local), 3, ' ');
      case '002':
        return pad(yearDay(local), 3);
      case '15':
        return pad(hour, 2);
      case '3':
        return String(hour12);
      case '03':
        return pad(hour12, 2);
      case '4':
        return String(local.getUTCMinutes());
      case '04':
        return pad(local.getUTCMinutes(), 2);
      case '5':
        return String(local.getUTCSeconds());
      case '05':
        return pad(local.getUTCSeconds(), 2);
      case '2006':
        return pad(year, 4);
      case '_2006':
        return `_${pad(year, 4)}`;
      case '06':
        return pad(year % 100, 2);
      case 'PM':
        return hour >= 12 ? 'PM' : 'AM';
      case 'pm':
        return hour >= 12 ? 'pm' : 'am';
      case 'MST':
        return t.offset === 0 ? 'UTC' : formatOffset(t.offset, '-0700');
      default:
        return /^[.,]/.test(element) ? formatFraction(t.nanoseconds, element) : formatOffset(t.offset, element);
    }
  });
}

/** `element` is a point or comma and zeros, or nines that leave out trailing zeros. */
function formatFraction(nanoseconds: number, element: string): string {
  const digits = pad(nanoseconds, 9)
    .slice(0, element.length - 1)
    .padEnd(element.length - 1, '0');
  if (element[1] === '0') return element[0] + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element[0] + kept;
}

/** `element` is such as -07:00, or Z07:00 which is Z for UTC. */
function formatOffset(offset: number, element: string): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map((n) => pad(n, 2));
  const colon = element.includes(':') ? ':' : '';
  const count = element.replace(/\D/g, '').length / 2;
  return (offset < 0 ? '-' : '+') + parts.slice(0, count).join(colon);
}
