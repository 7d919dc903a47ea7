/** That a module has no package that a query or a folder names, in the go command's words. */
import { TsgogetError } from '../../errors.js';
import { type ModuleVersion, nameOf } from '../../module/index.js';

export interface PackageNotInModuleFields {
  /** The main modules that lack the package, where those were asked; otherwise `module` was. */
  readonly mainModules?: readonly ModuleVersion[] | undefined;
  readonly module?: ModuleVersion | undefined;
  readonly replacement?: ModuleVersion | undefined;
  readonly query: string;
  readonly pattern: string;
}

/**
 * The module is there at the version that was asked for, and has no package that matches. Code 'no-matching-version': it is not
 * 'not-found', which would have the next proxy asked.
 */
export class PackageNotInModuleError extends TsgogetError {
  readonly mainModules: readonly ModuleVersion[];
  readonly module: ModuleVersion | undefined;
  readonly replacement: ModuleVersion | undefined;
  readonly query: string;
  readonly pattern: string;

  constructor(fields: PackageNotInModuleFields) {
    super('no-matching-version', notInModuleWords(fields));
    this.mainModules = fields.mainModules ?? [];
    this.module = fields.module;
    this.replacement = fields.replacement;
    this.query = fields.query;
    this.pattern = fields.pattern;
  }

  /** The import path that was asked for; '' for a wildcard. */
  get importPath(): string {
    return this.pattern.includes('...') ? '' : this.pattern;
  }
}

function notInModuleWords({ mainModules = [], module, replacement, query, pattern }: PackageNotInModuleFields): string {
  const what = pattern.includes('...') ? `packages matching ${pattern}` : `package ${pattern}`;
  const [main] = mainModules;
  if (main !== undefined) {
    const subject = mainModules.length === 1 ? `main module (${nameOf(main)}) does` : 'workspace modules do';
    return `${subject} not contain ${what}`;
  }
  const { path, version } = module ?? { path: '', version: '' };
  const facts: string[] = [];
  if (query !== version) facts.push(version);
  if (replacement !== undefined) facts.push(`replaced by ${nameOf(replacement)}`);
  const found = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `module ${path}@${query} found${found}, but does not contain ${what}`;
}
