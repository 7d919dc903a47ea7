/**
 * undici: one pool of connections for each origin, HTTP/1.1, no redirects, no retries; gzip is undone. A server that refuses HTTP/1.1 in
 * TLS is asked by http2.ts (HTTP/2 in undici 7 can end a cut body as if it were whole). Loaded on first use, for it is slow to load.
 */
import type { Readable } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { type buildConnector, Pool } from 'undici';
import { onAbort } from '../async/on-abort.js';
import type { AuthHeaders } from './auth-output.js';
import { type ConnectorOptions, createConnector, endpointOf, isNotSpoken } from './connect.js';
import { userOf } from './credentials.js';
import type { ProxyFor } from './env-proxy.js';
import { gunzip, isGzip } from './gzip.js';
import type { Http2Connections } from './http2.js';
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
  ask(target: Target, headers: AuthHeaders, signal: AbortSignal): Promise<RawResponse>;
  close(): Promise<unknown>;
}

/** An answer whose gzip is not undone. */
interface RawResponse {
  readonly statusCode: number;
  readonly statusText?: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Readable;
  /** HTTP/2 frames every body. */
  readonly isFramed?: boolean;
}

export function openTransport(options: TransportOptions): Transport {
  const routes = new Map<string, Route>();
  const { connections, proxyFor, connectTimeoutMs } = options;
  // time is the client's business, heads are read-strictly's
  const limits = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: 2 * maxHeadBytes };

  function open(url: URL, proxy: URL | undefined): Route {
    const isAbsolute = isAskedInAbsoluteForm(url, proxy);
    const how: ConnectorOptions = {
      connectTimeoutMs,
      trust: () => options.trust(url),
      ...(isAbsolute ? { isProxy: true } : { proxy }),
    };
    const connector = createConnector(how);
    const to = endpointOf(isAbsolute ? proxy! : url);
    const connect: buildConnector.connector = (_, callback) => {
      connector(to).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    };
    const pool = new Pool(url.origin, { ...limits, connect });
    const token = isAbsolute ? userOf(proxy!) : undefined;
    const toProxy: AuthHeaders = token === undefined ? [] : [['proxy-authorization', token]];
    const askHttp1 = (target: Target, headers: AuthHeaders, signal: AbortSignal) => {
      const { origin, host } = target.url;
      return pool.request({
        origin,
        path: isAbsolute ? `${origin}${target.path}` : target.path,
        method: 'GET',
        headers: [...headers, ...toProxy, ['host', host]].flat(),
        signal,
      });
    };
    let http2: Promise<Http2Connections> | undefined;
    const startHttp2 = async () => {
      const { openHttp2 } = await import('./http2.js');
      const connectHttp2 = createConnector({ ...how, protocol: 'h2' });
      return openHttp2({ connect: () => connectHttp2(to), settingsTimeoutMs: connectTimeoutMs });
    };
    let isHttp2 = false;
    return {
      async ask(...request) {
        try {
          if (!isHttp2) return await askHttp1(...request);
        } catch (error) {
          if (!isNotSpoken(error)) throw error;
        }
        try {
          isHttp2 = true;
          http2 ??= startHttp2();
          return await (await http2).get(...request);
        } catch (error) {
          if (isNotSpoken(error)) isHttp2 = false;
          throw error;
        }
      },
      close: () => Promise.allSettled([pool.destroy(), http2?.then((connections) => connections.close())]),
    };
  }

  function routeFor(url: URL): Route {
    const proxy = proxyFor(url);
    const key = isAskedInAbsoluteForm(url, proxy) ? `proxy ${proxy!.href}` : `${url.origin} ${proxy?.href ?? ''}`;
    const route = routes.get(key) ?? open(url, proxy);
    routes.set(key, route);
    return route;
  }

  return {
    async get(target, headers, signal) {
      const answer = routeFor(target.url).ask(target, [...headers, acceptGzip], signal);
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
        reason: response.statusText ?? '',
        header,
        headers: response.headers,
        isFramed: hasEnd || isEncoded || response.isFramed === true, // gzip has an end of its own
        body,
      };
    },
    async close() {
      await Promise.allSettled(Array.from(routes.values(), (route) => route.close()));
    },
  };
}

/** undici hears the signal of a request only once there is a connection: one that never comes would not end. */
function untilAborted(answer: Promise<RawResponse>, signal: AbortSignal): Promise<RawResponse> {
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
