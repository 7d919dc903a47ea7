/** A web proxy (HTTP_PROXY, HTTPS_PROXY) that lets nobody through and notes who wanted to go where. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The settings that let nothing but loopback be reached: a web proxy where nobody listens. */
export const noWayOut = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };

export interface ClosedDoor extends AsyncDisposable {
  readonly url: string;
  /** What was asked for: `host:port` of tunnels, URLs of plain requests. */
  readonly asked: string[];
  /** The settings that send everything but loopback here. */
  readonly env: Readonly<Record<string, string>>;
}

/** `status` is what tunnels are answered with; 'close' closes them, 'hang' says nothing. */
export async function startClosedDoor(status: number | 'close' | 'hang' = 403): Promise<ClosedDoor> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.on('error', () => {});
    if (status === 'close') socket.destroy();
    else if (status !== 'hang') socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    env: { HTTP_PROXY: url, HTTPS_PROXY: url },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
