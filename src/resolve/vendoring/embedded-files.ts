/**
 * The files that //go:embed patterns take from a package's folder (pkg.go.dev/embed): by name, or all below a folder that they name,
 * without what a module zip cannot hold.
 */
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Memo } from '../../async/memo.js';
import { compareBytes } from '../../encoding/compare-bytes.js';
import { quoteControls } from '../../encoding/quote-go.js';
import { TsgogetError } from '../../errors.js';
import { hasRule } from '../../gover/index.js';
import { checkFilePath, pathMatch } from '../../module/index.js';

/** A pattern that takes nothing, or what it may not: `pattern x: reason`. */
export class EmbedError extends TsgogetError {
  readonly pattern: string;

  constructor(pattern: string, reason: string) {
    super('failed', `pattern ${quoteControls(pattern)}: ${reason}`);
    this.pattern = pattern;
  }
}

/**
 * The files that the patterns take, sorted, with slashes, relative to the folder.
 * `goVersion` is the release that is followed. Throws EmbedError for the first pattern that is malformed, takes nothing, or takes what cannot be embedded.
 */
export async function embeddedFiles(dir: string, patterns: readonly string[], goVersion: string): Promise<string[]> {
  const found = new Set<string>();
  const looks = new Memo<Look>();
  const refusesBadNames = hasRule(goVersion, 'embed-invalid-names');
  for (const pattern of patterns) {
    for (const file of await new PatternFiles(dir, pattern, looks, refusesBadNames).find()) found.add(file);
  }
  return [...found].sort(compareBytes);
}

/** The files that a name stands for, or why it may not be embedded. Looked for once: many patterns may take the same. */
type Look = { readonly files: readonly string[] } | { readonly fault: string };

class PatternFiles {
  readonly #dir: string;
  readonly #looks: Memo<Look>;
  readonly #pattern: string;
  readonly #glob: string;
  /** `all:` takes hidden files below a folder too. */
  readonly #takesHidden: boolean;
  /** They are errors below a folder too, where they are not hidden. */
  readonly #refusesBadNames: boolean;

  constructor(dir: string, pattern: string, looks: Memo<Look>, refusesBadNames: boolean) {
    this.#dir = dir;
    this.#refusesBadNames = refusesBadNames;
    this.#looks = looks;
    this.#pattern = pattern;
    this.#takesHidden = pattern.startsWith('all:');
    this.#glob = this.#takesHidden ? pattern.slice('all:'.length) : pattern;
  }

  async find(): Promise<readonly string[]> {
    if (pathMatch(this.#glob, '') === undefined || !isRelativePath(this.#glob)) {
      throw this.#error('invalid pattern syntax');
    }
    // a class that holds a slash, say: well-formed as a whole, but folders are looked through element by element
    if (this.#glob.split('/').some((element) => pathMatch(element, '') === undefined)) {
      throw this.#error('syntax error in pattern');
    }
    const found: string[] = [];
    for (const name of await globNames(this.#dir, this.#glob)) {
      const look = await this.#looks.get(`${this.#takesHidden} ${name}`, () => this.#look(name));
      if ('fault' in look) throw this.#error(look.fault);
      for (const file of look.files) found.push(file);
    }
    if (found.length === 0) throw this.#error('no matching files found');
    return found;
  }

  #error(reason: string): EmbedError {
    return new EmbedError(this.#pattern, reason);
  }

  async #look(name: string): Promise<Look> {
    const info = await lstat(join(this.#dir, name));
    const fault = await this.#placeFault(name, info.isDirectory() ? 'directory' : 'file');
    if (fault !== undefined) return { fault };
    if (info.isFile()) return { files: [name] };
    if (!info.isDirectory()) return { fault: `cannot embed irregular file ${name}` };
    const below = await this.#below(name);
    if ('files' in below && below.files.length === 0) {
      return { fault: `cannot embed directory ${name}: contains no embeddable files` };
    }
    return below;
  }

  /** No element of the name may begin another module, be a link, or have a name that no module zip holds. */
  async #placeFault(name: string, what: string): Promise<string | undefined> {
    for (let at = name; at !== ''; at = parentOf(at)) {
      if (await exists(join(this.#dir, at, 'go.mod'))) return `cannot embed ${what} ${name}: in different module`;
      if (at !== name && !(await lstat(join(this.#dir, at))).isDirectory()) {
        return `cannot embed ${what} ${name}: in non-directory ${at}`;
      }
      const element = at.slice(at.lastIndexOf('/') + 1);
      if (!isBadName(element)) continue;
      return `cannot embed ${what} ${name}: ${at === name ? 'invalid name' : 'in invalid directory'} ${element}`;
    }
    return undefined;
  }

  async #below(folder: string): Promise<Look> {
    const files: string[] = [];
    const entries = await readdir(join(this.#dir, folder), { withFileTypes: true });
    entries.sort((a, b) => compareBytes(a.name, b.name));
    for (const entry of entries) {
      const name = `${folder}/${entry.name}`;
      const isHidden = /^[._]/.test(entry.name);
      const isBad = isBadName(entry.name);
      if (isBad || (isHidden && !this.#takesHidden)) {
        if (this.#refusesBadNames && isBad && !isHidden && !entry.isDirectory()) {
          return { fault: `cannot embed file ${name}: invalid name ${entry.name}` };
        }
      } else if (entry.isDirectory()) {
        if (await exists(join(this.#dir, name, 'go.mod'))) continue;
        const below = await this.#below(name);
        if ('fault' in below) return below;
        for (const file of below.files) files.push(file);
      } else if (entry.isFile()) {
        files.push(name);
      }
    }
    return { files };
  }
}

const parentOf = (name: string) => name.slice(0, Math.max(name.lastIndexOf('/'), 0));

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Slash-separated elements, none of them empty, `.` or `..`. */
function isRelativePath(glob: string): boolean {
  return !/\p{Surrogate}/u.test(glob) && glob.split('/').every((e) => e !== '' && e !== '.' && e !== '..');
}

/** Names that never come in a module: those of version control, and those that some system refuses. */
function isBadName(name: string): boolean {
  if (['.bzr', '.hg', '.git', '.svn'].includes(name)) return true;
  try {
    checkFilePath(name);
    return false;
  } catch {
    return true;
  }
}

/** What is there under the names that the glob means, element by element, sorted in each folder. What cannot be looked at is not there. */
async function globNames(dir: string, glob: string): Promise<string[]> {
  let names = [''];
  for (const element of glob.split('/')) {
    const next = await Promise.all(
      names.map(async (name) => {
        const matches = await matchesIn(join(dir, name), element);
        return matches.map((match) => (name === '' ? match : `${name}/${match}`));
      }),
    );
    names = next.flat();
  }
  return names;
}

async function matchesIn(dir: string, element: string): Promise<string[]> {
  if (!/[*?[\\]/.test(element)) {
    return lstat(join(dir, element)).then(
      () => [element],
      () => [],
    );
  }
  const names = await readdir(dir).catch(() => []);
  return names.filter((name) => pathMatch(element, name)).sort(compareBytes);
}
