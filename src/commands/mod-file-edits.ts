/**
 * The edits that `mod edit` and `work edit` have in common: a flag with its value becomes a change of the parsed file.
 * Values are checked before any file is read, as they become words of a line (go.dev/ref/mod#go-mod-edit).
 */
import { quoteGo } from '../encoding/quote-go.js';
import { failed, messageOf, TsgogetError } from '../errors.js';
import { omitEmpty } from '../gojson/index.js';
import { hasRule } from '../gover/index.js';
import {
  addGo,
  addGodebug,
  addReplace,
  addToolchain,
  dropGo,
  dropGodebug,
  dropReplace,
  dropToolchain,
  type GoModFile,
  type GoWorkFile,
  goVersionRegExp,
  isDirectoryPath,
  mustQuote,
  type ReplaceDirective,
  toolchainRegExp,
} from '../modfile/index.js';
import { checkImportPath, type ModuleVersion } from '../module/index.js';
import type { FlagSpec, Flags } from './command.js';

/** Reads a flag's value; the result changes a file. Throws plain messages: `readEdits` says which flag it was. */
export type EditReader<F> = (value: string) => (file: F) => void;

type ModOrWork = GoModFile | GoWorkFile;

/** The edits of the flags given, in their order. */
export function readEdits<F>(flags: Flags, readers: ReadonlyMap<string, EditReader<F>>): ((file: F) => void)[] {
  return flags.all().flatMap(({ name, value }) => {
    const reader = readers.get(name);
    if (reader === undefined) return [];
    const edit = explain(name, value, () => reader(value));
    return [(file: F) => explain(name, value, () => edit(file))];
  });
}

function explain<T>(flag: string, value: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TsgogetError)) throw error;
    throw new TsgogetError(error.code, `-${flag}=${value}: ${error.message}`, { cause: error });
  }
}

function checkWord(what: string, word: string): void {
  if (mustQuote(word)) throw failed(`invalid ${what} ${quoteGo(word)}`);
}

function checkPathArgument(what: string, path: string): void {
  try {
    checkImportPath(path);
  } catch (error) {
    throw failed(`invalid ${what}: ${messageOf(error)}`);
  }
}

/** Splits `path@version`; version undefined without '@'. */
function splitVersion(argument: string): { path: string; version: string | undefined } {
  const at = argument.indexOf('@');
  if (at < 0) return { path: argument, version: undefined };
  const version = argument.slice(at + 1);
  if (/^[-/]/.test(version)) throw failed(`invalid module version ${quoteGo(version)}`);
  return { path: argument.slice(0, at).trim(), version: version.trim() };
}

/** `path@version`. The version may be a branch or a commit: the next command that loads modules resolves it. */
export function readPathVersion(argument: string): ModuleVersion {
  const { path, version } = splitVersion(argument);
  if (version === undefined) throw failed('need path@version');
  checkPathArgument('path', path);
  checkWord('version', version);
  return { path, version };
}

/** A path alone. */
export function readPath(argument: string): string {
  if (argument.includes('@')) throw failed('need just path, not path@version');
  checkPathArgument('path', argument);
  return argument;
}

/** `path[@version]`, or a folder where one is allowed. */
function readReplaceSide(side: 'old' | 'new', argument: string, folders: boolean): ModuleVersion {
  if (folders && isDirectoryPath(argument)) return { path: argument, version: '' };
  const { path, version } = splitVersion(argument);
  checkPathArgument(`${side} path`, path);
  if (version !== undefined && mustQuote(version)) throw failed(`invalid ${side} version: ${quoteGo(version)}`);
  return { path, version: version ?? '' };
}

const readReplace: EditReader<ModOrWork> = (argument) => {
  const at = argument.indexOf('=');
  if (at < 0) throw failed('need old[@v]=new[@w] (missing =)');
  const [left, right] = [argument.slice(0, at).trim(), argument.slice(at + 1).trim()];
  if (right.startsWith('>')) throw failed('separator between old and new is =, not =>');
  const old = readReplaceSide('old', left, false);
  const target = readReplaceSide('new', right, true);
  if (!right.includes('@') && !isDirectoryPath(right)) throw failed('unversioned new path must be local directory');
  return (file) => addReplace(file, old, target);
};

const readGodebug: EditReader<ModOrWork> = (argument) => {
  const at = argument.indexOf('=');
  if (at < 0 || argument.includes(',') || mustQuote(argument)) throw failed('need key=value');
  return (file) => addGodebug(file, argument.slice(0, at), argument.slice(at + 1));
};

/** -replace, -dropreplace, -godebug and -dropgodebug. */
export const sharedEdits: readonly [string, EditReader<ModOrWork>][] = [
  ['replace', readReplace],
  [
    'dropreplace',
    (argument) => {
      const old = readReplaceSide('old', argument, true);
      return (file) => dropReplace(file, old);
    },
  ],
  ['godebug', readGodebug],
  ['dropgodebug', (key) => (file) => dropGodebug(file, key)],
];

export const replaceFlags: readonly FlagSpec[] = [
  { name: 'replace', value: 'old[@v]=new[@v]', repeatable: true, help: 'replace a module, at one or at every version' },
  { name: 'dropreplace', value: 'old[@v]', repeatable: true, help: 'drop a replacement' },
];
export const settingFlags: readonly FlagSpec[] = [
  { name: 'go', value: 'version', help: 'set the Go version; "none" drops it' },
  { name: 'toolchain', value: 'name', help: 'set the toolchain; "none" drops it' },
  { name: 'godebug', value: 'key=value', repeatable: true, help: 'set a GODEBUG default' },
  { name: 'dropgodebug', value: 'key', repeatable: true, help: 'drop a GODEBUG default' },
];
export const outputFlags: readonly FlagSpec[] = [
  { name: 'fmt', help: 'only format' },
  { name: 'print', help: 'print the file instead of writing it' },
  { name: 'json', help: 'print it as JSON instead of writing it' },
];

const given = (flags: Flags, name: string) => flags.text(name) ?? '';

/** Reports whether the command line asks for anything at all. */
export function asksForSomething(flags: Flags, names: readonly string[], edits: readonly unknown[]): boolean {
  const asked = names.some((name) => given(flags, name) !== '') || edits.length > 0;
  return asked || ['json', 'print', 'fmt'].some((name) => flags.bool(name));
}

/** Throws unless -go and -toolchain are empty, "none" or can stand on their lines. */
export function checkReleaseFlags(flags: Flags, goVersion: string): void {
  const check = (name: string, isValid: (value: string) => boolean, example: string) => {
    const value = given(flags, name);
    if (value === '' || value === 'none' || isValid(value)) return;
    throw failed(`invalid -${name} option; expecting something like "-${name} ${example}"`);
  };
  check('go', (v) => goVersionRegExp.test(v), goVersion);
  check('toolchain', (v) => toolchainRegExp.test(v) && !mustQuote(v), `go${goVersion}`);
}

/** Applies -go and -toolchain, then the other edits in their order. */
export function applyEdits<F extends ModOrWork>(file: F, flags: Flags, edits: readonly ((file: F) => void)[]): void {
  const go = given(flags, 'go');
  if (go === 'none') dropGo(file);
  else if (go !== '') addGo(file, go);
  const toolchain = given(flags, 'toolchain');
  if (toolchain === 'none') dropToolchain(file);
  else if (toolchain !== '') addToolchain(file, toolchain);
  for (const edit of edits) edit(file);
}

/** Lists as Go prints them: one with nothing in it is left out, and was null before 1.27. */
export function jsonLists(goVersion: string) {
  const empty = hasRule(goVersion, 'edit-json-omits-empty') ? undefined : null;
  return <T>(list: readonly T[], toJson: (entry: T) => unknown) => (list.length === 0 ? empty : list.map(toJson));
}

export const godebugJson = (g: { readonly key: string; readonly value: string }) => ({ Key: g.key, Value: g.value });
export const moduleJson = ({ path, version }: ModuleVersion) => ({ Path: path, Version: omitEmpty(version) });
export const replaceJson = (r: ReplaceDirective) => ({ Old: moduleJson(r.old), New: moduleJson(r.new) });
