/** What is on record of a module version's hashes: in the checksum database, and in the sum files. */
import { hintOf, isSecurity, LogForkError, type TsgogetError } from '../../errors.js';
import { emptyGoModHash } from '../../gosum/index.js';
import { goModKey } from '../../modfetch/index.js';
import { type ModuleVersion, matchPrefixPatterns } from '../../module/index.js';
import { parseGoSumDb, type SumDb } from '../../sumdb/index.js';
import type { SumFile } from '../checkout.js';
import { failedBy, reasonOf, type Said, type Source } from './sources.js';

export interface LogSurroundings {
  readonly env: { readonly GONOPROXY: string; readonly GOSUMDB: string };
  readonly sumdb: SumDb;
}

/** What the log says: nothing of it is kept. */
export async function askLog(module: ModuleVersion, { env, sumdb }: LogSurroundings): Promise<Source> {
  const name = sumdb.name === '' ? 'checksum database' : `checksum database ${sumdb.name}`;
  const all = (said: Said): Source => ({ kind: 'log', name, goMod: said, zip: said });
  const reason = whyNotLog(module, env, sumdb);
  if (reason !== undefined) return all({ state: 'not-asked', reason });
  try {
    const { id, treeSize, lines } = await sumdb.lookup(module.path, module.version);
    const of = (version: string): Said => {
      const hashes = [
        ...new Set(lines.filter((l) => l.version === version && l.hash.startsWith('h1:')).map((l) => l.hash)),
      ];
      return hashes.length > 0
        ? { state: 'has', hashes }
        : { state: 'absent', reason: `record ${id} has no such line` };
    };
    const [goMod, zip] = [of(goModKey(module.version)), of(module.version)];
    return { kind: 'log', name, goMod, zip, record: { id, treeSize } };
  } catch (error) {
    if (!isSecurity(error)) return all(failedBy(error));
    const fork = error instanceof LogForkError || (error as Partial<TsgogetError>).code === 'log-fork';
    return all({ state: 'refuted', reason: reasonOf(error), fork, hint: hintOf(error) });
  }
}

/** Why the log is not told the module's name. It is reached by way of the proxies, unless GOSUMDB says where it is. */
function whyNotLog({ path }: ModuleVersion, env: LogSurroundings['env'], sumdb: SumDb): string | undefined {
  const rule = sumdb.decide(path);
  if (rule === 'off') return 'GOSUMDB=off';
  if (rule === 'private') return 'GOPRIVATE or GONOSUMDB names the module';
  if (!matchPrefixPatterns(env.GONOPROXY, path)) return undefined;
  try {
    const config = parseGoSumDb(env.GOSUMDB);
    if (config !== 'off' && config.url !== undefined) return undefined;
  } catch {
    return undefined; // the look-up will say what is wrong with the setting
  }
  return 'it is reached through the proxies, from which GOPRIVATE or GONOPROXY keeps the name of the module';
}

/** The files that have a line of the module version; the first where none has. */
export function readSumFiles(module: ModuleVersion, files: readonly SumFile[]): Source[] {
  const read = files.map((file) => readSumFile(module, file));
  const found = read.filter(({ goMod, zip }) => goMod.state === 'has' || zip.state === 'has');
  return found.length > 0 ? found : read.slice(0, 1);
}

function readSumFile({ path, version }: ModuleVersion, { name, lines }: SumFile): Source {
  const keys = [version, goModKey(version)];
  const own = lines.filter(
    (l) => l.path === path && keys.includes(l.version) && l.hash.startsWith('h1:') && l.hash !== emptyGoModHash,
  );
  const of = (key: string): Said => {
    const hashes = [...new Set(own.filter((l) => l.version === key).map((l) => l.hash))];
    return hashes.length > 0 ? { state: 'has', hashes } : { state: 'absent', reason: 'no line' };
  };
  const numbers =
    own.length === 0
      ? ''
      : ` (line ${own
          .map((l) => l.line)
          .slice(0, maxShownLines)
          .join(', ')})`;
  return { kind: 'sum-file', name: name + numbers, goMod: of(goModKey(version)), zip: of(version) };
}

const maxShownLines = 6;
