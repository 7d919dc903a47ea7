/**
 * A checksum database, or what stands between, that lies (field notes, A1 to A7, A26): records of others, forged tiles,
 * forks, downgrades, outages. Each attack has a twin without it that succeeds.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publicDomain } from '../../src/goenv/defaults.js';
import { formatRecord, formatTreeHead } from '../../src/tlog/index.js';
import { FixtureLog, serveLog } from '../support/fixture-log.js';
import { startMirror } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, sumsOf } from '../support/fixture-world.js';
import { generateKey, signNote } from '../support/signed-notes.js';
import { type RunningWorld, startWorld } from './world.js';

const path = 'example.com/words';
const version = 'v0.3.1';
const modules = fixtureModules();
const victim = modules.find((m) => m.path === path && m.version === version)!;
const others = modules.filter((m) => m !== victim);
const sums = sumsOf(victim);
const zipLine = `${path} ${version} ${sums.zip}\n`;
const modLine = `${path} ${version}/go.mod ${sums.mod}\n`;
const lookupPath = `/lookup/${path}@${version}`;
/** The victim, byte for byte as large, with other content. */
const evil = { ...victim, files: { ...victim.files, 'words.go': 'package words\n\nfunc init() { panic("evil") }\n' } };
const evilMod = { ...evil, files: { ...evil.files, 'go.mod': 'module example.com/words\n\ngo 1.19\n' } };

const download = (world: RunningWorld) => world.run(['mod', 'download', `${path}@${version}`]);

/** No module and nothing of the log, but what a proxy says of a version and, where it was `refuted`, the head that did so. */
function expectNothingKept(world: RunningWorld, refuted = false): void {
  const kept = [...world.snapshot().keys()].filter((name) => !name.endsWith('.info'));
  expect(kept).toEqual(refuted ? ['pkg/sumdb/sum.test/db/latest'] : []);
}

describe.concurrent('A1: the record', () => {
  const withRecord = (text: string) => {
    const log = logOf(others);
    log.addText(path, version, text);
    return log;
  };
  test.each([
    ['has another module', `example.com/word ${version} ${sums.zip}\nexample.com/word ${version}/go.mod ${sums.mod}\n`],
    ['has another version', `${path} v0.3.10 ${sums.zip}\n${path} v0.3.10/go.mod ${sums.mod}\n`],
    [
      'has the path in other letters',
      `example.com/Words ${version} ${sums.zip}\nexample.com/Words ${version}/go.mod ${sums.mod}\n`,
    ],
    ['has the zip alone', zipLine],
    ['has the go.mod alone', modLine],
    ['has hashes of another kind', zipLine.replace('h1:', 'h2:') + modLine.replace('h1:', 'h2:')],
    ['has a fourth field', zipLine.replace('\n', ' x\n') + modLine.replace('\n', ' x\n')],
    ['has two hashes for the go.mod', `${zipLine}${modLine}${path} ${version}/go.mod h1:${'A'.repeat(43)}=\n`],
    ['has nothing', `${path}\n`],
  ])('%s', async (_, text) => {
    await using world = await startWorld({ log: withRecord(text) });
    const { code, stdout, stderr } = await download(world);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/checksum (?:missing from sumdb response|mismatch)/);
    expect(existsSync(world.downloaded(`${path}/@v/${version}.zip`))).toBe(false);
    expect(existsSync(world.downloaded(`${path}/@v/${version}.ziphash`))).toBe(false);
    if (!text.startsWith(modLine)) expectNothingKept(world, stderr.includes('checksum mismatch'));
  });

  test('is the true record of another module', async () => {
    const log = logOf(modules);
    const other = log.respond('/lookup/example.com/words@v0.3.0').body;
    log.forge(lookupPath, () => other);
    await using world = await startWorld({ log });
    expect(await download(world)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('checksum missing from sumdb response'),
    });
    expectNothingKept(world);
    log.beHonest();
    expect(await download(world)).toMatchObject({ code: 0 });
  });

  test('of a toolchain is needed, whatever the settings say', async () => {
    const toolchain = {
      path: `${publicDomain}/toolchain`,
      version: 'v0.0.1-go1.99.0.linux-amd64',
      files: { 'go.mod': `module ${publicDomain}/toolchain\n` },
    };
    await using world = await startWorld({ modules: [toolchain], log: logOf([...modules, evil]) });
    const args = ['mod', 'download', `${toolchain.path}@${toolchain.version}`];
    const env = { GONOSUMDB: '*', GONOPROXY: 'none' };
    expect(await world.run(args, { env })).toMatchObject({ code: 1, stderr: expect.stringContaining('404 Not Found') });
    expect(await world.run(args, { env: { GOSUMDB: 'off' } })).toMatchObject({ code: 1 });
    expectNothingKept(world);
    const { zip, mod } = sumsOf(toolchain);
    world.log.add(toolchain.path, toolchain.version, zip, mod);
    expect(await world.run(args, { env })).toMatchObject({ code: 0 });
  });
});

describe.concurrent('A2: forged tiles', () => {
  test.each([768, 256, 700])('a record and its tile of level 0, in a tree of %i', async (size) => {
    const honest = logOf(modules).pad(size - modules.length);
    const forged = logOf(modules.map((m) => (m === victim ? evilMod : m))).pad(size - modules.length);
    let log = honest;
    await using world = await startWorld({ modules: [], log: () => log });
    const lie = new FixtureLog({ signer: honest.signer });
    Object.assign(lie, { texts: honest.texts, tree: honest.tree });
    lie.respond = (asked) => {
      if (asked.startsWith('/tile/8/0/000') || asked.startsWith('/tile/8/data/')) return forged.respond(asked);
      if (!asked.startsWith('/lookup/')) return honest.respond(asked);
      const body = Buffer.from(forged.respond(asked).body).toString();
      return { status: 200, body: Buffer.from(body.replace(/go\.sum database tree[\s\S]*$/, honest.note())) };
    };
    log = lie;
    world.mirror.faults.push({ path: `${version}.mod`, body: evilMod.files['go.mod'] });
    const { code, stderr } = await download(world);
    expect([code, stderr.includes(`${path}@${version}`)]).toEqual([3, true]);
    expectNothingKept(world);
    log = honest;
    world.mirror.faults.length = 0;
    expect(await download(world)).toMatchObject({ code: 0 });
  });
});

describe.concurrent('A3: lines outside the record', () => {
  const lines = zipLine + modLine;
  const other = 'example.com/word v0.3.1 h1:x=\n';
  const head = (log: FixtureLog) => formatTreeHead({ size: log.texts.length, hash: log.tree.root() });
  const stranger = generateKey('stranger.test');
  test.each<[string, (log: FixtureLog, id: number) => string]>([
    ['in the signed tree note', (log, id) => formatRecord(id, other) + signNote(head(log) + lines, log.signer)],
    ['behind the signatures', (log, id) => `${formatRecord(id, other)}${log.note()}${lines}`],
    ['behind another blank line', (log, id) => `${formatRecord(id, other)}${log.note()}\n${lines}`],
    ['before the number', (log, id) => `${lines}${formatRecord(id, other)}${log.note()}`],
    ['between number and record', (log, id) => formatRecord(id, lines + other) + log.note()],
    [
      'as the signature of an unknown key',
      (log, id) => `${formatRecord(id, other)}${log.note()}— ${path} ${version} ${sums.zip}\n`,
    ],
    [
      'in a note with a second signer',
      (log, id) => formatRecord(id, other) + signNote(head(log) + lines, log.signer, stranger),
    ],
  ])('%s', async (_, answer) => {
    const log = logOf(others);
    const id = log.addText(path, version, other);
    log.forge(lookupPath, () => Buffer.from(answer(log, id)));
    await using world = await startWorld({ log });
    const { code, stdout } = await download(world);
    expect([[1, 3].includes(code), stdout]).toEqual([true, '']);
    expectNothingKept(world);
  });
});

describe.concurrent('A4: histories', () => {
  const seen = ['mod', 'download', 'example.com/words@v0.3.0'];
  const latest = (world: RunningWorld) => readFileSync(join(world.gopath, 'pkg/sumdb/sum.test/db/latest'), 'utf8');

  test.each([
    ['of the same size', 0],
    ['of a larger size', 300],
  ])('a fork %s: both notes are shown and kept, and nobody is believed until a person decides', async (_, more) => {
    const honest = logOf(modules);
    const fork = honest.fork(modules.length - 3);
    for (const m of modules.slice(-3)) fork.add(m.path, m.version, sumsOf(evil).zip, sumsOf(evil).mod);
    fork.pad(more);
    let log = honest;
    await using world = await startWorld({ log: () => log });
    expect(await world.run(seen)).toMatchObject({ code: 0 });
    await world.run(['clean', '-modcache']); // the tree head outlives the caches
    const note = latest(world);
    log = fork;
    const { code, stdout, stderr } = await world.run(['mod', 'download', 'example.com/words@v0.4.0']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('go.sum database server misbehavior detected!');
    for (const line of [...note.trimEnd().split('\n'), ...fork.note().trimEnd().split('\n')])
      expect(stderr).toContain(line);
    expect(stderr).toContain('proof of misbehavior:');
    expect(latest(world)).toBe(note);
    const evidence = join(world.gopath, 'pkg/sumdb/sum.test/db/fork-evidence.txt');
    expect(readFileSync(evidence, 'utf8')).toContain('proof of misbehavior:');
    const kept = [...world.snapshot().keys()].filter((name) => !/\.info$|pkg\/sumdb\//.test(name));
    expect(kept).toEqual([]);
    log = honest;
    expect(await world.run(seen)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`hint: the evidence is in`),
    });
    rmSync(evidence);
    expect(await world.run(seen)).toMatchObject({ code: 0 });
  });

  test('an older head of the same history is no fork, and does not roll the newest back', async () => {
    await using world = await startWorld({ log: logOf(modules).pad(300) });
    expect(await world.run(seen)).toMatchObject({ code: 0 });
    const note = latest(world);
    world.log.useOldHead(path, version, modules.length);
    expect(await download(world)).toMatchObject({ code: 0 });
    expect(latest(world)).toBe(note);
  });

  test('a record that the tree does not have yet', async () => {
    await using world = await startWorld();
    world.log.forge(lookupPath, (body) => Buffer.from(Buffer.from(body).toString().replace(/^\d+/, '9999')));
    expect(await download(world)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`cannot validate record 9999 in tree of size ${modules.length}`),
    });
    expectNothingKept(world);
  });

  test('an empty tree', async () => {
    await using world = await startWorld();
    const empty = new FixtureLog({ signer: world.log.signer }).note();
    world.log.forge(lookupPath, (body) =>
      Buffer.from(
        Buffer.from(body)
          .toString()
          .replace(/go\.sum database tree[\s\S]*$/, empty),
      ),
    );
    expect(await download(world)).toMatchObject({ code: 3 });
    expectNothingKept(world);
  });

  test('a state file that is no note: it fails, and says what to remove', async () => {
    await using world = await startWorld();
    expect(await world.run(seen)).toMatchObject({ code: 0 });
    const file = join(world.gopath, 'pkg/sumdb/sum.test/db/latest');
    const note = readFileSync(file);
    writeFileSync(file, 'junk\n');
    const { code, stderr } = await download(world);
    expect([code, stderr.includes(file), stderr.includes('hint: to mend it, remove ')]).toEqual([1, true, true]);
    expect(readFileSync(file, 'utf8')).toBe('junk\n');
    writeFileSync(file, note);
    expect(await download(world)).toMatchObject({ code: 0 });
  });

  test('four processes at once, and a growing log', async () => {
    await using world = await startWorld();
    const paths = ['example.com/words@v0.3.0', 'example.com/greet@v1.0.0', 'example.com/legacy@v3.0.0+incompatible'];
    const running = [...paths, `${path}@${version}`].map((m) => {
      world.log.pad(100);
      return world.run(['mod', 'download', m]);
    });
    for (const result of await Promise.all(running)) expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(latest(world)).toContain(`\n${world.log.texts.length}\n`);
  });
});

describe.concurrent('A6: signatures', () => {
  test('a note by another key of the same name', async () => {
    const thief = new FixtureLog({ signer: generateKey('sum.test/db', 'stolen') });
    await using world = await startWorld({
      log: logOf(modules, thief),
      env: { GOSUMDB: new FixtureLog().verifierKey },
    });
    const { code, stderr } = await download(world);
    expect([code, stderr.includes('note has no verifiable signatures')]).toEqual([3, true]);
    expectNothingKept(world);
    expect(
      await world.run(['mod', 'download', `${path}@${version}`], { env: { GOSUMDB: thief.verifierKey } }),
    ).toMatchObject({ code: 0 });
  });

  test('further signatures by unknown keys do no harm; a false one by the known key does', async () => {
    await using world = await startWorld();
    const { signer } = world.log;
    const stranger = generateKey('stranger.test');
    const head = formatTreeHead({ size: modules.length, hash: world.log.tree.root() });
    const withNote = (note: string) => (body: Uint8Array) =>
      Buffer.from(
        Buffer.from(body)
          .toString()
          .replace(/go\.sum database tree[\s\S]*$/, note),
      );
    world.log.forge(lookupPath, withNote(`${signNote(head, signer)}${signer.line('something else\n')}`));
    const both = await download(world);
    world.log.forge(lookupPath, withNote(`${head}\n${signer.line('something else\n')}${signer.line(head)}`));
    const first = await download(world);
    expect([first.code, [0, 3].includes(both.code)]).toEqual([3, true]);
    world.log.forge(lookupPath, withNote(signNote(head, stranger, signer, stranger)));
    expect(await download(world)).toMatchObject({ code: 0 });
  });
});

describe.concurrent('A7, A26: the way to the database', () => {
  test('a proxy that supports it is the only way; one that does not is passed over', async () => {
    await using plain = await startMirror({ modules: [] });
    await using world = await startWorld();
    const env = { GOPROXY: `${plain.url},${world.mirror.url}` };
    expect(await world.run(['mod', 'download', `${path}@${version}`], { env })).toMatchObject({ code: 0 });
    expect(plain.paths().filter((p) => p.startsWith('sumdb/'))).toEqual(['sumdb/sum.test/db/supported']);
    expect(world.mirror.paths()).toContain(`sumdb/sum.test/db/lookup/${path}@${version}`);
  });

  test('a look-up that a supporting proxy fails is not taken elsewhere', async () => {
    await using first = await startMirror({
      modules,
      log: { name: 'sum.test/db', respond: () => ({ status: 404, body: 'not here\n' }) },
    });
    await using world = await startWorld();
    const env = { GOPROXY: `${first.url},${world.mirror.url}` };
    const { code, stderr } = await world.run(['mod', 'download', `${path}@${version}`], { env });
    expect([code, stderr.includes('404 Not Found')]).toEqual([1, true]);
    expect(stderr).toContain('hint: if example.com/words is private, name it in GOPRIVATE or GONOSUMDB');
    expect(world.mirror.paths().filter((p) => p.startsWith('sumdb/'))).toEqual([]);
    expectNothingKept(world);
  });

  test('an address in GOSUMDB is used alone', async () => {
    await using world = await startWorld();
    const server = await serveLog(world.log);
    const env = { GOSUMDB: `${world.log.verifierKey} ${server.url}` };
    expect(await world.run(['mod', 'download', `${path}@${version}`], { env })).toMatchObject({ code: 0 });
    await server.close();
    expect(world.mirror.paths().filter((p) => p.startsWith('sumdb/'))).toEqual([]);
    expect(server.requests).toContain(lookupPath);
  });

  const page = '<html><body>Please sign in</body></html>\n';
  test.each([
    ['is forbidden', { path: '/supported', status: 403 }],
    ['answers a page for everything', { path: /^\/sumdb\//, body: page }],
    ['answers a page for tiles', { path: '/tile/', body: page }],
    ['loses the connection', { path: '/lookup/', reset: true }],
  ])('a database that %s: not verified, so exit 1, and nothing is kept', async (what, fault) => {
    await using world = await startWorld({ faults: [fault] });
    const { code, stdout, stderr } = await download(world);
    expect([stdout, stderr.includes(`${path}@${version}: verifying go.mod: `)]).toEqual(['', true]);
    // a false tile cannot be told from a forged one when it has the right length only
    expect([what, code]).toEqual([what, 1]);
    expectNothingKept(world);
    world.mirror.faults.length = 0;
    expect(await download(world)).toMatchObject({ code: 0 });
  });

  test('GOSUMDB=off and GONOSUMDB: said in the table, and nobody is asked', async () => {
    await using world = await startWorld();
    const off = await world.run(['resolve', `${path}@${version}`], { env: { GOSUMDB: 'off' } });
    expect(off.stdout).toContain('GOSUMDB=off, not checked');
    const skipped = await world.run(['resolve', `${path}@${version}`], { env: { GONOSUMDB: 'example.com/words' } });
    expect(skipped.stdout).toContain('private, not checked');
    expect(world.mirror.paths().filter((p) => p.startsWith('sumdb/'))).toEqual([]);
    // a path prefix is whole elements
    await world.run(['resolve', 'example.com/words@v0.3.0'], { env: { GONOSUMDB: 'example.com/word' } });
    expect(world.mirror.paths()).toContain('sumdb/sum.test/db/lookup/example.com/words@v0.3.0');
  });
});
