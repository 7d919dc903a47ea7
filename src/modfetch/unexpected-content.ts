/** What came in the place of a module, where a person would know it: told beside a hash that does not match, for an outage looks like an attack then. */
import { contentKind } from '../encoding/content-kind.js';
import { ChecksumMismatchError } from '../errors.js';
import type { Sink } from '../http/index.js';

/** For `catch`: throws the error again, a mismatch of a hash with a hint that names what the bytes are. */
export function namingContent(beginning: () => Uint8Array): (error: unknown) => never {
  return (error) => {
    const kind = error instanceof ChecksumMismatchError ? contentKind(beginning()) : undefined;
    if (kind === undefined || kind === 'a zip file') throw error;
    const { message, want, got, from, hint, cause } = error as ChecksumMismatchError;
    const named = `what came is ${kind}${hint === undefined ? '' : `; ${hint}`}`;
    throw new ChecksumMismatchError(message, { want, got, from }, { hint: named, cause });
  };
}

const keptBytes = 1024;

/** Keeps the beginning of what goes through a sink, of the last try. */
export class KeptBeginning {
  bytes: Uint8Array = new Uint8Array();

  through(open: () => Promise<Sink>): () => Promise<Sink> {
    return async () => {
      const sink = await open();
      this.bytes = new Uint8Array();
      return {
        write: (chunk) => {
          if (this.bytes.length < keptBytes) {
            this.bytes = Buffer.concat([this.bytes, chunk.subarray(0, keptBytes - this.bytes.length)]);
          }
          return sink.write(chunk);
        },
        close: () => sink.close(),
        abort: () => sink.abort(),
      };
    };
  }
}
