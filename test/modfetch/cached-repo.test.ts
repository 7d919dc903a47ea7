import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../src/encoding/utf8.js';
import type { Repo, RevInfo } from '../../src/goproxy/index.js';
import { VersionList } from '../../src/goproxy/index.js';
import { compareGo } from '../../src/gover/index.js';
import type { ModCache } from '../../src/modcache/index.js';
import { CachedRepo, InfoCache, ToolchainRepo, type VersionRepo } from '../../src/modfetch/index.js';
import { type MemoryModule, memoryCache, memoryProxies } from '../support/memory-mirror.js';

const path = 'example.com/a';
const pseudo = 'v0.0.0-20200102030405-0123456789ab';
const older = 'v0.0.0-20190102030405-0123456789ab';

/** A cache that keeps .info files. */
function infoCache(files: Record<string, string> = {}): ModCache & { files: Record<string, string> } {
  return {
    ...memoryCache(),
    files,
    readInfo: async (_path, version) => (files[version] === undefined ? undefined : encodeUtf8(files[version])),
    async writeInfo(_path, version, data) {
      files[version] = decodeUtf8(data)!;
    },
    infoVersions: async () => Object.keys(files),
  };
}

function openRepo(modules: readonly MemoryModule[], cache = infoCache(), offline = false) {
  const proxies = memoryProxies(modules);
  const repo = new CachedRepo(
    path,
    async () => proxies.entries[0]!.repo(path),
    new InfoCache(cache, offline, { goVersion: '1.26.8' }),
  );
  return { repo, asked: proxies.asked, cache };
}

describe('CachedRepo', () => {
  test('asks for each answer once, also side by side', async () => {
    const { repo, asked } = openRepo([{ path, version: 'v1.0.0', revisions: ['main'] }]);
    await Promise.all([repo.stat('main'), repo.stat('main'), repo.versions(''), repo.versions(''), repo.latest()]);
    await repo.latest();
    expect(asked.sort()).toEqual([`${path}@latest`, `${path}@list`, `${path}@main.info`]);
  });

  test('what a branch led to is known by its version', async () => {
    const { repo, asked } = openRepo([{ path, version: pseudo, revisions: ['main'] }]);
    expect((await repo.stat('main')).version).toBe(pseudo);
    expect((await repo.stat(pseudo)).time).toBe('2020-01-02T03:04:05Z');
    expect(asked).toEqual([`${path}@main.info`]);
  });

  test('a failure is remembered too', async () => {
    const { repo, asked } = openRepo([]);
    await expect(repo.stat('v1.0.0')).rejects.toMatchObject({ code: 'not-found' });
    await expect(repo.stat('v1.0.0')).rejects.toMatchObject({ code: 'not-found' });
    expect(asked).toHaveLength(1);
  });

  test('a repository that cannot be opened fails every question with that', async () => {
    let opened = 0;
    const open = async (): Promise<Repo> => {
      opened++;
      throw new Error('no such thing');
    };
    const repo = new CachedRepo(path, open, new InfoCache(infoCache(), false, { goVersion: '1.26.8' }));
    for (const ask of [
      () => repo.stat('v1.0.0'),
      () => repo.latest(),
      () => repo.versions(''),
      () => repo.goMod('v1.0.0'),
    ]) {
      await expect(ask()).rejects.toThrow('no such thing');
    }
    expect(opened).toBe(1);
  });

  test('versions are those of the proxy', async () => {
    const versions = ['v1.10.0', 'v1.9.0', 'v1.9.0-rc.1'];
    const list = { versions: async () => VersionList.of(versions) } as unknown as Repo;
    const repo = new CachedRepo(path, async () => list, new InfoCache(infoCache(), false, { goVersion: '1.26.8' }));
    expect((await repo.versions('')).sorted()).toEqual(['v1.9.0-rc.1', 'v1.9.0', 'v1.10.0']);
  });

  test('an answer is cached under its canonical version, as go writes it, and read from there next time', async () => {
    const modules = [
      { path, version: 'v1.0.0', revisions: ['main'], time: '2020-01-02T03:04:05.500+00:00', origin: { VCS: 'git' } },
    ];
    const { repo, cache } = openRepo(modules);
    await repo.stat('main');
    expect(cache.files).toEqual({
      'v1.0.0': '{"Version":"v1.0.0","Time":"2020-01-02T03:04:05.5Z","Origin":{"VCS":"git"}}',
    });
    const again = openRepo([], cache);
    expect(await again.repo.stat('v1.0.0')).toEqual({
      version: 'v1.0.0',
      time: '2020-01-02T03:04:05.5Z',
      origin: { VCS: 'git' },
    });
    expect(again.asked).toEqual([]);
  });

  test('no version in an answer is an invalid response, and nothing is cached', async () => {
    const latest = async (): Promise<RevInfo> => ({ version: '' });
    const cache = infoCache();
    const repo = new CachedRepo(
      path,
      async () => ({ latest }) as Repo,
      new InfoCache(cache, false, { goVersion: '1.26.8' }),
    );
    await expect(repo.latest()).rejects.toMatchObject({ code: 'invalid-response' });
    expect(cache.files).toEqual({});
  });
});

describe('InfoCache', () => {
  const infoOf = (version: string) => `{"Version":"${version}","Time":"2020-01-02T03:04:05Z"}`;

  test.each([
    ['broken', '{"Version":'],
    ['about another version', infoOf('v9.9.9')],
    ['a directory listing', '<html>'],
  ])('a file that is %s is as good as none', async (_what, text) => {
    const { repo, asked } = openRepo([{ path, version: 'v1.0.0' }], infoCache({ 'v1.0.0': text }));
    expect((await repo.stat('v1.0.0')).version).toBe('v1.0.0');
    expect(asked).toEqual([`${path}@v1.0.0.info`]);
  });

  test('only canonical versions are looked for and kept', async () => {
    const cache = infoCache({ main: infoOf('main'), v1: infoOf('v1') });
    const stats = new InfoCache(cache, false, { goVersion: '1.26.8' });
    expect(await stats.read(path, 'main')).toBeUndefined();
    expect(await stats.read(path, 'v1')).toBeUndefined();
    await stats.write(path, { version: 'v1.2' });
    expect(Object.keys(cache.files)).toEqual(['main', 'v1']);
  });

  test('offline a commit is the newest pseudo-version of it that is there', async () => {
    const cache = infoCache({ [older]: infoOf(older), [pseudo]: infoOf(pseudo), 'v1.0.0': infoOf('v1.0.0') });
    const offline = new InfoCache(cache, true, { goVersion: '1.26.8' });
    expect((await offline.read(path, '0123456789abcdef0123456789abcdef01234567'))?.version).toBe(pseudo);
    expect((await offline.read(path, '0123456789ab'))?.version).toBe(pseudo);
    expect(await offline.read(path, '0123456789a')).toBeUndefined();
    expect(await offline.read(path, '0123456789AB')).toBeUndefined();
    expect(await offline.read(path, 'ffffffffffff')).toBeUndefined();
    expect(await new InfoCache(cache, false, { goVersion: '1.26.8' }).read(path, '0123456789ab')).toBeUndefined();
  });
});

describe('ToolchainRepo', () => {
  const downloads: VersionRepo = {
    path: 'golang.org/toolchain',
    versions: async () =>
      VersionList.of([
        'v0.0.1-go1.21.0.linux-amd64',
        'v0.0.1-go1.21.0.darwin-arm64',
        'v0.0.1-go1.9.2.linux-amd64',
        'v0.0.1-go1.22rc1.linux-amd64',
        'v0.0.1-go1.27.1.linux-amd64',
        'v0.0.1-notgo',
        'v0.0.1',
      ]),
    stat: async (rev) => {
      if (rev === 'v0.0.1-go1.27.1.linux-amd64') return { version: rev, time: '2026-01-01T00:00:00Z' };
      throw Object.assign(new Error(`no ${rev}`));
    },
    latest: async () => Promise.reject(new Error('not asked')),
  };
  const go = new ToolchainRepo('go', downloads, '1.26.8');
  const toolchain = new ToolchainRepo('toolchain', downloads, '1.26.8');

  test('versions are the releases that can be downloaded and the one that is followed, each once, in order', async () => {
    expect((await go.versions('')).sorted(compareGo)).toEqual(['1.9.2', '1.21.0', '1.22rc1', '1.26.8', '1.27.1']);
    expect((await toolchain.versions('')).sorted((a, b) => compareGo(a.slice(2), b.slice(2)))).toEqual([
      'go1.9.2',
      'go1.21.0',
      'go1.22rc1',
      'go1.26.8',
      'go1.27.1',
    ]);
  });

  test('go knows every release up to its own, toolchain only its own; newer ones must be there', async () => {
    expect(await go.stat('1.3')).toEqual({ version: '1.3' });
    expect(await go.stat('1.26.8')).toEqual({ version: '1.26.8' });
    expect(await toolchain.stat('go1.26.8')).toEqual({ version: 'go1.26.8' });
    expect(await go.stat('1.27.1')).toEqual({ version: '1.27.1', time: '2026-01-01T00:00:00Z' });
    expect((await toolchain.stat('go1.27.1')).version).toBe('go1.27.1');
    await expect(go.stat('1.27.2')).rejects.toThrow('no v0.0.1-go1.27.2.linux-amd64');
    await expect(toolchain.stat('go1.21.0')).rejects.toThrow('no v0.0.1-go1.21.0.linux-amd64');
  });

  test('what is no release is refused by its code', async () => {
    await expect(go.stat('main')).rejects.toMatchObject({ code: 'invalid-version' });
    await expect(go.stat('../../1.21')).rejects.toMatchObject({ code: 'invalid-version' });
    await expect(go.stat('1.28')).rejects.toMatchObject({
      code: 'invalid-version',
      message: 'go language version 1.28 is not a toolchain version',
    });
  });

  test('latest is the newest', async () => {
    expect((await go.latest()).version).toBe('1.27.1');
    expect((await toolchain.latest()).version).toBe('go1.27.1');
  });
});
