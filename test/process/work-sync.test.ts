/** `work sync` as a person runs it: each module gets the versions of the workspace, or, when something fails, none does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { fixtureModules, sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const member = (name: string, go: string, requires: string) =>
  `module example.com/${name}\n\ngo ${go}\n\nrequire ${requires}\n`;

/** a requires words v0.3.0 and b v0.4.0; c requires a, from its folder. */
const workspace = (world: RunningWorld, changed: Readonly<Record<string, string>> = {}) =>
  world.mainModule({
    'go.work': 'go 1.20\n\nuse (\n\t./a\n\t./b\n\t./c\n)\n',
    'a/go.mod': member('a', '1.20', 'example.com/words v0.3.0'),
    'a/a.go': 'package a\n\nimport _ "example.com/words"\n',
    'b/go.mod': member('b', '1.22', 'example.com/words v0.4.0'),
    'b/b.go': 'package b\n\nimport _ "example.com/words"\n',
    'c/go.mod': `${member('c', '1.20', 'example.com/a v0.0.0')}\nreplace example.com/a => ../a\n`,
    'c/c.go': 'package c\n\nimport _ "example.com/a"\n',
    ...changed,
  });

/** example.com/library at a version, which requires words. */
const library = (version: string, words: string): MirrorModule => ({
  path: 'example.com/library',
  version,
  files: {
    'go.mod': `module example.com/library\n\ngo 1.20\n\nrequire example.com/words ${words}\n`,
    'l.go': 'package library\n\nimport _ "example.com/words"\n',
  },
});

const by = (TSGOGET_GO_VERSION: string, more: readonly MirrorModule[] = []) =>
  startWorld({ modules: [...fixtureModules(), ...more], env: { TSGOGET_GO_VERSION } });

const read = (dir: string) => (name: string) => readFileSync(join(dir, name), 'utf8');

describe('work sync', () => {
  test("by Go 1.26: the workspace's versions, sums and go line; a module that another replaces counts as it will be", async () => {
    await using world = await by('1.26.8');
    const dir = workspace(world);
    const { code, stdout } = await world.run(['work', 'sync'], { cwd: dir });
    expect([code, stdout]).toEqual([0, '']);
    const text = read(dir);
    expect(text('a/go.mod')).toBe(member('a', '1.20', 'example.com/words v0.4.0'));
    expect(text('b/go.mod')).toBe(member('b', '1.22', 'example.com/words v0.4.0'));
    expect(text('c/go.mod')).toBe(
      `${member('c', '1.20', 'example.com/a v0.0.0')}\nrequire example.com/words v0.4.0 // indirect\n\nreplace example.com/a => ../a\n`,
    );
    const words = world.modules.find((m) => m.path === 'example.com/words' && m.version === 'v0.4.0')!;
    const { zip, mod } = sumsOf(words);
    const sums = `example.com/words v0.4.0 ${zip}\nexample.com/words v0.4.0/go.mod ${mod}\n`;
    expect([text('a/go.sum'), text('c/go.sum')]).toEqual([sums, sums]);
    expect(text('go.work')).toBe('go 1.22\n\nuse (\n\t./a\n\t./b\n\t./c\n)\n');
  });

  test.each([
    ['1.26.8', false],
    ['1.27.4', true],
  ])('by %s, a module that another replaces counts as it was: %s', async (release, isOld) => {
    await using world = await by(release);
    // not pruned, so that the sums tell which version it requires
    const dir = workspace(world, { 'a/go.mod': member('a', '1.16', 'example.com/words v0.3.0') });
    expect((await world.run(['work', 'sync'], { cwd: dir })).code).toBe(0);
    const text = read(dir);
    expect(text('a/go.mod')).toBe(member('a', '1.16', 'example.com/words v0.4.0'));
    expect(text('c/go.mod')).toContain('require example.com/words v0.4.0 // indirect');
    expect(text('c/go.sum').includes('example.com/words v0.3.0/go.mod ')).toBe(isOld);
    expect(text('go.work')).toMatch(/^go 1\.22\n/);
  });

  /** b requires what go.work alone provides. */
  const alone = member('b', '1.22', 'example.com/of-go-work v1.0.0');
  const withAlone = {
    'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./b\n)\n\nreplace example.com/of-go-work => ./local\n',
    'local/go.mod': 'module example.com/of-go-work\n\ngo 1.20\n\nrequire example.com/words v0.4.0\n',
    'local/l.go': 'package local\n',
    'b/go.mod': alone,
    'b/b.go': 'package b\n\nimport _ "example.com/of-go-work"\n',
  };

  test('a module that cannot be resolved on its own ends it since Go 1.27, and no file has changed', async () => {
    await using world = await by('1.27.4');
    const dir = workspace(world, withAlone);
    const text = read(dir);
    const names = ['go.work', 'a/go.mod', 'b/go.mod'];
    const before = names.map(text);
    const { code, stderr } = await world.run(['work', 'sync'], { cwd: dir });
    expect([code, stderr]).toEqual([1, expect.stringContaining('example.com/of-go-work@v1.0.0: ')]);
    expect(names.map(text)).toEqual(before);
  });

  test.each([
    ['1.26.8', 'v0.3.0'],
    ['1.27.4', 'v0.4.0'],
  ])('by %s, a module that alone has a replacement leads the others to words %s', async (release, version) => {
    await using world = await by(release, [library('v1.0.0', 'v0.3.0'), library('v1.1.0', 'v0.4.0')]);
    const requires = 'require (\n\texample.com/library v1.1.0\n\texample.com/words v0.3.0\n)\n';
    const replace = '\nreplace example.com/library v1.1.0 => example.com/library v1.0.0\n';
    const goMod = (name: string) => `module example.com/${name}\n\ngo 1.22\n\n${requires}`;
    const source = (name: string) =>
      `package ${name}\n\nimport (\n\t_ "example.com/library"\n\t_ "example.com/words"\n)\n`;
    const dir = world.mainModule({
      'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./b\n)\n',
      'a/go.mod': goMod('a') + replace,
      'a/a.go': source('a'),
      'b/go.mod': goMod('b'),
      'b/b.go': source('b'),
    });
    expect((await world.run(['work', 'sync'], { cwd: dir })).code).toBe(0);
    const text = read(dir);
    expect(text('a/go.mod')).toBe(goMod('a') + replace);
    expect(text('b/go.mod')).toBe(goMod('b').replace('v0.3.0', version));
  });

  test('by Go 1.26: a module that cannot be resolved on its own stays as it is', async () => {
    await using world = await by('1.26.8');
    const dir = workspace(world, { ...withAlone, 'go.work': withAlone['go.work'].replace('1.22', '1.20') });
    const { code, stderr } = await world.run(['work', 'sync'], { cwd: dir });
    expect([code, stderr.replaceAll(/^.*: downloading .*\n/gm, '')]).toEqual([0, '']);
    const text = read(dir);
    expect(text('a/go.mod')).toBe(member('a', '1.20', 'example.com/words v0.4.0'));
    expect(text('b/go.mod')).toBe(alone);
    expect(text('go.work')).toMatch(/^go 1\.20\n/);
  });

  test('a sum that does not match ends it, and no file has changed', async () => {
    await using world = await startWorld();
    const { mod } = sumsOf(world.modules[0]!);
    const dir = workspace(world, { 'c/go.sum': `example.com/words v0.4.0/go.mod ${mod}\n` });
    const text = read(dir);
    const names = ['go.work', 'a/go.mod', 'b/go.mod', 'c/go.mod', 'c/go.sum'];
    const before = names.map(text);
    const { code, stderr } = await world.run(['work', 'sync'], { cwd: dir });
    expect(code).toBe(3);
    expect(stderr).toContain('SECURITY ERROR');
    expect(names.map(text)).toEqual(before);
  });
});
