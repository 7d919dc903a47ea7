/** The files of the main module or the workspace, read strictly: go.work, and the go.mod of each main module. */
import { dirname } from 'node:path';
import { failed, oneOrAll, TsgogetError } from '../../errors.js';
import { compareGo, goStrictVersion, hasRule } from '../../gover/index.js';
import { TooNewError } from '../../modfetch/index.js';
import type { GoWorkFile } from '../../modfile/index.js';
import { shortPath } from '../../sourcetree/index.js';
import { readGoWorkFile, useFolder } from '../session/go-work-file.js';
import { indexModFile, type MainModule } from '../session/main-modules.js';
import { goModPathOf, type Session, type SessionSettings } from '../session/session.js';
import { readGoMod } from './go-mod-file.js';
import { checkGodebug } from './godebug.js';

/** Reads the go.work of a session. Throws 'failed', 'invalid-modfile' and TooNewError. */
export async function readGoWork(settings: SessionSettings, file: string): Promise<GoWorkFile> {
  const name = shortPath(file, settings.cwd);
  const { goVersion } = settings;
  const { file: work } = await readGoWorkFile(settings, file).catch((error: unknown) => {
    if (hasRule(goVersion, 'go-work-error-words') || !(error instanceof TsgogetError)) throw error;
    if (error.code === 'go-too-old') throw error;
    throw new TsgogetError(error.code, `reading go.work: ${error.message}`, { cause: error });
  });
  for (const g of work.godebug) {
    const problem = checkGodebug(g.key, g.value, goVersion);
    if (problem !== undefined) throw failed(`error loading go.work:\n${name}:${g.syntax.lineNumber}: ${problem}`);
  }
  return work;
}

/** The absolute folders that a go.work uses. Throws 'failed' for one that it names twice. */
export function useFolders({ cwd, goVersion }: SessionSettings, work: GoWorkFile, file: string): string[] {
  const roots = new Set<string>();
  for (const use of work.use) {
    const root = useFolder(file, use.path);
    if (roots.has(root)) {
      const where = hasRule(goVersion, 'go-work-error-words')
        ? `error loading go.work:\n${shortPath(file, cwd)}:${use.syntax.lineNumber}:`
        : 'reading go.work:';
      throw failed(`${where} path ${root} appears multiple times in workspace`);
    }
    roots.add(root);
  }
  return [...roots];
}

/** Reads the go.mod of each main module. Throws what is wrong with any of them; the session knows no main module yet. */
export async function readMainModules(session: Session, workFile: GoWorkFile | undefined): Promise<MainModule[]> {
  const read = await Promise.allSettled(session.modRoots.map((root) => readMainModule(session, root, workFile)));
  const errors = read.flatMap((r) => (r.status === 'rejected' ? [r.reason as unknown] : []));
  if (errors.length > 0) throw oneOrAll(errors);
  return read.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
}

async function readMainModule(session: Session, root: string, workFile: GoWorkFile | undefined): Promise<MainModule> {
  const goModPath = goModPathOf(session.settings, root);
  const { isAboutWorkspace = false } = session.settings.rights;
  const { data, file, neededFix } = await readGoMod(session, goModPath).catch((error: unknown) => {
    if (!session.isWorkspace || !(error instanceof TsgogetError)) throw error;
    if (error instanceof TooNewError && !isAboutWorkspace)
      throw workTooOld(session, goModPath, workFile, error.goVersion);
    throw new TsgogetError(
      error.code,
      `cannot load module ${session.short(dirname(goModPath))} listed in go.work file: ${error.message}`,
      { cause: error },
    );
  });
  const goVersion = file.go?.version;
  if (session.isWorkspace && !isAboutWorkspace && goVersion !== undefined) {
    const work = workFile?.go?.version ?? '1.18';
    if (compareGo(goVersion, work) > 0 && compareGo(goVersion, goStrictVersion) >= 0) {
      throw workTooOld(session, goModPath, workFile, goVersion);
    }
  }
  if (!session.isWorkspace) {
    const problems = file.godebug.flatMap((g) => {
      const problem = checkGodebug(g.key, g.value, session.goVersion);
      const where = `${session.short(goModPath)}:${g.syntax.lineNumber}`;
      return problem === undefined ? [] : [failed(`error loading go.mod:\n${where}: ${problem}`)];
    });
    if (problems.length > 0) throw oneOrAll(problems);
  }
  const path = file.module?.path ?? '';
  return { path, root, goModPath, file, index: indexModFile(data, file, neededFix) };
}

function workTooOld(
  session: Session,
  goModPath: string,
  work: GoWorkFile | undefined,
  goVersion: string,
): TsgogetError {
  const module = session.short(dirname(goModPath));
  const isImplied = work?.go === undefined && hasRule(session.goVersion, 'go-work-error-words');
  const verb = isImplied ? 'implicitly requires' : 'lists';
  const aim = hasRule(session.goVersion, 'work-too-old-words') ? `download and use go ${goVersion}` : 'update it';
  return new TsgogetError(
    'go-too-old',
    `module ${module} listed in go.work file requires go >= ${goVersion}, but go.work ${verb} go ${work?.go?.version ?? '1.18'}; to ${aim}:\n\tgo work use`,
  );
}
