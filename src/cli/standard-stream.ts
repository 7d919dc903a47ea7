/**
 * stdout and stderr. node's own stream of a file or a pipe takes as long to load as a small command to run: what is short is
 * written to the descriptor. A terminal, long output, and whatever a descriptor does not take at once are the stream's.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import type { OutputStream } from './terminal.js';

/** What is written to the descriptor in all: more could fill a pipe, and waiting for its reader would hold up the program. */
const shortOutput = 16 * 1024;

/** The stream of a descriptor; `open` gives node's own. */
export function standardStream(fd: number, open: () => OutputStream): OutputStream {
  if (!isFileOrPipe(fd)) return open();
  let stream: OutputStream | undefined;
  let room = shortOutput;
  const onError: ((error: Error) => void)[] = [];
  const opened = () => {
    if (stream !== undefined) return stream;
    stream = open();
    for (const listener of onError) stream.on('error', listener);
    return stream;
  };
  return {
    on(event, listener) {
      if (stream === undefined) onError.push(listener);
      else stream.on(event, listener);
    },
    write(text, written) {
      let rest: Uint8Array = Buffer.from(text);
      room -= rest.length;
      if (stream === undefined && room >= 0) {
        try {
          while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
          written?.();
          return;
        } catch {} // EAGAIN, EPIPE: the stream meets it again
      }
      opened().write(rest, written);
    },
  };
}

function isFileOrPipe(fd: number): boolean {
  if (process.platform === 'win32') return false; // its consoles are no character devices
  try {
    const file = fstatSync(fd);
    return !file.isCharacterDevice() || file.rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
