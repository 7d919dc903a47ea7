import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { metadataFiles, readPackageFolder } from '../../../src/resolve/vendoring/package-folder.js';
import { useTempDir } from '../../support/temp-dir.js';

const tempDir = useTempDir();
const rules = { goVersion: '1.22', cgoEnabled: true };

function folder(files: Readonly<Record<string, string>>): string {
  const dir = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

const embed = (pkg: string, pattern: string, more = '') =>
  `${more}package ${pkg}\n\nimport _ "embed"\n\n//go:embed ${pattern}\nvar s string\n`;

describe('files that are copied', () => {
  const files = {
    'a.go': 'package a\n',
    'a_windows.go': 'package a\n',
    'tagged.go': '//go:build never && !ever\n\npackage a\n',
    'ignored.go': '//go:build ignore\n\npackage main\n',
    'oldignored.go': '// +build ignore\n\npackage main\n',
    'marked.go': '\ufeff//go:build ignore\n\npackage main\n',
    'broken.go': 'pakcage\n',
    '_draft.go': 'package a\n',
    'a_test.go': 'package a\n',
    'a.s': '',
    'README.md': '',
    'go.mod': '',
    'go.sum': '',
  };

  test('all but tests, those that no build takes, and the files of the module', async () => {
    const dir = folder({ ...files, 'broken.go': 'package a\n' });
    mkdirSync(join(dir, 'sub.go'));
    symlinkSync('a.go', join(dir, 'link.go'));
    symlinkSync('sub.go', join(dir, 'folder.go'));
    expect(readPackageFolder('a', dir, rules).files).toEqual([
      'README.md',
      '_draft.go',
      'a.go',
      'a.s',
      'a_windows.go',
      'broken.go',
      'tagged.go',
    ]);
  });

  test('with those of the module before Go 1.17', async () => {
    const dir = folder({ 'a.go': 'package a\n', 'go.mod': '', 'go.sum': '' });
    expect(readPackageFolder('a', dir, { ...rules, goVersion: '1.16' }).files).toEqual(['a.go', 'go.mod', 'go.sum']);
  });
});

describe('patterns of //go:embed lines', () => {
  const files = {
    'a.go': embed('a', 'z.txt b.txt'),
    'b.go': embed('a', 'b.txt a.txt'),
    'a_test.go': embed('a', 'test.txt'),
    'x_test.go': embed('a_test', 'outside.txt'),
    'ignored.go': embed('main', 'ignored.txt', '//go:build ignore\n\n'),
    'doc.go': embed('documentation', 'doc.txt'),
    '_hidden.go': embed('a', 'hidden.txt'),
    'cgo.go': 'package a\n\nimport (\n\t"C"\n\t_ "embed"\n)\n\n//go:embed cgo.txt\nvar s string\n',
  };
  const patterns = (changed: Partial<typeof rules>, text: Readonly<Record<string, string>> = files) =>
    readPackageFolder('a', folder(text), { ...rules, ...changed }).embedPatterns;

  test('sorted, each once; constraints and other package names do not count', async () => {
    expect(patterns({})).toEqual(['a.txt', 'b.txt', 'cgo.txt', 'ignored.txt', 'z.txt']);
  });

  test('those of tests before Go 1.22', async () => {
    expect(patterns({ goVersion: '1.21' })).toEqual([
      'a.txt',
      'b.txt',
      'cgo.txt',
      'ignored.txt',
      'z.txt',
      'test.txt',
      'outside.txt',
    ]);
  });

  test('not those of cgo files without cgo', async () => {
    expect(patterns({ cgoEnabled: false })).not.toContain('cgo.txt');
  });

  test('none where all is documentation', async () => {
    expect(patterns({}, { 'doc.go': files['doc.go'] })).toEqual([]);
  });

  test('cgo in a test is refused, as go does', () => {
    expect(() => patterns({}, { 'a_test.go': 'package a\n\nimport "C"\n' })).toThrow(
      expect.objectContaining({
        code: 'failed',
        bare: true,
        message: expect.stringMatching(
          /^internal error: failed to find embedded files of a: use of cgo in test .*a_test\.go not supported$/,
        ),
      }),
    );
  });
});

test('licences and the like', () => {
  const dir = folder({
    LICENSE: '',
    'LICENSE-MIT': '',
    'NOTICE.txt': '',
    license: '',
    'a.go': '',
    README: '',
    COPYING: '',
  });
  mkdirSync(join(dir, 'LICENSES'));
  symlinkSync('LICENSE', join(dir, 'PATENTS'));
  expect(metadataFiles(dir).sort()).toEqual(['COPYING', 'LICENSE', 'LICENSE-MIT', 'NOTICE.txt']);
});
