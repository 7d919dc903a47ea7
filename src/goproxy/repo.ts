/**
 * One module as a proxy serves it: the five questions of the protocol (go.dev/ref/mod#goproxy-protocol).
 * Errors carry the module once, in the go command's form.
 */
import { Memo } from '../async/memo.js';
import { quoteGo } from '../encoding/quote-go.js';
import { causeOf, type ErrorCode, hintOf, isNotFound, ModuleError, messageOf, TsgogetError } from '../errors.js';
import { hasRule } from '../gover/index.js';
import type { Sink, Unframed } from '../http/index.js';
import {
  canonicalVersion,
  check,
  InvalidVersionError,
  isPseudoVersion,
  type ModuleVersion,
  pseudoVersionTime,
} from '../module/index.js';
import { modulePaths } from './paths.js';
import { parseRevInfo, type RevInfo } from './rev-info.js';
import type { Source } from './source.js';
import { parseTime } from './time.js';
import { VersionList } from './version-list.js';

const mebibyte = 1 << 20;
export const maxZipBytes = 500 * mebibyte;
export const maxGoModBytes = 16 * mebibyte;
const maxInfoBytes = 4 * mebibyte;
const maxListBytes = 64 * mebibyte;

export interface GoModOptions {
  /** More than this fails with 'too-large'. Default 16 MiB, which go allows. */
  readonly maxBytes?: number;
  readonly onUnframed?: Unframed;
}

/** Every operation fails with ModuleError. None of the answers is authenticated. */
export interface Repo {
  readonly path: string;
  /** The tagged versions that begin with `prefix`; pseudo-versions and junk lines are skipped. */
  versions(prefix: string): Promise<VersionList>;
  /** What a version, branch, tag or commit is. A canonical version is echoed exactly. */
  stat(rev: string): Promise<RevInfo>;
  /** The proxy's @latest; without one, the newest of the list by time, pseudo-versions included. */
  latest(): Promise<RevInfo>;
  /** The go.mod file of a canonical version. */
  goMod(version: string, options?: GoModOptions): Promise<Uint8Array>;
  /** The zip of a canonical version. */
  zip(version: string, sink: () => Promise<Sink>, onUnframed?: Unframed): Promise<{ bytes: number }>;
}

export interface ProxyRepoOptions {
  readonly path: string;
  readonly source: Source;
  /** The proxy's URL, redacted. */
  readonly proxy: string;
  /** The Go release that is followed, as '1.26.8'. */
  readonly goVersion: string;
  /** What to say beside "not found". */
  readonly notFoundHint?: string | undefined;
}

/** A module on a proxy. Throws 'invalid-path'. */
export function proxyRepo(options: ProxyRepoOptions): Repo {
  return new ProxyRepo(options);
}

class ProxyRepo implements Repo {
  readonly path: string;
  readonly #options: ProxyRepoOptions;
  readonly #paths;
  readonly #lists = new Memo<VersionList>();

  constructor(options: ProxyRepoOptions) {
    this.path = options.path;
    this.#options = options;
    this.#paths = modulePaths(options.path);
  }

  async versions(prefix: string): Promise<VersionList> {
    return (await this.#listed()).startingWith(prefix);
  }

  stat(rev: string): Promise<RevInfo> {
    return this.#asking(rev, async () => {
      const info = this.#parse(await this.#info(this.#paths.info(rev)));
      if (info.version !== rev && isExact(this.path, rev)) {
        // the proxy may resolve a query, but not answer for another version
        const words = `proxy returned info for version ${info.version} instead of requested version`;
        throw new TsgogetError('invalid-response', words);
      }
      return info.version === rev && canonicalVersion(rev) === rev ? info : this.#withVersion(info);
    });
  }

  latest(): Promise<RevInfo> {
    return this.#asking('', async () => this.#withVersion(this.#parse(await this.#info(this.#paths.latest)))).catch(
      (error) => {
        if (!isNotFound(error)) throw error;
        return this.#newestListed();
      },
    );
  }

  goMod(version: string, { maxBytes = maxGoModBytes, onUnframed }: GoModOptions = {}): Promise<Uint8Array> {
    return this.#asking(version, async () => {
      checkCanonical(version, 'GoMod');
      return this.#options.source.get(this.#paths.mod(version), { maxBytes, onUnframed });
    });
  }

  zip(version: string, sink: () => Promise<Sink>, onUnframed?: Unframed): Promise<{ bytes: number }> {
    return this.#asking(version, async () => {
      checkCanonical(version, 'Zip');
      try {
        return await this.#options.source.download(this.#paths.zip(version), {
          maxBytes: maxZipBytes,
          sink,
          onUnframed,
        });
      } catch (cause) {
        if (!(cause instanceof TsgogetError) || cause.code !== 'too-large') throw cause;
        throw new TsgogetError('too-large', 'downloaded zip file too large', { cause });
      }
    });
  }

  #info(path: string): Promise<Uint8Array> {
    return this.#options.source.get(path, { maxBytes: maxInfoBytes });
  }

  #parse(raw: Uint8Array): RevInfo {
    try {
      return parseRevInfo(raw);
    } catch (error) {
      const words = `invalid response from proxy ${quoteGo(this.#options.proxy)}: ${messageOf(error)}`;
      throw new TsgogetError('invalid-response', words);
    }
  }

  /** An answer whose version is one, and one that the module can have: it is printed, and asked for next. */
  #withVersion(info: RevInfo): RevInfo {
    const { version } = info;
    const refused = (why: string) => {
      const words = `invalid response from proxy ${quoteGo(this.#options.proxy)}: ${why}`;
      return new TsgogetError('invalid-response', words);
    };
    if (canonicalVersion(version) !== version) throw refused(`${quoteGo(version)} is no version`);
    try {
      check(this.path, version);
    } catch (error) {
      throw refused(messageOf(error));
    }
    return info;
  }

  /** The list, asked for once. */
  #listed(): Promise<VersionList> {
    return this.#lists.get('', () =>
      this.#asking('', async () => {
        const o = { maxBytes: maxListBytes, isWhole: endsALine };
        return VersionList.parse(await this.#options.source.get(this.#paths.list, o));
      }),
    );
  }

  async #newestListed(): Promise<RevInfo> {
    let best: { version: string; time: bigint } | undefined;
    for (const { version, time: sent } of (await this.#listed()).timed()) {
      const time = listedTime(version, sent);
      if (time !== undefined && time > (best?.time ?? zeroTime)) best = { version, time };
    }
    if (best !== undefined) return this.stat(best.version);
    return this.#asking('', () => Promise.reject(new TsgogetError('not-found', 'no commits')));
  }

  /** Adds the module to the errors of `ask`. */
  async #asking<T>(version: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw withModule({ path: this.path, version }, error, this.#options);
    }
  }
}

/** Go's zero time: what is not after it is no time. */
const zeroTime = parseTime('0001-01-01T00:00:00Z')!;

/** The error about a module: `path@version: …`, `path@query: invalid version: …` or `module path: …`. */
export function withModule(
  module: ModuleVersion,
  error: unknown,
  options: Pick<ProxyRepoOptions, 'goVersion' | 'notFoundHint'>,
) {
  const { version } = module;
  const { goVersion, notFoundHint } = options;
  const code: ErrorCode = error instanceof TsgogetError ? error.code : 'failed';
  const isQuery = version !== '' && version !== canonicalVersion(version);
  const hint = notFoundHint !== undefined && isNotFound(error) ? notFoundHint : hintOf(error);
  const reason = isQuery ? queryReason(version, error, goVersion) : messageOf(error);
  return new ModuleError(code, module, reason, { cause: error, hint });
}

function queryReason(query: string, error: unknown, goVersion: string): string {
  const told = hasRule(goVersion, 'version-error-once') ? causeOf(error, InvalidVersionError) : undefined;
  if (told !== undefined) return `invalid ${told.noun}: ${told.reason}`;
  return `invalid ${isPseudoVersion(query) ? 'pseudo-version' : 'version'}: ${messageOf(error)}`;
}

function isExact(path: string, rev: string): boolean {
  if (rev !== canonicalVersion(rev)) return false;
  try {
    check(path, rev);
    return true;
  } catch {
    return false;
  }
}

function checkCanonical(version: string, operation: string): void {
  if (version !== '' && version === canonicalVersion(version)) return;
  const words = `internal error: version passed to ${operation} is not canonical`;
  throw new TsgogetError('invalid-version', words);
}

/** A list that only the end of the connection ends is whole when its last line is. */
function endsALine(list: Uint8Array): boolean {
  return list.length === 0 || list.at(-1) === 0x0a;
}

/** When a listed version was made: what the proxy says, else what a pseudo-version says. A tag says nothing. */
function listedTime(version: string, sent: string | undefined): bigint | undefined {
  if (sent !== undefined) return parseTime(sent);
  if (!isPseudoVersion(version)) return undefined;
  try {
    return BigInt(pseudoVersionTime(version).getTime()) * 1_000_000n;
  } catch {
    return undefined;
  }
}
