/** The library over real loopback servers: what it returns, which errors it throws. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createClient } from '../../src/client/client.js';
import type { Progress } from '../../src/client/run.js';
import { ChecksumMismatchError } from '../../src/errors.js';
import { hashDir, removeTree } from '../../src/files/folder.js';
import { goModOf, openWorld, sumsOf, type World } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const clientOf = (world: World, cwd = world.outside) => createClient({ env: world.env, cwd });
const moduleOf = (world: World, path: string, version: string) =>
  world.modules.find((m) => m.path === path && m.version === version)!;

describe.concurrent('a client', () => {
  test('resolve and graph of named modules', async () => {
    await using world = await openWorld();
    const client = clientOf(world);
    const { modules } = await client.resolve(['example.com/greet@v1.3.0'], { download: true });
    expect(modules.map((m) => [m.path, m.version, m.proof.by, m.zipProof?.by])).toEqual([
      ['example.com/greet', 'v1.3.0', 'sumdb', 'sumdb'],
      ['example.com/words', 'v0.3.1', 'sumdb', 'sumdb'],
    ]);
    const edges = await client.graph(['example.com/greet@v1.3.0']);
    expect(edges.map(({ from, to }) => `${from.path}@${from.version} ${to.path}@${to.version}`)).toContain(
      'example.com/greet@v1.3.0 example.com/words@v0.3.1',
    );
    await client.close();
  });

  test('resolve and graph of the main module, which stays as it is', async () => {
    await using world = await openWorld();
    const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/greet v1.3.0\n';
    const cwd = world.mainModule(goMod);
    const client = clientOf(world, cwd);
    const { modules } = await client.resolve();
    expect(modules.map((m) => m.path)).toEqual(['example.com/me', 'example.com/greet', 'example.com/words']);
    expect((await client.graph()).some((r) => r.from.path === 'example.com/me')).toBe(true);
    expect(readFileSync(`${cwd}/go.mod`, 'utf8')).toBe(goMod);
    expect(existsSync(`${cwd}/go.sum`)).toBe(false);
    await client.close();
  });

  test('verify of a checkout, which stays as it is', async () => {
    await using world = await openWorld();
    const { zip, mod } = sumsOf(moduleOf(world, 'example.com/words', 'v0.3.0'));
    const sum = `example.com/words v0.3.0 ${zip}\nexample.com/words v0.3.0/go.mod ${mod}\n`;
    const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.0\n';
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': sum });
    const client = clientOf(world, cwd);
    expect(await client.verify()).toMatchObject({ Verdict: 'verified', ExitCode: 0, Counts: { Proven: 2 } });
    expect(await client.verify({ cache: true })).toMatchObject({ ExitCode: 0, Counts: { Remembered: 2 } });
    expect(readFileSync(`${cwd}/go.sum`, 'utf8')).toBe(sum);
    await client.close();
    const lax = createClient({ env: { ...world.env, GOSUMDB: 'off' }, cwd });
    expect(await lax.verify({ strict: true })).toMatchObject({ Verdict: 'not verified', Counts: { Skipped: 2 } });
    await lax.close();
  });

  test('list, info, mod, zip, download', async () => {
    await using world = await openWorld();
    const client = clientOf(world);
    const greet = moduleOf(world, 'example.com/greet', 'v1.3.0');
    expect(await client.list('example.com/greet')).toContain('v1.3.0');
    expect(await client.info('example.com/greet', '<v1.3.0')).toMatchObject({ version: 'v1.1.1' });
    const { data, proof } = await client.mod(greet.path, greet.version);
    expect(Buffer.from(data)).toEqual(Buffer.from(goModOf(greet)));
    expect(proof.by).toBe('sumdb');
    expect(readFileSync(join(world.gopath, 'pkg/sumdb', world.log.name, 'latest'), 'utf8')).toContain(
      'go.sum database tree',
    );
    expect((await client.zip(greet.path, greet.version)).file).toBe(
      world.downloaded('example.com/greet/@v/v1.3.0.zip'),
    );
    expect(await client.download(greet.path, greet.version)).toMatchObject({
      Sum: sumsOf(greet).zip,
      GoModSum: sumsOf(greet).mod,
    });
    await client.close();
  });

  test('every bit of a zip: refuted, or of no consequence for what the zip holds', async () => {
    const { path, version } = { path: 'example.com/words', version: 'v0.3.1' };
    await using world = await openWorld();
    const good = await clientOf(world).zip(path, version);
    const bytes = readFileSync(good.file).length;
    const folder = join(world.modcache, `${path}@${version}`);
    let refuted = 0;
    for (let bit = 5; bit < 8 * bytes; bit += 37) {
      await removeTree(world.modcache);
      world.mirror.faults.splice(0, 1, { path: `${path}/@v/${version}.zip`, flipBit: bit });
      const client = clientOf(world);
      const found = await client.download(path, version).catch((error: unknown) => error);
      await client.close();
      if (found instanceof Error) {
        expect([bit, found]).toEqual([bit, expect.any(ChecksumMismatchError)]);
        expect([bit, existsSync(folder), existsSync(good.file)]).toEqual([bit, false, false]);
        refuted++;
      } else {
        expect([bit, await hashDir(folder, `${path}@${version}`)]).toEqual([
          bit,
          sumsOf(moduleOf(world, path, version)).zip,
        ]);
      }
    }
    expect(refuted).toBeGreaterThan((0.6 * 8 * bytes) / 37);
  });

  test('a go.mod that differs: want, got and from are told apart', async () => {
    await using world = await openWorld({
      faults: [{ path: 'words/@v/v0.3.1.mod', body: 'module example.com/words\n' }],
    });
    const client = clientOf(world);
    const error = await client.mod('example.com/words', 'v0.3.1').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ChecksumMismatchError);
    const { mod } = sumsOf(moduleOf(world, 'example.com/words', 'v0.3.1'));
    expect(error).toMatchObject({ code: 'checksum-mismatch', want: mod });
    await client.close();
  });

  test.each([
    ['an unknown module', (c: ReturnType<typeof createClient>) => c.list('example.com/nothing'), 'not-found'],
    ['an unknown version', (c: ReturnType<typeof createClient>) => c.info('example.com/greet', 'v9.9.9'), 'not-found'],
    ['a path that is none', (c: ReturnType<typeof createClient>) => c.mod('../etc', 'v1.0.0'), 'invalid-path'],
    [
      'a version that is none',
      (c: ReturnType<typeof createClient>) => c.zip('example.com/greet', '../x'),
      'invalid-version',
    ],
  ])('%s', async (_, ask, code) => {
    await using world = await openWorld();
    const client = clientOf(world);
    await expect(ask(client)).rejects.toMatchObject({ code });
    await client.close();
  });

  test('a signal ends what is under way', async () => {
    await using world = await openWorld({ faults: [{ path: '/@v/', hang: true }] });
    const controller = new AbortController();
    const client = createClient({ env: world.env, cwd: world.outside, signal: controller.signal });
    const asked = client.info('example.com/greet', 'v1.3.0');
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
    await client.close();
  });
});

const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.0\n';
/** A checkout with the true lines of a go.sum, and a client there. */
function checkout(world: World, env: Readonly<Record<string, string>> = {}, change = (sum: string) => sum) {
  const lines = [
    ['example.com/words', 'v0.3.0'],
    ['example.com/greet', 'v1.0.0'],
  ].map(([path, version]) => {
    const { zip, mod } = sumsOf(moduleOf(world, path!, version!));
    return `${path} ${version} ${zip}\n${path} ${version}/go.mod ${mod}\n`;
  });
  const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': change(lines.join('')) });
  return { cwd, client: createClient({ env: { ...world.env, ...env }, cwd }) };
}

describe.concurrent('a client proves as the commands do', () => {
  test('lookup is what `sumdb lookup -json` prints', async () => {
    await using world = await openWorld();
    const client = clientOf(world);
    const found = await client.lookup('example.com/greet', 'v1.3.0');
    const { zip, mod } = sumsOf(moduleOf(world, 'example.com/greet', 'v1.3.0'));
    expect(found).toMatchObject({ Path: 'example.com/greet', Version: 'v1.3.0', Sum: zip, GoModSum: mod });
    expect(found.Proof.at(-1)?.Running).toBe(found.Head.Hash);
    expect(found.StoredHead).toBeUndefined();
    const printed = await runMain(world, ['sumdb', 'lookup', '-json', 'example.com/greet@v1.3.0']);
    const again = await client.lookup('example.com/greet', 'v1.3.0');
    expect(again.StoredHead).toEqual(found.Head);
    expect(again).toEqual(JSON.parse(printed.stdout));
    await expect(client.lookup('example.com/greet', 'latest')).rejects.toMatchObject({ code: 'invalid-version' });
    await client.close();
    const quiet = createClient({ env: { ...world.env, GOPRIVATE: 'example.com' }, cwd: world.outside });
    await expect(quiet.lookup('example.com/greet', 'v1.3.0')).rejects.toMatchObject({ code: 'lookup-disabled' });
    await quiet.close();
  });

  test('what exportProof gives, verifyProof takes, and asks nobody', async () => {
    await using world = await openWorld();
    const { cwd, client } = checkout(world);
    const exported = await client.exportProof();
    expect(exported).toMatchObject({ lines: 4, modules: 2, leftOut: [] });
    expect(exported.text).toBe((await runMain(world, ['proof', 'export', '-o', '-'], { cwd })).stdout);
    expect(existsSync(join(cwd, 'go.sum.proof'))).toBe(false);
    await client.close();

    const before = world.mirror.requests.length;
    const fresh = { GOPATH: join(world.dir, 'fresh'), GOMODCACHE: join(world.dir, 'fresh', 'mod') };
    const offline = checkout(world, fresh);
    for (const proof of [exported.text, Buffer.from(exported.text)]) {
      expect(await offline.client.verifyProof(proof)).toMatchObject({ ExitCode: 0, Counts: { Proven: 4 } });
    }
    const forged = checkout(world, fresh, (sum) => sum.replace(/h1:[^\n]{5}/, 'h1:AAAAA'));
    expect(await forged.client.verifyProof(exported.text)).toMatchObject({ Verdict: 'refuted', ExitCode: 3 });
    const flipped = exported.text.replace(/h1:[^\n]{5}/, 'h1:AAAAA');
    expect(await offline.client.verifyProof(flipped)).toMatchObject({ Verdict: 'refuted', ExitCode: 3 });
    expect(world.mirror.requests.length).toBe(before);
    await Promise.all([offline.client.close(), forged.client.close()]);
  });

  test('exportProof names what the settings leave out, and gives nothing where a line is false', async () => {
    await using world = await openWorld();
    const partly = checkout(world, { GOPRIVATE: 'example.com/greet' });
    const leftOut = [{ reason: 'GOPRIVATE=example.com/greet', paths: ['example.com/greet'] }];
    expect(await partly.client.exportProof()).toMatchObject({ lines: 2, leftOut });
    await expect(partly.client.exportProof({ strict: true })).rejects.toThrow('2 lines left out, and -strict is set');
    const forged = checkout(world, {}, (sum) => sum.replace(/h1:[^\n]{5}/, 'h1:AAAAA'));
    await expect(forged.client.exportProof()).rejects.toMatchObject({ code: 'checksum-mismatch' });
    const none = createClient({ env: world.env, cwd: world.mainModule(goMod) });
    await expect(none.exportProof()).rejects.toMatchObject({ code: 'not-found' });
    await Promise.all([partly, forged, { client: none }].map(({ client }) => client.close()));
  });

  test('explainMismatch is what `explain-mismatch -json` prints', async () => {
    await using world = await openWorld();
    const { cwd, client } = checkout(world, {}, (sum) => sum.replace(/h1:[^\n]{5}/, 'h1:AAAAA'));
    expect(await client.explainMismatch('example.com/greet')).toMatchObject({ Verdict: 'agreed', Query: 'latest' });
    const explained = await client.explainMismatch('example.com/words', 'v0.3.0');
    expect(explained).toMatchObject({ Verdict: 'refuted', Version: 'v0.3.0' });
    expect(explained.Query).toBeUndefined();
    const printed = await runMain(world, ['explain-mismatch', '-json', 'example.com/words@v0.3.0'], { cwd });
    expect(JSON.parse(JSON.stringify(explained))).toEqual(JSON.parse(printed.stdout));
    await expect(client.explainMismatch('../etc', 'v1.0.0')).rejects.toMatchObject({ code: 'invalid-path' });
    await client.close();
  });

  test('onProgress is told of the phase and of what was read', async () => {
    await using world = await openWorld();
    const cwd = checkout(world).cwd;
    const phases: string[] = [];
    let counts: Progress = {};
    const onProgress = (more: Progress) => {
      counts = { ...counts, ...more };
      if (more.phase !== undefined) phases.push(more.phase);
    };
    const client = createClient({ env: world.env, cwd, onProgress });
    await client.resolve(['example.com/greet@v1.3.0'], { download: true });
    expect(counts).toMatchObject({ modules: expect.any(Number), goModFiles: 2, zips: 2, requests: expect.any(Number) });
    expect(counts.bytes).toBeGreaterThan(1000);
    await client.verify();
    expect(counts).toMatchObject({ done: 4, total: 4, sums: 4 });
    await client.exportProof();
    await client.explainMismatch('example.com/greet', 'v1.3.0');
    expect([...new Set(phases)]).toEqual(['resolving', 'verifying', 'proving', 'comparing']);
    await client.close();
  });
});
