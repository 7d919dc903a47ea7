/**
 * A24: what JavaScript does otherwise than Go.
 *
 * Elsewhere: byte order and BOM in hashes (test/dirhash/dirhash.test.ts, test/process/network-attacks.test.ts, "A24"), folding
 * (test/modzip/fold.test.ts), sizes past 2^31 and 2^53 (test/tlog/*.test.ts, "A24"), base64 (test/note/note.test.ts),
 * numbers of heads and records (test/tlog/tree-head.test.ts), UTF-8 (test/note, test/modfile).
 * Here: one test a trap, so that none is without one; and gates over the source for the functions that set them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hash1, hashGoMod } from '../../src/dirhash/index.js';
import { decodeBase64 } from '../../src/encoding/base64.js';
import { compareBytes } from '../../src/encoding/compare-bytes.js';
import { decodeUtf8, encodeUtf8 } from '../../src/encoding/utf8.js';
import { parseRevInfo } from '../../src/goproxy/rev-info.js';
import { GoSum } from '../../src/gosum/index.js';
import { parseGoMod } from '../../src/modfile/index.js';
import { checkPath, semver } from '../../src/module/index.js';
import { foldCase } from '../../src/modzip/index.js';
import { parseRecord, parseTreeHead, splitRange, subtreesOf, tilePath } from '../../src/tlog/index.js';

const info = (text: string) => parseRevInfo(encodeUtf8(text));

describe('strings', () => {
  test('sort is by UTF-16: U+FF5E and U+1F600 change places', () => {
    const names = ['\u{1f600}', '\uff5e'];
    expect([...names].sort()).toEqual(['\u{1f600}', '\uff5e']);
    expect([...names].sort(compareBytes)).toEqual(['\uff5e', '\u{1f600}']);
    const h1 = hash1(names, (name) => encodeUtf8(name));
    expect(hash1([...names].reverse(), (name) => encodeUtf8(name))).toBe(h1);
  });

  test('a decoder drops a BOM: bytes are hashed, and a text keeps it', () => {
    const bytes = encodeUtf8('\ufeffmodule m\r\n');
    expect(decodeUtf8(bytes)).toBe('\ufeffmodule m\r\n');
    expect(hashGoMod(bytes)).not.toBe(hashGoMod(bytes.slice(3)));
    expect(hashGoMod(bytes)).not.toBe(hashGoMod(encodeUtf8('\ufeffmodule m\n')));
  });

  test('a decoder replaces what is no UTF-8: two files would read as one', () => {
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      expect(decodeUtf8(Uint8Array.from(bad))).toBeUndefined();
    }
  });

  test('toLowerCase is not EqualFold: \u017f, \u212a, \u0130', () => {
    expect([foldCase('\u017f'), foldCase('\u212a')]).toEqual([foldCase('S'), foldCase('K')]);
    expect(foldCase('\u0130')).not.toBe(foldCase('i\u0307'));
    expect(foldCase('stra\u00dfe')).not.toBe(foldCase('STRASSE'));
  });

  test('lone surrogates have no bytes: no path, no text of a record', () => {
    expect(() => checkPath('example.com/\ud800')).toThrow();
    expect(() => checkPath('example.com/x\udfff')).toThrow();
    expect(decodeUtf8(encodeUtf8('\ud800'))).toBe('\ufffd'); // what an encoder makes of one: another name
  });

  test('\\d and \\w are ASCII, as in Go: digits of other scripts are no versions', () => {
    for (const version of ['v\u0661.0.0', 'v1.0.\uff10', 'v1.0.0-\u0661']) expect(semver.isValid(version)).toBe(false);
  });
});

describe('numbers', () => {
  test('shifts are of 32 bits: ranges and tiles past 2^31 and 2^53', () => {
    for (const end of [2 ** 31, 2 ** 32 + 1, 2 ** 40 + 12_345, Number.MAX_SAFE_INTEGER]) {
      const nodes = subtreesOf({ start: 0, end });
      expect(nodes.reduce((sum, n) => sum + 2 ** n.level, 0)).toBe(end);
      expect(splitRange({ start: 0, end })).toBeGreaterThanOrEqual(end / 2);
    }
    expect(tilePath({ height: 8, level: 0, index: 2 ** 45, width: 256 })).toBe('tile/8/0/x035/x184/x372/x088/832');
  });

  test.each(['', '0x10', '1e3', '1_000', ' 1', '1 ', '+1', '-0', '01', '1.0', '\u0661', '9007199254740992', 'NaN'])(
    'Number and BigInt read %j, Go’s parser of sizes does not',
    (text) => {
      const head = `go.sum database tree\n${text}\n${Buffer.alloc(32).toString('base64')}\n`;
      expect(() => parseTreeHead(head)).toThrow('malformed tree note');
      expect(() => parseRecord(encodeUtf8(`${text}\nx\n\n`))).toThrow('malformed record data');
    },
  );

  test('versions are compared without doubles', () => {
    expect(semver.compare('v1.0.0-90071992547409930', 'v1.0.0-90071992547409931')).toBe(-1);
    expect(semver.compare('v1.9007199254740992.0', 'v1.9007199254740993.0')).toBe(-1);
  });
});

describe('base64', () => {
  test.each(['AA=A!!', 'AAA', 'AAAA=', 'AA==\n', ' AAAA', 'AA-_', 'AAB=', 'AB==', '====', 'AAAA\u200b'])(
    'Buffer reads %j, we do not',
    (text) => {
      expect(Buffer.from(text, 'base64')).toBeInstanceOf(Buffer);
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});

describe('objects', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

  test.each(names)('%s is a name like any other in JSON, go.mod and go.sum', (name) => {
    expect(info(`{"Version":"v1.0.0","${name}":{"Version":"v9.0.0"}}`).version).toBe('v1.0.0');
    expect(() => info(`{"${name}":{"Version":"v9.0.0"},"Version":7}`)).toThrow();
    expect(info(`{"${name}":{"version":"v9.0.0"}}`).version).toBe('');
    const sums = GoSum.parse('go.sum', `${name} ${name} h1:x\n`);
    expect([sums.get(name, name), sums.get(name, 'v1'), sums.get('x', name)]).toEqual([['h1:x'], [], []]);
    const file = parseGoMod('go.mod', `module m\n\nrequire example.com/${name} v1.0.0\n`);
    expect(file.require.map((r) => r.path)).toEqual([`example.com/${name}`]);
    expect(({} as Record<string, unknown>).Version).toBeUndefined();
  });

  test('a key that comes twice in JSON: the last counts, as in Go', () => {
    expect(info('{"Version":"v1.0.0","Version":"v2.0.0"}').version).toBe('v2.0.0');
    expect(info('{"Version":"v1.0.0","version":"v2.0.0"}').version).toBe('v2.0.0');
  });
});

describe('the source', () => {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const text = readFileSync(join(root, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return [name.replaceAll('\\', '/'), text] as const;
    });
  const naming = (pattern: RegExp) => files.filter(([, text]) => pattern.test(text)).map(([name]) => name);

  test('no order of a locale, no global fetch, no lax base64', () => {
    expect(naming(/\blocaleCompare\b|\bIntl\.Collator\b|toLocale(?:Lower|Upper)Case/)).toEqual([]);
    expect(naming(/(?<![.\w])fetch\(['"`\w]*url/)).toEqual([]);
    expect(naming(/\bfrom\([^()]*,\s*['"]base64['"]\)|\batob\(/)).toEqual(['encoding/base64.ts']);
  });

  test('no shifts and no bit operators where sizes of trees are computed', () => {
    expect(naming(/ (?:<<|>>>?) |[^|]\| 0\b/).filter((name) => /^tlog\//.test(name))).toEqual([]);
  });

  test('numbers of notes and tiles are read by a parser of their own', () => {
    expect(
      naming(/\bparseInt\(|\bparseFloat\(|\bBigInt\(\s*(?!['"]?\d)[a-z]/)
        .filter((n) => /^(?:tlog|note|sumdb)\//.test(n))
        .filter((n) => n !== 'tlog/hash.ts'),
    ).toEqual([]);
  });
});
