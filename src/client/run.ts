/**
 * One run: the network, the cache, the user's files and the counts of a command or of a client, and the sessions that it opens.
 * Whoever stands before it, the command line or the library, a run is wired here.
 */
import { flatten, isSecurity } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import type { ModuleVersion } from '../module/index.js';
import { type CommandRights, type Opened, openSession, type SessionSettings } from '../resolve/index.js';
import { SourceTree } from '../sourcetree/index.js';
import { asFollowedRelease, followedRelease, needsNewerRelease, type ReleaseContext } from './followed-release.js';
import { type Gateway, openGateway } from './gateway.js';
import { platformTagsOf } from './platform-tags.js';

/** What is known of how far a run is; all optional, counts only grow. */
export interface Progress {
  /** What is being done: 'resolving', 'downloading', 'verifying'. */
  readonly phase?: string;
  readonly modules?: number;
  readonly goModFiles?: number;
  readonly zips?: number;
  /** Hashes proved against go.sum or the checksum database. */
  readonly sums?: number;
  readonly requests?: number;
  readonly inFlight?: number;
  readonly bytes?: number;
  /** Of the phase, where the end is known. */
  readonly done?: number;
  readonly total?: number;
  /** Asks who has been waited for longest; it may be called at any time. */
  readonly longestWait?: () => { readonly host: string; readonly ms: number } | undefined;
}

/** What a run may do, besides what it may do with the main module. */
export interface RunRights extends CommandRights {
  /** It starts again as a newer Go release where that is what it lacked; else it reads as the main module's own release does, or fails. */
  readonly isRepeatable?: boolean;
  /** It says which zips it downloads. */
  readonly announcesDownloads?: boolean;
}

/** Of what only reads: it may use what go.mod and go.sum do not say yet, and leaves them as they are. */
export const readerRights: RunRights = { mod: 'mod', isRepeatable: true };

export interface RunOptions extends ReleaseContext {
  /** Extracted folders stay writable. */
  readonly modcacherw?: boolean | undefined;
  /** -overlay */
  readonly overlay?: string | undefined;
  /** -modfile */
  readonly modFile?: string | undefined;
  /** -mod */
  readonly mod?: string | undefined;
  /** -tags */
  readonly tags?: string | undefined;
  /** A line for people that is no message of ours: warnings that go prints bare. */
  readonly notice: (line: string) => void;
  /** A line of -x. */
  readonly onTrace?: ((line: string) => void) | undefined;
  /** Called with what has changed, at every event: it must be cheap. */
  readonly onProgress?: ((counts: Progress) => void) | undefined;
  readonly announcesDownloads?: boolean | undefined;
}

/** How a session differs from what the run says of all. */
export type SessionUse = Pick<SessionSettings, 'rights'> & Partial<SessionSettings>;

/** A session, and who decides whether its failures are those of a Go release that is too old. */
export interface RunSession extends Opened {
  /** Reports whether the run would start again for these errors. */
  needsNewerRelease(errors: readonly unknown[]): boolean;
}

export interface Run extends RunOptions {
  readonly gateway: Gateway;
  /** Grows while the run goes on. */
  readonly counts: { readonly goModFiles: number; readonly zips: number; readonly bytes: number };
  /** The user's files, through -overlay. */
  openTree(): Promise<SourceTree>;
  /** Finds and reads the main module, or stands outside any, as the Go release of `goEnv`. */
  openSession(use: SessionUse, goEnv?: GoEnv): Promise<Opened>;
  /** Works in a session as the Go release to follow, and again as a newer one where that is needed and the rights say so. */
  withSession<T>(
    use: SessionUse & { readonly rights: RunRights },
    work: (opened: RunSession) => Promise<T>,
  ): Promise<T>;
  /**
   * The answer of `work`, once what proves it is stored: a fork of the log, another process's tree head that contradicts ours,
   * may show only then. What keeps it from being stored is thrown, or told by what `unstored` makes of the answer; beside another
   * failure only a refutation is.
   */
  proven<T>(work: () => Promise<T>, unstored?: (answer: T, error: unknown) => T): Promise<T>;
  close(): Promise<void>;
}

/** Opens a run; nothing is asked yet. Throws as openGateway does. */
export function openRun(options: RunOptions): Run {
  const { goEnv, cwd, signal, overlay, message, onTrace, onProgress } = options;
  const counts = { goModFiles: 0, zips: 0, bytes: 0 };
  const show = () => {
    const { requests, inFlight } = gateway.http.stats();
    onProgress?.({ ...counts, requests, inFlight });
  };
  const gateway: Gateway = openGateway({
    goEnv,
    signal,
    modcacherw: options.modcacherw,
    onTrace,
    onBytes: (n) => {
      counts.bytes += n;
      show();
    },
    onDone: (kind) => {
      counts[kind === 'mod' ? 'goModFiles' : 'zips']++;
      show();
    },
    onUnstored: message,
    ...(options.announcesDownloads && { onDownload: (m) => message(announce(m)) }),
  });
  onProgress?.({ longestWait: () => gateway.http.longestWait() });
  const openTree = () => SourceTree.open({ cwd, overlay, signal });
  const openRunSession: Run['openSession'] = async (use, env = goEnv) =>
    openSession({
      cwd,
      tree: use.tree ?? (await openTree()),
      mod: options.mod,
      modFile: options.modFile,
      GO111MODULE: env.GO111MODULE,
      GOWORK: env.GOWORK,
      GOPATH: env.GOPATH,
      GOROOT: env.GOROOT,
      GOTOOLCHAIN: env.GOTOOLCHAIN,
      goVersion: env.goVersion,
      buildTags: platformTagsOf(env, options.tags),
      message,
      notice: options.notice,
      trace: onTrace,
      createFetcher: (sums) => gateway.createFetcher(sums, env.goVersion),
      ...use,
    });
  return {
    ...options,
    gateway,
    counts,
    openTree,
    openSession: openRunSession,
    async withSession(use, work) {
      const once = async (env: GoEnv) => {
        const opened = await openRunSession(use, env);
        return work({ ...opened, needsNewerRelease: (errors) => needsNewerRelease(env, errors) });
      };
      return use.rights.isRepeatable ? asFollowedRelease(options, once) : once(await followedRelease(options));
    },
    async proven(work, unstored = (_, error) => rethrow(error)) {
      const answer = await work().catch(async (error) => {
        await gateway.sumdb.flush().catch((refuted) => {
          if (isSecurity(refuted)) throw new AggregateError([...flatten(error), refuted]);
        });
        throw error;
      });
      return gateway.sumdb.flush().then(
        () => answer,
        (error) => unstored(answer, error),
      );
    },
    close: () => gateway.close(),
  };
}

const rethrow = (error: unknown): never => {
  throw error;
};

/** What go says when it downloads a zip, outside `mod download`. */
function announce({ path, version }: ModuleVersion): string {
  const toolchain = /^v0\.0\.1-(go.*)\.([a-z0-9]+)-([a-z0-9]+)$/.exec(version);
  if (path !== 'golang.org/toolchain' || toolchain === null) return `downloading ${path} ${version}`;
  return `downloading ${toolchain[1]} (${toolchain[2]}/${toolchain[3]})`;
}
