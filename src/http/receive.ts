/** Reads from a connection what a proxy says before the connection is anybody's. */
import type { Socket } from 'node:net';
import { ByteQueue } from './byte-queue.js';

const maxBytes = 1 << 20;

/**
 * Waits until `parse` finds what it looks for; the bytes behind it stay in the socket. `from` is from where a new end of a line is to
 * be sought. Rejects when the connection ends before, and of more than 1 MiB.
 */
export function receive<T>(
  socket: Socket,
  parse: (bytes: Buffer, from: number) => { readonly value: T; readonly length: number } | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const queue = new ByteQueue();
    const settle = (act: () => void) => {
      socket.off('readable', read).off('error', fail).off('end', end).off('close', end);
      act();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const end = () => fail(Object.assign(new Error('EOF'), { code: 'ERR_TUNNEL_CLOSED' }));
    const read = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        const from = queue.append(chunk);
        try {
          const found = parse(queue.bytes, from);
          if (found === undefined && queue.bytes.length > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
          if (found === undefined) continue;
          const rest = queue.bytes.subarray(found.length);
          return settle(() => {
            if (rest.length > 0) socket.unshift(rest);
            resolve(found.value);
          });
        } catch (error) {
          return fail(error);
        }
      }
    };
    socket.on('readable', read).on('error', fail).on('end', end).on('close', end);
    read();
  });
}
