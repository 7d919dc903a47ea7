/** The texts that cross the border: URLs, error bodies, status lines, .netrc. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorDetail, isShowable } from '../../src/http/error-detail.js';
import { redactUrl } from '../../src/http/index.js';
import { parseNetrc } from '../../src/http/netrc.js';
import { statusLine } from '../../src/http/status-text.js';

describe('redactUrl', () => {
  test.each([
    ['https://h/p', 'https://h/p'],
    ['https://h', 'https://h'],
    ['https://h/', 'https://h/'],
    ['https://user:pw@h/p', 'https://user:xxxxx@h/p'],
    ['https://user:pw@h', 'https://user:xxxxx@h'],
    ['https://:pw@h/p', 'https://:xxxxx@h/p'],
    ['https://token@h/p', 'https://xxxxx@h/p'],
    ['https://h/p?X-Amz-Signature=s&a=1&access_token=t', 'https://h/p?X-Amz-Signature=xxxxx&a=1&access_token=xxxxx'],
    ['file:///tmp/a%20b', 'file:///tmp/a%20b'],
    ['user:pw@h', 'user:pw@h'],
    ['//user:pw@h:x/p', '//xxxxx@h:x/p'],
    ['https://user:pw@h:notaport/p', 'https://xxxxx@h:notaport/p'],
    ['direct', 'direct'],
  ])('%s', (url, want) => expect(redactUrl(url)).toBe(want));

  test('shows no password, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/), (secret) => {
        expect(redactUrl(`https://u:${secret}@example.com/x`)).not.toContain(secret);
        expect(redactUrl(new URL(`http://${secret}@example.com/x`))).not.toContain(secret);
      }),
    );
  });
});

describe('the detail of an error body', () => {
  const detail = (text: string) => errorDetail(Buffer.from(text));
  test.each([
    ['not found\n', 'not found'],
    ['a\r\nb\r\n', 'a\n\tb'],
    ['first\n\nsecond', 'first'],
    ['\nfirst', ''],
    ['', ''],
    ['bell \x07', ''],
    ['esc \x1b[31mred', ''],
    ['rtl \u202e evil', ''],
    ['zero\u200bwidth', ''],
    ['back\rover', 'back over'],
    ['tab\tand ümlaut', 'tab\tand ümlaut'],
    ['1\n2\n3\n4\n5\n6\n7\n8', '1\n\t2\n\t3\n\t4\n\t5\n\t6\n\t7\n\t8'],
    ['1\n2\n3\n4\n5\n6\n7\n8\n9', '1\n\t2\n\t3\n\t4\n\t5\n\t6\n\t7\n\t8\n\t[Truncated: too many lines.]'],
    ['x'.repeat(648), 'x'.repeat(648)],
    ['x'.repeat(649), '[Truncated: too long.]'],
    [`ok\n${'x'.repeat(700)}`, 'ok\n\t[Truncated: too long.]'],
    ['é'.repeat(20_000), '[Truncated: too long.]'],
  ])('%j', (body, want) => expect(detail(body)).toBe(want));

  test('is empty when the body is not UTF-8', () => {
    expect(errorDetail(Uint8Array.of(0x61, 0xff))).toBe('');
  });

  test('never has more than nine lines, and nothing that moves a terminal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (body) => {
        const text = errorDetail(body);
        expect(text.split('\n').length).toBeLessThanOrEqual(9);
        expect(text).not.toMatch(/[^\P{C}\n\t]/u);
      }),
    );
  });

  test.each([
    ['text/plain', true],
    ['text/plain; charset=utf-8', true],
    ['Text/Plain; Charset="UTF-8"', true],
    ['text/plain; charset=latin1', false],
    ['text/html', false],
    ['', false],
  ])('%j may be shown: %s', (type, want) => expect(isShowable(type)).toBe(want));
});

test.each([
  [200, '', '200 OK'],
  [404, 'Nope', '404 Not Found'],
  [413, '', '413 Request Entity Too Large'],
  [418, '', "418 I'm a teapot"],
  [599, 'Odd\x1b[2J', '599 Odd[2J'],
  [599, '', '599'],
])('status %i %j', (status, reason, want) => expect(statusLine(status, reason)).toBe(want));

describe('.netrc', () => {
  const parse = (text: string) => Object.fromEntries(parseNetrc(text));
  const me = { login: 'me', password: 'pw' };

  test.each([
    ['machine a login me password pw', { a: me }],
    ['machine a\n\tlogin me\n\tpassword pw\n', { a: me }],
    ['machine a login me password pw\nmachine a login you password no', { a: me }],
    ['machine a login me\nmachine b password pw', {}],
    ['machine a:8443 login me password pw', { 'a:8443': me }],
    ['default login me password pw', {}],
    ['default\nlogin me\npassword pw', {}],
    ['machine a login x\ndefault login me password pw', {}],
    ['macdef init\nmachine evil login me password pw\n\nmachine a login me password pw', { a: me }],
    ['machine a account acc login me password pw', { a: me }],
    ['machine a login me password', {}],
    ['machine __proto__ login me password pw', { ['__proto__']: me }],
    ['', {}],
  ])('%j', (text, want) => expect(parse(text)).toEqual(want));
});
