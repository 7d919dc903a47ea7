/** go.work as a typed file on top of its syntax tree (go.dev/ref/mod#go-work-file). */
import {
  argumentsOf,
  type Directive,
  type DirectiveRow,
  type ParseOptions,
  readDirectives,
  readString,
  refuse,
  throwProblems,
} from './directive.js';
import { decodeText, encodeText } from './mod-text.js';
import type { ModfileProblem } from './modfile-error.js';
import { parseSyntax } from './parse-syntax.js';
import { printSyntax } from './print.js';
import {
  type GoDirective,
  type GodebugDirective,
  type ReplaceDirective,
  readGo,
  readGodebug,
  readReplace,
  readToolchain,
  type ToolchainDirective,
} from './shared-directives.js';
import { type FileSyntax, type Line, newFileSyntax } from './syntax.js';

export interface UseDirective {
  /** The folder, as written, with forward slashes. */
  readonly path: string;
  /** The module path of that folder, when an edit has given it; '' after parsing. */
  modulePath: string;
  readonly syntax: Line;
}

/** A go.work file. Edits (edit-*.ts) replace the arrays, change their entries and the tree. */
export interface GoWorkFile {
  readonly kind: 'go.work';
  readonly syntax: FileSyntax;
  go: GoDirective | undefined;
  toolchain: ToolchainDirective | undefined;
  godebug: GodebugDirective[];
  use: UseDirective[];
  replace: ReplaceDirective[];
}

const goWorkDirectives: ReadonlyMap<string, DirectiveRow<GoWorkFile>> = new Map<string, DirectiveRow<GoWorkFile>>([
  ['go', { block: false, lax: false, read: readGo }],
  ['toolchain', { block: false, lax: false, read: readToolchain }],
  ['godebug', { block: true, since: 'godebug-lines', lax: false, read: readGodebug }],
  ['use', { block: true, lax: false, read: readUse }],
  ['replace', { block: true, lax: false, read: readReplace }],
]);

/** An empty go.work; `name` is used in errors. */
export function newGoWork(name = 'go.work'): GoWorkFile {
  return emptyGoWork(newFileSyntax(name));
}

/** Parses a go.work. Throws a ModfileError, whose message is the go command's, with a line for each problem. */
export function parseGoWork(name: string, data: Uint8Array | string, options: ParseOptions = {}): GoWorkFile {
  const file = emptyGoWork(parseSyntax(name, typeof data === 'string' ? data : decodeText(data), options.goVersion));
  const problems: ModfileProblem[] = [];
  readDirectives(file, goWorkDirectives, { ...options, lax: false }, problems);
  throwProblems(problems);
  return file;
}

/** The file as text, formatted; see `formatGoMod`. */
export function formatGoWork(file: GoWorkFile): string {
  return printSyntax(file.syntax);
}

/** The file as bytes, formatted. */
export function formatGoWorkBytes(file: GoWorkFile): Uint8Array {
  return encodeText(printSyntax(file.syntax));
}

function emptyGoWork(syntax: FileSyntax): GoWorkFile {
  return { kind: 'go.work', syntax, go: undefined, toolchain: undefined, godebug: [], use: [], replace: [] };
}

function readUse(directive: Directive<GoWorkFile>): void {
  const { file, verb, line } = directive;
  if (argumentsOf(directive).length !== 1) refuse(`usage: ${verb} local/dir`);
  file.use.push({ path: readString(directive, 0), modulePath: '', syntax: line });
}
