import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { isQuorum, maxPolicyBytes, parseWitnessPolicy } from '../../src/witness/index.js';
import { generateKey, generateWitness } from '../support/signed-notes.js';

const log = generateKey('log.test');
const key = (i: number | string) => generateWitness(`witness.test/${i}`).verifierKey;
const witnesses = (n: number) => Array.from({ length: n }, (_, i) => `witness w${i} ${key(i)}\n`).join('');
const parse = (text: string | Uint8Array) => parseWitnessPolicy(typeof text === 'string' ? encodeUtf8(text) : text);
const refused = expect.objectContaining({ code: 'invalid-setting' });

describe('a witness policy', () => {
  test('of two groups, as the specification shows one', () => {
    const policy = parse(
      `log ${log.verifierKey}\n\n${witnesses(6)}group X 2 w0 w1 w2\ngroup Y any w3 w4 w5\ngroup X-and-Y all X Y\nquorum X-and-Y\n`,
    );
    expect(policy.witnesses.size).toBe(6);
    expect(policy.logs.size).toBe(1);
    const holds = (...names: string[]) => isQuorum(policy, names);
    expect(holds('w0', 'w2', 'w4')).toBe(true);
    expect(holds('w0', 'w1', 'w2', 'w3', 'w4', 'w5')).toBe(true);
    expect(holds('w0', 'w1', 'w2')).toBe(false);
    expect(holds('w0', 'w3', 'w4', 'w5')).toBe(false);
    expect(holds()).toBe(false);
  });

  test('of one witness, of none, and without logs', () => {
    expect(isQuorum(parse(`${witnesses(2)}quorum w1\n`), ['w0'])).toBe(false);
    expect(isQuorum(parse(`${witnesses(2)}quorum w1\n`), ['w1'])).toBe(true);
    expect(isQuorum(parse('quorum none\n'), [])).toBe(true);
  });

  test('with comments, white space, addresses, and lines after the quorum', () => {
    const text = `# a comment\n \t# another\n\n  log\t${log.verifierKey}   https://log.test/ \n\twitness w ${key('w')} https://w.test/\nquorum w\nwitness v ${key('v')}\n`;
    expect([...parse(text).witnesses.keys()]).toEqual(['w', 'v']);
  });

  test('names are octets: K is not the Kelvin sign, and what is not UTF-8 is a name', () => {
    const policy = parse(
      Buffer.concat([
        encodeUtf8(`witness K ${key(1)}\nwitness \u212a ${key(2)}\nwitness `),
        Uint8Array.of(0xff, 0x80),
        encodeUtf8(` ${key(3)}\nwitness __proto__ ${key(4)}\ngroup constructor 2 K \u212a\nquorum constructor\n`),
      ]),
    );
    expect(policy.witnesses.size).toBe(4);
    expect(isQuorum(policy, ['K'])).toBe(false);
  });

  test('at least 32 logs, witnesses and groups; deep nesting costs no stack', () => {
    const logs = Array.from({ length: 32 }, (_, i) => `log ${generateKey(`log${i}`).verifierKey}\n`).join('');
    const groups = Array.from({ length: 20_000 }, (_, i) => `group g${i} 1 ${i === 0 ? 'w0' : `g${i - 1}`}\n`).join('');
    const policy = parse(`${logs}${witnesses(32)}${groups}quorum g19999\n`);
    expect(policy.logs.size).toBe(32);
    expect(policy.witnesses.size).toBe(32);
    expect(isQuorum(policy, ['w0'])).toBe(true);
    expect(isQuorum(policy, ['w1'])).toBe(false);
  });

  const two = witnesses(2);
  test.each([
    ['no quorum', two],
    ['nothing', ''],
    ['two quorums', `${two}quorum w0\nquorum w0\n`],
    ['a quorum of nobody', `${two}quorum w9\n`],
    ['a quorum before its definition', `quorum w0\n${two}`],
    ['a quorum of two names', `${two}quorum w0 w1\n`],
    ['an unknown line', `${two}quorum w0\nmirror w0\n`],
    ['a keyword in capitals', `${two}Quorum w0\n`],
    ['a log without a key', `log\n${two}quorum w0\n`],
    ['a log with a broken key', `log abc\n${two}quorum w0\n`],
    ['a log with three fields', `log ${log.verifierKey} a b\n${two}quorum w0\n`],
    ['a log twice', `log ${log.verifierKey}\nlog ${log.verifierKey}\nquorum none\n`],
    [
      'the key of a log under another name',
      `log ${log.verifierKey}\nlog ${generateKey('b', 'log.test').verifierKey}\nquorum none\n`,
    ],
    ['a witness without a key', `witness w\nquorum none\n`],
    ['a witness with the key of a log', `witness w ${log.verifierKey}\nquorum w\n`],
    ['a witness twice', `${two}witness w0 ${key('x')}\nquorum w0\n`],
    [
      'the key of a witness under another name',
      `${two}witness x ${generateWitness('y', 'witness.test/0').verifierKey}\nquorum w0\n`,
    ],
    ['a witness named none', `witness none ${key('x')}\nquorum none\n`],
    ['a group named none', `${two}group none any w0\nquorum none\n`],
    ['none in a group', `${two}group g any none\nquorum g\n`],
    ['a group without members', `${two}group g any\nquorum g\n`],
    ['a group without a threshold', `${two}group g w0 w1\nquorum g\n`],
    ['a threshold of 0', `${two}group g 0 w0 w1\nquorum g\n`],
    ['a threshold past its members', `${two}group g 3 w0 w1\nquorum g\n`],
    ['a threshold with a leading zero', `${two}group g 01 w0 w1\nquorum g\n`],
    ['a threshold with a sign', `${two}group g +1 w0 w1\nquorum g\n`],
    ['a threshold in hexadecimal', `${two}group g 0x1 w0 w1\nquorum g\n`],
    ['a member twice', `${two}group g 2 w0 w0\nquorum g\n`],
    ['a member of two groups', `${two}group g any w0\ngroup h any w0\nquorum h\n`],
    ['a group of itself', `${two}group g any g\nquorum g\n`],
    ['a cycle', `${two}group g any h\ngroup h any g\nquorum h\n`],
    ['a group of later names', `group g any w0\n${two}quorum g\n`],
    ['a group with the name of a witness', `${two}group w0 any w1\nquorum w0\n`],
    ['CRLF', `${two}quorum w0\r\n`],
    ['a NUL', `${two}quorum w0\0\n`],
    ['DEL', `# \x7f\n${two}quorum w0\n`],
    ['no newline at the end', `${two}quorum w0`],
    ['a form feed for white space', `${two}quorum\fw0\n`],
    ['U+00A0 for white space', `${two}quorum\u00a0w0\n`],
    ['too many bytes', `#${'x'.repeat(maxPolicyBytes)}\n${two}quorum w0\n`],
  ])('is refused with %s', (_, text) => {
    expect(() => parse(text)).toThrow(refused);
  });

  test('property: k of n holds for exactly the sets of k or more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(5), fc.nat(63), (n, less, bits) => {
        const k = Math.max(1, n - less);
        const names = Array.from({ length: n }, (_, i) => `w${i}`);
        const policy = parse(`${witnesses(n)}group g ${k} ${names.join(' ')}\nquorum g\n`);
        const present = names.filter((_, i) => (bits >> i) % 2 === 1);
        expect(isQuorum(policy, [...present, 'stranger'])).toBe(present.length >= k);
      }),
    );
  });

  test('property: no bytes make it fail in another way', () => {
    const words = fc.constantFrom(
      'log',
      'witness',
      'group',
      'quorum',
      'none',
      'any',
      'all',
      '1',
      'w0',
      'g',
      '\n',
      ' ',
      '#',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(words).map((w) => encodeUtf8(`${w.join(' ')}\n`)),
        ),
        (bytes) => {
          try {
            parse(bytes);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid-setting' });
          }
        },
      ),
    );
  });
});
