/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, by Go's rules. */
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, readEnvProxy } from '../../src/http/index.js';
import { startMirror } from '../support/fixture-mirror.js';
import { createAuthority } from '../support/self-signed.js';

const proxyOf = (env: Record<string, string>, url: string) => readEnvProxy(env)(new URL(url))?.href;
const both = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://q:2' };

describe('which proxy', () => {
  test.each<[Record<string, string>, string, string | undefined]>([
    [both, 'http://a/', 'http://p:1/'],
    [both, 'https://a/', 'http://q:2/'],
    [{ HTTP_PROXY: 'http://p:1' }, 'https://a/', undefined],
    [{ HTTPS_PROXY: 'p:1' }, 'https://a/', 'http://p:1/'],
    [{ https_proxy: 'http://p:1' }, 'https://a/', 'http://p:1/'],
    [{ HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, 'https://a/', 'http://p:1/'],
    [{ HTTPS_PROXY: '', https_proxy: 'http://q:2' }, 'https://a/', 'http://q:2/'],
    [{ HTTPS_PROXY: 'http://[bogus' }, 'https://a/', undefined],
    [{}, 'https://a/', undefined],
    [both, 'http://localhost/', undefined],
    [both, 'http://localhost:8080/', undefined],
    [both, 'https://127.0.0.1/', undefined],
    [both, 'https://127.9.9.9/', undefined],
    [both, 'https://[::1]/', undefined],
    [both, 'https://notlocalhost/', 'http://q:2/'],
  ])('%o %s', (env, url, want) => expect(proxyOf(env, url)).toBe(want));

  test('a CGI script’s HTTP_PROXY is refused', () => {
    expect(() => proxyOf({ ...both, REQUEST_METHOD: 'GET' }, 'http://a/')).toThrow('refusing to use HTTP_PROXY');
    expect(proxyOf({ ...both, REQUEST_METHOD: 'GET' }, 'https://a/')).toBe('http://q:2/');
  });

  test('other schemes are told, not ignored', () => {
    expect(() => proxyOf({ HTTPS_PROXY: 'socks4://p:1' }, 'https://a/')).toThrow('scheme socks4');
    expect(proxyOf({ HTTPS_PROXY: 'socks5://p:1' }, 'https://a/')).toBe('socks5://p:1');
    expect(proxyOf({ HTTPS_PROXY: 'socks5h://p' }, 'https://a/')).toBe('socks5h://p');
  });

  test.each([
    ['http://u:a#b@p:1', '#'],
    ['http://u:50%off@p:1', '%'],
    ['u:50%@p:1', '%'],
  ])('issue 11, B.3: a bare character that has to be escaped is told: %s', (HTTPS_PROXY, character) => {
    const told = () => proxyOf({ HTTPS_PROXY }, 'https://a/');
    expect(told).toThrow(`HTTPS_PROXY: invalid proxy address: a bare ${character} stands in it`);
    expect(told).not.toThrow(/off|a#b/);
    expect(proxyOf({ HTTPS_PROXY }, 'http://a/')).toBeUndefined();
    expect(proxyOf({ HTTPS_PROXY: 'http://u:50%25%23@p:1' }, 'https://a/')).toBe('http://u:50%25%23@p:1/');
  });
});

describe('NO_PROXY', () => {
  test.each<[string, string, boolean]>([
    ['*', 'https://a/', true],
    ['x,*', 'https://a/', true],
    ['foo.com', 'https://foo.com/', true],
    ['foo.com', 'https://bar.foo.com/', true],
    ['foo.com', 'https://barfoo.com/', false],
    ['.foo.com', 'https://foo.com/', false],
    ['.foo.com', 'https://bar.foo.com/', true],
    ['*.foo.com', 'https://bar.foo.com/', true],
    ['*.foo.com', 'https://foo.com/', false],
    ['FOO.com', 'https://foo.COM/', true],
    [' foo.com , bar.com ', 'https://bar.com/', true],
    ['foo.com:8443', 'https://foo.com/', false],
    ['foo.com:8443', 'https://foo.com:8443/', true],
    ['foo.com:443', 'https://foo.com/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.1.2.3:80', 'https://10.1.2.3/', false],
    ['10.1.2.3:443', 'https://10.1.2.3/', true],
    ['2001:db8::/32', 'https://[2001:db8::1]/', true],
    ['[2001:db8::1]:443', 'https://[2001:db8::1]/', true],
    ['2001:db8::1', 'https://[2001:db8::1]/', true],
    ['1.2.3', 'https://x.1.2.3.example/', false],
    ['10.0.0.0/99', 'https://10.0.0.1/', false],
    [':443', 'https://a/', false],
    ['', 'https://a/', false],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
  ])('%j %s: %s', (NO_PROXY, url, bypassed) => {
    expect(proxyOf({ ...both, NO_PROXY }, url) === undefined).toBe(bypassed);
  });
});

describe('through a proxy', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** A forward proxy that takes every host for 127.0.0.1, and logs what it is asked. */
  async function startProxy() {
    const asked: { what: string; user?: string | undefined }[] = [];
    const server = createServer((request, response) => {
      asked.push({ what: request.url ?? '', user: request.headers['proxy-authorization'] });
      const url = new URL(request.url ?? '');
      const onward = httpRequest({ host: '127.0.0.1', port: url.port, path: url.pathname }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    });
    server.on('connect', (request, socket) => {
      asked.push({ what: `CONNECT ${request.url}`, user: request.headers['proxy-authorization'] });
      const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    return { asked, url: `http://me:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  const user = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  const settings = { GOAUTH: 'off', NETRC: '', home: '', platform: 'linux' as const };

  test('plain http goes in absolute form, with the proxy’s user', async () => {
    const proxy = await startProxy();
    const mirror = await startMirror({ faults: [{ path: /^/, status: 200, body: 'ok' }] });
    const client = createHttpClient({ env: { ...settings, env: { HTTP_PROXY: proxy.url } } });
    cleanups.push(mirror.close, () => client.close());
    const url = `http://mirror.test:${mirror.port}/x`;
    expect(Buffer.from(await client.get(url, { maxBytes: 10 })).toString()).toBe('ok');
    expect(proxy.asked).toEqual([{ what: url, user }]);
    expect(mirror.requests[0]!.headers).not.toHaveProperty('proxy-authorization');
  });

  test('https goes through a tunnel, and is verified', async () => {
    const proxy = await startProxy();
    const authority = createAuthority();
    const faults = [{ path: /^/, status: 200, body: 'ok' }];
    const mirror = await startMirror({ tls: authority.issue(['mirror.test']), faults });
    const env = { ...settings, env: { HTTPS_PROXY: proxy.url } };
    const client = createHttpClient({ env, ca: authority.ca });
    const doubting = createHttpClient({ env });
    cleanups.push(mirror.close, client.close.bind(client), doubting.close.bind(doubting));
    const url = `https://mirror.test:${mirror.port}/x`;
    expect(Buffer.from(await client.get(url, { maxBytes: 10 })).toString()).toBe('ok');
    expect(proxy.asked).toEqual([{ what: `CONNECT mirror.test:${mirror.port}`, user }]);
    await expect(doubting.get(url, { maxBytes: 10 })).rejects.toMatchObject({ code: 'insecure' });
    await expect(client.get(`https://other.test:${mirror.port}/x`, { maxBytes: 10 })).rejects.toMatchObject({
      code: 'insecure',
    });
  });
});
