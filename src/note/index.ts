export { type Cosignature, type Cosigner, openCosignatures, parseCosignerKey } from './cosignature.js';
export type { Ed25519Verify } from './ed25519.js';
export { maxNoteBytes, maxNoteSignatures, type Note, type NoteSignature, openNote } from './signed-note.js';
export { isKeyName, type KeyText, keyHashOf, parseKeyText, parseVerifierKey, type Verifier } from './verifier-key.js';
