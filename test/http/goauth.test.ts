/** GOAUTH: its commands, what they are told, what they answer, where that goes, and that nothing else ever starts one. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hintOf } from '../../src/errors.js';
import { formatAnswer, parseAuthOutput } from '../../src/http/auth-output.js';
import { createHttpClient, type HttpClientOptions, parseGoAuth } from '../../src/http/index.js';
import { createAuthority } from '../support/self-signed.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const authority = createAuthority();
const tls = authority.issue(['127.0.0.1', 'localhost']);
const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;

describe('the list', () => {
  test.each<[string, string[][]]>([
    ['netrc', [['netrc']]],
    ['off', []],
    [' netrc ;  git /home/me ', [['netrc'], ['git', '/home/me']]],
    ['helper --flag x', [['helper', '--flag', 'x']]],
  ])('%j', (value, want) => expect(parseGoAuth(value).map(({ words }) => words)).toEqual(want));

  const git = 'GOAUTH=git dir method requires an absolute path to the git working directory';
  test.each([
    ['off; netrc', 'GOAUTH=off cannot be combined with other authentication commands (GOAUTH=off; netrc)'],
    ['netrc;', 'GOAUTH encountered an empty command (GOAUTH=netrc;)'],
    ['git', git],
    ['git /a b', git],
    ['git rel/dir', `${git}, dir is not absolute`],
  ])('%j is refused', (value, message) => {
    expect(() => parseGoAuth(value)).toThrow(expect.objectContaining({ code: 'invalid-setting', message }));
  });
});

describe('what a command answers', () => {
  test('sets of URLs and headers', () => {
    const output =
      'https://a.test\nhttps://b.test:8443/api/\n\nAuthorization: Basic x\nX-Y:  z \n\nhttps://C.test/d?go-get=1\n\nE: \n\n';
    expect([...parseAuthOutput(output)]).toEqual([
      [
        'a.test',
        [
          ['authorization', 'Basic x'],
          ['x-y', 'z'],
        ],
      ],
      [
        'b.test:8443/api',
        [
          ['authorization', 'Basic x'],
          ['x-y', 'z'],
        ],
      ],
      ['c.test/d?go-get=1', [['e', '']]],
    ]);
    expect(parseAuthOutput('').size).toBe(0);
  });

  test('only https URLs count, and no header that is about the message', () => {
    const output =
      'http://a.test\nssh://b.test\n/c\nhttps://u@d.test\nhttps://e.test\n\nHost: x\nContent-Length: 9\nA: b\n\n';
    expect([...parseAuthOutput(output)]).toEqual([['e.test', [['a', 'b']]]]);
  });

  test.each([
    ['https://a.test', 'invalid format: missing empty line after URLs'],
    ['https://a.test\nhttps://b.test\n', 'invalid format: missing empty line after URLs'],
    ['https://a.test\n\nA: b\n', 'invalid format: missing empty line after headers'],
    ['https://a.test\n\nA: b\n\nx', 'invalid format: missing empty line after URLs'],
    ['a.test\n\nA: b\n\n', 'could not parse URL a.test: parse "a.test": invalid URI for request'],
    ['https://a.test\n\nA:b\n\n', 'invalid format: invalid header line'],
    ['https://a.test\n\nA b: c\n\n', 'invalid format: invalid header line'],
    ['https://a.test\n\n: c\n\n', 'invalid format: invalid header line'],
    ['https://a.test\n\nA: b\rHost: c\n\n', 'invalid format: invalid header line'],
    ['https://a.test\n\nA: b\0\n\n', 'invalid format: invalid header line'],
  ])('%j is none', (output, message) => {
    expect(() => parseAuthOutput(output)).toThrow(new Error(message));
  });

  test('an answer is told as a status line and headers, whatever they hold', () => {
    const headers = { 'www-authenticate': ['a', 'b'], 'transfer-encoding': 'chunked', 'x-evil': 'c\r\nD: e' };
    expect(formatAnswer({ status: 401, reason: '', headers })).toBe(
      'HTTP/1.1 401 Unauthorized\nWww-Authenticate: a, b\nX-Evil: c  D: e\n\n',
    );
  });
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A site that wants `user`, or answers by itself. */
async function site(answer: string | Answer) {
  const requests: IncomingMessage[] = [];
  const wants: Answer = (request, response) => {
    if (request.headers.authorization === basic(String(answer))) return void response.end('ok');
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"', 'content-type': 'text/plain' }).end('no');
  };
  const server = createServer(tls, (request, response) => {
    requests.push(request);
    (typeof answer === 'string' ? wants : answer)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `https://${host}`, host, requests };
}

describe.skipIf(process.platform === 'win32')('a run', () => {
  let dir: string;
  let log: string;
  beforeEach(() => {
    dir = tempDir();
    log = join(dir, 'log');
  });

  /** A program in the PATH that notes its arguments and input, and then does what `code` says. */
  function program(name: string, code: string): void {
    const note = `{ printf '%s' "${name}"; printf ' [%s]' "$@"; echo; cat; } >> '${log}'\n`;
    writeFileSync(join(dir, name), `#!/bin/sh\n${note}${code}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  const says = (url: string, user: string) => `printf '%s\\n\\nAuthorization: ${basic(user)}\\n\\n' '${url}'`;
  const noted = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const runs = () =>
    noted()
      .split('\n')
      .filter((line) => /^\w+ \[/.test(line));

  function client(GOAUTH: string, options: Partial<HttpClientOptions> = {}) {
    const PATH = `${dir}:${process.env.PATH}`;
    const env = { GOAUTH, NETRC: join(dir, 'netrc'), home: dir, platform: process.platform, cwd: dir, env: { PATH } };
    const http = createHttpClient({ env, retryBaseMs: 1, ca: authority.ca, ...options });
    cleanups.push(() => http.close());
    return {
      close: () => http.close(),
      get: (url: string, signal?: AbortSignal) =>
        http.get(url, { maxBytes: 1000, signal }).then((b) => Buffer.from(b).toString()),
    };
  }

  test('before the first request: no arguments, no input, once', async () => {
    const { url, requests } = await site('me:pw');
    program('helper', `${says(url, 'me:pw')}`);
    const { get } = client('helper');
    expect(await Promise.all([get(`${url}/a`), get(`${url}/b`)])).toEqual(['ok', 'ok']);
    expect(noted()).toBe('helper []\n');
    expect(requests).toHaveLength(2);
  });

  test('after a refusal: the URL, without its fragment, and the answer; once for a request', async () => {
    const { url, requests } = await site('me:pw');
    program('helper', `if [ -n "$1" ]; then ${says(url, 'me:pw')}; fi`);
    expect(await client('helper').get(`${url}/x?go-get=1#y`)).toBe('ok');
    expect(requests.map((r) => r.headers.authorization)).toEqual([undefined, basic('me:pw')]);
    expect(noted()).toMatch(
      /^helper \[\]\nhelper \[https:\/\/127\.0\.0\.1:\d+\/x\?go-get=1\]\nHTTP\/1\.1 401 Unauthorized\nWww-Authenticate: Basic realm="x"\n(?:[A-Z][\w-]+: .*\n)+\n$/,
    );
  });

  test('a command may answer with the URL that it was given, for that alone', async () => {
    const { url } = await site('me:pw');
    program('helper', `test -n "$1" && printf '%s\\n\\nAuthorization: ${basic('me:pw')}\\n\\n' "$1"`);
    const { get } = client('helper');
    expect(await get(`${url}/x?go-get=1`)).toBe('ok');
    expect(runs()).toHaveLength(2);
    expect(await get(`${url}/y`)).toBe('ok');
    expect(runs()).toHaveLength(3);
  });

  test('a secret in the URL is not shown', async () => {
    const { url } = await site('me:pw');
    program('git', 'exit 1');
    const trace: string[] = [];
    const { get } = client(`git ${dir}`, { onTrace: (line) => trace.push(line) });
    const error = await get(`${url}/x?token=hush`).catch((e) => e);
    expect(noted()).toContain('token=hush');
    expect(`${trace.join()} ${error.message} ${hintOf(error)}`).not.toContain('hush');
  });

  test('bad credentials: one more try, and the refusal is told', async () => {
    const { url, requests } = await site('me:pw');
    program('helper', `printf '%s\\n\\nAuthorization: Basic %s\\n\\n' '${url}' "x$1"`);
    await expect(client('helper').get(`${url}/x`)).rejects.toMatchObject({ code: 'http', status: 401 });
    expect([requests.length, runs().length]).toEqual([2, 2]);
  });

  test('the same credentials again are not tried again', async () => {
    const { url, requests } = await site('me:pw');
    program('helper', says(url, 'me:wrong'));
    await expect(client('helper').get(`${url}/x`)).rejects.toMatchObject({ status: 401 });
    expect([requests.length, runs().length]).toEqual([1, 2]);
  });

  test('a program with a slash in its name is looked for from the working folder', async () => {
    const { url } = await site('me:pw');
    mkdirSync(join(dir, 'tools'));
    program('tools/helper', says(url, 'me:pw'));
    expect(await client('tools/helper x').get(url)).toBe('ok');
    expect(noted()).toBe('tools/helper [x]\n');
  });

  test('words in quotes are one argument', async () => {
    const { url } = await site('me:pw');
    program('helper', says(url, 'me:pw'));
    expect(await client(`helper --arg1 "value with  spaces" 'a"b' c"d`).get(url)).toBe('ok');
    expect(runs()).toEqual(['helper [--arg1] [value with  spaces] [a"b] [c"d]']);
  });

  test('of several commands the first that knows holds; no headers take some away', async () => {
    const { url, host, requests } = await site((_, response) => response.end('ok'));
    writeFileSync(
      join(dir, 'netrc'),
      `machine ${host} login netrc password pw\nmachine ${host}/n login n password pw\n`,
    );
    program('one', `${says(`${url}/one`, 'one:pw')}; printf '${url}/n\\n\\n\\n'`);
    program('two', `${says(`${url}/one`, 'two:pw')}; ${says(`${url}/two`, 'two:pw')}`);
    const { get } = client('one; two ;netrc');
    for (const path of ['/one', '/two/x', '/n/x', '/ones']) await get(url + path);
    expect(requests.map((r) => r.headers.authorization)).toEqual(
      ['one', 'two', 'netrc', 'netrc'].map((u) => basic(`${u}:pw`)),
    );
  });

  test('headers of any name go to https, to their prefix, and nowhere that a redirect leads', async () => {
    const other = await site((_, response) => response.end('other'));
    const { url, host, requests } = await site((request, response) => {
      if (request.url === '/t/away') response.writeHead(302, { location: `${other.url}/t/y` }).end();
      else response.end('ok');
    });
    program('helper', `printf '${url}/t\\nhttp://${host}/\\n\\nPrivate-Token: hush\\nAccept: a\\nAccept: b\\n\\n'`);
    const { get } = client('helper');
    for (const path of ['/t/x', '/tx', '/t/away']) await get(url + path);
    expect(requests.map(({ headers }) => [headers['private-token'], headers.accept])).toEqual([
      ['hush', 'a, b'],
      [undefined, undefined],
      ['hush', 'a, b'],
    ]);
    expect(other.requests.map(({ headers }) => headers['private-token'])).toEqual([undefined]);
  });

  test('plain http starts nothing, and neither does a URL with a user of its own after a refusal', async () => {
    program('helper', '');
    const door = createTcpServer((socket) => socket.end('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n'));
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => door.close());
    const { get } = client('helper');
    await expect(get(`http://127.0.0.1:${(door.address() as AddressInfo).port}/x`)).rejects.toMatchObject({
      status: 403,
    });
    expect(noted()).toBe('');
    const { url } = await site('me:pw');
    await expect(get(`${url.replace('://', '://you:no@')}/x`)).rejects.toMatchObject({ status: 401 });
    expect(noted()).toBe('helper []\n');
  });

  test('requests that are refused together profit from what the first of them hears', async () => {
    const { url } = await site('me:pw');
    program('helper', `test -n "$1" && ${says(url, 'me:pw')}`);
    const { get } = client('helper');
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => get(`${url}/${i}`)));
    expect(new Set(all)).toEqual(new Set(['ok']));
    expect(runs().length).toBeLessThanOrEqual(1 + 4);
  });

  describe('that goes wrong is told by -x and, after a refusal, by a hint', () => {
    test.each([
      ['missing', '', 'could not run command missing: exec: "missing": executable file not found in $PATH'],
      ['./missing x', '', 'could not run command ./missing x: fork/exec ./missing: no such file or directory'],
      ['./log', '', 'could not run command ./log: fork/exec ./log: permission denied'],
      ['helper x', 'echo why >&2; exit 3', 'could not run command helper x: exit status 3\nwhy'],
      ['helper', 'kill -9 $$', 'could not run command helper: signal: killed'],
      ['helper', 'head -c 2000000 /dev/zero', 'could not run command helper: wrote more than 1048576 bytes'],
      ["helper 'x", '', "cannot parse GOAUTH command helper 'x: unterminated ' string"],
      [
        'helper',
        "printf 'https://a.test\\n\\nA: b\\rC: d\\n\\n'",
        'cannot parse output of GOAUTH command helper: invalid format: invalid header line',
      ],
    ])('%s %s', async (GOAUTH, code, problem) => {
      const { url, requests } = await site('me:pw');
      program('helper', code);
      writeFileSync(log, '');
      const trace: string[] = [];
      const error = await client(GOAUTH, { onTrace: (line) => trace.push(line) })
        .get(`${url}/x`)
        .catch((e) => e);
      expect([error.status, requests.length]).toEqual([401, 1]);
      const at = trace.indexOf(`GOAUTH encountered errors for ${url}/x:`);
      expect(trace[at + 1]?.startsWith(`  GOAUTH=${GOAUTH}: ${problem}`), trace.join('\n')).toBe(true);
      expect(hintOf(error)).toBe(`GOAUTH=${GOAUTH}: ${problem.split('\n')[0]} (-x shows more)`);
    });

    test('not where another command had credentials', async () => {
      const { url } = await site('me:pw');
      program('helper', says(url, 'me:pw'));
      const trace: string[] = [];
      expect(await client('missing;helper', { onTrace: (line) => trace.push(line) }).get(`${url}/x`)).toBe('ok');
      expect(trace.filter((line) => line.includes('GOAUTH'))).toEqual([]);
    });
  });

  test('that does not end is left when the request is, and killed when the client is closed', async () => {
    const { url, requests } = await site('me:pw');
    program('helper', `echo $$ > '${dir}/pid'; exec sleep 60`);
    const { get, close } = client('helper');
    const controller = new AbortController();
    const asked = get(`${url}/x`, controller.signal).catch((error) => error);
    await expect
      .poll(() => existsSync(join(dir, 'pid')) && readFileSync(join(dir, 'pid'), 'utf8'), { timeout: 10_000 })
      .toMatch(/\n/);
    controller.abort();
    expect(await asked).toMatchObject({ code: 'interrupted' });
    await close();
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await expect.poll(isAlive, { timeout: 10_000 }).toBe(false);
    expect(requests).toEqual([]);
  });

  describe('of git', () => {
    const fill = (url: string, user: string) => {
      const [login, password] = user.split(':');
      const lines = [`protocol=https`, `host=${new URL(url).host}`, `username=${login}`, `password=${password}`];
      return `if [ $2 = fill ]; then pwd >> '${log}'; printf '%s\\n' ${lines.join(' ')}; fi`;
    };

    test.each([
      ['good credentials are approved', 'me:pw', 'approve'],
      ['bad ones rejected', 'me:no', 'reject'],
    ])('%s', async (_, user, verdict) => {
      const { url, host } = await site('me:pw');
      mkdirSync(join(dir, 'work'));
      program('git', fill(url, user));
      const { get, close } = client(`git ${dir}/work`);
      expect(await get(`${url}/x?go-get=1`).catch((error) => error.status)).toBe(verdict === 'approve' ? 'ok' : 401);
      await close();
      const [login, password] = user.split(':');
      expect(noted()).toBe(
        `git [credential] [fill]\nurl=${url}/x?go-get=1\n${dir}/work\n` +
          `git [credential] [${verdict}]\nprotocol=https\nhost=${host}\nusername=${login}\npassword=${password}\n`,
      );
    });

    test('nothing is asked before a refusal', async () => {
      const { url } = await site((_, response) => response.end('ok'));
      program('git', '');
      expect(await client(`git ${dir}`).get(url)).toBe('ok');
      expect(noted()).toBe('');
    });

    test.each([
      ['echo why; exit 128', "'git credential fill' failed (url=URL): exit status 128\nwhy"],
      ['echo x', "'git credential fill' failed for url=URL, could not parse url"],
      [
        'printf "protocol=https\\nhost=b.test\\npath=c\\n"',
        "requested a credential for URL, but 'git credential fill' provided one for https://b.test/c",
      ],
    ])('%s', async (code, problem) => {
      const { url } = await site('me:pw');
      program('git', code);
      const trace: string[] = [];
      await expect(client(`git ${dir}`, { onTrace: (l) => trace.push(l) }).get(`${url}/x`)).rejects.toMatchObject({
        status: 401,
      });
      expect(trace).toContain(`  GOAUTH=git ${dir}: ${problem.replace('URL', `${url}/x`)}`);
    });

    test('its folder must be there', async () => {
      const { url, requests } = await site('me:pw');
      writeFileSync(join(dir, 'file'), '');
      const messages = [];
      for (const name of ['gone', 'file'])
        messages.push(
          (
            await client(`git ${dir}/${name}`)
              .get(url)
              .catch((e) => e)
          ).message,
        );
      expect(messages).toEqual([
        `GOAUTH=git encountered an error; cannot stat ${dir}/gone: stat ${dir}/gone: no such file or directory`,
        'GOAUTH=git dir method requires an absolute path to the git working directory, dir is not a directory',
      ]);
      expect(requests).toEqual([]);
    });
  });
});
