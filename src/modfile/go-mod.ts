/**
 * go.mod as a typed file on top of its syntax tree (go.dev/ref/mod#go-mod-file): strict for the main module, lax for
 * dependencies, of which newer directives are ignored. A new directive is one row of the table.
 */
import type { ModuleVersion } from '../module/index.js';
import {
  argumentsOf,
  collect,
  type Directive,
  type DirectiveRow,
  type FixVersion,
  type ParseOptions,
  readDirectives,
  readPathMajor,
  readString,
  readVersion,
  refuse,
  requirePathMajor,
  throwProblems,
} from './directive.js';
import { deprecation, directiveComment, isIndirect } from './line-comments.js';
import { decodeText, encodeText, quoteText } from './mod-text.js';
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

export interface ModuleDirective {
  path: string;
  /** Always '': the main module has no version. */
  readonly version: '';
  /** The text of its `// Deprecated:` paragraph, or ''. */
  readonly deprecated: string;
  readonly syntax: Line;
}

export interface RequireDirective {
  readonly path: string;
  version: string;
  /** Marked `// indirect`. */
  indirect: boolean;
  syntax: Line;
}

export interface ExcludeDirective extends ModuleVersion {
  readonly syntax: Line;
}

/** A closed interval; low and high are the same for a single version. */
export interface VersionInterval {
  readonly low: string;
  readonly high: string;
}

export interface RetractDirective extends VersionInterval {
  /** Its comment, '' when there is none. From outside: it may hold anything but newlines at its ends. */
  readonly rationale: string;
  readonly syntax: Line;
}

export interface PathDirective {
  readonly path: string;
  readonly syntax: Line;
}

/** A go.mod file. Edits (edit-*.ts) replace the arrays, change their entries and the tree. */
export interface GoModFile {
  readonly kind: 'go.mod';
  readonly syntax: FileSyntax;
  module: ModuleDirective | undefined;
  go: GoDirective | undefined;
  toolchain: ToolchainDirective | undefined;
  godebug: GodebugDirective[];
  require: RequireDirective[];
  exclude: ExcludeDirective[];
  replace: ReplaceDirective[];
  retract: RetractDirective[];
  tool: PathDirective[];
  ignore: PathDirective[];
}

export interface ParseGoModOptions extends ParseOptions {
  /** For a dependency: unknown and main-module-only directives are skipped, bad retractions too, odd go versions repaired. */
  readonly lax?: boolean | undefined;
}

/** An empty go.mod; `name` is used in errors. */
export function newGoMod(name = 'go.mod'): GoModFile {
  return emptyGoMod(newFileSyntax(name));
}

/** Parses a go.mod. Throws a ModfileError, whose message is the go command's, with a line for each problem. */
export function parseGoMod(name: string, data: Uint8Array | string, options: ParseGoModOptions = {}): GoModFile {
  const file = emptyGoMod(parseSyntax(name, typeof data === 'string' ? data : decodeText(data), options.goVersion));
  const problems: ModfileProblem[] = [];
  readDirectives(file, goModDirectives, options, problems);
  if (options.fixVersion) fixRetractions(file, options.fixVersion, problems);
  throwProblems(problems);
  return file;
}

/** The file as text, formatted. Bytes that are not UTF-8 are lone surrogates in it (mod-text.ts): to write it, `formatGoModBytes`. */
export function formatGoMod(file: GoModFile): string {
  return printSyntax(file.syntax);
}

/** The file as bytes, formatted: what `go mod edit -fmt` writes. */
export function formatGoModBytes(file: GoModFile): Uint8Array {
  return encodeText(printSyntax(file.syntax));
}

function emptyGoMod(syntax: FileSyntax): GoModFile {
  return {
    kind: 'go.mod',
    syntax,
    module: undefined,
    go: undefined,
    toolchain: undefined,
    godebug: [],
    require: [],
    exclude: [],
    replace: [],
    retract: [],
    tool: [],
    ignore: [],
  };
}

type GoModDirective = Directive<GoModFile>;

const goModDirectives: ReadonlyMap<string, DirectiveRow<GoModFile>> = new Map<string, DirectiveRow<GoModFile>>([
  ['module', { block: true, lax: true, read: readModule }],
  ['go', { block: false, lax: true, read: readGo }],
  ['toolchain', { block: false, lax: false, read: readToolchain }],
  ['godebug', { block: true, since: 'godebug-lines', lax: false, read: readGodebug }],
  ['require', { block: true, lax: true, read: readRequire }],
  ['exclude', { block: true, lax: false, read: (d) => d.file.exclude.push(readModuleVersion(d)) }],
  ['replace', { block: true, lax: false, read: readReplace }],
  ['retract', { block: true, lax: true, read: readRetract }],
  ['tool', { block: true, since: 'tool-lines', lax: false, read: (d) => d.file.tool.push(readPath(d)) }],
  ['ignore', { block: true, since: 'ignore-lines', lax: true, read: (d) => d.file.ignore.push(readPath(d)) }],
]);

function readModule(directive: GoModDirective): void {
  const { file, block, line } = directive;
  if (file.module) refuse('repeated module statement');
  file.module = { path: '', version: '', deprecated: deprecation(directiveComment(block, line)), syntax: line };
  if (argumentsOf(directive).length !== 1) refuse('usage: module module/path');
  file.module.path = readString(directive, 0);
}

function readModuleVersion(directive: GoModDirective): { path: string; version: string; syntax: Line } {
  const { verb, line, options } = directive;
  if (argumentsOf(directive).length !== 2) refuse(`usage: ${verb} module/path v1.2.3`);
  const path = readString(directive, 0);
  const version = readVersion(directive, 1, path, options.fixVersion);
  requirePathMajor(directive, path, version, readPathMajor(path));
  return { path, version, syntax: line };
}

function readRequire(directive: GoModDirective): void {
  const { file, line } = directive;
  const { path, version } = readModuleVersion(directive);
  file.require.push({ path, version, indirect: isIndirect(line), syntax: line });
}

function readPath(directive: GoModDirective): PathDirective {
  if (argumentsOf(directive).length !== 1) refuse(`${directive.verb} directive expects exactly one argument`);
  return { path: readString(directive, 0), syntax: directive.line };
}

/** Versions stay as they are written: to fix them needs the module path, which may come later. */
function readRetract(directive: GoModDirective): void {
  const { file, block, line, lax } = directive;
  let interval: VersionInterval;
  let used: number;
  try {
    ({ interval, used } = readInterval(directive, '', (_, version) => version));
  } catch (error) {
    // a dependency may use syntax of a newer Go
    if (lax) return;
    throw error;
  }
  const extra = argumentsOf(directive)[used];
  if (extra !== undefined && !lax) refuse(`unexpected token after version: ${quoteText(extra)}`);
  const { low, high } = interval;
  file.retract.push({ low, high, rationale: directiveComment(block, line), syntax: line });
}

/** Reads `v1.2.3` or `[v1.2.0, v1.3.0]`; `used` counts its tokens. */
function readInterval(
  directive: GoModDirective,
  path: string,
  fix: FixVersion,
): { interval: VersionInterval; used: number } {
  const tokens = argumentsOf(directive);
  if (tokens.length === 0 || tokens[0] === '(') refuse("expected '[' or version");
  if (tokens[0] !== '[') {
    const version = readVersion(directive, 0, path, fix);
    return { interval: { low: version, high: version }, used: 1 };
  }
  if (tokens.length < 2) refuse("expected version after '['");
  const low = readVersion(directive, 1, path, fix);
  if (tokens[2] !== ',') refuse("expected ',' after version");
  if (tokens.length < 4) refuse("expected version after ','");
  const high = readVersion(directive, 3, path, fix);
  if (tokens[4] !== ']') refuse("expected ']' after version");
  return { interval: { low, high }, used: 5 };
}

function fixRetractions(file: GoModFile, fix: FixVersion, problems: ModfileProblem[]): void {
  const path = file.module?.path ?? '';
  const [first] = file.retract;
  if (path === '' && first) {
    collect(problems, file.syntax, first.syntax, () => refuse('no module directive found, so retract cannot be used'));
    return;
  }
  file.retract = file.retract.map((retract) => {
    const { syntax: line } = retract;
    let fixed = retract;
    collect(problems, file.syntax, line, () => {
      const first = line.tokens[0] === 'retract' ? 1 : 0;
      const directive = { file, verb: 'retract', line, block: undefined, first, lax: false, options: {} };
      fixed = { ...retract, ...readInterval(directive, path, fix).interval };
    });
    return fixed;
  });
}
