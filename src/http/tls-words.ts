/** What went wrong with TLS, in Go's words (crypto/tls, crypto/x509) instead of OpenSSL's lines. */
import type { ConnectDetails } from './connect.js';

/** The alerts of RFC 8446 §6 and those before it. */
const alerts: Record<number, string> = {
  10: 'unexpected message',
  20: 'bad record MAC',
  21: 'decryption failed',
  22: 'record overflow',
  30: 'decompression failure',
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'revoked certificate',
  45: 'expired certificate',
  46: 'unknown certificate',
  47: 'illegal parameter',
  48: 'unknown certificate authority',
  49: 'access denied',
  50: 'error decoding message',
  51: 'error decrypting message',
  60: 'export restriction',
  70: 'protocol version not supported',
  71: 'insufficient security level',
  80: 'internal error',
  86: 'inappropriate fallback',
  90: 'user canceled',
  100: 'no renegotiation',
  109: 'missing extension',
  110: 'unsupported extension',
  111: 'certificate unobtainable',
  112: 'unrecognized name',
  113: 'bad certificate status response',
  114: 'bad certificate hash value',
  115: 'unknown PSK identity',
  116: 'certificate required',
  120: 'no application protocol',
  121: 'encrypted client hello required',
};

const alertHints: Record<number, string> = {
  42: 'the server may want a client certificate, which tsgoget, like go, has none of',
  116: 'the server wants a client certificate, which tsgoget, like go, has none of',
  120: 'tsgoget offers HTTP/1.1, and HTTP/2 to servers, but not to a web proxy',
};

/** The words for a failure of OpenSSL; undefined for another. */
export function tlsWords(code: string, message: string): { words: string; hint?: string } | undefined {
  const alert = Number(/SSL alert number (\d+)/.exec(message)?.[1]);
  if (!Number.isNaN(alert)) {
    const words = `remote error: tls: ${alerts[alert] ?? `alert(${alert})`}`;
    const hint = alertHints[alert];
    return hint === undefined ? { words } : { words, hint };
  }
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL') return { words: 'tls: server selected unsupported protocol version' };
  const [, reason] = /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(message) ?? [];
  if (reason !== undefined) return { words: `tls: ${reason}` };
  return code.startsWith('ERR_SSL_')
    ? { words: `tls: ${code.slice(8).toLowerCase().replaceAll('_', ' ')}` }
    : undefined;
}

/** Why the time of a certificate is not now. */
export function expiryWords({ certificate }: ConnectDetails, now: Date): string {
  const words = 'certificate has expired or is not yet valid';
  if (certificate === undefined) return words;
  const [from, to] = [new Date(certificate.valid_from), new Date(certificate.valid_to)];
  const shown = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z');
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return words;
  if (now < from) return `${words}: current time ${shown(now)} is before ${shown(from)}`;
  return now > to ? `${words}: current time ${shown(now)} is after ${shown(to)}` : words;
}
