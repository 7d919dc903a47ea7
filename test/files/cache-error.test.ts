import { describe, expect, test } from 'vitest';
import { TsgogetError } from '../../src/errors.js';
import { cacheError } from '../../src/files/cache-error.js';

const system = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('cacheError', () => {
  test.each([
    ['ENOSPC', 'ENOSPC: no space left on device, write', 'write /c/f: no space left on device', /free some disk space/],
    ['EROFS', "EROFS: read-only file system, mkdir '/c/x, y'", 'write /c/f: read-only file system', /can be written/],
    ['EACCES', "EACCES: permission denied, open '/c/f'", 'write /c/f: permission denied', /GOMODCACHE/],
    ['EIO', "EIO: i/o error, rename 'a' -> 'b'", 'write /c/f: i/o error', /^$/],
    ['EDQUOT', 'odd words', 'write /c/f: odd words', /free some disk space/],
  ])('%s says which file, what happened and what to do', (code, message, want, hint) => {
    const error = cacheError(system(code, message), 'write', '/c/f') as TsgogetError;
    expect([error.code, error.message]).toEqual(['cache', want]);
    expect(error.hint ?? '').toMatch(hint);
  });

  test('errors that are not the disk’s stay what they are', () => {
    for (const error of [new TypeError('bug'), new TsgogetError('invalid-zip', 'bad')]) {
      expect(cacheError(error, 'write', '/c/f')).toBe(error);
    }
    expect(cacheError('thrown', 'write', '/c/f')).toMatchObject({ code: 'cache' });
  });
});
