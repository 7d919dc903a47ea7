import { describe, expect, test } from 'vitest';
import { HttpError, TsgogetError } from '../../src/errors.js';
import { findLog, joinUrl } from '../../src/sumdb/log-address.js';
import { LogReader } from '../../src/sumdb/log-reader.js';
import { generateKey } from '../support/signed-notes.js';

const db = { name: 'sum.test/db', verifierKey: generateKey('sum.test/db').verifierKey };

/** Finds the log through proxies given as `host=status` with their separators, as in GOPROXY. */
async function find(list: string) {
  const asked: string[] = [];
  const statuses = new Map<string, number>();
  const proxies = [...list.matchAll(/([^,|]+)([,|]?)/g)].map(([, entry, separator]) => {
    const [host, status] = entry!.split('=');
    if (status === undefined) return { url: host!, fallBackOnError: separator === '|' };
    statuses.set(host!, Number(status));
    return { url: `https://${host}`, fallBackOnError: separator === '|' };
  });
  const get = async (url: string) => {
    asked.push(url);
    const status = statuses.get(new URL(url).hostname)!;
    if (status === 0) throw new TsgogetError('timeout', 'timed out');
    if (status !== 200) throw new HttpError(status, url, `reading ${url}: ${status}`);
    return new Uint8Array(0);
  };
  const { base, path } = await findLog(db, proxies, { get });
  const address = path === '' ? base : joinUrl(base, path.replace(/\/$/, ''));
  return { address, asked };
}

const direct = 'https://sum.test/db';
const probe = (host: string) => `https://${host}/sumdb/sum.test/db/supported`;

describe('A7: the way to the database', () => {
  test('a proxy that supports it is the only way', async () => {
    expect(await find('a=200,direct')).toEqual({ address: 'https://a/sumdb/sum.test/db', asked: [probe('a')] });
  });

  test.each([404, 410])('%d leads to the next proxy, then to the database itself', async (status) => {
    expect(await find(`a=${status},b=200`)).toMatchObject({ address: 'https://b/sumdb/sum.test/db' });
    expect(await find(`a=${status},direct`)).toEqual({ address: direct, asked: [probe('a')] });
    expect(await find(`a=${status},b=${status}`)).toEqual({ address: direct, asked: [probe('a'), probe('b')] });
  });

  test.each([400, 401, 403, 429, 500, 503, 0])('%d makes it unavailable: nothing else is tried', async (status) => {
    await expect(find(`a=${status},b=200`)).rejects.toMatchObject({ code: status === 0 ? 'timeout' : 'http' });
    await expect(find(`a=${status},direct`)).rejects.toThrow();
  });

  test('after a | any error leads on, but it is not forgotten when nothing is found', async () => {
    expect(await find('a=503|b=200')).toMatchObject({ address: 'https://b/sumdb/sum.test/db' });
    expect(await find('a=0|direct')).toMatchObject({ address: direct });
    await expect(find('a=503|b=404')).rejects.toMatchObject({ status: 503 });
    await expect(find('a=503|off')).rejects.toMatchObject({ status: 503 });
    await expect(find('a=403|b=503')).rejects.toMatchObject({ status: 503 });
  });

  test('nothing after direct is asked; off and noproxy are no proxies', async () => {
    expect(await find('direct,a=200')).toEqual({ address: direct, asked: [] });
    expect(await find('noproxy,a=404,off')).toEqual({ address: direct, asked: [probe('a')] });
    expect(await find('off')).toEqual({ address: direct, asked: [] });
    expect(await find('')).toEqual({ address: direct, asked: [] });
  });

  test('an address in GOSUMDB bypasses every proxy', async () => {
    const never = { get: () => Promise.reject(new Error('asked')) };
    const proxies = [{ url: 'https://a', fallBackOnError: false }];
    expect(await findLog({ ...db, url: 'http://x.test/y' }, proxies, never)).toEqual({
      base: 'http://x.test/y',
      path: '',
    });
  });
});

describe('issue 11, B.6: look-ups are spelled as go spells them', () => {
  test.each([
    ['https://a.test', '!'],
    ['https://a.test/', '!'],
    ['https://a.test/go', '%21'],
    ['https://a.test/go/', '%21'],
    ['https://a.test/g%2Fo', '!'],
    ['https://a.test/g%20o', '%21'],
  ])('through a proxy at %s: %s', async (url, mark) => {
    const asked: string[] = [];
    const get = async (address: string) => {
      asked.push(address);
      return new Uint8Array(0);
    };
    const transport = { get };
    const reader = new LogReader(db, { proxies: [{ url, fallBackOnError: false }], transport });
    await reader.read('/lookup/b.test/!up@v1.0.0', 10);
    const base = url.replace(/\/$/, '');
    expect(asked).toEqual([
      `${base}/sumdb/sum.test/db/supported`,
      `${base}/sumdb/sum.test/db/lookup/b.test/${mark}up@v1.0.0`,
    ]);
  });
});

describe('URLs', () => {
  test.each([
    [
      'https://a.test/sumdb/b',
      'lookup/example.com/!up@v1.0.0',
      'https://a.test/sumdb/b/lookup/example.com/%21up@v1.0.0',
    ],
    ['https://a.test', 'lookup/b.test/!c@v1.0.0+incompatible', 'https://a.test/lookup/b.test/!c@v1.0.0+incompatible'],
    ['https://a.test/', 'x', 'https://a.test/x'],
    ['https://a.test/p%2Fq/', 'x', 'https://a.test/p%2Fq/x'],
    ['https://u:p@a.test:8/y', 'x/y', 'https://u:p@a.test:8/y/x/y'],
    ['file:///tmp/a%20b', 'tile/8/0/000.p/1', 'file:///tmp/a%20b/tile/8/0/000.p/1'],
    ['https://a.test', 'x?y#z%2e', 'https://a.test/x%3Fy%23z%252e'],
  ])('%s and %s', (base, path, url) => {
    expect(joinUrl(base, path)).toBe(url);
  });
});
