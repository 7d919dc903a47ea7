/**
 * One request with all that belongs to it: the credentials of GOAUTH, redirects by the go command's rules (cmd/go/internal/web),
 * and the lines of -x. Its answer's body is not read yet.
 */
import { quoteGo } from '../encoding/quote-go.js';
import { messageOf, TsgogetError } from '../errors.js';
import type { AuthHeaders } from './auth-output.js';
import { type CredentialSettings, type Credentials, createCredentials } from './credentials.js';
import { type Deadline, orInterrupted } from './deadline.js';
import { readEnvProxy } from './env-proxy.js';
import { isShowable, maxErrorBodyBytes } from './error-detail.js';
import { resolveLocation, type Target, targetOf } from './location.js';
import { isTransient, networkError } from './network-error.js';
import { redactUrl } from './redact.js';
import { TransientFailure, transientStatuses } from './retry.js';
import { statusLine } from './status-text.js';
import type { Transport, TransportResponse } from './transport.js';
import { readVcsTest, type VcsTest } from './vcs-test.js';

export interface RequesterOptions {
  /** The settings of credentials, and the raw environment for proxies and certificates. */
  readonly env: CredentialSettings & { readonly env: Readonly<Record<string, string | undefined>> };
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Lines as `go get -x` prints them. */
  readonly onTrace: ((line: string) => void) | undefined;
  /** Certificates to trust besides, as PEM. */
  readonly ca: string | undefined;
}

/** Go's client refuses the tenth redirect. */
const maxRequestsInChain = 10;
const userAgent = 'tsgoget';

export interface Answer {
  readonly response: TransportResponse;
  readonly url: URL;
  readonly deadline: Deadline;
}

export class Requester {
  readonly #options: RequesterOptions;
  readonly #credentials: Credentials;
  readonly #vcsTest: VcsTest | undefined;
  #transport: Promise<Transport> | undefined;
  #requests = 0;

  constructor(options: RequesterOptions) {
    this.#options = options;
    this.#credentials = createCredentials(options.env, options.onTrace);
    this.#vcsTest = readVcsTest(options.env.env);
  }

  /** Requests sent, with redirects. */
  get requests(): number {
    return this.#requests;
  }

  /** Why a server may have refused a URL, for a hint. */
  credentialProblem(url: URL): string | undefined {
    return this.#credentials.problem(url);
  }

  async close(): Promise<void> {
    const transport = await this.#transport?.catch(() => undefined);
    await Promise.all([transport?.close(), this.#credentials.close()]);
  }

  /** The last answer of a chain of redirects, whatever its status. Throws TransientFailure, and what HttpClient says. */
  async ask(url: URL, deadline: Deadline): Promise<Answer> {
    const { onTrace } = this.#options;
    if (onTrace === undefined) return this.#authorized(url, deadline);
    const shown = redactUrl(url);
    const start = performance.now();
    onTrace(`# get ${shown}`);
    try {
      const answer = await this.#authorized(url, deadline);
      const seconds = ((performance.now() - start) / 1000).toFixed(3);
      onTrace(`# get ${shown}: ${statusLine(answer.response.status, answer.response.reason)} (${seconds}s)`);
      return answer;
    } catch (failure) {
      const error = failure instanceof TransientFailure ? failure.error : (failure as Error);
      onTrace(`# get ${shown}: ${error.message}`);
      throw failure;
    }
  }

  /** Sends the request, and after a refusal once more with what GOAUTH then says. */
  async #authorized(start: URL, deadline: Deadline): Promise<Answer> {
    const { signal } = deadline;
    const credentials = this.#credentials;
    const outside = async <T>(asked: T | Promise<T>): Promise<T> => {
      if (!(asked instanceof Promise)) return asked;
      deadline.pause(); // a command may wait for a person
      const result = await orInterrupted<T>((resolve, reject) => void asked.then(resolve, reject), [signal]);
      deadline.touch();
      return result;
    };
    let headers = await outside(credentials.headers(start));
    for (let isLast = false; ; ) {
      const answer = await this.#follow(start, headers, deadline);
      const { status, reason, headers: ofAnswer } = answer.response;
      if (answer.url.origin === start.origin) credentials.judge(headers, status);
      if (isLast || status < 400 || status >= 500 || transientStatuses.has(status)) return answer;
      const next = await outside(credentials.headersAfter(start, headers, { status, reason, headers: ofAnswer }));
      if (next === undefined) return answer;
      await readErrorBody(answer.response);
      ({ headers, isLast } = next);
    }
  }

  /** Follows where the answers point. */
  async #follow(start: URL, credentials: AuthHeaders, deadline: Deadline): Promise<Answer> {
    let headers = credentials;
    for (let target = targetOf(start), requests = 1; ; requests++) {
      const { url } = target;
      const response = await this.#send(target, headers, deadline);
      const found = redirectTarget(response, target);
      const next = found?.url;
      if (found === undefined || next === undefined) return { response, url, deadline };
      await readErrorBody(response);
      if (start.protocol === 'https:' && next.protocol !== 'https:') {
        const words = `redirected from secure URL ${redactUrl(url)} to insecure URL ${redactUrl(next)}`;
        throw new TsgogetError('insecure', `Get ${quoteGo(redactUrl(next))}: ${words}`);
      }
      if (requests >= maxRequestsInChain) {
        throw new TsgogetError('http', `Get ${quoteGo(redactUrl(next))}: stopped after 10 redirects`);
      }
      // credentials are for the origin that was asked; once it is left they are gone for good
      if (next.origin !== start.origin) headers = [];
      target = found;
    }
  }

  async #send({ url, path }: Target, credentials: AuthHeaders, deadline: Deadline): Promise<TransportResponse> {
    const transport = await this.#open();
    const hasAgent = credentials.some(([name]) => name === 'user-agent');
    const headers: AuthHeaders = hasAgent ? credentials : [['user-agent', userAgent], ...credentials];
    this.#requests++;
    try {
      return await transport.get({ url: this.#vcsTest?.target(url) ?? url, path }, headers, deadline.signal);
    } catch (error) {
      throw failureFrom('Get', url, error);
    }
  }

  #open(): Promise<Transport> {
    this.#transport ??= this.#start();
    return this.#transport;
  }

  async #start(): Promise<Transport> {
    const { env, ca, connectTimeoutMs, connections } = this.#options;
    // slow to load, both; the second is needed for TLS alone
    const { openTransport } = await import('./transport.js');
    const loadTrust = async (extra = ca) => (await import('./certificates.js')).loadTrust(env, extra);
    let trust: ReturnType<typeof loadTrust> | undefined;
    const vcsTest = this.#vcsTest;
    return openTransport({
      connections,
      connectTimeoutMs,
      trust: async (origin) => {
        if (vcsTest?.isTarget(origin)) return loadTrust(vcsTest.certificate());
        trust ??= loadTrust();
        return trust;
      },
      proxyFor: readEnvProxy(env.env),
    });
  }
}

export function failureFrom(op: 'Get' | 'read', url: URL, error: unknown): unknown {
  if (error instanceof TsgogetError) return error; // the deadline's own
  const shown = networkError(op, url, error);
  return isTransient(error) ? new TransientFailure(shown) : shown;
}

function redirectTarget(response: TransportResponse, from: Target): Target | undefined {
  const location = response.header('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === '') return undefined;
  try {
    return resolveLocation(location, from);
  } catch (error) {
    const words = messageOf(error);
    const shown = words.startsWith('unsupported protocol') ? words : `failed to parse Location header: ${words}`;
    throw new TsgogetError('invalid-response', `Get ${quoteGo(redactUrl(from.url))}: ${shown}`);
  }
}

/** The start of an error body that may be shown. A short one is read to its end, so that the connection can serve again. */
export async function readErrorBody(response: TransportResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      total += chunk.length;
      if (total >= maxErrorBodyBytes) break;
    }
  } catch {
    // the status is the news; its words are a courtesy
  }
  return shownPart(response, Buffer.concat(chunks));
}

export function shownPart(response: TransportResponse, body: Uint8Array): Uint8Array {
  return isShowable(response.header('content-type')) ? body.subarray(0, maxErrorBodyBytes) : new Uint8Array();
}
