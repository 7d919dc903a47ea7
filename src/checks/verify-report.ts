/** The report of `verify` as a whole: its verdict, the line that a person can quote, and the JSON document. */
import type { ClaimReport, LineStatus, SumLineReport } from './report.js';

export interface VerifyReport {
  /** In the order of the files. */
  readonly lines: readonly SumLineReport[];
  readonly claims: readonly ClaimReport[];
  /** The tree head against which lines were proven; `hash` is base64. */
  readonly head: { readonly size: number; readonly hash: string } | undefined;
  /** The name of the database; '' for none. */
  readonly database: string;
  /** Lines that were skipped fail. */
  readonly strict: boolean;
  /** With --changed: the revision, and the lines left out. */
  readonly changed?: { readonly revision: string; readonly leftOut: number } | undefined;
}

export interface Verdict {
  readonly exitCode: 0 | 1 | 3;
  /** 'nothing proven': all lines were skipped. */
  readonly word: 'verified' | 'nothing proven' | 'not verified' | 'refuted';
  readonly counts: VerifyCounts;
  /** One line that says all: it may be quoted. Not cleaned. */
  readonly line: string;
}

/** How many lines have each status; `Remembered` of the proven ones, and the claims' findings by weight. */
export interface VerifyCounts {
  readonly Lines: number;
  readonly Proven: number;
  readonly Remembered: number;
  readonly Differs: number;
  readonly NotInLog: number;
  readonly Skipped: number;
  readonly NotChecked: number;
  readonly Refuted: number;
  readonly ClaimsRefuted: number;
  readonly ClaimsUnchecked: number;
  readonly Notes: number;
}

/** The verdict: a refutation outweighs what could not be checked, and that outweighs a skip. */
export function verdictOf(report: VerifyReport): Verdict {
  const counts = countsOf(report);
  const isRefuted = counts.Differs + counts.Refuted + counts.ClaimsRefuted > 0;
  const isUnchecked = counts.NotInLog + counts.NotChecked + counts.ClaimsUnchecked > 0;
  const isTooLax = report.strict && counts.Skipped > 0;
  const exitCode = isRefuted ? 3 : isUnchecked || isTooLax ? 1 : 0;
  const isIdle = counts.Proven === 0 && counts.Skipped > 0;
  const word = ({ 0: isIdle ? 'nothing proven' : 'verified', 1: 'not verified', 3: 'refuted' } as const)[exitCode];
  return { exitCode, word, counts, line: `${word}: ${summarize(report, counts)}` };
}

function countsOf({ lines, claims }: VerifyReport): VerifyCounts {
  const by = new Map<LineStatus['status'], number>();
  let remembered = 0;
  for (const { result } of lines) {
    by.set(result.status, (by.get(result.status) ?? 0) + 1);
    if (result.status === 'proven' && result.remembered) remembered++;
  }
  const weights = new Map<string, number>();
  for (const { weight } of claims.flatMap((c) => c.findings)) weights.set(weight, (weights.get(weight) ?? 0) + 1);
  return {
    Lines: lines.length,
    Proven: by.get('proven') ?? 0,
    Remembered: remembered,
    Differs: by.get('differs') ?? 0,
    NotInLog: by.get('not-in-log') ?? 0,
    Skipped: by.get('skipped') ?? 0,
    NotChecked: by.get('not-checked') ?? 0,
    Refuted: by.get('refuted') ?? 0,
    ClaimsRefuted: weights.get('refuted') ?? 0,
    ClaimsUnchecked: weights.get('unchecked') ?? 0,
    Notes: weights.get('note') ?? 0,
  };
}

function summarize({ lines, head, changed }: VerifyReport, counts: VerifyCounts): string {
  const remembered = counts.Remembered > 0 ? ` (${counts.Remembered} remembered)` : '';
  const at = head === undefined || counts.Proven === 0 ? '' : ` by the log at tree size ${head.size}`;
  const reasons = new Set(lines.flatMap(({ result }) => (result.status === 'skipped' ? [result.reason] : [])));
  const skipped = reasons.size === 0 ? '' : ` (${joinFew([...reasons])})`;
  const unproven = counts.NotInLog + counts.NotChecked;
  const kinds = counts.NotInLog === 0 ? '' : ` (${counts.NotInLog} not in the log, ${counts.NotChecked} not checked)`;
  const parts = [
    `${nounOf(counts.Proven, 'line')} proven${at}${remembered}`,
    `${counts.Skipped} skipped${skipped}`,
    `${unproven} unproven${kinds}`,
  ];
  if (counts.Differs > 0) parts.push(`${counts.Differs} ${counts.Differs === 1 ? 'differs' : 'differ'}`);
  if (counts.Refuted > 0) parts.push(`${counts.Refuted} refuted`);
  const problems = counts.ClaimsRefuted + counts.ClaimsUnchecked;
  if (problems > 0) parts.push(nounOf(problems, 'other problem'));
  if (changed !== undefined)
    parts.push(`${nounOf(changed.leftOut, 'line')} unchanged since ${changed.revision} left out`);
  return parts.join(', ');
}

const joinFew = (items: readonly string[]) =>
  items.length <= 3 ? items.join(', ') : `${items.slice(0, 3).join(', ')} and ${items.length - 3} more`;

/** Where nothing was proven by the user's own settings: what that means. */
export const nothingProvenWarning =
  'the settings take every line out, so nothing was proven: unset GOSUMDB, GONOSUMDB and GOPRIVATE to prove it, or let -strict fail';

/** '1 line', '2 lines'. */
export const nounOf = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** What `verify --json` prints: schemas/verify.schema.json. */
export interface VerifyDocument {
  Verdict: Verdict['word'];
  ExitCode: 0 | 1 | 3;
  Summary: string;
  /** The checksum database and the tree head that lines were proven against; none when no line was. */
  Log?: { Name: string; TreeSize: number; Hash: string };
  /** With --changed. */
  Changed?: { Revision: string; LeftOut: number };
  Counts: VerifyCounts;
  Lines: VerifyDocumentLine[];
  Claims: { Claim: string; Checked: number; Findings: VerifyDocumentFinding[] }[];
}

export interface VerifyDocumentLine {
  File: string;
  Line: number;
  Path: string;
  Version: string;
  Hash: string;
  Status: LineStatus['status'];
  /** Of a proven line. */
  Record?: number;
  TreeSize?: number;
  Remembered?: true;
  /** Of a line that differs: the log's hash, '' when its record has no such line; the line's; and where `Want` stands. */
  Want?: string;
  Got?: string;
  From?: string;
  /** Of every other line. */
  Reason?: string;
}

export interface VerifyDocumentFinding {
  Weight: 'refuted' | 'unchecked' | 'note';
  Message: string;
  File?: string;
  Line?: number;
  Path?: string;
  Version?: string;
  Want?: string;
  Got?: string;
}

/** The report as a document. */
export function verifyDocument(report: VerifyReport): VerifyDocument {
  const { head, database, changed } = report;
  const { word, exitCode, line, counts } = verdictOf(report);
  return {
    Verdict: word,
    ExitCode: exitCode,
    Summary: line,
    ...(head && { Log: { Name: database, TreeSize: head.size, Hash: head.hash } }),
    ...(changed && { Changed: { Revision: changed.revision, LeftOut: changed.leftOut } }),
    Counts: counts,
    Lines: report.lines.map(documentLine),
    Claims: report.claims.map(({ claim, checked, findings }) => ({
      Claim: claim,
      Checked: checked,
      Findings: findings.map((f) => ({
        Weight: f.weight,
        Message: f.message,
        ...(f.file !== undefined && { File: f.file }),
        ...(f.line !== undefined && { Line: f.line }),
        ...(f.path !== undefined && { Path: f.path }),
        ...(f.version !== undefined && { Version: f.version }),
        ...(f.want !== undefined && { Want: f.want }),
        ...(f.got !== undefined && { Got: f.got }),
      })),
    })),
  };
}

function documentLine({ file, line, path, version, hash, result: r }: SumLineReport): VerifyDocumentLine {
  const about = { File: file, Line: line, Path: path, Version: version, Hash: hash, Status: r.status };
  if (r.status === 'proven') {
    return { ...about, Record: r.record, TreeSize: r.treeSize, ...(r.remembered && { Remembered: true as const }) };
  }
  if (r.status === 'differs') return { ...about, Want: r.want, Got: r.got, From: r.from };
  return { ...about, Reason: r.reason };
}
