/**
 * go.mod content is bytes, of which Go asks no valid UTF-8. Here it is a string in which each byte that is not UTF-8
 * stands as one lone surrogate, U+DC00 + byte: every file survives decoding and encoding, and such a byte counts as one rune.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { quoteGo, unquoteGo } from '../encoding/quote-go.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';

const loneByte = /[\udc80-\udcff]/u;

/** Decodes bytes; the inverse of `encodeText`. A BOM stays in the text. */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? decodePieces(bytes);
}

/** Encodes a text of `decodeText` back to its bytes. */
export function encodeText(text: string): Uint8Array {
  if (!loneByte.test(text)) return encodeUtf8(text);
  return concat(text.split(/([\udc80-\udcff])/u).map((piece, i) => (i % 2 === 1 ? byteOf(piece) : encodeUtf8(piece))));
}

const byteOf = (surrogate: string): Uint8Array => Uint8Array.of(surrogate.charCodeAt(0) - 0xdc00);

function decodePieces(bytes: Uint8Array): string {
  const out: string[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length; ) {
    const size = runeSize(bytes, i);
    if (size === 0) {
      out.push(decodeUtf8(bytes.subarray(start, i))!, String.fromCharCode(0xdc00 + bytes[i]!));
      start = i + 1;
    }
    i += size || 1;
  }
  out.push(decodeUtf8(bytes.subarray(start))!);
  return out.join('');
}

/** The number of bytes of the UTF-8 sequence at i, 0 when there is none (RFC 3629 §4). */
function runeSize(bytes: Uint8Array, i: number): number {
  const first = bytes[i]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let k = 1; k < size; k++) {
    const byte = bytes[i + k] ?? 0;
    if (byte < (k === 1 ? low : 0x80) || byte > (k === 1 ? high : 0xbf)) return 0;
  }
  return size;
}

/** Orders two texts by their bytes. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!loneByte.test(a) && !loneByte.test(b)) return compareBytes(a, b);
  const x = encodeText(a);
  const y = encodeText(b);
  for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

/** Quotes a text as Go does (strconv.Quote); a byte that is not UTF-8 becomes \xNN. */
export function quoteText(text: string): string {
  if (!loneByte.test(text)) return quoteGo(text);
  const pieces = text.split(/([\udc80-\udcff])/u).map((piece, i) => {
    if (i % 2 === 1) return `\\x${(piece.charCodeAt(0) - 0xdc00).toString(16)}`;
    return quoteGo(piece).slice(1, -1);
  });
  return `"${pieces.join('')}"`;
}

/** The value of a Go string literal, \xNN bytes included (strconv.Unquote); undefined when the text is not one literal. */
export function unquoteText(literal: string): string | undefined {
  // in a literal, a byte that is not UTF-8 reads as U+FFFD
  const text = literal.replace(/[\udc80-\udcff]/gu, '\ufffd');
  if (!text.startsWith('"') || !text.includes('\\') || !text.endsWith('"')) return unquoteGo(text);
  const pieces: Uint8Array[] = [];
  const end = text.length - 1;
  let plain = 1;
  const takePlain = (until: number): boolean => {
    const piece = unquoteGo(`"${text.slice(plain, until)}"`);
    if (piece !== undefined) pieces.push(encodeUtf8(piece));
    return piece !== undefined;
  };
  for (let at = text.indexOf('\\'); at >= 0 && at < end; ) {
    const byte = byteEscape(text.slice(at + 1, at + 4));
    if (byte === undefined) {
      at = text.indexOf('\\', at + 2);
      continue;
    }
    if (!takePlain(at)) return undefined;
    pieces.push(Uint8Array.of(byte));
    plain = at + 4;
    at = text.indexOf('\\', plain);
  }
  return takePlain(end) ? decodeText(concat(pieces)) : undefined;
}

/** The byte of 'xNN' or of three octal digits. */
function byteEscape(text: string): number | undefined {
  if (/^x[0-9A-Fa-f]{2}$/.test(text)) return Number.parseInt(text.slice(1), 16);
  return /^[0-3][0-7]{2}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Reports whether a code unit is white space by Unicode, as Go's unicode.IsSpace has it (no U+FEFF, but U+0085). */
export function isSpace(code: number): boolean {
  if (code < 0x100) return (code >= 9 && code <= 13) || code === 0x20 || code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code);
}

/** The text without the white space around it (strings.TrimSpace). */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (start < end && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The first run of characters that are not white space, and whether another follows it. */
export function firstField(text: string): { field: string; more: boolean } {
  const rest = trimSpace(text);
  let end = 0;
  while (end < rest.length && !isSpace(rest.charCodeAt(end))) end++;
  return { field: rest.slice(0, end), more: end < rest.length };
}
