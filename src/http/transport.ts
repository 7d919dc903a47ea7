/**
 * undici, and nothing but undici: one pool of connections for each origin, HTTP/1.1, no redirects, no retries; gzip is undone.
 * (HTTP/2 in undici 7 can end a cut body as if it were whole.) Loaded on first use, for it is slow to load.
 */
import type { SecureContext } from 'node:tls';
import { type buildConnector, type Dispatcher, Pool } from 'undici';
import { onAbort } from '../async/on-abort.js';
import type { AuthHeaders } from './auth-output.js';
import { createConnector, endpointOf } from './connect.js';
import { userOf } from './credentials.js';
import type { ProxyFor } from './env-proxy.js';
import { gunzip, isGzip } from './gzip.js';
import type { Target } from './location.js';
import { maxHeadBytes } from './response-head.js';

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
  get(target: Target, headers: AuthHeaders, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

/** The connections for one origin, or for all that one proxy is asked for in plain HTTP. */
interface Route {
  readonly pool: Dispatcher;
  /** What a request to the proxy says besides. */
  readonly headers: AuthHeaders;
}

export function openTransport(options: TransportOptions): Transport {
  const routes = new Map<string, Route>();
  const { connections, proxyFor, connectTimeoutMs } = options;
  // time is the client's business, heads are read-strictly's
  const limits = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: 2 * maxHeadBytes };

  function open(url: URL, proxy: URL | undefined): Route {
    const isAbsolute = isAskedInAbsoluteForm(url, proxy);
    const connector = createConnector({
      connectTimeoutMs,
      trust: () => options.trust(url),
      ...(isAbsolute ? { isProxy: true } : { proxy }),
    });
    const to = endpointOf(isAbsolute ? proxy! : url);
    const connect: buildConnector.connector = (_, callback) => {
      connector(to).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    };
    const token = isAbsolute ? userOf(proxy!) : undefined;
    return {
      pool: new Pool(url.origin, { ...limits, connect }),
      headers: token === undefined ? [] : [['proxy-authorization', token]],
    };
  }

  function routeFor(url: URL): { route: Route; isAbsolute: boolean } {
    const proxy = proxyFor(url);
    const isAbsolute = isAskedInAbsoluteForm(url, proxy);
    const key = isAbsolute ? `proxy ${proxy!.href}` : `${url.origin} ${proxy?.href ?? ''}`;
    const route = routes.get(key) ?? open(url, proxy);
    routes.set(key, route);
    return { route, isAbsolute };
  }

  return {
    async get({ url, path }, headers, signal) {
      const { route, isAbsolute } = routeFor(url);
      const answer = route.pool.request({
        origin: url.origin,
        path: isAbsolute ? `${url.origin}${path}` : path,
        method: 'GET',
        headers: [...headers, ...route.headers, acceptGzip, ['host', url.host]].flat(),
        signal,
      });
      const response = await untilAborted(answer, signal);
      const header = (name: string) => [response.headers[name] ?? ''].flat().join(', ');
      const isEncoded = isGzip(header('content-encoding'));
      const hasEnd = 'content-length' in response.headers || /\bchunked\b/i.test(header('transfer-encoding'));
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
      await Promise.allSettled(Array.from(routes.values(), ({ pool }) => pool.destroy()));
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

/** Plain HTTP is asked of a web proxy itself, by the whole URL, as Go does; the rest goes through a connection to the host. */
function isAskedInAbsoluteForm(url: URL, proxy: URL | undefined): boolean {
  return proxy !== undefined && url.protocol === 'http:' && /^https?:$/.test(proxy.protocol);
}
