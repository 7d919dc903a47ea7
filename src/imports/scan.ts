/** The imports of a folder's Go files, those of tests apart: what the package loader follows (go.dev/ref/mod#go-mod-tidy). */
import { compareBytes } from '../encoding/compare-bytes.js';
import { TsgogetError } from '../errors.js';
import { shouldBuild } from './build-constraint.js';
import type { BuildTags } from './build-tags.js';
import { matchesFileName } from './file-name.js';
import { readHeader } from './header-reader.js';
import { wellFormedImports } from './well-formed-imports.js';

/** A file by its name, which may have folders in front, and what is in it; its head is enough. */
export interface GoSource {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Sorted by bytes, each path once; `C` is among them where a file uses cgo. */
export interface ScannedImports {
  readonly imports: readonly string[];
  /** Of the files that end in _test.go. */
  readonly testImports: readonly string[];
}

export interface ScanOptions {
  /**
   * What a file imports whose head is malformed. Unless told, what stands before the fault; a NUL is an error. 'nothing': it imports
   * nothing, and nothing is an error: so the go command reads the module cache, from the index that it makes of each module there.
   * A function is asked when such a file is met.
   */
  readonly malformed?: 'nothing' | undefined | (() => 'nothing' | undefined);
}

/** No file of the folder belongs to the build. */
export class NoGoFilesError extends TsgogetError {
  constructor() {
    super('failed', 'no Go source files');
  }
}

const sorted = (paths: ReadonlySet<string>): string[] => [...paths].sort(compareBytes);

interface FileImports {
  readonly header: Uint8Array;
  readonly paths: readonly string[];
}

function readFile(name: string, data: Uint8Array): FileImports {
  const { header, imports } = readHeader(name, data);
  return { header, paths: imports.map(({ path }) => path) };
}

function readIndexed(name: string, data: Uint8Array, malformed: () => 'nothing' | undefined): FileImports {
  let header: Uint8Array;
  try {
    ({ header } = readHeader(name, data));
  } catch (error) {
    if (malformed() === 'nothing') return { header: new Uint8Array(), paths: [] };
    throw error;
  }
  const paths = wellFormedImports(header);
  if (paths !== undefined) return { header, paths };
  return malformed() === 'nothing' ? { header, paths: [] } : readFile(name, data);
}

/**
 * The imports of the files, looked at one after the other, that a build with these tags takes; the others, and those that are not named as Go source, are passed over.
 * A file that imports "C" belongs to builds with the tag `cgo` alone.
 * @throws {NoGoFilesError} none is left.
 * @throws {TsgogetError} failed: a file holds a NUL where its imports stand ("reading FILE: unexpected NUL in input").
 */
export function scanGoFiles(
  files: Iterable<GoSource>,
  tags: BuildTags,
  { malformed }: ScanOptions = {},
): ScannedImports {
  const inIndex = malformed === 'nothing' ? () => malformed : malformed;
  const imports = new Set<string>();
  const testImports = new Set<string>();
  let isEmpty = true;
  for (const { name, data } of files) {
    const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    if (!base.endsWith('.go') || !matchesFileName(base, tags)) continue;
    const { header, paths } = inIndex === undefined ? readFile(name, data) : readIndexed(name, data, inIndex);
    const needsCgo = paths.includes('C');
    if (needsCgo && tags !== 'any' && !tags.has('cgo')) continue;
    if (!shouldBuild(header, tags)) continue;
    isEmpty = false;
    const into = base.endsWith('_test.go') ? testImports : imports;
    for (const path of paths) into.add(path);
  }
  if (isEmpty) throw new NoGoFilesError();
  return { imports: sorted(imports), testImports: sorted(testImports) };
}
