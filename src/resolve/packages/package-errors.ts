/** What is wrong with the packages that were loaded, told once they all are, in their order. */

import { causeOf, TsgogetError } from '../../errors.js';
import { compareGo } from '../../gover/index.js';
import { NoGoFilesError } from '../../imports/index.js';
import { keyOf } from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
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

/** The module graphs of a run that checkMultiplePaths has looked at. */
class CheckedGraphs {
  readonly seen = new WeakSet<ModuleGraph>();
}

/**
 * Reports a module that is used under two paths: by its own, and in place of another. It looks at the graph where that was read,
 * and at each graph once; else at the roots alone.
 */
export async function checkMultiplePaths(loading: Loading): Promise<void> {
  const { session, requirements: rs } = loading;
  const graph = rs.hasGraph ? await rs.graph() : undefined;
  if (graph !== undefined) {
    const { seen } = session.shared(CheckedGraphs);
    if (seen.has(graph)) return;
    seen.add(graph);
  }
  const pathOf = new Map<string, string>();
  for (const m of graph?.buildList ?? rs.roots) {
    const actual = session.main.resolve(m);
    const known = pathOf.get(keyOf(actual));
    if (known === undefined) {
      pathOf.set(keyOf(actual), m.path);
    } else if (known !== m.path) {
      // the @ of a folder too, which has no version: so go says it
      const name = `${actual.path}@${actual.version}`;
      const words = `${name} used for two different module paths (${known} and ${m.path})`;
      loading.report(new TsgogetError('build-list', words));
    }
  }
}
