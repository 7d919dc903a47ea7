/**
 * A.10: what a lying server or a person left behind. A refusal leaves nothing that refuses the honest answer the next time, and nothing
 * that passes for proven; as `mod download`, as `mod verify`, as whoever asks next.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashAsGo, withZip } from '../../src/zipfile/hash-zip.js';
import { FixtureLog } from '../support/fixture-log.js';
import { fixtureModules, logOf, openWorld, sumsOf } from '../support/fixture-world.js';
import { writeZip } from '../support/module-zip-writer.js';
import { runMain } from '../support/run-main.js';

const path = 'example.com/words';
const version = 'v0.3.1';
const download = ['mod', 'download', `${path}@${version}`];
const victim = fixtureModules().find((m) => m.path === path && m.version === version)!;
const { zip, mod } = sumsOf(victim);
const evil = `h1:${'e'.repeat(43)}=`;
const line = (hash: string) => `${path} ${version} ${hash}\n`;
const goModLine = (hash: string) => `${path} ${version}/go.mod ${hash}\n`;

describe('A.10: a record that the log has signed', () => {
  const records: [string, string][] = [
    ['with two hashes of the zip', line(zip) + line(evil) + goModLine(mod)],
    ['with two hashes of the zip, the false one first', line(evil) + line(zip) + goModLine(mod)],
    ['with two hashes of the go.mod file', line(zip) + goModLine(mod) + goModLine(evil)],
    ['without a hash of the zip', goModLine(mod)],
    ['without a hash of the go.mod file', line(zip)],
  ];
  test.each(records)('%s is not kept: a better record is accepted', async (_, text) => {
    const others = fixtureModules().filter((m) => m.path !== path);
    const log = logOf(others, new FixtureLog());
    log.addText(path, version, text);
    await using world = await openWorld({ log });
    const lookup = world.downloaded(`sumdb/${log.name}/lookup/${path}@${version}`);
    expect((await runMain(world, download)).code).toBe(3);
    expect((await runMain(world, ['sumdb', 'lookup', `${path}@${version}`])).code).toBe(3);
    expect(existsSync(lookup)).toBe(false);
    log.add(path, version, zip, mod);
    expect((await runMain(world, download)).code).toBe(0);
    expect(existsSync(lookup)).toBe(true);
  });
});

/** A zip of the module with these files besides its own. */
function zipWith(...more: [name: string, data: string][]): Uint8Array {
  const files = Object.entries(victim.files ?? {}).map(([name, data]) => ({
    name: `${path}@${version}/${name}`,
    data,
  }));
  return writeZip([...files, ...more.map(([name, data]) => ({ name, data }))]);
}

const prefix = `${path}@${version}/`;
const brokenRules: [rule: string, bytes: Uint8Array, words: string][] = [
  ['case', zipWith([`${prefix}WORDS.go`, 'x']), 'case-insensitive file name collision'],
  ['a name for Windows', zipWith([`${prefix}con.txt`, 'x']), 'disallowed as path element component on Windows'],
  ['a go.mod below', zipWith([`${prefix}sub/go.mod`, 'module x\n']), 'go.mod file not in module root directory'],
  ['a file of another module', zipWith(['example.com/other@v1.0.0/x.go', 'x']), 'has unexpected file'],
  ['a file twice', zipWith([`${prefix}words.go`, 'x']), 'multiple entries for file'],
];

describe('A.10, B.12: a zip that breaks a rule', () => {
  test.each(brokenRules)('%s: unproven, it is refused by the rule and does not stay', async (_, bytes, words) => {
    const fault = { path: `${version}.zip`, body: bytes, times: 1 };
    await using world = await openWorld({ faults: [fault] });
    const cwd = world.mainModule(`module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`);
    const env = { GOSUMDB: 'off', GOFLAGS: '-mod=mod' };
    const { code, stderr } = await runMain(world, ['mod', 'download', path], { cwd, env });
    expect([code, stderr.includes(words)], stderr).toEqual([1, true]);
    expect([...world.snapshot().keys()].filter((name) => /\.zip|ziphash|words\.go/.test(name))).toEqual([]);
    expect(existsSync(join(cwd, 'go.sum')) ? readFileSync(join(cwd, 'go.sum'), 'utf8') : '').not.toContain(
      `${version} h1`,
    );
    expect(await runMain(world, ['mod', 'download', path], { cwd, env })).toMatchObject({ code: 0 });
  });

  test.each(brokenRules)(
    '%s: with the recorded hash, it is no mismatch: 1, told by the rule',
    async (_, bytes, words) => {
      const file = join(mkdtempSync(join(tmpdir(), 'zip-')), 'a.zip');
      writeFileSync(file, bytes);
      const recorded = await withZip(file, hashAsGo);
      const log = logOf(
        fixtureModules().filter((m) => m.path !== path),
        new FixtureLog(),
      );
      log.add(path, version, recorded, mod);
      await using world = await openWorld({ log, faults: [{ path: `${version}.zip`, body: bytes }] });
      const { code, stderr } = await runMain(world, download);
      expect([code, stderr.includes(words), stderr.includes('mismatch')], stderr).toEqual([1, true, false]);
      // what is refused is not recorded, though the hash is right
      const cwd = world.mainModule(
        `module example.com/me\n\ngo 1.21\n\nrequire (\n\t${path} ${version}\n\texample.com/Shade/Color v1.0.0\n)\n`,
      );
      expect((await runMain(world, ['mod', 'download', '-json', path, 'example.com/Shade/Color'], { cwd })).code).toBe(
        1,
      );
      const goSum = readFileSync(join(cwd, 'go.sum'), 'utf8');
      expect([goSum.includes('example.com/Shade/Color v1.0.0 h1'), goSum.includes(`${path} ${version} h1`)]).toEqual([
        true,
        false,
      ]);
      // another hash: refuted, and the rule is told as well (go: mod_load_badzip)
      await using honest = await openWorld({ faults: [{ path: `${version}.zip`, body: bytes }] });
      const refuted = await runMain(honest, download);
      expect([refuted.code, refuted.stderr.includes(words)], refuted.stderr).toEqual([3, true]);
      expect([...honest.snapshot().keys()].filter((name) => /\.zip|ziphash/.test(name))).toEqual([]);
    },
  );
});

describe('A.10: mod verify', () => {
  const goMod = `module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`;
  const goSum = line(zip) + goModLine(mod);

  test('finds a zip, a folder and their hash that were changed together, by go.sum', async () => {
    await using world = await openWorld();
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
    expect((await runMain(world, ['mod', 'download'], { cwd })).code).toBe(0);
    expect(await runMain(world, ['mod', 'verify'], { cwd })).toMatchObject({
      code: 0,
      stdout: 'all modules verified\n',
    });
    // another world's cache, whose module is another
    await using other = await openWorld({
      log: new FixtureLog(),
      faults: [{ path: `${version}.zip`, body: zipWith([`${prefix}evil.go`, 'package words // evil\n']) }],
      env: { GOSUMDB: 'off' },
    });
    expect((await runMain(other, download)).code).toBe(0);
    const env = { GOMODCACHE: other.modcache };
    const hash = readFileSync(other.downloaded(`${path}/@v/${version}.ziphash`));
    const { code, stdout, stderr } = await runMain(world, ['mod', 'verify'], { cwd, env });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`${path} ${version}: zip is not what go.sum records (`);
    expect(stderr).toContain(`${path} ${version}: dir is not what go.sum records (`);
    expect(stderr).toContain(`\tgo.sum: ${zip}\n`);
    // without the hash too, which alone is a failure
    rmSync(other.downloaded(`${path}/@v/${version}.ziphash`));
    expect((await runMain(world, ['mod', 'verify'], { cwd, env })).code).toBe(3);
    rmSync(world.downloaded(`${path}/@v/${version}.ziphash`));
    const missing = await runMain(world, ['mod', 'verify'], { cwd });
    expect([missing.code, missing.stderr.includes('missing ziphash')]).toEqual([1, true]);
    writeFileSync(other.downloaded(`${path}/@v/${version}.ziphash`), hash);
    // a hash that was cut short says nothing, which is told; go does not look there
    const cut = world.mainModule({ 'go.mod': goMod, 'go.sum': line(zip.slice(0, -20)) + goModLine(mod) });
    const told = await runMain(world, ['mod', 'verify'], { cwd: cut, env });
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('the hash in go.sum is not whole')]);
    expect((await runMain(world, ['mod', 'verify'], { cwd: cut, env, programName: 'go' })).code).toBe(0);
    // and hides nothing: what was changed without its hash is found beside it
    writeFileSync(other.downloaded(`${path}/@v/${version}.ziphash`), zip);
    const both = await runMain(world, ['mod', 'verify'], { cwd: cut, env });
    expect([both.code, both.stderr.includes('zip has been modified')]).toEqual([3, true]);
    writeFileSync(other.downloaded(`${path}/@v/${version}.ziphash`), hash);
    // where go.sum says nothing, as go: what was recorded at the download is all there is
    const without = world.mainModule({ 'go.mod': goMod, 'go.sum': goModLine(mod) });
    expect((await runMain(world, ['mod', 'verify'], { cwd: without, env })).code).toBe(0);
  });
});

describe('A.10, B.11: an .info whose version is none', () => {
  const answers = [
    'latest',
    'main',
    '0.3.1',
    'V0.3.1',
    'v0.3',
    'v0.3.1 ',
    'v00.3.1',
    'v0.3.1+dirty',
    '../../x',
    'v2.0.0',
  ];
  const answered = (answer: string) =>
    openWorld({
      env: { GOFLAGS: '-mod=mod' },
      faults: [
        { path: /words\/(?:@v\/main\.info|@latest)$/, body: JSON.stringify({ Version: answer }) },
        { path: 'words/@v/list', body: '' },
      ],
    });

  test.each(answers)('%j as the answer to a query is refused by every command, and not kept', async (answer) => {
    await using world = await answered(answer);
    const goMod = 'module example.com/me\n\ngo 1.21\n';
    const cwd = world.mainModule(goMod);
    for (const query of ['main', 'latest']) {
      for (const command of [
        ['mod', 'download'],
        ['mod', 'download', '-json'],
        ['list', '-m'],
        ['list', '-m', '-json'],
        ['get'],
      ]) {
        const { code, stdout } = await runMain(world, [...command, `${path}@${query}`], { cwd });
        expect([command, query, code], stdout).toEqual([command, query, 1]);
        if (command.includes('download') && command.includes('-json')) expect(JSON.parse(stdout).Error).toBeTruthy();
        else expect(stdout).toBe('');
      }
      expect((await runMain(world, ['resolve', `${path}@${query}`])).code).toBe(1);
    }
    expect(readFileSync(join(cwd, 'go.mod'), 'utf8')).toBe(goMod);
    expect([...world.snapshot().keys()].filter((name) => name.includes('words'))).toEqual([]);
  });

  test('twin: a version is taken', async () => {
    await using world = await answered(version);
    expect(await runMain(world, ['list', '-m', `${path}@main`])).toMatchObject({
      code: 0,
      stdout: `${path} ${version}\n`,
    });
    expect((await runMain(world, ['mod', 'download', `${path}@latest`])).code).toBe(0);
  });
});
