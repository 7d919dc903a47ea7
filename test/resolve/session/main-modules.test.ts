import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nameOf } from '../../../src/module/index.js';
import { expandGraph, findGoMod, noModulePath, openSession } from '../../../src/resolve/index.js';
import { checkGodebug } from '../../../src/resolve/main-module/godebug.js';
import { SourceTree } from '../../../src/sourcetree/index.js';
import { goModText, moduleOf } from '../../support/memory-mirror.js';
import { useSessions } from '../world.js';

const openTest = useSessions();
const me = 'module example.com/me\n\ngo 1.21\n';

describe('one main module', () => {
  test('is found from below', async () => {
    const { session, dir } = await openTest({ files: { 'go.mod': me, 'a/b/x.go': '' }, in: 'a/b' });
    expect([session.modRoots, session.main.single.path]).toEqual([[dir], 'example.com/me']);
  });

  test.each([
    [
      'nothing',
      '',
      /^error reading go\.mod: missing module declaration\. To specify the module path:\n\tgo mod edit -module=example\.com\/mod$/,
    ],
    ['module go', 'module go\n', /^error reading go\.mod: invalid module path: "go"$/],
    [
      'a newer go line',
      'module m\n\ngo 1.99\n',
      /^go\.mod requires go >= 1\.99 \(running go 1\.26\.8; GOTOOLCHAIN=local\)$/,
    ],
    [
      'a newer go line and what nobody knows',
      'module m\n\ngo 1.99\n\nfrobnicate x\n',
      /^go\.mod requires go >= 1\.99 /,
    ],
    [
      'what nobody knows',
      'module m\n\nfrobnicate x\n',
      /^errors parsing go\.mod:\ngo\.mod:3: unknown directive: frobnicate$/,
    ],
    [
      'two mistakes',
      'module m\nfoo x\nbar y\n',
      /^errors parsing go\.mod:\ngo\.mod:2: unknown directive: foo\ngo\.mod:3: unknown directive: bar$/,
    ],
    [
      'a block without an end: where it began is told in full',
      'module m\n\nrequire (\n',
      /^errors parsing go\.mod:\ngo\.mod:4: syntax error \(unterminated block started at .+[/\\]go\.mod:3:1\)$/,
    ],
    ['an unknown godebug', `${me}godebug nosuch=1\n`, /^error loading go\.mod:\ngo\.mod:4: unknown godebug "nosuch"$/],
    [
      'contradicting replacements',
      `${me}replace x.y/a => ./a\nreplace x.y/a => ./b\n`,
      /^conflicting replacements for x\.y\/a:\n\t\.\/a\n\t\.\/b$/,
    ],
    ['a tool that is no package', `${me}tool ../x\n`, /malformed import path/],
  ])('with %s is refused', async (_what, files, message) => {
    await expect(openTest({ files: { 'go.mod': files } })).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  test('the same replacement twice is one', async () => {
    const { session } = await openTest({ files: `${me}replace x.y/a => ./a\nreplace x.y/a => ./a\n` });
    expect(session.main.replacement({ path: 'x.y/a', version: 'v1.0.0' })).toEqual({ path: './a', version: '' });
  });

  test('a replacement of a version goes before one of all versions', async () => {
    const { session } = await openTest({ files: `${me}replace x.y/a => ./a\nreplace x.y/a v1.2.0 => x.y/b v1.0.0\n` });
    const resolve = (version: string) => nameOf(session.main.resolve({ path: 'x.y/a', version }));
    expect([resolve('v1.0.0'), resolve('v1.2.0'), resolve('')]).toEqual(['./a', 'x.y/b@v1.0.0', './a']);
    expect(nameOf(session.main.resolve({ path: 'x.y/other', version: 'v1.0.0' }))).toBe('x.y/other@v1.0.0');
    expect(session.main.highestReplaced.get('x.y/a')).toBe('v1.2.0');
  });

  test('a replacement of the main module applies to its versions, not to itself', async () => {
    const { session } = await openTest({ files: `${me}replace example.com/me => ./other\n` });
    expect(session.main.replacement({ path: 'example.com/me', version: '' })).toBeUndefined();
    expect(session.main.replacement({ path: 'example.com/me', version: 'v1.0.0' })?.path).toBe('./other');
  });

  test('a replacement folder that is not there is told with its path', async () => {
    const { requirements, dir } = await openTest({
      files: `${goModText('example.com/me', '1.21', ['x.y/a@v1.0.0'])}replace x.y/a => ./a\n`,
    });
    await expect(requirements.wholeGraph()).rejects.toMatchObject({
      message: `x.y/a@v1.0.0 (replaced by ./a): reading a/go.mod: open ${join(dir, 'a/go.mod')}: no such file or directory`,
    });
  });
});

describe('settings', () => {
  test.each([
    [{ GO111MODULE: 'off' }, "modules disabled by GO111MODULE=off; see 'go help modules'"],
    [{ GO111MODULE: 'maybe' }, 'unknown environment setting GO111MODULE=maybe'],
    [{ modFile: 'other.txt' }, '-modfile=other.txt: file does not have .mod extension'],
    [
      { modFile: 'other.mod', rootMode: 'none' as const },
      '-modfile cannot be used with commands that ignore the current module',
    ],
    [{ mod: 'sometimes' }, "-mod=sometimes not supported (can be '', 'mod', 'readonly', or 'vendor')"],
    [{ GOWORK: 'relative/go.work' }, 'invalid GOWORK: not an absolute path'],
  ])('%o is refused', async (settings, message) => {
    await expect(openTest({ files: me, ...settings })).rejects.toMatchObject({ message });
  });

  test('outside a module there is one without a name, which needs nothing', async () => {
    const { session, requirements } = await openTest();
    expect(session.hasModRoot).toBe(false);
    expect(session.main.single.path).toBe(noModulePath);
    const { graph } = await expandGraph(requirements);
    expect(graph.buildList.map((m) => m.path)).toEqual([noModulePath, 'go', 'toolchain']);
    await expect(openTest({ rootMode: 'required' })).rejects.toMatchObject({
      code: 'not-main-module',
      message: "go.mod file not found in current directory or any parent directory; see 'go help modules'",
    });
  });

  test('a checkout without go.mod says how to make one', async () => {
    await expect(openTest({ files: { '.git/config': '', 'a/x': '' }, in: 'a', rootMode: 'required' })).rejects.toThrow(
      /^cannot find main module, but found \.git\/config in .*\n\tto create a module there, run:\n\tcd \.\. && go mod init$/,
    );
  });

  test('go.mod in GOPATH itself is passed over, with a warning', async () => {
    const { dir, session } = await openTest({ files: me });
    const settings = { ...session.settings, GOPATH: dir };
    const warned: string[] = [];
    const path = await findGoMod({ ...settings, rootMode: 'auto', notice: (text) => warned.push(text) });
    expect(path).toBe(join(dir, 'go.mod'));
    expect(warned).toEqual([`go: warning: ignoring go.mod in $GOPATH ${dir}`]);
    await expect(findGoMod({ ...settings, rootMode: 'required' })).rejects.toMatchObject({ code: 'not-main-module' });
  });

  test.each([
    ['one module', { 'go.mod': me }],
    ['a workspace', { 'go.mod': me, 'go.work': 'go 1.21\n\nuse .\n' }],
  ])('the same with %s; by go 1.21 it is an error', async (_what, files) => {
    const { session, dir } = await openTest({ files });
    const warned: string[] = [];
    const settings = { ...session.settings, GOPATH: dir, notice: (text: string) => warned.push(text) };
    await openSession({ ...settings, goVersion: '1.22.12' });
    expect(warned).toEqual([`go: warning: ignoring go.mod in $GOPATH ${dir}`]);
    const older = openSession({ ...settings, goVersion: '1.21.13' });
    await expect(older).rejects.toThrow(/^\$GOPATH\/go\.mod exists but should not$/);
  });

  test('what may be changed depends on the command and on -mod', async () => {
    const modeOf = async (command: string, mod?: string) =>
      (await openTest({ files: me, command, mod })).session.buildMod;
    expect(await modeOf('list')).toBe('readonly');
    expect(await modeOf('mod graph')).toBe('mod');
    expect(await modeOf('list', 'mod')).toBe('mod');
    expect(await modeOf('list', '')).toBe('readonly');
    expect((await openTest({ files: me, command: 'list', mod: 'vendor' })).session.vendorDir).toMatch(/vendor$/);
  });
});

describe('a workspace', () => {
  const a = 'module example.com/a\n\ngo 1.21\n\nrequire example.com/x v1.0.0\n';
  const b = 'module example.com/b\n\ngo 1.21\n\nrequire example.com/x v1.1.0\n';
  const work = 'go 1.21\n\nuse (\n\t./a\n\t./b\n)\n';
  const files = { 'go.work': work, 'a/go.mod': a, 'b/go.mod': b };
  const modules = ['v1.0.0', 'v1.1.0'].map((v) => moduleOf(`example.com/x@${v}`, '1.21'));

  test('has one build list for its modules', async () => {
    const { requirements } = await openTest({ files, modules, in: 'a' });
    const { graph } = await expandGraph(requirements);
    expect(graph.buildList.map(nameOf).filter((n) => n.startsWith('example'))).toEqual([
      'example.com/a',
      'example.com/b',
      'example.com/x@v1.1.0',
    ]);
  });

  test('reads what a version requires that only the whole selects', async () => {
    const more = [
      moduleOf('example.com/x@v1.0.0', '1.21', ['example.com/y@v1.0.0']),
      moduleOf('example.com/x@v1.1.0', '1.21', ['example.com/y@v1.1.0']),
      moduleOf('example.com/y@v1.0.0', '1.21'),
      moduleOf('example.com/y@v1.1.0', '1.21', ['example.com/z@v1.0.0']),
      moduleOf('example.com/z@v1.0.0', '1.21'),
    ];
    const { requirements } = await openTest({ files, modules: more, in: 'a' });
    const { graph } = await expandGraph(requirements);
    expect(graph.selected('example.com/y')).toBe('v1.1.0');
    expect(graph.selected('example.com/z')).toBe('v1.0.0');
  });

  test.each([
    [
      'one folder twice',
      `${work}\nuse ./a/../a\n`,
      /^reading go\.work: path \S+a appears multiple times in workspace$/,
    ],
    ['what nobody knows', 'frobnicate\n', /^reading go\.work: \/\S+\/go\.work:1: unknown directive: frobnicate$/],
    ['no go line', 'use ./a\n', /requires go >= 1\.21, but go\.work lists go 1\.18; to update it:/],
  ])('with %s in go.work, in the words of go 1.22', async (_what, goWork, message) => {
    const files = { 'go.work': goWork, 'a/go.mod': a, 'b/go.mod': b };
    await expect(openTest({ files, goVersion: '1.22.12' })).rejects.toThrow(message);
  });

  test.each([
    ['1.21.13', 'a/x', 'y'],
    ['1.22.12', './a/x', './y'],
  ])('by %s, the folders that its modules name are %s, %s', async (goVersion, inA, above) => {
    const replaces = 'replace (\n\texample.com/x => ./x\n\texample.com/y => ../y\n)\n';
    const files = { 'go.work': work, 'a/go.mod': `${a}${replaces}`, 'b/go.mod': b };
    const { session, dir } = await openTest({ files, goVersion });
    const of = (path: string) => session.main.replacement({ path, version: 'v1.0.0' })?.path ?? '';
    expect([of('example.com/x'), of('example.com/y')]).toEqual([inA, above]);
    expect(session.main.replacementFolder(of('example.com/x'))).toBe(join(dir, 'a/x'));
  });

  test.each([
    [
      'one folder twice',
      { 'go.work': `${work}\nuse ./a/../a\n` },
      /^error loading go\.work:\n(?:\.\.\/)?go\.work:8: path .*a appears multiple times in workspace$/,
    ],
    ['one module twice', { 'b/go.mod': a }, /^module example\.com\/a appears multiple times in workspace$/],
    [
      'a folder without go.mod',
      { 'go.work': `${work}\nuse ./c\n` },
      /^cannot load module (?:\.\.\/)?c listed in go\.work file: open .*: no such file or directory$/,
    ],
    [
      'a broken go.mod',
      { 'b/go.mod': 'frobnicate\n' },
      /^cannot load module (?:\.\.\/)?b listed in go\.work file: errors parsing .*go\.mod:\n.*unknown directive: frobnicate$/,
    ],
    [
      'a go line below that of a module',
      { 'b/go.mod': b.replace('1.21', '1.22') },
      /^module (?:\.\.\/)?b listed in go\.work file requires go >= 1\.22, but go\.work lists go 1\.21; to update it:\n\tgo work use$/,
    ],
    [
      'no go line and a newer module',
      { 'go.work': 'use ./a\n' },
      /^module (?:a|\.) listed in go\.work file requires go >= 1\.21, but go\.work implicitly requires go 1\.18; to update it:\n\tgo work use$/,
    ],
    [
      'a module newer than us',
      { 'b/go.mod': b.replace('1.21', '1.99') },
      /^module (?:\.\.\/)?b listed in go\.work file requires go >= 1\.99, but go\.work lists go 1\.21/,
    ],
    ['a go line newer than us', { 'go.work': work.replace('1.21', '1.99') }, /go\.work requires go >= 1\.99 /],
    [
      'a directive that is none',
      { 'go.work': 'frobnicate\n' },
      /^errors parsing go\.work:\n(?:\.\.\/)?go\.work:1: unknown directive: frobnicate$/,
    ],
    [
      'an unknown godebug',
      { 'go.work': `${work}godebug nosuch=1\n` },
      /^error loading go\.work:\n(?:\.\.\/)?go\.work:7: unknown godebug "nosuch"$/,
    ],
    [
      'a module of its own replaced',
      { 'go.work': `${work}replace example.com/a => ./b\n` },
      /^workspace module example\.com\/a is replaced at all versions in the go\.work file\. /,
    ],
    [
      'replacements that contradict each other',
      { 'a/go.mod': `${a}replace example.com/x => ./x1\n`, 'b/go.mod': `${b}replace example.com/x => ./x2\n` },
      /^conflicting replacements for example\.com\/x:\n\t.*a\/x1\n\t.*b\/x2\nuse "go work edit -replace example\.com\/x=\[override\]" to resolve$/,
    ],
  ])('with %s is refused', async (_what, changed, message) => {
    await expect(
      openTest({ files: { ...files, ...changed }, modules, in: 'a', goVersion: '1.26.8' }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  test('with a go line below that of a module is refused, since Go 1.27 with the release to use', async () => {
    const changed = { ...files, 'b/go.mod': b.replace('1.21', '1.22') };
    await expect(openTest({ files: changed, modules, in: 'a', goVersion: '1.27.4' })).rejects.toThrow(
      /^module (?:\.\.\/)?b listed in go\.work file requires go >= 1\.22, but go\.work lists go 1\.21; to download and use go 1\.22:\n\tgo work use$/,
    );
  });

  test('a replacement of go.work goes before those of its modules', async () => {
    const changed = {
      ...files,
      'go.work': `${work}replace example.com/x => ./x\n`,
      'a/go.mod': `${a}replace example.com/x => ./x1\n`,
      'b/go.mod': `${b}replace example.com/x => ./x2\n`,
      'x/go.mod': 'module example.com/x\n\ngo 1.21\n',
    };
    const { session, requirements, asked } = await openTest({ files: changed, in: 'b' });
    expect(session.main.replacement({ path: 'example.com/x', version: 'v1.0.0' })).toEqual({
      path: './x',
      version: '',
    });
    await requirements.wholeGraph();
    expect(asked).toEqual([]);
  });

  test('one folder by two names is one replacement, relative to go.work', async () => {
    const changed = {
      ...files,
      'a/go.mod': `${a}replace example.com/x => ../x\n`,
      'b/go.mod': `${b}replace example.com/x => ../a/../x\n`,
    };
    const { session } = await openTest({ files: changed, in: 'b' });
    expect(session.main.replacement({ path: 'example.com/x', version: 'v1.0.0' })).toEqual({
      path: './x',
      version: '',
    });
  });

  test('exclusions of its modules add up', async () => {
    const changed = { ...files, 'a/go.mod': `${a}exclude example.com/x v1.1.0\n` };
    const { requirements } = await openTest({ files: changed, modules, in: 'b' });
    expect((await requirements.wholeGraph()).selected('example.com/x')).toBe('v1.0.0');
  });

  test('GOWORK=off is none, GOWORK=file is that one', async () => {
    const { session, dir } = await openTest({ files, modules, in: 'a', GOWORK: 'off' });
    expect([session.isWorkspace, session.modRoots]).toEqual([false, [join(dir, 'a')]]);
    await expect(openTest({ files, in: 'a', GOWORK: join(dir, 'nothere', 'go.work') })).rejects.toThrow(
      /^reading go\.work: open .*go\.work: no such file or directory$/,
    );
  });

  test.each([
    [{ mod: 'mod' }, /^-mod may only be set to readonly or vendor when in workspace mode, but it is set to "mod"/],
    [{ modFile: 'x.mod' }, /^-modfile cannot be used in workspace mode$/],
  ])('%o is refused', async (settings, message) => {
    await expect(openTest({ files, modules, in: 'a', ...settings })).rejects.toThrow(message);
  });
});

describe('godebug', () => {
  const removedBefore = 'use of removed godebug "x509sha1", see https://go.dev/doc/godebug#go-124';

  test.each([
    ['panicnil', '1', undefined],
    ['default', 'go1.21', undefined],
    ['default', 'go1.99', 'default=go1.99 too new (toolchain is go1.26.8)'],
    ['default', '1.21', 'value for default= must be goVERSION'],
    ['default', '', 'value for default= must be goVERSION'],
    ['nosuch', '1', 'unknown godebug "nosuch"'],
    ['__proto__', '1', 'unknown godebug "__proto__"'],
    ['multipartfiles', 'distinct', 'unknown godebug "multipartfiles"'],
    ['tlskyber', '1', 'unknown godebug "tlskyber"'],
    ['tracebacklabels', '1', 'unknown godebug "tracebacklabels"'],
    ['x509sha1', '1', removedBefore],
    ['x509sha1', '0', removedBefore],
    ['gotypesalias', '0', undefined],
    ['a b', '1', 'key contains space'],
    ['panicnil', '1\t', 'value contains space'],
    ['a,b', '1', 'key contains comma'],
    ['panicnil', '1,2', 'value contains comma'],
  ])('%s=%s: %s', (key, value, problem) => {
    expect(checkGodebug(key, value, '1.26.8')).toBe(problem);
  });

  const removedNow = (key: string, value: string, release: string) =>
    `removed GODEBUG "${key}" set to old value "${value}" (https://go.dev/doc/godebug#go-${release})`;

  test.each([
    ['panicnil', '1', undefined],
    ['tracebacklabels', '1', undefined],
    ['multipartfiles', 'distinct', 'unknown godebug "multipartfiles"'],
    ['x509sha1', '0', undefined],
    ['x509sha1', '1', removedNow('x509sha1', '1', '124')],
    ['tlskyber', '0', removedNow('tlskyber', '0', '124')],
    ['gotypesalias', '1', undefined],
    ['gotypesalias', '0', removedNow('gotypesalias', '0', '127')],
    ['asynctimerchan', '0', undefined],
    ['asynctimerchan', '2', removedNow('asynctimerchan', '2', '127')],
  ])('%s=%s by 1.27.4: %s', (key, value, problem) => {
    expect(checkGodebug(key, value, '1.27.4')).toBe(problem);
  });

  test.each([
    ['1.23.12', 'tlskyber', undefined],
    ['1.23.12', 'fips140', 'unknown godebug "fips140"'],
    ['1.23.12', 'x509sha1', undefined],
    ['1.24.13', 'x509sha1', 'unknown godebug "x509sha1"'],
    ['1.25.14', 'x509sha1', 'unknown godebug "x509sha1"'],
    ['1.26rc1', 'x509sha1', removedBefore],
  ])('each release knows its own: %s, %s', (goVersion, key, problem) => {
    expect(checkGodebug(key, '1', goVersion)).toBe(problem);
  });
});

test('an overlaid go.mod is the main module', async () => {
  const { dir } = await openTest({
    files: { 'other.mod': me, 'overlay.json': '{"Replace":{"sub/go.mod":"other.mod"}}' },
  });
  const tree = await SourceTree.open({ cwd: dir, overlay: 'overlay.json' });
  expect(await tree.findUp(join(dir, 'sub', 'deeper'), 'go.mod')).toBe(join(dir, 'sub'));
});
