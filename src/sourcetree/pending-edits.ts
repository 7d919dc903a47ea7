/** Changes to files that are made together, at the end: until then they are seen only by who looks here. */
import { resolve } from 'node:path';
import { TsgogetError } from '../errors.js';

type Change = (old: Uint8Array) => Uint8Array | undefined;

export class PendingEdits {
  readonly #files = new Map<string, { readonly before: Uint8Array; text: Uint8Array }>();

  /** What a file will hold; undefined where nothing changes it. */
  textOf(file: string): Uint8Array | undefined {
    return this.#files.get(resolve(file))?.text;
  }

  /** Applies a change to a file that holds `now`, as this or the disk shows it. Throws what `change` throws. */
  add(file: string, now: Uint8Array, change: Change): void {
    const text = change(now);
    if (text === undefined) return;
    const pending = this.#files.get(resolve(file));
    if (pending === undefined) this.#files.set(resolve(file), { before: now, text });
    else pending.text = text;
  }

  /**
   * Makes the changes, in the order in which they came up. Throws 'failed' for a file that is no longer what was read, or that cannot be
   * written: then those before it are as they were.
   */
  async make(transform: (file: string, change: Change) => Promise<void>): Promise<void> {
    const made: string[] = [];
    try {
      for (const [file, { before, text }] of this.#files) {
        await transform(file, (old) => {
          if (Buffer.compare(old, before) !== 0) {
            throw new TsgogetError('failed', `${file} changed meanwhile; not overwriting`);
          }
          return text;
        });
        made.push(file);
      }
    } catch (error) {
      for (const file of made) {
        const { before, text } = this.#files.get(file)!;
        const undo: Change = (now) => (Buffer.compare(now, text) === 0 ? before : undefined);
        await transform(file, undo).catch(() => {}); // the failure that is told is the first
      }
      throw error;
    } finally {
      this.#files.clear();
    }
  }
}
