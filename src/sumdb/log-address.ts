/**
 * The way to the checksum database: a proxy that says it supports it is the only way from then on.
 * Spec: go.dev/design/25530-sumdb#proxying-a-checksum-database.
 */
import { isKeptAsWritten } from '../encoding/go-url.js';
import { isNotFound } from '../errors.js';
import type { SumDbConfig } from './gosumdb.js';

/**
 * Fetches bytes. MUST reject with an error that `isNotFound` accepts for a 404 or 410 (for file:// URLs: no such file),
 * and with another error for every other answer that is not 200 and for a body of more than `maxBytes`.
 */
export interface LogTransport {
  get(url: string, maxBytes: number): Promise<Uint8Array>;
}

/** An entry of the GOPROXY list: the address of a proxy, or 'direct', 'off' or 'noproxy'. */
export interface LogProxy {
  readonly url: string;
  /** After this entry any error leads on to the next, not just "not found". */
  readonly fallBackOnError: boolean;
}

const maxProbeBytes = 1 << 20;

/**
 * An address under another, written as go's net/url does: below a path `!` is escaped, but not at the top of a host, nor below a path that
 * is kept as it was written. So what stands between a proxy and a question belongs to the question.
 */
export function joinUrl(base: string, path: string): string {
  const url = new URL(base);
  const above = url.pathname.replace(/\/$/, '');
  const escaped = path.replace(/[^\w.~$&+,/:;=@!-]/gu, encodeURIComponent);
  const isKept = above === '' || isKeptAsWritten(above);
  url.pathname = `${above}/${isKept ? escaped : escaped.replaceAll('!', '%21')}`;
  return url.href;
}

/** How a log is reached: its paths are asked for below `path`, that of a proxy's answer or '', under `base`. */
export interface LogAddress {
  readonly base: string;
  readonly path: string;
}

/**
 * Finds the address under which the database's paths are asked for. No proxy knows it, or `direct` or `off` is reached:
 * the database itself. A proxy that fails otherwise makes the database unavailable; its error is thrown.
 */
export async function findLog(
  db: SumDbConfig,
  proxies: readonly LogProxy[],
  transport: LogTransport,
): Promise<LogAddress> {
  if (db.url !== undefined) return { base: db.url, path: '' };
  const direct = { base: `https://${db.name}`, path: '' };
  const failures: unknown[] = [];
  for (const { url, fallBackOnError } of proxies) {
    if (url === 'direct') return direct;
    if (url === 'off' || url === 'noproxy') continue;
    try {
      await transport.get(joinUrl(url, `sumdb/${db.name}/supported`), maxProbeBytes);
      return { base: url, path: `sumdb/${db.name}/` };
    } catch (error) {
      if (isNotFound(error)) continue;
      failures.push(error);
      if (!fallBackOnError) break;
    }
  }
  if (failures.length > 0) throw failures.at(-1);
  return direct;
}
