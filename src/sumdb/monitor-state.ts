/**
 * How far the monitor has come: a file of our own beside the stored tree head. It is not signed, so nothing in it is
 * believed: the note must be the log's, consistent with every other, and the log must have had the hash at the position.
 */
import { decodeBase64 } from '../encoding/base64.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { systemWords } from '../files/cache-error.js';
import { readWholeFile } from '../files/read-file.js';
import { formatHash, type Hash, hashBytes, isTreeSize } from '../tlog/index.js';

/** What is stored. */
export interface MonitorState {
  /** Records before this one are done. */
  readonly position: number;
  /** Of the tree of that size. */
  readonly hash: Hash;
  /** The signed head in which all of it was proven; not smaller than the position. */
  readonly note: string;
  /** Module versions that matched a pattern, and their records. */
  readonly matched: ReadonlyMap<string, number>;
}

/** As many matched module versions are remembered, the newest ones. */
export const rememberedMatches = 20_000;
const maxStateBytes = 1 << 26;

/** Reads the file; undefined when there is none. Throws 'cache' for one that is damaged. */
export async function readMonitorState(file: string): Promise<MonitorState | undefined> {
  let data: Buffer | undefined;
  try {
    data = readWholeFile(file, maxStateBytes);
  } catch (error) {
    throw damaged(file, systemWords(error));
  }
  if (data === undefined) return undefined;
  return parse(data.toString()) ?? Promise.reject(damaged(file, 'damaged'));
}

/** The file is replaced whole. Throws 'cache'. */
export function writeMonitorState(file: string, state: MonitorState): Promise<void> {
  const document = {
    Position: state.position,
    Hash: formatHash(state.hash),
    Note: state.note,
    Matched: [...state.matched].slice(-rememberedMatches),
  };
  return writeFileAtomic(file, encodeUtf8(`${JSON.stringify(document)}\n`));
}

function parse(text: string): MonitorState | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const { Position, Hash, Note, Matched } = found as Record<string, unknown>;
  const hash = typeof Hash === 'string' ? decodeBase64(Hash) : undefined;
  if (typeof Position !== 'number' || !isTreeSize(Position) || hash?.length !== hashBytes) return undefined;
  if (typeof Note !== 'string' || !Array.isArray(Matched)) return undefined;
  const isMatch = (m: unknown): m is [string, number] =>
    Array.isArray(m) && m.length === 2 && typeof m[0] === 'string' && isTreeSize(m[1]) && m[1] < Position;
  return Matched.every(isMatch) ? { position: Position, hash, note: Note, matched: new Map(Matched) } : undefined;
}

/** The error of a file that is of no use; `what` says why. It is this disk's fault: nothing in the file is the log's but the note. */
export function damaged(file: string, what: string): TsgogetError {
  return new TsgogetError('cache', `monitor's position in ${file}: ${what}`, {
    hint: `to mend it, remove ${file}, or begin at a record with \`tsgoget sumdb monitor --from N\``,
  });
}
