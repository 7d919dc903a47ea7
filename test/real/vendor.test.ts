/**
 * What `go mod vendor` and `go work vendor` make is what `verify` takes for right: no finding, not even a note, over one odd
 * module and several go lines; and one byte more is refuted. Property: whatever files a module has.
 */
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyDocument } from '../../src/checks/index.js';
import { removeTree } from '../../src/files/folder.js';
import { type RunningWorld, startWorld } from '../process/world.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { sumsOf } from '../support/fixture-world.js';
import { hasGo, runGo } from './go-command.js';

const embed = (...patterns: string[]) =>
  `package odd\n\nimport "embed"\n\n//go:embed ${patterns.join(' ')}\nvar files embed.FS\n`;

const odd: MirrorModule = {
  path: 'example.com/odd',
  version: 'v1.0.0',
  files: {
    'go.mod': 'module example.com/odd\n\ngo 1.16\n',
    'go.sum': '',
    LICENSE: 'x',
    'LICENSE.deep/x': 'x',
    'NOTICE.txt': 'x',
    'copying.txt': 'x',
    'odd.go': embed('data', 'glob/*.txt', 'all:every', '"with space.txt"', '`quoted.txt`'),
    'odd_test.go': embed('tested'),
    'odd_windows.go': 'package odd\n',
    'never.go': '//go:build ignore\n\npackage main\n',
    'never2.go': '// +build ignore\n\npackage main\n',
    'never3.go': '// Text.\n\n//go:build ignore && linux\n\npackage main\n',
    'ever.go': '//go:build !ignore\n\npackage odd\n',
    'ever2.go': '// +build ignore linux\n\npackage odd\n',
    'ever3.go': '// +build ignore\npackage odd\n',
    '.hidden': 'x',
    '_under.go': 'package x\n',
    'asm.s': '',
    'dos.txt': 'a\r\nb\r\n',
    'data/a': 'x',
    'data/.hidden': 'x',
    'data/_under': 'x',
    'data/deep/b': 'x',
    'glob/a.txt': 'x',
    'glob/a.md': 'x',
    'every/.hidden': 'x',
    'with space.txt': 'x',
    'quoted.txt': 'x',
    'tested/t': 'x',
    'unasked/u': 'x',
    'testdata/x': 'x',
    'used/deeper/d.go': 'package deeper\n',
    'used/PATENTS': 'x',
    'used/README': 'x',
    'unused/u.go': 'package unused\n',
    'unused/LICENSE': 'x',
  },
};
const noMod: MirrorModule = {
  path: 'example.com/nomod',
  version: 'v1.0.0',
  mod: 'module example.com/nomod\n',
  files: { 'a.go': 'package nomod\n' },
};
const main = `package main

import (
	_ "example.com/nomod"
	_ "example.com/odd"
	_ "example.com/odd/used/deeper"
)

func main() {}
`;
const requires = `require (\n\t${odd.path} v1.0.0\n\t${noMod.path} v1.0.0\n)\n`;

const sumLines = (m: MirrorModule) => {
  const { zip, mod } = sumsOf(m);
  return `${m.path} ${m.version} ${zip}\n${m.path} ${m.version}/go.mod ${mod}\n`;
};
const goSum = sumLines(noMod) + sumLines(odd);

const claimsOf = (stdout: string) =>
  (JSON.parse(stdout) as VerifyDocument).Claims.filter((c) => /vendor|modules-txt/.test(c.Claim)).map((c) => [
    c.Claim,
    c.Findings,
  ]);
const good = [
  ['modules-txt-agrees-with-go-mod', []],
  ['vendor-matches-zips', []],
];

async function go(world: RunningWorld, cwd: string, ...args: string[]) {
  const result = await runGo(args, { cwd, env: { ...world.env, GOFLAGS: '-mod=mod' } });
  expect([args, result.code, result.stderr.replace(/^go: downloading.*\n/gm, '')]).toEqual([args, 0, '']);
}

describe.skipIf(!hasGo)('what go vendors', () => {
  test.each(['1.13', '1.14', '1.16', '1.17', '1.21', '1.22', '1.24'])('go %s', async (line) => {
    await using world = await startWorld({ modules: [odd, noMod] });
    const cwd = world.mainModule({
      'go.mod': `module example.com/me\n\ngo ${line}\n\n${requires}`,
      'go.sum': goSum,
      'main.go': main,
    });
    await go(world, cwd, 'mod', 'vendor');
    const { code, stdout } = await world.run(['verify', '--json'], { cwd });
    expect(claimsOf(stdout)).toEqual(good);
    expect(code).toBe(0);
    const vendor = join(cwd, 'vendor');
    for (const name of readdirSync(vendor, { recursive: true, encoding: 'utf8' }).filter((n) =>
      /\.(?:go|txt|s)$/.test(n),
    )) {
      if (name === 'modules.txt') continue;
      appendFileSync(join(vendor, name), '\n');
      break;
    }
    expect((await world.run(['verify', '--json'], { cwd })).code).toBe(3);
  });

  test('a workspace', async () => {
    await using world = await startWorld({ modules: [odd, noMod] });
    const cwd = world.mainModule({
      'go.work': 'go 1.22\n\nuse ./a\n\nuse ./b\n',
      'a/go.mod': `module example.com/a\n\ngo 1.22\n\nrequire ${odd.path} v1.0.0\n`,
      'a/go.sum': sumLines(odd),
      'b/go.sum': sumLines(noMod),
      'a/a.go': `package a\n\nimport _ "example.com/odd"\n`,
      'b/go.mod': `module example.com/b\n\ngo 1.22\n\nrequire ${noMod.path} v1.0.0\n`,
      'b/b.go': `package b\n\nimport _ "example.com/nomod"\n`,
    });
    const result = await runGo(['work', 'vendor'], { cwd, env: world.env });
    expect(result.code).toBe(0);
    const { code, stdout } = await world.run(['verify', '--json'], { cwd });
    expect(claimsOf(stdout)).toEqual(good);
    expect(code).toBe(0);
    writeFileSync(join(cwd, 'vendor/example.com/odd/added.go'), 'package odd\n');
    expect((await world.run(['verify', '--json'], { cwd })).code).toBe(3);
  });

  test('a module that a folder replaces', async () => {
    await using world = await startWorld({ modules: [odd, noMod] });
    const cwd = world.mainModule({
      'go.mod': `module example.com/me\n\ngo 1.22\n\n${requires}\nreplace ${odd.path} => ./odd\n`,
      'go.sum': goSum,
      'main.go': main,
    });
    for (const [name, text] of Object.entries(odd.files!)) {
      mkdirSync(dirname(join(cwd, 'odd', name)), { recursive: true });
      writeFileSync(join(cwd, 'odd', name), text);
    }
    await go(world, cwd, 'mod', 'vendor');
    const { code, stdout } = await world.run(['verify', '--json'], { cwd });
    expect(claimsOf(stdout)).toEqual([good[0], ['vendor-matches-zips', [expect.objectContaining({ Weight: 'note' })]]]);
    expect(code).toBe(0);
    rmSync(join(cwd, 'vendor/example.com/odd/data/a'));
    expect((await world.run(['verify', '--json'], { cwd })).code).toBe(3);
  });

  test('any files', async () => {
    const name = fc.constantFrom('a.go', 'b_test.go', 'c.txt', 'LICENSE', '.x', '_y.go', 'go.mod.txt', 'gen.go');
    const folder = fc.constantFrom('', 'p/', 'p/q/', 'p/testdata/', 'data/', 'data/.git2/', 'data/_z/', '.d/');
    const text = fc.constantFrom(
      'package a\n',
      '//go:build ignore\n\npackage a\n',
      '//go:build !(linux || ignore)\n\npackage a\n',
      '// +build !ignore,linux\n\npackage a\n',
      '/* x */ package a\n\n//go:build ignore\n',
      'package a\nimport _ "embed"\n//go:embed x?.txt\nvar s string\n',
    );
    const files = fc.dictionary(
      fc.tuple(folder, name).map((t) => t.join('')),
      text,
      { maxKeys: 14 },
    );
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom('1.16', '1.21', '1.24'), async (some, line) => {
        const module: MirrorModule = {
          path: 'example.com/any',
          version: 'v1.0.0',
          files: {
            ...some,
            'go.mod': 'module example.com/any\n\ngo 1.17\n',
            'root.go': embed('d*', 'x1.txt').replace('package odd', 'package a'),
            'x1.txt': 'x',
            'data/always': 'x',
            'p/q/r.go': 'package a\n',
            'p/x1.txt': 'x',
            'p/q/x1.txt': 'x',
          },
        };
        await using world = await startWorld({ modules: [module] });
        const cwd = world.mainModule({
          'go.mod': `module example.com/me\n\ngo ${line}\n\nrequire ${module.path} v1.0.0\n`,
          'go.sum': sumLines(module),
          'main.go': `package main\n\nimport _ "example.com/any"\nimport _ "example.com/any/p/q"\n\nfunc main() {}\n`,
        });
        const vendored = await runGo(['mod', 'vendor'], { cwd, env: { ...world.env, GOFLAGS: '-mod=mod' } });
        if (vendored.code !== 0) return; // what it cannot vendor nobody has
        const { stdout } = await world.run(['verify', '--json'], { cwd });
        expect(claimsOf(stdout)).toEqual(good);
        compared++;
        await removeTree(cwd);
      }),
      { numRuns: 15 },
    );
    expect(compared).toBeGreaterThan(5);
  });
});
