export { buildListOf, downgrade, minimalRequirements, upgrade, upgradeAll } from './build-list.js';
export {
  BuildListError,
  type BuildListStep,
  type Conflict,
  conflictReason,
  conflictSummary,
  formatConflict,
} from './build-list-error.js';
export { type CompareVersions, Graph } from './graph.js';
export type { DowngradeRequirements, Requirements, UpgradeRequirements } from './requirements.js';
export { VersionMap, VersionSet } from './version-map.js';
