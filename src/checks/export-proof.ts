/** The proof of every line of a checkout's go.sum, all against one signed tree head, as one file (docs/proof-format.md). */
import { ChecksumMismatchError, explainCommand, LogForkError, TsgogetError } from '../errors.js';
import { formatProofFile } from '../proof/index.js';
import type { SumDb } from '../sumdb/index.js';
import type { Checkout } from './checkout.js';
import { goSumIsWellFormed } from './go-sum-is-well-formed.js';
import type { Finding, SumLineReport } from './report.js';
import { readableLines, type SkipSettings, verifyLines, versionOf } from './verify-go-sum.js';

export interface ExportOptions {
  readonly sumdb: SumDb;
  readonly settings: SkipSettings;
  /** Lines that the settings keep from the database are errors. */
  readonly strict?: boolean | undefined;
  /** Lines done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A proof file, and what it proves. */
export interface ExportedProof {
  readonly text: string;
  /** The lines of go.sum that it proves. */
  readonly lines: number;
  readonly modules: number;
  /** Of the tree that the signed head stands for. */
  readonly treeSize: number;
}

export interface LeftOut {
  /** `GONOSUMDB=pattern`, or the like. */
  readonly reason: string;
  readonly paths: readonly string[];
}

export interface ProofExport {
  /** The modules that a setting keeps from the database. */
  readonly leftOut: readonly LeftOut[];
  /** Why there is no proof: the refutations first, and no more than a person reads. */
  readonly errors: readonly TsgogetError[];
  /** Undefined where there are errors. */
  readonly proof: ExportedProof | undefined;
}

/**
 * Proves the lines and stores the tree head that they are proven against. What speaks against a line is among the errors; throws
 * LogForkError, 'interrupted', and what storing throws.
 */
export async function exportProof(checkout: Checkout, options: ExportOptions): Promise<ProofExport> {
  const { sumdb, settings, strict = false, onProgress } = options;
  const lines = readableLines(checkout.sumFiles, () => true);
  let done = 0;
  let fork: LogForkError | undefined;
  const noteFork = (error: unknown): never => {
    if (error instanceof LogForkError) fork ??= error;
    throw error;
  };
  const reports = await verifyLines(
    lines,
    { name: sumdb.name, find: async (p, v) => ({ ...(await sumdb.lookup(p, v).catch(noteFork)), remembered: false }) },
    {
      sumdb,
      settings,
      onDone: (more) => {
        done += more;
        onProgress?.(done, lines.length);
      },
    },
  );
  if (fork !== undefined) throw fork; // with its evidence, and not once a line
  const skipped = reports.filter(({ result }) => result.status === 'skipped');
  const leftOut = skippedPaths(skipped);
  const errors = [
    ...goSumIsWellFormed(checkout).findings.flatMap(errorOfFinding),
    ...reports.flatMap(errorOfLine),
    ...(strict && skipped.length > 0
      ? [new TsgogetError('failed', `${counted(skipped.length, 'line')} left out, and -strict is set`)]
      : []),
  ];
  if (errors.length > 0) return { leftOut, errors: shorten(errors), proof: undefined };
  const proven = reports.filter(({ result }) => result.status === 'proven');
  const modules = distinctModules(proven);
  const file = await sumdb.prove(modules);
  await Promise.all(modules.map(({ path, version }) => sumdb.keep(path, version)));
  await sumdb.flush(); // the tree head is stored before anything is written that rests on it
  const { size } = await sumdb.head();
  const proof = { text: formatProofFile(file), lines: proven.length, modules: modules.length, treeSize: size };
  return { leftOut, errors: [], proof };
}

function distinctModules(lines: readonly SumLineReport[]): { path: string; version: string }[] {
  const modules = new Map(
    lines.map((line) => [`${line.path} ${versionOf(line)}`, { path: line.path, version: versionOf(line) }]),
  );
  return [...modules.values()];
}

function skippedPaths(lines: readonly SumLineReport[]): LeftOut[] {
  const paths = new Map<string, Set<string>>();
  for (const { path, result } of lines) {
    if (result.status !== 'skipped') continue;
    paths.set(result.reason, (paths.get(result.reason) ?? new Set()).add(path));
  }
  return Array.from(paths, ([reason, set]) => ({ reason, paths: [...set] }));
}

function errorOfFinding({ weight, message, file, line }: Finding): TsgogetError[] {
  if (weight === 'note') return [];
  return [
    new TsgogetError(weight === 'refuted' ? 'checksum-mismatch' : 'invalid-gosum', `${file}:${line}: ${message}`),
  ];
}

function errorOfLine({ file, line, path, version, result }: SumLineReport): TsgogetError[] {
  const subject = `${file}:${line}: ${path} ${version}: `;
  switch (result.status) {
    case 'proven':
    case 'skipped':
      return [];
    case 'differs': {
      const { want, got, from } = result;
      const words =
        want === '' ? `${from} does not have this line` : `checksum mismatch\n\t${file}: ${got}\n\t${from}: ${want}`;
      const hint = `\`${explainCommand(path, version)}\` compares what each source has and says what differs`;
      return [new ChecksumMismatchError(subject + words, { want, got, from }, { hint })];
    }
    case 'refuted':
      return [new TsgogetError('bad-proof', subject + result.reason)];
    default:
      return [new TsgogetError('failed', subject + result.reason)];
  }
}

const maxErrors = 20;

/** The refutations first, and no more than a person reads. */
function shorten(errors: readonly TsgogetError[]): TsgogetError[] {
  const weight = (error: TsgogetError) => (error.code === 'failed' || error.code === 'invalid-gosum' ? 1 : 0);
  const sorted = errors.toSorted((a, b) => weight(a) - weight(b));
  if (sorted.length <= maxErrors) return sorted;
  const more = new TsgogetError(
    'failed',
    `and ${sorted.length - maxErrors} more lines like these; nothing was written`,
  );
  return [...sorted.slice(0, maxErrors), more];
}

const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
