/** The modules of vendor/modules.txt that list packages, and what it says of them that cannot be. */
import { keyOf, type ModuleVersion, nameOf } from '../module/index.js';
import type { ModulesTxt, Session } from '../resolve/index.js';

export interface ListedModule {
  readonly module: ModuleVersion;
  /** Folders of its packages, from its root. */
  readonly folders: ReadonlySet<string>;
}

/** In the order of the file. `refute` is told of each contradiction; a package that its module cannot have is left out. */
export function listedModules(
  { entries }: ModulesTxt,
  main: Session['main'],
  refute: (module: ModuleVersion, message: string) => void,
): ListedModule[] {
  const listed = new Map<string, { module: ModuleVersion; folders: Set<string> }>();
  const versions = new Map<string, string>();
  const seen = new Set<string>();
  for (const { pkg, module } of entries.flatMap((e) => e.packages.map((pkg) => ({ pkg, module: e.module })))) {
    const { path, version } = module;
    const lists = `vendor/modules.txt lists package ${pkg}`;
    if (seen.has(pkg)) refute(module, `${lists} twice`);
    seen.add(pkg);
    if (pkg !== path && !pkg.startsWith(`${path}/`)) {
      refute(module, `${lists} under ${nameOf(module)}, which cannot provide it`);
      continue;
    }
    if (version === '' && main.replacement(module) === undefined) {
      refute(module, `${lists} under ${path}, which nothing replaces and which has no version`);
      continue;
    }
    if (main.contains(path)) {
      refute(module, `${lists} of ${path}, which is a main module`);
      continue;
    }
    const known = versions.get(path);
    if (known === undefined) versions.set(path, version);
    else if (known !== version) {
      refute(module, `vendor/modules.txt lists packages of two versions: ${known} and ${version}`);
    }
    const entry = listed.get(keyOf(module)) ?? { module, folders: new Set<string>() };
    listed.set(keyOf(module), entry);
    entry.folders.add(pkg.slice(path.length + 1));
  }
  return [...listed.values()];
}
