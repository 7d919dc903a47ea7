/** The verdict: an attack is never 0 or 1, an outage never 0 or 3; and the line that a person can quote. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding, LineStatus, SumLineReport } from '../../src/checks/report.js';
import { type VerifyReport, verdictOf, verifyDocument } from '../../src/checks/verify-report.js';

const statuses: LineStatus[] = [
  { status: 'proven', record: 1, treeSize: 7, remembered: false },
  { status: 'proven', record: 1, treeSize: 7, remembered: true },
  { status: 'differs', want: 'h1:a', got: 'h1:b', from: 'sum.test' },
  { status: 'not-in-log', reason: 'r' },
  { status: 'skipped', reason: 'GOSUMDB=off' },
  { status: 'not-checked', reason: 'r' },
  { status: 'refuted', reason: 'r' },
];

const lineOf = (result: LineStatus): SumLineReport => ({
  file: 'go.sum',
  line: 1,
  path: 'p',
  version: 'v',
  hash: 'h',
  result,
});

function reportOf(results: readonly LineStatus[], weights: readonly Finding['weight'][], strict = false): VerifyReport {
  const findings = weights.map((weight) => ({ claim: 'c', weight, message: 'm' }));
  return {
    lines: results.map(lineOf),
    claims: [{ claim: 'c', checked: 1, findings }],
    head: { size: 7, hash: '' },
    database: 'sum.test',
    strict,
  };
}

test('the most serious counts', () => {
  const weight = fc.constantFrom('refuted', 'unchecked', 'note' as const) as fc.Arbitrary<Finding['weight']>;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...statuses)), fc.array(weight), fc.boolean(), (results, weights, strict) => {
      const has = (...names: string[]) => results.some((r) => names.includes(r.status));
      const refuted = has('differs', 'refuted') || weights.includes('refuted');
      const unchecked = has('not-in-log', 'not-checked') || weights.includes('unchecked') || (strict && has('skipped'));
      const report = reportOf(results, weights, strict);
      const { exitCode, counts, line } = verdictOf(report);
      expect(exitCode).toBe(refuted ? 3 : unchecked ? 1 : 0);
      const isIdle = counts.Proven === 0 && counts.Skipped > 0;
      expect(line.startsWith('verified: ')).toBe(exitCode === 0 && !isIdle);
      expect(line.startsWith('nothing proven: ')).toBe(exitCode === 0 && isIdle);
      expect(
        counts.Proven + counts.Differs + counts.NotInLog + counts.Skipped + counts.NotChecked + counts.Refuted,
      ).toBe(results.length);
      expect(verifyDocument(report)).toMatchObject({ ExitCode: exitCode, Summary: line });
    }),
  );
});

test.each<[string, LineStatus[], Finding['weight'][], string]>([
  ['nothing', [], [], 'verified: 0 lines proven, 0 skipped, 0 unproven'],
  [
    'all',
    [statuses[0]!, statuses[1]!, statuses[4]!],
    ['note'],
    'verified: 2 lines proven by the log at tree size 7 (1 remembered), 1 skipped (GOSUMDB=off), 0 unproven',
  ],
  [
    'an outage',
    [statuses[0]!, statuses[5]!],
    [],
    'not verified: 1 line proven by the log at tree size 7, 0 skipped, 1 unproven',
  ],
  [
    'nothing but what is skipped (issue 11, C.2)',
    [statuses[4]!],
    [],
    'nothing proven: 0 lines proven, 1 skipped (GOSUMDB=off), 0 unproven',
  ],
  [
    'a line that the log does not have',
    [statuses[0]!, statuses[3]!],
    [],
    'not verified: 1 line proven by the log at tree size 7, 0 skipped, 1 unproven (1 not in the log, 0 not checked)',
  ],
  ['another problem', [], ['unchecked'], 'not verified: 0 lines proven, 0 skipped, 0 unproven, 1 other problem'],
  [
    'an attack',
    [statuses[2]!, statuses[6]!],
    ['refuted'],
    'refuted: 0 lines proven, 0 skipped, 0 unproven, 1 differs, 1 refuted, 1 other problem',
  ],
])('%s in one line', (_, results, weights, line) => {
  expect(verdictOf(reportOf(results, weights)).line).toBe(line);
});

test('many patterns are counted, not listed', () => {
  const skipped = Array.from({ length: 9 }, (_, i): LineStatus => ({ status: 'skipped', reason: `GOPRIVATE=p${i}` }));
  expect(verdictOf(reportOf(skipped, [])).line).toContain(
    '9 skipped (GOPRIVATE=p0, GOPRIVATE=p1, GOPRIVATE=p2 and 6 more)',
  );
});
