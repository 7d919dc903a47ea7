/**
 * The directory of a zip file on disk: its entries, checked so far as they can be without reading contents.
 * yauzl parses the entries; what it does not check (names, counts, overlaps) is checked here on the raw bytes.
 */
import { EventEmitter } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import type { Entry, RandomAccessReader, ZipFile } from 'yauzl';
import { quoteGo } from '../encoding/quote-go.js';
import { decodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { cacheError } from '../files/cache-error.js';
import { openFlags } from '../files/read-file.js';
import { maxZipBytes } from '../modzip/index.js';
import { findZipEnd, notAZip } from './zip-end.js';

/** An entry, as the zip's directory has it: sizes and checksum are claims until the content was read. */
export interface ZipEntry {
  readonly name: string;
  /** Uncompressed, in bytes. */
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  readonly method: number;
  /** Whether size and checksum stand behind its content too. */
  readonly hasDescriptor: boolean;
  /** Where its local header begins in the file. */
  readonly offset: number;
  /** Where the next thing in the file begins: content must not reach further. */
  readonly limit: number;
}

export interface ModuleZip {
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  /** In the order of the directory. */
  readonly entries: readonly ZipEntry[];
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/** The directory of a real module zip has some megabytes at most; it is held in memory. */
const maxDirectoryBytes = 64 * 2 ** 20;
export const stored = 0;
export const deflated = 8;
const localHeaderBytes = 30;
const zip64Field = 0x0001;

/**
 * Opens a zip file and reads its directory. Throws 'invalid-zip' for what is no zip or can be read in two ways,
 * 'too-large' past the limits of module zips, 'cache' when the disk fails. The caller closes it.
 */
export async function openModuleZip(file: string): Promise<ModuleZip> {
  const handle = await open(file, openFlags).catch((error) => {
    throw cacheError(error, 'open', file);
  });
  try {
    const { size: bytes } = await handle.stat();
    if (bytes > maxZipBytes) {
      const words = `module zip file is too large (${bytes} bytes; limit is ${maxZipBytes} bytes)`;
      throw new TsgogetError('too-large', words);
    }
    const entries = await readDirectory(handle, bytes);
    return { file, bytes, entries, handle, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw cacheError(error, 'read', file);
  }
}

/** Fills a buffer from the file; fewer bytes only at its end. */
export async function readAt(handle: FileHandle, buffer: Buffer, offset: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

async function readDirectory(handle: FileHandle, bytes: number): Promise<ZipEntry[]> {
  const read = async (offset: number, length: number) => {
    const buffer = Buffer.allocUnsafe(length);
    if ((await readAt(handle, buffer, offset)) !== length) throw notAZip('it is cut off');
    return buffer;
  };
  const { directory, base, count } = await findZipEnd(read, bytes);
  const data = await read(directory, Math.min(bytes - directory, maxDirectoryBytes));
  const parsed = await parseEntries(data, count);
  return checkEntries(parsed, base, directory);
}

interface RawEntry {
  name: string;
  size: number;
  compressedSize: number;
  crc32: number;
  method: number;
  hasDescriptor: boolean;
  offset: number;
  limit: number;
}

async function parseEntries(data: Buffer, count: number): Promise<RawEntry[]> {
  // a CommonJS module: in a bundle it has nothing but its default
  const { default: yauzl } = await import('yauzl');
  const reader = new DirectoryReader(data) as unknown as RandomAccessReader;
  const zip: ZipFile = new yauzl.ZipFile(reader, 0, Number.MAX_SAFE_INTEGER, count, '', false, true, false, true);
  const entries: RawEntry[] = [];
  let failure: Error | undefined;
  let end = 0;
  zip.on('error', (error: Error) => {
    failure ??= error;
  });
  zip.on('entry', (entry: Entry) => {
    end += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    entries.push(rawEntry(entry));
  });
  // the reader answers at once, and so does yauzl, but for an entry with neither name, extra field nor comment
  while (entries.length < count) {
    const before = entries.length;
    zip.readEntry();
    if (failure !== undefined) throw notAZip(failure.message);
    if (entries.length === before) throw new TsgogetError('invalid-zip', 'zip: an entry has no name');
  }
  if (end + 4 <= data.length && data.readUInt32LE(end) === 0x02014b50)
    throw notAZip('it has more entries than it says');
  return entries;
}

function rawEntry(entry: Entry): RawEntry {
  const name = decodeUtf8(entry.fileNameRaw);
  if (name === undefined) {
    const shown = quoteGo(entry.fileNameRaw.toString('latin1'));
    throw new TsgogetError('invalid-zip', `malformed file path ${shown}: invalid UTF-8`);
  }
  if ((entry.generalPurposeBitFlag & 1) !== 0) throw new TsgogetError('invalid-zip', `${name}: the entry is encrypted`);
  // Go 1.26 takes the first of them, 1.27 the last
  if (entry.extraFields.filter(({ id }) => id === zip64Field).length > 1) throw notAZip(`${name} has two zip64 fields`);
  return {
    name,
    size: entry.uncompressedSize,
    compressedSize: entry.compressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    hasDescriptor: (entry.generalPurposeBitFlag & 8) !== 0,
    offset: entry.relativeOffsetOfLocalHeader,
    limit: 0,
  };
}

/** Checks the entries against each other, and gives each its place in the file. */
function checkEntries(entries: RawEntry[], base: number, directory: number): ZipEntry[] {
  let total = 0;
  for (const entry of entries) {
    const { name, method, size } = entry;
    const isFolder = name.endsWith('/');
    if (isFolder && size !== 0) throw new TsgogetError('invalid-zip', `${name}: a folder has content`);
    if (!isFolder && method !== stored && method !== deflated) {
      throw new TsgogetError('invalid-zip', `${name}: zip: unsupported compression algorithm`);
    }
    total += size;
    entry.offset += base;
  }
  if (total > maxZipBytes) {
    const words = `total uncompressed size of module contents too large (max size is ${maxZipBytes} bytes)`;
    throw new TsgogetError('too-large', words);
  }
  let next = directory;
  for (const entry of [...entries].sort((a, b) => b.offset - a.offset)) {
    entry.limit = next;
    if (entry.offset + localHeaderBytes + entry.compressedSize > next) {
      throw new TsgogetError('invalid-zip', `${entry.name}: the entry overlaps what follows it`);
    }
    next = entry.offset;
  }
  return entries;
}

/** yauzl's port to a file, over the directory in memory. It calls back at once. */
class DirectoryReader extends EventEmitter {
  readonly #data: Buffer;

  constructor(data: Buffer) {
    super();
    this.#data = data;
  }

  ref(): void {}

  unref(): void {}

  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position + length > this.#data.length) callback(new Error('its directory is cut off'));
    else callback(null, this.#data.copy(buffer, offset, position, position + length));
  }
}
