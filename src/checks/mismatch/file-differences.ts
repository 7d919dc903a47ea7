/** Which files differ between two copies of a module, and how. Only so much is shown of it as a person reads. */
import { compareBytes } from '../../encoding/compare-bytes.js';
import { quoteGo } from '../../encoding/quote-go.js';
import { unifiedDiff } from '../../encoding/unified-diff.js';
import { pathMatch } from '../../module/index.js';
import { type Copy, type FileSum, withLineFeeds } from './copies.js';
import type { DifferenceKind } from './sources.js';

export interface FileDifference {
  readonly name: string;
  /** As seen from the base. */
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind: DifferenceKind;
  /** In the base, in bytes. */
  readonly baseSize?: number | undefined;
  readonly otherSize?: number | undefined;
  /** Of texts: the first line that differs, counted from 1, and what stands around the first byte of it that differs, quoted. */
  readonly line?: number | undefined;
  readonly baseText?: string | undefined;
  readonly otherText?: string | undefined;
  /** Of texts: hunks of a unified diff, a line each, without names. Escaped, so that each line is one; cut where it is long. */
  readonly hunks?: readonly string[] | undefined;
}

export interface CopyDifference {
  readonly kind: DifferenceKind;
  /** The first of them: new files, then changed ones, then those that are gone; by name. */
  readonly files: readonly FileDifference[];
  /** How many files differ in all. */
  readonly count: number;
}

/** More files are counted, but not shown. */
export const maxShownFiles = 50;
/** More changed files are not read: that they differ in their content is enough. */
const maxReadFiles = 500;

/** Compares a copy with the one that it is held against. */
export async function compareCopies(base: Copy, other: Copy): Promise<CopyDifference> {
  const names = [...new Set([...base.files.keys(), ...other.files.keys()])]
    .filter((name) => base.files.get(name)?.sum !== other.files.get(name)?.sum)
    .sort((a, b) => rankOf(a, base, other) - rankOf(b, base, other) || compareBytes(a, b));
  const read = new Set(names.slice(0, maxReadFiles));
  const wanted = new Set([...read, '.gitattributes']);
  const [baseTexts, otherTexts] = [await base.read(wanted), await other.read(read)];
  const mayHaveStamps = stampedFiles(baseTexts.get('.gitattributes'));
  const writer = new HunkWriter();
  const differences = names.map((name, i): FileDifference => {
    const [a, b] = [base.files.get(name), other.files.get(name)];
    const sizes = { baseSize: a?.size, otherSize: b?.size };
    const texts = [baseTexts.get(name), otherTexts.get(name)] as const;
    const hunks = (x: Bytes, y: Bytes) => (i < maxShownFiles ? writer.write(x, y) : undefined);
    if (a === undefined) {
      return { name, change: 'added', kind: 'content', ...sizes, hunks: hunks(nothing, texts[1]) };
    }
    if (b === undefined) {
      return { name, change: 'removed', kind: 'content', ...sizes, hunks: hunks(texts[0], nothing) };
    }
    const kind = kindOf(a, b, texts, mayHaveStamps(name));
    return {
      name,
      change: 'changed',
      kind,
      ...sizes,
      ...firstChange(...texts),
      ...(kind !== 'line-endings' && { hunks: hunks(...texts) }),
    };
  });
  const kinds = new Set(differences.map((d) => d.kind));
  const kind = (['content', 'export-subst', 'line-endings'] as const).find((k) => kinds.has(k)) ?? 'content';
  return { kind, files: differences.slice(0, maxShownFiles), count: differences.length };
}

type Bytes = Uint8Array | undefined;

const nothing = new Uint8Array();

/** New files come first: that is where injected code lies. */
const rankOf = (name: string, base: Copy, other: Copy) => (!base.files.has(name) ? 0 : other.files.has(name) ? 1 : 2);

const maxHunkLines = 40;
const maxLineLength = 200;

/** Larger texts are not compared line by line, all files together. */
const maxDiffedBytes = 8 << 20;

/** What changed, as lines of a unified diff; of a long one the beginning. */
class HunkWriter {
  #room = maxDiffedBytes;

  write(a: Bytes, b: Bytes): readonly string[] | undefined {
    if (a === undefined || b === undefined || isBinary(a) || isBinary(b)) return undefined;
    this.#room -= a.length + b.length;
    if (this.#room < 0) return undefined;
    const diff = unifiedDiff('', decode(a), '', decode(b));
    const lines = diff
      .slice(diff.indexOf('@@'))
      .split('\n')
      .filter((line) => line !== '');
    if (lines.length === 0) return undefined;
    const shown = lines.slice(0, maxHunkLines).map((line) => escapeInvisible(cutLine(line)));
    return lines.length > shown.length ? [...shown, `… and ${lines.length - shown.length} more lines`] : shown;
  }
}

const cutLine = (line: string) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line);

/** Nothing in a line means anything to a terminal, and nothing that differs looks the same. */
const escapeInvisible = (line: string) =>
  line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => (char === '\t' ? char : quoteGo(char).slice(1, -1)));

function kindOf(a: FileSum, b: FileSum, [x, y]: readonly [Bytes, Bytes], mayHaveStamps: boolean): DifferenceKind {
  if (a.lfSum === b.lfSum) return 'line-endings';
  if (x === undefined || y === undefined || isBinary(x) || isBinary(y)) return 'content';
  return differInStamps(decode(withLineFeeds(x)), decode(withLineFeeds(y)), mayHaveStamps) ? 'export-subst' : 'content';
}

const isBinary = (content: Uint8Array) => content.includes(0);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const decode = (content: Uint8Array) => decoder.decode(content);

const maxStampLine = 2000;

/** Reports whether every line that differs does so only in what git writes when it makes an archive. */
function differInStamps(a: string, b: string, isMarked: boolean): boolean {
  const [mine, others] = [a.split('\n'), b.split('\n')];
  if (mine.length !== others.length) return false;
  return mine.every((line, i) => line === others[i] || isSameButStamp(line, others[i]!, isMarked));
}

/**
 * `$Format:…$` on one side, what it became on the other; `$Id$`; and where .gitattributes marks the file, hashes, dates, versions and
 * ref names that took its place on both. What a stamp may be is held narrow: a changed line of code is none.
 */
export function isSameButStamp(a: string, b: string, isMarked: boolean): boolean {
  if (a.length > maxStampLine || b.length > maxStampLine) return false;
  return fills(a, b) || fills(b, a) || (isMarked && mask(a) === mask(b)) || maskId(a) === maskId(b);
}

const stamp = /^[\w .,:()+@/<>-]{0,200}$/;

/** Reports whether `text` is `template` with something harmless for each `$Format:…$`. */
function fills(template: string, text: string): boolean {
  const pieces = template.split(/\$Format:[^$\n]*\$/);
  if (pieces.length < 2 || !text.startsWith(pieces[0]!)) return false;
  let at = pieces[0]!.length;
  for (const [i, piece] of pieces.slice(1).entries()) {
    const isLast = i === pieces.length - 2;
    const found = isLast ? text.length - piece.length : text.indexOf(piece, at);
    if (found < at || !text.startsWith(piece, found) || !stamp.test(text.slice(at, found))) return false;
    at = found + piece.length;
  }
  return true;
}

const maskId = (line: string) => line.replace(/\$Id(?:: ?[\w .,:/-]{0,200})?\$/g, '$$Id$$');

const mask = (line: string) =>
  maskId(line)
    .replace(/\((?:HEAD|tag: )[\w .,:>/+@-]{0,200}\)/g, '(ref)')
    .replace(/\b[0-9a-f]{7,64}\b/g, 'hash')
    .replace(/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d)?(?: ?[+-]\d\d:?\d\d|Z)?/g, 'date')
    .replace(/\bv?\d+\.\d+\.\d+(?:[-+.]\w{1,60}){0,5}\b/g, 'version');

const maxPatterns = 20;
const maxPatternLength = 100;
const maxMarkedName = 500;

/** The files that a .gitattributes in the root marks with export-subst. */
function stampedFiles(attributes: Bytes): (name: string) => boolean {
  if (attributes === undefined) return () => false;
  const patterns = decode(attributes)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pattern, ...words]) => pattern!.length <= maxPatternLength && words.includes('export-subst'))
    .map(([pattern]) => pattern!)
    .slice(0, maxPatterns);
  return (name) =>
    name.length <= maxMarkedName &&
    patterns.some((p) =>
      p.includes('/') ? pathMatch(p.replace(/^\//, ''), name) : pathMatch(p, name.slice(name.lastIndexOf('/') + 1)),
    );
}

/** Where two texts begin to differ. */
function firstChange(a: Bytes, b: Bytes): Pick<FileDifference, 'line' | 'baseText' | 'otherText'> {
  if (a === undefined || b === undefined || isBinary(a) || isBinary(b)) return {};
  const at = firstDifference(a, b);
  let line = 1;
  for (let i = a.indexOf(0x0a); i >= 0 && i < at; i = a.indexOf(0x0a, i + 1)) line++;
  const [baseText, otherText] = [excerpt(a, at), excerpt(b, at)];
  // whole lines that came or went begin with the same: the hunks show them
  return baseText === otherText ? { line } : { line, baseText, otherText };
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) if (a[i] !== b[i]) return i;
  return end;
}

const before = 24;
const after = 56;

/** What stands around a place in its line, quoted: nothing in it means anything to a terminal. */
function excerpt(content: Uint8Array, at: number): string {
  const lineStart = at === 0 ? 0 : content.lastIndexOf(0x0a, at - 1) + 1;
  const newline = content.indexOf(0x0a, at);
  const lineEnd = newline < 0 ? content.length : newline;
  let start = Math.max(lineStart, at - before);
  while (start > lineStart && (content[start]! & 0xc0) === 0x80) start--; // not into the middle of a character
  const end = Math.min(lineEnd, at + after);
  const text = quoteGo(decode(content.subarray(start, end)));
  return `${start > lineStart ? '…' : ''}${text}${end < lineEnd ? '…' : ''}`;
}
