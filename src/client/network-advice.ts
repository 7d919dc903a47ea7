/**
 * What a person can do about a request that failed: who was asked, which setting with which value led there and where that is set, and a
 * next step.
 */
import { chain, HttpError, hintOf, isSecurity, messageOf, requestFailures, TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { parseProxyList } from '../goproxy/index.js';
import { readEnvProxy, redactUrl } from '../http/index.js';
import { matchPrefixPatterns } from '../module/index.js';

function failedRequest(error: unknown): TsgogetError | undefined {
  for (const e of chain(error)) if (e instanceof TsgogetError && requestFailures.has(e.code)) return e;
  return undefined;
}

/** The address in go's words for a failure, which we wrote ourselves: what a server says stands behind it. */
function urlOf(error: unknown): URL | undefined {
  for (const e of chain(error)) {
    const text = messageOf(e);
    const found =
      e instanceof HttpError
        ? e.url
        : /\b(?:Get|read) "(https?:\/\/[^"\s]+)"|\breading (https?:\/\/\S+?):(?=\s)|\binsecure URL:? (https?:\/\/\S+)/
            .exec(text)
            ?.slice(1)
            .find(Boolean);
    if (found !== undefined && URL.canParse(found)) return new URL(found);
  }
  return undefined;
}

interface Cause {
  /** `GOPROXY=https://… (environment)` */
  readonly setting: string;
  /** Another way than this server, if there is one. */
  readonly otherwise: string;
}

/** The advice, for a hint; undefined for what is no failure of a request. Of several requests the first is told. */
export function networkAdvice(error: unknown, settings: GoEnv): string | undefined {
  const failure = failedRequest(error);
  const url = urlOf(error);
  if (failure === undefined || url === undefined || isSecurity(error)) return hintOf(error);
  const { setting, otherwise } = causeOf(url, settings);
  const asked = `${url.host} was asked because of ${setting}`;
  const own = hintOf(error);
  const advice = own === undefined ? `${asked}: ${nextStep(failure, url)}${otherwise}` : `${own} (${asked})`;
  return advice + throughProxy(url, settings);
}

function nextStep(failure: TsgogetError, url: URL): string {
  const { message } = failure;
  if (failure instanceof HttpError) {
    if (failure.status === 401 || failure.status === 403)
      return 'give it credentials in a netrc file (NETRC) or by GOAUTH';
    if (failure.status === 407) return 'give the proxy its user and password';
    return failure.status >= 500 ? 'the server is in trouble, try again later' : 'ask who runs it';
  }
  if (failure.code === 'insecure')
    return 'ask who runs it to mend its certificate, or to give you the authority to trust (SSL_CERT_FILE)';
  if (/: lookup /.test(message)) return `check the spelling of ${url.hostname} and the network`;
  if (failure.code === 'timeout') return 'check the network, then try again';
  if (/connection refused|no route to host|unreachable/.test(message))
    return 'check that it runs, and that the network lets you through';
  return 'try again; if it stays so, ask who runs it';
}

function causeOf(url: URL, settings: GoEnv): Cause {
  const { GOPROXY, GONOPROXY, GOSUMDB } = settings;
  const asked = `${url.origin}${url.pathname}`;
  if (entriesOf(settings).some((entry) => isBelow(asked, entry))) {
    return { setting: told('GOPROXY', redactList(GOPROXY), settings), otherwise: ', or set GOPROXY to another proxy' };
  }
  const [name = '', address] = GOSUMDB.split(/\s+/);
  const log = address ?? `https://${name.replace(/\+.*/, '')}`;
  if (isBelow(asked, log)) {
    const value = [name.replace(/^([^+]+)\+.*/, '$1'), ...(address === undefined ? [] : [redactUrl(address)])].join(
      ' ',
    );
    return {
      setting: told('GOSUMDB', value, settings),
      otherwise: ', or set GOPROXY to a proxy that passes the checksum database on',
    };
  }
  const path = `${url.host}${url.pathname}`;
  if (GONOPROXY !== '' && matchPrefixPatterns(GONOPROXY, path)) {
    const by = settings.GOPRIVATE === GONOPROXY ? 'GOPRIVATE' : 'GONOPROXY';
    return { setting: told(by, GONOPROXY, settings), otherwise: '' };
  }
  return { setting: told('GOPROXY', redactList(GOPROXY), settings), otherwise: '' };
}

function entriesOf({ GOPROXY, GONOPROXY, platform }: GoEnv): string[] {
  try {
    return parseProxyList(GOPROXY, GONOPROXY, platform).map((entry) => entry.url);
  } catch {
    return [];
  }
}

function isBelow(asked: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, pathname } = new URL(address);
  return asked.startsWith(`${origin}${pathname.replace(/\/$/, '')}/`);
}

const redactList = (list: string) => list.replace(/[^,|]+/g, (entry) => redactUrl(entry.trim()));

/** A setting with its value and where that is set. */
function told(name: string, value: string, { env, fileValues, GOENV }: GoEnv): string {
  const where = env[name] ? 'environment' : fileValues.has(name) ? GOENV : 'the default';
  return `${name}=${value} (${where})`;
}

/** The HTTP proxy that the request went through, if it did. */
function throughProxy(url: URL, { env }: GoEnv): string {
  try {
    const proxy = readEnvProxy(env)(url);
    if (proxy === undefined) return '';
    const upper = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    const name = env[upper] ? upper : upper.toLowerCase();
    return `; it is asked through ${name}=${redactUrl(proxy).replace(/\/$/, '')}: check that too, or name ${url.hostname} in NO_PROXY`;
  } catch {
    return '';
  }
}
