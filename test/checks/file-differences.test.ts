/** What two copies of a module differ in: files, lines, line endings, stamps; and that hostile copies cost little. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goModCopy, withLineFeeds, zipCopy } from '../../src/checks/mismatch/copies.js';
import { compareCopies, isSameButStamp } from '../../src/checks/mismatch/file-differences.js';
import { sha256Hex } from '../../src/encoding/sha256.js';
import { sumsOf } from '../support/fixture-world.js';
import { writeZip } from '../support/module-zip-writer.js';
import { useTempDir } from '../support/temp-dir.js';

const folder = useTempDir();
const module = { path: 'example.com/m', version: 'v1.0.0' };
type Files = Record<string, string | Uint8Array>;
let count = 0;

async function copyOf(files: Files, method: 'store' | 'deflate' = 'deflate') {
  const entries = Object.entries(files).map(([name, data]) => ({ name: `example.com/m@v1.0.0/${name}`, data, method }));
  const file = join(folder(), `${count++}.zip`);
  writeFileSync(file, writeZip(entries));
  return zipCopy(file, module);
}

const compare = async (a: Files, b: Files) => compareCopies(await copyOf(a), await copyOf(b));

describe('files', () => {
  test('added, removed, changed, in the order of their names', async () => {
    const found = await compare(
      { 'b.go': '1\n2\n3\n', 'gone.go': 'x', same: 's' },
      { 'b.go': '1\n2\n4\n', 'a.go': '', same: 's' },
    );
    expect(found).toEqual({
      kind: 'content',
      count: 3,
      files: [
        { name: 'a.go', change: 'added', kind: 'content', baseSize: undefined, otherSize: 0 },
        {
          name: 'b.go',
          change: 'changed',
          kind: 'content',
          baseSize: 6,
          otherSize: 6,
          line: 3,
          baseText: '"3"',
          otherText: '"4"',
          hunks: ['@@ -1,3 +1,3 @@', ' 1', ' 2', '-3', '+4'],
        },
        {
          name: 'gone.go',
          change: 'removed',
          kind: 'content',
          baseSize: 1,
          otherSize: undefined,
          hunks: ['@@ -1,1 +0,0 @@', '-x', '\\ No newline at end of file'],
        },
      ],
    });
  });

  test.each<[string, string, string, number, string, string]>([
    ['a text that ends', 'one\ntwo', 'one\n', 2, '"two"', '""'],
    ['the end of a line', 'one\n', 'one\r\n', 1, '"one"', '"one\\r"'],
    ['what a terminal would obey', 'a\x1b[2Jb', 'a\u202eb', 1, '"a\\x1b[2Jb"', '"a\\u202eb"'],
    [
      'a long line',
      `${'é'.repeat(50)}x${'y'.repeat(99)}`,
      `${'é'.repeat(50)}z`,
      1,
      `…"${'é'.repeat(12)}x${'y'.repeat(55)}"…`,
      `…"${'é'.repeat(12)}z"`,
    ],
    ['what is not UTF-8', 'ab', 'a\ud800', 1, '"ab"', '"a\ufffd"'],
  ])('%s', async (_, a, b, line, baseText, otherText) => {
    const { files } = await compare({ 'f.txt': a }, { 'f.txt': b });
    expect(files).toEqual([expect.objectContaining({ line, baseText, otherText })]);
  });

  test('injected code is shown, new files first (issue 11, C.4)', async () => {
    const injected = 'package a\n\nfunc init() { evil() }\n';
    const { files } = await compare(
      { 'a.go': 'package a\n' },
      { 'a.go': injected, 'z.go': 'package a\n\x1b[2J\u202ex\n' },
    );
    expect(files.map((f) => [f.name, f.change, f.baseText, f.hunks])).toEqual([
      ['z.go', 'added', undefined, ['@@ -0,0 +1,2 @@', '+package a', '+\\x1b[2J\\u202ex']],
      ['a.go', 'changed', undefined, ['@@ -1,1 +1,3 @@', ' package a', '+', '+func init() { evil() }']],
    ]);
  });

  test('a long hunk is cut, and so is a long line; what is too large has none', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `${i}`);
    const { files } = await compare({ f: '' }, { f: lines.join('\n'), g: 'x'.repeat(300) });
    expect(files.map((f) => [f.name, f.hunks?.length, f.hunks?.at(-1)])).toEqual([
      ['g', 3, '\\ No newline at end of file'],
      ['f', 41, '… and 62 more lines'],
    ]);
    expect(files[0]!.hunks![1]).toHaveLength(201);
    const large = 'x\n'.repeat(2 ** 19 - 8);
    const many = (end: string) => Object.fromEntries([...Array(8)].map((_, i) => [`f${i}`, large + end]));
    const all = (await compare(many('a\n'), many('b\n'))).files.map((f) => f.hunks !== undefined);
    expect([all[0], all.at(-1)]).toEqual([true, false]); // so much is compared, and no more
  });

  test('what is binary has no lines', async () => {
    const { files, kind } = await compare({ f: 'a\0\r\nb' }, { f: 'a\0\nb' });
    expect([kind, files[0]!.line, files[0]!.kind]).toEqual(['content', undefined, 'content']);
  });

  test('the hash is that of the module, and a rule that is broken is told', async () => {
    const files = { 'go.mod': 'module example.com/m\n', 'a.go': 'package a\n' };
    const copy = await copyOf(files);
    expect([copy.h1, copy.fault]).toEqual([sumsOf({ ...module, files }).zip, undefined]);
    expect((await copyOf({ 'con.go': '' })).fault).toContain('con.go');
    expect(goModCopy(Buffer.from('module example.com/other\n'), module).fault).toContain('example.com/m');
  });
});

describe('line endings', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n'), { maxLength: 40 })
    .map((parts) => parts.join(''));

  test('a text and itself with CRLF have one hash', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (t) => {
        const unix = t.replaceAll('\r', '');
        const [a, b] = [await copyOf({ f: unix }), await copyOf({ f: unix.replaceAll('\n', '\r\n') })];
        expect(b.lfHash).toBe(a.h1);
        if (a.h1 !== b.h1) expect((await compareCopies(a, b)).kind).toBe('line-endings');
      }),
      { numRuns: 30 },
    );
  });

  test('a file that comes in parts is as one that does not', async () => {
    // more than what is read at once, and a CRLF on every border of 256 KiB
    const size = 4 * 2 ** 20;
    const data = Buffer.alloc(size, 'abcdefg\n');
    for (let at = 2 ** 18; at < size; at += 2 ** 18) data.write('\r\n', at - 1);
    data[size - 1] = 0x0d;
    for (const method of ['store', 'deflate'] as const) {
      const copy = await copyOf({ f: data }, method);
      const file = copy.files.get('f')!;
      expect([file.size, file.sum, file.lfSum]).toEqual([size, sha256Hex(data), sha256Hex(withLineFeeds(data))]);
    }
  });
});

describe('stamps', () => {
  test.each<[boolean, boolean, string, string]>([
    [true, false, 'v = "$Format:%H$"', 'v = "0123456789abcdef"'],
    [true, false, 'v = "0123456789abcdef"', 'v = "$Format:%H$"'],
    [true, false, '$Format:%h$ $Format:%d$.', '0123456  (HEAD -> main, tag: v1.0.0).'],
    [true, false, '// $Id$', '// $Id: 0123456789abcdef0123456789abcdef01234567 $'],
    [true, true, 'v = "0123456"', 'v = "01234567"'],
    [true, true, 'at 2020-01-02T03:04:05+00:00', 'at 2021-01-02 03:04:05 +0100'],
    [true, true, 'refs " (tag: v1.0.0)"', 'refs " (HEAD, tag: v1.0.0, origin/main)"'],
    [true, true, 'version v1.0.0', 'version v1.0.0-3.g0123456'],
    [false, false, 'v = "0123456"', 'v = "01234567"'],
    [false, true, 'f(a)', 'f(b)'],
    [false, true, 'x = 1', 'x = 2'],
    [false, true, 'v = "$Format:%H$"', 'v = "x"; evil(`y`)"'],
    [false, true, 'v = "$Format:%H$"', 'w = "0123456789abcdef"'],
    [false, true, '$Format:%H$', `a`.repeat(3000)],
    [false, true, '$Id$ a', '$Id: evil(); $ b'],
  ])('%s (marked: %s): %s | %s', (same, isMarked, a, b) => {
    expect(isSameButStamp(a, b, isMarked)).toBe(same);
  });

  test('only files that .gitattributes of the base marks may have hashes', async () => {
    const marked = { '.gitattributes': '# x\n/v/*.go text export-subst\n' };
    const [a, b] = [{ 'v/a.go': 'x = "0123456"\n' }, { 'v/a.go': 'x = "01234567"\n' }];
    expect((await compare({ ...marked, ...a }, { ...marked, ...b })).kind).toBe('export-subst');
    expect((await compare({ '.gitattributes': '', ...a }, { ...marked, ...b })).kind).toBe('content');
    expect((await compare(a, b)).kind).toBe('content');
    expect((await compare({ ...marked, 'w/a.go': a['v/a.go'] }, { ...marked, 'w/a.go': b['v/a.go'] })).kind).toBe(
      'content',
    );
  });

  test('a line more is no stamp', async () => {
    expect((await compare({ f: '$Format:%H$\n' }, { f: 'abc\nevil\n' })).kind).toBe('content');
  });
});

describe('hostile copies', () => {
  test.each<[string, () => [string, string]]>([
    ['many stamps in a line', () => ['$Format:%H$ '.repeat(160), 'a '.repeat(160)]],
    ['many lines', () => ['$Format:%H$\n'.repeat(80_000), 'x\n'.repeat(80_000)]],
    ['an endless word of hexadecimal', () => ['a'.repeat(1_000_000), 'a'.repeat(999_999)]],
    ['dots and digits', () => [`${'1.1.1-'.repeat(300)}a`, `${'1.1.1-'.repeat(300)}b`]],
  ])('%s: compared soon', async (_, make) => {
    const [a, b] = make();
    const attributes = { '.gitattributes': `${'*'.repeat(90)}f export-subst\n`.repeat(50) };
    // what is quadratic runs into the test's time-out
    const { count: differing } = await compare({ ...attributes, f: a }, { ...attributes, f: b });
    expect(differing).toBe(1);
  });
});
