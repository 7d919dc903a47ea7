/**
 * Which headers of the user's go with which request (GOAUTH, `go help goauth`). They go to https URLs only, to the host, port and
 * path prefix that they are for, and are dropped by the client when a redirect leaves that origin.
 */
import { createLimit } from '../async/limit.js';
import { TsgogetError } from '../errors.js';
import { type AuthHeaders, prefixOf, type RefusedAnswer } from './auth-output.js';
import { type GitCredential, judgeCredential } from './git-credential.js';
import { asksAgain, parseGoAuth, runGoAuth } from './goauth.js';
import { type Login, loadNetrc, type NetrcSettings } from './netrc.js';
import { redactUrl } from './redact.js';

export interface CredentialSettings extends NetrcSettings {
  readonly GOAUTH: string;
  /** Where the commands of GOAUTH run. */
  readonly cwd?: string;
  /** The raw environment, which they get. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Credentials {
  /** The headers for a request, at once where nobody has to be asked. Throws, or rejects with, 'insecure' or 'invalid-setting'. */
  headers(url: URL): AuthHeaders | Promise<AuthHeaders>;
  /**
   * Other headers to try after an answer of 4xx to `sent`; undefined when there are none. `isLast` says that the commands were
   * asked about this very URL: they are once for a request.
   */
  headersAfter(
    url: URL,
    sent: AuthHeaders,
    answer: RefusedAnswer,
  ): Promise<{ readonly headers: AuthHeaders; readonly isLast: boolean } | undefined>;
  /** Says what came of headers. */
  judge(headers: AuthHeaders, status: number): void;
  /** Why there may be no headers for a URL, for a hint. */
  problem(url: URL): string | undefined;
  /** Ends what runs. */
  close(): Promise<void>;
}

/** So many requests may ask the commands at a time; the others profit from what those hear. */
const runsAtATime = 4;
const judgeTimeoutMs = 10_000;
const none: AuthHeaders = [];

/** Credentials by GOAUTH, read when the first https request needs them. */
export function createCredentials(settings: CredentialSettings, onTrace?: (line: string) => void): Credentials {
  const { env = {}, platform, cwd } = settings;
  const place = { env, platform, cwd };
  const byPrefix = new Map<string, AuthHeaders>();
  const ofGit = new Map<AuthHeaders, { credential: GitCredential; dir: string }>();
  const judging = new Set<Promise<void>>();
  const stop = new AbortController();
  const limit = createLimit(runsAtATime);
  let problems: readonly string[] = [];
  let netrc: ReturnType<typeof loadNetrc> | undefined;
  let started: Promise<void> | undefined;
  let isRead = false;

  async function run(refused?: { url: string; answer: RefusedAnswer }): Promise<void> {
    const found = await runGoAuth(parseGoAuth(settings.GOAUTH), {
      place,
      refused,
      signal: stop.signal,
      netrc: async () => {
        netrc ??= loadNetrc(settings, onTrace);
        return new Map(Array.from(netrc, ([prefix, login]) => [prefix, [['authorization', basic(login)]]]));
      },
      keep: (prefix, headers) => (headers.length === 0 ? byPrefix.delete(prefix) : byPrefix.set(prefix, headers)),
      onGitCredential: (headers, credential, dir) => ofGit.set(headers, { credential, dir }),
    });
    const shown = redactUrl(refused?.url ?? '');
    problems = found.map((text) => (refused ? text.replaceAll(refused.url, shown) : text).replace(/\n$/, ''));
    if (refused === undefined || found.length === 0 || lookUp(new URL(refused.url)).length > 0) return;
    onTrace?.(`GOAUTH encountered errors for ${shown}:`);
    for (const problem of problems) onTrace?.(`  ${problem}`);
  }

  const lookUp = (url: URL) => longestPrefix(byPrefix, url) ?? none;

  return {
    headers(url) {
      const ofUrl = userOf(url);
      if (url.protocol !== 'https:') {
        if (ofUrl === undefined) return none;
        throw new TsgogetError('insecure', `refusing to pass credentials to insecure URL: ${redactUrl(url)}`, {
          hint: 'use an https URL',
        });
      }
      const found = (): AuthHeaders => (ofUrl === undefined ? lookUp(url) : [['authorization', ofUrl]]);
      if (isRead) return found();
      started ??= run().then(() => {
        isRead = true;
      });
      return started.then(found);
    },

    async headersAfter(url, sent, answer) {
      if (url.protocol !== 'https:' || userOf(url) !== undefined) return undefined;
      if (!parseGoAuth(settings.GOAUTH).some(asksAgain)) return undefined;
      const isNew = (headers: AuthHeaders) => String(headers) !== String(sent);
      return limit(async () => {
        const known = lookUp(url); // another request may have had them asked
        if (isNew(known)) return { headers: known, isLast: false };
        await run({ url: `${url.origin}${url.pathname}${url.search}`, answer });
        const headers = lookUp(url);
        return isNew(headers) ? { headers, isLast: true } : undefined;
      });
    },

    judge(headers, status) {
      const given = ofGit.get(headers);
      if (given === undefined || (status !== 200 && status !== 401)) return;
      ofGit.delete(headers);
      const options = { ...place, cwd: given.dir, timeoutMs: judgeTimeoutMs, signal: new AbortController().signal };
      const task = judgeCredential(given.credential, status === 200, options).finally(() => judging.delete(task));
      judging.add(task);
    },

    problem(url) {
      const [first] = problems;
      if (first === undefined || url.protocol !== 'https:' || lookUp(url).length > 0) return undefined;
      return `${first.split('\n', 1)[0]} (-x shows more)`;
    },

    async close() {
      stop.abort();
      await Promise.all(judging);
    },
  };
}

/** The header for the user and password of a URL. */
export function userOf(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return basic({ login: decode(url.username), password: decode(url.password) });
}

/** The bytes of a part of a URL, a character each: they need not be UTF-8. */
function decode(text: string): string {
  return text.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `login` and `password` have a character for each byte. */
function basic({ login, password }: Login): string {
  return `Basic ${Buffer.from(`${login}:${password}`, 'latin1').toString('base64')}`;
}

/** Walks up whole path elements: what is for `example.com` never goes to `example.com.attacker`. */
function longestPrefix(byPrefix: ReadonlyMap<string, AuthHeaders>, url: URL): AuthHeaders | undefined {
  const whole = byPrefix.get(prefixOf(url.href) ?? ''); // with its query: a command may repeat the URL that it was given
  if (whole !== undefined) return whole;
  for (let prefix = `${url.host}${url.pathname}`.replace(/\/$/, ''); ; ) {
    const found = byPrefix.get(prefix);
    const slash = prefix.lastIndexOf('/');
    if (found !== undefined || slash < 0) return found;
    prefix = prefix.slice(0, slash);
  }
}
