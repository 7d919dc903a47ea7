import { describe, expect, test } from 'vitest';
import { ModuleError, TsgogetError } from '../../../src/errors.js';
import { nameOf } from '../../../src/module/index.js';
import { queryPackages, queryPattern } from '../../../src/resolve/query/query-pattern.js';
import {
  QueryMatchesMainModulesError,
  QueryMatchesPackagesInMainModuleError,
  QueryUpgradesAllError,
  WildcardInFirstElementError,
} from '../../../src/resolve/query/query-pattern-errors.js';
import { PackageNotInModuleError } from '../../../src/resolve/search/package-not-in-module-error.js';
import { goModText } from '../../support/memory-mirror.js';
import { type SourceOptions, sourceModule, useSourceSessions } from '../packages/source-world.js';

const open = useSourceSessions();
const files = goModText('example.com/me', '1.21');
const modules = [
  sourceModule('example.com/a@v1.0.0', ['', 'x', 'b/y']),
  sourceModule('example.com/a@v1.1.0', ['x']),
  sourceModule('example.com/a/b@v1.0.0', ['y', 'z']),
  sourceModule('example.com/empty@v1.0.0', []),
];

async function ask(pattern: string, query = 'latest', options: SourceOptions = {}, current = 'none') {
  const opened = await open({ files, modules, ...options });
  const asking = queryPattern(opened.session, { pattern, query, current: () => current });
  const answer = await asking.then(
    ({ packages, moduleOnly }) => ({
      found: packages.map((r) => `${nameOf(r.module)}: ${r.packages.join(' ')}`),
      moduleOnly: moduleOnly && nameOf(moduleOnly.module),
      error: undefined as Error | undefined,
    }),
    (error: Error) => ({ found: [], moduleOnly: undefined, error }),
  );
  return { ...opened, ...answer };
}

describe('queryPattern', () => {
  test('every prefix that is a module with the package, longest first', async () => {
    expect(await ask('example.com/a/x')).toMatchObject({ found: ['example.com/a@v1.1.0: example.com/a/x'] });
    expect(await ask('example.com/a/b/y', 'v1.0.0')).toMatchObject({
      found: ['example.com/a/b@v1.0.0: example.com/a/b/y', 'example.com/a@v1.0.0: example.com/a/b/y'],
    });
  });

  test('a module without a package of its path', async () => {
    const { found, moduleOnly } = await ask('example.com/empty');
    expect([found, moduleOnly]).toEqual([[], 'example.com/empty@v1.0.0']);
  });

  test('a wildcard is looked for in the modules of what stands before it', async () => {
    expect(await ask('example.com/a/...', 'v1.0.0')).toMatchObject({
      found: ['example.com/a@v1.0.0: example.com/a example.com/a/b/y example.com/a/x'],
      moduleOnly: undefined,
    });
    expect(await ask('example.com/a/b/...')).toMatchObject({
      found: ['example.com/a/b@v1.0.0: example.com/a/b/y example.com/a/b/z'],
    });
    expect(await ask('example.com/empty...')).toMatchObject({ error: { code: 'not-found' } });
    expect(await ask('example.com/empty/...')).toMatchObject({ found: [], moduleOnly: 'example.com/empty@v1.0.0' });
    const { error, asked } = await ask('exam...');
    expect(error).toBeInstanceOf(WildcardInFirstElementError);
    expect(error?.message).toBe(
      'no modules to query for exam...@latest because first path element contains a wildcard',
    );
    expect(asked).toEqual([]);
  });

  test('current is that of each module', async () => {
    expect(await ask('example.com/a/b/y', 'patch', {}, 'v1.0.0')).toMatchObject({
      found: ['example.com/a/b@v1.0.0: example.com/a/b/y', 'example.com/a@v1.0.0: example.com/a/b/y'],
    });
  });

  test('all prefixes are asked for at once', async () => {
    const waiting: string[] = [];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { session } = await open({
      files,
      modules,
      deliver: async (what, answer) => {
        waiting.push(what);
        await gate;
        return answer();
      },
    });
    const asking = queryPattern(session, { pattern: 'example.com/a/b/y', query: 'latest', current: () => 'none' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(waiting).toEqual([
      'example.com/a/b/y@list',
      'example.com/a/b@list',
      'example.com/a@list',
      'example.com@list',
    ]);
    release();
    expect((await asking).packages).toHaveLength(1);
  });
});

test('the next proxy is asked only once the first one has no module at all', async () => {
  const { session } = await open({ files, modules });
  const [proxy] = session.fetcher.options.proxies.entries;
  const asked: string[] = [];
  const serving = (url: string, serves: (path: string) => boolean) => ({
    ...proxy!,
    url,
    repo: (path: string) => {
      asked.push(`${url} ${path}`);
      return proxy!.repo(serves(path) ? path : `absent.example/${path}`);
    },
  });
  const askBoth = async (first: (path: string) => boolean) => {
    asked.length = 0;
    const entries = [serving(`first ${asked}${first}`, first), serving(`second ${first}`, () => true)];
    session.fetcher.tryEach = async (ask) => ask(entries[0]!).catch(() => ask(entries[1]!));
    const { packages } = await queryPattern(session, {
      pattern: 'example.com/a/b/y',
      query: 'v1.0.0',
      current: () => 'none',
    });
    return packages.map((r) => nameOf(r.module));
  };
  expect(await askBoth((path) => path === 'example.com/a')).toEqual(['example.com/a@v1.0.0']);
  expect(asked.filter((a) => a.startsWith('second'))).toEqual([]);
  expect(asked).toHaveLength(4);
  expect(await askBoth(() => false)).toEqual(['example.com/a/b@v1.0.0', 'example.com/a@v1.0.0']);
  expect(asked.filter((a) => a.startsWith('second'))).toHaveLength(4);
});

describe('which error is told', () => {
  test('that a module lacks the package, of the longest one', async () => {
    const { error } = await ask('example.com/a/b/none');
    expect(error).toBeInstanceOf(PackageNotInModuleError);
    expect(error).toMatchObject({
      code: 'no-matching-version',
      message: 'module example.com/a/b@latest found (v1.0.0), but does not contain package example.com/a/b/none',
      importPath: 'example.com/a/b/none',
    });
    expect((await ask('example.com/a/b/none...', 'v1.0.0')).error?.message).toBe(
      'module example.com/a/b@v1.0.0 found, but does not contain packages matching example.com/a/b/none...',
    );
  });

  test('that there is a replacement', async () => {
    const goMod = `${files}\nreplace example.com/r v1.2.0 => ./r\n`;
    const source = ['r/go.mod'];
    expect((await ask('example.com/r/x', 'v1.2.0', { files: goMod, source })).error?.message).toBe(
      'module example.com/r@v1.2.0 found (replaced by ./r), but does not contain package example.com/r/x',
    );
    expect((await ask('example.com/r/x', 'latest', { files: goMod, source })).error?.message).toBe(
      'module example.com/r@latest found (v1.2.0, replaced by ./r), but does not contain package example.com/r/x',
    );
  });

  test.each([
    ['example.com/a/b/y', '>v3', { code: 'invalid-query' }],
    [
      'example.com/a/b/y',
      '<v1.0.0',
      { code: 'no-matching-version', message: 'no matching versions for query "<v1.0.0"' },
    ],
    ['example.com/a/b/y', 'patch', { message: expect.stringContaining('no existing version is required') }],
    ['example.com/none/x', 'latest', { code: 'not-found', message: expect.stringContaining('example.com/none/x') }],
    ['example/x', 'latest', { code: 'invalid-path', message: expect.stringContaining('"example/x"') }],
  ])('%s@%s', async (pattern, query, error) => {
    expect((await ask(pattern, query)).error).toMatchObject(error);
  });

  test('a failure at a shorter path does not matter, but at the longest it does', async () => {
    const failing = (path: string) => ({
      deliver: async <T>(what: string, answer: () => T) => {
        if (what.startsWith(`${path}@`)) throw new ModuleError('network', { path, version: '' }, 'reset');
        return answer();
      },
    });
    expect((await ask('example.com/a/b/y', 'latest', failing('example.com/a'))).error).toBeUndefined();
    expect((await ask('example.com/a/b/none', 'latest', failing('example.com/a'))).error).toMatchObject({
      code: 'no-matching-version',
    });
    expect((await ask('example.com/a/b/y', 'v1.0.0', failing('example.com/a/b'))).error).toMatchObject({
      code: 'network',
    });
    expect((await ask('example.com/none/x', 'latest', failing('example.com/none'))).error).toMatchObject({
      code: 'network',
    });
  });

  test('what refutes data ends the query, wherever it is', async () => {
    const { session } = await open({ files, modules });
    const { folder } = session.fetcher;
    session.fetcher.folder = async (m) => {
      if (m.path === 'example.com/a') throw new TsgogetError('checksum-mismatch', 'refuted');
      return folder.call(session.fetcher, m);
    };
    await expect(
      queryPattern(session, { pattern: 'example.com/a/b/y', query: 'latest', current: () => 'none' }),
    ).rejects.toMatchObject({
      code: 'checksum-mismatch',
    });
  });
});

describe('main modules', () => {
  const source = ['own', 'other'];

  test('a package of one has no other version', async () => {
    const { error } = await ask('example.com/me/own', 'latest', { source });
    expect(error).toBeInstanceOf(QueryMatchesPackagesInMainModuleError);
    expect(error?.message).toBe("package example.com/me/own is in the main module, so can't request version latest");
    expect((await ask('example.com/me/...', 'v1.0.0', { source })).error?.message).toBe(
      "pattern example.com/me/... matches 2 packages in the main module, so can't request version v1.0.0",
    );
    expect((await ask('example.com/me/ow...', 'v1.0.0', { source })).error?.message).toBe(
      "pattern example.com/me/ow... matches package example.com/me/own in the main module, so can't request version v1.0.0",
    );
    expect(await ask('example.com/me/own', 'upgrade', { source })).toMatchObject({
      found: ['example.com/me: example.com/me/own'],
    });
  });

  test('nor has the module', async () => {
    const { error } = await ask('example.com/me', 'v1.0.0', { source });
    expect(error).toBeInstanceOf(QueryMatchesMainModulesError);
    expect(error?.message).toBe('can\'t request version "v1.0.0" of the main module (example.com/me)');
    const short = { files: goModText('me', '1.21') };
    expect(await ask('me', 'upgrade', short)).toMatchObject({ found: [], moduleOnly: 'me' });
    // a prefix is asked for all the same
    expect(await ask('example.com/me', 'upgrade')).toMatchObject({ error: { code: 'not-found' } });
  });

  test('one that a pattern matches, with nothing else found', async () => {
    expect((await ask('example.com/me...', 'v1.0.0')).error).toMatchObject({
      message: 'can\'t request version "v1.0.0" of pattern "example.com/me..." that includes the main module ()',
    });
    const short = await ask('me', 'v1.0.0', { files: goModText('me', '1.21') });
    expect(short.error?.message).toBe('can\'t request version "v1.0.0" of the main module (me)');
    expect((await ask('me/x', 'v1.0.0', { files: goModText('me', '1.21') })).error).toBeDefined();
  });

  test('the words of the others', () => {
    const two = ['example.com/a', 'example.com/b'].map((path) => ({ path, version: '' }));
    expect(new QueryUpgradesAllError({ mainModules: two, query: 'patch' }).message).toBe(
      'can\'t request version "patch" of pattern "all" that includes the main modules',
    );
    expect(
      new QueryMatchesMainModulesError({ mainModules: two, pattern: 'x...', query: 'v1', patternIsModule: false })
        .message,
    ).toBe(
      'can\'t request version "v1" of pattern "x..." that includes the main modules (example.com/a, example.com/b)',
    );
    expect(new PackageNotInModuleError({ mainModules: two, query: '', pattern: 'x/...' }).message).toBe(
      'workspace modules do not contain packages matching x/...',
    );
  });
});

test('queryPackages: a module alone is not enough', async () => {
  const { session } = await open({ files, modules });
  const packages = (pattern: string) => queryPackages(session, { pattern, query: 'latest', current: () => 'none' });
  expect((await packages('example.com/a/x')).map((r) => nameOf(r.module))).toEqual(['example.com/a@v1.1.0']);
  await expect(packages('example.com/empty')).rejects.toMatchObject({
    message: 'module example.com/empty@latest found (v1.0.0), but does not contain package example.com/empty',
  });
});
