export * from './replace-folder.js';
export * from './source-tree.js';
