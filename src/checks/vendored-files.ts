/**
 * Which files of a module `go mod vendor` copies (go.dev/ref/mod#go-mod-vendor): those beside the listed packages, licences
 * and the like above them, and what they embed; no tests, no go.mod, nothing that no build can use.
 */
import { compareGo } from '../gover/index.js';
import { EmbedTree } from './embed-tree.js';
import type { GoSource } from './go-source.js';

/** 'copied': it has to be there; 'kept': releases of Go differ, or it can do no harm. */
export type VendoredKind = 'copied' | 'kept';

const metadata = /^(?:AUTHORS|CONTRIBUTORS|COPYLEFT|COPYING|COPYRIGHT|LEGAL|LICENSE|NOTICE|PATENTS)/;

export interface VendoredFiles {
  /** Those that are copied or kept; the others are left out. */
  readonly kinds: ReadonlyMap<string, VendoredKind>;
  /** Why it is not known of all embedded files that they are copied: those that may be are 'kept' then. */
  readonly doubt?: string;
}

/**
 * Sorts out the files of a module.
 * @param folders those of the listed packages, from the module's root: '' for the root, no slash at the end.
 * @param files every file of the module by its name, with what was read of it if it is Go and lies in such a folder.
 * @param goVersion of the go line of the main module or go.work.
 */
export function vendoredFiles(
  folders: readonly string[],
  files: ReadonlyMap<string, GoSource | undefined>,
  goVersion: string,
): VendoredFiles {
  const inFolder = new Map<string, string[]>();
  for (const name of files.keys()) {
    const folder = folderOf(name);
    const list = inFolder.get(folder);
    if (list === undefined) inFolder.set(folder, [name]);
    else list.push(name);
  }
  const found = new Map<string, VendoredKind>();
  const climbed = new Set<string>();
  const embedding = new Embedding(files, goVersion, found);
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
    embedding.add(folder, beside);
  }
  return { kinds: found, ...(embedding.doubt !== undefined && { doubt: embedding.doubt }) };
}

const folderOf = (name: string) => name.slice(0, Math.max(name.lastIndexOf('/'), 0));

/** Adds what packages embed. */
class Embedding {
  doubt: string | undefined;
  readonly #files: ReadonlyMap<string, GoSource | undefined>;
  readonly #goVersion: string;
  readonly #found: Map<string, VendoredKind>;
  #tree: EmbedTree | undefined;

  constructor(files: ReadonlyMap<string, GoSource | undefined>, goVersion: string, found: Map<string, VendoredKind>) {
    this.#files = files;
    this.#goVersion = goVersion;
    this.#found = found;
  }

  add(folder: string, beside: readonly string[]): void {
    const patterns = { copied: new Set<string>(), kept: new Set<string>() };
    for (const name of beside) {
      const source = this.#files.get(name);
      if (source === undefined || /^[_.]/.test(name.slice(name.lastIndexOf('/') + 1))) continue;
      const isTest = name.endsWith('_test.go');
      if (isTest && compareGo(this.#goVersion, '1.22') >= 0) continue;
      const kind = isTest || source.isIgnored ? 'kept' : 'copied';
      if (kind === 'copied' && source.isTooLarge)
        this.#setDoubt(folder, `${name} is too large to look for what it embeds`);
      for (const pattern of source.embeds) patterns[kind].add(pattern);
    }
    if (patterns.copied.size + patterns.kept.size === 0) return;
    this.#tree ??= new EmbedTree(this.#files.keys());
    this.#tree.embedded(folder, patterns.copied, (name) => this.#found.set(name, 'copied'));
    if (this.#tree.isSpent) this.#setDoubt(folder, 'its embed patterns have more matches than are looked through');
    this.#tree.embedded(folder, patterns.kept, (name) => {
      if (!this.#found.has(name)) this.#found.set(name, 'kept');
    });
  }

  #setDoubt(folder: string, why: string): void {
    this.doubt ??= why;
    for (const name of this.#files.keys()) {
      if ((folder === '' || name.startsWith(`${folder}/`)) && !this.#found.has(name)) this.#found.set(name, 'kept');
    }
  }
}
