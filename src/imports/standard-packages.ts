/**
 * Which packages Go's standard library has, by release, and what they import (pkg.go.dev/std): the go command looks in its own source tree,
 * which is not here. Public packages are known by the release they came with; of internal and vendored ones, and of commands, those of
 * 1.26 stand for every release before, those of the newest that the tables know for every one after.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import * as newest from './standard-package-table.js';
import * as older from './standard-package-table-26.js';

interface StandardPackage {
  readonly path: string;
  /** Some build has a file of it, and it is more than documentation. */
  readonly isBuilt: boolean;
  /** N of the release 1.N it came with; 0 where no table says. */
  readonly since: number;
}

function parsePackages(table: string): StandardPackage[] {
  let previous: string[] = [];
  return table.split(' ').map((word) => {
    const [, shared = '', rest = '', documentation, since = '0'] = /^(.)([^!@]+)(!?)(?:@(\d+))?$/.exec(word) ?? [];
    previous = [...previous.slice(0, Number.parseInt(shared, 36)), ...rest.split('/')];
    return { path: previous.join('/'), isBuilt: documentation === '', since: Number(since) };
  });
}

/** The tables of one release. */
type Tables = Pick<typeof newest, 'libraryTable' | 'commandTable' | 'importTable'>;

class Library {
  readonly packages: readonly StandardPackage[];
  readonly commands: readonly StandardPackage[];
  readonly importTable: readonly string[];
  private readonly byPath: ReadonlyMap<string, StandardPackage>;
  private readonly places: ReadonlyMap<string, number>;

  constructor(tables: Tables) {
    this.packages = parsePackages(tables.libraryTable);
    this.commands = parsePackages(tables.commandTable);
    this.importTable = tables.importTable.split(' ');
    this.byPath = new Map([...this.packages, ...this.commands].map((p) => [p.path, p]));
    this.places = new Map(this.packages.map(({ path }, place) => [path, place]));
  }

  find(path: string): StandardPackage | undefined {
    return this.byPath.get(path);
  }

  /** What a table of imports has for a package, sorted as the sources name it. */
  importsOf(path: string, table: readonly string[], minor: number): string[] {
    const place = this.places.get(path);
    const gaps = place === undefined ? '' : table[place]!;
    if (gaps === '') return [];
    let at = 0;
    const found = gaps.split('.').flatMap((gap) => {
      at += Number.parseInt(gap, 36);
      const { path: imported, since } = this.packages[at]!;
      return since <= minor ? [imported] : [];
    });
    const asNamed = (name: string) => name.replace(/^vendor\//, '');
    return found.sort((a, b) => compareBytes(asNamed(a), asNamed(b)));
  }
}

const parsed = new Map<Tables, Library>();

/** The library as a release has it; that of 1.26 stands for all before. */
function libraryOf(release: string): Library {
  const tables: Tables = minorOf(release) <= older.tableRelease ? older : newest;
  let library = parsed.get(tables);
  if (library === undefined) {
    library = new Library(tables);
    parsed.set(tables, library);
  }
  return library;
}

/** N of a release 1.N, '1.26.8' or '1.27rc1'; a release that is none of these counts as the newest. */
function minorOf(release: string): number {
  const minor = /^1(?:\.(\d+)|$)/.exec(release);
  return minor === null ? Number.POSITIVE_INFINITY : Number(minor[1] ?? 0);
}

/** The newest release whose packages are known: '1.26'. Later ones are taken to have the same. */
export const newestKnownRelease = `1.${newest.tableRelease}`;

/** Reports whether an import path is of the kind that the standard library has: no dot in its first element. */
export function isStandardImportPath(path: string): boolean {
  const end = path.indexOf('/');
  return !(end < 0 ? path : path.slice(0, end)).includes('.');
}

/**
 * Reports whether this Go release has the package, in its library or among its commands (`cmd/go`), for whatever builds.
 * @param release '1.21.3', without `go` in front.
 */
export function isStandardPackage(path: string, release: string): boolean {
  const found = libraryOf(release).find(path);
  return found !== undefined && found.since <= minorOf(release);
}

/** The packages that the pattern `std` matches in a release, for whatever builds; internal and vendored ones included; sorted. */
export function standardPackages(release: string): readonly string[] {
  return matching(libraryOf(release).packages, release);
}

/** The packages that the pattern `cmd` matches in a release; sorted. */
export function commandPackages(release: string): readonly string[] {
  return matching(libraryOf(release).commands, release);
}

function matching(packages: readonly StandardPackage[], release: string): string[] {
  const minor = minorOf(release);
  return packages.filter(({ isBuilt, since }) => isBuilt && since <= minor).map(({ path }) => path);
}

/**
 * What a package of the library imports in the release whose table is nearest, of what `release` has, tests apart, for whatever builds; vendored
 * packages as vendor/…; sorted as the sources name them, so without vendor/. Empty for what is not in the library, so for commands too.
 */
export function standardImports(path: string, release: string): readonly string[] {
  const library = libraryOf(release);
  return library.importsOf(path, library.importTable, minorOf(release));
}

/** The like for the tests of a package. Their table is loaded only here. */
export async function standardTestImports(release: string): Promise<(path: string) => readonly string[]> {
  const minor = minorOf(release);
  const { testImportTable } =
    minor <= older.tableRelease
      ? await import('./standard-test-table-26.js')
      : await import('./standard-test-table.js');
  const table = testImportTable.split(' ');
  const library = libraryOf(release);
  return (path) => library.importsOf(path, table, minor);
}
