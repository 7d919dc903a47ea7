/**
 * Minimal version selection: the module graph, its build list, and the fewest requirements that give it.
 *
 * @example
 * ```js
 * import { buildListOf, minimalRequirements } from 'tsgoget/mvs';
 *
 * const goMods = {
 *   'app@': [{ path: 'a', version: '1' }, { path: 'b', version: '2' }],
 *   'b@2': [{ path: 'a', version: '3' }],
 * };
 * const port = {
 *   required: async ({ path, version }) => goMods[`${path}@${version}`] ?? [],
 *   compare: (path, v1, v2) => Number(v1) - Number(v2),
 * };
 * const app = { path: 'app', version: '' };
 * const list = await buildListOf([app], port);
 * list.map((m) => m.path + m.version); // → ['app', 'a3', 'b2']
 * await minimalRequirements(app, [], port); // → [{ path: 'b', version: '2' }]
 * ```
 */
export { buildListOf, minimalRequirements } from './build-list.js';
export { BuildListError, type Conflict, conflictReason, conflictSummary, formatConflict } from './build-list-error.js';
export { type CompareVersions, Graph, withMainAndNone } from './graph.js';
export type { Requirements } from './requirements.js';
export { VersionMap, VersionSet } from './version-map.js';
