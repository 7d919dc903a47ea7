/** `mod tidy` as a process: what it makes of go.mod and go.sum, what it shows with -diff, and what it leaves alone when it fails. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestRelease } from '../../src/gover/index.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const head = 'module example.com/me\n\ngo 1.21\n';
const source = 'package me\n\nimport _ "example.com/greet"\n';
const tidied = `${head}\nrequire example.com/greet v1.3.0\n\nrequire example.com/words v0.3.1 // indirect\n`;

const filesIn = (folder: string) =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

/** The go.sum of these modules, with zips. */
function goSumOf(world: RunningWorld, names: readonly string[]): string {
  const lines = names.flatMap((name) => {
    const [path, version] = name.split(' ') as [string, string];
    const { zip, mod } = sumsOf(world.modules.find((m) => m.path === path && m.version === version)!);
    return [`${path} ${version} ${zip}\n`, `${path} ${version}/go.mod ${mod}\n`];
  });
  return lines.join('');
}

describe.concurrent('mod tidy', () => {
  test('adds what is imported, takes out what is not, and has nothing to do the second time', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({
      'go.mod': `${head}\nrequire example.com/farewell v1.0.0\n`,
      'me.go': source,
      'go.sum': goSumOf(world, ['example.com/farewell v1.0.0']),
    });
    const { code, stdout, stderr } = await world.run(['mod', 'tidy', '-v'], { cwd: folder });
    expect([code, stdout]).toEqual([0, '']);
    const told = stderr.split('\n').filter((line) => !line.includes('downloading'));
    expect(told).toEqual([
      'tsgoget: finding module for package example.com/greet',
      'tsgoget: found example.com/greet in example.com/greet v1.3.0',
      'unused example.com/farewell',
      '',
    ]);
    const goSum = goSumOf(world, ['example.com/greet v1.3.0', 'example.com/words v0.3.1']);
    expect([...filesIn(folder)].sort()).toEqual([
      ['go.mod', tidied],
      ['go.sum', goSum],
      ['me.go', source],
    ]);
    expect(await world.run(['mod', 'tidy'], { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await world.run(['mod', 'tidy', '-diff'], { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('with -diff shows both files, ends with 1, and writes neither', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({ 'go.mod': head, 'me.go': source });
    const before = filesIn(folder);
    const { code, stdout } = await world.run(['mod', 'tidy', '-diff'], { cwd: folder });
    const lines = goSumOf(world, ['example.com/greet v1.3.0', 'example.com/words v0.3.1']).trimEnd().split('\n');
    expect(stdout).toBe(
      `diff current/go.mod tidy/go.mod
--- current/go.mod
+++ tidy/go.mod
@@ -1,3 +1,7 @@
 module example.com/me
 
 go 1.21
+
+require example.com/greet v1.3.0
+
+require example.com/words v0.3.1 // indirect

diff current/go.sum tidy/go.sum
--- current/go.sum
+++ tidy/go.sum
@@ -0,0 +1,4 @@
${lines.map((line) => `+${line}`).join('\n')}

`,
    );
    expect(code).toBe(1);
    expect(filesIn(folder)).toEqual(before);
  });

  test('that fails says which imports lead there, and writes nothing', async () => {
    await using world = await startWorld();
    const files = {
      'go.mod': `${head}// kept\n`,
      'me.go': 'package me\n\nimport (\n\t_ "example.com/greet"\n\t_ "example.com/nobody/here"\n)\n',
    };
    const folder = world.mainModule(files);
    const before = filesIn(folder);
    const { code, stdout, stderr } = await world.run(['mod', 'tidy'], { cwd: folder, as: 'go' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('go: found example.com/greet in example.com/greet v1.3.0\n');
    expect(stderr).toContain(
      'go: example.com/me imports\n\texample.com/nobody/here: cannot find module providing package example.com/nobody/here: ',
    );
    expect(filesIn(folder)).toEqual(before);
    const forced = await world.run(['mod', 'tidy', '-e'], { cwd: folder, as: 'go' });
    expect(forced.code).toBe(0);
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toContain('require example.com/greet v1.3.0');
  });

  test('whatever go.work says, is about the module it stands in; malformed lines of go.sum go', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({
      'go.mod': head,
      'me.go': source,
      'go.work': 'go 1.21\n\nuse ./none\n',
      'go.sum': 'not three\n',
    });
    expect(await world.run(['mod', 'tidy'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toBe(tidied);
    expect(readFileSync(join(folder, 'go.sum'), 'utf8')).not.toContain('not three');
  });

  test.each([
    ['-go=1.21x', `invalid value "1.21x" for flag -go: expecting a Go version like "${newestRelease}"`],
    ['-compat=1.99', `invalid value "1.99" for flag -compat: maximum supported Go version is ${newestRelease}`],
  ])('refuses %s', async (flag, words) => {
    await using world = await startWorld();
    const folder = world.mainModule({ 'go.mod': head });
    const { code, stderr } = await world.run(['mod', 'tidy', flag], { cwd: folder, as: 'go' });
    expect([code, stderr.split('\n').slice(0, 2)]).toEqual([
      2,
      [words, 'usage: go mod tidy [-e] [-v] [-x] [-diff] [-go=version] [-compat=version]'],
    ]);
  });

  test('has all zips on their way at once that the last tidy took', async () => {
    const modules = Array.from(
      { length: 8 },
      (_, i): MirrorModule => ({
        path: `example.com/chain${i}`,
        version: 'v1.0.0',
        files: {
          'go.mod': `module example.com/chain${i}\n\ngo 1.21\n`,
          // each is seen only when the one before it is here
          'x.go': i === 7 ? 'package x\n' : `package x\n\nimport _ "example.com/chain${i + 1}"\n`,
        },
      }),
    );
    await using world = await startWorld({ modules, delayMs: 300 });
    const names = modules.map((m) => `${m.path} ${m.version}`);
    const requires = names.map((name, i) => `\t${name}${i === 0 ? '' : ' // indirect'}\n`);
    const goMod = `${head}\nrequire (\n${requires.join('')})\n`;
    const folder = world.mainModule({
      'go.mod': goMod,
      'go.sum': goSumOf(world, names),
      'me.go': 'package me\n\nimport _ "example.com/chain0"\n',
    });
    const { code } = await world.run(['mod', 'tidy'], { cwd: folder });
    expect(code).toBe(0);
    // the go.mod files and the zips
    expect(world.mirror.peak).toBeGreaterThanOrEqual(names.length);
    expect(world.mirror.paths().filter((path) => path.endsWith('.zip'))).toHaveLength(names.length);
  });

  test('refuses another zip than go.sum has, with exit code 3, and writes nothing', async () => {
    await using world = await startWorld();
    const wrong = `example.com/words v0.3.1 h1:${'A'.repeat(43)}=\n`;
    const folder = world.mainModule({ 'go.mod': tidied, 'me.go': source, 'go.sum': wrong });
    const before = filesIn(folder);
    const { code, stderr } = await world.run(['mod', 'tidy', '-e'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toContain('verifying example.com/words@v0.3.1: checksum mismatch');
    expect(filesIn(folder)).toEqual(before);
    writeFileSync(join(folder, 'go.sum'), '');
    expect(await world.run(['mod', 'tidy'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test('takes no module with -e whose zip is refuted, though nothing requires it yet', async () => {
    await using world = await startWorld();
    const wrong = `example.com/greet v1.3.0 h1:${'A'.repeat(43)}=\n`;
    const folder = world.mainModule({ 'go.mod': head, 'me.go': source, 'go.sum': wrong });
    const before = filesIn(folder);
    const { code, stderr } = await world.run(['mod', 'tidy', '-e'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toContain('verifying example.com/greet@v1.3.0: checksum mismatch');
    expect(filesIn(folder)).toEqual(before);
  });
});
