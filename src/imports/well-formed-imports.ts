/**
 * The imports of a head that is Go throughout: tokens, semicolons where lines end, import declarations (go.dev/ref/spec#Semicolons,
 * go.dev/ref/spec#Import_declarations). What header-reader.ts tolerates, this refuses: the go command parses files in earnest when it
 * indexes the module cache.
 */
import { isDigit, isLetter, isPrintable } from '../encoding/go-unicode.js';
import { literalValue } from './string-literal.js';

type Kind = 'name' | 'keyword' | 'string' | ';' | '.' | '(' | ')' | '}' | 'other' | 'end';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const keywords: ReadonlySet<string> = new Set(
  (
    'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select ' +
    'struct switch type var'
  ).split(' '),
);

/** Not Go. Never leaves this file. */
class NotGo extends Error {}

const single: ReadonlySet<string> = new Set([';', '.', '(', ')', '}']);
const operators: ReadonlySet<string> = new Set('+-*/%&|^<>=!:,[{]~');

/** The ASCII characters of a name, and a string in which nothing needs a second look. */
const asciiWord = /\w*/y;
const plainString = /"[\w./~+ -]*"/y;
const wholePlainString = new RegExp(`^${plainString.source}$`);

/** The greatest line and column that a //line comment may name. */
const maxLine = 2 ** 30;

class Tokenizer {
  /** Where the next token is looked for. */
  at = 0;
  private endsStatement = false;

  constructor(private readonly text: string) {
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  /** The next token. A newline, or the end, is a semicolon where a statement may end. */
  next(): Token {
    const endsStatement = this.endsStatement;
    const hadNewline = this.skipBlanks(endsStatement);
    this.endsStatement = false;
    if (endsStatement && (hadNewline || this.at >= this.text.length)) return { kind: ';', text: '\n' };
    if (this.at >= this.text.length) return { kind: 'end', text: '' };
    const start = this.at;
    const kind = this.scan(this.text[start]!);
    this.endsStatement = kind === 'name' || kind === 'string' || kind === ')' || kind === '}';
    return { kind, text: this.text.slice(start, this.at) };
  }

  /** Passes over blanks and comments; with `stopsAtNewline` up to the first newline, and reports whether there was one. */
  private skipBlanks(stopsAtNewline: boolean): boolean {
    for (;;) {
      const char = this.text[this.at];
      if (char === '\n') {
        this.at++;
        if (stopsAtNewline) return true;
      } else if (char === ' ' || char === '\t' || char === '\r') {
        this.at++;
      } else if (char === '/' && (this.text[this.at + 1] === '/' || this.text[this.at + 1] === '*')) {
        if (this.comment().includes('\n') && stopsAtNewline) return true;
      } else {
        return false;
      }
    }
  }

  private comment(): string {
    const start = this.at;
    const isBlock = this.text[start + 1] === '*';
    const close = this.text.indexOf(isBlock ? '*/' : '\n', start + 2);
    if (close < 0 && isBlock) throw new NotGo();
    const contentEnd = close < 0 ? this.text.length : close;
    this.at = isBlock ? contentEnd + 2 : contentEnd;
    const content = this.text.slice(start + 2, contentEnd);
    if (isBlock || start === 0 || this.text[start - 1] === '\n') checkLineDirective(content);
    return content;
  }

  private scan(char: string): Kind {
    if (char === '"' || char === '`' || char === "'") return this.literal(char);
    if (isNameCharacter(char) || this.isHigh()) return this.word();
    this.at++;
    if (char === '.' && (this.text[this.at] === '.' || /\d/.test(this.text[this.at] ?? ''))) return 'other';
    if (single.has(char)) return char as Kind;
    if (!operators.has(char)) throw new NotGo();
    return 'other';
  }

  private isHigh(): boolean {
    return this.text.charCodeAt(this.at) >= 0x80;
  }

  private word(): Kind {
    const start = this.at;
    asciiWord.lastIndex = start;
    asciiWord.test(this.text);
    this.at = asciiWord.lastIndex;
    for (let char = this.peek(); char !== '' && isNameCharacter(char); char = this.peek()) this.at += char.length;
    if (this.at === start) throw new NotGo();
    const word = this.text.slice(start, this.at);
    if (isDigit(word.codePointAt(0)!)) {
      if (word.charCodeAt(0) >= 0x80) throw new NotGo();
      return 'other';
    }
    return keywords.has(word) ? 'keyword' : 'name';
  }

  private peek(): string {
    const code = this.text.codePointAt(this.at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  /** A string, or a rune: both end on their line, but for a raw string. */
  private literal(quote: string): Kind {
    const start = this.at++;
    plainString.lastIndex = start;
    if (plainString.test(this.text)) {
      this.at = plainString.lastIndex;
      return 'string';
    }
    if (quote === '`') {
      this.at = this.text.indexOf(quote, this.at) + 1;
      if (this.at === 0) throw new NotGo();
      return 'string';
    }
    for (; this.text[this.at] !== quote; this.at++) {
      const char = this.text[this.at];
      if (char === undefined || char === '\n') throw new NotGo();
      if (char === '\\') this.at++;
    }
    this.at++;
    if (quote === "'") return 'other';
    if (literalValue(this.text.slice(start, this.at)) === undefined) throw new NotGo();
    return 'string';
  }
}

function isNameCharacter(char: string): boolean {
  if (/\w/.test(char)) return true;
  const code = char.codePointAt(0)!;
  return code >= 0x80 && (isLetter(code) || isDigit(code));
}

/** `line file:line:column` in a comment is a directive; one with a wrong number is a fault, one without numbers is none. */
function checkLineDirective(comment: string): void {
  if (!comment.startsWith('line ')) return;
  const content = comment.slice('line '.length).replace(/\r$/, '');
  if (!content.includes(':')) return;
  const numbers = content.split(':').slice(1).reverse();
  const isNumber = (text: string | undefined) => text !== undefined && /^\d+$/.test(text);
  if (!isNumber(numbers[0])) throw new NotGo();
  const places = isNumber(numbers[1]) ? numbers.slice(0, 2) : numbers.slice(0, 1);
  if (places.some((n) => Number(n) === 0 || Number(n) > maxLine)) throw new NotGo();
}

class ImportParser {
  readonly paths: string[] = [];
  private token: Token;

  constructor(private readonly tokens: Tokenizer) {
    this.token = tokens.next();
  }

  parse(): void {
    this.takeKeyword('package');
    this.take('name');
    this.endStatement();
    while (this.is('keyword') && this.token.text === 'import') {
      this.advance();
      if (this.is('(')) this.group();
      else this.spec();
      this.endStatement();
    }
  }

  private group(): void {
    this.advance();
    while (!this.is(')')) {
      this.spec();
      this.endStatement();
    }
    this.advance();
  }

  private spec(): void {
    if (this.is('name') || this.is('.')) this.advance();
    const literal = this.take('string');
    const path = wholePlainString.test(literal) ? literal.slice(1, -1) : (literalValue(literal) ?? '');
    if (!isImportable(path)) throw new NotGo();
    this.paths.push(path);
  }

  /** A semicolon, which may be left out before a closing bracket. */
  private endStatement(): void {
    if (this.is(')') || this.is('}')) return;
    this.take(';');
  }

  private takeKeyword(word: string): void {
    if (this.take('keyword') !== word) throw new NotGo();
  }

  private take(kind: Kind): string {
    const { text } = this.token;
    if (!this.is(kind)) throw new NotGo();
    this.advance();
    return text;
  }

  private is(kind: Kind): boolean {
    return this.token.kind === kind;
  }

  private advance(): void {
    this.token = this.tokens.next();
  }
}

/** Reports whether the specification's compilers take the path: printable characters without those that Go's punctuation is made of. */
function isImportable(path: string): boolean {
  if (path === '' || /[ !"#$%&'()*,:;<=>?[\\\]^`{|}\ufffd]/.test(path)) return false;
  return /^[\x21-\x7e]*$/.test(path) || [...path].every((char) => isPrintable(char.codePointAt(0)!));
}

const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** The paths that a file imports, in its order, if its head is well-formed; undefined if it is not. `header` is that of GoHeader. */
export function wellFormedImports(header: Uint8Array): readonly string[] | undefined {
  let text: string;
  let isUtf8 = true;
  try {
    text = strict.decode(header);
  } catch {
    text = lossy.decode(header);
    isUtf8 = false;
  }
  const tokens = new Tokenizer(text);
  try {
    const parser = new ImportParser(tokens);
    parser.parse();
    const read = text.slice(0, tokens.at + 1); // the scanner of go looks at one character more
    return read.lastIndexOf('\ufeff') > 0 || (!isUtf8 && read.includes('\ufffd')) ? undefined : parser.paths;
  } catch (error) {
    if (error instanceof NotGo) return undefined;
    throw error;
  }
}
