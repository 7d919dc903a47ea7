/**
 * Why an import path has no package, in the go command's words. What only the importer knows (who it is, which Go release
 * it was written for) is added to an error later, and then stands in its message.
 */
import { join } from 'node:path';
import { messageOf, TsgogetError } from '../../errors.js';
import { isZeroPseudoVersion, type ModuleVersion, nameOf, sameModule } from '../../module/index.js';
import type { Session } from '../session/session.js';

/** Lets the message follow from the fields as they are when it is read. */
function composeMessage(error: Error, compose: () => string): void {
  Object.defineProperty(error, 'message', { get: compose, configurable: true, enumerable: false });
}

/** The import path itself is at fault. Code 'invalid-path'. */
export class InvalidImportError extends TsgogetError {
  readonly importPath: string;

  constructor(importPath: string, reason: string | Error) {
    super('invalid-path', messageOf(reason), { cause: typeof reason === 'string' ? undefined : reason });
    this.importPath = importPath;
  }
}

export interface ImportMissingFields {
  /** The module that has the package, at a version that cannot be used. */
  readonly module?: ModuleVersion | undefined;
  /** Why no module was found; not set when none was looked for. */
  readonly queryError?: unknown;
  /** The path is one that only the standard library may have. */
  readonly isStd?: boolean | undefined;
  /** The replaced module, required by nothing, whose replacement has the package. */
  readonly replaced?: ModuleVersion | undefined;
  /** The version of `module` in the build list, which is newer and lacks the package. */
  readonly newMissingVersion?: string | undefined;
  /** The main module that holds the working folder. */
  readonly modContainingCwd?: ModuleVersion | undefined;
}

/** No module of the build list provides the package. Code 'not-found'; `cause` is why none could be added. */
export class ImportMissingError extends TsgogetError {
  readonly importPath: string;
  readonly module: ModuleVersion | undefined;
  readonly queryError: unknown;
  readonly isStd: boolean;
  readonly replaced: ModuleVersion | undefined;
  readonly newMissingVersion: string;
  /** The Go release that the importing module asks for, where that is one that this run does not know. */
  importerGoVersion = '';
  /** The main module that the package is missed by, and its folder. */
  importingMainModule: ModuleVersion | undefined;
  modRoot = '';

  constructor(session: Session, importPath: string, fields: ImportMissingFields = {}) {
    super('not-found', '', { cause: fields.queryError });
    this.importPath = importPath;
    this.module = fields.module;
    this.queryError = fields.queryError;
    this.isStd = fields.isStd ?? false;
    this.replaced = fields.replaced;
    this.newMissingVersion = fields.newMissingVersion ?? '';
    const mayComplete = session.buildMod === 'mod' || (session.buildMod === 'readonly' && findsModules(session));
    const { GOROOT, goVersion } = session.settings;
    const library = GOROOT === '' ? `go ${goVersion}` : join(GOROOT, 'src', importPath);
    composeMessage(this, () => this.#words(mayComplete, library, fields.modContainingCwd));
  }

  #words(mayComplete: boolean, library: string, modContainingCwd: ModuleVersion | undefined): string {
    const { importPath: path, module: m, queryError } = this;
    if (m !== undefined && this.newMissingVersion !== '') {
      return `package ${path} provided by ${m.path} at latest version ${m.version} but not at required version ${this.newMissingVersion}`;
    }
    if (m !== undefined) return `missing module for import: ${m.path}@${m.version} provides ${path}`;
    if (this.isStd) {
      const note = `\nnote: imported by a module that requires go ${this.importerGoVersion}`;
      return `package ${path} is not in std (${library})${this.importerGoVersion === '' ? '' : note}`;
    }
    if (queryError !== undefined && !isNoModule(queryError)) {
      return `cannot find module providing package ${path}: ${messageOf(queryError)}`;
    }
    if (mayComplete) return `cannot find module providing package ${path}`;
    if (this.replaced !== undefined) {
      const { path: replaced, version } = this.replaced;
      const argument = isZeroPseudoVersion(version) ? replaced : nameOf(this.replaced);
      return `module ${replaced} provides package ${path} and is replaced but not required; to add it:\n\tgo get ${argument}`;
    }
    const words = `no required module provides package ${path}`;
    if (queryError !== undefined) return `${words}: ${messageOf(queryError)}`;
    const importer = this.importingMainModule;
    const isElsewhere =
      importer !== undefined && (modContainingCwd === undefined || !sameModule(importer, modContainingCwd));
    return `${words}; to add it:\n\t${isElsewhere ? `cd ${this.modRoot}\n\t` : ''}go get ${path}`;
  }
}

const isNoModule = (error: unknown) => error instanceof TsgogetError && error.code === 'not-main-module';

/** Reports whether import paths are resolved to modules even where there is no go.mod file: `get` does that. */
export function findsModules(session: Session): boolean {
  return session.settings.rights.findsModules === true;
}

/** Several modules of the build list provide the package, or a main module and the vendor folder do. Code 'ambiguous'. */
export class AmbiguousImportError extends TsgogetError {
  readonly importPath: string;
  readonly dirs: readonly string[];
  /** Empty, or one for each folder; undefined for the standard library. */
  readonly modules: readonly (ModuleVersion | undefined)[];

  constructor(importPath: string, dirs: readonly string[], modules: readonly (ModuleVersion | undefined)[] = []) {
    const lines = dirs.map((dir, i) => {
      if (i >= modules.length) return `\n\t${dir}`;
      const { path, version } = modules[i] ?? { path: '', version: '' };
      return `\n\t${path}${version === '' ? '' : ` ${version}`} (${dir})`;
    });
    const what = modules.length === 0 ? 'directories' : 'modules';
    super('ambiguous', `ambiguous import: found package ${importPath} in multiple ${what}:${lines.join('')}`);
    this.importPath = importPath;
    this.dirs = dirs;
    this.modules = modules;
  }
}

/** A main module imports a package whose module its go.mod does not name. Code 'build-list'. */
export class DirectImportFromImplicitDependencyError extends TsgogetError {
  readonly importerPath: string;
  readonly importedPath: string;
  readonly module: ModuleVersion;

  constructor(fields: { importerPath: string; importedPath: string; module: ModuleVersion }) {
    const { importerPath, importedPath, module } = fields;
    super(
      'build-list',
      `package ${importerPath} imports ${importedPath} from implicitly required module; to add missing requirements, run:\n\tgo get ${module.path}@${module.version}`,
    );
    this.importerPath = importerPath;
    this.importedPath = importedPath;
    this.module = module;
  }
}

/** The package may be in modules whose zips go.sum does not have, and may not learn. Code 'missing-sum'. */
export class ImportMissingSumError extends TsgogetError {
  readonly importPath: string;
  /** A module that has the package was found, but not whether it is the only one. */
  readonly isFound: boolean;
  /** The modules without sums, shortest path first. */
  readonly modules: readonly ModuleVersion[];
  importer = '';
  importerVersion = '';
  importerIsTest = false;

  constructor(importPath: string, modules: readonly ModuleVersion[] = [], isFound = false) {
    super('missing-sum', '');
    this.importPath = importPath;
    this.modules = modules;
    this.isFound = isFound;
    composeMessage(this, () => this.#words());
  }

  #words(): string {
    const { importPath, importer, modules } = this;
    const by = importer === '' ? '' : ` (imported by ${importer})`;
    const words = this.isFound
      ? `missing go.sum entry needed to verify package ${importPath}${by} is provided by exactly one module`
      : `missing go.sum entry for module providing package ${importPath}${by}`;
    if (importer !== '') {
      const version = this.importerVersion === '' ? '' : `@${this.importerVersion}`;
      return `${words}; to add:\n\tgo get${this.importerIsTest ? ' -t' : ''} ${importer}${version}`;
    }
    if (modules.length === 0) return words;
    return `${words}; to add:\n\tgo mod download ${modules.map((m) => m.path).join(' ')}`;
  }
}
