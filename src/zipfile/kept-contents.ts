/**
 * The contents of zips that were just hashed, kept for their extraction, which then need not inflate them anew. They are found by
 * the h1: hash that was made of them, and by nothing else. The oldest give way when there are too many bytes.
 */
import type { ModuleZip, ZipEntry } from './module-zip.js';
import { deflated } from './module-zip.js';

export interface KeptZip {
  readonly zip: Pick<ModuleZip, 'file' | 'bytes' | 'entries'>;
  /** In the order of the file. */
  readonly contents: readonly (readonly [entry: ZipEntry, content: Uint8Array])[];
}

/** A zip on its way to be kept. */
export interface Keeping {
  add(entry: ZipEntry, content: Uint8Array): void;
  /** Keeps it, if each of its entries was added. */
  end(h1: string): void;
}

export class KeptContents {
  readonly #maxBytes: number;
  readonly #kept = new Map<string, KeptZip & { readonly size: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Makes room for a zip; undefined for one that is too large. One at a time. */
  begin(zip: ModuleZip): Keeping | undefined {
    const size = zip.entries.reduce((sum, entry) => sum + entry.size, 0);
    if (size > this.#maxBytes) return undefined;
    for (const h1 of this.#kept.keys()) if (this.#bytes + size > this.#maxBytes) this.take(h1);
    const contents: [ZipEntry, Uint8Array][] = [];
    return {
      add: (entry, content) => {
        contents.push([entry, entry.method === deflated ? content : Uint8Array.from(content)]);
      },
      end: (h1) => {
        if (contents.length !== zip.entries.length || this.#kept.has(h1)) return;
        const { file, bytes, entries } = zip;
        this.#kept.set(h1, { zip: { file, bytes, entries }, contents, size });
        this.#bytes += size;
      },
    };
  }

  /** What has this hash, kept no longer. */
  take(h1: string): KeptZip | undefined {
    const kept = this.#kept.get(h1);
    if (kept === undefined) return undefined;
    this.#kept.delete(h1);
    this.#bytes -= kept.size;
    return kept;
  }
}
