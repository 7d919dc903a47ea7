/** `sumdb lookup`: the record of a module version, and what proves it. */
import { TsgogetError } from '../errors.js';
import type { LogView, RecordProof, SignedHead, SumDb, SumLine } from '../sumdb/index.js';
import { formatHash, type Hash } from '../tlog/index.js';
import { type HeadDocument, hashTexts, headDocument } from './head-document.js';

/** The document of `sumdb lookup --json`. Hashes of the tree are base64. */
export interface SumDbLookupDocument {
  readonly Database: string;
  readonly Path: string;
  readonly Version: string;
  /** The record's number. */
  readonly Record: number;
  /** The record as the log has hashed it. */
  readonly Text: string;
  /** h1: of the zip, and of the go.mod file. */
  readonly Sum: string;
  readonly GoModSum: string;
  readonly LeafHash: string;
  /** From the leaf to the root: the hash of records Start to End-1 beside what is known, and the hash over both. */
  readonly Proof: readonly {
    readonly Start: number;
    readonly End: number;
    readonly Side: 'left' | 'right';
    readonly Hash: string;
    readonly Running: string;
  }[];
  /** The newest head that is known; the last running hash is its own. */
  readonly Head: HeadDocument;
  /** What was stored here before; absent the first time. */
  readonly StoredHead?: HeadDocument;
  /** RFC 6962's consistency proof from the stored head to `Head`; empty for the same size. */
  readonly ConsistencyProof?: readonly string[];
}

/** What the checksum database has of a module version, proven. */
export interface LookedUp {
  readonly database: string;
  readonly path: string;
  readonly version: string;
  readonly id: number;
  readonly text: string;
  readonly lines: readonly SumLine[];
  readonly proof: RecordProof;
  readonly stored: SignedHead | undefined;
  readonly consistency: readonly Hash[];
}

export function lookupDocument(a: LookedUp): SumDbLookupDocument {
  const sumOf = (version: string) => a.lines.find((l) => l.version === version && l.hash.startsWith('h1:'))!.hash;
  return {
    Database: a.database,
    Path: a.path,
    Version: a.version,
    Record: a.id,
    Text: a.text,
    Sum: sumOf(a.version),
    GoModSum: sumOf(`${a.version}/go.mod`),
    LeafHash: formatHash(a.proof.leaf),
    Proof: a.proof.steps.map((step) => ({
      Start: step.start,
      End: step.end,
      Side: step.side,
      Hash: formatHash(step.hash),
      Running: formatHash(step.running),
    })),
    Head: headDocument(a.proof.head),
    ...(a.stored && { StoredHead: headDocument(a.stored), ConsistencyProof: hashTexts(a.consistency) }),
  };
}

/**
 * Looks up a canonical version, and proves that the tree continues the one that was stored here; what was proven is stored by
 * `view.log.flush`. Throws as LogView.lookUp does, and 'lookup-disabled' for a private module.
 */
export async function lookUp(
  view: LogView,
  sumdb: Pick<SumDb, 'decide'>,
  path: string,
  version: string,
): Promise<LookedUp> {
  if (sumdb.decide(path) === 'private') {
    throw new TsgogetError('lookup-disabled', `${path}@${version}: skipped (listed in GONOSUMDB)`);
  }
  const stored = await view.log.heads.stored();
  const { found, proof } = await view.lookUp(path, version);
  const consistency = stored ? await view.proveConsistency(stored, proof.head) : [];
  found.keep();
  const { id, lines } = found.record;
  return { database: view.log.name, path, version, id, lines, text: found.text, proof, stored, consistency };
}
