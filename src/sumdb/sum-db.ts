/**
 * The checksum database: hashes of module versions that a log has committed to, each proven to stand in it.
 * Nothing is written before the hash that was asked about is proven and the same: a refused module leaves no trace.
 * Spec: go.dev/ref/mod#checksum-database, go.dev/design/25530-sumdb.
 */
import { join } from 'node:path';
import { Memo } from '../async/memo.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import {
  ChecksumMismatchError,
  isNotFound,
  isSecurity,
  LogForkError,
  ModuleError,
  messageOf,
  TsgogetError,
} from '../errors.js';
import { canonicalVersion, escapePath, escapeVersion, matchPrefixPatterns } from '../module/index.js';
import { openNote, parseVerifierKey, type Verifier } from '../note/index.js';
import {
  AuthenticTree,
  formatHash,
  parseRecord,
  parseTreeHead,
  recordHash,
  sameHash,
  sumdbTileHeight,
  tileAt,
} from '../tlog/index.js';
import { CacheDir } from './cache-dir.js';
import { parseGoSumDb, type SumDbConfig } from './gosumdb.js';
import { findLog, joinUrl, type LogProxy, type LogTransport } from './log-address.js';
import { StateDir } from './state-dir.js';
import { TileStore } from './tile-store.js';
import { noHead, type SignedHead, Timeline } from './timeline.js';

/** What a checksum database needs to know of the world. */
export interface SumDbOptions {
  /** GONOSUMDB with its default, GOPRIVATE, filled in. */
  readonly env: { readonly GOSUMDB: string; readonly GONOSUMDB: string };
  /** The GOPROXY list, in order. */
  readonly proxies: readonly LogProxy[];
  readonly transport: LogTransport;
  /** GOPATH/pkg/sumdb: the newest tree head, which outlives the caches. */
  readonly stateDir: string;
  /** GOMODCACHE/cache/download/sumdb. */
  readonly cacheDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** A line of a record: the hash of `version`, or of its go.mod alone when it ends in `/go.mod`. */
export interface SumLine {
  readonly version: string;
  readonly hash: string;
}

/** A record that has been proven to stand in the log. */
export interface SumRecord {
  /** The record's number. */
  readonly id: number;
  /** The size of the tree that the answer named. */
  readonly treeSize: number;
  /** Exactly the lines of the module version that was asked for, of any hash algorithm; perhaps none. */
  readonly lines: readonly SumLine[];
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
  /** Stores the record, the tiles proven so far and the newest tree head. Throws 'cache' when the head cannot be stored. */
  keep(path: string, version: string): Promise<void>;
  /**
   * Returns if the log has exactly this hash for `path keyVersion`, where keyVersion is `v1.2.3` or `v1.2.3/go.mod`, and
   * stores what proves it. Throws ChecksumMismatchError for another hash, 'checksum-missing' for none, LogForkError,
   * 'bad-proof', 'bad-signature', 'log-fork'; 'lookup-disabled' for a private module, 'invalid-setting', 'invalid-path',
   * 'invalid-version'; 'http' for any refusal of the database (not 'not-found': nobody may fall back from it),
   * 'network', 'timeout', 'invalid-response', 'invalid-note'.
   */
  requireHash(path: string, keyVersion: string, hash: string): Promise<void>;
  /** The newest tree head known; asked of the log when none is. `hash` is base64. */
  head(): Promise<{ readonly size: number; readonly hash: string; readonly note: string }>;
  /** Begins to find out how the log is reached, while the first questions are still being made. Never throws. */
  prepare(): void;
}

/** Larger answers to a look-up are refused: one record and one note. */
const maxLookupBytes = 1 << 20;

const toolchainModule = 'golang.org/toolchain';

/** Opens the checksum database that GOSUMDB names. Never throws: a wrong setting is thrown by the first use. */
export function createSumDb(options: SumDbOptions): SumDb {
  const { GOSUMDB, GONOSUMDB } = options.env;
  let config: SumDbConfig | 'off' | { error: unknown };
  try {
    config = parseGoSumDb(GOSUMDB);
  } catch (error) {
    config = { error };
  }
  const log = config !== 'off' && 'name' in config ? new Log(config, options) : undefined;
  const opened = (): Log => {
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

  const requireHash: SumDb['requireHash'] = async (path, keyVersion, hash) => {
    const version = keyVersion.endsWith('/go.mod') ? keyVersion.slice(0, -'/go.mod'.length) : keyVersion;
    const noun = version === keyVersion ? 'module' : 'go.mod';
    let prefix = `verifying ${noun}: `;
    try {
      const { name } = opened();
      prefix += `${path}@${keyVersion}: `;
      const found = await find(path, version);
      compareHash(found.record.lines, { path, version, keyVersion, noun, hash, name });
      await found.keep();
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
      const { size, hash, note } = await opened().newestHead();
      return { size, hash: formatHash(hash), note };
    },
    prepare: () => log?.prepare(),
  };
}

/** The error of a look-up, with its subject. A 404 of the database must not pass for a missing module. */
function aboutModule(error: unknown, path: string, version: string, prefix: string): unknown {
  if (error instanceof LogForkError || error instanceof ChecksumMismatchError || error instanceof MissingSumError) {
    return error;
  }
  const { code, hint } = error instanceof TsgogetError ? error : { code: 'failed' as const, hint: undefined };
  return new ModuleError(code === 'not-found' ? 'http' : code, path, version, `${prefix}${messageOf(error)}`, {
    hint,
    cause: isNotFound(error) ? undefined : error,
  });
}

/** The record has no hash of the version that was asked about. */
class MissingSumError extends ModuleError {}

interface Question {
  readonly path: string;
  readonly version: string;
  readonly keyVersion: string;
  readonly noun: string;
  readonly hash: string;
  readonly name: string;
}

/** Throws unless the lines have the one hash of the algorithm h1 that is asked for. */
function compareHash(lines: readonly SumLine[], q: Question): void {
  const hashes = lines.filter((l) => l.version === q.keyVersion && l.hash.startsWith('h1:')).map((l) => l.hash);
  const other = hashes.find((hash) => hash !== q.hash);
  if (other !== undefined) {
    throw new ChecksumMismatchError(
      `${q.path}@${q.version}: verifying ${q.noun}: checksum mismatch\n\tdownloaded: ${q.hash}\n\t${q.name}: ${other}\n\n${mismatchAdvice}`,
      { want: other, got: q.hash, from: q.name },
    );
  }
  if (hashes.length > 0) return;
  throw new MissingSumError(
    'checksum-missing',
    q.path,
    q.version,
    `verifying ${q.noun}: checksum missing from sumdb response\n\n${missingAdvice}`,
  );
}

const mismatchAdvice = `SECURITY ERROR
This download does NOT match the one reported by the checksum server.
The bits may have been replaced on the origin server, or an attacker may
have intercepted the download attempt.

For more information, see 'go help module-auth'.`;

const missingAdvice = `SECURITY ERROR
This download does NOT match one reported by the checksum server.
The checksum server has provided checksums, but the checksums do
not contain an entry for the download.
The checksum server may be malfunctioning, or an attacker may have
intercepted the checksum request.
The download cannot be verified.

For more information, see 'go help module-auth'.`;

interface Found {
  readonly record: SumRecord;
  /** Stores what proves it, once. */
  keep(): Promise<void>;
}

/** One log: what has been proven of it, and what is stored of it. */
class Log {
  readonly name: string;
  readonly #config: SumDbConfig;
  readonly #options: SumDbOptions;
  readonly #verifier: Verifier;
  readonly #cache: CacheDir;
  readonly #state: StateDir;
  readonly #tiles: TileStore;
  readonly #timeline: Timeline;
  readonly #once = new Memo<unknown>();
  readonly #found = new Memo<Found>();
  /** Heads whose signature has been verified, by note. */
  readonly #heads = new Map<string, SignedHead>();
  /** What the state file holds. */
  #stored = noHead;
  #storing: Promise<void> | undefined;

  constructor(config: SumDbConfig, options: SumDbOptions) {
    this.name = config.name;
    this.#config = config;
    this.#options = options;
    this.#verifier = parseVerifierKey(config.verifierKey);
    this.#cache = new CacheDir(join(options.cacheDir, ...config.name.split('/')));
    this.#state = new StateDir(options.stateDir, config.name, options.signal);
    this.#tiles = new TileStore(this.#cache, (path, maxBytes) => this.#read(path, maxBytes));
    this.#timeline = new Timeline(
      (head) => new AuthenticTree(head, sumdbTileHeight, this.#tiles),
      this.#state.forkHint(),
    );
  }

  prepare(): void {
    this.#address().catch(() => {});
  }

  async newestHead(): Promise<SignedHead> {
    await this.#start();
    return this.#noteFork(async () => {
      if (this.#timeline.head.size === 0) {
        await this.#timeline.merge(this.#openHead(await this.#read('/latest', maxLookupBytes)));
      }
      return this.#timeline.head;
    });
  }

  /** The record of a module version; of a version once, however often it is asked for. */
  async find(path: string, version: string): Promise<Found> {
    // nothing becomes a URL or a file name before this
    const escaped = `${escapePath(path)}@${escapeVersion(version)}`;
    if (canonicalVersion(version) !== version) {
      throw new TsgogetError('invalid-version', `invalid version: not a canonical version`);
    }
    await this.#start();
    try {
      return await this.#found.get(escaped, () => this.#noteFork(() => this.#find(path, version, `lookup/${escaped}`)));
    } catch (error) {
      if (!isSecurity(error)) this.#found.delete(escaped);
      throw error;
    }
  }

  async #find(path: string, version: string, file: string): Promise<Found> {
    const stored = await this.#cache.read(file);
    if (stored) {
      const record = await this.#authenticate(stored, path, version).catch((error) => {
        if (!isRefuted(error) || error instanceof LogForkError) throw error;
      });
      if (record && record.lines.length > 0) return this.#keeping(record);
      await this.#cache.drop(file); // refuted, or an authentic answer to another question
    }
    const answer = await this.#read(`/${file}`, maxLookupBytes).catch((error) => {
      if (!isNotFound(error)) throw error;
      throw new TsgogetError('http', messageOf(error), {
        hint: `if ${path} is private, name it in GOPRIVATE or GONOSUMDB: then the checksum database is not asked about it`,
      });
    });
    return this.#keeping(await this.#authenticate(answer, path, version), () => this.#cache.write(file, answer));
  }

  #keeping(record: SumRecord, write?: () => Promise<void>): Found {
    let kept: Promise<unknown> | undefined;
    const keep = async () => {
      const { proven } = this.#timeline.tree;
      kept ??= Promise.all([write?.(), this.#tiles.save(proven), this.#noteFork(() => this.#storeHead())]);
      await kept;
    };
    return { record, keep };
  }

  /** Proves that an answer's tree head is on the timeline and its record in the newest tree. */
  async #authenticate(answer: Uint8Array, path: string, version: string): Promise<SumRecord> {
    const record = parseRecord(answer);
    const head = this.#openHead(record.rest);
    this.#prefetch(record.id, head);
    await this.#timeline.merge(head);
    const { tree } = this.#timeline;
    if (record.id >= tree.head.size) {
      const what = `cannot validate record ${record.id} in tree of size ${tree.head.size}`;
      throw new TsgogetError('bad-proof', what);
    }
    if (!sameHash(await tree.recordHash(record.id), recordHash(record.bytes))) {
      throw new TsgogetError('bad-proof', 'cannot authenticate record data in server response');
    }
    void this.#timeline.tree; // a fork seen meanwhile ends it
    return { id: record.id, treeSize: head.size, lines: linesOf(record.text, path, version) };
  }

  /** Asks for a record's tiles while its head is still being proven: those that no later head can change. */
  #prefetch(id: number, head: SignedHead): void {
    const { tree } = this.#timeline;
    if (head.size <= tree.head.size) {
      if (id < tree.head.size) tree.recordHash(id).catch(() => {});
      return;
    }
    let index = id;
    for (let level = 0; ; level++) {
      index = Math.floor(index / 2 ** sumdbTileHeight);
      const tile = tileAt(head.size, sumdbTileHeight, level, index);
      if (tile?.width !== 2 ** sumdbTileHeight) return;
      this.#tiles.read(tile).catch(() => {});
    }
  }

  /** Verifies the signature of a tree note. */
  #openHead(bytes: Uint8Array): SignedHead {
    const note = decodeUtf8(bytes);
    const known = note === undefined ? undefined : this.#heads.get(note);
    if (known) return known;
    try {
      const head = { ...parseTreeHead(openNote(bytes, [this.#verifier]).text), note: note! };
      this.#heads.set(head.note, head);
      return head;
    } catch (error) {
      const code = error instanceof TsgogetError ? error.code : 'invalid-note';
      const shown = (note ?? '').slice(0, 1000);
      throw new TsgogetError(code, `reading tree note: ${messageOf(error)}\nnote:\n${shown}`, { cause: error });
    }
  }

  async #read(path: string, maxBytes: number): Promise<Uint8Array> {
    const address = await this.#address();
    this.#requireTime();
    return this.#options.transport.get(joinUrl(address, path.slice(1)), maxBytes);
  }

  #requireTime(): void {
    const { signal } = this.#options;
    if (signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: signal.reason });
  }

  #address(): Promise<string> {
    const find = () => findLog(this.#config, this.#options.proxies, this.#options.transport);
    return this.#once.get('address', find) as Promise<string>;
  }

  /** Reads the state, once: before that, nothing is asked or believed. */
  async #start(): Promise<void> {
    this.#requireTime();
    await this.#once.get('start', async () => {
      await this.#state.requireNoFork(this.name);
      let note = await this.#state.readLatest();
      try {
        if (note !== '') this.#openHead(encodeUtf8(note));
      } catch {
        note = await this.#state.readLatestLocked(); // someone may have been writing it
      }
      await this.#noteFork(() => this.#mergeStored(note));
    });
  }

  /** Makes a stored note part of the timeline. */
  async #mergeStored(note: string): Promise<void> {
    if (note === '') return;
    let head: SignedHead;
    try {
      head = this.#openHead(encodeUtf8(note));
    } catch (error) {
      const code = error instanceof TsgogetError && error.code === 'bad-signature' ? 'bad-signature' : 'cache';
      const message = `${this.#state.latestFile}: ${messageOf(error)}`;
      throw new TsgogetError(code, message, { hint: this.#state.mendHint(), cause: error });
    }
    await this.#timeline.merge(head);
    this.#stored = head;
  }

  /** Writes the newest head to the state file if it is newer than what stands there. */
  async #storeHead(): Promise<void> {
    while (this.#stored.size < this.#timeline.head.size) {
      this.#storing ??= this.#swapHead().finally(() => {
        this.#storing = undefined;
      });
      await this.#storing;
    }
  }

  async #swapHead(): Promise<void> {
    const { head } = this.#timeline;
    let found: string;
    try {
      found = await this.#state.swapLatest(this.#stored.note, head.note);
    } catch (error) {
      if (error instanceof TsgogetError) throw error;
      throw new TsgogetError('cache', `cannot write the newest tree head: ${messageOf(error)}`, { cause: error });
    }
    await this.#mergeStored(found); // another's head, if it was there first
  }

  /** Saves the evidence of a fork that the work runs into. */
  async #noteFork<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LogForkError) await this.#state.saveEvidence(error.message);
      throw error;
    }
  }
}

/** Reports whether what was read is wrong in itself, rather than out of reach. */
function isRefuted(error: unknown): boolean {
  const code = error instanceof TsgogetError ? error.code : undefined;
  return isSecurity(error) || code === 'invalid-note' || code === 'invalid-response';
}

/** The lines of one module version in the text of an authenticated record. */
function linesOf(text: string, path: string, version: string): SumLine[] {
  return text.split('\n').flatMap((line) => {
    const [linePath, lineVersion, hash, ...rest] = line.split(' ');
    const isAsked = linePath === path && (lineVersion === version || lineVersion === `${version}/go.mod`);
    return isAsked && hash && rest.length === 0 ? [{ version: lineVersion!, hash }] : [];
  });
}
