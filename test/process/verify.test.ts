/** `verify`: what is proven of a checkout, said in one line and by the exit code, with the built program on loopback. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyDocument } from '../../src/checks/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import { fixtureModules, logOf, snapshotOf, sumsOf, type World } from '../support/fixture-world.js';
import type { RunOptions, RunResult } from '../support/run-cli.js';
import { type RunningWorld, startWorld } from './world.js';

const schema = fileURLToPath(new URL('../../schemas/verify.schema.json', import.meta.url));
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

/** The lines of go.sum for modules of the fixtures, `path@version`; with '/go.mod' behind it only that line. */
function sumLines(world: World, ...names: string[]): string {
  return names
    .map((name) => {
      const [path, version] = name.replace(/\/go\.mod$/, '').split('@') as [string, string];
      const { zip, mod } = sumsOf(world.modules.find((m) => m.path === path && m.version === version)!);
      const goMod = `${path} ${version}/go.mod ${mod}\n`;
      return name.endsWith('/go.mod') ? goMod : `${path} ${version} ${zip}\n${goMod}`;
    })
    .join('');
}

const goMod = `module example.com/me

go 1.21

require example.com/greet v1.0.0

require example.com/words v0.3.0 // indirect
`;
const greet = 'example.com/greet@v1.0.0';
const words = 'example.com/words@v0.3.0';
const otherHash = 'h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const lastLine = (stdout: string) => stdout.trimEnd().split('\n').at(-1);

/** A checkout of greet and words; `change` edits its go.sum. */
function checkout(world: World, change: (sum: string) => string = (sum) => sum, files: Record<string, string> = {}) {
  return world.mainModule({ 'go.mod': goMod, 'go.sum': change(sumLines(world, greet, words)), ...files });
}

/** The document of `verify --json`, held to its schema, and to the exit code. */
async function verifyJson(world: RunningWorld, cwd: string, args: string[] = [], options: RunOptions = {}) {
  const result: RunResult = await world.run(['verify', '--json', ...args], { cwd, ...options });
  const document = JSON.parse(result.stdout) as VerifyDocument;
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  expect(document.ExitCode).toBe(result.code);
  return document;
}

const statuses = (document: VerifyDocument) => document.Lines.map((l) => l.Status);
const findings = (document: VerifyDocument, claim: string) =>
  document.Claims.filter((c) => c.Claim === claim).flatMap((c) => c.Findings);

describe('with an honest log', () => {
  let world: RunningWorld;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('every line is proven, and one line says so', async () => {
    const cwd = checkout(world);
    const { code, stdout, stderr } = await world.run(['verify', '--all'], { cwd });
    const size = world.modules.length;
    expect([code, stderr, stdout]).toEqual([
      0,
      '',
      `holds: go-sum-is-well-formed (4), go-sum-is-complete (2)\nverified: 4 lines proven by the log at tree size ${size}, 0 skipped, 0 unproven\n`,
    ]);
  });

  test('each line has its record number; the document says against which tree', async () => {
    const document = await verifyJson(world, checkout(world), ['--all']);
    const record = world.modules.findIndex((m) => m.path === 'example.com/words' && m.version === 'v0.3.0');
    expect(document.Lines[3]).toEqual({
      File: 'go.sum',
      Line: 4,
      Path: 'example.com/words',
      Version: 'v0.3.0/go.mod',
      Hash: expect.stringMatching(/^h1:/),
      Status: 'proven',
      Record: record,
      TreeSize: world.modules.length,
    });
    expect(document.Log).toMatchObject({ Name: world.log.name, TreeSize: world.modules.length });
    expect(document.Counts).toMatchObject({ Lines: 4, Proven: 4, Remembered: 0 });
  });

  test.each([
    ['of the zip', 0, 'v1.0.0 '],
    ['of the go.mod', 1, 'v1.0.0/go.mod '],
  ])('a hash %s that is another than the log has is refuted, with both', async (_, index, version) => {
    const cwd = checkout(world, (sum) =>
      sum.replace(new RegExp(`(example.com/greet ${version})\\S+`), `$1${otherHash}`),
    );
    const document = await verifyJson(world, cwd);
    const { zip, mod } = sumsOf(world.modules.find((m) => m.path === 'example.com/greet' && m.version === 'v1.0.0')!);
    expect(document).toMatchObject({ Verdict: 'refuted', ExitCode: 3 });
    expect(statuses(document).filter((s) => s === 'proven')).toHaveLength(3);
    expect(document.Lines[index]).toMatchObject({
      Status: 'differs',
      Want: index === 0 ? zip : mod,
      Got: otherHash,
      From: world.log.name,
    });
    const { code, stdout } = await world.run(['verify'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toContain(`want: ${index === 0 ? zip : mod}\n    got:  ${otherHash}\n    from: ${world.log.name}\n`);
    expect(stdout).toContain('tsgoget explain-mismatch example.com/greet@v1.0.0');
    expect(lastLine(stdout)).toMatch(/^refuted: 3 lines proven by the log .*, 0 skipped, 0 unproven, 1 differs/);
  });

  test('a module version without a record is not proven; a retry may change it: 1', async () => {
    const cwd = checkout(world, (sum) => `${sum}example.com/zzz v1.0.0/go.mod ${otherHash}\n`);
    const document = await verifyJson(world, cwd);
    expect(document.ExitCode).toBe(1);
    expect(document.Lines[4]).toMatchObject({ Status: 'not-in-log', Path: 'example.com/zzz' });
    expect((await world.run(['verify'], { cwd })).stdout).toMatch(
      /\nnot verified: 4 lines proven .*1 unproven \(1 not in the log, 0 not checked\)\n$/,
    );
  });

  test.each([
    ['GOPRIVATE', { GOPRIVATE: 'example.com/w*', GONOSUMDB: undefined }, 'GOPRIVATE=example.com/w*'],
    ['GONOSUMDB', { GONOSUMDB: 'other.test,example.com/words' }, 'GONOSUMDB=example.com/words'],
  ])(
    'lines that %s names are skipped, the pattern is named, and nothing is asked about them',
    async (_, env, reason) => {
      await using own = await startWorld();
      const cwd = checkout(own, (sum) => sum.replaceAll(/(example.com\/words v0.3.0 )\S+/g, `$1${otherHash}`));
      const document = await verifyJson(own, cwd, [], { env });
      expect(statuses(document)).toEqual(['proven', 'proven', 'skipped', 'skipped']);
      expect(document.Lines[2]!.Reason).toBe(reason);
      expect(document.ExitCode).toBe(0);
      expect(document.Summary).toContain(`2 skipped (${reason})`);
      expect(own.mirror.paths().filter((path) => path.includes('lookup/example.com/words'))).toEqual([]);
      expect((await verifyJson(own, cwd, ['--strict'], { env })).ExitCode).toBe(1);
    },
  );

  test('a private module is no name for the mirror either, and what it needs is a note', async () => {
    await using own = await startWorld();
    const document = await verifyJson(own, checkout(own), [], {
      env: { GOPRIVATE: 'example.com/words', GONOSUMDB: undefined },
    });
    expect(own.mirror.paths().filter((path) => path.includes('words'))).toEqual([]);
    expect(findings(document, 'go-sum-is-complete')).toEqual([
      expect.objectContaining({ Weight: 'note', Path: 'example.com/words', Version: 'v0.3.0' }),
    ]);
  });

  test('GOSUMDB=off skips everything; --strict does not let it pass', async () => {
    const cwd = checkout(world);
    const { code, stdout } = await world.run(['verify'], { cwd, env: { GOSUMDB: 'off' } });
    expect([code, lastLine(stdout)]).toEqual([
      0,
      'nothing proven: 0 lines proven, 4 skipped (GOSUMDB=off), 0 unproven',
    ]);
    const strict = await world.run(['verify', '--strict'], { cwd, env: { GOSUMDB: 'off' } });
    expect([strict.code, lastLine(strict.stdout)]).toEqual([
      1,
      'not verified: 0 lines proven, 4 skipped (GOSUMDB=off), 0 unproven',
    ]);
  });

  test('two hashes for one key are refuted, for a private module too', async () => {
    const cwd = checkout(world, (sum) => `${sum}example.com/words v0.3.0 ${otherHash}\n`);
    const document = await verifyJson(world, cwd, [], { env: { GOSUMDB: 'off' } });
    expect(document.ExitCode).toBe(3);
    expect(findings(document, 'go-sum-is-well-formed')).toEqual([
      expect.objectContaining({
        Weight: 'refuted',
        Line: 5,
        Got: otherHash,
        Message: expect.stringContaining('go.sum:3'),
      }),
    ]);
    expect(statuses(await verifyJson(world, cwd))).toEqual(['proven', 'proven', 'proven', 'proven', 'differs']);
  });

  test.each([
    ['trailing junk', 'example.com/a v1.0.0 h1:x= junk', 'wrong number of fields 4'],
    ['two fields', 'example.com/a v1.0.0', 'wrong number of fields 2'],
    ['a comment', '// pinned by hand', 'wrong number of fields 4'],
  ])('a malformed line (%s) is told with its number, and the others are proven', async (_, line, problem) => {
    const document = await verifyJson(
      world,
      checkout(world, (sum) => `${line}\n${sum}`),
    );
    expect(document.ExitCode).toBe(1);
    expect(findings(document, 'go-sum-is-well-formed')).toEqual([
      { Weight: 'unchecked', Message: `malformed go.sum: ${problem}`, File: 'go.sum', Line: 1 },
    ]);
    expect(statuses(document)).toEqual(['proven', 'proven', 'proven', 'proven']);
    expect(document.Lines[0]!.Line).toBe(2);
  });

  test('CRLF and lines that stand twice are notes: go reads them', async () => {
    const cwd = checkout(world, (sum) => (sum + sumLines(world, words)).replaceAll('\n', '\r\n'));
    const document = await verifyJson(world, cwd);
    expect(document).toMatchObject({ ExitCode: 0, Counts: { Proven: 6 } });
    expect(findings(document, 'go-sum-is-well-formed').map((f) => [f.Weight, f.Message, f.Line])).toEqual([
      ['note', '6 lines that end in CRLF', 1],
      ['note', '2 lines that stand twice', 5],
    ]);
  });

  test.each([
    ['another algorithm', 'example.com/greet v1.0.0 h2:abc', /unknown hash algorithm h2/],
    ['no hash at all', 'example.com/greet v1.0.0 abc', /unknown hash algorithm abc/],
    ['a path that is none', 'example..com/../x v1.0.0 h1:abc', /malformed/],
    ['a version that is not canonical', 'example.com/greet v1 h1:abc', /not a canonical version/],
    ['a version with a slash', 'example.com/greet v1.0.0/zip h1:abc', /not a canonical version/],
  ])('%s is not checked: 1', async (_, line, reason) => {
    const document = await verifyJson(
      world,
      checkout(world, (sum) => `${sum}${line}\n`),
    );
    expect(document.Lines[4]).toMatchObject({ Status: 'not-checked', Reason: expect.stringMatching(reason) });
    expect(document.ExitCode).toBe(1);
  });

  test('a broken h1: hash differs from the log', async () => {
    const document = await verifyJson(
      world,
      checkout(world, (sum) => sum.replace(/h1:\S+/, 'h1:short')),
    );
    expect([document.ExitCode, document.Lines[0]!.Status]).toEqual([3, 'differs']);
  });

  test('a line that go.sum lacks is told, and how to add it; nothing is written', async () => {
    const sum = sumLines(world, greet);
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': sum });
    const document = await verifyJson(world, cwd);
    expect(document.ExitCode).toBe(1);
    expect(findings(document, 'go-sum-is-complete').filter((f) => f.Weight === 'unchecked')).toEqual([
      {
        Weight: 'unchecked',
        Message: 'missing go.sum entry for go.mod file; to add it: tsgoget mod download example.com/words',
        File: 'go.sum',
        Path: 'example.com/words',
        Version: 'v0.3.0/go.mod',
      },
    ]);
    expect(Object.fromEntries(snapshotOf(cwd))).toEqual({ 'go.mod': goMod, 'go.sum': sum });
  });

  test('without a go.sum, every needed line is missing', async () => {
    const cwd = world.mainModule(goMod);
    const document = await verifyJson(world, cwd);
    expect([document.ExitCode, document.Lines, document.Counts.ClaimsUnchecked]).toEqual([1, [], 2]);
    expect(readdirSync(cwd)).toEqual(['go.mod']);
  });

  test('a module that requires nothing needs no go.sum', async () => {
    const { code, stdout } = await world.run(['verify'], {
      cwd: world.mainModule('module example.com/me\n\ngo 1.21\n'),
    });
    expect([code, stdout]).toEqual([0, 'verified: 0 lines proven, 0 skipped, 0 unproven\n']);
  });

  test('lines that nothing needs any more are a note, and are proven all the same', async () => {
    const cwd = checkout(world, (sum) => sum + sumLines(world, 'example.com/words@v0.4.0'));
    const document = await verifyJson(world, cwd);
    expect(document).toMatchObject({ ExitCode: 0, Counts: { Proven: 6, Notes: 2 } });
    expect(findings(document, 'go-sum-is-complete').map((f) => [f.Weight, f.Line, f.Version])).toEqual([
      ['note', 5, 'v0.4.0'],
      ['note', 6, 'v0.4.0/go.mod'],
    ]);
    expect((await world.run(['verify'], { cwd })).stdout).toContain('(and 1 more like it)');
  });

  test('zips without a line are no failure: the report says that it cannot know', async () => {
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': sumLines(world, `${greet}/go.mod`, words) });
    const document = await verifyJson(world, cwd);
    expect(document.ExitCode).toBe(0);
    expect(findings(document, 'go-sum-is-complete')).toEqual([
      { Weight: 'note', Message: expect.stringContaining('1 module of the build list has no line for the zip') },
    ]);
  });

  test('replaced modules are named', async () => {
    const replace = 'replace example.com/words => ./words\n\nreplace example.com/greet => example.com/greet v1.1.0\n';
    const cwd = world.mainModule({
      'go.mod': `${goMod}\n${replace}`,
      'go.sum': sumLines(world, 'example.com/greet@v1.1.0', 'example.com/Shade/Color@v1.0.0/go.mod'),
      'words/go.mod': 'module example.com/words\n',
    });
    const document = await verifyJson(world, cwd);
    expect(document.ExitCode).toBe(0);
    expect(findings(document, 'replaced-modules').map((f) => [f.Path, f.Message])).toEqual([
      ['example.com/greet', 'replaced by example.com/greet@v1.1.0: whose lines are proven in its place'],
      ['example.com/words', 'replaced by ./words: a folder, whose content is not proven'],
    ]);
  });

  test.each([
    ['cannot be parsed', 'module example.com/me\n\nrequire (\n'],
    ['requires what is not there', `${goMod}\nrequire example.com/nothing v1.0.0\n`],
  ])('when go.mod %s, its claim is unchecked and the lines are proven all the same', async (_, text) => {
    const cwd = world.mainModule({ 'go.mod': text, 'go.sum': sumLines(world, greet, words) });
    const document = await verifyJson(world, cwd);
    expect(document).toMatchObject({ ExitCode: 1, Counts: { Proven: 4 } });
    expect(findings(document, 'go-sum-is-complete').map((f) => f.Weight)).toContain('unchecked');
  });

  test('a mirror whose go.mod is not what go.sum says is an attack: 3', async () => {
    await using own = await startWorld({
      faults: [{ path: 'words/@v/v0.3.0.mod', body: 'module example.com/words\n\ngo 1.1\n' }],
    });
    const document = await verifyJson(own, checkout(own));
    expect(document).toMatchObject({ ExitCode: 3, Counts: { Proven: 4 } });
    expect(findings(document, 'go-sum-is-complete')[0]).toMatchObject({ Weight: 'refuted', Path: 'example.com/words' });
  });

  test('a workspace: go.work.sum and the members’ go.sum, each line under its file', async () => {
    const cwd = world.mainModule({
      'go.work': 'go 1.21\n\nuse (\n\t./a\n\t./b\n)\n',
      'go.work.sum': `${sumLines(world, 'example.com/words@v0.3.1')}example.com/words v0.4.0 ${otherHash}\n`,
      'a/go.mod': goMod.replace('/me', '/a'),
      'a/go.sum': sumLines(world, greet, words),
      'b/go.mod': 'module example.com/b\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n',
    });
    const document = await verifyJson(world, cwd);
    expect(document.Lines.map((l) => [l.File, l.Line, l.Status])).toEqual([
      ['go.work.sum', 1, 'proven'],
      ['go.work.sum', 2, 'proven'],
      ['go.work.sum', 3, 'differs'],
      ['a/go.sum', 1, 'proven'],
      ['a/go.sum', 2, 'proven'],
      ['a/go.sum', 3, 'proven'],
      ['a/go.sum', 4, 'proven'],
    ]);
    expect(document.ExitCode).toBe(3);
    expect(findings(document, 'go-sum-is-complete').map((f) => [f.Weight, f.File, f.Line])).toEqual([
      ['note', 'go.work.sum', 3],
    ]);
    const below = await verifyJson(world, join(cwd, 'b'));
    expect(below.Lines[0]!.File).toBe('../go.work.sum');
    expect((await verifyJson(world, join(cwd, 'a'), [], { env: { GOWORK: 'off' } })).ExitCode).toBe(0);
  });

  test('an outage is told once, with three examples and what to do; --json has all (issue 11, C.1)', async () => {
    const cwd = world.mainModule({
      'go.mod': goMod,
      'go.sum': sumLines(world, greet, words, 'example.com/words@v0.4.0'),
    });
    const env = { GOSUMDB: `${world.env.GOSUMDB} http://127.0.0.1:9`, GOMODCACHE: join(cwd, 'cache') };
    const { code, stdout } = await world.run(['verify'], { cwd, env });
    expect([code, stdout.match(/refused/g)?.length]).toEqual([1, 1]);
    expect(stdout).toMatch(
      /^could not be checked \(6 lines\):\n {2}Get "http:.*refused\n(?: {4}go\.sum:\d: \S+ \S+\n){3} {4}… and 3 more/,
    );
    expect(stdout).toMatch(/^hint: run it again when the checksum database answers/m);
    const document = await verifyJson(world, cwd, [], { env });
    expect(document.Lines.map((l) => /refused/.test(l.Reason!))).toEqual(Array(6).fill(true));
  });

  test('a missing go.sum is one line, and so is a SECURITY ERROR (issue 11, C.1)', async () => {
    const bare = await world.run(['verify'], { cwd: world.mainModule(goMod) });
    expect(bare.stdout.split('\n')[1]).toBe('  go.sum: there is none, and the module graph needs 2 lines in it');
    expect(bare.stdout).not.toContain('missing go.sum entry');
    const cwd = checkout(world, (sum) => sum.replaceAll(/(v\S+\/go\.mod) h1:\S+/g, `$1 ${otherHash}`));
    const { code, stdout } = await world.run(['verify'], { cwd });
    expect([code, stdout.match(/SECURITY ERROR/g)?.length]).toEqual([3, 1]);
  });

  test('"verified" never stands over a run that proved nothing (issue 11, C.2)', async () => {
    const cwd = checkout(world);
    for (const env of [{ GOSUMDB: 'off' }, { GOPRIVATE: 'example.com' }]) {
      const { code, stdout } = await world.run(['verify', '--github'], { cwd, env });
      expect([code, lastLine(stdout)]).toEqual([
        0,
        expect.stringMatching(/^nothing proven: 0 lines proven, 4 skipped/),
      ]);
      expect(stdout).toMatch(/^::warning title=tsgoget%3A nothing proven::/);
      expect(stdout).toMatch(/^warning: .*nothing was proven/m);
      expect((await verifyJson(world, cwd, [], { env })).Verdict).toBe('nothing proven');
    }
  });

  test('lines that go passes over are no lines that go.sum has (issue 11, A.6)', async () => {
    const line = (hash: string) => (sum: string) =>
      sum.replace(/^(example\.com\/words v0\.3\.0\/go\.mod) .*$/m, `$1 ${hash}`);
    for (const hash of ['h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=', `h2:${otherHash.slice(3)}`]) {
      const document = await verifyJson(world, checkout(world, line(hash)));
      const missing = findings(document, 'go-sum-is-complete').filter((f) => f.Weight === 'unchecked');
      expect([document.ExitCode, missing.map((f) => `${f.Path} ${f.Version}`)]).toEqual([
        1,
        ['example.com/words v0.3.0/go.mod'],
      ]);
    }
    // beside the line that go uses they do no harm
    const both = checkout(
      world,
      (sum) => `${sum}example.com/words v0.3.0/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n`,
    );
    expect((await verifyJson(world, both)).ExitCode).toBe(0);
  });

  test('go.work does not hide the go.sum of a module that is no member (issue 11, A.6)', async () => {
    const files = (...use: string[]) => ({
      'go.work': `go 1.21\n${use.map((folder) => `\nuse ${folder}\n`).join('')}`,
      'go.mod': goMod,
      'go.sum': sumLines(world, greet, words).replaceAll(/h1:\S+/g, otherHash),
      'a/go.mod': 'module example.com/a\n\ngo 1.21\n',
      'b/go.mod': goMod.replace('/me', '/b'),
      'b/go.sum': sumLines(world, greet, words),
    });
    const hiding = world.mainModule(files('./a'));
    const claim = 'go-work-hides-no-go-sum';
    const document = await verifyJson(world, hiding);
    expect([document.ExitCode, findings(document, claim).map((f) => [f.Weight, f.File])]).toEqual([
      1,
      [['unchecked', 'go.sum']],
    ]);
    const below = await verifyJson(world, join(hiding, 'b'));
    expect(findings(below, claim).map((f) => f.File)).toEqual(['go.sum', '../go.sum']);
    // as a member it is looked at; and a member stands for itself
    const all = await verifyJson(world, world.mainModule(files('.', './a', './b')));
    expect([all.ExitCode, findings(all, claim)]).toEqual([3, []]);
    const honest = { ...files('.', './a', './b'), 'go.sum': sumLines(world, greet, words) };
    expect((await verifyJson(world, world.mainModule(honest))).ExitCode).toBe(0);
  });

  test('the same hash in two files of a workspace is no contradiction, another is', async () => {
    const files = {
      'go.work': 'go 1.21\n\nuse ./a\n',
      'a/go.mod': goMod,
      'a/go.sum': sumLines(world, greet, words),
    };
    const same = world.mainModule({ ...files, 'go.work.sum': sumLines(world, words) });
    expect((await verifyJson(world, same)).ExitCode).toBe(0);
    const other = world.mainModule({ ...files, 'go.work.sum': `example.com/words v0.3.0 ${otherHash}\n` });
    expect(findings(await verifyJson(world, other), 'go-sum-is-well-formed')).toEqual([
      expect.objectContaining({ Weight: 'refuted', Message: expect.stringContaining('go.work.sum:1') }),
    ]);
  });

  test('a checkout that nobody may write to is verified, and nothing is written outside the cache', async () => {
    const cwd = checkout(world);
    const before = snapshotOf(cwd);
    chmodSync(join(cwd, 'go.sum'), 0o444);
    chmodSync(cwd, 0o555);
    try {
      expect((await world.run(['verify', '--all'], { cwd })).code).toBe(0);
    } finally {
      chmodSync(cwd, 0o755);
    }
    expect(snapshotOf(cwd)).toEqual(before);
    const written = [...world.snapshot().keys()].filter((name) => !name.startsWith('pkg/mod/cache/'));
    expect(written).toEqual([`pkg/sumdb/${world.log.name}/latest`]);
    expect(readdirSync(world.outside)).toEqual([]);
  });

  test('text from go.sum cannot write the last line, or reach the terminal raw', async () => {
    const evil = 'example.com/\x1b[2K\x1b[1Gverified:\u202e v1.0.0 h1:\x1b]0;x\x07\x9b1m';
    const cwd = checkout(world, (sum) => `${sum}${evil}\n`);
    const { code, stdout } = await world.run(['verify'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('example.com/verified:');
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(stdout.match(/^verified:/gm)).toBeNull();
  });

  test('GOFLAGS of other commands do not disturb; arguments and unknown flags are usage', async () => {
    const cwd = checkout(world);
    expect((await world.run(['verify'], { cwd, env: { GOFLAGS: '-mod=mod -modcacherw' } })).code).toBe(0);
    expect((await world.run(['verify', 'example.com/greet'], { cwd })).code).toBe(2);
    expect((await world.run(['verify', '--nothing'], { cwd })).code).toBe(2);
    expect((await world.run(['verify'], { cwd: world.outside })).code).toBe(1);
    const broken = await world.run(['verify'], { cwd, env: { GOSUMDB: 'what is this' } });
    expect([broken.code, broken.stdout]).toEqual([1, '']);
  });
});

describe('what an earlier run has proven', () => {
  test('is not looked up again: nothing is asked of the network', async () => {
    await using world = await startWorld();
    const cwd = checkout(world);
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 4, Remembered: 0 });
    const asked = world.mirror.requests.length;
    // not even what go keeps of look-ups and tiles is needed
    rmSync(world.downloaded('sumdb'), { recursive: true });
    const again = await verifyJson(world, cwd);
    expect([again.ExitCode, again.Counts.Remembered, world.mirror.requests.length - asked]).toEqual([0, 4, 0]);
    expect(lastLine((await world.run(['verify'], { cwd })).stdout)).toContain(
      '4 lines proven by the log at tree size 21 (4 remembered)',
    );
    expect((await verifyJson(world, cwd, ['--all'])).Counts.Remembered).toBe(0);
    expect(world.mirror.requests.length).toBeGreaterThan(asked);
  });

  test('counts for nothing where no tree head is trusted: the first one comes from the log', async () => {
    await using world = await startWorld();
    const cwd = checkout(world);
    await verifyJson(world, cwd);
    rmSync(join(world.gopath, 'pkg', 'sumdb'), { recursive: true });
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 4, Remembered: 0 });
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 4, Remembered: 4 });
  });

  test('holds while the log is out of reach; a new line does not', async () => {
    await using world = await startWorld();
    const cwd = checkout(world);
    await verifyJson(world, cwd);
    world.mirror.faults.push({ path: 'sumdb/', status: 500 });
    expect((await verifyJson(world, cwd)).ExitCode).toBe(0);
    writeFileSync(join(cwd, 'go.sum'), sumLines(world, greet, words, 'example.com/words@v0.4.0'));
    const document = await verifyJson(world, cwd);
    expect([document.ExitCode, ...statuses(document).slice(3)]).toEqual([1, 'proven', 'not-checked', 'not-checked']);
  });

  test('grows with the lines, and is not believed of another hash', async () => {
    await using world = await startWorld();
    const cwd = checkout(world);
    await verifyJson(world, cwd);
    writeFileSync(join(cwd, 'go.sum'), sumLines(world, greet, words, 'example.com/words@v0.4.0'));
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 6, Remembered: 4 });
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 6, Remembered: 6 });
    writeFileSync(join(cwd, 'go.sum'), sumLines(world, greet, words).replace(/h1:\S+/, otherHash));
    const document = await verifyJson(world, cwd);
    expect([document.ExitCode, document.Lines[0]!.Status]).toEqual([3, 'differs']);
  });

  /** Where the proofs are remembered. */
  const memoryOf = (world: World) => {
    const folder = join(world.modcache, 'cache', 'tsgoget', 'proofs');
    return join(folder, readdirSync(folder)[0]!);
  };

  test.each<[string, (bytes: Buffer) => Buffer | string]>([
    ['cut', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => ''],
    ['of zeros', (bytes) => Buffer.alloc(bytes.length)],
    ['that is no such file', () => '{"Remembered": true}'],
    ['with another hash in a record', (bytes) => bytes.toString().replace(/h1:./, 'h1:_')],
    ['with another record number', (bytes) => bytes.toString().replace(/^(\d+)$/m, '1')],
    ['with another tree size', (bytes) => bytes.toString().replace(/(go\.sum database tree\n)\d+/, '$1999999999')],
    ['with one bit flipped in the middle', (bytes) => flip(bytes, bytes.length >> 1)],
    ['with one bit flipped near the end', (bytes) => flip(bytes, bytes.length - 20)],
  ])('a memory %s is none, and is made anew', async (_, change) => {
    await using world = await startWorld();
    const cwd = checkout(world);
    await verifyJson(world, cwd);
    const whole = readFileSync(memoryOf(world));
    writeFileSync(memoryOf(world), change(whole));
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 4, Remembered: 0 });
    expect(readFileSync(memoryOf(world))).toEqual(whole);
  });

  test('a memory under the key of another database is none', async () => {
    await using world = await startWorld();
    await using other = await startWorld({ log: logOf(fixtureModules(), new FixtureLog({ name: 'other.test/db' })) });
    const cwd = checkout(world);
    await verifyJson(world, cwd);
    await verifyJson(other, checkout(other));
    writeFileSync(memoryOf(world), readFileSync(memoryOf(other)));
    expect((await verifyJson(world, cwd)).Counts).toMatchObject({ Proven: 4, Remembered: 0 });
  });

  test('a memory of another history of the log is a fork: 3, with the evidence', async () => {
    await using first = await startWorld();
    const cwd = checkout(first);
    await verifyJson(first, cwd);
    const memory = readFileSync(memoryOf(first));
    // the same key, but another world: its stored head is of another history
    const fork = new FixtureLog({ signer: first.log.signer }).pad(3);
    for (const m of first.modules) fork.add(m.path, m.version, sumsOf(m).zip, sumsOf(m).mod);
    await using second = await startWorld({ log: fork });
    const there = checkout(second);
    await verifyJson(second, there);
    writeFileSync(memoryOf(second), memory);
    const { code, stdout } = await second.run(['verify'], { cwd: there });
    expect(code).toBe(3);
    expect(stdout).toContain('fork-evidence.txt');
    expect(lastLine(stdout)).toMatch(/^refuted: 0 lines proven, 0 skipped, 0 unproven, 4 refuted, 1 other problem$/);
    expect((await second.run(['verify', '--all'], { cwd: there })).code).toBe(3);
  });
});

const flip = (bytes: Buffer, at: number) => {
  const flipped = Buffer.from(bytes);
  flipped[at]! ^= 1;
  return flipped;
};

describe('a log that fails or lies', () => {
  test.each([
    ['an outage of the look-ups', [{ path: '/lookup/', status: 500 }]],
    ['an outage of the tiles', [{ path: '/tile/', status: 503 }]],
    ['no answer', [{ path: 'sumdb/', reset: true }]],
    ['an answer that is no record', [{ path: '/lookup/', body: '<html>' }]],
  ])('%s is no proof and no refutation: 1', async (_, faults) => {
    await using world = await startWorld({ faults });
    const cwd = checkout(world);
    const document = await verifyJson(world, cwd);
    expect(document).toMatchObject({ ExitCode: 1, Verdict: 'not verified', Counts: { Proven: 0, NotChecked: 4 } });
    expect(document.Log).toBeUndefined();
    expect([...world.snapshot().keys()].filter((name) => name.includes('tsgoget'))).toEqual([]);
  });

  test('a false record is refuted: 3', async () => {
    await using world = await startWorld();
    world.log.flipBit('/lookup/example.com/greet@v1.0.0', 300);
    const document = await verifyJson(world, checkout(world));
    expect(document.ExitCode).toBe(3);
    expect(statuses(document)).toEqual(['refuted', 'refuted', 'proven', 'proven']);
  });

  test('a record that lacks the line is refuted: 3', async () => {
    await using world = await startWorld({ modules: [{ path: 'example.com/odd', version: 'v1.0.0', files: {} }] });
    world.log.addText('example.com/odd', 'v1.0.0', `example.com/odd v1.0.0 ${otherHash}\n`);
    const cwd = checkout(
      world,
      (sum) => `${sum}example.com/odd v1.0.0 ${otherHash}\nexample.com/odd v1.0.0/go.mod ${otherHash}\n`,
    );
    const document = await verifyJson(world, cwd);
    expect(document.Lines.slice(4)).toEqual([
      expect.objectContaining({ Status: 'proven' }),
      expect.objectContaining({ Status: 'differs', Want: '', Got: otherHash }),
    ]);
    expect((await world.run(['verify'], { cwd })).stdout).toContain('want: (no such line)');
  });

  test('a fork is refuted for every line, with the evidence: 3, then and ever after', async () => {
    let shown: FixtureLog | undefined;
    const honest = new FixtureLog();
    await using world = await startWorld({ log: () => shown ?? honest });
    for (const m of world.modules) honest.add(m.path, m.version, sumsOf(m).zip, sumsOf(m).mod);
    const cwd = checkout(world);
    expect((await verifyJson(world, cwd)).ExitCode).toBe(0);
    shown = honest.fork(5);
    for (const m of world.modules) shown.add(m.path, m.version, sumsOf(m).zip, sumsOf(m).mod);
    shown.pad(10);
    rmSync(world.downloaded('sumdb'), { recursive: true });
    const { code, stdout } = await world.run(['verify', '--all'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toContain('log-has-one-history: refuted:');
    expect(stdout).toContain('fork-evidence.txt');
    expect(lastLine(stdout)).toMatch(/^refuted: 0 lines proven, .* 4 refuted/);
    expect(statuses(await verifyJson(world, cwd, ['--all']))).toEqual(['refuted', 'refuted', 'refuted', 'refuted']);
    expect((await verifyJson(world, cwd)).ExitCode).toBe(3);
  });

  test('an interruption is no verdict: nothing is said or remembered', async () => {
    await using world = await startWorld({ faults: [{ path: '/lookup/', hang: true }] });
    const child = world.start(['verify'], { cwd: checkout(world) });
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    while (!world.mirror.paths().some((path) => path.includes('/lookup/')))
      await new Promise((next) => setTimeout(next, 10));
    child.kill('SIGINT');
    expect([await ended, stdout]).toEqual([130, '']);
    expect([...world.snapshot().keys()].filter((name) => name.includes('tsgoget'))).toEqual([]);
  });

  test('a tree head that cannot be stored is told: 1', async () => {
    await using world = await startWorld();
    const cwd = checkout(world);
    writeFileSync(join(world.dir, 'gopath'), 'a file where the folder should be');
    const modcache = join(world.dir, 'elsewhere');
    const document = await verifyJson(world, cwd, [], { env: { GOMODCACHE: modcache } });
    expect(document.ExitCode).toBe(1);
  });
});

describe('the claims that are asked for', () => {
  let world: RunningWorld;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('--cache hashes what is cached again', async () => {
    const cwd = checkout(world);
    expect((await world.run(['mod', 'download'], { cwd })).code).toBe(0);
    expect(findings(await verifyJson(world, cwd, ['--cache']), 'cache-matches-go-sum')).toEqual([]);
    const mod = world.downloaded('example.com/words/@v/v0.3.0.mod');
    const honest = readFileSync(mod, 'utf8');
    writeFileSync(mod, `${honest}\n// later\n`);
    try {
      const document = await verifyJson(world, cwd, ['--cache']);
      expect(document.ExitCode).toBe(3);
      expect(findings(document, 'cache-matches-go-sum')[0]).toMatchObject({
        Weight: 'refuted',
        Path: 'example.com/words',
      });
    } finally {
      writeFileSync(mod, honest);
    }
  });

  test('a vendor folder is compared by default, and not with --vendor=false', async () => {
    const cwd = checkout(world, undefined, {
      'vendor/modules.txt': '# example.com/greet v1.0.0\n## explicit\nexample.com/greet\n',
      'vendor/example.com/greet/greet.go': 'package greet // not what the module holds\n',
    });
    const document = await verifyJson(world, cwd);
    expect(document.ExitCode).toBe(3);
    expect(document.Claims.map((c) => c.Claim)).toContain('vendor-matches-zips');
    expect(findings(document, 'vendor-matches-zips').map((f) => f.Weight)).toContain('refuted');
    expect(findings(document, 'modules-txt-agrees-with-go-mod').map((f) => f.Weight)).toContain('refuted');
    expect((await verifyJson(world, cwd, ['--vendor=false'])).ExitCode).toBe(0);
  });

  test('--changed proves the lines that a commit did not have, and says how many it left out', async () => {
    const cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': sumLines(world, greet) });
    const gitEnv = { PATH: process.env['PATH'], HOME: world.dir, GIT_CONFIG_NOSYSTEM: '1' };
    const git = (...args: string[]) => execFileSync('git', ['-C', cwd, ...args], { env: gitEnv });
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '-qm', 'first');
    writeFileSync(join(cwd, 'go.sum'), sumLines(world, greet, words));
    const document = await verifyJson(world, cwd, ['--changed', 'HEAD']);
    expect(document).toMatchObject({ ExitCode: 0, Changed: { LeftOut: 2 } });
    expect(document.Lines.map((l) => [l.Line, l.Status])).toEqual([
      [3, 'proven'],
      [4, 'proven'],
    ]);
    expect(document.Summary).toMatch(/, 2 lines unchanged since HEAD \([0-9a-f]+\) left out$/);
    expect((await world.run(['verify', '--changed', 'nothing'], { cwd })).code).toBe(1);
  });

  test('in GitHub Actions lines are annotated and the summary is written; JSON stays JSON', async () => {
    const cwd = checkout(world, (sum) => sum.replace(/h1:\S+/, otherHash));
    const summary = join(world.dir, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: cwd, GITHUB_STEP_SUMMARY: summary };
    const { code, stdout } = await world.run(['verify'], { cwd, env });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^::error file=go\.sum,line=1,/m);
    expect(lastLine(stdout)).toMatch(/^refuted: /);
    expect(readFileSync(summary, 'utf8')).toContain('tsgoget verify: refuted');
    expect((await verifyJson(world, cwd, [], { env })).ExitCode).toBe(3);
    expect((await world.run(['verify', '--github=false'], { cwd, env })).stdout).not.toContain('::error');
  });
});
