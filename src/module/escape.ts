/** Case-encoding of paths and versions for URLs and file names: 'A' is written '!a' (go.dev/ref/mod#goproxy-protocol). */
import { quoteGo } from '../encoding/quote-go.js';
import { messageOf, TsgogetError } from '../errors.js';
import { InvalidVersionError } from './invalid-version.js';
import { checkPath, elementFault } from './path.js';

const encodeCase = (text: string) => text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

function decodeCase(text: string): string | undefined {
  if (/[^\0-\x7f]|[A-Z]|!(?![a-z])/.test(text)) return undefined;
  return text.replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The escaped form of a module path. Throws 'invalid-path'. */
export function escapePath(path: string): string {
  checkPath(path);
  return encodeCase(path);
}

/** The module path of an escaped form. Throws 'invalid-path'. */
export function unescapePath(escaped: string): string {
  const failed = `invalid escaped module path ${quoteGo(escaped)}`;
  const path = decodeCase(escaped);
  if (path === undefined) throw new TsgogetError('invalid-path', failed);
  try {
    checkPath(path);
  } catch (cause) {
    throw new TsgogetError('invalid-path', `${failed}: ${messageOf(cause)}`, { cause });
  }
  return path;
}

/** The escaped form of a version or revision: any ASCII file name without '!' will do. Throws 'invalid-version'. */
export function escapeVersion(version: string): string {
  if (elementFault(version, 'file') !== undefined || /[^\0-\x7f]|!/.test(version)) {
    throw new InvalidVersionError(version, 'disallowed version string');
  }
  return encodeCase(version);
}

/** The version of an escaped form. Throws 'invalid-version'. */
export function unescapeVersion(escaped: string): string {
  const version = decodeCase(escaped);
  if (version === undefined) throw new TsgogetError('invalid-version', `invalid escaped version ${quoteGo(escaped)}`);
  const fault = elementFault(version, 'file');
  if (fault !== undefined) {
    throw new TsgogetError('invalid-version', `invalid escaped version ${quoteGo(version)}: ${fault}`);
  }
  return version;
}
