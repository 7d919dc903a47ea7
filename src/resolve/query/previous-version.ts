/** The version before another one: where `get` goes when it has to downgrade (go.dev/ref/mod#go-get). */
import { Memo } from '../../async/memo.js';
import { isNotFound } from '../../errors.js';
import type { Proxy } from '../../goproxy/index.js';
import { modCompare } from '../../gover/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { Session } from '../session/session.js';
import { disallowed, lookUpRepo } from './query.js';
import { VersionRules } from './retractions.js';

/** The versions of modules that a run may use, each list asked for once. */
class AllowedVersions {
  readonly #session: Session;
  readonly #lists = new Memo<readonly string[]>();

  constructor(session: Session) {
    this.#session = session;
  }

  of(path: string): Promise<readonly string[]> {
    return this.#lists.get(path, () => this.#session.fetcher.tryEach((proxy) => this.#ask(proxy, path)));
  }

  async #ask(proxy: Proxy, path: string): Promise<readonly string[]> {
    const rules = this.#session.shared(VersionRules);
    const versions = await lookUpRepo(this.#session, proxy, path).versions('');
    const verdicts = await Promise.allSettled(versions.map((version) => rules.checkAllowed({ path, version }, true)));
    const allowed: string[] = [];
    for (const [i, verdict] of verdicts.entries()) {
      if (verdict.status === 'fulfilled') allowed.push(versions[i]!);
      else if (disallowed(verdict.reason) === undefined) throw verdict.reason;
    }
    return allowed;
  }
}

/** The released versions of a module that may be used, oldest first: neither excluded nor retracted. Throws what the proxies answer. */
export function allowedVersions(session: Session, path: string): Promise<readonly string[]> {
  return session.shared(AllowedVersions).of(path);
}

/**
 * The released version just below `m`, or 'none': a main module has none, nor has a module without versions.
 * Pseudo-versions are in no list, so they are passed over. Throws what the proxies answer, but for 'not-found'.
 */
export async function previousVersion(session: Session, m: ModuleVersion): Promise<ModuleVersion> {
  const { path } = m;
  const none = { path, version: 'none' };
  if (m.version === '' && session.main.contains(path)) return none;
  try {
    const version = (await allowedVersions(session, path)).findLast((v) => modCompare(path, v, m.version) < 0);
    return version === undefined ? none : { path, version };
  } catch (error) {
    if (isNotFound(error)) return none;
    throw error;
  }
}
