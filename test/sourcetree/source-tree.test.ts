import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../src/encoding/utf8.js';
import { TsgogetError } from '../../src/errors.js';
import { SourceTree, shortPath } from '../../src/sourcetree/index.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const text = (data: Uint8Array | undefined) => data && decodeUtf8(data);

async function openTree(overlay?: unknown) {
  const cwd = tempDir();
  if (overlay !== undefined) {
    writeFileSync(join(cwd, 'overlay.json'), typeof overlay === 'string' ? overlay : JSON.stringify(overlay));
  }
  const tree = await SourceTree.open({ cwd, overlay: overlay === undefined ? undefined : 'overlay.json' });
  return { cwd, tree };
}

describe('overlay', () => {
  test('a file is read as it is replaced, also where there is none; "" takes it away', async () => {
    const { cwd, tree } = await openTree({ Replace: { 'go.mod': 'other.txt', 'new/go.sum': 'other.txt', gone: '' } });
    for (const name of ['go.mod', 'gone', 'other.txt']) writeFileSync(join(cwd, name), name);
    expect(text(await tree.read(join(cwd, 'go.mod')))).toBe('other.txt');
    expect(text(await tree.read(join(cwd, 'new', 'go.sum')))).toBe('other.txt');
    expect(await tree.read(join(cwd, 'gone'))).toBeUndefined();
    expect(await tree.isFile(join(cwd, 'gone'))).toBe(false);
    expect(await tree.isDirectory(join(cwd, 'new'))).toBe(true);
    expect(await tree.kindOf(join(cwd, 'new'))).toBe('directory');
    expect(await tree.findUp(join(cwd, 'new', 'deep'), 'go.sum')).toBe(join(cwd, 'new'));
    expect(tree.isOverlaid(join(cwd, 'gone'))).toBe(true);
    expect(tree.isOverlaid(join(cwd, 'x', '..', 'go.mod'))).toBe(true);
    expect(tree.isOverlaid(join(cwd, 'other.txt'))).toBe(false);
  });

  test.each([
    ['', /^parsing overlay JSON: /],
    ['{', /^parsing overlay JSON: /],
    ['[]', /json: cannot unmarshal array into Go value of type fsys\.overlayJSON$/],
    ['"x"', /json: cannot unmarshal string into Go value of type fsys\.overlayJSON$/],
    ['true', /json: cannot unmarshal bool into Go value of type fsys\.overlayJSON$/],
    ['{"Replace":[]}', /cannot unmarshal array into Go struct field overlayJSON\.Replace of type map\[string\]string$/],
    ['{"replace":1e999}', /cannot unmarshal number into Go struct field overlayJSON\.Replace /],
    ['{"Replace":{"":"x"}}', /empty string key in overlay map$/],
    ['{"Replace":{"x":5}}', /x is not replaced by a path$/],
    ['{"Replace":{"x":"a","./x":"b"}}', /^duplicate paths \.\/x and .* in overlay map$/],
  ])('%j is refused', async (overlay, message) => {
    await expect(openTree(overlay)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    '{"replace":{"go.mod":""}}',
    '{"Replace":{"go.mod":null}}',
    '{"Replace":{"x":""},"REPLACE":{"go.mod":""}}',
  ])('%j takes go.mod away, as it does for go', async (overlay) => {
    const { cwd, tree } = await openTree(overlay);
    writeFileSync(join(cwd, 'go.mod'), 'module m\n');
    expect(await tree.read(join(cwd, 'go.mod'))).toBeUndefined();
  });

  test.each(['null', '{}', '{"Other":1}', '{"Replace":null}', '{"Replace":{"__proto__":""}}'])(
    '%s replaces nothing that matters',
    async (overlay) => {
      const { cwd, tree } = await openTree(overlay);
      writeFileSync(join(cwd, 'go.mod'), 'm');
      expect(text(await tree.read(join(cwd, 'go.mod')))).toBe('m');
    },
  );

  test('a file that is not there is refused', async () => {
    await expect(SourceTree.open({ cwd: tempDir(), overlay: 'no.json' })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^reading overlay: open .*no\.json: no such file or directory$/),
    });
  });
});

describe('read', () => {
  test('what is absent is undefined, what cannot be read says why', async () => {
    const { cwd, tree } = await openTree();
    writeFileSync(join(cwd, 'file'), '');
    expect(await tree.read(join(cwd, 'none'))).toBeUndefined();
    expect(await tree.read(join(cwd, 'file', 'below'))).toBeUndefined();
    await expect(tree.read(cwd)).rejects.toMatchObject({ code: 'failed', message: `read ${cwd}: is a directory` });
    await expect(tree.read(cwd, 'w')).rejects.toMatchObject({ message: 'read w: is a directory' });
  });
});

describe('entries', () => {
  test('by byte order, links not followed; undefined where there is no folder', async () => {
    const { cwd, tree } = await openTree();
    for (const name of ['b.go', 'a.go', '\uff5a', '\u{1f600}']) writeFileSync(join(cwd, name), '');
    mkdirSync(join(cwd, 'c'));
    symlinkSync('c', join(cwd, 'link'));
    symlinkSync('nowhere', join(cwd, 'lost'));
    expect(tree.entries(cwd)).toEqual([
      { name: 'a.go', type: 'file' },
      { name: 'b.go', type: 'file' },
      { name: 'c', type: 'directory' },
      { name: 'link', type: 'link' },
      { name: 'lost', type: 'link' },
      { name: '\uff5a', type: 'file' },
      { name: '\u{1f600}', type: 'file' },
    ]);
    expect(tree.listNow(cwd).filter((e) => e.isDirectory || e.name.startsWith('l'))).toEqual([
      { name: 'c', isDirectory: true, isFile: false },
      { name: 'link', isDirectory: true, isFile: false },
    ]);
    expect(tree.entries(join(cwd, 'none'))).toBeUndefined();
    expect(tree.entries(join(cwd, 'a.go'))).toBeUndefined();
    expect(() => tree.listNow(join(cwd, 'none'))).toThrow(/^open .*none: no such file or directory$/);
  });

  test('the overlay adds files and the folders above them, and takes files away', async () => {
    const { cwd, tree } = await openTree({
      Replace: { 'new/deep/x.go': 'real', 'old/a.go': '', 'old/b.go': 'real', 'old/c.go': 'missing', below: 'real' },
    });
    mkdirSync(join(cwd, 'old'));
    mkdirSync(join(cwd, 'below'));
    for (const name of ['real', 'old/a.go', 'old/d.go', 'below/e.go']) writeFileSync(join(cwd, name), '');
    expect(tree.entries(join(cwd, 'new'))).toEqual([{ name: 'deep', type: 'directory' }]);
    expect(tree.entries(join(cwd, 'new', 'deep'))).toEqual([{ name: 'x.go', type: 'file' }]);
    expect(tree.entries(join(cwd, 'old'))).toEqual([
      { name: 'b.go', type: 'file' },
      { name: 'c.go', type: 'other' },
      { name: 'd.go', type: 'file' },
    ]);
    expect(tree.entries(cwd)?.find((e) => e.name === 'new')).toEqual({ name: 'new', type: 'directory' });
    expect(tree.entries(join(cwd, 'below'))).toBeUndefined();
  });
});

describe('readNow', () => {
  test('the whole file, or its beginning; through the overlay', async () => {
    const { cwd, tree } = await openTree({ Replace: { other: 'file', gone: '' } });
    writeFileSync(join(cwd, 'file'), 'abcdef');
    expect(text(tree.readNow(join(cwd, 'file')))).toBe('abcdef');
    expect(text(tree.readNow(join(cwd, 'other'), new Uint8Array(3)))).toBe('abc');
    expect(text(tree.readNow(join(cwd, 'file'), new Uint8Array(30)))).toBe('abcdef');
    expect(() => tree.readNow(join(cwd, 'gone'))).toThrow(/^open .*gone: /);
    expect(() => tree.readNow(join(cwd, 'none'))).toThrow(/^open .*none: no such file or directory$/);
  });
});

describe('findUp', () => {
  test('finds the nearest folder with the file, and passes a folder of that name over', async () => {
    const { cwd, tree } = await openTree();
    mkdirSync(join(cwd, 'a', 'b', 'go.mod'), { recursive: true });
    writeFileSync(join(cwd, 'go.mod'), '');
    expect(await tree.findUp(join(cwd, 'a', 'b'), 'go.mod')).toBe(cwd);
    expect(await tree.findUp(join(cwd, 'a', 'b'), 'go.mod', join(cwd, 'a'))).toBeUndefined();
    expect(await tree.findUp(join(cwd, 'a', 'b'), 'go.mod', cwd)).toBeUndefined();
    expect(await tree.findUp('/', 'no-such-file-anywhere')).toBeUndefined();
  });

  test('a link to a file counts, one to nowhere does not', async () => {
    const { cwd, tree } = await openTree();
    mkdirSync(join(cwd, 'a'));
    writeFileSync(join(cwd, 'real'), '');
    symlinkSync(join(cwd, 'real'), join(cwd, 'go.mod'));
    symlinkSync(join(cwd, 'missing'), join(cwd, 'a', 'go.mod'));
    expect(await tree.findUp(join(cwd, 'a'), 'go.mod')).toBe(cwd);
  });
});

describe('transform', () => {
  test('writes what the change makes of the contents, longer, shorter or empty', async () => {
    const { cwd, tree } = await openTree();
    const file = join(cwd, 'go.sum');
    const set = (next: string) => tree.transform(file, () => encodeUtf8(next));
    await set('one\n');
    await set('one\ntwo\nthree\n');
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\nthree\n');
    await tree.transform(file, (old) => old.subarray(0, 4));
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    await tree.transform(file, () => undefined);
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    await set('');
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test('what the change throws is thrown, and the file stays', async () => {
    const { cwd, tree } = await openTree();
    const file = join(cwd, 'go.sum');
    writeFileSync(file, 'old');
    const error = new TsgogetError('checksum-mismatch', 'no');
    await expect(
      tree.transform(file, () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(readFileSync(file, 'utf8')).toBe('old');
    await tree.transform(file, () => encodeUtf8('the lock is free again'));
  });

  test('concurrent changes lose nothing', async () => {
    const { cwd } = await openTree();
    const file = join(cwd, 'go.sum');
    const add = async (letter: string) => {
      const tree = await SourceTree.open({ cwd });
      for (let i = 0; i < 10; i++) {
        await tree.transform(file, (old) => Buffer.concat([old, encodeUtf8(`${letter}${i}\n`)]));
      }
    };
    await Promise.all([...'abcdefgh'].map(add));
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(80);
    for (const letter of 'abcdefgh') {
      expect(lines.filter((l) => l.startsWith(letter))).toEqual(Array.from({ length: 10 }, (_, i) => `${letter}${i}`));
    }
  });

  test('a folder in the place of the file, and a folder that is not there, are told', async () => {
    const { cwd, tree } = await openTree();
    const change = () => encodeUtf8('x');
    await expect(tree.transform(cwd, change)).rejects.toMatchObject({
      code: 'failed',
      message: `write ${cwd}: is a directory`,
    });
    const below = join(cwd, 'none', 'go.sum');
    await expect(tree.transform(below, change)).rejects.toMatchObject({
      message: `write ${below}: no such file or directory`,
    });
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a read-only file is told', async () => {
    const { cwd, tree } = await openTree();
    const file = join(cwd, 'go.sum');
    writeFileSync(file, 'old');
    chmodSync(file, 0o444);
    await expect(tree.transform(file, () => encodeUtf8('new'))).rejects.toMatchObject({
      message: `write ${file}: permission denied`,
    });
  });

  test('an interruption ends the wait for the lock', async () => {
    const cwd = tempDir();
    const controller = new AbortController();
    controller.abort();
    const tree = await SourceTree.open({ cwd, signal: controller.signal });
    await expect(tree.transform(join(cwd, 'go.sum'), () => undefined)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

test('readLocked reads past the overlay and names the file as asked', async () => {
  const { cwd, tree } = await openTree({ Replace: { 'go.mod': '' } });
  writeFileSync(join(cwd, 'go.mod'), 'm');
  expect(text(await tree.readLocked(join(cwd, 'go.mod')))).toBe('m');
  await expect(tree.readLocked(join(cwd, 'none'), 'none')).rejects.toMatchObject({
    message: 'open none: no such file or directory',
  });
});

test('list has what is there, in order, and nothing where there is no folder', async () => {
  const { cwd, tree } = await openTree();
  mkdirSync(join(cwd, 'b'));
  for (const name of ['c.go', 'A.go']) writeFileSync(join(cwd, name), '');
  expect((await tree.list(cwd)).map((e) => [e.name, e.isDirectory, e.isFile])).toEqual([
    ['A.go', false, true],
    ['b', true, false],
    ['c.go', false, true],
  ]);
  expect(await tree.list(join(cwd, 'none'))).toEqual([]);
});

test.skipIf(process.platform === 'win32').each([
  ['/w/m/go.mod', '/w/m', 'go.mod'],
  ['/w/m', '/w/m', '.'],
  ['/wide/go.mod', '/wide/m', '../go.mod'],
  ['/w/go.mod', '/w/m', '/w/go.mod'],
  ['/go.mod', '/w/m/n/o', '/go.mod'],
  ['relative/go.mod', '/w', 'relative/go.mod'],
  ['/', '/', '/'],
])('shortPath of %s in %s is %s', (path, cwd, short) => {
  expect(shortPath(path, cwd)).toBe(short); // only a shorter one is relative
});
