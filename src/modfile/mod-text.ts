/**
 * go.mod content is bytes, of which Go asks no valid UTF-8. Here it is a string in which each byte that is not UTF-8
 * stands as one lone surrogate, U+DC00 + byte: every file survives decoding and encoding, and such a byte counts as one rune.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { quoteGo, unquoteGo } from '../encoding/quote-go.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';

const loneByte = /[\udc80-\udcff]/u;
/** \x80 to \xff, \200 to \377: what alone is no UTF-8. */
const highByteEscape = /\\(?:x[89A-Fa-f][0-9A-Fa-f]|[23][0-7]{2})/;
const loneBytes = /[\udc80-\udcff]/gu;

/** Decodes bytes; the inverse of `encodeText`. A BOM stays in the text. */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? decodePieces(bytes);
}

/** Encodes a text of `decodeText` back to its bytes. */
export function encodeText(text: string): Uint8Array {
  if (!loneByte.test(text)) return encodeUtf8(text);
  const out = new Uint8Array(text.length * 3);
  let size = 0;
  let plain = 0;
  const takePlain = (end: number) => {
    if (end === plain) return;
    const bytes = encodeUtf8(text.slice(plain, end));
    out.set(bytes, size);
    size += bytes.length;
  };
  for (const { index } of text.matchAll(loneBytes)) {
    takePlain(index);
    out[size++] = text.charCodeAt(index) - 0xdc00;
    plain = index + 1;
  }
  takePlain(text.length);
  return out.slice(0, size);
}

function decodePieces(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; ) {
    const size = runeSize(bytes, i);
    const code = size === 0 ? 0xdc00 + bytes[i]! : codePointOf(bytes, i, size);
    if (code > 0xffff) units[length++] = 0xd800 + ((code - 0x10000) >> 10);
    units[length++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code;
    i += size || 1;
  }
  let text = '';
  for (let i = 0; i < length; i += 8192) {
    text += String.fromCharCode(...units.subarray(i, Math.min(i + 8192, length)));
  }
  return text;
}

/** The code point of a valid UTF-8 sequence. */
function codePointOf(bytes: Uint8Array, i: number, size: number): number {
  let code = size === 1 ? bytes[i]! : bytes[i]! & (0x7f >> size);
  for (let k = 1; k < size; k++) code = (code << 6) | (bytes[i + k]! & 0x3f);
  return code;
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
  const quoted = text.replace(/[\udc80-\udcff]|[^\udc80-\udcff]+/gu, (piece) => {
    const isByte = piece.length === 1 && loneByte.test(piece);
    return isByte ? `\\x${(piece.charCodeAt(0) - 0xdc00).toString(16)}` : quoteGo(piece).slice(1, -1);
  });
  return `"${quoted}"`;
}

/** The value of a Go string literal, \xNN bytes included (strconv.Unquote); undefined when the text is not one literal. */
export function unquoteText(literal: string): string | undefined {
  if (!literal.startsWith('"')) return unquoteGo(literal);
  // in "…", not in `…`, a byte that is not UTF-8 reads as U+FFFD
  const text = literal.replace(loneBytes, '\ufffd');
  if (!text.endsWith('"') || !highByteEscape.test(text)) return unquoteGo(text);
  const bytes: number[] = [];
  const end = text.length - 1;
  let plain = 1;
  const takePlain = (until: number): boolean => {
    if (until === plain) return true;
    const piece = unquoteGo(`"${text.slice(plain, until)}"`);
    if (piece === undefined) return false;
    for (const byte of encodeUtf8(piece)) bytes.push(byte);
    return true;
  };
  for (let at = text.indexOf('\\'); at >= 0 && at < end; ) {
    if (highByteEscape.test(text.slice(at, at + 4))) {
      if (!takePlain(at)) return undefined;
      const isHex = text[at + 1] === 'x';
      bytes.push(Number.parseInt(text.slice(at + (isHex ? 2 : 1), at + 4), isHex ? 16 : 8));
      plain = at + 4;
      at = text.indexOf('\\', plain);
    } else {
      at = text.indexOf('\\', at + 2);
    }
  }
  return takePlain(end) ? decodeText(Uint8Array.from(bytes)) : undefined;
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
