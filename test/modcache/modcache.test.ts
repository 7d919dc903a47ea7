import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash1, hashGoMod } from '../../src/dirhash/index.js';
import { lockFile } from '../../src/filelock/index.js';
import { createModCache, type ModCache } from '../../src/modcache/index.js';
import { formatVersionList } from '../../src/modcache/version-list.js';
import { semver } from '../../src/module/index.js';
import { createModuleZip, writeZip } from '../support/module-zip-writer.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const newCache = (modcacherw = false): ModCache => createModCache({ dir: join(tempDir(), 'mod'), modcacherw });
const text = (s: string) => Buffer.from(s);
const path = 'example.com/M';
const version = 'v1.0.0';
const subject = `${path}@${version}`;
const sources = [
  { path: 'go.mod', data: 'module example.com/M\n' },
  { path: 'a/b/c.go', data: 'package b\n' },
  { path: 'a/x.go', data: 'package a\n' },
  { path: 'é.txt', data: '' },
];
const zip = createModuleZip({ path, version }, sources);
const h1 = hash1(
  sources.map((s) => `${subject}/${s.path}`),
  (name) => text(sources.find((s) => `${subject}/${s.path}` === name)!.data),
);

/** Puts bytes through a download, up to `finish`. */
async function download(cache: ModCache, bytes: Uint8Array) {
  const started = (await cache.beginZip(path, version))!;
  const sink = await started.sink!();
  for (let at = 0; at < bytes.length; at += 100) await sink.write(bytes.subarray(at, at + 100));
  await sink.close();
  return { ...started, ...(await started.finish()) };
}

async function fill(cache: ModCache, bytes: Uint8Array = zip): Promise<void> {
  await (await download(cache, bytes)).commit();
}

/** Puts a zip in its place as it is, as if it had been verified. */
function plant(cache: ModCache, bytes: Uint8Array): string {
  const file = cache.file(path, version, 'zip');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  writeFileSync(`${file}hash`, h1);
  return file;
}

const tree = (dir: string) => (existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort() : []);
/** What is in the cache, but for folders and lock files. */
const files = (cache: ModCache) =>
  tree(cache.dir).filter((name) => !name.endsWith('.lock') && lstatSync(join(cache.dir, name)).isFile());
const failsWith = (code: string, message?: string) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringContaining(message) }) });

describe('names', () => {
  test('paths and versions are escaped', () => {
    const cache = createModCache({ dir: '/c', modcacherw: false });
    expect(cache.downloadDir).toBe(join('/c', 'cache', 'download'));
    expect(cache.file('github.com/Azure/go', 'v1.0.0-RC1', 'ziphash')).toBe(
      join('/c', 'cache', 'download', 'github.com', '!azure', 'go', '@v', 'v1.0.0-!r!c1.ziphash'),
    );
  });

  test.each([
    ['../../etc', 'v1.0.0', 'invalid-path'],
    ['example.com/../m', 'v1.0.0', 'invalid-path'],
    ['example.com/m\0', 'v1.0.0', 'invalid-path'],
    ['/example.com/m', 'v1.0.0', 'invalid-path'],
    ['', 'v1.0.0', 'invalid-path'],
    ['go', '1.21.0', 'invalid-path'],
    ['example.com/m', 'v1.0.0/../../x', 'invalid-version'],
    ['example.com/m', '../v1.0.0', 'invalid-version'],
    ['example.com/m', 'v1.0', 'invalid-version'],
    ['example.com/m', 'v1.0.0+meta', 'invalid-version'],
    ['example.com/m', 'master', 'invalid-version'],
    ['example.com/m', '', 'invalid-version'],
  ])('%j %j never becomes a file name', async (p, v, code) => {
    const cache = newCache();
    expect(() => cache.file(p, v, 'mod')).toThrow(failsWith(code));
    for (const use of [
      () => cache.readMod(p, v),
      () => cache.writeInfo(p, v, text('x')),
      () => cache.beginZip(p, v),
      () => cache.extract(p, v),
      () => cache.moduleDir(p, v),
    ]) {
      await expect(use()).rejects.toEqual(failsWith(code));
    }
    expect(tree(cache.dir)).toEqual([]);
  });

  test('the folder must be absolute', () => {
    expect(() => createModCache({ dir: 'mod', modcacherw: false })).toThrow(
      failsWith('invalid-setting', 'must be absolute'),
    );
    expect(() => createModCache({ dir: '', modcacherw: false })).toThrow(failsWith('invalid-setting'));
  });
});

describe('.info and .mod', () => {
  test('what was written is read, byte for byte', async () => {
    const cache = newCache();
    expect(await cache.readInfo(path, version)).toBeUndefined();
    expect(await cache.readMod(path, version)).toBeUndefined();
    const mod = text('\ufeffmodule example.com/M\r\n');
    await cache.writeMod(path, version, mod);
    await cache.writeInfo(path, version, text('{}'));
    expect(Buffer.from((await cache.readMod(path, version))!)).toEqual(mod);
    expect(Buffer.from((await cache.readInfo(path, version))!)).toEqual(text('{}'));
    expect(files(cache).map((f) => f.split(/[\\/]/).pop())).toEqual(['list', 'v1.0.0.info', 'v1.0.0.mod']);
  });

  test('crash: a file that is empty or zero-filled is as good as none', async () => {
    const cache = newCache();
    await cache.writeMod(path, version, text('x'));
    for (const rest of [Buffer.alloc(0), Buffer.alloc(30)]) {
      writeFileSync(cache.file(path, version, 'mod'), rest);
      expect(await cache.readMod(path, version)).toBeUndefined();
    }
  });

  test('a go.mod that vgo made up is as good as none', async () => {
    const cache = newCache();
    await cache.writeMod(path, version, text('//vgo 0.0.4\n\nmodule x\n'));
    expect(await cache.readMod(path, version)).toBeUndefined();
  });

  test('many writers of one version at a time: one whole file, no temporary ones', async () => {
    const cache = newCache();
    const contents = Array.from({ length: 20 }, (_, i) => text(String(i).repeat(1000)));
    await Promise.all(contents.map((data) => cache.writeMod(path, version, data)));
    const got = Buffer.from((await cache.readMod(path, version))!);
    expect(contents.some((c) => c.equals(got))).toBe(true);
    expect(files(cache)).toHaveLength(2);
  });

  test('the list has the versions that have a go.mod, in order', async () => {
    const cache = newCache();
    const list = join(cache.downloadDir, 'example.com', '!m', '@v', 'list');
    for (const v of ['v1.10.0', 'v1.2.0', 'v1.2.0-rc1', 'v2.0.0+incompatible'])
      await cache.writeMod(path, v, text('x'));
    await cache.writeInfo(path, 'v1.3.0', text('{}'));
    expect(readFileSync(list, 'utf8')).toBe('v1.2.0-rc1\nv1.2.0\nv1.10.0\nv2.0.0+incompatible\n');
    writeFileSync(list, 'v9.9.9\n'.repeat(20));
    await cache.writeMod(path, 'v1.2.0', text('y'));
    expect(readFileSync(list, 'utf8')).toBe('v1.2.0-rc1\nv1.2.0\nv1.10.0\nv2.0.0+incompatible\n');
  });

  test('any file names make a list of canonical versions in order', () => {
    const name = fc.oneof(
      fc.constantFrom('v1.0.0', 'v1.0', 'v0.0.0-!r!c', 'list', '', 'v1.0.0+incompatible', 'v1.0.0-0.2', 'V1.0.0'),
      fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => `v0.${a}.${b}`),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constantFrom('.mod', '.info', '.mod.tmp', ''))), (names) => {
        const listed = formatVersionList(names.map((n) => n.join('')))
          .split('\n')
          .slice(0, -1);
        expect(listed).toEqual([...listed].sort(semver.compareStrict));
        for (const v of listed) expect(names).toContainEqual([v, '.mod']);
      }),
    );
  });

  test('the versions that have an .info file', async () => {
    const cache = newCache();
    expect(await cache.infoVersions(path)).toEqual([]);
    await cache.writeInfo(path, 'v1.0.0-RC1', text('{}'));
    await cache.writeMod(path, 'v1.1.0', text('x'));
    writeFileSync(cache.file(path, 'v1.2.0', 'info').replace('v1.2.0', 'bad!'), '');
    expect(await cache.infoVersions(path)).toEqual(['v1.0.0-RC1']);
  });
});

describe('zips', () => {
  test('a download: hashed before it has its name, hash and zip together', async () => {
    const cache = newCache();
    const done = await download(cache, zip);
    expect([done.h1, done.bytes]).toEqual([h1, zip.length]);
    expect(await cache.hasZip(path, version)).toBe(false);
    await done.commit();
    expect(await cache.hasZip(path, version)).toBe(true);
    expect(readFileSync(cache.file(path, version, 'zip'))).toEqual(zip);
    expect(readFileSync(cache.file(path, version, 'ziphash'), 'utf8')).toBe(h1);
    expect(await cache.readZipHash(path, version)).toBe(h1);
    expect(await cache.hashZip(cache.file(path, version, 'zip'))).toBe(h1);
    await done.discard(); // does nothing
    expect(await cache.hasZip(path, version)).toBe(true);
  });

  test('refused: discard leaves nothing behind and lets the next one in', async () => {
    const cache = newCache();
    const done = await download(cache, zip);
    await done.discard();
    await done.discard();
    expect(files(cache)).toEqual([]);
    await expect(done.commit()).rejects.toThrow();
    await fill(cache);
    expect(await cache.hasZip(path, version)).toBe(true);
  });

  test('a failed try is thrown away, the next one starts empty', async () => {
    const cache = newCache();
    const started = (await cache.beginZip(path, version))!;
    const first = await started.sink!();
    await first.write(text('half of a z'));
    await first.abort();
    expect(files(cache)).toEqual([]);
    const second = await started.sink!();
    await second.write(text('again half'));
    const third = await started.sink!(); // without an abort in between
    await third.write(zip);
    await third.close();
    expect((await started.finish()).h1).toBe(h1);
    await started.commit();
    expect(files(cache)).toHaveLength(2);
  });

  test('nothing is committed that was not hashed', async () => {
    const cache = newCache();
    const started = (await cache.beginZip(path, version))!;
    await expect(started.commit()).rejects.toThrow();
    await expect(started.finish()).rejects.toThrow();
    const sink = await started.sink!();
    await sink.write(zip);
    await expect(started.finish()).rejects.toThrow(); // still open
    await sink.close();
    await started.finish();
    await (await started.sink!()).close(); // a new try: the old hash says nothing of it
    await expect(started.commit()).rejects.toThrow();
    await started.discard();
    expect(files(cache)).toEqual([]);
  });

  test('download-too-large: the sink stops at 500 MiB', async () => {
    const cache = newCache();
    const started = (await cache.beginZip(path, version))!;
    const sink = await started.sink!();
    const chunk = new Proxy(Buffer.alloc(1), {
      get: (b, key) => (key === 'length' ? 500 * 2 ** 20 + 1 : Reflect.get(b, key)),
    });
    await expect(sink.write(chunk)).rejects.toEqual(failsWith('too-large', 'downloaded zip file too large'));
    await started.discard();
    expect(files(cache)).toEqual([]);
  });

  test('one download at a time; who waited finds the work done', async () => {
    const cache = newCache();
    const first = await download(cache, zip);
    const second = cache.beginZip(path, version);
    expect(await Promise.race([second, new Promise((r) => setTimeout(r, 50, 'waiting'))])).toBe('waiting');
    await first.commit();
    expect(await second).toBeUndefined();
    await (await lockFile(cache.file(path, version, 'lock'), { exclusive: true })).release();
  });

  test('lost .ziphash: the zip is hashed again, not downloaded', async () => {
    const cache = newCache();
    await fill(cache);
    rmSync(cache.file(path, version, 'ziphash'));
    expect(await cache.hasZip(path, version)).toBe(false);
    const again = (await cache.beginZip(path, version))!;
    expect(again.sink).toBeUndefined();
    expect((await again.finish()).h1).toBe(h1);
    await again.commit();
    expect(await cache.readZipHash(path, version)).toBe(h1);
  });

  test('discarding after a lost .ziphash keeps the zip that was there', async () => {
    const cache = newCache();
    await fill(cache);
    rmSync(cache.file(path, version, 'ziphash'));
    await (await cache.beginZip(path, version))!.discard();
    expect(readFileSync(cache.file(path, version, 'zip'))).toEqual(zip);
  });

  test('crash: temporary files of an earlier run are cleared away', async () => {
    const cache = newCache();
    const file = plant(cache, zip);
    rmSync(file);
    writeFileSync(`${file}123.tmp`, 'half');
    writeFileSync(`${file}hash99.tmp`, 'half');
    const started = (await cache.beginZip(path, version))!;
    expect(readdirSync(dirname(file)).filter((n) => n.endsWith('.tmp'))).toEqual([]);
    await started.discard();
  });

  test.each([
    ['empty', ''],
    ['zero-filled', '\0'.repeat(47)],
    ['short', 'h1:abc'],
    ['another algorithm', h1.replace('h1:', 'h2:')],
    ['partly zero', `${h1.slice(0, 40)}${'\0'.repeat(7)}`],
  ])('.ziphash that is %s counts as missing', async (_, content) => {
    const cache = newCache();
    await fill(cache);
    writeFileSync(cache.file(path, version, 'ziphash'), content);
    expect(await cache.readZipHash(path, version)).toBeUndefined();
    await cache.writeZipHash(path, version, h1);
    expect(await cache.readZipHash(path, version)).toBe(h1);
  });

  test('a newline after the recorded hash is fine, as for go', async () => {
    const cache = newCache();
    await fill(cache);
    writeFileSync(cache.file(path, version, 'ziphash'), `${h1}\n`);
    expect(await cache.readZipHash(path, version)).toBe(h1);
  });

  test('a zip of another module is refused, with what is wrong in it', async () => {
    const cache = newCache();
    const other = writeZip([{ name: 'example.com/other@v1.0.0/a.go', data: 'x' }]);
    const started = (await cache.beginZip(path, version))!;
    const sink = await started.sink!();
    await sink.write(other);
    await sink.close();
    expect((await started.finish()).fault).toEqual(
      failsWith('invalid-zip', `zip for ${subject} has unexpected file example.com/other@v1.0.0/a.go`),
    );
    await expect(started.commit()).rejects.toThrow('commit');
    await started.discard();
    expect(files(cache)).toEqual([]);
  });
});

describe('extraction', () => {
  test('files, modes and names as go leaves them; the folder hashes as the zip', async () => {
    const cache = newCache();
    await fill(cache);
    expect(await cache.moduleDir(path, version)).toBeUndefined();
    const dir = await cache.extract(path, version);
    expect(dir).toBe(join(cache.dir, 'example.com', '!m@v1.0.0'));
    expect(await cache.moduleDir(path, version)).toBe(dir);
    expect(tree(dir)).toEqual(
      ['a', join('a', 'b'), join('a', 'b', 'c.go'), join('a', 'x.go'), 'go.mod', 'é.txt'].sort(),
    );
    expect(await cache.hashDir(dir, subject)).toBe(h1);
    expect(existsSync(cache.file(path, version, 'partial'))).toBe(false);
    if (process.platform !== 'win32') {
      const modes = ['', 'a', 'a/b', 'a/b/c.go', 'go.mod'].map((name) => statSync(join(dir, name)).mode & 0o777);
      expect(modes).toEqual([0o555, 0o555, 0o555, 0o444, 0o444]);
    }
    expect(Buffer.from((await cache.readFolderFile(dir, 'go.mod'))!).toString()).toBe(sources[0]!.data);
    expect(await cache.readFolderFile(dir, 'go.work')).toBeUndefined();
  });

  test.skipIf(process.platform === 'win32')('-modcacherw: folders stay writable, files do not', async () => {
    const cache = newCache(true);
    await fill(cache);
    const dir = await cache.extract(path, version);
    expect(statSync(join(dir, 'a')).mode & 0o200).toBe(0o200);
    expect(statSync(join(dir, 'go.mod')).mode & 0o777).toBe(0o444);
  });

  test('a complete folder is not touched again', async () => {
    const cache = newCache(true);
    await fill(cache);
    const dir = await cache.extract(path, version);
    writeFileSync(join(dir, 'mine'), '');
    rmSync(cache.file(path, version, 'zip'));
    expect(await cache.extract(path, version)).toBe(dir);
    expect(existsSync(join(dir, 'mine'))).toBe(true);
  });

  test('at the same time: one extraction, everybody gets the folder', async () => {
    const cache = newCache();
    await fill(cache);
    const dirs = await Promise.all(Array.from({ length: 8 }, () => cache.extract(path, version)));
    expect(new Set(dirs).size).toBe(1);
    expect(await cache.hashDir(dirs[0]!, subject)).toBe(h1);
  });

  test.each(['partial', 'ziphash'] as const)(
    'crash: a folder with %s in doubt is not complete, and is made anew',
    async (what) => {
      const cache = newCache();
      await fill(cache);
      const dir = await cache.extract(path, version);
      chmodSync(dir, 0o755);
      writeFileSync(join(dir, 'half'), '');
      if (what === 'partial') writeFileSync(cache.file(path, version, 'partial'), '');
      else rmSync(cache.file(path, version, 'ziphash'));
      expect(await cache.moduleDir(path, version)).toBeUndefined();
      if (what === 'ziphash') await cache.writeZipHash(path, version, h1);
      else await cache.extract(path, version);
      if (what === 'partial') expect(existsSync(join(dir, 'half'))).toBe(false);
    },
  );

  test('folders of go before 1.16 are cleared away', async () => {
    const cache = newCache();
    await fill(cache);
    const old = join(cache.dir, 'example.com', '!m@v1.0.0.tmp-123');
    mkdirSync(join(old, 'x'), { recursive: true });
    chmodSync(old, 0o555);
    await cache.extract(path, version);
    expect(existsSync(old)).toBe(false);
  });

  test('without a zip: the error says which file', async () => {
    const cache = newCache();
    await expect(cache.extract(path, version)).rejects.toEqual(failsWith('cache', cache.file(path, version, 'zip')));
  });

  test('interrupted: the signal ends it and nothing is left', async () => {
    const dir = join(tempDir(), 'mod');
    const cancel = new AbortController();
    const cache = createModCache({ dir, modcacherw: false, signal: cancel.signal });
    await fill(cache);
    cancel.abort();
    await expect(cache.extract(path, version)).rejects.toEqual(failsWith('interrupted'));
    expect(existsSync(join(dir, 'example.com'))).toBe(false);
  });

  test('linked-module-folder (A25): a link in the place of a folder is refused', async () => {
    const cache = newCache();
    await fill(cache);
    const evil = tempDir();
    mkdirSync(join(cache.dir, 'example.com'));
    symlinkSync(evil, join(cache.dir, 'example.com', '!m@v1.0.0'));
    await expect(cache.moduleDir(path, version)).rejects.toEqual(failsWith('cache', 'is a symbolic link'));
    await expect(cache.extract(path, version)).rejects.toEqual(failsWith('cache', 'is a symbolic link'));
    expect(readdirSync(evil)).toEqual([]);
  });
});

describe('hashDir', () => {
  test('changes with every change', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a'), 'x');
    const seen = [await cacheless.hashDir(dir, subject)];
    for (const change of [
      () => writeFileSync(join(dir, 'a'), 'y'),
      () => writeFileSync(join(dir, 'b'), ''),
      () => rmSync(join(dir, 'b')),
      () => mkdirSync(join(dir, 'empty')), // folders do not count
    ]) {
      change();
      seen.push(await cacheless.hashDir(dir, subject));
    }
    expect(seen[1]).not.toBe(seen[0]);
    expect(seen[2]).not.toBe(seen[1]);
    expect(seen[3]).toBe(seen[1]);
    expect(seen[4]).toBe(seen[1]);
  });

  test('a link is not followed: it could point to the right bytes today', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a'), 'x');
    symlinkSync('a', join(dir, 'b'));
    await expect(cacheless.hashDir(dir, subject)).rejects.toEqual(failsWith('cache-modified', 'not a regular file'));
  });

  const cacheless = createModCache({ dir: join(tempDir(), 'missing'), modcacherw: false });
});

describe('the cache as a whole', () => {
  test('clean removes everything, read-only folders too', async () => {
    const cache = newCache();
    await fill(cache);
    await cache.extract(path, version);
    await cache.clean();
    expect(existsSync(cache.dir)).toBe(false);
    await cache.clean();
  });

  test('clean removes links, not what they point to', async () => {
    const cache = newCache();
    const other = tempDir();
    writeFileSync(join(other, 'precious'), '');
    mkdirSync(cache.dir);
    symlinkSync(other, join(cache.dir, 'link'));
    await cache.clean();
    expect(readdirSync(other)).toEqual(['precious']);
  });

  test('sideLock: one at a time, on cache/lock', async () => {
    const cache = newCache();
    const unlock = await cache.sideLock();
    const second = cache.sideLock();
    expect(await Promise.race([second, new Promise((r) => setTimeout(r, 50, 'waiting'))])).toBe('waiting');
    await unlock();
    await (await second)();
    expect(existsSync(join(cache.dir, 'cache', 'lock'))).toBe(true);
  });

  test('a dangling link where a folder should be: the error names it', async () => {
    const cache = newCache();
    symlinkSync(join(tempDir(), 'gone', 'gone'), cache.dir);
    await expect(cache.writeMod(path, version, text('x'))).rejects.toEqual(failsWith('cache', cache.dir));
  });

  test('a file where a folder should be: the error names it', async () => {
    const dir = join(tempDir(), 'file');
    writeFileSync(dir, '');
    const cache = createModCache({ dir, modcacherw: false });
    await expect(cache.writeMod(path, version, text('x'))).rejects.toEqual(failsWith('cache', dir));
    await expect(cache.beginZip(path, version)).rejects.toEqual(failsWith('cache', dir));
    expect(await cache.readMod(path, version)).toBeUndefined();
    expect(hashGoMod(text(''))).toMatch(/^h1:/);
  });
});
