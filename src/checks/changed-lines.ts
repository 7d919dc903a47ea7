/**
 * What changed in go.sum, go.work.sum and go.mod since a git revision: what `verify --changed` proves. Lines are compared by
 * what they say, wherever they stand: moving a line, or its white space, changes nothing that the go command reads.
 */
import { basename, dirname } from 'node:path';
import { messageOf, TsgogetError } from '../errors.js';
import { scanGoSum } from '../gosum/index.js';
import { parseGoMod, parseGoWork } from '../modfile/index.js';
import { keyOf, moduleOf } from '../module/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { GitOptions, GitRevision } from '../vcs/git-repository.js';
import type { Checkout } from './checkout.js';
import type { Finding } from './report.js';
import { nounOf } from './verify-report.js';

export interface ChangedLines {
  /** As given, and the commit: 'main (1a2b3c4d5e6f)'. */
  readonly revision: string;
  /** The file of each sum file → its lines that are new or say something else. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>;
  /** 'path@version' of each requirement and each replacing module that go.mod and go.work did not have. */
  readonly modules: ReadonlySet<string>;
  /** Notes: what was left out, what was removed, what changed in go.mod. */
  readonly findings: readonly Finding[];
}

const claim = 'changed-lines';

/**
 * Compares the checkout with a revision. Reads the repository by running git (git-repository.ts).
 * Throws 'usage' for text that names no revision, 'failed' where there is no git, no repository, no such revision.
 */
export async function changedLines(checkout: Checkout, revision: string, options: GitOptions): Promise<ChangedLines> {
  const { openRevision } = await import('../vcs/git-repository.js'); // what starts a process is loaded where it is asked for
  const at = await openRevision(checkout.root, revision, options);
  const findings: Finding[] = [];
  const note = (file: string, message: string, rest: Partial<Finding> = {}) =>
    findings.push({ claim, weight: 'note', message, file, ...rest });
  const lines = new Map<string, ReadonlySet<number>>();
  for (const { file, name, lines: present } of checkout.sumFiles) {
    const old = await at.read(dirname(file), basename(file));
    const { changed, removed } = compareSums(old, present);
    lines.set(file, changed);
    const rest = present.length - changed.size;
    if (old === undefined) note(name, `did not exist at ${revision}: every line is new`);
    if (rest > 0) note(name, `${nounOf(rest, 'line')} that stood there at ${revision} left out`);
    if (removed > 0) note(name, `${nounOf(removed, 'line')} of ${revision} ${removed === 1 ? 'is' : 'are'} gone`);
  }
  const modules = new Set<string>();
  const modFiles = [...checkout.goMods, ...(checkout.goWork === undefined ? [] : [checkout.goWork])];
  for (const file of modFiles) {
    const name = shortPath(file, checkout.cwd);
    const added = await newModules(checkout, at, file, (why) => note(name, why));
    for (const [module, line] of added) {
      modules.add(module);
      note(name, `new since ${revision}`, { line, ...moduleOf(module) });
    }
  }
  return { revision: `${revision} (${at.commit.slice(0, 12)})`, lines, modules, findings };
}

/** Which of the present lines the old file does not have, and how many of the old ones are gone. */
export function compareSums(
  old: Uint8Array | undefined,
  present: Checkout['sumFiles'][number]['lines'],
): { changed: Set<number>; removed: number } {
  type Line = (typeof present)[number];
  const saying = (l: Line) => (l.problem === undefined ? `${l.path} ${l.version} ${l.hash}` : `\n${l.text}`);
  const known = new Set(old === undefined ? [] : Array.from(scanGoSum(old), saying));
  const changed = new Set<number>();
  const kept = new Set<string>();
  for (const line of present) {
    const words = saying(line);
    if (known.has(words)) kept.add(words);
    else changed.add(line.line);
  }
  return { changed, removed: known.size - kept.size };
}

/** The required and replacing module versions that a file names now and did not, with their lines. */
async function newModules(
  checkout: Checkout,
  at: GitRevision,
  file: string,
  tell: (why: string) => void,
): Promise<Map<string, number>> {
  const data = await checkout.tree.read(file);
  const present = data === undefined ? undefined : modulesOf(file, data);
  if (present === undefined) return new Map(); // other claims say what is wrong with it
  const oldData = await at.read(dirname(file), basename(file)).catch((error: unknown) => {
    if (error instanceof TsgogetError && error.code === 'interrupted') throw error;
    tell(messageOf(error));
    return undefined;
  });
  const old = oldData === undefined ? undefined : modulesOf(file, oldData);
  if (old !== undefined) for (const module of old.keys()) present.delete(module);
  return present;
}

/** The lines that name a module version, by its key; undefined for a file that cannot be read. */
function modulesOf(file: string, data: Uint8Array): Map<string, number> | undefined {
  const found = new Map<string, number>();
  try {
    const parsed = file.endsWith('.work') ? parseGoWork(file, data) : parseGoMod(file, data);
    const required = parsed.kind === 'go.mod' ? parsed.require : [];
    for (const { path, version, syntax } of required) found.set(keyOf({ path, version }), syntax.lineNumber);
    for (const { new: to, syntax } of parsed.replace) {
      if (to.version !== '') found.set(keyOf(to), syntax.lineNumber);
    }
    return found;
  } catch {
    return undefined;
  }
}
