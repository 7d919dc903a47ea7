import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { TsgogetError } from '../../src/errors.js';
import { openNote, parseVerifierKey } from '../../src/note/index.js';
import {
  checkProofFile,
  formatProofFile,
  maxProofFileBytes,
  type ProofFile,
  parseProofFile,
  proveRecords,
} from '../../src/proof/index.js';
import { parseTreeHead } from '../../src/tlog/index.js';
import { FixtureLog } from '../support/fixture-log.js';

const h1 = (i: number) => `h1:${String(i).padStart(43, 'x')}=`;
const log = new FixtureLog();
for (let i = 0; i < 40; i++) log.add(`example.com/m${i}`, 'v1.0.0', h1(i), h1(i + 1000));
const known = [parseVerifierKey(log.verifierKey)];

function proofOf(ids: readonly number[], size = 40): ProofFile {
  return {
    records: ids.map((id) => ({ id, text: log.texts[id]! })),
    hashes: proveRecords(ids, size, (range) => log.tree.rangeHash(range)),
    note: log.note(size),
  };
}
const bytesOf = (file: ProofFile) => encodeUtf8(formatProofFile(file));
/** The records that a file proves; throws as a reader does. */
function verdict(bytes: Uint8Array) {
  const file = parseProofFile(bytes);
  checkProofFile(file, parseTreeHead(openNote(file.note, known).text));
  return file.records;
}
const refuted = expect.objectContaining({ code: 'bad-proof' });
const codes = ['bad-proof', 'bad-signature', 'invalid-note'];
/** Refused in an orderly way, or the same verdict. */
function expectNoOther(bytes: Uint8Array, want: ReturnType<typeof verdict>, what: string): boolean {
  try {
    expect(verdict(bytes), what).toEqual(want);
    return true;
  } catch (error) {
    expect(error, what).toBeInstanceOf(TsgogetError);
    expect(codes, what).toContain((error as TsgogetError).code);
    return false;
  }
}

describe('a proof file', () => {
  test('has a title, the records as a look-up answers them, the hashes, and the signed tree head', () => {
    const small = new FixtureLog();
    for (let i = 0; i < 3; i++) small.add(`example.com/m${i}`, 'v1.0.0', h1(i), h1(i + 10));
    const hash = Buffer.from(small.tree.node({ level: 0, index: 0 })).toString('base64');
    const file = {
      records: [1, 2].map((id) => ({ id, text: small.texts[id]! })),
      hashes: proveRecords([1, 2], 3, (range) => small.tree.rangeHash(range)),
      note: small.note(),
    };
    expect(formatProofFile(file)).toBe(
      `go.sum proof v1\n` +
        `1\nexample.com/m1 v1.0.0 ${h1(1)}\nexample.com/m1 v1.0.0/go.mod ${h1(11)}\n\n` +
        `2\nexample.com/m2 v1.0.0 ${h1(2)}\nexample.com/m2 v1.0.0/go.mod ${h1(12)}\n\n` +
        `${hash}\n\n${small.note()}`,
    );
  });

  test('property: what is written is read again, and there is one way to write it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.uniqueArray(fc.nat(39)), (size, ids) => {
        const within = ids.filter((id) => id < size).sort((a, b) => a - b);
        const file = proofOf(within, size);
        const bytes = bytesOf(file);
        expect(parseProofFile(bytes)).toEqual(file);
        expect(verdict(bytes)).toEqual(file.records);
        expect(bytesOf(parseProofFile(bytes))).toEqual(bytes);
      }),
    );
  });

  test('every single flipped bit is refused', () => {
    const bytes = bytesOf(proofOf([1, 3], 5));
    const want = verdict(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const copy = Uint8Array.from(bytes);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      expect(expectNoOther(copy, want, `bit ${bit}`), `bit ${bit}`).toBe(false);
    }
  });

  test('every truncation is refused, and every byte more', () => {
    const bytes = bytesOf(proofOf([1, 3], 5));
    const want = verdict(bytes);
    for (let length = 0; length < bytes.length; length++) {
      expect(expectNoOther(bytes.subarray(0, length), want, `length ${length}`), `length ${length}`).toBe(false);
    }
    for (const more of ['\n', ' ', 'x', '\0', '\u2014 a b\n', log.note()]) {
      expect(expectNoOther(Buffer.concat([bytes, encodeUtf8(more)]), want, more), more).toBe(false);
    }
  });

  test('property: lines moved, doubled, taken out or changed are refused', () => {
    const text = formatProofFile(proofOf([3, 4, 17, 30]));
    const want = verdict(encodeUtf8(text));
    const lines = text.slice(0, -1).split('\n');
    const line = fc.nat(lines.length - 1);
    fc.assert(
      fc.property(line, line, fc.constantFrom('swap', 'double', 'drop', 'empty', 'space', 'cr'), (i, j, how) => {
        const changed =
          how === 'swap'
            ? lines.with(i, lines[j]!).with(j, lines[i]!)
            : how === 'double'
              ? lines.toSpliced(i, 0, lines[j]!)
              : how === 'drop'
                ? lines.toSpliced(i, 1)
                : lines.with(i, how === 'empty' ? '' : `${lines[i]}${how === 'cr' ? '\r' : ' '}`);
        const other = `${changed.join('\n')}\n`;
        if (other === text) return;
        const same = expectNoOther(encodeUtf8(other), want, `${how} ${i} ${j}`);
        // a signature line may stand twice: it counts once
        if (same) expect([how, other.startsWith(text.slice(0, text.indexOf('\n\n\u2014')))]).toEqual(['double', true]);
      }),
      { numRuns: 1000 },
    );
  });

  test('a record of another tree, a shortened record and an exchanged note are refused', () => {
    const file = proofOf([3, 17]);
    const other = (change: Partial<ProofFile>) => () => verdict(bytesOf({ ...file, ...change }));
    expect(other({ records: [file.records[0]!, { id: 17, text: log.texts[18]! }] })).toThrow(refuted);
    expect(other({ records: [file.records[0]!, { id: 17, text: `${log.texts[17]!.split('\n')[0]}\n` }] })).toThrow(
      refuted,
    );
    expect(other({ records: [file.records[0]!] })).toThrow(refuted);
    expect(other({ note: log.note(39) })).toThrow(refuted);
    expect(other({ hashes: [] })).toThrow(refuted);
    expect(other({ hashes: [...file.hashes, file.hashes[0]!] })).toThrow(refuted);
    expect(other({ note: new FixtureLog({ name: 'sum.other' }).pad(40).note() })).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
  });

  test.each<[string, (text: string) => string]>([
    ['a leading zero', (t) => t.replace('\n3\n', '\n03\n')],
    ['a plus', (t) => t.replace('\n3\n', '\n+3\n')],
    ['a number past 2^53', (t) => t.replace('\n3\n', '\n9007199254740993\n')],
    ['a forged number of many digits', (t) => t.replace('\n3\n', `\n${'9'.repeat(1000)}\n`)],
    ['no number', (t) => t.replace('\n3\n', '\n\n')],
    ['a hash without padding', (t) => t.replace(/=\n(?=[^\n]{43}=\n\n)/, '\n')],
    ['a hash with loose bits', (t) => t.replace(/[^\n]=\n\n(?=go\.sum)/, 'B=\n\n')],
    ['a hash in base64url', (t) => t.replace(/\n[^\n]{44}\n\n(?=go\.sum)/, `\n${'-'.repeat(43)}=\n\n`)],
    ['a record after the hashes', (t) => t.replace('\n\ngo.sum database', '\n30\nx\n\n\ngo.sum database')],
    ['a byte order mark', (t) => `\ufeff${t}`],
    ['another version', (t) => t.replace('proof v1', 'proof v2')],
    ['CRLF', (t) => t.replaceAll('\n', '\r\n')],
    ['nothing', () => ''],
    ['only a title', () => 'go.sum proof v1\n'],
    ['a title and an end', () => 'go.sum proof v1\n\n'],
    ['a control character in a record', (t) => t.replace('example.com/m3 ', 'example.com/m3\x1b ')],
  ])('is refused with %s', (_, change) => {
    const text = formatProofFile(proofOf([3, 17]));
    expect(change(text)).not.toBe(text);
    expect(() => verdict(encodeUtf8(change(text)))).toThrow(TsgogetError);
    expect(expectNoOther(encodeUtf8(change(text)), [], 'refused')).toBe(false);
  });

  test('property: no bytes make the reader fail in another way', () => {
    const pieces = fc.constantFrom(
      'go.sum proof v1\n',
      '1\n',
      'a b c\n',
      '\n',
      `${'A'.repeat(43)}=\n`,
      log.note(),
      '\xff',
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.array(pieces, { maxLength: 12 })), (input) => {
        const bytes =
          input instanceof Uint8Array ? input : Buffer.from(['go.sum proof v1\n', ...input].join(''), 'latin1');
        expectNoOther(bytes, [], 'random');
      }),
      { numRuns: 500 },
    );
  });

  test('is read in linear time, whatever it claims', () => {
    const title = 'go.sum proof v1\n';
    const hostile = [
      title + '1\n'.repeat(1_000_000),
      `${title}1\n${'a '.repeat(1_000_000)}`,
      title + `${'A'.repeat(43)}=\n`.repeat(50_000),
      title + Array.from({ length: 60_000 }, (_, i) => `${i}\nx\n\n`).join(''),
    ];
    for (const text of hostile) expect(() => verdict(encodeUtf8(text))).toThrow(TsgogetError);
    expect(() => parseProofFile(new Uint8Array(maxProofFileBytes + 1))).toThrow(refuted);
  });
});
