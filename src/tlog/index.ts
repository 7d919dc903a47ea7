/**
 * Transparency logs: hashes, proofs (RFC 6962), tiles and tree heads.
 *
 * @example
 * ```js
 * import { checkRecord, nodeHash, proveRecord, recordHash } from 'tsgoget/tlog';
 *
 * const leaves = ['first\n', 'second\n'].map((text) => recordHash(new TextEncoder().encode(text)));
 * const tree = { size: 2, hash: nodeHash(leaves[0], leaves[1]) };
 * const proof = proveRecord(0, tree.size, (range) => leaves[range.start]);
 * checkRecord(proof, tree, 0, leaves[0]); // → undefined
 * checkRecord(proof, tree, 1, leaves[0]); // → throws 'bad-proof'
 * ```
 */
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
