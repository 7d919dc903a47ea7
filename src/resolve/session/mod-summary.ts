/**
 * What resolution needs to know of a dependency's go.mod: its requirements, Go version, retractions.
 * Dependencies are parsed laxly: what this release does not know is passed over (go.dev/ref/mod#go-mod-file-lexical).
 */
import { join } from 'node:path';
import { Memo } from '../../async/memo.js';
import { quoteControls } from '../../encoding/quote-go.js';
import { ModuleError, messageOf, TsgogetError } from '../../errors.js';
import {
  compareGo,
  explicitIndirectVersion,
  goStrictVersion,
  isToolchainModule,
  modIsValid,
} from '../../gover/index.js';
import { type Fetcher, goModKey, TooNewError } from '../../modfetch/index.js';
import { type GoModFile, parseGoMod } from '../../modfile/index.js';
import { keyOf, type ModuleVersion, nameOf } from '../../module/index.js';
import type { SourceTree } from '../../sourcetree/index.js';
import type { MainModules } from './main-modules.js';
import type { ModulesTxt } from './modules-txt.js';

/** How much of a requirement graph is read: go.dev/ref/mod#graph-pruning. */
export type Pruning = 'pruned' | 'unpruned' | 'workspace';

/** Modules of Go 1.17 and later list all that their packages need, so that the rest can be pruned. */
export function pruningForGoVersion(goVersion: string): 'pruned' | 'unpruned' {
  return compareGo(goVersion, explicitIndirectVersion) < 0 ? 'unpruned' : 'pruned';
}

export interface Retraction {
  readonly low: string;
  readonly high: string;
  readonly rationale: string;
}

export interface ModSummary {
  /** The path that the module line declares; '' when there is none. */
  readonly path: string;
  readonly goVersion: string;
  readonly pruning: 'pruned' | 'unpruned';
  readonly require: readonly ModuleVersion[];
  readonly retract: readonly Retraction[];
  readonly deprecated: string;
  /** The folders that package patterns pass over. */
  readonly ignore: readonly string[];
}

const empty = (path: string): ModSummary => ({
  path,
  goVersion: '',
  pruning: 'pruned',
  require: [],
  retract: [],
  deprecated: '',
  ignore: [],
});

/** The summary of a parsed go.mod. A module of Go 1.21 or later requires the release that its go line names. */
export function summarize(file: GoModFile): ModSummary {
  const goVersion = file.go?.version ?? '';
  const require: ModuleVersion[] = file.require.map((r) => ({ path: r.path, version: r.version }));
  if (goVersion !== '' && compareGo(goVersion, goStrictVersion) >= 0) require.push({ path: 'go', version: goVersion });
  return {
    path: file.module?.path ?? '',
    goVersion,
    pruning: goVersion === '' ? 'unpruned' : pruningForGoVersion(goVersion),
    require,
    retract: file.retract.map((r) => ({ low: r.low, high: r.high, rationale: r.rationale })),
    deprecated: file.module?.deprecated ?? '',
    ignore: file.ignore.map((i) => i.path),
  };
}

/** A module in the graph whose sum go.sum does not have, where it may not be added. */
export class MissingSumError extends ModuleError {
  constructor(m: ModuleVersion, hint: string) {
    super('missing-sum', m, `missing go.sum entry${hint}`);
  }
}

/** What summaries are read from, and by which rules: a source. */
export interface SummarySource {
  readonly main: MainModules;
  readonly fetcher: Fetcher;
  readonly tree: SourceTree;
  readonly isWorkspace: boolean;
  /** The vendor folder is used, and `vendored` says what it holds. */
  readonly usesVendor: boolean;
  readonly vendored: ModulesTxt | undefined;
  /** go.sum must hold every hash that is used. */
  readonly mustHaveSums: boolean;
  /** The Go release that is followed. */
  readonly goVersion: string;
  /** A path as messages show it. */
  short(path: string): string;
  tooNew(what: string, goVersion: string): TooNewError;
}

/** Reads go.mod files as summaries, each once. */
export class ModSummaries {
  readonly #source: SummarySource;
  readonly #raw = new Memo<ModSummary>();
  /** The go line of each go.mod that was read, '' where it has none. */
  readonly #goVersions = new Map<string, string>();
  readonly #shared = new SharedModules();

  constructor(source: SummarySource) {
    this.#source = source;
  }

  /**
   * The go line of a module version as far as it is known by now: of a main module, of what modules.txt lists, and of what has been
   * read, which a replaced module itself has not. '' where it has none; undefined where nothing is known.
   */
  knownGoVersion(m: ModuleVersion): string | undefined {
    const { main, vendored } = this.#source;
    if (m.version === '' && main.contains(m.path)) return main.goVersionOf(m.path);
    return vendored?.meta.get(keyOf(m))?.goVersion || this.#goVersions.get(keyOf(m));
  }

  /**
   * The summary of a module of the graph: of its replacement where it has one, without excluded requirements.
   * `onUnverified` gets a summary as soon as the bytes are here; see Fetcher.goMod.
   */
  async ofRequired(m: ModuleVersion, onUnverified?: (summary: ModSummary) => void): Promise<ModSummary> {
    const source = this.#source;
    if (isToolchainModule(m.path)) return this.raw(m);
    if (source.usesVendor) {
      const vendored = source.vendored;
      return vendored?.versions.get(m.path) === m.version
        ? { ...empty(m.path), require: vendored.modules }
        : empty(m.path);
    }
    const actual = source.main.resolve(m);
    if (
      source.mustHaveSums &&
      actual.version !== '' &&
      !source.fetcher.sums.has(actual.path, goModKey(actual.version))
    ) {
      throw new MissingSumError(actual, ` for go.mod file; to add it:\n\tgo mod download ${m.path}`);
    }
    const summary = await this.raw(actual, onUnverified);
    if (actual.version !== '') {
      if (summary.path === '') {
        throw new ModuleError('invalid-modfile', actual, 'parsing go.mod: missing module line');
      }
      if (summary.path !== m.path && summary.path !== actual.path) {
        throw new ModuleError(
          'invalid-modfile',
          actual,
          `parsing go.mod:\n\tmodule declares its path as: ${quoteControls(summary.path)}\n\t        but was required as: ${m.path}`,
        );
      }
    }
    if (!source.main.hasExclusions || !summary.require.some((r) => source.main.isExcluded(r))) return summary;
    return { ...summary, require: summary.require.filter((r) => !source.main.isExcluded(r)) };
  }

  /** The summary of exactly this module version, or of the folder `m.path` when the version is ''. */
  raw(m: ModuleVersion, onUnverified?: (summary: ModSummary) => void): Promise<ModSummary> {
    const source = this.#source;
    if (isToolchainModule(m.path)) {
      const release = m.path === 'go' && compareGo(m.version, goStrictVersion) >= 0;
      const require = release ? [{ path: 'toolchain', version: `go${m.version}` }] : [];
      return Promise.resolve({ ...empty(m.path), require });
    }
    const main = m.version === '' ? source.main.get(m.path) : undefined;
    if (main !== undefined && source.isWorkspace) {
      return Promise.resolve(main.file === undefined ? empty(m.path) : this.#checked(m, summarize(main.file)));
    }
    return this.#raw.get(keyOf(m), async () => {
      const { name, data } = await this.data(m, (bytes) => {
        if (bytes.length > largeBytes) return; // rare, and twice the work
        const early = parseEarly(bytes);
        if (early !== undefined) onUnverified?.(early);
      });
      let file: GoModFile;
      try {
        file = parseGoMod(name, data, { lax: true, goVersion: source.goVersion });
      } catch (error) {
        throw new ModuleError('invalid-modfile', m, `parsing ${source.short(name)}: ${messageOf(error)}`, {
          cause: error,
        });
      }
      return this.#checked(m, this.#owned(summarize(file), data));
    });
  }

  /** A part of a text keeps all of it in memory: what is kept of a large file is copied, and the same modules stand there once. */
  #owned(summary: ModSummary, { length }: Uint8Array): ModSummary {
    if (length <= largeBytes) return summary;
    const { require, ...rest } = summary;
    return { ...structuredClone(rest), require: require.map((m) => this.#shared.get(m)) };
  }

  #checked(m: ModuleVersion, summary: ModSummary): ModSummary {
    this.#goVersions.set(keyOf(m), summary.goVersion);
    const { goVersion } = summary;
    const local = this.#source.goVersion;
    if (goVersion !== '' && compareGo(goVersion, goStrictVersion) >= 0 && compareGo(goVersion, local) > 0) {
      throw Object.assign(this.#source.tooNew(`module ${nameOf(m)}`, goVersion), { summary });
    }
    return summary;
  }

  /** The bytes of a go.mod: proven ones of a module version, or those of a replacement folder. */
  async data(m: ModuleVersion, onUnverified?: (data: Uint8Array) => void): Promise<{ name: string; data: Uint8Array }> {
    const source = this.#source;
    if (m.version !== '') {
      if (!modIsValid(m.path, m.version)) {
        throw new TsgogetError('invalid-version', `${m.path}@${m.version}: unexpected invalid semantic version`);
      }
      const { data } = await source.fetcher.goMod(m.path, m.version, onUnverified);
      return { name: 'go.mod', data };
    }
    const name = join(source.main.get(m.path)?.root ?? source.main.replacementFolder(m.path), 'go.mod');
    try {
      return { name, data: source.tree.readNow(name) };
    } catch (error) {
      // without its cause: a fault of go.mod's, not an answer of nobody
      throw new ModuleError('failed', m, `reading ${source.short(name)}: ${messageOf(error)}`);
    }
  }
}

const largeBytes = 2 ** 16;

/** One object for each module version, which has its texts for itself. */
class SharedModules {
  readonly #modules = new Map<string, ModuleVersion>();

  get(module: ModuleVersion): ModuleVersion {
    let shared = this.#modules.get(keyOf(module));
    if (shared === undefined) {
      shared = structuredClone(module);
      this.#modules.set(keyOf(shared), shared);
    }
    return shared;
  }
}

/** A go.mod that is not proven yet, for what can be asked for early; undefined when it cannot be read. */
function parseEarly(data: Uint8Array): ModSummary | undefined {
  try {
    return summarize(parseGoMod('go.mod', data, { lax: true }));
  } catch {
    return undefined;
  }
}

/** The summary that a too-new module has nevertheless: its retractions and deprecation still count. */
export function summaryOfTooNew(error: unknown): ModSummary | undefined {
  return error instanceof TooNewError ? (error as TooNewError & { summary?: ModSummary }).summary : undefined;
}
