/**
 * The file beside go.sum that proves it without a network: records of the log, the hashes that tie them to one tree head,
 * and that head, signed. docs/proof-format.md describes it. There is one way to write it: what is parsed and formatted
 * again is the same bytes.
 */
import { decodeBase64 } from '../encoding/base64.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import { messageOf, TsgogetError } from '../errors.js';
import {
  formatHash,
  formatRecord,
  type Hash,
  hashBytes,
  parseRecord,
  recordHash,
  type TreeHead,
} from '../tlog/index.js';
import { checkMultiproof } from './multiproof.js';

/** Larger files are refused. */
export const maxProofFileBytes = 1 << 25;

const title = 'go.sum proof v1\n';
/** A hash in base64. */
const hashChars = 44;

/** A record of the log. */
export interface ProofRecord {
  readonly id: number;
  /** As the log has hashed it: lines of `path version hash`. */
  readonly text: string;
}

/** What the file says. */
export interface ProofFile {
  /** By ascending number. */
  readonly records: readonly ProofRecord[];
  /** The hashes of what lies between the records, left to right. */
  readonly hashes: readonly Hash[];
  /** The signed tree head. */
  readonly note: string;
}

/** Writes the file. Throws 'invalid-response' for a record that cannot be one. */
export function formatProofFile({ records, hashes, note }: ProofFile): string {
  const parts = [title, ...records.map(({ id, text }) => formatRecord(id, text))];
  for (const hash of hashes) parts.push(formatHash(hash), '\n');
  parts.push('\n', note);
  return parts.join('');
}

/** Reports whether it begins as a proof file does; what follows may be false all the same. */
export const isProofFile = (bytes: Uint8Array): boolean => startsWith(bytes, title);

/** Reads the file; nothing in it is proven by that. Throws 'bad-proof' for anything that formatProofFile would not write. */
export function parseProofFile(bytes: Uint8Array): ProofFile {
  if (bytes.length > maxProofFileBytes) throw malformed(`more than ${maxProofFileBytes} bytes`);
  if (!isProofFile(bytes)) throw malformed(`the first line is not ${JSON.stringify(title.trimEnd())}`);
  const records: ProofRecord[] = [];
  let rest = bytes.subarray(title.length);
  while (startsRecord(rest)) {
    const record = recordOf(rest, records.at(-1));
    records.push({ id: record.id, text: record.text });
    rest = record.rest;
  }
  const hashes: Hash[] = [];
  for (; rest[0] !== newline; rest = rest.subarray(hashChars + 1)) hashes.push(hashOf(rest, hashes.length + 1));
  const note = decodeUtf8(rest.subarray(1));
  if (note === undefined) throw malformed('the signed tree head is not UTF-8');
  return { records, hashes, note };
}

/**
 * Checks that every record is in the tree with this head, which must have been opened from the file's note.
 * Throws 'bad-proof'.
 */
export function checkProofFile({ records, hashes }: ProofFile, head: TreeHead): void {
  checkMultiproof(
    hashes,
    head,
    records.map(({ id }) => id),
    records.map(({ text }) => recordHash(encodeUtf8(text))),
  );
}

const newline = 0x0a;
const startsWith = (bytes: Uint8Array, text: string) => encodeUtf8(text).every((byte, i) => bytes[i] === byte);

/** A record begins with a line of up to 16 digits, a hash has 44 characters, and an empty line ends them. */
function startsRecord(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(newline);
  return end > 0 && end < hashChars;
}

function recordOf(bytes: Uint8Array, before: ProofRecord | undefined): ReturnType<typeof parseRecord> {
  const after = before ? `after record ${before.id}` : 'the first record';
  let record: ReturnType<typeof parseRecord>;
  try {
    record = parseRecord(bytes);
  } catch (error) {
    throw malformed(`${after}: ${messageOf(error)}`);
  }
  if (before && record.id <= before.id) throw malformed(`${after}: record ${record.id} is not in its place`);
  return record;
}

function hashOf(bytes: Uint8Array, number: number): Hash {
  const hash = decodeBase64(decodeUtf8(bytes.subarray(0, hashChars)) ?? '');
  if (bytes[hashChars] !== newline || hash?.length !== hashBytes) throw malformed(`hash ${number}`);
  return hash;
}

const malformed = (what: string) => new TsgogetError('bad-proof', `malformed proof file: ${what}`);
