/**
 * `get` as a process: what it writes and what it leaves alone. A command that fails or is ended leaves go.mod and go.sum as
 * they were; of two at once neither edit is lost.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const goMod = 'module example.com/me\n\ngo 1.21\n';
const source = 'package me\n\nimport _ "example.com/greet"\n';

const filesIn = (folder: string) =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

/** The go.sum lines of module versions; 'path version' both lines, 'path version/go.mod' one. */
function sumLines(world: RunningWorld, names: readonly string[]): string {
  const lines = names.flatMap((name) => {
    const [path, version] = name.replace('/go.mod', '').split(' ') as [string, string];
    const sums = sumsOf(world.modules.find((m) => m.path === path && m.version === version)!);
    const mod = `${path} ${version}/go.mod ${sums.mod}`;
    return name.endsWith('/go.mod') ? [mod] : [`${path} ${version} ${sums.zip}`, mod];
  });
  return `${lines.join('\n')}\n`;
}

describe.concurrent('get', () => {
  test('adds a module with what it needs, tells so, and writes both files', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({ 'go.mod': goMod, 'me.go': source });
    const { code, stdout, stderr } = await world.run(['get', 'example.com/greet@v1.0.0'], { cwd: folder });
    expect([code, stdout]).toEqual([0, '']);
    const told = stderr.split('\n').filter((line) => !line.includes('downloading'));
    expect(told).toEqual(['tsgoget: added example.com/greet v1.0.0', 'tsgoget: added example.com/words v0.3.0', '']);
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toBe(
      `${goMod}\nrequire (\n\texample.com/greet v1.0.0 // indirect\n\texample.com/words v0.3.0 // indirect\n)\n`,
    );
    expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toBe(
      sumLines(world, ['example.com/greet v1.0.0', 'example.com/words v0.3.0']),
    );
  });

  test('removes with @none, and a second time does nothing', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({
      'go.mod': `${goMod}\nrequire example.com/words v0.3.0 // indirect\n`,
      'me.go': 'package me\n',
    });
    const first = await world.run(['get', 'example.com/words@none'], { cwd: folder });
    expect(first).toEqual({ code: 0, stdout: '', stderr: 'tsgoget: removed example.com/words v0.3.0\n' });
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toBe(goMod);
    expect(await world.run(['get', 'example.com/words@none'], { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['a version that is not there', ['get', 'example.com/greet@v9.9.9']],
    ['versions that exclude each other', ['get', 'example.com/greet@v1.0.0', 'example.com/words@v0.1.0']],
    ['one of two that fails', ['get', 'example.com/words@v0.3.0', 'example.com/nobody@v1.0.0']],
    ['a package that is not there', ['get', 'example.com/greet/nothing@v1.0.0']],
    ['a flag that is gone', ['get', '-insecure', 'example.com/words']],
  ])('fails for %s, and no file changes', async (_, args) => {
    await using world = await startWorld();
    const folder = world.mainModule({ 'go.mod': `${goMod}\n// kept\n`, 'me.go': source });
    const before = filesIn(folder);
    const { code, stdout, stderr } = await world.run(args, { cwd: folder });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^tsgoget: /m);
    expect(filesIn(folder)).toEqual(before);
  });

  test('a hash that contradicts the checksum database: exit 3, and no file changes', async () => {
    await using world = await startWorld();
    const folder = world.mainModule({ 'go.mod': goMod, 'me.go': source });
    const lie = 'h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
    writeFileSync(join(folder, 'go.sum'), `example.com/words v0.3.0 ${lie}\nexample.com/words v0.3.0/go.mod ${lie}\n`);
    const before = filesIn(folder);
    const { code, stderr } = await world.run(['get', 'example.com/greet@v1.0.0'], { cwd: folder });
    expect([code, stderr]).toEqual([3, expect.stringContaining('SECURITY ERROR')]);
    expect(filesIn(folder)).toEqual(before);
  });

  test('ended in the middle of a zip: no file changes, and the next run succeeds', async () => {
    await using world = await startWorld({ faults: [{ path: 'words/@v/v0.3.0.zip', dribbleMs: 50 }] });
    const folder = world.mainModule({ 'go.mod': goMod, 'me.go': source });
    const before = filesIn(folder);
    const child = world.start(['get', 'example.com/greet@v1.0.0'], { cwd: folder });
    while (!world.mirror.paths().some((p) => p.endsWith('v0.3.0.zip'))) await new Promise((r) => setTimeout(r, 5));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
    expect(filesIn(folder)).toEqual(before);
    world.mirror.faults.length = 0;
    expect(await world.run(['get', 'example.com/greet@v1.0.0'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test('two at once: one that comes too late says so, and no edit is lost', async () => {
    await using world = await startWorld({ delayMs: 5 });
    const folder = world.mainModule({ 'go.mod': goMod, 'me.go': 'package me\n' });
    const names = ['example.com/words v0.3.0', 'example.com/Shade/Color v1.0.0'];
    const results = await Promise.all(names.map((n) => world.run(['get', n.replace(' ', '@')], { cwd: folder })));
    const goModNow = readFileSync(join(folder, 'go.mod'), 'utf8');
    for (const [i, { code, stderr }] of results.entries()) {
      if (code === 0) expect(goModNow).toContain(names[i]!);
      else expect(stderr).toContain('updating go.mod: existing contents have changed since last read');
    }
    expect(results.some(({ code }) => code === 0)).toBe(true);
    // the one that lost had changed nothing, and repeated it finds the other's edit in place
    for (const n of names) await world.run(['get', n.replace(' ', '@')], { cwd: folder });
    const after = readFileSync(join(folder, 'go.mod'), 'utf8');
    for (const n of names) expect(after).toContain(n);
  });
});
