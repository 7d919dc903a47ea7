/** A mirror, a client and the proxies of a GOPROXY list, closed after each test. */
import { afterEach } from 'vitest';
import { createProxyList, type ProxyList } from '../../src/goproxy/index.js';
import { createHttpClient, type Sink } from '../../src/http/index.js';
import { noWayOut } from '../support/closed-door.js';
import { type Mirror, type MirrorOptions, startMirror } from '../support/fixture-mirror.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function mirrorWith(options: MirrorOptions = {}): Promise<Mirror> {
  const mirror = await startMirror(options);
  cleanups.push(mirror.close);
  return mirror;
}

export function proxiesOf(
  GOPROXY: string,
  GONOPROXY = '',
  platform: NodeJS.Platform = 'linux',
  goVersion = '1.26.8',
): ProxyList {
  const settings = { GOAUTH: 'off', NETRC: '', home: '', platform, env: noWayOut };
  const http = createHttpClient({ env: settings, retryBaseMs: 1, tries: 2 });
  cleanups.push(() => http.close());
  return createProxyList({ env: { GOPROXY, GONOPROXY, platform, goVersion }, http });
}

export function collector() {
  const chunks: Uint8Array[] = [];
  let end = 'open';
  const sink = async (): Promise<Sink> => {
    chunks.length = 0;
    return {
      write: (chunk) => void chunks.push(Buffer.from(chunk)),
      close: async () => {
        end = 'closed';
      },
      abort: async () => {
        end = 'aborted';
      },
    };
  };
  return { sink, data: () => Buffer.concat(chunks), end: () => end };
}

export const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('did not fail');
    },
    (error) => error,
  );

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
