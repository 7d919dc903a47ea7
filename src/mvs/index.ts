export { buildListOf, minimalRequirements } from './build-list.js';
export { BuildListError, type Conflict, conflictReason, conflictSummary, formatConflict } from './build-list-error.js';
export { type CompareVersions, Graph, withMainAndNone } from './graph.js';
export type { Requirements } from './requirements.js';
export { VersionMap, VersionSet } from './version-map.js';
