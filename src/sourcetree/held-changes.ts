/** Changes to files that are made together, at the end: until then they are seen only by who looks here. */
import { resolve } from 'node:path';
import { TsgogetError } from '../errors.js';

type Change = (old: Uint8Array) => Uint8Array | undefined;

export class HeldChanges {
  readonly #files = new Map<string, { readonly before: Uint8Array; text: Uint8Array }>();

  /** What a file will hold; undefined where nothing changes it. */
  textOf(file: string): Uint8Array | undefined {
    return this.#files.get(resolve(file))?.text;
  }

  /** Applies a change to a file that holds `now`, as this or the disk shows it. Throws what `change` throws. */
  add(file: string, now: Uint8Array, change: Change): void {
    const text = change(now);
    if (text === undefined) return;
    const held = this.#files.get(resolve(file));
    if (held === undefined) this.#files.set(resolve(file), { before: now, text });
    else held.text = text;
  }

  /** Makes the changes, in the order in which they came up. Throws 'failed' for a file that is no longer what was read. */
  async make(transform: (file: string, change: Change) => Promise<void>): Promise<void> {
    for (const [file, { before, text }] of this.#files) {
      await transform(file, (old) => {
        if (Buffer.compare(old, before) !== 0) {
          throw new TsgogetError('failed', `${file} changed meanwhile; not overwriting`);
        }
        return text;
      });
    }
    this.#files.clear();
  }
}
