/** Prints a syntax tree in Go's standard style (what `go mod edit -fmt` writes). */
import { trimSpace } from './mod-text.js';
import type { Comments, FileSyntax, LineBlock, Statement } from './syntax.js';

/** The text of a tree; at most one newline at its end. */
export function printSyntax(tree: FileSyntax): string {
  const page = createPage();
  for (const comment of tree.before) {
    page.write(trimSpace(comment));
    page.endLine();
  }
  tree.statements.forEach((statement, i) => {
    printStatement(page, statement);
    if (statement.kind !== 'comments') page.endLine();
    for (const comment of statement.after) {
      page.write(trimSpace(comment));
      page.endLine();
    }
    if (i + 1 < tree.statements.length) page.endLine();
  });
  return page.text();
}

function printStatement(page: Page, statement: Statement): void {
  page.comments(statement.before);
  if (statement.kind === 'line') page.write(joinTokens(statement.tokens));
  if (statement.kind === 'block') printBlock(page, statement);
  page.defer(statement.suffix);
}

function printBlock(page: Page, block: LineBlock): void {
  page.write(`${joinTokens(block.tokens)} `);
  printParen(page, block.open, '(');
  page.margin++;
  for (const line of block.lines) {
    page.endLine();
    printStatement(page, line);
  }
  page.margin--;
  page.endLine();
  printParen(page, block.close, ')');
}

function printParen(page: Page, comments: Comments, paren: string): void {
  page.comments(comments.before);
  page.write(paren);
  page.defer(comments.suffix);
}

const closers = new Set([',', ')', ']', '}']);
const openers = new Set(['(', '[', '{']);

function joinTokens(tokens: readonly string[]): string {
  let separator = '';
  const parts: string[] = [];
  for (const token of tokens) {
    parts.push(closers.has(token) ? token : separator + token);
    separator = openers.has(token) ? '' : ' ';
  }
  return parts.join('');
}

interface Page {
  margin: number;
  write(text: string): void;
  /** Writes whole-line comments, each on a line of its own at the margin. */
  comments(texts: readonly string[]): void;
  /** Keeps comments for the end of the line. */
  defer(texts: readonly string[]): void;
  /** Ends the line with the comments kept for it; never makes a second blank line, nor a first one at the top. */
  endLine(): void;
  text(): string;
}

/** Lines that are joined at once: a hostile file has millions, and a string for each would not fit in memory. */
const linesPerChunk = 4096;

function createPage(): Page {
  const chunks: string[] = [];
  let lines: string[] = [];
  let line = '';
  // the top of the page counts as blank: no first line is blank
  let isAfterBlank = true;
  let pending: readonly string[] = [];

  function breakLine(): void {
    isAfterBlank = line === '';
    if (lines.push(`${line}\n`) >= linesPerChunk) {
      chunks.push(lines.join(''));
      lines = [];
    }
    line = '';
  }
  const page: Page = {
    margin: 0,
    write(text) {
      // only a string with an escaped newline, or a comment that an edit has added, holds a newline
      if (!text.includes('\n')) {
        line += text;
        return;
      }
      text.split('\n').forEach((part, i) => {
        if (i > 0) breakLine();
        line += part;
      });
    },
    comments(texts) {
      if (texts.length === 0) return;
      line = trimBlanks(line);
      if (line !== '') breakLine();
      line += '\t'.repeat(page.margin);
      for (const text of texts) {
        page.write(trimSpace(text));
        page.endLine();
      }
    },
    defer(texts) {
      if (texts.length > 0) pending = pending.length > 0 ? [...pending, ...texts] : texts;
    },
    endLine() {
      pending.forEach((comment, i) => {
        if (i === 0) {
          line += ' ';
        } else {
          line = trimBlanks(line);
          breakLine();
          line += '\t'.repeat(page.margin);
        }
        page.write(trimSpace(comment));
      });
      pending = [];
      line = trimBlanks(line);
      if (line !== '' || !isAfterBlank) breakLine();
      line += '\t'.repeat(page.margin);
    },
    text() {
      const text = chunks.join('') + lines.join('') + line;
      let end = text.length;
      while (end > 0 && text[end - 1] === '\n' && (end === 1 || text[end - 2] === '\n')) end--;
      return text.slice(0, end);
    },
  };
  return page;
}

/** The text without the spaces and tabs at its end. */
function trimBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return end === text.length ? text : text.slice(0, end);
}
