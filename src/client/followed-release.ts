/**
 * Which Go release a run follows, as GOTOOLCHAIN says: the setting's own, a newer one that go.work or go.mod asks for,
 * and a newer one still where a module turns out to need it. Go would start another toolchain there; here only the
 * release that is followed changes (go.dev/doc/toolchain#select, #switch).
 */
import { causeOf, flatten, messageOf, TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { compareGo, isGoPrerelease, langVersion, unknownReleaseNote } from '../gover/index.js';
import { goModKey, SumLedger, TooNewError, toolchainModule } from '../modfetch/index.js';
import { SourceTree } from '../sourcetree/index.js';
import { openGateway } from './gateway.js';
import { readNearest, readSetting, selectRelease } from './select-release.js';

/** What following a release takes. */
export interface ReleaseContext {
  readonly goEnv: GoEnv;
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
  /** Told why another release is followed. */
  readonly message: (text: string) => void;
  /** Told, whenever it is followed, of a release whose rules are not known. */
  readonly note?: ((text: string) => void) | undefined;
}

/** Runs with the settings of the release to follow, and again with those of a newer one when that is what it lacked and GOTOOLCHAIN allows. */
export async function asFollowedRelease<T>(context: ReleaseContext, run: (goEnv: GoEnv) => Promise<T>): Promise<T> {
  for (let goEnv = await followedRelease(context); ; ) {
    try {
      return await run(goEnv);
    } catch (error) {
      goEnv = settingsOf(context, await nextRelease(context, error, goEnv.goVersion));
    }
  }
}

/** The settings as the release to begin with has them: see selectRelease. */
export async function followedRelease(context: Pick<ReleaseContext, 'goEnv' | 'cwd' | 'note'>): Promise<GoEnv> {
  return settingsOf(context, await selectRelease(context.goEnv, context.cwd));
}

function settingsOf({ goEnv, note }: Pick<ReleaseContext, 'goEnv' | 'note'>, release: string): GoEnv {
  const unknown = unknownReleaseNote(release);
  if (unknown !== undefined) note?.(unknown);
  return { ...goEnv, goVersion: release, GOVERSION: `go${release}` };
}

/** The newest need among errors: Go's choice of what to tell. */
function findTooNew(error: unknown): TooNewError | undefined {
  let found: TooNewError | undefined;
  for (const one of flatten(error)) {
    const e = causeOf(one, TooNewError);
    if (e === undefined) continue;
    const order = found === undefined ? 1 : compareGo(e.goVersion, found.goVersion);
    if (order > 0 || (order === 0 && e.what < found!.what)) found = e;
  }
  return found;
}

/** Reports whether asFollowedRelease would try again for these errors. */
export function needsNewerRelease(goEnv: GoEnv, errors: readonly unknown[]): boolean {
  return (
    readSetting(goEnv.GOTOOLCHAIN, goEnv.goVersion).mode === 'auto' &&
    findTooNew(new AggregateError(errors)) !== undefined
  );
}

/** Says why, and gives the release that will do; throws the error where there is none, or where none may be taken. */
async function nextRelease(context: ReleaseContext, error: unknown, release: string): Promise<string> {
  const need = findTooNew(error);
  if (need === undefined || readSetting(context.goEnv.GOTOOLCHAIN, release).mode !== 'auto') throw error;
  let next: string;
  try {
    next = chooseNewer(need.goVersion, await publishedReleases(context));
  } catch (cause) {
    const why = new TsgogetError('go-too-old', `switching to go >= ${need.goVersion}: ${messageOf(cause)}`, { cause });
    throw new AggregateError([...flatten(error), why]);
  }
  if (compareGo(next, release) <= 0) throw error;
  context.message(`${need.what} requires go >= ${need.goVersion}; switching to go${next}`);
  await proveRecordedToolchain(context, next);
  return next;
}

/**
 * Where go.sum names the toolchain of a release, the checksum database must have the same: a repository may want one believed that nobody
 * else has. Throws as SumDb.requireHash does.
 */
async function proveRecordedToolchain({ goEnv, cwd, signal }: ReleaseContext, release: string): Promise<void> {
  const tree = await SourceTree.open({ cwd });
  const file = await readNearest({ cwd, tree, GOWORK: goEnv.GOWORK, GOROOT: goEnv.GOROOT });
  if (file === undefined) return;
  const sumFile = file.path.replace(/(?:\.mod|\.work)$/, (suffix) => (suffix === '.mod' ? '.sum' : '.work.sum'));
  const sums = await SumLedger.open({
    file: sumFile,
    files: { read: (name) => tree.read(name), transform: async () => {} },
    dropMalformed: true,
    warn: () => {},
  });
  const version = `v0.0.1-go${release}.${goEnv.GOHOSTOS}-${goEnv.GOHOSTARCH}`;
  const recorded = [version, goModKey(version)].flatMap((key) => {
    const hash = sums.recorded(toolchainModule, key);
    return hash === undefined ? [] : [{ key, hash }];
  });
  if (recorded.length === 0) return;
  const gateway = openGateway({ goEnv, signal });
  try {
    for (const { key, hash } of recorded) await gateway.sumdb.requireHash(toolchainModule, key, hash);
    await gateway.sumdb.flush();
  } finally {
    await gateway.close();
  }
}

/** Go releases that the proxies know, oldest first. */
async function publishedReleases({ goEnv, signal }: ReleaseContext): Promise<readonly string[]> {
  const gateway = openGateway({ goEnv, signal });
  try {
    const sums = await SumLedger.open({
      file: undefined,
      files: { read: async () => undefined, transform: async () => {} },
      warn: () => {},
    });
    const fetcher = gateway.createFetcher(sums);
    const list = await fetcher.tryEach((proxy) => fetcher.repo(proxy, 'go').versions(''));
    return list.sorted(compareGo);
  } finally {
    await gateway.close();
  }
}

/**
 * Of the newest release of each language version that is new enough: the one before the newest, if the newest is a full
 * release or there is no other; a prerelease is taken only when nothing else will do.
 */
export function chooseNewer(need: string, releases: readonly string[]): string {
  let newest = '';
  for (const release of releases.toReversed()) {
    if (compareGo(release, need) < 0) break;
    if (newest !== '' && langVersion(release) === langVersion(newest)) continue;
    const isSettled = newest !== '' && !isGoPrerelease(newest);
    newest = release;
    if (isSettled) break;
  }
  if (newest === '') throw new TsgogetError('not-found', `no releases found for go >= ${need}`);
  return newest;
}
