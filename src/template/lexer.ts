/**
 * Splits a template into text, delimiters and the tokens of actions; lazily, as the meaning of `break` and `continue`
 * is the parser's to say. pkg.go.dev/text/template
 */
import { isPrintable } from '../encoding/go-unicode.js';
import { quoteGo } from '../encoding/quote-go.js';

export type TokenKind =
  | 'error'
  | 'eof'
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'char'
  | 'assign'
  | 'declare'
  | 'pipe'
  | '('
  | ')'
  | 'bool'
  | 'character'
  | 'complex'
  | 'number'
  | 'string'
  | 'dot'
  | 'field'
  | 'variable'
  | 'identifier'
  | Keyword;

const keywords = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const;
type Keyword = (typeof keywords)[number];
const isKeyword = (word: string): word is Keyword => (keywords as readonly string[]).includes(word);

export interface Token {
  readonly kind: TokenKind;
  /** The text of the token, or the message of an error. */
  readonly text: string;
  /** Where it starts, in UTF-16 units from 0. */
  readonly pos: number;
  /** The line on which it starts, from 1. */
  readonly line: number;
}

/** How a token is named in a message. */
export function tokenString({ kind, text }: Token): string {
  if (kind === 'eof') return 'EOF';
  if (kind === 'error') return text;
  if (isKeyword(kind) || kind === 'dot') return `<${text}>`;
  const start = [...text.slice(0, 20)].slice(0, 10).join('');
  return new TextEncoder().encode(text).length > 10 ? `${quoteGo(start)}...` : quoteGo(text);
}

const isSpace = (char: string | undefined) => char === ' ' || char === '\t' || char === '\r' || char === '\n';
const word = /[\p{L}\p{Nd}_]*/uy;
const number =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;

/** `U+0040 '@'` */
function describeChar(char: string): string {
  const code = char.codePointAt(0)!;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrintable(code) ? `${name} '${char}'` : name;
}

export class Lexer {
  readonly text: string;
  readonly #isKeyword: (word: string) => boolean;
  #pos = 0;
  #insideAction = false;
  #parentheses = 0;
  #failed = false;
  // lines are counted as far as the last token started
  #counted = 0;
  #line = 1;

  /** `isFunction` tells the functions of the caller, which may be named `break` or `continue`. */
  constructor(text: string, isFunction: (name: string) => boolean) {
    this.text = text;
    this.#isKeyword = (w) => isKeyword(w) && !((w === 'break' || w === 'continue') && isFunction(w));
  }

  /** The next token; 'eof' at the end, and after an error. */
  next(): Token {
    if (this.#failed) return this.#token('eof', this.text.length);
    return this.#insideAction ? this.#nextInAction() : this.#nextOutside();
  }

  #token(kind: TokenKind, start: number, text = this.text.slice(start, this.#pos)): Token {
    for (; this.#counted < start; this.#counted++) if (this.text[this.#counted] === '\n') this.#line++;
    return { kind, text, pos: start, line: this.#line };
  }

  #error(start: number, message: string): Token {
    this.#failed = true;
    return this.#token('error', start, message);
  }

  #nextOutside(): Token {
    for (;;) {
      const start = this.#pos;
      const open = this.text.indexOf('{{', start);
      if (open < 0) {
        this.#pos = this.text.length;
        return this.#token(start < this.#pos ? 'text' : 'eof', start);
      }
      if (open > start) {
        this.#pos = open;
        if (this.#isLeftTrim(open + 2)) while (this.#pos > start && isSpace(this.text[this.#pos - 1])) this.#pos--;
        const text = this.#token('text', start);
        this.#pos = open;
        if (text.text !== '') return text;
      }
      const afterMarker = open + 2 + (this.#isLeftTrim(open + 2) ? 2 : 0);
      if (!this.text.startsWith('/*', afterMarker)) {
        this.#pos = open + 2;
        const left = this.#token('left', open);
        this.#pos = afterMarker;
        this.#insideAction = true;
        this.#parentheses = 0;
        return left;
      }
      const end = this.text.indexOf('*/', afterMarker + 2);
      if (end < 0) return this.#error(afterMarker, 'unclosed comment');
      if (this.#rightDelim(end + 2) === 0) return this.#error(afterMarker, 'comment ends before closing delimiter');
      this.#passRightDelim(end + 2);
    }
  }

  #isLeftTrim(pos: number): boolean {
    return this.text[pos] === '-' && isSpace(this.text[pos + 1]);
  }

  /** The length of the closing delimiter at `pos`, with its trim marker; 0 when there is none. */
  #rightDelim(pos: number): number {
    if (this.text.startsWith('}}', pos)) return 2;
    return isSpace(this.text[pos]) && this.text.startsWith('-}}', pos + 1) ? 4 : 0;
  }

  /** Goes past the closing delimiter, and past the space that its marker trims. */
  #passRightDelim(pos: number): void {
    const length = this.#rightDelim(pos);
    this.#pos = pos + length;
    if (length === 4) while (isSpace(this.text[this.#pos])) this.#pos++;
  }

  #nextInAction(): Token {
    const start = this.#pos;
    const delim = this.#rightDelim(start);
    if (delim > 0) {
      if (this.#parentheses > 0) return this.#error(start, 'unclosed left paren');
      this.#passRightDelim(start);
      this.#insideAction = false;
      return this.#token('right', start + delim - 2, '}}');
    }
    if (start >= this.text.length) return this.#error(start, 'unclosed action');
    const char = String.fromCodePoint(this.text.codePointAt(start)!);
    if (isSpace(char)) return this.#space(start);
    this.#pos += char.length;
    switch (char) {
      case '=':
        return this.#token('assign', start);
      case ':':
        if (this.text[this.#pos++] !== '=') return this.#error(start, 'expected :=');
        return this.#token('declare', start);
      case '|':
        return this.#token('pipe', start);
      case '"':
        return this.#quoted(start, 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted(start, 'character', 'unterminated character constant');
      case '`': {
        const end = this.text.indexOf('`', this.#pos);
        if (end < 0) return this.#error(start, 'unterminated raw quoted string');
        this.#pos = end + 1;
        return this.#token('string', start);
      }
      case '$':
        return this.#fieldOrVariable(start, 'variable', 'variable');
      case '(':
        this.#parentheses++;
        return this.#token('(', start);
      case ')':
        if (--this.#parentheses < 0) return this.#error(start, 'unexpected right paren');
        return this.#token(')', start);
    }
    const following = this.text[start + 1];
    if (char === '.' && following !== undefined && !/\d/.test(following))
      return this.#fieldOrVariable(start, 'field', 'dot');
    if (/[.+\d-]/.test(char)) return this.#number(start);
    if (/[\p{L}\p{Nd}_]/u.test(char)) return this.#identifier(start);
    if (/[!-~]/.test(char)) return this.#token('char', start);
    return this.#error(start, `unrecognized character in action: ${describeChar(char)}`);
  }

  #space(start: number): Token {
    while (isSpace(this.text[this.#pos])) this.#pos++;
    // the last one belongs to a trim marker
    if (this.#rightDelim(this.#pos - 1) === 4) this.#pos--;
    return this.#token('space', start);
  }

  #quoted(start: number, kind: 'string' | 'character', message: string): Token {
    const quote = this.text[start];
    for (;;) {
      let char = this.text[this.#pos++];
      if (char === quote) return this.#token(kind, start);
      if (char === '\\') char = this.text[this.#pos++];
      if (char === undefined || char === '\n') return this.#error(start, message);
    }
  }

  #passWord(): void {
    word.lastIndex = this.#pos;
    this.#pos += word.exec(this.text)![0].length;
  }

  /** The error of a word that runs into something else; undefined when it ends well. */
  #unterminated(start: number): Token | undefined {
    const char = this.text.codePointAt(this.#pos);
    if (char === undefined || this.text.startsWith('}}', this.#pos)) return undefined;
    const text = String.fromCodePoint(char);
    return isSpace(text) || '.,|:)('.includes(text)
      ? undefined
      : this.#error(start, `bad character ${describeChar(text)}`);
  }

  #fieldOrVariable(start: number, kind: 'field' | 'variable', alone: 'dot' | 'variable'): Token {
    this.#passWord();
    return this.#unterminated(start) ?? this.#token(this.#pos === start + 1 ? alone : kind, start);
  }

  #identifier(start: number): Token {
    this.#passWord();
    const error = this.#unterminated(start);
    if (error) return error;
    const text = this.text.slice(start, this.#pos);
    if (text === 'true' || text === 'false') return this.#token('bool', start);
    return this.#token(this.#isKeyword(text) ? (text as Keyword) : 'identifier', start);
  }

  #number(start: number): Token {
    this.#pos = start;
    let kind: 'number' | 'complex' = 'number';
    let good = this.#scanNumber();
    if (good && /[+-]/.test(this.text.charAt(this.#pos))) {
      kind = 'complex';
      good = this.#scanNumber() && this.text[this.#pos - 1] === 'i';
    }
    if (good) return this.#token(kind, start);
    return this.#error(start, `bad number syntax: ${quoteGo(this.text.slice(start, this.#pos))}`);
  }

  #scanNumber(): boolean {
    number.lastIndex = this.#pos;
    this.#pos += number.exec(this.text)![0].length;
    const next = this.text.codePointAt(this.#pos);
    if (next === undefined || !/[\p{L}\p{Nd}_]/u.test(String.fromCodePoint(next))) return true;
    this.#pos += next > 0xffff ? 2 : 1;
    return false;
  }
}
