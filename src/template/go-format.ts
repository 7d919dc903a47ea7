/** How Go's fmt prints values: Sprint, Sprintln and Sprintf with their verbs and flags. pkg.go.dev/fmt */
import { isPrintable } from '../encoding/go-unicode.js';
import { quoteGo, quoteGoRune } from '../encoding/quote-go.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { messageOf } from '../errors.js';
import {
  GoEnum,
  GoFloat,
  GoNil,
  GoStruct,
  type GoValue,
  intOf,
  isSlice,
  sortedEntries,
  toGo,
  typeName,
} from './go-value.js';

interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | undefined;
  precision: number | undefined;
}

const noFlags: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
};
const hex = (bytes: Uint8Array, separator: string) =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(separator);
/** Go prints where a pointer within a value points to; there is no such place. */
const somewhere = '0xc000000000';

/** The arguments with a space between two that are not strings. */
export function sprint(args: readonly GoValue[]): string {
  return args
    .map((arg, i) => {
      const isApart = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string';
      return (isApart ? ' ' : '') + formatArgument(arg, 'v', noFlags);
    })
    .join('');
}

/** The arguments with spaces between them and a newline after them. */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.map((arg) => formatArgument(arg, 'v', noFlags)).join(' ')}\n`;
}

function formatArgument(value: GoValue, verb: string, flags: Flags): string {
  if (verb === 'T') return pad(truncate(typeName(value), flags), flags);
  if (value === null || value === undefined) return verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  return formatValue(value, { verb, flags, depth: 0, isError: false });
}

interface Manner {
  readonly verb: string;
  readonly flags: Flags;
  /** How deep the value lies within the argument. */
  readonly depth: number;
  /** The value is shown within a complaint, where its methods are not asked. */
  readonly isError: boolean;
}

function formatValue(value: GoValue, manner: Manner): string {
  const { verb, flags, depth, isError } = manner;
  if (value === null || value === undefined) return '<nil>';
  const isGoSyntax = verb === 'v' && flags.sharp;
  const isAsked = !isError && !isGoSyntax && 'vsxXq'.includes(verb);
  const said = isAsked ? describeItself(value, verb) : undefined;
  if (said !== undefined) return value instanceof GoNil ? said : formatString(said, verb, flags);
  const bad = () => {
    const plain = { verb: 'v', flags: { ...flags, sharp: false }, depth, isError: true };
    return `%!${verb}(${typeName(value)}=${formatValue(value, plain)})`;
  };
  if (typeof value === 'boolean') return 'tv'.includes(verb) ? pad(String(value), flags) : bad();
  if (typeof value === 'string') {
    if (isGoSyntax) return pad(quoteGo(value), flags);
    return 'vsxXq'.includes(verb) ? formatString(value, verb, flags) : bad();
  }
  // the plus of %+v asks for field names, not for signs
  const numeric = verb === 'v' && !isError ? { ...flags, plus: false } : flags;
  const int = intOf(value);
  if (int !== undefined) return formatInteger(int, verb, numeric) ?? bad();
  if (value instanceof GoFloat) return formatFloat(value.value, verb, numeric) ?? bad();
  const inner = (v: unknown) => formatValue(toGo(v), { ...manner, depth: depth + 1 });
  if (isSlice(value)) {
    if (isGoSyntax) return `${typeName(value)}{${value.map(inner).join(', ')}}`;
    return `[${value.map(inner).join(' ')}]`;
  }
  if (value instanceof Map) {
    const members = sortedEntries(value).map(([k, v]) => `${inner(k)}:${inner(v)}`);
    return isGoSyntax ? `${typeName(value)}{${members.join(', ')}}` : `map[${members.join(' ')}]`;
  }
  if (value instanceof GoNil) {
    if (isGoSyntax) return `(${typeName(value)})(nil)`;
    if (verb === 'v') return pad('<nil>', flags);
    return 'bodxX'.includes(verb) ? formatInteger(0n, verb, flags)! : bad();
  }
  if (value instanceof GoStruct && (!value.isPointer || depth === 0)) {
    const isNamed = isGoSyntax || (verb === 'v' && flags.plus);
    const fields = [...value.fields].map(([name, v]) => (isNamed ? `${name}:${inner(v)}` : inner(v)));
    const body = `{${fields.join(isGoSyntax ? ', ' : ' ')}}`;
    return (value.isPointer ? '&' : '') + (isGoSyntax ? value.typeName : '') + body;
  }
  return pad(somewhere, flags);
}

/** What the value's Error or String method says; undefined when it has none. */
function describeItself(value: GoValue, verb: string): string | undefined {
  if (value instanceof GoEnum) return value.text;
  if (!(value instanceof GoStruct) && !(value instanceof GoNil)) return undefined;
  for (const name of ['Error', 'String']) {
    if (!value.methods.has(name)) continue;
    if (value instanceof GoNil) return '<nil>';
    const method = value.methods.get(name)!;
    try {
      return String((typeof method === 'function' ? method : method.call)());
    } catch (error) {
      return `%!${verb}(PANIC=${name} method: ${messageOf(error)})`;
    }
  }
  return undefined;
}

/** Fills up to the width, counted in code points. */
function pad(text: string, flags: Flags): string {
  if (flags.width === undefined) return text;
  const missing = flags.width - [...text].length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}

const truncate = (text: string, { precision }: Flags) =>
  precision === undefined ? text : [...text].slice(0, precision).join('');

function formatString(text: string, verb: string, flags: Flags): string {
  const shown = truncate(text, flags);
  if (verb === 'q') {
    if (flags.sharp && /^[^`\0-\x08\n-\x1f\x7f\ufeff]*$/.test(shown)) return pad(`\`${shown}\``, flags);
    return pad(inAscii(quoteGo(shown), flags), flags);
  }
  if (verb === 'x' || verb === 'X') {
    let bytes = encodeUtf8(text);
    if (flags.precision !== undefined) bytes = bytes.subarray(0, flags.precision);
    const prefix = flags.sharp && bytes.length > 0 ? '0x' : '';
    const digits = prefix + hex(bytes, flags.space ? ` ${prefix}` : '');
    return pad(verb === 'X' ? digits.toUpperCase() : digits, flags);
  }
  return pad(shown, flags);
}

/** With a plus, quoted text is all ASCII. */
function inAscii(quoted: string, flags: Flags): string {
  if (!flags.plus) return quoted;
  return quoted.replace(/[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

const radix: Record<string, number> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function formatInteger(n: bigint, verb: string, flags: Flags): string | undefined {
  if (verb === 'c') return pad(runeOf(n), flags);
  if (verb === 'q') return pad(inAscii(quoteGoRune(runeOf(n)), flags), flags);
  if (verb === 'U') {
    const name = `U+${BigInt.asUintN(64, n)
      .toString(16)
      .toUpperCase()
      .padStart(flags.precision ?? 4, '0')}`;
    return pad(flags.sharp && isPrintable(Number(n)) ? `${name} '${runeOf(n)}'` : name, { ...flags, zero: false });
  }
  const base = radix[verb];
  if (base === undefined) return undefined;
  if (flags.precision === 0 && n === 0n) return ' '.repeat(flags.width ?? 0);
  const sign = n < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  let digits = (n < 0n ? -n : n).toString(base);
  let least = flags.precision ?? 0;
  if (flags.precision === undefined && flags.zero && !flags.minus) least = (flags.width ?? 0) - sign.length;
  digits = digits.padStart(least, '0');
  if (verb === 'O') digits = `0o${digits}`;
  else if (flags.sharp && verb === 'o' && !digits.startsWith('0')) digits = `0${digits}`;
  else if (flags.sharp && base === 16) digits = `0x${digits}`;
  else if (flags.sharp && base === 2) digits = `0b${digits}`;
  if (verb === 'X') digits = digits.toUpperCase();
  return pad(sign + digits, { ...flags, zero: false });
}

function runeOf(n: bigint): string {
  const isRune = n >= 0n && n <= 0x10ffffn && !(n >= 0xd800n && n < 0xe000n);
  return isRune ? String.fromCodePoint(Number(n)) : '\ufffd';
}

function formatFloat(n: number, verb: string, flags: Flags): string | undefined {
  if (!'veEfFgG'.includes(verb)) return undefined;
  const sign = n < 0 || Object.is(n, -0) ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (!Number.isFinite(n)) {
    const name = Number.isNaN(n) ? `${flags.plus ? '+' : ''}NaN` : n > 0 ? '+Inf' : '-Inf';
    return pad(name, { ...flags, zero: false });
  }
  let digits = floatDigits(Math.abs(n), verb.toLowerCase(), flags.precision);
  if (/[EG]/.test(verb)) digits = digits.toUpperCase();
  if (flags.zero && !flags.minus) digits = digits.padStart((flags.width ?? 0) - sign.length, '0');
  return pad(sign + digits, { ...flags, zero: false });
}

function floatDigits(n: number, verb: string, precision: number | undefined): string {
  // JavaScript gives at most 100 digits
  const digits = Math.min(precision ?? 6, 100);
  if (verb === 'f')
    return n >= 1e21 ? BigInt(n).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '') : n.toFixed(digits);
  if (verb === 'e') return twoDigitExponent(n.toExponential(digits));
  const shortest = precision === undefined;
  const text = shortest ? n.toExponential() : n.toExponential(Math.max(digits, 1) - 1);
  const mantissa = text
    .slice(0, text.indexOf('e'))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  const count = mantissa.replace('.', '').length;
  let limit = shortest ? 6 : Math.max(digits, 1);
  if (!shortest && limit > count && count >= exponent + 1) limit = count;
  if (exponent < -4 || exponent >= limit) return twoDigitExponent(`${mantissa}e${exponent < 0 ? '' : '+'}${exponent}`);
  return Number(`${mantissa}e${exponent}`).toFixed(Math.max(count - 1 - exponent, 0));
}

const twoDigitExponent = (text: string) => text.replace(/([+-])(\d)$/, '$10$2');

/** Go refuses wider fields. */
const maxWidth = 1_000_000;

/** Formats the arguments as `format` says; what does not fit is told in the text, as Go does. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  return new Formatter(format, args).run();
}

class Formatter {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  #pos = 0;
  #next = 0;
  #isReordered = false;
  #isGoodIndex = true;

  constructor(format: string, args: readonly GoValue[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    const parts: string[] = [];
    let wasReordered = false;
    for (;;) {
      const percent = this.#format.indexOf('%', this.#pos);
      if (percent < 0) break;
      parts.push(this.#format.slice(this.#pos, percent));
      this.#pos = percent + 1;
      this.#isReordered = false;
      parts.push(this.#directive());
      wasReordered ||= this.#isReordered;
    }
    parts.push(this.#format.slice(this.#pos));
    if (!wasReordered && this.#next < this.#args.length) {
      const extra = this.#args.slice(this.#next).map((arg) => {
        return arg === null || arg === undefined ? '<nil>' : `${typeName(arg)}=${formatArgument(arg, 'v', noFlags)}`;
      });
      parts.push(`%!(EXTRA ${extra.join(', ')})`);
    }
    return parts.join('');
  }

  #directive(): string {
    const flags = this.#flags();
    let complaint = '';
    this.#isGoodIndex = true;
    let hasIndex = this.#index();
    if (this.#format[this.#pos] === '*') {
      this.#pos++;
      const width = this.#star();
      if (width === undefined) complaint += '%!(BADWIDTH)';
      flags.width = width === undefined ? undefined : Math.abs(width);
      if (width !== undefined && width < 0) {
        flags.minus = true;
        flags.zero = false;
      }
      hasIndex = false;
    } else {
      flags.width = this.#number();
      if (hasIndex && flags.width !== undefined) this.#isGoodIndex = false;
    }
    if (this.#format[this.#pos] === '.') {
      this.#pos++;
      if (hasIndex) this.#isGoodIndex = false;
      hasIndex = this.#index();
      if (this.#format[this.#pos] === '*') {
        this.#pos++;
        const precision = this.#star();
        if (precision === undefined || precision < 0) complaint += '%!(BADPREC)';
        else flags.precision = precision;
        hasIndex = false;
      } else {
        flags.precision = this.#number() ?? 0;
      }
    }
    if (!hasIndex) this.#index();
    return complaint + this.#verb(flags);
  }

  #verb(flags: Flags): string {
    const code = this.#format.codePointAt(this.#pos);
    if (code === undefined) return '%!(NOVERB)';
    const verb = String.fromCodePoint(code);
    this.#pos += verb.length;
    if (verb === '%') return '%';
    if (!this.#isGoodIndex) return `%!${verb}(BADINDEX)`;
    if (this.#next >= this.#args.length) return `%!${verb}(MISSING)`;
    return formatArgument(this.#args[this.#next++], verb, flags);
  }

  #flags(): Flags {
    const flags = { ...noFlags };
    for (; ; this.#pos++) {
      const char = this.#format[this.#pos];
      if (char === '#') flags.sharp = true;
      else if (char === '0') flags.zero = true;
      else if (char === '+') flags.plus = true;
      else if (char === '-') flags.minus = true;
      else if (char === ' ') flags.space = true;
      else break;
    }
    return flags;
  }

  #number(): number | undefined {
    const start = this.#pos;
    while (/\d/.test(this.#format.charAt(this.#pos))) this.#pos++;
    const digits = this.#format.slice(start, this.#pos);
    // Go looks before it takes another digit, and then gives up on the whole format
    if (Number(digits.slice(0, -1)) > maxWidth) this.#pos = this.#format.length;
    else if (digits !== '') return Number(digits);
    return undefined;
  }

  /** The integer argument of a star; undefined when it is none or too large. */
  #star(): number | undefined {
    const n = this.#next < this.#args.length ? intOf(this.#args[this.#next++]) : undefined;
    return n === undefined || n > maxWidth || n < -maxWidth ? undefined : Number(n);
  }

  /** `[n]` chooses the next argument. */
  #index(): boolean {
    if (this.#format[this.#pos] !== '[') return false;
    this.#isReordered = true;
    const close = this.#format.indexOf(']', this.#pos);
    if (close < 0) {
      this.#isGoodIndex = false;
      this.#pos++;
      return false;
    }
    const text = this.#format.slice(this.#pos + 1, close);
    this.#pos = close + 1;
    const n = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    if (n < 1 || n > this.#args.length) {
      this.#isGoodIndex = false;
      return true;
    }
    this.#next = n - 1;
    return true;
  }
}
