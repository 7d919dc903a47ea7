/** `mod why`: the chains that it prints, and that it writes nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { type RunningWorld, startWorld } from './world.js';

/** A library whose test uses a checker. */
const modules: readonly MirrorModule[] = [
  {
    path: 'example.com/library',
    version: 'v1.0.0',
    files: {
      'go.mod': 'module example.com/library\n\ngo 1.21\n\nrequire example.com/checker v1.0.0\n',
      'l.go': 'package l\n\nimport _ "example.com/library/internal/part"\n',
      'l_test.go': 'package l\n\nimport _ "example.com/checker/check"\n',
      'internal/part/p.go': 'package part\n',
    },
  },
  {
    path: 'example.com/checker',
    version: 'v1.0.0',
    files: { 'go.mod': 'module example.com/checker\n\ngo 1.21\n', 'check/c.go': 'package check\n' },
  },
];

describe('mod why', () => {
  let world: RunningWorld;
  let folder: string;
  const why = (...args: string[]) => world.run(['mod', 'why', ...args], { cwd: folder });

  beforeAll(async () => {
    world = await startWorld({ modules });
    folder = world.mainModule({
      'go.mod': 'module example.com/me\n\ngo 1.21\n\nrequire example.com/library v1.0.0\n',
      'me.go': 'package me\n',
      'cmd/main.go': 'package main\n\nimport _ "example.com/library"\n',
    });
  });
  afterAll(() => world.close());

  test('the tests of standard packages count, but not for vendoring', async () => {
    const cwd = world.mainModule({
      'go.mod': 'module example.com/std\n\ngo 1.21\n',
      's.go': 'package s\n\nimport _ "errors"\n',
    });
    expect(await world.run(['mod', 'why', 'testing'], { cwd })).toMatchObject({
      code: 0,
      stdout: '# testing\nexample.com/std\nerrors\nerrors.test\ntesting\n',
    });
    expect((await world.run(['mod', 'why', '-vendor', 'testing'], { cwd })).stdout).toBe(
      '# testing\n(main module does not need to vendor package testing)\n',
    );
  });

  test('prints the shortest chain of imports to each package', async () => {
    const { code, stdout } = await why('example.com/library/internal/part', 'example.com/checker/check');
    expect([code, stdout]).toEqual([
      0,
      `# example.com/library/internal/part
example.com/me/cmd
example.com/library
example.com/library/internal/part

# example.com/checker/check
example.com/me/cmd
example.com/library
example.com/library.test
example.com/checker/check
`,
    ]);
  });

  test('with -vendor leaves the tests of dependencies out', async () => {
    expect((await why('-vendor', 'example.com/checker/check')).stdout).toBe(
      '# example.com/checker/check\n(main module does not need to vendor package example.com/checker/check)\n',
    );
  });

  test('with -m goes to the nearest package of each module', async () => {
    expect((await why('-m', 'example.com/checker', 'example.com/other')).stdout).toBe(
      `# example.com/checker
example.com/me/cmd
example.com/library
example.com/library.test
example.com/checker/check

# example.com/other
(main module does not need module example.com/other)
`,
    );
    expect(await why('-m', 'example.com/checker@v1.0.0')).toMatchObject({
      code: 1,
      stderr: "tsgoget: example.com/checker@v1.0.0: 'tsgoget mod why' requires a module path, not a version query\n",
    });
  });

  test('writes nothing', () => {
    expect(readdirSync(folder).sort()).toEqual(['cmd', 'go.mod', 'me.go']);
    expect(readFileSync(join(folder, 'go.mod'), 'utf8')).not.toContain('checker');
  });
});
