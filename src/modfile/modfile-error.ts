/** What is wrong with a go.mod or go.work file: one line a problem, printed as the go command prints them. */
import { TsgogetError } from '../errors.js';

/** One problem. `line` and `col` start at 1; `col` counts runes. */
export interface ModfileProblem {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  /** The text after the position. */
  readonly message: string;
  readonly cause?: unknown;
}

/** A file that cannot be parsed. `message` has a line for each problem: `file:line: …`, or `file:line:col: …` when col is not 1. */
export class ModfileError extends TsgogetError {
  readonly errors: readonly ModfileProblem[];

  constructor(errors: readonly ModfileProblem[]) {
    super('invalid-modfile', errors.map(formatProblem).join('\n'), {
      cause: errors.find((e) => e.cause !== undefined)?.cause,
    });
    this.errors = errors;
  }
}

function formatProblem({ file, line, col, message }: ModfileProblem): string {
  return `${file}:${line}${col > 1 ? `:${col}` : ''}: ${message}`;
}
