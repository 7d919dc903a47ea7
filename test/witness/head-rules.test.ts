import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { openNote, parseKeyText, parseVerifierKey } from '../../src/note/index.js';
import { maxClockSkewSeconds, parseWitnessPolicy, requireWitnessed } from '../../src/witness/index.js';
import { generateKey, generateWitness, signNote } from '../support/signed-notes.js';

const log = generateKey('log.test');
const [a, b, c] = ['a', 'b', 'c'].map((name) => generateWitness(`${name}.test`)) as [
  ReturnType<typeof generateWitness>,
  ReturnType<typeof generateWitness>,
  ReturnType<typeof generateWitness>,
];
const text = 'go.sum database tree\n7\nabc=\n';
const now = 1_700_000_000;
const lines = `witness a ${a.verifierKey}\nwitness b ${b.verifierKey}\nwitness c ${c.verifierKey}\n`;
const twoOfThree = `${lines}group g 2 a b c\nquorum g\n`;
const judge = (cosignatures: string[], options: { policy?: string; maxAgeSeconds?: number | undefined } = {}) => {
  const { policy, maxAgeSeconds } = { policy: twoOfThree, maxAgeSeconds: 3600, ...options };
  const note = openNote(signNote(text, log) + cosignatures.join(''), [parseVerifierKey(log.verifierKey)]);
  return () =>
    requireWitnessed(
      note,
      parseKeyText(log.verifierKey),
      { policy: parseWitnessPolicy(encodeUtf8(policy)), maxAgeSeconds },
      now,
    );
};
const missing = expect.objectContaining({ code: 'not-witnessed' });

describe('a tree head', () => {
  test('counts when the quorum has cosigned it', () => {
    expect(judge([a.line(text, now), c.line(text, now - 3600)])).not.toThrow();
    expect(judge([], { policy: 'quorum none\n' })).not.toThrow();
  });

  test.each<[string, string[]]>([
    ['nobody has cosigned it', []],
    ['too few have', [a.line(text, now)]],
    ['one witness has twice', [a.line(text, now), a.line(text, now - 1)]],
    ['a stranger has', [a.line(text, now), generateWitness('d.test').line(text, now)]],
    ['one cosignature is too old (A5)', [a.line(text, now), b.line(text, now - 3601)]],
    ['one cosignature is of 1970', [a.line(text, now), b.line(text, 0)]],
    ['one cosignature is from the future', [a.line(text, now), b.line(text, now + maxClockSkewSeconds + 1)]],
    ['one cosignature is from the far future', [a.line(text, now), b.line(text, 2n ** 63n - 1n)]],
  ])('does not count when %s', (_, cosignatures) => {
    expect(judge(cosignatures)).toThrow(missing);
  });

  test('an old cosignature does no harm where newer ones are enough, one of the same witness among them', () => {
    expect(judge([a.line(text, now), b.line(text, 0), c.line(text, now)])).not.toThrow();
    expect(judge([a.line(text, now), b.line(text, 0), b.line(text, now)])).not.toThrow();
  });

  test('clocks may differ a little', () => {
    expect(judge([a.line(text, now + maxClockSkewSeconds), b.line(text, now)])).not.toThrow();
  });

  test('without a maximum age any past time will do', () => {
    const options = { maxAgeSeconds: undefined };
    expect(judge([a.line(text, 0), b.line(text, 1)], options)).not.toThrow();
    expect(judge([a.line(text, 0), b.line(text, now * 2)], options)).toThrow(missing);
  });

  test('a wrong cosignature of a known witness refutes it, even where the others are enough or nobody is needed', () => {
    const wrong = c.line('another text\n', now);
    const refuted = expect.objectContaining({ code: 'bad-signature' });
    expect(judge([a.line(text, now), b.line(text, now), wrong])).toThrow(refuted);
    expect(judge([wrong], { policy: `${lines}quorum none\n` })).toThrow(refuted);
  });

  test('counts only if the policy is for its log, where it names logs', () => {
    const other = generateKey('other.test').verifierKey;
    const cosigned = [a.line(text, now), b.line(text, now)];
    expect(judge(cosigned, { policy: `log ${other}\n${twoOfThree}` })).toThrow(missing);
    expect(judge(cosigned, { policy: `log ${other}\nlog ${log.verifierKey}\n${twoOfThree}` })).not.toThrow();
  });
});
