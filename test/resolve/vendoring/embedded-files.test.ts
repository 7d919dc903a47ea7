import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestRelease } from '../../../src/gover/index.js';
import { EmbedError, embeddedFiles } from '../../../src/resolve/vendoring/embedded-files.js';
import { useTempDir } from '../../support/temp-dir.js';

const tempDir = useTempDir();

/** A folder with these files; a name with a slash at its end is a folder. */
function folder(...names: readonly string[]): string {
  const dir = tempDir();
  for (const name of names) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    if (name.endsWith('/')) mkdirSync(join(dir, name), { recursive: true });
    else writeFileSync(join(dir, name), '');
  }
  return dir;
}

const tree = folder(
  'a.txt',
  'b.txt',
  '.hidden',
  '_tmpl',
  'weird[1].txt',
  'static/index.html',
  'static/css/main.css',
  'static/.env',
  'static/_draft/x.html',
  'static/.git/config',
  'empty/',
  'nested/go.mod',
  'nested/x.txt',
  'holder/mod/go.mod',
  'holder/mod/x.txt',
  'holder/y.txt',
  'bad/con.txt',
  'aux.d/x.txt',
  '.git/HEAD',
);
symlinkSync('a.txt', join(tree, 'link.txt'));
symlinkSync('static', join(tree, 'linked'));

describe('what patterns take', () => {
  test.each([
    [['a.txt'], ['a.txt']],
    [['*.txt'], undefined], // link.txt
    [['[ab].txt'], ['a.txt', 'b.txt']],
    [
      ['b.txt', 'a.txt', 'a.txt'],
      ['a.txt', 'b.txt'],
    ],
    [['weird\\[1].txt'], ['weird[1].txt']],
    [['.hidden'], ['.hidden']],
    [['_*'], ['_tmpl']],
    [['static'], ['static/css/main.css', 'static/index.html']],
    [['all:static'], ['static/.env', 'static/_draft/x.html', 'static/css/main.css', 'static/index.html']],
    [['static/*'], undefined], // static/.git
    [['static/[.]env'], ['static/.env']],
    [['s*/*.html'], ['static/index.html']],
    [['s*/c*'], ['static/css/main.css']],
    [['holder'], ['holder/y.txt']],
    [[], []],
  ])('%j', async (patterns, files) => {
    if (files === undefined) await expect(embeddedFiles(tree, patterns, newestRelease)).rejects.toThrow(EmbedError);
    else expect(await embeddedFiles(tree, patterns, newestRelease)).toEqual(files);
  });
});

describe('what they may not take, in the words of go', () => {
  test.each([
    ['../a.txt', 'invalid pattern syntax'],
    ['.', 'invalid pattern syntax'],
    ['', 'invalid pattern syntax'],
    ['/a.txt', 'invalid pattern syntax'],
    ['a//b', 'invalid pattern syntax'],
    ['static/', 'invalid pattern syntax'],
    ['[a', 'invalid pattern syntax'],
    ['all:[a', 'invalid pattern syntax'],
    ['a\\/b', 'syntax error in pattern'],
    ['[a/b]', 'syntax error in pattern'],
    ['none*', 'no matching files found'],
    ['a.txt/x', 'no matching files found'],
    ['all:', 'invalid pattern syntax'],
    ['empty', 'cannot embed directory empty: contains no embeddable files'],
    ['nested', 'cannot embed directory nested: in different module'],
    ['nested/x.txt', 'cannot embed file nested/x.txt: in different module'],
    ['holder/mod/*', 'cannot embed file holder/mod/go.mod: in different module'],
    ['link.txt', 'cannot embed irregular file link.txt'],
    ['linked', 'cannot embed irregular file linked'],
    ['linked/index.html', 'cannot embed file linked/index.html: in non-directory linked'],
    ['bad', 'cannot embed file bad/con.txt: invalid name con.txt'],
    ['bad/*', 'cannot embed file bad/con.txt: invalid name con.txt'],
    ['.git', 'cannot embed directory .git: invalid name .git'],
    ['.git/HEAD', 'cannot embed file .git/HEAD: in invalid directory .git'],
    ['aux.d/x.txt', 'cannot embed file aux.d/x.txt: in invalid directory aux.d'],
  ])('%s', async (pattern, reason) => {
    await expect(embeddedFiles(tree, ['a.txt', pattern], newestRelease)).rejects.toMatchObject({
      code: 'failed',
      pattern,
      message: `pattern ${pattern}: ${reason}`,
    });
  });

  test.each([
    ['1.24.13', true],
    ['1.25.14', false],
  ])('by %s, of a folder with a bad name in it the rest is taken: %s', async (goVersion, isTaken) => {
    mkdirSync(join(tree, 'worse'));
    for (const name of ['con.txt', 'x.txt']) writeFileSync(join(tree, 'worse', name), '');
    const found = embeddedFiles(tree, ['a.txt', 'worse'], goVersion);
    if (!isTaken) await expect(found).rejects.toThrow('cannot embed file worse/con.txt: invalid name');
    else expect(await found).toEqual(['a.txt', 'worse/x.txt']);
    rmSync(join(tree, 'worse'), { recursive: true });
  });

  test('the first bad pattern is told', async () => {
    await expect(embeddedFiles(tree, ['none', 'empty'], newestRelease)).rejects.toMatchObject({ pattern: 'none' });
  });
});
