/**
 * GOAUTH (`go help goauth`): its commands, and one run of all of them. They are the user's own: nothing that a module or a server
 * says gets on a command line but the URL that is asked for.
 */
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { goFields, trimGoSpace } from '../encoding/go-space.js';
import { splitQuotedWords } from '../encoding/quoted-words.js';
import { messageOf, TsgogetError } from '../errors.js';
import { ProgramError, type ProgramPlace, runProgram } from '../process/run-program.js';
import { type AuthHeaders, formatAnswer, parseAuthOutput, prefixOf, type RefusedAnswer } from './auth-output.js';
import { fillCredential, type GitCredential } from './git-credential.js';

export interface AuthCommand {
  readonly text: string;
  /** What stands between its spaces; the first is the method, or a program. */
  readonly words: readonly string[];
}

/** The commands of GOAUTH; none of `off`. Throws 'invalid-setting' with the go command's words. */
export function parseGoAuth(goauth: string): AuthCommand[] {
  const commands = goauth.split(';').map((text) => ({ text: trimGoSpace(text), words: goFields(text) }));
  for (const { words } of commands) {
    const [name, dir] = words;
    if (name === undefined) throw invalid(`GOAUTH encountered an empty command (GOAUTH=${goauth})`);
    if (name === 'off' && commands.length > 1) {
      throw invalid(`GOAUTH=off cannot be combined with other authentication commands (GOAUTH=${goauth})`);
    }
    if (name !== 'git') continue;
    const method = 'GOAUTH=git dir method requires an absolute path to the git working directory';
    if (dir === undefined || words.length > 2) throw invalid(method);
    if (!isAbsolute(dir)) throw invalid(`${method}, dir is not absolute`);
  }
  return commands[0]?.words[0] === 'off' ? [] : commands;
}

/** Reports whether a command may know more once a server has refused. */
export const asksAgain = ({ words }: AuthCommand) => words[0] !== 'netrc';

export interface AuthRun {
  readonly place: ProgramPlace;
  readonly signal: AbortSignal;
  readonly netrc: () => Promise<ReadonlyMap<string, AuthHeaders>>;
  /** The URL that was asked for, without a user, and what was answered; undefined in the run before the first request. */
  readonly refused: { readonly url: string; readonly answer: RefusedAnswer } | undefined;
  /** Keeps the headers of a prefix; none: forgets those that it has. */
  readonly keep: (prefix: string, headers: AuthHeaders) => void;
  readonly onGitCredential: (headers: AuthHeaders, credential: GitCredential, dir: string) => void;
}

/** Time enough for a person to answer a prompt. */
const timeoutMs = 5 * 60_000;

/** Asks each command, the last first, so that what the first says holds. Returns what went wrong, in go's words. */
export async function runGoAuth(commands: readonly AuthCommand[], run: AuthRun): Promise<string[]> {
  const problems: string[] = [];
  for (const command of commands.toReversed()) {
    try {
      for (const [prefix, headers] of await ask(command, run)) run.keep(prefix, headers);
    } catch (error) {
      if (error instanceof TsgogetError) throw error;
      problems.push(`GOAUTH=${command.text}: ${messageOf(error)}`);
    }
  }
  return problems;
}

async function ask({ text, words }: AuthCommand, run: AuthRun): Promise<ReadonlyMap<string, AuthHeaders>> {
  const { refused, place, signal } = run;
  if (words[0] === 'netrc') return run.netrc();
  if (words[0] === 'git') {
    const dir = words[1]!;
    checkFolder(dir);
    if (refused === undefined) return new Map(); // git says nothing but for a URL
    const credential = await fillCredential(refused.url, { ...place, cwd: dir, signal, timeoutMs });
    const headers: AuthHeaders = [['authorization', credential.header]];
    run.onGitCredential(headers, credential, dir);
    const prefix = prefixOf(credential.prefix);
    return prefix === undefined ? new Map() : new Map([[prefix, headers]]);
  }
  const fail = (what: string) => new Error(`cannot parse GOAUTH command ${text}: ${what}`);
  const [name = '', ...args] = splitQuotedWords(text, fail);
  const input = refused === undefined ? '' : formatAnswer(refused.answer);
  if (refused !== undefined) args.push(refused.url);
  let output: string;
  try {
    output = await runProgram(name, args, { ...place, input, signal, timeoutMs });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new Error(`could not run command ${text}: ${error.message}\n${error.output}`);
  }
  try {
    return parseAuthOutput(output);
  } catch (error) {
    throw new Error(`cannot parse output of GOAUTH command ${text}: ${messageOf(error)}`);
  }
}

function checkFolder(dir: string): void {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (found === undefined) {
    throw invalid(`GOAUTH=git encountered an error; cannot stat ${dir}: stat ${dir}: no such file or directory`);
  }
  if (found.isDirectory()) return;
  throw invalid('GOAUTH=git dir method requires an absolute path to the git working directory, dir is not a directory');
}

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}
