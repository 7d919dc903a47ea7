/** Reads from a connection what a proxy says before the connection is anybody's. */
import type { Socket } from 'node:net';

/** Waits until `parse` finds what it looks for; the bytes behind it stay in the socket. Rejects when the connection ends before. */
export function receive<T>(
  socket: Socket,
  parse: (bytes: Buffer) => { readonly value: T; readonly length: number } | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const settle = (act: () => void) => {
      socket.off('readable', read).off('error', fail).off('end', end).off('close', end);
      act();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const end = () => fail(Object.assign(new Error('EOF'), { code: 'ERR_TUNNEL_CLOSED' }));
    const read = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        bytes = Buffer.concat([bytes, chunk]);
        try {
          const found = parse(bytes);
          if (found === undefined) continue;
          const rest = bytes.subarray(found.length);
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
