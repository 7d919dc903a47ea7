/** Which class a mismatch is of, and that nothing but what the sources say decides it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, type MismatchClass, mismatchClasses } from '../../src/checks/mismatch/mismatch-class.js';
import type { ComparedHashes, Said, Source } from '../../src/checks/mismatch/sources.js';

const has = (hash: string, more: Partial<Extract<Said, { state: 'has' }>> = {}): Said => ({
  state: 'has',
  hashes: [hash],
  ...more,
});
const cutOff: Said = { state: 'broken', reason: 'cut off', cutOff: true, bytes: 9 };
const noZip: Said = { state: 'broken', reason: 'a page', cutOff: false, bytes: 9 };
const absent: Said = { state: 'absent', reason: 'none' };
const failed: Said = { state: 'failed', reason: '503' };
const notAsked: Said = { state: 'not-asked', reason: 'off' };
const fork: Said = { state: 'refuted', reason: 'fork', fork: true };
const badProof: Said = { state: 'refuted', reason: 'proof', fork: false };

/** A source with a zip as given, and a go.mod that all have, where the zip's state says that there may be one. */
const source = (kind: Source['kind'], zip: Said, more: Partial<Source> = {}): Source => {
  const isThere = zip.state === 'has' || zip.state === 'broken';
  return { kind, name: kind, goMod: isThere ? has('m') : zip, zip, ...more };
};
const log = (zip: Said) => source('log', zip);
const sum = (hash: string) => source('sum-file', has(hash));
const proxy = (zip: Said, more?: Partial<Source>) => source('proxy', zip, more);
const cache = (zip: Said) => source('cache', zip);
const origin: Partial<Source> = { info: { origin: { URL: 'https://git.example.com/m' } } };
const compared = (other: string, kind: ComparedHashes['kind'], base = 'a'): ComparedHashes => ({
  part: 'zip',
  base,
  other,
  kind,
});

type Case = [MismatchClass, 'refuted' | 'agreed' | 'undecided', string, Source[], ComparedHashes[]?];
const cases: Case[] = [
  ['no-mismatch', 'agreed', 'all agree', [log(has('a')), sum('a'), proxy(has('a')), cache(has('a'))]],
  ['no-mismatch', 'agreed', 'a mirror does not have it', [log(has('a')), proxy(has('a')), proxy(absent)]],
  ['no-mismatch', 'agreed', 'the log is not asked', [log(notAsked), sum('a'), proxy(has('a'))]],
  ['unknown', 'undecided', 'the log cannot be asked', [log(failed), sum('a'), proxy(has('a'))]],
  ['unknown', 'undecided', 'a mirror cannot be asked', [log(has('a')), proxy(has('a')), proxy(failed)]],
  ['unknown', 'undecided', 'one source alone', [log(notAsked), proxy(has('a'))]],
  ['unknown', 'undecided', 'nothing at all', [log(failed), proxy(failed)]],
  ['unknown', 'undecided', 'a broken zip, and nothing to hold it against', [log(failed), proxy(cutOff)]],

  ['forked-log', 'refuted', 'a fork', [log(fork), proxy(has('a'))]],
  ['bad-log-answer', 'refuted', 'a false proof', [log(badProof), proxy(has('a'))]],
  ['bad-log-answer', 'refuted', 'a record without the line', [log(absent), proxy(has('a'))]],
  [
    'bad-log-answer',
    'refuted',
    'a record with two hashes',
    [log({ state: 'has', hashes: ['a', 'b'] }), proxy(has('a')), proxy(has('b'))],
  ],

  ['tampered-mirror', 'refuted', 'the one mirror differs', [log(has('a')), sum('a'), proxy(has('b'))]],
  ['tampered-mirror', 'refuted', 'go.sum has it too', [log(has('a')), sum('b'), proxy(has('b'))]],
  ['tampered-mirror', 'refuted', 'two mirrors, each its own', [log(has('a')), proxy(has('b')), proxy(has('c'))]],
  [
    'tampered-mirror',
    'refuted',
    'no module',
    [log(has('a')), proxy(has('b', { fault: 'x' }), origin), proxy(has('a'))],
  ],
  ['tampered-mirror', 'refuted', 'no zip', [log(has('a')), proxy(noZip), proxy(has('a'))]],

  ['re-tagged', 'refuted', 'what comes from the origin', [log(has('a')), proxy(has('b'), origin)]],
  [
    're-tagged',
    'refuted',
    'the same beside one that has the first',
    [log(has('a')), proxy(has('b'), origin), proxy(has('a'))],
  ],
  ['re-tagged', 'refuted', 'all mirrors agree', [log(has('a')), proxy(has('b')), proxy(has('b'))]],
  ['re-tagged', 'refuted', 'go.sum saw it first', [log(notAsked), sum('a'), proxy(has('b'), origin)]],
  ['re-tagged', 'refuted', 'the cache saw it first', [log(notAsked), cache(has('a')), proxy(has('b'), origin)]],

  ['tampered-mirror', 'refuted', 'one of three', [log(has('a')), proxy(has('a')), proxy(has('b')), proxy(has('a'))]],
  [
    'stale-mirror',
    'refuted',
    'go.sum in the place of the log',
    [log(notAsked), sum('a'), proxy(has('a')), proxy(has('b'))],
  ],

  ['wrong-go-sum', 'refuted', 'the log and a mirror agree', [log(has('a')), sum('b'), proxy(has('a'))]],
  ['wrong-go-sum', 'refuted', 'two hashes', [log(has('a')), sum('b'), sum('a'), proxy(has('a'))]],
  ['unknown', 'refuted', 'no copy to be had', [log(has('a')), sum('b'), proxy(failed)]],

  ['truncated', 'refuted', 'cut off', [log(has('a')), proxy(cutOff), proxy(has('a'))]],
  ['truncated', 'refuted', 'cut off, alone', [log(has('a')), proxy(cutOff)]],
  ['truncated', 'refuted', 'cut off, without a log', [log(notAsked), proxy(cutOff), proxy(has('a'))]],

  ['damaged-cache', 'refuted', 'the cache differs', [log(has('a')), sum('a'), proxy(has('a')), cache(has('b'))]],
  ['damaged-cache', 'refuted', 'its zip is broken', [log(has('a')), proxy(has('a')), cache(cutOff)]],
  ['damaged-cache', 'refuted', 'its parts differ', [log(notAsked), proxy(has('a')), cache(has('a')), cache(has('b'))]],
  ['unknown', 'refuted', 'go.sum against the cache', [log(failed), sum('a'), cache(has('b'))]],

  [
    'line-endings',
    'refuted',
    'compared',
    [log(has('a')), proxy(has('a')), proxy(has('b'))],
    [compared('b', 'line-endings')],
  ],
  ['line-endings', 'refuted', 'known by the hash', [log(has('a')), proxy(has('b', { lfHash: 'a' }))]],
  ['line-endings', 'refuted', 'the line has no copy', [log(has('a')), sum('b'), proxy(has('a', { lfHash: 'b' }))]],
  [
    'export-subst',
    'refuted',
    'stamps',
    [log(has('a')), proxy(has('a')), proxy(has('b'))],
    [compared('b', 'export-subst')],
  ],
  [
    'export-subst',
    'refuted',
    'stamps and line endings',
    [log(has('a')), proxy(has('a')), proxy(has('b')), cache(has('c'))],
    [compared('b', 'export-subst'), compared('c', 'line-endings')],
  ],
  [
    'tampered-mirror',
    'refuted',
    'line endings explain one, but not the other',
    [log(has('a')), proxy(has('a')), proxy(has('b')), proxy(has('c'))],
    [compared('b', 'line-endings'), compared('c', 'content')],
  ],

  ['unknown', 'refuted', 'two mirrors and nobody else', [log(notAsked), proxy(has('a')), proxy(has('b'))]],
  ['unknown', 'refuted', 'two mirrors, the log is out of reach', [log(failed), proxy(has('a')), proxy(has('b'))]],
  ['unknown', 'refuted', 'one mirror against go.sum', [log(notAsked), sum('a'), proxy(has('b'))]],
  ['unknown', 'refuted', 'go.sum with two hashes', [log(notAsked), sum('a'), sum('b'), proxy(has('a'))]],
];

describe('a class', () => {
  test.each(cases)('%s (%s): %s', (name, verdict, _, sources, comparisons = []) => {
    expect(judge(sources, comparisons)).toEqual({ class: name, verdict });
  });

  test('each has a case', () => {
    expect([...new Set(cases.map(([name]) => name))].sort()).toEqual([...mismatchClasses].sort());
  });

  test('of the go.mod alone', () => {
    const onlyMod = (s: Source): Source => ({ ...s, goMod: s.zip, zip: s.goMod });
    for (const [name, verdict, , sources, comparisons = []] of cases) {
      const swapped = comparisons.map((c) => ({ ...c, part: 'goMod' as const }));
      expect(judge(sources.map(onlyMod), swapped)).toEqual({ class: name, verdict });
    }
  });
});

const anySaid: fc.Arbitrary<Said> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c').map((hash) => has(hash)) },
  fc.record({ hash: fc.constantFrom('a', 'b'), lfHash: fc.constantFrom('a', 'c') }).map((r) => has(r.hash, r)),
  fc.constantFrom('a', 'b').map((hash) => has(hash, { fault: 'x' })),
  fc.constantFrom(cutOff, noZip, absent, failed, notAsked),
);
const anySource: fc.Arbitrary<Source> = fc
  .record({
    kind: fc.constantFrom('sum-file' as const, 'proxy' as const, 'cache' as const),
    goMod: anySaid,
    zip: anySaid,
    isOrigin: fc.boolean(),
  })
  .map(({ isOrigin, ...s }) => ({ ...s, name: s.kind, ...(isOrigin && s.kind === 'proxy' && origin) }));
const anyLog = fc.oneof(anySaid, fc.constantFrom(fork, badProof)).map(log);
const anyCompared = fc.array(
  fc.record({
    part: fc.constantFrom('goMod' as const, 'zip' as const),
    base: fc.constantFrom('a', 'b'),
    other: fc.constantFrom('b', 'c'),
    kind: fc.constantFrom('line-endings' as const, 'export-subst' as const, 'content' as const),
  }),
  { maxLength: 3 },
);

describe('whatever the sources say', () => {
  const shuffled = fc
    .tuple(anyLog, fc.array(anySource, { maxLength: 6 }))
    .map(([first, rest]) => [first, ...rest])
    .chain((sources) =>
      fc.tuple(
        fc.constant(sources),
        fc.shuffledSubarray(sources, { minLength: sources.length, maxLength: sources.length }),
      ),
    );

  test('their order changes nothing', () => {
    fc.assert(
      fc.property(
        shuffled,
        fc.uniqueArray(
          anyCompared.map((c) => c[0]),
          { maxLength: 1 },
        ),
        ([a, b], found) => {
          const comparisons = found.flatMap((c) => c ?? []);
          expect(judge(b, comparisons)).toEqual(judge(a, comparisons));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a contradiction is refuted, and only a contradiction', () => {
    fc.assert(
      fc.property(anyLog, fc.array(anySource, { maxLength: 6 }), anyCompared, (first, rest, comparisons) => {
        const sources = [first, ...rest];
        const isContradicted = (['goMod', 'zip'] as const).some((part) => {
          const said = sources.map((s) => s[part]);
          const hashes = new Set(said.flatMap((s) => (s.state === 'has' ? s.hashes : [])));
          const isBroken = said.some((s) => s.state === 'broken');
          const log = first[part].state;
          return hashes.size > 1 || (hashes.size === 1 && isBroken) || log === 'refuted' || log === 'absent';
        });
        const { verdict, class: name } = judge(sources, comparisons);
        expect(verdict === 'refuted').toBe(isContradicted);
        if (verdict === 'agreed') {
          expect([name, sources.some((s) => s.goMod.state === 'failed' || s.zip.state === 'failed')]).toEqual([
            'no-mismatch',
            false,
          ]);
        }
        if (verdict === 'undecided') expect(name).toBe('unknown');
      }),
      { numRuns: 2000 },
    );
  });
});
