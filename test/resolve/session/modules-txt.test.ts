import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf } from '../../../src/module/index.js';
import { expandGraph, listModules } from '../../../src/resolve/index.js';
import { formatModulesTxt, type ModulesTxtContent, parseModulesTxt } from '../../../src/resolve/session/modules-txt.js';
import { type TestOptions, useSessions } from '../world.js';

const openTest = useSessions();
const goMod =
  'module example.com/me\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.1.0 // indirect\n)\n';
const modulesTxt = `# example.com/a v1.0.0
## explicit; go 1.17
example.com/a
example.com/a/sub
# example.com/b v1.1.0
## explicit
example.com/b
`;

interface Changed extends Pick<TestOptions, 'command' | 'mod' | 'goVersion' | 'in'> {
  readonly goMod?: string;
  readonly modulesTxt?: string | undefined;
}

function open(changed: Changed) {
  const { goMod: mod = goMod, modulesTxt: text = modulesTxt, ...settings } = changed;
  return openTest({ files: { 'go.mod': mod, 'vendor/modules.txt': text }, command: 'list', ...settings });
}

describe('parseModulesTxt', () => {
  test('modules with packages, what is said of them, replacements', () => {
    const parsed = parseModulesTxt(
      `## workspace
# example.com/a v1.0.0
## explicit; go 1.17
example.com/a
# example.com/b v1.1.0 => ./b
## explicit
example.com/b
# example.com/c v1.0.0 => example.com/d v1.2.0
# example.com/e => ./e
# example.com/f v1.0.0
## frobnicated; go 1.99
two words
../not/a/path
# not a version
example.com/stray
`,
    );
    expect(parsed.modules.map(nameOf)).toEqual(['example.com/a@v1.0.0', 'example.com/b@v1.1.0']);
    expect(Array.from(parsed.packages, ([pkg, m]) => `${pkg} of ${nameOf(m)}`)).toEqual([
      'example.com/a of example.com/a@v1.0.0',
      'example.com/b of example.com/b@v1.1.0',
    ]);
    expect(parsed.isWorkspace).toBe(true);
    const replaced = parsed.entries.filter((e) => e.replacement !== undefined).map((e) => nameOf(e.module));
    expect(replaced).toEqual(['example.com/b@v1.1.0', 'example.com/c@v1.0.0', 'example.com/e']);
    expect(parsed.meta.get('example.com/a v1.0.0')).toEqual({
      explicit: true,
      replacement: undefined,
      goVersion: '1.17',
    });
    expect(parsed.meta.get('example.com/c v1.0.0')?.replacement).toEqual({ path: 'example.com/d', version: 'v1.2.0' });
    expect(parsed.meta.get('example.com/e ')?.replacement).toEqual({ path: './e', version: '' });
    expect(parsed.entries.flatMap((e) => e.goVersions.map((go) => `${nameOf(e.module)} ${go}`))).toEqual([
      'example.com/a@v1.0.0 1.17',
      'example.com/f@v1.0.0 1.99',
    ]);
  });

  test('white space is what Go takes for it', () => {
    const parsed = parseModulesTxt(
      '# example.com/a\u0085v1.0.0\nexample.com/a\n# example.com/b\ufeffv1.0.0\nx.test/b\n',
    );
    expect([...parsed.packages]).toEqual([
      ['example.com/a', { path: 'example.com/a', version: 'v1.0.0' }],
      ['x.test/b', { path: 'example.com/a', version: 'v1.0.0' }],
    ]);
  });

  test.each(['', '\n\n', '# \n', '## explicit\n', 'example.com/a\n', '#\n##\n', '# __proto__ v1.0.0\n## explicit\n'])(
    '%j does no harm',
    (text) => {
      expect(parseModulesTxt(text).modules).toEqual([]);
    },
  );
});

test('several entries of a module say together what each says; of two answers the last counts', () => {
  const { meta, packages, versions, modules } = parseModulesTxt(
    [
      '# x.test/a v1.0.0 => ./a',
      '## explicit; go 1.17; go 1.18',
      'x.test/a',
      '# x.test/a v1.1.0',
      'x.test/a',
      '# x.test/a v1.0.0',
      '## go 1.16',
      'x.test/a/b',
    ].join('\n'),
  );
  const replacement = { path: './a', version: '' };
  expect([...meta]).toEqual([['x.test/a v1.0.0', { explicit: true, goVersion: '1.16', replacement }]]);
  expect([...packages.values()].map(nameOf)).toEqual(['x.test/a@v1.1.0', 'x.test/a@v1.0.0']);
  expect([...versions]).toEqual([['x.test/a', 'v1.1.0']]);
  expect(modules.map(nameOf)).toEqual(['x.test/a@v1.0.0', 'x.test/a@v1.1.0']);
});

const version = fc.constantFrom('v1.0.0', 'v1.0.1-0.20200102030405-0123456789ab', 'v2.3.4+incompatible', 'v1.0.0-rc.1');
const path = fc.constantFrom('x.test', 'x.test/a', 'example.com/Shade/b-c', '__proto__', 'x.test/~d/v2');
const target = fc.oneof(
  fc.record({ path, version }),
  fc.record({ path: fc.constantFrom('./a', '../b.c', '/d', 'C:\\e'), version: fc.constant('') }),
);
const said = {
  explicit: fc.boolean(),
  goVersions: fc.array(fc.constantFrom('1.17', '1.26.8', '1.30rc1'), { maxLength: 2 }),
  packages: fc.array(fc.constantFrom('x.test', 'x.test/a', 'x.test/a/b', 'fmt'), { maxLength: 3 }),
};
const content: fc.Arbitrary<ModulesTxtContent> = fc.record({
  isWorkspace: fc.boolean(),
  entries: fc.array(
    fc.oneof(
      fc.record({
        module: fc.record({ path, version }),
        replacement: fc.option(target, { nil: undefined }),
        ...said,
      }),
      fc.record({ module: fc.record({ path, version: fc.constant('') }), replacement: target, ...said }),
    ),
    { maxLength: 5 },
  ),
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(content, (c) => {
      const text = formatModulesTxt(c);
      expect(parseModulesTxt(text)).toMatchObject(c);
      expect(formatModulesTxt(parseModulesTxt(text))).toBe(text);
    }),
  );
});

test('a folder that agrees is used: its modules are the build list, and nothing is asked for', async () => {
  const { session, requirements, asked } = await open({});
  expect(session.buildMod).toBe('vendor');
  const { graph } = await expandGraph(requirements);
  expect(graph.buildList.map(nameOf).filter((n) => n.startsWith('example'))).toEqual([
    'example.com/me',
    'example.com/a@v1.0.0',
    'example.com/b@v1.1.0',
  ]);
  const { modules } = await listModules(requirements, ['example.com/a', 'example.com/nothere'], {});
  expect(modules).toMatchObject([
    { Path: 'example.com/a', Version: 'v1.0.0', GoVersion: '1.17' },
    { Error: { Err: expect.stringContaining("can't resolve module using the vendor directory") } },
  ]);
  expect(asked).toEqual([]);
});

test.each([
  [
    'no go line',
    { goMod: goMod.replace('go 1.21\n', '') },
    'Go version in go.mod is unspecified, so vendor directory was not used.',
  ],
  [
    'an old go line',
    { goMod: goMod.replace('1.21', '1.13') },
    'Go version in go.mod is 1.13, so vendor directory was not used.',
  ],
  [
    'a folder of a workspace',
    { modulesTxt: `## workspace\n${modulesTxt}` },
    'Outside workspace mode, but vendor directory is for a workspace.',
  ],
])('with %s it is not used', async (_what, changed, reason) => {
  const { session } = await open(changed);
  expect([session.buildMod, session.buildModReason]).toEqual(['readonly', reason]);
});

test('by go 1.21 a folder of a workspace is like another', async () => {
  const { session } = await open({ modulesTxt: `## workspace\n${modulesTxt}`, goVersion: '1.21.13' });
  expect(session.buildMod).toBe('vendor');
});

test.each([
  ['1.21.13', 'readonly'],
  ['1.22.12', 'vendor'],
])('by %s, with its vendor folder a workspace is %s', async (goVersion, mod) => {
  const files = {
    'go.work': 'go 1.21\n\nuse ./me\n',
    'me/go.mod': goMod,
    'vendor/modules.txt': `## workspace\n${modulesTxt}`,
  };
  const { session } = await openTest({ files, command: 'list', goVersion });
  expect(session.buildMod).toBe(mod);
});

const inconsistent = (dir: string, line: string) =>
  `inconsistent vendoring in ${dir}:\n\t${line}\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo mod vendor`;

test.each([
  [
    'a requirement that is not marked',
    { modulesTxt: modulesTxt.replace('## explicit\n', '') },
    'example.com/b@v1.1.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt',
  ],
  [
    'a version that is not required',
    { goMod: goMod.replace('b v1.1.0', 'b v1.2.0') },
    'example.com/b@v1.2.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt\n\texample.com/b@v1.1.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod',
  ],
  [
    'a mark without requirement',
    { goMod: goMod.replace('\texample.com/b v1.1.0 // indirect\n', '') },
    'example.com/b@v1.1.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod',
  ],
  [
    'a replacement that is not marked',
    { goMod: `${goMod}\nreplace example.com/a => ./a\n` },
    'example.com/a: is replaced in go.mod, but not marked as replaced in vendor/modules.txt',
  ],
  [
    'another replacement',
    {
      goMod: `${goMod}\nreplace example.com/b v1.1.0 => ./b2\n`,
      modulesTxt: modulesTxt.replace('b v1.1.0\n', 'b v1.1.0 => ./b1\n'),
    },
    'example.com/b@v1.1.0: is replaced by ./b2 in go.mod, but marked as replaced by ./b1 in vendor/modules.txt',
  ],
  [
    'a mark without replacement',
    { modulesTxt: modulesTxt.replace('b v1.1.0\n', 'b v1.1.0 => ./b1\n') },
    'example.com/b@v1.1.0: is marked as replaced in vendor/modules.txt, but not replaced in go.mod',
  ],
])('%s is inconsistent', async (_what, changed, line) => {
  const opened = open(changed);
  const error = await opened.then(
    () => undefined,
    (e: Error) => e,
  );
  const dir = /^inconsistent vendoring in (.*):\n/.exec(error?.message ?? '')?.[1] ?? '';
  expect(error).toMatchObject({ code: 'build-list', message: inconsistent(dir, line) });
});

test.each([
  [
    '1.21.13',
    'example.com/b@v1.1.0: is replaced by ./b2 in go.mod, but marked as replaced by ./b1 in vendor/modules.txt\n\texample.com/me: is replaced in go.mod, but not marked as replaced in vendor/modules.txt\n\texample.com/b@v1.1.0: is marked as replaced by ./b1 in vendor/modules.txt, but replaced by ./b2 in go.mod',
  ],
  [
    '1.22.12',
    'example.com/b@v1.1.0: is replaced by ./b2 in ../go.mod, but marked as replaced by ./b1 in vendor/modules.txt',
  ],
])('by %s, what is told of replacements from below', async (goVersion, line) => {
  const changed = {
    goMod: `${goMod}\nreplace example.com/b v1.1.0 => ./b2\nreplace example.com/me => ./me\n`,
    modulesTxt: modulesTxt.replace('b v1.1.0\n', 'b v1.1.0 => ./b1\n'),
  };
  const error: Error = await open({ ...changed, goVersion, in: 'vendor' }).catch((e) => e);
  expect(error.message.split('\n\n')[0]).toMatch(new RegExp(`:\n\t${line.replaceAll('.', '\\.')}$`));
});

test('modules that need a newer Go are refused', async () => {
  await expect(open({ modulesTxt: modulesTxt.replace('go 1.17', 'go 1.99') })).rejects.toMatchObject({
    code: 'go-too-old',
    message: expect.stringMatching(/^example\.com\/a in vendor\/modules\.txt requires go >= 1\.99/),
  });
});

test('-mod=mod and -mod=readonly pass it over, commands that complete too', async () => {
  expect((await open({ mod: 'mod', modulesTxt: '' })).session.buildMod).toBe('mod');
  expect((await open({ mod: 'readonly', modulesTxt: '' })).session.buildMod).toBe('readonly');
  expect((await open({ command: 'mod graph', modulesTxt: '' })).session.buildMod).toBe('mod');
});
