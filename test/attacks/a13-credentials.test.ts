/**
 * A13: credentials that go to the wrong server, or are shown. CVE-2024-45340 (GOAUTH and .netrc not kept apart by domain).
 *
 * Elsewhere: TLS, credentials of URLs, .netrc by host, port and path, redirects between origins (test/http/security.test.ts);
 * a whole run with a password in GOPROXY (test/process/network-attacks.test.ts, "A13, A14").
 * Here: near hosts; every command and form of output, for secrets in URLs, queries and bodies.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCredentials } from '../../src/http/credentials.js';
import { redactUrl } from '../../src/http/redact.js';
import { startMirror } from '../support/fixture-mirror.js';
import { fixtureModules, openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';
import { createAuthority } from '../support/self-signed.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();

describe('CVE-2024-45340: a password is for its host, port and path alone', () => {
  const netrc = [
    'machine example.com login root password r00t',
    'machine example.com:8443 login port password p0rt',
    'machine example.com/team login team password t3am',
    'machine sub.example.com login sub password s0b',
    'default login any password any0ne',
  ].join('\n');
  const userFor = async (url: string) => {
    const home = tempDir();
    writeFileSync(join(home, '.netrc'), `${netrc}\n`);
    const { headers } = createCredentials({ GOAUTH: 'netrc', NETRC: '', home, platform: 'linux' });
    const [, header] = (await headers(new URL(url)))[0] ?? [];
    return header && Buffer.from(header.slice('Basic '.length), 'base64').toString().split(':')[0];
  };

  test.each<[url: string, user: string | undefined]>([
    ['https://example.com/x', 'root'],
    ['https://EXAMPLE.com/x', 'root'],
    ['https://example.com/team/x', 'team'],
    ['https://example.com/teams/x', 'root'],
    ['https://example.com/x/../team/y', 'team'], // as the URL is asked for
    ['https://example.com/x/..%2fteam/y', 'root'],
    ['https://example.com:8443/x', 'port'],
    ['https://sub.example.com/x', 'sub'],
    ['https://example.com:8444/x', undefined],
    ['https://deep.sub.example.com/x', undefined],
    ['https://example.com.evil.test/x', undefined],
    ['https://evil-example.com/x', undefined],
    ['https://example.community/x', undefined],
    ['https://evil.test/example.com/x', undefined],
    ['https://evil.test/?example.com', undefined],
    ['https://evil.test/#example.com', undefined],
    ['https://example.com@evil.test/', 'example.com'], // the user of the URL itself, and to that host
    ['http://example.com/x', undefined],
    ['http://example.com:8443/x', undefined],
  ])('%s: %s', async (url, user) => {
    if (url.includes('@')) await expect(userFor(url)).resolves.toBe(user);
    else expect(await userFor(url)).toBe(user);
  });
});

describe('nothing shows a secret', () => {
  const secrets = ['hush-word', 'tok3n-abc'];
  const commands = [
    ['resolve', 'example.com/words@latest'],
    ['resolve', '--json', 'example.com/words@v0.3.1'],
    ['list', '-m', '-u', '-json', 'example.com/words@v0.3.0'],
    ['mod', 'download', '-x', '-json', 'example.com/words@v0.3.1'],
    ['mod', 'graph', '-x'],
    ['env', '-json', 'GOMODCACHE'],
  ];
  const faults = [
    { path: /^/, status: 403, body: 'no' },
    { path: /^/, status: 404, body: 'no' },
    { path: /^/, status: 200, body: '<html>' },
    { path: /^/, redirect: 'https://127.0.0.1:1/elsewhere?token=tok3n-abc' },
    { path: /^/, redirect: 'ftp://me:hush-word@127.0.0.1/' },
  ];

  test('of a proxy with a password and a token in its query, whatever goes wrong there', async () => {
    const authority = createAuthority();
    await using world = await openWorld({ tls: authority.issue(['127.0.0.1']) });
    const ca = join(world.dir, 'ca.pem');
    writeFileSync(ca, authority.ca);
    const GOPROXY = `${world.mirror.url.replace('://', '://me:hush-word@')}?token=tok3n-abc`;
    const cwd = world.mainModule('module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n');
    const env = { GOPROXY, SSL_CERT_FILE: ca, TSGOGET_DEBUG: '1' };
    for (const fault of faults) {
      world.mirror.faults.splice(0, 1, { ...fault, times: 100 });
      for (const args of commands) {
        const { stdout, stderr } = await runMain(world, args, { cwd, env });
        for (const secret of secrets) {
          expect([args, `${stdout}${stderr}`.includes(secret)], stderr).toEqual([args, false]);
        }
      }
    }
    expect(world.mirror.requests.some((r) => r.headers.authorization !== undefined)).toBe(true);
    world.mirror.faults.length = 0;
    const good = await runMain(world, ['mod', 'download', '-x', 'example.com/words@v0.3.1'], { env });
    expect([good.code, secrets.some((s) => good.stderr.includes(s))]).toEqual([0, false]);
    const files = [...world.snapshot()].filter(([, text]) => secrets.some((s) => text.includes(s)));
    expect(files).toEqual([]);
  });

  test.each([
    ['https://me:hush-word@h/x', 'https://me:xxxxx@h/x'],
    ['https://tok3n-abc@h/x', 'https://xxxxx@h/x'],
    ['https://:hush-word@h/x', 'https://:xxxxx@h/x'],
    ['https://h/x?token=tok3n-abc&a=b', 'https://h/x?token=xxxxx&a=b'],
    ['https://h/x?X-Amz-Signature=tok3n-abc', 'https://h/x?X-Amz-Signature=xxxxx'],
    ['https://me:hush-word@[bad/x', 'https://xxxxx@[bad/x'],
    ['//me:hush-word@h', '//xxxxx@h'],
  ])('%s is shown as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

test('a redirect from one origin to another and back takes no password along', async () => {
  const authority = createAuthority();
  const tls = authority.issue(['127.0.0.1']);
  await using other = await startMirror({ modules: fixtureModules(), tls });
  await using world = await openWorld({ tls });
  const ca = join(world.dir, 'ca.pem');
  writeFileSync(ca, authority.ca);
  world.mirror.faults.push({ path: 'v0.3.1.mod', redirect: `${other.url}/example.com/words/@v/v0.3.1.mod` });
  const env = { GOPROXY: world.mirror.url.replace('://', '://me:hush-word@'), SSL_CERT_FILE: ca };
  expect(await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'], { env })).toMatchObject({ code: 0 });
  expect(other.requests.map((r) => r.headers.authorization)).toEqual([undefined]);
  expect(world.mirror.requests.every((r) => r.headers.authorization !== undefined)).toBe(true);
});
