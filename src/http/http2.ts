/**
 * HTTP/2 with one origin that speaks nothing else: its connections. Streams beyond what the server allows go over a further one, as
 * Go's client has it; one that is lost or said to be closed gets no more of them.
 */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { onAbort } from '../async/on-abort.js';
import type { AuthHeaders } from './auth-output.js';
import { answerOf, farewellOf, type Http2Response, lossOf } from './http2-answer.js';
import type { Target } from './location.js';
import { maxHeadBytes } from './response-head.js';

export interface Http2Options {
  /** A new connection, on which HTTP/2 is agreed upon. */
  readonly connect: () => Promise<Socket>;
  /** How long the server may take to say what it allows. */
  readonly settingsTimeoutMs: number;
}

export interface Http2Connections {
  get(target: Target, headers: AuthHeaders, signal: AbortSignal): Promise<Http2Response>;
  close(): void;
}

interface Session {
  readonly socket: Socket;
  readonly http2: ClientHttp2Session;
}

interface Connection {
  readonly session: Promise<Session>;
  /** Open ones, and those that wait for the session. */
  streams: number;
  /** How many there may be. */
  width: number;
  /** What go says once the server has said that it closes the connection. */
  farewell?: string;
}

/** What of a body may be here and not be read yet. */
const windowBytes = 1 << 20;
const sessionOptions = {
  settings: { enablePush: false, initialWindowSize: windowBytes, maxHeaderListSize: maxHeadBytes },
  maxHeaderListPairs: maxHeadBytes / 32, // each counts for that at least
  maxReservedRemoteStreams: 0,
};

export function openHttp2(options: Http2Options): Http2Connections {
  const sockets = new Set<Socket>();
  /** Those that take streams. */
  const connections = new Set<Connection>();
  let usualWidth = Number.POSITIVE_INFINITY;
  let isClosed = false;

  async function start(connection: Connection): Promise<Session> {
    const socket = await options.connect();
    if (isClosed || socket.destroyed) {
      socket.destroy();
      throw lossOf(undefined, undefined);
    }
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    // not the socket itself: reading that past its JavaScript, node may not hear of a connection that is reset while it writes
    const stream = Duplex.from({ readable: socket, writable: socket }).on('error', () => {}); // the session hears of it
    const http2 = connect('https://origin.invalid', { ...sessionOptions, createConnection: () => stream }); // requests name their origin
    http2.once('connect', () => http2.destroyed || http2.setLocalWindowSize(16 * windowBytes));
    http2.on('goaway', (code, lastStream, data: Buffer | undefined) => {
      connections.delete(connection);
      connection.farewell = farewellOf(code, lastStream, data);
    });
    return new Promise((resolve, reject) => {
      const late = Object.assign(new Error('no settings'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
      const timer = setTimeout(() => socket.destroy(late), options.settingsTimeoutMs);
      http2.on('remoteSettings', ({ maxConcurrentStreams = Number.POSITIVE_INFINITY }) => {
        connection.width = Math.max(1, maxConcurrentStreams); // where it is 0, the stream waits for it to change
        usualWidth = connection.width;
        clearTimeout(timer);
        resolve({ socket, http2 });
      });
      let failure: Error | undefined;
      http2.on('error', (error) => {
        failure = error;
      });
      http2.once('close', () => {
        connections.delete(connection);
        clearTimeout(timer);
        reject(lossOf(failure, connection.farewell));
      });
    });
  }

  function open(): Connection {
    const connection: Connection = {
      session: Promise.resolve().then(() => start(connection)),
      streams: 0,
      width: usualWidth,
    };
    connections.add(connection);
    connection.session.catch(() => connections.delete(connection));
    return connection;
  }

  /** A connection with a place for a stream, which is taken. */
  async function take(): Promise<[Connection, Session]> {
    for (;;) {
      const connection = Array.from(connections).find(({ streams, width }) => streams < width) ?? open();
      connection.streams++;
      let isTaken = false;
      try {
        const session = await connection.session;
        const isOver = session.http2.closed || session.http2.destroyed; // and nobody was told yet
        if (isOver) connections.delete(connection);
        isTaken = !isOver && connection.streams <= connection.width;
        if (isTaken) return [connection, session];
      } finally {
        if (!isTaken) connection.streams--;
      }
    }
  }

  return {
    async get({ url, path }, headers, signal) {
      const [connection, { socket, http2 }] = await take();
      const release = () => {
        connection.streams--;
        if (connection.streams === 0 && !socket.destroyed) socket.unref(); // as with idle connections of HTTP/1.1
      };
      let stream: ClientHttp2Stream;
      try {
        signal.throwIfAborted();
        const names = { ':scheme': 'https', ':authority': url.host, ':path': path };
        stream = http2.request({ ...names, ...grouped(headers) }, { endStream: true });
      } catch (error) {
        release();
        throw lossOf(error as Error, connection.farewell);
      }
      socket.ref();
      const stopListening = onAbort(signal, () => {
        connections.delete(connection); // it may be one that brings nothing more
        http2.close();
      });
      stream.once('close', stopListening).once('close', release);
      return answerOf(stream, signal, () => connection.farewell);
    },
    close() {
      isClosed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The values by name, as node wants them. */
function grouped(headers: AuthHeaders): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of headers) values[name] = [...(values[name] ?? []), value];
  return values;
}
