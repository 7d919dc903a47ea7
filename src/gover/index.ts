export { goModLookup } from './go-mod-lookup.js';
export { compareGo, isGoPrerelease, isLang, isValidGo, langVersion, maxGo, prevGo } from './go-version.js';
export {
  defaultGoModVersion,
  defaultGoWorkVersion,
  explicitIndirectVersion,
  explicitModulesTxtImportVersion,
  goStrictVersion,
  narrowAllVersion,
  separateIndirectVersion,
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
export { compareToolchains, fromToolchain, maxToolchain, toolchainNameOf } from './toolchain.js';
