/** Issue 11, C.6: a request that fails says what led to it and what to do next; one that waits says for whom. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { networkAdvice } from '../../src/client/network-advice.js';
import { HttpError, TsgogetError } from '../../src/errors.js';
import { readGoEnv } from '../../src/goenv/index.js';
import { runCli, startCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';
import { startWorld } from './world.js';

const newDir = useTempDir();

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const surroundings = (env: Record<string, string>) => {
  const dir = newDir();
  return { cwd: dir, env: { GOPATH: dir, GOFLAGS: '', GOSUMDB: 'off', GONOPROXY: '', ...env } };
};
const ask = (env: Record<string, string>, as?: 'go') =>
  runCli(['mod', 'download', 'example.com/a@v1.0.0'], { ...surroundings(env), ...(as && { as }) });

describe('a failed request', () => {
  test('refused: the setting, its value, where it is set, a next step', async () => {
    const GOPROXY = 'https://user:secret@127.0.0.1:1';
    const { code, stderr } = await ask({ GOPROXY });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'hint: 127.0.0.1:1 was asked because of GOPROXY=https://user:xxxxx@127.0.0.1:1 (environment): check that it runs',
    );
    expect(stderr).not.toContain('secret');
    const insecure = await ask({ GOPROXY: GOPROXY.replace('https', 'http') });
    expect(insecure.stderr).toMatch(/hint: use an https URL \(.* GOPROXY=http:/);
    expect((await ask({ GOPROXY }, 'go')).stderr).not.toContain('hint:');
  });
  test.each([500, 403])('status %d', async (status) => {
    await using server = await serve((_, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end('reading http://evil.example/x: no');
    });
    const { code, stderr } = await ask({ GOPROXY: server.url });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`hint: 127\\.0\\.0\\.1:\\d+ was asked because of GOPROXY=${server.url} `));
  });
  test('the twin that is there has no hint, nor has what is not there', async () => {
    await using world = await startWorld();
    expect(await world.run(['mod', 'download', 'example.com/greet@v1.0.0'])).toMatchObject({ code: 0, stderr: '' });
    expect((await world.run(['mod', 'download', 'example.com/none@v1.0.0'])).stderr).not.toContain('was asked');
  });
});

describe('which setting', () => {
  const env = (settings: Record<string, string>) =>
    readGoEnv({ env: settings, cwd: '/', homeDir: '/nowhere', platform: 'linux' });
  const refused = (url: string) =>
    new TsgogetError('network', `Get "${url}": dial tcp 192.0.2.1:443: connect: connection refused`);
  test.each([
    [
      'https://m.example/p/a/@v/list',
      { GOPROXY: 'https://x.example,https://m.example/p|direct' },
      /GOPROXY=https:\/\/x\.example,https:\/\/m\.example\/p\|direct \(environment\)/,
    ],
    ['https://sum.example/lookup/a@v1', { GOSUMDB: 'sum.example+1234+key' }, /GOSUMDB=sum\.example \(environment\)/],
    [
      'https://s.example/x/latest',
      { GOSUMDB: 'n.example+12+k https://u:p@s.example/x' },
      /GOSUMDB=n\.example https:\/\/u:xxxxx@s\.example\/x /,
    ],
    [
      'https://git.corp.example/a?go-get=1',
      { GOPRIVATE: '*.corp.example' },
      /GOPRIVATE=\*\.corp\.example \(environment\)/,
    ],
    [
      'https://git.corp.example/a?go-get=1',
      { GONOPROXY: '*.corp.example', GOPRIVATE: 'x' },
      /GONOPROXY=\*\.corp\.example/,
    ],
    ['https://else.example/a?go-get=1', { GOPROXY: 'direct' }, /GOPROXY=direct \(environment\)/],
    [
      'https://m.example/a',
      { GOPROXY: 'https://m.example', HTTPS_PROXY: 'http://u:p@px.example:3128' },
      /asked through HTTPS_PROXY=http:\/\/u:xxxxx@px\.example:3128: .*NO_PROXY/,
    ],
  ])('%s with %j', (url, settings, told) => {
    expect(networkAdvice(new Error('outer', { cause: refused(url) }), env(settings))).toMatch(told);
  });
  test('a hint of its own is the next step', () => {
    const error = new HttpError(429, 'https://m.example/a', 'x', { hint: 'wait' });
    expect(networkAdvice(error, env({ GOPROXY: 'https://m.example' }))).toMatch(/^wait \(m\.example was asked /);
  });
  test('what is no failed request keeps its hint', () => {
    expect(networkAdvice(new TsgogetError('failed', 'x', { hint: 'y' }), env({}))).toBe('y');
    expect(networkAdvice(new Error('x'), env({}))).toBeUndefined();
  });
});

test('a request that waits is named', async () => {
  await using server = await serve(() => {});
  const child = startCli(
    ['mod', 'download', '-progress', 'example.com/a@v1.0.0'],
    surroundings({ GOPROXY: server.url }),
  );
  let stderr = '';
  const host = server.url.replace('http://', '');
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not told: ${stderr}`)), 20_000);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (!new RegExp(`waiting \\d+ s for ${host.replaceAll('.', '\\.')}`).test(stderr)) return;
      clearTimeout(late);
      resolve();
    });
  });
  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
});
