/** vendor/modules.txt: what the vendor folder says it holds (go.dev/ref/mod#vendoring). */
import { join } from 'node:path';
import { modCompare } from '../../gover/index.js';
import { isImportPath, keyOf, type ModuleVersion, semver } from '../../module/index.js';
import type { SourceTree } from '../../sourcetree/index.js';

interface VendoredModule {
  explicit: boolean;
  replacement: ModuleVersion | undefined;
  goVersion: string;
}

export interface Vendored {
  /** The modules that provide packages, in order of appearance. */
  readonly modules: readonly ModuleVersion[];
  /** path → version, of those modules */
  readonly versions: ReadonlyMap<string, string>;
  readonly replaced: readonly ModuleVersion[];
  /** Each module that has a line of its own, in order of appearance. */
  readonly named: readonly ModuleVersion[];
  readonly meta: ReadonlyMap<string, VendoredModule>;
  /** Each package that is listed, with the module that it is listed under; in order of appearance. */
  readonly packages: readonly (readonly [pkg: string, module: ModuleVersion])[];
  /** Each `## go` annotation, with the module that it is of; in order of appearance. */
  readonly goVersions: readonly (readonly [module: ModuleVersion, goVersion: string])[];
}

const modulesByPackage = new WeakMap<Vendored, ReadonlyMap<string, ModuleVersion>>();

/** The module under which modules.txt lists a package; the last one where it is listed twice. */
export function vendoredModuleOf(vendored: Vendored, pkg: string): ModuleVersion | undefined {
  let modules = modulesByPackage.get(vendored);
  if (modules === undefined) {
    modules = new Map(vendored.packages);
    modulesByPackage.set(vendored, modules);
  }
  return modules.get(pkg);
}

// what Go's unicode.IsSpace says, which is not what \s says: both must read one file the same way
const space = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const fields = (line: string) => line.split(space).filter(Boolean);

function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && space.test(text[start]!)) start++;
  while (start < end && space.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Reports whether modules.txt was written by `go work vendor`. */
export async function isWorkspaceVendor(tree: SourceTree, vendorDir: string): Promise<boolean> {
  const data = await tree.read(join(vendorDir, 'modules.txt'));
  const [first = ''] = new TextDecoder().decode(data?.subarray(0, 512)).split('\n');
  return first.startsWith('## ') && annotations(first).includes('workspace');
}

const annotations = (line: string) => line.slice('## '.length).split(';').map(trimSpace);

/** Parses modules.txt. */
export function parseVendored(text: string): Vendored {
  const modules: ModuleVersion[] = [];
  const versions = new Map<string, string>();
  const replaced: ModuleVersion[] = [];
  const named: ModuleVersion[] = [];
  const meta = new Map<string, VendoredModule>();
  const packages: [string, ModuleVersion][] = [];
  const goVersions: [ModuleVersion, string][] = [];
  let current: ModuleVersion | undefined;
  const metaOf = (m: ModuleVersion) => {
    const found = meta.get(keyOf(m)) ?? { explicit: false, replacement: undefined, goVersion: '' };
    meta.set(keyOf(m), found);
    return found;
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) {
      const [, path = '', second = '', ...rest] = fields(line);
      if (second === '') continue;
      if (semver.isValid(second)) current = { path, version: second };
      else if (second === '=>') current = { path, version: '' };
      else {
        current = undefined;
        continue;
      }
      named.push(current);
      const to = second === '=>' ? rest : rest[0] === '=>' ? rest.slice(1) : [];
      const [newPath, newVersion] = to;
      if (newPath !== undefined && (to.length === 1 || (to.length === 2 && semver.isValid(newVersion!)))) {
        metaOf(current).replacement = { path: newPath, version: newVersion ?? '' };
        replaced.push(current);
      }
      continue;
    }
    if (current === undefined) continue;
    if (line.startsWith('## ')) {
      for (const entry of annotations(line)) {
        if (entry === 'explicit') metaOf(current).explicit = true;
        if (entry.startsWith('go ')) {
          metaOf(current).goVersion = entry.slice(3);
          goVersions.push([current, entry.slice(3)]);
        }
      }
    } else {
      const [pkg, ...more] = fields(line);
      if (pkg === undefined || more.length > 0 || !isImportPath(pkg)) continue;
      packages.push([pkg, current]);
      const old = versions.get(current.path);
      if (old === undefined || modCompare(current.path, old, current.version) < 0) {
        modules.push(current);
        versions.set(current.path, current.version);
      }
    }
  }
  return { modules, versions, replaced, named, meta, packages, goVersions };
}
