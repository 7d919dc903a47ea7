export * from './source-tree.js';
