import { describe, expect, test } from 'vitest';
import {
  addComment,
  addExclude,
  addGo,
  addGodebug,
  addIgnore,
  addModule,
  addNewRequire,
  addReplace,
  addRequire,
  addRetract,
  addTool,
  addToolchain,
  addUse,
  cleanup,
  dropExclude,
  dropGo,
  dropGodebug,
  dropIgnore,
  dropReplace,
  dropRequire,
  dropRetract,
  dropTool,
  dropToolchain,
  dropUse,
  formatGoMod,
  formatGoWork,
  type GoModFile,
  type GoWorkFile,
  newGoMod,
  newGoWork,
  parseGoMod,
  parseGoWork,
  type Requirement,
  setRequire,
  setRequireSeparateIndirect,
  setUse,
  sortBlocks,
} from '../../src/modfile/index.js';

const lines = (text: string) => text.replace(/^\n/, '').replace(/^ {4}/gm, '').trimEnd().concat('\n');

function edited(text: string, edit: (file: GoModFile) => void): string {
  const file = parseGoMod('go.mod', lines(text));
  edit(file);
  cleanup(file);
  return formatGoMod(file);
}

function editedWork(text: string, edit: (file: GoWorkFile) => void): string {
  const file = parseGoWork('go.work', lines(text));
  edit(file);
  cleanup(file);
  return formatGoWork(file);
}

const any = (path: string) => ({ path, version: '' });

describe('single edits', () => {
  test('a file from nothing', () => {
    const file = newGoMod();
    addModule(file, 'example.com/a b');
    addRequire(file, 'a.b/c', 'v1.0.0');
    addToolchain(file, 'go1.24.1');
    addGo(file, '1.24');
    addComment(file, '// The end.');
    expect(formatGoMod(file)).toBe(
      'module "example.com/a b"\n\ngo 1.24\n\ntoolchain go1.24.1\n\nrequire a.b/c v1.0.0\n\n// The end.\n',
    );
    expect(parseGoMod('go.mod', formatGoMod(file)).module?.path).toBe('example.com/a b');
  });

  test('module, go and toolchain lines are changed in place, or dropped', () => {
    const text = 'module m // M\ngo 1.20 // G\ntoolchain go1.20 // T';
    const set = (file: GoModFile) => {
      addModule(file, 'n');
      addGo(file, '1.21');
      addToolchain(file, 'default');
    };
    expect(edited(text, set)).toBe('module n // M\n\ngo 1.21 // G\n\ntoolchain default // T\n');
    const drop = (file: GoModFile) => {
      dropGo(file);
      dropToolchain(file);
      expect([file.go, file.toolchain]).toEqual([undefined, undefined]);
    };
    expect(edited(text, drop)).toBe('module m // M\n');
  });

  test('a go version and a toolchain name are checked', () => {
    const file = newGoMod();
    expect(() => addGo(file, 'v1')).toThrow(
      expect.objectContaining({ code: 'invalid-version', message: 'invalid language version "v1"' }),
    );
    expect(() => addToolchain(file, 'x')).toThrow(
      expect.objectContaining({ code: 'invalid-version', message: 'invalid toolchain name "x"' }),
    );
  });

  test('a second requirement makes a block, a block of one becomes a line', () => {
    expect(edited('// why\nrequire a.b/c v1.0.0 // C', (f) => addRequire(f, 'a.b/d', 'v1.1.0'))).toBe(
      'require (\n\t// why\n\ta.b/c v1.0.0 // C\n\ta.b/d v1.1.0\n)\n',
    );
    expect(
      edited('// block\nrequire (\na.b/c v1.0.0\n// why\na.b/d v1.1.0 // D\n) // end', (f) => dropRequire(f, 'a.b/c')),
    ).toBe('// block\n// why\nrequire a.b/d v1.1.0 // D\n');
    const kept = 'require (\n\ta.b/d v1.1.0\n// end\n)\n';
    expect(edited(`require (\na.b/c v1.0.0\na.b/d v1.1.0\n// end\n)`, (f) => dropRequire(f, 'a.b/c'))).toBe(kept);
  });

  test('addRequire keeps the first line of a path, addNewRequire adds one', () => {
    const text = 'require a.b/c v1.0.0 // C\nrequire (\na.b/c v1.1.0\na.b/d v1.0.0\n)';
    expect(edited(text, (f) => addRequire(f, 'a.b/c', 'v1.2.0'))).toBe(
      'require a.b/c v1.2.0 // C\n\nrequire a.b/d v1.0.0\n',
    );
    expect(edited(text, (f) => addNewRequire(f, 'a.b/c', 'v1.2.0', true))).toContain('\ta.b/c v1.2.0 // indirect\n)\n');
  });

  test('a new exclude or replace stands beside its path, else at the end', () => {
    const text = 'exclude (\na.b/c v1.0.0\na.b/d v1.0.0\n)\nreplace a.b/c v1.0.0 => ../c\ngo 1.20';
    const out = edited(text, (f) => {
      addExclude(f, 'a.b/c', 'v1.1.0');
      addExclude(f, 'a.b/c', 'v1.1.0');
      addExclude(f, 'x.y/z', 'v1.1.0');
      addReplace(f, { path: 'a.b/c', version: 'v1.1.0' }, any('../c d'));
      addReplace(f, any('x.y/z'), { path: 'a.b/z', version: 'v1.0.0' });
    });
    expect(out).toBe(
      lines(`
    exclude (
    \ta.b/c v1.0.0
    \ta.b/c v1.1.0
    \ta.b/d v1.0.0
    )

    replace (
    \ta.b/c v1.0.0 => ../c
    \ta.b/c v1.1.0 => "../c d"
    )

    go 1.20

    exclude x.y/z v1.1.0

    replace x.y/z => a.b/z v1.0.0
    `),
    );
  });

  test('a replacement without version stands for all of its path', () => {
    const text = 'replace a.b/c v1.0.0 => ../c1 // one\nreplace a.b/c v1.1.0 => ../c2\nreplace a.b/d => ../d';
    expect(edited(text, (f) => addReplace(f, any('a.b/c'), any('../c')))).toBe(
      'replace a.b/c => ../c // one\n\nreplace a.b/d => ../d\n',
    );
    expect(edited(text, (f) => dropReplace(f, any('a.b/c')))).toContain('../c1');
    expect(edited(text, (f) => dropReplace(f, { path: 'a.b/c', version: 'v1.0.0' }))).not.toContain('../c1');
  });

  test('excluded and retracted versions must be canonical and fit the module', () => {
    const file = parseGoMod('go.mod', 'module a.b/c\n');
    expect(() => addExclude(file, 'a.b/c', 'v1')).toThrow('version "v1" invalid: must be of the form v1.2.3');
    expect(() => addExclude(file, 'a.b/c/v3', 'v1')).toThrow('version "v1" invalid: must be of the form v3.2.3');
    expect(() => addExclude(file, 'a.b/c/v3', 'v1.0.0')).toThrow('version "v1.0.0" invalid: should be v3, not v1');
    expect(() => addRetract(file, { low: 'v1.0.0', high: 'v2.0.0' })).toThrow(
      'version "v2.0.0" invalid: should be v2.0.0+incompatible (or module a.b/c/v2)',
    );
    expect(formatGoMod(file)).toBe('module a.b/c\n');
  });

  test('retractions carry their rationale', () => {
    const out = edited('retract v1.0.0', (f) => {
      addRetract(f, { low: 'v1.1.0', high: 'v1.2.0' }, 'broken\nbadly');
      expect(f.retract.map((r) => r.rationale)).toEqual(['', 'broken\nbadly']);
      sortBlocks(f);
    });
    expect(out).toBe('retract (\n\t// broken\n\t// badly\n\t[v1.1.0, v1.2.0]\n\tv1.0.0\n)\n');
    expect(edited(out, (f) => dropRetract(f, { low: 'v1.1.0', high: 'v1.2.0' }))).toBe('retract v1.0.0\n');
  });

  test('tools, ignored folders and godebug settings are there once', () => {
    const out = edited('tool b\nignore ./y\ngodebug (\na=1\nb=1\na=2\n)', (f) => {
      for (const _ of [1, 2]) {
        addTool(f, 'a');
        addIgnore(f, './x');
        addGodebug(f, 'a', '3');
      }
      addGodebug(f, 'c', '4');
    });
    expect(out).toBe('tool (\n\ta\n\tb\n)\n\nignore (\n\t./x\n\t./y\n)\n\ngodebug (\n\ta=3\n\tb=1\n\tc=4\n)\n');
    const less = edited(out, (f) => {
      dropTool(f, 'b');
      dropIgnore(f, './x');
      dropGodebug(f, 'a');
      dropExclude(f, 'none', 'v1.0.0');
      expect([f.tool.length, f.ignore.length, f.godebug.length]).toEqual([1, 1, 2]);
    });
    expect(less).toBe('tool a\n\nignore ./y\n\ngodebug (\n\tb=1\n\tc=4\n)\n');
  });
});

describe('sortBlocks', () => {
  test('the first of duplicates stays, of replacements the last', () => {
    const text = `
    exclude (
    \ta.b/c v1.1.0 // one
    \ta.b/c v1.1.0
    )
    replace a.b/c => ../one
    replace a.b/c => ../two
    tool x
    tool x // again
    `;
    expect(edited(text, sortBlocks)).toBe('exclude a.b/c v1.1.0 // one\n\nreplace a.b/c => ../two\n\ntool x\n');
  });

  test.each([
    ['1.20', ['v1.10.0', 'v1.2.0', 'v1.2.0-pre']],
    ['1.21rc1', ['v1.10.0', 'v1.2.0', 'v1.2.0-pre']],
    ['1.21', ['v1.2.0-pre', 'v1.2.0', 'v1.10.0']],
    ['1.23.4', ['v1.2.0-pre', 'v1.2.0', 'v1.10.0']],
  ])('go %s: exclude blocks %j', (go, order) => {
    const out = edited(`go ${go}\nexclude (\na.b/c v1.2.0\na.b/c v1.10.0\na.b/c v1.2.0-pre\n)`, sortBlocks);
    expect(out).toBe(`go ${go}\n\nexclude (\n${order.map((v) => `\ta.b/c ${v}\n`).join('')})\n`);
  });

  test('retractions are sorted newest first, requirements by bytes', () => {
    const out = edited(
      'retract (\nv1.2.0\n[v1.10.0, v1.11.0]\nv1.10.0\n)\nrequire (\n😀/b v1.0.0\n～/a v1.0.0\n)',
      sortBlocks,
    );
    expect(out).toBe(
      'retract (\n\t[v1.10.0, v1.11.0]\n\tv1.10.0\n\tv1.2.0\n)\n\nrequire (\n\t～/a v1.0.0\n\t😀/b v1.0.0\n)\n',
    );
  });
});

const direct = (path: string, version = 'v1.0.0'): Requirement => ({ path, version, indirect: false });
const indirect = (path: string, version = 'v1.0.0'): Requirement => ({ path, version, indirect: true });

describe('setRequire', () => {
  test('keeps comments and blocks, drops, adds and sorts', () => {
    const text = `
    require (
    \ta.b/z v1.0.0 // pinned
    \ta.b/gone v1.0.0

    \ta.b/y v1.0.0 // indirect; why
    )
    require a.b/x v1.0.0
    require a.b/z v1.1.0
    `;
    const out = edited(text, (f) => {
      setRequire(f, [indirect('a.b/z', 'v1.5.0'), direct('a.b/y'), direct('a.b/x'), indirect('a.b/new')]);
      expect(f.require.map((r) => r.path)).toEqual(['a.b/z', 'a.b/y', 'a.b/x', 'a.b/new']);
    });
    expect(out).toBe(
      lines(`
    require (
    \ta.b/y v1.0.0 // why
    \ta.b/z v1.5.0 // indirect; pinned
    )

    require (
    \ta.b/new v1.0.0 // indirect
    \ta.b/x v1.0.0
    )
    `),
    );
  });

  test('two versions of one path are a mistake of the caller', () => {
    expect(() => setRequire(newGoMod(), [direct('a'), direct('a', 'v1.1.0')])).toThrow(
      expect.objectContaining({ code: 'failed' }),
    );
  });
});

describe('setRequireSeparateIndirect', () => {
  const set = (text: string, ...requirements: Requirement[]) =>
    edited(text, (f) => {
      setRequireSeparateIndirect(f, requirements);
      expect(f.require.map((r) => r.path).sort()).toEqual(requirements.map((r) => r.path).sort());
    });

  test('from nothing', () => {
    expect(set('module m', indirect('b'), direct('a'), indirect('c'))).toBe(
      'module m\n\nrequire a v1.0.0\n\nrequire (\n\tb v1.0.0 // indirect\n\tc v1.0.0 // indirect\n)\n',
    );
  });

  test('one block of both kinds is split', () => {
    const text = 'require (\nb v1.0.0 // indirect\na v1.0.0\n)';
    expect(set(text, direct('a'), indirect('b'))).toBe('require a v1.0.0\n\nrequire b v1.0.0 // indirect\n');
  });

  test('a block with comments is left as it is, and new ones are made after it', () => {
    const text = '// mine\nrequire (\nb v1.0.0 // indirect\na v1.0.0\n)';
    expect(set(text, direct('a'), indirect('b'), direct('c'), indirect('d'))).toBe(
      '// mine\nrequire (\n\ta v1.0.0\n\tb v1.0.0 // indirect\n)\n\nrequire c v1.0.0\n\nrequire d v1.0.0 // indirect\n',
    );
  });

  test('requirements move when their kind changes, with their comments', () => {
    const text = 'require (\na v1.0.0\nb v1.0.0\n)\nrequire (\nc v1.0.0 // indirect\nd v1.0.0 // indirect\n)';
    expect(set(text, indirect('a', 'v1.1.0'), direct('b'), direct('c'), indirect('d'))).toBe(
      'require (\n\tb v1.0.0\n\tc v1.0.0\n)\n\nrequire (\n\ta v1.1.0 // indirect\n\td v1.0.0 // indirect\n)\n',
    );
  });

  test('a new direct block goes before the indirect one', () => {
    expect(
      set('require (\nc v1.0.0 // indirect\nd v1.0.0 // indirect\n)', direct('a'), indirect('c'), indirect('d')),
    ).toBe('require a v1.0.0\n\nrequire (\n\tc v1.0.0 // indirect\n\td v1.0.0 // indirect\n)\n');
  });
});

describe('go.work', () => {
  test('go goes to the top, below comments, and the toolchain below it', () => {
    const out = editedWork('// W\n\nuse .', (f) => {
      addToolchain(f, 'go1.24.1');
      addGo(f, '1.24');
    });
    expect(out).toBe('// W\n\ngo 1.24\n\ntoolchain go1.24.1\n\nuse .\n');
    expect(editedWork('go 1.20\nuse .', (f) => addToolchain(f, 'default'))).toBe(
      'go 1.20\n\ntoolchain default\n\nuse .\n',
    );
  });

  test('folders are used once', () => {
    const out = editedWork('use (\n.\n./a // A\n.\n)', (f) => {
      addUse(f, '.', 'm');
      addUse(f, './b c', 'n');
      expect(f.use.map((u) => u.modulePath)).toEqual(['m', '', 'n']);
    });
    expect(out).toBe('use (\n\t.\n\t./a // A\n\t"./b c"\n)\n');
    expect(editedWork(out, (f) => dropUse(f, '.'))).toBe('use (\n\t./a // A\n\t"./b c"\n)\n');
  });

  test('setUse keeps, drops, adds and sorts', () => {
    const out = editedWork('use (\n./z // Z\n./y\n)', (f) =>
      setUse(f, [
        { path: './z', modulePath: 'z' },
        { path: './a', modulePath: 'a' },
      ]),
    );
    expect(out).toBe('use (\n\t./a\n\t./z // Z\n)\n');
    expect(formatGoWork(newGoWork())).toBe('');
  });

  test('replacements and settings as in go.mod', () => {
    const out = editedWork('replace a.b/c => ./c\ngodebug a=1', (f) => {
      addReplace(f, any('a.b/c'), any('./d'));
      addGodebug(f, 'b', '2');
      sortBlocks(f);
    });
    expect(out).toBe('replace a.b/c => ./d\n\ngodebug (\n\ta=1\n\tb=2\n)\n');
  });
});
