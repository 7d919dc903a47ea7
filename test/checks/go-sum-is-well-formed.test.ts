/** Every line of go.sum that go would refuse, pass over or read by accident is told. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goSumIsWellFormed } from '../../src/checks/go-sum-is-well-formed.js';
import { emptyGoModHash, scanGoSum } from '../../src/gosum/index.js';

const h = (char: string) => `h1:${char.repeat(43)}=`;
const fileOf = (text: string | Uint8Array, name = 'go.sum') => ({
  file: `/me/${name}`,
  name,
  lines: [...scanGoSum(text)],
});
const toldOf = (...files: ReturnType<typeof fileOf>[]) =>
  goSumIsWellFormed({ sumFiles: files }).findings.map((f) => [f.weight, f.file, f.line, f.message]);

const good = `a.test/m v1.0.0 ${h('A')}\n`;

test('a file as go writes it has nothing to tell', () => {
  expect(goSumIsWellFormed({ sumFiles: [fileOf(good)] })).toEqual({
    claim: 'go-sum-is-well-formed',
    checked: 1,
    findings: [],
  });
  expect(toldOf(fileOf(`${good}\n\n`))).toEqual([]);
});

test.each<[string, string | Uint8Array, string, string]>([
  ['four fields', `${good.trimEnd()} x\n`, 'unchecked', 'malformed go.sum: wrong number of fields 4'],
  ['one field', 'x', 'unchecked', 'malformed go.sum: wrong number of fields 1'],
  [
    'what is not UTF-8',
    Buffer.concat([Buffer.from('a.test/\xff', 'latin1'), Buffer.from(` v1.0.0 ${h('A')}`)]),
    'unchecked',
    'malformed go.sum: invalid UTF-8',
  ],
  ['CRLF', good.replace('\n', '\r\n'), 'note', '1 line that end in CRLF'],
  ['other white space', good.replace(' ', '\u00a0'), 'note', '1 line that have other white space than go writes'],
  ['a space at the end', good.replace('\n', ' \n'), 'note', '1 line that have other white space than go writes'],
  [
    'the hash of an empty go.mod',
    `a.test/m v1.0.0/go.mod ${emptyGoModHash}`,
    'note',
    'the hash of an empty go.mod, which old go commands recorded by mistake: go passes over the line',
  ],
])('%s', (_, text, weight, message) => {
  expect(toldOf(fileOf(text))).toEqual([[weight, 'go.sum', 1, message]]);
});

test('one note for a whole file in CRLF', () => {
  expect(toldOf(fileOf(`${good}${good.replace('m', 'n')}`.replaceAll('\n', '\r\n')))).toEqual([
    ['note', 'go.sum', 1, '2 lines that end in CRLF'],
  ]);
});

test('two h1: hashes for a key are refuted where the second stands, across files too', () => {
  const other = good.replace(h('A'), h('E'));
  const words = (place: string) => `another hash for this key stands in ${place}`;
  expect(toldOf(fileOf(good + other))).toEqual([['refuted', 'go.sum', 2, words('go.sum:1')]]);
  expect(toldOf(fileOf(good, 'go.work.sum'), fileOf(other, 'a/go.sum'))).toEqual([
    ['refuted', 'a/go.sum', 1, words('go.work.sum:1')],
  ]);
  expect(toldOf(fileOf(good + good.replace('v1.0.0', 'v1.0.0/go.mod').replace(h('A'), h('E'))))).toEqual([]);
  expect(toldOf(fileOf(good + good.replace(h('A'), 'h2:x')))).toEqual([]);
});

test('every line that go refuses is told, and only those are unchecked', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '/', ':', '=', '\u200b', 'é'), minLength: 1 });
  fc.assert(
    fc.property(fc.array(fc.array(field, { maxLength: 5 })), (rows) => {
      const text = rows.map((row) => row.join(' ')).join('\n');
      const bad = rows.flatMap((row, i) => (row.length === 3 || row.length === 0 ? [] : [i + 1]));
      const told = goSumIsWellFormed({ sumFiles: [fileOf(text)] }).findings.filter((f) => f.weight === 'unchecked');
      expect(told.map((f) => f.line)).toEqual(bad);
    }),
  );
});

test('hundreds of thousands of bad lines are told in linear time', { timeout: 120_000 }, () => {
  expect(toldOf(fileOf('x\n'.repeat(300_000)))).toHaveLength(300_000);
  expect(
    toldOf(
      fileOf(
        good +
          Array.from({ length: 200_000 }, (_, i) => good.replace(h('A'), `h1:${String(i).padStart(43, '0')}=`)).join(
            '',
          ),
      ),
    ),
  ).not.toHaveLength(0);
});
