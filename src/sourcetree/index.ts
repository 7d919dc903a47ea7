export { replaceFolder } from './replace-folder.js';
export { SourceTree, shortPath } from './source-tree.js';
