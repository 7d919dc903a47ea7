/** An explanation as JSON: what `explain-mismatch -json` prints, published in schemas/explain-mismatch.schema.json. */
import type { Origin } from '../../modfetch/index.js';
import type { Difference } from './evidence.js';
import type { Explanation } from './explain-mismatch.js';
import type { FileDifference } from './file-differences.js';
import type { Judgement, MismatchClass } from './mismatch-class.js';
import { type DifferenceKind, partNames, type Said, type Source } from './sources.js';

type Optional<T> = T | undefined;

/** Members that are undefined are left out. */
export interface ExplainDocument {
  readonly Path: string;
  readonly Version: string;
  readonly Query: Optional<string>;
  readonly Verdict: Judgement['verdict'];
  readonly Class: MismatchClass;
  readonly Summary: string;
  readonly Sources: readonly ExplainSource[];
  readonly Differences: readonly ExplainDifference[];
  readonly Evidence: readonly string[];
  readonly Next: readonly string[];
}

interface ExplainSource {
  readonly Kind: Source['kind'];
  readonly Name: string;
  readonly Record: Optional<number>;
  readonly TreeSize: Optional<number>;
  readonly GoMod: ExplainSaid;
  readonly Zip: ExplainSaid;
  readonly Time: Optional<string>;
  readonly Origin: Optional<Origin>;
  readonly InfoProblem: Optional<string>;
}

interface ExplainSaid {
  readonly State: Said['state'];
  readonly Hashes?: readonly string[];
  readonly Bytes: Optional<number>;
  readonly Fault?: Optional<string>;
  readonly Reason?: string;
}

interface ExplainDifference {
  readonly Part: 'go.mod' | 'zip';
  readonly Base: { readonly Name: string; readonly Hash: string };
  readonly Other: { readonly Name: string; readonly Hash: string };
  readonly Kind: DifferenceKind;
  readonly Count: number;
  readonly Files: readonly ReturnType<typeof fileJson>[];
}

/** The document of an explanation; `query` is what led to the version, where that is not the version itself. */
export function explainDocument(e: Explanation, query: Optional<string>): ExplainDocument {
  return {
    Path: e.module.path,
    Version: e.module.version,
    Query: query,
    Verdict: e.verdict,
    Class: e.class,
    Summary: e.summary,
    Sources: e.sources.map(sourceJson),
    Differences: e.differences.map(differenceJson),
    Evidence: e.evidence,
    Next: e.next,
  };
}

function sourceJson(s: Source): ExplainSource {
  return {
    Kind: s.kind,
    Name: s.name,
    Record: s.record?.id,
    TreeSize: s.record?.treeSize,
    GoMod: saidJson(s.goMod),
    Zip: saidJson(s.zip),
    Time: s.info?.time,
    Origin: s.info?.origin,
    InfoProblem: s.infoProblem,
  };
}

function saidJson(said: Said): ExplainSaid {
  if (said.state === 'has') return { State: said.state, Hashes: said.hashes, Bytes: said.bytes, Fault: said.fault };
  return { State: said.state, Reason: said.reason, Bytes: said.state === 'broken' ? said.bytes : undefined };
}

function differenceJson(d: Difference): ExplainDifference {
  return {
    Part: partNames[d.part],
    Base: { Name: d.baseName, Hash: d.base },
    Other: { Name: d.otherName, Hash: d.other },
    Kind: d.kind,
    Count: d.count,
    Files: d.files.map(fileJson),
  };
}

function fileJson(f: FileDifference) {
  return {
    Name: f.name,
    Change: f.change,
    Kind: f.kind,
    BaseSize: f.baseSize,
    OtherSize: f.otherSize,
    Line: f.line,
    BaseText: f.baseText,
    OtherText: f.otherText,
    Hunks: f.hunks,
  };
}
