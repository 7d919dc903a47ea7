import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestRelease } from '../../../src/gover/index.js';
import { ignorePatterns } from '../../../src/resolve/search/ignore-patterns.js';
import { matchInModule, matchPackages, toolsOf } from '../../../src/resolve/search/match-packages.js';
import { PackageFolders } from '../../../src/resolve/search/module-folder.js';
import { cleanPatterns, PackageMatch } from '../../../src/resolve/search/package-match.js';
import { goModText } from '../../support/memory-mirror.js';
import { type SourceOptions, sourceModule, useSourceSessions } from '../packages/source-world.js';

const open = useSourceSessions();
const me = (requires: readonly string[] = [], more = '') => goModText('example.com/me', '1.25', requires, more);

async function match(pattern: string, options: SourceOptions, filter: 'omit-std' | 'include-std' = 'omit-std') {
  const opened = await open(options);
  const found = new PackageMatch(pattern, newestRelease);
  const graph = await opened.requirements.graph();
  await matchPackages(opened.session, found, graph.buildList, { tags: 'any', filter });
  return { ...opened, match: found, packages: found.packages };
}

describe('PackageMatch', () => {
  test.each([
    ['./x', 'local literal'],
    ['.', 'local literal'],
    ['..', 'local literal'],
    ['../...', 'local'],
    ['/x', 'local literal'],
    ['x', 'literal'],
    ['.x', 'literal'],
    ['x/...', ''],
    ['all', 'meta'],
    ['std', 'meta'],
    ['work', 'meta'],
    ['tools', 'literal'],
  ])('%s', (pattern, words) => {
    const m = new PackageMatch(pattern, newestRelease);
    const is = [m.isLocal && 'local', m.isLiteral && 'literal', m.isMeta && 'meta'].filter(Boolean);
    expect(is.join(' ')).toBe(words);
  });

  test('an error names the pattern', () => {
    const wild = new PackageMatch('x/...', newestRelease);
    const literal = new PackageMatch('./x', newestRelease);
    wild.addError(new Error('why'));
    literal.addError(new Error('why'));
    expect([wild, literal].map((m) => (m.errors[0] as Error).message)).toEqual(['pattern x/...: why', './x: why']);
  });
});

test.each([
  [[], ['.']],
  [
    ['./', '.', './.'],
    ['.', '.', '.'],
  ],
  [
    ['./a/../b/', 'a//b/', '../x/'],
    ['./b', 'a/b', '../x'],
  ],
  [
    ['a\\b\\...', '.\\x'],
    ['a/b/...', './x'],
  ],
  [
    ['a/./b@v1/../x', './a@v1', '/a/b/'],
    ['a/b@v1/../x', './a@v1', '/a/b'],
  ],
  [
    ['', '@v1'],
    ['.', '.@v1'],
  ],
])('cleanPatterns %j', (patterns, clean) => {
  expect(cleanPatterns(patterns, newestRelease)).toEqual(clean);
});

test.runIf(sep === '/').each([
  ['1.24.13', ['a.test\\b', './x\\y']],
  ['1.25.14', ['a.test/b', './x/y']],
])('by %s, a backslash in a pattern', (goVersion, clean) => {
  expect(cleanPatterns(['a.test\\b', './x\\y'], goVersion)).toEqual(clean);
});

test.each([
  [['./a', 'b/c', 'd'], 'a a/x b/c x/b/c x/b/c/y d x/d/y', 'x/a ab b x/b xb/c dd'],
  [['./a/b/', '/e/'], 'a/b a/b/c e x/e', 'a ab/b'],
  [[], '', 'a'],
])('ignorePatterns %j', (patterns, ignored, kept) => {
  const isIgnored = ignorePatterns(patterns);
  expect(ignored.split(' ').filter((dir) => dir !== '' && !isIgnored(dir))).toEqual([]);
  expect(kept.split(' ').filter(isIgnored)).toEqual([]);
  expect(isIgnored('')).toBe(false);
});

describe('matchPackages', () => {
  const a = sourceModule('example.com/a@v1.0.0', [
    '',
    'sub',
    'sub/deep',
    'testdata/x',
    '_no',
    '.no',
    'vendor/v',
    'nested/go.mod',
    'nested/n',
  ]);
  const other = sourceModule('example.org/o@v1.0.0', ['o']);
  const inBoth = { files: me(['example.com/a@v1.0.0', 'example.org/o@v1.0.0']), modules: [a, other] };

  test('of a module in the cache all folders count, but those of no package', async () => {
    const { packages } = await match('example.com/a/...', inBoth);
    // what a go.mod stands in is part of the module in the cache: its zip cannot hold another one
    expect(packages).toEqual([
      'example.com/a',
      'example.com/a/nested/n',
      'example.com/a/sub',
      'example.com/a/sub/deep',
    ]);
  });

  test('only modules are fetched that can hold a match', async () => {
    const opened = await open(inBoth);
    const fetched: string[] = [];
    const { folder } = opened.session.fetcher;
    opened.session.fetcher.folder = (m) => {
      fetched.push(m.path);
      return folder.call(opened.session.fetcher, m);
    };
    const found = new PackageMatch('example.org/...', newestRelease);
    await matchPackages(opened.session, found, (await opened.requirements.graph()).buildList, {
      tags: 'any',
      filter: 'omit-std',
    });
    expect([found.packages, fetched]).toEqual([['example.org/o/o'], ['example.org/o']]);
  });

  test('the main module: nested modules, links and vendored packages are left out', async () => {
    const source = [
      '',
      'b',
      'b/vendor',
      'vendor/x',
      'nested/go.mod',
      'nested/n',
      'empty/a.txt',
      'testdata',
      '_a',
      '.b',
    ];
    const opened = await open({ files: me(), source });
    mkdirSync(join(opened.dir, 'target'));
    symlinkSync(join(opened.dir, 'b'), join(opened.dir, 'link'));
    symlinkSync(join(opened.dir, 'x.go'), join(opened.dir, 'file.go'));
    const found = new PackageMatch('example.com/me/...', newestRelease);
    await matchPackages(opened.session, found, opened.session.main.versions, { tags: 'any', filter: 'omit-std' });
    expect(found.packages).toEqual(['example.com/me', 'example.com/me/b', 'example.com/me/b/vendor']);
    expect(opened.messages).toEqual([`warning: ignoring symlink ${join(opened.dir, 'link')}`]);
    expect(found.errors).toEqual([]);
  });

  test('folders that go.mod ignores', async () => {
    const lines: string[] = [];
    const files = me([], 'ignore (\n\t./b\n\tdeep/c\n)\n');
    const source = ['', 'b', 'x/b', 'deep/c', 'x/deep/c/d', 'x/c'];
    const { packages, dir } = await match('work', { files, source, trace: (line) => lines.push(line) });
    expect(packages).toEqual(['example.com/me', 'example.com/me/x/b', 'example.com/me/x/c']);
    expect(lines).toEqual(
      [join('b'), join('deep', 'c'), join('x', 'deep', 'c')].map((d) => `# ignoring directory ${join(dir, d)}`),
    );
  });

  test('those of a dependency by its own go.mod', async () => {
    const modules = [{ ...sourceModule('example.com/a@v1.0.0', ['', 'no', 'yes'], { goMod: 'ignore ./no\n' }) }];
    const { packages } = await match('example.com/a/...', { files: me(['example.com/a@v1.0.0']), modules });
    expect(packages).toEqual(['example.com/a', 'example.com/a/yes']);
  });

  test('a folder with files for no build is no package; one with a broken file is', async () => {
    const opened = await open({ files: me(), source: ['good'] });
    const write = (name: string, text: string | Uint8Array) => {
      mkdirSync(join(opened.dir, name));
      writeFileSync(join(opened.dir, name, 'x.go'), text);
    };
    write('never', '//go:build ignore\n\npackage main\n');
    write('windows', '//go:build windows\n\npackage x\n');
    write('broken', 'package x\n\nimport "a\0"\n');
    const find = async (tags: 'any' | ReadonlySet<string>) => {
      const found = new PackageMatch('example.com/...', newestRelease);
      await matchPackages(opened.session, found, opened.session.main.versions, { tags, filter: 'omit-std' });
      return found.packages.map((p) => p.slice('example.com/me/'.length));
    };
    expect(await find('any')).toEqual(['broken', 'good', 'windows']);
    expect(await find(new Set(['linux']))).toEqual(['broken', 'good']);
  });

  test('the standard library is known without its files', async () => {
    const { packages } = await match('net/...', { files: me() }, 'include-std');
    expect(packages).toContain('net');
    expect(packages).toContain('net/http/httptest');
    expect(packages).not.toContain('net2');
    expect((await match('builtin...', { files: me() }, 'include-std')).packages).toEqual([]);
    expect((await match('net/...', { files: me() })).packages).toEqual([]);
    expect((await match('cmd/go', { files: me() }, 'include-std')).packages).toEqual(['cmd/go']);
    expect((await match('std', { files: me() })).packages).toContain('fmt');
    expect((await match('cmd', { files: me() })).packages).toContain('cmd/go');
  });

  test('what cannot be fetched is an error of the match', async () => {
    const files = me(['example.com/a@v1.0.0', 'example.com/b@v1.0.0'], 'replace example.com/b => ./gone\n');
    const { match: found } = await match('example.com/...', { files, modules: [a], source: ['own'] });
    expect(found.packages).toContain('example.com/me/own');
    expect(found.packages).toContain('example.com/a/sub');
    expect(found.errors).toMatchObject([
      { message: 'pattern example.com/...: example.com/b@v1.0.0: replacement directory ./gone does not exist' },
    ]);
  });

  test('vendored: the main module and the vendor folder, whatever the graph', async () => {
    const modulesTxt = '# example.com/a v1.0.0\n## explicit; go 1.21\nexample.com/a/sub\n';
    const files = { 'go.mod': me(['example.com/a@v1.0.0']), 'vendor/modules.txt': modulesTxt };
    const source = ['own', 'vendor/example.com/a/sub', 'vendor/example.com/a/vendor/z'];
    const { packages, asked } = await match('example.com/...', { files, source, command: 'list' });
    expect([packages, asked]).toEqual([['example.com/a/sub', 'example.com/me/own'], []]);
    expect((await match('all', { files, source, command: 'list' })).packages).toEqual(packages);
  });
});

describe('matchInModule', () => {
  const a = sourceModule('example.com/a@v1.0.0', ['', 'sub']);
  const inA = (pattern: string, options: SourceOptions = {}) =>
    open({ files: me(), modules: [a], ...options }).then(({ session }) =>
      matchInModule(session, pattern, { path: 'example.com/a', version: 'v1.0.0' }, 'any'),
    );

  test('a module that nothing requires', async () => {
    expect((await inA('example.com/a/...')).packages).toEqual(['example.com/a', 'example.com/a/sub']);
    expect((await inA('example.com/a/sub')).packages).toEqual(['example.com/a/sub']);
    expect((await inA('example.com/a/none')).packages).toEqual([]);
    expect((await inA('example.com/ab')).packages).toEqual([]);
  });

  test('its errors are kept', async () => {
    const { errors, packages } = await inA('example.com/a/sub', { modules: [] });
    expect([packages, errors]).toMatchObject([[], [expect.any(Error)]]);
  });

  test('no module is the standard library', async () => {
    const { session } = await open({ files: me() });
    const found = await matchInModule(session, 'net/...', { path: '', version: '' }, 'any');
    expect(found.packages).toContain('net/http');
  });
});

test('toolsOf: each tool once', async () => {
  const files = {
    'go.work': 'go 1.25\n\nuse (\n\t./a\n\t./b\n)\n',
    'a/go.mod': goModText('example.com/a', '1.25', [], 'tool example.com/t\n\ntool example.com/u\n'),
    'b/go.mod': goModText('example.com/b', '1.25', [], 'tool example.com/t\n'),
  };
  const { session } = await open({ files, command: 'list' });
  expect(toolsOf(session)).toEqual(['example.com/t', 'example.com/u']);
});

test('a package is in a local module, but not below a go.mod', async () => {
  const { dir, session } = await open({ files: me(), source: ['a', 'nested/go.mod', 'nested/b', 'empty/x.txt'] });
  const isIn = async (pkg: string) =>
    (await new PackageFolders(session).find(pkg, 'example.com/me', { dir, isLocal: true })).hasGoFiles;
  expect(await isIn('example.com/me/a')).toBe(true);
  expect(await isIn('example.com/me/nested/b')).toBe(false);
  expect(await isIn('example.com/me/empty')).toBe(false);
  expect(await isIn('example.com/meta')).toBe(false);
});
