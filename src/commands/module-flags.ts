/** The flags that every module command takes, and the run that they open. */
import { openRun, type Run, type RunRights, type RunSession, type SessionUse } from '../client/run.js';
import { TsgogetError } from '../errors.js';
import type { SessionSettings } from '../resolve/index.js';
import { SourceTree } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, FlagSpec, Flags, Invocation } from './command.js';

/** -modcacherw, -modfile and -overlay. */
export const moduleFlags: readonly FlagSpec[] = [
  { name: 'modcacherw', help: 'leave extracted modules writable' },
  { name: 'modfile', value: 'file', help: 'read and write this file in place of go.mod' },
  { name: 'overlay', value: 'file', help: 'read files as this JSON document replaces them' },
];

export const modFlag: FlagSpec = {
  name: 'mod',
  value: 'mode',
  help: 'readonly, vendor or mod: what may be used and changed',
};
export const traceFlag: FlagSpec = { name: 'x', help: 'print the requests' };

/** Works over the main module, or outside any, as the command's rights say. */
export function withSession<T extends CommandResult>(
  command: Command,
  [invocation, context]: readonly [Pick<Invocation, 'flags'>, CommandContext],
  use: Omit<SessionUse, 'rights'>,
  work: (opened: RunSession) => Promise<T>,
): Promise<CommandResult> {
  const { rights = { mod: 'readonly' } } = command;
  return withRun(command, invocation, context, (run) =>
    provenResult(run, () => run.withSession({ asGo: context.programName === 'go', ...use, rights }, work)),
  );
}

/** Works in a run of the command, and closes what it opened. */
export async function withRun(
  { rights }: Pick<Command, 'rights'>,
  { flags }: Pick<Invocation, 'flags'>,
  context: CommandContext,
  work: (run: Run) => Promise<CommandResult>,
): Promise<CommandResult> {
  const run = openCommandRun(flags, context, rights);
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}

/** The result of `work`; what was not stored of what proves it is an error beside it. */
export function provenResult(run: Run, work: () => Promise<CommandResult>): Promise<CommandResult> {
  return run.proven(work, (result, error) => ({ ...result, errors: [...(result.errors ?? []), error] }));
}

/** A run as the flags say that the command declares. */
function openCommandRun(flags: Flags, context: CommandContext, rights?: RunRights): Run {
  const bool = (name: string) => declares(flags, name) && flags.bool(name);
  const text = (name: string) => (declares(flags, name) ? flags.text(name) : undefined);
  return openRun({
    goEnv: context.goEnv,
    cwd: context.cwd,
    signal: context.signal,
    modcacherw: bool('modcacherw'),
    overlay: text('overlay'),
    modFile: text('modfile'),
    mod: text('mod'),
    tags: text('tags'),
    message: (line) => context.message(line),
    note: (line) => context.note(line),
    notice: (line) => context.trace(line),
    onTrace: bool('x') ? (line) => context.trace(line) : undefined,
    onProgress: (counts) => context.progress.update(counts),
    announcesDownloads: rights?.announcesDownloads,
  });
}

/** What finds the main module where no session is opened. */
export async function mainModuleSettings(
  flags: Flags,
  context: CommandContext,
): Promise<Omit<SessionSettings, 'createFetcher'>> {
  const { goEnv, cwd, signal } = context;
  const { GO111MODULE, GOWORK, GOPATH, GOROOT, GOTOOLCHAIN, goVersion } = goEnv;
  return {
    ...{ GO111MODULE, GOWORK, GOPATH, GOROOT, GOTOOLCHAIN, goVersion, cwd },
    tree: await SourceTree.open({ cwd, overlay: flags.text('overlay'), signal }),
    rights: { mod: 'readonly' },
    modFile: flags.text('modfile'),
    message: (line) => context.message(line),
    notice: (line) => context.trace(line),
  };
}

function declares(flags: Flags, name: string): boolean {
  try {
    flags.has(name);
    return true;
  } catch {
    return false;
  }
}

export const usageError = (message: string, hint?: string) => new TsgogetError('usage', message, { hint });
