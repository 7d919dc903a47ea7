import { describe, expect, test } from 'vitest';
import { ChecksumMismatchError, exitCode, ModuleError, TsgogetError } from '../../src/errors.js';
import { InvalidVersionError } from '../../src/module/index.js';
import { BuildListError, conflictSummary, formatConflict } from '../../src/mvs/index.js';

const main = { path: 'example.com/main', version: '' };
const a = { path: 'example.com/a', version: 'v1.0.0' };
const b = { path: 'example.com/b', version: 'v1.2.0' };

describe('BuildListError', () => {
  test('prints the chain without the main module', () => {
    const error = new BuildListError(new Error('no go.mod'), [main, a, b]);
    expect(error.message).toBe('example.com/a@v1.0.0 requires\n\texample.com/b@v1.2.0: no go.mod');
    expect(error.code).toBe('build-list');
    expect(error.module).toEqual(b);
    expect(error.chain).toEqual([main, a, b]);
  });

  test('a failure of the main module itself has no subject', () => {
    expect(new BuildListError(new Error('bad go.mod'), [main]).message).toBe('bad go.mod');
  });

  test('names the module once', () => {
    const direct = new ModuleError('not-found', b, 'not there');
    expect(new BuildListError(direct, [a, b]).message).toBe(
      'example.com/a@v1.0.0 requires\n\texample.com/b@v1.2.0: not there',
    );
    const wrapped = new TsgogetError('failed', 'reading example.com/b@v1.2.0: not there', { cause: direct });
    expect(new BuildListError(wrapped, [b]).message).toBe('reading example.com/b@v1.2.0: not there');
    const refuted = new TsgogetError('failed', 'example.com/b@v1.2.0: verifying go.mod: checksum mismatch');
    expect(new BuildListError(refuted, [b]).message).toBe(refuted.message);
    const versionless = { path: 'example.com/c', version: '' };
    expect(new BuildListError(new Error('odd'), [a, versionless]).message).toBe(
      'example.com/a@v1.0.0 requires\n\tmodule example.com/c: odd',
    );
  });

  test('names the replacement', () => {
    const error = new ModuleError('not-found', { path: './b', version: '' }, 'no such directory');
    expect(new BuildListError(error, [a, b]).message).toBe(
      'example.com/a@v1.0.0 requires\n\texample.com/b@v1.2.0 (replaced by ./b): no such directory',
    );
    const version = new InvalidVersionError('v2.0.0', 'should be v0 or v1, not v2').of('example.com/r');
    expect(new BuildListError(version, [b]).message).toBe(
      'example.com/b@v1.2.0 (replaced by example.com/r@v2.0.0): version "v2.0.0" invalid: should be v0 or v1, not v2',
    );
  });

  test('a refutation at the end of the chain stays one', () => {
    const cause = new ChecksumMismatchError('checksum mismatch', { want: 'h1:a', got: 'h1:b', from: 'go.sum' });
    expect(exitCode(new BuildListError(cause, [main, a]))).toBe(3);
  });

  test('a cause whose chain of causes is a cycle ends', () => {
    const cause: Error & { cause?: unknown } = new Error('loop');
    cause.cause = cause;
    expect(new BuildListError(cause, [a]).message).toBe('example.com/a@v1.0.0: loop');
  });
});

describe('Conflict', () => {
  const c = { path: 'example.com/c', version: 'v1.5.0' };
  const constraint = { path: 'example.com/c', version: 'v1.4.0' };
  test('the summary names the first and the last module', () => {
    expect(conflictSummary({ path: [c], constraint })).toBe('example.com/c@v1.5.0 is above v1.4.0');
    expect(conflictSummary({ path: [a, c], constraint })).toBe(
      'example.com/a@v1.0.0 requires example.com/c@v1.5.0, but v1.4.0 is requested',
    );
    expect(conflictSummary({ path: [a, b, c], constraint })).toBe(
      'example.com/a@v1.0.0 indirectly requires example.com/c@v1.5.0, but v1.4.0 is requested',
    );
    expect(conflictSummary({ path: [c], error: new Error('gone') })).toBe('example.com/c@v1.5.0: gone');
    expect(conflictSummary({ path: [a, c], error: new ModuleError('not-found', c, 'gone') })).toBe(
      'example.com/a@v1.0.0 requires example.com/c@v1.5.0: gone',
    );
  });

  test('the long form names every module', () => {
    expect(formatConflict({ path: [a, b, c], constraint })).toBe(
      'example.com/a@v1.0.0 requires\n\texample.com/b@v1.2.0 requires\n\texample.com/c@v1.5.0, but v1.4.0 is requested',
    );
    expect(formatConflict({ path: [c], error: new Error('gone') })).toBe('example.com/c@v1.5.0 found: gone');
  });
});
