/**
 * Proof files (docs/proof-format.md): that go.sum stands in the log, for whoever has no network.
 *
 * @example
 * ```js
 * import { checkProofFile, formatProofFile, parseProofFile, proveRecords } from 'tsgoget/proof';
 * import { nodeHash, recordHash } from 'tsgoget/tlog';
 *
 * const texts = ['example.com/a v1.0.0 h1:a\n', 'example.com/b v1.0.0 h1:b\n'];
 * const leaves = texts.map((text) => recordHash(new TextEncoder().encode(text)));
 * const head = { size: 2, hash: nodeHash(leaves[0], leaves[1]) };
 * const hashes = proveRecords([1], head.size, (range) => leaves[range.start]);
 * const text = formatProofFile({ records: [{ id: 1, text: texts[1] }], hashes, note: 'the signed tree head\n' });
 * const file = parseProofFile(new TextEncoder().encode(text));
 * checkProofFile(file, head); // → undefined
 * checkProofFile({ ...file, records: [{ id: 0, text: texts[1] }] }, head); // → throws 'bad-proof'
 * ```
 */
export { checkMultiproof, proveRecords } from './multiproof.js';
export {
  checkProofFile,
  formatProofFile,
  isProofFile,
  maxProofFileBytes,
  type ProofFile,
  type ProofRecord,
  parseProofFile,
} from './proof-file.js';
