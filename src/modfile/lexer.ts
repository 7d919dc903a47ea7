/**
 * Splits a go.mod text into tokens, one token ahead of the parser, in one pass.
 * A comment takes its line's end with it; a blank line is a newline token.
 */
import { isPrintable } from '../encoding/go-unicode.js';
import { quoteGoRune } from '../encoding/quote-go.js';
import { isSpace } from './mod-text.js';
import { ModfileError } from './modfile-error.js';

/** 'comment' is alone on its line, 'suffix' ends a line; 'word' is anything else that has no meaning of its own. */
export type TokenKind = 'end' | 'newline' | 'comment' | 'suffix' | 'word' | '(' | ')';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** The line on which it ends: a quoted string can hold an escaped newline. */
  readonly endLine: number;
}

export interface Lexer {
  /** The kind of the token ahead. */
  peek(): TokenKind;
  /** Takes the token ahead and reads the next. */
  take(): Token;
  /** Throws a ModfileError at the place reached: the end of the token ahead. */
  fail(message: string): never;
}

/** Reports whether a token ends its line. */
export function endsLine(kind: TokenKind): boolean {
  return kind === 'end' || kind === 'suffix' || kind === 'newline';
}

/** Starts a lexer on a text; throws a ModfileError, now or from `take`, where the text has no token. */
export function createLexer(file: string, text: string): Lexer {
  let at = 0;
  let line = 1;
  // the column of `counted`: columns are counted once, from the last place where one was asked for
  let counted = 0;
  let column = 1;
  let lineHasToken = false;
  let ahead: Token;

  function columnHere(): number {
    for (; counted < at; counted++) if (!isSecondHalf(text, counted)) column++;
    return column;
  }
  function newline(after: number): void {
    line++;
    counted = after;
    column = 1;
  }
  function fail(message: string, atLine = line, atColumn = columnHere()): never {
    throw new ModfileError([{ file, line: atLine, col: atColumn, message }]);
  }
  function refuseBlockComment(): void {
    if (text.startsWith('/*', at)) fail('mod files must use // comments (not /* */ comments)');
  }

  function read(): Token {
    while (isBlank(text.charCodeAt(at))) at++;
    const start = at;
    const startLine = line;
    const startColumn = columnHere();
    const token = (kind: TokenKind, end = at): Token => ({
      kind,
      text: text.slice(start, end),
      line: startLine,
      column: startColumn,
      endLine: line,
    });

    if (text.startsWith('//', at)) {
      const kind = lineHasToken ? 'suffix' : 'comment';
      return token(kind, passComment());
    }
    refuseBlockComment();
    if (at >= text.length) return token('end');
    const c = text[at]!;
    if (c === '\n') {
      at++;
      newline(at);
      lineHasToken = false;
      return token('newline');
    }
    lineHasToken = true;
    if (isPunctuation(c.charCodeAt(0))) {
      at++;
      return token(c === '(' || c === ')' ? c : 'word');
    }
    if (c === '"' || c === '`') passString(c, startLine, startColumn);
    else passWord();
    return token('word');
  }

  /** Passes a comment with the end of its line; returns the end of its text. */
  function passComment(): number {
    lineHasToken = false;
    const lf = text.indexOf('\n', at);
    if (lf < 0) {
      at = text.length;
      return at;
    }
    at = lf + 1;
    newline(at);
    return text[lf - 1] === '\r' ? lf - 1 : lf;
  }

  function passString(quote: string, startLine: number, startColumn: number): void {
    at++;
    for (;;) {
      if (at >= text.length) fail('unexpected EOF in string', startLine, startColumn);
      const c = text[at];
      if (c === '\n') fail('unexpected newline in string');
      at++;
      if (c === quote) return;
      if (c !== '\\' || quote === '`') continue;
      if (at >= text.length) fail('unexpected EOF in string', startLine, startColumn);
      // whatever is escaped is taken, even a newline
      at++;
      if (text[at - 1] === '\n') newline(at);
    }
  }

  function passWord(): void {
    const start = at;
    for (;;) {
      const size = wordSize(text, at);
      if (size === 0 || text.startsWith('//', at)) break;
      refuseBlockComment();
      at += size;
    }
    if (at > start) return;
    fail(`unexpected input character ${quoteGoRune(text.slice(at, at + 2))}`);
  }

  ahead = read();
  return {
    peek: () => ahead.kind,
    take() {
      const taken = ahead;
      ahead = read();
      return taken;
    },
    fail,
  };
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d;

/** ( ) [ ] { } , */
function isPunctuation(code: number): boolean {
  return (
    code === 0x28 || code === 0x29 || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d || code === 0x2c
  );
}

/** The units of the character at i when it may stand in an unquoted word, else 0. */
function wordSize(text: string, i: number): 0 | 1 | 2 {
  const unit = text.charCodeAt(i);
  if (unit < 0x7f) return unit > 0x20 && !isPunctuation(unit) ? 1 : 0;
  const code = text.codePointAt(i);
  if (code === undefined || isSpace(code)) return 0;
  // a byte that is not UTF-8 reads as U+FFFD, which is printable
  if (code >= 0xdc80 && code <= 0xdcff) return 1;
  return isPrintable(code) ? (code > 0xffff ? 2 : 1) : 0;
}

function isSecondHalf(text: string, i: number): boolean {
  const unit = text.charCodeAt(i);
  if (unit < 0xdc00 || unit > 0xdfff) return false;
  const before = text.charCodeAt(i - 1);
  return before >= 0xd800 && before <= 0xdbff;
}
