/** One module of a proxy: the five questions, against a mirror on loopback. */
import { describe, expect, test } from 'vitest';
import { isNotFound } from '../../src/errors.js';
import type { Repo } from '../../src/goproxy/index.js';
import type { Fault, Mirror, MirrorOptions } from '../support/fixture-mirror.js';
import { collector, failure, mirrorWith, proxiesOf, text } from './support.js';

const path = 'example.com/Case/m';
const modules = ['v1.0.0', 'v1.2.0', 'v1.10.0', 'v2.0.0-rc.1+incompatible', 'v1.11.0-pre'].map((version) => ({
  path,
  version,
  files: { 'go.mod': `module ${path}\n\ngo 1.26\n`, 'm.go': 'package m\n' },
}));

async function open(options: MirrorOptions = {}, base = ''): Promise<{ mirror: Mirror; repo: Repo }> {
  const mirror = await mirrorWith({ modules, ...options });
  return { mirror, repo: proxiesOf(mirror.url + base).entries[0]!.repo(path) };
}

const answering = (body: string, fault: Partial<Fault> = {}) =>
  open({ faults: [{ path: /^/, status: 200, body, ...fault }] });

describe('requests', () => {
  test('are escaped as Go escapes them', async () => {
    const { mirror, repo } = await open();
    await repo.versions('');
    await repo.goMod('v1.0.0');
    await repo.stat('v1.0.0');
    await repo.latest();
    await failure(repo.stat('Master'));
    expect(mirror.requests.map((r) => r.path)).toEqual([
      '/example.com/%21case/m/@v/list',
      '/example.com/%21case/m/@v/v1.0.0.mod',
      '/example.com/%21case/m/@v/v1.0.0.info',
      '/example.com/%21case/m/@latest',
      '/example.com/%21case/m/@v/%21master.info',
    ]);
    expect(mirror.requests.every((r) => r.method === 'GET')).toBe(true);
  });

  test.each(['/mod', '/mod/', '//mod//', '/a%20b', '/a%2Fb'])('keep the base path %s', async (base) => {
    const { mirror, repo } = await open({}, base);
    await failure(repo.goMod('v1.0.0'));
    const clean = `/${base.split('/').filter(Boolean).join('/')}`;
    expect(mirror.requests[0]!.path).toBe(`${clean}/example.com/%21case/m/@v/v1.0.0.mod`);
  });

  test('keep the query of the proxy URL', async () => {
    const { mirror, repo } = await open({}, '/mod?key=1#frag');
    await failure(repo.goMod('v1.0.0'));
    expect(mirror.requests[0]!.path).toBe('/mod/example.com/%21case/m/@v/v1.0.0.mod?key=1');
  });

  test.each([
    ['-flag', '/@v/-flag.info'],
    ['a%2fb', '/@v/a%252fb.info'],
    ['a#b', '/@v/a%23b.info'],
    ['a+b=c@d&e', '/@v/a+b=c@d&e.info'],
    ["a'(b)", undefined],
    ['a b', '/@v/a%20b.info'],
    ['..', undefined],
    ['a/b', undefined],
    ['a?b', undefined],
    ['a!b', undefined],
    ['a\\b', undefined],
    ['ä', undefined],
    ['', undefined],
    ['a\r\nHost: evil', undefined],
  ])('A12: the revision %j is asked for as %s', async (rev, want) => {
    const { mirror, repo } = await open();
    const error = await failure(repo.stat(rev));
    expect(mirror.requests.map((r) => r.path.replace('/example.com/%21case/m', ''))).toEqual(
      want === undefined ? [] : [want],
    );
    if (want === undefined) expect(error.code).toBe('invalid-version');
  });

  test.each(['../etc', 'example.com/../m', '/abs', 'example.com//m', 'example.com/a b', 'nodot', '', 'a.b/é', '-a.b'])(
    'A12: the module path %j is never asked for',
    async (bad) => {
      const mirror = await mirrorWith();
      const repo = proxiesOf(mirror.url).entries[0]!.repo(bad);
      expect((await failure(repo.latest())).code).toBe('invalid-path');
      expect((await failure(repo.zip('v1.0.0', collector().sink))).code).toBe('invalid-path');
      expect(mirror.requests).toEqual([]);
    },
  );
});

describe('versions', () => {
  const list = async (body: string, prefix = '') =>
    (await (await answering(body)).repo.versions(prefix)).sorted().join(' ');

  test('are those that are tagged', async () => {
    const { repo } = await open();
    expect((await repo.versions('')).sorted()).toEqual([
      'v1.0.0',
      'v1.2.0',
      'v1.10.0',
      'v1.11.0-pre',
      'v2.0.0-rc.1+incompatible',
    ]);
  });

  test.each([
    ['v1.0.0', 'v1.0.0'],
    ['v1.1.0\nv1.0.0\n', 'v1.0.0 v1.1.0'],
    ['v1.0.0\r\n', 'v1.0.0'],
    ['  v1.0.0\tjunk more\n', 'v1.0.0'],
    ['\n\n', ''],
    ['', ''],
    ['1.0.0\nvv1\nlatest\n<html>\n', ''],
    ['v1.0.0-20200102030405-0123456789ab\nv1.0.0\n', 'v1.0.0'],
    ['v1\nv1.2\n', 'v1 v1.2'],
    ['\ufeffv1.0.0\n', ''],
    ['v1.0.0\u00a0x', 'v1.0.0'],
    ['v1.0.0\u200b', ''],
    ['v99999999999999999999.0.0\nv1.0.0\n', 'v1.0.0 v99999999999999999999.0.0'],
  ])('of %j are %j', async (body, want) => expect(await list(body)).toBe(want));

  test('begin with the prefix', async () => {
    expect(await list('v1.1.0\nv1.10.0\nv2.1.1\n', 'v1.1')).toBe('v1.1.0 v1.10.0');
  });

  test('come with the times that the proxy gives', async () => {
    const { repo } = await answering('v1.0.0 2020-01-02T03:04:05Z\nv1.1.0\n');
    expect([...(await repo.versions('')).timed()]).toEqual([
      { version: 'v1.0.0', time: '2020-01-02T03:04:05Z' },
      { version: 'v1.1.0' },
    ]);
  });

  test('are asked for once', async () => {
    const { mirror, repo } = await open();
    await Promise.all([repo.versions(''), repo.versions('v1'), repo.versions('v2')]);
    expect(mirror.requests).toHaveLength(1);
  });

  test('are not taken from a list that was cut', async () => {
    expect(await failure((await answering('v1.0.0\nv1.1.0\n', { truncateAt: 9 })).repo.versions(''))).toMatchObject({
      code: 'network',
    });
    const cut = await answering('v1.0.0\nv1.1', { closeDelimited: true });
    expect(await failure(cut.repo.versions(''))).toMatchObject({ code: 'network' });
    const whole = await answering('v1.0.0\n', { closeDelimited: true });
    expect([...(await whole.repo.versions(''))]).toEqual(['v1.0.0']);
  });

  test('A11: no bombs', async () => {
    const bomb = await answering('', { gzip: 5 << 20 });
    expect(await failure(bomb.repo.stat('v1.0.0'))).toMatchObject({ code: 'too-large' });
    const endless = await answering('x', { endless: true });
    expect(await failure(endless.repo.stat('v1.0.0'))).toMatchObject({ code: 'too-large' });
  });

  test('a hundred thousand lines are no trouble', async () => {
    const body = Array.from({ length: 100_000 }, (_, i) => `v1.${i}.0\n`).join('');
    expect([...(await (await answering(body)).repo.versions(''))]).toHaveLength(100_000);
  });
});

describe('stat', () => {
  test('gives the version, time and origin as sent', async () => {
    const info = '{"Version":"v1.0.0","Time":"2020-01-02T03:04:05.123456789Z","Origin":{"VCS":"git"},"Other":1}';
    const { repo } = await answering(info);
    const answer = await repo.stat('v1.0.0');
    expect(answer).toEqual({ version: 'v1.0.0', time: '2020-01-02T03:04:05.123456789Z', origin: { VCS: 'git' } });
  });

  test('resolves revisions', async () => {
    const { repo } = await open({ modules: [{ path, version: 'v1.0.0', revisions: ['main'] }] });
    expect(await repo.stat('main')).toMatchObject({ version: 'v1.0.0' });
  });

  test('reads field names without regard to case, as Go does', async () => {
    const { repo } = await answering('{"version":"v1.0.0","TIME":"2020-01-02T03:04:05Z","origin":null}');
    expect(await repo.stat('v1.0.0')).toMatchObject({ version: 'v1.0.0', time: '2020-01-02T03:04:05Z' });
  });

  test.each(['v1.0.1', 'v1.0', 'v1.0.0+incompatible', '', 'v1.0.0 '])('A9: refuses the answer %j', async (version) => {
    const { repo } = await answering(JSON.stringify({ Version: version }));
    const error = await failure(repo.stat('v1.0.0'));
    expect(error.code).toBe('invalid-response');
    expect(error.message).toBe(
      `${path}@v1.0.0: proxy returned info for version ${version} instead of requested version`,
    );
  });

  test('lets the proxy choose when the question is a query, or does not fit the path', async () => {
    const { repo } = await answering('{"Version":"v1.2.3"}');
    expect(await repo.stat('v1.2')).toMatchObject({ version: 'v1.2.3' });
    expect(await repo.stat('v3.0.0')).toMatchObject({ version: 'v1.2.3' });
  });

  test.each<[string, string]>([
    ['invalid', "invalid character 'i' looking for beginning of value"],
    ['<html>', "invalid character '<' looking for beginning of value"],
    ['', 'unexpected end of JSON input'],
    ['  \n', 'unexpected end of JSON input'],
    ['{"Version":"v1.0.0"', 'unexpected end of JSON input'],
    ['{"Version":"v1.0.0"}x', "invalid character 'x'"],
    ['[]', 'json: cannot unmarshal array into Go value'],
    ['"v1.0.0"', 'json: cannot unmarshal string into Go value'],
    ['{"Version":1}', 'json: cannot unmarshal number into Go struct field RevInfo.Version of type string'],
    ['{"Version":{"__proto__":1}}', 'json: cannot unmarshal object'],
    ['{"Version":"v1.0.0","Time":"yesterday"}', 'parsing time "yesterday"'],
    ['{"Version":"v1.0.0","Time":"2020-02-30T00:00:00Z"}', 'parsing time'],
    ['{"Version":"v1.0.0","Time":7}', 'Time.UnmarshalJSON: input is not a JSON string'],
    ['{"Version":"v1.0.0","Origin":"x"}', 'json: cannot unmarshal string into Go struct field RevInfo.Origin'],
    ['\ufeff{"Version":"v1.0.0"}', 'invalid character'],
    ['['.repeat(100_000), 'unexpected end of JSON input'],
  ])('%j is an invalid response', async (body, words) => {
    const { mirror, repo } = await answering(body);
    const error = await failure(repo.stat('v1.0.0'));
    expect(error.code).toBe('invalid-response');
    expect(error.message).toContain(`${path}@v1.0.0: invalid response from proxy "${mirror.url}": ${words}`);
  });

  test('shows no password of the proxy', async () => {
    const { mirror } = await answering('invalid');
    const withUser = mirror.url.replace('://', '://me:hush@');
    const error = await failure(proxiesOf(withUser).entries[0]!.repo(path).latest());
    expect(error).toMatchObject({ code: 'insecure' });
    expect(error.message).not.toContain('hush');
  });
});

describe('latest', () => {
  test('is what the proxy says', async () => {
    const { repo } = await open();
    expect(await repo.latest()).toMatchObject({ version: 'v1.10.0' });
  });

  const pseudo = (time: string) => `v0.0.0-${time}-0123456789ab`;
  const older = pseudo('20200102030405');
  const newer = pseudo('20210102030405');

  test.each<[string, string]>([
    [`${older}\n${newer}\n`, newer],
    [`${newer}\n${older}\n`, newer],
    [`${newer}\n${older} 2022-01-02T03:04:05Z\n`, older],
    [`v0.1.0 2023-01-02T03:04:05+00:00\n${newer}\n`, 'v0.1.0'],
    [`v0.1.0\n${older}\n`, older],
    [`${newer} nonsense\n${older}\n`, older],
    [`${older} 2022-01-02T03:04:05.1Z\n${newer} 2022-01-02T03:04:05.12Z\n`, newer],
  ])('without @latest, of the list %j it is %s', async (list, want) => {
    const modules = [older, newer, 'v0.1.0'].map((version) => ({ path, version }));
    const faults = [
      { path: '@latest', status: 404 },
      { path: '@v/list', status: 200, body: list },
    ];
    const { repo } = await open({ modules, faults });
    expect(await repo.latest()).toMatchObject({ version: want });
  });

  test('of a list of tags only is nothing', async () => {
    const { repo } = await open({ faults: [{ path: '@latest', status: 410 }] });
    const error = await failure(repo.latest());
    expect(isNotFound(error)).toBe(true);
    expect(error.message).toBe(`module ${path}: no commits`);
  });

  test('is not taken from the list when @latest fails otherwise', async () => {
    const { mirror, repo } = await open({ faults: [{ path: '@latest', status: 403, body: 'no\n' }] });
    expect((await failure(repo.latest())).message).toContain('403 Forbidden\n\tserver response: no');
    expect(mirror.requests).toHaveLength(1);
  });
});

describe('go.mod and zip', () => {
  test('come as they are', async () => {
    const { repo } = await open();
    expect(text(await repo.goMod('v1.0.0'))).toBe(`module ${path}\n\ngo 1.26\n`);
    const got = collector();
    const { bytes } = await repo.zip('v1.0.0', got.sink);
    expect(got.end()).toBe('closed');
    expect(got.data()).toHaveLength(bytes);
    expect(got.data().subarray(0, 2).toString()).toBe('PK');
  });

  test.each(['v1', 'v1.0', 'main', '', 'v1.0.0+meta'])('version %j is a mistake of the caller', async (version) => {
    const { mirror, repo } = await open();
    expect((await failure(repo.goMod(version))).message).toContain('version passed to GoMod is not canonical');
    expect((await failure(repo.zip(version, collector().sink))).message).toContain('passed to Zip is not canonical');
    expect(mirror.requests).toEqual([]);
  });

  test('a go.mod above 16 MiB is refused', async () => {
    const { repo } = await answering('x', { headers: { 'transfer-encoding': 'chunked' }, endless: true });
    expect(await failure(repo.goMod('v1.0.0'))).toMatchObject({ code: 'too-large' });
  });

  test('a zip above 500 MiB is refused in Go’s words, and its sink aborted', async () => {
    const { repo } = await answering('PK', { contentLength: (500 << 20) + 1 });
    const got = collector();
    const error = await failure(repo.zip('v1.0.0', got.sink));
    expect(error).toMatchObject({ code: 'too-large', message: `${path}@v1.0.0: downloaded zip file too large` });
    expect(got.end()).toBe('aborted');
  });

  test('a download that breaks off once is whole in the end', async () => {
    const { repo } = await open({ faults: [{ path: '.zip', times: 1, truncateAt: 40 }] });
    const got = collector();
    const { bytes } = await repo.zip('v1.0.0', got.sink);
    expect(got.data()).toHaveLength(bytes);
    expect(got.end()).toBe('closed');
  });
});

describe('errors', () => {
  test('name a canonical version', async () => {
    const { mirror, repo } = await open();
    const error = await failure(repo.goMod('v1.9.9'));
    const url = `${mirror.url}/example.com/%21case/m/@v/v1.9.9.mod`;
    const words = 'not found: example.com/!case/m/@v/v1.9.9.mod';
    expect(error.message).toBe(`${path}@v1.9.9: reading ${url}: 404 Not Found\n\tserver response: ${words}`);
    expect(error).toMatchObject({ code: 'not-found', path, version: 'v1.9.9' });
  });

  test('say of any other revision that it is invalid', async () => {
    const { repo } = await open();
    expect((await failure(repo.stat('nope'))).message).toMatch(
      /^example\.com\/Case\/m@nope: invalid version: reading http:.*: 404 Not Found\n/,
    );
  });

  test.each([
    ['1.26.8', 'a/b', 'invalid version: version "a/b" invalid: disallowed version string'],
    ['1.27.4', 'a/b', 'invalid version: disallowed version string'],
  ])('of one that cannot be asked for, by %s', async (release, query, reason) => {
    const { mirror } = await open();
    const repo = proxiesOf(mirror.url, '', 'linux', release).entries[0]!.repo(path);
    const error = await failure(repo.stat(query));
    expect(error).toMatchObject({ code: 'invalid-version', message: `${path}@${query}: ${reason}` });
    expect(mirror.requests).toEqual([]);
  });

  test.each(['1.26.8', '1.27.4'])(
    'of a pseudo-version that is not canonical, that it is an invalid one, by %s',
    async (release) => {
      const { mirror } = await open();
      const repo = proxiesOf(mirror.url, '', 'linux', release).entries[0]!.repo(path);
      const noun = async (query: string) => /@\S+ invalid (\S+): /.exec((await failure(repo.stat(query))).message)?.[1];
      expect(await noun('v0.0.0-20190101000000-abcdefabcdef+meta')).toBe('pseudo-version');
      expect(await noun('v1.0.0+meta')).toBe('version');
      expect(await noun('v0.0.0-20190101000000-abcdefabcdef!')).toBe('version');
    },
  );

  test('without a version name the module', async () => {
    const { repo } = await open({ modules: [] });
    expect((await failure(repo.versions(''))).message).toMatch(/^module example\.com\/Case\/m: reading http/);
    expect((await failure(repo.latest())).message).toMatch(
      /^module example\.com\/Case\/m: reading http.*@v\/list: 404/,
    );
  });
});
