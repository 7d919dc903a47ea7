import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkFiles,
  checkModule,
  checkZipEntries,
  maxGoModBytes,
  maxLicenseBytes,
  maxZipBytes,
  selectFiles,
} from '../../src/modzip/index.js';

const module = { path: 'example.com/m', version: 'v1.0.0' };
const prefix = 'example.com/m@v1.0.0/';
const check = (...names: string[]) =>
  checkZipEntries(
    module,
    1,
    names.map((name) => ({ name: prefix + name, size: 0 })),
  );
const reasons = (...names: string[]) => check(...names).invalid.map((i) => i.reason);

describe('checkZipEntries', () => {
  test('a good module', () => {
    const report = check('go.mod', 'LICENSE', 'a.go', 'b/', 'b/c.go', 'b/.hidden', 'é.go');
    expect(report.err()).toBeUndefined();
    expect(report.valid).toEqual(['go.mod', 'LICENSE', 'a.go', 'b/c.go', 'b/.hidden', 'é.go'].map((n) => prefix + n));
  });

  test.each([
    ['traversal', '../evil'],
    ['traversal inside', 'a/../../evil'],
    ['absolute', '/etc/passwd'],
    ['double slash', 'a//b'],
    ['dot', './a'],
    ['backslash', 'a\\..\\..\\evil'],
    ['drive letter', 'C:/evil'],
    ['alternate data stream', 'a.go:evil'],
    ['NUL', 'a\0.go'],
    ['newline', 'a\n.go'],
    ['control character', 'a\u0001.go'],
    ['bidi override', 'a\u202e.go'],
    ['Windows device', 'con'],
    ['Windows device with extension', 'AUX.go'],
    ['Windows device as folder', 'com1/a.go'],
    ['trailing dot', 'a./b.go'],
    ['quote', "a'.go"],
    ['lone surrogate', 'a\ud800.go'],
    ['go.mod below the root', 'sub/go.mod'],
    ['GO.MOD below the root', 'sub/Go.Mod'],
    ['go.mod in another case', 'GO.mod'],
  ])('%s is refused', (_, name) => {
    const report = check('go.mod', name);
    expect(report.invalid).toHaveLength(1);
    expect(report.err()?.code).toBe('invalid-zip');
  });

  test('wrong-prefix: names of another module, of another version, of the module alone', () => {
    const names = ['example.com/m@v1.0.1/a', 'example.com/m@v1.0.0', 'example.com/mm@v1.0.0/a', 'a', ''];
    const report = checkZipEntries(
      module,
      1,
      names.map((name) => ({ name, size: 0 })),
    );
    expect(report.invalid.map((i) => i.path)).toEqual(names);
    expect(report.invalid[0]!.reason).toBe('path does not have prefix "example.com/m@v1.0.0/"');
  });

  test.each([
    [['a.go', 'A.go'], 'case-insensitive file name collision: "a.go" and "A.go"'],
    [['k.go', '\u212a.go'], 'case-insensitive file name collision: "k.go" and "\u212a.go"'],
    [['s.go', '\u017f.go'], 'case-insensitive file name collision: "s.go" and "\u017f.go"'],
    [['dir/a.go', 'Dir/b.go'], 'case-insensitive file name collision: "dir" and "Dir"'],
    [['d/e/a.go', 'D/e/a.go'], 'case-insensitive file name collision: "d/e/a.go" and "D/e/a.go"'],
    [['a', 'a/b'], 'entry "a" is both a file and a directory'],
    [['a/b', 'a'], 'entry "a" is both a file and a directory'],
    [['a', 'a/'], 'entry "a" is both a file and a directory'],
    [['a', 'a'], 'multiple entries for file "a"'],
  ])('collision: %j', (names, reason) => expect(reasons(...names)).toEqual([reason]));

  test('a folder may come twice, and beside its files', () => {
    expect(check('a/', 'a/', 'a/b', 'a/c').err()).toBeUndefined();
    expect(check('i.go', '\u0131.go').err()).toBeUndefined();
  });

  test.each([
    ['go.mod', maxGoModBytes, 'go.mod file too large (max size is 16777216 bytes)'],
    ['LICENSE', maxLicenseBytes, 'LICENSE file too large (max size is 16777216 bytes)'],
  ])('size of %s', (name, limit, reason) => {
    const at = (size: number) => checkZipEntries(module, 1, [{ name: prefix + name, size }]);
    expect(at(limit).err()).toBeUndefined();
    expect(at(limit + 1).invalid).toEqual([{ path: prefix + name, reason }]);
  });

  test('size of the zip, and of what it unpacks to', () => {
    const files = (...sizes: number[]) => sizes.map((size, i) => ({ name: `${prefix}${i}`, size }));
    expect(checkZipEntries(module, maxZipBytes, []).err()).toBeUndefined();
    expect(checkZipEntries(module, maxZipBytes + 1, []).err()?.code).toBe('too-large');
    expect(checkZipEntries(module, 1, files(maxZipBytes - 1, 1)).err()).toBeUndefined();
    expect(checkZipEntries(module, 1, files(maxZipBytes, 1)).err()?.message).toBe(
      'total uncompressed size of module contents too large (max size is 524288000 bytes)',
    );
    expect(checkZipEntries(module, 1, files(2 ** 63, 2 ** 63)).err()?.code).toBe('too-large');
  });

  test.each([
    ['cache', 'v1.0.0', 'invalid-path'],
    ['example.com/m', 'v1.0', 'invalid-version'],
    ['example.com/m', 'v2.0.0', 'invalid-version'],
    ['example.com/m', 'v1.0.0+meta', 'invalid-version'],
    ['example.com/m', '', 'invalid-version'],
    ['../m', 'v1.0.0', 'invalid-path'],
  ])('the module itself: %s %s', (path, version, code) => {
    expect(() => checkModule({ path, version })).toThrow(expect.objectContaining({ code }));
    expect(() => checkZipEntries({ path, version }, 1, [])).toThrow(expect.objectContaining({ code }));
  });

  test('every entry is in one list, and err() says so when any is invalid', () => {
    const element = fc.constantFrom('a', 'A', 'go.mod', '..', '', 'b.go', 'con', 'é');
    const path = fc.array(element, { minLength: 1, maxLength: 4 }).map((e) => e.join('/'));
    fc.assert(
      fc.property(fc.array(path), (names) => {
        const report = check(...names);
        const folders = names.filter((n) => n === '' || n.endsWith('/')).length;
        const listed = report.valid.length + report.invalid.length;
        expect(listed <= names.length && listed >= names.length - folders).toBe(true);
        expect(report.err() === undefined).toBe(report.invalid.length === 0);
        expect(new Set(report.valid.map((v) => v.toLowerCase())).size).toBe(report.valid.length);
      }),
    );
  });

  test('many wrong files: the message stays short', () => {
    const report = check(...Array.from({ length: 1000 }, (_, i) => `con/${i}`));
    expect(report.invalid).toHaveLength(1000);
    expect(report.err()!.message.split('\n')).toHaveLength(21);
  });

  test('deep-path: thousands of folders in each name cost no more than their length', () => {
    const names = Array.from({ length: 10 }, (_, i) => `${i}/${'a/'.repeat(16_000)}b`);
    expect(check(...names).err()).toBeUndefined();
    const more = Array.from({ length: 40 }, (_, i) => `${i}/${'a/'.repeat(16_000)}b`);
    expect(check(...more).err()?.message).toContain('too many files and folders');
  });
});

describe('checkFiles', () => {
  const list = (...paths: string[]) => paths.map((path) => ({ path, size: 1 }));

  test('links and devices are left out, folders too', () => {
    const report = checkFiles([
      { path: 'a', size: 1, kind: 'symlink' },
      { path: 'b', size: 1, kind: 'other' },
      { path: 'c', size: 1, kind: 'dir' },
      { path: 'd', size: 1, kind: 'file' },
    ]);
    expect(report.valid).toEqual(['d']);
    expect(report.omitted.map((o) => o.reason)).toEqual([
      'file is a symbolic link',
      'not a regular file',
      'not a regular file',
    ]);
    expect(report.err()).toBeUndefined();
  });

  test.each([
    ['', ['vendor/modules.txt', 'vendor/a.go']],
    ['1.23', ['vendor/modules.txt', 'vendor/a.go']],
    ['1.24', ['vendor/a.go', 'pkg/vendor/v.go']],
    ['1.24rc1', ['vendor/a.go', 'pkg/vendor/v.go']],
    ['1.26.1', ['vendor/a.go', 'pkg/vendor/v.go']],
    ['nonsense', ['vendor/modules.txt', 'vendor/a.go']],
  ])('what go %s keeps of vendor folders', (goVersion, kept) => {
    const files = list('vendor/modules.txt', 'vendor/a.go', 'vendor/x/y.go', 'pkg/vendor/v.go', 'pkg/vendor/x/y.go');
    expect(checkFiles(files, goVersion).valid).toEqual(kept);
  });

  test('files of nested modules are left out, whatever the case of their go.mod', () => {
    const report = checkFiles(
      list('a.go', 'sub/go.mod', 'sub/b.go', 'sub/c/d.go', 'Sub2/GO.MOD', 'Sub2/e.go', 'subx/f.go'),
    );
    expect(report.valid).toEqual(['a.go', 'subx/f.go']);
  });

  test('sizes', () => {
    expect(
      checkFiles([
        { path: 'a', size: maxZipBytes },
        { path: 'b', size: 1 },
      ]).err()?.message,
    ).toBe('module source tree too large (max size is 524288000 bytes)');
    expect(checkFiles([{ path: 'go.mod', size: maxGoModBytes + 1 }]).err()?.code).toBe('invalid-zip');
  });

  test.each([
    ['/a', 'file path is not relative'],
    ['a/../b', 'file path is not clean'],
    ['', 'file path is not clean'],
    ['a/', 'file path is not clean'],
  ])('%j: %s', (path, reason) => expect(checkFiles(list(path)).invalid).toEqual([{ path, reason }]));
});

describe('selectFiles', () => {
  test('drops version control folders and nested modules as a whole', () => {
    const dir = (path: string) => ({ path, size: 0, kind: 'dir' as const });
    const file = (path: string) => ({ path, size: 1, kind: 'file' as const });
    const { files, omitted } = selectFiles([
      dir('.git'),
      file('.git/x'),
      file('a.go'),
      dir('sub'),
      dir('sub/deep'),
      file('sub/deep/x.go'),
      file('sub/go.mod'),
      { path: 'link', size: 1, kind: 'symlink' },
    ]);
    expect(files.map((f) => f.path)).toEqual(['a.go']);
    expect(omitted).toEqual([
      { path: '.git', reason: 'directory is a version control repository' },
      { path: 'sub', reason: 'directory is in another module' },
      { path: 'link', reason: 'not a regular file' },
    ]);
  });
});
