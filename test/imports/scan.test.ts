import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { NoGoFilesError, packageImportComment, scanGoFiles } from '../../src/imports/index.js';

const sources = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([name, text]) => ({ name, data: encodeUtf8(text) }));
const linux = new Set(['linux', 'amd64', 'gc']);

const folder = sources({
  'a.go': 'package p\nimport (\n"z"\n"fmt"\n"\u{10000}"\n"\uffff"\n)\n',
  'b.go': 'package p\nimport "fmt"\n',
  'a_test.go': 'package p\nimport "testing"\n',
  'x_test.go': 'package p_test\nimport ("testing"; "p")\n',
  'a_windows.go': 'package p\nimport "windows"\n',
  'c.go': 'package p\nimport "C"\nimport "cgo"\n',
  'd.go': '//go:build darwin\n\npackage p\nimport "darwin"\n',
  'gen.go': '//go:build ignore\n\npackage main\nimport "gen"\n',
  '_e.go': 'package p\nimport "hidden"\n',
  '.f.go': 'package p\nimport "hidden"\n',
  'g.txt': 'package p\nimport "text"\n',
});

test('the imports of every build, sorted by bytes, those of tests apart', () => {
  expect(scanGoFiles(folder, 'any')).toEqual({
    imports: ['C', 'cgo', 'darwin', 'fmt', 'windows', 'z', '\uffff', '\u{10000}'],
    testImports: ['p', 'testing'],
  });
});

test('the imports of one build', () => {
  expect(scanGoFiles(folder, linux).imports).toEqual(['fmt', 'z', '\uffff', '\u{10000}']);
  expect(scanGoFiles(folder, new Set([...linux, 'cgo'])).imports).toContain('cgo');
});

test('folders in front of the name do not count', () => {
  const files = sources({
    '/_x/.y_windows/a.go': 'package p\nimport "a"\n',
    'C:\\_x\\b.go': 'package p\nimport "b"\n',
  });
  expect(scanGoFiles(files, linux).imports).toEqual(['a', 'b']);
});

test('no file of the build: an error of its own', () => {
  for (const files of [[], folder.filter(({ name }) => /gen|windows|txt|_e/.test(name))]) {
    expect(() => scanGoFiles(files, linux)).toThrow(NoGoFilesError);
  }
  expect(() => scanGoFiles([], 'any')).toThrow('no Go source files');
});

test('a file without imports, or a test alone, is Go source all the same', () => {
  expect(scanGoFiles(sources({ 'a.go': '' }), 'any')).toEqual({ imports: [], testImports: [] });
  expect(scanGoFiles(sources({ 'a_test.go': 'package p' }), 'any')).toEqual({ imports: [], testImports: [] });
});

const faulty = sources({
  'dir/a.go': 'package p\nimport (\n"a"\n"b\n',
  'dir/b.go': 'package p\nimport "{{.Path}}"\nimport "b"\n',
  'dir/c.go': 'package p\nimport "c"\n',
});

test('a malformed head: the imports before the fault; in an index none', () => {
  expect(scanGoFiles(faulty, 'any').imports).toEqual(['a', 'b', 'c', '{{.Path}}']);
  expect(scanGoFiles(faulty, 'any', { malformed: 'nothing' }).imports).toEqual(['c']);
});

test('a NUL: an error; in an index a file without imports', () => {
  const files = sources({ 'dir/a.go': 'package p\nimport "a"\n\0' });
  expect(() => scanGoFiles(files, 'any')).toThrow('reading dir/a.go: unexpected NUL in input');
  expect(scanGoFiles(files, 'any', { malformed: 'nothing' })).toEqual({ imports: [], testImports: [] });
});

test.each([
  ['package p // import "a/b"\n', 'a/b'],
  ['// Doc.\npackage p\t//\timport "a/b" \r\nimport "x"\n', 'a/b'],
  ['package p // import "\\x61"\n', 'a'],
  ['package p /* import "a/b" */\n', undefined],
  ['package p // import `a/b`\n', undefined],
  ['package p // import "a/b" // c\n', undefined],
  ['package p // import "a/b"', undefined],
  ['package p //import "a/b"\n', undefined],
])('import comment of %j: %s', (text, path) => {
  expect(packageImportComment(encodeUtf8(text))).toBe(path);
});
