/**
 * The checksum database that GOSUMDB names: what the log says of a module version's hashes, and whether it is asked.
 * Spec: go.dev/ref/mod#checksum-database.
 */
import { ChecksumMismatchError, isNotFound, LogForkError, ModuleError, messageOf, TsgogetError } from '../errors.js';
import { publicDomain } from '../goenv/defaults.js';
import { type ModuleVersion, matchPrefixPatterns } from '../module/index.js';
import type { ProofFile } from '../proof/index.js';
import { formatHash } from '../tlog/index.js';
import { parseGoSumDb, type SumDbConfig } from './gosumdb.js';
import { type OpenedProof, openProof, proveModules } from './proof-files.js';
import { type Found, type LogOptions, ProvenLog } from './proven-log.js';
import { compareHash, MissingSumError, type SumRecord } from './sum-lines.js';

/** What a checksum database needs to know of the world. */
export interface SumDbOptions extends LogOptions {
  /** GONOSUMDB with its default, GOPRIVATE, filled in. */
  readonly env: { readonly GOSUMDB: string; readonly GONOSUMDB: string };
}

export interface SumDb {
  /** The database's name, `host[/path]`; '' when GOSUMDB names none. */
  readonly name: string;
  /** Whether a module's hashes are to be checked here. golang.org/toolchain always is, whatever the settings say. */
  decide(path: string): 'check' | 'private' | 'off';
  /**
   * The proven record of a module version. Writes nothing: a caller that compares hashes itself says with `keep` that
   * the record served. Throws as `requireHash` does, but for what depends on the hash.
   */
  lookup(path: string, version: string): Promise<SumRecord>;
  /** Stores the record, the tiles proven so far and the newest tree head, in the background. Throws as `lookup` does. */
  keep(path: string, version: string): Promise<void>;
  /**
   * Returns if the log has exactly this hash for `path keyVersion`, where keyVersion is `v1.2.3` or `v1.2.3/go.mod`, and
   * stores what proves it in the background (see `flush`).
   * Refuted: ChecksumMismatchError for another hash (then the tree head alone is stored), 'checksum-missing' for none, LogForkError, and 'log-fork' ever after,
   * 'bad-proof', 'bad-signature'. Not verified: 'lookup-disabled' for a private module, 'invalid-setting',
   * 'invalid-path', 'invalid-version', 'invalid-response', 'invalid-note', 'cache', and the transport's; 'http' for a
   * 404 too, since nobody may fall back from it.
   */
  requireHash(path: string, keyVersion: string, hash: string): Promise<void>;
  /** The newest tree head known; asked of the log when none is. `hash` is base64. */
  head(): Promise<{ readonly size: number; readonly hash: string; readonly note: string }>;
  /**
   * The records of module versions and their proof in one tree, the newest that is known. Throws as `lookup` does, without
   * naming the module: look them up first, which costs nothing twice.
   */
  prove(modules: readonly ModuleVersion[]): Promise<ProofFile>;
  /**
   * Proves the records of a file that `prove` made: asks nobody, and stores nothing but the evidence of a fork.
   * Refuted: 'bad-proof', 'bad-signature', LogForkError where the stored head contradicts it, 'log-fork'.
   * Not verified: 'not-witnessed', 'lookup-disabled' when there is no database, 'invalid-setting', 'cache'.
   */
  openProof(bytes: Uint8Array): Promise<OpenedProof>;
  /**
   * Proves that the signed tree head of a proof that was opened is on the timeline that is trusted here, and stores it if it
   * is the newest. Throws LogForkError, 'bad-proof', 'cache', and what reading tiles throws.
   */
  trust(note: Uint8Array): Promise<void>;
  /** Waits until what proves the hashes is stored; throws 'cache' if the newest tree head cannot be, or LogForkError. */
  flush(): Promise<void>;
  /** Begins to find out how the log is reached, while the first questions are still being made. Never throws. */
  prepare(): void;
}

/** Toolchains stand in no go.sum: only the database vouches for them. */
const toolchainModule = `${publicDomain}/toolchain`;

/** Opens the checksum database that GOSUMDB names. Never throws: a wrong setting is thrown by the first use. */
export function createSumDb(options: SumDbOptions): SumDb {
  const { GOSUMDB, GONOSUMDB } = options.env;
  let config: SumDbConfig | 'off' | { error: unknown };
  try {
    config = parseGoSumDb(GOSUMDB);
  } catch (error) {
    config = { error };
  }
  const log = config !== 'off' && 'name' in config ? new ProvenLog(config, options) : undefined;
  const opened = (): ProvenLog => {
    if (log) return log;
    if (config === 'off') {
      throw new TsgogetError('lookup-disabled', 'checksum database disabled by GOSUMDB=off');
    }
    throw (config as { error: unknown }).error;
  };

  const decide: SumDb['decide'] = (path) => {
    if (path === toolchainModule) return 'check';
    if (GOSUMDB === 'off') return 'off';
    return matchPrefixPatterns(GONOSUMDB, path) ? 'private' : 'check';
  };

  const find = async (path: string, version: string): Promise<Found> => {
    if (decide(path) === 'private') {
      throw new TsgogetError('lookup-disabled', 'skipped (listed in GONOSUMDB)');
    }
    return opened().find(path, version);
  };

  /**
   * Stores the signed head by which a download is refuted, as the go command does: a log that shows one history here and
   * another later is found out by it. The record and its tiles are not stored.
   */
  const pinningHead = async (compare: () => void): Promise<void> => {
    try {
      compare();
    } catch (error) {
      if (!(error instanceof ChecksumMismatchError)) throw error;
      await opened()
        .heads.store()
        .catch((failure) => {
          if (failure instanceof LogForkError) throw failure;
        });
      throw error;
    }
  };

  const requireHash: SumDb['requireHash'] = async (path, keyVersion, hash) => {
    const version = keyVersion.endsWith('/go.mod') ? keyVersion.slice(0, -'/go.mod'.length) : keyVersion;
    const noun = version === keyVersion ? 'module' : 'go.mod';
    let prefix = `verifying ${noun}: `;
    try {
      const { name } = opened();
      prefix += `${path}@${keyVersion}: `;
      const found = await find(path, version);
      await pinningHead(() => compareHash(found.record.lines, { path, version, keyVersion, noun, hash, name }));
      found.keep();
    } catch (error) {
      throw aboutModule(error, path, version, prefix);
    }
  };

  return {
    name: log?.name ?? '',
    decide,
    lookup: (path, version) =>
      find(path, version).then(
        ({ record }) => record,
        (error) => Promise.reject(aboutModule(error, path, version, '')),
      ),
    keep: (path, version) =>
      find(path, version)
        .then((found) => found.keep())
        .catch((error) => Promise.reject(aboutModule(error, path, version, ''))),
    requireHash,
    head: async () => {
      const { size, hash, note } = await opened().heads.newest();
      return { size, hash: formatHash(hash), note };
    },
    prove: async (modules) => {
      const other = modules.find(({ path }) => decide(path) === 'private');
      if (other) throw new TsgogetError('lookup-disabled', `${other.path}: skipped (listed in GONOSUMDB)`);
      return proveModules(opened(), modules);
    },
    openProof: async (bytes) => openProof(opened().heads, bytes),
    trust: async (note) => {
      const { heads } = opened();
      await heads.merge(heads.open(note));
      await heads.store();
    },
    flush: async () => log?.flush(),
    prepare: () => log?.prepare(),
  };
}

/** The error of a look-up, with its subject. A 404 of the database must not pass for a missing module. */
export function aboutModule(error: unknown, path: string, version: string, prefix: string): unknown {
  if (error instanceof LogForkError || error instanceof ChecksumMismatchError || error instanceof MissingSumError) {
    return error;
  }
  const { code, hint } = error instanceof TsgogetError ? error : { code: 'failed' as const, hint: undefined };
  return new ModuleError(code === 'not-found' ? 'http' : code, { path, version }, `${prefix}${messageOf(error)}`, {
    hint,
    cause: isNotFound(error) ? undefined : error,
  });
}
