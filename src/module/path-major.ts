/** The major version at the end of a module path: /v2 and up, and gopkg.in's .vN (go.dev/ref/mod#major-version-suffixes). */
import { TsgogetError } from '../errors.js';
import { InvalidVersionError } from './invalid-version.js';
import * as semver from './semver.js';

export interface SplitPath {
  readonly prefix: string;
  /** '', '/v2' and up, or for gopkg.in '.v0' and up, with or without '-unstable'. */
  readonly pathMajor: string;
}

/** The index of the first character of the run of `chars` that ends at `end`. */
function runStart(path: string, end: number, chars: string): number {
  let i = end;
  while (i > 0 && chars.includes(path[i - 1]!)) i--;
  return i;
}

function splitGopkgIn(path: string): SplitPath | undefined {
  const end = path.endsWith('-unstable') ? path.length - '-unstable'.length : path.length;
  const digits = runStart(path, end, '0123456789');
  if (path.slice(digits - 2, digits) !== '.v' || digits === path.length) return undefined;
  const pathMajor = path.slice(digits - 2);
  if (path[digits] === '0' && pathMajor !== '.v0') return undefined;
  return { prefix: path.slice(0, digits - 2), pathMajor };
}

/**
 * Splits a path so that prefix + pathMajor is the path; undefined when its end looks like a major version and is none
 * (/v0, /v1, /v02, /v1.2), or when a gopkg.in path has none.
 */
export function splitPathVersion(path: string): SplitPath | undefined {
  if (path.startsWith('gopkg.in/')) return splitGopkgIn(path);
  const digits = runStart(path, path.length, '0123456789.');
  if (digits === path.length || digits < 2 || path.slice(digits - 2, digits) !== '/v')
    return { prefix: path, pathMajor: '' };
  const number = path.slice(digits);
  if (number.includes('.') || number.startsWith('0') || number === '1') return undefined;
  return { prefix: path.slice(0, digits - 2), pathMajor: path.slice(digits - 2) };
}

const stable = (pathMajor: string) =>
  pathMajor.startsWith('.v') && pathMajor.endsWith('-unstable') ? pathMajor.slice(0, -'-unstable'.length) : pathMajor;

/** 'v2' of '/v2', 'v1' of '.v1-unstable'; '' of '', which stands for v0 and v1. Throws 'invalid-path'. */
export function pathMajorPrefix(pathMajor: string): string {
  if (pathMajor === '') return '';
  const major = stable(pathMajor).slice(1);
  if (!/^[/.]/.test(pathMajor) || major === '' || semver.major(major) !== major) {
    throw new TsgogetError('invalid-path', `path major suffix ${pathMajor} is not a valid major version`);
  }
  return major;
}

/** Throws InvalidVersionError when the version does not belong to the major version at the end of its path. */
export function checkPathMajor(version: string, pathMajor: string): void {
  const suffix = stable(pathMajor);
  // an old bug made v0.0.0- pseudo-versions for gopkg.in's .v1; go.mod files still name them
  if (suffix === '.v1' && version.startsWith('v0.0.0-')) return;
  const major = semver.major(version);
  if (suffix === '' && (major === 'v0' || major === 'v1' || semver.build(version) === '+incompatible')) return;
  const want = suffix === '' ? 'v0 or v1' : suffix.slice(1);
  if (major !== want) throw new InvalidVersionError(version, `should be ${want}, not ${major}`);
}

/** Reports whether `checkPathMajor` accepts the version. */
export function matchPathMajor(version: string, pathMajor: string): boolean {
  try {
    checkPathMajor(version, pathMajor);
    return true;
  } catch {
    return false;
  }
}
