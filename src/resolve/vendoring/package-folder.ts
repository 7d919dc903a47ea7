/**
 * Which files of a package's folder a vendor folder needs: those that some build could use, and what they embed
 * (go.dev/ref/mod#go-mod-vendor).
 */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareBytes } from '../../encoding/compare-bytes.js';
import { TsgogetError } from '../../errors.js';
import { readExistingFile } from '../../files/read-file.js';
import { compareGo } from '../../gover/index.js';
import { isInAnyBuild, readHeader } from '../../imports/index.js';
import { maxZipBytes } from '../../modzip/index.js';

export interface VendorRules {
  /** Of the main module or go.work. */
  readonly goVersion: string;
  /** Without cgo what a file that imports "C" embeds is not copied. */
  readonly cgoEnabled: boolean;
}

export interface PackageFolder {
  /** The files beside each other that are copied. */
  readonly files: readonly string[];
  /** The //go:embed patterns that are copied too, in the order in which the first bad one is told. */
  readonly embedPatterns: readonly string[];
}

const metadata = /^(?:AUTHORS|CONTRIBUTORS|COPYLEFT|COPYING|COPYRIGHT|LEGAL|LICENSE|NOTICE|PATENTS)/;

/** The licences and the like in a folder: copied for every package below it. */
export function metadataFiles(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries.filter((e) => e.isFile() && metadata.test(e.name)).map((e) => e.name);
}

/**
 * Reads a package's folder; synchronously, as there are many small files.
 * Throws 'failed' for a test that uses cgo, and what the file system throws.
 */
export function readPackageFolder(pkg: string, dir: string, rules: VendorRules): PackageFolder {
  const entries = readdirSync(dir, { withFileTypes: true });
  entries.sort((a, b) => compareBytes(a.name, b.name));
  const sources = new Map<string, Buffer>();
  for (const entry of entries) {
    if (isSource(dir, entry)) sources.set(entry.name, readExistingFile(join(dir, entry.name), maxZipBytes));
  }
  return {
    files: entries.filter((e) => isCopied(e, sources.get(e.name), rules)).map((e) => e.name),
    embedPatterns: embedPatterns(pkg, dir, sources, rules),
  };
}

/** A link that leads nowhere is left for the reader to stumble over, as go does. */
function isSource(dir: string, entry: Dirent): boolean {
  if (entry.isDirectory() || !entry.name.endsWith('.go')) return false;
  return !entry.isSymbolicLink() || !statSync(join(dir, entry.name)).isDirectory();
}

function isCopied(entry: Dirent, source: Uint8Array | undefined, { goVersion }: VendorRules): boolean {
  const { name } = entry;
  if (!entry.isFile() || name.endsWith('_test.go')) return false;
  // from Go 1.17 on: a go.mod would make a module of a folder in vendor
  if (name === 'go.mod' || name === 'go.sum') return compareGo(goVersion, '1.17') < 0;
  return source === undefined || isInAnyBuild(source);
}

/** What the files of a package embed. Hardly any does: then none has to be looked at closely. */
function embedPatterns(pkg: string, dir: string, sources: ReadonlyMap<string, Buffer>, rules: VendorRules): string[] {
  const counting = [...sources].filter(([name]) => !/^[._]/.test(name));
  const matters = ([name, data]: readonly [string, Buffer]) =>
    data.includes('//go:embed') || (name.endsWith('_test.go') && (data.includes('"C"') || data.includes('`C`')));
  if (!counting.some(matters)) return [];
  const patterns = new EmbedPatterns(dir, rules);
  for (const [name, data] of counting) patterns.read(name, data);
  return patterns.all(pkg);
}

/**
 * Gathers what the files of a package embed. Constraints do not count here, as go has it: a file that no build takes has its patterns
 * copied too, but for those of package documentation.
 */
class EmbedPatterns {
  readonly #dir: string;
  readonly #rules: VendorRules;
  readonly #own = new Set<string>();
  readonly #tests = new Set<string>();
  readonly #outsideTests = new Set<string>();
  #packageName = '';
  #files = 0;
  /** The first thing wrong; undefined inside: files that belong to several packages, which is nothing to stop at. */
  #problem: { readonly words: string | undefined } | undefined;

  constructor(dir: string, rules: VendorRules) {
    this.#dir = dir;
    this.#rules = rules;
  }

  read(name: string, data: Uint8Array): void {
    const header = readHeader(join(this.#dir, name), data);
    if (header.packageName === 'documentation') return;
    const isTest = name.endsWith('_test.go');
    const isOutside = isTest && header.packageName.endsWith('_test') && header.packageName !== this.#packageName;
    this.#join(isOutside ? header.packageName.slice(0, -'_test'.length) : header.packageName);
    if (header.imports.some((i) => i.path === 'C')) {
      if (isTest) this.#problem ??= { words: `use of cgo in test ${join(this.#dir, name)} not supported` };
      else if (!this.#rules.cgoEnabled) return;
    }
    this.#files++;
    const into = isOutside ? this.#outsideTests : isTest ? this.#tests : this.#own;
    for (const { pattern } of header.embeds) into.add(pattern);
  }

  #join(packageName: string): void {
    if (this.#packageName === '') this.#packageName = packageName;
    else if (packageName !== this.#packageName) this.#problem ??= { words: undefined };
  }

  all(pkg: string): string[] {
    if (this.#problem?.words !== undefined) {
      throw new TsgogetError(
        'failed',
        `internal error: failed to find embedded files of ${pkg}: ${this.#problem.words}`,
        { bare: true },
      );
    }
    if (this.#files === 0) return [];
    // up to Go 1.21 the patterns of tests were copied, of which the tests themselves are not
    const withTests = compareGo(this.#rules.goVersion, '1.22') < 0;
    const groups = withTests ? [this.#own, this.#tests, this.#outsideTests] : [this.#own];
    return groups.flatMap((patterns) => [...patterns].sort(compareBytes));
  }
}
