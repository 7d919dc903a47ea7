/**
 * Go release versions as the go and toolchain lines write them, 1.21rc1 or 1.21.0, and their order
 * (go.dev/doc/toolchain#version). They are not semantic versions.
 */
import { compareDecimal, decrementDecimal } from '../module/decimal.js';

interface GoVersion {
  readonly major: string;
  readonly minor: string;
  /** '' for a language version, which since 1.21 is below its prereleases and its .0. */
  readonly patch: string;
  /** '', or lower-case letters: alpha, beta, rc; they happen to sort in that order. */
  readonly kind: string;
  readonly pre: string;
}

/** The end of the number without leading zeros at `start`; -1 when there is none. */
function numberEnd(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return end === start || (text[start] === '0' && end > start + 1) ? -1 : end;
}

function parsePrerelease(major: string, minor: string, text: string): GoVersion | undefined {
  const kind = /^[a-z]+/.exec(text)?.[0];
  if (kind === undefined) return undefined;
  if (kind !== text && numberEnd(text, kind.length) !== text.length) return undefined;
  return { major, minor, patch: '', kind, pre: text.slice(kind.length) };
}

function parse(text: string): GoVersion | undefined {
  const majorEnd = numberEnd(text, 0);
  if (majorEnd < 0) return undefined;
  const major = text.slice(0, majorEnd);
  if (majorEnd === text.length) return { major, minor: '0', patch: '0', kind: '', pre: '' };
  const minorEnd = text[majorEnd] === '.' ? numberEnd(text, majorEnd + 1) : -1;
  if (minorEnd < 0) return undefined;
  const minor = text.slice(majorEnd + 1, minorEnd);
  if (minorEnd === text.length) {
    // until 1.20, the first release of a family was named without .0
    const patch = compareDecimal(minor, '21') < 0 ? '0' : '';
    return { major, minor, patch, kind: '', pre: '' };
  }
  if (text[minorEnd] !== '.') return parsePrerelease(major, minor, text.slice(minorEnd));
  if (numberEnd(text, minorEnd + 1) !== text.length) return undefined;
  return { major, minor, patch: text.slice(minorEnd + 1), kind: '', pre: '' };
}

/** Reports whether x is a Go version: 1, 1.21, 1.21.0 or 1.21rc1, without 'go' in front. */
export function isValidGo(x: string): boolean {
  return parse(x) !== undefined;
}

/**
 * Orders two Go versions: -1, 0 or 1. 1.20rc1 < 1.20 = 1.20.0, and 1.21 < 1.21rc1 < 1.21.0. An invalid version is below
 * every valid one and equal to every invalid one.
 */
export function compareGo(x: string, y: string): number {
  const a = parse(x);
  const b = parse(y);
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return (
    compareDecimal(a.major, b.major) ||
    compareDecimal(a.minor, b.minor) ||
    compareDecimal(a.patch, b.patch) ||
    Number(a.kind > b.kind) - Number(a.kind < b.kind) ||
    compareDecimal(a.pre, b.pre)
  );
}

/** The greater of the two; x when they are equal. */
export function maxGo(x: string, y: string): string {
  return compareGo(x, y) < 0 ? y : x;
}

/** The language version: '1.21' of '1.21.3'; '' when x is invalid. */
export function langVersion(x: string): string {
  const v = parse(x);
  if (v === undefined) return '';
  return v.major === '1' && v.minor === '0' ? '1' : `${v.major}.${v.minor}`;
}

/** Reports whether x is a language version and no release: so 1.21, but not 1.20, which is 1.20.0. */
export function isLang(x: string): boolean {
  const v = parse(x);
  return v !== undefined && v.patch === '' && v.kind === '';
}

/** Reports whether x is a prerelease: 1.21rc1. */
export function isGoPrerelease(x: string): boolean {
  return (parse(x)?.kind ?? '') !== '';
}

/** The language version before x: '1.20' of '1.21rc2'. For 1.0 and 1.1 it is '1', and '' when x is invalid. */
export function prevGo(x: string): string {
  const v = parse(x);
  if (v === undefined) return '';
  return compareDecimal(v.minor, '1') <= 0 ? v.major : `${v.major}.${decrementDecimal(v.minor)}`;
}
