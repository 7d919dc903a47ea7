/** The web, in this process: sites with TLS, by name, reached through a web proxy on loopback that finds all of them here. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { createAuthority } from './self-signed.js';

export interface WebAnswer {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Web extends AsyncDisposable {
  /** What is answered, by URL. Anything else is a 404. */
  readonly answers: Map<string, WebAnswer | string>;
  /** The URLs that were asked for. A tunnel to a host that has no site is `tunnel host:port`. */
  readonly asked: string[];
  /** The Authorization header of each URL that came with one. */
  readonly credentials: Map<string, string>;
  /** The certificate authority to trust. */
  readonly ca: string;
  /** The settings that send everything but loopback here. */
  readonly env: Readonly<Record<string, string>>;
}

/** `hosts` have TLS; plain HTTP is answered for every host. */
export async function startWeb(hosts: readonly string[]): Promise<Web> {
  const authority = createAuthority();
  const answers: Web['answers'] = new Map();
  const asked: string[] = [];
  const credentials = new Map<string, string>();
  const serve = (url: string, request: IncomingMessage, response: ServerResponse) => {
    asked.push(url);
    if (request.headers.authorization !== undefined) credentials.set(url, request.headers.authorization);
    const answer = answers.get(url) ?? { status: 404 };
    const { status = 200, body = '', headers = {} } = typeof answer === 'string' ? { body: answer } : answer;
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  };
  const sites = createTlsServer(authority.issue(hosts), (request, response) =>
    serve(`https://${request.headers.host}${request.url}`, request, response),
  );
  const door = createServer((request, response) => serve(request.url ?? '', request, response));
  door.on('connect', (request, socket) => {
    socket.on('error', () => {});
    const host = (request.url ?? '').replace(/:443$/, '');
    if (!hosts.includes(host)) {
      asked.push(`tunnel ${request.url}`);
      socket.end('HTTP/1.1 403 No\r\n\r\n');
      return;
    }
    const site = connect((sites.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(site).pipe(socket);
    });
    site.on('error', () => socket.destroy());
    socket.on('close', () => site.destroy());
  });
  const sockets = new Set<{ destroy(): void }>();
  for (const server of [sites, door]) {
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  return {
    answers,
    asked,
    credentials,
    ca: authority.ca,
    env: { HTTP_PROXY: url, HTTPS_PROXY: url },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      for (const server of [sites, door]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page with go-import lines. */
export const goImportPage = (...lines: readonly string[]) =>
  `<!DOCTYPE html>\n<html><head>${lines.map((line) => `<meta name="go-import" content="${line}">`).join('\n')}</head></html>`;
