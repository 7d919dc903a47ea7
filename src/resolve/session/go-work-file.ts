/**
 * go.work as a file that commands edit: found, read, its go line kept up with the modules that it uses, written back.
 * Nothing here loads modules (go.dev/ref/mod#workspaces).
 */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { quoteGo } from '../../encoding/quote-go.js';
import { failed, messageOf, TsgogetError } from '../../errors.js';
import {
  compareGo,
  defaultGoModVersion,
  defaultGoWorkVersion,
  fromToolchain,
  goStrictVersion,
  hasRule,
  isToolchainModule,
} from '../../gover/index.js';
import { TooNewError } from '../../modfetch/index.js';
import {
  addGo,
  cleanup,
  dropToolchain,
  formatGoWorkBytes,
  type GoModFile,
  type GoWorkFile,
  newGoWork,
  parseGoMod,
  parseGoWork,
  sortBlocks,
} from '../../modfile/index.js';
import { type SourceTree, shortPath } from '../../sourcetree/index.js';

/** Where go.work and the go.mod files of its folders are read, and as which Go release. */
export interface WorkPlace {
  readonly cwd: string;
  readonly tree: SourceTree;
  readonly GOWORK: string;
  readonly GOROOT: string;
  readonly GOTOOLCHAIN: string;
  /** The Go release that is followed, '1.26.8'. */
  readonly goVersion: string;
}

export interface GoWorkSource {
  /** Absolute. */
  readonly path: string;
  /** The bytes as read: what may be overwritten. Empty for a file to be made. */
  readonly data: Uint8Array;
  readonly file: GoWorkFile;
}

/** The go.work in effect: what GOWORK names, else the nearest one upward; undefined for none. */
export async function findGoWork(
  place: Pick<WorkPlace, 'cwd' | 'tree' | 'GOWORK' | 'GOROOT'>,
): Promise<string | undefined> {
  const { cwd, tree, GOWORK, GOROOT } = place;
  if (GOWORK === 'off') return undefined;
  if (GOWORK !== '' && GOWORK !== 'auto') {
    if (!isAbsolute(GOWORK)) throw failed('invalid GOWORK: not an absolute path');
    return GOWORK;
  }
  const dir = await tree.findUp(cwd, 'go.work', GOROOT === '' ? undefined : GOROOT);
  return dir === undefined ? undefined : join(dir, 'go.work');
}

/** The same, for commands that need one. */
export async function requireGoWork(place: WorkPlace): Promise<string> {
  const path = await findGoWork(place);
  if (path !== undefined) return path;
  throw failed("no go.work file found\n\t(run 'go work init' first or specify path using GOWORK environment variable)");
}

/** A go.work that is not there yet, with a go line for the release that is followed. */
export function createGoWork(place: WorkPlace, path: string): GoWorkSource {
  const file = newGoWork(path);
  addGo(file, place.goVersion);
  return { path, data: new Uint8Array(), file };
}

/** Reads a go.work. Throws 'invalid-modfile', and TooNewError unless `anyRelease`. */
export async function readGoWorkFile(place: WorkPlace, path: string, anyRelease = false): Promise<GoWorkSource> {
  const short = shortPath(path, place.cwd);
  // by go 1.22 in full, and without a heading: those that load a workspace add one
  const [name, reading, parsing] = hasRule(place.goVersion, 'go-work-error-words')
    ? [short, 'reading go.work: ', 'errors parsing go.work:\n']
    : [path, '', ''];
  const data = await place.tree.read(path, name).catch((error: unknown) => {
    throw failed(`${reading}${messageOf(error)}`);
  });
  if (data === undefined) throw failed(`${reading}open ${name}: no such file or directory`);
  let file: GoWorkFile;
  try {
    file = parseGoWork(name, data, { goVersion: place.goVersion });
  } catch (error) {
    if (!(error instanceof TsgogetError)) throw error;
    throw new TsgogetError('invalid-modfile', `${parsing}${messageOf(error)}`, { cause: error });
  }
  if (!anyRelease) checkRelease(place, short, file);
  return { path, data, file };
}

/** The go.mod of a folder that a go.work uses. Throws 'invalid-modfile', TooNewError, 'not-found'. */
export async function readUsedGoMod(place: WorkPlace, dir: string): Promise<GoModFile & { module: object }> {
  const path = join(dir, 'go.mod');
  const name = shortPath(path, place.cwd);
  const data = await place.tree.read(path);
  if (data === undefined) throw new TsgogetError('not-found', `open ${path}: no such file or directory`);
  let file: GoModFile;
  try {
    file = parseGoMod(name, data, { goVersion: place.goVersion });
  } catch (error) {
    if (!(error instanceof TsgogetError)) throw error;
    const lax = parseLax(name, data);
    if (lax !== undefined) checkRelease(place, name, lax);
    throw new TsgogetError('invalid-modfile', `errors parsing ${name}:\n${messageOf(error)}`, { cause: error });
  }
  checkRelease(place, name, file);
  const { module } = file;
  if (module === undefined) {
    throw new TsgogetError(
      'invalid-modfile',
      `error reading ${name}: missing module declaration. To specify the module path:\n\tgo mod edit -module=example.com/mod`,
    );
  }
  if (isToolchainModule(module.path)) {
    throw new TsgogetError('invalid-modfile', `error reading ${name}: invalid module path: ${quoteGo(module.path)}`);
  }
  return Object.assign(file, { module });
}

function parseLax(name: string, data: Uint8Array): GoModFile | undefined {
  try {
    return parseGoMod(name, data, { lax: true });
  } catch {
    return undefined;
  }
}

function checkRelease({ goVersion, GOTOOLCHAIN }: WorkPlace, name: string, file: GoModFile | GoWorkFile): void {
  const wanted = file.go?.version;
  if (wanted !== undefined && compareGo(wanted, goVersion) > 0) {
    throw new TooNewError(name, wanted, goVersion, GOTOOLCHAIN);
  }
}

/** The Go version that a file asks for, said or not. */
export function goVersionOf(file: GoModFile | GoWorkFile): string {
  return file.go?.version ?? (file.kind === 'go.mod' ? defaultGoModVersion : defaultGoWorkVersion);
}

/** Raises the go line to a version; a toolchain line that then says nothing more is dropped. Reports whether it was lower. */
export function raiseGoVersion(file: GoWorkFile, version: string): boolean {
  if (compareGo(goVersionOf(file), version) >= 0) return false;
  addGo(file, version);
  if (file.toolchain === undefined) return true;
  const { name } = file.toolchain;
  const release = fromToolchain(name);
  const isImplied = name === `go${version}` || compareGo(release, version) < 0;
  if (isImplied || compareGo(release, goStrictVersion) < 0) dropToolchain(file);
  return true;
}

/** The absolute folder of a `use` line. */
export function useFolder(goWorkPath: string, use: string): string {
  return resolve(dirname(goWorkPath), use);
}

/** Formats and writes; refused where the file is no longer what was read, or stands in the -overlay file. */
export async function writeGoWork(place: WorkPlace, { path, data, file }: GoWorkSource): Promise<void> {
  if (place.tree.isOverlaid(path)) {
    throw failed('updates to go.work needed, but go.work is part of the overlay specified with -overlay');
  }
  sortBlocks(file);
  cleanup(file);
  const text = formatGoWorkBytes(file);
  if (Buffer.compare(text, data) === 0) return;
  await place.tree.transform(path, (old) => {
    if (Buffer.compare(old, data) !== 0) throw failed('go.work changed during editing; not overwriting');
    return text;
  });
}
