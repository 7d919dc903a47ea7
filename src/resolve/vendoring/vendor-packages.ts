/**
 * Makes the vendor folder: modules.txt, and the packages that the main module or the workspace needs of other modules
 * (go.dev/ref/mod#go-mod-vendor). Nothing of an old vendor folder stays, and nothing of it goes before the new one is complete.
 */
import { writeFile } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import { TsgogetError } from '../../errors.js';
import { hasRule, modSort } from '../../gover/index.js';
import { checkImportPath, keyOf, type ModuleVersion } from '../../module/index.js';
import { replaceFolder } from '../../sourcetree/index.js';
import type { LoadResult } from '../packages/load-options.js';
import { formatModulesTxt } from '../session/modules-txt.js';
import type { Session } from '../session/session.js';
import { copyFiles } from './copy-files.js';
import { EmbedError, embeddedFiles } from './embedded-files.js';
import { metadataFiles, readPackageFolder, type VendorRules } from './package-folder.js';
import { checkCollisions, type ProvidingModule, vendoredModules } from './vendored-modules.js';

export interface VendorOptions {
  /** The folder to make, absolute. */
  readonly dir: string;
  /** What cannot be embedded is told and left out. */
  readonly allowErrors: boolean;
  readonly cgoEnabled: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Vendoring {
  /** modules.txt; '' where there is nothing to vendor, and so no vendor folder. */
  readonly text: string;
  /** What packages should embed and cannot. Where it is not allowed, the old vendor folder stands as it was. */
  readonly errors: readonly EmbedInPackageError[];
}

/** What a package should embed and cannot. */
export class EmbedInPackageError extends TsgogetError {
  constructor(pkg: string, cause: EmbedError) {
    super('failed', `resolving embeds in ${pkg}: ${cause.message}`, { cause });
  }
}

/** Vendors the packages that were loaded. Throws 'ambiguous', 'failed', 'interrupted', and what the file system throws. */
export async function vendorPackages(loaded: LoadResult, options: VendorOptions): Promise<Vendoring> {
  const { requirements } = loaded.loaded;
  const { session } = requirements;
  const modules = providingModules(session, loaded);
  if (hasRule(session.goVersion, 'vendor-collisions')) checkCollisions(modules);
  const text = formatModulesTxt(await vendoredModules(requirements, modules));
  const packages = modules.flatMap((m) => m.packages.toSorted().map((pkg) => sourceOf(loaded, m.module, pkg)));
  checkOutside(session, options.dir, packages);
  const rules = { goVersion: session.main.goVersion, cgoEnabled: options.cgoEnabled };
  const { files, errors } = await filesToCopy(packages, rules, session.goVersion);
  if (errors.length > 0 && !options.allowErrors) return { text, errors };
  await replaceFolder(
    options.dir,
    text === ''
      ? undefined
      : async (folder) => {
          await copyFiles(folder, files, options.signal);
          await writeFile(join(folder, 'modules.txt'), text);
        },
  );
  return { text, errors };
}

/** The modules other than main modules, in their order, with the packages that they provide. */
function providingModules({ main }: Session, { packages, loaded }: LoadResult): ProvidingModule[] {
  const byModule = new Map<string, { module: ModuleVersion; packages: string[] }>();
  for (const pkg of packages) {
    const module = loaded.package(pkg)?.module;
    if (module === undefined || main.contains(module.path)) continue;
    const known = byModule.get(keyOf(module));
    if (known === undefined) byModule.set(keyOf(module), { module, packages: [pkg] });
    else known.packages.push(pkg);
  }
  const order = [...byModule.values()].map((m) => m.module);
  modSort(order);
  return order.map((m) => byModule.get(keyOf(m))!);
}

interface PackageSource {
  readonly path: string;
  readonly modulePath: string;
  /** Absolute. */
  readonly dir: string;
}

function sourceOf({ loaded }: LoadResult, { path: modulePath }: ModuleVersion, path: string): PackageSource {
  const dir = loaded.package(path)?.dir;
  if (dir === undefined || dir === '') {
    throw new TsgogetError('failed', `internal error: no pkg for ${path}`, { bare: true });
  }
  checkImportPath(path); // it becomes the name of a folder
  return { path, modulePath, dir };
}

/** The folder to make takes the place of what is there: that may hold nothing that the vendor folder is made from. */
function checkOutside(session: Session, dir: string, packages: readonly PackageSource[]): void {
  const work = session.workFilePath === undefined ? [] : [dirname(session.workFilePath)];
  for (const source of [...session.modRoots, ...work, ...packages.map((p) => p.dir)]) {
    if (source !== dir && !source.startsWith(dir.endsWith(sep) ? dir : dir + sep)) continue;
    throw new TsgogetError(
      'failed',
      `cannot replace ${session.short(dir)} by the vendor directory: it holds ${session.short(source)}`,
    );
  }
}

/** Name below the vendor folder → file that it is copied from. Where two modules have a file of that name, the later one wins. */
async function filesToCopy(
  packages: readonly PackageSource[],
  rules: VendorRules,
  release: string,
): Promise<{ files: Map<string, string>; errors: EmbedInPackageError[] }> {
  const above = metadataAbove(packages);
  const files = new Map<string, string>();
  const errors: EmbedInPackageError[] = [];
  for (const { path, dir } of packages) {
    const folder = readPackageFolder(path, dir, rules);
    for (const name of folder.files) files.set(`${path}/${name}`, join(dir, name));
    for (const at of above.get(path) ?? []) {
      for (const name of metadataFiles(at.dir)) files.set(`${at.name}/${name}`, join(at.dir, name));
    }
    try {
      const embedded = await embeddedFiles(dir, folder.embedPatterns, release);
      for (const name of embedded) files.set(`${path}/${name}`, join(dir, name));
    } catch (error) {
      if (!(error instanceof EmbedError) || !hasRule(release, 'vendor-embed-words')) throw error;
      errors.push(new EmbedInPackageError(path, error));
    }
  }
  return { files, errors };
}

interface Folder {
  readonly name: string;
  readonly dir: string;
}

/** The folders from each package up to its module's, that no package before it has: licences lie there. */
function metadataAbove(packages: readonly PackageSource[]): Map<string, Folder[]> {
  const seen = new Set<string>();
  const above = new Map<string, Folder[]>();
  for (const source of packages) {
    const folders: Folder[] = [];
    let { path: name, dir } = source;
    while (!seen.has(`${source.modulePath} ${name}`)) {
      seen.add(`${source.modulePath} ${name}`);
      if (name !== source.path) folders.push({ name, dir });
      if (name === source.modulePath) break;
      name = posix.dirname(name);
      dir = dirname(dir);
    }
    above.set(source.path, folders);
  }
  return above;
}
