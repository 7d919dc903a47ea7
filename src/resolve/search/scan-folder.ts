/**
 * What the Go files of a folder import: only the head of each file is read, and each folder once a run.
 * Reading is synchronous: with a warm cache it costs less than the promises would, and `rest` lets the network be heard between.
 */
import { join, sep } from 'node:path';
import { type BuildTags, matchesFileName, readHeader, type ScannedImports, scanGoFiles } from '../../imports/index.js';
import type { SourceTree } from '../../sourcetree/index.js';
import type { Session } from '../session/session.js';

/** Enough for the imports of nearly every file; the others are read to the end. */
const headBytes = 16_384;

const indexAfterMs = 2000;

/** After so long without a turn of the event loop, answers that have come in are looked at first. */
const restAfterMs = 8;

/** The imports of the folders that one run looks at. */
export class FolderScanner {
  readonly #session: Session;
  readonly #scanned = new Map<string, ScannedImports>();
  #rested = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * What the Go files of `dir` import, the pseudo-packages left out that no module provides.
   * Throws NoGoFilesError, and what reading and scanning the files throw.
   */
  async scan(dir: string, tags: BuildTags): Promise<ScannedImports> {
    const key = tags === 'any' ? dir : `${[...tags].sort().join(',')} ${dir}`;
    const known = this.#scanned.get(key);
    if (known !== undefined) return known;
    await this.#rest();
    const { imports, testImports } = scanGoFiles(readGoHeads(this.#session.tree, dir, tags), tags, {
      malformed: () => (this.#isIndexed(dir) ? 'nothing' : undefined),
    });
    const scanned = { imports: imports.filter(isProvided), testImports: testImports.filter(isProvided) };
    this.#scanned.set(key, scanned);
    return scanned;
  }

  /** The go command indexes the module cache, and each other folder once its files have been at rest for two seconds. */
  #isIndexed(dir: string): boolean {
    const { fetcher, tree } = this.#session;
    return dir.startsWith(fetcher.options.cache.dir + sep) || tree.isAtRest(dir, indexAfterMs);
  }

  async #rest(): Promise<void> {
    if (performance.now() - this.#rested < restAfterMs) return;
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#rested = performance.now();
  }
}

/** "C" is cgo; App Engine's packages of before Go modules stand in files that no build today takes. */
function isProvided(path: string): boolean {
  return path !== 'C' && !/^appengine(?:_internal)?(?:\/|$)/.test(path);
}

/** The heads of the folder's Go files. Each is lent until the next: there are thousands. */
function* readGoHeads(tree: SourceTree, dir: string, tags: BuildTags): Generator<{ name: string; data: Uint8Array }> {
  for (const { name, isFile } of tree.listNow(dir)) {
    if (!isFile || !/^[^_.].*\.go$/s.test(name) || !matchesFileName(name, tags)) continue;
    const file = join(dir, name);
    yield { name: file, data: readHead(tree, file) };
  }
}

const lentHead = new Uint8Array(headBytes);

/** The beginning of a file, at least to the end of its imports. */
function readHead(tree: SourceTree, file: string): Uint8Array {
  const head = tree.readNow(file, lentHead);
  return head.length < headBytes || isWhole(file, head) ? head : tree.readNow(file);
}

/** Reports whether the imports end before the data does; a byte order mark is no part of a header. */
function isWhole(file: string, data: Uint8Array): boolean {
  try {
    return readHeader(file, data).header.length < data.length - 4;
  } catch {
    return false;
  }
}
