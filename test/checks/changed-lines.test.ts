/** Real git over repositories in temporary folders; skipped where there is no git. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changedLines, openCheckout } from '../../src/checks/index.js';
import { SourceTree } from '../../src/sourcetree/index.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const env = {
  PATH: process.env.PATH,
  HOME: tempDir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
const git = (dir: string, ...args: string[]) =>
  execFileSync('git', args, { cwd: dir, env, stdio: 'pipe' }).toString().trim();
const hasGit = (() => {
  try {
    return git('.', '--version') !== '';
  } catch {
    return false;
  }
})();

const hash = (letter: string) => `h1:${letter.repeat(43)}=`;
const a = `example.com/a v1.0.0 ${hash('A')}`;
const b = `example.com/b v1.0.0 ${hash('B')}`;
const c = `example.com/c v1.0.0 ${hash('C')}`;
const goMod = (...requires: string[]) =>
  `module example.com/me\n\ngo 1.21\n\nrequire (\n${requires.map((r) => `\t${r}\n`).join('')})\n`;

function write(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** A repository with one commit of the files. */
function repository(files: Record<string, string>): string {
  const dir = tempDir();
  git(dir, 'init', '-q', '-b', 'main');
  write(dir, files);
  commit(dir);
  return dir;
}
function commit(dir: string): void {
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '--allow-empty', '-m', 'x');
}

async function since(dir: string, revision: string, more: Record<string, string | undefined> = {}) {
  const tree = await SourceTree.open({ cwd: dir });
  const checkout = await openCheckout({ cwd: dir, tree, GOWORK: '', GOROOT: '' });
  const changed = await changedLines(checkout, revision, { env: { ...env, ...more } });
  const lines = Object.fromEntries(checkout.sumFiles.map((f) => [f.name, [...(changed.lines.get(f.file) ?? [])]]));
  return { ...changed, lines, messages: changed.findings.map((f) => `${f.file}: ${f.message}`) };
}

describe.skipIf(!hasGit)('changed lines', () => {
  test('new lines, and lines that say something else; moved and re-spaced ones are the same', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0'), 'go.sum': `${a}\n${b}\n` });
    write(dir, { 'go.sum': `${c}\n${b.replaceAll(' ', '\t')}\n\n${a.replace('AAA', 'XXX')}\nmalformed line\n` });
    const { lines, messages, revision } = await since(dir, 'HEAD');
    expect(lines).toEqual({ 'go.sum': [1, 4, 5] });
    expect(messages).toEqual(['go.sum: 1 line that stood there at HEAD left out', 'go.sum: 1 line of HEAD is gone']);
    expect(revision).toBe(`HEAD (${git(dir, 'rev-parse', 'HEAD').slice(0, 12)})`);
  });

  test('no go.sum at the revision: every line is new', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0') });
    write(dir, { 'go.sum': `${a}\n${b}\n` });
    const { lines, messages } = await since(dir, 'main');
    expect(lines).toEqual({ 'go.sum': [1, 2] });
    expect(messages).toEqual(['go.sum: did not exist at main: every line is new']);
  });

  test('requirements and replacements of go.mod', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0', 'example.com/b v1.0.0'), 'go.sum': `${a}\n` });
    write(dir, {
      'go.mod': `${goMod('example.com/a v1.0.0', 'example.com/b v1.1.0')}\nreplace example.com/a => example.com/fork v1.0.1\n\nreplace example.com/x => ./x\n`,
    });
    const { modules, findings } = await since(dir, 'HEAD');
    expect([...modules]).toEqual(['example.com/b v1.1.0', 'example.com/fork v1.0.1']);
    expect(findings.filter((f) => f.file === 'go.mod')).toMatchObject([
      { weight: 'note', line: 7, path: 'example.com/b', version: 'v1.1.0' },
      { line: 10, path: 'example.com/fork' },
    ]);
  });

  test('in a folder of the repository, in a worktree, in a workspace', async () => {
    const files = { 'sub/mod/go.mod': goMod('example.com/a v1.0.0'), 'sub/mod/go.sum': `${a}\n`, 'go.sum': `${b}\n` };
    const dir = repository(files);
    write(dir, { 'sub/mod/go.sum': `${a}\n${b}\n`, 'sub/mod/deeper/x': '' });
    expect((await since(join(dir, 'sub/mod'), 'HEAD')).lines).toEqual({ 'go.sum': [2] });
    const { lines } = await since(join(dir, 'sub/mod/deeper'), 'HEAD');
    expect(Object.values(lines)).toEqual([[2]]);

    const worktree = join(tempDir(), 'tree');
    git(dir, 'worktree', 'add', '-q', worktree, '-b', 'other');
    write(worktree, { 'sub/mod/go.sum': `${c}\n${a}\n` });
    expect((await since(join(worktree, 'sub/mod'), 'main')).lines).toEqual({ 'go.sum': [1] });

    write(dir, { 'go.work': 'go 1.21\n\nuse ./sub/mod\n', 'go.work.sum': `${c}\n` });
    expect((await since(dir, 'HEAD')).lines).toEqual({ 'go.work.sum': [1], 'sub/mod/go.sum': [2] });
  });

  test('bytes are read as the repository holds them: no textconv, no filter, no replacement, no hook is run', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0'), 'go.sum': `${a}\n` });
    const marker = join(dir, 'ran');
    const program = `touch ${marker}; cat`;
    for (const key of [
      'filter.f.smudge',
      'filter.f.clean',
      'diff.d.textconv',
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
    ]) {
      git(dir, 'config', key, program);
    }
    write(dir, { '.gitattributes': 'go.sum filter=f diff=d\n', 'go.sum': `${a}\n${b}\n` });
    expect((await since(dir, 'HEAD')).lines).toEqual({ 'go.sum': [2] });
    expect(existsSync(marker)).toBe(false);
  });

  test.each([
    '--output=pwned',
    '--upload-pack=touch pwned',
    '-c core.pager=touch',
    '--git-dir=/tmp',
    '--help',
    '-',
    '--',
    '$(touch pwned)',
    '`touch pwned`',
    'HEAD; touch pwned',
    'HEAD:go.sum',
    'HEAD..HEAD',
    '^HEAD',
    '--all',
    'nosuch',
    '0000000000000000000000000000000000000000',
    ':/',
    '@{-1}',
    'HEAD^{tree}',
  ])('the revision %j is unknown, and starts nothing', async (revision) => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0'), 'go.sum': `${a}\n` });
    const before = readdirSync(dir);
    await expect(since(dir, revision)).rejects.toMatchObject({
      code: 'failed',
      message: `--changed: unknown revision ${JSON.stringify(revision)}`,
    });
    expect(readdirSync(dir)).toEqual(before);
  });

  test.each(['', 'a\0b', 'a\nb', 'x'.repeat(5000)])('%j can name none', async (revision) => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0') });
    await expect(since(dir, revision)).rejects.toMatchObject({ code: 'usage' });
  });

  test('no repository; no git; a shallow clone says what to fetch', async () => {
    const dir = tempDir();
    write(dir, { 'go.mod': goMod('example.com/a v1.0.0') });
    await expect(since(dir, 'HEAD', { GIT_CEILING_DIRECTORIES: dirname(dir) })).rejects.toMatchObject({
      code: 'failed',
      message: '--changed: this is no git repository',
    });
    await expect(since(dir, 'HEAD', { PATH: `:.:${dir}` })).rejects.toMatchObject({
      code: 'failed',
      message: '--changed: git is not on the PATH',
    });

    const origin = repository({ 'go.mod': goMod('example.com/a v1.0.0') });
    git(origin, 'branch', 'release/1');
    commit(origin);
    const clone = join(tempDir(), 'clone');
    git(dir, 'clone', '-q', '--depth=1', `file://${origin}`, clone);
    await expect(since(clone, 'origin/release/1')).rejects.toMatchObject({
      code: 'failed',
      hint: expect.stringContaining('git fetch --depth=1 origin release/1'),
    });
  });

  test('a git in the checkout is not run, nor is GIT_DIR believed', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0'), 'go.sum': `${a}\n` });
    write(dir, { git: '#!/bin/sh\ntouch ran\n' });
    execFileSync('chmod', ['+x', join(dir, 'git')]);
    const more = {
      PATH: `:.:${env.PATH}`,
      GIT_DIR: join(dir, 'missing'),
      GIT_WORK_TREE: '/',
      GIT_TRACE: join(dir, 'trace'),
    };
    expect((await since(dir, 'HEAD', more)).lines).toEqual({ 'go.sum': [] });
    expect(readdirSync(dir).filter((n) => n === 'ran' || n === 'trace')).toEqual([]);
  });

  test('a blob that a partial clone does not have is not asked for', async () => {
    const origin = repository({ 'go.mod': goMod('example.com/a v1.0.0'), 'go.sum': `${a}\n` });
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    write(origin, { 'go.sum': `${b}\n` });
    commit(origin);
    const clone = join(tempDir(), 'clone');
    git(origin, 'clone', '-q', '--filter=blob:none', `file://${origin}`, clone);
    await expect(since(clone, 'HEAD~1')).rejects.toMatchObject({ code: 'failed' });
    expect((await since(clone, 'HEAD')).lines).toEqual({ 'go.sum': [] });
  });

  test('a link or a folder of that name is no go.sum', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0'), 'go.sum/x': '' });
    git(dir, 'rm', '-rq', 'go.sum');
    write(dir, { 'go.sum': `${a}\n` });
    await expect(since(dir, 'HEAD')).rejects.toMatchObject({ message: expect.stringContaining('not a regular file') });
  });

  test('an interruption ends it', async () => {
    const dir = repository({ 'go.mod': goMod('example.com/a v1.0.0') });
    const tree = await SourceTree.open({ cwd: dir });
    const checkout = await openCheckout({ cwd: dir, tree, GOWORK: '', GOROOT: '' });
    const signal = AbortSignal.abort();
    await expect(changedLines(checkout, 'HEAD', { env, signal })).rejects.toMatchObject({ code: 'interrupted' });
  });
});
