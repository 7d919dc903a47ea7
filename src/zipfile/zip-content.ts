/**
 * Reads the contents of a zip's entries, in the order in which they lie in the file: one pass, whatever the size, in little memory.
 * Nothing that the archive says of an entry is taken on trust: bytes are counted as they come and held against the checksum.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { cacheError } from '../files/cache-error.js';
import { deflated, type ModuleZip, readAt, type ZipEntry } from './module-zip.js';

/** Takes a content: whole when it is small, in parts when it is large. The bytes are lent until it returns. */
export type Visit = (entry: ZipEntry, content: Uint8Array | AsyncIterable<Uint8Array>) => void | Promise<void>;

/** Whether to end now: an AbortSignal, or what stands for one in another thread. */
export type Stop = Pick<AbortSignal, 'aborted' | 'reason'>;

const windowBytes = 4 * 2 ** 20;
/** Larger entries are streamed: so much of the file, or so much content. */
const wholeBytes = 3 * 2 ** 20;
const wholeContentBytes = 8 * 2 ** 20;
const partBytes = 256 * 1024;
const localHeaderBytes = 30;
const descriptorBytes = 16;
const noBytes = new Uint8Array(0);

/**
 * Visits every entry; folders have no bytes. Throws 'invalid-zip' when an entry is not what the directory says,
 * 'cache' when the disk fails, and what `visit` throws.
 */
export async function readContents(zip: ModuleZip, visit: Visit, stop?: Stop): Promise<void> {
  const window = new Window(zip);
  for (const entry of [...zip.entries].sort((a, b) => a.offset - b.offset)) {
    if (!window.has(entry.offset, 1)) throwIfStopped(stop);
    const { data, descriptor } = await locate(window, entry);
    if (entry.name.endsWith('/')) {
      await visit(entry, noBytes);
    } else if (entry.compressedSize <= wholeBytes && entry.size <= wholeContentBytes) {
      const content = inflateWhole(entry, await window.at(data, entry.compressedSize));
      checkSum(entry, content.length, crc32(content), descriptor);
      const visited = visit(entry, content);
      if (visited !== undefined) await visited;
    } else {
      await visit(entry, inflateParts(zip, entry, data, descriptor));
    }
  }
}

/** Throws 'interrupted' once it is time to end. */
export function throwIfStopped(stop: Stop | undefined): void {
  if (stop?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: stop.reason });
}

function fault(entry: ZipEntry, words: string): TsgogetError {
  return new TsgogetError('invalid-zip', `${entry.name}: ${words}`);
}

/** A stretch of the file in memory that moves forward. */
class Window {
  readonly #zip: ModuleZip;
  #buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(zip: ModuleZip) {
    this.#zip = zip;
  }

  has(offset: number, length: number): boolean {
    return offset >= this.#start && offset + length <= this.#end;
  }

  /** The bytes at an offset, valid until the next call. A promise only where the file must be read. */
  at(offset: number, length: number): Buffer | Promise<Buffer> {
    return this.has(offset, length) ? this.#slice(offset, length) : this.#fill(offset, length);
  }

  #slice(offset: number, length: number): Buffer {
    return this.#buffer.subarray(offset - this.#start, offset - this.#start + length);
  }

  async #fill(offset: number, length: number): Promise<Buffer> {
    if (this.#buffer.length === 0) this.#buffer = Buffer.allocUnsafeSlow(Math.min(windowBytes, this.#zip.bytes));
    this.#start = offset;
    try {
      this.#end = offset + (await readAt(this.#zip.handle, this.#buffer, offset));
    } catch (error) {
      throw cacheError(error, 'read', this.#zip.file);
    }
    if (!this.has(offset, length)) throw new TsgogetError('invalid-zip', 'zip: unexpected EOF');
    return this.#slice(offset, length);
  }
}

/** Finds the data of an entry behind its local header, which has to agree with the directory. */
async function locate(window: Window, entry: ZipEntry): Promise<{ data: number; descriptor: number | undefined }> {
  const found = window.at(entry.offset, localHeaderBytes);
  const header = Buffer.isBuffer(found) ? found : await found;
  if (header.readUInt32LE(0) !== 0x04034b50) throw fault(entry, 'zip: not a valid zip file (no local header)');
  const agrees =
    ((header.readUInt16LE(6) & 8) !== 0) === entry.hasDescriptor &&
    header.readUInt16LE(8) === entry.method &&
    (entry.hasDescriptor ||
      (header.readUInt32LE(14) === entry.crc32 &&
        isSize(header.readUInt32LE(18), entry.compressedSize) &&
        isSize(header.readUInt32LE(22), entry.size)));
  const nameBytes = header.readUInt16LE(26);
  const data = entry.offset + localHeaderBytes + nameBytes + header.readUInt16LE(28);
  const name = await window.at(entry.offset + localHeaderBytes, nameBytes);
  if (!agrees || !name.equals(encodeUtf8(entry.name))) {
    throw fault(entry, 'its local header does not agree with the directory');
  }
  if (data + entry.compressedSize > entry.limit) throw fault(entry, 'the entry overlaps what follows it');
  if (!entry.hasDescriptor) return { data, descriptor: undefined };
  const after = await window.at(data + entry.compressedSize, descriptorBytes);
  return { data, descriptor: after.readUInt32LE(after.readUInt32LE(0) === 0x08074b50 ? 4 : 0) };
}

/** A size in a local header: all ones when the zip64 field has it. */
const isSize = (claim: number, size: number) => claim === size || claim === 0xffffffff;

function inflateWhole(entry: ZipEntry, data: Buffer): Uint8Array {
  if (entry.method !== deflated) return data;
  try {
    // room for one byte more than the entry may have tells too much from enough
    return inflateRawSync(data, { maxOutputLength: entry.size + 1, chunkSize: Math.max(entry.size + 1, 64) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch(entry);
    throw broken(entry, error);
  }
}

async function* inflateParts(
  zip: ModuleZip,
  entry: ZipEntry,
  data: number,
  descriptor: number | undefined,
): AsyncGenerator<Uint8Array> {
  const raw = Readable.from(rawParts(zip, data, entry.compressedSize), { highWaterMark: 1 });
  const inflate = entry.method === deflated ? createInflateRaw({ chunkSize: partBytes }) : undefined;
  const source = inflate ?? raw;
  if (inflate !== undefined) pipeline(raw, inflate).catch(() => {}); // the failure also reaches the reader of `inflate`
  let length = 0;
  let sum = 0;
  try {
    for await (const part of source as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > entry.size) throw tooMuch(entry);
      sum = crc32(part, sum);
      yield part;
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? broken(entry, error) : error;
  } finally {
    source.destroy();
  }
  checkSum(entry, length, sum, descriptor);
}

async function* rawParts(zip: ModuleZip, offset: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; ) {
    const part = Buffer.allocUnsafe(Math.min(partBytes, length - done));
    const got = await readAt(zip.handle, part, offset + done).catch((error) => {
      throw cacheError(error, 'read', zip.file);
    });
    if (got < part.length) throw new TsgogetError('invalid-zip', 'zip: unexpected EOF');
    done += got;
    yield part;
  }
}

function checkSum(entry: ZipEntry, length: number, sum: number, descriptor: number | undefined): void {
  if (length > entry.size) throw tooMuch(entry);
  if (length < entry.size) throw fault(entry, 'unexpected EOF');
  if (sum !== entry.crc32 || (descriptor !== undefined && descriptor !== sum)) {
    throw fault(entry, 'zip: checksum error');
  }
}

function tooMuch(entry: ZipEntry): TsgogetError {
  const words = `uncompressed size of file ${entry.name} is larger than declared size (${entry.size} bytes)`;
  return new TsgogetError('invalid-zip', words);
}

function broken(entry: ZipEntry, cause: unknown): TsgogetError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new TsgogetError('invalid-zip', `${entry.name}: flate: ${words}`, { cause });
}
