export { isInAnyBuild } from './any-build.js';
export { shouldBuild } from './build-constraint.js';
export { type BuildTags, hasTag } from './build-tags.js';
export type { EmbedPattern } from './embed-patterns.js';
export { matchesFileName } from './file-name.js';
export { type GoHeader, type GoImport, readHeader } from './header-reader.js';
export { packageImportComment } from './import-comment.js';
export { type BuildPlatform, platformTags } from './platform-tags.js';
export { type GoSource, NoGoFilesError, type ScannedImports, type ScanOptions, scanGoFiles } from './scan.js';
export {
  commandPackages,
  isStandardImportPath,
  isStandardPackage,
  newestKnownRelease,
  standardImports,
  standardPackages,
  standardTestImports,
} from './standard-packages.js';
