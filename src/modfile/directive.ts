/** The way from a line of the syntax tree to a typed directive: tables of readers, and how they fail. */

import { ModuleError, messageOf } from '../errors.js';
import { hasRule, type RuleName } from '../gover/index.js';
import { canonicalVersion, checkPathMajor, InvalidVersionError, splitPathVersion } from '../module/index.js';
import { quoteText } from './mod-text.js';
import { ModfileError, type ModfileProblem } from './modfile-error.js';
import { autoQuote, readWord } from './quote.js';
import type { FileSyntax, Line, LineBlock } from './syntax.js';

/**
 * Makes a version canonical: what it returns stands in the parsed file and in its tree. May throw: a ModuleError's
 * reason, or any other error's message, becomes the problem of the line.
 */
export type FixVersion = (path: string, version: string) => string;

export interface ParseOptions {
  /** The Go release whose directives, words and layout it has: without it the newest that is known. */
  readonly goVersion?: string | undefined;
  /** Without it, a version that is not canonical is made so, or refused when it is no semantic version. */
  readonly fixVersion?: FixVersion | undefined;
  /** True on Windows, where a replacement may be a path with backslashes. */
  readonly windows?: boolean | undefined;
}

/** What a directive's reader sees of its line. */
export interface Directive<F> {
  readonly file: F;
  readonly verb: string;
  readonly line: Line;
  readonly block: LineBlock | undefined;
  /** Where the arguments start in the tokens of the line. */
  readonly first: number;
  readonly lax: boolean;
  readonly options: ParseOptions;
}

/** A row of the table of directives. */
export interface DirectiveRow<F> {
  /** Whether `verb ( … )` is allowed. */
  readonly block: boolean;
  /** The rule of the releases that know it; absent: all do. */
  readonly since?: RuleName;
  /** Whether a dependency's file is read for it. */
  readonly lax: boolean;
  /** Adds the directive to the file; calls `refuse` where it cannot. */
  readonly read: (directive: Directive<F>) => void;
}

/** Why a line is refused; becomes a ModfileProblem. Not an Error: a hostile file would make millions of stack traces. */
class Refusal {
  constructor(
    readonly message: string,
    readonly cause: unknown,
  ) {}
}

export function refuse(message: string, cause?: unknown): never {
  throw new Refusal(message, cause);
}

export const argumentsOf = ({ line, first }: Directive<unknown>): string[] => line.tokens.slice(first);

function setArgument({ line, first }: Directive<unknown>, i: number, token: string): void {
  line.tokens[first + i] = token;
}

/** A hostile file could have millions: its error needs no more than this. */
const maxProblems = 10_000;

/** Reads every line of a tree by a table. Appends what is wrong to `problems`. */
export function readDirectives<F extends { readonly syntax: FileSyntax }>(
  file: F,
  table: ReadonlyMap<string, DirectiveRow<F>>,
  options: ParseOptions & { readonly lax?: boolean | undefined },
  problems: ModfileProblem[],
): void {
  const lax = options.lax === true;
  const rowOf = (verb: string) => {
    const row = table.get(verb);
    return row?.since === undefined || hasRule(file.syntax.goVersion, row.since) ? row : undefined;
  };
  const readLine = (line: Line, block: LineBlock | undefined) => {
    const verb = block ? block.tokens[0]! : line.tokens[0]!;
    const row = rowOf(verb);
    if (lax && !row?.lax) return;
    collect(problems, file.syntax, line, () => {
      if (!row) refuse(`unknown directive: ${verb}`);
      row.read({ file, verb, line, block, first: block ? 0 : 1, lax, options });
    });
  };
  for (const statement of file.syntax.statements) {
    if (problems.length >= maxProblems) return;
    if (statement.kind === 'line') readLine(statement, undefined);
    if (statement.kind !== 'block') continue;
    if (statement.tokens.length === 1 && rowOf(statement.tokens[0]!)?.block) {
      for (const line of statement.lines) readLine(line, statement);
    } else if (!lax) {
      problems.push(problemAt(file.syntax, statement, `unknown block type: ${statement.tokens.join(' ')}`));
    }
  }
}

/** Runs a reader and keeps why it refused as a problem of the line. */
export function collect(problems: ModfileProblem[], syntax: FileSyntax, line: Line, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (problems.length < maxProblems) problems.push(problemAt(syntax, line, error.message, error.cause));
  }
}

function problemAt(syntax: FileSyntax, at: Line | LineBlock, message: string, cause?: unknown): ModfileProblem {
  return { file: syntax.name, line: at.lineNumber, col: at.column, message, ...(cause === undefined ? {} : { cause }) };
}

/** Throws a ModfileError when there are problems. */
export function throwProblems(problems: readonly ModfileProblem[]): void {
  if (problems.length > 0) throw new ModfileError(problems);
}

/** How a problem names its directive. */
export function subjectOf({ verb }: Directive<unknown>, path: string): string {
  return path === '' ? verb : `${verb} ${path}`;
}

/** The value of an argument; its token is quoted anew. */
export function readString(directive: Directive<unknown>, i: number): string {
  const word = readWord(directive.line.tokens[directive.first + i]!);
  if ('reason' in word) refuse(`invalid quoted string: ${word.reason}`);
  setArgument(directive, i, autoQuote(word.value));
  return word.value;
}

/** The version in an argument, fixed; its token becomes the fixed version. `path` may be '' where none is known. */
export function readVersion(directive: Directive<unknown>, i: number, path: string, fix?: FixVersion): string {
  const token = directive.line.tokens[directive.first + i]!;
  const subject = subjectOf(directive, path);
  const word = readWord(token);
  if ('reason' in word) refuse(`${subject}: version ${quoteText(token)} invalid: ${word.reason}`);
  const version = fix ? callFix(fix, subject, path, word.value) : canonicalVersion(word.value);
  if (!fix && version === '') {
    refuse(`${subject}: version ${quoteText(word.value)} invalid: must be of the form v1.2.3`);
  }
  setArgument(directive, i, version);
  return version;
}

function callFix(fix: FixVersion, subject: string, path: string, version: string): string {
  try {
    return fix(path, version);
  } catch (error) {
    if (!(error instanceof ModuleError)) refuse(messageOf(error), error);
    if (error.cause instanceof InvalidVersionError) return refuse(`${subject}: ${error.cause.message}`, error);
    const reason = error.reason.replace(/^invalid version(?=: )/, () => `version ${quoteText(version)} invalid`);
    return refuse(`${subject}: ${reason}`, error);
  }
}

/** The major version suffix of a module path. */
export function readPathMajor(path: string, subject = ''): string {
  return splitPathVersion(path)?.pathMajor ?? refuse(`${subject}invalid module path`);
}

/** Refuses a version of another major version than the path's. */
export function requirePathMajor(
  directive: Directive<unknown>,
  path: string,
  version: string,
  pathMajor: string,
): void {
  try {
    checkPathMajor(version, pathMajor);
  } catch (error) {
    const reason = error instanceof InvalidVersionError ? error.reason : messageOf(error);
    refuse(`${subjectOf(directive, path)}: version ${quoteText(version)} invalid: ${reason}`, error);
  }
}
