/** A module path and a version of it, their order and whether they fit together (go.dev/ref/mod#versions). */
import { compareBytes } from '../encoding/compare-bytes.js';
import { quoteControls } from '../encoding/quote-go.js';
import { InvalidVersionError } from './invalid-version.js';
import { checkPath } from './path.js';
import { checkPathMajor, splitPathVersion } from './path-major.js';
import * as semver from './semver.js';

export interface ModuleVersion {
  readonly path: string;
  /** '' for the main module, or where it means any version. */
  readonly version: string;
}

/** 'path@version', or 'path' when there is no version. */
export function formatModuleVersion(module: ModuleVersion): string {
  return module.version === '' ? module.path : `${module.path}@${module.version}`;
}

/** The same for people to read: a go.mod may require anything, so what would control a terminal is quoted. */
export function nameOf(module: ModuleVersion): string {
  return formatModuleVersion({ path: quoteControls(module.path), version: module.version });
}

/** The key of a module version in a Map or Set, 'path version' as in go.sum. No version holds a space, so no two share a key. */
export function keyOf(module: ModuleVersion): string {
  return `${module.path} ${module.version}`;
}

/** The module version that a key is of. */
export function moduleOf(key: string): ModuleVersion {
  const cut = key.lastIndexOf(' ');
  return { path: key.slice(0, cut), version: key.slice(cut + 1) };
}

export function sameModule(a: ModuleVersion, b: ModuleVersion): boolean {
  return a.path === b.path && a.version === b.version;
}

/** The canonical version: semver's, and '+incompatible' is kept. '' when v is invalid. */
export function canonicalVersion(v: string): string {
  return semver.canonical(v) + (isIncompatible(v) ? '+incompatible' : '');
}

/** Reports whether v is a semantic version with the build suffix '+incompatible'. */
export function isIncompatible(v: string): boolean {
  return semver.build(v) === '+incompatible';
}

/** Orders what stands before the first slash of two versions, then the rest, as in 'v1.0.0/go.mod'. */
export function compareVersionFiles(a: string, b: string, compareVersions: (a: string, b: string) => number): number {
  const av = a.split('/', 1)[0]!;
  const bv = b.split('/', 1)[0]!;
  return compareVersions(av, bv) || compareBytes(a.slice(av.length), b.slice(bv.length));
}

/**
 * The order of go.sum and of sorted module lists: path by bytes, version by precedence, then a suffix like '/go.mod'.
 * Versions that are equal by precedence are ordered by bytes, so that the order is total.
 */
export function compareModuleVersions(a: ModuleVersion, b: ModuleVersion): number {
  return compareBytes(a.path, b.path) || compareVersionFiles(a.version, b.version, semver.compareStrict);
}

/**
 * Throws unless path is a module path, version a semantic version (not necessarily canonical), and the two agree on the
 * major version. InvalidPathError, or ModuleError 'invalid-version'.
 */
export function check(path: string, version: string): void {
  checkPath(path);
  if (!semver.isValid(version)) throw new InvalidVersionError(version, 'not a semantic version').of(path);
  try {
    checkPathMajor(version, splitPathVersion(path)!.pathMajor);
  } catch (error) {
    throw error instanceof InvalidVersionError ? error.of(path) : error;
  }
}
