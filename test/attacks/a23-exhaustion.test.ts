/**
 * A23: inputs that are small and cost much: requirements by the hundred thousand, cycles, fan-out, retractions, comments.
 *
 * Elsewhere: each construct of a go.mod by the hundred thousand (test/modfile/hostile.test.ts), go.sum (test/gosum,
 * a17-poisoned-go-sum.test.ts), deep and wide graphs (test/resolve/graph.test.ts, test/mvs), zips (a10-hostile-zip.test.ts),
 * patterns with many stars (test/module/path-pattern.test.ts).
 * Here: whole runs, with the work counted: requests and go.mod files; parsers on inputs that take minutes if they are quadratic.
 */
import { describe, expect, test } from 'vitest';
import { compareBytes } from '../../src/encoding/compare-bytes.js';
import { scanGoFiles } from '../../src/imports/index.js';
import { parseGoMod, parseGoWork } from '../../src/modfile/index.js';
import { Collisions } from '../../src/modzip/collisions.js';
import { maxNoteBytes, openNote, parseVerifierKey } from '../../src/note/index.js';
import { parseRecord } from '../../src/tlog/index.js';
import { useSessions } from '../resolve/world.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { openWorld } from '../support/fixture-world.js';
import { moduleOf } from '../support/memory-mirror.js';
import { runMain } from '../support/run-main.js';
import { generateKey } from '../support/signed-notes.js';

const many = 30_000;

describe('graphs', () => {
  const open = useSessions();

  test('a cycle of modules, each at rising versions, ends, and asks for each go.mod once', async () => {
    const count = 60;
    const names = Array.from({ length: count }, (_, i) => `example.com/c${i}`);
    const modules = names.flatMap((name, i) =>
      [1, 2].map((v) =>
        moduleOf(`${name}@v1.${v}.0`, '1.16', [`${names[(i + 1) % count]}@v1.2.0`, `${name}@v1.${v}.0`]),
      ),
    );
    const { requirements, asked } = await open({
      files: `module example.com/me\n\ngo 1.16\n\nrequire ${names[0]} v1.1.0\n`,
      modules,
      mod: 'mod',
    });
    const graph = await requirements.graph();
    expect(graph.buildList).toHaveLength(count + 2); // with the main module and go itself
    const mods = asked.filter((what) => what.endsWith('.mod'));
    expect(mods.length).toBe(new Set(mods).size);
    expect(mods.length).toBeLessThanOrEqual(2 * count);
  });

  test('fan-out: everyone requires everyone at another version; requests follow the versions, not the edges', async () => {
    const count = 24;
    const all = Array.from({ length: count }, (_, i) => i);
    const modules = all.flatMap((i) =>
      all.slice(0, 4).map((v) =>
        moduleOf(
          `example.com/f${i}@v1.${v}.0`,
          '1.16',
          all.filter((j) => j !== i).map((j) => `example.com/f${j}@v1.${(v + j) % 4}.0`),
        ),
      ),
    );
    const { requirements, asked } = await open({
      files: 'module example.com/me\n\ngo 1.16\n\nrequire example.com/f0 v1.0.0\n',
      modules,
      mod: 'mod',
    });
    const graph = await requirements.graph();
    expect(graph.buildList).toHaveLength(count + 2); // with the main module and go itself
    expect(asked.length).toBeLessThanOrEqual(4 * count);
  });

  test('a dependency of thousands of requirements, pruned away: one go.mod is read', async () => {
    const wide = moduleOf(
      'example.com/wide@v1.0.0',
      '1.21',
      Array.from({ length: many }, (_, i) => `example.com/w${i}@v1.0.0`),
    );
    const { requirements, asked } = await open({
      files: 'module example.com/me\n\ngo 1.21\n\nrequire example.com/wide v1.0.0\n',
      modules: [wide],
      mod: 'mod',
    });
    const graph = await requirements.graph();
    expect(graph.buildList.length).toBeGreaterThan(many);
    expect(asked.filter((what) => what === 'example.com/wide@v1.0.0.mod')).toHaveLength(1);
  });
});

describe('versions and retractions', () => {
  const count = 4000;
  const versions = Array.from({ length: count }, (_, i) => `v1.${i}.0`);
  const goMod = (retract: string) => `module example.com/many\n\ngo 1.21\n\nretract (\n${retract})\n`;
  const module = (retract: string): MirrorModule => ({
    path: 'example.com/many',
    version: versions.at(-1)!,
    files: { 'go.mod': goMod(retract) },
  });

  test.each([
    ['each retracted by itself', versions.map((v) => `\t${v}\n`).join('')],
    ['all retracted by one, thousands of times', '\t[v0.0.0, v1.999999.0]\n'.repeat(count)],
    ['none retracted, by thousands of intervals', versions.map((_, i) => `\t[v2.${i}.0, v2.${i}.9]\n`).join('')],
  ])('thousands of versions, thousands of retractions: %s', async (_, retract) => {
    await using world = await openWorld({
      modules: [module(retract)],
      faults: [{ path: 'many/@v/list', body: versions.map((v) => `${v}\n`).join('') }],
    });
    const { code } = await runMain(world, ['list', '-m', 'example.com/many@<v1.3999.0'], { env: { GOSUMDB: 'off' } });
    expect([0, 1]).toContain(code);
    await runMain(world, ['list', '-m', '-versions', 'example.com/many'], { env: { GOSUMDB: 'off' } });
    // the list and the newest go.mod are asked for, and not every version
    expect(world.mirror.requests.length).toBeLessThan(10);
  });

  test('a list of thousands of versions is one request', async () => {
    const body = Array.from({ length: many }, (_, i) => `v1.0.${i}\n`).join('');
    await using world = await openWorld({ faults: [{ path: 'words/@v/list', body }] });
    const { code, stdout } = await runMain(world, ['list', '-m', '-versions', '-retracted', 'example.com/words']);
    expect([code, stdout.split(' ').length, world.mirror.requests.length < 5]).toEqual([0, many + 1, true]);
  });
});

describe('files of the limit', () => {
  test('a go.mod of more than 16 MiB is not read to its end', async () => {
    const data = `module example.com/huge\n${'//'.repeat(8 * 2 ** 20)}\n`;
    await using world = await openWorld({
      modules: [{ path: 'example.com/huge', version: 'v1.0.0', mod: data, files: {} }],
      env: { GOSUMDB: 'off' },
    });
    const { code, stderr } = await runMain(world, ['mod', 'download', 'example.com/huge@v1.0.0']);
    expect([code, stderr.includes('larger than')]).toEqual([1, true]);
  });

  test('notes and records: what is too large is refused unread', () => {
    const key = parseVerifierKey(generateKey('k.test').verifierKey);
    expect(() => openNote(new Uint8Array(maxNoteBytes + 1).fill(10), [key])).toThrow('malformed note');
    expect(() => parseRecord(new Uint8Array(2 ** 20).fill(0x31))).toThrow('malformed record');
  });
});

describe('work grows with the input, not with its square', () => {
  const lax = (text: string) => () => parseGoMod('go.mod', text, { lax: true });

  // each of them takes minutes where the work is quadratic
  test.each<[what: string, make: (n: number) => () => unknown]>([
    ['block comments that are none', (n) => lax('// /* '.repeat(n))],
    ['comments above one line', (n) => lax(`${'// c\n'.repeat(n)}module m\n`)],
    ['blocks within a line', (n) => lax(`x ${'( ) '.repeat(n)}\n`)],
    [
      'quotes that are never closed',
      (n) => () => {
        expect(() => parseGoMod('go.mod', `module "${'\\"'.repeat(n)}`)).toThrow();
      },
    ],
    ['replacements of one module', (n) => lax('replace a.b/c => ../d\n'.repeat(n))],
    [
      'uses of one folder',
      (n) => () => {
        expect(() => parseGoWork('go.work', `${'use ./a\n'.repeat(n)}nonsense x\n`)).toThrow();
      },
    ],
    [
      'a path of many elements',
      (n) => () => {
        const found = new Collisions();
        for (let i = 0; i < 20; i++) found.add(`${'a/'.repeat(n / 20)}${i}`, false);
      },
    ],
  ])('%s', (_, make) => {
    make(200_000)();
  });

  test('an order of names that begin alike compares what differs', () => {
    const prefix = 'x'.repeat(10_000);
    const names = Array.from({ length: 2000 }, (_, i) => `${prefix}${i}`);
    expect([...names].sort(compareBytes)).toHaveLength(2000);
  });
});

describe('source files of a dependency', () => {
  const importing = (source: string): MirrorModule => ({
    path: 'example.com/dear',
    version: 'v1.0.0',
    files: { 'go.mod': 'module example.com/dear\n\ngo 1.21\n', 'a.go': `package a\n${source}\n` },
  });
  const files = {
    'go.mod': 'module example.com/me\n\ngo 1.21\n\nrequire example.com/dear v1.0.0\n',
    'me.go': 'package me\n\nimport _ "example.com/dear"\n',
  };

  // each prefix of an import path may be a module: 200,000 requests, and as many names of 400 KB
  test.each([
    ['mod', 'tidy'],
    ['get', '-u', './...'],
    ['get', 'example.com/dear@v1.0.0'],
  ])('an import path of 200,000 elements is nobody’s: %s %s', async (...args) => {
    await using world = await openWorld({ modules: [importing(`import _ "example.com${'/a'.repeat(200_000)}"`)] });
    const { code, stderr } = await runMain(world, args, { cwd: world.mainModule(files) });
    expect([code, world.mirror.requests.length < 20], stderr).toEqual([1, true]);
    expect(stderr).toContain('malformed import path: longer than 4096 bytes');
  });

  test('twin: one of 20 elements is asked for, each prefix once', async () => {
    await using world = await openWorld({ modules: [importing(`import _ "example.com${'/a'.repeat(20)}"`)] });
    const { code } = await runMain(world, ['mod', 'tidy'], { cwd: world.mainModule(files) });
    expect(code).toBe(1);
    expect(world.mirror.paths().filter((path) => path.endsWith('/a/@v/list'))).toHaveLength(20);
  });

  test('literals and constraints of megabytes are not taken apart', () => {
    const scan = (source: string) =>
      scanGoFiles([{ name: 'a.go', data: Buffer.from(source) }], new Set(['linux']), { malformed: 'nothing' });
    const literal = '\\u0061'.repeat(3_000_000);
    expect(scan(`package a\nimport "${literal}"\n`).imports[0] ?? '').not.toContain('aaa');
    expect(scan(`package a\nimport "${'\\u0061'.repeat(3)}"\n`).imports).toEqual(['aaa']);
    expect(scan(`// +build ${'a '.repeat(10_000_000)}\n\npackage a\nimport "fmt"\n`).imports).toEqual(['fmt']);
    expect(() => scan('// +build a b\n\npackage a\nimport "fmt"\n')).toThrow('no Go source files');
  });
});
