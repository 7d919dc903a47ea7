/**
 * Names the likely class of a mismatch. Pure, and independent of the order of the sources. A class is a guess about the cause; the verdict
 * is not: 'refuted' where two sources contradict each other or the log's proof, 'agreed' where all say the same and none failed.
 */
import {
  type ComparedHashes,
  type DifferenceKind,
  hashesOf,
  type Part,
  parts,
  type Said,
  type Source,
} from './sources.js';

/** From the gravest to none: of the classes of go.mod and zip the first counts. */
export const mismatchClasses = [
  'forked-log',
  'bad-log-answer',
  'tampered-mirror',
  'wrong-go-sum',
  're-tagged',
  'stale-mirror',
  'truncated',
  'damaged-cache',
  'export-subst',
  'line-endings',
  'unknown',
  'no-mismatch',
] as const;
export type MismatchClass = (typeof mismatchClasses)[number];

export interface Judgement {
  readonly class: MismatchClass;
  readonly verdict: 'refuted' | 'agreed' | 'undecided';
}

type Has = Extract<Said, { state: 'has' }>;

const refuted = (found: MismatchClass): Judgement => ({ class: found, verdict: 'refuted' });
const undecided: Judgement = { class: 'unknown', verdict: 'undecided' };

/** The log's hash, or the one hash of the sum files: what was seen first. Undefined when there is neither, or several. */
export function referenceHash(sources: readonly Source[], part: Part): string | undefined {
  const of = (kind: Source['kind']) =>
    new Set(sources.filter((s) => s.kind === kind).flatMap((s) => hashesOf(s, part)));
  for (const hashes of [of('log'), of('sum-file')])
    if (hashes.size > 0) return hashes.size === 1 ? [...hashes][0] : undefined;
  return undefined;
}

/** What the copies are held against: the reference; without one the hash that most have, of several the first by its text. */
export function baseHash(sources: readonly Source[], part: Part): string | undefined {
  const counts = new Map<string, number>();
  for (const hash of sources.flatMap((s) => hashesOf(s, part))) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return referenceHash(sources, part) ?? byCount[0]?.[0];
}

/** Judges go.mod and zip together. `compared` holds the copies that could be compared. */
export function judge(sources: readonly Source[], compared: readonly ComparedHashes[]): Judgement {
  const judged = parts.map((part) => new PartJudge(sources, compared, part).judge());
  const verdict = (['refuted', 'undecided', 'agreed'] as const).find((v) => judged.some((j) => j.verdict === v))!;
  const rank = (j: Judgement) => mismatchClasses.indexOf(j.class);
  return judged.filter((j) => j.verdict === verdict).reduce((a, b) => (rank(b) < rank(a) ? b : a));
}

/** The question for one of the two files. */
class PartJudge {
  readonly #sources: readonly Source[];
  readonly #compared: readonly ComparedHashes[];
  readonly #part: Part;
  readonly #base: string | undefined;

  constructor(sources: readonly Source[], compared: readonly ComparedHashes[], part: Part) {
    this.#sources = sources;
    this.#compared = compared.filter((c) => c.part === part);
    this.#part = part;
    this.#base = baseHash(sources, part);
  }

  judge(): Judgement {
    const log = this.#sources.find((s) => s.kind === 'log')?.[this.#part];
    if (log?.state === 'refuted') return refuted(log.fork ? 'forked-log' : 'bad-log-answer');
    if (log?.state === 'absent' || (log?.state === 'has' && log.hashes.length > 1)) return refuted('bad-log-answer');
    const hashes = new Set(this.#sources.flatMap((s) => hashesOf(s, this.#part)));
    if (hashes.size === 0 || (hashes.size === 1 && this.#broken().length === 0))
      return this.#judgeAgreement(hashes.size);
    return refuted(this.#contentClass() ?? this.#classBySource(log?.state === 'has'));
  }

  /** One hash, or none. One that a single source has is compared with nothing. */
  #judgeAgreement(count: number): Judgement {
    const having = this.#sources.filter((s) => hashesOf(s, this.#part).length > 0);
    const hasFailed = this.#sources.some((s) => s[this.#part].state === 'failed');
    if (count === 0 || having.length < 2 || hasFailed) return undecided;
    return { class: 'no-mismatch', verdict: 'agreed' };
  }

  /** The class that the contents tell, whoever has them: every hash but the base is explained by it. */
  #contentClass(): MismatchClass | undefined {
    if (this.#broken().length > 0) return undefined;
    const others = new Set(this.#sources.flatMap((s) => hashesOf(s, this.#part)).filter((h) => h !== this.#base));
    const kinds = new Set([...others].map((other) => this.#kindOf(other)));
    if (kinds.has(undefined) || kinds.has('content')) return undefined;
    return kinds.has('export-subst') ? 'export-subst' : 'line-endings';
  }

  #kindOf(other: string): DifferenceKind | undefined {
    const lfHashes = (hash: string) =>
      this.#sources.flatMap((s) => {
        const said = s[this.#part];
        return said.state === 'has' && said.hashes.includes(hash) && said.lfHash !== undefined ? [said.lfHash] : [];
      });
    const mine = [this.#base!, ...lfHashes(this.#base!)];
    if ([other, ...lfHashes(other)].some((hash) => mine.includes(hash))) return 'line-endings';
    return this.#compared.find((c) => c.base === this.#base && c.other === other)?.kind;
  }

  #broken(): Source[] {
    return this.#sources.filter((s) => s[this.#part].state === 'broken');
  }

  /** The sources of a kind that have the base hash, or that have something else or what is broken. */
  #of(kind: Source['kind'], isBase: boolean): Source[] {
    const differs = (s: Source) =>
      s[this.#part].state === 'broken' || hashesOf(s, this.#part).some((h) => h !== this.#base);
    const has = (s: Source) => hashesOf(s, this.#part).length > 0 || s[this.#part].state === 'broken';
    return this.#sources.filter((s) => s.kind === kind && has(s) && differs(s) !== isBase);
  }

  #classBySource(isRecorded: boolean): MismatchClass {
    if (referenceHash(this.#sources, this.#part) === undefined) return this.#classWithoutReference();
    const mirrors = this.#of('proxy', false);
    if (mirrors.some((s) => s[this.#part].state === 'has')) return this.#classOfMirrors(isRecorded);
    const hasGoodCopy = this.#of('proxy', true).length + this.#of('cache', true).length > 0;
    if (this.#of('sum-file', false).length > 0) return hasGoodCopy ? 'wrong-go-sum' : 'unknown';
    if (mirrors.length > 0) return this.#classOfBroken(mirrors, isRecorded);
    const isVouched = isRecorded || this.#of('proxy', true).length > 0 || this.#isCacheTorn();
    return this.#of('cache', false).length > 0 && isVouched ? 'damaged-cache' : 'unknown';
  }

  /** Mirrors serve another module than the reference. */
  #classOfMirrors(isRecorded: boolean): MismatchClass {
    const other = this.#of('proxy', false).filter((s) => s[this.#part].state === 'has');
    const isValid = other.every((s) =>
      parts.every((part) => s[part].state !== 'broken' && (s[part] as Has).fault === undefined),
    );
    if (!isValid) return isRecorded ? 'tampered-mirror' : 'unknown';
    const isOne = new Set(other.flatMap((s) => hashesOf(s, this.#part))).size === 1;
    if (isOne && other.some(isOriginLike)) return 're-tagged';
    // what the log refutes is no old copy of anything
    if (this.#of('proxy', true).length > 0) return isRecorded ? 'tampered-mirror' : 'stale-mirror';
    if (isOne && other.length > 1) return 're-tagged';
    return isRecorded ? 'tampered-mirror' : 'unknown';
  }

  #classOfBroken(mirrors: readonly Source[], isRecorded: boolean): MismatchClass {
    const isCutOff = mirrors.every((s) => (s[this.#part] as { cutOff?: boolean }).cutOff === true);
    if (isCutOff) return 'truncated';
    return isRecorded ? 'tampered-mirror' : 'unknown';
  }

  /** Nobody says what is right: the cache against itself, then what was seen first (the cache) against what is served now. */
  #classWithoutReference(): MismatchClass {
    if (this.#sources.some((s) => s.kind === 'sum-file' && hashesOf(s, this.#part).length > 0)) return 'unknown';
    const served = new Set(this.#sources.filter((s) => s.kind === 'proxy').flatMap((s) => hashesOf(s, this.#part)));
    const brokenMirrors = this.#broken().filter((s) => s.kind === 'proxy');
    if (served.size > 1) return 'unknown';
    if (brokenMirrors.length > 0) return this.#isCacheTorn() ? 'unknown' : this.#classOfBroken(brokenMirrors, false);
    if (this.#isCacheTorn()) return 'damaged-cache';
    const serving = this.#sources.filter((s) => s.kind === 'proxy' && hashesOf(s, this.#part).length > 0);
    return serving.length > 1 || serving.some(isOriginLike) ? 're-tagged' : 'unknown';
  }

  /** The parts of the cache contradict each other. */
  #isCacheTorn(): boolean {
    const caches = this.#sources.filter((s) => s.kind === 'cache');
    return (
      caches.some((s) => s[this.#part].state === 'broken') ||
      new Set(caches.flatMap((s) => hashesOf(s, this.#part))).size > 1
    );
  }
}

/** It says that it fetched the version from its origin. */
const isOriginLike = (source: Source) => source.info?.origin?.URL !== undefined;
