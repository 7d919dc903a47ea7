/**
 * Writes what a run learned: go.mod when its meaning changed, go.sum when it lacks a hash that the build list needs.
 */

import { failed, messageOf, TsgogetError } from '../../errors.js';
import {
  compareGo,
  fromToolchain,
  goModToolVersion,
  goStrictVersion,
  hasRule,
  separateIndirectVersion,
  simplifyRequireVersion,
} from '../../gover/index.js';
import type { KeepSum } from '../../modfetch/index.js';
import {
  addGo,
  addTool,
  addToolchain,
  cleanup,
  dropTool,
  dropToolchain,
  formatGoModBytes,
  type GoModFile,
  setRequire,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
} from '../../modfile/index.js';
import { keyOf } from '../../module/index.js';
import { GoModDirtyError } from '../graph/go-mod-dirty-error.js';
import type { Requirements } from '../graph/requirements.js';
import { keepSums } from '../packages/keep-sums.js';
import type { Loaded } from '../packages/load-options.js';
import type { ModFileIndex } from '../session/main-modules.js';
import type { Session } from '../session/session.js';

/** What go.mod is to say besides its requirements: the arguments of `get`. */
export interface WriteBackOptions {
  /** `toolchain@none`: the toolchain line goes. */
  readonly dropToolchain?: boolean;
  /** The toolchain line was asked for, however old. */
  readonly explicitToolchain?: boolean;
  readonly addTools?: readonly string[];
  readonly dropTools?: readonly string[];
  /** `mod tidy`: go.sum is to hold these sums and no others, and go.mod is formatted even where it means the same. */
  readonly tidySums?: ReadonlySet<string>;
}

/** What a run has come to. */
export interface Outcome {
  readonly requirements: Requirements;
  /** The packages that were loaded last, where any were: what go.sum needs follows from them. */
  readonly loaded?: Loaded | undefined;
}

/** Writes go.mod and go.sum: both or neither. Throws GoModDirtyError, or 'missing-sum', where they would change and may not. */
export async function writeBack({ requirements: rs, loaded }: Outcome, options: WriteBackOptions = {}): Promise<void> {
  const { session } = rs;
  // nothing is recorded before the tree head that it was proven against is stored
  await session.fetcher.options.sumdb.flush();
  let undo = async () => {};
  if (!session.isWorkspace) {
    const main = session.main.single;
    if (main.root === '' || main.file === undefined || main.index === undefined) return;
    updateGoMod(rs, main.file, options);
    const changesTools = (options.addTools?.length ?? 0) + (options.dropTools?.length ?? 0) > 0;
    const isChanged = changesTools || isDirty(session, main.index, main.file);
    const mayOnlyFormat = session.settings.rights.formatsGoMod === true && !session.tree.isOverlaid(main.goModPath);
    if (isChanged || mayOnlyFormat) {
      if (isChanged && session.buildMod !== 'mod') throw new GoModDirtyError(session);
      const { index: old, goModPath } = main;
      const written = await writeGoMod(session, goModPath, old, main.file);
      undo = () => session.tree.transform(goModPath, (now) => (sameBytes(now, written) ? old.data : undefined));
    }
  }
  try {
    await writeGoSum(rs, loaded, options.tidySums);
  } catch (error) {
    await undo().catch(() => {}); // the failure that is told is the first
    throw error;
  }
}

async function writeGoSum(rs: Requirements, loaded: Loaded | undefined, tidySums?: ReadonlySet<string>): Promise<void> {
  const { session } = rs;
  await session.fetcher.options.sumdb.flush(); // a fork seen meanwhile: then nothing is recorded
  const { sums } = session.fetcher;
  const readonly = session.mustHaveCompleteRequirements;
  if (tidySums !== undefined) {
    sums.trim(isKept(tidySums));
    await sums.write(isKept(tidySums), readonly, true);
  }
  await sums.write(isKept(await keepSums(rs, loaded, 'build-list-zips')), readonly);
}

const isKept =
  (keys: ReadonlySet<string>): KeepSum =>
  (path, version) =>
    keys.has(keyOf({ path, version }));

export interface FileChange {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** What `mod tidy` would make of go.mod and go.sum; writes nothing. `compatVersion` is the oldest Go release that go.sum serves. */
export async function previewTidy(
  { requirements: rs, loaded }: Outcome,
  tidySums: ReadonlySet<string>,
  compatVersion: string,
): Promise<{ goMod: FileChange; goSum: FileChange }> {
  const { session } = rs;
  const { file } = session.main.single;
  const { sums } = session.fetcher;
  let goMod: FileChange = { before: new Uint8Array(), after: new Uint8Array() };
  if (file !== undefined) {
    const before = formatGoModBytes(file);
    updateGoMod(rs, file);
    goMod = { before, after: formatGoModBytes(file) };
  }
  sums.trim(isKept(tidySums));
  // of what was trimmed nothing returns; of what is new, less is wanted where no release before Go 1.17 must be served
  const isNarrower = compareGo(compatVersion, '1.16') > 0;
  const keep = isNarrower ? await keepSums(rs, loaded, 'build-list-zips') : tidySums;
  return { goMod, goSum: await sums.tidied(isKept(keep)) };
}

/**
 * Puts the requirements into the parsed file. Throws TooNewError where its go line would be newer than the release that is followed,
 * 'failed' where it is too old for the tools and a toolchain line was asked for.
 */
export function updateGoMod(rs: Requirements, file: GoModFile, options: WriteBackOptions = {}): void {
  const { session } = rs;
  const require = rs.roots
    .filter((m) => m.path !== 'go' && m.path !== 'toolchain')
    .map((m) => ({ path: m.path, version: m.version, indirect: !rs.direct.has(m.path) }));
  if (compareGo(rs.goVersion, session.goVersion) > 0) throw session.tooNew('updating go.mod', rs.goVersion);
  const { addTools = [], dropTools = [] } = options;
  const hasTools = addTools.length > 0 || file.tool.some(({ path }) => !dropTools.includes(path));
  const raises = hasTools && raisesGoForTools(rs);
  if (raises && options.explicitToolchain === true) {
    throw failed(`${goModToolVersion} is required for tool directives in go.mod: go get go@${goModToolVersion}.0`);
  }
  const goVersion = raises ? goModToolVersion : rs.goVersion;
  setGoLines(rs, file, goVersion, options);
  for (const path of addTools) addTool(file, path);
  for (const path of dropTools) dropTool(file, path);
  setRequireOf(goVersion)(file, require);
  cleanup(file);
}

/** Reports whether tool lines raise the go line. The requirements stay those of the old one. */
function raisesGoForTools({ session, goVersion }: Requirements): boolean {
  const mayRaise =
    session.settings.rights.raisesGoForTools === true && hasRule(session.goVersion, 'get-raises-go-for-tools');
  return mayRaise && compareGo(goVersion, goModToolVersion) < 0;
}

/** Sets the go line, and the toolchain line beside it. */
function setGoLines(
  rs: Requirements,
  file: GoModFile,
  goVersion: string,
  { dropToolchain: drops = false, explicitToolchain = false }: WriteBackOptions,
): void {
  const { session } = rs;
  const writesGo = session.buildMod === 'mod' || session.settings.rights.writesGoLine === true;
  const wasSaid = file.go !== undefined || goVersion !== '1.16' || writesGo;
  if (file.go?.version !== goVersion && wasSaid) {
    addGo(file, goVersion);
  }
  const toolchain = rs.rootSelected('toolchain') ?? `go${goVersion}`;
  const isTooOld = compareGo(fromToolchain(toolchain), goStrictVersion) < 0 && !explicitToolchain;
  if (drops || toolchain === `go${goVersion}` || isTooOld) dropToolchain(file);
  else addToolchain(file, toolchain);
}

/** How a go line has the requirements stand. */
function setRequireOf(goVersion: string) {
  if (compareGo(goVersion, simplifyRequireVersion) >= 0) return setRequireAtMostTwo;
  return compareGo(goVersion, separateIndirectVersion) >= 0 ? setRequireSeparateIndirect : setRequire;
}

/** Reports whether the file now means something else than what was read. */
function isDirty(session: Session, index: ModFileIndex, file: GoModFile): boolean {
  return (
    index.neededFix ||
    (file.module?.path ?? '') !== index.modulePath ||
    (file.go?.version ?? '') !== index.goVersion ||
    (file.toolchain?.name ?? '') !== index.toolchain ||
    file.require.length !== index.require.size ||
    file.replace.length !== index.replace.size ||
    file.exclude.length !== index.exclude.size ||
    file.require.some((r) => {
      const indirect = index.require.get(keyOf(r));
      // a comment alone is no reason to fail where nothing may be written
      return indirect === undefined || (indirect !== r.indirect && session.buildMod !== 'readonly');
    }) ||
    file.replace.some((r) => {
      const to = index.replace.get(keyOf(r.old));
      return to === undefined || keyOf(to) !== keyOf(r.new);
    }) ||
    file.exclude.some((x) => !index.exclude.has(keyOf(x)))
  );
}

/** Writes go.mod where it is still what was read. The bytes that it holds then. */
async function writeGoMod(session: Session, path: string, index: ModFileIndex, file: GoModFile): Promise<Uint8Array> {
  if (session.tree.isOverlaid(path)) {
    throw new TsgogetError(
      'failed',
      'updates to go.mod needed, but go.mod is part of the overlay specified with -overlay',
    );
  }
  const text = formatGoModBytes(file);
  try {
    await session.tree.transform(path, (old) => {
      if (sameBytes(old, text)) return undefined;
      if (!sameBytes(old, index.data))
        throw new TsgogetError('failed', 'existing contents have changed since last read');
      return text;
    });
  } catch (error) {
    const code = error instanceof TsgogetError ? error.code : 'failed';
    throw new TsgogetError(code, `updating go.mod: ${messageOf(error)}`, { cause: error });
  }
  return text;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
