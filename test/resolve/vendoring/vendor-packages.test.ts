import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModuleVersion } from '../../../src/module/index.js';
import type { Requirements } from '../../../src/resolve/graph/requirements.js';
import type { LoadResult } from '../../../src/resolve/packages/load-options.js';
import { vendorPackages } from '../../../src/resolve/vendoring/vendor-packages.js';
import { goSumOf, moduleOf } from '../../support/memory-mirror.js';
import { type TestOptions, useSessions } from '../world.js';

const openTest = useSessions();

/** Packages as if they had been loaded: `module@version package`, the folder being its path below `root`. */
function loadedFrom(requirements: Requirements, root: string, ...lines: readonly string[]): LoadResult {
  const byPath = new Map<string, { module: ModuleVersion | undefined; dir: string }>();
  for (const line of lines) {
    const [name, path] = line.split(' ') as [string, string];
    const [modulePath, version = ''] = name.split('@') as [string, string?];
    byPath.set(path, { module: { path: modulePath, version }, dir: join(root, path) });
  }
  byPath.set('fmt', { module: undefined, dir: '' });
  return {
    packages: [...byPath.keys()].sort(),
    loaded: { package: (path: string) => byPath.get(path), requirements },
  } as unknown as LoadResult;
}

function tree(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => relative(dir, join(e.parentPath, e.name)))
    .sort();
}

const modules = [
  moduleOf('example.com/a@v1.0.0', '1.20'),
  moduleOf('example.com/b@v1.2.0', '1.16'),
  moduleOf('example.com/c@v1.0.0'),
];

async function open(options: TestOptions, ...packages: readonly string[]) {
  const opened = await openTest({ command: 'mod vendor', modules, ...options });
  const run = (changed: { dir?: string; allowErrors?: boolean; signal?: AbortSignal } = {}) =>
    vendorPackages(loadedFrom(opened.requirements, join(opened.dir, 'src'), ...packages), {
      dir: join(opened.dir, 'vendor'),
      allowErrors: false,
      cgoEnabled: true,
      ...changed,
    });
  return { ...opened, run };
}

const requires = 'require (\n\texample.com/a v1.0.0\n\texample.com/b v1.2.0 // indirect\n\texample.com/c v1.0.0\n)\n';
const files = (go: string, more = '') => ({
  'go.mod': `module example.com/me\n\n${go}\n${requires}${more}`,
  'go.sum': goSumOf(modules),
  'src/example.com/a/a.go': 'package a\n',
  'src/example.com/a/LICENSE': 'MIT',
  'src/example.com/a/README': 'read me',
  'src/example.com/b/LICENSE': 'of b',
  'src/example.com/b/deep/NOTICE': 'deep',
  'src/example.com/b/deep/er/b.go': 'package b\n\nimport _ "embed"\n\n//go:embed data\nvar s string\n',
  'src/example.com/b/deep/er/data/x.bin': '\0\xff',
});
const both = [
  'example.com/a@v1.0.0 example.com/a',
  'example.com/b@v1.2.0 example.com/b/deep/er',
  'example.com/me example.com/me',
];

describe('modules.txt', () => {
  const textOf = async (go: string, more = '', packages: readonly string[] = both, goVersion = '1.26.8') => {
    const { run } = await open({ files: files(go, more), goVersion }, ...packages);
    return (await run()).text;
  };

  test('from Go 1.17 on: what is required, go lines, packages', async () => {
    expect(await textOf('go 1.17\n')).toBe(`# example.com/a v1.0.0
## explicit; go 1.20
example.com/a
# example.com/b v1.2.0
## explicit; go 1.16
example.com/b/deep/er
# example.com/c v1.0.0
## explicit
`);
  });

  test('from Go 1.14 on without go lines, before that only what is copied; so too without a go line', async () => {
    expect(await textOf('go 1.14\n')).toBe(`# example.com/a v1.0.0
## explicit
example.com/a
# example.com/b v1.2.0
## explicit
example.com/b/deep/er
# example.com/c v1.0.0
## explicit
`);
    const bare = '# example.com/a v1.0.0\nexample.com/a\n# example.com/b v1.2.0\nexample.com/b/deep/er\n';
    expect(await textOf('go 1.13\n')).toBe(bare);
    expect(await textOf('')).toBe(bare);
  });

  test('replacements: in use, of all versions, of versions not in use; a main module is not replaced', async () => {
    const replaces = `replace (
\texample.com/a => example.com/b v1.2.0
\texample.com/unused v1.0.0 => ./src
\texample.com/me => ./elsewhere
)
`;
    expect(await textOf('go 1.17\n', replaces)).toBe(`# example.com/a v1.0.0 => example.com/b v1.2.0
## explicit; go 1.16
example.com/a
# example.com/b v1.2.0
## explicit; go 1.16
example.com/b/deep/er
# example.com/c v1.0.0
## explicit
# example.com/a => example.com/b v1.2.0
# example.com/unused v1.0.0 => ./src
`);
  });

  test('by go 1.21 one of a module without packages is named again, and one of the main module is named', async () => {
    const replaces = 'replace example.com/c v1.0.0 => ./src\nreplace example.com/me => ./elsewhere\n';
    const newer = '# example.com/c v1.0.0 => ./src\n## explicit\n';
    const ofModule = async (goVersion: string) => {
      const changed = { 'src/go.mod': 'module example.com/c\n' };
      const { run } = await open({ files: { ...files('go 1.17\n', replaces), ...changed }, goVersion }, ...both);
      return (await run()).text;
    };
    const text = await ofModule('1.22.12');
    expect(text.endsWith(newer)).toBe(true);
    expect(await ofModule('1.21.13')).toBe(`${text}# example.com/c v1.0.0 => ./src\n# example.com/me => ./elsewhere\n`);
  });

  test('a replacement inside the vendor folder is refused', async () => {
    await expect(textOf('go 1.17\n', 'replace example.com/a => ./x/../vendor/a\n')).rejects.toMatchObject({
      code: 'failed',
      message: 'replacement path ./x/../vendor/a inside vendor directory',
    });
  });

  test('two modules that are one folder where case does not count', async () => {
    const packages = ['example.com/a@v1.0.0 example.com/a', 'example.com/A@v1.0.0 example.com/A'];
    await expect(textOf('go 1.17\n', '', packages, '1.23.12')).rejects.toMatchObject({
      code: 'ambiguous',
      message: 'go.mod: case-insensitive import collision: "example.com/a" and "example.com/A"',
    });
    const { run } = await open(
      {
        files: { ...files('go 1.17\n'), 'src/example.com/A/a.go': 'package a\n' },
        goVersion: '1.22.12',
        modules: [...modules, moduleOf('example.com/A@v1.0.0', '1.16')],
      },
      ...packages,
    );
    expect((await run()).text).toContain('\nexample.com/A\n');
  });

  test('of a workspace: what any module requires, and the versions in use', async () => {
    const { run, dir, read } = await open(
      {
        command: 'work vendor',
        files: {
          'go.work': 'go 1.21\n\nuse (\n\t./x\n\t./y\n)\n\nreplace example.com/a v1.0.0 => ./a\n',
          'x/go.mod': 'module example.com/x\n\ngo 1.21\n\nrequire example.com/a v1.0.0\n',
          'y/go.mod':
            'module example.com/y\n\ngo 1.21\n\nrequire example.com/a v1.1.0\n\nreplace example.com/a v1.1.0 => ../a2\n',
          'a/go.mod': 'module example.com/a\n',
          'a2/go.mod': 'module example.com/a\n\ngo 1.18\n',
          'src/example.com/a/a.go': 'package a\n',
        },
      },
      'example.com/a@v1.1.0 example.com/a',
    );
    expect((await run()).text).toBe(`## workspace
# example.com/a v1.0.0 => ./a
## explicit; go 1.18
# example.com/a v1.1.0 => ./a2
## explicit; go 1.18
example.com/a
`);
    expect(read('vendor/modules.txt')).toMatch(/^## workspace\n/);
    expect(existsSync(join(dir, 'vendor/example.com/a/a.go'))).toBe(true);
  });
});

describe('the vendor folder', () => {
  test('packages, what they embed, licences above them; nothing of the old folder', async () => {
    const { run, dir, write, read } = await open({ files: files('go 1.17\n') }, ...both);
    write('vendor/old.txt', '');
    await run();
    expect(tree(join(dir, 'vendor'))).toEqual([
      'example.com/a/LICENSE',
      'example.com/a/README',
      'example.com/a/a.go',
      'example.com/b/LICENSE',
      'example.com/b/deep/NOTICE',
      'example.com/b/deep/er/b.go',
      'example.com/b/deep/er/data/x.bin',
      'modules.txt',
    ]);
    expect(readFileSync(join(dir, 'vendor/example.com/b/deep/er/data/x.bin'))).toEqual(
      readFileSync(join(dir, 'src/example.com/b/deep/er/data/x.bin')),
    );
    expect(read('vendor/modules.txt')).toContain('# example.com/a v1.0.0\n');
    expect(readdirSync(dir).sort()).toEqual(['go.mod', 'go.sum', 'src', 'vendor']);
  });

  test('files of the cache are read-only, those of a vendor folder are not', async () => {
    const { chmodSync } = await import('node:fs');
    const { run, dir } = await open({ files: files('go 1.17\n') }, ...both);
    chmodSync(join(dir, 'src/example.com/a/a.go'), 0o444);
    await run();
    expect(lstatSync(join(dir, 'vendor/example.com/a/a.go')).mode & 0o200).toBe(0o200);
  });

  test('large files are copied whole', async () => {
    const { run, dir } = await open({ files: files('go 1.17\n') }, ...both);
    const big = Buffer.alloc(9 * 2 ** 20, 'x');
    writeFileSync(join(dir, 'src/example.com/a/big.bin'), big);
    await run();
    expect(readFileSync(join(dir, 'vendor/example.com/a/big.bin')).equals(big)).toBe(true);
  });

  test('where two modules have one file, that of the longer path', async () => {
    const { session, run, read } = await open(
      {
        files: {
          ...files('go 1.17\n'),
          'src/example.com/a/sub/LICENSE': 'of the nested module',
          'src/example.com/a/sub/s.go': 'package s\n',
          'outside/example.com/a/sub/LICENSE': 'of the outer module',
        },
      },
      'example.com/a@v1.0.0 example.com/a/sub/of/outer',
      'example.com/a/sub@v1.0.0 example.com/a/sub',
    );
    mkdirSync(join(session.modRoots[0]!, 'src/example.com/a/sub/of/outer'), { recursive: true });
    await run();
    expect(read('vendor/example.com/a/sub/LICENSE')).toBe('of the nested module');
  });

  test('nothing to vendor: the old folder goes, and there is no new one', async () => {
    const { run, dir, write } = await open({ files: 'module example.com/me\n\ngo 1.21\n' });
    write('vendor/old.txt', '');
    expect(await run()).toEqual({ text: '', errors: [] });
    expect(existsSync(join(dir, 'vendor'))).toBe(false);
  });

  test('what cannot be embedded leaves the old folder, unless that is allowed', async () => {
    const { run, dir, write } = await open({ files: files('go 1.17\n'), goVersion: '1.23.12' }, ...both);
    write('src/example.com/a/e.go', 'package a\n\nimport _ "embed"\n\n//go:embed a.go none\nvar s string\n');
    write('vendor/old.txt', '');
    const message = 'resolving embeds in example.com/a: pattern none: no matching files found';
    expect((await run()).errors).toEqual([expect.objectContaining({ message })]);
    expect(tree(join(dir, 'vendor'))).toEqual(['old.txt']);
    expect((await run({ allowErrors: true })).errors).toEqual([expect.objectContaining({ message })]);
    expect(tree(join(dir, 'vendor'))).toContain('example.com/b/deep/er/data/x.bin');
  });

  test('by go 1.22 what cannot be embedded ends it, allowed or not, and no package is named', async () => {
    const { run, dir, write } = await open({ files: files('go 1.17\n'), goVersion: '1.22.12' }, ...both);
    write('src/example.com/a/e.go', 'package a\n\nimport _ "embed"\n\n//go:embed a.go none\nvar s string\n');
    write('vendor/old.txt', '');
    await expect(run({ allowErrors: true })).rejects.toThrow(/^pattern none: no matching files found$/);
    expect(tree(join(dir, 'vendor'))).toEqual(['old.txt']);
  });

  test('an interruption leaves the old folder, and nothing beside it', async () => {
    const { run, dir, write } = await open({ files: files('go 1.17\n') }, ...both);
    write('vendor/old.txt', '');
    await expect(run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
    expect(tree(join(dir, 'vendor'))).toEqual(['old.txt']);
    expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each(['.', 'src', 'src/example.com/a'])(
    'a folder that holds what is needed is not replaced: %s',
    async (out) => {
      const { run, dir } = await open({ files: files('go 1.17\n') }, ...both);
      await expect(run({ dir: join(dir, out) })).rejects.toMatchObject({ code: 'failed' });
      expect(existsSync(join(dir, 'src/example.com/a/a.go'))).toBe(true);
    },
  );
});
