/** Asks one log, at the address that is found with the first question. */
import { Memo } from '../async/memo.js';
import { TsgogetError } from '../errors.js';
import type { SumDbConfig } from './gosumdb.js';
import { findLog, joinUrl, type LogAddress, type LogProxy, type LogTransport } from './log-address.js';

/** Asks the log for what stands at a path of its own. */
export type ReadLog = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** How a log is reached. */
export interface ReachOptions {
  /** The GOPROXY list, in order. */
  readonly proxies: readonly LogProxy[];
  readonly transport: LogTransport;
  readonly signal?: AbortSignal | undefined;
}

export class LogReader {
  readonly #config: SumDbConfig;
  readonly #options: ReachOptions;
  readonly #addresses = new Memo<LogAddress>();

  constructor(config: SumDbConfig, options: ReachOptions) {
    this.#config = config;
    this.#options = options;
  }

  /** Begins to find the address. Never throws. */
  prepare(): void {
    this.#address().catch(() => {});
  }

  /** Throws 'interrupted', and what the transport throws. */
  readonly read: ReadLog = async (path, maxBytes) => {
    const { base, path: above } = await this.#address();
    this.requireTime();
    return this.#options.transport.get(joinUrl(base, above + path.slice(1)), maxBytes);
  };

  /** Throws 'interrupted' once the signal has come. */
  requireTime(): void {
    const { signal } = this.#options;
    if (signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: signal.reason });
  }

  #address(): Promise<LogAddress> {
    return this.#addresses.get('', () => findLog(this.#config, this.#options.proxies, this.#options.transport));
  }
}
