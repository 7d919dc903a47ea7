import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyGoModHash, GoSum, parseGoSumLines } from '../../src/gosum/index.js';

const h = (letter: string) => `h1:${letter.repeat(43)}=`;
const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((p) => (typeof p === 'string' ? [...new TextEncoder().encode(p)] : p)));

describe('parse', () => {
  test('reads three fields a line, split on white space', () => {
    const sums = GoSum.parse('go.sum', `a v1.0.0 ${h('A')}\r\n\n  \t\r\n\ta   v1.0.0/go.mod\t${h('B')}`);
    expect(sums.get('a', 'v1.0.0')).toEqual([h('A')]);
    expect(sums.get('a', 'v1.0.0/go.mod')).toEqual([h('B')]);
    expect(sums.get('a', 'v1.0.1')).toEqual([]);
    expect([...GoSum.parse('go.sum', '').entries()]).toEqual([]);
  });

  test('splits at what Go takes for white space: U+0085 and U+00A0 are, U+FEFF is not', () => {
    expect(GoSum.parse('go.sum', `a\x85v1\xa0x`).get('a', 'v1')).toEqual(['x']);
    expect(() => GoSum.parse('go.sum', 'a\ufeffv1 x')).toThrow('wrong number of fields 2');
    expect(GoSum.parse('go.sum', bytes([0xef, 0xbb, 0xbf], 'a v1 x')).get('\ufeffa', 'v1')).toEqual(['x']);
  });

  test('keeps all hashes in their order, and unknown algorithms', () => {
    const sums = GoSum.parse('go.sum', `a v1.0.0 h2:x\na v1.0.0 ${h('B')}\na v1.0.0 ${h('A')}\na v1.0.0 ${h('B')}\n`);
    expect(sums.get('a', 'v1.0.0')).toEqual(['h2:x', h('B'), h('A')]);
    expect([...sums.entries()]).toEqual([{ path: 'a', version: 'v1.0.0', hashes: ['h2:x', h('B'), h('A')] }]);
  });

  test('drops the hash of the empty go.mod', () => {
    const sums = GoSum.parse('go.sum', `a v1.0.0/go.mod ${emptyGoModHash}\na v1.0.0/go.mod ${h('A')}\n`);
    expect(sums.get('a', 'v1.0.0/go.mod')).toEqual([h('A')]);
  });

  test('names the file and the line of a malformed line', () => {
    expect(() => GoSum.parse('/w/go.sum', `a v1 x\n\na v1 x trailing junk\n`)).toThrow(
      expect.objectContaining({
        code: 'invalid-gosum',
        message: 'malformed go.sum:\n/w/go.sum:3: wrong number of fields 5',
      }),
    );
    expect(() => GoSum.parse('go.sum', '<<<<<<< HEAD\n')).toThrow('go.sum:1: wrong number of fields 2');
    expect(() => GoSum.parse('go.sum', bytes('a v1 x\na v1 ', [0xff], '\n'))).toThrow('go.sum:2: invalid UTF-8');
  });

  test('drops malformed lines when asked to', () => {
    const data = bytes('one\na v1 x\n= = = =\na v2 ', [0xff], '\nb v1 y');
    expect(GoSum.parse('go.sum', data, { dropMalformed: true }).format()).toBe('a v1 x\nb v1 y\n');
  });

  test('numbers the lines', () => {
    expect([...parseGoSumLines('go.sum', '\n// a comment\n\r\na v1 x')]).toEqual([
      { line: 2, path: '//', version: 'a', hash: 'comment' },
      { line: 4, path: 'a', version: 'v1', hash: 'x' },
    ]);
  });

  test('a path or version that is a property of Object is like any other', () => {
    const sums = GoSum.parse('go.sum', '__proto__ constructor x\n');
    expect(sums.get('__proto__', 'constructor')).toEqual(['x']);
    expect(sums.get('constructor', '__proto__')).toEqual([]);
    expect(sums.get('__proto__', 'toString')).toEqual([]);
  });
});

describe('edit', () => {
  test('adds once, deletes, and cannot be made to write another line', () => {
    const sums = new GoSum();
    expect(sums.add('a', 'v1.0.0', h('A'))).toBe(true);
    expect(sums.add('a', 'v1.0.0', h('A'))).toBe(false);
    expect(sums.add('a', 'v1.0.0', h('B'))).toBe(true);
    expect(sums.delete('a', 'v2.0.0')).toBe(false);
    expect(sums.delete('a', 'v1.0.0')).toBe(true);
    expect(sums.delete('a', 'v1.0.0')).toBe(false);
    expect(sums.format()).toBe('');
    expect(() => sums.add('a', 'v1.0.0', 'x\nb v1.0.0 y')).toThrow(expect.objectContaining({ code: 'invalid-gosum' }));
    expect(() => sums.add('', 'v1.0.0', 'x')).toThrow(expect.objectContaining({ code: 'invalid-gosum' }));
    expect(sums.format()).toBe('');
  });

  test('what get returns is not a way to change the file', () => {
    const sums = GoSum.parse('go.sum', 'a v1 x\n');
    (sums.get('a', 'v1') as string[]).push('y');
    expect(sums.format()).toBe('a v1 x\n');
  });

  test('merges', () => {
    const sums = GoSum.parse('go.sum', 'b v1 x\na v1 x\n');
    sums.merge(GoSum.parse('go.work.sum', 'a v1 w\na v1 x\nc v1 z\nc v1 z\n'));
    expect(sums.format()).toBe('a v1 w\na v1 x\nb v1 x\nc v1 z\n');
  });
});

describe('format', () => {
  test('orders by path bytes, version precedence, kind, hash', () => {
    const lines = [
      'A v1.0.0 x',
      'a v0.0.0-20200101000000-abcdefabcdef x',
      'a v0.9.0 x',
      'a v0.9.0/go.mod x',
      'a v0.10.0-rc.1/go.mod x',
      'a v0.10.0 w',
      'a v0.10.0 x',
      'a/b v1.0.0 x',
      'a\uff5e v1.0.0 x',
      'a\u{1f600} v1.0.0 x',
    ];
    const text = lines.map((line) => `${line}\n`).join('');
    expect(GoSum.parse('go.sum', `${[...lines].reverse().join('\n')}\n${lines[3]}\n`).format()).toBe(text);
  });

  const field = fc.stringMatching(/^[!-~]{1,6}$/);
  const version = fc.oneof(
    fc.constantFrom('v1.0.0', 'v1.0.0/go.mod', 'v1.0.0-pre', 'v1.10.0', 'v2.0.0+incompatible'),
    field,
  );
  const line = fc.tuple(field, version, field).map((fields) => fields.join(' '));

  test('property: what is printed reads back the same, and does not depend on the order of lines', () => {
    fc.assert(
      fc.property(
        fc
          .array(line)
          .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }))),
        ([lines, shuffled]) => {
          const printed = GoSum.parse('go.sum', lines.join('\n')).format();
          expect(GoSum.parse('go.sum', printed).format()).toBe(printed);
          expect(GoSum.parse('go.sum', shuffled.join('\r\n')).format()).toBe(printed);
          expect(new Set(printed.split('\n'))).toEqual(new Set([...lines, '']));
        },
      ),
    );
  });

  test('property: no bytes make it fail but with its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        try {
          GoSum.parse('go.sum', data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-gosum' });
        }
        GoSum.parse('go.sum', data, { dropMalformed: true }).format();
      }),
    );
  });

  test('large files take linear time, with all lines under one name too', () => {
    const count = 200_000;
    const hashes = Array.from({ length: count }, (_, i) => `a v1.0.0 h1:${i}`);
    const one = GoSum.parse('go.sum', hashes.join('\n'));
    one.merge(one);
    expect(one.get('a', 'v1.0.0')).toHaveLength(count);
    const versions = Array.from({ length: count }, (_, i) => `a v1.0.${i} h1:x`);
    const text = `${versions.join('\n')}\n`;
    expect(GoSum.parse('go.sum', text).format()).toBe(text);
  });
});
