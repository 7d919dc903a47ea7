/**
 * Writes what a run learned: go.mod when its meaning changed, go.sum when it lacks a hash that the build list needs.
 */
import { messageOf, TsgogetError } from '../errors.js';
import {
  compareGo,
  fromToolchain,
  goStrictVersion,
  separateIndirectVersion,
  tidyGoModSumVersion,
} from '../gover/index.js';
import { goModKey } from '../modfetch/index.js';
import {
  addGo,
  addToolchain,
  cleanup,
  dropToolchain,
  formatGoModBytes,
  type GoModFile,
  setRequire,
  setRequireSeparateIndirect,
} from '../modfile/index.js';
import { indexModFile, keyOf, type ModFileIndex } from './main-modules.js';
import { GoModDirtyError, type Requirements } from './requirements.js';
import type { Session } from './session.js';

/** Writes go.mod and go.sum. Throws GoModDirtyError, or 'missing-sum', where they would change and may not. */
export async function writeBack(session: Session): Promise<void> {
  const rs = session.requirements;
  // nothing is recorded before the tree head that it was proven against is stored
  await session.fetcher.options.sumdb.flush();
  if (!session.isWorkspace) {
    const main = session.main.single;
    if (main.root === '' || main.file === undefined || main.index === undefined) return;
    updateGoMod(session, rs, main.file);
    if (isDirty(session, main.index, main.file)) {
      if (session.buildMod !== 'mod') throw new GoModDirtyError(session);
      main.index = await writeGoMod(session, main.goModPath, main.index, main.file);
    }
  }
  await session.fetcher.options.sumdb.flush(); // a fork seen meanwhile: then nothing is recorded
  await session.fetcher.sums.write(await sumsToKeep(session, rs), session.mustHaveCompleteRequirements);
}

/** Puts the requirements into the parsed file. */
function updateGoMod(session: Session, rs: Requirements, file: GoModFile): void {
  const require = rs.roots
    .filter((m) => m.path !== 'go' && m.path !== 'toolchain')
    .map((m) => ({ path: m.path, version: m.version, indirect: !rs.direct.has(m.path) }));
  const { goVersion } = rs;
  if (compareGo(goVersion, session.goVersion) > 0) throw session.tooNew('updating go.mod', goVersion);
  const wasSaid = file.go !== undefined || goVersion !== '1.16' || session.buildMod === 'mod';
  if (file.go?.version !== goVersion && wasSaid) addGo(file, goVersion);
  const toolchain = rs.rootSelected('toolchain') ?? `go${goVersion}`;
  if (toolchain === `go${goVersion}` || compareGo(fromToolchain(toolchain), goStrictVersion) < 0) dropToolchain(file);
  else addToolchain(file, toolchain);
  if (compareGo(goVersion, separateIndirectVersion) < 0) setRequire(file, require);
  else setRequireSeparateIndirect(file, require);
  cleanup(file);
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

async function writeGoMod(session: Session, path: string, index: ModFileIndex, file: GoModFile): Promise<ModFileIndex> {
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
  return indexModFile(text, file, false);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The sums that go.sum should hold: of each go.mod in the graph, and of the build list's zips. */
async function sumsToKeep(session: Session, rs: Requirements): Promise<(path: string, version: string) => boolean> {
  const keep = new Set<string>();
  const keepGoMods = session.buildMod === 'mod' || compareGo(session.main.goVersion, tidyGoModSumVersion) >= 0;
  const add = (path: string, version: string) => keep.add(keyOf({ path, version }));
  if (rs.hasGraph) {
    const graph = await rs.graph();
    graph.walkBreadthFirst((m) => {
      const actual = session.main.resolve(m);
      if (graph.requiredBy(m) !== undefined) add(actual.path, goModKey(actual.version));
    });
    for (const m of graph.buildList) {
      const actual = session.main.resolve(m);
      if (keepGoMods) add(actual.path, goModKey(actual.version));
      add(actual.path, actual.version);
    }
  } else {
    for (const m of rs.roots) {
      const actual = session.main.resolve(m);
      add(actual.path, goModKey(actual.version));
      add(actual.path, actual.version);
    }
  }
  return (path, version) => keep.has(keyOf({ path, version }));
}
