/** The flags that every module command takes, and the session that they open. */
import { type Gateway, openGateway } from '../client/gateway.js';
import { flatten, isSecurity, TsgogetError } from '../errors.js';
import { openSession, type Requirements, type Session, type SessionSettings } from '../resolve/index.js';
import { SourceTree } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, FlagSpec, Invocation, RunRights } from './command.js';
import { asFollowedRelease } from './followed-release.js';
import { platformTagsOf } from './platform-tags.js';

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

export interface ModuleRun {
  readonly session: Session;
  /** Those that the run starts from. */
  readonly requirements: Requirements;
  readonly gateway: Gateway;
  /** Grows while the run goes on. */
  readonly counts: { readonly goModFiles: number; readonly zips: number; readonly bytes: number };
}

/** What go says when it downloads a zip, outside `mod download`. */
function announce({ path, version }: { path: string; version: string }): string {
  const toolchain = /^v0\.0\.1-(go.*)\.([a-z0-9]+)-([a-z0-9]+)$/.exec(version);
  if (path !== 'golang.org/toolchain' || toolchain === null) return `downloading ${path} ${version}`;
  return `downloading ${toolchain[1]} (${toolchain[2]}/${toolchain[3]})`;
}

type SessionUse = Pick<
  SessionSettings,
  'rootMode' | 'forceModules' | 'ignoresWorkspace' | 'dropMalformedSums' | 'missingGoVersion' | 'checkArguments'
>;

/**
 * Runs a command over the main module, or outside any, as the Go release that is to be followed, and closes what it opened.
 * What keeps the proofs from being stored, another process's tree head that contradicts ours among it, is an error of the command.
 */
export function withSession<T extends CommandResult>(
  { rights = { mod: 'readonly' } }: Command,
  invocation: Pick<Invocation, 'flags'>,
  context: CommandContext,
  how: SessionUse,
  run: (run: ModuleRun, context: CommandContext) => Promise<T>,
): Promise<CommandResult> {
  const once = (context: CommandContext) => runOnce(rights, invocation, context, how, run);
  return asFollowedRelease(context, once, rights.isRepeatable === true);
}

async function runOnce<T extends CommandResult>(
  rights: RunRights,
  { flags }: Pick<Invocation, 'flags'>,
  context: CommandContext,
  how: SessionUse,
  run: (run: ModuleRun, context: CommandContext) => Promise<T>,
): Promise<CommandResult> {
  const { goEnv, signal, cwd } = context;
  const text = (name: string) => (flags.has(name) ? flags.text(name) : undefined);
  const counts = { goModFiles: 0, zips: 0, bytes: 0 };
  let gateway: Gateway | undefined;
  const show = () => {
    const stats = gateway?.http.stats();
    context.progress.update({ ...counts, requests: stats?.requests ?? 0, inFlight: stats?.inFlight ?? 0 });
  };
  const onTrace = declares(flags, 'x') && flags.bool('x') ? (line: string) => context.trace(line) : undefined;
  gateway = openGateway({
    goEnv,
    signal,
    modcacherw: flags.bool('modcacherw'),
    onTrace,
    onBytes: (n) => {
      counts.bytes += n;
      show();
    },
    onDone: (kind) => {
      counts[kind === 'mod' ? 'goModFiles' : 'zips']++;
      show();
    },
    ...(rights.announcesDownloads && { onDownload: (m) => context.message(announce(m)) }),
  });
  try {
    const tree = await SourceTree.open({ cwd, overlay: text('overlay'), signal });
    const { session, requirements } = await openSession({
      ...how,
      cwd,
      tree,
      rights,
      mod: declares(flags, 'mod') ? text('mod') : undefined,
      modFile: text('modfile'),
      GO111MODULE: goEnv.GO111MODULE,
      GOWORK: goEnv.GOWORK,
      GOPATH: goEnv.GOPATH,
      GOROOT: goEnv.GOROOT,
      GOTOOLCHAIN: goEnv.GOTOOLCHAIN,
      goVersion: goEnv.goVersion,
      buildTags: platformTagsOf(goEnv, declares(flags, 'tags') ? text('tags') : undefined),
      message: (line) => context.message(line),
      notice: (line) => context.trace(line),
      trace: onTrace,
      createFetcher: gateway.createFetcher,
    });
    const result = await run({ session, requirements, gateway, counts }, context);
    try {
      await gateway.sumdb.flush();
      return result;
    } catch (error) {
      return { ...result, errors: [...(result.errors ?? []), error] };
    }
  } catch (error) {
    await gateway.sumdb.flush().catch((refuted) => {
      if (isSecurity(refuted)) throw new AggregateError([...flatten(error), refuted]);
    });
    throw error;
  } finally {
    await gateway.close();
  }
}

function declares(flags: Invocation['flags'], name: string): boolean {
  try {
    flags.has(name);
    return true;
  } catch {
    return false;
  }
}

export const usageError = (message: string, hint?: string) => new TsgogetError('usage', message, { hint });
