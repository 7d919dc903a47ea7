import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hash1, hashGoMod } from '../../src/dirhash/index.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { ChecksumMismatchError, TsgogetError } from '../../src/errors.js';
import { cacheError } from '../../src/files/cache-error.js';
import { compareGo } from '../../src/gover/index.js';
import { createModCache } from '../../src/modcache/index.js';
import { Fetcher, type FetcherOptions, goModKey, SumLedger, TooNewError } from '../../src/modfetch/index.js';
import { createSumDb } from '../../src/sumdb/index.js';
import {
  type Deliver,
  goModBytes,
  goModHash,
  type MemoryModule,
  memoryProxies,
  moduleOf,
  trustingLog,
} from '../support/memory-mirror.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const a: MemoryModule = {
  ...moduleOf('example.com/a@v1.0.0', '1.21'),
  files: [{ path: 'a.go', data: 'package a\n' }],
};
const zipSum = hash1(['example.com/a@v1.0.0/a.go', 'example.com/a@v1.0.0/go.mod'], (name) =>
  name.endsWith('a.go') ? encodeUtf8('package a\n') : goModBytes(a),
);
const wrong = `h1:${'W'.repeat(43)}=`;

async function open(
  o: {
    modules?: readonly MemoryModule[];
    goSum?: string;
    inModule?: boolean;
    deliver?: Deliver;
    decide?: 'check' | 'private' | 'off';
    refuse?: (path: string, keyVersion: string) => unknown;
    dir?: string;
    options?: Partial<FetcherOptions>;
  } = {},
) {
  const proxies = memoryProxies(o.modules ?? [a], o.deliver);
  const log = trustingLog({
    decide: () => o.decide ?? 'check',
    ...(o.refuse && { refuse: o.refuse }),
    ...(o.deliver && { deliver: o.deliver }),
  });
  const sums = await SumLedger.open({
    file: o.inModule === false ? undefined : 'go.sum',
    files: { read: async () => encodeUtf8(o.goSum ?? ''), transform: async () => {} },
    warn: () => {},
  });
  const cache = createModCache({ dir: o.dir ?? join(tempDir(), 'mod'), modcacherw: true });
  const done: string[] = [];
  const fetcher = new Fetcher({
    cache,
    proxies,
    sumdb: log,
    sums,
    goVersion: '1.26.8',
    GOTOOLCHAIN: 'auto',
    offline: false,
    onDone: (kind, m) => done.push(`${kind} ${m.path}@${m.version}`),
    ...o.options,
  });
  return { fetcher, proxies, log, sums, cache, done };
}

const filesIn = (dir: string) =>
  existsSync(dir)
    ? (readdirSync(dir, { recursive: true, withFileTypes: true }) as { name: string; isFile(): boolean }[])
        .filter((e) => e.isFile() && !e.name.endsWith('.lock'))
        .map((e) => e.name)
        .sort()
    : [];

describe('go.mod', () => {
  test('is proven by the log, cached, recorded for go.sum, and asked for once', async () => {
    const { fetcher, proxies, log, cache, sums, done } = await open();
    const [first, second] = await Promise.all([
      fetcher.goMod('example.com/a', 'v1.0.0'),
      fetcher.goMod('example.com/a', 'v1.0.0'),
    ]);
    expect(first).toEqual({ data: goModBytes(a), proof: { by: 'sumdb', record: 7, treeSize: 9 } });
    expect(second).toBe(first);
    expect(proxies.asked).toEqual(['example.com/a@v1.0.0.mod']);
    expect(log.asked).toContain(`example.com/a@v1.0.0/go.mod ${goModHash(a)}`);
    expect(await cache.readMod('example.com/a', 'v1.0.0')).toEqual(Buffer.from(goModBytes(a)));
    expect(sums.check('example.com/a', goModKey('v1.0.0'), goModHash(a))).toBe(true);
    expect(done).toEqual(['mod example.com/a@v1.0.0']);
  });

  test('that go.sum has is proven by it, and the log is not asked', async () => {
    const { fetcher, log } = await open({ goSum: `example.com/a v1.0.0/go.mod ${goModHash(a)}\n` });
    expect((await fetcher.goMod('example.com/a', 'v1.0.0')).proof).toEqual({ by: 'go.sum' });
    expect(log.asked).toEqual([]);
  });

  test.each([
    ['go.sum', { goSum: `example.com/a v1.0.0/go.mod ${wrong}\n` }],
    [
      'the log',
      { refuse: () => new ChecksumMismatchError('checksum mismatch', { want: wrong, got: '', from: 'sum.test' }) },
    ],
    [
      'the log’s silence',
      { refuse: () => new TsgogetError('checksum-missing', 'no line for this module in its record') },
    ],
  ])('that %s refuses is never returned, cached or recorded', async (_what, options) => {
    const { fetcher, cache, sums, done } = await open(options);
    await expect(fetcher.goMod('example.com/a', 'v1.0.0')).rejects.toMatchObject({
      code: expect.stringContaining('checksum'),
    });
    await expect(fetcher.goMod('example.com/a', 'v1.0.0')).rejects.toThrow();
    expect(filesIn(cache.dir)).toEqual([]);
    expect(done).toEqual([]);
    let added = '';
    Object.assign(sums, { file: 'go.sum' });
    await sums.write((path, version) => {
      added += `${path} ${version} `;
      return true;
    }, true);
    expect(added).toBe('');
  });

  test('from the cache is proven like any other', async () => {
    const dir = join(tempDir(), 'mod');
    const first = await open({ dir });
    await first.cache.writeMod('example.com/a', 'v1.0.0', encodeUtf8('module example.com/evil\n'));
    const seen: string[] = [];
    const second = await open({
      dir,
      refuse: (path, key) => {
        seen.push(`${path}@${key}`);
        return new ChecksumMismatchError('no', { want: '', got: '', from: '' });
      },
    });
    await expect(second.fetcher.goMod('example.com/a', 'v1.0.0')).rejects.toBeInstanceOf(ChecksumMismatchError);
    expect(seen).toEqual(['example.com/a@v1.0.0/go.mod']);
    expect(second.proxies.asked).toEqual([]);
  });

  test.each(['off', 'private'] as const)(
    'where the log is %s, go.sum alone decides, and the proof says so',
    async (by) => {
      const { fetcher, log } = await open({ decide: by });
      expect((await fetcher.goMod('example.com/a', 'v1.0.0')).proof).toEqual({ by });
      expect(log.asked).toEqual([]);
      const known = await open({ decide: by, goSum: `example.com/a v1.0.0/go.mod ${wrong}\n` });
      await expect(known.fetcher.goMod('example.com/a', 'v1.0.0')).rejects.toBeInstanceOf(ChecksumMismatchError);
    },
  );

  test.each(['main', 'v1', 'latest', '../v1.0.0', ''])('%j is no version, and nobody is asked', async (version) => {
    const { fetcher, proxies, log } = await open();
    const seen: unknown[] = [];
    await expect(fetcher.goMod('example.com/a', version, (d) => seen.push(d))).rejects.toMatchObject({
      code: 'invalid-version',
    });
    await setImmediate();
    expect([...proxies.asked, ...log.asked, ...seen]).toEqual([]);
  });

  test('the look-up runs beside the download', async () => {
    const started: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const deliver: Deliver = async (what, answer) => {
      started.push(what);
      await gate;
      return answer();
    };
    const { fetcher } = await open({ deliver });
    const loading = fetcher.goMod('example.com/a', 'v1.0.0');
    while (started.length < 2) await setImmediate();
    expect(started.sort()).toEqual(['example.com/a@v1.0.0.mod', 'lookup example.com/a@v1.0.0']);
    release();
    await loading;
  });
});

describe('onUnverified', () => {
  test('gets the bytes before they are proven', async () => {
    const order: string[] = [];
    let prove = () => {};
    const proving = new Promise<void>((resolve) => {
      prove = resolve;
    });
    const deliver: Deliver = async (what, answer) => {
      if (what.startsWith('prove')) await proving;
      return answer();
    };
    const { fetcher } = await open({ deliver });
    const seen = new Promise<void>((resolve) => {
      fetcher
        .goMod('example.com/a', 'v1.0.0', (data) => {
          expect(data).toEqual(goModBytes(a));
          order.push('early');
          resolve();
        })
        .then(() => order.push('proven'));
    });
    await seen;
    expect(order).toEqual(['early']);
    prove();
    await fetcher.goMod('example.com/a', 'v1.0.0');
    expect(order).toEqual(['early', 'proven']);
  });

  test('may throw: nobody notices', async () => {
    const { fetcher } = await open();
    const { data } = await fetcher.goMod('example.com/a', 'v1.0.0', () => {
      throw new Error('thrown by a callback');
    });
    expect(data).toEqual(goModBytes(a));
  });

  test('is not called when there is nothing', async () => {
    const { fetcher } = await open({ modules: [] });
    const seen: unknown[] = [];
    await expect(fetcher.goMod('example.com/a', 'v1.0.0', (d) => seen.push(d))).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(seen).toEqual([]);
  });
});

describe('zip and folder', () => {
  const m = { path: 'example.com/a', version: 'v1.0.0' };

  test('a zip is proven, cached with its hash, and extracted', async () => {
    const { fetcher, cache, done } = await open();
    const proof = { by: 'sumdb', record: 7, treeSize: 9 };
    expect(await fetcher.zip(m)).toEqual({ file: cache.file(m.path, m.version, 'zip'), proof });
    expect(await cache.readZipHash(m.path, m.version)).toBe(zipSum);
    const folder = await fetcher.folder(m);
    expect(folder.proof).toEqual(proof);
    expect(readFileSync(join(folder.dir, 'a.go'), 'utf8')).toBe('package a\n');
    expect(done).toEqual(['zip example.com/a@v1.0.0']);
  });

  test.each([
    ['go.sum', { goSum: `example.com/a v1.0.0 ${wrong}\n` }],
    ['the log', { refuse: () => new ChecksumMismatchError('no', { want: wrong, got: '', from: 'sum.test' }) }],
  ])('a zip that %s refuses leaves nothing behind', async (_what, options) => {
    const { fetcher, cache } = await open(options);
    await expect(fetcher.folder(m)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(filesIn(cache.dir)).toEqual([]);
  });

  test.each([true, false])(
    'a zip that is in the cache is proven before it is given (in a module: %s)',
    async (inModule) => {
      const dir = join(tempDir(), 'mod');
      await (await open({ dir })).fetcher.folder(m);
      const again = await open({ dir, inModule, goSum: `example.com/a v1.0.0 ${zipSum}\n` });
      const by = inModule ? 'go.sum' : 'sumdb';
      expect((await again.fetcher.folder(m)).proof).toMatchObject({ by });
      expect((await again.fetcher.zip(m)).proof).toMatchObject({ by });
      const other = await open({ dir, goSum: `example.com/a v1.0.0 ${wrong}\n` });
      await expect(other.fetcher.zip(m)).rejects.toMatchObject({ code: 'checksum-mismatch' });
      const refused = await open({
        dir,
        inModule,
        refuse: () => new ChecksumMismatchError('no', { want: '', got: '', from: '' }),
      });
      await expect(refused.fetcher.zip(m)).rejects.toMatchObject({ code: 'checksum-mismatch' });
      await expect(refused.fetcher.folder(m)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    },
  );

  test('a zip that another process brought while we waited for the lock is proven like one of ours', async () => {
    const dir = join(tempDir(), 'mod');
    const { cache: theirs } = await open({ dir });
    const other = await open({ dir });
    await other.fetcher.zip(m);
    const late = { ...theirs, hasZip: async () => false };
    const ours = await open({ dir, options: { cache: late } });
    expect((await ours.fetcher.zip(m)).proof).toMatchObject({ by: 'sumdb' });
    const refused = await open({
      dir,
      options: { cache: late },
      refuse: () => new ChecksumMismatchError('no', { want: '', got: '', from: '' }),
    });
    await expect(refused.fetcher.zip(m)).rejects.toMatchObject({ code: 'checksum-mismatch' });
  });

  test('a recorded hash that was lost or broken is made again from the zip', async () => {
    const dir = join(tempDir(), 'mod');
    const { fetcher, cache } = await open({ dir });
    await fetcher.zip(m);
    const hashFile = cache.file(m.path, m.version, 'ziphash');
    writeFileSync(hashFile, 'h1:broken');
    const broken = await open({ dir });
    await broken.fetcher.zip(m);
    expect(readFileSync(hashFile, 'utf8')).toBe(zipSum);
    rmSync(hashFile);
    const lost = await open({ dir });
    await lost.fetcher.zip(m);
    expect(readFileSync(hashFile, 'utf8')).toBe(zipSum);
    expect(lost.proxies.asked).toEqual([]);
  });

  test('a module that needs a newer Go is extracted and refused by its code', async () => {
    const newer = moduleOf('example.com/a@v1.0.0', '1.99.0');
    const { fetcher } = await open({ modules: [newer] });
    const error = await fetcher.folder(m).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TooNewError);
    expect(error).toMatchObject({
      code: 'go-too-old',
      message: 'example.com/a@v1.0.0 requires go >= 1.99.0 (running go 1.26.8)',
      goVersion: '1.99.0',
    });
  });

  test.each(['main', 'v1', '', 'v1.0.0/../x'])('%j is no version', async (version) => {
    const { fetcher, proxies } = await open();
    await expect(fetcher.zip({ path: m.path, version })).rejects.toMatchObject({ code: 'invalid-version' });
    await expect(fetcher.folder({ path: m.path, version })).rejects.toMatchObject({ code: 'invalid-version' });
    expect(proxies.asked).toEqual([]);
  });
});

describe('what is asked for ahead', () => {
  const isRecorded = async (sums: SumLedger, key: string) =>
    new TextDecoder().decode((await sums.tidied(() => true)).after).includes(`example.com/a ${key} `);

  test('a go.mod is proven and cached; go.sum gets its sum when it is needed', async () => {
    const { fetcher, sums, done } = await open();
    fetcher.prefetchGoMod(a.path, a.version);
    while (done.length === 0) await setImmediate();
    expect(await isRecorded(sums, goModKey(a.version))).toBe(false);
    await fetcher.goMod(a.path, a.version);
    expect(await isRecorded(sums, goModKey(a.version))).toBe(true);
    expect(done).toHaveLength(1);
  });

  test('a go.mod that go.sum contradicts is refused when it is needed', async () => {
    const { fetcher } = await open({ goSum: `${a.path} ${goModKey(a.version)} ${wrong}\n` });
    fetcher.prefetchGoMod(a.path, a.version);
    await expect(fetcher.goMod(a.path, a.version)).rejects.toThrow(ChecksumMismatchError);
  });

  test('a download is announced, and its sum recorded, when it is needed', async () => {
    const announced: string[] = [];
    const { fetcher, sums, done } = await open({ options: { onDownload: (m) => announced.push(m.version) } });
    fetcher.prefetchFolder(a);
    while (!done.includes('zip example.com/a@v1.0.0')) await setImmediate();
    expect(announced).toEqual([]);
    expect(await isRecorded(sums, a.version)).toBe(false);
    await fetcher.folder(a);
    await fetcher.zip(a);
    expect(announced).toEqual(['v1.0.0']);
    expect(await isRecorded(sums, a.version)).toBe(true);
  });
});

describe('toolchains', () => {
  const toolchain = moduleOf('golang.org/toolchain@v0.0.1-go1.21.0.linux-amd64');

  test.each([[{ GOSUMDB: 'off', GONOSUMDB: '' }], [{ GOSUMDB: 'sum.test+12345678+AAAA', GONOSUMDB: '*' }]])(
    'are checked whatever the settings say: %o',
    async (env) => {
      const sumdb = createSumDb({
        env,
        proxies: [],
        transport: { get: async () => Promise.reject(new Error('no log')) },
        stateDir: '',
        cacheDir: tempDir(),
      });
      expect(sumdb.decide(toolchain.path)).toBe('check');
      const { fetcher } = await open({ modules: [toolchain], options: { sumdb } });
      await expect(fetcher.goMod(toolchain.path, toolchain.version)).rejects.toBeInstanceOf(TsgogetError);
    },
  );

  test.each(['1.26.8', '1.27.4'])('are asked of the log where go.sum has them too, by %s', async (goVersion) => {
    const { path, version } = toolchain;
    const options = { goVersion };
    const goSum = (hash: string) => `${path} ${version}/go.mod ${hash}\n`;
    const right = await open({ modules: [toolchain], goSum: goSum(goModHash(toolchain)), options });
    expect((await right.fetcher.goMod(path, version)).proof).toMatchObject({ by: 'sumdb' });
    expect(right.log.asked).toContain(`${path}@${version}/go.mod ${goModHash(toolchain)}`);

    const silent = new TsgogetError('lookup-disabled', 'checksum database disabled by GOSUMDB=off');
    const off = { modules: [toolchain], options, refuse: () => silent };
    for (const seen of [goSum(goModHash(toolchain)), '']) {
      const { fetcher, cache } = await open({ ...off, goSum: seen });
      await expect(fetcher.goMod(path, version)).rejects.toBe(silent);
      await expect(fetcher.folder(toolchain)).rejects.toBe(silent);
      expect(filesIn(cache.dir)).toEqual([]);
    }
    const refuted = await open({ ...off, goSum: goSum(wrong) });
    await expect(refuted.fetcher.goMod(path, version)).rejects.toMatchObject({ code: 'checksum-mismatch' });
  });

  test('go and toolchain are asked of golang.org/toolchain, and cannot be downloaded', async () => {
    const { fetcher, proxies } = await open({ modules: [toolchain] });
    const proxy = proxies.entries[0]!;
    expect((await fetcher.repo(proxy, 'go').versions('')).sorted(compareGo)).toEqual(['1.21.0', '1.26.8']);
    expect(fetcher.repo(proxy, 'go')).toBe(fetcher.repo(proxy, 'go'));
    expect(proxies.asked).toEqual(['golang.org/toolchain@list']);
    expect(() => fetcher.cachedRepo(proxy, 'go')).toThrow(expect.objectContaining({ code: 'invalid-path' }));
    await expect(fetcher.goMod('go', '1.21.0')).rejects.toMatchObject({ code: expect.stringContaining('invalid') });
  });
});

describe('what the disk does not take', () => {
  const failing = (code: string) => async () => {
    throw cacheError(Object.assign(new Error(`${code}: of some kind, mkdir '/c'`), { code }), 'mkdir', '/c');
  };
  const openWith = async (code: string, goVersion: string, more: Parameters<typeof open>[0] = {}) => {
    const told: string[] = [];
    const { cache } = await open();
    const refusing = { ...cache, writeInfo: failing(code), writeMod: failing(code) };
    const options = { cache: refusing, goVersion, onUnstored: (words: string) => void told.push(words) };
    return { told, ...(await open({ ...more, options })) };
  };

  test.each([
    ['EROFS', '1.26.8', ['writing stat cache: mkdir /c: of some kind', 'writing go.mod cache: mkdir /c: of some kind']],
    ['EROFS', '1.27.4', []],
    [
      'EACCES',
      '1.27.4',
      ['writing stat cache: mkdir /c: of some kind', 'writing go.mod cache: mkdir /c: of some kind'],
    ],
    [
      'ENOSPC',
      '1.26.8',
      ['writing stat cache: mkdir /c: of some kind', 'writing go.mod cache: mkdir /c: of some kind'],
    ],
  ])('is told and missed by nobody: %s, by %s', async (code, release, words) => {
    const { fetcher, told, done } = await openWith(code, release);
    expect((await fetcher.info(a.path, a.version)).version).toBe(a.version);
    expect(await fetcher.goMod(a.path, a.version)).toMatchObject({ data: goModBytes(a), proof: { by: 'sumdb' } });
    expect(told).toEqual(words);
    expect(done).toEqual(['mod example.com/a@v1.0.0']);
    expect(await fetcher.cachedGoMod(a)).toBeUndefined();
  });
  test('the answer of @latest is missed in silence', async () => {
    const { fetcher, proxies, told } = await openWith('EACCES', '1.26.8');
    expect((await fetcher.repo(proxies.entries[0]!, a.path).latest()).version).toBe(a.version);
    expect(told).toEqual([]);
  });
  test('it is refused all the same where it is not what go.sum has', async () => {
    const goSum = `example.com/a v1.0.0/go.mod ${wrong}\n`;
    const { fetcher, told } = await openWith('EROFS', '1.27.4', { goSum });
    await expect(fetcher.goMod(a.path, a.version)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(told).toEqual([]);
  });
  test('any other failure is one', async () => {
    const { cache } = await open();
    const interrupted = new TsgogetError('interrupted', 'interrupted');
    const writeMod = () => Promise.reject(interrupted);
    const { fetcher } = await open({ options: { cache: { ...cache, writeMod } } });
    await expect(fetcher.goMod(a.path, a.version)).rejects.toBe(interrupted);
  });
});

test('golang.org/fips140 is no download since 1.27; its go.mod is read', async () => {
  const fips = { ...moduleOf('golang.org/fips140@v1.0.0', '1.21'), files: [{ path: 'a.go', data: 'package a\n' }] };
  const before = await open({ modules: [fips], options: { goVersion: '1.26.8' } });
  expect(existsSync((await before.fetcher.folder(fips)).dir)).toBe(true);

  const since = await open({ modules: [fips], options: { goVersion: '1.27.4' } });
  const words = 'golang.org/fips140 is bundled with the Go distribution and cannot be downloaded';
  since.fetcher.prefetchFolder(fips);
  await expect(since.fetcher.folder(fips)).rejects.toThrow(words);
  await expect(since.fetcher.zip(fips)).rejects.toThrow(words);
  expect(since.proxies.asked).toEqual([]);
  expect((await since.fetcher.goMod(fips.path, fips.version)).data).toEqual(goModBytes(fips));
});

test('info comes from the cache, else from the proxies', async () => {
  const { fetcher, proxies } = await open();
  expect(await fetcher.info('example.com/a', 'v1.0.0')).toMatchObject({ version: 'v1.0.0' });
  expect(await fetcher.info('example.com/a', 'v1.0.0')).toMatchObject({ time: '2020-01-02T03:04:05Z' });
  expect(proxies.asked).toEqual(['example.com/a@v1.0.0.info']);
  await expect(fetcher.info('example.com/a', 'main')).rejects.toMatchObject({ code: 'invalid-version' });
  expect(hashGoMod(goModBytes(a))).toBe(goModHash(a));
});
