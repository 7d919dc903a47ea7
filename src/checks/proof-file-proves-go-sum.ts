/**
 * Claim: a proof file beside go.sum proves its lines, with no network and no trust in whoever wrote it: it is signed by the
 * key of GOSUMDB, every record in it leads to the signed root, and a line counts only if it stands in such a record.
 */
import { isSecurity, ModuleError, TsgogetError } from '../errors.js';
import type { OpenedProof, SumDb } from '../sumdb/index.js';
import type { ClaimReport, Finding, SumLineReport } from './report.js';
import { type NamedLine, type RecordSource, type SkipSettings, verifyLines } from './verify-go-sum.js';

const claim = 'proof-file-proves-go-sum';

/** A proof file as it was read. */
export interface ProofFileBytes {
  /** As the user would name it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a proof file says of the lines. */
export interface ProofFileReport {
  readonly lines: readonly SumLineReport[];
  readonly claim: ClaimReport;
  /** The signed tree head that the lines were proven against; absent for a file that proves nothing. */
  readonly head?: OpenedProof['head'];
}

/**
 * Proves each line, in the order given, from the file alone: nobody is asked, and nothing is stored but the evidence of a
 * fork. A line that the file does not speak of is 'not-checked'. A false file is 'refuted', and so is every line. Throws
 * 'interrupted'.
 */
export async function proofFileProvesGoSum(
  lines: readonly NamedLine[],
  file: ProofFileBytes,
  sumdb: Pick<SumDb, 'decide' | 'openProof'>,
  settings: SkipSettings,
): Promise<ProofFileReport> {
  let opened: OpenedProof;
  try {
    opened = await sumdb.openProof(file.bytes);
  } catch (error) {
    if (!(error instanceof TsgogetError) || error.code === 'interrupted') throw error;
    const source: RecordSource = { name: file.name, find: () => Promise.reject(error) };
    const message = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    const finding: Finding = { claim, weight: weightOf(error), message, file: file.name };
    return {
      lines: await verifyLines(lines, source, { sumdb, settings }),
      claim: { claim, checked: 0, findings: [finding] },
    };
  }
  const used = new Set<number>();
  const source: RecordSource = {
    name: file.name,
    find: async (path, version) => {
      const record = opened.find(path, version);
      if (!record) throw new ModuleError('failed', { path, version }, `not in ${file.name}: ${exportAgain}`);
      used.add(record.id);
      return { ...record, remembered: false };
    },
  };
  const proven = await verifyLines(lines, source, { sumdb, settings });
  const findings = notesOn(opened, used.size).map(
    (message): Finding => ({ claim, weight: 'note', message, file: file.name }),
  );
  return { lines: proven, claim: { claim, checked: opened.recordCount, findings }, head: opened.head };
}

const exportAgain = 'export the proof again with `tsgoget proof export`';

function weightOf(error: TsgogetError): Finding['weight'] {
  if (isSecurity(error)) return 'refuted';
  return error.code === 'lookup-disabled' ? 'note' : 'unchecked';
}

const orders: Record<OpenedProof['order'], string> = {
  same: 'which is the tree head that is stored here',
  older:
    'which is older than the tree head that is stored here: that one began with the other is not proven without a network',
  newer:
    'which is newer than the tree head that is stored here: that one began with the other is not proven without a network',
  first: 'and no tree head is stored here to compare it with',
};

function notesOn({ head, order, recordCount }: OpenedProof, used: number): string[] {
  const unused = recordCount - used;
  return [
    `proven against the tree head of size ${head.size}, ${orders[order]}`,
    ...(unused === 0
      ? []
      : [`${unused} of ${recordCount} records are of no line here: ${exportAgain} to leave them out`]),
  ];
}
