import { describe, expect, test } from 'vitest';
import { ModfileError, parseGoMod, parseGoWork } from '../../src/modfile/index.js';

function messageOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof ModfileError) return error.message;
    throw error;
  }
  return 'no error';
}

const usage =
  'usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory';

describe('go.mod errors, as the go command prints them', () => {
  test.each<[string, string]>([
    // lexer and syntax
    ['module x /* y */\n', 'go.mod:1:10: mod files must use // comments (not /* */ comments)'],
    ['module x/*y\n', 'go.mod:1:9: mod files must use // comments (not /* */ comments)'],
    ['module "x\n"\n', 'go.mod:1:10: unexpected newline in string'],
    ['module "x', 'go.mod:1:8: unexpected EOF in string'],
    ['module "x\\', 'go.mod:1:8: unexpected EOF in string'],
    ['\ufeffmodule x\n', "go.mod:1: unexpected input character '\\ufeff'"],
    ['module \0\n', "go.mod:1:8: unexpected input character '\\x00'"],
    ['module é\u00a0x\n', "go.mod:1:9: unexpected input character '\\u00a0'"],
    ['require (\n\ta v1\n', 'go.mod:3: syntax error (unterminated block started at go.mod:1:1)'],
    ['require (\n) x\n', 'go.mod:2:4: syntax error (expected newline after closing paren)'],
    // directives
    ['frobnicate x\n', 'go.mod:1: unknown directive: frobnicate'],
    ['go (\n1.21\n)\n', 'go.mod:1: unknown block type: go'],
    ['require x (\n)\n', 'go.mod:1: unknown block type: require x'],
    ['module\n', 'go.mod:1: usage: module module/path'],
    ['module x\nmodule y\n', 'go.mod:2: repeated module statement'],
    ['module `x`\n', 'go.mod:1: invalid quoted string: unquoted string cannot contain quote'],
    ['module "\\q"\n', 'go.mod:1: invalid quoted string: invalid syntax'],
    ['go 1.21\ngo 1.22\n', 'go.mod:2: repeated go statement'],
    ['go\n', 'go.mod:1: go directive expects exactly one argument'],
    ['go v1.21\n', "go.mod:1: invalid go version 'v1.21': must match format 1.23.0"],
    ['toolchain x\n', "go.mod:1: invalid toolchain version 'x': must match format go1.23.0 or default"],
    ['toolchain\n', 'go.mod:1: toolchain directive expects exactly one argument'],
    ['toolchain default\ntoolchain default\n', 'go.mod:2: repeated toolchain statement'],
    ['godebug a\n', 'go.mod:1: usage: godebug key=value'],
    ['godebug "a=b"\n', 'go.mod:1: usage: godebug key=value'],
    ['require a.b/c\n', 'go.mod:1: usage: require module/path v1.2.3'],
    ['exclude a.b/c\n', 'go.mod:1: usage: exclude module/path v1.2.3'],
    ['require a.b/c v1\n', 'no error'],
    ['require a.b/c x\n', 'go.mod:1: require a.b/c: version "x" invalid: must be of the form v1.2.3'],
    ['require a.b/c `v1`\n', 'go.mod:1: require a.b/c: version "`v1`" invalid: unquoted string cannot contain quote'],
    ['require a.b/c v2.0.0\n', 'go.mod:1: require a.b/c: version "v2.0.0" invalid: should be v0 or v1, not v2'],
    ['require a.b/c/v1 v1.0.0\n', 'go.mod:1: invalid module path'],
    ['require "" v2.0.0\n', 'go.mod:1: require: version "v2.0.0" invalid: should be v0 or v1, not v2'],
    ['replace a.b/c\n', `go.mod:1: ${usage}`],
    [
      'replace a.b/c => d.e/f\n',
      'go.mod:1: replacement module without version must be directory path (rooted or starting with . or ..)',
    ],
    [
      'replace a.b/c => d.e/f@v1.0.0\n',
      "go.mod:1: replacement module must match format 'path version', not 'path@version'",
    ],
    [
      'replace a.b/c => ..\\d\n',
      'go.mod:1: replacement directory appears to be Windows path (on a non-windows system)',
    ],
    ['replace a.b/c => ../d v1.0.0\n', 'go.mod:1: replacement module directory path "../d" cannot have version'],
    ['replace a.b/v1 => ../d\n', 'go.mod:1: replace a.b/v1: invalid module path'],
    ['retract\n', "go.mod:1: expected '[' or version"],
    ['retract [\n', "go.mod:1: expected version after '['"],
    ['retract [v1.0.0\n', "go.mod:1: expected ',' after version"],
    ['retract [v1.0.0,\n', "go.mod:1: expected version after ','"],
    ['retract [v1.0.0, v1.1.0\n', "go.mod:1: expected ']' after version"],
    ['retract v1.0.0 x\n', 'go.mod:1: unexpected token after version: "x"'],
    ['tool\n', 'go.mod:1: tool directive expects exactly one argument'],
    ['ignore a b\n', 'go.mod:1: ignore directive expects exactly one argument'],
    // each problem has its line; a column other than 1 is named, in runes
    [
      'foo\nrequire (\n\tbar\n é (\n)\n',
      'go.mod:1: unknown directive: foo\ngo.mod:3:2: usage: require module/path v1.2.3\ngo.mod:4:2: require é: version "(" invalid: must be of the form v1.2.3',
    ],
  ])('%j', (text, message) => {
    expect(messageOf(() => parseGoMod('go.mod', text))).toBe(message);
  });

  test('the problems are data too', () => {
    try {
      parseGoMod('m/go.mod', 'x\n  y\n');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid-modfile',
        errors: [
          { file: 'm/go.mod', line: 1, col: 1, message: 'unknown directive: x' },
          { file: 'm/go.mod', line: 2, col: 3, message: 'unknown directive: y' },
        ],
      });
      return;
    }
    expect.unreachable();
  });

  test('bytes that are not UTF-8 count as one rune each and are quoted as bytes', () => {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
    expect(messageOf(() => parseGoMod('go.mod', bytes('\xff\xfe\x80\0')))).toBe(
      "go.mod:1:4: unexpected input character '\\x00'",
    );
    expect(messageOf(() => parseGoMod('go.mod', bytes('require a.b/c v\xe2\x82\n')))).toBe(
      'go.mod:1: require a.b/c: version "v\\xe2\\x82" invalid: must be of the form v1.2.3',
    );
  });

  test('Windows paths are replacements on Windows', () => {
    const file = parseGoMod('go.mod', 'replace a.b/c => ..\\d\n', { windows: true });
    expect(file.replace[0]?.new.path).toBe('..\\d');
  });
});

describe('go.work errors', () => {
  test.each<[string, string]>([
    ['module x\n', 'go.work:1: unknown directive: module'],
    ['require (\n)\n', 'go.work:1: unknown block type: require'],
    ['use\n', 'go.work:1: usage: use local/dir'],
    ['use `a`\n', 'go.work:1: invalid quoted string: unquoted string cannot contain quote'],
    ['go 1.x\n', "go.work:1: invalid go version '1.x': must match format 1.23.0"],
    ['use (\n\ta b\n)\nreplace x\n', `go.work:2:2: usage: use local/dir\ngo.work:4: ${usage}`],
  ])('%j', (text, message) => {
    expect(messageOf(() => parseGoWork('go.work', text))).toBe(message);
  });
});
