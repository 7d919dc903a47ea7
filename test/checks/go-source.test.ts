import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoSource } from '../../src/checks/go-source.js';

const read = (text: string) => readGoSource(Buffer.from(text));

describe('build constraints: only what needs the tag ignore is in no build', () => {
  test.each([
    ['package a\n', false],
    ['//go:build ignore\n\npackage a\n', true],
    ['//go:build !ignore\n\npackage a\n', false],
    ['//go:build linux && !linux\n\npackage a\n', false],
    ['//go:build ignore || linux\n\npackage a\n', false],
    ['//go:build ignore && linux\n\npackage a\n', true],
    ['//go:build !(ignore || linux)\n\npackage a\n', false],
    ['//go:build !(!ignore)\n\npackage a\n', true],
    ['//go:build (ignore\n\npackage a\n', true],
    ['//go:build !!linux\n\npackage a\n', true],
    ['//go:build linux windows\n\npackage a\n', true],
    ['//go:build\n\npackage a\n', true],
    ['//go:build linux\n//go:build ignore\n\npackage a\n', true],
    ['//go:buildignore\n\npackage a\n', false],
    ['// go:build ignore\n\npackage a\n', false],
    ['/* text\n//go:build ignore\n*/\n\npackage a\n', false],
    ['/* text */ //go:build ignore\n\npackage a\n', false],
    ['// Copyright.\n\n//go:build ignore\n// +build linux\n\npackage a\n', true],
    ['package a\n\n//go:build ignore\n', false],
    ['\ufeff//go:build ignore\n\npackage a\n', true],
    ['//go:build ignore\r\n\r\npackage a\r\n', true],
    ['// +build ignore\n\npackage a\n', true],
    ['//+build ignore\n\npackage a\n', true],
    ['// +build ignore\npackage a\n', false], // no blank line: a package comment
    ['// +build linux ignore\n\npackage a\n', false],
    ['// +build linux,ignore\n\npackage a\n', true],
    ['// +build linux,!cgo darwin\n\npackage a\n', false],
    ['// +build linux\n// +build ignore\n\npackage a\n', true],
    ['// +build !ignore\n\npackage a\n', false],
    ['// +build !!linux\n\npackage a\n', true],
    ['/* comment */\n// +build ignore\n\npackage a\n', false],
  ])('%j: %s', (text, isIgnored) => {
    expect(read(text).isIgnored).toBe(isIgnored);
  });

  test('parentheses without end are no way to stop it', () => {
    const started = performance.now();
    expect(read(`//go:build ${'('.repeat(1e6)}\n\npackage a\n`).isIgnored).toBe(true);
    expect(read(`//go:build ${'a && '.repeat(1e5)}b\n\npackage a\n`).isIgnored).toBe(true);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('embedded files', () => {
  const file = (line: string, imports = 'import _ "embed"') => `package a\n\n${imports}\n\n${line}\nvar x string\n`;

  test.each([
    [file('//go:embed a.txt'), ['a.txt']],
    [file('//go:embed a.txt b/* all:c'), ['a.txt', 'b/*', 'all:c']],
    [file('//go:embed "a b.txt" `c d.txt`'), ['a b.txt', 'c d.txt']],
    [file('//go:embed "a\\tb"'), ['a\tb']],
    [file('//go:embed a.txt', 'import (\n\t"fmt"\n\t_ "embed" // why\n)'), ['a.txt']],
    [file('//go:embed a.txt', 'import "fmt"; import "embed"'), ['a.txt']],
    [file('//go:embed a.txt', 'import `embed`'), ['a.txt']],
    [file('//go:embed a.txt', 'import "fmt"'), []],
    [file('//go:embedded a.txt'), []],
    [file('// go:embed a.txt'), []],
    [file('/* //go:embed a.txt */'), []],
    [file('var s = "//go:embed a.txt"'), []],
    [file('var s = `\n//go:embed a.txt\n`'), []],
    [file("var s = '\"'\n//go:embed a.txt\nvar t = '\"'"), ['a.txt']],
    [
      'package a\n\n//go:embed early.txt\nimport "embed"\n\n//go:embed late.txt\nvar x embed.FS\n',
      ['early.txt', 'late.txt'],
    ],
  ])('%j', (text, embeds) => {
    expect(read(text).embeds).toEqual(embeds);
  });
});

test('nothing throws, whatever the file is', () => {
  const words = [
    '//go:build ',
    '// +build ',
    '//go:embed ',
    'ignore',
    '!',
    '(',
    '&&',
    '"',
    '`',
    "'",
    '/*',
    '*/',
    '\n',
    'import "embed"\n',
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string())), (parts) => {
      const source = read(parts.join(''));
      expect(Array.isArray(source.embeds)).toBe(true);
    }),
  );
  for (const word of ['"\\', '`', '/*', '//', "'", 'a', '"']) {
    expect(read(`package a\nimport "embed"\n//go:embed x\n${word.repeat(500_000)}`).isIgnored).toBe(false);
  }
});
