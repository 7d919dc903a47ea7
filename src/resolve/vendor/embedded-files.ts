/**
 * The files that //go:embed patterns take from a package's folder (pkg.go.dev/embed): by name, or all below a folder that they name,
 * without what a module zip cannot hold.
 */
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareBytes } from '../../encoding/compare-bytes.js';
import { TsgogetError } from '../../errors.js';
import { checkFilePath, pathMatch } from '../../module/index.js';

/** A pattern that takes nothing, or what it may not: `pattern x: reason`. */
export class EmbedError extends TsgogetError {
  readonly pattern: string;

  constructor(pattern: string, reason: string) {
    super('failed', `pattern ${pattern}: ${reason}`);
    this.pattern = pattern;
  }
}

/**
 * The files that the patterns take, sorted, with slashes, relative to the folder.
 * Throws EmbedError for the first pattern that is malformed, takes nothing, or takes what cannot be embedded.
 */
export async function embeddedFiles(dir: string, patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const file of await new PatternFiles(dir, pattern).find()) found.add(file);
  }
  return [...found].sort(compareBytes);
}

class PatternFiles {
  readonly #dir: string;
  readonly #pattern: string;
  readonly #glob: string;
  /** `all:` takes hidden files below a folder too. */
  readonly #takesHidden: boolean;
  readonly #found: string[] = [];

  constructor(dir: string, pattern: string) {
    this.#dir = dir;
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
    for (const name of await globNames(this.#dir, this.#glob)) await this.#take(name);
    if (this.#found.length === 0) throw this.#error('no matching files found');
    return this.#found;
  }

  #error(reason: string): EmbedError {
    return new EmbedError(this.#pattern, reason);
  }

  async #take(name: string): Promise<void> {
    const info = await lstat(join(this.#dir, name));
    await this.#checkPlace(name, info.isDirectory() ? 'directory' : 'file');
    if (info.isFile()) this.#found.push(name);
    else if (info.isDirectory()) await this.#takeFolder(name);
    else throw this.#error(`cannot embed irregular file ${name}`);
  }

  /** No element of the name may begin another module, be a link, or have a name that no module zip holds. */
  async #checkPlace(name: string, what: string): Promise<void> {
    for (let at = name; at !== ''; at = parentOf(at)) {
      if (await exists(join(this.#dir, at, 'go.mod'))) {
        throw this.#error(`cannot embed ${what} ${name}: in different module`);
      }
      if (at !== name && !(await lstat(join(this.#dir, at))).isDirectory()) {
        throw this.#error(`cannot embed ${what} ${name}: in non-directory ${at}`);
      }
      const element = at.slice(at.lastIndexOf('/') + 1);
      if (!isBadName(element)) continue;
      throw this.#error(
        `cannot embed ${what} ${name}: ${at === name ? 'invalid name' : 'in invalid directory'} ${element}`,
      );
    }
  }

  async #takeFolder(name: string): Promise<void> {
    const before = this.#found.length;
    await this.#takeBelow(name);
    if (this.#found.length === before) {
      throw this.#error(`cannot embed directory ${name}: contains no embeddable files`);
    }
  }

  async #takeBelow(folder: string): Promise<void> {
    const entries = await readdir(join(this.#dir, folder), { withFileTypes: true });
    entries.sort((a, b) => compareBytes(a.name, b.name));
    for (const entry of entries) {
      const name = `${folder}/${entry.name}`;
      const isHidden = /^[._]/.test(entry.name);
      const isBad = isBadName(entry.name);
      if (isBad || (isHidden && !this.#takesHidden)) {
        if (isBad && !isHidden && !entry.isDirectory()) {
          throw this.#error(`cannot embed file ${name}: invalid name ${entry.name}`);
        }
      } else if (entry.isDirectory()) {
        if (!(await exists(join(this.#dir, name, 'go.mod')))) await this.#takeBelow(name);
      } else if (entry.isFile()) {
        this.#found.push(name);
      }
    }
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
