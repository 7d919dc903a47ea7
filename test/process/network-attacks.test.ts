/**
 * Proxies and networks that do harm (field notes, A8, A9, A11 to A14, A21, A24, A25): fallback, private names, metadata,
 * bombs, redirects, credentials, names, and text that reaches a terminal.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Fault, type Mirror, type MirrorModule, startMirror } from '../support/fixture-mirror.js';
import { fixtureModules, logOf } from '../support/fixture-world.js';
import { createAuthority } from '../support/self-signed.js';
import { type RunningWorld, startWorld } from './world.js';

const modules = fixtureModules();
const word = ['mod', 'download', 'example.com/words@v0.3.1'];
const kept = (world: RunningWorld) => [...world.snapshot().keys()].filter((name) => !name.endsWith('.info'));

describe.concurrent('A8: which proxy is asked', () => {
  test.each([
    ['403', { status: 403 }, ',', false],
    ['401', { status: 401 }, ',', false],
    ['a reset connection', { reset: true }, ',', false],
    ['404', { status: 404 }, ',', true],
    ['410', { status: 410 }, ',', true],
    ['403', { status: 403 }, '|', true],
    ['500', { status: 500 }, '|', true],
  ])('%s, then %s%s: next one asked: %s', async (_, fault, separator, goesOn) => {
    await using bad = await startMirror({ modules, faults: [{ path: 'example.com/', ...fault }] });
    await using world = await startWorld();
    const GOPROXY = `${bad.url}${separator}${world.mirror.url}`;
    const { code, stderr } = await world.run(['list', '-m', 'example.com/words@v0.3.1'], { env: { GOPROXY } });
    expect(code).toBe(goesOn ? 0 : 1);
    expect(world.mirror.paths().some((p) => p.startsWith('example.com/'))).toBe(goesOn);
    if (!goesOn) expect(stderr).toContain(bad.url);
  });

  test('nothing behind off or direct is asked', async () => {
    await using first = await startMirror({});
    await using world = await startWorld();
    for (const stop of ['off', 'direct']) {
      const GOPROXY = `${first.url},${stop},${world.mirror.url}`;
      const { code, stderr } = await world.run(word, { env: { GOPROXY } });
      expect([code, stderr.includes('example.com/words')]).toEqual([1, true]);
    }
    expect(world.mirror.paths()).toEqual([]);
  });

  test('a refuted module is not fetched from the next proxy', async () => {
    await using bad = await startMirror({ modules, faults: [{ path: 'v0.3.1.mod', flipBit: 3 }] });
    await using world = await startWorld();
    const GOPROXY = `${bad.url}|${world.mirror.url}`;
    expect(await world.run(word, { env: { GOPROXY } })).toMatchObject({ code: 3 });
    expect(world.mirror.paths().filter((p) => p.startsWith('example.com/'))).toEqual([]);
  });
});

describe.concurrent('A8: private names', () => {
  const secret: MirrorModule = {
    path: 'example.com/secret/plan',
    version: 'v1.0.0',
    files: { 'go.mod': 'module example.com/secret/plan\n' },
  };
  const goMod =
    'module example.com/me\n\ngo 1.21\n\nrequire (\n\texample.com/secret/plan v1.0.0\n\texample.com/secretary v1.0.0\n\texample.com/words v0.3.1\n)\n';
  const secretary: MirrorModule = {
    path: 'example.com/secretary',
    version: 'v1.0.0',
    files: { 'go.mod': 'module example.com/secretary\n' },
  };

  test('never stand in a request, of any command', async () => {
    await using world = await startWorld({ modules: [secret, secretary], env: { GOPRIVATE: 'example.com/secret' } });
    const folder = world.mainModule(goMod);
    for (const args of [
      ['resolve'],
      ['resolve', 'example.com/secret/plan/deep/package'],
      ['list', '-m', '-u', '-versions', 'all'],
      ['mod', 'download'],
      ['mod', 'graph'],
    ]) {
      const { code, stderr } = await world.run(args, { cwd: folder });
      expect([args, code, stderr.includes('example.com/secret/plan')]).toEqual([args, 1, true]);
    }
    expect(world.mirror.requests.filter((r) => /secret(?:\/|%2f)/i.test(r.path))).toEqual([]);
    expect(world.mirror.paths().some((p) => p.includes('example.com/secretary/'))).toBe(true);
  });

  test('go to the proxy but not to the database where GONOPROXY says so', async () => {
    await using world = await startWorld({
      modules: [secret, secretary],
      env: { GOPRIVATE: 'example.com/secret', GONOPROXY: 'none' },
    });
    const folder = world.mainModule(goMod);
    expect(await world.run(['mod', 'download', 'all'], { cwd: folder })).toMatchObject({ code: 0 });
    const toLog = world.mirror.paths().filter((p) => p.startsWith('sumdb/'));
    expect(toLog.filter((p) => p.includes('secret/'))).toEqual([]);
    expect(toLog.some((p) => p.includes('lookup/example.com/secretary@'))).toBe(true);
    expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toContain('example.com/secret/plan v1.0.0 h1:');
  });
});

describe.concurrent('A9: what a proxy says of a version', () => {
  const ask = ['resolve', 'example.com/words@v0.3.1'];
  test.each<[string, string, string]>([
    ['another version', '{"Version":"v0.4.0","Time":"2020-01-02T03:04:05Z"}', 'v0.4.0'],
    ['no version', '{"Time":"2020-01-02T03:04:05Z"}', 'example.com/words'],
    ['a version that is none', '{"Version":"../../../evil"}', 'example.com/words'],
    ['no JSON', '<html>', 'example.com/words'],
    ['a number', '7', 'example.com/words'],
    ['null', 'null', 'example.com/words'],
    ['a deep JSON', '['.repeat(200_000), 'example.com/words'],
  ])('%s is refused', async (_, body, words) => {
    await using world = await startWorld({ faults: [{ path: 'v0.3.1.info', body }] });
    const { code, stdout, stderr } = await world.run(ask);
    expect([code, stdout, stderr.includes(words), /internal error/.test(stderr)]).toEqual([1, '', true, false]);
    expect(world.snapshot()).toEqual(new Map());
    world.mirror.faults.length = 0;
    expect(await world.run(ask)).toMatchObject({ code: 0 });
  });

  test('fields of any kind beside, and any time, change nothing', async () => {
    const body =
      '{"__proto__":{"Version":"v9.0.0"},"Version":"v0.3.1","Time":"2999-01-02T03:04:05Z","Origin":{"URL":"x"},"X":[]}';
    await using world = await startWorld({ faults: [{ path: 'v0.3.1.info', body }] });
    expect(await world.run(ask)).toMatchObject({ code: 0 });
  });

  test('a branch that resolves to a version outside its module is refused', async () => {
    await using world = await startWorld({ faults: [{ path: '@v/main.info', body: '{"Version":"v2.0.0"}' }] });
    expect(await world.run(['resolve', 'example.com/greet@main'])).toMatchObject({ code: 1, stdout: '' });
  });

  test('junk in a list is passed over', async () => {
    const body = 'v0.3.0\nnot-a-version\n../../x\nv0.3.1 2020-01-01T00:00:00Z\n\x1b[31mv9.9.9\nv1.0.0/../x\n';
    await using world = await startWorld({ faults: [{ path: 'words/@v/list', body }] });
    const { code, stdout } = await world.run(['list', '-m', '-versions', 'example.com/words']);
    expect([code, stdout]).toEqual([0, 'example.com/words v0.3.0 v0.3.1\n']);
  });
});

describe.concurrent('A11: bodies that never fit', () => {
  const resources = ['words/@v/list', 'v0.3.1.info', 'v0.3.1.mod', 'v0.3.1.zip', '/lookup/', '/tile/'];
  const args = ['resolve', '--download', 'example.com/words@<=v0.3.1'];
  test.each<[string, Omit<Fault, 'path'>, readonly string[]]>([
    ['a gzip bomb', { gzip: 70_000_000 }, resources.filter((r) => !r.endsWith('.zip'))],
    ['no end', { endless: true }, resources.filter((r) => !r.endsWith('.zip'))],
  ])('%s', async (_, fault, where) => {
    for (const path of where) {
      await using world = await startWorld({ faults: [{ path, ...fault }] });
      const { code, stdout, stderr } = await world.run(args);
      expect([path, code, stdout]).toEqual([path, 1, '']);
      expect(stderr).toMatch(/larger than \d+ bytes/);
      expect([...world.snapshot().keys()].filter((name) => /zip|tmp|\.partial/.test(name))).toEqual([]);
      world.mirror.faults.length = 0;
      if (path === where[0]) expect(await world.run(args)).toMatchObject({ code: 0 });
    }
  });

  test('a length that is not that of the body', async () => {
    await using world = await startWorld();
    for (const path of ['v0.3.1.mod', 'v0.3.1.zip']) {
      world.mirror.faults.push({ path, truncateAt: 20 });
      const { code, stderr } = await world.run(args);
      expect([path, code]).toEqual([path, 1]);
      expect(stderr).toMatch(/unexpected EOF|terminated|closed|reset/);
      world.mirror.faults.length = 0;
    }
    world.mirror.faults.push({ path: 'v0.3.1.zip', contentLength: 600_000_000 });
    expect(await world.run(args)).toMatchObject({ code: 1, stderr: expect.stringContaining('zip file too large') });
    world.mirror.faults.length = 0;
    world.mirror.faults.push({ path: 'v0.3.1.zip', truncateAt: 20, times: 1 });
    expect(await world.run(args)).toMatchObject({ code: 0 }); // tried again
  });
});

describe.concurrent('A12: names', () => {
  test('that are none are asked of nobody', async () => {
    await using world = await startWorld();
    for (const bad of [
      'example.com/../../etc',
      'example.com/words@v0.3.1/../../../x',
      'example.com/wo%2frds@v0.3.1',
      'example.com/words@v0.3.1?x=1',
      'example.com/words@..',
      'example.com/words@-upload-pack=x',
      'example.com\\words@v0.3.1',
      'example.com/wörds@v0.3.1',
      './words@v0.3.1',
      'words@v1.0.0',
      'example.com/CON/x@v1.0.0',
      `example.com/${'x'.repeat(5000)}@v1.0.0`,
    ]) {
      const { code, stdout, stderr } = await world.run(['resolve', '--', bad]);
      expect([bad, [1, 2].includes(code), stdout, stderr.includes('internal error')]).toEqual([bad, true, '', false]);
    }
    const asked = world.mirror.requests.map((r) => r.path).filter((p) => !/^\/example\.com\/words\/@v\/list$/.test(p));
    expect(asked.filter((p) => /\.\.|%|\?|#|\\|-upload|CON/i.test(p))).toEqual([]);
    expect(world.snapshot()).toEqual(new Map());
    // a branch may have these
    expect(await world.run(['resolve', 'example.com/words@a b#c'])).toMatchObject({ code: 1 });
    expect(world.mirror.requests.map((r) => r.path)).toContain('/example.com/words/@v/a%20b%23c.info');
  });

  test('in a go.mod from outside neither', async () => {
    const bad: MirrorModule = {
      path: 'example.com/bad',
      version: 'v1.0.0',
      files: { 'go.mod': 'module example.com/bad\n\nrequire example.com/../../../x v1.0.0\n' },
    };
    await using world = await startWorld({ modules: [bad] });
    const { code, stderr } = await world.run(['resolve', 'example.com/bad']);
    expect([code, stderr.includes('malformed module path "example.com/../../../x"')]).toEqual([1, true]);
    expect(world.mirror.requests.filter((r) => r.path.includes('..'))).toEqual([]);
  });
});

describe.concurrent('A13, A14: credentials and redirects', () => {
  const args = ['mod', 'download', '-x', 'example.com/words@v0.3.1'];

  test('are used, never shown, and not carried to another origin', async () => {
    const authority = createAuthority();
    const tls = authority.issue(['127.0.0.1']);
    await using world = await startWorld({ tls, user: 'alice:s3cr3t' });
    const ca = join(world.dir, 'ca.pem');
    writeFileSync(ca, authority.ca);
    const env = { GOPROXY: world.mirror.url.replace('://', '://alice:s3cr3t@'), SSL_CERT_FILE: ca };
    const good = await world.run(args, { env });
    expect([good.code, good.stderr.includes('s3cr3t')]).toEqual([0, false]);
    expect(good.stderr).toContain('# get https://alice:xxxxx@127.0.0.1');

    await using other = await startMirror({ modules, tls });
    for (const fault of [
      { path: '/', redirect: `${other.url}/example.com/words/@v/v0.3.0.mod` },
      { path: '/', status: 403, body: 'alice:s3cr3t is not welcome' },
      { path: '/', status: 500 },
    ]) {
      await world.run(['clean', '-modcache'], { env });
      world.mirror.faults.splice(0, 1, fault);
      const { code, stdout, stderr } = await world.run([...args.slice(0, 2), '-json', ...args.slice(2)], { env });
      expect([code, `${stdout}${stderr}`.replaceAll('alice:s3cr3t is not welcome', '')]).toEqual([
        1,
        expect.not.stringContaining('s3cr3t'),
      ]);
    }
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter((r) => r.headers.authorization !== undefined)).toEqual([]);
  });

  test('a redirect from https to http is refused, and so are redirects without end', async () => {
    const authority = createAuthority();
    await using plain = await startMirror({ modules });
    await using world = await startWorld({ tls: authority.issue(['127.0.0.1']) });
    const ca = join(world.dir, 'ca.pem');
    writeFileSync(ca, authority.ca);
    const env = { SSL_CERT_FILE: ca };
    world.mirror.faults.push({ path: 'example.com/', redirect: plain.url });
    const down = await world.run(word, { env });
    expect([down.code, down.stderr.includes('redirected from secure URL')]).toEqual([1, true]);
    expect(plain.requests).toEqual([]);
    world.mirror.faults.splice(0, 1, { path: 'example.com/', redirect: '/example.com/again' });
    const loop = await world.run(word, { env });
    expect([loop.code, loop.stderr.includes('stopped after 10 redirects')]).toEqual([1, true]);
    world.mirror.faults.length = 0;
    expect(await world.run(word, { env })).toMatchObject({ code: 0 });
    // without the authority's certificate there is no way in
    expect(await world.run(['resolve', 'example.com/greet@v1.0.0'])).toMatchObject({ code: 1, stdout: '' });
  });

  test('a redirect to another server serves what the database proves, and nothing else', async () => {
    const evil = modules.map((m) =>
      m.path === 'example.com/words' ? { ...m, files: { ...m.files, 'go.mod': 'module example.com/words\n' } } : m,
    );
    await using other: Mirror = await startMirror({ modules: evil });
    await using world = await startWorld();
    const fault = { path: 'v0.3.1.mod', redirect: `${other.url}/example.com/words/@v/v0.3.1.mod` };
    world.mirror.faults.push(fault);
    expect(await world.run(word)).toMatchObject({ code: 3 });
    expect(kept(world)).toEqual(['pkg/sumdb/sum.test/db/latest']); // the head that refuted it
    await using honest = await startMirror({ modules });
    world.mirror.faults.splice(0, 1, { ...fault, redirect: fault.redirect.replace(other.url, honest.url) });
    expect(await world.run(word)).toMatchObject({ code: 0 });
  });
});

describe.concurrent('A21: text from outside', () => {
  const nasty = 'red\x1b[31m title\x1b]0;owned\x07 \u202Egnp.exe\u2066 \x9b2J\r\x00\b end';
  const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  const loud: MirrorModule[] = [
    { path: 'example.com/loud', version: 'v1.0.0', files: { 'go.mod': 'module example.com/loud\n\ngo 1.18\n' } },
    {
      path: 'example.com/loud',
      version: 'v1.1.0',
      files: {
        'go.mod': `// Deprecated: ${nasty.replace(/[\r\x00]/g, '')}\nmodule example.com/loud\n\ngo 1.18\n\nretract v1.0.0 // ${nasty.replace(/[\r\x00]/g, '')}\n`,
      },
    },
  ];

  test.each([
    ['a retraction', ['resolve', 'example.com/loud@v1.0.0'], 0],
    ['a retraction in a list', ['list', '-m', '-u', '-f', '{{.Retracted}}', 'example.com/loud@v1.0.0'], 0],
    ['a deprecation', ['list', '-m', '-u', '-f', '{{.Deprecated}}', 'example.com/loud@v1.1.0'], 0],
    ['JSON', ['list', '-m', '-u', '-json', 'example.com/loud@v1.1.0'], 0],
  ])('%s has nothing in it that a terminal would obey', async (what, args, code) => {
    await using world = await startWorld({ modules: loud });
    const result = await world.run(args);
    expect([what, result.code]).toEqual([what, code]);
    expect(result.stdout + result.stderr).not.toMatch(unsafe);
    if (what === 'JSON')
      expect(JSON.parse(result.stdout)).toMatchObject({ Deprecated: expect.stringContaining('\u202Egnp') });
    else if (what === 'a retraction')
      expect(result.stderr).toContain('(message omitted: contains non-printable characters)');
    else expect(result.stdout).toContain('gnp.exe');
  });

  test('nor has the answer of a server', async () => {
    await using world = await startWorld({
      faults: [
        { path: 'example.com/', status: 404, body: nasty, headers: { 'content-type': 'text/plain; charset=utf-8' } },
      ],
    });
    const { code, stderr } = await world.run(['mod', 'download', '-x', 'example.com/words@v0.3.1']);
    expect([code, unsafe.test(stderr)]).toEqual([1, false]);
  });

  test('in a workflow log nothing begins a command', async () => {
    await using world = await startWorld({
      faults: [{ path: 'example.com/', status: 404, body: 'x\n::error::pwned\n##[group]x\n' }],
      env: { GITHUB_ACTIONS: 'true' },
    });
    const { stderr } = await world.run(word);
    expect(stderr).not.toMatch(/^\s*(?:::|##\[)/m);
  });
});

describe.concurrent('A24, A25: the ground', () => {
  test('names are hashed in the order of their bytes, contents as they came', async () => {
    // U+10400 is before U+FF21 in UTF-16, behind it in bytes
    const files = {
      'go.mod': '\r\nmodule example.com/order\r\n',
      '\u{10400}.txt': 'a\n',
      '\u{ff21}.txt': '\ufeffb\r\n',
    };
    const module: MirrorModule = { path: 'example.com/order', version: 'v1.0.0', files };
    const prefix = 'example.com/order@v1.0.0/';
    const line = (name: keyof typeof files) =>
      `${createHash('sha256').update(files[name]).digest('hex')}  ${prefix}${name}\n`;
    const text = line('go.mod') + line('\u{ff21}.txt') + line('\u{10400}.txt');
    const h1 = `h1:${createHash('sha256').update(text).digest('base64')}`;
    await using world = await startWorld({ modules: [module], env: { GOSUMDB: 'off' } });
    const { code, stdout } = await world.run(['mod', 'download', '-json', 'example.com/order@v1.0.0']);
    expect([code, (JSON.parse(stdout) as { Sum: string }).Sum]).toEqual([0, h1]);
  });

  test('module paths that are names of every object', async () => {
    const paths = ['example.com/__proto__', 'example.com/constructor', 'example.com/toString'];
    const own = paths.map((path) => ({ path, version: 'v1.0.0', files: { 'go.mod': `module ${path}\n` } }));
    await using world = await startWorld({ modules: own, log: logOf([...modules, ...own]) });
    const { code, stdout } = await world.run(['resolve', '--json', ...paths]);
    const parsed = JSON.parse(stdout) as { Modules: { Path: string }[] };
    expect([code, parsed.Modules.map((m) => m.Path)]).toEqual([0, [...paths].sort()]);
  });

  test('a link in place of a module folder is not followed', async () => {
    await using world = await startWorld();
    expect(await world.run(word)).toMatchObject({ code: 0 });
    const elsewhere = join(world.dir, 'elsewhere');
    mkdirSync(elsewhere);
    mkdirSync(join(world.modcache, 'example.com'), { recursive: true });
    symlinkSync(elsewhere, join(world.modcache, 'example.com/words@v0.3.0'));
    const { code, stderr } = await world.run(['mod', 'download', 'example.com/words@v0.3.0']);
    expect([code, stderr.includes('is a symbolic link')]).toEqual([1, true]);
  });
});
