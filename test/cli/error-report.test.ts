import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportErrors } from '../../src/cli/error-report.js';
import { CommandLineError } from '../../src/commands/command-line-error.js';
import { ChecksumMismatchError, ModuleError, TsgogetError } from '../../src/errors.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const report = (...errors: unknown[]) => reportErrors(errors, { programName: 'go' });
const firstLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/^ +at |^\w*Error: /.test(line))
    .join('\n');
const debugReport = (...errors: unknown[]) => firstLines(reportErrors(errors, { programName: 'go', debug: true }).text);
const mismatch = new TsgogetError('checksum-mismatch', 'verifying m@v1.0.0: checksum mismatch\n\tdownloaded: h1:a');

describe('lines', () => {
  test('prefix on the first line of each error', () => {
    expect(report(mismatch).text).toBe('go: verifying m@v1.0.0: checksum mismatch\n\tdownloaded: h1:a\n');
  });
  test('no prefix where the go command has none, in its place only', () => {
    const bare = new TsgogetError('failed', 'm v1.0.0: dir has been modified', { bare: true });
    expect(report(bare, mismatch).text).toMatch(/^m v1.0.0: dir has been modified\ngo: verifying /);
    expect(reportErrors([bare], { programName: 'tsgoget' }).text).toBe('tsgoget: m v1.0.0: dir has been modified\n');
  });
  test('joined errors are reported one by one, and nothing twice', () => {
    const a = new TsgogetError('failed', 'a');
    const joined = new AggregateError([a, new AggregateError([new TsgogetError('failed', 'b')]), a], 'all failed');
    expect(report(joined, a).text).toBe('go: a\ngo: b\n');
  });
  test('a hint stands on a line of its own, after the errors; in go’s place stderr is go’s', () => {
    const hint = 'run go mod tidy';
    const errors = [new TsgogetError('failed', 'a', { hint }), new TsgogetError('failed', 'b', { hint })];
    expect(reportErrors(errors, { programName: 'tsgoget' }).text).toBe(
      'tsgoget: a\ntsgoget: b\nhint: run go mod tidy\n',
    );
    expect(report(...errors).text).toBe('go: a\ngo: b\n');
  });
  test('a cause is told for a bug report, if the message does not hold it', () => {
    const cause = new TsgogetError('network', 'connection refused');
    expect(
      report(new ModuleError('failed', { path: 'm', version: 'v1.0.0' }, 'reading: connection refused', { cause }))
        .text,
    ).toBe('go: m@v1.0.0: reading: connection refused\n');
    const silent = new ModuleError('failed', { path: 'm', version: 'v1.0.0' }, 'reading', { cause });
    expect(report(silent).text).toBe('go: m@v1.0.0: reading\n');
    expect(debugReport(silent)).toContain('go: m@v1.0.0: reading\n\tcaused by: connection refused\n');
  });
  test('a cycle of causes ends', () => {
    const a = new TsgogetError('failed', 'a');
    const b = new TsgogetError('failed', 'b', { cause: a });
    Object.assign(a, { cause: b });
    expect(debugReport(a)).toContain('go: a\n\tcaused by: b\n');
  });
  test('file-system errors in the order of go', () => {
    const missing = join(tempDir(), 'missing', 'go.mod');
    let caught: unknown;
    try {
      readFileSync(missing);
    } catch (error) {
      caught = error;
    }
    expect(report(caught).text).toBe(`go: open ${missing}: no such file or directory\n`);
  });
  test('the words of a bad command line stand alone', () => {
    expect(report(new CommandLineError('go x: unknown command\nRun'))).toEqual({
      text: 'go x: unknown command\nRun\n',
      exitCode: 2,
    });
  });
  test('what is no error of tsgoget is a bug: one line, a stack only on demand', () => {
    const bug = new TypeError('x is undefined\nmore');
    expect(report(bug).text).toMatch(
      /^go: internal error: TypeError: x is undefined \(a bug: .*report.*TSGOGET_DEBUG=1.*\)\n$/,
    );
    expect(report(bug).exitCode).toBe(1);
    expect(reportErrors([bug], { programName: 'go', debug: true }).text).toContain('error-report.test.ts');
    expect(report('a string').text).toContain('a string');
    expect(report(undefined).text).toContain('undefined');
  });
  test('an interruption is not told as an error', () => {
    const errors = [new TsgogetError('interrupted', 'interrupted'), new DOMException('stop', 'AbortError'), mismatch];
    expect(reportErrors(errors, { programName: 'go', interrupted: true }).text).toMatch(/^go: verifying[\s\S]*h1:a\n$/);
  });
});

describe('exit code: the most serious wins', () => {
  const failed = new TsgogetError('failed', 'f');
  const usage = new TsgogetError('usage', 'u');
  test.each([
    ['none', [], 0],
    ['failed', [failed], 1],
    ['usage', [failed, usage], 2],
    ['refuted', [usage, mismatch, failed], 3],
    ['refuted, deep inside', [new AggregateError([new TsgogetError('failed', 'x', { cause: mismatch })])], 3],
  ])('%s', (_, errors, code) => {
    expect(reportErrors(errors, { programName: 'go' }).exitCode).toBe(code);
  });
});

test('a SECURITY ERROR that comes by two ways is told once (issue 11, C.1), two of two modules are', () => {
  const twice = (subject: string, name: string) => {
    const fields = { want: 'h1:a', got: 'h1:b', from: 'go.sum' };
    return new ChecksumMismatchError(`${subject}verifying ${name}/go.mod: checksum mismatch\n\nSECURITY ERROR`, fields);
  };
  const errors = [twice('', 'a@v1'), twice('a@v1: ', 'a@v1'), twice('', 'b@v1')];
  const own = reportErrors(errors, { programName: 'tsgoget' });
  expect([own.text.match(/SECURITY ERROR/g)?.length, own.exitCode]).toEqual([2, 3]);
  // go ends at what go.sum contradicts, without a name before it
  expect(report(...errors).text).toBe('verifying a@v1/go.mod: checksum mismatch\n\nSECURITY ERROR\n');
  expect(report(errors[1]).text).toBe('verifying a@v1/go.mod: checksum mismatch\n\nSECURITY ERROR\n');
  const byLog = new ChecksumMismatchError('verifying a@v1: checksum mismatch', {
    want: 'h1:a',
    got: 'h1:b',
    from: 'log',
  });
  expect(report(byLog, mismatch).text).toContain('go: verifying a@v1: checksum mismatch\n');
});
