/**
 * The patterns of //go:embed lines (pkg.go.dev/embed#hdr-Directives), wherever in a file they stand as line comments: not in strings, nor
 * in block comments. Linear in the file's length.
 */
import { goWordEnd, isGoSpace, skipGoSpace } from '../encoding/go-space.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { literalValue } from './string-literal.js';

/** A pattern and where it stands: line and column, in bytes, from 1. */
export interface EmbedPattern {
  readonly pattern: string;
  readonly line: number;
  readonly column: number;
}

const directive = '//go:embed';
const directiveBytes = encodeUtf8(directive);
const colon = 0x3a;
const colonInDirective = directive.indexOf(':');
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

const newline = 0x0a;
const asterisk = 0x2a;
const slash = 0x2f;
const backslash = 0x5c;
const backquote = 0x60;
const quotes: ReadonlySet<number> = new Set([0x22, 0x27]);

/** Where the string or rune that opens at `start` is over. It ends with its line, closed or not. */
function literalEnd(data: Uint8Array, start: number): number {
  const closing = data[start];
  for (let at = start + 1; at < data.length; at++) {
    const byte = data[at];
    if (byte === closing) return at + 1;
    if (byte === newline) return at;
    if (byte === backslash && (data[at + 1] === closing || data[at + 1] === backslash)) at++;
  }
  return data.length;
}

function blockCommentEnd(data: Uint8Array, start: number): number {
  for (let at = data.indexOf(asterisk, start + 2); at >= 0; at = data.indexOf(asterisk, at + 1)) {
    if (data[at + 1] === slash) return at + 2;
  }
  return data.length;
}

function endOf(data: Uint8Array, byte: number, start: number): number {
  const at = data.indexOf(byte, start);
  return at < 0 ? data.length : at;
}

function isDirectiveAt(data: Uint8Array, at: number): boolean {
  let same = 0;
  while (same < directiveBytes.length && data[at + same] === directiveBytes[same]) same++;
  return same === directiveBytes.length;
}

/** Reports whether the directive's name stands anywhere: most files embed nothing. */
function mayEmbed(data: Uint8Array): boolean {
  for (let at = data.indexOf(colon); at >= 0; at = data.indexOf(colon, at + 1)) {
    if (isDirectiveAt(data, at - colonInDirective)) return true;
  }
  return false;
}

/** Where a double-quoted or raw literal at `start` is over. */
function quotedEnd(text: string, start: number): number {
  const closing = text[start]!;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === closing) return at + 1;
    if (text[at] === '\\' && closing === '"') at++;
  }
  return text.length;
}

/** The bytes of a part of the text in UTF-8. */
function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    const isHalf = code >= 0xd800 && code < 0xe000; // two of them make four bytes
    length += code < 0x80 ? 1 : code < 0x800 || isHalf ? 2 : 3;
  }
  return length;
}

interface Argument {
  readonly pattern: string;
  /** In the comment. */
  readonly start: number;
}

/** The arguments of the comment, if it is the directive: words, or quoted Go strings. One that is malformed undoes the line. */
function argumentsOf(comment: string): readonly Argument[] {
  const found: Argument[] = [];
  if (directive.length < comment.length && !isGoSpace(comment.charCodeAt(directive.length))) return [];
  for (let at = skipGoSpace(comment, directive.length); at < comment.length; ) {
    const start = at;
    if (comment[at] === '"' || comment[at] === '`') {
      at = quotedEnd(comment, at);
      const pattern = literalValue(comment.slice(start, at));
      if (pattern === undefined || (at < comment.length && !isGoSpace(comment.charCodeAt(at)))) return [];
      found.push({ pattern, start });
    } else {
      at = goWordEnd(comment, at);
      found.push({ pattern: comment.slice(start, at), start });
    }
    at = skipGoSpace(comment, at);
  }
  return found;
}

/** The patterns of a file's //go:embed lines, in their order. That the file imports "embed" is the caller's to know. */
export function embedPatterns(data: Uint8Array): readonly EmbedPattern[] {
  if (!mayEmbed(data)) return [];
  const found: EmbedPattern[] = [];
  let line = 1;
  let lineStart = 0;
  let counted = 0;
  const countLinesTo = (place: number) => {
    for (; counted < place; counted++) {
      if (data[counted] !== newline) continue;
      line++;
      lineStart = counted + 1;
    }
  };
  for (let at = 0; at < data.length; ) {
    const byte = data[at]!;
    if (quotes.has(byte)) {
      at = literalEnd(data, at);
    } else if (byte === backquote) {
      at = endOf(data, backquote, at + 1) + 1;
    } else if (byte === slash && data[at + 1] === asterisk) {
      at = blockCommentEnd(data, at);
    } else if (byte === slash && data[at + 1] === slash) {
      const end = endOf(data, newline, at);
      if (isDirectiveAt(data, at)) {
        const comment = lossy.decode(data.subarray(at, end)).replaceAll('\r', '');
        countLinesTo(at);
        let column = at - lineStart + 1;
        let before = 0;
        for (const { pattern, start } of argumentsOf(comment)) {
          column += utf8Length(comment, before, start);
          before = start;
          found.push({ pattern, line, column });
        }
      }
      at = end;
    } else {
      at++;
    }
  }
  return found;
}
