/**
 * Go semantic versions (go.dev/ref/mod#versions): semver.org 2.0.0 with a leading v, and v1 and v1.2 as shorthands.
 * Not npm's rules: see test/module/semver-differential.test.ts.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { compareDecimal } from './decimal.js';

interface Parsed {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** What a shorthand leaves out: '.0.0', '.0' or ''. */
  readonly omitted: string;
  /** With its '-', or ''. */
  readonly prerelease: string;
  /** With its '+', or ''. */
  readonly build: string;
}

const isDigit = (c: number) => c >= 0x30 && c <= 0x39;
const isIdentifierChar = (c: number) =>
  isDigit(c) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x2d;

/** The end of the number without leading zeros that starts at `start`; -1 when there is none. */
function numberEnd(v: string, start: number): number {
  let end = start;
  while (isDigit(v.charCodeAt(end))) end++;
  return end === start || (end > start + 1 && v.charCodeAt(start) === 0x30) ? -1 : end;
}

/** The end of the dot-separated identifiers after the sign at `start`; -1 when one is not allowed. */
function identifiersEnd(v: string, start: number, allowLeadingZeros: boolean): number {
  let end = start;
  do {
    const first = end + 1;
    let isNumber = true;
    end = first;
    for (let c = v.charCodeAt(end); isIdentifierChar(c); c = v.charCodeAt(++end)) isNumber &&= isDigit(c);
    if (end === first) return -1;
    if (isNumber && !allowLeadingZeros && v[first] === '0' && end > first + 1) return -1;
  } while (v[end] === '.');
  return end;
}

/** A run asks about the same few thousand versions again and again. */
const parsed = new Map<string, Parsed>();
const maxParsed = 4096;
const maxParsedLength = 100;

function parse(v: string): Parsed | undefined {
  const known = parsed.get(v);
  if (known !== undefined || v.length > maxParsedLength) return known ?? parseAnew(v);
  const found = parseAnew(v);
  if (found === undefined) return undefined;
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(v, found);
  return found;
}

function parseAnew(v: string): Parsed | undefined {
  if (v[0] !== 'v') return undefined;
  const majorEnd = numberEnd(v, 1);
  if (majorEnd < 0) return undefined;
  const major = v.slice(1, majorEnd);
  if (majorEnd === v.length) return { major, minor: '0', patch: '0', omitted: '.0.0', prerelease: '', build: '' };

  const minorEnd = v[majorEnd] === '.' ? numberEnd(v, majorEnd + 1) : -1;
  if (minorEnd < 0) return undefined;
  const minor = v.slice(majorEnd + 1, minorEnd);
  if (minorEnd === v.length) return { major, minor, patch: '0', omitted: '.0', prerelease: '', build: '' };

  const patchEnd = v[minorEnd] === '.' ? numberEnd(v, minorEnd + 1) : -1;
  if (patchEnd < 0) return undefined;
  const prereleaseEnd = v[patchEnd] === '-' ? identifiersEnd(v, patchEnd, false) : patchEnd;
  if (prereleaseEnd < 0) return undefined;
  const buildEnd = v[prereleaseEnd] === '+' ? identifiersEnd(v, prereleaseEnd, true) : prereleaseEnd;
  if (buildEnd !== v.length) return undefined;
  return {
    major,
    minor,
    patch: v.slice(minorEnd + 1, patchEnd),
    omitted: '',
    prerelease: v.slice(patchEnd, prereleaseEnd),
    build: v.slice(prereleaseEnd),
  };
}

const isNumeric = (identifier: string) => /^[0-9]+$/.test(identifier);

function compareIdentifiers(a: string, b: string): number {
  const aNumeric = isNumeric(a);
  if (aNumeric !== isNumeric(b)) return aNumeric ? -1 : 1;
  if (aNumeric) return compareDecimal(a, b);
  return a < b ? -1 : 1;
}

/** Orders two valid prereleases ('' or '-a.b'); a release is above its prereleases. */
function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const as = a.slice(1).split('.');
  const bs = b.slice(1).split('.');
  const i = as.findIndex((identifier, at) => identifier !== bs[at]);
  if (i < 0) return -1;
  return i < bs.length ? compareIdentifiers(as[i]!, bs[i]!) : 1;
}

/** Reports whether v is a Go semantic version: vMAJOR[.MINOR[.PATCH[-PRERELEASE][+BUILD]]]. */
export function isValid(v: string): boolean {
  return parse(v) !== undefined;
}

/** Orders two versions of the form vMAJOR.MINOR.PATCH, as nearly all are; undefined for others. */
function comparePlain(v: string, w: string): number | undefined {
  if (v.charCodeAt(0) !== 0x76 || w.charCodeAt(0) !== 0x76) return undefined;
  let at = 0;
  let atW = 0;
  let order = 0;
  for (let part = 0; part < 3; part++) {
    if (part > 0 && (v.charCodeAt(at) !== 0x2e || w.charCodeAt(atW) !== 0x2e)) return undefined;
    const end = numberEnd(v, at + 1);
    const endW = numberEnd(w, atW + 1);
    if (end < 0 || endW < 0) return undefined;
    if (order === 0) order = end - at - (endW - atW);
    for (let i = 1; order === 0 && at + i < end; i++) order = v.charCodeAt(at + i) - w.charCodeAt(atW + i);
    at = end;
    atW = endW;
  }
  return at === v.length && atW === w.length ? Math.sign(order) : undefined;
}

/**
 * Orders by semantic version precedence: -1, 0 or 1. Build metadata does not count; an invalid version is below every
 * valid one and equal to every invalid one.
 */
export function compare(v: string, w: string): number {
  if (v === w) return 0;
  const plain = comparePlain(v, w);
  if (plain !== undefined) return plain;
  const a = parse(v);
  const b = parse(w);
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return (
    compareDecimal(a.major, b.major) ||
    compareDecimal(a.minor, b.minor) ||
    compareDecimal(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** Like `compare`, and versions that are equal for it are ordered by bytes: a total order, for sorting. */
export function compareStrict(v: string, w: string): number {
  return compare(v, w) || compareBytes(v, w);
}

/** vMAJOR.MINOR.PATCH[-PRERELEASE], without build metadata; '' when v is invalid. */
export function canonical(v: string): string {
  const p = parse(v);
  return p === undefined ? '' : v.slice(0, v.length - p.build.length) + p.omitted;
}

/** 'v2' of 'v2.1.0'; '' when v is invalid. */
export function major(v: string): string {
  const p = parse(v);
  return p === undefined ? '' : `v${p.major}`;
}

/** 'v2.1' of 'v2.1.0'; '' when v is invalid. */
export function majorMinor(v: string): string {
  const p = parse(v);
  return p === undefined ? '' : `v${p.major}.${p.minor}`;
}

/** '-pre' of 'v2.1.0-pre+meta'; '' when there is none or v is invalid. */
export function prerelease(v: string): string {
  return v.includes('-') ? (parse(v)?.prerelease ?? '') : '';
}

/** '+meta' of 'v2.1.0-pre+meta'; '' when there is none or v is invalid. */
export function build(v: string): string {
  return v.includes('+') ? (parse(v)?.build ?? '') : '';
}

/** The greater of the two, in canonical form. */
export function max(v: string, w: string): string {
  return compare(v, w) > 0 ? canonical(v) : canonical(w);
}
