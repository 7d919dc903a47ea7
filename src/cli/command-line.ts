/**
 * The words before a command's own flags: flags of tsgoget itself, -C, the command's name, and the ways to ask for help.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandLineError } from '../commands/command-line-error.js';
import { type CommandRow, findCommand, isCommandGroup } from '../commands/find-command.js';
import { commandTable } from '../commands/table.js';

export type Request =
  /** A command and the words after its name. */
  | { readonly kind: 'command'; readonly row: CommandRow; readonly words: readonly string[] }
  /** `help`; `failed`: shown because something is missing, as an error. */
  | { readonly kind: 'help'; readonly words: readonly string[]; readonly failed: boolean }
  /** Words that name no command; `group` is the group they began with, or ''. */
  | { readonly kind: 'unknown'; readonly words: readonly string[]; readonly group: string };

export interface CommandLine {
  readonly request: Request;
  /** The value of -C. */
  readonly directory: string | undefined;
}

const leadingFlags = /^--?(?:(?:no-)?(?:color|progress))(?:=.*)?$/;

/** Takes `-C dir` from the front of the words. */
function takeDirectory(words: readonly string[]): { directory: string | undefined; rest: readonly string[] } {
  const [first = '', second] = words;
  const joined = /^--?C=([\s\S]*)$/.exec(first);
  if (joined !== null) return { directory: joined[1]!, rest: words.slice(1) };
  if ((first === '-C' || first === '--C') && second !== undefined) return { directory: second, rest: words.slice(2) };
  return { directory: undefined, rest: words };
}

/** How many words at the front name a command or a group of commands. */
function nameLength(words: readonly string[]): number {
  return (
    findCommand(commandTable, words)?.used ?? (words.length > 0 && isCommandGroup(commandTable, words[0]!) ? 1 : 0)
  );
}

function readRequest(words: readonly string[], leading: readonly string[], programName: string): Request {
  const found = findCommand(commandTable, words);
  if (found !== undefined) {
    const rest = words.slice(found.used);
    return { kind: 'command', row: found.row, words: [...leading, ...rest] };
  }
  const [first, second] = words;
  if (first === undefined) return { kind: 'help', words: [], failed: true };
  if (!isCommandGroup(commandTable, first)) return { kind: 'unknown', words, group: '' };
  if (second === undefined) return { kind: 'help', words: [first], failed: true };
  if (second === 'help') return { kind: 'help', words: [first, ...words.slice(2)], failed: false };
  const asksHelp = /^--?h(?:elp)?$/.test(second) && programName !== 'go'; // go knows no such flag of a group
  if (asksHelp) return { kind: 'help', words: [first], failed: false };
  return { kind: 'unknown', words, group: first };
}

/** Where the flag belongs, if a command follows it. */
function flagPlace(name: string, words: readonly string[], programName: string): string | undefined {
  const at = words.findIndex((_, i) => nameLength(words.slice(i)) > 0);
  if (at < 0) return undefined;
  const command = words.slice(at, at + nameLength(words.slice(at))).join(' ');
  return `flags follow the command: '${programName} ${command} -${name}'`;
}

/** Reads all words after the program's name. Throws CommandLineError for a flag that only a command has. */
export function readCommandLine(argv: readonly string[], programName: string): CommandLine {
  const leading: string[] = [];
  let words: readonly string[] = argv;
  let { directory, rest } = takeDirectory(words);
  words = rest;
  while (words[0]?.startsWith('-')) {
    const flag = words[0];
    words = words.slice(1);
    if (leadingFlags.test(flag)) leading.push(flag);
    else if (/^--?h(?:elp)?$/.test(flag)) return { request: { kind: 'help', words, failed: false }, directory };
    else if (/^--?version$/.test(flag)) words = ['version', ...words];
    else {
      const name = flag.replace(/^--?/, '').replace(/=.*$/s, '');
      throw new CommandLineError(
        `flag provided but not defined: -${name}\nusage: ${programName} <command> [arguments]\nRun '${programName} help' for usage.`,
        flagPlace(name, words, programName),
      );
    }
  }
  if (directory === undefined) {
    const used = nameLength(words);
    ({ directory, rest } = takeDirectory(words.slice(used)));
    words = [...words.slice(0, used), ...rest];
  }
  return { request: readRequest(words, leading, programName), directory };
}

/** The directory that -C names. Throws as go does: `chdir x: no such file or directory`. */
export function changeDirectory(cwd: string, directory: string): string {
  const target = resolve(cwd, directory);
  const fail = (code: string, words: string) =>
    Object.assign(new Error(`${code}: ${words}, chdir '${directory}'`), { code, syscall: 'chdir', path: directory });
  let isDirectory: boolean;
  try {
    isDirectory = directory !== '' && statSync(target).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw fail('ENOENT', 'no such file or directory');
  }
  if (directory === '') throw fail('ENOENT', 'no such file or directory');
  if (!isDirectory) throw fail('ENOTDIR', 'not a directory');
  return target;
}
