/** The directives that go.mod and go.work share: go, toolchain, godebug, replace. */
import type { ModuleVersion } from '../module/index.js';
import {
  argumentsOf,
  type Directive,
  readPathMajor,
  readString,
  readVersion,
  refuse,
  requirePathMajor,
  subjectOf,
} from './directive.js';
import { quoteText } from './mod-text.js';
import { isDirectoryPath } from './quote.js';
import type { Line } from './syntax.js';

export interface GoDirective {
  /** '1.21', '1.21rc1', '1.21.0'. */
  version: string;
  readonly syntax: Line;
}

export interface ToolchainDirective {
  /** 'go1.21.0' or 'default'. */
  name: string;
  readonly syntax: Line;
}

export interface GodebugDirective {
  readonly key: string;
  value: string;
  readonly syntax: Line;
}

export interface ReplaceDirective {
  /** version '' for any version. */
  readonly old: ModuleVersion;
  /** version '' for a folder. */
  new: ModuleVersion;
  readonly syntax: Line;
}

/** What go.mod and go.work have in common. */
export interface SharedDirectives {
  go: GoDirective | undefined;
  toolchain: ToolchainDirective | undefined;
  godebug: GodebugDirective[];
  replace: ReplaceDirective[];
}

type SharedDirective = Directive<SharedDirectives>;

/** The versions that a go directive may name. */
export const goVersionRegExp = /^([1-9][0-9]*)\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?$/;
/** The names that a toolchain directive may have: looser than what Go releases, for those to come. */
export const toolchainRegExp = /^default$|^go1($|\.)/;
const laxGoVersionRegExp = /^v?(([1-9][0-9]*)\.(0|[1-9][0-9]*))([^0-9][^\n]*)$/;

export function readGo(directive: SharedDirective): void {
  const { file, line, lax, first } = directive;
  if (file.go) refuse('repeated go statement');
  const args = argumentsOf(directive);
  if (args.length !== 1) refuse('go directive expects exactly one argument');
  const text = args[0]!;
  const version = goVersionRegExp.test(text) ? text : lax ? laxGoVersionRegExp.exec(text)?.[1] : undefined;
  if (version === undefined) refuse(`invalid go version '${text}': must match format 1.23.0`);
  line.tokens[first] = version;
  file.go = { version, syntax: line };
}

export function readToolchain(directive: SharedDirective): void {
  const { file, line } = directive;
  if (file.toolchain) refuse('repeated toolchain statement');
  const args = argumentsOf(directive);
  if (args.length !== 1) refuse('toolchain directive expects exactly one argument');
  const name = args[0]!;
  if (!toolchainRegExp.test(name)) {
    refuse(`invalid toolchain version '${name}': must match format go1.23.0 or default`);
  }
  file.toolchain = { name, syntax: line };
}

export function readGodebug(directive: SharedDirective): void {
  const args = argumentsOf(directive);
  const setting = args[0] ?? '';
  const equals = setting.indexOf('=');
  if (args.length !== 1 || equals < 0 || /["`',]/.test(setting)) refuse('usage: godebug key=value');
  const { file, line } = directive;
  file.godebug.push({ key: setting.slice(0, equals), value: setting.slice(equals + 1), syntax: line });
}

export function readReplace(directive: SharedDirective): void {
  const { file, verb, line, options } = directive;
  const args = argumentsOf(directive);
  const arrow = args[1] === '=>' ? 1 : 2;
  if (args.length < arrow + 2 || args.length > arrow + 3 || args[arrow] !== '=>') {
    refuse(
      `usage: ${verb} module/path [v1.2.3] => other/module v1.4\n\t or ${verb} module/path [v1.2.3] => ../local/directory`,
    );
  }
  const path = readString(directive, 0);
  const pathMajor = readPathMajor(path, `${subjectOf(directive, path)}: `);
  let version = '';
  if (arrow === 2) {
    version = readVersion(directive, 1, path, options.fixVersion);
    requirePathMajor(directive, path, version, pathMajor);
  }
  const target = readString(directive, arrow + 1);
  let targetVersion = '';
  if (args.length === arrow + 2) {
    checkFolder(target, options.windows === true);
  } else {
    targetVersion = readVersion(directive, arrow + 2, target, options.fixVersion);
    if (isDirectoryPath(target)) {
      refuse(`replacement module directory path ${quoteText(target)} cannot have version`);
    }
  }
  file.replace.push({ old: { path, version }, new: { path: target, version: targetVersion }, syntax: line });
}

function checkFolder(path: string, windows: boolean): void {
  if (!isDirectoryPath(path)) {
    if (path.includes('@')) refuse("replacement module must match format 'path version', not 'path@version'");
    refuse('replacement module without version must be directory path (rooted or starting with . or ..)');
  }
  if (!windows && path.includes('\\')) {
    refuse('replacement directory appears to be Windows path (on a non-windows system)');
  }
}
