/** What goes wrong below HTTP, by the errors that node and undici give. */
import { describe, expect, test } from 'vitest';
import { isTransient, networkError } from '../../src/http/network-error.js';

const url = new URL('https://user:hush@mirror.example/a?token=hush');
const errno = (code: string, fields: object = {}) => Object.assign(new Error(`${code} of ${url}`), { code, ...fields });
const get = 'Get "https://user:xxxxx@mirror.example/a?token=xxxxx": ';

describe('networkError', () => {
  test.each<[Error, string, string]>([
    [errno('ENOTFOUND', { hostname: 'mirror.example' }), 'network', 'dial tcp: lookup: no such host mirror.example'],
    [
      errno('EAI_AGAIN', { hostname: 'mirror.example' }),
      'network',
      'dial tcp: lookup mirror.example: Temporary failure in name resolution',
    ],
    [
      errno('ECONNREFUSED', { address: '::1', port: 443 }),
      'network',
      'dial tcp [::1]:443: connect: connection refused',
    ],
    [errno('UND_ERR_CONNECT_TIMEOUT'), 'timeout', 'dial tcp mirror.example: i/o timeout'],
    [errno('ECONNRESET'), 'network', 'read: connection reset by peer'],
    [errno('UND_ERR_SOCKET'), 'network', 'EOF'],
    [
      errno('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'insecure',
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      errno('CERT_HAS_EXPIRED'),
      'insecure',
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    ],
  ])('%s', (cause, code, words) => {
    expect(networkError('Get', url, cause)).toMatchObject({ code, message: get + words });
  });

  test('looks into causes and parts', () => {
    const parts = new AggregateError([errno('ECONNREFUSED', { address: '127.0.0.1', port: 1 })], 'all failed');
    const error = networkError('Get', url, new TypeError('fetch failed', { cause: parts }));
    expect(error.message).toContain('127.0.0.1:1: connect: connection refused');
  });

  test('carries no secret, in its causes neither', () => {
    const error = networkError('read', url, errno('ECONNRESET'));
    for (let e: unknown = error; e instanceof Error; e = e.cause) expect(e.message).not.toContain('hush');
  });

  test('a cause that causes itself ends', () => {
    const error = new Error('round');
    error.cause = error;
    expect(networkError('Get', url, error).message).toBe(`${get}round`);
    expect(networkError('Get', url, 'thrown text').message).toBe(`${get}thrown text`);
  });

  test('only broken connections are transient', () => {
    expect(isTransient(errno('ECONNRESET'))).toBe(true);
    expect(isTransient(errno('UND_ERR_SOCKET'))).toBe(true);
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'CERT_HAS_EXPIRED', 'UND_ERR_CONNECT_TIMEOUT', 'HPE_INVALID']) {
      expect(isTransient(errno(code))).toBe(false);
    }
  });
});
