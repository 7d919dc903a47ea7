/** `mod vendor` and `work vendor` as a person runs them: what is made, what is said, and that a failure leaves the old folder. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

/** A go.sum with the true sums of modules, given as path@version. */
function goSumOf(world: RunningWorld, ...names: readonly string[]): string {
  const lines = names.flatMap((name) => {
    const m = world.modules.find((each) => `${each.path}@${each.version}` === name)!;
    const { zip, mod } = sumsOf(m);
    return [`${m.path} ${m.version} ${zip}\n`, `${m.path} ${m.version}/go.mod ${mod}\n`];
  });
  return lines.join('');
}

const files = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => relative(dir, join(e.parentPath, e.name)))
    .sort();

const goMod = `module example.com/me

go 1.21

require example.com/greet v1.1.0

require (
	example.com/Shade/Color v1.0.0 // indirect
	example.com/words v0.3.0 // indirect
)
`;
const names = ['example.com/Shade/Color@v1.0.0', 'example.com/greet@v1.1.0', 'example.com/words@v0.3.0'];
const source = 'package main\n\nimport _ "example.com/greet"\n\nfunc main() {}\n';
const modulesTxt = `# example.com/Shade/Color v1.0.0
## explicit; go 1.17
# example.com/greet v1.1.0
## explicit; go 1.18
example.com/greet
# example.com/words v0.3.0
## explicit; go 1.18
example.com/words
`;
const vendored = [
  'example.com/greet/LICENSE',
  'example.com/greet/greet.go',
  'example.com/words/words.go',
  'modules.txt',
];

const mainModule = (world: RunningWorld, changed: Readonly<Record<string, string>> = {}) =>
  world.mainModule({
    'go.mod': goMod,
    'go.sum': goSumOf(world, ...names),
    'main.go': source,
    'vendor/old/old.go': 'package old\n',
    ...changed,
  });

describe('mod vendor', () => {
  test('makes the folder new; other commands then use it, as long as it agrees with go.mod', async () => {
    await using world = await startWorld();
    const dir = mainModule(world);
    const run = (...args: string[]) => world.run(args, { cwd: dir, as: 'go' });
    const made = await run('mod', 'vendor', '-v');
    expect([made.code, made.stdout]).toEqual([0, '']);
    expect(made.stderr.replaceAll(/^go: downloading .*\n/gm, '')).toBe(modulesTxt);
    expect(files(join(dir, 'vendor'))).toEqual(vendored);
    expect(readFileSync(join(dir, 'vendor/modules.txt'), 'utf8')).toBe(modulesTxt);
    expect(readFileSync(join(dir, 'go.mod'), 'utf8')).toBe(goMod);
    expect(await run('list', '-m', 'example.com/words')).toMatchObject({ stdout: 'example.com/words v0.3.0\n' });

    writeFileSync(join(dir, 'go.mod'), goMod.replace('greet v1.1.0', 'greet v1.2.0'));
    const inconsistent = await run('list', '-m', 'example.com/words');
    expect(inconsistent.code).toBe(1);
    expect(inconsistent.stderr).toMatch(
      /^go: inconsistent vendoring in .*:\n\texample\.com\/greet@v1\.2\.0: is explicitly required in go\.mod, but not marked as explicit in vendor\/modules\.txt\n/,
    );
  });

  test('-o names another folder, and leaves vendor alone', async () => {
    await using world = await startWorld();
    const dir = mainModule(world);
    expect(await world.run(['mod', 'vendor', '-o', '../deps'], { cwd: dir })).toMatchObject({ code: 0 });
    expect(files(join(dir, '../deps'))).toEqual(vendored);
    expect(files(join(dir, 'vendor'))).toEqual(['old/old.go']);
  });

  test('nothing to vendor', async () => {
    await using world = await startWorld();
    const dir = world.mainModule({
      'go.mod': 'module example.com/me\n\ngo 1.21\n',
      'a.go': 'package a\n',
      'vendor/x': '',
    });
    expect(await world.run(['mod', 'vendor'], { cwd: dir, as: 'go' })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'go: no dependencies to vendor\n',
    });
    expect(existsSync(join(dir, 'vendor'))).toBe(false);
  });

  test.each<[string, Readonly<Record<string, string>>, number, RegExp]>([
    [
      'go.sum lacks a sum',
      { 'go.sum': '' },
      1,
      /missing go\.sum entry for module providing package example\.com\/greet /,
    ],
    [
      'go.mod would change',
      { 'go.mod': goMod.replace(/require \([^)]*\)\n/, '') },
      1,
      /^go: updates to go\.mod needed/m,
    ],
    [
      'a package is not there',
      { 'main.go': 'package main\n\nimport _ "example.com/greet/nowhere"\n' },
      1,
      /no required module provides package example\.com\/greet\/nowhere;/,
    ],
  ])('%s: the vendor folder and go.mod stay', async (_, changed, code, words) => {
    await using world = await startWorld();
    const dir = mainModule(world, changed);
    const before = readFileSync(join(dir, 'go.mod'), 'utf8');
    const failed = await world.run(['mod', 'vendor'], { cwd: dir, as: 'go' });
    expect(failed.code).toBe(code);
    expect(failed.stderr).toMatch(words);
    expect(files(join(dir, 'vendor'))).toEqual(['old/old.go']);
    expect(readFileSync(join(dir, 'go.mod'), 'utf8')).toBe(before);
  });

  test('a module that is not what go.sum says is not vendored', async () => {
    await using world = await startWorld();
    const sums = goSumOf(world, ...names);
    const [, other] = /^example\.com\/words v0\.3\.0 (h1:.*)$/m.exec(sums)!;
    const dir = mainModule(world, { 'go.sum': sums.replace(/^(example\.com\/greet v1\.1\.0) h1:.*$/m, `$1 ${other}`) });
    const failed = await world.run(['mod', 'vendor', '-e'], { cwd: dir });
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain('SECURITY ERROR');
    expect(files(join(dir, 'vendor'))).not.toContain('example.com/greet/greet.go');
  });

  test('a signal in the middle of a download leaves the vendor folder, and nothing beside it', async () => {
    await using world = await startWorld({ faults: [{ path: 'words/@v/v0.3.0.zip', dribbleMs: 50 }] });
    const dir = mainModule(world);
    const child = world.start(['mod', 'vendor'], { cwd: dir });
    while (!world.mirror.paths().some((p) => p.endsWith('v0.3.0.zip'))) await new Promise((r) => setTimeout(r, 5));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
    expect(files(join(dir, 'vendor'))).toEqual(['old/old.go']);
    expect(readdirSync(dir).sort()).toEqual(['go.mod', 'go.sum', 'main.go', 'vendor']);
  });

  test('takes no arguments, and no workspace', async () => {
    await using world = await startWorld();
    const dir = mainModule(world, { 'go.work': 'go 1.21\n\nuse .\n' });
    const env = { GOWORK: 'off' };
    expect(await world.run(['mod', 'vendor', 'x'], { cwd: dir, as: 'go', env })).toMatchObject({
      code: 1,
      stderr: "go: 'go mod vendor' accepts no arguments\n",
    });
    expect(await world.run(['mod', 'vendor', 'x'], { cwd: dir, as: 'go' })).toMatchObject({
      code: 1,
      stderr:
        "go: 'go mod vendor' cannot be run in workspace mode. Run 'go work vendor' to vendor the workspace or set 'GOWORK=off' to exit workspace mode.\n",
    });
  });
});

describe('by go 1.21', () => {
  const env = { TSGOGET_GO_VERSION: '1.21.13' };

  test('mod vendor knows no workspace, and there is no work vendor', async () => {
    await using world = await startWorld();
    const dir = mainModule(world, { 'go.work': 'go 1.21\n\nuse .\n' });
    expect(await world.run(['mod', 'vendor'], { cwd: dir, env })).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, 'vendor/modules.txt'), 'utf8')).toBe(modulesTxt);
    expect(await world.run(['work', 'vendor'], { cwd: dir, as: 'go', env })).toMatchObject({
      code: 2,
      stderr: "go work: unknown command\nRun 'go help work' for usage.\n",
    });
    expect(await world.run(['list', '-m', '-mod=vendor'], { cwd: dir, as: 'go', env })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^go: -mod may only be set to readonly when in workspace mode, but .* "vendor"\n/),
    });
  });
});

describe('work vendor', () => {
  test('makes the folder beside go.work, for the workspace', async () => {
    await using world = await startWorld();
    const goSum = goSumOf(world, ...names, 'example.com/words@v0.3.1');
    const dir = world.mainModule({
      'go.work': 'go 1.21\n\nuse (\n\t./a\n\t./b\n)\n',
      'a/go.mod': goMod.replace('/me', '/a'),
      'a/go.sum': goSum,
      'a/main.go': source,
      'b/go.mod': 'module example.com/b\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n',
      'b/go.sum': goSum,
      'b/b.go': 'package b\n\nimport _ "example.com/words"\n',
    });
    expect(await world.run(['work', 'vendor'], { cwd: dir })).toMatchObject({ code: 0, stdout: '' });
    expect(files(join(dir, 'vendor'))).toEqual(vendored);
    expect(readFileSync(join(dir, 'vendor/modules.txt'), 'utf8')).toBe(`## workspace
# example.com/Shade/Color v1.0.0
## explicit; go 1.17
# example.com/greet v1.1.0
## explicit; go 1.18
example.com/greet
# example.com/words v0.3.0
## explicit; go 1.18
# example.com/words v0.3.1
## explicit; go 1.18
example.com/words
`);
    expect(readFileSync(join(dir, 'vendor/example.com/words/words.go'), 'utf8')).toContain('"Hello"');
    expect(await world.run(['list', '-m', 'example.com/words'], { cwd: dir })).toMatchObject({
      stdout: 'example.com/words v0.3.1\n',
    });
  });

  test('needs a go.work', async () => {
    await using world = await startWorld();
    expect(await world.run(['work', 'vendor'], { cwd: mainModule(world), as: 'go' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^go: no go\.work file found\n/),
    });
  });
});
