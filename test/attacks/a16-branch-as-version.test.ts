/**
 * A16: a branch that has the name of a version. CVE-2022-23773.
 *
 * It matters to whoever reads version control: tsgoget does not. What can be had from a proxy alone is shown here:
 * `direct` asks no repository (only, by https, the module's site whether a proxy serves it), and a canonical version is never
 * taken for a branch.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';
import { goImportPage, startWeb } from '../support/web.js';

test('CVE-2022-23773: nothing is fetched from version control, whether the path or its page names it', async () => {
  await using web = await startWeb(['vanity.test']);
  web.answers.set(
    'https://vanity.test/words?go-get=1',
    goImportPage('vanity.test/words git https://git.vanity.test/words'),
  );
  const SSL_CERT_FILE = join(tmpdir(), `tsgoget-a16-${process.pid}.pem`);
  writeFileSync(SSL_CERT_FILE, web.ca);
  onTestFinished(() => rmSync(SSL_CERT_FILE));
  await using world = await openWorld();
  for (const [GOPROXY, more] of [
    ['direct', {}],
    ['direct', { GOSUMDB: 'off', GOVCS: '*:all', GOINSECURE: '*' }],
    [world.mirror.url, { GONOPROXY: 'github.com,vanity.test' }],
  ] as const) {
    for (const path of ['github.com/example/words', 'vanity.test/words.git', 'vanity.test/words']) {
      for (const version of ['v0.3.1', 'main', 'latest']) {
        const env = { ...web.env, SSL_CERT_FILE, GOPROXY, ...more };
        const { code, stdout, stderr } = await runMain(world, ['resolve', `${path}@${version}`], { env });
        expect([code, stdout, stderr.includes('version control is not supported')]).toEqual([1, '', true]);
      }
    }
  }
  expect([...new Set(web.asked)]).toEqual(['https://vanity.test/words?go-get=1']);
  expect([world.mirror.requests, world.snapshot().size]).toEqual([[], 0]);
});

test('CVE-2022-23773: a proxy that answers a version with what a branch of that name is, is refused', async () => {
  const branch = '{"Version":"v0.3.2-0.20240102030405-0123456789ab","Origin":{"Ref":"refs/heads/v0.3.1"}}';
  await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body: branch }] });
  expect((await runMain(world, ['resolve', 'example.com/words@v0.3.1'])).code).toBe(1);
  // twin: where a branch is asked for, that is an answer
  world.mirror.faults.splice(0, 1, { path: '@v/v0-branch.info', status: 200, body: '{"Version":"v0.3.1"}' });
  expect((await runMain(world, ['resolve', 'example.com/words@v0-branch'])).stdout).toContain('v0.3.1');
});

test('a ref of the origin decides nothing, whatever it says', async () => {
  const body =
    '{"Version":"v0.3.1","Time":"2020-01-02T03:04:05Z","Origin":{"VCS":"git","URL":"x","Ref":"refs/heads/v0.3.1"}}';
  await using world = await openWorld({ faults: [{ path: 'v0.3.1.info', body }] });
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(0);
  world.mirror.faults.push({ path: 'v0.3.1.mod', flipBit: 5 });
  await runMain(world, ['clean', '-modcache']);
  expect((await runMain(world, ['mod', 'download', 'example.com/words@v0.3.1'])).code).toBe(3);
});
