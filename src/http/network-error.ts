/**
 * What went wrong below HTTP, in the go command's words: name look-up, connection, TLS, a body that broke off.
 */
import { quoteGo } from '../encoding/quote-go.js';
import { chain, TsgogetError } from '../errors.js';
import type { ConnectDetails } from './connect.js';
import { redactUrl } from './redact.js';
import { expiryWords, tlsWords } from './tls-words.js';

interface Failure extends ConnectDetails {
  readonly code?: string;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  readonly message: string;
  readonly reason?: string;
}

const proxyHint =
  'the proxy of HTTP_PROXY or HTTPS_PROXY refuses: its user and password stand in that value, as http://user:password@host:port';
const certificateHint = 'set SSL_CERT_FILE to a file with the certificate authority to trust';

/** Codes after which the same request may well succeed. */
const transient = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ECONNABORTED',
  'ERR_TUNNEL_CLOSED',
  'ERR_HTTP2_CUT',
]);

/** The error with a code in an error, its causes and its parts. */
function failureOf(error: unknown): Failure {
  for (const e of chain(error)) {
    if (e instanceof Error && !(e instanceof AggregateError) && typeof (e as Failure).code === 'string') return e;
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Reports whether the connection broke: the server is there, so asking again makes sense. */
export function isTransient(error: unknown): boolean {
  return transient.has(failureOf(error).code ?? '');
}

/** `op` is 'Get' until the headers are there, then 'read'. */
export function networkError(op: 'Get' | 'read', url: URL, error: unknown): TsgogetError {
  const failure = failureOf(error);
  const { code, words, hint } = explain(op, url, failure);
  const cause = new Error(failure.code ?? 'failed'); // the original may carry URLs with secrets
  const shown = `${op} ${quoteGo(redactUrl(url))}: ${failure.through ?? ''}${words}`;
  return new TsgogetError(code, shown, { cause, hint });
}

function explain(
  op: 'Get' | 'read',
  url: URL,
  f: Failure,
): { code: 'network' | 'timeout' | 'insecure'; words: string; hint?: string } {
  const address = f.address === undefined ? url.host : `${bracket(f.address)}:${f.port ?? ''}`;
  switch (f.code) {
    case 'ENOTFOUND':
      return { code: 'network', words: `dial tcp: lookup: no such host ${f.hostname ?? url.hostname}` };
    case 'EAI_AGAIN':
      return {
        code: 'network',
        words: `dial tcp: lookup ${f.hostname ?? url.hostname}: Temporary failure in name resolution`,
      };
    case 'ECONNREFUSED':
      return { code: 'network', words: `dial tcp ${address}: connect: connection refused` };
    case 'EHOSTUNREACH':
      return { code: 'network', words: `dial tcp ${address}: connect: no route to host` };
    case 'ENETUNREACH':
      return { code: 'network', words: `dial tcp ${address}: connect: network is unreachable` };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return { code: 'timeout', words: `dial tcp ${address}: i/o timeout` };
    case 'ECONNRESET':
      return { code: 'network', words: 'read: connection reset by peer' };
    case 'EPIPE':
      return { code: 'network', words: 'write: broken pipe' };
    case 'ERR_TUNNEL_CLOSED':
      return { code: 'network', words: 'EOF' };
    case 'ERR_RESPONSE_HEAD':
    case 'ERR_HTTP2_CUT':
      return { code: 'network', words: printable(f.message) };
    case 'ERR_PROXY':
      return { code: 'network', words: printable(f.message), hint: proxyHint };
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return { code: 'network', words: op === 'Get' ? 'EOF' : 'unexpected EOF' };
    case 'Z_BUF_ERROR':
      return { code: 'network', words: 'unexpected EOF' };
    case 'Z_DATA_ERROR':
      return { code: 'network', words: gzipWords(f.message) };
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return untrusted(expiryWords(f, new Date()));
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return untrusted(`certificate is not valid for ${url.hostname}`);
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return { ...untrusted('certificate signed by unknown authority'), hint: certificateHint };
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return f.isPlainHttp
        ? {
            code: 'network',
            words: 'http: server gave HTTP response to HTTPS client',
            hint: 'write http:// if that is meant',
          }
        : { code: 'network', words: 'tls: first record does not look like a TLS handshake' };
  }
  if (/^(?:CERT_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/.test(f.code ?? '')) {
    return untrusted(printable(f.message));
  }
  const ofTls = tlsWords(f.code ?? '', f.message);
  if (ofTls !== undefined) return { code: 'network', ...ofTls };
  if (f.code?.startsWith('HPE_')) return { code: 'network', words: `malformed HTTP response (${f.code})` };
  return { code: 'network', words: printable(f.message) };
}

function untrusted(words: string): { code: 'insecure'; words: string } {
  return { code: 'insecure', words: `tls: failed to verify certificate: x509: ${words}` };
}

/** Go's words for what is no gzip data, or is damaged. */
function gzipWords(message: string): string {
  if (message.includes('header check')) return 'gzip: invalid header';
  return /data check|length check/.test(message) ? 'gzip: invalid checksum' : `flate: corrupt input (${message})`;
}

const bracket = (address: string) => (address.includes(':') ? `[${address}]` : address);
const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 300);
