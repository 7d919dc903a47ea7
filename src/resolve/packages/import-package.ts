/**
 * Which module provides a package (go.dev/ref/mod#resolve-pkg-mod, #lazy-loading): of all prefixes of its path that are modules
 * of the build list, the one whose folder has it. All of them are fetched at once; what is decided follows the go command's order.
 */
import { isAbsolute, join } from 'node:path';
import { causeOf, isNotFound, isSecurity, TsgogetError } from '../../errors.js';
import { compareGo, explicitModulesTxtImportVersion, isToolchainModule, modCompare } from '../../gover/index.js';
import { isStandardImportPath, isStandardPackage } from '../../imports/index.js';
import {
  checkImportPath,
  isModulePath,
  type ModuleVersion,
  quoteGo,
  splitPathVersion,
  zeroPseudoVersion,
} from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import { maxPackagePathLength, queryPackages } from '../query/query-pattern.js';
import { VersionRules } from '../query/retractions.js';
import { moduleFolder, PackageFolders } from '../search/module-folder.js';
import { isMetaPattern } from '../search/package-match.js';
import { PackageNotInModuleError } from '../search/package-not-in-module-error.js';
import { MissingSumError } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import {
  AmbiguousImportError,
  findsModules,
  ImportMissingError,
  type ImportMissingFields,
  ImportMissingSumError,
  InvalidImportError,
} from './import-errors.js';

export interface ProvidedPackage {
  /** undefined: the standard library, or "C". */
  readonly module: ModuleVersion | undefined;
  /** The folder of the module, or the vendor folder. */
  readonly root: string;
  /** The folder of the package; '' for the standard library. */
  readonly dir: string;
  /** The modules that could have provided it by their paths, but do not. */
  readonly altModules: readonly ModuleVersion[];
}

interface Provider {
  readonly module: ModuleVersion | undefined;
  readonly root: string;
  readonly dir: string;
}

/**
 * Finds the one module of the build list that provides a package. Without `graph` the roots alone are looked at first, and the
 * graph is read only when none has it. With `skipModFile` the go.mod of that module is not read for this.
 *
 * Throws InvalidImportError, ImportMissingError, AmbiguousImportError, ImportMissingSumError, and what reading the graph
 * or fetching a module that might have the package throws: without it, it is not known that there is only one.
 */
export async function importFromModules(
  rs: Requirements,
  path: string,
  { graph, skipModFile = false }: { graph?: ModuleGraph | undefined; skipModFile?: boolean } = {},
): Promise<ProvidedPackage> {
  const { session } = rs;
  checkImportable(path, session.goVersion);
  if (path === 'C') return { module: undefined, root: '', dir: '', altModules: [] };
  try {
    checkImportPath(path);
  } catch (error) {
    throw new InvalidImportError(path, error as Error);
  }
  const inStd = isStandardImportPath(path) && isStandardPackage(path, session.goVersion);
  const std: Provider[] = inStd ? [{ module: undefined, root: '', dir: '' }] : [];
  if (session.usesVendor) return importVendored(session, path, std);

  const look = (selected: ModuleGraph | undefined) =>
    lookInModules(
      session,
      path,
      std,
      modulesAbove(path, (prefix) => selectedIn(prefix, rs, selected)),
    );
  let found = await look(graph);
  if (found.provider === undefined && graph === undefined) found = await look(await rs.wholeGraph());
  const { provider, altModules } = found;
  if (provider === undefined) {
    const queryError = session.hasModRoot ? undefined : session.noModuleToMatchError();
    throw await missing(session, path, { queryError, isStd: isStandardImportPath(path) });
  }
  const m = provider.module;
  if (!skipModFile && m !== undefined && !session.main.contains(m.path)) await session.summaries.ofRequired(m);
  return { ...provider, altModules };
}

function checkImportable(path: string, goVersion: string): void {
  const refuse = (words: string) => {
    throw new InvalidImportError(path, words);
  };
  if (path.length > maxPackagePathLength) refuse(`malformed import path: longer than ${maxPackagePathLength} bytes`);
  if (path.includes('@')) refuse(`import path ${quoteGo(path)} should not have @version`);
  if (/^\.\.?(?:\/|$)/.test(path)) {
    refuse(`${quoteGo(path)} is relative, but relative import paths are not supported in module mode`);
  }
  if (isAbsolute(path)) refuse(`${quoteGo(path)} is not a package path; see 'go help packages'`);
  if (isMetaPattern(path, goVersion)) refuse(`${quoteGo(path)} is not an importable package; see 'go help packages'`);
}

async function missing(session: Session, path: string, fields: ImportMissingFields): Promise<ImportMissingError> {
  return new ImportMissingError(session, path, { ...fields, modContainingCwd: await modContainingCwd(session) });
}

async function modContainingCwd(session: Session): Promise<ModuleVersion | undefined> {
  const root = await session.tree.findUp(session.settings.cwd, 'go.mod');
  const main = session.main.modules.find((m) => m.root !== '' && m.root === root);
  return main === undefined ? undefined : { path: main.path, version: '' };
}

function selectedIn(prefix: string, rs: Requirements, graph: ModuleGraph | undefined): string {
  return (graph === undefined ? rs.rootSelected(prefix) : graph.selected(prefix)) ?? 'none';
}

/** The modules whose paths are prefixes of a package's, longest first. */
function modulesAbove(path: string, selected: (prefix: string) => string): ModuleVersion[] {
  const modules: ModuleVersion[] = [];
  for (let prefix = path; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))) {
    const version = isToolchainModule(prefix) ? 'none' : selected(prefix);
    if (version !== 'none') modules.push({ path: prefix, version });
  }
  return modules;
}

async function lookInModules(
  session: Session,
  path: string,
  std: readonly Provider[],
  modules: readonly ModuleVersion[],
): Promise<{ provider: Provider | undefined; altModules: ModuleVersion[] }> {
  const looks = await Promise.allSettled(
    modules.map(async (m) => {
      const folder = await moduleFolder(session, m);
      return { root: folder.dir, ...(await session.shared(PackageFolders).find(path, m.path, folder)) };
    }),
  );
  for (const look of looks) if (look.status === 'rejected' && isSecurity(look.reason)) throw look.reason;
  const providers = [...std];
  const altModules: ModuleVersion[] = [];
  const withoutSum: ModuleVersion[] = [];
  for (const [i, look] of looks.entries()) {
    const module = modules[i]!;
    if (look.status === 'rejected') {
      if (!(look.reason instanceof MissingSumError)) throw look.reason;
      withoutSum.push(module);
    } else if (look.value.hasGoFiles) {
      providers.push({ module, root: look.value.root, dir: look.value.dir });
    } else {
      altModules.push(module);
    }
  }
  if (providers.length > 1) {
    const shortestFirst = providers.toReversed();
    throw new AmbiguousImportError(
      path,
      shortestFirst.map((p) => shownFolder(session, path, p)),
      shortestFirst.map((p) => p.module),
    );
  }
  if (withoutSum.length > 0) throw new ImportMissingSumError(path, withoutSum.toReversed(), providers.length > 0);
  return { provider: providers[0], altModules };
}

function shownFolder({ settings }: Session, path: string, { module, dir }: Provider): string {
  return module === undefined && dir === '' ? join(settings.GOROOT || '$GOROOT', 'src', path) : dir;
}

/** Reports whether several modules provide a package: see IsAmbiguous. */
export async function isAmbiguous(rs: Requirements, path: string): Promise<boolean> {
  try {
    await importFromModules(rs, path, { skipModFile: true });
    return false;
  } catch (error) {
    if (isSecurity(error)) throw error;
    return causeOf(error, AmbiguousImportError) !== undefined;
  }
}

/** With -mod=vendor a package is in a main module or in the vendor folder. */
async function importVendored(session: Session, path: string, std: readonly Provider[]): Promise<ProvidedPackage> {
  const folders = session.shared(PackageFolders);
  const providers = [...std];
  let mainError: unknown;
  for (const main of session.main.modules) {
    if (main.root === '') continue;
    try {
      const { dir, hasGoFiles } = await folders.find(path, main.path, { dir: main.root, isLocal: true });
      if (hasGoFiles) providers.push({ module: { path: main.path, version: '' }, root: main.root, dir });
    } catch (error) {
      mainError ??= error;
    }
  }
  const { vendorDir } = session;
  if (vendorDir !== undefined) {
    const inVendor = await folders.find(path, '', { dir: vendorDir, isLocal: false }).catch(() => undefined);
    if (inVendor?.hasGoFiles) {
      const listed = session.vendored?.packages.get(path);
      const mayBeUnlisted = compareGo(session.main.goVersion, explicitModulesTxtImportVersion) < 0;
      if (listed !== undefined || mayBeUnlisted) {
        providers.push({ module: listed, root: vendorDir, dir: inVendor.dir });
      } else {
        const command = session.isWorkspace ? 'work' : 'mod';
        session.settings.message(
          `ignoring package ${path} which exists in the vendor directory but is missing from vendor/modules.txt. To sync the vendor directory run go ${command} vendor.`,
        );
      }
    }
  }
  if (providers.length > 1) {
    throw new AmbiguousImportError(
      path,
      providers.map((p) => shownFolder(session, path, p)),
    );
  }
  if (mainError !== undefined) throw mainError;
  const [provider] = providers;
  if (provider === undefined) throw await missing(session, path, {});
  return { ...provider, altModules: [] };
}

/**
 * Finds a module to add to the build list for a package that it does not provide: a replaced module if one has it, else what
 * the proxies have. Throws ImportMissingError, with the reason, and what asking throws.
 */
export async function queryImport(rs: Requirements, path: string): Promise<ModuleVersion> {
  const { session } = rs;
  const replaced = await replacedModules(rs, path);
  for (const m of replaced) {
    const folder = await moduleFolder(session, m).catch((error: unknown) => {
      throw error instanceof MissingSumError ? new ImportMissingSumError(path) : error;
    });
    const { hasGoFiles } = await session.shared(PackageFolders).find(path, m.path, folder);
    if (!hasGoFiles) continue;
    if (session.buildMod === 'readonly') throw await missing(session, path, { replaced: m });
    return m;
  }
  const [longest] = replaced;
  if (longest !== undefined && !isModulePath(path)) {
    throw new PackageNotInModuleError({
      module: longest,
      replacement: session.main.replacement(longest),
      query: 'latest',
      pattern: path,
    });
  }
  if (isStandardImportPath(path)) throw await missing(session, path, { isStd: true });
  if (session.buildMod !== 'mod' && !findsModules(session)) {
    throw await missing(session, path, { queryError: lookupDisabled(session) });
  }
  return askForImport(rs, path);
}

/** The replaced modules that could have a package and that the graph does not hold at that version or a newer one. */
async function replacedModules(rs: Requirements, path: string): Promise<ModuleVersion[]> {
  const modules: ModuleVersion[] = [];
  for (const m of modulesAbove(path, (prefix) => rs.session.main.highestReplaced.get(prefix) ?? 'none')) {
    const graph = await rs.wholeGraph();
    const version = m.version === '' ? zeroVersion(m.path) : m.version;
    if (modCompare(m.path, graph.selected(m.path), version) < 0) modules.push({ path: m.path, version });
  }
  return modules;
}

/** A version below every real one, for a module that is replaced at all versions: it can be upgraded later. */
function zeroVersion(path: string): string {
  return zeroPseudoVersion(splitPathVersion(path)?.pathMajor.slice(1) || 'v0');
}

function lookupDisabled({ buildMod, buildModReason, modFlagGiven }: Session): TsgogetError | undefined {
  const words = `import lookup disabled by -mod=${buildMod}`;
  if (modFlagGiven) return new TsgogetError('lookup-disabled', words);
  return buildModReason === '' ? undefined : new TsgogetError('lookup-disabled', `${words}\n\t(${buildModReason})`);
}

async function askForImport(rs: Requirements, path: string): Promise<ModuleVersion> {
  const { session } = rs;
  session.settings.message(`finding module for package ${path}`);
  const graph = await rs.wholeGraph();
  const candidates = await queryPackages(session, {
    pattern: path,
    query: 'latest',
    current: (modulePath) => graph.selected(modulePath),
    allowed: session.shared(VersionRules).allowed,
  }).catch(async (error: unknown) => {
    throw isNotFound(error) ? await missing(session, path, { queryError: error }) : error;
  });
  const isNewer = ({ module: m }: (typeof candidates)[number]) =>
    modCompare(m.path, graph.selected(m.path), m.version) > 0;
  const usable = candidates.find((c) => !isNewer(c));
  if (usable !== undefined) return usable.module;
  const [first] = candidates;
  throw await missing(session, path, {
    module: first?.module,
    newMissingVersion: first === undefined ? undefined : graph.selected(first.module.path),
  });
}
