/** Edits of the syntax tree that know no directive: add, change, remove lines; collapse what is left. */
import { type FileSyntax, type Line, type LineBlock, newBlock, newLine, type Statement } from './syntax.js';

/**
 * Where a new line goes: after a given line, at the end of the file ('end'), or with the last statement of its verb,
 * else at the end ('verb').
 */
export type Place = Line | 'end' | 'verb';

/** Adds a line. A single line that it joins becomes a block; beside a line of another verb it stands alone. */
export function addLine(tree: FileSyntax, place: Place, tokens: readonly string[]): Line {
  return addLines(tree, place, [tokens])[0]!;
}

/** Adds lines of one verb, each as `addLine` would; looks for the place only once. */
export function addLines(tree: FileSyntax, place: Place, lines: readonly (readonly string[])[]): Line[] {
  const { statements } = tree;
  const verb = lines[0]?.[0];
  let index = -1;
  if (place === 'verb') index = statements.findLastIndex((s) => s.kind !== 'comments' && s.tokens[0] === verb);
  else if (place !== 'end') index = statements.findIndex((s) => holds(s, place));

  let after = typeof place === 'string' ? undefined : place;
  return lines.map((tokens) => {
    const statement = statements[index];
    if (!statement || statement.kind === 'comments') {
      const line = newLine([...tokens], false);
      statements.push(line);
      index = place === 'end' ? -1 : statements.length - 1;
      return line;
    }
    if (statement.tokens[0] !== verb) {
      const line = newLine([...tokens], false);
      statements.splice(index + 1, 0, line);
      index++;
      return line;
    }
    const block = statement.kind === 'block' ? statement : lineToBlock(tree, index, statement);
    const line = newLine(tokens.slice(1), true);
    const position = after ? block.lines.indexOf(after) : -1;
    if (position < 0 || position === block.lines.length - 1) block.lines.push(line);
    else block.lines.splice(position + 1, 0, line);
    after = undefined;
    return line;
  });
}

function holds(statement: Statement, line: Line): boolean {
  return statement === line || (statement.kind === 'block' && statement.lines.includes(line));
}

/** Makes a block of the single line at an index; the line goes on as its first. */
export function lineToBlock(tree: FileSyntax, index: number, line: Line): LineBlock {
  const [verb, ...rest] = line.tokens;
  const block = newBlock([verb!], [line]);
  line.tokens = rest;
  line.inBlock = true;
  tree.statements[index] = block;
  return block;
}

/** Gives a line new tokens; `tokens` starts with the verb. */
export function setTokens(line: Line, tokens: readonly string[]): void {
  line.tokens = tokens.slice(line.inBlock ? 1 : 0);
}

/** Marks a line as dead: `cleanupSyntax` removes it. */
export function removeLine(line: Line): void {
  line.tokens = [];
  line.suffix = [];
}

/** Marks the lines of the entries that match as dead and returns the other entries. */
export function dropWhere<T extends { readonly syntax: Line }>(
  entries: readonly T[],
  matches: (entry: T) => boolean,
): T[] {
  return entries.filter((entry) => {
    if (!matches(entry)) return true;
    removeLine(entry.syntax);
    return false;
  });
}

/** Removes dead lines and empty blocks; a block of one line, without comments before its `)`, becomes a line. */
export function cleanupSyntax(tree: FileSyntax): void {
  tree.statements = tree.statements.flatMap((statement): Statement[] => {
    if (statement.kind === 'comments') return [statement];
    if (statement.kind === 'line') return statement.tokens.length === 0 ? [] : [statement];
    const lines = statement.lines.filter((line) => line.tokens.length > 0);
    const [only] = lines;
    if (!only) return [];
    statement.lines = lines;
    if (lines.length > 1 || statement.close.before.length > 0) return [statement];
    only.before = [...statement.before, ...only.before];
    only.suffix = [...only.suffix, ...statement.suffix];
    only.after = [...only.after, ...statement.after];
    only.tokens = [...statement.tokens, ...only.tokens];
    only.inBlock = false;
    return [only];
  });
}
