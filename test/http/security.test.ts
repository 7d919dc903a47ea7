/** TLS, credentials and where they may go. A13: no credential leaves the origin that it is for, or is ever shown. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadTrust } from '../../src/http/certificates.js';
import { createHttpClient, type HttpClientOptions } from '../../src/http/index.js';
import { type Mirror, type MirrorOptions, startMirror } from '../support/fixture-mirror.js';
import { createAuthority } from '../support/self-signed.js';

const authority = createAuthority();
const tls = authority.issue(['127.0.0.1', 'localhost']);
const cleanups: (() => Promise<unknown>)[] = [];
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tsgoget-http-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(dir, { recursive: true });
});

async function mirrorWith(options: MirrorOptions = {}): Promise<Mirror> {
  const mirror = await startMirror({ faults: [{ path: /^/, status: 200, body: 'ok' }], ...options });
  cleanups.push(mirror.close);
  return mirror;
}

interface Settings {
  GOAUTH?: string;
  NETRC?: string;
  home?: string;
  platform?: NodeJS.Platform;
  env?: Record<string, string>;
}

function clientWith(s: Settings = {}, options: Partial<HttpClientOptions> = { ca: authority.ca }) {
  const env = { GOAUTH: 'netrc', NETRC: '', home: dir, platform: 'linux' as const, env: {}, ...s };
  const client = createHttpClient({ env, retryBaseMs: 1, ...options });
  cleanups.push(() => client.close());
  return (url: string) => client.get(url, { maxBytes: 1000 }).then((b) => Buffer.from(b).toString());
}

const netrc = (text: string) => writeFile(join(dir, '.netrc'), text);
const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;
const sent = (mirror: Mirror) => mirror.requests.map((r) => r.headers.authorization);
const withUser = (url: string, user: string) => url.replace('://', `://${user}@`);

describe('TLS', () => {
  test('an unknown authority is refused', async () => {
    const mirror = await mirrorWith({ tls });
    await expect(clientWith({}, {})(`${mirror.url}/x`)).rejects.toMatchObject({
      code: 'insecure',
      message: expect.stringContaining('x509: certificate signed by unknown authority'),
      hint: expect.stringContaining('SSL_CERT_FILE'),
    });
    expect(mirror.requests).toEqual([]);
  });

  test('an expired certificate, and one for another host, are refused', async () => {
    const expired = await mirrorWith({ tls: authority.issue(['127.0.0.1'], { expired: true }) });
    await expect(clientWith()(`${expired.url}/x`)).rejects.toThrow('certificate has expired');
    const other = await mirrorWith({ tls: authority.issue(['mirror.test']) });
    await expect(clientWith()(`${other.url}/x`)).rejects.toThrow('certificate is not valid for 127.0.0.1');
  });

  test('SSL_CERT_FILE and SSL_CERT_DIR are heeded, and only they when both are set', async () => {
    const mirror = await mirrorWith({ tls });
    const file = join(dir, 'ca.pem');
    await writeFile(file, `junk\n${authority.ca}`);
    for (const env of [{ SSL_CERT_FILE: file }, { SSL_CERT_DIR: dir }, { SSL_CERT_DIR: `/nowhere:${dir}` }]) {
      expect(await clientWith({ env }, {})(`${mirror.url}/x`)).toBe('ok');
    }
    await writeFile(
      file,
      `${createAuthority('another').ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${authority.ca}`,
    );
    expect(await clientWith({ env: { SSL_CERT_FILE: file } }, {})(`${mirror.url}/x`)).toBe('ok');
    await writeFile(file, createAuthority().ca);
    const env = { SSL_CERT_FILE: file, SSL_CERT_DIR: dir };
    await expect(clientWith({ env }, {})(`${mirror.url}/x`)).rejects.toMatchObject({ code: 'insecure' });
  });

  test('issue 11, B.1: the system’s list is trusted: its first file, else its folders, else node’s list', async () => {
    const mirror = await mirrorWith({ tls });
    const trusts = async (places: { files: string[]; folders: string[] }) => {
      const secureContext = await loadTrust({ env: {}, platform: 'linux', places });
      const socket = connect({ host: '127.0.0.1', port: mirror.port, secureContext });
      const words = await new Promise((resolve) => {
        socket.on('secureConnect', () => resolve('trusted')).on('error', (e) => resolve((e as { code?: string }).code));
      });
      socket.destroy();
      return words;
    };
    const [ours, other] = [join(dir, 'ours.pem'), join(dir, 'other.pem')];
    await writeFile(ours, authority.ca);
    await writeFile(other, createAuthority('another').ca);
    const [missing, unknown] = [join(dir, 'missing'), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'];
    expect(await trusts({ files: [missing, ours], folders: [] })).toBe('trusted');
    expect(await trusts({ files: [other, ours], folders: [] })).toBe(unknown);
    expect(await trusts({ files: [missing], folders: [missing, dir] })).toBe('trusted');
    expect(await trusts({ files: [missing], folders: [missing] })).toBe(unknown);
  });

  test('issue 11, B.1: NODE_EXTRA_CA_CERTS is heeded, with whatever else is set; one that is missing is passed over', async () => {
    const mirror = await mirrorWith({ tls });
    const [file, other] = [join(dir, 'ca.pem'), join(dir, 'other.pem')];
    await writeFile(file, authority.ca);
    await writeFile(other, createAuthority('another').ca);
    for (const SSL_CERT_FILE of ['', other]) {
      const env = { NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE };
      expect(await clientWith({ env }, {})(`${mirror.url}/x`)).toBe('ok');
    }
    for (const NODE_EXTRA_CA_CERTS of [other, join(dir, 'missing.pem')]) {
      const get = clientWith({ env: { NODE_EXTRA_CA_CERTS } }, {});
      await expect(get(`${mirror.url}/x`)).rejects.toMatchObject({ code: 'insecure' });
    }
  });

  test('a certificate file that cannot be read is told', async () => {
    const mirror = await mirrorWith({ tls });
    const env = { SSL_CERT_FILE: join(dir, 'missing.pem') };
    await expect(clientWith({ env })(`${mirror.url}/x`)).rejects.toMatchObject({ code: 'invalid-setting' });
  });

  test('https never goes on to http', async () => {
    const plain = await mirrorWith();
    const mirror = await mirrorWith({ tls, faults: [{ path: '/x', redirect: `${plain.url}/y` }] });
    await expect(clientWith()(`${mirror.url}/x`)).rejects.toMatchObject({
      code: 'insecure',
      message: `Get "${plain.url}/y": redirected from secure URL ${mirror.url}/x to insecure URL ${plain.url}/y`,
    });
    expect(plain.requests).toEqual([]);
  });

  test('not by way of another https server either', async () => {
    const plain = await mirrorWith();
    const second = await mirrorWith({ tls, faults: [{ path: /^/, redirect: `${plain.url}/z` }] });
    const first = await mirrorWith({ tls, faults: [{ path: /^/, redirect: `${second.url}/y` }] });
    await expect(clientWith()(`${first.url}/x`)).rejects.toMatchObject({ code: 'insecure' });
  });
});

describe('issue 11, B.7: bytes of credentials', () => {
  test('go out as they stand in .netrc, in whatever encoding', async () => {
    const mirror = await mirrorWith({ tls });
    const line = Buffer.from('machine 127.0.0.1 login me\u00e4 password \u00e9\u00a0\u00df\n', 'latin1');
    const utf8 = Buffer.from('machine localhost login m\u00e0 password \u00fc\u00df\n');
    const both = Buffer.concat(
      [line, utf8].map((l) =>
        Buffer.from(l.toString('latin1').replace(/(127.0.0.1|localhost)/, `$1:${mirror.port}`), 'latin1'),
      ),
    );
    await writeFile(join(dir, '.netrc'), both);
    await clientWith()(`${mirror.url}/x`);
    await clientWith()(`${mirror.url.replace('127.0.0.1', 'localhost')}/x`);
    const latin1 = `Basic ${Buffer.from('me\u00e4:\u00e9\u00a0\u00df', 'latin1').toString('base64')}`;
    expect(sent(mirror)).toEqual([latin1, basic('m\u00e0:\u00fc\u00df')]);
  });

  test('go out as the URL escapes them', async () => {
    const mirror = await mirrorWith({ tls });
    await clientWith()(`${withUser(mirror.url, 'm%C3%A4:%FF%41')}/x`);
    expect(sent(mirror)).toEqual([`Basic ${Buffer.from('6dc3a43aff41', 'hex').toString('base64')}`]);
  });
});

describe('credentials of the URL', () => {
  test('go to that origin', async () => {
    const mirror = await mirrorWith({ tls });
    await clientWith()(`${withUser(mirror.url, 'me:p%40ss')}/x`);
    expect(sent(mirror)).toEqual([basic('me:p@ss')]);
  });

  test.each(['me:hush', 'hush'])('are refused over http: %s', async (user) => {
    const mirror = await mirrorWith();
    const error = await clientWith()(`${withUser(mirror.url, user)}/x`).catch((e) => e);
    expect(error).toMatchObject({ code: 'insecure' });
    expect(error.message).toMatch(/^refusing to pass credentials to insecure URL: http:/);
    expect(error.message).not.toContain('hush');
    expect(mirror.requests).toEqual([]);
  });

  test('are not in any error', async () => {
    const mirror = await mirrorWith({ tls, user: 'other:pw', faults: [] });
    const error = await clientWith()(`${withUser(mirror.url, 'me:hush')}/x`).catch((e) => e);
    expect(error).toMatchObject({ status: 401 });
    expect(error.message).toContain('server response: ACCESS DENIED');
    for (let e = error; e instanceof Error; e = e.cause as Error) {
      expect(`${e.message}${e.stack}${JSON.stringify(e)}`).not.toContain('hush');
    }
  });

  test.each(['https://127.0.0.1', 'https://localhost'])(
    'stay behind at a redirect to another port of %s',
    async (h) => {
      const other = await mirrorWith({ tls });
      const mirror = await mirrorWith({ tls, faults: [{ path: '/x', redirect: `${h}:${other.port}/y` }] });
      expect(await clientWith()(`${withUser(mirror.url, 'me:pw')}/x`)).toBe('ok');
      expect([sent(mirror), sent(other)]).toEqual([[basic('me:pw')], [undefined]]);
    },
  );

  test('are gone for good once the origin is left', async () => {
    const other = await mirrorWith({ tls });
    const mirror = await mirrorWith({
      tls,
      faults: [
        { path: '/x', redirect: `${other.url}/y` },
        { path: '/back', status: 200, body: 'ok' },
      ],
    });
    other.faults.unshift({ path: '/y', redirect: `${mirror.url}/back` });
    await clientWith()(`${withUser(mirror.url, 'me:pw')}/x`);
    expect(sent(mirror)).toEqual([basic('me:pw'), undefined]);
  });

  test('stay with a redirect to the same origin', async () => {
    const mirror = await mirrorWith({
      tls,
      faults: [
        { path: '/x', redirect: '/y' },
        { path: '/y', status: 200, body: 'ok' },
      ],
    });
    await clientWith()(`${withUser(mirror.url, 'me:pw')}/x`);
    expect(sent(mirror)).toEqual([basic('me:pw'), basic('me:pw')]);
  });

  test('that a redirect brings along are not sent', async () => {
    const other = await mirrorWith({ tls });
    const mirror = await mirrorWith({ tls, faults: [{ path: /^/, redirect: `${withUser(other.url, 'evil:pw')}/y` }] });
    await clientWith()(`${mirror.url}/x`);
    expect(sent(other)).toEqual([undefined]);
  });
});

describe('.netrc', () => {
  test('by host and port, https only', async () => {
    const mirror = await mirrorWith({ tls });
    const plain = await mirrorWith();
    await netrc(
      `machine 127.0.0.1 login no password no\nmachine 127.0.0.1:${mirror.port} login me password pw\n` +
        `machine 127.0.0.1:${plain.port} login me password pw\n`,
    );
    const get = clientWith();
    await get(`${mirror.url}/x`);
    await get(`${plain.url}/x`);
    expect([sent(mirror), sent(plain)]).toEqual([[basic('me:pw')], [undefined]]);
  });

  test('the longest path prefix wins, whole elements only', async () => {
    const mirror = await mirrorWith({ tls });
    const host = `127.0.0.1:${mirror.port}`;
    await netrc(
      `machine ${host} login root password pw\nmachine ${host}/team login team password pw\n` +
        `machine https://${host}/team/a/ login a password pw\n`,
    );
    const get = clientWith();
    for (const path of ['/team/a/x', '/team/ab', '/teams/a', '/']) await get(mirror.url + path);
    expect(sent(mirror)).toEqual(['a', 'team', 'root', 'root'].map((u) => basic(`${u}:pw`)));
  });

  test('NETRC names the file; a missing one is none', async () => {
    const mirror = await mirrorWith({ tls });
    await netrc(`machine 127.0.0.1:${mirror.port} login home password pw`);
    const file = join(dir, 'other');
    await writeFile(file, `machine 127.0.0.1:${mirror.port} login other password pw`);
    await clientWith({ NETRC: file })(`${mirror.url}/x`);
    await clientWith({ NETRC: join(dir, 'missing') })(`${mirror.url}/x`);
    expect(sent(mirror)).toEqual([basic('other:pw'), undefined]);
  });

  test('on Windows _netrc comes first', async () => {
    const mirror = await mirrorWith({ tls });
    await netrc(`machine 127.0.0.1:${mirror.port} login dot password pw`);
    await writeFile(join(dir, '_netrc'), `machine 127.0.0.1:${mirror.port} login underscore password pw`);
    await clientWith({ platform: 'win32' })(`${mirror.url}/x`);
    await clientWith({ platform: 'linux' })(`${mirror.url}/x`);
    expect(sent(mirror)).toEqual([basic('underscore:pw'), basic('dot:pw')]);
  });

  test('a home that is not known is traced, not fatal', async () => {
    const mirror = await mirrorWith({ tls });
    const lines: string[] = [];
    await clientWith({ home: '' }, { ca: authority.ca, onTrace: (l) => lines.push(l) })(`${mirror.url}/x`);
    expect(lines).toContain('# GOAUTH=netrc: $HOME is not defined');
  });

  test('GOAUTH=off reads nothing', async () => {
    const mirror = await mirrorWith({ tls });
    await netrc(`machine 127.0.0.1:${mirror.port} login me password pw`);
    await clientWith({ GOAUTH: 'off' })(`${mirror.url}/x`);
    expect(sent(mirror)).toEqual([undefined]);
  });
});
