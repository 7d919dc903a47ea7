/** go.sum and go.mod as merges, editors and broken disks leave them: what is said, what repairs them, and that no false hash gets in. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const goMod =
  'module example.com/me\n\ngo 1.21\n\nrequire example.com/greet v1.3.0\n\nrequire example.com/words v0.3.1 // indirect\n';
const source = 'package me\n\nimport _ "example.com/greet"\n';

function linesOf(world: RunningWorld, path: string, version: string): string[] {
  const { zip, mod } = sumsOf(world.modules.find((m) => m.path === path && m.version === version)!);
  return [`${path} ${version} ${zip}`, `${path} ${version}/go.mod ${mod}`];
}
const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const falseHash = `h1:${'A'.repeat(43)}=`;

async function open() {
  const world = await startWorld();
  const greet = linesOf(world, 'example.com/greet', 'v1.3.0');
  const words = linesOf(world, 'example.com/words', 'v0.3.1');
  const older = linesOf(world, 'example.com/greet', 'v1.2.0');
  const good = text(...greet, ...words);
  const folder = world.mainModule({ 'go.mod': goMod, 'me.go': source, 'go.sum': good });
  const file = join(folder, 'go.sum');
  return {
    world,
    greet,
    words,
    older,
    good,
    folder,
    put: (data: string | Uint8Array) => writeFileSync(file, data),
    read: () => readFileSync(file, 'utf8'),
    run: (args: string[], options: { as?: 'go'; env?: Record<string, string> } = {}) =>
      world.run(args, { cwd: folder, ...options }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

describe('C.5 a damaged go.sum is called what it is', () => {
  test('conflict markers, UTF-16, a cut hash', async () => {
    await using t = await open();
    t.put(text('<<<<<<< HEAD', ...t.greet, '=======', ...t.older, '>>>>>>> side', ...t.words));
    const conflict = await t.run(['mod', 'download']);
    expect(conflict.code).toBe(1);
    expect(conflict.stderr).toContain('malformed go.sum:\n');
    expect(conflict.stderr).toContain(
      'hint: go.sum holds both sides of a merge conflict, from line 1 on; `tsgoget mod union-sums`',
    );
    expect((await t.run(['mod', 'download'], { as: 'go' })).stderr).not.toContain('hint');
    t.put(Buffer.from(`\ufeff${t.good}`, 'utf16le'));
    const wide = await t.run(['mod', 'download']);
    expect([wide.code, wide.stderr]).toEqual([
      1,
      expect.stringContaining('hint: go.sum is UTF-16: save it as UTF-8\n'),
    ]);
    t.put(t.good.slice(0, -5));
    const cut = await t.run(['mod', 'download']);
    expect([cut.code, cut.stderr]).toEqual([3, expect.stringContaining('hint: the hash in go.sum is not whole')]);
    t.put(t.good);
    expect(await t.run(['mod', 'download'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('go.mod too, and all its mistakes in one run', async () => {
    await using t = await open();
    writeFileSync(
      join(t.folder, 'go.mod'),
      'module example.com/me\n\n<<<<<<< HEAD\ngo 1.21\n=======\ngo 1.22\n>>>>>>> side\n',
    );
    for (const args of [
      ['list', '-m'],
      ['mod', 'edit', '-json'],
    ]) {
      const { code, stderr } = await t.run(args);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('go.mod holds both sides of a merge conflict, from line 3 on'),
      ]);
    }
    writeFileSync(
      join(t.folder, 'go.mod'),
      'module example.com/me\n\ngo 1.21\n\nrequire example.com/greet nosuch\nfoo\nrequire example.com/none main\n',
    );
    const { code, stderr } = await t.run(['list', '-m']);
    expect(code).toBe(1);
    expect(
      stderr
        .split('\n')
        .map((line) => /^go\.mod:\d+: [a-z]+/.exec(line)?.[0])
        .filter(Boolean),
    ).toEqual(['go.mod:5: require', 'go.mod:6: unknown', 'go.mod:7: require']);
  });
});

describe('C.5 mod tidy writes a go.sum that it would print otherwise', () => {
  test.each([
    ['conflict markers', (good: string) => `<<<<<<< HEAD\n${good}=======\n>>>>>>> side\n`],
    ['doubled', (good: string) => good + good],
    ['another order', (good: string) => text(...good.trimEnd().split('\n').reverse())],
    ['CRLF', (good: string) => good.replaceAll('\n', '\r\n')],
  ])('%s; go leaves it', async (_, damage) => {
    await using t = await open();
    const damaged = damage(t.good);
    t.put(damaged);
    expect((await t.run(['mod', 'tidy'], { as: 'go' })).code).toBe(0);
    expect(t.read()).toBe(damaged);
    expect((await t.run(['mod', 'tidy', '-diff'])).code).toBe(1);
    expect((await t.run(['mod', 'tidy'])).code).toBe(0);
    expect(t.read()).toBe(t.good);
    expect(await t.run(['mod', 'tidy', '-diff'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('C.5 mod union-sums', () => {
  test('merges both sides, proves them, and takes none of the base', async () => {
    await using t = await open();
    const base = linesOf(t.world, 'example.com/greet', 'v1.1.0');
    t.put(
      text('<<<<<<< HEAD', ...t.greet, '||||||| 1234567', ...base, '=======', ...t.older, '>>>>>>> side', ...t.words),
    );
    const { code, stdout } = await t.run(['mod', 'union-sums']);
    expect([code, stdout]).toEqual([
      0,
      'go.sum: 1 conflict merged, 6 lines, 6 proven by the checksum database; written\n',
    ]);
    expect(t.read()).toBe(text(...t.older, ...t.greet, ...t.words));
    expect((await t.run(['mod', 'union-sums'])).stdout).toContain('; unchanged: it was as it should be');
    expect((await t.run(['mod', 'download'])).code).toBe(0);
  });
  test.each(['ours', 'theirs'])('a false hash on one side, %s: 3, and nothing is written', async (side) => {
    await using t = await open();
    const lie = t.greet[0]!.replace(/h1:.*/, falseHash);
    const [first, second] = side === 'ours' ? [lie, t.greet[0]!] : [t.greet[0]!, lie];
    const conflicted = text('<<<<<<< HEAD', first, '=======', second, '>>>>>>> side', t.greet[1]!, ...t.words);
    t.put(conflicted);
    const { code, stdout, stderr } = await t.run(['mod', 'union-sums']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(falseHash);
    expect(t.read()).toBe(conflicted);
  });
  test('a log that does not answer: 1, and nothing is written', async () => {
    await using t = await open();
    t.put(`${t.good}=======\n`);
    const { code } = await t.run(['mod', 'union-sums'], {
      env: { GOPROXY: 'http://127.0.0.1:1', GOSUMDB: `${t.world.log.verifierKey} http://127.0.0.1:1` },
    });
    expect(code).toBe(1);
    expect(t.read()).toBe(`${t.good}=======\n`);
  });
  test('lines that are no sums are told; private ones are merged unproven, but not two for one thing', async () => {
    await using t = await open();
    t.put(`${t.good}example.com/x v1.0.0 h1:short\nexample.com/words v0.3.1\n`);
    const { code, stderr } = await t.run(['mod', 'union-sums']);
    expect(code).toBe(0);
    expect(stderr).toContain('go.sum:5: left out: the hash is not whole');
    expect(stderr).toContain('go.sum:6: left out: wrong number of fields 2');
    expect(t.read()).toBe(t.good);
    const env = { GONOSUMDB: 'example.com/private', GOSUMDB: t.world.log.verifierKey };
    const own = `example.com/private v1.0.0 ${falseHash}`;
    t.put(text(own) + t.good);
    expect((await t.run(['mod', 'union-sums'], { env })).stdout).toContain(
      '5 lines, 4 proven by the checksum database, 1 not looked up',
    );
    t.put(text(own, own.replace('AAAA=', 'BBBA=')) + t.good);
    expect(await t.run(['mod', 'union-sums'], { env })).toMatchObject({ code: 3, stdout: '' });
    t.put(t.good);
    const off = await t.run(['mod', 'union-sums'], { env: { GOSUMDB: 'off' } });
    expect([off.code, off.stderr]).toEqual([0, expect.stringContaining('warning: nothing in go.sum was proven')]);
  });
});

describe('A.10 two hashes for one module version, one of them false', () => {
  test.each(['first', 'last'])('the false one %s: refused', async (place) => {
    await using t = await open();
    const lies = [t.greet[0]!, t.greet[1]!].map((line) => line.replace(/h1:.*/, falseHash));
    for (const lie of lies) {
      t.put(place === 'first' ? text(lie) + t.good : t.good + text(lie));
      for (const args of [
        ['mod', 'download'],
        ['mod', 'tidy'],
        ['mod', 'vendor'],
      ]) {
        const { code, stderr } = await t.run(args);
        expect([code, args.join(' ')]).toEqual([3, args.join(' ')]);
        expect(stderr).toContain('holds two hashes for this, and one of them is false');
      }
    }
    t.put(t.good + t.good);
    expect((await t.run(['mod', 'download'])).code).toBe(0);
  });
});
