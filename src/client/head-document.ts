/** The look of tree heads and hashes in JSON. */
import type { SignedHead } from '../sumdb/index.js';
import { formatHash, type Hash } from '../tlog/index.js';

/** A signed tree head in JSON. */
export interface HeadDocument {
  readonly Size: number;
  /** Base64. */
  readonly Hash: string;
  /** The signed note. */
  readonly Note: string;
}

export const headDocument = ({ size, hash, note }: SignedHead): HeadDocument => ({
  Size: size,
  Hash: formatHash(hash),
  Note: note,
});

export const hashTexts = (hashes: readonly Hash[]): string[] => hashes.map(formatHash);
