/**
 * Aligned columns. Widths are terminal cells; nothing is cut unless a terminal's width is given, so that a pipe gets all.
 */
import type { Column } from '../commands/command.js';
import { cutToWidth, displayWidth, padTo } from './display-width.js';

const gap = '  ';

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
  return lines
    .map((line) => {
      const text = line.map((cell, i) => padTo(cell, widths[i] ?? 0, columns[i]?.align)).join(gap);
      const trimmed = text.trimEnd();
      return `${terminalColumns === undefined ? trimmed : cutToWidth(trimmed, terminalColumns)}\n`;
    })
    .join('');
}
