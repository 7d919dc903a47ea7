import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkFilePath, checkImportPath, checkPath, InvalidPathError } from '../../src/module/index.js';
import { modulePath } from './arbitraries.js';

/** The message of the refusal, or 'ok'. */
function verdict(check: (path: string) => void, path: string): string {
  try {
    check(path);
    return 'ok';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidPathError);
    expect(error).toMatchObject({ code: 'invalid-path', path });
    return (error as InvalidPathError).reason;
  }
}

const dotted = 'trailing dot in path element';
const short = 'trailing tilde and digits in path element';
const onWindows = (name: string) => `"${name}" disallowed as path element component on Windows`;

/** path, verdict as module path, as import path, as file path */
const table: [string, string, string, string][] = [
  ['example.com', 'ok', 'ok', 'ok'],
  ['example.com/A/b_c~d/e-f.g', 'ok', 'ok', 'ok'],
  ['example.com/v2', 'ok', 'ok', 'ok'],
  ['example.com/v1', 'invalid version', 'ok', 'ok'],
  ['example.com/v0', 'invalid version', 'ok', 'ok'],
  ['example.com/v02', 'invalid version', 'ok', 'ok'],
  ['example.com/v2.0', 'invalid version', 'ok', 'ok'],
  ['example.com/v', 'ok', 'ok', 'ok'],
  ['example.com/xv1', 'ok', 'ok', 'ok'],
  ['gopkg.in/yaml.v2', 'ok', 'ok', 'ok'],
  ['gopkg.in/yaml.v0', 'ok', 'ok', 'ok'],
  ['gopkg.in/yaml.v1-unstable', 'ok', 'ok', 'ok'],
  ['gopkg.in/yaml', 'invalid version', 'ok', 'ok'],
  ['gopkg.in/yaml/v2', 'invalid version', 'ok', 'ok'],
  ['gopkg.in/yaml.v02', 'invalid version', 'ok', 'ok'],
  ['', 'empty string', 'empty string', 'empty string'],
  ['/', 'trailing slash', 'trailing slash', 'trailing slash'],
  ['/a.b', 'empty path element', 'empty path element', 'empty path element'],
  ['a.b/', 'trailing slash', 'trailing slash', 'trailing slash'],
  ['a.b//c', 'double slash', 'double slash', 'double slash'],
  ['-a.b', 'leading dash', 'leading dash', 'ok'],
  ['a.b/-c', 'ok', 'ok', 'ok'],
  ['fmt', 'missing dot in first path element', 'ok', 'ok'],
  ['A.b', `invalid char 'A' in first path element`, 'ok', 'ok'],
  ['a_b.c', `invalid char '_' in first path element`, 'ok', 'ok'],
  ['a.b~c/d', `invalid char '~' in first path element`, 'ok', 'ok'],
  ['.', 'invalid path element "."', 'invalid path element "."', 'invalid path element "."'],
  ['a.b/..', 'invalid path element ".."', 'invalid path element ".."', 'invalid path element ".."'],
  ['a.b/.../c', 'invalid path element "..."', 'invalid path element "..."', 'invalid path element "..."'],
  ['a.b/.git', 'leading dot in path element', 'ok', 'ok'],
  ['a.b/c.', dotted, dotted, dotted],
  ['a.b/c+d', `invalid char '+'`, 'ok', 'ok'],
  ['a.b/c d', `invalid char ' '`, `invalid char ' '`, 'ok'],
  ['a.b/c@v1', `invalid char '@'`, `invalid char '@'`, 'ok'],
  ['a.b/!#$%&()+,-.=@[]^_{}~ x', `invalid char '!'`, `invalid char '!'`, 'ok'],
  ['a.b/%2e%2e', `invalid char '%'`, `invalid char '%'`, 'ok'],
  ['a.b/c?d', `invalid char '?'`, `invalid char '?'`, `invalid char '?'`],
  ['a.b/c\\d', `invalid char '\\\\'`, `invalid char '\\\\'`, `invalid char '\\\\'`],
  ["a.b/c'", `invalid char '\\''`, `invalid char '\\''`, `invalid char '\\''`],
  ['a.b/c\n', `invalid char '\\n'`, `invalid char '\\n'`, `invalid char '\\n'`],
  ['a.b/c\0', `invalid char '\\x00'`, `invalid char '\\x00'`, `invalid char '\\x00'`],
  ['a.b/c:d', `invalid char ':'`, `invalid char ':'`, `invalid char ':'`],
  ['a.b/é', `invalid char 'é'`, `invalid char 'é'`, 'ok'],
  ['a.b/日本𝒜', `invalid char '日'`, `invalid char '日'`, 'ok'],
  ['a.b/e\u0301', `invalid char '\u0301'`, `invalid char '\u0301'`, `invalid char '\u0301'`],
  ['a.b/😀', `invalid char '😀'`, `invalid char '😀'`, `invalid char '😀'`],
  ['a.b/\u202ex', `invalid char '\\u202e'`, `invalid char '\\u202e'`, `invalid char '\\u202e'`],
  ['\ufeffa.b', `invalid char '\\ufeff'`, `invalid char '\\ufeff'`, `invalid char '\\ufeff'`],
  ['a.b/\u{2ebf0}', `invalid char '\\U0002ebf0'`, `invalid char '\\U0002ebf0'`, `invalid char '\\U0002ebf0'`],
  ['a.b/\ud800', 'invalid UTF-8', 'invalid UTF-8', 'invalid UTF-8'],
  ['a.b/\udc00\ud800', 'invalid UTF-8', 'invalid UTF-8', 'invalid UTF-8'],
  ['a.b/con', onWindows('con'), onWindows('con'), onWindows('con')],
  ['a.b/NuL.txt', onWindows('NuL'), onWindows('NuL'), onWindows('NuL')],
  ['aux.com', onWindows('aux'), onWindows('aux'), onWindows('aux')],
  ['a.b/COM1/c', onWindows('COM1'), onWindows('COM1'), onWindows('COM1')],
  ['a.b/lpt9.a.b', onWindows('lpt9'), onWindows('lpt9'), onWindows('lpt9')],
  ['a.b/com0/lpt10/conx/xprn', 'ok', 'ok', 'ok'],
  ['a.b/com\u00b9', `invalid char '¹'`, `invalid char '¹'`, `invalid char '¹'`],
  ['a.b/docume~1', short, short, 'ok'],
  ['a.b/x~12.txt', short, short, 'ok'],
  ['a.b/x.y~1', 'ok', 'ok', 'ok'],
  ['a.b/x~', 'ok', 'ok', 'ok'],
  ['a.b/x~1a', 'ok', 'ok', 'ok'],
  ['a.b/~1~x', 'ok', 'ok', 'ok'],
  ['a.b/x~a~1', short, short, 'ok'],
];

describe('path checks', () => {
  test.each(table)('%j', (path, module, importPath, file) => {
    expect(verdict(checkPath, path)).toBe(module);
    expect(verdict(checkImportPath, path)).toBe(importPath);
    expect(verdict(checkFilePath, path)).toBe(file);
  });

  test('the message names the kind and quotes the path', () => {
    expect(() => checkPath('a.b/\n"')).toThrow(`malformed module path "a.b/\\n\\"": invalid char '\\n'`);
    expect(() => checkImportPath('\ud800')).toThrow('malformed import path "\\ufffd": invalid UTF-8');
    expect(() => checkFilePath('')).toThrow('malformed file path "": empty string');
  });

  test('a module path is an import path, and that a file path, but for a leading dash', () => {
    const text = fc.oneof(modulePath, fc.string({ unit: fc.constantFrom(...'a.b/~1-+ V2'), maxLength: 12 }));
    fc.assert(
      fc.property(text, (path) => {
        if (verdict(checkPath, path) === 'ok') expect(verdict(checkImportPath, path)).toBe('ok');
        if (verdict(checkImportPath, path) === 'ok') expect(verdict(checkFilePath, path)).toBe('ok');
      }),
    );
  });

  test('generated module paths are accepted', () => {
    fc.assert(
      fc.property(modulePath, (path) => {
        expect(verdict(checkPath, path)).toBe('ok');
      }),
    );
  });

  test('an allowed path never leaves its folder nor changes as a URL path', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a.B/~+%#?\\:@ é'), maxLength: 8 }), (path) => {
        if (verdict(checkImportPath, path) !== 'ok') return;
        expect(new URL(`http://h/${path}`).pathname).toBe(`/${path}`);
      }),
    );
  });

  test('a path of megabytes is checked in one pass', () => {
    expect(verdict(checkPath, `a.b/${'~1x/'.repeat(200_000)}c`)).toBe('ok');
    expect(verdict(checkPath, `a.b/${'.'.repeat(2_000_000)}c`)).toBe('leading dot in path element');
    expect(verdict(checkFilePath, 'é'.repeat(500_000))).toBe('ok');
    expect(verdict(checkPath, `a.b/v${'1.'.repeat(200_000)}1`)).toBe('invalid version');
  });
});
