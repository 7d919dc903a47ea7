/**
 * `direct`: a module from its origin. The page `https://host/path?go-get=1` says where that is (go.dev/ref/mod#vcs-find); where it
 * names a module proxy (`mod`), that is asked as any other. Version control systems are not supported: nothing is run. What go says
 * before it would run one is said here too: that GOVCS does not allow it, or that its program is missing.
 *
 * A page is asked for only when `direct` is reached. What it may lead to is narrower than in go: neither the page nor the proxy that
 * it names is asked at a bare address or at localhost, and the proxy not without TLS, unless GOINSECURE matches the module.
 */
import { isIP } from 'node:net';
import { Memo } from '../async/memo.js';
import { quoteGo } from '../encoding/quote-go.js';
import { type HttpError, messageOf, TsgogetError } from '../errors.js';
import { findProgram, hostGoos, missingProgram, osLookup } from '../goenv/index.js';
import { type HttpClient, redactUrl } from '../http/index.js';
import { matchPrefixPatterns } from '../module/index.js';
import { type GoImport, ImportMismatchError, matchGoImport, parseGoImports } from './go-import.js';
import { type GovcsSettings, refusedByGovcs } from './govcs.js';
import { httpSource } from './http-source.js';
import { namedRepository, type Repository, systemsOf, usualRepository } from './origin-hosts.js';
import { discoveryUrl, modulePaths } from './paths.js';
import { proxyRepo, type Repo, withModule } from './repo.js';

const maxPageBytes = 4 << 20;

export const directWords = 'fetching directly from version control is not supported yet';

/** The module can only be had from version control. `missing` says that its program is. */
export class DirectError extends TsgogetError {
  constructor(isPrivate: boolean, missing?: string) {
    const why = isPrivate ? ' (GOPRIVATE or GONOPROXY keeps it from the proxies of GOPROXY)' : '';
    const hint = isPrivate
      ? 'serve it by a module proxy, name that in GOPROXY, and set GONOPROXY=none'
      : 'set GOPROXY to a module proxy that serves it';
    super('unsupported', missing ?? `${directWords}${why}`, {
      hint: missing === undefined ? hint : `${directWords}${why}: ${hint}`,
    });
  }
}

/** No page says where the module comes from. For go, too, such a module does not exist. */
export class NoOriginError extends TsgogetError {
  constructor(path: string, cause: unknown) {
    super('not-found', `unrecognized import path ${quoteGo(path)}: ${messageOf(cause)}`, { cause });
  }
}

export interface DirectSourceOptions {
  readonly http: HttpClient;
  readonly env: GovcsSettings & {
    /** The pattern of modules that may be had without TLS. */
    readonly GOINSECURE: string;
    readonly platform: NodeJS.Platform;
    /** The Go release that is followed, as '1.26.8'. */
    readonly goVersion: string;
    /** The raw environment, for PATH. */
    readonly env: Readonly<Record<string, string | undefined>>;
  };
}

export interface DirectSource {
  /**
   * The module at its origin, which is looked for by the first question. It fails with DirectError where that is version control, and
   * with 'not-found' where no page tells: for go, too, such a module does not exist.
   */
  repo(path: string, isPrivate: boolean): Repo;
}

/** What a page says. `failure` is its status, where that is not 200: people serve go-import lines in their 404 page. */
interface Page {
  readonly url: string;
  readonly imports: readonly GoImport[];
  readonly failure: HttpError | undefined;
}

/** A repository, or the proxy that serves a module. */
type Origin = Repository | { readonly base: string };

export function createDirectSource({ http, env }: DirectSourceOptions): DirectSource {
  const pages = new Memo<Page>();
  const origins = new Memo<Origin>();
  const systems = systemsOf(env.goVersion);

  const isInsecure = (path: string) => matchPrefixPatterns(env.GOINSECURE, path);

  /** Asks for a page, once a run. Without TLS only where that is allowed and TLS has failed. */
  function pageOf(path: string, insecure: boolean): Promise<Page> {
    return pages.get(`${insecure} ${path}`, async () => {
      try {
        return await read(discoveryUrl(path, 'https'), insecure);
      } catch (error) {
        if (!insecure || isFinal(error)) throw error;
        return read(discoveryUrl(path, 'http'), insecure);
      }
    });
  }

  async function read(url: string, insecure: boolean): Promise<Page> {
    if (!insecure) refuseInside(url);
    const { body, failure } = await http.page(url, { maxBytes: maxPageBytes });
    return { url: redactUrl(url), imports: parseGoImports(body, env.goVersion), failure };
  }

  /** The line of the page of `path`, which must agree with the page of the prefix that the line is about. */
  async function lineFor(path: string, insecure: boolean): Promise<{ line: GoImport; url: string }> {
    const page = await pageOf(path, insecure).catch((error: unknown) => {
      throw hasOwnWords(error) ? error : failed(`${insecure ? 'http/' : ''}https fetch: ${messageOf(error)}`, error);
    });
    if (page.imports.length === 0 && page.failure !== undefined) throw page.failure;
    const line = matchedLine(page, path);
    if (line.prefix !== path) await checkPrefix(line, path, page.url, insecure);
    return { line, url: page.url };
  }

  /** Otherwise whoever owns a folder of a site could say where the modules of the whole site come from. */
  async function checkPrefix(line: GoImport, path: string, asked: string, insecure: boolean): Promise<void> {
    const { prefix } = line;
    const page = await pageOf(prefix, insecure).catch((error: unknown) => {
      throw isFinal(error) ? error : failed(`fetching ${prefix}: ${messageOf(error)}`, error);
    });
    if (page.imports.length === 0) {
      throw page.failure ?? failed(`fetching ${prefix}: no go-import meta tag found in ${page.url}`);
    }
    if (sameLine(line, tryMatch(page.imports, path))) return;
    const other = page.url.replace(/^https?:/, '');
    throw failed(`${asked} and ${other} disagree about go-import for ${prefix}`);
  }

  async function discover(path: string): Promise<Origin> {
    const insecure = isInsecure(path);
    const { line, url } = await lineFor(path, insecure);
    checkLine(line, url, systems);
    if (line.vcs !== 'mod') return allowed({ vcs: line.vcs, root: line.prefix });
    checkBase(line.root, insecure);
    return { base: line.root };
  }

  function allowed(repository: Repository): Repository {
    const refusal = refusedByGovcs(repository, env);
    if (refusal !== undefined) throw failed(refusal);
    return repository;
  }

  async function originOf(path: string): Promise<Origin> {
    modulePaths(path); // a name that is no module path is asked of nobody
    const named = namedRepository(path, systems);
    if (named !== undefined) return allowed(named);
    try {
      return await discover(path);
    } catch (error) {
      if (isFinal(error)) throw error;
      const usual = usualRepository(path, systems);
      if (usual !== undefined && refusedByGovcs(usual, env) === undefined) return usual;
      throw new NoOriginError(path, error);
    }
  }

  /** What is wrong with fetching from version control: that it is not supported, or what go itself would say first. */
  function directError(path: string, { vcs }: Repository, isPrivate: boolean): Error {
    const goos = hostGoos(env.platform);
    const isThere = findProgram(vcs, osLookup(env.env, goos), goos) !== undefined;
    if (isThere) return withModule({ path, version: '' }, new DirectError(isPrivate), env);
    return new DirectError(isPrivate, missingProgram(vcs, goos));
  }

  return {
    repo(path, isPrivate) {
      return lazyRepo(path, async () => {
        const origin = await origins.get(path, () => originOf(path));
        if ('vcs' in origin) throw directError(path, origin, isPrivate);
        const { goVersion } = env;
        return proxyRepo({ path, source: httpSource(origin.base, http), proxy: redactUrl(origin.base), goVersion });
      });
    },
  };
}

const finalCodes = new Set(['interrupted', 'invalid-setting', 'unsupported']);

/** Errors that say nothing about the module. */
function isFinal(error: unknown): boolean {
  return error instanceof TsgogetError && finalCodes.has(error.code);
}

/** Errors that are told as they are: also that of a path without a host. */
function hasOwnWords(error: unknown): boolean {
  return isFinal(error) || (error instanceof TsgogetError && error.code === 'invalid-path');
}

function failed(message: string, cause?: unknown): TsgogetError {
  return new TsgogetError('not-found', message, cause === undefined ? {} : { cause });
}

function matchedLine(page: Page, path: string): GoImport {
  try {
    return matchGoImport(page.imports, path);
  } catch (error) {
    if (!(error instanceof ImportMismatchError)) {
      throw failed(`parse ${page.url.replace(/^https?:/, '')}: ${messageOf(error)}`, error);
    }
    throw failed(`parse ${page.url}: no go-import meta tags (${messageOf(error)})`, error);
  }
}

function tryMatch(imports: readonly GoImport[], path: string): GoImport | undefined {
  try {
    return matchGoImport(imports, path);
  } catch {
    return undefined;
  }
}

function sameLine(a: GoImport, b: GoImport | undefined): boolean {
  return a.prefix === b?.prefix && a.vcs === b.vcs && a.root === b.root && a.subdir === b.subdir;
}

/** What of a line go refuses, whatever system it names. */
function checkLine({ vcs, root, subdir }: GoImport, url: string, systems: readonly string[]): void {
  const lead = /^[/-]/.exec(subdir)?.[0];
  if (lead !== undefined) {
    const what = lead === '/' ? 'slash' : 'hyphen';
    throw failed(`${url}: invalid subdirectory ${quoteGo(subdir)}: leading ${what}`);
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(root)?.[1];
  const invalid = (why: string) => failed(`${url}: invalid repo root ${quoteGo(redactUrl(root))}: ${why}`);
  if (scheme === undefined) throw invalid('no scheme');
  if (scheme.toLowerCase() === 'file') throw invalid('file scheme disallowed');
  if (vcs !== 'mod' && !systems.includes(vcs)) throw failed(`${url}: unknown vcs ${quoteGo(vcs)}`);
}

/** Refuses a proxy that a page may not name. */
function checkBase(base: string, insecure: boolean): void {
  const shown = redactUrl(base);
  if (!/^https?:/i.test(base)) throw failed(`invalid proxy URL scheme (must be https, http, file): ${shown}`);
  if (!/^https?:\/\/[^/?#]/i.test(base) || !URL.canParse(base)) throw failed(`invalid proxy URL: ${shown}`);
  if (insecure) return;
  if (/^http:/i.test(base)) throw new TsgogetError('insecure', `insecure URL: ${shown}`, { hint: insecureHint });
  refuseInside(base);
}

const insecureHint = 'if that is meant, name the module in GOINSECURE';

/** Refuses a URL whose host is an address or localhost: a page shall not lead into the network where the program runs. */
function refuseInside(url: string): void {
  const { hostname } = new URL(url); // in its canonical form: 0x7f.1 is 127.0.0.1
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) === 0 && !/(?:^|\.)localhost$/.test(host)) return;
  throw new TsgogetError('insecure', `Get ${quoteGo(redactUrl(url))}: ${hostname} is no public host name`, {
    hint: insecureHint,
  });
}

/** A module whose whereabouts are found out by the first question. */
function lazyRepo(path: string, open: () => Promise<Repo>): Repo {
  let opened: Promise<Repo> | undefined;
  const repo = () => {
    opened ??= open();
    return opened;
  };
  return {
    path,
    versions: async (prefix) => (await repo()).versions(prefix),
    stat: async (rev) => (await repo()).stat(rev),
    latest: async () => (await repo()).latest(),
    goMod: async (version, options) => (await repo()).goMod(version, options),
    zip: async (version, sink, onUnframed) => (await repo()).zip(version, sink, onUnframed),
  };
}
