/** Why a query of packages has no answer, in the go command's words (go.dev/ref/mod#version-queries). */
import { quoteGo } from '../../encoding/quote-go.js';
import { TsgogetError } from '../../errors.js';
import type { ModuleVersion } from '../../module/index.js';

/** No module can be asked for, as any would do. Code 'invalid-query'. */
export class WildcardInFirstElementError extends TsgogetError {
  readonly pattern: string;
  readonly query: string;

  constructor(fields: { pattern: string; query: string }) {
    const { pattern, query } = fields;
    super(
      'invalid-query',
      `no modules to query for ${pattern}@${query} because first path element contains a wildcard`,
    );
    this.pattern = pattern;
    this.query = query;
  }
}

/** A version of a main module was asked for, which has none. Code 'invalid-query'. */
export class QueryMatchesMainModulesError extends TsgogetError {
  readonly mainModules: readonly ModuleVersion[];
  readonly pattern: string;
  readonly query: string;
  readonly patternIsModule: boolean;

  constructor(fields: {
    /** None, where the pattern matched main modules and nothing else was found. */
    mainModules?: readonly ModuleVersion[];
    pattern: string;
    query: string;
    patternIsModule: boolean;
  }) {
    const { mainModules = [], pattern, query, patternIsModule } = fields;
    const plural = mainModules.length > 1 ? 's' : '';
    const paths = mainModules.map((m) => m.path).join(', ');
    super(
      'invalid-query',
      patternIsModule
        ? `can't request version ${quoteGo(query)} of the main module (${pattern})`
        : `can't request version ${quoteGo(query)} of pattern ${quoteGo(pattern)} that includes the main module${plural} (${paths})`,
    );
    this.mainModules = mainModules;
    this.pattern = pattern;
    this.query = query;
    this.patternIsModule = patternIsModule;
  }
}

/** `all` holds main modules, which have no versions. Code 'invalid-query'. */
export class QueryUpgradesAllError extends TsgogetError {
  readonly mainModules: readonly ModuleVersion[];
  readonly query: string;

  constructor(fields: { mainModules: readonly ModuleVersion[]; query: string }) {
    const { mainModules, query } = fields;
    const plural = mainModules.length === 1 ? '' : 's';
    super(
      'invalid-query',
      `can't request version ${quoteGo(query)} of pattern "all" that includes the main module${plural}`,
    );
    this.mainModules = mainModules;
    this.query = query;
  }
}

/** A version of packages was asked for that are in a main module. Code 'invalid-query'. */
export class QueryMatchesPackagesInMainModuleError extends TsgogetError {
  readonly pattern: string;
  readonly query: string;
  readonly packages: readonly string[];

  constructor(fields: { pattern: string; query: string; packages: readonly string[] }) {
    const { pattern, query, packages } = fields;
    const [first = ''] = packages;
    const what =
      packages.length > 1
        ? `pattern ${pattern} matches ${packages.length} packages in the main module`
        : first === pattern
          ? `package ${first} is in the main module`
          : `pattern ${pattern} matches package ${first} in the main module`;
    super('invalid-query', `${what}, so can't request version ${query}`);
    this.pattern = pattern;
    this.query = query;
    this.packages = packages;
  }
}
