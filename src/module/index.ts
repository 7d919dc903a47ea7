/**
 * Module paths and versions: checked, escaped, ordered, queried.
 *
 * @example
 * ```js
 * import { canonicalVersion, check, escapePath, pseudoVersionRev, semver } from 'tsgoget/module';
 *
 * check('example.com/greet/v2', 'v1.3.0'); // → throws 'invalid-version'
 * canonicalVersion('v1.2'); // → 'v1.2.0'
 * semver.compare('v1.10.0', 'v1.9.0'); // → 1
 * escapePath('example.com/Greet'); // → 'example.com/!greet'
 * pseudoVersionRev('v0.0.0-20240102030405-0123456789ab'); // → '0123456789ab'
 * ```
 */
export { quoteGo } from '../encoding/quote-go.js';
export { escapePath, escapeVersion, unescapePath, unescapeVersion } from './escape.js';
export { InvalidVersionError } from './invalid-version.js';
export { matchPackagePattern, treeCanMatchPattern } from './package-pattern.js';
export {
  checkFilePath,
  checkImportPath,
  checkPath,
  InvalidPathError,
  isImportPath,
  isModulePath,
  type PathKind,
} from './path.js';
export { checkPathMajor, matchPathMajor, pathMajorPrefix, type SplitPath, splitPathVersion } from './path-major.js';
export { matchPrefixPatterns, pathMatch } from './path-pattern.js';
export {
  isPseudoVersion,
  isZeroPseudoVersion,
  type PseudoVersion,
  parsePseudoVersion,
  pseudoVersion,
  pseudoVersionBase,
  pseudoVersionRev,
  pseudoVersionTime,
  zeroPseudoVersion,
} from './pseudo-version.js';
export * as semver from './semver.js';
export {
  canonicalVersion,
  check,
  compareModuleVersions,
  formatModuleVersion,
  isIncompatible,
  keyOf,
  type ModuleVersion,
  moduleOf,
  nameOf,
  sameModule,
} from './version.js';
export {
  isRevisionQuery,
  parseVersionQuery,
  semverSyntax,
  type VersionQuery,
  type VersionSyntax,
} from './version-query.js';
