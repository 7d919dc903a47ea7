/** The GOPROXY list: its syntax, its order, and which error wins. */
import { describe, expect, test } from 'vitest';
import { ChecksumMismatchError, isNotFound, ModuleError, TsgogetError } from '../../src/errors.js';
import { type Proxy as ModuleProxy, parseProxyList } from '../../src/goproxy/index.js';
import { failure, mirrorWith, proxiesOf } from './support.js';

const entry = (url: string, fallBackOnError = false) => ({ url, fallBackOnError });

describe('parseProxyList', () => {
  test.each<[string, ReturnType<typeof entry>[]]>([
    ['https://a', [entry('https://a')]],
    ['https://a,https://b', [entry('https://a'), entry('https://b')]],
    ['https://a|http://b,direct', [entry('https://a', true), entry('http://b'), entry('direct')]],
    [' https://a , , |https://b', [entry('https://a'), entry('https://b')]],
    ['direct,https://a', [entry('direct')]],
    ['off,https://a', [entry('off')]],
    ['a.example', [entry('https://a.example')]],
    ['a.example:8080/mod', [entry('https://a.example:8080/mod')]],
    ['file:///x', [entry('file:///x')]],
    ['file:///a%20b', [entry('file:///a%20b')]],
    ['https://a|', [entry('https://a', true)]],
  ])('%j', (list, want) => expect(parseProxyList(list, '')).toEqual(want));

  test.each([
    ['', 'GOPROXY list is not the empty string, but contains no entries'],
    [' , |', 'GOPROXY list is not the empty string, but contains no entries'],
    ['nonsense', 'invalid proxy URL missing scheme: nonsense'],
    ['/abs/path', 'invalid proxy URL missing scheme: /abs/path'],
    ['ftp://a', 'invalid proxy URL scheme (must be https, http, file): ftp://a'],
    ['file://host/x', 'invalid file:// proxy URL with non-path elements: file://host/x'],
    ['file:///x?q', 'invalid file:// proxy URL with non-path elements: file:///x?q'],
    ['https:///x', 'invalid proxy URL: https:///x'],
    ['https://u:hush@[bad/x', 'invalid proxy URL: https://xxxxx@[bad/x'],
  ])('%j is refused', (list, message) => {
    expect(() => parseProxyList(list, '')).toThrow(expect.objectContaining({ code: 'invalid-setting', message }));
  });

  test('GONOPROXY puts noproxy first, unless everything is direct anyway', () => {
    expect(parseProxyList('https://a', 'x.example')).toEqual([entry('noproxy'), entry('https://a')]);
    expect(parseProxyList('direct', 'x.example')).toEqual([entry('direct')]);
    expect(() => parseProxyList(',', 'x.example')).toThrow('contains no entries');
  });
});

describe('tryEach', () => {
  const notFound = (m: string) => new TsgogetError('not-found', m);
  const other = (m: string) => new TsgogetError('http', m);
  /** Asks each proxy for its error, by position; undefined succeeds. */
  async function run(list: string, errors: Record<string, unknown>, gonoproxy = '') {
    const asked: string[] = [];
    const ask = async (proxy: ModuleProxy) => {
      const name = proxy.url.replace('https://', '');
      asked.push(name);
      const error = errors[name];
      if (error !== undefined) throw error;
      return name;
    };
    const result = await proxiesOf(list, gonoproxy)
      .tryEach(ask)
      .catch((error) => error.message);
    return { asked: asked.join(' '), result };
  }

  test.each<[string, string, Record<string, unknown>, string, string]>([
    ['after , not found moves on', 'https://a,https://b', { a: notFound('A') }, 'a b', 'b'],
    ['after , nothing else does', 'https://a,https://b', { a: other('A') }, 'a', 'A'],
    ['after | any error moves on', 'https://a|https://b', { a: other('A') }, 'a b', 'b'],
    ['the last "not found" wins', 'https://a,https://b', { a: notFound('A'), b: notFound('B') }, 'a b', 'B'],
    ['other errors win over "not found"', 'https://a|https://b', { a: other('A'), b: notFound('B') }, 'a b', 'A'],
    ['the last of the others wins', 'https://a|https://b', { a: other('A'), b: other('B') }, 'a b', 'B'],
    ['direct wins over all', 'https://a|direct', { a: other('A'), direct: notFound('D') }, 'a direct', 'D'],
  ])('%s', async (_, list, errors, asked, result) => {
    expect(await run(list, errors)).toEqual({ asked, result });
  });

  test('noproxy wins over all, when it is meant', async () => {
    const errors = { noproxy: notFound('N'), a: other('A') };
    expect(await run('https://a', errors, 'x')).toEqual({ asked: 'noproxy a', result: 'N' });
  });

  test.each([
    new ChecksumMismatchError('refuted', { want: 'a', got: 'b', from: 'go.sum' }),
    new TsgogetError('log-fork', 'refuted'),
    new ModuleError('http', { path: 'm', version: 'v1.0.0' }, 'refuted', {
      cause: new TsgogetError('bad-signature', 'x'),
    }),
    new TsgogetError('invalid-setting', 'refuted'),
    new TsgogetError('interrupted', 'refuted'),
  ])('nothing is fallen back to from %s', async (error) => {
    const { asked, result } = await run('https://a|https://b', { a: error });
    expect([asked, result]).toEqual(['a', error.message]);
  });

  test('an aggregate with a refutation in it is one', async () => {
    const error = new AggregateError([notFound('x'), new TsgogetError('bad-proof', 'y')], 'several');
    expect(await run('https://a|https://b', { a: error })).toEqual({ asked: 'a', result: 'several' });
  });

  test('a malformed GOPROXY fails when it is used, not before', async () => {
    const proxies = proxiesOf('nonsense');
    expect(await failure(proxies.tryEach(async () => 1))).toMatchObject({ code: 'invalid-setting' });
    expect(() => proxies.entries).toThrow('missing scheme');
  });
});

const stat = (path: string) => (proxy: ModuleProxy) => proxy.repo(path).stat('v1.0.0');

describe('the entries that are no proxy', () => {
  test('off', async () => {
    const error = await failure(proxiesOf('off').tryEach(stat('example.com/m')));
    expect(error).toMatchObject({ code: 'lookup-disabled', message: 'module lookup disabled by GOPROXY=off' });
    expect(isNotFound(error)).toBe(true); // as Go has it
  });

  test('direct from version control is not supported yet, and says what to do', async () => {
    const error = await failure(proxiesOf('direct').tryEach(stat('github.com/example/m')));
    expect(error).toMatchObject({ code: 'unsupported', hint: expect.stringContaining('GOPROXY') });
    expect(error.message).toBe('exec: "git": executable file not found in $PATH'); // none is named here
  });

  test('direct from version control does not hide what the proxy said', async () => {
    const mirror = await mirrorWith();
    const error = await failure(proxiesOf(`${mirror.url},direct`).tryEach(stat('github.com/example/m')));
    expect(error).toMatchObject({ code: 'not-found', hint: expect.stringContaining('direct') });
    expect(error.message).toContain('404 Not Found');
    expect(isNotFound(error)).toBe(true);
  });

  test('a proxy without direct after it gives no such hint', async () => {
    const mirror = await mirrorWith();
    expect((await failure(proxiesOf(mirror.url).tryEach(stat('example.com/m')))).hint).toBeUndefined();
  });

  test('A8: a module that GONOPROXY matches is never asked of a proxy', async () => {
    const names = ['github.com/example/m', 'github.com/example/m/sub'] as const;
    const mirror = await mirrorWith({ modules: names.map((path) => ({ path, version: 'v1.0.0' })) });
    for (const list of [mirror.url, `${mirror.url}|${mirror.url}`, `${mirror.url},direct`, `${mirror.url},off`]) {
      const proxies = proxiesOf(list, names[0]);
      for (const path of names) {
        const error = await failure(proxies.tryEach(stat(path)));
        expect(error).toMatchObject({ code: 'unsupported', hint: expect.stringContaining('GONOPROXY') });
      }
      const repo = proxies.entries.find((p) => p.url === mirror.url)!.repo(names[0]);
      expect((await failure(repo.latest())).message).toBe('disabled by GOPRIVATE/GONOPROXY');
    }
    expect(mirror.requests).toEqual([]);
  });

  test('a module that it does not match goes past noproxy', async () => {
    const mirror = await mirrorWith({ modules: [{ path: 'example.com/other', version: 'v1.0.0' }] });
    const proxies = proxiesOf(mirror.url, 'example.com/m');
    expect(await proxies.tryEach(stat('example.com/other'))).toMatchObject({ version: 'v1.0.0' });
    expect((await failure(proxies.tryEach(stat('example.com/missing')))).message).toContain('404 Not Found');
  });

  test('raw paths are for proxies only', async () => {
    const mirror = await mirrorWith({ log: { name: 'sum.test', respond: (path) => ({ body: `log ${path}` }) } });
    const [noproxy, proxy] = proxiesOf(mirror.url, 'x').entries as [ModuleProxy, ModuleProxy];
    expect(Buffer.from(await proxy.get('sumdb/sum.test/lookup/a@v1', 100)).toString()).toBe('log /lookup/a@v1');
    expect(await failure(noproxy.get('sumdb/sum.test/supported', 1))).toMatchObject({ code: 'not-found' });
    expect(isNotFound(await failure(proxiesOf('off').entries[0]!.get('sumdb/x/supported', 1)))).toBe(true);
  });

  test.each(['../x', 'a/../b', 'a//b', '/a', 'a/', '.', '', 'a\\b', 'a\0b'])('raw path %j is refused', async (path) => {
    const mirror = await mirrorWith();
    expect(await failure(proxiesOf(mirror.url).entries[0]!.get(path, 1))).toMatchObject({ code: 'invalid-path' });
    expect(mirror.requests).toEqual([]);
  });
});

test('lookups can be switched off, in the words of -mod=vendor', async () => {
  const { createProxyList } = await import('../../src/goproxy/index.js');
  const env = { GOPROXY: 'https://a', GONOPROXY: '', platform: 'linux' as const, goVersion: '1.26.8' };
  const words = 'module lookup disabled by -mod=vendor';
  const proxies = createProxyList({ env, http: undefined as never, lookupDisabled: words });
  const error = await failure(proxies.tryEach(stat('example.com/m')));
  expect(error).toMatchObject({ code: 'lookup-disabled', message: words });
  expect(isNotFound(error)).toBe(false);
});
