/** Which module, import and file paths are allowed: they become URLs and file names on every system (go.dev/ref/mod#go-mod-file-ident). */
import { isLetter } from '../encoding/go-unicode.js';
import { quoteGo, quoteGoRune } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { splitPathVersion } from './path-major.js';

export type PathKind = 'module' | 'import' | 'file';

/** `malformed module path "x": reason`; code 'invalid-path'. */
export class InvalidPathError extends TsgogetError {
  readonly kind: PathKind;
  readonly path: string;
  /** The message without its subject. */
  readonly reason: string;

  constructor(kind: PathKind, path: string, reason: string) {
    super('invalid-path', `malformed ${kind} path ${quoteGo(path)}: ${reason}`);
    this.kind = kind;
    this.path = path;
    this.reason = reason;
  }
}

const asciiText: Record<PathKind, RegExp> = {
  module: /^[-._~0-9A-Za-z]*$/,
  import: /^[-._~0-9A-Za-z+]*$/,
  file: /^[-!#$%&()+,.=@[\]^_{}~ 0-9A-Za-z]*$/,
};

/** The first character that the element may not hold. */
function disallowedChar(element: string, kind: PathKind): string | undefined {
  const ascii = asciiText[kind];
  if (ascii.test(element)) return undefined;
  const isAllowed = (char: string) => {
    const code = char.codePointAt(0)!;
    return code < 0x80 ? ascii.test(char) : kind === 'file' && isLetter(code);
  };
  return Array.from(element).find((char) => !isAllowed(char));
}

const reservedOnWindows = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i;

/** Why a path element is not allowed; undefined when it is. */
export function elementFault(element: string, kind: PathKind): string | undefined {
  if (element === '') return 'empty path element';
  if (/^\.+$/.test(element)) return `invalid path element ${quoteGo(element)}`;
  if (kind === 'module' && element.startsWith('.')) return 'leading dot in path element';
  if (element.endsWith('.')) return 'trailing dot in path element';
  const bad = disallowedChar(element, kind);
  if (bad !== undefined) return `invalid char ${quoteGoRune(bad)}`;
  const dot = element.indexOf('.');
  const short = dot < 0 ? element : element.slice(0, dot);
  if (reservedOnWindows.test(short)) {
    return `${quoteGo(short)} disallowed as path element component on Windows`;
  }
  if (kind !== 'file' && /^[0-9]+$/.test(short.slice(short.lastIndexOf('~') + 1)) && short.includes('~')) {
    return 'trailing tilde and digits in path element';
  }
  return undefined;
}

function pathFault(path: string, kind: PathKind): string | undefined {
  if (/\p{Surrogate}/u.test(path)) return 'invalid UTF-8';
  if (path === '') return 'empty string';
  if (kind !== 'file' && path.startsWith('-')) return 'leading dash';
  if (path.includes('//')) return 'double slash';
  if (path.endsWith('/')) return 'trailing slash';
  for (const element of path.split('/')) {
    const fault = elementFault(element, kind);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function modulePathFault(path: string): string | undefined {
  const fault = pathFault(path, 'module');
  if (fault !== undefined) return fault;
  const first = path.split('/', 1)[0]!;
  if (!first.includes('.')) return 'missing dot in first path element';
  const bad = /[^-.0-9a-z]/.exec(first);
  if (bad !== null) return `invalid char ${quoteGoRune(bad[0])} in first path element`;
  return splitPathVersion(path) === undefined ? 'invalid version' : undefined;
}

function refuse(kind: PathKind, path: string, fault: string | undefined): void {
  if (fault !== undefined) throw new InvalidPathError(kind, path, fault);
}

/**
 * Throws InvalidPathError unless the path is a module path: an import path whose first element is a lower-case domain
 * name with a dot, with no element that begins with a dot, and whose major version suffix, if any, is /v2 or more.
 */
export function checkPath(path: string): void {
  refuse('module', path, modulePathFault(path));
}

/** Reports whether `checkPath` takes the path. */
export function isModulePath(path: string): boolean {
  return modulePathFault(path) === undefined;
}

/** Throws InvalidPathError unless the path is a package's: elements of ASCII letters, digits and -._~+ between slashes. */
export function checkImportPath(path: string): void {
  refuse('import', path, pathFault(path, 'import'));
}

/** Reports whether `checkImportPath` takes the path. */
export function isImportPath(path: string): boolean {
  return pathFault(path, 'import') === undefined;
}

/** Throws InvalidPathError unless the slash-separated path may name a file of a module, on any system. */
export function checkFilePath(path: string): void {
  refuse('file', path, pathFault(path, 'file'));
}
