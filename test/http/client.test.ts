/** The HTTP client against a real server on loopback. */
import { afterEach, describe, expect, test } from 'vitest';
import { HttpError, TsgogetError } from '../../src/errors.js';
import { createHttpClient, type HttpClient, type HttpClientOptions, type Sink } from '../../src/http/index.js';
import { type Fault, type Mirror, type MirrorOptions, startMirror } from '../support/fixture-mirror.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function mirrorWith(options: MirrorOptions): Promise<Mirror> {
  const mirror = await startMirror(options);
  cleanups.push(() => mirror.close());
  return mirror;
}

function clientWith(options: Partial<HttpClientOptions> = {}, env: Record<string, string> = {}): HttpClient {
  const settings = { GOAUTH: 'off', NETRC: '', home: '', platform: 'linux' as const, env };
  const client = createHttpClient({ env: settings, retryBaseMs: 1, ...options });
  cleanups.push(() => client.close());
  return client;
}

/** A mirror whose every answer has one fault, and a client. */
async function faulty(fault: Omit<Fault, 'path'>, options: Partial<HttpClientOptions> = {}) {
  const mirror = await mirrorWith({ faults: [{ status: 200, body: 'hello\n', ...fault, path: /^/ }] });
  return { mirror, client: clientWith(options), url: `${mirror.url}/x` };
}

const limit = { maxBytes: 1000 };
const failure = (promise: Promise<unknown>): Promise<TsgogetError> =>
  promise.then(
    () => expect.fail('did not fail'),
    (error) => error,
  );
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** A sink that remembers what became of it. */
function recorder() {
  const sinks: { data: string; end: 'open' | 'closed' | 'aborted' }[] = [];
  const sink = async (): Promise<Sink> => {
    const record: (typeof sinks)[number] = { data: '', end: 'open' };
    sinks.push(record);
    return {
      write: (chunk) => {
        record.data += text(chunk);
      },
      close: async () => {
        record.end = 'closed';
      },
      abort: async () => {
        record.end = 'aborted';
      },
    };
  };
  return { sinks, sink };
}

describe('answers', () => {
  test('a body comes whole, asked for once, gzip welcome', async () => {
    const { mirror, client, url } = await faulty({});
    expect(text(await client.get(url, limit))).toBe('hello\n');
    expect(mirror.requests).toHaveLength(1);
    expect(mirror.requests[0]!.headers).toHaveProperty('accept-encoding', 'gzip');
    expect(mirror.requests[0]!.headers).not.toHaveProperty('authorization');
    expect(client.stats()).toEqual({ requests: 1, bytes: 6, inFlight: 0, maxInFlight: 1 });
  });

  test('an empty body is a body', async () => {
    const { client, url } = await faulty({ body: '' });
    expect(await client.get(url, { maxBytes: 0 })).toEqual(new Uint8Array());
  });

  test.each([404, 410])('%i is "not found", with the server’s words', async (status) => {
    const { client, url, mirror } = await faulty({ status, body: 'not found: no such module\n' });
    const error = await failure(client.get(url, limit));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ code: 'not-found', status });
    const name = status === 404 ? 'Not Found' : 'Gone';
    expect(error.message).toBe(`reading ${url}: ${status} ${name}\n\tserver response: not found: no such module`);
    expect(mirror.requests).toHaveLength(1);
  });

  test.each([400, 401, 403, 405, 408, 418, 451])('%i is never asked again', async (status) => {
    const { client, url, mirror } = await faulty({ status, body: '' });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'http', status });
    expect(mirror.requests).toHaveLength(1);
  });

  test.each([201, 204, 206, 300, 304, 501])('%i is not success', async (status) => {
    const { client, url } = await faulty({ status, body: '' });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'http', status });
  });

  test('an error body that is not plain text is not shown', async () => {
    const { client, url } = await faulty({ status: 403, body: '<b>no</b>', headers: { 'content-type': 'text/html' } });
    expect((await failure(client.get(url, limit))).message).toBe(`reading ${url}: 403 Forbidden`);
  });

  test('an endless error body ends', async () => {
    const { client, url } = await faulty({ status: 403, endless: true, body: 'x' });
    expect((await failure(client.get(url, limit))).message).toContain('403 Forbidden\n\tserver response: [Truncated');
  });

  test('connections serve again after a 404', async () => {
    const { client, url, mirror } = await faulty({ status: 404, body: 'no\n' });
    for (let i = 0; i < 5; i++) await failure(client.get(url, limit));
    expect(mirror.connections).toBeLessThanOrEqual(2); // 5 without reuse
  });
});

describe('limits', () => {
  test('a body over the limit fails, by its stated length', async () => {
    const { client, url, mirror } = await faulty({ body: 'x'.repeat(2000) });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'too-large' });
    expect(mirror.requests).toHaveLength(1);
  });

  test('a body over the limit fails, by what comes', async () => {
    const { client, url } = await faulty({ endless: true });
    expect(await failure(client.get(url, { maxBytes: 1 << 20 }))).toMatchObject({ code: 'too-large' });
    expect(client.stats().bytes).toBeLessThan(3 << 20);
  });

  test('a body of exactly the limit passes', async () => {
    const { client, url } = await faulty({ body: 'x'.repeat(1000) });
    expect(await client.get(url, limit)).toHaveLength(1000);
  });

  test('a gzipped body is what it inflates to, and so is its limit', async () => {
    const { client, url } = await faulty({ gzip: true });
    expect(text(await client.get(url, { maxBytes: 6 }))).toBe('hello\n');
    expect(await failure(client.get(url, { maxBytes: 5 }))).toMatchObject({ code: 'too-large' });
    const bomb = await faulty({ gzip: 50 << 20 });
    expect(await failure(bomb.client.get(bomb.url, { maxBytes: 1 << 20 }))).toMatchObject({ code: 'too-large' });
    expect(bomb.client.stats().bytes).toBeLessThan(2 << 20);
  });

  test.each<[string, Partial<Fault>, string]>([
    ['no gzip at all', { headers: { 'content-encoding': 'gzip' } }, 'gzip: invalid header'],
    ['a damaged checksum', { gzip: true, flipBit: 0, truncateAt: 18 }, 'unexpected EOF'],
    ['cut, without a length', { gzip: true, closeDelimited: true, truncateAt: 20 }, 'unexpected EOF'],
  ])('a body that says gzip: %s', async (_, fault, words) => {
    const { client, url } = await faulty(fault, { tries: 1 });
    const error = await failure(client.get(url, limit));
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining(words) });
  });

  test.each(['identity', 'none', 'utf-8', 'aws-chunked', 'br', ''])(
    'an encoding "%s" is of no account',
    async (name) => {
      const { client, url } = await faulty({ headers: { 'content-encoding': name } });
      expect(text(await client.get(url, limit))).toBe('hello\n');
    },
  );

  test('a silent server times out, and is not asked again', async () => {
    const { client, url, mirror } = await faulty({ hang: true }, { idleTimeoutMs: 1000 });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'timeout' });
    expect(mirror.requests).toHaveLength(1);
  });

  test('a server that dribbles runs into the total time', async () => {
    const { client, url } = await faulty(
      { body: 'x'.repeat(900), dribbleMs: 5 },
      { idleTimeoutMs: 5000, totalTimeoutMs: 120 },
    );
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'timeout' });
  });

  test('a slow sink does not count as a silent server', async () => {
    const { client, url } = await faulty({}, { idleTimeoutMs: 100 });
    const slow = async (): Promise<Sink> => ({
      write: () => new Promise((resolve) => setTimeout(resolve, 300)),
      close: async () => {},
      abort: async () => {},
    });
    expect(await client.download(url, { ...limit, sink: slow })).toEqual({ bytes: 6 });
  });

  test('requests in flight are bounded, for the whole client', async () => {
    const mirror = await mirrorWith({ delayMs: 10, faults: [{ path: /^/, status: 200, body: 'x' }] });
    const client = clientWith({ maxInFlight: 3 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => client.get(`${mirror.url}/${i}`, limit)));
    expect(mirror.peak).toBe(3);
    expect(client.stats()).toMatchObject({ requests: 20, inFlight: 0, maxInFlight: 3 });
    expect(mirror.connections).toBeLessThanOrEqual(3);
  });
});

describe('retries', () => {
  test.each([429, 500, 502, 503, 504])('%i is asked again', async (status) => {
    const mirror = await mirrorWith({
      faults: [
        { path: /^/, times: 2, status, body: 'later' },
        { path: /^/, status: 200, body: 'ok' },
      ],
    });
    expect(text(await clientWith().get(`${mirror.url}/x`, limit))).toBe('ok');
    expect(mirror.requests).toHaveLength(3);
  });

  test('the last failure is the error', async () => {
    const { client, url, mirror } = await faulty({ status: 503, body: 'down for repair\n' });
    const error = await failure(client.get(url, limit));
    expect(error).toMatchObject({ code: 'http', status: 503 });
    expect(error.message).toBe(`reading ${url}: 503 Service Unavailable\n\tserver response: down for repair`);
    expect(mirror.requests).toHaveLength(5);
  });

  test('a server that stays down gets one try until it answers', async () => {
    const { client, url, mirror } = await faulty({ status: 503, times: 6 });
    await failure(client.get(url, limit));
    await failure(client.get(url, limit));
    expect(mirror.requests).toHaveLength(6);
    mirror.faults.push({ path: '/x', status: 200, body: 'ok' });
    await client.get(url, limit);
    mirror.faults.unshift({ path: '/y', status: 503, times: 1 });
    mirror.faults.push({ path: '/y', status: 200 });
    await client.get(`${mirror.url}/y`, limit);
  });

  test('a Retry-After beyond reason is not', async () => {
    const { client, url, mirror } = await faulty({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'http', status: 429 });
    expect(mirror.requests).toHaveLength(1);
  });

  test.each<[string, Omit<Fault, 'path'>, string]>([
    ['a reset', { reset: true }, 'read: connection reset by peer'],
    ['a body cut short of its length', { truncateAt: 3 }, 'unexpected EOF'],
    ['a stated length that is too long', { contentLength: 900, truncateAt: 6 }, 'unexpected EOF'],
  ])('%s is asked again, and is an error at last', async (_, fault, words) => {
    const mirror = await mirrorWith({
      faults: [
        { path: '/once', times: 1, status: 200, body: 'hello\n', ...fault },
        { path: '/once', status: 200, body: 'whole' },
        { path: '/ever', body: 'hello\n', status: 200, ...fault },
      ],
    });
    const client = clientWith();
    expect(text(await client.get(`${mirror.url}/once`, limit))).toBe('whole');
    const error = await failure(client.get(`${mirror.url}/ever`, limit));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain(words);
    expect(mirror.paths().filter((p) => p === 'ever')).toHaveLength(5);
  });

  test('a cut chunked body is not taken for whole', async () => {
    const { client, url, mirror } = await faulty({ headers: { 'transfer-encoding': 'chunked' }, truncateAt: 3 });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'network' });
    expect(mirror.requests.length).toBeGreaterThan(1);
  });

  test('a body that only the end of the connection ends passes if it looks whole', async () => {
    const { client, url } = await faulty({ closeDelimited: true });
    expect(text(await client.get(url, limit))).toBe('hello\n');
    expect(text(await client.get(url, { ...limit, isWhole: () => true }))).toBe('hello\n');
    expect(await failure(client.get(url, { ...limit, isWhole: () => false }))).toMatchObject({ code: 'network' });
  });

  test('a download starts each try with a new sink, and aborts the failed one', async () => {
    const mirror = await mirrorWith({
      faults: [
        { path: /^/, times: 1, status: 200, body: 'first', truncateAt: 3 },
        { path: /^/, status: 200, body: 'second' },
      ],
    });
    const { sinks, sink } = recorder();
    expect(await clientWith().download(`${mirror.url}/x`, { ...limit, sink })).toEqual({ bytes: 6 });
    expect(sinks).toEqual([
      { data: 'fir', end: 'aborted' },
      { data: 'second', end: 'closed' },
    ]);
  });

  test('no sink is opened for an answer that is no file', async () => {
    const { client, url } = await faulty({ status: 404 });
    const { sinks, sink } = recorder();
    await failure(client.download(url, { ...limit, sink }));
    expect(sinks).toEqual([]);
  });

  test('a download over the limit aborts its sink', async () => {
    const { client, url } = await faulty({ endless: true });
    const { sinks, sink } = recorder();
    expect(await failure(client.download(url, { maxBytes: 1 << 17, sink }))).toMatchObject({ code: 'too-large' });
    expect(sinks).toMatchObject([{ end: 'aborted' }]);
  });

  test('a sink that fails is the error, and nothing is asked again', async () => {
    const { client, url, mirror } = await faulty({});
    let aborted = 0;
    const sink = async (): Promise<Sink> => ({
      write: () => Promise.reject(new Error('disk full')),
      close: async () => {},
      abort: async () => void aborted++,
    });
    expect((await failure(client.download(url, { ...limit, sink }))).message).toBe('disk full');
    expect([aborted, mirror.requests.length]).toEqual([1, 1]);
  });
});

describe('cancelling', () => {
  test('the caller’s signal ends a request', async () => {
    const { client, url } = await faulty({ hang: true });
    const controller = new AbortController();
    const asked = failure(client.get(url, { ...limit, signal: controller.signal }));
    setTimeout(() => controller.abort(), 30);
    expect(await asked).toMatchObject({ code: 'interrupted' });
  });

  test('a request that waits for its turn is let go at once, and never sent', async () => {
    const { client, url, mirror } = await faulty({ hang: true }, { maxInFlight: 1, idleTimeoutMs: 200 });
    const first = failure(client.get(url, limit));
    const controller = new AbortController();
    const second = failure(client.get(url, { ...limit, signal: controller.signal }));
    controller.abort();
    expect(await second).toMatchObject({ code: 'interrupted' });
    await first;
    expect(mirror.requests).toHaveLength(1);
  });

  test('a signal that has fired already sends nothing', async () => {
    const { client, url, mirror } = await faulty({});
    expect(await failure(client.get(url, { ...limit, signal: AbortSignal.abort() }))).toMatchObject({
      code: 'interrupted',
    });
    expect(mirror.requests).toEqual([]);
  });

  test('the client’s signal ends a wait between tries', async () => {
    const controller = new AbortController();
    const { client, url } = await faulty({ status: 503 }, { signal: controller.signal, retryBaseMs: 60_000 });
    const asked = failure(client.get(url, limit));
    setTimeout(() => controller.abort(), 50);
    expect(await asked).toMatchObject({ code: 'interrupted' });
  });

  test('many requests may listen to one signal', async () => {
    const warnings: Error[] = [];
    const warn = (w: Error) => warnings.push(w);
    process.on('warning', warn);
    const { client, url } = await faulty({}, { signal: new AbortController().signal });
    await Promise.all(Array.from({ length: 40 }, () => client.get(url, limit)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  test('an error of ours as the reason is the error', async () => {
    const { client, url } = await faulty({ hang: true });
    const controller = new AbortController();
    const asked = failure(client.get(url, { ...limit, signal: controller.signal }));
    controller.abort(new TsgogetError('failed', 'another module failed'));
    expect(await asked).toMatchObject({ code: 'failed', message: 'another module failed' });
  });
});

describe('redirects', () => {
  /** A mirror that redirects /n to /n-1, down to /0. */
  async function chain(n: number) {
    const faults = Array.from({ length: n }, (_, i) => ({ path: new RegExp(`^/${i + 1}$`), redirect: `/${i}` }));
    return mirrorWith({ faults: [...faults, { path: /^\/0$/, status: 200, body: 'end' }] });
  }

  test('nine are followed', async () => {
    const mirror = await chain(9);
    expect(text(await clientWith().get(`${mirror.url}/9`, limit))).toBe('end');
  });

  test('the tenth is refused in Go’s words', async () => {
    const mirror = await chain(10);
    const error = await failure(clientWith().get(`${mirror.url}/10`, limit));
    expect(error.message).toBe(`Get "${mirror.url}/0": stopped after 10 redirects`);
    expect(mirror.requests).toHaveLength(10);
  });

  test('a loop ends', async () => {
    const { client, url } = await faulty({ redirect: '/x' });
    expect((await failure(client.get(url, limit))).message).toContain('stopped after 10 redirects');
  });

  test.each(['ftp://127.0.0.1/x', 'file:///etc/passwd', 'javascript:alert(1)'])('%s is not followed', async (to) => {
    const { client, url } = await faulty({ redirect: to });
    expect(await failure(client.get(url, limit))).toMatchObject({ code: 'invalid-response' });
  });

  test('a redirect to nowhere is a status', async () => {
    const { client, url } = await faulty({ status: 302 });
    expect((await failure(client.get(url, limit))).message).toContain('302 Found');
  });

  test('the error after a redirect names the URL that was asked', async () => {
    const mirror = await mirrorWith({ faults: [{ path: '/a', redirect: '/b' }] });
    expect((await failure(clientWith().get(`${mirror.url}/a`, limit))).message).toContain(
      `reading ${mirror.url}/a: 404 Not Found`,
    );
  });
});

describe('what cannot be reached', () => {
  test('a refused connection', async () => {
    const mirror = await startMirror();
    await mirror.close();
    const error = await failure(clientWith().get(`${mirror.url}/x`, limit));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toBe(`Get "${mirror.url}/x": dial tcp 127.0.0.1:${mirror.port}: connect: connection refused`);
  });

  test.each(['ftp://h/x', 'file:///x', 'x', ''])('no such scheme: %j', async (url) => {
    expect(await failure(clientWith().get(url, limit))).toMatchObject({ code: 'invalid-setting' });
  });

  test('what is not HTTP', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as { port: number };
    expect(await failure(clientWith().get(`http://127.0.0.1:${port}/`, limit))).toMatchObject({ code: 'network' });
  });
});

describe('the trace', () => {
  test('has a line before and a line after, without secrets', async () => {
    const { mirror, url } = await faulty({});
    const lines: string[] = [];
    await clientWith({ onTrace: (line) => lines.push(line) }).get(`${url}?token=hush`, limit);
    expect(lines[0]).toBe(`# get ${mirror.url}/x?token=xxxxx`);
    expect(lines[1]).toMatch(/^# get http:\S+\/x\?token=xxxxx: 200 OK \(\d+\.\d{3}s\)$/);
  });

  test('tells failures too', async () => {
    const { url } = await faulty({ reset: true });
    const lines: string[] = [];
    await failure(clientWith({ tries: 1, onTrace: (line) => lines.push(line) }).get(url, limit));
    expect(lines[1]).toContain('connection reset by peer');
  });
});
