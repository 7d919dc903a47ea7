/**
 * `mod verify`: the zips and folders in the cache still have the hashes that were recorded when they were downloaded, and those that
 * go.sum records: who changes a zip can change the hash beside it.
 */
import { createLimit } from '../async/limit.js';
import { isH1 } from '../dirhash/index.js';
import { ChecksumMismatchError, explainCommand, failed, messageOf, TsgogetError } from '../errors.js';
import { isToolchainModule } from '../gover/index.js';
import { type ModuleVersion, nameOf } from '../module/index.js';
import type { Session } from '../resolve/session/session.js';

const width = 4;
const unionHint = '`tsgoget mod union-sums` drops lines that were cut short and proves the others';

/** Checks the build list's modules; returns what is wrong, in the order of the list. */
export async function verifyCache(session: Session, modules: readonly ModuleVersion[]): Promise<TsgogetError[]> {
  const limit = createLimit(width);
  const found = await Promise.all(modules.map((m) => limit(() => verifyModule(session, m))));
  return found.flat();
}

async function verifyModule(session: Session, m: ModuleVersion): Promise<TsgogetError[]> {
  if (isToolchainModule(m.path) || session.main.contains(m.path)) return [];
  const { cache, sums } = session.fetcher.options;
  const subject = `${m.path} ${m.version}`;
  const zip = cache.file(m.path, m.version, 'zip');
  const hasZip = await session.tree.isFile(zip);
  const dir = await cache.moduleDir(m.path, m.version);
  const recorded = await cache.readZipHash(m.path, m.version);
  if (recorded === undefined && !hasZip && dir === undefined) return [];
  const hint = `\`${explainCommand(m.path, m.version)}\` shows what was modified`;
  const modified = (what: string, path: string, cause?: unknown) =>
    new TsgogetError('cache-modified', `${subject}: ${what} has been modified (${path})`, { hint, cause, bare: true });
  const line = sums.recorded(m.path, m.version);
  const inGoSum = line !== undefined && isH1(line) ? line : undefined; // go does not look at go.sum here
  const isCut = line !== inGoSum && !session.settings.asGo;
  const cut = isCut
    ? [failed(`${subject}: the hash in go.sum is not whole: ${line}`, { hint: unionHint, bare: true })]
    : [];
  const missing = failed(`${subject}: missing ziphash: open ${zip}hash: no such file or directory`, { bare: true });
  if (recorded === undefined && inGoSum === undefined) return [missing, ...cut];
  const judge = (what: string, path: string, got: string): TsgogetError[] => {
    if (recorded !== undefined && got !== recorded) return [modified(what, path)];
    if (inGoSum === undefined || got === inGoSum) return [];
    const message = `${subject}: ${what} is not what go.sum records (${path})\n\tcached: ${got}\n\tgo.sum: ${inGoSum}`;
    return [new ChecksumMismatchError(message, { want: inGoSum, got, from: 'go.sum' }, { hint, bare: true })];
  };
  try {
    const problems: TsgogetError[] = cut;
    if (hasZip) {
      const found = await cache.hashZip(zip).then(
        (hash) => judge('zip', zip, hash),
        (error) => {
          if (error instanceof TsgogetError && error.code === 'invalid-zip') return [modified('zip', zip, error)];
          throw error; // not even read
        },
      );
      problems.push(...found);
    }
    if (dir !== undefined) problems.push(...judge('dir', dir, await cache.hashDir(dir, nameOf(m))));
    return recorded === undefined && problems.length === 0 ? [missing] : problems; // what go.sum refutes is worse than what is missing
  } catch (error) {
    const code = error instanceof TsgogetError ? error.code : 'failed';
    return [new TsgogetError(code, `${subject}: ${messageOf(error)}`, { cause: error, bare: true })];
  }
}
