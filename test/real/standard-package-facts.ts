/**
 * What the table of standard packages (src/imports/standard-package-table.ts) says, read from an installed Go: its api files, which
 * name the release of every public identifier, and its source tree. Renders the table in its compact form.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareBytes } from '../../src/encoding/compare-bytes.js';
import { isStandardPackage, NoGoFilesError, scanGoFiles } from '../../src/imports/index.js';

/** Public packages that are in no api file: nothing in them is exported, or only in builds with a tag or an experiment. */
const introduced: Readonly<Record<string, number>> = {
  builtin: 0,
  unsafe: 0,
  'runtime/cgo': 0, // its api came with 1.17
  'runtime/race': 1,
  'runtime/msan': 6,
  'syscall/js': 11,
  'time/tzdata': 15,
  'runtime/asan': 18,
  'crypto/boring': 19,
  'crypto/tls/fipsonly': 19,
  arena: 20,
  'testing/synctest': 24,
  'encoding/json/jsontext': 25,
  'encoding/json/v2': 25,
  'runtime/secret': 26,
  'simd/archsimd': 26,
};

export interface PackageFacts {
  readonly path: string;
  /** N of Go 1.N; 0 for what is not public too, whose releases no table knows. */
  readonly since: number;
  /** Some build has a file of it, and it is more than documentation. */
  readonly isBuilt: boolean;
  /** Without those of tests, in any build. */
  readonly imports: readonly string[];
  /** Those of its tests, in any build. */
  readonly testImports: readonly string[];
}

/** The release 1.N that first had each public package with something exported. */
function apiReleases(goroot: string): Map<string, number> {
  const releases = new Map<string, number>();
  if (!existsSync(join(goroot, 'api'))) return releases; // a toolchain that the go command fetched
  for (const file of readdirSync(join(goroot, 'api'))) {
    const name = /^go1(?:\.(\d+))?\.txt$/.exec(file);
    if (name === null) continue;
    const release = Number(name[1] ?? 0);
    for (const [, path = ''] of readFileSync(join(goroot, 'api', file), 'utf8').matchAll(/^pkg ([^\s,]+)/gm)) {
      releases.set(path, Math.min(release, releases.get(path) ?? release));
    }
  }
  return releases;
}

const isInternal = (path: string) => /(?:^|\/)(?:internal|vendor|cmd)(?:\/|$)/.test(path);

/** Every folder of the source tree with Go files; not testdata, nor what `_` or `.` hides, nor modules apart but cmd. */
function* packageFolders(dir: string, path: string): Generator<{ path: string; files: string[] }> {
  const entries = readdirSync(dir, { withFileTypes: true });
  if (path !== '' && path !== 'cmd' && entries.some((entry) => entry.name === 'go.mod')) return;
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.go')).map((entry) => entry.name);
  if (files.length > 0 && path !== '') yield { path, files };
  for (const entry of entries) {
    if (!entry.isDirectory() || /^[_.]|^testdata$/.test(entry.name)) continue;
    yield* packageFolders(join(dir, entry.name), path === '' ? entry.name : `${path}/${entry.name}`);
  }
}

/** The first release for which the table has the package already; a package that it does not know came with the newest one. */
function recordedRelease(path: string, newest: number): number {
  let release = 0;
  while (release < newest && !isStandardPackage(path, `1.${release}`)) release++;
  return release;
}

/** The facts of the Go 1.N installed there, sorted by path. */
export function standardPackageFacts(goroot: string, release: number): PackageFacts[] {
  const src = join(goroot, 'src');
  const releases = apiReleases(goroot);
  const folders = [...packageFolders(src, '')].sort((x, y) => compareBytes(x.path, y.path));
  const known = new Set(folders.map(({ path }) => path));
  return folders.map(({ path, files }) => {
    const sources = files.map((name) => ({ name, data: new Uint8Array(readFileSync(join(src, path, name))) }));
    let imports: readonly string[] = [];
    let testImports: readonly string[] = [];
    let isBuilt = path !== 'builtin';
    try {
      ({ imports, testImports } = scanGoFiles(sources, 'any'));
    } catch (error) {
      if (!(error instanceof NoGoFilesError)) throw error;
      isBuilt = false;
    }
    const since = isInternal(path) ? 0 : (introduced[path] ?? releases.get(path) ?? recordedRelease(path, release));
    const resolve = (names: readonly string[]): string[] => {
      const resolved = names
        .filter((name) => name !== 'C')
        .map((name) => (known.has(`vendor/${name}`) ? `vendor/${name}` : name));
      const missing = path.startsWith('cmd') ? [] : resolved.filter((name) => !known.has(name));
      if (missing.length > 0) throw new Error(`${path} imports what is not there: ${missing}`);
      return resolved.sort(compareBytes);
    };
    return { path, since, isBuilt, imports: resolve(imports), testImports: resolve(testImports) };
  });
}

const sharedElements = (x: readonly string[], y: readonly string[]): number => {
  const n = x.findIndex((element, i) => element !== y[i]);
  return n < 0 ? x.length : n;
};

/** The list as the table holds it: a digit for the elements shared with the path before, the others, and marks. */
function renderPackages(facts: readonly PackageFacts[]): string[] {
  let previous: string[] = [];
  return facts.map(({ path, since, isBuilt }) => {
    const elements = path.split('/');
    const shared = Math.min(sharedElements(elements, previous), elements.length - 1);
    previous = elements;
    return `${shared.toString(36)}${elements.slice(shared).join('/')}${isBuilt ? '' : '!'}${since === 0 ? '' : `@${since}`}`;
  });
}

/** For each package its imports: places in the list in base 36, each less the one before. */
function renderImports(facts: readonly PackageFacts[], which: 'imports' | 'testImports'): string[] {
  const places = new Map(facts.map(({ path }, i) => [path, i]));
  return facts.map((fact) => {
    let last = 0;
    return fact[which]
      .map((path) => places.get(path)!)
      .sort((x, y) => x - y)
      .map((place) => {
        const gap = place - last;
        last = place;
        return gap.toString(36);
      })
      .join('.');
  });
}

function wrapped(name: string, words: readonly string[], separator: string): string {
  const lines: string[] = [];
  let line = '';
  for (const [i, word] of words.entries()) {
    const piece = i === words.length - 1 ? word : word + separator;
    if (line.length + piece.length > 112) {
      lines.push(line);
      line = '';
    }
    line += piece;
  }
  lines.push(line);
  return `export const ${name} =\n${lines.map((text) => `  '${text}'`).join(' +\n')};\n`;
}

const isInLibrary = ({ path }: PackageFacts) => path !== 'cmd' && !path.startsWith('cmd/');

/** The text of src/imports/standard-test-table.ts. */
export function renderTestTable(facts: readonly PackageFacts[]): string {
  const words = renderImports(facts.filter(isInLibrary), 'testImports');
  return `/**
 * What the tests of each package of the library import, as \`importTable\` of standard-package-table.ts has it for the packages themselves:
 * a file of its own, for few commands need it. Generated with the other.
 */
${wrapped('testImportTable', words, ' ')}`;
}

/** The text of src/imports/standard-package-table.ts for release 1.N. */
export function renderTable(facts: readonly PackageFacts[], release: number): string {
  const library = facts.filter(isInLibrary);
  const commands = facts.filter((fact) => !library.includes(fact));
  return `/**
 * The packages of Go's standard library and of its commands, for standard-packages.ts. Generated from the api files and the source tree of
 * an installed Go by test/real/standard-package-facts.ts; test/real/standard-packages.test.ts compares the two and says how to renew this.
 */

/** The release that the tables describe is 1 with this minor number. */
export const tableRelease = ${release};

/**
 * The library, sorted, a word a package: a base-36 digit for the elements shared with the path before, the other elements, \`!\` where
 * \`std\` leaves it out, and \`@N\` where it is public and came with 1.N.
 */
${wrapped('libraryTable', renderPackages(library), ' ')}
/** The commands and their packages, likewise. */
${wrapped('commandTable', renderPackages(commands), ' ')}
/** What each package of the library imports, in any build, tests apart: places in the library in base 36, each less the one before. */
${wrapped('importTable', renderImports(library, 'imports'), ' ').replaceAll("'  ", "' ")}`;
}
