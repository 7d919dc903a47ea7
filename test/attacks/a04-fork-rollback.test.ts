/**
 * A4: forks, roll-backs and stale state.
 *
 * Elsewhere: forks of every kind with their evidence, concurrent writers, corrupted state files, records beyond the tree,
 * the empty tree (test/sumdb/sum-db.test.ts, "A4"); as processes, over a cleaned cache (test/process/log-attacks.test.ts).
 * Here: any two histories at any two sizes; what a fork leaves behind; names of two databases that are near each other.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogForkError } from '../../src/errors.js';
import { checkTree } from '../../src/tlog/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import { useLogClients } from '../support/log-client.js';
import { generateKey } from '../support/signed-notes.js';
import { useTempDir } from '../support/temp-dir.js';

const open = useLogClients();
const tempDir = useTempDir();
const hash = `h1:${'g'.repeat(43)}=`;
const version = 'v1.0.0';

const first = new FixtureLog();
for (let i = 0; i < 700; i++) first.add(`example.com/m${i}`, version, hash, hash);

/** The same log up to a record, then another. */
function forkAt(record: number, size: number): FixtureLog {
  const fork = first.fork(record);
  for (let i = record; i < size; i++) fork.add(`example.com/m${i}`, version, `h1:fork${i}=`, `h1:fork${i}=`);
  return fork;
}

test('property: a history that was seen and another are one only where both begin the same', async () => {
  const sizes = fc.integer({ min: 1, max: 700 });
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.nat(700), async (seen, shown, record) => {
      const fork = forkAt(Math.min(record, Math.max(seen, shown)), Math.max(seen, shown));
      fork.useOldHead('example.com/m0', version, shown);
      const isFork = record < seen;
      let log = first;
      const dir = tempDir();
      first.beHonest().useOldHead('example.com/m0', version, seen);
      const before = open(() => log, { dir });
      await before.db.requireHash('example.com/m0', version, hash);
      await before.db.flush();
      const stored = readFileSync(join(before.stateDir, first.name, 'latest'), 'utf8');
      log = fork;
      // a record that both have, where there is one: its own proof does not tell
      const [id, wanted] = record > 0 ? [0, hash] : [0, 'h1:fork0='];
      const after = open(() => log, { dir, cacheDir: tempDir() });
      const failed = await after.db.requireHash(`example.com/m${id}`, version, wanted).catch((error) => error);
      await after.db.flush().catch(() => {});
      const evidence = join(before.stateDir, first.name, 'fork-evidence.txt');
      const latest = readFileSync(join(before.stateDir, first.name, 'latest'), 'utf8');
      if (!isFork) {
        expect([failed, existsSync(evidence)]).toEqual([undefined, false]);
        expect(latest).toBe(shown > seen ? fork.note(shown) : stored);
        return;
      }
      expect(latest).toBe(stored);
      // a smaller head is compared with the tree that was seen, whose tiles the forked log has not got
      if (seen > shown && !(failed instanceof LogForkError)) return void expect(failed.code).toBe('bad-proof');
      expect(failed).toBeInstanceOf(LogForkError);
      expect(readFileSync(evidence, 'utf8')).toContain('proof of misbehavior');
      // the evidence convinces anyone: the newer tree, as its signature says, began otherwise than the older one
      const [older, newer] = seen <= shown ? [first, fork] : [fork, first];
      const [small, large] = [Math.min(seen, shown), Math.max(seen, shown)];
      const [began, ...steps] = (failed as LogForkError).proof.map(
        (text) => new Uint8Array(Buffer.from(text, 'base64')),
      );
      if (small === large) {
        expect(steps).toEqual([]);
        expect([first, fork].map((l) => l.tree.root(small))).toContainEqual(began);
      } else {
        expect(began).not.toEqual(older.tree.root(small));
        checkTree(steps, { size: large, hash: newer.tree.root(large) }, { size: small, hash: began! });
      }
    }),
    { numRuns: 20, seed: 4 },
  );
});

describe('state', () => {
  test.each([
    ['the note of a smaller tree, shown again and again: nothing shrinks', 30],
    ['the note of the first record', 1],
  ])('%s', async (_, old) => {
    const dir = tempDir();
    first.beHonest();
    for (const size of [700, old, old]) {
      first.useOldHead('example.com/m0', version, size);
      const { db, stateDir } = open(first, { dir, cacheDir: tempDir() });
      await db.requireHash('example.com/m0', version, hash);
      await db.flush();
      expect(readFileSync(join(stateDir, first.name, 'latest'), 'utf8')).toBe(first.note());
    }
  });

  test('a roll-back of the state file itself is no fork, and is brought up to date', async () => {
    const dir = tempDir();
    first.beHonest();
    const ask = async () => {
      const client = open(first, { dir, cacheDir: tempDir() });
      await client.db.requireHash('example.com/m0', version, hash);
      await client.db.flush();
      return join(client.stateDir, first.name, 'latest');
    };
    const file = await ask();
    writeFileSync(file, first.note(3));
    await ask();
    expect(readFileSync(file, 'utf8')).toBe(first.note());
  });

  test('evidence of one database stops that one only', async () => {
    const dir = tempDir();
    const other = new FixtureLog({ signer: generateKey('sum.test/db2') });
    other.add('example.com/m0', version, hash, hash);
    first.beHonest();
    for (const log of [first, other]) {
      const { db } = open(log, { dir });
      await db.requireHash('example.com/m0', version, hash);
      await db.flush();
    }
    const { stateDir } = open(first, { dir });
    writeFileSync(join(stateDir, first.name, 'fork-evidence.txt'), 'seen\n');
    await expect(open(first, { dir }).db.requireHash('example.com/m0', version, hash)).rejects.toMatchObject({
      code: 'log-fork',
      hint: expect.stringContaining('fork-evidence.txt'),
    });
    await expect(open(first, { dir }).db.head()).rejects.toMatchObject({ code: 'log-fork' });
    const { db } = open(other, { dir });
    await db.requireHash('example.com/m0', version, hash);
    await db.flush();
  });
});
