import { describe, expect, test } from 'vitest';
import { query } from '../../../src/resolve/index.js';
import { type Allowed, disallowed, type QueryOptions } from '../../../src/resolve/query/query.js';
import { shortMessage, VersionRules } from '../../../src/resolve/query/retractions.js';
import { type MemoryModule, moduleOf } from '../../support/memory-mirror.js';
import { useSessions } from '../world.js';

const openTest = useSessions();
const me = 'module example.com/me\n\ngo 1.21\n';
const at = (path: string, ...versions: string[]): MemoryModule[] =>
  versions.map((version) => moduleOf(`${path}@${version}`, '1.17'));
const pseudo = (time: string) => `v0.0.0-${time}-0123456789ab`;

const a = at('example.com/a', 'v1.0.0', 'v1.1.0', 'v1.1.1', 'v1.2.0', 'v1.3.0-rc.1', 'v1.4.0-pre');
const onlyPrerelease = at('example.com/p', 'v0.1.0-alpha', 'v0.1.0-beta');
const untagged: MemoryModule[] = [
  { path: 'example.com/u', version: pseudo('20200101000000'), revisions: ['main', '0123456789ab'] },
];

const anything: Allowed = { check: async () => {}, judge: async () => ({ allows: () => true }) };

async function ask(
  path: string,
  text: string,
  options: QueryOptions & { modules?: MemoryModule[]; goMod?: string; goVersion?: string } = {},
) {
  const { modules = [...a, ...onlyPrerelease, ...untagged], goMod = me, goVersion = '1.26.8', ...rest } = options;
  const { session } = await openTest({ files: goMod, modules, goVersion });
  const allowed = rest.allowed ?? new VersionRules(session).allowed;
  return query(session, path, text, { ...rest, allowed });
}

describe('versions', () => {
  test.each([
    ['example.com/a', 'latest', 'v1.2.0'],
    ['example.com/a', 'upgrade', 'v1.2.0'],
    ['example.com/a', 'v1', 'v1.2.0'],
    ['example.com/a', 'v1.1', 'v1.1.1'],
    ['example.com/a', 'v1.1.0', 'v1.1.0'],
    ['example.com/a', '<v1.1.1', 'v1.1.0'],
    ['example.com/a', '<=v1.1.1', 'v1.1.1'],
    ['example.com/a', '>v1.0.0', 'v1.1.0'],
    ['example.com/a', '>=v1.0.0', 'v1.0.0'],
    ['example.com/a', '>v1.2.0', 'v1.3.0-rc.1'],
    ['example.com/a', '<v1', undefined],
    ['example.com/a', '>=v3.0.0', undefined],
    ['example.com/a', 'v1.9', undefined],
    ['example.com/p', 'latest', 'v0.1.0-beta'],
    ['example.com/p', 'v0', 'v0.1.0-beta'],
    ['example.com/u', 'latest', pseudo('20200101000000')],
    ['example.com/u', 'upgrade', pseudo('20200101000000')],
    ['example.com/u', 'main', pseudo('20200101000000')],
    ['example.com/u', '0123456789ab', pseudo('20200101000000')],
    ['example.com/u', 'v1', undefined],
    ['example.com/u', '>=v0.0.0', undefined],
  ])('%s@%s is %s', async (path, text, version) => {
    const asked = ask(path, text);
    if (version === undefined) await expect(asked).rejects.toMatchObject({ code: 'no-matching-version' });
    else expect((await asked).version).toBe(version);
  });

  test.each([
    ['>v1', 'invalid-query', 'ambiguous semantic version "v1" in range ">v1"'],
    ['<=v1.2', 'invalid-query', 'ambiguous semantic version "v1.2" in range "<=v1.2"'],
    ['<main', 'invalid-query', 'invalid semantic version "main" in range "<main"'],
    ['patch', 'invalid-query', 'can\'t query version "patch" of module example.com/a: no existing version is required'],
    ['v9.9.9', 'not-found', /404 Not Found$/],
    ['no-such-branch', 'not-found', /404 Not Found$/],
  ])('%s fails with %s', async (text, code, message) => {
    await expect(ask('example.com/a', text)).rejects.toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('what cannot be asked of a proxy is refused by its code', async () => {
    await expect(ask('example.com/../a', 'latest')).rejects.toMatchObject({ code: 'invalid-path' });
    await expect(ask('std', 'latest')).rejects.toMatchObject({ code: 'invalid-query' });
    await expect(ask('example.com/a', 'latest', { current: 'main' })).rejects.toMatchObject({
      code: 'invalid-version',
    });
  });

  test('the main module is at no version when it is to be upgraded', async () => {
    expect(await ask('example.com/me', 'upgrade')).toEqual({ version: '' });
    expect(await ask('example.com/me', 'patch')).toEqual({ version: '' });
    await expect(ask('example.com/me', 'latest')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('build metadata: the tag, else the canonical name', async () => {
    expect((await ask('example.com/a', 'v1.1.0+meta')).version).toBe('v1.1.0');
    await expect(ask('example.com/a', 'v1.9.0+meta')).rejects.toThrow(/v1\.9\.0\+meta/);
  });
});

describe('upgrade and patch', () => {
  test.each([
    ['upgrade', 'v1.0.0', 'v1.2.0'],
    ['upgrade', 'v1.2.0', 'v1.2.0'],
    ['upgrade', 'v1.3.0-rc.1', 'v1.4.0-pre'],
    ['upgrade', 'none', 'v1.2.0'],
    ['patch', 'v1.1.0', 'v1.1.1'],
    ['patch', 'v1.1.1', 'v1.1.1'],
    ['patch', 'v1.3.0-rc.1', 'v1.3.0-rc.1'],
  ])('%s from %s is %s', async (text, current, version) => {
    expect((await ask('example.com/a', text, { current })).version).toBe(version);
  });

  test('an upgrade never goes back in time: from a commit to an older tag', async () => {
    const commit = 'v1.0.1-0.20210101000000-0123456789ab';
    const modules: MemoryModule[] = [
      { path: 'example.com/t', version: 'v1.0.0', time: '2020-01-01T00:00:00Z' },
      { path: 'example.com/t', version: 'v1.1.0', time: '2020-06-01T00:00:00Z' },
      { path: 'example.com/t', version: commit, time: '2021-01-01T00:00:00Z' },
    ];
    expect((await ask('example.com/t', 'upgrade', { modules, current: commit })).version).toBe(commit);
    const newer = [...modules.slice(0, 1), { ...modules[1]!, time: '2022-01-01T00:00:00Z' }, modules[2]!];
    expect((await ask('example.com/t', 'upgrade', { modules: newer, current: commit })).version).toBe('v1.1.0');
    expect((await ask('example.com/t', 'patch', { modules: newer, current: commit })).version).toBe(commit);
  });

  test('from one commit to the next, where there are no tags', async () => {
    const newest = pseudo('20210101000000');
    const modules = [...untagged, { path: 'example.com/u', version: newest }];
    expect((await ask('example.com/u', 'upgrade', { modules, current: pseudo('20200101000000') })).version).toBe(
      newest,
    );
  });
});

describe('+incompatible', () => {
  const path = 'example.com/i';
  const without = (version: string): MemoryModule => ({ path, version, goMod: `module ${path}\n` });
  const incompatible = ['v2.0.0+incompatible', 'v3.0.0+incompatible'].map(without);

  test('counts while the newest compatible version has no go.mod of its own', async () => {
    const modules = [without('v1.0.0'), ...incompatible];
    expect((await ask(path, 'latest', { modules })).version).toBe('v3.0.0+incompatible');
  });

  test('does not count once there is a go.mod', async () => {
    const modules = [moduleOf(`${path}@v1.0.0`, '1.16'), ...incompatible];
    expect((await ask(path, 'latest', { modules })).version).toBe('v1.0.0');
    expect((await ask(path, 'v2', { modules })).version).toBe('v2.0.0+incompatible');
    expect((await ask(path, 'upgrade', { modules, current: 'v2.0.0+incompatible' })).version).toBe(
      'v3.0.0+incompatible',
    );
  });

  test('counts where there is nothing else', async () => {
    expect((await ask(path, 'latest', { modules: incompatible })).version).toBe('v3.0.0+incompatible');
  });
});

describe('retraction and exclusion', () => {
  const path = 'example.com/r';
  const retract = 'retract v1.1.0 // Broken.\nretract [v1.3.0, v1.4.0]\n';
  const modules = [
    ...at(path, 'v1.0.0', 'v1.1.0', 'v1.2.0', 'v1.3.0'),
    { path, version: 'v1.4.0', goMod: `module ${path}\n\ngo 1.17\n\n${retract}` },
  ];

  test.each([
    ['latest', 'v1.2.0'],
    ['v1', 'v1.2.0'],
    ['<v1.2.0', 'v1.0.0'],
    ['>v1.0.0', 'v1.2.0'],
  ])('%s passes retracted versions over: %s', async (text, version) => {
    expect((await ask(path, text, { modules })).version).toBe(version);
  });

  test('one that is asked for says why', async () => {
    const error = await ask(path, 'v1.1.0', { modules }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'disallowed-version',
      message: `${path}@v1.1.0: retracted by module author: Broken.`,
    });
    expect(disallowed(error)).toMatchObject({ retracted: true, rationale: ['Broken.'] });
    await expect(ask(path, 'v1.3.0', { modules })).rejects.toThrow(`${path}@v1.3.0: retracted by module author`);
    expect((await ask(path, 'v1.1.0', { modules, allowed: anything })).version).toBe('v1.1.0');
  });

  test('where all are retracted nothing matches', async () => {
    const all = [{ path, version: 'v1.0.0', goMod: `module ${path}\n\nretract v1.0.0\n` }];
    await expect(ask(path, 'latest', { modules: all })).rejects.toMatchObject({ code: 'no-matching-version' });
    await expect(ask(path, 'upgrade', { modules: all, current: 'v1.0.0' })).rejects.toMatchObject({
      code: 'disallowed-version',
    });
  });

  test('a version that go.mod excludes is passed over, and refused by name', async () => {
    const goMod = `${me}exclude example.com/a v1.2.0\n`;
    expect((await ask('example.com/a', 'latest', { goMod })).version).toBe('v1.1.1');
    await expect(ask('example.com/a', 'v1.2.0', { goMod })).rejects.toThrow('example.com/a@v1.2.0: excluded by go.mod');
  });

  test('retractions that cannot be read forbid nothing', async () => {
    const broken = [...at(path, 'v1.0.0'), { path, version: 'v1.1.0', goMod: 'retract (\n' }];
    expect((await ask(path, 'v1.0.0', { modules: broken })).version).toBe('v1.0.0');
    const { session } = await openTest({ files: me, modules: broken });
    const rules = new VersionRules(session);
    await expect(rules.retraction({ path, version: 'v1.0.0' })).rejects.toThrow(
      `loading module retractions for ${path}@v1.0.0: parsing go.mod: `,
    );
    await expect(rules.deprecation({ path, version: 'v1.0.0' })).rejects.toThrow(`loading deprecation for ${path}: `);
  });

  test('a newest version that needs a newer Go still retracts and deprecates', async () => {
    const tooNew = [
      ...at(path, 'v1.0.0'),
      {
        path,
        version: 'v1.1.0',
        goMod: `// Deprecated: use other.\nmodule ${path}\n\ngo 1.99\n\nretract v1.0.0 // Old.\n`,
      },
    ];
    const { session } = await openTest({ files: me, modules: tooNew });
    const rules = new VersionRules(session);
    expect(await rules.retraction({ path, version: 'v1.0.0' })).toEqual(['Old.']);
    expect(await rules.retraction({ path, version: 'v1.1.0' })).toBeUndefined();
    expect(await rules.deprecation({ path, version: 'v1.0.0' })).toBe('use other.');
  });

  test('without a reason the retraction gives one; a module that is replaced at all versions has none', async () => {
    const { session } = await openTest({ files: me, modules });
    expect(await new VersionRules(session).retraction({ path, version: 'v1.4.0' })).toEqual([
      'retracted by module author',
    ]);
    const replaced = await openTest({ files: `${me}replace ${path} => ./x\n`, modules });
    expect(await new VersionRules(replaced.session).retraction({ path, version: 'v1.4.0' })).toBeUndefined();
    expect(replaced.asked).toEqual([]);
  });
});

describe('replacements', () => {
  const goMod = `${me}replace example.com/a v1.9.0 => ./a\nreplace example.com/w => ./w\nreplace example.com/w/v3 => ./w\n`;

  test('a replaced version is one to choose, whether it exists or not', async () => {
    expect((await ask('example.com/a', 'latest', { goMod })).version).toBe('v1.9.0');
    expect((await ask('example.com/a', 'v1.9.0', { goMod })).version).toBe('v1.9.0');
    expect((await ask('example.com/a', '<v1.9.0', { goMod })).version).toBe('v1.2.0');
  });

  test('one that is replaced at all versions gets the lowest pseudo-version of its major', async () => {
    expect(await ask('example.com/w', 'latest', { goMod })).toEqual({ version: 'v0.0.0-00010101000000-000000000000' });
    expect(await ask('example.com/w/v3', 'latest', { goMod })).toEqual({
      version: 'v3.0.0-00010101000000-000000000000',
    });
    expect(await ask('example.com/w', 'v1.2.3', { goMod })).toEqual({ version: 'v1.2.3' });
    expect(await ask('example.com/w', 'v2.0.0', { goMod })).toEqual({ version: 'v2.0.0+incompatible' });
    await expect(ask('example.com/w', 'main', { goMod })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a path that no proxy can have may be replaced', async () => {
    const odd = `${me}replace odd/path => ./odd\n`;
    expect((await ask('odd/path', 'latest', { goMod: odd })).version).toBe('v0.0.0-00010101000000-000000000000');
    await expect(ask('odd/path', 'latest')).rejects.toMatchObject({ code: 'invalid-path' });
  });
});

describe('go and toolchain', () => {
  const modules = ['1.21.0', '1.21.3', '1.27.0', '1.28rc1'].map((v) =>
    moduleOf(`golang.org/toolchain@v0.0.1-go${v}.linux-amd64`),
  );

  test.each([
    ['go', 'latest', '1.27.0'],
    ['go', '1.21', '1.21.3'],
    ['go', '<1.27.0', '1.26.8'],
    ['go', '1.20', '1.20'], // a release of its own: before Go 1.21 there was no 1.20.0
    ['toolchain', 'latest', 'go1.27.0'],
    ['toolchain', 'go1.21.3', 'go1.21.3'],
    ['toolchain', 'go1.21', 'go1.21.3'],
  ])('%s@%s is %s', async (path, text, version) => {
    expect((await ask(path, text, { modules })).version).toBe(version);
  });

  test.each([
    ['1.23.12', 'go1.28rc1'],
    ['1.24.13', 'go1.27.0'],
  ])('by %s, toolchain@latest is %s', async (goVersion, version) => {
    expect((await ask('toolchain', 'latest', { modules, goVersion })).version).toBe(version);
    expect((await ask('go', 'latest', { modules, goVersion })).version).toBe('1.27.0');
  });

  test('patch keeps to the language version', async () => {
    expect((await ask('go', 'patch', { modules, current: '1.21.0' })).version).toBe('1.21.3');
    expect((await ask('toolchain', 'upgrade', { modules, current: 'go1.21.0' })).version).toBe('go1.27.0');
  });
});

test('with a vendor folder nothing is queried', async () => {
  const { session } = await openTest({
    files: { 'go.mod': me, 'vendor/modules.txt': '' },
    command: 'list',
    modules: a,
  });
  expect(session.buildMod).toBe('vendor');
  await expect(query(session, 'example.com/a', 'latest')).rejects.toMatchObject({
    code: 'lookup-disabled',
    message:
      'cannot query module due to -mod=vendor\n\t(Go version in go.mod is at least 1.14 and vendor directory exists.)',
  });
});

test.each([
  ['Broken.', 'Broken.'],
  ['first\nsecond', 'first'],
  ['  spaces  ', 'spaces'],
  ['', 'default'],
  ['\nsecond', 'default'],
  ['Umläute und 漢字', 'Umläute und 漢字'],
  ['x'.repeat(500), 'x'.repeat(500)],
  ['x'.repeat(501), '(message omitted: too long)'],
  ['ü'.repeat(251), '(message omitted: too long)'],
  ['a\u001b[31mred', '(message omitted: contains non-printable characters)'],
  ['a\u202eb', '(message omitted: contains non-printable characters)'],
  ['a\ufeffb', '(message omitted: contains non-printable characters)'],
])('shortMessage of %j is %j', (message, short) => {
  expect(shortMessage(message, 'default')).toBe(short);
});
