/**
 * Go string literals: quoting exactly as Go's `%q` does, and unquoting of "…" and `…` (go.dev/ref/spec#String_literals).
 * Go's messages quote what comes from outside; this keeps control and invisible characters out of them.
 */
import { isPrintable } from './go-unicode.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

const controlEscapes = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
]);

const hex = (n: number, width: number): string => n.toString(16).padStart(width, '0');

function escapeCodePoint(char: string, quote: string): string {
  if (char === quote || char === '\\') return `\\${char}`;
  const code = char.codePointAt(0)!;
  if (isPrintable(code)) return char;
  const control = controlEscapes.get(code);
  if (control !== undefined) return control;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/**
 * Quotes text as a Go string literal (strconv.Quote, `%q`). A lone surrogate, which no Go string can hold as such,
 * becomes \ufffd.
 */
export function quoteGo(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) quoted += escapeCodePoint(char, '"');
  return `${quoted}"`;
}

/** Text as it is, but quoted where it holds control characters: a line break in it shall not look like the end of a message. */
export function quoteControls(text: string): string {
  return /[\0-\x1f\x7f]/.test(text) ? quoteGo(text) : text;
}

/** Quotes the first code point of text as a Go rune literal (strconv.QuoteRune, `%q` of a rune). */
export function quoteGoRune(text: string): string {
  const code = text.codePointAt(0) ?? 0xfffd;
  const char = code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
  return `'${escapeCodePoint(char, "'")}'`;
}

const simpleEscapes = new Map([
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
  ['\\', 0x5c],
  ['"', 0x22],
]);
const hexWidths = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

interface Escape {
  readonly value: number;
  /** \x and octal escapes stand for one byte, the others for a code point. */
  readonly isByte: boolean;
  /** Where the text goes on. */
  readonly end: number;
}

/** Reads the escape whose letter is at `at`. */
function readEscape(text: string, at: number): Escape | undefined {
  const letter = text.charAt(at);
  const simple = simpleEscapes.get(letter);
  if (simple !== undefined) return { value: simple, isByte: true, end: at + 1 };
  const width = hexWidths.get(letter);
  if (width === undefined) {
    const octal = text.slice(at, at + 3);
    return /^[0-3][0-7]{2}$/.test(octal) ? { value: Number.parseInt(octal, 8), isByte: true, end: at + 3 } : undefined;
  }
  const digits = text.slice(at + 1, at + 1 + width);
  if (digits.length !== width || !/^[0-9A-Fa-f]+$/.test(digits)) return undefined;
  const value = Number.parseInt(digits, 16);
  if (letter !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return undefined;
  return { value, isByte: letter === 'x', end: at + 1 + width };
}

function unquoteInterpreted(body: string): string | undefined {
  if (/["\n]/.test(body.replace(/\\[\s\S]/g, ''))) return undefined;
  const bytes: number[] = [];
  const append = (text: string) => {
    if (text !== '') for (const byte of encodeUtf8(text)) bytes.push(byte);
  };
  let plain = 0;
  for (let at = body.indexOf('\\'); at >= 0; at = body.indexOf('\\', plain)) {
    const read = readEscape(body, at + 1);
    if (read === undefined) return undefined;
    append(body.slice(plain, at));
    if (read.isByte) bytes.push(read.value);
    else append(String.fromCodePoint(read.value));
    plain = read.end;
  }
  if (plain === 0) return body;
  append(body.slice(plain));
  return decodeUtf8(Uint8Array.from(bytes));
}

/**
 * The value of a Go string literal, "…" or `…` (strconv.Unquote); undefined when the text is not exactly one literal.
 * Where Go would return bytes that are not UTF-8 ("\xff"), the literal is refused: no string can hold them.
 */
export function unquoteGo(text: string): string | undefined {
  const quote = text.charAt(0);
  if (text.length < 2 || !text.endsWith(quote)) return undefined;
  const body = text.slice(1, -1);
  if (quote === '"') return unquoteInterpreted(body);
  if (quote === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  return undefined;
}
