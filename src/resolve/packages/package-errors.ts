/** What is wrong with the packages that were loaded, told once they all are, in their order. */

import { causeOf, TsgogetError } from '../../errors.js';
import { compareGo } from '../../gover/index.js';
import { NoGoFilesError } from '../../imports/index.js';
import { formatModuleVersion, keyOf } from '../../module/index.js';
import { ImportMissingError, ImportMissingSumError } from './import-errors.js';
import { type LoadedPackage, PackageError } from './loaded-package.js';
import type { Loading } from './loading.js';

/** Reports the errors of packages, but those that the options silence. */
export function reportPackageErrors(loading: Loading): void {
  const { silenceMissingStdImports, silencePackageErrors, silenceNoGoErrors } = loading.options;
  for (const p of loading.packages) {
    if (p.error === undefined) continue;
    noteImporter(loading, p);
    if (silenceMissingStdImports && causeOf(p.error, ImportMissingError)?.isStd) continue;
    if (silencePackageErrors) continue;
    if (silenceNoGoErrors && causeOf(p.error, NoGoFilesError) !== undefined) continue;
    loading.report(new PackageError(p, p.error));
  }
}

/** Adds to an error what is known of the importer: what would add the missing sum, which Go release it was written for. */
function noteImporter({ session }: Loading, p: LoadedPackage): void {
  const importer = p.stack;
  if (importer === undefined) return;
  const missingSum = causeOf(p.error, ImportMissingSumError);
  if (missingSum !== undefined) {
    missingSum.importer = importer.path;
    missingSum.importerVersion = importer.module?.version ?? '';
    missingSum.importerIsTest = importer.testOf !== undefined;
  }
  const missing = causeOf(p.error, ImportMissingError);
  if (missing?.isStd && importer.module !== undefined) {
    const goVersion = session.summaries.knownGoVersion(importer.module) ?? '';
    if (goVersion !== '' && compareGo(session.goVersion, goVersion) < 0) missing.importerGoVersion = goVersion;
  }
}

/** Reports a module that is used under two paths: by its own, and in place of another. */
export async function checkMultiplePaths(loading: Loading): Promise<void> {
  const { session, requirements: rs } = loading;
  const modules = rs.hasGraph ? (await rs.graph()).buildList : rs.roots;
  const pathOf = new Map<string, string>();
  for (const m of modules) {
    const actual = session.main.resolve(m);
    const known = pathOf.get(keyOf(actual));
    if (known === undefined) {
      pathOf.set(keyOf(actual), m.path);
    } else if (known !== m.path) {
      const words = `${formatModuleVersion(actual)} used for two different module paths (${known} and ${m.path})`;
      loading.report(new TsgogetError('build-list', words));
    }
  }
}
