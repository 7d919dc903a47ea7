/**
 * Where the bytes of a proxy come from: one interface, one file for each kind (http, file).
 */
import type { GetOptions, Sink, Unframed } from '../http/index.js';

export interface Source {
  /** The whole of a protocol path. HttpError 'not-found' when it is not there. */
  get(relative: string, options: Pick<GetOptions, 'maxBytes' | 'isWhole' | 'onUnframed'>): Promise<Uint8Array>;
  download(
    relative: string,
    options: {
      readonly maxBytes: number;
      readonly sink: () => Promise<Sink>;
      readonly onUnframed?: Unframed | undefined;
    },
  ): Promise<{ bytes: number }>;
}
