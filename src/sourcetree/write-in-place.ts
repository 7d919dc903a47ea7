/**
 * Replaces the contents of an open, locked file: in place, as the lock belongs to the file and not to its name.
 * A full disk leaves the old contents.
 */
import { fsyncSync, ftruncateSync, writeSync } from 'node:fs';

/** Writes `text` over `old`, all that the file holds. Throws what writing throws, after `old` was put back as far as that goes. */
export function writeInPlace(fd: number, old: Uint8Array, text: Uint8Array): void {
  try {
    // the end first: that there is no room for it is found out while the old contents stand
    writeAll(fd, text.subarray(old.length), old.length);
    writeAll(fd, text.subarray(0, old.length), 0);
    ftruncateSync(fd, text.length);
    fsyncSync(fd);
  } catch (error) {
    putBack(fd, old);
    throw error;
  }
}

/** One write may take a part only, as it does where the disk becomes full. */
function writeAll(fd: number, data: Uint8Array, position: number): void {
  for (let done = 0; done < data.length; ) {
    done += writeSync(fd, data, done, data.length - done, position + done);
  }
}

function putBack(fd: number, old: Uint8Array): void {
  try {
    writeAll(fd, old, 0);
    ftruncateSync(fd, old.length);
  } catch {} // the failure that is told is the first
}
