/**
 * Follows the log, as an author who watches their modules would: every new record is proven in its place, those of some
 * modules are reported, and two records for one module version are refused. What it remembers is bounded.
 */
import { encodeUtf8 } from '../encoding/utf8.js';
import { messageOf, TsgogetError } from '../errors.js';
import { keyOf, matchPrefixPatterns } from '../module/index.js';
import { sameHash } from '../tlog/index.js';
import type { LogView } from './log-view.js';
import { damaged, type MonitorState, readMonitorState, rememberedMatches, writeMonitorState } from './monitor-state.js';
import { RecentVersions } from './recent-versions.js';
import type { ProvenTile } from './record-tiles.js';
import type { SignedHead } from './signed-head.js';

/** A module version in a record. */
export interface MonitoredVersion {
  readonly record: number;
  readonly path: string;
  readonly version: string;
  /** h1: of the zip; absent if the record has none. */
  readonly sum?: string;
  /** h1: of the go.mod file. */
  readonly goModSum?: string;
  /** The record has two hashes where there must be one. */
  readonly isAmbiguous?: true;
}

export interface MonitorOptions {
  /** The record to begin with, instead of the stored position. */
  readonly from?: number | undefined;
  /** GOPRIVATE's kind of patterns, separated by commas. */
  readonly patterns: string;
  /** A version that matches, as soon as its record is proven. */
  readonly onMatch: (found: MonitoredVersion) => void;
  /** Records done, and how many there are to do. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface MonitorResult {
  readonly from: number;
  /** The newest head; everything from `from` to its size is proven. */
  readonly head: SignedHead;
  readonly matched: number;
  /** Records that name no module version. */
  readonly unreadable: number;
}

/** The position is stored after as many tiles, besides at the end, however it comes. */
const tilesPerSave = 64;

/**
 * Runs from the stored position to the newest head. Throws 'usage' for a `from` beyond it, 'checksum-mismatch' for two
 * records of one module version, 'cache' for a position that is damaged or false,
 * LogForkError, 'bad-proof', and what reading throws. What was proven until then is not proven again by the next run.
 */
export async function monitor(view: LogView, options: MonitorOptions): Promise<MonitorResult> {
  const { state, head, from } = await begin(view, options.from);
  const run = new Run(view, head, options, new Map(state?.matched));
  let done: ProvenTile | undefined;
  const save = async () => {
    const position = done?.end ?? from;
    const hash = await (done ? done.treeHash() : view.treeHash(head, position));
    await writeMonitorState(view.monitorFile, { position, hash, note: head.note, matched: run.matched });
  };
  try {
    let count = 0;
    for await (const tile of view.recordsFrom(head, from)) {
      if (tile.end <= from) continue;
      await run.look(tile, from);
      done = tile;
      options.onProgress?.(tile.end - from, head.size - from);
      if (++count % tilesPerSave === 0) await save();
    }
  } catch (error) {
    if (done) await save().catch(() => {}); // the error is what there is to say
    throw error;
  }
  if (head.size > 0) await save();
  await view.log.heads.store();
  return { from, head, matched: run.reported, unreadable: run.unreadable };
}

/** The newest head, and where to begin in it. */
async function begin(
  view: LogView,
  asked: number | undefined,
): Promise<{ state: MonitorState | undefined; head: SignedHead; from: number }> {
  const { monitorFile } = view;
  const { heads } = view.log;
  const stored = await heads.stored();
  const state = asked === undefined ? await readMonitorState(monitorFile) : undefined;
  if (state) await heads.merge(openStateHead(view, state));
  const head = await heads.merge(await heads.served());
  if (state && !sameHash(await view.treeHash(head, state.position), state.hash)) {
    throw damaged(monitorFile, `the log never had that hash at record ${state.position}`);
  }
  const from = asked ?? state?.position ?? stored?.size ?? 0;
  if (from > head.size) {
    throw new TsgogetError('usage', `record ${from} is beyond the newest tree head, of size ${head.size}`);
  }
  return { state, head, from };
}

function openStateHead({ log, monitorFile }: LogView, { note, position }: MonitorState): SignedHead {
  let head: SignedHead;
  try {
    head = log.heads.open(encodeUtf8(note));
  } catch (error) {
    throw damaged(monitorFile, messageOf(error));
  }
  if (head.size < position) throw damaged(monitorFile, 'damaged: it is beyond its own tree head');
  return head;
}

/** What a run has seen. */
class Run {
  readonly #view: LogView;
  readonly #head: SignedHead;
  readonly #options: MonitorOptions;
  readonly #seen = new RecentVersions();
  /** Of all runs. */
  readonly matched: Map<string, number>;
  reported = 0;
  unreadable = 0;

  constructor(view: LogView, head: SignedHead, options: MonitorOptions, matched: Map<string, number>) {
    this.#view = view;
    this.#head = head;
    this.#options = options;
    this.matched = matched;
  }

  async look({ start, texts }: ProvenTile, from: number): Promise<void> {
    for (const [i, text] of texts.entries()) {
      const id = start + i;
      if (id < from) continue;
      const versions = versionsOf(text ?? '', id);
      if (versions.length === 0) this.unreadable++;
      for (const found of versions) await this.#lookAt(found, text!);
    }
  }

  async #lookAt(found: MonitoredVersion, text: string): Promise<void> {
    const { record, path, version } = found;
    const key = `${path}@${version}`;
    if (found.isAmbiguous) throw contradiction(key, [`record ${record}:\n${text}`], this.#head);
    const isMatch = matchPrefixPatterns(this.#options.patterns, path);
    for (const earlier of new Set([this.#seen.add(key, record), isMatch ? this.matched.get(key) : undefined])) {
      if (earlier !== undefined && earlier !== record) await this.#refuseSecond(found, text, earlier);
    }
    if (!isMatch) return;
    this.matched.set(key, record);
    if (this.matched.size > rememberedMatches) this.matched.delete(this.matched.keys().next().value!);
    this.reported++;
    this.#options.onMatch(found);
  }

  /** Throws if the earlier record, proven again, is one of the same module version. */
  async #refuseSecond({ record, path, version }: MonitoredVersion, text: string, earlier: number): Promise<void> {
    const { value } = await this.#view.recordsFrom(this.#head, earlier, 1).next();
    const { start, texts } = value as ProvenTile;
    const first = texts[earlier - start] ?? '';
    if (!versionsOf(first, earlier).some((v) => v.path === path && v.version === version)) return;
    throw contradiction(
      `${path}@${version}`,
      [`record ${earlier}:\n${first}`, `record ${record}:\n${text}`],
      this.#head,
    );
  }
}

function contradiction(subject: string, records: readonly string[], head: SignedHead): TsgogetError {
  const evidence = [...records, `tree head:\n${head.note}`].map((part) => part.trimEnd().replaceAll('\n', '\n\t'));
  return new TsgogetError(
    'checksum-mismatch',
    `SECURITY ERROR\nthe checksum database contradicts itself about ${subject}\n\n${evidence.join('\n')}`,
    { hint: 'keep this message and show it to the operators of the database; `--from N` goes on behind the record' },
  );
}

/** The module versions that a record names, each once; lines that are none are passed over. */
export function versionsOf(text: string, record: number): MonitoredVersion[] {
  const found = new Map<string, { -readonly [K in keyof MonitoredVersion]: MonitoredVersion[K] }>();
  for (const line of text.split('\n')) {
    const [path = '', keyVersion = '', hash = '', ...rest] = line.split(' ');
    if (path === '' || keyVersion === '' || !hash.includes(':') || rest.length > 0) continue;
    const isGoMod = keyVersion.endsWith('/go.mod');
    const version = isGoMod ? keyVersion.slice(0, -'/go.mod'.length) : keyVersion;
    const key = keyOf({ path, version });
    const entry = found.get(key) ?? { record, path, version };
    found.set(key, entry);
    if (!hash.startsWith('h1:')) continue;
    const kind = isGoMod ? 'goModSum' : 'sum';
    if (entry[kind] !== undefined && entry[kind] !== hash) entry.isAmbiguous = true;
    entry[kind] ??= hash;
  }
  return [...found.values()];
}
