/**
 * The one HTTP client: GET only, whole bodies, every read limited in bytes and time, retries. What belongs to one request is in
 * requester.ts; bytes move in transport.ts.
 */
import { createLimit } from '../async/limit.js';
import { HttpError, TsgogetError } from '../errors.js';
import { fittingWidth } from '../files/descriptor-limit.js';
import type { CredentialSettings } from './credentials.js';
import { orInterrupted, sleep, startDeadline } from './deadline.js';
import { errorDetail, statusMessage } from './error-detail.js';
import { networkError } from './network-error.js';
import { redactUrl } from './redact.js';
import { type Answer, failureFrom, Requester, readErrorBody, shownPart } from './requester.js';
import { parseRetryAfter, retryDelayMs, TransientFailure, transientStatuses } from './retry.js';
import { statusLine } from './status-text.js';
import type { TransportResponse } from './transport.js';

export interface HttpClientOptions {
  /** The settings of credentials, and the raw environment for proxies and certificates. */
  readonly env: CredentialSettings & { readonly env: Readonly<Record<string, string | undefined>> };
  /** Requests in flight, of the whole client. Default 100, and less where few descriptors may be open. */
  readonly maxInFlight?: number;
  /** How often a request is tried in all. Default 5. */
  readonly tries?: number;
  /** The wait before the second try; it doubles. Default 250. */
  readonly retryBaseMs?: number;
  readonly connectTimeoutMs?: number;
  /** The longest wait for the next byte. Default 60 s. */
  readonly idleTimeoutMs?: number;
  /** The longest that one try may take. Default 20 min. */
  readonly totalTimeoutMs?: number;
  /** Ends every request of the client. */
  readonly signal?: AbortSignal;
  /** Lines as `go get -x` prints them. */
  readonly onTrace?: (line: string) => void;
  /** Called with the size of each piece of a body that comes. */
  readonly onBytes?: (bytes: number) => void;
  /** Certificates to trust besides, as PEM. */
  readonly ca?: string;
}

/** Where a download goes. One sink takes one try: it is closed after the last byte, or aborted. */
export interface Sink {
  write(chunk: Uint8Array): void | Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface GetOptions {
  /** More than this fails with 'too-large'. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked of a body that is not framed: false when it looks cut. */
  readonly isWhole?: (body: Uint8Array) => boolean;
  readonly onUnframed?: Unframed | undefined;
  /** Goes before the requests that wait for their turn: it proves what others have fetched. */
  readonly isUrgent?: boolean;
}

/**
 * Called, before its first byte, of a body that the end of the connection alone ends: nothing tells whether it is whole, so what it
 * contradicts is worth asking again.
 */
export type Unframed = () => void;

export interface DownloadOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly sink: () => Promise<Sink>;
  readonly onUnframed?: Unframed | undefined;
}

export interface WebPage {
  readonly body: Uint8Array;
  /** What a status that is not 200 says. */
  readonly failure: HttpError | undefined;
}

export interface HttpStats {
  /** Requests sent, with redirects and retries. */
  readonly requests: number;
  /** Bytes of bodies received. */
  readonly bytes: number;
  readonly inFlight: number;
  /** The most that were in flight at a time. */
  readonly maxInFlight: number;
}

export interface Wait {
  readonly host: string;
  readonly ms: number;
}

/**
 * Errors: HttpError ('not-found' for 404 and 410, else 'http'), 'network', 'timeout', 'too-large', 'insecure',
 * 'invalid-response', 'invalid-setting', 'interrupted', and 'unsupported' for a proxy of another kind.
 */
export interface HttpClient {
  /** The whole body of a 200 answer. */
  get(url: string, options: GetOptions): Promise<Uint8Array>;
  /** The whole body, whatever the status; a status that may pass is asked again, and then is an error. */
  page(url: string, options: Pick<GetOptions, 'maxBytes' | 'signal'>): Promise<WebPage>;
  /** Streams the body of a 200 answer into a sink. A retry starts with a new sink. */
  download(url: string, options: DownloadOptions): Promise<{ bytes: number }>;
  stats(): HttpStats;
  /** Of the requests in flight, the one that has waited longest for its next byte, or for its next try. */
  longestWait(): Wait | undefined;
  /** Ends the connections, also those in use. */
  close(): Promise<void>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new Client(options);
}

interface Asking {
  readonly signal?: AbortSignal | undefined;
  readonly isUrgent?: boolean;
  /** An answer of any status is one. */
  readonly anyStatus?: boolean;
}

/** Reads the body of an answer. */
type Consume<T> = (answer: Answer) => Promise<T>;

class Client implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #limit;
  readonly #requester: Requester;
  readonly #tries: number;
  readonly #retryBaseMs: number;
  readonly #times: { idleTimeoutMs: number; totalTimeoutMs: number };
  /** Origins whose last request failed after all its tries: they get one try until they answer again. */
  readonly #down = new Set<string>();
  /** Who is waited for: a request, or the pause before it is tried again. */
  readonly #waits = new Map<{ readonly waitingSince: number | undefined }, string>();
  #bytes = 0;
  #inFlight = 0;
  #maxInFlight = 0;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    const maxInFlight = options.maxInFlight ?? fittingWidth(100, 3);
    this.#limit = createLimit(maxInFlight);
    this.#requester = new Requester({
      env: options.env,
      connections: maxInFlight,
      connectTimeoutMs: options.connectTimeoutMs ?? 30_000,
      onTrace: options.onTrace,
      ca: options.ca,
    });
    this.#tries = options.tries ?? 5;
    this.#retryBaseMs = options.retryBaseMs ?? 250;
    this.#times = {
      idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
      totalTimeoutMs: options.totalTimeoutMs ?? 20 * 60_000,
    };
  }

  get(url: string, o: GetOptions): Promise<Uint8Array> {
    return this.#tried(url, o, async (answer) => {
      const { isFramed } = answer.response;
      if (!isFramed) o.onUnframed?.();
      const body = await this.#whole(answer, o.maxBytes);
      if (o.isWhole && !isFramed && !o.isWhole(body)) {
        throw new TransientFailure(networkError('read', answer.url, new Error('unexpected EOF')));
      }
      return body;
    });
  }

  page(url: string, o: Pick<GetOptions, 'maxBytes' | 'signal'>): Promise<WebPage> {
    const consume = async (answer: Answer): Promise<WebPage> => {
      const body = await this.#whole(answer, o.maxBytes);
      if (answer.response.status === 200) return { body, failure: undefined };
      const failure = this.#statusError(parseUrl(url), answer.response, shownPart(answer.response, body));
      if (failure instanceof TransientFailure) throw failure;
      return { body, failure };
    };
    return this.#tried(url, { ...o, anyStatus: true }, consume);
  }

  download(url: string, o: DownloadOptions): Promise<{ bytes: number }> {
    return this.#tried(url, o, async (answer) => {
      const { deadline, response } = answer;
      deadline.pause();
      if (!response.isFramed) o.onUnframed?.();
      const sink = await o.sink();
      try {
        const bytes = await this.#read(answer, o.maxBytes, (chunk) => sink.write(chunk));
        deadline.pause();
        await sink.close();
        return { bytes };
      } catch (error) {
        await sink.abort();
        throw error;
      }
    });
  }

  stats(): HttpStats {
    return {
      requests: this.#requester.requests,
      bytes: this.#bytes,
      inFlight: this.#inFlight,
      maxInFlight: this.#maxInFlight,
    };
  }

  longestWait(): Wait | undefined {
    let longest: Wait | undefined;
    for (const [{ waitingSince }, host] of this.#waits) {
      if (waitingSince === undefined) continue;
      const ms = performance.now() - waitingSince;
      if (longest === undefined || ms > longest.ms) longest = { host, ms };
    }
    return longest;
  }

  close(): Promise<void> {
    return this.#requester.close();
  }

  /** Asks until there is an answer, a failure that stays, or no try left: then the last failure is the error. */
  async #tried<T>(text: string, how: Asking, consume: Consume<T>): Promise<T> {
    const url = parseUrl(text);
    const signals = [this.#options.signal, how.signal].filter((s) => s !== undefined);
    const attempt = () => this.#attempt(url, signals, consume, how.anyStatus ?? false);
    for (let tries = 1; ; tries++) {
      try {
        const value = await this.#inTurn(signals, attempt, how.isUrgent);
        this.#down.delete(url.origin);
        return value;
      } catch (failure) {
        if (!(failure instanceof TransientFailure)) throw failure;
        const allowed = this.#down.has(url.origin) ? 1 : this.#tries;
        const wait = retryDelayMs(failure, tries + 1, {
          tries: allowed,
          baseMs: this.#retryBaseMs,
          random: Math.random(),
        });
        if (wait === undefined) {
          this.#down.add(url.origin);
          throw failure.error;
        }
        const pause = { waitingSince: performance.now() };
        this.#waits.set(pause, url.host);
        await sleep(wait, signals).finally(() => this.#waits.delete(pause));
      }
    }
  }

  /** Runs a task when fewer than the limit are running. A caller that gives up while it waits is let go at once. */
  #inTurn<T>(signals: readonly AbortSignal[], task: () => Promise<T>, isUrgent?: boolean): Promise<T> {
    return orInterrupted((resolve, reject) => {
      let abandoned = false;
      const run = async () => {
        if (abandoned) return;
        this.#inFlight++;
        this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
        try {
          resolve(await task());
        } catch (error) {
          reject(error);
        } finally {
          this.#inFlight--;
        }
      };
      void this.#limit(run, isUrgent);
      return () => {
        abandoned = true;
      };
    }, signals);
  }

  async #attempt<T>(url: URL, signals: readonly AbortSignal[], consume: Consume<T>, anyStatus: boolean): Promise<T> {
    const deadline = startDeadline(url, this.#times, signals);
    this.#waits.set(deadline, url.host);
    let answer: Answer | undefined;
    try {
      deadline.touch();
      answer = await this.#requester.ask(url, deadline);
      if (answer.response.status !== 200 && !anyStatus) {
        throw this.#statusError(url, answer.response, await readErrorBody(answer.response));
      }
      return await consume(answer);
    } catch (error) {
      answer?.response.body.destroy();
      throw deadline.signal.aborted && !isStatus(error) ? deadline.signal.reason : error;
    } finally {
      deadline.stop();
      this.#waits.delete(deadline);
    }
  }

  async #whole(answer: Answer, maxBytes: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    await this.#read(answer, maxBytes, (chunk) => void chunks.push(chunk));
    return new Uint8Array(Buffer.concat(chunks));
  }

  /** Reads a body piece by piece. Returns its size. */
  async #read(
    { response, url, deadline }: Answer,
    maxBytes: number,
    take: (chunk: Uint8Array) => void | Promise<void>,
  ): Promise<number> {
    const tooLarge = () =>
      new TsgogetError('too-large', `reading ${redactUrl(url)}: response is larger than ${maxBytes} bytes`);
    if (Number(response.header('content-length')) > maxBytes) throw tooLarge();
    let total = 0;
    deadline.touch();
    const chunks = response.body[Symbol.asyncIterator]();
    for (;;) {
      const { value: chunk, done } = await chunks.next().catch((error: unknown) => {
        throw failureFrom('read', url, error);
      });
      if (done) return total;
      deadline.pause();
      total += chunk.length;
      this.#bytes += chunk.length;
      this.#options.onBytes?.(chunk.length);
      if (total > maxBytes) throw tooLarge();
      await take(chunk);
      deadline.touch();
    }
  }

  /** `body` is what may be shown of the answer's. */
  #statusError(asked: URL, response: TransportResponse, body: Uint8Array): HttpError | TransientFailure {
    const { status } = response;
    const detail = errorDetail(body);
    const url = redactUrl(asked);
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), Date.now());
    const isRefusal = status >= 400 && status < 500;
    let hint = isRefusal ? this.#requester.credentialProblem(asked) : undefined;
    if (status === 429) hint = 'the server asks for fewer requests: wait, then try again';
    const error = new HttpError(status, url, statusMessage(url, statusLine(status, response.reason), detail), { hint });
    return transientStatuses.has(status) ? new TransientFailure(error, retryAfterMs) : error;
  }
}

function isStatus(failure: unknown): boolean {
  return failure instanceof HttpError || (failure instanceof TransientFailure && failure.error instanceof HttpError);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TsgogetError('invalid-setting', `unsupported scheme: ${redactUrl(text)}`);
}
