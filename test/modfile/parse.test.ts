import { describe, expect, test } from 'vitest';
import { ModuleError } from '../../src/errors.js';
import { formatGoMod, parseGoMod, parseGoWork, parseSyntax } from '../../src/modfile/index.js';
import { InvalidVersionError } from '../../src/module/index.js';

const lines = (...text: string[]) => `${text.join('\n')}\n`;

describe('directives', () => {
  test('every directive of go.mod', () => {
    const file = parseGoMod(
      'go.mod',
      lines(
        '// Deprecated: moved.',
        'module "example.com/m"',
        'go 1.24',
        'toolchain go1.24.1',
        'godebug a=b=c',
        'require example.com/a v1.0.0 // indirect',
        'require example.com/b/v2 v2.0.1',
        'exclude example.com/a v1.0.1',
        'replace example.com/a v1.0.0 => ../a',
        'replace example.com/b/v2 => example.com/c/v3 v3.0.0',
        'retract [v1.0.0, v1.1.0] // broken',
        'tool example.com/a/cmd/x',
        'ignore "./no such"',
      ),
    );
    const plain = (entries: readonly object[]) => entries.map((e) => ({ ...e, syntax: undefined }));
    expect(file.module).toMatchObject({ path: 'example.com/m', version: '', deprecated: 'moved.' });
    expect(file.go?.version).toBe('1.24');
    expect(file.toolchain?.name).toBe('go1.24.1');
    expect(plain(file.godebug)).toEqual([{ key: 'a', value: 'b=c' }]);
    expect(plain(file.require)).toEqual([
      { path: 'example.com/a', version: 'v1.0.0', indirect: true },
      { path: 'example.com/b/v2', version: 'v2.0.1', indirect: false },
    ]);
    expect(plain(file.exclude)).toEqual([{ path: 'example.com/a', version: 'v1.0.1' }]);
    expect(plain(file.replace)).toEqual([
      { old: { path: 'example.com/a', version: 'v1.0.0' }, new: { path: '../a', version: '' } },
      { old: { path: 'example.com/b/v2', version: '' }, new: { path: 'example.com/c/v3', version: 'v3.0.0' } },
    ]);
    expect(plain(file.retract)).toEqual([{ low: 'v1.0.0', high: 'v1.1.0', rationale: 'broken' }]);
    expect(plain(file.tool)).toEqual([{ path: 'example.com/a/cmd/x' }]);
    expect(plain(file.ignore)).toEqual([{ path: './no such' }]);
  });

  test('every directive of go.work', () => {
    const file = parseGoWork(
      'go.work',
      lines('go 1.22', 'toolchain default', 'godebug a=b', 'use (', './x', ')', 'replace a.b/c => ./c'),
    );
    expect(file.go?.version).toBe('1.22');
    expect(file.toolchain?.name).toBe('default');
    expect(file.use.map((u) => [u.path, u.modulePath])).toEqual([['./x', '']]);
    expect(file.replace[0]).toMatchObject({ old: { path: 'a.b/c', version: '' }, new: { path: './c', version: '' } });
  });

  test.each([
    ['// indirect', true],
    ['//indirect', true],
    ['// indirect; why', true],
    ['//\u00a0indirect', true],
    ['// indirect;', false],
    ['// indirect why', false],
    ['// not indirect', false],
    ['', false],
  ])('%j marks an indirect requirement: %s', (comment, indirect) => {
    expect(parseGoMod('go.mod', `require a.b/c v1.0.0 ${comment}\n`).require[0]?.indirect).toBe(indirect);
  });

  test('the deprecation is the first paragraph that starts with the word', () => {
    const text = lines('// About.', '//', '// Deprecated: two', '// lines.', '//', '// Deprecated: no', 'module m');
    expect(parseGoMod('go.mod', text).module?.deprecated).toBe('two\nlines.');
    expect(parseGoMod('go.mod', 'module m // Deprecated: yes\n').module?.deprecated).toBe('yes');
    expect(parseGoMod('go.mod', '// Not Deprecated: x\nmodule m\n').module?.deprecated).toBe('');
  });

  test('the rationale of a retraction is the comment of its line, else of its block', () => {
    const text = lines('// all bad', 'retract (', 'v1.0.0', '', '// worse', 'v1.1.0 // much', ')');
    expect(parseGoMod('go.mod', text).retract.map((r) => r.rationale)).toEqual(['all bad', 'worse\nmuch']);
  });

  test('versions become canonical, in the tree too', () => {
    const file = parseGoMod(
      'go.mod',
      lines('require a.b/c "v1.2.3+meta"', 'require a.b/d v2.0.0+incompatible', 'retract v1'),
    );
    expect(file.require.map((r) => r.version)).toEqual(['v1.2.3', 'v2.0.0+incompatible']);
    expect(formatGoMod(file)).toBe(
      lines('require a.b/c v1.2.3', '', 'require a.b/d v2.0.0+incompatible', '', 'retract v1'),
    );
  });

  test('module paths that are names of Object are paths', () => {
    const file = parseGoMod('go.mod', lines('module __proto__', 'require constructor v1.0.0'));
    expect([file.module?.path, file.require[0]?.path]).toEqual(['__proto__', 'constructor']);
  });
});

describe('lax', () => {
  const lax = (text: string) => parseGoMod('go.mod', text, { lax: true });

  test('what only the main module heeds, and what is not known, is skipped', () => {
    const text = lines(
      'module m',
      'future x',
      'future ( ',
      'y',
      ')',
      'replace broken',
      'exclude broken',
      'toolchain broken',
      'godebug broken',
      'tool a b',
      'retract <v2',
      'retract v1.0.0 extra',
      'require block extra (',
      ')',
      'ignore ./x',
    );
    const file = lax(text);
    expect(file.module?.path).toBe('m');
    expect(file.retract.map((r) => r.low)).toEqual(['<v2', 'v1.0.0']);
    expect(file.ignore.map((i) => i.path)).toEqual(['./x']);
    expect(lax('retract [v1.0.0\n').retract).toEqual([]);
  });

  test.each([
    ['v1.21.3', '1.21'],
    ['1.21.x', '1.21'],
    ['1.21-beta', '1.21'],
    ['1.21rc1', '1.21rc1'],
  ])('go %s reads as %s', (written, version) => {
    const file = lax(`go ${written}\n`);
    expect(file.go?.version).toBe(version);
    expect(formatGoMod(file)).toBe(`go ${version}\n`);
  });

  test('a broken requirement is an error all the same', () => {
    expect(() => lax('require a.b/c latest\n')).toThrow(
      'go.mod:1: require a.b/c: version "latest" invalid: must be of the form v1.2.3',
    );
  });
});

describe('fixVersion', () => {
  test('its answer stands in the file and in the tree', () => {
    const asked: string[] = [];
    const fixVersion = (path: string, version: string) => {
      asked.push(`${path} ${version}`);
      return version === 'main' ? 'v1.5.0' : version;
    };
    const file = parseGoMod('go.mod', lines('retract [main, v1.9.0]', 'require a.b/c main', 'module m'), {
      fixVersion,
    });
    expect(asked).toEqual(['a.b/c main', 'm main', 'm v1.9.0']);
    expect(file.require[0]?.version).toBe('v1.5.0');
    expect(file.retract[0]).toMatchObject({ low: 'v1.5.0', high: 'v1.9.0' });
    expect(formatGoMod(file)).toBe(lines('retract [v1.5.0, v1.9.0]', '', 'require a.b/c v1.5.0', '', 'module m'));
  });

  test('what it throws is the problem of the line, and its cause', () => {
    const cases: [Error, string][] = [
      [new Error('no answer'), 'go.mod:1: no answer'],
      [
        new ModuleError('not-found', { path: 'a.b/c', version: 'x' }, 'unknown revision x'),
        'go.mod:1: require a.b/c: unknown revision x',
      ],
      [new InvalidVersionError('x', 'too odd').of('a.b/c'), 'go.mod:1: require a.b/c: version "x" invalid: too odd'],
    ];
    for (const [thrown, message] of cases) {
      const fixVersion = () => {
        throw thrown;
      };
      expect(() => parseGoMod('go.mod', 'require a.b/c x\n', { fixVersion })).toThrow(
        expect.objectContaining({ code: 'invalid-modfile', message, cause: thrown }),
      );
    }
  });

  test('a retraction needs a module path', () => {
    const fixVersion = (_: string, version: string) => version;
    expect(() => parseGoMod('go.mod', 'retract v1.0.0\nretract v1.0.1\n', { fixVersion })).toThrow(
      'go.mod:1: no module directive found, so retract cannot be used',
    );
  });
});

describe('syntax tree', () => {
  test('comments go to the syntax that they stand beside', () => {
    const tree = parseSyntax(
      'f',
      lines(
        '// alone',
        '',
        '// above',
        'a ( // open',
        '// on b',
        'b // suffix',
        '',
        'c',
        '// last',
        ') // close',
        'd () // d',
      ),
    );
    const [alone, block, empty] = tree.statements;
    expect(alone).toMatchObject({ kind: 'comments', before: ['// alone'] });
    expect(block).toMatchObject({
      kind: 'block',
      before: ['// above'],
      open: { suffix: ['// open'] },
      lines: [
        { tokens: ['b'], before: ['// on b'], suffix: ['// suffix'], lineNumber: 6, column: 1 },
        { tokens: ['c'], before: [''] },
      ],
      close: { before: ['// last'], suffix: ['// close'] },
      suffix: [],
    });
    expect(empty).toMatchObject({ kind: 'block', lines: [], suffix: ['// d'] });
  });

  test('a comment after a string of two lines goes to what stands before it', () => {
    expect(parseSyntax('f', 'a "x\\\ny" // c\n')).toMatchObject({ before: ['// c'], statements: [{ suffix: [] }] });
    const tree = parseSyntax('f', 'b\na "x\\\ny" // c\n');
    expect(tree.statements[0]).toMatchObject({ tokens: ['b'], suffix: ['// c'] });
  });
});
