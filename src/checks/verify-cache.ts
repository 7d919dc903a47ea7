/** `mod verify`: the zips and folders in the cache still have the hashes that were recorded when they were downloaded. */
import { createLimit } from '../async/limit.js';
import { explainCommand, failed, messageOf, TsgogetError } from '../errors.js';
import { isToolchainModule } from '../gover/index.js';
import { type ModuleVersion, nameOf } from '../module/index.js';
import type { Session } from '../resolve/session/session.js';

const width = 4;

/** Checks the build list's modules; returns what is wrong, in the order of the list. */
export async function verifyCache(session: Session, modules: readonly ModuleVersion[]): Promise<TsgogetError[]> {
  const limit = createLimit(width);
  const found = await Promise.all(modules.map((m) => limit(() => verifyModule(session, m))));
  return found.flat();
}

async function verifyModule(session: Session, m: ModuleVersion): Promise<TsgogetError[]> {
  if (isToolchainModule(m.path) || session.main.contains(m.path)) return [];
  const { cache } = session.fetcher.options;
  const subject = `${m.path} ${m.version}`;
  const zip = cache.file(m.path, m.version, 'zip');
  const hasZip = await session.tree.isFile(zip);
  const dir = await cache.moduleDir(m.path, m.version);
  const recorded = await cache.readZipHash(m.path, m.version);
  if (recorded === undefined) {
    if (!hasZip && dir === undefined) return [];
    const what = `missing ziphash: open ${zip}hash: no such file or directory`;
    return [failed(`${subject}: ${what}`, { bare: true })];
  }
  const hint = `\`${explainCommand(m.path, m.version)}\` shows what was modified`;
  const modified = (what: string, path: string, cause?: unknown) =>
    new TsgogetError('cache-modified', `${subject}: ${what} has been modified (${path})`, { hint, cause, bare: true });
  try {
    const problems: TsgogetError[] = [];
    if (hasZip) {
      const problem = await cache.hashZip(zip).then(
        (hash) => (hash === recorded ? undefined : modified('zip', zip)),
        (error) => {
          if (error instanceof TsgogetError && error.code === 'invalid-zip') return modified('zip', zip, error);
          throw error; // not even read
        },
      );
      if (problem !== undefined) problems.push(problem);
    }
    if (dir !== undefined && (await cache.hashDir(dir, nameOf(m))) !== recorded) problems.push(modified('dir', dir));
    return problems;
  } catch (error) {
    const code = error instanceof TsgogetError ? error.code : 'failed';
    return [new TsgogetError(code, `${subject}: ${messageOf(error)}`, { cause: error, bare: true })];
  }
}
