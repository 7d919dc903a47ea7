import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTxtar, parseTxtar } from './txtar.js';

const lines = fc
  .array(fc.constantFrom('a', '', '-- x', '-- --', 'x -- y --', '\ufeffb\r'))
  .map((l) => Buffer.from(l.map((line) => `${line}\n`).join('')));

describe('txtar', () => {
  test('format and parse are inverse', () => {
    const file = fc.record({ name: fc.stringMatching(/^[a-z]([a-z /.]*[a-z])?$/), data: lines });
    fc.assert(
      fc.property(lines, fc.array(file), (comment, files) => {
        const parsed = parseTxtar(formatTxtar({ comment, files }));
        expect(parsed.files.map((f) => [f.name, Buffer.from(f.data)])).toEqual(files.map((f) => [f.name, f.data]));
        expect(Buffer.from(parsed.comment)).toEqual(comment);
      }),
    );
  });

  test('a last line without a newline gets one; a name may come twice', () => {
    const { comment, files } = parseTxtar('note\n-- a --\n1\n-- a --\n2');
    expect(Buffer.from(comment).toString()).toBe('note\n');
    expect(files.map((f) => [f.name, Buffer.from(f.data).toString()])).toEqual([
      ['a', '1\n'],
      ['a', '2\n'],
    ]);
  });
});
