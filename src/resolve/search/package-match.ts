/** A package pattern of the command line and what it matches: import paths, folders, `...` wildcards, and the words for many packages. */
import { isAbsolute, normalize, posix, sep } from 'node:path';
import { messageOf, TsgogetError } from '../../errors.js';
import { hasRule } from '../../gover/index.js';

/** Reports whether a pattern is a word that stands for several packages in a release: `std`, `cmd`, `tool`, `work`, `all`. */
export function isMetaPattern(pattern: string, goVersion: string): boolean {
  if (pattern === 'work') return hasRule(goVersion, 'work-pattern');
  return ['std', 'cmd', 'tool', 'all'].includes(pattern);
}

/** Reports whether a path is one of a folder that is relative to the working folder. */
export function isRelativeFolder(path: string): boolean {
  return /^\.\.?(?:\/|$)/.test(path);
}

/** What went wrong while a pattern was matched; `cause` is what was thrown. */
export class PackageMatchError extends TsgogetError {
  constructor(match: PackageMatch, error: unknown) {
    const subject = match.isLiteral ? match.pattern : `pattern ${match.pattern}`;
    super(error instanceof TsgogetError ? error.code : 'failed', `${subject}: ${messageOf(error)}`, { cause: error });
  }
}

export class PackageMatch {
  readonly pattern: string;
  readonly isMeta: boolean;
  /** The folders that may hold matching packages, for a local pattern; undefined until they were looked for. */
  dirs: string[] | undefined;
  packages: string[] = [];
  /** What was thrown while matching: some packages may be missing from the match. Not what is wrong with a package. */
  errors: unknown[] = [];

  constructor(pattern: string, goVersion: string) {
    this.pattern = pattern;
    this.isMeta = isMetaPattern(pattern, goVersion);
  }

  /** The pattern names folders, not import paths. */
  get isLocal(): boolean {
    return isRelativeFolder(this.pattern) || isAbsolute(this.pattern);
  }

  /** The pattern matches at most one package. */
  get isLiteral(): boolean {
    return !this.pattern.includes('...') && !this.isMeta;
  }

  addError(error: unknown): void {
    this.errors.push(new PackageMatchError(this, error));
  }
}

/**
 * Package patterns in canonical form, `.` when there are none. What follows an @ is a version query, and stays as it is.
 * A leading `./` stays too: it tells a folder from an import path.
 */
export function cleanPatterns(patterns: readonly string[], goVersion: string): string[] {
  if (patterns.length === 0) return ['.'];
  const slashes = sep === '\\' || hasRule(goVersion, 'patterns-with-backslash');
  return patterns.map((pattern) => {
    const at = isRelativeFolder(pattern) || isAbsolute(pattern) ? -1 : pattern.indexOf('@');
    const path = at < 0 ? pattern : pattern.slice(0, at);
    return cleanPattern(path, slashes) + (at < 0 ? '' : pattern.slice(at));
  });
}

function cleanPattern(path: string, slashes: boolean): string {
  if (isAbsolute(path)) return withoutLastSlash(normalize(path));
  const slashed = slashes ? path.replaceAll('\\', '/') : path;
  const clean = withoutLastSlash(posix.normalize(slashed));
  if (!slashed.startsWith('./') || clean === '.') return clean;
  return `./${clean}`;
}

const withoutLastSlash = (path: string) => (/[^/\\:][/\\]$/.test(path) ? path.slice(0, -1) : path);

/** A cleaned file path, without a separator at its end. */
export function cleanFilePath(path: string): string {
  return withoutLastSlash(normalize(path));
}
