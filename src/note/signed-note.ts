/**
 * Signed notes: text, a blank line, signature lines. Only what openNote returns as text was signed.
 * Spec: c2sp.org/signed-note. The LAST blank line separates; a text may have blank lines of its own.
 */
import { decodeBase64 } from '../encoding/base64.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { formatKeyHash, isKeyName, type Verifier } from './verifier-key.js';

/** Larger notes are refused unread. */
export const maxNoteBytes = 1_000_000;
/** Notes with more signature lines are refused. */
export const maxNoteSignatures = 100;

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** The key hash in the line, eight hexadecimal digits. */
  readonly keyHash: string;
  /** Key hash and signature, base64 as in the line. */
  readonly base64: string;
}

/** A note of which at least one known key has signed the text. */
export interface Note {
  /** The signed text; it ends in a newline. */
  readonly text: string;
  /** Signatures of known keys, all verified; at least one. */
  readonly signatures: readonly NoteSignature[];
  /** Signatures of other keys: hearsay. */
  readonly unverified: readonly NoteSignature[];
}

/**
 * Opens a note. Throws 'invalid-note' when it is malformed, 'bad-signature' when a known key's signature is wrong
 * or when no known key has signed it. One wrong signature of a known key refuses the note, whatever else it carries.
 */
export function openNote(note: Uint8Array | string, known: readonly Verifier[]): Note {
  const { text, signatures } = parseNote(note);
  const signed = encodeUtf8(text);
  const verified: NoteSignature[] = [];
  const unverified: NoteSignature[] = [];
  for (const { signature, ...line } of signatures) {
    const verifier = known.find((v) => v.name === line.name && v.keyHash === line.keyHash);
    if (!verifier) {
      unverified.push(line);
      continue;
    }
    if (!verifier.verify(signed, signature)) {
      throw new TsgogetError('bad-signature', `invalid signature for key ${line.name}+${line.keyHash}`);
    }
    verified.push(line);
  }
  if (verified.length === 0) throw new TsgogetError('bad-signature', 'note has no verifiable signatures');
  return { text, signatures: verified, unverified };
}

interface ParsedNote {
  text: string;
  signatures: (NoteSignature & { signature: Uint8Array })[];
}

/** Splits a note; repeated lines count once. Nothing is verified yet. */
function parseNote(note: Uint8Array | string): ParsedNote {
  const malformed = () => new TsgogetError('invalid-note', 'malformed note');
  const bytes = typeof note === 'string' ? encodeUtf8(note) : note;
  if (bytes.length > maxNoteBytes) throw malformed();
  const whole = decodeUtf8(bytes);
  if (whole === undefined || /[\x00-\x09\x0b-\x1f]/.test(whole)) throw malformed();
  if (typeof note === 'string' && whole !== note) throw malformed(); // lone surrogates
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n')) throw malformed();
  const lines = whole.slice(blank + 2, -1).split('\n');
  if (lines.length > maxNoteSignatures) throw malformed();
  const signatures = [...new Set(lines)].map((line) => {
    const [dash, name = '', base64 = '', ...rest] = line.split(' ');
    const bytes = decodeBase64(base64);
    if (dash !== '\u2014' || !isKeyName(name) || rest.length > 0 || bytes === undefined || bytes.length < 5) {
      throw malformed();
    }
    return { name, keyHash: formatKeyHash(bytes), base64, signature: bytes.subarray(4) };
  });
  return { text: whole.slice(0, blank + 1), signatures };
}
