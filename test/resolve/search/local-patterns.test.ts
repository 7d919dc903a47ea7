import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestRelease } from '../../../src/gover/index.js';
import { dirImportPath, matchLocalDirs, resolveLocalPackage } from '../../../src/resolve/search/local-patterns.js';
import { PackageMatch } from '../../../src/resolve/search/package-match.js';
import { goModText } from '../../support/memory-mirror.js';
import { type SourceOptions, sourceModule, useSourceSessions, writeSource } from '../packages/source-world.js';

const open = useSourceSessions();
const me = (requires: readonly string[] = [], more = '') => goModText('example.com/me', '1.25', requires, more);

async function dirs(pattern: string, options: SourceOptions) {
  const opened = await open(options);
  const match = new PackageMatch(pattern, newestRelease);
  const { session, requirements } = opened;
  await matchLocalDirs(session, session.modRoots, match, requirements);
  return { ...opened, dirs: match.dirs, errors: match.errors.map((e) => (e as Error).message) };
}

describe('matchLocalDirs', () => {
  const source = ['', 'a', 'a/b', 'ab', 'nested/go.mod', 'nested/n', 'testdata/t', '_u', '.v', 'no/x.txt', 'vendor/z'];

  test.each([
    ['./...', '.', ['./.', './a', './a/b', './ab']],
    ['./a/...', '.', ['./a', './a/b']],
    ['./a...', '.', ['./a', './a/b', './ab']],
    ['./.../b', '.', ['./a/b']],
    ['../...', 'a', ['..', '../a', '../a/b', '../ab']],
    ['../a/...', 'ab', ['../a', '../a/b']],
    ['./vendor/...', '.', ['./vendor/z']],
    ['./x', '.', ['./x']], // looked at when it is resolved
    ['./testdata/...', '.', []],
  ])('%s in %s', async (pattern, below, expected) => {
    expect(await dirs(pattern, { files: me(), source, in: below })).toMatchObject({ dirs: expected, errors: [] });
  });

  test('an absolute path', async () => {
    const { session, requirements, dir } = await open({ files: me(), source });
    const match = new PackageMatch(join(dir, 'a', '...'), newestRelease);
    await matchLocalDirs(session, session.modRoots, match, requirements);
    expect(match.dirs).toEqual([join(dir, 'a'), join(dir, 'a', 'b')]);
  });

  test('folders that go.mod ignores', async () => {
    expect((await dirs('./...', { files: me([], 'ignore ./a\n'), source })).dirs).toEqual(['./.', './ab']);
  });

  test('links are followed at the start alone', async () => {
    const { session, requirements, dir } = await open({ files: me(), source: ['a', 'a/b'] });
    symlinkSync(join(dir, 'a'), join(dir, 'link'));
    const match = new PackageMatch('./link/...', newestRelease);
    await matchLocalDirs(session, session.modRoots, match, requirements);
    expect(match.dirs).toEqual(['./link', './link/b']);
    const all = new PackageMatch('./...', newestRelease);
    await matchLocalDirs(session, session.modRoots, all, requirements);
    expect(all.dirs).toEqual(['./a', './a/b']);
  });

  test('a folder with files for other builds only does not match', async () => {
    const options = { files: me(), buildTags: new Set(['linux', 'cgo']) };
    const { session, requirements, dir } = await open(options);
    const write = (name: string, text: string) => {
      mkdirSync(join(dir, dirname(name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    };
    write('windows/x_windows.go', 'package x\n');
    write('tagged/x.go', '//go:build windows\n\npackage x\n');
    write('doc/x.go', 'package documentation\n');
    write('broken/x.go', 'pack\n');
    write('test/x_test.go', 'package x\n');
    write('cgo/x.go', 'package x\n\nimport "C"\n');
    const match = new PackageMatch('./...', newestRelease);
    await matchLocalDirs(session, session.modRoots, match, requirements);
    expect(match.dirs).toEqual(['./broken', './cgo', './test']);
    // named outright they are packages, with nothing for this build
    for (const name of ['windows', 'tagged', 'doc']) {
      expect(await resolveLocalPackage(session, `./${name}`, requirements)).toBe(`example.com/me/${name}`);
    }
  });

  test('outside of modules nothing is walked', async () => {
    const { errors, dirs: found } = await dirs('../...', { files: { 'in/go.mod': me() }, in: 'in' });
    expect([found, errors]).toEqual([
      [],
      ['pattern ../...: directory prefix .. does not contain main module or its selected dependencies'],
    ]);
    const work = { 'w/go.work': 'go 1.25\n\nuse ./in\n', 'w/in/go.mod': me() };
    expect((await dirs('../...', { files: work, in: 'w', command: 'list' })).errors).toEqual([
      'pattern ../...: directory prefix .. does not contain modules listed in go.work or their selected dependencies',
    ]);
  });

  test('a folder that is not there', async () => {
    expect((await dirs('./none/...', { files: me() })).errors).toEqual([
      'pattern ./none/...: lstat ./none/: no such file or directory',
    ]);
  });
});

describe('resolveLocalPackage', () => {
  const source = ['', 'a', 'nested/go.mod', 'nested/n', 'empty/x.txt'];
  const resolveIn = async (dir: string, options: SourceOptions) => {
    const opened = await open({ source, ...options });
    const path = await resolveLocalPackage(opened.session, dir, opened.requirements).catch((e) => e.message);
    return typeof path === 'string' ? path.replaceAll(opened.dir, 'ROOT').replaceAll('\\', '/') : path;
  };

  test.each([
    ['.', 'example.com/me'],
    ['./a', 'example.com/me/a'],
    ['a/../a', 'example.com/me/a'],
    ['./none', 'stat ROOT/none: directory not found'],
    ['./empty', 'no buildable Go source files in ROOT/empty'],
    ['./nested/n', 'main module (example.com/me) does not contain package example.com/me/nested/n'],
    ['./x.go', 'main module (example.com/me) does not contain package example.com/me/x.go'],
    ['./vendor/example.com/z', 'without -mod=vendor, directory ROOT/vendor/example.com/z has no package path'],
  ])('%s', async (dir, expected) => {
    expect(await resolveIn(dir, { files: me(), source: [...source, 'vendor/example.com/z'] })).toBe(expected);
  });

  test('in the vendor folder, when that is used', async () => {
    const files = {
      'go.mod': me(['example.com/a@v1.0.0']),
      'vendor/modules.txt': '# example.com/a v1.0.0\n## explicit; go 1.21\nexample.com/a/sub\n',
    };
    const options = { files, command: 'list', source: ['vendor/example.com/a/sub', 'vendor/example.com/a/other'] };
    expect(await resolveIn('./vendor/example.com/a/sub', options)).toBe('example.com/a/sub');
    expect(await resolveIn('./vendor/example.com/a/other', options)).toBe(
      'directory ROOT/vendor/example.com/a/other is not a package listed in vendor/modules.txt',
    );
  });

  test('in the module cache, and in a replacement', async () => {
    const modules = [sourceModule('example.com/a@v1.0.0', ['sub', 'vendor/v'])];
    const more = 'replace example.com/r => ./r\n';
    const files = me(['example.com/a@v1.0.0', 'example.com/r@v1.0.0'], more);
    const { session, requirements, folders } = await open({ files, modules, source: ['r/go.mod', 'r/t'] });
    const resolve = (dir: string) => resolveLocalPackage(session, dir, requirements);
    const cached = folders.get('example.com/a@v1.0.0')!;
    expect(await resolve(join(cached, 'sub'))).toBe('example.com/a/sub');
    await expect(resolve(join(cached, 'vendor', 'v'))).rejects.toThrow(
      /outside main module or its selected dependencies$/,
    );
    // below the main module's folder, but not in it: go.mod cuts it off
    await expect(resolve('./r/t')).rejects.toThrow(/does not contain package example\.com\/me\/r\/t$/);
  });

  test('through links', async () => {
    const { session, requirements, dir } = await open({
      files: me(),
      modules: [sourceModule('example.com/a@v1.0.0', ['s'])],
    });
    const outside = join(dir, '..', `${dir.split(/[/\\]/).at(-1)}-link`);
    writeSource(dir, ['a']);
    symlinkSync(dir, outside);
    expect(realpathSync(outside)).toBe(realpathSync(dir));
    await expect(resolveLocalPackage(session, join(outside, 'a'), requirements)).rejects.toThrow(/outside main module/);
  });

  test('below GOROOT', async () => {
    const { session, requirements, dir } = await open({ files: { 'm/go.mod': me() }, in: 'm' });
    writeSource(join(dir, 'goroot', 'src'), ['net/http', 'builtin']);
    Object.assign(session.settings, { GOROOT: join(dir, 'goroot') });
    const resolve = (path: string) => resolveLocalPackage(session, join(dir, 'goroot', 'src', path), requirements);
    expect(await resolve('net/http')).toBe('net/http');
    await expect(resolve('builtin')).rejects.toThrow('"builtin" is a pseudo-package, not an importable package');
  });

  test('in a workspace', async () => {
    const files = {
      'go.work': 'go 1.25\n\nuse (\n\t./a\n\t./a/b\n)\n',
      'a/go.mod': goModText('example.com/a', '1.25'),
      'a/b/go.mod': goModText('example.com/b', '1.25'),
      'c/go.mod': goModText('example.com/c', '1.25'),
    };
    const options = { files, command: 'list', source: ['a/x', 'a/b/y', 'a/z/q.txt', 'c', 'd'] };
    expect(await resolveIn('./a/x', options)).toBe('example.com/a/x');
    expect(await resolveIn('./a/b/y', options)).toBe('example.com/b/y');
    expect(await resolveIn('./c', options)).toBe(
      'directory c is contained in a module that is not one of the workspace modules listed in go.work. You can add the module to the workspace using:\n\tgo work use c',
    );
    expect(await resolveIn('./d', options)).toBe(
      'directory d outside modules listed in go.work or their selected dependencies',
    );
    expect(await resolveIn('.', { ...options, source: ['c'], in: 'c' })).toMatch(/^current directory is contained in/);
  });
});

test('dirImportPath: by place alone', async () => {
  const { session, dir } = await open({ files: me() });
  expect(dirImportPath(session, '.')).toEqual({
    path: 'example.com/me',
    module: { path: 'example.com/me', version: '' },
  });
  expect(dirImportPath(session, join(dir, 'x', '..', 'y')).path).toBe('example.com/me/y');
  expect(dirImportPath(session, './vendor/example.com/z').path).toBe('example.com/z');
  expect(dirImportPath(session, '..')).toEqual({ path: '.', module: undefined });
});
