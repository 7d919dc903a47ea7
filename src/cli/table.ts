/**
 * Aligned columns. Widths are terminal cells; nothing is cut unless a terminal's width is given, so that a pipe gets all. Where a terminal
 * is too narrow, cells lose their middle; where that is not enough, or would make names alike, each row takes lines of its own.
 */
import type { Column } from '../commands/command.js';
import { breakLines, cutMiddle, cutToWidth, displayWidth, padTo } from './display-width.js';

const gap = '  ';

const leastColumns = 12;
/** As much of a longer name is shown at least. */
const leastNameColumns = 24;

type Row = readonly string[];

/**
 * Narrows the widest columns first, those that say so before the others, so that every column stays in sight. In a table with a column of names
 * nothing else is cut than these two kinds. Returns how many cells too many are left.
 */
function shrink(widths: number[], columns: readonly Column[], terminalColumns: number): number {
  const cells = terminalColumns - gap.length * (widths.length - 1);
  const least = Math.min(leastColumns, Math.max(1, Math.floor(cells / widths.length)));
  const hasNames = columns.some((column) => column.isName === true);
  let excess = widths.reduce((sum, width) => sum + width, 0) - cells;
  const narrow = (may: (column: Column | undefined) => boolean, least: number) => {
    for (; excess > 0; excess--) {
      const widest = widths.reduce(
        (best, width, i) => (may(columns[i]) && width > (widths[best] ?? least) ? i : best),
        -1,
      );
      if (widest < 0) return;
      widths[widest]!--;
    }
  };
  narrow((column) => column?.shrinksFirst === true, least);
  if (hasNames) narrow((column) => column?.isName === true, leastNameColumns);
  else narrow(() => true, least);
  return excess;
}

/** Reports whether the names still tell the rows apart at these widths. */
function areNamesKept(rows: readonly Row[], columns: readonly Column[], widths: readonly number[]): boolean {
  const i = columns.findIndex((column) => column.isName === true);
  if (i < 0) return true;
  const names = new Set(rows.map((row) => row[i]!));
  return new Set(Array.from(names, (name) => cutMiddle(name, widths[i]!))).size === names.size;
}

/** A name whole; what did not fit stands deeper than the other cells. */
function wrapName(text: string, terminalColumns: number): string[] {
  if (displayWidth(text) <= terminalColumns) return [text];
  return breakLines(text, Math.max(1, terminalColumns - 2 * gap.length)).map((line, i) =>
    i === 0 ? line : gap + gap + line,
  );
}

/** A row in lines of its own: the name whole, then the other cells, the first to shrink last and under its heading. */
function stack(row: Row, columns: readonly Column[], terminalColumns: number): string {
  const indent = gap;
  const room = Math.max(1, terminalColumns - indent.length);
  const cells = row.map((text, i) => ({ text, column: columns[i] })).filter(({ text }) => displayWidth(text) > 0);
  const name = cells.filter(({ column }) => column?.isName === true);
  const last = cells.filter(({ column }) => column?.shrinksFirst === true);
  const others = cells.filter((cell) => !name.includes(cell) && !last.includes(cell));
  const lines: string[] = [];
  for (const { text } of others) {
    const joined = lines.length === 0 ? text : `${lines.at(-1)}${gap}${text}`;
    if (lines.length > 0 && displayWidth(joined) <= room) lines[lines.length - 1] = joined;
    else lines.push(cutMiddle(text, room));
  }
  for (const { text, column } of last) {
    const label = column?.heading === undefined ? '' : `${column.heading.toLowerCase()} `;
    lines.push(label + cutMiddle(text, Math.max(1, room - label.length)));
  }
  const nameLines = name.flatMap(({ text }) => wrapName(text, terminalColumns));
  return [...nameLines, ...lines.map((line) => indent + line)].map((line) => `${line}\n`).join('');
}

/** Lines with a newline each; '' for no rows. The last column is not filled up. */
export function formatTable(rows: readonly Row[], columns: readonly Column[] = [], terminalColumns?: number): string {
  if (rows.length === 0) return '';
  const hasHeadings = columns.some((c) => c.heading !== undefined);
  const lines = hasHeadings ? [columns.map((c) => c.heading ?? ''), ...rows] : rows;
  const full: number[] = [];
  for (const line of lines) {
    for (const [i, cell] of line.entries()) full[i] = Math.max(full[i] ?? 0, displayWidth(cell));
  }
  const widths = [...full];
  if (terminalColumns !== undefined) {
    const excess = shrink(widths, columns, terminalColumns);
    const hasNames = columns.some((column) => column.isName === true);
    if ((hasNames && excess > 0) || !areNamesKept(rows, columns, widths)) {
      return rows.map((row) => stack(row, columns, terminalColumns)).join('');
    }
  }
  return lines
    .map((line) => {
      const text = line.map((cell, i) => padTo(cutMiddle(cell, widths[i]!), widths[i]!, columns[i]?.align)).join(gap);
      const trimmed = text.trimEnd();
      return `${terminalColumns === undefined ? trimmed : cutToWidth(trimmed, terminalColumns)}\n`;
    })
    .join('');
}
