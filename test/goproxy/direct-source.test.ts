/** `direct`: go-import pages and the module proxies that they name, over sites on loopback. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hintOf, isNotFound } from '../../src/errors.js';
import { createProxyList } from '../../src/goproxy/index.js';
import { createHttpClient } from '../../src/http/index.js';
import { goImportPage as page, startWeb, type Web } from '../support/web.js';
import { failure } from './support.js';

const version = 'v1.0.0';
const path = 'a.test/x';
const pageUrl = `https://${path}?go-get=1`;
const infoOf = (base: string, module = path) => `${base}/${module}/@v/${version}.info`;

let web: Web;
let close: () => Promise<void>;
let folder: string;
beforeEach(async () => {
  web = await startWeb(['a.test', 'b.test', 'p.test']);
  folder = mkdtempSync(join(tmpdir(), 'tsgoget-direct-'));
});
afterEach(async () => {
  await close?.();
  await web[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

type Overrides = Partial<
  Record<'GOPROXY' | 'GONOPROXY' | 'GOINSECURE' | 'GOVCS' | 'GOPRIVATE' | 'NETRC' | 'PATH' | 'ca' | 'goVersion', string>
>;

function proxies(o: Overrides = {}) {
  const { GOPROXY = 'direct', GONOPROXY = '', GOINSECURE = '', NETRC = '', ca = web.ca, PATH = folder, ...rules } = o;
  const { goVersion = '1.26.8' } = o;
  const settings = {
    GOAUTH: NETRC === '' ? 'off' : 'netrc',
    NETRC,
    home: '',
    platform: 'linux',
    env: web.env,
  } as const;
  const http = createHttpClient({ env: settings, retryBaseMs: 1, tries: 2, ca });
  close = () => http.close();
  return createProxyList({
    env: { GOPROXY, GONOPROXY, GOINSECURE, platform: 'linux', env: { PATH }, ...rules, goVersion },
    http,
  });
}

const stat = (list: ReturnType<typeof proxies>, module = path) =>
  list.tryEach((proxy) => proxy.repo(module).stat(version));

function serve(base: string, module = path): void {
  web.answers.set(infoOf(base, module), `{"Version":"${version}"}`);
}

describe('a page that names a module proxy', () => {
  test('that proxy is asked, for the whole module path, and the page once', async () => {
    web.answers.set(pageUrl, page(`${path} mod https://p.test/base/`));
    serve('https://p.test/base');
    const list = proxies();
    expect(await stat(list)).toMatchObject({ version });
    await list.tryEach((proxy) => proxy.repo(path).stat('main')).catch(() => {});
    expect(web.asked).toEqual([pageUrl, infoOf('https://p.test/base'), `https://p.test/base/${path}/@v/main.info`]);
  });

  test('what its proxy says is told as of any proxy', async () => {
    web.answers.set(pageUrl, page(`${path} mod https://p.test`));
    web.answers.set(infoOf('https://p.test'), {
      status: 404,
      body: 'File? What file?',
      headers: { 'content-type': 'text/plain' },
    });
    expect((await failure(stat(proxies()))).message).toBe(
      `${path}@${version}: reading ${infoOf('https://p.test')}: 404 Not Found\n\tserver response: File? What file?`,
    );
  });

  test('it may be a 404 page', async () => {
    web.answers.set(pageUrl, { status: 404, body: page(`${path} mod https://p.test`) });
    serve('https://p.test');
    expect(await stat(proxies())).toMatchObject({ version });
  });

  test('credentials of netrc go to the page and to the proxy, each its own', async () => {
    const NETRC = join(folder, 'netrc');
    writeFileSync(NETRC, 'machine a.test login u password 1\nmachine p.test login u password 2\n');
    web.answers.set(pageUrl, page(`${path} mod https://p.test`));
    serve('https://p.test');
    await stat(proxies({ NETRC }));
    const header = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;
    expect([...web.credentials]).toEqual([
      [pageUrl, header('u:1')],
      [infoOf('https://p.test'), header('u:2')],
    ]);
  });
});

describe('a page about a shorter path', () => {
  const module = `${path}/sub/v2`;
  const line = `${path} mod https://p.test`;

  test('is believed when the page of that path says the same, which is asked once for all', async () => {
    for (const url of [pageUrl, `https://${module}?go-get=1`, `https://${path}/other?go-get=1`])
      web.answers.set(url, page(line));
    serve('https://p.test', module);
    serve('https://p.test', `${path}/other`);
    const list = proxies();
    await stat(list, module);
    await stat(list, `${path}/other`);
    expect(web.asked.filter((url) => url === pageUrl)).toHaveLength(1);
  });

  test.each([
    [
      'another proxy',
      page(`${path} mod https://b.test`),
      `https://${module}?go-get=1 and //${path}?go-get=1 disagree about go-import for ${path}`,
    ],
    ['another system', page(`${path} git https://p.test`), `https://${module}?go-get=1 and //`],
    ['nothing', '<html>', `fetching ${path}: no go-import meta tag found in ${pageUrl}`],
    ['404', { status: 404 }, `reading ${pageUrl}: 404 Not Found`],
  ])('is not believed when that says %s', async (_, answer, words) => {
    web.answers.set(`https://${module}?go-get=1`, page(line));
    web.answers.set(pageUrl, answer);
    const error = await failure(stat(proxies(), module));
    expect(error.message).toContain(`unrecognized import path "${module}": ${words}`);
    expect(web.asked).toHaveLength(2);
  });
});

describe('what is no module, in the words of go', () => {
  test.each([
    [
      'a 404',
      { status: 404, body: 'no\nsuch', headers: { 'content-type': 'text/plain' } },
      `reading ${pageUrl}: 404 Not Found\n\tserver response:\n\tno\n\tsuch`,
    ],
    ['no line', '<html><body>', `parse ${pageUrl}: no go-import meta tags ()`],
    [
      'the line of another',
      page('a.test/y mod https://p.test'),
      `parse ${pageUrl}: no go-import meta tags (meta tag a.test/y did not match import path a.test/x)`,
    ],
    [
      'two lines',
      page(`${path} git https://1.test`, `${path} hg https://2.test`),
      `parse //${path}?go-get=1: multiple meta tags match import path "${path}"`,
    ],
    ['an unknown system', page(`${path} cvs https://p.test`), `${pageUrl}: unknown vcs "cvs"`],
    ['no URL', page(`${path} mod p.test`), `${pageUrl}: invalid repo root "p.test": no scheme`],
    ['a file', page(`${path} mod file:///etc`), `${pageUrl}: invalid repo root "file:///etc": file scheme disallowed`],
    [
      'a folder from the root',
      page(`${path} git https://g.test /x`),
      `${pageUrl}: invalid subdirectory "/x": leading slash`,
    ],
    [
      'a folder like a flag',
      page(`${path} git https://g.test -x`),
      `${pageUrl}: invalid subdirectory "-x": leading hyphen`,
    ],
    [
      'a proxy by ssh',
      page(`${path} mod ssh://p.test`),
      'invalid proxy URL scheme (must be https, http, file): ssh://p.test',
    ],
    ['a proxy without TLS', page(`${path} mod http://p.test`), 'insecure URL: http://p.test'],
    [
      'a proxy inside',
      page(`${path} mod https://169.254.169.254/latest`),
      'Get "https://169.254.169.254/latest": 169.254.169.254 is no public host name',
    ],
    [
      'a proxy inside, disguised',
      page(`${path} mod https://0x7f.1/`),
      'Get "https://0x7f.1/": 127.0.0.1 is no public host name',
    ],
    [
      'a redirect away from TLS',
      { status: 302, headers: { location: 'http://a.test/' } },
      'https fetch: Get "http://a.test/": redirected from secure URL https://a.test/x?go-get=1 to insecure URL http://a.test/',
    ],
  ])('%s', async (_, answer, words) => {
    web.answers.set(pageUrl, answer);
    const error = await failure(stat(proxies()));
    expect(error.message).toBe(`unrecognized import path "${path}": ${words}`);
    expect(isNotFound(error)).toBe(true);
    expect(web.asked).toEqual([pageUrl]);
  });

  test('a page that does not end', async () => {
    web.answers.set(pageUrl, ' '.repeat((4 << 20) + 1));
    expect((await failure(stat(proxies()))).message).toContain('response is larger than');
  });

  test('a site that is not there', async () => {
    const error = await failure(stat(proxies(), 'gone.test/x'));
    expect(error.message).toMatch(
      /^unrecognized import path "gone\.test\/x": https fetch: Get "https:\/\/gone\.test\/x\?go-get=1": /,
    );
    expect(web.asked).toEqual(['tunnel gone.test:443']);
  });
});

describe('version control', () => {
  const words = (module: string) => `module ${module}: fetching directly from version control is not supported yet`;
  const GOVCS = '*:all';
  const missing = (vcs: string) => `exec: "${vcs}": executable file not found in $PATH`;
  const install = (vcs: string, mode = 0o755) =>
    writeFileSync(join(folder, vcs), `#!/bin/sh\ntouch ${folder}/executed\n`, { mode });
  afterEach(() => expect(readdirSync(folder)).not.toContain('executed'));

  test.each([
    ['github.com/a/b', 'git'],
    ['github.com/a/b/c/v2', 'git'],
    ['bitbucket.org/a/b', 'git'],
    ['hub.jazz.net/git/a/b', 'git'],
    ['git.apache.org/a.git/b', 'git'],
    ['git.openstack.org/a/b', 'git'],
    ['chiselapp.com/user/a/repository/b', 'fossil'],
    ['a.test/b/c.git/d', 'git'],
    ['a.test/b.hg', 'hg'],
    ['a.test/b.bzr/c.git', 'bzr'],
    ['a.test/b.svn/c', 'svn'],
  ])('a path that tells its repository is asked of nobody: %s', async (module, vcs) => {
    expect(await failure(stat(proxies({ GOVCS }), module))).toMatchObject({
      code: 'unsupported',
      message: missing(vcs),
      hint: expect.stringMatching(/^fetching directly from version control is not supported yet: /),
    });
    await close();
    install(vcs);
    const error = await failure(stat(proxies({ GOVCS }), module));
    expect(error).toMatchObject({ code: 'unsupported', message: words(module) });
    expect(web.asked).toEqual([]);
  });

  test('a program counts where it can be run, in a folder that PATH names in full', async () => {
    install('git', 0o644);
    mkdirSync(join(folder, 'hg'));
    for (const [vcs, PATH] of [
      ['git', folder],
      ['hg', folder],
      ['bzr', ''],
      ['bzr', `.:${relative(process.cwd(), folder)}`],
    ] as const) {
      if (vcs === 'bzr') install('bzr');
      expect((await failure(stat(proxies({ GOVCS, PATH }), `a.test/b.${vcs}`))).message).toBe(missing(vcs));
      await close();
    }
  });

  test('launchpad.net is a repository if its page does not say otherwise', async () => {
    expect((await failure(stat(proxies({ GOVCS }), 'launchpad.net/a'))).message).toBe(missing('bzr'));
    await close();
    expect((await failure(stat(proxies(), 'launchpad.net/a'))).message).toMatch(
      /^unrecognized import path .*https fetch/,
    );
  });

  test('since 1.27 there is no Bazaar and no Launchpad: such paths are those of pages', async () => {
    const of = (module: string) => failure(stat(proxies({ GOVCS, goVersion: '1.27.4' }), module));
    install('bzr');
    web.answers.set('https://a.test/b.bzr/c?go-get=1', page('a.test/b.bzr/c mod https://p.test'));
    serve('https://p.test', 'a.test/b.bzr/c');
    expect(await stat(proxies({ GOVCS, goVersion: '1.27.4' }), 'a.test/b.bzr/c')).toMatchObject({ version });
    await close();
    expect((await of('launchpad.net/a')).message).toMatch(/^unrecognized import path "launchpad.net\/a": https fetch/);
    await close();
    web.answers.set(pageUrl, page(`${path} bzr https://p.test`));
    expect((await of(path)).message).toBe(`unrecognized import path "${path}": ${pageUrl}: unknown vcs "bzr"`);
    await close();
    expect((await of('github.com/a/b.bzr')).message).toBe(missing('git')); // a git repository of that name
    await close();
    expect((await failure(stat(proxies({ GOVCS }), 'github.com/a/b.bzr'))).message).toBe(
      'invalid version control suffix in github.com/ path',
    );
    await close();
    expect((await of('a.test/b.bzr/c.git')).message).toBe(missing('git'));
  });

  test.each([
    ['github.com/a/b/c', { GOVCS: '*:none' }, 'GOVCS disallows using git for public github.com/a/b'],
    [
      'github.com/a/b',
      { GOVCS: 'public:all,private:hg', GOPRIVATE: '*' },
      'GOVCS disallows using git for private github.com/a/b',
    ],
    ['a.test/x.bzr/y', {}, 'GOVCS disallows using bzr for public a.test/x.bzr'],
    [
      'a.test/x.git',
      { GOVCS: 'a.test/x.git/y:all, a.test: hg | svn' },
      'GOVCS disallows using git for public a.test/x.git',
    ],
    ['a.test/x.git', { GOVCS: 'git' }, 'malformed entry in GOVCS (missing colon): "git"'],
    ['a.test/x.git', { GOVCS: 'a:hg,,' }, 'empty entry in GOVCS'],
    ['a.test/x.git', { GOVCS: ':hg' }, 'empty pattern in GOVCS: ":hg"'],
    ['a.test/x.git', { GOVCS: 'a: ' }, 'empty VCS list in GOVCS: "a:"'],
    ['a.test/x.git', { GOVCS: 'a:hg|' }, 'empty VCS name in GOVCS: "a:hg|"'],
    ['a.test/x.git', { GOVCS: './a:hg' }, 'relative pattern not allowed in GOVCS: "./a"'],
    ['a.test/x.git', { GOVCS: 'a:hg,a:git' }, 'unreachable pattern in GOVCS: "a:git" after "a:hg"'],
  ] as const)('GOVCS: %s %o', async (module, rules, message) => {
    const error = await failure(stat(proxies(rules), module));
    const tail = message.startsWith('GOVCS') ? "; see 'go help vcs'" : '';
    expect([error.message, isNotFound(error)]).toEqual([`${message}${tail}`, true]);
    expect(web.asked).toEqual([]);
  });

  test.each([
    ['a.test/x.git', { GOVCS: 'public:hg', GOPRIVATE: 'a.test' }],
    ['a.test/x.svn', { GOPRIVATE: 'a.test' }],
    ['a.test/x.hg', { GOVCS: 'b.test:off' }],
  ])('GOVCS allows %s with %o', async (module, rules) => {
    expect(await failure(stat(proxies(rules), module))).toMatchObject({ code: 'unsupported' });
  });

  test('GOVCS is about the prefix of a page, and not about proxies', async () => {
    web.answers.set(pageUrl, page(`${path} bzr https://p.test`));
    expect((await failure(stat(proxies()))).message).toBe(
      `unrecognized import path "${path}": GOVCS disallows using bzr for public ${path}; see 'go help vcs'`,
    );
    await close();
    web.answers.set(pageUrl, page(`${path} mod https://p.test`));
    serve('https://p.test');
    expect(await stat(proxies({ GOVCS: '*:off' }))).toMatchObject({ version });
  });

  test.each([
    ['github.com', 'invalid github.com import path "github.com"'],
    ['github.com/a', 'invalid github.com import path "github.com/a"'],
    ['github.com/a/b.git', 'invalid version control suffix in github.com/ path'],
    ['example.net/a', 'no modules on example.net'],
  ])('a path there that can be none: %s', async (module, message) => {
    const error = await failure(stat(proxies(), module));
    expect([error.message, isNotFound(error)]).toEqual([message, true]);
    expect(web.asked).toEqual([]);
  });

  test.each(['git', 'hg', 'svn', 'bzr', 'fossil'])('a page that names %s', async (vcs) => {
    web.answers.set(pageUrl, page(`${path} ${vcs} https://p.test`));
    expect((await failure(stat(proxies({ GOVCS })))).message).toBe(missing(vcs));
    await close();
    install(vcs);
    expect(await failure(stat(proxies({ GOVCS })))).toMatchObject({ code: 'unsupported', message: words(path) });
    expect(web.asked).toEqual([pageUrl, pageUrl]);
  });

  test('a page that names both a proxy and git: the proxy', async () => {
    web.answers.set(pageUrl, page(`${path} git https://g.test`, `${path} mod https://p.test`));
    serve('https://p.test');
    expect(await stat(proxies())).toMatchObject({ version });
  });
});

describe('when direct is reached (A22: no page is asked for before)', () => {
  const first = 'https://b.test';
  beforeEach(() => {
    web.answers.set(pageUrl, page(`${path} mod https://p.test`));
    serve('https://p.test');
  });

  test.each([
    ['the proxy has it', { body: `{"Version":"${version}"}` }, ',', false],
    ['the proxy has not', { status: 404 }, ',', true],
    ['the proxy refuses', { status: 403 }, ',', false],
    ['the proxy refuses, |', { status: 403 }, '|', true],
  ])('%s', async (_, answer, separator, isReached) => {
    web.answers.set(infoOf(first), answer);
    await stat(proxies({ GOPROXY: `${first}${separator}direct` })).catch(() => {});
    expect(web.asked.includes(pageUrl)).toBe(isReached);
  });

  test('not at all without direct', async () => {
    for (const GOPROXY of [first, `${first},off`, 'off']) await failure(stat(proxies({ GOPROXY })));
    expect(web.asked.filter((url) => !url.startsWith(first))).toEqual([]);
  });

  test('a private module: at once, and the proxy never', async () => {
    expect(await stat(proxies({ GOPROXY: first, GONOPROXY: 'a.test' }))).toMatchObject({ version });
    expect(web.asked).toEqual([pageUrl, infoOf('https://p.test')]);
  });

  test('of the errors that of direct is told, but not that version control is not supported', async () => {
    const GOPROXY = `${first},direct`;
    web.answers.delete(pageUrl);
    expect((await failure(stat(proxies({ GOPROXY })))).message).toContain(`reading ${pageUrl}: 404`);
    await close();
    web.answers.set(pageUrl, page(`${path} git https://g.test`));
    const error = await failure(stat(proxies({ GOPROXY })));
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining(infoOf(first)),
      expect.stringContaining('direct'),
    ]);
  });
});

describe('GOINSECURE', () => {
  const plain = `http://${path}?go-get=1`;

  test('lets the page and the proxy be asked without TLS, after TLS has failed', async () => {
    web.answers.set(plain, page(`${path} mod http://p.test`));
    serve('http://p.test');
    expect(await stat(proxies({ GOINSECURE: path, ca: '' }))).toMatchObject({ version });
    expect(web.asked).toEqual([plain, infoOf('http://p.test')]);
  });

  test('of another module does not', async () => {
    const error = await failure(stat(proxies({ GOINSECURE: 'b.test', ca: '' })));
    expect(error.message).toMatch(/: https fetch: Get .*certificate signed by unknown authority$/);
    expect(web.asked).toEqual([]);
  });

  test.each(['127.0.0.1/x', '169.254.169.254/x', '10.0.0.1/x', 'evil.localhost/x'])(
    'without it nobody is asked for a page inside: %s',
    async (module) => {
      const error = await failure(stat(proxies(), module));
      expect([error.message, hintOf(error)]).toEqual([
        expect.stringContaining('is no public host name'),
        expect.stringContaining('GOINSECURE'),
      ]);
      expect(web.asked).toEqual([]);
    },
  );
});

test('what is no module path is asked of nobody', async () => {
  for (const module of ['localhost/x', 'a.test:8080/x', 'a.test/../x', 'a.test/x?y', 'A.test/x', 'a.test/x/v1']) {
    await failure(stat(proxies(), module));
    await close();
  }
  expect(web.asked).toEqual([]);
});
