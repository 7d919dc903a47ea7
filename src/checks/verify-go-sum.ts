/**
 * Claim: every line of go.sum is in the checksum database (attack A17: the go command trusts the lines that are there).
 * One look-up serves both lines of a module version; many are in flight together.
 */
import { isH1 } from '../dirhash/index.js';
import { hintOf, isSecurity, LogForkError, ModuleError, messageOf, TsgogetError } from '../errors.js';
import { emptyGoModHash, type GoSumScan } from '../gosum/index.js';
import { canonicalVersion, checkPath, keyOf, matchPrefixPatterns } from '../module/index.js';
import { NoRecordError, type SumDb, type SumLine } from '../sumdb/index.js';
import type { SumFile } from './checkout.js';
import type { LineStatus, SumLineReport } from './report.js';

/** What the log says of a module version, proven. */
export interface ProvenRecord {
  readonly id: number;
  readonly treeSize: number;
  /** The lines of that module version. */
  readonly lines: readonly SumLine[];
  /** Proven by an earlier run. */
  readonly remembered: boolean;
}

/** Who is asked for records. */
export interface RecordSource {
  /** For 'from' of a line that differs. */
  readonly name: string;
  /** Rejects as SumDb.lookup does. */
  find(path: string, version: string): Promise<ProvenRecord>;
  /** Stores a record that has proven a line, while others are still being looked up. Rejects as `find` does. */
  keep?(path: string, version: string, record: ProvenRecord): Promise<void>;
}

/** The settings that take lines out. `GONOSUMDB` has its default, GOPRIVATE, filled in. */
export interface SkipSettings {
  readonly GOSUMDB: string;
  readonly GONOSUMDB: string;
  readonly GOPRIVATE: string;
}

/** A line, and where it stands. */
export interface NamedLine {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly version: string;
  readonly hash: string;
}

/** Module versions that are being proven at a time: enough to keep the client busy, few enough that the first are stored meanwhile. */
const width = 160;

/** The lines that say something, in order. Lines that the go command passes over are left to go-sum-is-well-formed. */
export function readableLines(
  files: readonly SumFile[],
  wants: (file: SumFile, line: GoSumScan) => boolean,
): NamedLine[] {
  return files.flatMap((file) =>
    file.lines
      .filter((l) => l.problem === undefined && l.hash !== emptyGoModHash && wants(file, l))
      .map(({ line, path, version, hash }) => ({ file: file.name, line, path, version, hash })),
  );
}

/** The module version that a line is about, without '/go.mod'. */
export const versionOf = (line: Pick<NamedLine, 'version'>) => line.version.replace(/\/go\.mod$/, '');

export interface LineRules {
  /** Decides which modules are checked. */
  readonly sumdb: Pick<SumDb, 'decide'>;
  readonly settings: SkipSettings;
  /** Is told how many more lines are done. */
  readonly onDone?: ((count: number) => void) | undefined;
}

/** Proves each line, in the order given. Throws 'interrupted'. */
export async function verifyLines(
  lines: readonly NamedLine[],
  source: RecordSource,
  { sumdb, settings, onDone = () => {} }: LineRules,
): Promise<SumLineReport[]> {
  const results = new Array<LineStatus>(lines.length);
  const asked = new Map<string, number[]>();
  for (const [i, line] of lines.entries()) {
    const known = withoutAsking(line, sumdb, settings);
    if (known !== undefined) {
      results[i] = known;
      continue;
    }
    const key = keyOf({ path: line.path, version: versionOf(line) });
    const group = asked.get(key);
    if (group === undefined) asked.set(key, [i]);
    else group.push(i);
  }
  const queue = asked.values();
  const work = async () => {
    for (const group of queue) {
      const first = lines[group[0]!]!;
      const version = versionOf(first);
      try {
        const record = await source.find(first.path, version);
        for (const i of group) results[i] = compare(lines[i]!, record, source.name);
        if (group.some((i) => results[i]!.status === 'proven')) await source.keep?.(first.path, version, record);
      } catch (error) {
        const status = failureStatus(error);
        for (const i of group) results[i] = status;
      }
      onDone(group.length);
    }
  };
  onDone(lines.length - [...asked.values()].reduce((n, group) => n + group.length, 0));
  await Promise.all(Array.from({ length: Math.min(width, asked.size) }, work));
  return lines.map((line, i) => ({ ...line, result: results[i]! }));
}

/** What is known of a line before anybody is asked: it may be no line that could be checked, or be taken out by the settings. */
function withoutAsking(line: NamedLine, sumdb: Pick<SumDb, 'decide'>, settings: SkipSettings): LineStatus | undefined {
  const notChecked = (reason: string): LineStatus => ({ status: 'not-checked', reason });
  try {
    checkPath(line.path);
  } catch (error) {
    return notChecked(messageOf(error));
  }
  const version = versionOf(line);
  if (version === '' || canonicalVersion(version) !== version) {
    return notChecked('invalid version: not a canonical version');
  }
  const algorithm = /^[^:]*/.exec(line.hash)![0];
  if (algorithm !== 'h1' || !line.hash.startsWith('h1:')) {
    return notChecked(
      `unknown hash algorithm ${algorithm.slice(0, 20)}: the line proves nothing, and go passes over it`,
    );
  }
  const rule = sumdb.decide(line.path);
  if (rule === 'check') return undefined;
  if (!isH1(line.hash)) return notChecked('malformed hash');
  return { status: 'skipped', reason: rule === 'off' ? 'GOSUMDB=off' : privateReason(line.path, settings) };
}

/** The variable, and the pattern in it, that keeps a module from being asked about. */
function privateReason(path: string, { GONOSUMDB, GOPRIVATE }: SkipSettings): string {
  const pattern = GONOSUMDB.split(',').find((item) => matchPrefixPatterns(item, path)) ?? GONOSUMDB;
  return `${GONOSUMDB === GOPRIVATE ? 'GOPRIVATE' : 'GONOSUMDB'}=${pattern}`;
}

/** Exactly the asked line must be there, and no other hash of the same algorithm for it. */
function compare(line: NamedLine, record: ProvenRecord, from: string): LineStatus {
  const hashes = record.lines.filter((l) => l.version === line.version && l.hash.startsWith('h1:')).map((l) => l.hash);
  const other = hashes.find((hash) => hash !== line.hash);
  if (other !== undefined) return { status: 'differs', want: other, got: line.hash, from };
  if (hashes.length === 0) return { status: 'differs', want: '', got: line.hash, from };
  return { status: 'proven', record: record.id, treeSize: record.treeSize, remembered: record.remembered };
}

/** What a failure to find a record says of the lines. Throws 'interrupted', and what is no error of ours. */
function failureStatus(error: unknown): LineStatus {
  if (!(error instanceof TsgogetError) || error.code === 'interrupted') throw error;
  const reason = error instanceof ModuleError ? error.reason : error.message;
  const hint = hintOf(error);
  if (error instanceof LogForkError) return { status: 'refuted', reason: forkReason };
  if (isSecurity(error)) return { status: 'refuted', reason, hint };
  if (error.cause instanceof NoRecordError) return { status: 'not-in-log', reason, hint: hint ?? noRecordHint };
  const isOutage = ['network', 'timeout', 'http', 'not-found', 'invalid-response'].includes(error.code);
  return { status: 'not-checked', reason, hint: hint ?? (isOutage ? outageHint : undefined) };
}

const noRecordHint =
  'a module that only you have belongs in GOPRIVATE; of any other, find out where the line comes from before you build with it';
const outageHint =
  'run it again when the checksum database answers (GOSUMDB names it, GOPROXY may stand before it); a file of `tsgoget proof export` needs no network: verify -proof FILE';

export const forkReason = 'the checksum database has signed histories that contradict each other';
