/**
 * A module mirror in this process, on loopback: modules from txtar or plain data, a checksum database if one is given,
 * a log of every request, and faults on demand. What the protocol asks for: go.dev/ref/mod#goproxy-protocol.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { isPseudoVersion, semver, unescapePath, unescapeVersion } from '../../src/module/index.js';
import { writeZip } from './module-zip-writer.js';
import { parseTxtar } from './txtar.js';

type Bytes = string | Uint8Array;

export interface MirrorModule {
  readonly path: string;
  readonly version: string;
  /** The files of the zip, by name. */
  readonly files?: Readonly<Record<string, Bytes>>;
  /** The .mod answer; otherwise the file go.mod, otherwise a `module` line. */
  readonly mod?: Bytes;
  /** The .info answer; otherwise Version and a fixed Time. */
  readonly info?: Bytes | object;
  /** The zip, byte for byte. */
  readonly zip?: Uint8Array;
  /** Branches, tags and commits that .info resolves to this version. */
  readonly revisions?: readonly string[];
}

/** A checksum database: `/latest`, `/lookup/…`, `/tile/…` in, an answer out. */
export interface MirrorLog {
  readonly name: string;
  respond(path: string): MirrorAnswer | Promise<MirrorAnswer>;
}

export interface MirrorAnswer {
  readonly status?: number;
  readonly body: Bytes;
}

/** What goes wrong with the requests whose path matches. Effects combine where that makes sense. */
export interface Fault {
  /** A part of the decoded path, or a pattern. */
  readonly path: string | RegExp;
  /** How many requests are hit; then the fault is over. */
  readonly times?: number;
  readonly status?: number;
  readonly body?: Bytes;
  readonly headers?: Readonly<Record<string, string>>;
  readonly redirect?: string;
  readonly delayMs?: number;
  /** The connection is reset before the answer. */
  readonly reset?: boolean;
  /** Nothing is ever answered. */
  readonly hang?: boolean;
  /** The connection ends after so many bytes of the body. */
  readonly truncateAt?: number;
  readonly contentLength?: number;
  /** The body has neither a length nor chunks: the end of the connection ends it. */
  readonly closeDelimited?: boolean;
  /** The body comes gzip-encoded, whatever was asked for; a number is how many zero bytes it inflates to. */
  readonly gzip?: true | number;
  readonly endless?: boolean;
  /** One byte in so many milliseconds. */
  readonly dribbleMs?: number;
  /** The bit of the body to flip. */
  readonly flipBit?: number;
}

export interface MirrorRequest {
  readonly method: string;
  /** As on the wire. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface MirrorOptions {
  readonly modules?: readonly (string | MirrorModule)[];
  readonly log?: MirrorLog;
  readonly faults?: readonly Fault[];
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly delayMs?: number;
  /** The user that must be given, as `user:password`. */
  readonly user?: string;
}

export interface Mirror {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly requests: MirrorRequest[];
  /** The paths that were asked for, decoded, without the leading slash. */
  paths(): string[];
  /** The most requests that were in flight at a time. */
  readonly peak: number;
  /** Connections made to it. */
  readonly connections: number;
  readonly faults: Fault[];
  add(module: string | MirrorModule): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A module of a txtar: its comment begins with `path@version`; `.mod`, `.info` are those answers, other files are its zip. */
export function moduleOfTxtar(text: string): MirrorModule {
  const { comment, files } = parseTxtar(text);
  const [, path = '', version = ''] = /^(?:module )?(\S+)@(\S+)/.exec(Buffer.from(comment).toString()) ?? [];
  if (version === '') throw new Error('fixture: a module archive begins with path@version');
  const named = new Map(files.map(({ name, data }) => [name, data]));
  const [mod, info] = [named.get('.mod'), named.get('.info')];
  named.delete('.mod');
  named.delete('.info');
  return { path, version, files: Object.fromEntries(named), ...(mod && { mod }), ...(info && { info }) };
}

export async function startMirror(options: MirrorOptions = {}): Promise<Mirror> {
  const modules: MirrorModule[] = [];
  const faults = [...(options.faults ?? [])];
  const used = new Map<Fault, number>();
  const requests: MirrorRequest[] = [];
  let inFlight = 0;
  let peak = 0;
  let connections = 0;

  const add = (module: string | MirrorModule) =>
    void modules.push(typeof module === 'string' ? moduleOfTxtar(module) : module);
  for (const module of options.modules ?? []) add(module);

  function faultFor(path: string): Fault | undefined {
    const fault = faults.find(
      (f) =>
        (typeof f.path === 'string' ? path.includes(f.path) : f.path.test(path)) &&
        (used.get(f) ?? 0) < (f.times ?? Number.POSITIVE_INFINITY),
    );
    if (fault) used.set(fault, (used.get(fault) ?? 0) + 1);
    return fault;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/', headers } = request;
    requests.push({ method, path: url, headers });
    peak = Math.max(peak, ++inFlight);
    response.on('close', () => inFlight--);
    const path = decodeURIComponent(url.replace(/\?.*/, ''));
    const fault = faultFor(path);
    await sleep((options.delayMs ?? 0) + (fault?.delayMs ?? 0));
    const isAllowed =
      options.user === undefined || headers.authorization === `Basic ${Buffer.from(options.user).toString('base64')}`;
    const answer = isAllowed ? await answerTo(path, modules, options.log) : { status: 401, body: 'ACCESS DENIED\n' };
    await send(request, response, answer, fault ?? { path: '' });
  }

  const handler = (request: IncomingMessage, response: ServerResponse) => void serve(request, response);
  const server: Server = options.tls ? createTlsServer(options.tls, handler) : createServer(handler);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    paths: () => requests.map((r) => decodeURIComponent(r.path).slice(1)),
    get peak() {
      return peak;
    },
    get connections() {
      return connections;
    },
    faults,
    add,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answerTo(path: string, modules: readonly MirrorModule[], log?: MirrorLog): Promise<MirrorAnswer> {
  if (log && path.startsWith(`/sumdb/${log.name}/`)) {
    const rest = path.slice(`/sumdb/${log.name}`.length);
    return rest === '/supported' ? { body: '' } : log.respond(rest);
  }
  const [, escaped = '', file = ''] = /^\/(.+)\/(@latest|@v\/.+)$/.exec(path) ?? [];
  const found = modules.filter((m) => m.path === tryTo(unescapePath, escaped));
  const missing = { status: 404, body: `not found: ${path.slice(1)}\n` };
  if (found.length === 0) return missing;
  if (file === '@v/list')
    return {
      body: taggedOf(found)
        .map((m) => `${m.version}\n`)
        .join(''),
    };
  if (file === '@latest') return { body: infoOf(newestOf(found)) };
  const [, rev = '', ext = ''] = /^@v\/(.+)\.(info|mod|zip)$/.exec(file) ?? [];
  const version = tryTo(unescapeVersion, rev);
  const module = found.find((m) => m.version === version || (ext === 'info' && m.revisions?.includes(version)));
  if (module === undefined) return missing;
  return { body: ext === 'info' ? infoOf(module) : ext === 'mod' ? modOf(module) : zipOf(module) };
}

function tryTo(decode: (text: string) => string, text: string): string {
  try {
    return decode(text);
  } catch {
    return '';
  }
}

const taggedOf = (modules: readonly MirrorModule[]) =>
  modules.filter((m) => !isPseudoVersion(m.version)).sort((a, b) => semver.compare(a.version, b.version));

/** The highest release, else the highest prerelease, else the highest pseudo-version. */
function newestOf(modules: readonly MirrorModule[]): MirrorModule {
  const tagged = taggedOf(modules);
  const pseudo = [...modules].sort((a, b) => semver.compare(a.version, b.version));
  return tagged.findLast((m) => semver.prerelease(m.version) === '') ?? tagged.at(-1) ?? pseudo.at(-1)!;
}

function infoOf({ info, version }: MirrorModule): Bytes {
  if (typeof info === 'string' || info instanceof Uint8Array) return info;
  return JSON.stringify(info ?? { Version: version, Time: '2020-01-02T03:04:05Z' });
}

const modOf = (m: MirrorModule): Bytes => m.mod ?? m.files?.['go.mod'] ?? `module ${m.path}\n`;

function zipOf(m: MirrorModule): Uint8Array {
  const files = Object.entries(m.files ?? {});
  return m.zip ?? writeZip(files.map(([name, data]) => ({ name: `${m.path}@${m.version}/${name}`, data })));
}

async function send(q: IncomingMessage, r: ServerResponse, answer: MirrorAnswer, f: Fault): Promise<void> {
  if (f.reset) return q.socket.resetAndDestroy() as unknown as undefined;
  if (f.hang) return;
  const status = f.redirect === undefined ? (f.status ?? answer.status ?? 200) : 302;
  const body = corrupt(Buffer.from(f.body ?? answer.body), f);
  const headers: Record<string, string | number> = {
    'content-type': status === 200 ? 'application/octet-stream' : 'text/plain; charset=utf-8',
    ...(f.redirect !== undefined && { location: f.redirect }),
    ...(f.gzip !== undefined && { 'content-encoding': 'gzip' }),
    ...f.headers,
  };
  if (f.closeDelimited) {
    const head = Object.entries({ ...headers, connection: 'close' }).map(([k, v]) => `${k}: ${v}\r\n`);
    q.socket.write(`HTTP/1.1 ${status} X\r\n${head.join('')}\r\n`);
    q.socket.end(f.truncateAt === undefined ? body : body.subarray(0, f.truncateAt));
    return;
  }
  if (!f.endless && !f.headers?.['transfer-encoding']) headers['content-length'] = f.contentLength ?? body.length;
  r.strictContentLength = false;
  r.writeHead(status, headers);
  if (f.endless) return pour(r, body);
  if (f.dribbleMs !== undefined) return dribble(r, body, f.dribbleMs);
  if (f.truncateAt === undefined) return void r.end(body);
  r.write(body.subarray(0, f.truncateAt), () => q.socket.destroy());
}

function corrupt(body: Buffer, f: Fault): Buffer {
  if (f.flipBit !== undefined) body[f.flipBit >> 3]! ^= 1 << (f.flipBit & 7);
  if (f.gzip === undefined) return body;
  return gzipSync(f.gzip === true ? body : Buffer.alloc(f.gzip));
}

/** Writes the body over and over until the client has had enough. */
function pour(r: ServerResponse, body: Buffer): void {
  const piece = Buffer.alloc(1 << 16, body.length === 0 ? 'v1.0.0\n' : body);
  const more = () => {
    while (!r.destroyed && r.write(piece));
    if (!r.destroyed) r.once('drain', more);
  };
  more();
}

async function dribble(r: ServerResponse, body: Buffer, ms: number): Promise<void> {
  for (const byte of body) {
    if (r.destroyed) return;
    r.write(Buffer.from([byte]));
    await sleep(ms);
  }
  r.end();
}

const sleep = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : undefined);
