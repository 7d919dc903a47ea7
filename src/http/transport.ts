/**
 * undici, and nothing but undici: one pool of connections for each origin, HTTP/1.1, no redirects, no retries, no decoding.
 * (HTTP/2 in undici 7 can end a cut body as if it were whole.) Loaded on first use, for it is slow to load.
 */
import type { SecureContext } from 'node:tls';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { userOf } from './credentials.js';
import type { ProxyFor } from './env-proxy.js';

export interface TransportOptions {
  /** The most connections to one origin. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Whom to trust; undefined for node's own list. */
  readonly trust: SecureContext | undefined;
  readonly proxyFor: ProxyFor;
}

export interface TransportResponse {
  readonly status: number;
  readonly reason: string;
  header(name: string): string;
  /** Must be read to its end or destroyed. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

export interface Transport {
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

export function openTransport(options: TransportOptions): Transport {
  const dispatchers = new Map<string, Dispatcher>();
  const { connections, proxyFor } = options;
  const tls = { timeout: options.connectTimeoutMs, ...(options.trust && { secureContext: options.trust }) };
  const limits = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0 }; // time is the client's business

  function dispatcherFor(url: URL): Dispatcher {
    const proxy = proxyFor(url);
    const key = proxy === undefined ? url.origin : `proxy ${proxy.href}`;
    let dispatcher = dispatchers.get(key);
    const token = proxy && userOf(proxy);
    if (dispatcher === undefined) {
      dispatcher =
        proxy === undefined
          ? new Pool(url.origin, { ...limits, connect: tls })
          : new ProxyAgent({
              ...limits,
              uri: proxy.origin,
              proxyTunnel: false, // plain http in absolute form, as Go does; https still by CONNECT
              requestTls: tls,
              proxyTls: tls,
              ...(token !== undefined && { token }),
            });
      dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  return {
    async get(url, headers, signal) {
      const response = await dispatcherFor(url).request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers,
        signal,
      });
      const { body } = response;
      body.on('error', () => {}); // the reader sees it; a body that nobody reads must not bring the process down
      return {
        status: response.statusCode,
        reason: (response as { statusText?: string }).statusText ?? '',
        header: (name) => [response.headers[name] ?? ''].flat().join(', '),
        body,
      };
    },
    async close() {
      await Promise.all(Array.from(dispatchers.values(), (d) => d.destroy()));
    },
  };
}
