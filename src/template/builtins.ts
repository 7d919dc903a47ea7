/** The functions that every template has. pkg.go.dev/text/template#hdr-Functions */
import { compareBytes } from '../encoding/compare-bytes.js';
import { isPrintable } from '../encoding/go-unicode.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import { sprint, sprintf, sprintln } from './go-format.js';
import {
  GoFloat,
  GoNil,
  GoStruct,
  type GoType,
  type GoValue,
  indirect,
  intOf,
  isFunction,
  isNil,
  isSlice,
  isTrue,
  toGo,
  typeName,
  zeroOfElement,
} from './go-value.js';

/** A builtin gets Go values as they are. Its errors are plain Errors with Go's words. */
export interface Builtin {
  readonly params: readonly GoType[];
  readonly variadic?: boolean;
  readonly call: (...args: GoValue[]) => GoValue;
}

const variadic = (params: readonly GoType[], call: Builtin['call']): Builtin => ({ params, variadic: true, call });
const fixed = (params: readonly GoType[], call: Builtin['call']): Builtin => ({ params, call });

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  // `and`, `or` and `call` stand here for their signatures: the evaluation of their arguments is special
  ['and', variadic(['value', 'value'], () => undefined)],
  ['or', variadic(['value', 'value'], () => undefined)],
  ['call', variadic(['value', 'value'], () => undefined)],
  ['not', fixed(['value'], (v) => !isTrue(v))],
  ['eq', variadic(['value', 'value'], (first, ...others) => equalsAny(first, others))],
  ['ne', fixed(['value', 'value'], (a, b) => !equalsAny(a, [b]))],
  ['lt', fixed(['value', 'value'], isLess)],
  ['le', fixed(['value', 'value'], (a, b) => isLess(a, b) || equalsAny(a, [b]))],
  ['gt', fixed(['value', 'value'], (a, b) => !(isLess(a, b) || equalsAny(a, [b])))],
  ['ge', fixed(['value', 'value'], (a, b) => !isLess(a, b))],
  ['index', variadic(['value', 'value'], (item, ...indexes) => indexes.reduce(index, notUntypedNil(item, 'index')))],
  ['slice', variadic(['value', 'value'], slice)],
  ['len', fixed(['value'], length)],
  ['print', variadic(['any'], (...args) => sprint(args))],
  ['println', variadic(['any'], (...args) => sprintln(args))],
  ['printf', variadic(['string', 'any'], (format, ...args) => sprintf(format as string, args))],
  ['html', variadic(['any'], (...args) => escapeHtml(textOf(args)))],
  ['js', variadic(['any'], (...args) => escapeJs(textOf(args)))],
  ['urlquery', variadic(['any'], (...args) => escapeQuery(textOf(args)))],
]);

/** What prints best for a value: a struct in place of a pointer to it, unless that says itself how it prints. */
export function printable(value: GoValue): GoValue {
  if (value === undefined) return '<no value>';
  const speaks = value instanceof GoStruct && (value.methods.has('Error') || value.methods.has('String'));
  return speaks ? value : indirect(value);
}

const textOf = (args: readonly GoValue[]) => sprint(args.map((arg) => (arg === null ? '<no value>' : printable(arg))));

const basicKind = (v: GoValue) => {
  if (typeof v === 'boolean') return 'bool';
  if (typeof v === 'string') return 'string';
  if (v instanceof GoFloat) return 'float';
  return intOf(v) === undefined ? undefined : 'int';
};

function equalsAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((other) => equals(first, other));
}

function equals(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  if (kind !== basicKind(b)) {
    if (a === undefined || a === null || b === undefined || b === null) return false;
    throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (kind === 'int') return intOf(a) === intOf(b);
  if (kind === 'float') return (a as GoFloat).value === (b as GoFloat).value;
  if (kind !== undefined) return a === b;
  return equalsOther(a, b);
}

/** Compares pointers, slices, maps, functions and nil. */
function equalsOther(a: GoValue, b: GoValue): boolean {
  const kindOf = (v: GoValue) => {
    if (v instanceof GoNil || (v instanceof GoStruct && v.isPointer)) return 'pointer';
    if (v instanceof GoStruct) return 'struct';
    return isSlice(v) ? 'slice' : v instanceof Map ? 'map' : 'func';
  };
  const isAbsent = (v: GoValue) => v === undefined || v === null;
  if (!isAbsent(a) && !isAbsent(b) && kindOf(a) !== kindOf(b)) {
    const [x, y] = [a, b].map((v) => sprintf('%s', [v]));
    throw new Error(`non-comparable types ${x}: ${typeName(a)}, ${typeName(b)}: ${y}`);
  }
  const isZero = (v: GoValue) => isNil(v) || (isSlice(v) && v.length === 0) || (v instanceof Map && v.size === 0);
  if (isZero(a) || isZero(b)) return isZero(a) === isZero(b);
  if (isSlice(b) || b instanceof Map || isFunction(b))
    throw new Error(`non-comparable type ${sprintf('%s', [b])}: ${typeName(b)}`);
  return a === b;
}

function isLess(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === undefined || other === undefined) throw new Error('invalid type for comparison');
  if (kind !== other) throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  if (kind === 'bool') throw new Error('invalid type for comparison');
  if (kind === 'string') return compareBytes(a as string, b as string) < 0;
  if (kind === 'float') return (a as GoFloat).value < (b as GoFloat).value;
  return intOf(a)! < intOf(b)!;
}

function notUntypedNil(item: GoValue, what: string): GoValue {
  if (item === undefined || item === null) throw new Error(`${what} of untyped nil`);
  return item;
}

/** The index as a number from 0 to `limit`. */
function indexOf(value: GoValue, limit: number): number {
  if (value === undefined || value === null) throw new Error('cannot index slice/array with nil');
  const n = intOf(value);
  if (n === undefined) throw new Error(`cannot index slice/array with type ${typeName(value)}`);
  if (n < 0n || n > BigInt(limit)) throw new Error(`index out of range: ${n}`);
  return Number(n);
}

function index(container: GoValue, key: GoValue): GoValue {
  const item = indirect(container);
  if (isNil(item)) throw new Error('index of nil pointer');
  if (isSlice(item)) {
    const i = indexOf(key, item.length);
    if (i === item.length) throw new Error('reflect: slice index out of range');
    return toGo(item[i]);
  }
  if (typeof item === 'string') {
    const bytes = encodeUtf8(item);
    const i = indexOf(key, bytes.length);
    if (i === bytes.length) throw new Error('reflect: string index out of range');
    return BigInt(bytes[i]!);
  }
  if (!(item instanceof Map)) throw new Error(`can't index item of type ${typeName(item)}`);
  if (key === undefined || key === null) throw new Error('value is nil; should be of type string');
  if (typeof key !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`);
  return item.has(key) ? toGo(item.get(key)) : zeroOfElement(item);
}

function slice(container: GoValue, ...indexes: readonly GoValue[]): GoValue {
  const item = indirect(notUntypedNil(container, 'slice'));
  if (isNil(item)) throw new Error('slice of nil pointer');
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`);
  if (typeof item === 'string' && indexes.length === 3) throw new Error('cannot 3-index slice a string');
  const content = typeof item === 'string' ? encodeUtf8(item) : item;
  if (!(content instanceof Uint8Array) && !isSlice(content))
    throw new Error(`can't slice item of type ${typeName(item)}`);
  const [from = 0, to = content.length, capacity = to] = indexes.map((i) => indexOf(i, content.length));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new Error(`invalid slice index: ${to} > ${capacity}`);
  if (!(content instanceof Uint8Array)) return content.slice(from, to);
  const bytes = content.subarray(from, to);
  return decodeUtf8(bytes) ?? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function length(value: GoValue): bigint {
  const item = indirect(value);
  if (item === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value');
  if (isNil(item)) throw new Error('len of nil pointer');
  if (typeof item === 'string') return BigInt(encodeUtf8(item).length);
  if (isSlice(item)) return BigInt(item.length);
  if (item instanceof Map) return BigInt(item.size);
  throw new Error(`len of type ${typeName(item)}`);
}

const htmlEscapes: Record<string, string> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};
const escapeHtml = (text: string) => text.replace(/[\0"'&<>]/g, (char) => htmlEscapes[char]!);

function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0)!;
    if (code >= 0x80 && isPrintable(code)) return char;
    return '\\\'"'.includes(char) ? `\\${char}` : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

const escapeQuery = (text: string) =>
  Array.from(encodeUtf8(text), (byte) => {
    const char = String.fromCharCode(byte);
    if (char === ' ') return '+';
    return /[\w.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
