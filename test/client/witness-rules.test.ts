import { describe, expect, test } from 'vitest';
import { headJudge, parseMaxAge } from '../../src/client/witness-rules.js';

describe('the maximum age of cosignatures', () => {
  test.each([
    ['24h', 86_400],
    ['1h30m', 5400],
    ['7d', 604_800],
    ['90s', 90],
    ['0s', 0],
  ])('%s', (text, seconds) => expect(parseMaxAge(text)).toBe(seconds));

  test.each(['', '24', 'h', '24 h', '-1h', '1.5h', '1h soon', '1w', '24H', '0x1h', '1e3s', '99999999999h'])(
    '%j is none',
    (text) => {
      expect(() => parseMaxAge(text)).toThrow(expect.objectContaining({ code: 'invalid-setting' }));
    },
  );

  test('says nothing without a policy', () => {
    const settings = (env: Record<string, string>) => ({ env, cwd: '/', GOSUMDB: 'off' });
    expect(headJudge(settings({}), () => 0)).toBeUndefined();
    expect(headJudge(settings({ TSGOGET_WITNESS_POLICY: '', TSGOGET_WITNESS_MAX_AGE: '' }), () => 0)).toBeUndefined();
    expect(() => headJudge(settings({ TSGOGET_WITNESS_MAX_AGE: '1h' }), () => 0)).toThrow('without a witness policy');
  });
});
