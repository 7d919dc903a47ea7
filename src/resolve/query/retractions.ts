/**
 * Retraction and deprecation: read from the newest version's go.mod, itself retracted or not
 * (go.dev/ref/mod#go-mod-file-retract, #go-mod-file-module-deprecation). Unauthenticated lists decide which version that is.
 */
import { Memo } from '../../async/memo.js';
import { ModuleError, messageOf, TsgogetError } from '../../errors.js';
import { modCompare } from '../../gover/index.js';
import { isRevisionQuery, type ModuleVersion } from '../../module/index.js';
import { type ModSummary, summaryOfTooNew } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import { type Allowed, DisallowedError, disallowed, type Judge, parseQueryFor, query } from './query.js';

/** Answers the questions that a version query asks of each candidate. One of these serves a whole run. */
export class VersionRules {
  readonly #session: Session;
  readonly #newest = new Memo<ModuleVersion>();
  readonly #latest = new Memo<ModSummary>();
  readonly #retracted = new Map<string, (version: string) => boolean>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** What a query may choose: a version that is named outright may be retracted, one that is chosen may not. */
  allowedBy(path: string, text: string): Allowed | undefined {
    return isRevisionQuery(parseQueryFor(path, text)) ? undefined : this.allowed;
  }

  /** Not those that go.mod excludes, or their author has retracted. */
  readonly allowed: Allowed = {
    check: async (m) => {
      await this.checkExclusions(m);
      await this.checkRetractions(m);
    },
    judge: (path) => this.#judge(path),
  };

  /** Not those that go.mod excludes. */
  readonly notExcluded: Allowed = {
    check: (m) => this.checkExclusions(m),
    judge: async (path) => ({ allows: this.#isNotExcluded(path) }),
  };

  /** For prefetching: asks for the go.mod that `allowed` would read, and leaves it unread, so that go.sum learns nothing of it. */
  readonly prefetching: Allowed = {
    check: async (m) => {
      await this.checkExclusions(m);
      if (m.version !== '') this.#prefetchLatest(m.path);
    },
    judge: async (path) => {
      this.#prefetchLatest(path);
      return { allows: this.#isNotExcluded(path) };
    },
  };

  readonly checkExclusions = async (m: ModuleVersion): Promise<void> => {
    if (!this.#session.main.isExcluded(m)) return;
    throw aboutModule(m, new DisallowedError('excluded by go.mod', false));
  };

  #isNotExcluded(path: string): (version: string) => boolean {
    const { main } = this.#session;
    return main.hasExclusions ? (version) => !main.isExcluded({ path, version }) : () => true;
  }

  #prefetchLatest(path: string): void {
    if (!this.#isReplaced(path)) this.#latestVersion(path).catch(() => {});
  }

  async #judge(path: string): Promise<Judge> {
    const isNotExcluded = this.#isNotExcluded(path);
    if (this.#isReplaced(path)) return { allows: isNotExcluded };
    try {
      const isRetracted = this.#retractedBy(path, await this.#latestSummary(path));
      return { allows: (version) => isNotExcluded(version) && !isRetracted(version) };
    } catch (error) {
      return { allows: isNotExcluded, failure: (version) => retractionsFailed({ path, version }, error) };
    }
  }

  /** Rejects a retracted version; other failures say that its retractions could not be loaded. */
  readonly checkRetractions = async (m: ModuleVersion): Promise<void> => {
    if (m.version === '' || this.#isReplaced(m.path)) return;
    let summary: ModSummary;
    try {
      summary = await this.#latestSummary(m.path);
    } catch (error) {
      throw retractionsFailed(m, error);
    }
    if (!this.#retractedBy(m.path, summary)(m.version)) return;
    const words = 'retracted by module author';
    const covers = (low: string, high: string) =>
      modCompare(m.path, low, m.version) <= 0 && modCompare(m.path, m.version, high) <= 0;
    const found = summary.retract.filter((r) => covers(r.low, r.high));
    const rationale = found.map((r) => r.rationale).filter((text) => text !== '');
    const why = rationale[0] === undefined ? '' : `: ${shortMessage(rationale[0], words)}`;
    throw aboutModule(m, new DisallowedError(words + why, true, rationale));
  };

  /** Why the retraction of a version stands; undefined when it is not retracted. Other failures are thrown. */
  async retraction(m: ModuleVersion): Promise<readonly string[] | undefined> {
    try {
      await this.checkRetractions(m);
      return undefined;
    } catch (error) {
      const found = disallowed(error);
      if (found === undefined) throw error;
      return found.rationale.length === 0 ? ['retracted by module author'] : found.rationale;
    }
  }

  /** The deprecation notice of a module; '' when there is none. */
  async deprecation(m: ModuleVersion): Promise<string> {
    if (m.version === '' || this.#isReplaced(m.path)) return '';
    try {
      return (await this.#latestSummary(m.path)).deprecated;
    } catch (error) {
      const code = error instanceof TsgogetError ? error.code : 'failed';
      throw new TsgogetError(code, `loading deprecation for ${m.path}: ${messageOf(error)}`, { cause: error });
    }
  }

  #retractedBy(path: string, summary: ModSummary): (version: string) => boolean {
    const known = this.#retracted.get(path) ?? inSomeOf(path, summary.retract);
    this.#retracted.set(path, known);
    return known;
  }

  #isReplaced(path: string): boolean {
    return this.#session.main.replacement({ path, version: '' }) !== undefined;
  }

  #latestVersion(path: string): Promise<ModuleVersion> {
    return this.#newest.get(path, async () => {
      const session = this.#session;
      const prefetch = (version: string) => {
        session.prefetch({ path, version });
      };
      const { version } = await query(session, path, 'latest', { prefetch });
      return { path, version };
    });
  }

  #latestSummary(path: string): Promise<ModSummary> {
    return this.#latest.get(path, async () => {
      const latest = await this.#latestVersion(path);
      try {
        return await this.#session.summaries.raw(this.#session.main.resolve(latest));
      } catch (error) {
        const summary = summaryOfTooNew(error);
        if (summary === undefined) throw error;
        return summary;
      }
    });
  }
}

/** Tells whether a version is in some interval. Both may be thousands, and a hostile module has them all overlap. */
function inSomeOf(path: string, intervals: ModSummary['retract']): (version: string) => boolean {
  const compare = (a: string, b: string) => modCompare(path, a, b);
  const union: { low: string; high: string }[] = [];
  for (const { low, high } of intervals.toSorted((a, b) => compare(a.low, b.low))) {
    if (compare(low, high) > 0) continue;
    const last = union.at(-1);
    if (last === undefined || compare(last.high, low) < 0) union.push({ low, high });
    else if (compare(last.high, high) < 0) last.high = high;
  }
  return (version) => {
    let [from, to] = [0, union.length]; // before `from` they begin at or below the version, from `to` on above it
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if (compare(union[middle]!.low, version) <= 0) from = middle + 1;
      else to = middle;
    }
    return from > 0 && compare(version, union[from - 1]!.high) <= 0;
  };
}

function retractionsFailed({ path, version }: ModuleVersion, cause: unknown): TsgogetError {
  const reason = cause instanceof ModuleError ? cause.reason : messageOf(cause);
  const code = cause instanceof TsgogetError ? cause.code : 'failed';
  return new TsgogetError(code, `loading module retractions for ${path}@${version}: ${reason}`, { cause });
}

function aboutModule(m: ModuleVersion, error: DisallowedError): ModuleError {
  return new ModuleError(error.code, m, error.message, { cause: error });
}

const maxMessageBytes = 500;
const graphic = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t-\r\u0085\u2028\u2029]*$/u;

/** The first line of an author's message, if a terminal can show it. */
export function shortMessage(message: string, emptyDefault: string): string {
  const line = (message.split('\n')[0] ?? '').trim();
  if (line === '') return emptyDefault;
  if (new TextEncoder().encode(line).length > maxMessageBytes) return '(message omitted: too long)';
  return graphic.test(line) ? line : '(message omitted: contains non-printable characters)';
}
