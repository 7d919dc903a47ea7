/** Parses the text of a go.mod or go.work file into its syntax tree, in one pass and without recursion. */
import { newestRelease } from '../gover/index.js';
import { createLexer, endsLine, type Lexer, type Token } from './lexer.js';
import {
  addSuffix,
  type FileSyntax,
  type Line,
  type LineBlock,
  newBlock,
  newCommentBlock,
  newFileSyntax,
  newLine,
} from './syntax.js';

/** Parses a text as a Go release does; throws a ModfileError with the first place that is not syntax. */
export function parseSyntax(file: string, text: string, goVersion = newestRelease): FileSyntax {
  const lexer = createLexer(file, text);
  const tree = newFileSyntax(file, goVersion);
  // a comment at the end of a line belongs to the last piece of syntax before it that stands on one line
  const fileStart = { suffix: tree.before };
  const parser: Parser = { file, lexer, suffixOwner: fileStart, words: [] };
  let comments: string[] = [];

  const closeComments = () => {
    if (comments.length === 0) return;
    const block = newCommentBlock(comments);
    tree.statements.push(block);
    parser.suffixOwner = block;
    comments = [];
  };
  for (;;) {
    const kind = lexer.peek();
    if (kind === 'comment') {
      comments.push(lexer.take().text);
    } else if (kind === 'newline') {
      lexer.take();
      closeComments();
    } else if (kind === 'end') {
      closeComments();
      tree.before = fileStart.suffix;
      return tree;
    } else {
      const statement = parseStatement(parser);
      if (comments.length > 0) statement.before = comments;
      comments = [];
      tree.statements.push(statement);
    }
  }
}

interface Parser {
  readonly file: string;
  readonly lexer: Lexer;
  suffixOwner: { suffix: readonly string[] };
  /** The words of the line at hand: one array for all lines, so that each line gets a copy of just its size. */
  readonly words: string[];
}

function parseStatement(parser: Parser): Line | LineBlock {
  const { lexer, words } = parser;
  const start = lexer.take();
  let count = 0;
  words[count++] = start.text;
  let endLine = start.endLine;
  for (;;) {
    const token = lexer.take();
    if (endsLine(token.kind))
      return finishLine(parser, newLine(words.slice(0, count), false, start.line, start.column), endLine, token);
    if (token.kind === '(') {
      if (endsLine(lexer.peek())) return parseBlock(parser, start, words.slice(0, count));
      if (lexer.peek() === ')') {
        const close = lexer.take();
        if (endsLine(lexer.peek())) return finishEmptyBlock(parser, start, words.slice(0, count), close);
        words[count++] = token.text;
        words[count++] = close.text;
        continue;
      }
    }
    words[count++] = token.text;
    endLine = token.endLine;
  }
}

function parseBlockLine(parser: Parser): Line {
  const { lexer, words } = parser;
  const start = lexer.take();
  let count = 0;
  words[count++] = start.text;
  let endLine = start.endLine;
  for (;;) {
    const token = lexer.take();
    if (endsLine(token.kind))
      return finishLine(parser, newLine(words.slice(0, count), true, start.line, start.column), endLine, token);
    words[count++] = token.text;
    endLine = token.endLine;
  }
}

function finishLine(parser: Parser, line: Line, endLine: number, end: Token): Line {
  if (line.lineNumber === endLine) parser.suffixOwner = line;
  takeSuffix(parser, end);
  return line;
}

function finishEmptyBlock(parser: Parser, start: Token, tokens: string[], close: Token): LineBlock {
  const block = newBlock(tokens, [], start.line, start.column);
  parser.suffixOwner = start.line === close.line ? block : block.close;
  takeSuffix(parser, parser.lexer.take());
  return block;
}

function takeSuffix(parser: Parser, token: Token): void {
  if (token.kind === 'suffix') addSuffix(parser.suffixOwner, token.text);
}

function parseBlock(parser: Parser, start: Token, tokens: string[]): LineBlock {
  const { lexer } = parser;
  const block = newBlock(tokens, [], start.line, start.column);
  parser.suffixOwner = block.open;
  let comments: string[] = [];
  for (;;) {
    switch (lexer.peek()) {
      case 'suffix':
        takeSuffix(parser, lexer.take());
        break;
      case 'newline':
        lexer.take();
        // one blank line is kept between lines and comments
        if (comments.length === 0 ? block.lines.length > 0 : comments.at(-1) !== '') comments.push('');
        break;
      case 'comment':
        comments.push(lexer.take().text);
        break;
      case 'end':
        return lexer.fail(`syntax error (unterminated block started at ${parser.file}:${start.line}:${start.column})`);
      case ')': {
        lexer.take();
        if (comments.length === 1 && comments[0] === '') comments = [];
        block.close.before = comments;
        parser.suffixOwner = block.close;
        if (!endsLine(lexer.peek())) lexer.fail('syntax error (expected newline after closing paren)');
        takeSuffix(parser, lexer.take());
        return block;
      }
      default: {
        const line = parseBlockLine(parser);
        if (comments.length > 0) line.before = comments;
        comments = [];
        block.lines.push(line);
      }
    }
  }
}
