/** README, "In CI": its command lines, run by a shell as a runner would, in a checkout that git made. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = /^## In CI\n([\s\S]*?)^## /m.exec(readme)![1]!;
const { version: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const inBlocks = [...section.matchAll(/^\s*(?:- |- run: |entry: )((?:npx --yes --package=\S+ )?tsgoget .*)$/gm)].map(
  (m) => m[1]!,
);
const pullRequest = /`verify (--changed "\$BASE")`/.exec(section)![1]!;
const mergeRequest = /`(--changed "\$CI_[^`]*)`/.exec(section)![1]!;
const commands = [...inBlocks, `${inBlocks[0]} ${pullRequest}`, `${inBlocks[0]} ${mergeRequest}`];

const hasGit = (() => {
  try {
    return execFileSync('git', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

test('the section has the lines that are run here', () => {
  expect(commands).toHaveLength(5);
  for (const found of section.matchAll(/tsgoget-[\w.]+(?=\.tgz)/g)) expect(found[0]).toBe(`tsgoget-${own}`);
});

test('the pattern of the pre-commit hook takes the files that verify reads', () => {
  const pattern = new RegExp(/files: '(.*)'/.exec(section)![1]!);
  for (const name of ['go.mod', 'a/go.sum', 'go.work', 'go.work.sum', 'vendor/modules.txt', 'a/vendor/b/c.go']) {
    expect(name).toMatch(pattern);
  }
  for (const name of ['go.modx', 'cargo.sum', 'vendored/x', 'main.go']) expect(name).not.toMatch(pattern);
});

describe.skipIf(!hasGit || process.platform === 'win32')('a runner', () => {
  let world: RunningWorld;
  let dir: string;
  let env: Record<string, string | undefined>;

  beforeAll(async () => {
    expect(inject('buildFailure')).toBe('');
    world = await startWorld();
    const greet = world.modules.find((m) => m.path === 'example.com/words' && m.version === 'v0.3.0')!;
    const { zip, mod } = sumsOf(greet);
    const name = `${greet.path} ${greet.version}`;
    dir = world.mainModule({
      'go.mod': `module example.com/me\n\ngo 1.21\n\nrequire ${name}\n`,
      'go.sum': `${name} ${zip}\n${name}/go.mod ${mod}\n`,
    });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: dir,
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    const bin = join(world.dir, 'bin');
    mkdirSync(bin);
    const program = `exec '${process.execPath}' '${join(root, 'bin', 'tsgoget.js')}' "$@"\n`;
    writeFileSync(join(bin, 'tsgoget'), `#!/bin/sh\n${program}`);
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift 3\n${program}`);
    for (const file of ['tsgoget', 'npx']) chmodSync(join(bin, file), 0o755);
    env = {
      ...world.env,
      PATH: `${bin}:${process.env.PATH}`,
      HOME: world.dir,
      BASE: git('rev-parse', 'HEAD').toString().trim(),
      CI_MERGE_REQUEST_DIFF_BASE_SHA: git('rev-parse', 'HEAD').toString().trim(),
    };
  });
  afterAll(() => world.close());

  const shell = (line: string) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile('sh', ['-e', '-c', line], { cwd: dir, env: env as NodeJS.ProcessEnv }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  test.each(commands)('%s', async (line) => {
    const clean = await shell(line);
    expect(clean).toMatchObject({ code: 0, stderr: '' });
    expect(clean.stdout).toMatch(/^verified: /m);
    const file = join(dir, 'go.sum');
    const sum = readFileSync(file, 'utf8');
    try {
      writeFileSync(
        file,
        sum.replace(/h1:(.)/, (_, c) => `h1:${c === 'A' ? 'B' : 'A'}`),
      );
      const poisoned = await shell(line);
      expect([poisoned.code, poisoned.stderr]).toEqual([3, '']);
      expect(poisoned.stdout).toMatch(/^refuted: /m);
    } finally {
      writeFileSync(file, sum);
    }
  });
});
