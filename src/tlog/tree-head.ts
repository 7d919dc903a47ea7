/**
 * Tree heads (how large the log is, and its root hash) and records, as the checksum database writes them.
 * Spec: go.dev/design/25530-sumdb#checksum-database.
 */
import { decodeBase64 } from '../encoding/base64.js';
import { decodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { formatHash, type Hash, hashBytes } from './hash.js';

/** A state of the log: the root hash over its first `size` records. */
export interface TreeHead {
  readonly size: number;
  readonly hash: Hash;
}

/** A decimal number without sign or leading zero, up to 2^53-1. Untrusted text. */
function parseNumber(text: string): number | undefined {
  const n = Number(text);
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(n) ? n : undefined;
}

/** Parses the text of a tree note; further lines are ignored, as the format says. Throws 'invalid-note'. */
export function parseTreeHead(text: string): TreeHead {
  const [title, number = '', base64 = '', ...rest] = text.split('\n', 4);
  const size = parseNumber(number);
  const hash = decodeBase64(base64);
  if (title !== 'go.sum database tree' || size === undefined || hash?.length !== hashBytes || rest.length === 0) {
    throw new TsgogetError('invalid-note', 'malformed tree note');
  }
  return { size, hash };
}

/** The text of a tree note, to be signed. */
export function formatTreeHead({ size, hash }: TreeHead): string {
  return `go.sum database tree\n${size}\n${formatHash(hash)}\n`;
}

/** One record of an answer, and what follows it. */
export interface LogRecord {
  readonly id: number;
  /** The record's text, newline at its end, no blank line; its bytes are what the log has hashed. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** What stands after the record's blank line. */
  readonly rest: Uint8Array;
}

/** Parses `id LF text LF LF rest`. Nothing in it is authentic. Throws 'invalid-response'. */
export function parseRecord(message: Uint8Array): LogRecord {
  const malformed = () => new TsgogetError('invalid-response', 'malformed record data');
  const newline = message.indexOf(0x0a);
  let blank = newline;
  do blank = message.indexOf(0x0a, blank + 1);
  while (blank >= 0 && message[blank + 1] !== 0x0a);
  if (newline < 0 || newline > 16 || blank < 0) throw malformed();
  const id = parseNumber(decodeUtf8(message.subarray(0, newline)) ?? '');
  const bytes = message.subarray(newline + 1, blank + 1);
  const text = decodeUtf8(bytes);
  if (id === undefined || text === undefined || text.startsWith('\n') || /[\x00-\x09\x0b-\x1f]/.test(text)) {
    throw malformed();
  }
  return { id, text, bytes, rest: message.subarray(blank + 2) };
}

/** Writes a record as a look-up answers it, without the tree note. Throws 'invalid-response' for an impossible text. */
export function formatRecord(id: number, text: string): string {
  if (!text.endsWith('\n') || text.startsWith('\n') || text.includes('\n\n') || /[\x00-\x09\x0b-\x1f]/.test(text)) {
    throw new TsgogetError('invalid-response', 'malformed record data');
  }
  return `${id}\n${text}\n`;
}
