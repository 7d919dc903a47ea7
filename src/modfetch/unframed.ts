/**
 * A body that the end of the connection alone ends may have been cut: what contradicts it is no attack yet. It is asked for again, and
 * refuted only when the same bytes come back.
 */
import { createHash, type Hash } from 'node:crypto';
import { isSecurity, TsgogetError } from '../errors.js';
import type { Sink, Unframed } from '../http/index.js';

export interface Asked<T> {
  /** Tells the bytes of an unframed body from others; undefined where there is no doubt that the body is whole. */
  readonly fingerprint: string | undefined;
  /** What is done with the bytes. */
  use(): Promise<T>;
}

const maxAsked = 4;

/** Asks and uses; asks again while unframed bytes are refuted and other bytes come. Throws what `ask` and `use` throw, and 'network'. */
export async function askedAgain<T>(ask: (isFirst: boolean) => Promise<Asked<T>>): Promise<T> {
  const seen = new Set<string>();
  for (let times = 1; ; times++) {
    const asked = await ask(times === 1);
    try {
      return await asked.use();
    } catch (error) {
      const { fingerprint } = asked;
      if (!isSecurity(error) || fingerprint === undefined || seen.has(fingerprint)) throw error;
      seen.add(fingerprint);
      if (times < maxAsked) continue;
      throw new TsgogetError('network', `unexpected EOF: ${times} answers without a length, all of them different`, {
        hint: 'the server or a proxy before it cuts its answers: ask again, or use another module proxy',
      });
    }
  }
}

/** The fingerprint of one download, made as it passes when it is unframed. */
export class Fingerprint {
  #hash: Hash | undefined;

  readonly onUnframed: Unframed = () => {
    this.#hash = createHash('sha256');
  };

  /** Once the download is over. */
  get value(): string | undefined {
    return this.#hash?.digest('hex');
  }

  /** The sinks of a download, read along. */
  of(open: () => Promise<Sink>): () => Promise<Sink> {
    return async () => {
      const sink = await open();
      const hash = this.#hash;
      if (hash === undefined) return sink;
      return {
        write: (chunk) => {
          hash.update(chunk);
          return sink.write(chunk);
        },
        close: () => sink.close(),
        abort: () => sink.abort(),
      };
    };
  }
}
