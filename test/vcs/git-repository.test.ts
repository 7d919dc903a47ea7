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
