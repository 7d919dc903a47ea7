/** Proof files made and opened by the checksum database's client, and tree heads that a policy judges. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { LogForkError } from '../../src/errors.js';
import { parseKeyText } from '../../src/note/index.js';
import { formatProofFile } from '../../src/proof/index.js';
import { createSumDb, type SumDb, type SumDbOptions } from '../../src/sumdb/index.js';
import { parseWitnessPolicy, requireWitnessed } from '../../src/witness/index.js';
import { FixtureLog, transportOf } from '../support/fixture-log.js';
import { generateWitness } from '../support/signed-notes.js';

const h1 = (i: number) => `h1:${String(i).padStart(43, 'x')}=`;
const modules = Array.from({ length: 30 }, (_, i) => ({ path: `example.com/M${i}`, version: `v1.0.${i}` }));

let dir: string;
let log: FixtureLog;
let transport: ReturnType<typeof transportOf>;
const opened: SumDb[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsgoget-proof-'));
  log = new FixtureLog().pad(200);
  for (const [i, { path, version }] of modules.entries()) {
    log.add(path, version, h1(i), h1(i + 100));
    if (i % 10 === 0) log.pad(150);
  }
  transport = transportOf(() => log);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.flush().catch(() => {})));
  rmSync(dir, { recursive: true, force: true });
});

const open = (options: Partial<SumDbOptions> & { readonly machine?: string } = {}) => {
  const { machine = 'here', ...rest } = options;
  const db = createSumDb({
    env: { GOSUMDB: log.verifierKey, GONOSUMDB: '' },
    proxies: [{ url: 'https://proxy.test', fallBackOnError: false }],
    transport,
    stateDir: join(dir, machine, 'state'),
    cacheDir: join(dir, machine, 'cache'),
    ...rest,
  });
  opened.push(db);
  return db;
};
const exportFile = async (asked = modules, options = {}) =>
  encodeUtf8(formatProofFile(await open({ machine: 'export', ...options }).prove(asked)));
const stateFile = (machine: string, name = 'latest') => join(dir, machine, 'state', ...log.name.split('/'), name);
const setState = (note: string, machine = 'here') => {
  mkdirSync(join(dir, machine, 'state', ...log.name.split('/')), { recursive: true });
  writeFileSync(stateFile(machine), note);
};
const coded = (code: string) => expect.objectContaining({ code });

describe('a proof file', () => {
  test('proves what the log says of each module version, and asks nobody', async () => {
    const file = await exportFile();
    transport.urls.length = 0;
    const proof = await open().openProof(file);
    for (const [i, { path, version }] of modules.entries()) {
      expect(proof.find(path, version)).toEqual({
        id: log.texts.findIndex((text) => text.startsWith(`${path} `)),
        treeSize: log.texts.length,
        lines: [
          { version, hash: h1(i) },
          { version: `${version}/go.mod`, hash: h1(i + 100) },
        ],
      });
    }
    expect(proof.find('example.com/M0', 'v1.0.1')).toBeUndefined();
    expect(proof.find('example.com/m0', 'v1.0.0')).toBeUndefined();
    expect(proof.find('example.com/M0', 'v1.0.0/go.mod')).toBeUndefined();
    expect(proof.find('__proto__', 'v1.0.0')).toBeUndefined();
    expect(proof.recordCount).toBe(modules.length);
    expect(transport.urls).toEqual([]);
    expect(readdirSync(dir)).toEqual([]); // neither exporting nor opening stores anything by itself
  });

  test('property: any subset, asked in any order, gives the one file for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(modules), async (some) => {
        const file = await exportFile(some);
        expect(file).toEqual(await exportFile([...some].sort((a, b) => (a.path < b.path ? -1 : 1))));
        expect(file).toEqual(await exportFile([...some, ...some.slice(0, 3)]));
        const proof = await open().openProof(file);
        expect(proof.recordCount).toBe(some.length);
        for (const { path, version } of modules) {
          expect(proof.find(path, version) !== undefined).toBe(some.some((m) => m.path === path));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('is made in three rounds: the way to the log, the look-ups, the tiles', async () => {
    await exportFile();
    const paths = transport.urls.map((url) => url.replace(/^.*?(supported|latest|lookup|tile).*$/, '$1'));
    expect(paths.filter((path) => path === 'lookup')).toHaveLength(modules.length);
    expect(paths.filter((path) => path === 'latest')).toHaveLength(0);
    expect(paths.filter((path) => path === 'supported')).toHaveLength(1);
    expect(paths.filter((path) => path === 'tile').length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['same', (): string => log.note()],
    ['older', (): string => log.pad(9).note(log.texts.length)],
    ['newer', (): string => log.note(300)],
    ['first', (): string => ''],
  ])('whose head is compared with the stored one: %s', async (order, state) => {
    const file = await exportFile();
    setState(state());
    expect((await open().openProof(file)).order).toBe(order);
  });

  test('A4: whose head has the size of the stored one and another hash is a fork: the evidence is kept and believed', async () => {
    const file = await exportFile();
    const other = log.fork(200).pad(log.texts.length - 200);
    setState(other.note());
    await expect(open().openProof(file)).rejects.toBeInstanceOf(LogForkError);
    expect(existsSync(stateFile('here', 'fork-evidence.txt'))).toBe(true);
    setState(log.note());
    await expect(open().openProof(file)).rejects.toMatchObject({ code: 'log-fork' });
  });

  test('is not believed beside a stored head that cannot be read', async () => {
    const file = await exportFile();
    setState('nonsense');
    await expect(open().openProof(file)).rejects.toMatchObject({ code: 'cache' });
  });

  test('of another database is refused', async () => {
    const file = await exportFile();
    const other = new FixtureLog({ name: 'sum.other' });
    const db = open({ env: { GOSUMDB: other.verifierKey, GONOSUMDB: '' } });
    await expect(db.openProof(file)).rejects.toMatchObject({ code: 'bad-signature' });
    const none = open({ env: { GOSUMDB: 'off', GONOSUMDB: '' } });
    await expect(none.openProof(file)).rejects.toMatchObject({ code: 'lookup-disabled' });
  });

  test('that names one module version in two records is refused', async () => {
    const text = 'example.com/M0 v1.0.0 h1:other=\nexample.com/M0 v1.0.0/go.mod h1:other=\n';
    log.addText('example.com/again', 'v1.0.0', text);
    const file = await exportFile([modules[0]!, { path: 'example.com/again', version: 'v1.0.0' }]);
    await expect(open().openProof(file)).rejects.toMatchObject({ code: 'bad-proof' });
  });

  test('A1: a line of another module in a record counts for that module alone', async () => {
    log.addText('example.com/asked', 'v1.0.0', 'example.com/askedfor v1.0.0 h1:x=\n');
    const proof = await open().openProof(await exportFile([{ path: 'example.com/asked', version: 'v1.0.0' }]));
    expect(proof.find('example.com/asked', 'v1.0.0')).toBeUndefined();
    expect(proof.find('example.com/askedfor', 'v1.0.0')?.lines).toEqual([{ version: 'v1.0.0', hash: 'h1:x=' }]);
  });

  test('without the note’s own form is a false one, not a broken log', async () => {
    const text = new TextDecoder().decode(await exportFile());
    const cut = encodeUtf8(text.slice(0, text.indexOf('\n\ngo.sum database') + 2));
    await expect(open().openProof(cut)).rejects.toMatchObject({ code: 'bad-proof' });
  });

  test('never has a private module in it', async () => {
    const db = open({ env: { GOSUMDB: log.verifierKey, GONOSUMDB: 'example.com/M1' } });
    await expect(db.prove(modules)).rejects.toMatchObject({ code: 'lookup-disabled' });
    expect(transport.urls).toEqual([]);
  });
});

describe('with a witness policy', () => {
  const now = 1_700_000_000;
  const [a, b] = [generateWitness('a.test'), generateWitness('b.test')];
  const policy = parseWitnessPolicy(
    encodeUtf8(`witness a ${a.verifierKey}\nwitness b ${b.verifierKey}\ngroup g all a b\nquorum g\n`),
  );
  const acceptHead: SumDbOptions['acceptHead'] = (note) =>
    requireWitnessed(note, parseKeyText(log.verifierKey), { policy, maxAgeSeconds: 3600 }, now);
  const both = (text: string) => a.line(text, now) + b.line(text, now);
  const [first] = modules;
  const lookup = (db = open({ acceptHead })) => db.lookup(first!.path, first!.version);

  test('a cosigned head is one to prove against', async () => {
    log.cosign(both);
    const db = open({ acceptHead });
    await db.requireHash(first!.path, first!.version, h1(0));
    await db.flush();
    expect((await db.head()).note).toContain('a.test');
    expect(
      (await open({ acceptHead, transport: { get: async () => Promise.reject(coded('network')) } }).head()).size,
    ).toBe(log.texts.length);
  });

  test.each<[string, (text: string) => string]>([
    ['nobody', () => ''],
    ['one of two', (text) => a.line(text, now)],
    ['strangers', (text) => generateWitness('c.test').line(text, now)],
    ['both, long ago', (text) => a.line(text, now - 3601) + b.line(text, now - 3601)],
  ])('a head cosigned by %s leaves the question open, and nothing is stored', async (_, cosign) => {
    log.cosign(cosign);
    const db = open({ acceptHead });
    await expect(lookup(db)).rejects.toMatchObject({ code: 'not-witnessed' });
    await expect(db.requireHash(first!.path, first!.version, h1(0))).rejects.toMatchObject({ code: 'not-witnessed' });
    await expect(db.head()).rejects.toMatchObject({ code: 'not-witnessed' });
    await db.flush();
    expect(existsSync(join(dir, 'here'))).toBe(false);
  });

  test('a wrong cosignature of a known witness refutes the answer', async () => {
    log.cosign((text) => both(text) + b.line('another text\n', now));
    await expect(lookup()).rejects.toMatchObject({ code: 'bad-signature' });
  });

  test('without one, cosignatures are passed over, wrong ones too', async () => {
    log.cosign(() => b.line('another text\n', 0));
    await expect(lookup(open())).resolves.toMatchObject({ treeSize: log.texts.length });
  });

  test('look-ups may name heads without cosignatures, as long as the newest is cosigned: it is asked for once', async () => {
    const full = log.texts.length;
    log.cosign((text, size) => (size === full ? both(text) : ''));
    for (const { path, version } of modules) log.useOldHead(path, version, full - 1);
    const db = open({ acceptHead });
    const found = await Promise.all(modules.slice(0, 20).map(({ path, version }) => db.lookup(path, version)));
    expect(found).toHaveLength(20);
    expect(transport.urls.filter((url) => url.endsWith('/latest'))).toHaveLength(1);
    expect(await db.head()).toMatchObject({ size: full, note: log.note(full) });
  });

  test('a newer head without cosignatures is not proven against, but must contain the witnessed one', async () => {
    const witnessed = log.texts.length;
    log.cosign((text, size) => (size === witnessed ? both(text) : ''));
    setState(log.note(witnessed));
    const state = log.note(witnessed);
    log.pad(50);
    const db = open({ acceptHead });
    await db.requireHash(first!.path, first!.version, h1(0));
    await db.flush();
    expect(await db.head()).toMatchObject({ size: witnessed, note: state });
    const [fork] = [log.fork(100).pad(2000)];
    fork.add(first!.path, first!.version, h1(0), h1(100));
    log = fork;
    await expect(lookup(open({ acceptHead, cacheDir: join(dir, 'other') }))).rejects.toBeInstanceOf(LogForkError);
  });

  test('a record beyond the witnessed head is not proven', async () => {
    const witnessed = log.texts.length;
    log.cosign((text, size) => (size === witnessed ? both(text) : ''));
    setState(log.note(witnessed));
    log.add('example.com/new', 'v1.0.0', h1(7), h1(8));
    const db = open({ acceptHead });
    await expect(db.lookup('example.com/new', 'v1.0.0')).rejects.toMatchObject({ code: 'not-witnessed' });
    await expect(lookup(db)).resolves.toBeDefined();
  });

  test('a proof file is held to it', async () => {
    const plain = await exportFile();
    log.cosign(both);
    const cosigned = await exportFile(modules, { acceptHead });
    log.cosign((text) => both(text) + a.line('another\n', now));
    const wrong = await exportFile();
    const db = open({ acceptHead });
    await expect(db.openProof(plain)).rejects.toMatchObject({ code: 'not-witnessed' });
    await expect(db.openProof(cosigned)).resolves.toMatchObject({ order: 'first' });
    await expect(db.openProof(wrong)).rejects.toMatchObject({ code: 'bad-signature' });
    await expect(open().openProof(wrong)).resolves.toBeDefined();
  });

  test('an outage is an outage', async () => {
    log.cosign((text, size) => (size === 1 ? both(text) : ''));
    log.forge('/latest', () => 500);
    await expect(lookup()).rejects.toMatchObject({ code: 'http' });
  });
});
