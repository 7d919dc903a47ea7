import { describe, expect, test } from 'vitest';
import { publicDomain } from '../../src/goenv/defaults.js';
import { parseVerifierKey } from '../../src/note/index.js';
import { parseGoSumDb } from '../../src/sumdb/index.js';
import { generateKey } from '../support/signed-notes.js';

const host = `sum.${publicDomain}`;
const key = generateKey('sum.test/db').verifierKey;

describe('GOSUMDB', () => {
  test('off', () => {
    expect(parseGoSumDb('off')).toBe('off');
  });

  test('the public database is known by name; its key is compiled in', () => {
    const config = parseGoSumDb(host);
    expect(config).toEqual({ name: host, verifierKey: expect.stringMatching(/\+033de0ae\+/) });
    expect(parseVerifierKey((config as { verifierKey: string }).verifierKey).name).toBe(host);
    expect(parseGoSumDb(`${host} https://mirror.test/sum`)).toMatchObject({
      name: host,
      url: 'https://mirror.test/sum',
    });
  });

  test('its alias in China is the same database at another address', () => {
    expect(parseGoSumDb('sum.golang.google.cn')).toEqual({
      ...(parseGoSumDb(host) as object),
      url: 'https://sum.golang.google.cn',
    });
    expect(() => parseGoSumDb('sum.golang.google.cn https://x.test')).toThrow('invalid GOSUMDB: malformed verifier id');
  });

  test('another database is given by its key, perhaps with an address', () => {
    expect(parseGoSumDb(key)).toEqual({ name: 'sum.test/db', verifierKey: key });
    expect(parseGoSumDb(`  ${key}\thttp://127.0.0.1:1/x `)).toEqual({
      name: 'sum.test/db',
      verifierKey: key,
      url: 'http://127.0.0.1:1/x',
    });
    for (const name of ['localhost.localdev/sumdb', 'localhost:8080', 'a.test/b/c', '[::1]:80']) {
      expect(parseGoSumDb(generateKey(name).verifierKey)).toMatchObject({ name });
    }
  });

  test.each([
    ['', 'missing GOSUMDB'],
    ['  ', 'missing GOSUMDB'],
    [`${key} https://a.test https://b.test`, 'invalid GOSUMDB: too many fields'],
    ['unknown.test', 'invalid GOSUMDB: malformed verifier id'],
    ['OFF', 'invalid GOSUMDB: malformed verifier id'],
    [key.replace(/\+[0-9a-f]{8}\+/, '+00000000+'), 'invalid GOSUMDB: invalid verifier hash'],
    [`${key} not-a-url`, 'invalid GOSUMDB URL: not-a-url'],
  ])('%j: %s', (setting, message) => {
    expect(() => parseGoSumDb(setting)).toThrow(expect.objectContaining({ code: 'invalid-setting', message }));
  });

  test.each([
    'a.test/',
    '/a',
    'https://a.test',
    'a.test//b',
    'a.test/../b',
    '../b',
    'a.test/.',
    'a.test?x',
    'a.test/b#c',
    'u@a.test',
    'a.test\\b',
    'a.test/%2e%2e',
  ])('a name is host[/path], since it becomes a folder: not %j', (name) => {
    expect(() => parseGoSumDb(generateKey(name).verifierKey)).toThrow('invalid sumdb name (must be host[/path])');
  });
});
