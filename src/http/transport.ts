/**
 * undici, and nothing but undici: one pool of connections for each origin, HTTP/1.1, no redirects, no retries; gzip is undone.
 * (HTTP/2 in undici 7 can end a cut body as if it were whole.) Loaded on first use, for it is slow to load.
 */
import type { SecureContext } from 'node:tls';
import { type buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { onAbort } from '../async/on-abort.js';
import type { AuthHeaders } from './auth-output.js';
import { userOf } from './credentials.js';
import type { ProxyFor } from './env-proxy.js';
import { gunzip, isGzip } from './gzip.js';

export interface TransportOptions {
  /** The most connections to one origin. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Whom to trust at an origin. Asked when the first TLS connection to it is to be made. */
  readonly trust: (origin: URL) => Promise<SecureContext>;
  readonly proxyFor: ProxyFor;
}

const acceptGzip = ['accept-encoding', 'gzip'] as const;

export interface TransportResponse {
  readonly status: number;
  readonly reason: string;
  header(name: string): string;
  /** Without those of an encoding that was undone. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The end of the body is marked by more than the end of the connection. */
  readonly isFramed: boolean;
  /** Must be read to its end or destroyed. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

export interface Transport {
  get(url: URL, headers: AuthHeaders, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

export function openTransport(options: TransportOptions): Transport {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  const { connections, proxyFor, connectTimeoutMs } = options;
  const limits = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0 }; // time is the client's business

  async function connect(url: URL, proxy: URL | undefined): Promise<Dispatcher> {
    const isPlain = url.protocol === 'http:' && (proxy === undefined || proxy.protocol === 'http:');
    const trust = isPlain ? undefined : await options.trust(url);
    const tls = { timeout: connectTimeoutMs, ...(trust && { secureContext: trust }) };
    if (proxy === undefined) return new Pool(url.origin, { ...limits, connect: tls });
    const token = userOf(proxy);
    return new ProxyAgent({
      ...limits,
      uri: proxy.origin,
      proxyTunnel: false, // plain http in absolute form, as Go does; https still by CONNECT
      requestTls: tls,
      proxyTls: tls,
      factory: (origin, o) => new Pool(origin, failingOnce(o as Pool.Options)),
      ...(token !== undefined && { token }),
    });
  }

  function dispatcherFor(url: URL): Promise<Dispatcher> {
    const proxy = proxyFor(url);
    const key = proxy === undefined ? url.origin : `proxy ${url.protocol} ${proxy.href}`;
    let dispatcher = dispatchers.get(key);
    if (dispatcher === undefined) {
      dispatcher = connect(url, proxy);
      dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  return {
    async get(url, headers, signal) {
      const answer = (await dispatcherFor(url)).request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers: [...headers, acceptGzip].flat(),
        signal,
      });
      const response = await untilAborted(answer, signal);
      const header = (name: string) => [response.headers[name] ?? ''].flat().join(', ');
      const isEncoded = isGzip(header('content-encoding'));
      const hasEnd = header('content-length') !== '' || /\bchunked\b/i.test(header('transfer-encoding'));
      const body = isEncoded ? gunzip(response.body) : response.body;
      body.on('error', () => {}); // the reader sees it; a body that nobody reads must not bring the process down
      if (isEncoded) {
        delete response.headers['content-encoding'];
        delete response.headers['content-length'];
      }
      return {
        status: response.statusCode,
        reason: (response as { statusText?: string }).statusText ?? '',
        header,
        headers: response.headers,
        isFramed: hasEnd || isEncoded, // gzip has an end of its own
        body,
      };
    },
    async close() {
      await Promise.allSettled(Array.from(dispatchers.values(), async (d) => (await d).destroy()));
    },
  };
}

/** undici hears the signal of a request only once there is a connection: one that never comes would not end. */
function untilAborted(answer: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const stop = onAbort(signal, () => {
      isLate = true;
      reject(signal.reason);
    });
    answer.then(
      (response) => {
        stop();
        if (!isLate) return resolve(response);
        response.body.on('error', () => {});
        response.body.destroy();
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
}

/** A tunnel that its proxy closes is a failure of the request. To undici it is a reason to connect again, without end. */
function failingOnce(options: Pool.Options): Pool.Options {
  const connect = options.connect as buildConnector.connector;
  return {
    ...options,
    connect: (o, callback) =>
      connect(o, (...[error, socket]) =>
        error === null
          ? callback(null, socket)
          : callback(isClosed(error) ? new TunnelClosedError(error) : error, null),
      ),
  };
}

const isClosed = (error: Error) => (error as NodeJS.ErrnoException).code === 'UND_ERR_SOCKET';

class TunnelClosedError extends Error {
  readonly code = 'ECONNRESET';

  constructor(cause: Error) {
    super('the proxy closed the tunnel', { cause });
  }
}
