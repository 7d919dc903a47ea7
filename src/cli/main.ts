/**
 * The program: streams and words in, exit code out. `main` touches no global, so that a test can call it;
 * `runProcess` gives it the real process.
 */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type {
  Command,
  CommandContext,
  CommandResult,
  FlagSpec,
  Flags,
  Invocation,
  OutputKind,
} from '../commands/command.js';
import { helpRow } from '../commands/table.js';
import { chain, exitCode as exitCodeOf, hintOf, messageOf, requestFailures, TsgogetError } from '../errors.js';
import { checkGoPath, type GoEnv, readGoEnv } from '../goenv/index.js';
import { cleanJson, cleanMessage, cleanText, jsonWithoutLogCommands, withoutLogCommands } from './clean-text.js';
import { changeDirectory, type Request, readCommandLine } from './command-line.js';
import { reportErrors } from './error-report.js';
import { createFlags, globalFlags } from './flags.js';
import { HelpRequest, splitGoflags } from './go-flags.js';
import { createOutput } from './output.js';
import { nameCommands } from './own-commands.js';
import { createProgress, type ProgressMode } from './progress.js';
import { standardStream } from './standard-stream.js';
import { cleanPainted, createStyle, isInteractive, type OutputStream } from './terminal.js';

/** What a process has. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly programName: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly platform?: NodeJS.Platform;
  /** Calls the listener at each signal that asks the program to end; returns how to stop listening. */
  onSignal?(listener: (name: SignalName) => void): () => void;
  /** Ends the process at once. */
  exitNow?(code: number): void;
}

export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type SignalName = keyof typeof signalExitCodes;

/** As a shell says of a program that SIGPIPE ended: nobody knows what the unread output would have said. */
const closedOutputCode = 141;

/** Runs one command line. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  const { env, programName } = world;
  let abort: AbortController | undefined;
  const controller = () => (abort ??= new AbortController());
  let interruptedCode: number | undefined;
  const stop = (code: number) => {
    interruptedCode ??= code;
    controller().abort(new TsgogetError('interrupted', 'interrupted'));
  };
  const stopListening = world.onSignal?.((name) => {
    if (interruptedCode === undefined) return stop(signalExitCodes[name]);
    progress.stop();
    world.exitNow?.(signalExitCodes[name]);
  });

  let progress = createProgress(world.stderr, 'off');
  const output = createOutput(world.stdout, world.stderr, {
    beforeWrite: () => progress.clear(),
    onClosed: (failure) => stop(failure === undefined ? closedOutputCode : 1), // a full disk is a failure like others
  });
  // always: what runs in a container does not know whose log it writes
  const say = (text: string) => output.stderr(`${withoutLogCommands(text)}\n`);

  let style = await createStyle(undefined, env, world.stdout);
  const print = (text: string, kind: OutputKind = 'text') => {
    if (text === '') return;
    if (kind === 'text') output.stdout(withoutLogCommands(cleanPainted(text, style.color)));
    else if (kind === 'exact') output.stdout(world.stdout.isTTY ? cleanPainted(text, style.color) : text);
    else output.stdout(jsonWithoutLogCommands(cleanJson(text)));
  };

  let code = 0;
  let colorFlag: boolean | undefined;
  let settings: GoEnv | undefined;
  const report = async (errors: readonly unknown[]) => {
    progress.stop();
    const { text, exitCode } = reportErrors(errors, {
      programName,
      adviceOn: await loadAdvice(errors, settings),
      debug: env.TSGOGET_DEBUG === '1',
      interrupted: interruptedCode !== undefined,
    });
    if (text !== '') {
      const errorStyle = await createStyle(colorFlag, env, world.stderr);
      output.stderr(withoutLogCommands(paintReport(cleanMessage(text), programName, errorStyle.paint)));
    }
    return exitCode;
  };

  async function context(goEnv: GoEnv, invocation: Invocation): Promise<CommandContext> {
    if (invocation.flags.has('color')) colorFlag = invocation.flags.bool('color');
    style = await createStyle(colorFlag, env, world.stdout);
    const interactive = isInteractive(env, world.stderr);
    progress = createProgress(world.stderr, progressMode(invocation.flags, interactive, programName));
    const message = (text: string) => say(cleanMessage(`${programName}: ${nameCommands(text, programName)}`));
    const noted = new Set<string>();
    return {
      programName,
      env,
      goEnv,
      cwd: goEnv.cwd,
      get signal() {
        return controller().signal; // node loads what few commands need
      },
      style,
      stdout: print,
      message,
      note: (text) => {
        if (programName === 'go' || noted.has(text)) return;
        noted.add(text);
        message(`note: ${text}`);
      },
      trace: (line) => say(cleanMessage(line)),
      progress: { update: (counts) => progress.update(counts) },
    };
  }

  async function execute(): Promise<CommandResult> {
    const { request, directory } = readCommandLine(argv, programName);
    const cwd = directory === undefined ? world.cwd : changeDirectory(world.cwd, directory);
    if (request.kind === 'unknown') {
      throw (await import('./program.js')).unknownCommand(request.words, request.group, programName);
    }
    const { command, words, failed } = await load(request);
    const goEnv = readGoEnv({ env, cwd, ...(world.platform === undefined ? {} : { platform: world.platform }) });
    settings = goEnv;
    if (!command.ignoresSettings) requireGoPath(goEnv);
    const goflags = command.ignoresSettings ? '' : goEnv.GOFLAGS;
    const parsed = await parse(command, words, goflags, programName);
    const result = await parsed.command.run(parsed.invocation, await context(goEnv, parsed.invocation));
    if (!failed) return result;
    output.stderr(withoutLogCommands(cleanText(result.stdout ?? '')));
    return { ...result, stdout: '', exitCode: 2 };
  }

  try {
    const result = await execute();
    progress.stop();
    print(result.stdout ?? '', result.stdoutKind);
    const errorCode = await report(result.errors ?? []);
    code = errorCode === 3 ? 3 : (result.exitCode ?? errorCode);
  } catch (error) {
    code = await report([error]);
  }
  try {
    await output.end();
  } catch (error) {
    code = Math.max(code, await report([error]));
  } finally {
    stopListening?.();
  }
  return code === 3 ? 3 : (interruptedCode ?? code);
}

/** What to say of requests that failed; only where one did is it loaded. */
async function loadAdvice(errors: readonly unknown[], settings: GoEnv | undefined) {
  const isFailedRequest = (error: unknown) => error instanceof TsgogetError && requestFailures.has(error.code);
  const hasFailed = errors.some((error) => Array.from(chain(error)).some(isFailedRequest));
  if (settings === undefined || !hasFailed) return hintOf;
  const { networkAdvice } = await import('../client/network-advice.js');
  return (error: unknown) => networkAdvice(error, settings);
}

function progressMode(flags: Flags, interactive: boolean, programName: string): ProgressMode {
  if (flags.has('progress') && !flags.bool('progress')) return 'off';
  if (interactive) return 'line';
  if (flags.has('progress')) return 'plain';
  return programName === 'go' ? 'off' : 'rare'; // in go's place stderr is go's
}

async function load(request: Exclude<Request, { kind: 'unknown' }>) {
  if (request.kind === 'help') return { command: await helpRow.load(), words: request.words, failed: request.failed };
  return { command: await request.row.load(), words: request.words, failed: false };
}

/** A GOPATH that cannot be is as bad as a bad command line, to go: exit 2. */
function requireGoPath(goEnv: GoEnv): void {
  try {
    checkGoPath(goEnv);
  } catch (error) {
    throw new TsgogetError('usage', messageOf(error));
  }
}

/** Reports whether GOFLAGS holds no flag for the command, and no mistake. */
function sayNothing(goflags: string, command: Command, specs: readonly FlagSpec[]): boolean {
  if (goflags === '') return true;
  try {
    return splitGoflags(goflags, specs, command.ignoreBadGoflags).length === 0;
  } catch {
    return false; // the parser tells it
  }
}

/** The command's flags and arguments; or those of `help`, where help was asked for among the flags. */
async function parse(
  command: Command,
  words: readonly string[],
  goflags: string,
  programName: string,
): Promise<{ command: Command; invocation: Invocation }> {
  // Nothing to parse, nothing to load: `tsgoget version` starts faster without the parser.
  const specs = [...command.flags, ...globalFlags];
  if (!words.some((word) => word.startsWith('-')) && sayNothing(goflags, command, specs)) {
    return { command, invocation: { flags: createFlags([], specs), args: words } };
  }
  const { parseInvocation } = await import('./program.js');
  try {
    return { command, invocation: parseInvocation(command, words, { programName, goflags }) };
  } catch (error) {
    if (!(error instanceof HelpRequest)) throw error;
    const args = command.name.split(' ');
    return { command: await helpRow.load(), invocation: { flags: createFlags([], globalFlags), args } };
  }
}

/** The program's name and the hints of a report, in colour. */
function paintReport(text: string, programName: string, paint: (kind: 'bad' | 'dim', text: string) => string): string {
  const prefix = `${programName}: `;
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith(prefix)) return paint('bad', `${programName}:`) + line.slice(prefix.length - 1);
      return line.startsWith('hint: ') ? paint('dim', line) : line;
    })
    .join('\n');
}

/** 'go' when called through a link of that name: then the program speaks as go does. */
export function programNameOf(scriptPath: string): 'go' | 'tsgoget' {
  return /^go(?:\.(?:exe|cmd|js))?$/.test(basename(scriptPath)) ? 'go' : 'tsgoget';
}

/** The working folder by the name that the shell knows it by, through links: modules are found by names. */
function workingFolder(): string {
  let real: string;
  try {
    real = process.cwd();
  } catch {
    throw new TsgogetError('failed', 'cannot determine current directory: getwd: no such file or directory');
  }
  const { PWD } = process.env;
  if (process.platform === 'win32' || PWD === undefined || resolve(PWD) !== PWD) return real;
  try {
    const [named, here] = [statSync(PWD), statSync(real)];
    return named.ino === here.ino && named.dev === here.dev ? PWD : real;
  } catch {
    return real;
  }
}

/** After the end, how long something left open may keep the process. */
const lingerMs = 2000;

/** main with the process's words and streams. What nobody caught is a bug: one line, exit 1. */
export async function runProcess(): Promise<number> {
  const programName = programNameOf(process.argv[1] ?? '');
  const bug = (error: unknown) => {
    const options = { programName, debug: process.env.TSGOGET_DEBUG === '1' };
    process.stderr.write(withoutLogCommands(cleanText(reportErrors([error], options).text)));
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', bug);
  process.on('unhandledRejection', bug);
  const code = await main(process.argv.slice(2), {
    env: process.env,
    cwd: workingFolder(),
    programName,
    stdout: standardStream(1, () => process.stdout),
    stderr: standardStream(2, () => process.stderr),
    onSignal(listener) {
      const names = Object.keys(signalExitCodes) as SignalName[];
      for (const name of names) process.on(name, listener);
      return () => {
        for (const name of names) process.off(name, listener);
      };
    },
    exitNow: (code) => process.exit(code),
  });
  setTimeout(() => process.exit(code), lingerMs).unref();
  return code;
}
