import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { readHeader } from '../../src/imports/index.js';
import { wellFormedImports } from '../../src/imports/well-formed-imports.js';
import { oddFiles } from './odd-files.js';

const read = (text: string) => readHeader('x.go', encodeUtf8(text));
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

describe('readHeader', () => {
  test('package name, imports with their lines, and the bytes down to the first declaration', () => {
    const head = '// Doc.\npackage p // p\n\nimport "fmt"\nimport (\n\t_ "a/b" // c\n\n\tx `d`\n)\n\n// Main.\n';
    const { packageName, imports, header, embeds } = read(`${head}func main() {}\nimport "e"\n`);
    expect(packageName).toBe('p');
    expect(imports).toEqual([
      { path: 'fmt', line: 4 },
      { path: 'a/b', line: 6 },
      { path: 'd', line: 8 },
    ]);
    expect(header).toEqual(encodeUtf8(head));
    expect(embeds).toEqual([]);
  });

  test('a byte order mark in front is no part of the file', () => {
    const { packageName, header } = read('\ufeffpackage p\n');
    expect(packageName).toBe('p');
    expect(header).toEqual(encodeUtf8('package p\n'));
  });

  test('bytes above ASCII are letters of names, whatever they encode', () => {
    expect(readHeader('x.go', latin1('package \xff\nimport "a"')).imports).toEqual([{ path: 'a', line: 2 }]);
  });

  test.each(oddFiles)('$what', ({ text, imports, wellFormed, header }) => {
    const found = read(text);
    expect(found.imports.map(({ path }) => path)).toEqual(imports);
    expect(found.header.length).toBe(header ?? encodeUtf8(text).length);
    expect(wellFormedImports(found.header)).toEqual(wellFormed);
  });

  test.each([
    ['in a comment', '// \0\npackage p\n'],
    ['in a path', 'package p\nimport "a\0"\n'],
    ['right behind the imports', 'package p\n\0'],
    ['anywhere, where the head is malformed', 'package p\nimport 1\nvar x\n// \0'],
  ])('a NUL %s is an error', (_, text) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'failed', message: 'reading x.go: unexpected NUL in input' }),
    );
  });

  test('twin: a NUL below the imports is never read', () => {
    expect(read('package p\nvar x = "\0"').packageName).toBe('p');
  });

  test('bytes that are no UTF-8 make a head malformed; those behind it do not', () => {
    expect(wellFormedImports(latin1('package p\nimport "a"\n// \xff\n'))).toBeUndefined();
    expect(wellFormedImports(latin1('package p\nimport "a"\nif x {\n// \xff\n'))).toEqual(['a']);
  });
});

describe('long files take time by their length alone', () => {
  const pieces = [
    '/',
    '*',
    '/*',
    '*/',
    '//',
    '//\n',
    '\n',
    '"',
    '`',
    '\\',
    '"a"',
    '(',
    'import "a"\n',
    'import (',
    '"\\xff"\n',
    ' ',
    "'",
    'a ',
  ];
  const heads = [
    '',
    'package p\n',
    'package p\nimport ("embed"\n',
    '/* \n',
    'package p\nimport "embed"\n//go:embed ',
    'package p\nimport "',
  ];
  test.each(heads)('after %j', (head) => {
    for (const piece of pieces) {
      const data = encodeUtf8(head + piece.repeat(2 ** 18 / piece.length));
      const { header, embeds, imports } = readHeader('x.go', data);
      expect(embeds.length + imports.length).toBeLessThan(data.length);
      expect(wellFormedImports(header)?.length ?? 0).toBeLessThan(data.length);
    }
  });
});
