/**
 * Finds the directory of a zip file by the rules of Go's archive/zip, or refuses the file (APPNOTE.TXT §4.3.12 to §4.3.16).
 * The go command extracts the zips that we verified: were the two to see different directories in one file, a hash would vouch for
 * contents that it does not cover. So whatever can be read in two ways is refused here, even where Go would take it: by two releases of
 * Go as well, since nobody knows which one will extract it.
 */
import { TsgogetError } from '../errors.js';

export interface ZipEnd {
  /** Where the directory begins in the file. */
  readonly directory: number;
  /** What to add to the offsets that the directory gives: the bytes before the archive. */
  readonly base: number;
  /** How many entries the file says that it has. */
  readonly count: number;
}

const endSignature = Buffer.from('PK\x05\x06', 'latin1');
const endBytes = 22;
const searchBytes = 65 * 1024;
const locatorBytes = 20;
const end64Bytes = 56;

/** Reads exactly so many bytes at an offset of the file. */
type Read = (offset: number, bytes: number) => Promise<Buffer>;

export function notAZip(detail: string): TsgogetError {
  return new TsgogetError('invalid-zip', `zip: not a valid zip file (${detail})`);
}

/** Locates the directory of a zip file of `size` bytes. Throws 'invalid-zip'. */
export async function findZipEnd(read: Read, size: number): Promise<ZipEnd> {
  const tailBytes = Math.min(size, searchBytes);
  const tail = await read(size - tailBytes, tailBytes);
  const at = tailBytes < endBytes ? -1 : tail.lastIndexOf(endSignature, tailBytes - endBytes);
  if (at < 0) throw notAZip('it has no end record');
  if (at + endBytes + tail.readUInt16LE(at + 20) > tailBytes) throw notAZip('its comment is cut off');
  let end = size - tailBytes + at;
  let count = tail.readUInt16LE(at + 10);
  let bytes = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  const isMarked = count === 0xffff || offset === 0xffffffff;
  // the size that leads to a zip64 record: until Go 1.26 the one, since 1.27 the other
  if (isMarked || bytes === 0xffff || bytes === 0xffffffff) {
    const end64 = await findEnd64(read, end, size);
    if (end64 !== undefined && !isMarked) throw notAZip('releases of Go disagree about where its directory is');
    if (end64 !== undefined) ({ end, count, bytes, offset } = end64);
  }
  const directory = end - bytes;
  const base = directory - offset;
  if (base < 0 || directory < 0) throw notAZip('its directory is not where it says');
  if (base > 0 && (await startsDirectory(read, offset, size))) throw notAZip('it has two directories');
  return { directory, base, count };
}

async function findEnd64(read: Read, end: number, size: number) {
  if (end < locatorBytes) return undefined;
  const locator = await read(end - locatorBytes, locatorBytes);
  if (locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) !== 1) throw notAZip('it has several disks');
  const at = readUint64(locator, 8);
  if (at + end64Bytes > size) throw notAZip('its zip64 end record is not where it says');
  const record = await read(at, end64Bytes);
  if (record.readUInt32LE(0) !== 0x06064b50) throw notAZip('its zip64 end record is not where it says');
  return { end: at, count: readUint64(record, 32), bytes: readUint64(record, 40), offset: readUint64(record, 48) };
}

async function startsDirectory(read: Read, offset: number, size: number): Promise<boolean> {
  return offset + 4 <= size && (await read(offset, 4)).readUInt32LE(0) === 0x02014b50;
}

function readUint64(data: Buffer, at: number): number {
  const value = data.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw notAZip('a number in it is out of range');
  return Number(value);
}
