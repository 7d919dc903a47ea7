/** Real git over a repository in a temporary folder; skipped where there is no git. What changes the lines: test/checks/changed-lines.test.ts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRevision } from '../../src/vcs/git-repository.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '' };
const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
const git = (dir: string, ...args: string[]) =>
  execFileSync('git', [...author, ...args], { cwd: dir, env, stdio: 'pipe' });
const hasGit = (() => {
  try {
    return git('.', '--version').length > 0;
  } catch {
    return false;
  }
})();

function repository(files: Record<string, Uint8Array>): string {
  const dir = tempDir();
  git(dir, 'init', '-q');
  for (const [name, data] of Object.entries(files)) writeFileSync(join(dir, name), data);
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'x');
  return dir;
}

describe.skipIf(!hasGit)('a file of a revision', () => {
  test('is what was committed, byte for byte; undefined where there was none', async () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => i);
    const dir = repository({ 'go.sum': bytes });
    const at = await openRevision(dir, 'HEAD', { env });
    expect(await at.read(dir, 'go.sum')).toEqual(bytes);
    expect(await at.read(dir, 'go.mod')).toBeUndefined();
  });

  test('that is larger than a go.sum may be is not taken into memory', async () => {
    const dir = repository({ 'go.sum': new Uint8Array(2 ** 24 + 1) });
    const at = await openRevision(dir, 'HEAD', { env });
    await expect(at.read(dir, 'go.sum')).rejects.toMatchObject({
      code: 'failed',
      message: '--changed: git: wrote more than 16777216 bytes',
    });
  });
});

describe.skipIf(!hasGit)('a name that can mean different commits (issue 11, A.3)', () => {
  const id = (dir: string, revision: string) => git(dir, 'rev-parse', revision).toString().trim();
  /** Two commits, the first of which is the remote's main. */
  function withRemote(): string {
    const dir = repository({ 'go.sum': new Uint8Array() });
    git(dir, 'checkout', '-q', '-b', 'work');
    git(dir, 'commit', '-q', '--allow-empty', '-m', 'y');
    git(dir, 'update-ref', 'refs/remotes/origin/main', 'HEAD~1');
    return dir;
  }

  test.each(['refs/tags/origin/main', 'refs/heads/origin/main', 'refs/origin/main', 'refs/remotes/origin/main'])(
    'is refused with the refs that it can mean: %s beside another',
    async (ref) => {
      const dir = withRemote();
      if (ref === 'refs/remotes/origin/main') git(dir, 'update-ref', 'refs/tags/origin/main', 'HEAD~1');
      git(dir, 'update-ref', ref, 'HEAD');
      git(dir, 'pack-refs', '--all');
      for (const revision of ['origin/main', 'origin/main~0', 'origin/main^{commit}', 'origin/main@{0}']) {
        const failure = await openRevision(dir, revision, { env }).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'failed' });
        if (revision.endsWith('@{0}') && !`${failure}`.includes('can mean')) continue; // no reflog: git refuses by itself
        expect(`${failure}`).toContain(`${ref} (${id(dir, 'HEAD').slice(0, 12)})`);
        expect(`${failure}`).toContain(`(${id(dir, 'HEAD~1').slice(0, 12)})`);
      }
      for (const revision of [id(dir, 'HEAD~1'), `${id(dir, 'HEAD')}~1`, 'HEAD~1']) {
        expect((await openRevision(dir, revision, { env })).commit).toBe(id(dir, 'HEAD~1'));
      }
    },
  );

  test('is taken where all mean one commit, an annotated tag for one', async () => {
    const dir = withRemote();
    git(dir, 'tag', '-a', '-m', 'x', 'origin/main', 'HEAD~1');
    git(dir, 'branch', 'origin/main', 'HEAD~1');
    expect((await openRevision(dir, 'origin/main', { env })).commit).toBe(id(dir, 'HEAD~1'));
  });

  test('HEAD, an abbreviated object id, the branch behind @{-1}, the HEAD of a remote', async () => {
    const dir = withRemote();
    const base = id(dir, 'HEAD~1');
    const short = base.slice(0, 7);
    git(dir, 'checkout', '-q', '-b', 'previous', base);
    git(dir, 'checkout', '-q', 'work');
    git(dir, 'update-ref', 'refs/remotes/up/HEAD', base);
    for (const revision of [short, '@{-1}', 'up', '@~1']) {
      expect((await openRevision(dir, revision, { env })).commit).toBe(base);
    }
    for (const ref of [`refs/tags/${short}`, 'refs/tags/previous', 'refs/heads/up', 'refs/tags/HEAD']) {
      git(dir, 'update-ref', ref, ref.endsWith('HEAD') ? base : 'refs/heads/work');
    }
    for (const revision of [short, '@{-1}', 'up', '@~1', 'HEAD']) {
      await expect(openRevision(dir, revision, { env })).rejects.toMatchObject({
        message: expect.stringContaining('can mean different commits'),
      });
    }
    expect((await openRevision(dir, base, { env })).commit).toBe(base);
  });

  test('a branch that is called like an object id does not stand for it', async () => {
    const dir = withRemote();
    const base = id(dir, 'HEAD~1');
    git(dir, 'update-ref', `refs/heads/${base}`, 'HEAD');
    expect((await openRevision(dir, base, { env })).commit).toBe(base);
  });
});

test.skipIf(process.platform === 'win32')('a git that is killed has not failed by itself', async () => {
  const bin = join(tempDir(), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), '#!/bin/sh\nkill -9 $$\n');
  chmodSync(join(bin, 'git'), 0o755);
  await expect(openRevision(tempDir(), 'HEAD', { env: { PATH: `${bin}:/bin:/usr/bin` } })).rejects.toMatchObject({
    code: 'failed',
    message: '--changed: git: signal: killed',
  });
});
