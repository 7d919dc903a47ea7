/**
 * Reads the head of a Go source file, down to the end of its imports, and nothing below: package clause, import declarations, comments
 * (go.dev/ref/spec#Source_file_organization). What is not Go is tolerated as the go command tolerates it when it looks for imports: the
 * imports before the fault count. Works on bytes, in time linear in the file's length.
 */
import { failed } from '../errors.js';
import { type EmbedPattern, embedPatterns } from './embed-patterns.js';
import { literalValue } from './string-literal.js';

/** An import declaration. */
export interface GoImport {
  /** The path that the literal stands for. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** What the head of a Go source file says. */
export interface GoHeader {
  /** '' when the file has no package clause. */
  readonly packageName: string;
  /** In the order of the file; `"C"` among them. */
  readonly imports: readonly GoImport[];
  /** The patterns of the //go:embed lines of the whole file, if it imports "embed"; otherwise none. Read when asked for. */
  readonly embeds: readonly EmbedPattern[];
  /** The bytes until the imports are over, without a byte order mark: where build constraints stand. The whole file if its head is malformed. */
  readonly header: Uint8Array;
}

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

const newline = 0x0a;
const quote = 0x22;
const openParenthesis = 0x28;
const closeParenthesis = 0x29;
const asterisk = 0x2a;
const dot = 0x2e;
const slash = 0x2f;
const backslash = 0x5c;
const backquote = 0x60;

/** Space, form feed, tab, carriage return, newline; and the semicolon, which no reader needs to tell declarations apart. */
const blanks: ReadonlySet<number> = new Set([0x20, 0x0c, 0x09, 0x0d, newline, 0x3b]);

/** Letters, digits and `_`; every byte above ASCII, whatever it encodes. */
function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte >= 0x80;
}

/** Ends the reading of a file that is not Go. Never leaves this file. */
class MalformedHeader extends Error {}

class HeaderReader {
  readonly imports: GoImport[] = [];
  packageName = '';
  at = 0;
  private line = 1;
  private lineEnd = -1;

  constructor(private readonly data: Uint8Array) {}

  /** package name; { import spec | import ( { spec } ) }. */
  read(): void {
    this.keyword('package');
    this.packageName = this.identifier();
    this.skipBlanks();
    while (this.peek() === 0x69) {
      this.keyword('import');
      this.skipBlanks();
      if (this.peek() === openParenthesis) this.importGroup();
      else this.importSpec();
      this.skipBlanks();
    }
  }

  private importGroup(): void {
    this.at++;
    this.skipBlanks();
    while (this.peek() !== closeParenthesis) {
      this.importSpec();
      this.skipBlanks();
    }
    this.at++;
  }

  /** [ name | "." ] "path", at the first byte of it. */
  private importSpec(): void {
    if (this.peek() === dot) this.at++;
    else if (isWordByte(this.peek())) this.identifier();
    this.skipBlanks();
    const start = this.at;
    const literal = textOf(this.literal());
    // this reader has seen where it ends, so one without escapes is what stands between the quotes
    const path = /[\\`]/.test(literal) ? literalValue(literal) : literal.slice(1, -1);
    if (path !== undefined) this.imports.push({ path, line: this.lineOf(start) });
  }

  /** A string literal with its quotes. */
  private literal(): Uint8Array {
    const start = this.at;
    const opening = this.peek();
    if (opening === backquote) {
      const end = this.data.indexOf(backquote, start + 1);
      if (end < 0) throw new MalformedHeader();
      this.at = end + 1;
    } else if (opening === quote) {
      for (this.at++; this.peek() !== quote; this.at++) {
        if (this.peek() === undefined || this.peek() === newline) throw new MalformedHeader();
        if (this.peek() === backslash) this.at++;
      }
      this.at++;
    } else {
      throw new MalformedHeader();
    }
    return this.data.subarray(start, this.at);
  }

  private keyword(word: string): void {
    this.skipBlanks();
    for (let i = 0; i < word.length; i++) if (this.data[this.at++] !== word.charCodeAt(i)) throw new MalformedHeader();
    if (isWordByte(this.peek())) throw new MalformedHeader();
  }

  private identifier(): string {
    this.skipBlanks();
    const start = this.at;
    while (isWordByte(this.peek())) this.at++;
    if (this.at === start) throw new MalformedHeader();
    return textOf(this.data.subarray(start, this.at));
  }

  private skipBlanks(): void {
    for (;;) {
      const byte = this.peek();
      if (byte !== undefined && blanks.has(byte)) this.at++;
      else if (byte === slash) this.skipComment();
      else return;
    }
  }

  private skipComment(): void {
    const second = this.data[this.at + 1];
    let end = -1;
    if (second === slash) {
      end = this.data.indexOf(newline, this.at);
      this.at = end < 0 ? this.data.length : end + 1;
    } else if (second === asterisk) {
      for (end = this.data.indexOf(asterisk, this.at + 2); end >= 0; end = this.data.indexOf(asterisk, end + 1)) {
        if (this.data[end + 1] === slash) break;
      }
      if (end < 0) throw new MalformedHeader();
      this.at = end + 2;
    } else {
      throw new MalformedHeader();
    }
  }

  private peek(): number | undefined {
    return this.data[this.at];
  }

  /** The line of a place; places are asked for in order. */
  private lineOf(place: number): number {
    while (this.lineEnd < place) {
      if (this.lineEnd >= 0) this.line++;
      const end = this.data.indexOf(newline, this.lineEnd + 1);
      this.lineEnd = end < 0 ? this.data.length : end;
    }
    return this.line;
  }
}

/** Text of bytes, as a rule a few ASCII characters: much faster than a decoder is. */
function textOf(bytes: Uint8Array): string {
  if (bytes.length > 100) return lossy.decode(bytes);
  const text = String.fromCharCode(...bytes);
  return /[^\0-\x7f]/.test(text) ? lossy.decode(bytes) : text;
}

function withoutByteOrderMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}

/**
 * Reads the head of a Go source file; `name` is for the error. A fault of syntax is none here: what was read before it counts.
 * @throws {TsgogetError} failed: there is a NUL in what was read.
 */
export function readHeader(name: string, data: Uint8Array): GoHeader {
  const bytes = withoutByteOrderMark(data);
  const reader = new HeaderReader(bytes);
  let header = bytes;
  let read = bytes.length;
  try {
    reader.read();
    header = bytes.subarray(0, reader.at);
    read = reader.at + 1; // one further byte told that the imports are over
  } catch (error) {
    if (!(error instanceof MalformedHeader)) throw error;
  }
  if (bytes.subarray(0, read).includes(0)) throw failed(`reading ${name}: unexpected NUL in input`);
  const { packageName, imports } = reader;
  return {
    packageName,
    imports,
    header,
    get embeds() {
      return imports.some(({ path }) => path === 'embed') ? embedPatterns(bytes) : [];
    },
  };
}
