/**
 * Colour and width, decided once for each stream. One rule for colour: flag, then NO_COLOR, then FORCE_COLOR, then the
 * terminal. chalk is loaded only when there is colour (its own detection differs), and what lays text out in columns only
 * when a command does: start-up matters.
 */
import type { PaintKind, Style } from '../commands/command.js';
import { cleanText } from './clean-text.js';

/** What is asked of an output stream; a terminal's has all of it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(env?: object): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(text: string | Uint8Array, written?: () => void): unknown;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Decides about colour on one stream; `flag` is undefined where neither -color nor -no-color was given. */
export function wantsColor(flag: boolean | undefined, env: Env, stream: OutputStream): boolean {
  if (flag !== undefined) return flag;
  if (env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (stream.isTTY !== true || env.TERM === 'dumb') return false;
  return stream.hasColors?.({ ...env, NO_COLOR: undefined, FORCE_COLOR: undefined }) ?? true;
}

/** A terminal on which a line can be redrawn. */
export function isInteractive(env: Env, stream: OutputStream): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}

async function painter(color: boolean): Promise<(kind: PaintKind, text: string) => string> {
  if (!color) return (_, text) => cleanText(text);
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paints = { good: chalk.green, bad: chalk.red, dim: chalk.dim, strong: chalk.bold, accent: chalk.cyan };
  return (kind, text) => paints[kind](cleanText(text));
}

/** The look of one stream. */
export async function createStyle(flag: boolean | undefined, env: Env, stream: OutputStream): Promise<Style> {
  const color = wantsColor(flag, env, stream);
  const columns = stream.isTTY === true && stream.columns ? stream.columns : undefined;
  return {
    color,
    columns,
    paint: await painter(color),
    table: async (rows, spec) => (await import('./table.js')).formatTable(rows, spec, columns),
    tree: async (root) => (await import('./tree.js')).formatTree(root, columns),
  };
}

/** The colour sequences that a style paints with, and no others. */
const ownColors = /(\x1b\[(?:0|1|2|22|31|32|36|39)m)/;

/** cleanText for text that may hold a style's own colours. */
export function cleanPainted(text: string, color: boolean): string {
  if (!color || !text.includes('\x1b')) return cleanText(text);
  return text
    .split(ownColors)
    .map((piece, i) => (i % 2 === 1 ? piece : cleanText(piece)))
    .join('');
}
