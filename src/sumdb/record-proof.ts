/** The proof that a record stands in a signed tree, step by step from its leaf to the root. Spec: RFC 6962 §2.1.1. */
import { type AuthenticTree, checkRecord, type Hash, nodeHash, proveRecord, type Range } from '../tlog/index.js';
import type { SignedHead } from './signed-head.js';

/** One step up: the hash of the neighbouring records, and the hash over both. */
export interface ProofStep extends Range {
  /** Where the neighbours stand. */
  readonly side: 'left' | 'right';
  readonly hash: Hash;
  /** The hash over all records so far; after the last step it is the root. */
  readonly running: Hash;
}

/** A record's place in the tree of a signed head, checked. */
export interface RecordProof {
  readonly head: SignedHead;
  readonly leaf: Hash;
  readonly steps: readonly ProofStep[];
}

/** Proves a record in a tree, and checks the proof. Throws 'bad-proof', and what reading tiles throws. */
export async function proveInTree(tree: AuthenticTree, id: number): Promise<Omit<RecordProof, 'head'>> {
  const ranges = proveRecord(id, tree.head.size, (range) => range);
  const [leaf, ...hashes] = await Promise.all([tree.recordHash(id), ...ranges.map((range) => tree.rangeHash(range))]);
  checkRecord(hashes, tree.head, id, leaf!);
  let running = leaf!;
  const steps = ranges.map((range, i): ProofStep => {
    const hash = hashes[i]!;
    const side = range.start > id ? 'right' : 'left';
    running = side === 'right' ? nodeHash(running, hash) : nodeHash(hash, running);
    return { ...range, side, hash, running };
  });
  return { leaf: leaf!, steps };
}
