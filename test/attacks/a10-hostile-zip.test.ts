/**
 * A10: zips made by an attacker, each test named after the hazard: refused, or read exactly as the go command reads them.
 * CVE-2026-39246 (decompress: links and paths out of the folder), yauzl#94, extract-zip#148, yauzl-promise#27, adm-zip.
 *
 * Elsewhere: names and sizes by the rules alone (test/modzip/modzip.test.ts), on the way into the cache
 * (test/modcache/modcache.test.ts, test/process/flipped-bit.test.ts), any bytes (test/fuzz, "zip").
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash1 } from '../../src/dirhash/index.js';
import { TsgogetError } from '../../src/errors.js';
import { createModCache } from '../../src/modcache/index.js';
import { createModuleZip, type RawZipEntry, type RawZipOptions, writeZip } from '../support/module-zip-writer.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const prefix = 'example.com/m@v1.0.0/';
const good: RawZipEntry = { name: `${prefix}a.go`, data: 'package a\n', method: 'deflate' };
const goodHash = hash1([`${prefix}a.go`], () => Buffer.from('package a\n'));

interface Outcome {
  /** The h1: hash, or the code of the error. */
  readonly hash: string;
  /** The extracted files and what is in them, or the code of the error. */
  readonly files: Record<string, string> | string;
  /** The errors' messages. */
  readonly message: string;
}

/** Hashes and extracts a zip that sits in a cache, and holds the outcome to what has to be true of any. */
async function run(bytes: Uint8Array): Promise<Outcome> {
  const cache = createModCache({ dir: join(tempDir(), 'mod'), modcacherw: true });
  const file = cache.file('example.com/m', 'v1.0.0', 'zip');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  writeFileSync(`${file}hash`, 'h1:');
  const before = readdirSync(cache.dir, { recursive: true }).length;
  const messages: string[] = [];
  const refused = (error: unknown) => {
    if (!(error instanceof TsgogetError)) throw error;
    expect(['invalid-zip', 'too-large', 'invalid-path', 'cache']).toContain(error.code);
    messages.push(error.message);
    return error.code;
  };
  const hash = await cache.hashZip(file).catch(refused);
  const files = await cache.extract('example.com/m', 'v1.0.0').then(contents, refused);
  const isRefused = typeof files === 'string';
  if (isRefused) {
    // nothing half-written: only the lock, and the folder above, may be new
    expect(existsSync(join(cache.dir, 'example.com', 'm@v1.0.0'))).toBe(false);
    expect(existsSync(cache.file('example.com/m', 'v1.0.0', 'partial'))).toBe(false);
    expect(readdirSync(cache.dir, { recursive: true }).length - before).toBeLessThanOrEqual(2);
  }
  return { hash, files, message: messages.join('\n') };
}

function contents(dir: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const stat = lstatSync(join(dir, name));
    if (stat.isDirectory()) continue;
    expect([name, stat.isFile(), stat.mode & 0o777]).toEqual([name, true, 0o444]);
    found[name.replaceAll('\\', '/')] = readFileSync(join(dir, name), 'utf8');
  }
  return found;
}

const of = (entries: RawZipEntry[], options?: RawZipOptions) => run(writeZip(entries, options));
const entry = (name: string, more: Partial<RawZipEntry> = {}): RawZipEntry => ({
  name: prefix + name,
  data: name,
  ...more,
});

describe('refused altogether', () => {
  test.each<[hazard: string, entries: RawZipEntry[], options?: RawZipOptions, code?: string]>([
    ['wrong-crc', [{ ...good, crc32: 1 }]],
    ['crc-of-zero', [{ ...good, crc32: 0 }]],
    ['wrong-crc-of-stored', [{ ...good, method: 'store', crc32: 1 }]],
    ['bomb: more bytes than the header says', [{ ...good, size: 3 }]],
    ['bomb: more bytes than the header says, stored', [{ ...good, method: 'store', size: 3, localSize: 3 }]],
    ['fewer bytes than the header says', [{ ...good, size: 4000 }]],
    ['truncated deflate data', [{ ...good, raw: deflateRawSync('package a\n').subarray(0, 5) }]],
    ['broken deflate data', [{ ...good, raw: Buffer.from([0xff, 0xff, 0xff]) }]],
    ['no deflate data', [{ ...good, raw: Buffer.alloc(0) }]],
    ['unknown-method', [{ ...good, method: 12 }]],
    ['encrypted', [{ ...good, flags: 1 }]],
    ['strongly-encrypted', [{ ...good, flags: 0x41 }]],
    ['local-name-differs', [{ ...good, localName: `${prefix}b.go` }]],
    ['local-size-differs', [{ ...good, localSize: 5 }]],
    ['local-crc-differs', [{ ...good, localCrc32: 5 }]],
    ['descriptor-lies', [{ ...good, descriptor: Buffer.alloc(16, 1) }]],
    ['no local header', [{ ...good, offset: 3 }]],
    ['header beyond the file', [{ ...good, offset: 0x7fffffff }]],
    ['header in the directory', [{ ...good, centralOnly: true }]],
    ['overlap: two names, one content', [good, { ...good, name: `${prefix}b.go`, centralOnly: true, offset: 0 }]],
    ['overlap: content that runs into the next entry', [{ ...good, compressedSize: 60 }, entry('b.go')]],
    ['duplicate-file', [good, good]],
    ['duplicate-file with other content', [good, { ...good, data: 'evil' }]],
    ['more-entries-than-counted', [good, entry('b.go')], { count: 1 }],
    ['fewer-entries-than-counted', [good], { count: 2 }],
    ['count that wraps', [good], { count: 65537 + 1 }],
    ['directory elsewhere', [good], { directoryOffset: 5 }],
    ['directory size zero', [good], { directoryBytes: 0 }],
    ['comment cut off', [good], { commentLength: 10 }],
    ['name-not-utf8', [{ ...good, name: Buffer.concat([Buffer.from(prefix), Buffer.from([0xff])]) }]],
    ['name in CP437', [{ ...good, name: Buffer.concat([Buffer.from(prefix), Buffer.from([0x82, 0x2e])]) }]],
    ['name-empty', [{ ...good, name: '' }]],
    ['folder-with-content', [entry('d/', { data: 'x' })]],
    ['newline-in-name', [entry('a\nb')]],
    [
      'directory-bomb: sizes that sum up to more than 500 MiB',
      [entry('a', { method: 8, size: 300 * 2 ** 20 }), entry('b', { method: 8, size: 300 * 2 ** 20 })],
      {},
      'too-large',
    ],
    ['directory-bomb: 4 GiB', [entry('a', { size: 0xffffffff })]],
  ])('%s', async (_, entries, options, code) => {
    const { hash, files } = await of(entries, options);
    expect([hash, files]).toEqual(
      code === undefined ? [expect.not.stringMatching(/^h1:/), expect.any(String)] : [code, code],
    );
  });

  test.each([
    ['empty file', Buffer.alloc(0)],
    ['one byte', Buffer.from('P')],
    ['text', Buffer.from('<html>404</html>\n'.repeat(9000))],
    ['signature only', Buffer.from('PK\x05\x06')],
    ['cut off', writeZip([good]).subarray(0, 70)],
    [
      'end record of nothing but ones',
      Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(16, 0xff), Buffer.alloc(2)]),
    ],
  ])('not-a-zip: %s', async (_, bytes) => {
    expect(await run(bytes)).toMatchObject({ hash: 'invalid-zip', files: 'invalid-zip' });
  });

  test('two-directories: which of them is read depends on the reader', async () => {
    const [evil, harmless] = ['evil', 'good'].map((data) => writeZip([{ ...good, method: 'store', data }]));
    // the offset in the last end record, taken from the start of the file, is where the first directory lies
    const both = Buffer.concat([evil!, harmless!]);
    expect((await run(both)).hash).toBe('invalid-zip');
  });

  test('zip64-locator-without-need: values that Go does not look at are not looked at here', async () => {
    const classic = writeZip([good]);
    const evil = writeZip([{ ...good, data: 'evil' }], { zip64: true });
    const locator = evil.subarray(evil.length - 42, evil.length - 22);
    const mixed = Buffer.concat([classic.subarray(0, -22), locator, classic.subarray(-22)]);
    const { hash } = await run(mixed);
    expect(hash === goodHash || hash === 'invalid-zip').toBe(true);
  });

  describe('read otherwise by Go 1.26 and by Go 1.27', () => {
    /** Nothing but zeros, to make a directory as long as wanted. */
    const padding = (directoryBytes: number) => {
      const field = Buffer.alloc(directoryBytes - 46 - good.name.length);
      field.writeUInt16LE(0x7777, 0);
      field.writeUInt16LE(field.length - 4, 2);
      return { ...good, centralExtra: field };
    };
    /** With a zip64 record and its locator, and that end record. */
    const withBoth = (directoryBytes: number, end: Buffer) =>
      Buffer.concat([writeZip([padding(directoryBytes)], { zip64: true }).subarray(0, -22), end]);
    const endOf = (directoryBytes: number, o: RawZipOptions = {}) =>
      writeZip([padding(directoryBytes)], o).subarray(-22);

    test('a directory of 0xffff bytes, with a zip64 locator', async () => {
      const { hash, files, message } = await run(withBoth(0xffff, endOf(0xffff)));
      expect([hash, files]).toEqual(['invalid-zip', 'invalid-zip']);
      expect(message).toContain('releases of Go disagree');
    });
    test('one that claims 0xffffffff bytes, and nothing else that leads to zip64', async () => {
      const { hash, message } = await run(withBoth(100, endOf(100, { directoryBytes: 0xffffffff })));
      expect([hash, message]).toEqual(['invalid-zip', expect.stringContaining('releases of Go disagree')]);
    });
    test('twins: without the locator, or where the count leads there too', async () => {
      expect(await run(writeZip([padding(0xffff)]))).toMatchObject({
        hash: goodHash,
        files: { 'a.go': 'package a\n' },
      });
      expect((await run(withBoth(0xffff, endOf(0xffff, { count: 0xffff })))).hash).toBe(goodHash);
      expect((await run(withBoth(100, endOf(100, { directoryBytes: 0xffffffff, count: 0xffff })))).hash).toBe(goodHash);
    });

    const ones = 0xffffffff;
    const field64 = (...values: number[]) => {
      const field = Buffer.alloc(4 + 8 * values.length);
      field.writeUInt16LE(1, 0);
      field.writeUInt16LE(8 * values.length, 2);
      for (const [i, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
      return field;
    };
    const plain: RawZipEntry = { ...good, method: 'store' };
    const size = 'package a\n'.length;
    test.each<[string, RawZipEntry]>([
      ['a compressed size of 0xffffffff without a zip64 field', { ...good, compressedSize: ones }],
      ['an offset of 0xffffffff without a zip64 field', { ...good, offset: ones }],
      ['a zip64 field twice', { ...plain, size: ones, centralExtra: Buffer.concat([field64(size), field64(3)]) }],
      [
        'a zip64 field twice, the first one too long',
        { ...plain, size: ones, centralExtra: Buffer.concat([field64(size, 1), field64(3)]) },
      ],
    ])('%s', async (_, lie) => {
      const { hash, files } = await of([lie]);
      expect([hash, files]).toEqual(['invalid-zip', 'invalid-zip']);
    });
    test.each<[string, RawZipEntry]>([
      ['sizes', { ...plain, size: ones, compressedSize: ones, localSize: size, centralExtra: field64(size, size) }],
      ['the offset', { ...plain, offset: ones, centralExtra: field64(0) }],
      ['nothing', { ...plain, centralExtra: field64(7, 8, 9) }],
    ])('twin: one zip64 field, with %s', async (_, entry) => {
      expect(await of([entry])).toMatchObject({ hash: goodHash, files: { 'a.go': 'package a\n' } });
    });
  });

  test.each<[hazard: string, names: string[]]>([
    ['zip-slip', ['../../../evil']],
    ['zip-slip in the middle', ['a/../../evil']],
    ['absolute', ['/etc/cron.d/evil']],
    ['backslash', ['..\\..\\evil']],
    ['drive', ['C:evil']],
    ['alternate-data-stream', ['a.go:stream']],
    ['NUL', ['a\0.go']],
    ['windows-device', ['aux.go']],
    ['case-collision', ['a.go', 'A.go']],
    ['fold-collision', ['k.go', '\u212a.go']],
    ['file-and-folder', ['a', 'a/b']],
    ['folder-and-file', ['a/b', 'a']],
    ['nested go.mod', ['a/go.mod']],
    ['capital go.mod', ['GO.MOD']],
  ])('%s: nothing is extracted, not even the good files before it', async (_, names) => {
    const { files } = await of([good, ...names.map((n) => entry(n))]);
    expect(files).toBe('invalid-zip');
  });

  test('deep-path: a name of thousands of folders ends in an error of the disk, nothing else', async () => {
    const { files } = await of([entry(`${'a/'.repeat(20_000)}b`)]);
    expect(files).toBe('cache');
  });

  test('quine-like bomb: a small entry that inflates to a gigabyte stops at its stated size', async () => {
    const raw = deflateRawSync(Buffer.alloc(64 * 2 ** 20));
    const { message } = await of([entry('bomb', { raw, method: 8, size: 100 })]);
    expect(message).toContain(
      'uncompressed size of file example.com/m@v1.0.0/bomb is larger than declared size (100 bytes)',
    );
  });

  test('bomb in a large entry: streamed content is counted too', async () => {
    const raw = deflateRawSync(Buffer.alloc(64 * 2 ** 20));
    const { message } = await of([entry('bomb', { raw, method: 8, size: 20 * 2 ** 20 })]);
    expect(message).toContain('is larger than declared size (20971520 bytes)');
  });

  test('large entries: truncated, wrong sum, fewer bytes', async () => {
    const data = Buffer.alloc(9 * 2 ** 20, 'some text ');
    const raw = deflateRawSync(data);
    for (const lie of [{ raw: raw.subarray(0, raw.length / 2) }, { crc32: 7 }, { size: data.length + 1 }]) {
      for (const method of [0, 8]) {
        if (method === 0 && 'size' in lie) continue; // stored sizes must agree: refused earlier
        const { hash, files } = await of([good, entry('large', { data, method, ...lie })]);
        expect([hash, files]).toEqual(['invalid-zip', 'invalid-zip']);
      }
    }
  });
});

describe('read as the go command reads them', () => {
  const same = { hash: goodHash, files: { 'a.go': 'package a\n' } };

  test.each<[hazard: string, entries: RawZipEntry[], options?: RawZipOptions]>([
    ['symlink mode bits', [{ ...good, externalAttributes: (0o120777 << 16) >>> 0 }]],
    ['setuid mode bits', [{ ...good, externalAttributes: (0o104777 << 16) >>> 0 }]],
    ['device mode bits', [{ ...good, externalAttributes: (0o020666 << 16) >>> 0 }]],
    ['prepended data', [good], { prepend: Buffer.from('#!/bin/sh\n') }],
    ['appended data', [good], { append: Buffer.from('trailing') }],
    ['comment', [good], { comment: Buffer.from('hello') }],
    ['zip64', [good], { zip64: true }],
    ['descriptor', [{ ...good, descriptor: true }]],
    ['stored', [{ ...good, method: 'store' }]],
    ['UTF-8 flag', [{ ...good, flags: 0x800 }]],
    ['unicode path field that names another file', [{ ...good, centralExtra: unicodePath(`${prefix}evil.go`) }]],
    [
      'bytes after the end of the deflate data',
      [{ ...good, raw: Buffer.concat([deflateRawSync('package a\n'), Buffer.from('x')]) }],
    ],
  ])('%s', async (_, entries, options) => {
    expect(await of(entries, options)).toMatchObject(same);
  });

  test('folder entries count in the hash and are not extracted', async () => {
    const { hash, files } = await of([entry('d/', { data: '' }), good, entry('d/', { data: '' })]);
    expect(files).toEqual(same.files);
    expect(hash).toBe(
      hash1([`${prefix}d/`, `${prefix}d/`, `${prefix}a.go`], (n) => Buffer.from(n.endsWith('/') ? '' : 'package a\n')),
    );
  });

  test('an empty zip is an empty module', async () => {
    expect(await of([])).toMatchObject({ hash: 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', files: {} });
  });

  test('a name without the UTF-8 flag is taken as UTF-8', async () => {
    const { files } = await of([entry('été.go')]);
    expect(files).toEqual({ 'été.go': 'été.go' });
  });

  test('large entries, stored and deflated', async () => {
    const data = Buffer.alloc(9 * 2 ** 20, 'some text ');
    const names = ['b', 'a'];
    const want = hash1(
      names.map((n) => prefix + n),
      () => data,
    );
    for (const method of ['store', 'deflate'] as const) {
      const { hash, files } = await of(names.map((n) => entry(n, { data, method, descriptor: true })));
      expect(hash).toBe(want);
      expect(Object.values(files)).toEqual([data.toString(), data.toString()]);
    }
  });

  test('many-entries: more than the count of the old end record holds', async () => {
    const names = Array.from({ length: 66_000 }, (_, i) => `${prefix}${i}`);
    const cache = createModCache({ dir: join(tempDir(), 'mod'), modcacherw: true });
    const file = join(tempDir(), 'm.zip');
    const bytes = writeZip(
      names.map((name) => ({ name })),
      { zip64: true },
    );
    writeFileSync(file, bytes);
    expect(await cache.hashZip(file)).toBe(hash1(names, () => Buffer.alloc(0)));
    writeFileSync(file, writeZip(names.map((name) => ({ name }))));
    await expect(cache.hashZip(file)).rejects.toMatchObject({ code: 'invalid-zip' });
  });
});

describe('limits of files', () => {
  const large = 16 * 2 ** 20 + 1;

  test.each(['go.mod', 'LICENSE'])(
    '%s of more than 16 MiB is refused by what it says, and by what comes',
    async (name) => {
      const data = Buffer.alloc(large);
      expect((await of([good, entry(name, { data, method: 'deflate' })])).files).toBe('invalid-zip');
      expect((await of([good, entry(name, { data, method: 'deflate', size: 10 })])).files).toBe('invalid-zip');
      // twin: another file may be as large, and these may be a byte smaller
      expect((await of([good, entry('LICENSE.txt', { data, method: 'deflate' })])).files).toBeTypeOf('object');
      expect((await of([good, entry(name, { data: data.subarray(1), method: 'deflate' })])).files).toBeTypeOf('object');
    },
  );

  test('CVE-2026-39246: a link entry, then a file below it: refused, and nothing is written through', async () => {
    const link = entry('d', { data: '/etc', externalAttributes: (0o120777 << 16) >>> 0 });
    const outcome = await of([good, link, entry('d/evil')]);
    expect(outcome.files).toBe('invalid-zip');
    // alone it is a file with the target as its content
    expect((await of([good, link])).files).toMatchObject({ d: '/etc' });
  });
});

describe('any zip', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}\.go$/);
  const source = fc.dictionary(name, fc.string({ unit: 'grapheme-ascii' }), { minKeys: 1, maxKeys: 6 });

  test('what goes in comes out, under the hash of its contents', async () => {
    await fc.assert(
      fc.asyncProperty(source, fc.constantFrom('store', 'deflate'), async (files, method) => {
        const sources = Object.entries(files).map(([path, data]) => ({ path, data }));
        const zip = createModuleZip({ path: 'example.com/m', version: 'v1.0.0' }, sources, {
          method: method as 'store',
        });
        const want = hash1(
          sources.map((s) => prefix + s.path),
          (n) => Buffer.from(files[n.slice(prefix.length)]!),
        );
        expect(await run(zip)).toEqual({ hash: want, files, message: '' });
      }),
      { numRuns: 40 },
    );
  });

  test('bytes changed anywhere: an error of ours, or contents that the hash covers', async () => {
    const zip = writeZip([good, entry('d/', { data: '' }), entry('go.mod', { descriptor: true }), entry('b/c.go')], {
      comment: Buffer.from('c'),
    });
    const change = fc.record({ at: fc.nat(zip.length - 1), to: fc.oneof(fc.constantFrom(0, 1, 255), fc.nat(255)) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = Buffer.from(zip);
        for (const { at, to } of changes) bytes[at] = to;
        const { hash, files } = await run(bytes);
        if (typeof files === 'string' || !hash.startsWith('h1:')) return;
        const names = [...Object.keys(files), 'd/'].map((n) => prefix + n);
        expect(hash).toBe(hash1(names, (n) => Buffer.from(files[n.slice(prefix.length)] ?? '')));
      }),
      { numRuns: 150 },
    );
  });
});

/** The Info-ZIP field that claims another name for an entry. */
function unicodePath(other: string): Buffer {
  const field = Buffer.alloc(9 + other.length);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + other.length, 2);
  field.writeUInt8(1, 4);
  field.write(other, 9, 'latin1');
  return field;
}
