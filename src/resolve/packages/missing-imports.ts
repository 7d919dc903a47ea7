/** Packages that no module in the graph provides: which modules to add for them (go.dev/ref/mod#go-mod-tidy). */
import { causeOf, isSecurity } from '../../errors.js';
import { compareGo } from '../../gover/index.js';
import { TooNewError } from '../../modfetch/index.js';
import { keyOf, type ModuleVersion } from '../../module/index.js';
import { ImportMissingError } from './import-errors.js';
import { queryImport } from './import-package.js';
import type { LoadedPackage } from './loaded-package.js';
import type { Loading } from './loading.js';

/**
 * Looks for a module for each missing package, all at once, and says what was found, in the order of the packages.
 * Gives each module with the first package that it would provide. Where none is found, why is the package's error.
 * Throws TooNewError when a package needs a newer Go release.
 */
export async function resolveMissingImports(
  loading: Loading,
): Promise<ReadonlyMap<string, { module: ModuleVersion; package: LoadedPackage }>> {
  const { session, requirements: rs } = loading;
  const { message } = session.settings;
  const missing = loading.packages.filter(
    (p) => p.testOf === undefined && causeOf(p.error, ImportMissingError) !== undefined,
  );
  const found = await Promise.all(
    missing.map(async (p) => {
      try {
        return await queryImport(rs, p.path);
      } catch (error) {
        if (isSecurity(error)) throw error;
        noteImporter(loading, p, error);
        p.error = error; // it says more: not only that there is none, but why none was added
        return undefined;
      }
    }),
  );
  const newest = newestNeed(missing.flatMap((p) => causeOf(p.error, TooNewError) ?? []));
  if (newest !== undefined) {
    const needy = missing.find((p) => causeOf(p.error, TooNewError) === newest)!;
    message(`toolchain upgrade needed to resolve ${needy.path}`);
    throw newest;
  }
  const added = new Map<string, { module: ModuleVersion; package: LoadedPackage }>();
  for (const [i, module] of found.entries()) {
    const p = missing[i]!;
    if (module === undefined) continue;
    message(`found ${p.path} in ${module.path} ${module.version}`);
    if (!added.has(keyOf(module))) added.set(keyOf(module), { module, package: p });
  }
  return added;
}

/** Tells the error which main module the import is for: that is where to add a requirement. */
function noteImporter({ session }: Loading, p: LoadedPackage, error: unknown): void {
  const missing = causeOf(error, ImportMissingError);
  if (missing === undefined) return;
  for (let at = p.stack; at !== undefined; at = at.stack) {
    if (at.module === undefined || !session.main.contains(at.module.path)) continue;
    missing.importingMainModule = at.module;
    missing.modRoot = session.main.get(at.module.path)?.root ?? '';
    return;
  }
}

/** The need for the newest Go release, the first of several alike. */
export function newestNeed(errors: readonly TooNewError[]): TooNewError | undefined {
  return errors.reduce<TooNewError | undefined>(
    (best, e) => (best === undefined || compareGo(e.goVersion, best.goVersion) > 0 ? e : best),
    undefined,
  );
}
