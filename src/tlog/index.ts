export { AuthenticTree, type TileCopy, type TileSource } from './authentic-tree.js';
export {
  emptyTreeHash,
  foldSubtrees,
  formatHash,
  type Hash,
  hashBytes,
  hashOfLeaves,
  nodeHash,
  recordHash,
  sameHash,
  subtreeRows,
} from './hash.js';
export { checkRecord, checkTree, proveRecord, proveTree } from './proof.js';
export { isTreeSize, type Node, type Range, splitRange, subtreesOf } from './range.js';
export {
  edgeTiles,
  fullTile,
  parseTilePath,
  slotOfNode,
  slotOfParent,
  sumdbTileHeight,
  type Tile,
  type TileSlot,
  tileAt,
  tilePath,
} from './tile.js';
export {
  formatRecord,
  formatTreeHead,
  type LogRecord,
  parseRecord,
  parseTreeHead,
  type TreeHead,
} from './tree-head.js';
