import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isNotFound } from '../../../src/errors.js';
import { nameOf } from '../../../src/module/index.js';
import {
  AmbiguousImportError,
  ImportMissingError,
  ImportMissingSumError,
} from '../../../src/resolve/packages/import-errors.js';
import { importFromModules, queryImport } from '../../../src/resolve/packages/import-package.js';
import { goModText, goSumOf } from '../../support/memory-mirror.js';
import { type SourceOptions, sourceModule, useSourceSessions, zipHash } from './source-world.js';

const open = useSourceSessions();
const me = (requires: readonly string[], more = '') => goModText('example.com/me', '1.21', requires, more);

const a = sourceModule('example.com/a@v1.0.0', ['', 'sub', 'shared/x'], { requires: ['example.com/deep@v1.0.0'] });
const aShared = sourceModule('example.com/a/shared@v1.0.0', ['', 'y']);
const deep = sourceModule('example.com/deep@v1.0.0', ['pkg']);
const all = [a, aShared, deep];

async function find(path: string, options: SourceOptions, o: { skipModFile?: boolean } = {}) {
  const opened = await open({ modules: all, ...options });
  const found = await importFromModules(opened.requirements, path, o);
  return { ...opened, found };
}

const inA = { files: me(['example.com/a@v1.0.0']) };
const inBoth = { files: me(['example.com/a@v1.0.0', 'example.com/a/shared@v1.0.0']) };

describe('importFromModules', () => {
  test('of the modules whose paths are prefixes, the one that has Go files for it', async () => {
    const { found, folders } = await find('example.com/a/sub', inBoth);
    const root = folders.get('example.com/a@v1.0.0')!;
    expect(found).toMatchObject({ module: { path: 'example.com/a', version: 'v1.0.0' }, root, dir: join(root, 'sub') });
    expect(found.altModules).toEqual([]);
    const other = await find('example.com/a/shared/y', inBoth);
    expect(nameOf(other.found.module!)).toBe('example.com/a/shared@v1.0.0');
    expect(other.found.altModules.map(nameOf)).toEqual(['example.com/a@v1.0.0']);
  });

  test('the main module first of all, without its nested modules', async () => {
    const source = ['', 'in', 'nested/go.mod', 'nested/in', 'only/_test.txt'];
    const { found, dir } = await find('example.com/me/in', { ...inA, source });
    expect(found).toMatchObject({ module: { path: 'example.com/me', version: '' }, root: dir, dir: join(dir, 'in') });
    await expect(find('example.com/me/nested/in', { ...inA, source })).rejects.toThrow(ImportMissingError);
    await expect(find('example.com/me/only', { ...inA, source })).rejects.toThrow(ImportMissingError);
  });

  test('the graph is read only when no root has it', async () => {
    const known = await find('example.com/a/sub', inA, { skipModFile: true });
    expect(known.asked.filter((what) => what.includes('deep'))).toEqual([]);
    expect(known.requirements.hasGraph).toBe(false);
    const lazy = await find('example.com/deep/pkg', inA);
    expect(nameOf(lazy.found.module!)).toBe('example.com/deep@v1.0.0');
    expect(lazy.requirements.hasGraph).toBe(true);
  });

  test('skipModFile: the go.mod of the module is not read for it', async () => {
    const asksGoMod = async (o: { skipModFile?: boolean }) =>
      (await find('example.com/a/sub', inA, o)).asked.includes('example.com/a@v1.0.0.mod');
    expect(await asksGoMod({ skipModFile: true })).toBe(false);
    expect(await asksGoMod({})).toBe(true);
  });

  test('the standard library, by the release; "C" is no package', async () => {
    expect((await find('net/http', inA)).found).toMatchObject({ module: undefined, dir: '' });
    expect((await find('go/ast', inA)).found.module).toBeUndefined();
    expect((await find('C', inA)).found.module).toBeUndefined();
    expect((await find('log/slog', { ...inA, goVersion: '1.21.0' })).found.module).toBeUndefined();
    await expect(find('weak', { ...inA, goVersion: '1.21.0' })).rejects.toMatchObject({
      message: 'package weak is not in std (go 1.21.0)',
      isStd: true,
    });
    await expect(find('nonesuch/x', { ...inA, GOROOT: join('/', 'go') })).rejects.toMatchObject({
      message: `package nonesuch/x is not in std (${join('/', 'go', 'src', 'nonesuch', 'x')})`,
    });
  });

  test('two modules with it: ambiguous, shortest path first', async () => {
    const twice = sourceModule('example.com/a/shared@v1.0.0', ['x']);
    const error = await find('example.com/a/shared/x', { ...inBoth, modules: [a, twice, deep] }).catch((e) => e);
    expect(error).toBeInstanceOf(AmbiguousImportError);
    expect(error.modules.map(nameOf)).toEqual(['example.com/a@v1.0.0', 'example.com/a/shared@v1.0.0']);
    expect(error).toMatchObject({
      code: 'ambiguous',
      message: `ambiguous import: found package example.com/a/shared/x in multiple modules:\n\texample.com/a v1.0.0 (${error.dirs[0]})\n\texample.com/a/shared v1.0.0 (${error.dirs[1]})`,
    });
  });

  test.each([
    ['x@v1', 'import path "x@v1" should not have @version'],
    ['./x', '"./x" is relative, but relative import paths are not supported in module mode'],
    ['..', '".." is relative, but relative import paths are not supported in module mode'],
    ['/x', '"/x" is not a package path; see \'go help packages\''],
    ['all', '"all" is not an importable package; see \'go help packages\''],
    ['example.com/a b', 'malformed import path "example.com/a b": invalid char \' \''],
  ])('%j is no import path', async (path, message) => {
    await expect(find(path, inA)).rejects.toMatchObject({ code: 'invalid-path', message, importPath: path });
  });

  test('a module that cannot be had is an error, though another one has the package', async () => {
    const files = me(['example.com/a@v1.0.0', 'example.com/a/sub@v1.0.0'], 'replace example.com/a/sub => ./gone\n');
    await expect(find('example.com/a/sub', { files })).rejects.toMatchObject({
      message: 'example.com/a/sub@v1.0.0: replacement directory ./gone does not exist',
    });
  });

  test('a replacement by a folder', async () => {
    const files = me(['example.com/a@v1.0.0'], 'replace example.com/a => ./local\n');
    const source = ['local/go.mod', 'local/new'];
    const { found, dir } = await find('example.com/a/new', { files, source }, { skipModFile: true });
    expect(found).toMatchObject({
      module: { path: 'example.com/a', version: 'v1.0.0' },
      dir: join(dir, 'local', 'new'),
    });
  });

  test('all prefixes are fetched at once', async () => {
    const names = ['example.com/a@v1.0.0', 'example.com/a/b@v1.0.0', 'example.com/a/b/c@v1.0.0'];
    const modules = names.map((name) => sourceModule(name, []));
    const { session, requirements } = await open({ files: me(names), modules });
    const asked: string[] = [];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    session.fetcher.folder = async (m) => {
      asked.push(m.path);
      await gate;
      throw new Error(m.path);
    };
    const finding = importFromModules(requirements, 'example.com/a/b/c/d');
    finding.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toEqual(['example.com/a/b/c', 'example.com/a/b', 'example.com/a']);
    release();
    await expect(finding).rejects.toThrow('example.com/a/b/c'); // the error of the longest path, as if asked one by one
  });
});

describe('missing sums', () => {
  const sums = (...names: string[]) => names.map((name) => `${name.replace('@', ' ')} ${zipHash}\n`).join('');
  const readonly = { command: 'list' };

  test('no zip may be used that go.sum does not have', async () => {
    const files = { 'go.mod': me(['example.com/a@v1.0.0', 'example.com/a/shared@v1.0.0']), 'go.sum': goSumOf(all) };
    const error = await find('example.com/a/shared/y', { files, ...readonly }).catch((e) => e);
    expect(error).toBeInstanceOf(ImportMissingSumError);
    expect(error.message).toBe(
      'missing go.sum entry for module providing package example.com/a/shared/y; to add:\n\tgo mod download example.com/a example.com/a/shared',
    );
    Object.assign(error, { importer: 'example.com/p', importerVersion: 'v1.2.0', importerIsTest: true });
    expect(error).toMatchObject({
      code: 'missing-sum',
      message:
        'missing go.sum entry for module providing package example.com/a/shared/y (imported by example.com/p); to add:\n\tgo get -t example.com/p@v1.2.0',
    });
  });

  test('nor is one provider known to be the only one', async () => {
    const goSum = goSumOf(all) + sums('example.com/a/shared@v1.0.0');
    const files = { 'go.mod': me(['example.com/a@v1.0.0', 'example.com/a/shared@v1.0.0']), 'go.sum': goSum };
    await expect(find('example.com/a/shared/y', { files, ...readonly })).rejects.toMatchObject({
      isFound: true,
      message:
        'missing go.sum entry needed to verify package example.com/a/shared/y is provided by exactly one module; to add:\n\tgo mod download example.com/a',
    });
    const whole = { ...files, 'go.sum': goSum + sums('example.com/a@v1.0.0') };
    expect((await find('example.com/a/shared/y', { files: whole, ...readonly })).found.altModules).toHaveLength(1);
  });
});

describe('ImportMissingError', () => {
  const missing = (options: SourceOptions, path = 'example.com/none/x') => find(path, options).catch((e) => e);

  test('says what to do where go.mod may not be completed', async () => {
    const error = await missing({ ...inA, command: 'list', files: { 'go.mod': me([]) } });
    expect(error).toMatchObject({
      code: 'not-found',
      importPath: 'example.com/none/x',
      message: 'no required module provides package example.com/none/x; to add it:\n\tgo get example.com/none/x',
    });
    expect(error).toBeInstanceOf(ImportMissingError);
    Object.assign(error, { importingMainModule: { path: 'example.com/other', version: '' }, modRoot: '/other' });
    expect(error.message).toBe(
      'no required module provides package example.com/none/x; to add it:\n\tcd /other\n\tgo get example.com/none/x',
    );
    error.importingMainModule = { path: 'example.com/me', version: '' };
    expect(error.message).not.toContain('cd ');
  });

  test('where it may be', async () => {
    expect((await missing(inA)).message).toBe('cannot find module providing package example.com/none/x');
  });

  test('outside every module', async () => {
    expect((await missing({ command: 'list' })).message).toBe(
      "no required module provides package example.com/none/x: go.mod file not found in current directory or any parent directory; see 'go help modules'",
    );
    expect((await missing({ command: 'get' })).message).toBe('cannot find module providing package example.com/none/x');
  });

  test('of the standard library, with the release that its importer was written for', async () => {
    const error = await missing(inA, 'nonesuch');
    error.importerGoVersion = '1.99';
    expect(error.message).toBe(
      'package nonesuch is not in std (go 1.26.8)\nnote: imported by a module that requires go 1.99',
    );
  });
});

describe('vendor', () => {
  const modulesTxt = '# example.com/a v1.0.0\n## explicit; go 1.21\nexample.com/a/sub\n';
  const vendored = (go: string, txt = modulesTxt) => ({
    files: { 'go.mod': goModText('example.com/me', go, ['example.com/a@v1.0.0']), 'vendor/modules.txt': txt },
    command: 'list',
    source: ['own', 'vendor/example.com/a/sub', 'vendor/example.com/a/unlisted'],
  });

  test('packages are those of the main module and of the vendor folder', async () => {
    const { found, dir, asked } = await find('example.com/a/sub', vendored('1.23'));
    expect(found).toEqual({
      module: { path: 'example.com/a', version: 'v1.0.0' },
      root: join(dir, 'vendor'),
      dir: join(dir, 'vendor', 'example.com', 'a', 'sub'),
      altModules: [],
    });
    expect((await find('example.com/me/own', vendored('1.23'))).found.module).toEqual({
      path: 'example.com/me',
      version: '',
    });
    expect((await find('fmt', vendored('1.23'))).found.module).toBeUndefined();
    expect(asked).toEqual([]);
    await expect(find('example.com/a', vendored('1.23'))).rejects.toMatchObject({
      message: 'no required module provides package example.com/a; to add it:\n\tgo get example.com/a',
    });
  });

  test('one that modules.txt does not list counts before Go 1.23 only', async () => {
    const old = await find('example.com/a/unlisted', vendored('1.22'));
    expect(old.found).toMatchObject({ module: undefined, root: join(old.dir, 'vendor') });
    const { requirements, messages } = await open(vendored('1.23'));
    await expect(importFromModules(requirements, 'example.com/a/unlisted')).rejects.toThrow(ImportMissingError);
    expect(messages).toEqual([
      'ignoring package example.com/a/unlisted which exists in the vendor directory but is missing from vendor/modules.txt. To sync the vendor directory run go mod vendor.',
    ]);
  });

  test('one in both is ambiguous', async () => {
    const options = vendored('1.22');
    const source = [...options.source, 'vendor/example.com/me/own'];
    const error = await find('example.com/me/own', { ...options, source }).catch((e) => e);
    expect(error).toBeInstanceOf(AmbiguousImportError);
    expect(error.message).toMatch(
      /^ambiguous import: found package example\.com\/me\/own in multiple directories:\n\t.*own\n\t.*own$/,
    );
  });
});

describe('queryImport', () => {
  async function ask(path: string, options: SourceOptions) {
    const opened = await open({ modules: all, ...options });
    const asking = queryImport(opened.requirements, path);
    return { ...opened, result: await asking.then(nameOf, (error) => error) };
  }

  test('the latest version of the longest module that has the package', async () => {
    const newer = sourceModule('example.com/a@v1.1.0', ['sub', 'fresh'], {});
    const { result, messages } = await ask('example.com/a/fresh', { files: me([]), modules: [...all, newer] });
    expect(result).toBe('example.com/a@v1.1.0');
    expect(messages).toEqual(['finding module for package example.com/a/fresh']);
  });

  test('a replaced module that has it, before any proxy is asked', async () => {
    const files = me([], 'replace example.com/r v1.3.0 => ./r\n\nreplace example.com/r/s => ./s\n');
    const source = ['r/go.mod', 'r/s/x', 'r/t', 's/go.mod', 's/x'];
    const longest = await ask('example.com/r/s/x', { files, source });
    expect(longest.result).toBe('example.com/r/s@v0.0.0-00010101000000-000000000000');
    const shorter = await ask('example.com/r/t', { files, source });
    expect([shorter.result, shorter.messages, shorter.asked]).toEqual(['example.com/r@v1.3.0', [], []]);
  });

  test('which may not be added: what to run', async () => {
    const files = { 'go.mod': me([], 'replace example.com/r v1.3.0 => ./r\n\nreplace example.com/s => ./r\n') };
    const source = ['r/go.mod', 'r/t'];
    const named = await ask('example.com/r/t', { files, source, command: 'list' });
    expect(named.result.message).toBe(
      'module example.com/r provides package example.com/r/t and is replaced but not required; to add it:\n\tgo get example.com/r@v1.3.0',
    );
    const wild = await ask('example.com/s/t', { files, source, command: 'list' });
    expect(wild.result.message).toMatch(/and is replaced but not required; to add it:\n\tgo get example\.com\/s$/);
  });

  test('a path that no proxy can have is in a replaced module or nowhere', async () => {
    const files = me([], 'replace short => ./short\n');
    expect((await ask('short/x', { files, source: ['short/go.mod', 'short/x'] })).result).toMatch(/^short@v0\.0\.0-/);
    const none = await ask('short/y', { files, source: ['short/go.mod', 'short/x'] });
    expect(none.result.message).toBe(
      'module short@latest found (v0.0.0-00010101000000-000000000000, replaced by ./short), but does not contain package short/y',
    );
  });

  test('the standard library is not asked for', async () => {
    const { result, asked } = await ask('nonesuch/x', { files: me([]) });
    expect(result).toMatchObject({ isStd: true, message: 'package nonesuch/x is not in std (go 1.26.8)' });
    expect(asked).toEqual([]);
  });

  test('nothing is asked for where go.mod may not be completed; why stands in the error', async () => {
    const quiet = await ask('example.com/x', { files: { 'go.mod': me([]) }, command: 'list' });
    expect([quiet.result.message, quiet.asked]).toEqual([
      'no required module provides package example.com/x; to add it:\n\tgo get example.com/x',
      [],
    ]);
    const flag = await ask('example.com/x', { files: { 'go.mod': me([]) }, mod: 'readonly' });
    expect(flag.result.message).toBe(
      'cannot find module providing package example.com/x: import lookup disabled by -mod=readonly',
    );
  });

  test('no such module: the error of the longest path', async () => {
    const { result } = await ask('example.com/none/x', { files: me([]) });
    expect(result).toBeInstanceOf(ImportMissingError);
    expect(result.message).toBe(
      'cannot find module providing package example.com/none/x: module example.com/none/x: not found: 404 Not Found',
    );
    expect(isNotFound(result)).toBe(true);
  });

  test('the latest version has it, but a newer one is required that has not', async () => {
    const modules = [
      sourceModule('example.com/b@v1.0.0', ['gone']),
      sourceModule('example.com/b@v1.1.0-pre', ['other']),
    ];
    const { result } = await ask('example.com/b/gone', { files: me(['example.com/b@v1.1.0-pre']), modules });
    expect(result.message).toBe(
      'package example.com/b/gone provided by example.com/b at latest version v1.0.0 but not at required version v1.1.0-pre',
    );
  });
});
