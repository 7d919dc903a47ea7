/**
 * Reads files without waiting for anybody, and takes no more of them into memory than the caller allows: a pipe is opened without waiting
 * for its writer, and refused, as a device is, which may have no end. Synchronously: for a few small files the thread pool takes several
 * times as long, and no descriptor is held while waiting.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { isAbsent } from './cache-error.js';

/** To read; a pipe is opened without waiting for its writer. */
export const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A file that is not read for what it is: neither file nor folder, or too large. In the form of the file system's own errors. */
export class UnreadableFileError extends Error {
  readonly code: 'EFTYPE' | 'EFBIG';
  readonly syscall = 'open';
  readonly path: string | undefined;
  /** The message without what is around it. */
  readonly reason: string;

  constructor(code: UnreadableFileError['code'], reason: string, path?: string) {
    super(`${code}: ${reason}, open${path === undefined ? '' : ` '${path}'`}`);
    this.code = code;
    this.path = path;
    this.reason = reason;
  }
}

/** Throws UnreadableFileError for a pipe or a device; that a folder cannot be read the system says. */
export function requireRegular(found: Stats, path?: string): void {
  if (found.isFile() || found.isDirectory()) return;
  throw new UnreadableFileError('EFTYPE', 'not a regular file', path);
}

/** Opens a file to read it in pieces. Throws what opening throws, and UnreadableFileError for a pipe or a device. The caller closes it. */
export function openToRead(file: string): number {
  const fd = openSync(file, openFlags);
  try {
    requireRegular(fstatSync(fd), file);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The bytes of a file; undefined when it is not there. Throws UnreadableFileError for a pipe, a device and more than `maxBytes`, and what
 * the file system throws, of a folder too.
 */
export function readWholeFile(file: string, maxBytes: number): Buffer | undefined {
  try {
    return readExistingFile(file, maxBytes);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The same of a file that has to be there: that it is not throws what the file system throws. */
export function readExistingFile(file: string, maxBytes: number): Buffer {
  const fd = openSync(file, openFlags);
  try {
    return readOpenFile(fd, maxBytes, file);
  } finally {
    closeSync(fd);
  }
}

/** The beginning of a file that has to be there, as much as there is room for in `into`, in there. */
export function readBeginning(file: string, into: Uint8Array): Uint8Array {
  const fd = openToRead(file);
  try {
    return into.subarray(0, fill(fd, into, 0));
  } finally {
    closeSync(fd);
  }
}

/** The bytes of a file that is open and of which nothing was read. Throws as `readWholeFile` does; `path` is for the message. */
export function readOpenFile(fd: number, maxBytes: number, path?: string): Buffer {
  const tooLarge = () => new UnreadableFileError('EFBIG', `more than ${maxBytes} bytes`, path);
  const found = fstatSync(fd);
  requireRegular(found, path);
  if (found.isFile() && found.size > maxBytes) throw tooLarge();
  let data = Buffer.allocUnsafe(found.size + 1);
  let length = fill(fd, data, 0);
  // it grows, or is one of those that tell no size
  while (length === data.length) {
    if (length > maxBytes) throw tooLarge();
    data = Buffer.concat([data], Math.min(2 * length + 2 ** 16, maxBytes + 1));
    length = fill(fd, data, length);
  }
  return data.subarray(0, length);
}

/** Reads until `data` is full, or the file at its end; returns how much is in `data` then. */
function fill(fd: number, data: Uint8Array, length: number): number {
  for (let got = -1; got !== 0 && length < data.length; length += got) {
    got = readSync(fd, data, length, data.length - length, null);
  }
  return length;
}
