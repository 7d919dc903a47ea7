/**
 * A3: lines that stand in the answer, but not in the authenticated record. CVE-2026-56864, GO-2026-6180, golang/go#80745.
 *
 * Elsewhere: every place of an answer where a line can stand, where the record has none (test/sumdb/sum-db.test.ts, "A3";
 * as processes in test/process/log-attacks.test.ts).
 * Here: where the record has another hash, so that a smuggled line would have to outvote it; stored answers; and what a
 * second reader of the same bytes would see.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { formatRecord, formatTreeHead } from '../../src/tlog/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import { useLogClients } from '../support/log-client.js';
import { generateKey, signNote } from '../support/signed-notes.js';
import { useTempDir } from '../support/temp-dir.js';

const open = useLogClients();
const tempDir = useTempDir();
const path = 'example.com/m';
const version = 'v1.0.0';
const lookup = `/lookup/${path}@${version}`;
const good = `h1:${'g'.repeat(43)}=`;
const evil = `h1:${'e'.repeat(43)}=`;
const smuggled = `${path} ${version} ${evil}\n${path} ${version}/go.mod ${evil}\n`;
const stranger = generateKey('stranger.test');

/** The log has the true record; what is smuggled says otherwise. */
function makeLog() {
  const log = new FixtureLog().pad(5);
  const id = log.add(path, version, good, good);
  return { log: log.pad(3), id };
}

type Answer = (log: FixtureLog, id: number) => string;
const head = (log: FixtureLog) => formatTreeHead({ size: log.texts.length, hash: log.tree.root() });
const record = (log: FixtureLog, id: number) => formatRecord(id, log.texts[id]!);

/** Answers that are authentic all the same: the smuggled line is in a place that is signed, or that nobody signs. */
const authentic: [where: string, answer: Answer][] = [
  ['as extension lines of the signed tree note', (l, id) => record(l, id) + signNote(head(l) + smuggled, l.signer)],
  [
    'as extension lines behind a blank line of the note',
    (l, id) => record(l, id) + signNote(`${head(l)}\n${smuggled}`, l.signer),
  ],
  [
    'as extension lines that look like a record',
    (l, id) => record(l, id) + signNote(`${head(l)}\n${id}\n${smuggled}`, l.signer),
  ],
  [
    'in the signature of an unknown key with the module as its name',
    (l, id) => `${record(l, id)}${l.note()}\u2014 ${path} ${Buffer.from(`0123${smuggled}`).toString('base64')}\n`,
  ],
  ['in the note of a second signer', (l, id) => record(l, id) + signNote(head(l) + smuggled, l.signer, stranger)],
];

const broken: [where: string, answer: Answer][] = [
  ['after the last signature', (l, id) => record(l, id) + l.note() + smuggled],
  ['after the last signature and a blank line', (l, id) => `${record(l, id)}${l.note()}\n${smuggled}`],
  ['after a blank line and a copy of the note', (l, id) => `${record(l, id)}${l.note()}\n${smuggled}\n${l.note()}`],
  ['before the number', (l, id) => smuggled + record(l, id) + l.note()],
  ['between the number and the record', (l, id) => formatRecord(id, smuggled + l.texts[id]!) + l.note()],
  ['behind the lines of the record', (l, id) => formatRecord(id, l.texts[id]! + smuggled) + l.note()],
  ['as a second record', (l, id) => record(l, id) + record(l, id) + l.note()],
  ['as a record before the record', (l, id) => formatRecord(id, smuggled) + record(l, id) + l.note()],
  ['between the record and the note', (l, id) => `${record(l, id)}${smuggled}\n${l.note()}`],
  [
    'with bare carriage returns',
    (l, id) => record(l, id).replace('\n\n', `\r${smuggled.replaceAll('\n', '\r')}\n\n`) + l.note(),
  ],
];

describe('CVE-2026-56864 / GO-2026-6180 / golang/go#80745: a line outside the record', () => {
  test.each(authentic)('%s: it is not read, and the true hash is', async (_, answer) => {
    const { log, id } = makeLog();
    log.forge(lookup, () => encodeUtf8(answer(log, id)));
    for (const key of [version, `${version}/go.mod`]) {
      await expect(open(log).db.requireHash(path, key, evil)).rejects.toMatchObject({
        code: 'checksum-mismatch',
        want: good,
        got: evil,
      });
      const { db } = open(log);
      await db.requireHash(path, key, good);
      expect((await db.lookup(path, version)).lines.map((line) => line.hash)).toEqual([good, good]);
      await db.flush();
    }
  });

  test.each(broken)('%s: the whole answer is refused, the true hash too', async (_, answer) => {
    const { log, id } = makeLog();
    log.forge(lookup, () => encodeUtf8(answer(log, id)));
    for (const hash of [evil, good]) {
      const client = open(log);
      await expect(client.db.requireHash(path, version, hash)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:bad-proof|bad-signature|invalid-note|invalid-response)$/),
      });
      await client.db.flush();
      expect(client.files()).toEqual([]);
    }
    log.beHonest();
    const { db } = open(log);
    await db.requireHash(path, version, good);
    await db.flush();
  });

  test.each([...authentic, ...broken])('%s, in a stored answer: it vouches for nothing false', async (_, answer) => {
    const { log, id } = makeLog();
    const dir = tempDir();
    const file = join(dir, 'cache', ...log.name.split('/'), ...lookup.slice(1).split('/'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, answer(log, id));
    await expect(open(log, { dir }).db.requireHash(path, version, evil)).rejects.toMatchObject({
      code: 'checksum-mismatch',
    });
    const { db } = open(log, { dir });
    await db.requireHash(path, version, good);
    await db.flush();
    const stored = readFileSync(file, 'utf8');
    expect([answer(log, id), log.note() && Buffer.from(log.respond(lookup).body).toString()]).toContain(stored);
  });
});
