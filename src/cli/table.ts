/**
 * Aligned columns. Widths are terminal cells; nothing is cut unless a terminal's width is given, so that a pipe gets all.
 */
import type { Column } from '../commands/command.js';
import { cutToWidth, displayWidth, padTo } from './display-width.js';

const gap = '  ';

const leastColumns = 12;

/** Narrows the widest columns first, those that say so before the others, so that every column stays in sight. */
function shrink(widths: number[], columns: readonly Column[], terminalColumns: number): void {
  const spare = widths.map((_, i) => columns[i]?.shrinksFirst === true);
  let excess = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) - terminalColumns;
  for (const may of [(i: number) => spare[i], () => true]) {
    for (; excess > 0; excess--) {
      const widest = widths.reduce(
        (best, width, i) => (may(i) && width > (widths[best] ?? leastColumns) ? i : best),
        -1,
      );
      if (widest < 0) break;
      widths[widest]!--;
    }
  }
}

/** Lines with a newline each; '' for no rows. The last column is not filled up. */
export function formatTable(
  rows: readonly (readonly string[])[],
  columns: readonly Column[] = [],
  terminalColumns?: number,
): string {
  if (rows.length === 0) return '';
  const hasHeadings = columns.some((c) => c.heading !== undefined);
  const lines = hasHeadings ? [columns.map((c) => c.heading ?? ''), ...rows] : rows;
  const widths: number[] = [];
  for (const line of lines) {
    for (const [i, cell] of line.entries()) widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell));
  }
  if (terminalColumns !== undefined) shrink(widths, columns, terminalColumns);
  const fitted = (cell: string, i: number) => (terminalColumns === undefined ? cell : cutToWidth(cell, widths[i]!));
  return lines
    .map((line) => {
      const text = line.map((cell, i) => padTo(fitted(cell, i), widths[i]!, columns[i]?.align)).join(gap);
      const trimmed = text.trimEnd();
      return `${terminalColumns === undefined ? trimmed : cutToWidth(trimmed, terminalColumns)}\n`;
    })
    .join('');
}
