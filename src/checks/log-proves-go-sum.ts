/**
 * Proves lines of go.sum by the checksum database, and remembers what was proven. Claim: log-has-one-history, of what is looked up
 * now and what was seen before; in doubt of that no line counts as proven.
 */
import { LogForkError } from '../errors.js';
import { keyOf, type ModuleVersion } from '../module/index.js';
import type { SumDb } from '../sumdb/index.js';
import { type Memory, rememberingSource } from './remembered-proofs.js';
import { type ClaimReport, failedClaim, type SumLineReport } from './report.js';
import {
  forkReason,
  type LineRules,
  type NamedLine,
  type RecordSource,
  verifyLines,
  versionOf,
} from './verify-go-sum.js';

const oneHistory = 'log-has-one-history';

export interface LogProofOptions extends Memory, Omit<LineRules, 'sumdb'> {
  /** Believe what an earlier run has proven. */
  readonly readsMemory: boolean;
  /** Remember what is proven: it must be all lines. */
  readonly learns: boolean;
}

export interface ProvenLines {
  readonly lines: readonly SumLineReport[];
  readonly head: { readonly size: number; readonly hash: string } | undefined;
  readonly claims: readonly ClaimReport[];
}

/** Lines that were proven while the log's history was in doubt are proven no more. */
const withdraw = (lines: readonly SumLineReport[]): SumLineReport[] =>
  lines.map((line) =>
    line.result.status === 'proven' ? { ...line, result: { status: 'refuted', reason: forkReason } } : line,
  );

/** Proves each line, in the order given, or what an earlier run has proven of it. Throws 'interrupted', and what is no error of ours. */
export async function logProvesGoSum(lines: readonly NamedLine[], options: LogProofOptions): Promise<ProvenLines> {
  const { sumdb, settings, onDone } = options;
  let reports: SumLineReport[] | undefined;
  let fork: LogForkError | undefined;
  const noteFork = (error: unknown): never => {
    if (error instanceof LogForkError) fork ??= error;
    throw error;
  };
  try {
    const source = await rememberingSource(options, options.readsMemory);
    const noting: RecordSource = {
      name: source.name,
      find: (path, version) => source.find(path, version).catch(noteFork),
      keep: (path, version, record) => source.keep(path, version, record).catch(noteFork),
    };
    reports = await verifyLines(lines, noting, { sumdb, settings, onDone });
    if (fork !== undefined) throw fork;
    const proven = provenModules(reports);
    const unstored = await flushed(sumdb);
    if (unstored === undefined && options.learns) await source.learn(proven);
    const head = proven.length > 0 ? await sumdb.head() : undefined;
    return { lines: reports, head, claims: unstored === undefined ? [] : [unstored] };
  } catch (error) {
    // what was looked up contradicts itself, what an earlier run has seen, or what another process has seen meanwhile
    if (!(error instanceof LogForkError)) throw error;
    const refuted = { status: 'refuted', reason: forkReason } as const;
    const all = reports ?? lines.map((line) => ({ ...line, result: refuted }));
    const message = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    const claims = [
      { claim: oneHistory, checked: 1, findings: [{ claim: oneHistory, weight: 'refuted', message }] },
    ] as const;
    return { lines: withdraw(all), head: undefined, claims };
  }
}

/** The module versions of proven lines, each once. */
function provenModules(reports: readonly SumLineReport[]): ModuleVersion[] {
  const proven = reports
    .filter(({ result }) => result.status === 'proven')
    .map((report) => ({ path: report.path, version: versionOf(report) }));
  return [...new Map(proven.map((module) => [keyOf(module), module])).values()];
}

/** Waits until all is stored; gives the claim that failed if it cannot be. Throws LogForkError: another process may have seen another history. */
async function flushed(sumdb: SumDb): Promise<ClaimReport | undefined> {
  try {
    await sumdb.flush();
    return undefined;
  } catch (error) {
    if (error instanceof LogForkError) throw error;
    return failedClaim('tree-head-is-stored', error);
  }
}
