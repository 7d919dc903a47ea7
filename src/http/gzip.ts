/**
 * Content-Encoding as Go's client has it: gzip is undone, wherever it comes from; every other name is of no account (people upload to
 * object stores with "none", "utf-8" and "aws-chunked"). Loaded with the transport.
 */
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Reports whether a body comes gzipped. */
export const isGzip = (contentEncoding: string) => contentEncoding.toLowerCase() === 'gzip';

/** The body without its compression, read as far as its reader reads: what it grows to is the reader's to limit. */
export function gunzip(body: Readable): Readable {
  const decoded = createGunzip({ chunkSize: 1 << 16 });
  return pipeline(body, decoded, () => {}); // an error of either reaches the reader of the second
}
