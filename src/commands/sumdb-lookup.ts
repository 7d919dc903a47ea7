/** `sumdb lookup`: the record of a module version and its proof, step by step. */
import { TsgogetError } from '../errors.js';
import { canonicalVersion } from '../module/index.js';
import type { RecordProof, SignedHead, SumLine } from '../sumdb/index.js';
import { formatHash, type Hash } from '../tlog/index.js';
import type { Command } from './command.js';
import {
  consistencyText,
  type HeadDocument,
  hashTexts,
  headDocument,
  headText,
  jsonResult,
  logFlags,
  withLog,
} from './log-command.js';
import { usageError } from './module-flags.js';

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

interface Answer {
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

function document(a: Answer): SumDbLookupDocument {
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

function rangeText(start: number, end: number): string {
  return end - start === 1 ? `record ${start}` : `records ${start} to ${end - 1}`;
}

function text(a: Answer): string {
  const indent = (block: string) => block.replace(/^(?=.)/gm, '    ');
  const { head, leaf, steps } = a.proof;
  const walk = steps.map(
    ({ start, end, side, hash, running }) =>
      `    ${side} neighbour, ${rangeText(start, end)}: ${formatHash(hash)}\n      together ${formatHash(running)}\n`,
  );
  const stored = a.stored
    ? `stored head: ${headText(a.stored)}\n${consistencyText(a.stored, head, a.consistency)}`
    : 'stored head: none until now; this one is trusted from here on\n';
  return (
    `${a.path}@${a.version}: record ${a.id} of ${a.database}\n${indent(a.text)}` +
    `proof, from the record's leaf to the root:\n    ${rangeText(a.id, a.id + 1)}, leaf hash ${formatHash(leaf)}\n${walk.join('')}` +
    `signed head: ${headText(head)}, which is the last hash of the proof\n${indent(head.note)}${stored}`
  );
}

/** MODULE@VERSION with a canonical version: the log knows no queries. */
function parseModule(args: readonly string[]): { path: string; version: string } {
  const hint = 'name one module version, such as example.com/mod@v1.2.3';
  if (args.length !== 1) throw usageError('sumdb lookup takes one module@version', hint);
  const at = args[0]!.lastIndexOf('@');
  const path = args[0]!.slice(0, Math.max(at, 0));
  const version = args[0]!.slice(at + 1);
  if (path === '' || version === '') throw usageError(`sumdb lookup: ${args[0]} is not module@version`, hint);
  if (canonicalVersion(version) !== version) {
    const how = `\`tsgoget list -m ${path}@${version}\` says which version a query means`;
    throw usageError(`sumdb lookup: ${version} is not a canonical version, and the log knows no others`, how);
  }
  return { path, version };
}

export const sumdbLookup: Command = {
  name: 'sumdb lookup',
  usage: '[-json] [-x] module@version',
  summary: 'show the record of a module version and its proof',
  details: `Asks the checksum database for the record of a module version and shows what proves it, step by step: the record and its number, the hash of its leaf, each neighbouring hash with its range of records and the hash over all so far, up to the root that the signed tree head names; and the proof that this head continues the one that was stored here before.

The record must hold exactly one hash of the zip and one of the go.mod file. What was proven is stored as for every look-up. A private module (GONOSUMDB, GOPRIVATE) is not asked about. The version must be canonical: the log knows no queries.`,
  examples: ['sumdb lookup example.com/mod@v1.2.3', 'sumdb lookup -json example.com/mod@v1.2.3'],
  interspersed: true,
  flags: logFlags,
  run: async (invocation, context) => {
    const { path, version } = parseModule(invocation.args);
    return withLog(invocation, context, async (view, gateway) => {
      if (gateway.sumdb.decide(path) === 'private') {
        throw new TsgogetError('lookup-disabled', `${path}@${version}: skipped (listed in GONOSUMDB)`);
      }
      const stored = await view.log.heads.stored();
      const { found, proof } = await view.lookUp(path, version);
      const consistency = stored ? await view.proveConsistency(stored, proof.head) : [];
      found.keep();
      const { id, lines } = found.record;
      const answer = {
        database: view.log.name,
        path,
        version,
        id,
        lines,
        text: found.text,
        proof,
        stored,
        consistency,
      };
      return invocation.flags.bool('json') ? jsonResult(document(answer)) : { stdout: text(answer) };
    });
  },
};
