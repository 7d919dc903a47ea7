/**
 * The `sumdb` commands, run as a person does: proofs that anyone can check, forks that leave evidence, a monitor that is
 * lied to, interrupted and resumed, and a reset.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { SumDbLookupDocument } from '../../src/client/lookup.js';
import type { SumDbCheckDocument } from '../../src/commands/sumdb-check.js';
import type { SumDbLatestDocument } from '../../src/commands/sumdb-latest.js';
import type { SumDbMonitorLine } from '../../src/commands/sumdb-monitor.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { checkRecord, checkTree, formatHash, recordHash } from '../../src/tlog/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import { fixtureModules, logOf, sumsOf } from '../support/fixture-world.js';
import { generateKey } from '../support/signed-notes.js';
import { type RunningWorld, startWorld } from './world.js';

vi.setConfig({ testTimeout: 60_000 }); // some run many processes one after another

const modules = fixtureModules();
const words = modules.find((m) => m.path === 'example.com/words' && m.version === 'v0.3.0')!;
const subject = `${words.path}@${words.version}`;

const stateFile = (world: RunningWorld, name: string) => join(world.gopath, 'pkg/sumdb/sum.test/db', name);
const evidenceFile = (world: RunningWorld) => stateFile(world, 'fork-evidence.txt');
const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const seen = (world: RunningWorld) => world.mirror.paths().map((p) => p.replace('sumdb/sum.test/db', ''));
const json = <T>(stdout: string): T => JSON.parse(stdout) as T;
const lines = (stdout: string): SumDbMonitorLine[] =>
  stdout
    .trimEnd()
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => JSON.parse(l));

/** A world whose log can be exchanged. */
async function changing(log: FixtureLog) {
  const box = { log };
  const world = await startWorld({ modules: [], log: () => box.log });
  return Object.assign(box, { world, [Symbol.asyncDispose]: () => world.close() });
}

/** The same history but for the last records. */
function forkOf(honest: FixtureLog, size: number, upTo: number): FixtureLog {
  const fork = honest.fork(size);
  fork.addText('example.com/forked', 'v1.0.0', 'fork\n');
  return fork.pad(upTo - fork.texts.length);
}

describe.concurrent('sumdb lookup', () => {
  test('shows a proof that leads to the signed head, and the head’s own', async () => {
    const log = logOf(modules).pad(300);
    await using world = await startWorld({ log });
    expect((await world.run(['mod', 'download', 'example.com/greet@v1.0.0'])).code).toBe(0);
    const before = log.note();
    const size = log.texts.length;
    log.pad(600);
    const { code, stdout, stderr } = await world.run(['sumdb', 'lookup', '-json', subject]);
    expect([code, stderr]).toEqual([0, '']);
    const found = json<SumDbLookupDocument>(stdout);
    const id = modules.indexOf(words);
    const { zip, mod } = sumsOf(words);
    expect(found).toMatchObject({
      Database: 'sum.test/db',
      Path: words.path,
      Version: words.version,
      Record: id,
      Text: log.texts[id],
      Sum: zip,
      GoModSum: mod,
      LeafHash: formatHash(recordHash(encodeUtf8(log.texts[id]!))),
      Head: { Size: log.texts.length, Hash: formatHash(log.tree.root()), Note: log.note() },
      StoredHead: { Size: size, Note: before },
    });
    for (const { Start, End, Hash } of found.Proof)
      expect(Hash).toBe(formatHash(log.tree.rangeHash({ start: Start, end: End })));
    expect(found.Proof.at(-1)!.Running).toBe(found.Head.Hash);
    const proof = found.Proof.map((step) => fromBase64(step.Hash));
    checkRecord(proof, { size: found.Head.Size, hash: log.tree.root() }, id, fromBase64(found.LeafHash));
    checkTree(
      found.ConsistencyProof!.map(fromBase64),
      { size: found.Head.Size, hash: log.tree.root() },
      { size, hash: log.tree.root(size) },
    );
    expect(readFileSync(stateFile(world, 'latest'), 'utf8')).toBe(log.note());
  });

  test('as text: each hash with its range, the head, what was stored', async () => {
    await using world = await startWorld({ log: logOf(modules).pad(300) });
    const first = await world.run(['sumdb', 'lookup', subject]);
    expect([first.code, first.stderr]).toEqual([0, '']);
    const { stdout } = first;
    expect(stdout).toContain(`${subject}: record ${modules.indexOf(words)} of sum.test/db\n    ${words.path} `);
    expect(stdout).toMatch(/neighbour, record 16: .{44}\n {6}together .{44}\n/);
    expect(stdout).toMatch(new RegExp(`neighbour, records 256 to ${world.log.texts.length - 1}: `));
    expect(stdout).toContain(`signed head: size ${world.log.texts.length}, root ${formatHash(world.log.tree.root())}`);
    expect(stdout).toContain('stored head: none until now');
    const again = await world.run(['sumdb', 'lookup', subject]);
    expect(again.stdout).toContain('consistent: the same tree\n');
  });

  test.each([
    [[]],
    [['a', 'b']],
    [['example.com/words']],
    [['example.com/words@']],
    [['@v1.0.0']],
    [['example.com/words@latest']],
    [['example.com/words@v1']],
    [['example.com/words@v0.3']],
    [['example.com/words@v0.3.0+meta']],
  ])('%j is no module version: a usage error, and no request', async (args) => {
    await using world = await startWorld();
    const { code, stdout, stderr } = await world.run(['sumdb', 'lookup', ...args]);
    expect([code, stdout, stderr.startsWith('tsgoget: sumdb lookup')]).toEqual([2, '', true]);
    expect(stderr).toContain('hint: ');
    expect(world.mirror.requests).toEqual([]);
  });

  test('a private module is in no request', async () => {
    await using world = await startWorld();
    const { code, stderr } = await world.run(['sumdb', 'lookup', subject], {
      env: { GOPRIVATE: 'example.com', GONOSUMDB: undefined },
    });
    expect([code, stderr]).toEqual([1, `tsgoget: ${subject}: skipped (listed in GONOSUMDB)\n`]);
    expect(world.mirror.requests).toEqual([]);
  });

  test('without a database there is nothing to ask', async () => {
    await using world = await startWorld();
    for (const command of [['lookup', subject], ['latest'], ['monitor'], ['reset', '-yes']]) {
      const { code, stderr } = await world.run(['sumdb', ...command], { env: { GOSUMDB: 'off' } });
      expect([code, stderr]).toEqual([1, 'tsgoget: checksum database disabled by GOSUMDB=off\n']);
    }
  });

  test.each<[string, string, number]>([
    ['the zip alone', `${words.path} ${words.version} h1:a=\n`, 3],
    ['the go.mod alone', `${words.path} ${words.version}/go.mod h1:a=\n`, 3],
    ['another version', `${words.path} v0.3.1 h1:a=\n${words.path} v0.3.1/go.mod h1:b=\n`, 3],
    [
      'two hashes',
      `${words.path} ${words.version} h1:a=\n${words.path} ${words.version} h1:c=\n${words.path} ${words.version}/go.mod h1:b=\n`,
      3,
    ],
    ['both', `${words.path} ${words.version} h1:a=\n${words.path} ${words.version}/go.mod h1:b=\n`, 0],
  ])('A1: a record that has %s', async (_, text, code) => {
    const log = new FixtureLog().pad(20);
    log.addText(words.path, words.version, text);
    await using world = await startWorld({ log });
    const result = await world.run(['sumdb', 'lookup', subject]);
    expect(result.code).toBe(code);
    if (code === 3) expect([result.stdout, existsSync(stateFile(world, 'latest'))]).toEqual(['', false]);
  });

  test('a forged tile, an outage, a module that the log does not have', async () => {
    const log = logOf(modules).pad(300);
    await using world = await startWorld({ log });
    const look = () => world.run(['sumdb', 'lookup', subject]);
    log.flipBit('/tile/8/0/000', 5);
    expect(await look()).toMatchObject({ code: 3, stdout: '' });
    log.beHonest().forge(`/lookup/${subject}`, () => 500);
    expect(await look()).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run(['sumdb', 'lookup', 'example.com/nothing@v1.0.0'])).toMatchObject({ code: 1, stdout: '' });
    log.beHonest();
    expect(await look()).toMatchObject({ code: 0 });
  });

  test('A21: what a record says is text', async () => {
    const path = 'example.com/odd';
    const log = new FixtureLog();
    log.addText(path, 'v1.0.0', `${path} v1.0.0 h1:\u202e=\n${path} v1.0.0/go.mod h1:\u009b31m=\n::error::x\n`);
    await using world = await startWorld({ log });
    const { code, stdout } = await world.run(['sumdb', 'lookup', `${path}@v1.0.0`], {
      env: { GITHUB_ACTIONS: 'true' },
    });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\u202e\u009b]|^\s*::error::/m);
    const data = await world.run(['sumdb', 'lookup', '-json', `${path}@v1.0.0`]);
    expect(data.stdout).not.toMatch(/[\u202e\u009b]/);
    expect(json<SumDbLookupDocument>(data.stdout).Text).toBe(log.texts[0]);
  });
});

describe.concurrent('sumdb latest', () => {
  test('says what is trusted here, what is served, and proves that they agree; it stores nothing', async () => {
    const log = logOf(modules);
    await using world = await startWorld({ log });
    const latest = async () => json<SumDbLatestDocument>((await world.run(['sumdb', 'latest', '-json'])).stdout);
    expect(await latest()).toEqual({
      Database: 'sum.test/db',
      ServedHead: { Size: log.texts.length, Hash: formatHash(log.tree.root()), Note: log.note() },
    });
    expect(world.snapshot().size).toBe(0);
    await world.run(['sumdb', 'lookup', subject]);
    const stored = log.note();
    const size = log.texts.length;
    log.pad(1000);
    const found = await latest();
    expect(found).toMatchObject({ StoredHead: { Note: stored }, ServedHead: { Note: log.note() }, Consistent: true });
    checkTree(
      found.Proof!.map(fromBase64),
      { size: log.texts.length, hash: log.tree.root() },
      { size, hash: log.tree.root(size) },
    );
    expect(readFileSync(stateFile(world, 'latest'), 'utf8')).toBe(stored);
    const { stdout } = await world.run(['sumdb', 'latest']);
    expect(stdout).toContain(`consistent: the tree of ${log.texts.length} begins with the tree of ${size}`);
  });

  test('a server that is behind is no failure', async () => {
    const log = logOf(modules).pad(500);
    await using world = await startWorld({ log });
    await world.run(['sumdb', 'lookup', subject]);
    log.forge('/latest', () => encodeUtf8(log.note(300)));
    const { code, stdout } = await world.run(['sumdb', 'latest']);
    expect([code, stdout.includes('begins with the tree of 300;')]).toEqual([0, true]);
  });

  test.each([
    ['of the same size', 521],
    ['larger', 900],
    ['smaller', 510],
  ])('a fork %s: exit 3, both notes, the proof, and evidence that stops everyone', async (_, upTo) => {
    const honest = logOf(modules).pad(500);
    await using box = await changing(honest);
    const { world } = box;
    await world.run(['sumdb', 'lookup', subject]);
    await world.run(['sumdb', 'lookup', 'example.com/padding@v0.0.300']); // its tile is here, whatever the fork serves
    box.log = forkOf(honest, 505, upTo);
    const { code, stdout, stderr } = await world.run(['sumdb', 'latest', '-json']);
    expect(code).toBe(3);
    const found = json<SumDbLatestDocument>(stdout);
    expect(found).toMatchObject({
      Consistent: false,
      StoredHead: { Note: honest.note() },
      ServedHead: { Note: box.log.note() },
    });
    const [older, newer] = upTo <= 521 ? [box.log, honest] : [honest, box.log];
    const [began, ...steps] = found.Proof!.map(fromBase64);
    expect(began).not.toEqual(older.tree.root());
    if (older.tree.size < newer.tree.size)
      checkTree(steps, { size: newer.tree.size, hash: newer.tree.root() }, { size: older.tree.size, hash: began! });
    expect(stderr).toContain(`hint: the evidence is in ${evidenceFile(world)}`);
    const evidence = readFileSync(evidenceFile(world), 'utf8');
    for (const note of [honest.note(), box.log.note()])
      for (const line of note.trimEnd().split('\n')) expect(evidence).toContain(line);
    for (const hash of found.Proof!) expect(evidence).toContain(hash);
    expect(readFileSync(stateFile(world, 'latest'), 'utf8')).toBe(honest.note());

    box.log = honest;
    for (const args of [
      ['sumdb', 'latest'],
      ['sumdb', 'lookup', subject],
      ['sumdb', 'monitor'],
      ['mod', 'download', subject],
    ]) {
      const next = await world.run(args);
      expect([args, next.code, next.stderr.includes(evidenceFile(world))]).toEqual([args, 3, true]);
    }
    rmSync(evidenceFile(world));
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 0 });
  });

  test('evidence that cannot be kept is said to be so', async () => {
    const honest = logOf(modules).pad(500);
    await using box = await changing(honest);
    await box.world.run(['sumdb', 'lookup', subject]);
    box.log = forkOf(honest, 505, 900);
    // its name is taken by a link to nowhere: O_EXCL refuses it, and what lies there is no evidence
    symlinkSync(join(box.world.dir, 'nowhere'), evidenceFile(box.world));
    const { code, stderr } = await box.world.run(['sumdb', 'latest']);
    expect([code, stderr.includes('proof of misbehavior')]).toEqual([3, true]);
    expect(stderr).toContain('hint: keep this message: the evidence cannot be written to ');
    expect(existsSync(join(box.world.dir, 'nowhere'))).toBe(false);
  });

  test.each<[string, string]>([
    ['junk', 'junk\n'],
    ['half a note', 'go.sum database tree\n521\n'],
    ['another key’s', new FixtureLog({ signer: generateKey('sum.test/db', 'other') }).pad(5).note()],
  ])('a state file that is %s stops, refutes nothing, and says how to mend it', async (_, note) => {
    await using world = await startWorld();
    mkdirSync(stateFile(world, '.'), { recursive: true });
    writeFileSync(stateFile(world, 'latest'), note);
    for (const command of [['latest'], ['lookup', subject], ['monitor']]) {
      const result = await world.run(['sumdb', ...command]);
      expect([result.code, result.stdout]).toEqual([1, '']);
      expect(result.stderr).toContain(`hint: to mend it, remove ${stateFile(world, 'latest')}`);
    }
    expect(readFileSync(stateFile(world, 'latest'), 'utf8')).toBe(note);
    expect(await world.run(['sumdb', 'reset', '-yes'])).toMatchObject({ code: 0 });
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 0 });
  });

  test('an outage is 1, another key is 3', async () => {
    await using world = await startWorld();
    world.log.forge('/latest', () => 503);
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 1, stdout: '' });
    const thief = new FixtureLog({ signer: generateKey('sum.test/db', 'stolen') }).pad(5);
    world.log.beHonest().forge('/latest', () => encodeUtf8(thief.note()));
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 3, stdout: '' });
    expect(world.snapshot().size).toBe(0);
  });
});

describe.concurrent('sumdb check', () => {
  const put = (world: RunningWorld, name: string, note: string) => {
    writeFileSync(join(world.outside, name), note);
    return name;
  };

  test('proves that one tree begins the other, in whatever order', async () => {
    const log = new FixtureLog().pad(1500);
    await using world = await startWorld({ log });
    const args = [put(world, 'old', log.note(300)), put(world, 'new', log.note(1400))];
    for (const files of [args, args.toReversed()]) {
      const { code, stdout } = await world.run(['sumdb', 'check', '-json', ...files]);
      expect(code).toBe(0);
      const found = json<SumDbCheckDocument>(stdout);
      expect(found.Consistent).toBe(true);
      checkTree(
        found.Proof.map(fromBase64),
        { size: 1400, hash: log.tree.root(1400) },
        { size: 300, hash: log.tree.root(300) },
      );
    }
    const { stdout } = await world.run(['sumdb', 'check', ...args]);
    expect(stdout).toContain('consistent: the tree of 1400 begins with the tree of 300; proof of 10 hashes');
    expect(world.snapshot().size).toBe(0);
  });

  test('heads of one size need no network', async () => {
    const log = new FixtureLog().pad(700);
    await using world = await startWorld({ log });
    const old = put(world, 'old', log.note());
    expect(await world.run(['sumdb', 'check', old, put(world, 'same', log.note())])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('consistent: the same tree\n'),
    });
    const fork = forkOf(log, 600, 700);
    const { code, stderr } = await world.run(['sumdb', 'check', old, put(world, 'fork', fork.note())]);
    expect([code, stderr.includes('misbehavior detected!')]).toEqual([3, true]);
    expect(readFileSync(evidenceFile(world), 'utf8')).toContain('proof of misbehavior');
    expect(world.mirror.requests).toEqual([]);
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 3 });
    // whoever has to decide can still check
    expect(await world.run(['sumdb', 'check', old, 'same'])).toMatchObject({ code: 0 });
  });

  test.each([
    ['the log has the old one', false],
    ['the log has the new one', true],
  ])('a fork at another size: %s', async (_, servesFork) => {
    const honest = new FixtureLog().pad(1500);
    const fork = forkOf(honest, 600, 1500);
    await using world = await startWorld({ log: servesFork ? fork : honest });
    const files = [put(world, 'old', honest.note(700)), put(world, 'new', fork.note(1200))];
    const { code, stdout, stderr } = await world.run(['sumdb', 'check', '-json', ...files]);
    expect([code, json<SumDbCheckDocument>(stdout).Consistent]).toEqual([3, false]);
    expect(stderr).toContain('go.sum database server misbehavior detected!');
    expect(readFileSync(evidenceFile(world), 'utf8')).toContain(servesFork ? '\t700\n' : '\t1200\n');
    const later = [
      put(world, 'old', honest.note(500)),
      put(world, 'new', servesFork ? fork.note(1200) : honest.note(1200)),
    ];
    expect(await world.run(['sumdb', 'check', ...later])).toMatchObject({ code: 0 });
  });

  test('with a key of one’s own: its fork is no evidence against the database of that name', async () => {
    const other = new FixtureLog({ signer: generateKey('sum.test/db', 'mine') }).pad(700);
    await using world = await startWorld();
    const files = [put(world, 'old', other.note()), put(world, 'new', forkOf(other, 650, 700).note())];
    expect(await world.run(['sumdb', 'check', ...files])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('old: reading tree note: '),
    });
    const args = ['sumdb', 'check', '-key', other.verifierKey, ...files];
    for (const GOSUMDB of [world.log.verifierKey, 'off']) {
      const { code, stderr } = await world.run(args, { env: { GOSUMDB } });
      expect([code, stderr.includes('misbehavior detected!')]).toEqual([3, true]);
    }
    expect(existsSync(evidenceFile(world))).toBe(false);
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 0 });
  });

  test('every flipped bit of a head is refused', async () => {
    const log = new FixtureLog().pad(20);
    await using world = await startWorld({ log });
    put(world, 'new', log.note());
    const note = Buffer.from(log.note(10));
    for (const at of [0, 21, 24, 40, 66, 70, 90, 140, note.length - 1]) {
      const bad = Buffer.from(note);
      bad[at]! ^= 1;
      writeFileSync(join(world.outside, 'old'), bad);
      const { code, stdout } = await world.run(['sumdb', 'check', 'old', 'new']);
      expect([at, [1, 3].includes(code), stdout]).toEqual([at, true, '']);
    }
  });

  test('usage, missing files, files that are no notes, an outage', async () => {
    const log = new FixtureLog().pad(700);
    await using world = await startWorld({ log });
    const old = put(world, 'old', log.note(300));
    expect(await world.run(['sumdb', 'check'])).toMatchObject({ code: 2 });
    expect(await world.run(['sumdb', 'check', old])).toMatchObject({ code: 2 });
    expect(await world.run(['sumdb', 'check', '-key', 'off', old, old])).toMatchObject({ code: 2 });
    expect(await world.run(['sumdb', 'check', '-key', 'x', old, old])).toMatchObject({ code: 1 });
    expect(await world.run(['sumdb', 'check', old, 'nothing'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing: no such file'),
    });
    expect(await world.run(['sumdb', 'check', old, put(world, 'big', 'x'.repeat(2_000_000))])).toMatchObject({
      code: 1,
    });
    put(world, 'new', log.note());
    log.forge('/tile/8/0/002.p/188', () => 500);
    expect(await world.run(['sumdb', 'check', old, 'new'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe.concurrent('sumdb monitor', () => {
  const monitor = (world: RunningWorld, ...args: string[]) => world.run(['sumdb', 'monitor', ...args]);

  test('reports the records of some modules, then only new ones', async () => {
    const log = logOf(modules).pad(500);
    await using world = await startWorld({ log });
    const first = await monitor(world, '-json', 'example.com/words');
    expect(first.code).toBe(0);
    const wanted = modules.flatMap((m, Record) => {
      const { zip, mod } = sumsOf(m);
      return m.path === 'example.com/words'
        ? [{ Record, Path: m.path, Version: m.version, Sum: zip, GoModSum: mod }]
        : [];
    });
    expect(lines(first.stdout)).toEqual(wanted);
    expect(first.stderr).toContain(`records 0 to ${log.texts.length - 1} are proven, ${wanted.length} reported`);
    expect(readFileSync(stateFile(world, 'latest'), 'utf8')).toBe(log.note());

    log.pad(300);
    const id = log.add('example.com/words/sub', 'v1.0.0', 'h1:a=', 'h1:b=');
    log.add('example.com/wordsmith', 'v1.0.0', 'h1:a=', 'h1:b=');
    const asked = world.mirror.requests.length;
    const second = await monitor(world, 'example.com/words');
    expect(second).toMatchObject({ code: 0, stdout: `${id} example.com/words/sub v1.0.0 h1:a= h1:b=\n` });
    const data = seen(world)
      .slice(asked)
      .filter((p) => p.startsWith('/tile/8/data/'));
    expect(data).toEqual(['/tile/8/data/002', `/tile/8/data/003.p/${log.texts.length - 768}`]);
    expect(await monitor(world, 'example.com/words')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('no new records'),
    });
  });

  test('begins at the stored head when it has no position, or where it is told', async () => {
    const log = logOf(modules).pad(500);
    await using world = await startWorld({ log });
    await world.run(['sumdb', 'lookup', subject]);
    log.add('example.com/new', 'v1.0.0', 'h1:a=', 'h1:b=');
    expect(await monitor(world, '*')).toMatchObject({ code: 0, stdout: '521 example.com/new v1.0.0 h1:a= h1:b=\n' });
    expect((await monitor(world, '-from', '519', 'example.com')).stdout.split('\n').length).toBe(4);
    expect((await monitor(world, '-from', '522', 'example.com')).stdout).toBe('');
    expect(await monitor(world, '-from', '523')).toMatchObject({ code: 2 });
    for (const args of [['-from=-1'], ['-from=9007199254740993'], ['['], ['a,,b']])
      expect([args, (await monitor(world, ...args)).code]).toEqual([args, 2]);
  });

  test.each<[string, (log: FixtureLog) => void, number]>([
    [
      'a changed record',
      (log) =>
        log.forge('/tile/8/data/001', (b) =>
          Buffer.from(Buffer.from(b).toString().replace('v0.0.300 h1:p=', 'v0.0.300 h1:q=')),
        ),
      3,
    ],
    [
      'records in another order',
      (log) =>
        log.forge('/tile/8/data/001', (b) =>
          Buffer.from(
            `${Buffer.from(b).toString().split('\n\n').slice(0, 256).reverse().join('\n\n').trimStart()}\n\n`,
          ),
        ),
      3,
    ],
    [
      'a record left out',
      (log) =>
        log.forge('/tile/8/data/001', (b) =>
          Buffer.from(
            Buffer.from(b)
              .toString()
              .replace(/^[\s\S]*?\n\n/, ''),
          ),
        ),
      3,
    ],
    [
      'the records of another tile',
      (log) => log.forge('/tile/8/data/001', () => log.respond('/tile/8/data/000').body),
      3,
    ],
    ['a flipped bit in the last tile', (log) => log.flipBit('/tile/8/data/002.p/9', 900), 3],
    ['a flipped bit in a tile of hashes', (log) => log.flipBit('/tile/8/1/000.p/2', 300), 3],
    [
      'a portal’s page',
      (log) => log.forge('/tile/8/data/001', () => Buffer.from('<html>\n<p>Welcome\n\n</html>\n')),
      1,
    ],
    [
      'half a tile',
      (log) => log.forge('/tile/8/data/001', (b) => b.slice(0, Buffer.from(b).indexOf('h1:', b.length / 2))),
      1,
    ],
    ['nothing', (log) => log.forge('/tile/8/data/001', () => new Uint8Array()), 1],
    ['an outage', (log) => log.forge('/tile/8/data/001', () => 503), 1],
    ['a tile that it does not have', (log) => log.forge('/tile/8/data/001', () => 404), 1],
  ])('A2: %s: what was proven before is reported, and the next run goes on there', async (_, lie, code) => {
    const log = logOf(modules).pad(500);
    await using world = await startWorld({ log });
    lie(log);
    const first = await monitor(world, '-json', '-from', '0', 'example.com/words', 'example.com/padding');
    expect(first.code).toBe(code);
    expect(lines(first.stdout).every((l) => l.Record < 512)).toBe(true);
    expect(existsSync(stateFile(world, 'latest'))).toBe(false);
    log.beHonest();
    const second = await monitor(world, '-json', 'example.com/words', 'example.com/padding');
    expect(second.code).toBe(0);
    const ids = [...lines(first.stdout), ...lines(second.stdout)].map((l) => l.Record);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(ids.filter((id) => id >= 21)).toEqual(Array.from({ length: 500 }, (__, i) => i + 21));
  });

  test('a partial data tile that is gone is the beginning of the full one', async () => {
    const log = logOf(modules).pad(500);
    await using world = await startWorld({ log });
    log.forge('/latest', () => encodeUtf8(log.note(300)));
    log.forge('/tile/8/data/001.p/44', () => 404);
    expect(await monitor(world, '-from', '299', '*')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^299 .*\n$/),
    });
  });

  test('two records for one module version are refused, in one run and in two, and the first of them is shown', async () => {
    const log = logOf(modules).pad(800);
    const first = modules.indexOf(words);
    await using world = await startWorld({ log });
    const second = log.add(words.path, words.version, 'h1:other=', 'h1:other=');
    log.pad(50);
    const { code, stdout, stderr } = await monitor(world, '-from', '0');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`SECURITY ERROR\nthe checksum database contradicts itself about ${subject}`);
    expect(stderr).toContain(`record ${first}:\n\t${log.texts[first]!.split('\n')[0]}`);
    expect(stderr).toContain(`record ${second}:\n\t${words.path} ${words.version} h1:other=`);
    for (const line of log.note().trimEnd().split('\n')) expect(stderr).toContain(line);
    expect(await monitor(world)).toMatchObject({ code: 0 }); // the first is not in this run, and nobody watches it
    expect(await monitor(world, '-from', '0')).toMatchObject({ code: 3 });

    expect(await world.run(['sumdb', 'reset', '-yes'])).toMatchObject({ code: 0 });
    log.forge('/latest', () => encodeUtf8(log.note(second)));
    expect(await monitor(world, 'example.com/words')).toMatchObject({ code: 0 });
    log.beHonest();
    expect(await monitor(world, 'example.com/words')).toMatchObject({ code: 3, stdout: '' });
    expect(await monitor(world, 'example.com/words')).toMatchObject({ code: 3, stdout: '' });
    expect(await monitor(world, '-from', String(second + 1))).toMatchObject({ code: 0 });
  });

  test('two hashes in one record are refused; a record that is none is counted', async () => {
    const log = new FixtureLog().pad(10);
    log.addText('example.com/x', 'v1.0.0', 'text\n');
    await using world = await startWorld({ log });
    expect(await monitor(world)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('; 1 record without a module version'),
    });
    log.addText('example.com/y', 'v1.0.0', 'example.com/y v1.0.0 h1:a=\nexample.com/y v1.0.0 h1:b=\n');
    expect(await monitor(world)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('contradicts itself about example.com/y@v1.0.0'),
    });
  });

  test('a fork ends it with the evidence, also when only its own position knows the history', async () => {
    const honest = logOf(modules).pad(500);
    await using box = await changing(honest);
    const { world } = box;
    expect(await monitor(world)).toMatchObject({ code: 0 });
    rmSync(stateFile(world, 'latest'));
    box.log = forkOf(honest, 400, 900);
    expect(await monitor(world, '*')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('misbehavior detected!'),
    });
    expect(existsSync(evidenceFile(world))).toBe(true);
    expect(await monitor(world, '*')).toMatchObject({ code: 3, stdout: '' });
  });

  test('a forged or damaged position is not believed', async () => {
    const log = logOf(modules).pad(500);
    await using world = await startWorld({ log });
    expect(await monitor(world, 'example.com/words')).toMatchObject({ code: 0 });
    const file = stateFile(world, 'monitor.json');
    const good = readFileSync(file, 'utf8');
    const state = JSON.parse(good);
    log.pad(20);
    const stranger = new FixtureLog({ signer: generateKey('sum.test/db', 'x') }).pad(600);
    const forged: unknown[] = [
      { ...state, Position: 300 },
      { ...state, Note: stranger.note() },
      { ...state, Matched: [['a', -1]] },
      'junk',
    ];
    for (const document of forged) {
      writeFileSync(file, JSON.stringify(document));
      const result = await monitor(world, 'example.com/words');
      expect([result.code, result.stdout, result.stderr.includes(`remove ${file}`)]).toEqual([1, '', true]);
      expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(document));
    }
    writeFileSync(file, 'junk');
    expect(await monitor(world, '-from', '500')).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(file, 'utf8')).Position).toBe(log.texts.length);
  });

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s in the middle: what was reported is not reported again, and nothing is left out', async (signal, code) => {
    const log = new FixtureLog().pad(40_000);
    await using world = await startWorld({ log });
    const stop = '/tile/8/data/150';
    world.mirror.faults.push({ path: stop.slice(1), delayMs: 60_000 });
    const child = world.start(['sumdb', 'monitor', '-json', '*']);
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    while (!seen(world).includes(stop) || !stdout.includes('"Record":38399'))
      await new Promise((r) => setTimeout(r, 10));
    child.kill(signal);
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(code);
    world.mirror.faults.length = 0;
    const first = lines(stdout).map((l) => l.Record);
    const next = await monitor(world, '-json', '*');
    expect(next.code).toBe(0);
    const ids = [...first, ...lines(next.stdout).map((l) => l.Record)];
    expect(ids).toEqual(Array.from({ length: 40_000 }, (_, i) => i));
  });

  test('says how far it is, when asked', async () => {
    await using world = await startWorld({ log: new FixtureLog().pad(5000) });
    expect(await monitor(world, '-progress')).toMatchObject({ code: 0, stdout: '' });
  });
});

describe.concurrent('sumdb reset', () => {
  test('says what it would forget, and does it only when told', async () => {
    const honest = logOf(modules).pad(500);
    await using box = await changing(honest);
    const { world } = box;
    await world.run(['mod', 'download', subject]);
    await world.run(['sumdb', 'monitor']);
    box.log = forkOf(honest, 400, 900);
    expect(await world.run(['sumdb', 'latest'])).toMatchObject({ code: 3 });
    const other = join(world.gopath, 'pkg/mod/cache/download/sumdb/sum.test/db/other.test/lookup/kept');
    mkdirSync(join(other, '..'), { recursive: true });
    writeFileSync(other, 'of another database');

    const before = world.snapshot();
    const asked = await world.run(['sumdb', 'reset']);
    expect([asked.code, asked.stderr.includes('needs -yes')]).toEqual([2, true]);
    for (const name of ['latest', 'fork-evidence.txt', 'monitor.json'])
      expect(asked.stdout).toContain(stateFile(world, name));
    expect(asked.stdout).toContain('pkg/mod/cache/download/sumdb/sum.test/db/tile');
    expect(world.snapshot()).toEqual(before);

    expect(await world.run(['sumdb', 'reset', '-yes'])).toMatchObject({ code: 0, stderr: '' });
    const kept = [...world.snapshot()].filter(([name]) => name.includes('/sumdb/'));
    expect(kept.map(([name, text]) => [name, text])).toEqual([
      ['pkg/mod/cache/download/sumdb/sum.test/db/other.test/lookup/kept', 'of another database'],
      ['pkg/sumdb/sum.test/db/latest', ''],
    ]);
    expect([...world.snapshot().keys()].filter((name) => name.endsWith('.zip')).length).toBe(1);
    // the history that is shown next is trusted from then on
    expect(await world.run(['sumdb', 'lookup', subject])).toMatchObject({ code: 0 });
    expect(readFileSync(stateFile(world, 'latest'), 'utf8')).toBe(box.log.note());
    expect(await world.run(['sumdb', 'reset', 'x'])).toMatchObject({ code: 2 });
  });

  test('of nothing makes nothing', async () => {
    await using world = await startWorld();
    expect(await world.run(['sumdb', 'reset', '-yes'])).toMatchObject({ code: 0 });
    expect(world.snapshot().size).toBe(0);
  });
});
