/** Servers and proxies that speak otherwise than most: what go's client takes, ours takes; what it refuses is refused in its words. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../src/http/index.js';
import { startMirror } from '../support/fixture-mirror.js';
import { createAuthority } from '../support/self-signed.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers each request with these bytes. */
async function answering(answer: string) {
  let requests = 0;
  const port = await listen(
    createServer((socket) => {
      socket.on('data', () => {
        requests++;
        socket.write(answer, 'latin1');
        if (!/length|chunked|\b304\b/i.test(answer)) socket.end();
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}/x`, requests: () => requests };
}

function clientWith(env: Record<string, string> = {}, options: Partial<HttpClientOptions> = {}) {
  const settings = { GOAUTH: 'off', NETRC: '', home: '', platform: 'linux' as const, env };
  const client = createHttpClient({ env: settings, retryBaseMs: 1, ...options });
  cleanups.push(() => client.close());
  const get = (url: string) => client.get(url, { maxBytes: 1 << 20 }).then((body) => Buffer.from(body).toString());
  const told = (url: string) =>
    get(url).then(
      (body) => `no error: ${body}`,
      (error: Error) => error.message.replace(/^\w+ "[^"]*": /, ''),
    );
  return { get, told };
}

describe('issue 11, B.4: heads that go takes', () => {
  test.each([
    ['two equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok'],
    ['100 Continue first', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    [
      'hints first',
      `${'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n'.repeat(9)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
    ],
    ['a folded header', 'HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\n\tthree\r\nContent-Length: 2\r\n\r\nok'],
    ['bare LF', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['a mix of line ends', 'HTTP/1.1 200 OK\nX-A: b\r\nContent-Length: 2\n\r\nok'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nServer : odd\r\nContent-Length: 2\r\n\r\nok'],
    [
      'headers of a megabyte',
      `HTTP/1.1 200 OK\r\n${`X-A: ${'a'.repeat(9990)}\r\n`.repeat(104)}Content-Length: 2\r\n\r\nok`,
    ],
    ['no reason', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'],
    [
      'chunks and a length',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['Latin-1 in a header', 'HTTP/1.1 200 OK\r\nX-A: l\xe4mp\r\nContent-Length: 2\r\n\r\nok'],
  ])('%s', async (_, answer) => {
    const { url, requests } = await answering(answer);
    const { get } = clientWith();
    expect([await get(url), await get(url), requests()]).toEqual(['ok', 'ok', 2]);
  });

  test.each([
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok',
      'http: message cannot contain multiple Content-Length headers; got ["2" "3"]',
    ],
    ['HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok', 'bad Content-Length "+2"'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', 'bad Content-Length "2, 2"'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok', 'unsupported transfer encoding: "gzip"'],
    ['HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nok', 'malformed MIME header: missing colon: "nonsense"'],
    [
      'HTTP/1.1 200 OK\r\n folded: x\r\nContent-Length: 2\r\n\r\nok',
      'malformed MIME header initial line: " folded: x"',
    ],
    ['HTTP/1.1 000 Odd\r\nContent-Length: 2\r\n\r\nok', 'malformed HTTP status code "000"'],
    ['HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\nok', 'malformed HTTP status code "2x0"'],
    ['ICY 200 OK\r\n\r\nok', 'malformed HTTP version "ICY"'],
    ['hello\r\n\r\n', 'malformed HTTP response "hello"'],
    ['\x15\x03\x01\x00\x02\x02F', 'malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02F"'],
    [
      `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(1 << 20)}\r\nContent-Length: 2\r\n\r\nok`,
      'net/http: server response headers exceeded 1048576 bytes; aborted',
    ],
  ])('%j is refused after one try', async (answer, words) => {
    const { url, requests } = await answering(answer);
    expect([await clientWith().told(url), requests()]).toEqual([words, 1]);
  });
});

describe('issue 11, B.5: redirects keep the bytes of Location as go does', () => {
  test.each([
    ['/a/l\u00c3\u00a4mp', '/a/l%C3%A4mp'],
    ['/a/l\u00e4mp', '/a/l%E4mp'],
    ['/a%2eb/%2e%2e/c', '/a%2eb/%2e%2e/c'],
    ['/a%2eb/l\u00e4mp', '/a.b/l%E4mp'],
    ['/a\\b', '/a%5Cb'],
    ['/a b', '/a%20b'],
    ['/a%20b?q=%zz&r=[1]', '/a%20b?q=%zz&r=[1]'],
    ["/a!*'()[]", "/a!*'()[]"],
    ['c?d#e', '/x/c?d'],
    ['../c/./d/..', '/c/'],
    ['?q=1', '/x/y?q=1'],
    ['/a//b', '/a//b'],
  ])('%s', async (location, path) => {
    const asked: string[] = [];
    const port = await listen(
      createServer((socket) => {
        socket.on('data', (bytes) => {
          asked.push(bytes.toString('latin1').split(' ')[1]!);
          const first = asked.length === 1;
          const head = first
            ? `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0`
            : 'HTTP/1.1 200 OK\r\nContent-Length: 2';
          socket.write(`${head}\r\n\r\n${first ? '' : 'ok'}`, 'latin1');
        });
      }),
    );
    expect(await clientWith().told(`http://127.0.0.1:${port}/x/y?z=1`)).toBe('no error: ok');
    expect(asked).toEqual(['/x/y?z=1', path]);
  });

  test.each([
    ['/a%zzb', 'failed to parse Location header: invalid URL escape "%zz"'],
    ['http://', 'failed to parse Location header: http: no Host in request URL'],
    ['http:a', 'failed to parse Location header: http: no Host in request URL'],
    ['http://a\\b.test/', 'failed to parse Location header: invalid character in host name'],
    ['gopher://a/', 'unsupported protocol scheme "gopher"'],
  ])('%s is refused', async (location, words) => {
    const { url, requests } = await answering(
      `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect([await clientWith().told(url), requests()]).toEqual([words, 1]);
  });
});

const authority = createAuthority();
const issued = authority.issue(['127.0.0.1', 'localhost']);

/** A server that answers in TLS. */
async function secured(o: TlsOptions): Promise<string> {
  const server = createTlsServer({ ...issued, ...o }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  });
  server.on('tlsClientError', () => {});
  return `https://127.0.0.1:${await listen(server)}/x`;
}

describe('issue 11, B.10: what a TLS server says', () => {
  const { ca } = authority;
  const wantsCertificate = { requestCert: true, rejectUnauthorized: true, ca };

  test.each<[string, TlsOptions, string | RegExp]>([
    ['a client certificate (1.3)', wantsCertificate, 'remote error: tls: certificate required'],
    [
      'a client certificate (1.2)',
      { ...wantsCertificate, maxVersion: 'TLSv1.2' },
      /^remote error: tls: (handshake failure|bad certificate)$/,
    ],
    ['neither HTTP/1.1 nor HTTP/2', { ALPNProtocols: ['h3'] }, 'remote error: tls: no application protocol'],
    [
      'an expired certificate',
      authority.issue(['127.0.0.1'], { expired: true }),
      /x509: certificate has expired or is not yet valid: current time \d{4}-\d\d-\d\dT[\d:]{8}Z is after 2021-01-01T00:00:00Z$/,
    ],
    ['nothing that matters', { requestCert: true, rejectUnauthorized: false, ca }, 'no error: ok'],
  ])('%s', async (_, options, words) => {
    const told = await clientWith({}, { ca }).told(await secured(options));
    expect(told).toEqual(typeof words === 'string' ? words : expect.stringMatching(words));
    expect(told).not.toMatch(/openssl|SSL routines|error:0/i);
  });

  test('a server without TLS, that speaks HTTP or not', async () => {
    await using mirror = await startMirror();
    const { told } = clientWith({}, { ca });
    expect(await told(mirror.url.replace('http:', 'https:'))).toBe('http: server gave HTTP response to HTTPS client');
    const port = await listen(
      createServer((socket) => socket.on('data', () => socket.end('220 hello, this is mail\r\n'))),
    );
    expect(await told(`https://127.0.0.1:${port}/`)).toBe('tls: first record does not look like a TLS handshake');
  });
});

/** A SOCKS5 proxy that finds every host at one port of loopback. `user` is `login:password`. */
async function startSocks(to: number, o: { user?: string; reply?: number } = {}) {
  const asked: string[] = [];
  const server = createServer((client) => {
    client.on('error', () => {});
    const read = (next: (bytes: Buffer) => void) => void client.once('data', next);
    const command = () =>
      read((bytes) => {
        const name = bytes[3] === 3 ? bytes.subarray(5, 5 + bytes[4]!).toString() : bytes.subarray(4, -2).join('.');
        asked.push(`${name}:${bytes.readUInt16BE(bytes.length - 2)}`);
        if (o.reply !== undefined) return void client.end(Buffer.from([5, o.reply, 0, 1, 0, 0, 0, 0, 0, 0]));
        const target = connect(to, '127.0.0.1', () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          client.pipe(target).pipe(client);
        });
        target.on('error', () => client.destroy());
      });
    read((greeting) => {
      if (o.user === undefined) {
        client.write(Buffer.from([5, 0]));
        return command();
      }
      if (!greeting.subarray(2).includes(2)) return void client.end(Buffer.from([5, 255]));
      client.write(Buffer.from([5, 2]));
      read((bytes) => {
        const login = bytes.subarray(2, 2 + bytes[1]!).toString();
        const isGood = `${login}:${bytes.subarray(3 + bytes[1]!).toString()}` === o.user;
        client.write(Buffer.from([1, isGood ? 0 : 1]));
        if (isGood) command();
      });
    });
  });
  return { port: await listen(server), asked };
}

describe('issue 11, B.3: proxies', () => {
  test.each(['socks5', 'socks5h'])('%s: names are looked up there; http and https', async (scheme) => {
    await using plain = await startMirror({ faults: [{ path: /^/, status: 200, body: 'ok' }] });
    const socks = await startSocks(plain.port);
    const { get } = clientWith({ HTTP_PROXY: `${scheme}://127.0.0.1:${socks.port}` });
    expect(await get('http://mirror.test/a')).toBe('ok');
    expect(await get('http://192.0.2.7:81/a')).toBe('ok');
    expect(socks.asked).toEqual(['mirror.test:80', '192.0.2.7:81']);
    const tls = await secured(authority.issue(['mirror.test']));
    const safe = await startSocks(Number(new URL(tls).port));
    const secure = clientWith({ HTTPS_PROXY: `${scheme}://127.0.0.1:${safe.port}` }, { ca: authority.ca });
    expect([await secure.get('https://mirror.test/a'), safe.asked]).toEqual(['ok', ['mirror.test:443']]);
    expect(await secure.told('https://other.test/a')).toContain('certificate is not valid for other.test');
  });

  test('socks5 with a user, a wrong one and none', async () => {
    await using mirror = await startMirror({ faults: [{ path: /^/, status: 200, body: 'ok' }] });
    const { port } = await startSocks(mirror.port, { user: 'me:p@ss' });
    const through = (user: string) =>
      clientWith({ HTTP_PROXY: `socks5://${user}127.0.0.1:${port}` }).told('http://m.test/');
    expect(await through('me:p%40ss@')).toBe('no error: ok');
    const words = `socks connect tcp 127.0.0.1:${port}->m.test:80: `;
    expect(await through('me:hush@')).toBe(`${words}username/password authentication failed`);
    expect(await through('')).toBe(`${words}no acceptable authentication methods`);
  });

  test('socks5 that cannot connect, or is not there', async () => {
    const { port } = await startSocks(1, { reply: 5 });
    const { told } = clientWith({ HTTP_PROXY: `socks5://127.0.0.1:${port}` });
    expect(await told('http://m.test/')).toBe(
      `socks connect tcp 127.0.0.1:${port}->m.test:80: unknown error connection refused`,
    );
    const gone = clientWith({ HTTP_PROXY: 'socks5://127.0.0.1:1' });
    expect(await gone.told('http://m.test/')).toBe(
      'socks connect tcp 127.0.0.1:1->m.test:80: dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });

  test.each([
    ['407 Proxy Authentication Required', 'Proxy Authentication Required'],
    ['403 Not From Here', 'Not From Here'],
  ])('a tunnel that is refused: %s', async (status, words) => {
    let asked = 0;
    const port = await listen(
      createServer((socket) => {
        socket.on('data', () => {
          asked++;
          socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
        });
      }),
    );
    const { told } = clientWith({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    expect([await told('https://mirror.test/'), asked]).toEqual([words, 1]);
  });

  test('a web proxy that is not there', async () => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
    for (const scheme of ['http', 'https']) {
      const told = await clientWith(env).told(`${scheme}://mirror.test/`);
      expect(told).toBe('proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused');
    }
  });
});
