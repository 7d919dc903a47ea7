/** The stand-in for the host of test repositories (TESTGO_VCSTEST_…): on when named, for that host alone, on loopback alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publicDomain, readGoEnv } from '../../src/goenv/index.js';
import { createHttpClient } from '../../src/http/index.js';
import { startClosedDoor } from '../support/closed-door.js';
import { startMirror } from '../support/fixture-mirror.js';
import { createAuthority } from '../support/self-signed.js';

const folder = mkdtempSync(join(tmpdir(), 'tsgoget-vcs-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const host = `vcs-test.${publicDomain}`;

test('requests for that host go to the stand-in, with the credentials of the host, and no others do', async () => {
  await using door = await startClosedDoor();
  const authority = createAuthority();
  const faults = [{ path: /^/, status: 200, body: 'here' }];
  await using plain = await startMirror({ faults });
  await using secure = await startMirror({ faults, tls: authority.issue(['127.0.0.1']) });
  const [cert, NETRC] = [join(folder, 'cert.pem'), join(folder, 'netrc')];
  writeFileSync(cert, authority.ca);
  writeFileSync(NETRC, `machine ${host} login u password p\n`);
  const named = {
    TESTGO_VCSTEST_HOST: `127.0.0.1:${plain.port}`,
    TESTGO_VCSTEST_TLS_HOST: `127.0.0.1:${secure.port}`,
    TESTGO_VCSTEST_CERT: cert,
  };
  const get = async (url: string, env: Record<string, string>) => {
    const settings = { GOAUTH: 'netrc', NETRC, home: '', platform: 'linux', env: { ...door.env, ...env } } as const;
    const http = createHttpClient({ env: settings, tries: 1 });
    try {
      return Buffer.from(await http.get(url, { maxBytes: 100 })).toString();
    } catch (error) {
      return (error as Error).message;
    } finally {
      await http.close();
    }
  };
  expect(await get(`https://${host}/a`, named)).toBe('here');
  expect(await get(`http://${host}/b`, named)).toBe('here');
  expect([secure.requests.length, plain.requests.length, door.asked]).toEqual([1, 1, []]);
  expect(secure.requests[0]?.headers.authorization).toMatch(/^Basic /);
  expect(plain.requests[0]?.headers.authorization).toBeUndefined();

  const elsewhere = { ...named, TESTGO_VCSTEST_TLS_HOST: 'evil.example.com:443' };
  expect(await get(`https://${host}/a`, elsewhere)).toBe('TESTGO_VCSTEST_TLS_HOST names no port on loopback');
  expect(await get(`https://${host}/a`, { ...named, TESTGO_VCSTEST_CERT: '' })).toContain('unknown authority');
  expect(door.asked).toEqual([]);

  await get(`https://${host}/a`, { ...named, TESTGO_VCSTEST_HOST: '' });
  for (const other of [`x${host}`, `${host}.example.com`, `${host}:444`]) await get(`https://${other}/a`, named);
  expect(door.asked).toEqual([`${host}:443`, `x${host}:443`, `${host}.example.com:443`, `${host}:444`]);
  expect([secure.requests.length, plain.requests.length]).toEqual([1, 1]);
});

test('the suite’s host that does not exist does not, whether names can be looked up or not', async () => {
  const env = { ...readGoEnv({ env: { TESTGO_VCSTEST_HOST: '127.0.0.1:1' }, cwd: folder }) };
  const client = createHttpClient({ env });
  await expect(client.get('https://localhost.localdev/x', { maxBytes: 1 })).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('no such host localhost.localdev'),
  });
  await client.close();
});
