/**
 * Errors as text: `go: message` as the go command prints them, each error of a joined one on its own, the hint on a line
 * of its own, nothing said twice; and the exit code: the most serious wins (3 refuted, 2 usage, 1 anything else).
 */
import { CommandLineError } from '../commands/command-line-error.js';
import { ChecksumMismatchError, causeOf, exitCode, hintOf, messageOf, TsgogetError } from '../errors.js';
import { nameCommands } from './own-commands.js';

export interface ErrorReport {
  /** Lines with a newline each; '' for no errors. Not yet cleaned. */
  readonly text: string;
  /** 0 for no errors. */
  readonly exitCode: 0 | 1 | 2 | 3;
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** Where node's words for an error of the system are not the system's own, which go prints. */
const systemWords: Readonly<Record<string, string>> = {
  EBUSY: 'device or resource busy',
  EEXIST: 'file exists',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  EXDEV: 'invalid cross-device link',
};

/** A file-system error in go's order of words: `open x: no such file or directory`. */
function errnoMessage(error: NodeJS.ErrnoException): string {
  const dest = 'dest' in error ? ` ${String(error.dest)}` : '';
  const where = error.path === undefined ? '' : ` ${error.path}`;
  const words = /^[A-Z0-9]+: (.*?), [a-z]/s.exec(error.message)?.[1];
  if (words === undefined) return error.message;
  return `${error.syscall ?? ''}${where}${dest}: ${systemWords[error.code ?? ''] ?? words}`;
}

/** The words of one error without those of its causes. */
function words(error: unknown): string {
  return isErrno(error) ? errnoMessage(error) : messageOf(error);
}

function isInterruption(error: unknown): boolean {
  if (error instanceof TsgogetError) return error.code === 'interrupted';
  return (
    error instanceof Error && (error.name === 'AbortError' || (error as NodeJS.ErrnoException).code === 'ABORT_ERR')
  );
}

function* separate(errors: readonly unknown[]): Generator<unknown> {
  for (const error of errors) {
    if (error instanceof AggregateError && error.errors.length > 0) yield* separate(error.errors);
    else yield error;
  }
}

/** The causes whose words the text does not hold already. */
function unsaidCauses(error: unknown, text: string): string[] {
  const said = new Set<unknown>([error]);
  const lines: string[] = [];
  for (let cause = (error as Error).cause; cause instanceof Error && !said.has(cause); cause = cause.cause) {
    said.add(cause);
    const message = words(cause);
    if (message !== '' && !text.includes(message) && !text.includes(messageOf(cause)) && !isInterruption(cause)) {
      lines.push(`\tcaused by: ${message}`);
      text += message;
    }
  }
  return lines;
}

function describe(error: unknown, programName: string, debug: boolean): string[] {
  if (error instanceof CommandLineError)
    return [nameCommands(error.message.replace(/^go: /, `${programName}: `), programName)];
  const known = error instanceof TsgogetError || isErrno(error);
  if (!known) {
    const name = error instanceof Error ? error.name : typeof error;
    const what = messageOf(error).split('\n')[0];
    return [
      `${programName}: internal error: ${name}: ${what} (a bug: please report it, with what TSGOGET_DEBUG=1 prints for the same command)`,
    ];
  }
  const text = nameCommands(words(error), programName);
  // advice that stands apart from the errors before it begins with an empty line
  const isBare = error instanceof TsgogetError && error.bare && (programName === 'go' || text.startsWith('\n'));
  // a message holds what a person needs of its causes; the rest is for a bug report
  return [isBare ? text : `${programName}: ${text}`, ...(debug ? unsaidCauses(error, text) : [])];
}

const isByGoSum = (error: unknown) => /^go\.(?:work\.)?sum$/.test(causeOf(error, ChecksumMismatchError)?.from ?? '');

/**
 * Reports errors, each once. With `debug` their stacks follow; with `interrupted` nothing is said about the wait that
 * an interruption ended.
 */
export function reportErrors(
  errors: readonly unknown[],
  options: {
    programName: string;
    debug?: boolean;
    interrupted?: boolean;
    /** The hint for an error; its own unless given. */
    adviceOn?: (error: unknown) => string | undefined;
  },
): ErrorReport {
  let code: ErrorReport['exitCode'] = 0;
  const lines = new Set<string>();
  const hints = new Set<string>();
  const refutations = new Set<string>();
  for (const error of separate(errors)) {
    const own = exitCode(error);
    code = own > code ? own : code;
    if (options.interrupted && isInterruption(error)) continue;
    // a module's mismatch may come by two ways, once with its name before it
    const refutation = own === 3 ? /verifying [\s\S]*/.exec(messageOf(error))?.[0] : undefined;
    const isGo = options.programName === 'go';
    if (refutation !== undefined && !isGo) {
      if (refutations.has(refutation)) continue;
      refutations.add(refutation);
    }
    if (refutation !== undefined && isGo && isByGoSum(error)) {
      // there go ends at once
      if (refutations.size === 0) lines.add(refutation.trimEnd());
      refutations.add(refutation);
      continue;
    }
    lines.add(describe(error, options.programName, options.debug ?? false).join('\n'));
    if (options.debug && error instanceof Error && error.stack !== undefined) lines.add(error.stack);
    const hint = (options.adviceOn ?? hintOf)(error);
    // in go's place stderr is go's
    if (hint !== undefined && options.programName !== 'go')
      hints.add(`hint: ${nameCommands(hint, options.programName)}`);
  }
  const text = [...lines, ...hints].map((line) => `${line}\n`).join('');
  return { text, exitCode: code };
}
