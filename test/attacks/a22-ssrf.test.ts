/**
 * A22: requests into the network where the program runs: go-import pages and redirects to loopback, private or metadata addresses.
 *
 * A module path becomes a host to connect to when GOPROXY has come to `direct`, and only then. That host is asked by https for its
 * go-import page, never at an address or localhost, and the page cannot send the program there, nor away from TLS, unless GOINSECURE
 * says so. A redirect is followed as go follows it, and what comes is believed by proof.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startClosedDoor } from '../support/closed-door.js';
import { startMirror } from '../support/fixture-mirror.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';
import { goImportPage, startWeb } from '../support/web.js';

const page = '<html><meta name="go-import" content="example.com/x git http://169.254.169.254/latest"></html>';
const hosts = [
  'localhost',
  '127.0.0.1',
  '169.254.169.254',
  '10.0.0.1',
  'x.localhost',
  'metadata.test',
  'vanity.example.com',
];
const names = ['metadata.test', 'vanity.example.com'];

test('no vanity page is asked for before direct is reached, whatever the module is called', async () => {
  await using door = await startClosedDoor();
  await using vanity = await startMirror({ faults: [{ path: /^/, status: 200, body: page }] });
  await using world = await openWorld({ faults: [{ path: /\/x/, status: 403 }] });
  for (const GOPROXY of [world.mirror.url, `${world.mirror.url},direct`, `${world.mirror.url}|off`, 'off']) {
    for (const host of hosts) {
      for (const args of [
        ['resolve', `${host}/x@v1.0.0`],
        ['mod', 'download', `${host}:${vanity.port}/x@latest`],
        ['list', '-m', '-versions', `${host}/x/y`],
      ]) {
        const { code, stdout } = await runMain(world, args, { env: { ...door.env, GOPROXY, GOINSECURE: '*' } });
        expect([args, [1, 2].includes(code), stdout]).toEqual([args, true, expect.not.stringMatching(/v1/)]);
      }
    }
  }
  expect([door.asked, vanity.requests]).toEqual([[], []]);
});

test('direct asks hosts by name, on the port of https, and none at an address', async () => {
  await using door = await startClosedDoor();
  await using vanity = await startMirror({ faults: [{ path: /^/, status: 200, body: page }] });
  await using world = await openWorld();
  for (const GOPROXY of [`${world.mirror.url},direct`, 'direct', `${world.mirror.url}|direct`]) {
    for (const host of hosts) {
      for (const path of [`${host}/x`, `${host}:${vanity.port}/x`]) {
        const { code } = await runMain(world, ['resolve', `${path}@v1.0.0`], { env: { ...door.env, GOPROXY } });
        expect([path, [1, 2].includes(code)]).toEqual([path, true]);
      }
    }
  }
  expect([...new Set(door.asked)].sort()).toEqual(names.map((name) => `${name}:443`));
  expect(vanity.requests).toEqual([]);
});

test('a page cannot send the program to an address, to a file or away from TLS', async () => {
  await using web = await startWeb(names);
  await using inside = await startMirror();
  await using world = await openWorld();
  const SSL_CERT_FILE = join(tmpdir(), `tsgoget-a22-${process.pid}.pem`);
  writeFileSync(SSL_CERT_FILE, web.ca);
  onTestFinished(() => rmSync(SSL_CERT_FILE));
  const [path, url] = ['vanity.example.com/x', 'https://vanity.example.com/x?go-get=1'];
  const env = { ...web.env, SSL_CERT_FILE, GOPROXY: 'direct', GOSUMDB: 'off' };
  const run = () => runMain(world, ['resolve', `${path}@v1.0.0`], { env });
  for (const root of [
    'http://169.254.169.254/latest',
    'https://169.254.169.254/latest',
    'https://2852039166/latest',
    'https://[::1]/',
    `https://127.0.0.1:${inside.port}`,
    `https://localhost:${inside.port}`,
    inside.url,
    'http://metadata.test',
    `file://${world.dir}`,
    '//metadata.test',
  ]) {
    web.answers.set(url, goImportPage(`${path} mod ${root}`));
    expect([root, (await run()).code]).toEqual([root, 1]);
  }
  for (const location of [inside.url, 'http://169.254.169.254/', 'http://metadata.test/', 'file:///etc/passwd']) {
    web.answers.set(url, { status: 302, headers: { location } });
    expect([location, (await run()).code]).toEqual([location, 1]);
  }
  const pages = [url, 'https://vanity.example.com/?go-get=1']; // the module may be that of a shorter path
  expect(web.asked.filter((asked) => !pages.includes(asked))).toEqual([]);
  expect([inside.requests, world.snapshot().size]).toEqual([[], 0]);
  // twin: another host by name
  web.answers.set(url, goImportPage(`${path} mod https://metadata.test`));
  web.answers.set(`https://metadata.test/${path}/@v/v1.0.0.info`, '{"Version":"v1.0.0"}');
  web.answers.set(`https://metadata.test/${path}/@v/v1.0.0.mod`, `module ${path}\n`);
  expect((await run()).code).toBe(0);
});

test('an answer that is a page with a go-import is no module', async () => {
  await using door = await startClosedDoor();
  await using world = await openWorld({ faults: [{ path: 'example.com/', status: 200, body: page }] });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'], { env: door.env })).code).toBe(1);
  expect(door.asked).toEqual([]);
});

test('a redirect to a server inside: what it answers is proven or refused, and no credential goes there', async () => {
  const secret = 'instance-credentials: hunter2\n';
  await using inside = await startMirror({ faults: [{ path: /^/, status: 200, body: secret }] });
  await using world = await openWorld();
  for (const path of ['v0.3.1.info', 'v0.3.1.mod', 'v0.3.1.zip', '/lookup/', '/tile/']) {
    await runMain(world, ['clean', '-modcache']);
    world.mirror.faults.splice(0, 1, { path, redirect: `${inside.url}/latest/meta-data` });
    const { code, stdout, stderr } = await runMain(world, ['resolve', '--download', 'example.com/words@v0.3.1']);
    expect([path, code > 0, stdout]).toEqual([path, true, '']);
    expect(stderr).not.toContain('hunter2');
  }
  const kept = [...world.snapshot()].filter(([, text]) => text.includes('hunter2'));
  expect(kept).toEqual([]);
  expect(inside.requests.every((r) => r.headers.authorization === undefined && r.method === 'GET')).toBe(true);
  // twin: a redirect to a server that has the module
  await using honest = await openWorld();
  const redirect = `${honest.mirror.url}/example.com/words/@v/v0.3.1.mod`;
  world.mirror.faults.splice(0, 1, { path: 'v0.3.1.mod', redirect });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'])).code).toBe(0);
});
