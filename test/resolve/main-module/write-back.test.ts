import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandGraph, writeBack } from '../../../src/resolve/index.js';
import { goModHash, goModText, goSumOf, type MemoryModule, moduleOf } from '../../support/memory-mirror.js';
import { type TestOptions, useSessions } from '../world.js';

const openTest = useSessions();
const me = 'example.com/me';
const modules: MemoryModule[] = [
  moduleOf('example.com/a@v1.0.0', '1.17', ['example.com/b@v1.1.0']),
  moduleOf('example.com/b@v1.0.0', '1.17'),
  { ...moduleOf('example.com/b@v1.1.0', '1.17'), revisions: ['main'] },
];

/** Reads the graph as commands do, and writes. */
async function update(options: TestOptions) {
  const opened = await openTest({ modules, ...options });
  const { rs } = await expandGraph(opened.requirements);
  await writeBack({ requirements: rs });
  return opened;
}

describe('go.mod', () => {
  test.each([
    [
      'odd spacing and order',
      `module ${me}\n\n\ngo    1.21\nrequire (\n\texample.com/b v1.1.0\n\n\n\texample.com/a v1.0.0\n)\n`,
    ],
    ['quoted paths', `module "${me}"\ngo 1.21\nrequire "example.com/b" v1.1.0\n`],
    ['comments', `// about\nmodule ${me} // it\n\ngo 1.21\n\nrequire example.com/b v1.1.0 // why\n`],
    ['no newline at the end', `module ${me}\n\ngo 1.21`],
    ['Windows line ends', `module ${me}\r\n\r\ngo 1.21\r\n`],
  ])('with %s is not touched while it means the same', async (_what, goMod) => {
    const { requirements, read, dir } = await openTest({ files: goMod, modules });
    const before = statSync(join(dir, 'go.mod')).mtimeMs;
    await writeBack({ requirements });
    expect(read('go.mod')).toBe(goMod);
    expect(statSync(join(dir, 'go.mod')).mtimeMs).toBe(before);
  });

  test('gets the roots that the graph raised, and keeps what was said about them', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0 // because\n\texample.com/b v1.0.0\n)\n`;
    const { read } = await update({ files: goMod });
    expect(read('go.mod')).toBe(goMod.replace('b v1.0.0', 'b v1.1.0'));
  });

  test.each([
    ['1.26', '// one\nrequire example.com/a v1.0.0\n\n// two\nrequire example.com/b v1.1.0\n'],
    ['1.27rc1', 'require (\n\t// one\n\texample.com/a v1.0.0\n\t// two\n\texample.com/b v1.1.0\n)\n'],
  ])('at go %s has its requirements in as many blocks as that go line says', async (go, expected) => {
    const head = `module ${me}\n\ngo ${go}\n\n`;
    const goMod = `${head}// one\nrequire example.com/a v1.0.0\n\n// two\nrequire example.com/b v1.0.0\n`;
    const { read } = await update({ files: goMod, goVersion: '1.27.4' });
    expect(read('go.mod')).toBe(head + expected);
  });

  test('is as it was where go.sum cannot be written', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n`;
    const { requirements, read, dir } = await openTest({ files: goMod, modules });
    const { rs } = await expandGraph(requirements);
    mkdirSync(join(dir, 'go.sum'));
    await expect(writeBack({ requirements: rs })).rejects.toThrow('updating go.sum: ');
    expect(read('go.mod')).toBe(goMod);
    rmSync(join(dir, 'go.sum'), { recursive: true });
    await writeBack({ requirements: rs });
    expect(read('go.mod')).toContain('example.com/b v1.1.0');
  });

  test('with a branch gets its version, as one with what vgo wrote for gopkg.in', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire (\n\texample.com/b main\n\tgopkg.in/y.v2 v2.0.0-gopkgin-v2.1.0\n)\n`;
    const { read } = await update({ files: goMod, modules: [...modules, moduleOf('gopkg.in/y.v2@v2.1.0', '1.17')] });
    expect(read('go.mod')).toContain('\texample.com/b v1.1.0\n\tgopkg.in/y.v2 v2.1.0\n');
  });

  test('with nothing but such a version of gopkg.in is written too', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire gopkg.in/y.v2 v2.0.0-gopkgin-v2.1.0\n`;
    const { read, asked } = await update({ files: goMod, modules: [moduleOf('gopkg.in/y.v2@v2.1.0', '1.17')] });
    expect(read('go.mod')).toContain('require gopkg.in/y.v2 v2.1.0\n');
    expect(asked).not.toContain('gopkg.in/y.v2@v2.1.0.info');
  });

  test('that cannot be resolved names the line', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire example.com/b nosuchbranch\n`;
    await expect(openTest({ files: goMod, modules })).rejects.toMatchObject({
      code: 'invalid-modfile',
      message: expect.stringMatching(/^errors parsing go\.mod:\ngo\.mod:5: .*example\.com\/b.*404 Not Found$/s),
    });
  });

  test.each([
    [
      'example.com/b v2.0.0',
      /^errors parsing go\.mod:\ngo\.mod:5: require example\.com\/b: version "v2\.0\.0" invalid: should be v0 or v1, not v2$/,
    ],
    ['example.com/b/v1 v1.0.0', /go\.mod:5: .*malformed module path "example\.com\/b\/v1"/],
  ])('with %s is refused at the line', async (line, message) => {
    await expect(openTest({ files: `module ${me}\n\ngo 1.21\n\nrequire ${line}\n`, modules })).rejects.toMatchObject({
      code: 'invalid-modfile',
      message: expect.stringMatching(message),
    });
  });

  test('that changed since it was read is not overwritten', async () => {
    const { requirements, write, read } = await openTest({
      files: goModText(me, '1.21', ['example.com/a@v1.0.0', 'example.com/b@v1.0.0']),
      modules,
    });
    const { rs } = await expandGraph(requirements);
    write('go.mod', 'module example.com/other\n');
    await expect(writeBack({ requirements: rs })).rejects.toMatchObject({
      code: 'failed',
      message: 'updating go.mod: existing contents have changed since last read',
    });
    expect(read('go.mod')).toBe('module example.com/other\n');
  });

  test('in the overlay is not ours to write', async () => {
    const files = {
      'go.mod': '',
      'real.mod': goModText(me, '1.21', ['example.com/a@v1.0.0', 'example.com/b@v1.0.0']),
      'overlay.json': '{"Replace":{"go.mod":"real.mod"}}',
    };
    await expect(update({ files, overlay: 'overlay.json' })).rejects.toMatchObject({
      code: 'failed',
      message: 'updates to go.mod needed, but go.mod is part of the overlay specified with -overlay',
    });
  });

  test('without a go line gets that of the release that is followed, where commands write', async () => {
    const { read } = await update({ files: `module ${me}\n` });
    expect(read('go.mod')).toBe(`module ${me}\n\ngo 1.26.8\n`);
    for (const command of ['resolve', 'mod graph']) {
      const { requirements } = await openTest({ files: `module ${me}\n`, command });
      expect([requirements.goVersion, requirements.pruning]).toEqual(['1.16', 'unpruned']);
    }
  });

  test('may not change with -mod=readonly', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire example.com/b main\n`;
    const opened = await openTest({ files: goMod, modules, command: 'list' });
    await expect(writeBack(opened)).rejects.toMatchObject({
      code: 'build-list',
      message: 'updates to go.mod needed; to update it:\n\tgo mod tidy',
    });
    expect(opened.read('go.mod')).toBe(goMod);
  });

  test('drops requirements on what it excludes, and says so', async () => {
    const goMod = `module ${me}\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n\nexclude example.com/b v1.0.0\n`;
    const { read, messages } = await update({ files: goMod });
    expect(messages).toEqual(['dropping requirement on excluded version example.com/b v1.0.0']);
    expect(read('go.mod')).toBe(`module ${me}\n\ngo 1.21\n\nexclude example.com/b v1.0.0\n`);
  });

  test('keeps a toolchain line that says more than the go line, drops one that says nothing', async () => {
    const { read } = await update({ files: `module ${me}\n\ngo 1.21\n\ntoolchain go1.22.1\n`, goVersion: '1.26.8' });
    expect(read('go.mod')).toContain('toolchain go1.22.1\n');
    const same = await openTest({ files: `module ${me}\n\ngo 1.22.1\n\ntoolchain go1.22.1\n` });
    await writeBack(same);
    expect(same.read('go.mod')).toBe(`module ${me}\n\ngo 1.22.1\n`);
  });
});

describe('go.sum', () => {
  test('gets the go.mod of every module in the graph, zips that were not fetched excepted', async () => {
    const { read } = await update({ files: goModText(me, '1.21', ['example.com/a@v1.0.0', 'example.com/b@v1.0.0']) });
    const lines = read('go.sum').trimEnd().split('\n');
    expect(lines).toEqual([
      `example.com/a v1.0.0/go.mod ${goModHash(modules[0]!)}`,
      `example.com/b v1.1.0/go.mod ${goModHash(modules[2]!)}`,
    ]);
  });

  test('keeps what is there, also what nothing needs', async () => {
    const old = `example.com/old v1.0.0 h1:${'A'.repeat(43)}=\n`;
    const files = { 'go.mod': goModText(me, '1.21', ['example.com/b@v1.0.0']), 'go.sum': old };
    const { read } = await update({ files });
    expect(read('go.sum')).toBe(goSumOf([modules[1]!]) + old);
  });

  test('is not touched when it has all', async () => {
    const goSum = `\n${goSumOf([modules[1]!])}\n`;
    const { read } = await update({
      files: { 'go.mod': goModText(me, '1.21', ['example.com/b@v1.0.0']), 'go.sum': goSum },
    });
    expect(read('go.sum')).toBe(goSum);
  });

  test('of a replacement stands under the replacement', async () => {
    const goMod = `${goModText(me, '1.21', ['example.com/b@v1.0.0'])}replace example.com/b => example.com/b v1.1.0\n`;
    const { read } = await update({ files: goMod });
    expect(read('go.sum')).toBe(goSumOf([modules[2]!]));
  });

  test('is not made for replacement folders', async () => {
    const files = {
      'go.mod': `${goModText(me, '1.21', ['example.com/b@v1.0.0'])}replace example.com/b => ./b\n`,
      'b/go.mod': 'module example.com/b\n\ngo 1.21\n',
    };
    const { read, asked } = await update({ files });
    expect(() => read('go.sum')).toThrow('ENOENT');
    expect(asked).toEqual([]);
  });

  test('that cannot be written is told', async () => {
    const { requirements, dir } = await openTest({ files: goModText(me, '1.21', ['example.com/b@v1.0.0']), modules });
    await expandGraph(requirements);
    mkdirSync(join(dir, 'go.sum'));
    await expect(writeBack({ requirements })).rejects.toMatchObject({
      message: expect.stringMatching(/^updating go\.sum: write .*go\.sum: is a directory$/),
    });
  });

  test('of -modfile stands beside it, and go.mod stays', async () => {
    const goMod = `module ${me}\n`;
    const files = {
      'go.mod': goMod,
      'other.mod': goModText(me, '1.21', ['example.com/a@v1.0.0', 'example.com/b@v1.0.0']),
    };
    const { read } = await update({ files, modFile: 'other.mod' });
    expect(read('go.mod')).toBe(goMod);
    expect(read('other.mod')).toContain('example.com/b v1.1.0');
    expect(read('other.sum')).toContain('example.com/a v1.0.0/go.mod');
  });
});
