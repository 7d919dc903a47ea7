export type { GetOptions } from './get/get-run.js';
export { checkGetArguments, runGet } from './get/run-get.js';
export { GoModDirtyError } from './graph/go-mod-dirty-error.js';
export { ModuleGraph } from './graph/module-graph.js';
export { Requirements } from './graph/requirements.js';
export { expandGraph } from './graph/update-roots.js';
export { isWorkspaceVendor, vendorProblems } from './graph/vendor-graph.js';
export { type Download, downloadJson, downloadModule, downloadModules } from './list/download-modules.js';
export { listModules } from './list/list-modules.js';
export { ModuleInfos } from './list/module-infos.js';
export { formatModule, type ModulePublic, moduleJson, modulePublicFieldsOf } from './list/module-public.js';
export {
  type ProofDocument,
  type Resolution,
  type ResolveDocument,
  type ResolveDocumentModule,
  type ResolvedModule,
  type ResolvedProof,
  type ResolveTotals,
  resolveBuildList,
  resolveDocument,
} from './list/resolution.js';
export { type EarlierModules, parseReuse } from './list/reuse.js';
export { readNamedModules } from './main-module/named-modules.js';
export { checkModuleMode, findGoMod, type Opened, openModule, openSession } from './main-module/open-session.js';
export { syncWorkspace } from './main-module/sync-workspace.js';
export { type FileChange, previewTidy, writeBack } from './main-module/write-back.js';
export type { Loaded, LoadOptions, LoadResult } from './packages/load-options.js';
export { loadPackages } from './packages/load-packages.js';
export { splitArgument } from './query/module-argument.js';
export { DisallowedError, NoMatchingVersionError, query } from './query/query.js';
export { VersionRules } from './query/retractions.js';
export {
  createGoWork,
  findGoWork,
  type GoWorkSource,
  goVersionOf,
  raiseGoVersion,
  readGoWorkFile,
  readUsedGoMod,
  requireGoWork,
  useFolder,
  type WorkPlace,
  writeGoWork,
} from './session/go-work-file.js';
export { noModulePath } from './session/main-modules.js';
export { type ModulesTxt, parseModulesTxt } from './session/modules-txt.js';
export { type CommandRights, Session, type SessionSettings } from './session/session.js';
export { vendorPackages } from './vendoring/vendor-packages.js';
