/**
 * Which files of a module `go mod vendor` copies (go.dev/ref/mod#go-mod-vendor): those beside the listed packages, licences
 * and the like above them, and what they embed; no tests, no go.mod, nothing that no build can use.
 */
import { compareGo } from '../gover/index.js';
import { checkFilePath, pathMatch } from '../module/index.js';
import type { GoSource } from './go-source.js';

/** 'copied': it has to be there; 'kept': releases of Go differ, or it can do no harm. */
export type VendoredKind = 'copied' | 'kept';

const metadata = /^(?:AUTHORS|CONTRIBUTORS|COPYLEFT|COPYING|COPYRIGHT|LEGAL|LICENSE|NOTICE|PATENTS)/;

/**
 * Sorts out the files of a module.
 * @param folders those of the listed packages, from the module's root: '' for the root, no slash at the end.
 * @param files every file of the module by its name, with what was read of it if it is Go and lies in such a folder.
 * @param goVersion of the go line of the main module or go.work.
 * @returns the files that are copied; those that are not are left out.
 */
export function vendoredFiles(
  folders: readonly string[],
  files: ReadonlyMap<string, GoSource | undefined>,
  goVersion: string,
): Map<string, VendoredKind> {
  const inFolder = new Map<string, string[]>();
  for (const name of files.keys()) {
    const folder = folderOf(name);
    const list = inFolder.get(folder);
    if (list === undefined) inFolder.set(folder, [name]);
    else list.push(name);
  }
  const found = new Map<string, VendoredKind>();
  const climbed = new Set<string>();
  const budget = { matches: maxMatches };
  const keepsModFiles = compareGo(goVersion, '1.17') < 0;
  for (const folder of new Set(folders)) {
    const beside = inFolder.get(folder) ?? [];
    for (const name of beside) {
      const base = name.slice(folder === '' ? 0 : folder.length + 1);
      if (base.endsWith('_test.go') || (base.endsWith('.go') && files.get(name)?.isIgnored)) continue;
      if (base !== 'go.mod' && base !== 'go.sum') found.set(name, 'copied');
      else if (keepsModFiles) found.set(name, 'kept');
    }
    for (let above = folder; above !== ''; ) {
      above = folderOf(above);
      if (climbed.has(above)) break;
      climbed.add(above);
      for (const name of inFolder.get(above) ?? []) {
        if (metadata.test(name.slice(above === '' ? 0 : above.length + 1))) found.set(name, 'copied');
      }
    }
    addEmbedded(folder, beside, { files, goVersion, found, budget });
  }
  return found;
}

const folderOf = (name: string) => name.slice(0, Math.max(name.lastIndexOf('/'), 0));

/** Of one package; what further ones embed is not looked for. */
const maxPatterns = 256;
/** Of one module: patterns times what they are matched with. */
const maxMatches = 2_000_000;

/** What is known of a module's files, and how much may still be matched. */
interface Sorting {
  readonly files: ReadonlyMap<string, GoSource | undefined>;
  readonly goVersion: string;
  readonly found: Map<string, VendoredKind>;
  readonly budget: { matches: number };
}

function addEmbedded(folder: string, beside: readonly string[], { files, goVersion, found, budget }: Sorting): void {
  const patterns = new Map<string, VendoredKind>();
  for (const name of beside) {
    const source = files.get(name);
    const base = name.slice(name.lastIndexOf('/') + 1);
    if (source === undefined || source.embeds.length === 0 || /^[_.]/.test(base)) continue;
    const isTest = base.endsWith('_test.go');
    if (isTest && compareGo(goVersion, '1.22') >= 0) continue;
    const kind = isTest || source.isIgnored ? 'kept' : 'copied';
    for (const pattern of source.embeds) if (patterns.get(pattern) !== 'copied') patterns.set(pattern, kind);
  }
  if (patterns.size === 0) return;
  const prefix = folder === '' ? '' : `${folder}/`;
  const below = [...files.keys()].filter((name) => name.startsWith(prefix));
  const modules = below.filter((name) => name.endsWith('/go.mod')).map((name) => name.slice(0, -'go.mod'.length));
  const byDepth = new Map<number, Map<string, string[]>>();
  for (const [pattern, kind] of [...patterns].slice(0, maxPatterns)) {
    const all = pattern.startsWith('all:');
    const glob = all ? pattern.slice('all:'.length) : pattern;
    const depth = glob.split('/').length;
    const beginnings = byDepth.get(depth) ?? beginningsOf(below, prefix.length, depth);
    byDepth.set(depth, beginnings);
    budget.matches -= beginnings.size;
    if (budget.matches < 0) return;
    for (const [beginning, names] of beginnings) {
      if (glob === '.' || !matches(glob, beginning)) continue;
      budget.matches -= names.length;
      for (const name of names) {
        const isOfOther = modules.some((other) => other !== prefix && name.startsWith(other));
        if (isOfOther || found.get(name) === 'copied' || !mayEmbed(name.slice(prefix.length), depth, all)) continue;
        found.set(name, kind);
      }
    }
  }
}

/** The first parts of names, `depth` of them, behind `from` characters; with the names. A file, or a folder that is embedded whole. */
function beginningsOf(names: readonly string[], from: number, depth: number): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    let end = from - 1;
    for (let i = 0; i < depth && end < name.length; i++) {
      const next = name.indexOf('/', end + 1);
      end = next < 0 ? (i === depth - 1 ? name.length : Number.POSITIVE_INFINITY) : next;
    }
    if (end > name.length) continue;
    const beginning = name.slice(from, end);
    const list = found.get(beginning);
    if (list === undefined) found.set(beginning, [name]);
    else list.push(name);
  }
  return found;
}

/** Reports whether a pattern that names the first `depth` parts of a name takes the file. `name` is relative to the package. */
function mayEmbed(name: string, depth: number, all: boolean): boolean {
  const parts = name.split('/');
  if (parts.some(isBadName)) return false;
  return all || !parts.slice(depth).some((part) => /^[._]/.test(part));
}

function matches(glob: string, name: string): boolean {
  try {
    return pathMatch(glob, name) === true;
  } catch {
    return false;
  }
}

function isBadName(name: string): boolean {
  if (['', '.bzr', '.hg', '.git', '.svn'].includes(name)) return true;
  try {
    checkFilePath(name);
    return false;
  } catch {
    return true;
  }
}
