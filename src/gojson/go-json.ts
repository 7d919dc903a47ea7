/**
 * JSON as Go's encoding/json prints it: the go command's `-json` outputs and `.info` files are compared byte by byte.
 * pkg.go.dev/encoding/json#Marshal
 */
import { failed } from '../errors.js';

export interface GoJsonOptions {
  /** One level of indentation, such as '\t'. With neither this nor `prefix` the output has no white space. */
  readonly indent?: string;
  /** Stands at the start of every line but the first. */
  readonly prefix?: string;
  /** Write <, > and & as escapes, as Go does unless told otherwise. */
  readonly escapeHtml?: boolean;
  /** What is no UTF-8, a lone surrogate here, is printed as U+FFFD itself instead of its escape, as by Go since 1.27. */
  readonly printsReplacement?: boolean;
}

/** Deeper values are refused: what comes from outside may be deep enough to exhaust the stack. */
const maxDepth = 1000;

/**
 * Prints null, booleans, numbers, bigints, strings, arrays, Maps with string keys, and plain objects; no final newline.
 * Members keep their order, so keys that look like integers need a Map. Members that are undefined are left out;
 * elsewhere undefined is null. Throws 'failed' for what JSON cannot hold (NaN, functions) and beyond 1000 levels.
 */
export function formatGoJson(value: unknown, options: GoJsonOptions = {}): string {
  const { indent, prefix = '', escapeHtml = true, printsReplacement = false } = options;
  const isIndented = indent !== undefined || options.prefix !== undefined;
  const special = escapeHtml ? htmlSpecial : jsonSpecial;
  const escape = escapeCharacter(printsReplacement ? '\ufffd' : '\\ufffd');
  const quote = (text: string) => `"${text.replace(special, escape)}"`;
  const lineAt = (depth: number) => (isIndented ? `\n${prefix}${(indent ?? '').repeat(depth)}` : '');
  const colon = isIndented ? ': ' : ':';

  const list = (open: string, items: readonly string[], close: string, depth: number) =>
    items.length === 0
      ? open + close
      : `${open}${lineAt(depth + 1)}${items.join(`,${lineAt(depth + 1)}`)}${lineAt(depth)}${close}`;

  const print = (v: unknown, depth: number): string => {
    if (v === null || v === undefined) return 'null';
    if (typeof v === 'string') return quote(v);
    if (typeof v === 'number') return formatNumber(v);
    if (typeof v === 'boolean' || typeof v === 'bigint') return String(v);
    if (typeof v !== 'object') throw unsupported(typeof v);
    if (depth >= maxDepth) throw unsupported('nested too deeply');
    if (Array.isArray(v)) {
      const items = Array.from(v, (item) => print(item, depth + 1));
      return list('[', items, ']', depth);
    }
    const items: string[] = [];
    for (const [key, member] of v instanceof Map ? v : Object.entries(v)) {
      if (member !== undefined) items.push(quote(String(key)) + colon + print(member, depth + 1));
    }
    return list('{', items, '}', depth);
  };
  return print(value, 0);
}

/** The value, or undefined when a Go struct field with `omitempty` would be left out. */
export function omitEmpty<T>(value: T): T | undefined {
  const isEmpty =
    value === '' ||
    value === false ||
    value === 0 ||
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    (value instanceof Map && value.size === 0);
  return isEmpty ? undefined : value;
}

const unsupported = (what: string) => failed(`json: unsupported value: ${what}`);

function formatNumber(n: number): string {
  if (Number.isFinite(n)) return Object.is(n, -0) ? '-0' : String(n);
  throw unsupported(Number.isNaN(n) ? 'NaN' : n > 0 ? '+Inf' : '-Inf');
}

// the u flag makes a surrogate match only where it stands alone
const jsonSpecial = /["\\\0-\x1f\u2028\u2029\ud800-\udfff]/gu;
const htmlSpecial = /["\\\0-\x1f\u2028\u2029\ud800-\udfff<>&]/gu;
const shortEscapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const escapeCharacter = (replacement: string) => (char: string) => {
  const short = shortEscapes.get(char);
  if (short !== undefined) return short;
  const code = char.charCodeAt(0);
  return code >= 0xd800 && code <= 0xdfff ? replacement : `\\u${code.toString(16).padStart(4, '0')}`;
};
