import { expect, test } from 'vitest';
import { readGoSource } from '../../src/checks/go-source.js';
import { vendoredFiles } from '../../src/checks/vendored-files.js';

function copied(folders: string[], files: Record<string, string>, goVersion = '1.24') {
  const sources = new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      name.endsWith('.go') ? readGoSource(Buffer.from(text)) : undefined,
    ]),
  );
  const { kinds, doubt } = vendoredFiles(folders, sources, goVersion);
  const of = (kind: string) => [...kinds].flatMap(([name, k]) => (k === kind ? [name] : [])).sort();
  return { copied: of('copied'), kept: of('kept'), doubt };
}

const embedding = (...patterns: string[]) =>
  `package a\n\nimport "embed"\n\n//go:embed ${patterns.join(' ')}\nvar files embed.FS\n`;

test('a package folder: everything but tests, go.mod, go.sum and what no build can use', () => {
  const files = {
    'go.mod': '',
    'go.sum': '',
    'a.go': 'package a\n',
    'a_test.go': 'package a\n',
    'gen.go': '//go:build ignore\n\npackage main\n',
    'a_windows.s': '',
    '.hidden': '',
    'sub/b.go': 'package b\n',
    'testdata/x': '',
  };
  expect(copied([''], files).copied).toEqual(['.hidden', 'a.go', 'a_windows.s']);
  expect(copied(['', 'sub'], files).copied).toEqual(['.hidden', 'a.go', 'a_windows.s', 'sub/b.go']);
  expect(copied([''], files, '1.16').kept).toEqual(['go.mod', 'go.sum']);
});

test('licences and the like come from the folders above, up to the root', () => {
  const files = {
    LICENSE: '',
    'NOTICE.md': '',
    'README.md': '',
    license: '',
    'x/COPYING': '',
    'x/y/z/z.go': 'package z\n',
    'x/y/AUTHORS': '',
    'other/LICENSE': '',
  };
  expect(copied(['x/y/z'], files).copied).toEqual(['LICENSE', 'NOTICE.md', 'x/COPYING', 'x/y/AUTHORS', 'x/y/z/z.go']);
});

test('embedded files', () => {
  const files = {
    'p/a.go': embedding('one.txt', 'dir', 'all:every', 'glob/*.txt'),
    'p/one.txt': '',
    'p/dir/a': '',
    'p/dir/.hidden': '',
    'p/dir/_under': '',
    'p/dir/deep/b': '',
    'p/dir/deep/.git/c': '',
    'p/every/.hidden': '',
    'p/glob/x.txt': '',
    'p/glob/x.md': '',
    'p/glob/x.txt.d/y': '',
    'p/unasked/z': '',
    'q/one.txt': '',
  };
  expect(copied(['p'], files).copied).toEqual([
    'p/a.go',
    'p/dir/a',
    'p/dir/deep/b',
    'p/every/.hidden',
    'p/glob/x.txt',
    'p/one.txt',
  ]);
});

test('what tests and ignored files embed does no harm; from go 1.22 on tests have no say', () => {
  const files = {
    'a.go': 'package a\n',
    'a_test.go': embedding('sub/t'),
    'gen.go': `//go:build ignore\n\n${embedding('sub/g')}`,
    'sub/t': '',
    'sub/g': '',
  };
  expect(copied([''], files, '1.21').kept).toEqual(['sub/g', 'sub/t']);
  expect(copied([''], files, '1.22').kept).toEqual(['sub/g']);
});

test('names of Object.prototype are names', () => {
  const files = new Map([['__proto__/a.go', readGoSource(Buffer.from('package a\n'))]]);
  expect([...vendoredFiles(['__proto__'], files, '1.24').kinds.keys()]).toEqual(['__proto__/a.go']);
});

test('any number of names is looked up, and of wildcards that begin apart (issue 11, A.5)', () => {
  const names = Array.from({ length: 3000 }, (_, i) => `n${String(i).padStart(4, '0')}`);
  const files = Object.fromEntries(names.map((name) => [`data/${name}/x.txt`, '']));
  for (const pattern of [
    (name: string) => `data/${name}/x.txt`,
    (name: string) => `data/${name}`,
    (name: string) => `data/${name}*`,
    (name: string) => `all:data/${name}/*.txt`,
  ]) {
    const found = copied([''], { 'a.go': embedding(...names.map(pattern)), ...files });
    expect([found.copied.length, found.doubt]).toEqual([3001, undefined]);
  }
});

test('wildcards without end are in doubt, and what they may take is kept (issue 11, A.5)', () => {
  const names = Array.from({ length: 3000 }, (_, i) => `n${String(i).padStart(4, '0')}`);
  const files = Object.fromEntries(names.map((name) => [`data/${name}`, '']));
  const found = copied([''], { 'a.go': embedding(...names.map((name) => `data/*${name}`)), ...files });
  expect(found.doubt).toBe('its embed patterns have more matches than are looked through');
  expect(found.copied.length + found.kept.length).toBe(3001);
});

test('a folder with a go.mod is another module; a class that holds a slash is malformed; names are no patterns', () => {
  const files = {
    'a.go': embedding('other', 'd/other/x', '"a[/]b"', 'a', '..', './a', 'gone'),
    'other/go.mod': '',
    'other/x': '',
    'd/other/go.mod': '',
    'd/other/x': '',
    'd/y': '',
    'a/b': '',
  };
  expect(copied([''], files).copied).toEqual(['a.go', 'a/b']);
});
