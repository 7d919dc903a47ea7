/**
 * Signed tree heads, the proof that the tree of one is the beginning of another's, and, where it is not, the evidence:
 * both notes and the proof that the newer tree began otherwise than the older note says. Spec: RFC 6962 §2.1.2.
 */
import { LogForkError, TsgogetError } from '../errors.js';
import {
  type AuthenticTree,
  checkTree,
  emptyTreeHash,
  formatHash,
  type Hash,
  proveTree,
  sameHash,
  type TreeHead,
} from '../tlog/index.js';

/** A tree head and the signed note that it stands in; '' for the empty tree before the first note. */
export interface SignedHead extends TreeHead {
  readonly note: string;
}

/** The head of a log of which nothing is known. */
export const noHead: SignedHead = { size: 0, hash: emptyTreeHash, note: '' };

/** The two heads, the one of fewer records first. */
export function bySize<T extends TreeHead>(a: T, b: T): [older: T, newer: T] {
  return a.size <= b.size ? [a, b] : [b, a];
}

/**
 * Throws unless `older`, which is not larger, is the beginning of the tree, whose head is `newer`:
 * LogForkError, whose hint is `forkHint`, 'bad-proof', and what reading tiles throws.
 */
export async function requireContains(
  tree: AuthenticTree,
  newer: SignedHead,
  older: SignedHead,
  forkHint: string | undefined,
): Promise<void> {
  if (older.size === 0) {
    if (sameHash(older.hash, emptyTreeHash)) return;
    throw new TsgogetError('bad-proof', `the tree of size 0 cannot have the hash ${formatHash(older.hash)}`);
  }
  const hash = older.size === newer.size ? newer.hash : await tree.rangeHash({ start: 0, end: older.size });
  if (!sameHash(hash, older.hash)) throw forkOf(newer, older, await proveFork(tree, older.size, hash), forkHint);
}

/**
 * The hashes that prove `older` to be the beginning of the tree, checked; none for the same size and for the empty tree.
 * Only after `requireContains`. Throws 'bad-proof', and what reading tiles throws.
 */
export async function consistencyProof(tree: AuthenticTree, older: TreeHead): Promise<Hash[]> {
  const { head } = tree;
  if (older.size === 0 || older.size === head.size) return [];
  const proof = await Promise.all(proveTree(older.size, head.size, (range) => tree.rangeHash(range)));
  checkTree(proof, head, older);
  return proof;
}

/** The hash that the older tree should have had, and the proof of it: without a tile that this needs, the hash still speaks. */
async function proveFork(tree: AuthenticTree, size: number, hash: Hash): Promise<string[]> {
  const steps = await consistencyProof(tree, { size, hash }).catch(() => []);
  return [hash, ...steps].map(formatHash);
}

function forkOf(
  newer: SignedHead,
  older: SignedHead,
  proof: readonly string[],
  hint: string | undefined,
): LogForkError {
  const indent = (note: string) => note.replaceAll('\n', '\n\t');
  const message =
    `SECURITY ERROR\ngo.sum database server misbehavior detected!\n\n` +
    `old database:\n\t${indent(older.note)}\nnew database:\n\t${indent(newer.note)}\n` +
    `proof of misbehavior:\n\t${proof.join('\n\t')}`;
  return new LogForkError(message, { oldNote: older.note, newNote: newer.note, proof }, { hint });
}
