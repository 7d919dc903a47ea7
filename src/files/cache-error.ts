/** Errors of the disk, in words that say which file it was and what to do about it. */
import { messageOf, TsgogetError } from '../errors.js';

const hints: Record<string, string> = {
  ENOSPC: 'free some disk space, or set GOMODCACHE to a folder on another disk',
  EDQUOT: 'free some disk space, or set GOMODCACHE to a folder on another disk',
  EROFS: 'set GOMODCACHE to a folder that can be written',
  EACCES: 'give yourself access to the file, or set GOMODCACHE to a folder of your own',
  EPERM: 'give yourself access to the file, or set GOMODCACHE to a folder of your own',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  EEXIST: 'another program is changing the module cache: run the command again when it is done',
};

/** The error 'cache' for a failure of the operating system: `open /a/b: no space left on device`. Other errors stay as they are. */
export function cacheError(error: unknown, doing: string, file: string): Error {
  if (!(error instanceof Error)) return new TsgogetError('cache', `${doing} ${file}: ${error}`);
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TsgogetError || code === undefined) return error;
  return new TsgogetError('cache', `${doing} ${file}: ${systemWords(error)}`, { hint: hints[code], cause: error });
}

/** What the operating system said, without its code, its call and its file: `no space left on device`. */
export function systemWords(error: unknown): string {
  const message = messageOf(error);
  return /^[A-Z0-9]+: (.*?)(?:, \w+(?: '.*)?)?$/s.exec(message)?.[1] ?? message;
}

/** Reports whether an error says that a file, or a folder above it, is not there. */
export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
