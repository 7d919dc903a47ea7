/**
 * Go releases and toolchains: their order, and what each changed in go.mod.
 *
 * @example
 * ```js
 * import { compareGo, fromToolchain, langVersion, modCompare } from 'tsgoget/gover';
 *
 * compareGo('1.21rc1', '1.21.0'); // → -1
 * langVersion('1.21.3'); // → '1.21'
 * fromToolchain('go1.21.3-custom'); // → '1.21.3'
 * modCompare('go', '1.9', '1.21'); // → -1
 * ```
 */
export { goModLookup } from './go-mod-lookup.js';
export { compareGo, isGoPrerelease, isLang, isValidGo, langVersion, maxGo, prevGo } from './go-version.js';
export { knownReleases, newestRelease, unknownReleaseNote } from './known-releases.js';
export {
  defaultGoModVersion,
  defaultGoWorkVersion,
  explicitIndirectVersion,
  explicitModulesTxtImportVersion,
  goModToolVersion,
  goStrictVersion,
  narrowAllVersion,
  separateIndirectVersion,
  simplifyRequireVersion,
  tidyGoModSumVersion,
} from './milestones.js';
export {
  isToolchainModule,
  modCompare,
  modCompareVersions,
  modIsPrefix,
  modIsPrerelease,
  modIsValid,
  modMajorMinor,
  modSort,
  versionSyntaxOf,
} from './module-order.js';
export { hasRule, type ReleaseRule, type RuleName, releaseRules } from './release-rules.js';
export { compareToolchains, fromToolchain, maxToolchain, toolchainNameOf } from './toolchain.js';
