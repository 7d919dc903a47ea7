/** The words of errors that a person may act on. */
import { expect, test } from 'vitest';
import { explainCommand } from '../src/errors.js';

test.each([
  ['example.com/m', 'v1.0.0', 'example.com/m@v1.0.0'],
  ['example.com/m/v2', 'v2.0.0-rc.1/go.mod', 'example.com/m/v2@v2.0.0-rc.1'],
  ['gopkg.in/~x.v1', 'v1.0.0+incompatible', 'gopkg.in/~x.v1@v1.0.0+incompatible'],
  ['$(evil)', 'v1.0.0', 'MODULE@VERSION'],
  ['example.com/m', 'v1.0.0;evil', 'MODULE@VERSION'],
  ['-x', 'v1.0.0', 'MODULE@VERSION'],
  ['example.com/m\nx', 'v1.0.0', 'MODULE@VERSION'],
])('the command that explains a mismatch of %j %j can be pasted into a shell', (path, version, subject) => {
  expect(explainCommand(path, version)).toBe(`tsgoget explain-mismatch ${subject}`);
});
