/**
 * The lossless syntax tree of a go.mod or go.work file (go.dev/ref/mod#go-mod-file-grammar): lines, blocks and comments.
 * Directives are known only to the layers above.
 */
import { newestRelease } from '../gover/index.js';

/** The comments around a piece of syntax, each with its `//`. An empty string stands for a blank line inside a block. */
export interface Comments {
  /** Whole-line comments above. */
  before: readonly string[];
  /** Comments at the end of the line. */
  suffix: readonly string[];
  /** Whole-line comments below; the parser makes none. */
  after: readonly string[];
}

/** Comments that stand alone at top level. */
export interface CommentBlock extends Comments {
  readonly kind: 'comments';
}

/** One line of tokens. A line without tokens is dead: `cleanupSyntax` removes it. */
export interface Line extends Comments {
  readonly kind: 'line';
  /** With the verb at top level, without it in a block. */
  tokens: string[];
  inBlock: boolean;
  /** Where it starts, both from 1 and the column in runes; 0 for a line that an edit made. */
  lineNumber: number;
  column: number;
}

/** `verb ( … )`. */
export interface LineBlock extends Comments {
  readonly kind: 'block';
  tokens: string[];
  lines: Line[];
  readonly open: Comments;
  readonly close: Comments;
  readonly lineNumber: number;
  readonly column: number;
}

export type Statement = CommentBlock | Line | LineBlock;

export interface FileSyntax {
  /** The name used in errors. */
  readonly name: string;
  /** The Go release whose syntax and layout it has. */
  readonly goVersion: string;
  /** Comments that follow no piece of syntax, printed first. */
  before: readonly string[];
  statements: Statement[];
}

const none: readonly string[] = Object.freeze([]);

/** No comments. */
export function noComments(): Comments {
  return { before: none, suffix: none, after: none };
}

export function newCommentBlock(before: readonly string[]): CommentBlock {
  return { kind: 'comments', before, suffix: none, after: none };
}

export function newLine(tokens: string[], inBlock: boolean, lineNumber = 0, column = 0): Line {
  return { kind: 'line', before: none, suffix: none, after: none, tokens, inBlock, lineNumber, column };
}

export function newBlock(tokens: string[], lines: Line[], lineNumber = 0, column = 0): LineBlock {
  return {
    kind: 'block',
    before: none,
    suffix: none,
    after: none,
    tokens,
    lines,
    open: noComments(),
    close: noComments(),
    lineNumber,
    column,
  };
}

export function newFileSyntax(name: string, goVersion = newestRelease): FileSyntax {
  return { name, goVersion, before: none, statements: [] };
}

/** Adds a comment to a suffix; many for one owner cost no more than one each. */
export function addSuffix(owner: { suffix: readonly string[] }, text: string): void {
  if (owner.suffix.length === 0) owner.suffix = [text];
  else (owner.suffix as string[]).push(text);
}
