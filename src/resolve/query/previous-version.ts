/** The version before another one: where `get` goes when it has to downgrade (go.dev/ref/mod#go-get). */
import { Memo } from '../../async/memo.js';
import { compareBytes } from '../../encoding/compare-bytes.js';
import { isNotFound } from '../../errors.js';
import type { Proxy, VersionList } from '../../goproxy/index.js';
import { modCompare } from '../../gover/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { Session } from '../session/session.js';
import { type Judge, lookUpRepo } from './query.js';
import { VersionRules } from './retractions.js';

/** The versions of modules that a run may use, each list asked for once. */
class AllowedVersions {
  readonly #session: Session;
  readonly #lists = new Memo<{ readonly list: VersionList; readonly judge: Judge }>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** As `allowedBelow`. */
  async below({ path, version }: ModuleVersion, count: number): Promise<readonly string[]> {
    const { list, judge } = await this.#lists.get(path, () =>
      this.#session.fetcher.tryEach((proxy) => this.#ask(proxy, path)),
    );
    const order = (a: string, b: string) => modCompare(path, a, b) || compareBytes(a, b);
    const found: string[] = [];
    for (const v of list) {
      if (modCompare(path, v, version) >= 0 || (found.length === count && order(v, found[0]!) <= 0)) continue;
      if (!judge.allows(v)) continue;
      found.push(v);
      found.sort(order);
      if (found.length > count) found.shift();
    }
    return found;
  }

  async #ask(proxy: Proxy, path: string) {
    const list = await lookUpRepo(this.#session, proxy, path).versions('');
    const [first] = list;
    if (first === undefined) return { list, judge: { allows: () => true } };
    const judge = await this.#session.shared(VersionRules).allowed.judge(path);
    if (judge.failure !== undefined) throw judge.failure(first);
    return { list, judge };
  }
}

/**
 * The newest released versions below `m` that may be used, neither excluded nor retracted: at most `count`, oldest first.
 * Throws what the proxies answer, and why retractions could not be loaded.
 */
export function allowedBelow(session: Session, m: ModuleVersion, count: number): Promise<readonly string[]> {
  return session.shared(AllowedVersions).below(m, count);
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
    const [version] = await allowedBelow(session, m, 1);
    return version === undefined ? none : { path, version };
  } catch (error) {
    if (isNotFound(error)) return none;
    throw error;
  }
}
