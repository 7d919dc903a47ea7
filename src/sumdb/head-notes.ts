/**
 * Signed tree notes: whose signature is verified and which are accepted, and the one that is stored between runs.
 * Spec: go.dev/design/25530-sumdb.
 */
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import { messageOf, TsgogetError } from '../errors.js';
import { systemWords } from '../files/cache-error.js';
import { type Note, openNote, type Verifier } from '../note/index.js';
import { parseTreeHead } from '../tlog/index.js';
import type { SignedHead } from './signed-head.js';
import type { StateDir } from './state-dir.js';

/** Opens the notes of one log, each once. */
export class HeadNotes {
  readonly #verifier: Verifier;
  readonly #judge: ((note: Note) => void) | undefined;
  readonly #heads = new Map<string, SignedHead>();
  readonly #refusals = new Map<SignedHead, unknown>();

  /** `judge` throws 'not-witnessed' for a head against which no verdict may be given. */
  constructor(verifier: Verifier, judge: ((note: Note) => void) | undefined) {
    this.#verifier = verifier;
    this.#judge = judge;
  }

  /** Verifies the signature of a note, and has the head judged. Throws 'bad-signature', 'invalid-note', and what the judge throws. */
  open(bytes: Uint8Array): SignedHead {
    const note = decodeUtf8(bytes);
    const known = note === undefined ? undefined : this.#heads.get(note);
    if (known) return known;
    try {
      const opened = openNote(bytes, [this.#verifier]);
      const head = { ...parseTreeHead(opened.text), note: note! };
      this.#noteRefusal(opened, head);
      this.#heads.set(head.note, head);
      return head;
    } catch (error) {
      const code = error instanceof TsgogetError ? error.code : 'invalid-note';
      const shown = (note ?? '').slice(0, 1000);
      throw new TsgogetError(code, `reading tree note: ${messageOf(error)}\nnote:\n${shown}`, { cause: error });
    }
  }

  #noteRefusal(note: Note, head: SignedHead): void {
    try {
      this.#judge?.(note);
    } catch (error) {
      if (!isNotWitnessed(error)) throw error;
      this.#refusals.set(head, error);
    }
  }

  isAccepted(head: SignedHead): boolean {
    return !this.#refusals.has(head);
  }

  /** Throws 'not-witnessed' for a head that is not accepted. */
  requireAccepted(head: SignedHead): void {
    if (this.#refusals.has(head)) throw this.#refusals.get(head);
  }
}

/** The newest head that was seen, in the state file. */
export class StoredHead {
  readonly #state: StateDir;
  readonly #notes: HeadNotes;

  constructor(state: StateDir, notes: HeadNotes) {
    this.#state = state;
    this.#notes = notes;
  }

  /**
   * The stored head; undefined before the first. Throws 'cache' for a file that cannot be read, and for one that holds no note that the
   * log has signed: what stands on this disk alone refutes nothing that the log says.
   */
  async read(): Promise<SignedHead | undefined> {
    const note = await this.#state.readLatest();
    try {
      return this.#open(note);
    } catch {
      return this.#open(await this.#state.readLatestLocked()); // someone may have been writing it
    }
  }

  /** Stores `head` if `old` is still what stands there. Returns what stands there now. Throws as `read` does. */
  async swap(old: SignedHead, head: SignedHead): Promise<SignedHead | undefined> {
    let found: string;
    try {
      found = await this.#state.swapLatest(old.note, head.note);
    } catch (error) {
      if (error instanceof TsgogetError) throw error;
      const message = `cannot write the newest tree head: write ${this.#state.latestFile}: ${systemWords(error)}`;
      throw new TsgogetError('cache', message, { cause: error });
    }
    return this.#open(found);
  }

  #open(note: string): SignedHead | undefined {
    if (note === '') return undefined;
    try {
      return this.#notes.open(encodeUtf8(note));
    } catch (error) {
      // without its cause, which may be a refutation
      throw new TsgogetError('cache', `${this.#state.latestFile}: ${messageOf(error)}`, {
        hint: this.#state.mendHint(),
      });
    }
  }
}

export const isNotWitnessed = (error: unknown) => error instanceof TsgogetError && error.code === 'not-witnessed';
