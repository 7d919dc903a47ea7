/**
 * Signed notes (c2sp.org/signed-note): opened with the keys that are trusted.
 *
 * @example
 * ```js
 * import { openNote, parseVerifierKey } from 'tsgoget/note';
 *
 * const key = parseVerifierKey('example.com/log+af60b360+AfJB15Qpxeic+ZntpPy674LLlMFfxnd2TtNHdwz1iemk');
 * const signed = 'ten records\n\n— example.com/log r2CzYBXuOz1A7QenF86hu7+3uIXkFhPnJnAuqF9U5MgbeT9D6xs5EIQv2Rd28cCa0qNOG8QTNx8/df8AAjmQWcZAMgg=\n';
 * openNote(signed, [key]).text; // → 'ten records\n'
 * openNote(signed.replace('ten', 'two'), [key]); // → throws 'bad-signature'
 * ```
 */
export { type Cosignature, type Cosigner, openCosignatures, parseCosignerKey } from './cosignature.js';
export type { Ed25519Verify } from './ed25519.js';
export { maxNoteBytes, maxNoteSignatures, type Note, type NoteSignature, openNote } from './signed-note.js';
export { isKeyName, type KeyText, keyHashOf, parseKeyText, parseVerifierKey, type Verifier } from './verifier-key.js';
