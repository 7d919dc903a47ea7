import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { LogForkError } from '../../src/errors.js';
import type { LogTransport } from '../../src/sumdb/index.js';
import { openLog } from '../../src/sumdb/log-view.js';
import { checkRecord, checkTree, formatHash, recordHash } from '../../src/tlog/index.js';
import { FixtureLog, transportOf } from '../support/fixture-log.js';
import { generateKey } from '../support/signed-notes.js';
import { sparseLog } from '../support/sparse-log.js';
import { useTempDir } from '../support/temp-dir.js';

const signer = generateKey('sum.test/db');
const newDir = useTempDir();
const open = (transport: LogTransport, dir = newDir()) =>
  openLog({
    env: { GOSUMDB: `${signer.verifierKey} https://log.test`, GONOSUMDB: '' },
    proxies: [],
    transport,
    stateDir: join(dir, 'state'),
    cacheDir: join(dir, 'cache'),
  });

/** Numbers around every power of two that a tile or a number of JavaScript could end at. */
const boundaries = [256, 65_536, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 40].flatMap((n) => [n - 1, n, n + 1]);

describe('numbers at every boundary', () => {
  const size = 2 ** 40 + 70_000;
  const ids = [0, 1, 255, ...boundaries, size - 1].filter((id) => id < size);
  const name = (id: number) => ({ path: `example.com/m${id}`, version: 'v1.0.0' });
  const text = (id: number) => `${name(id).path} v1.0.0 h1:${id}=\n${name(id).path} v1.0.0/go.mod h1:m${id}=\n`;
  const log = sparseLog(
    signer,
    size,
    new Map(ids.map((id) => [id, text(id)])),
    new Map(ids.map((id) => [`${name(id).path}@v1.0.0`, id])),
  );

  test.each(ids)('record %d is proven', async (id) => {
    for (const n of new Set([id + 1, id + 2, size])) {
      log.head.size = Math.min(n, size);
      const root = log.tree.rangeHash({ start: 0, end: log.head.size });
      const { path, version } = name(id);
      const { found, proof } = await open(log.transport).lookUp(path, version);
      expect([found.record.id, found.text, proof.head.size]).toEqual([id, text(id), log.head.size]);
      const hashes = proof.steps.map((step) => step.hash);
      checkRecord(hashes, { size: log.head.size, hash: root }, id, recordHash(encodeUtf8(text(id))));
      expect(formatHash(proof.steps.at(-1)?.running ?? proof.leaf)).toBe(formatHash(root));
      for (const { start, end, hash } of proof.steps) expect(hash).toEqual(log.tree.rangeHash({ start, end }));
    }
  });

  test.each([1, 255, ...boundaries])('a tree of %d is proven to begin the whole', async (n) => {
    log.head.size = size;
    const view = open(log.transport);
    const head = await view.log.heads.merge(await view.log.heads.served());
    const older = view.log.heads.open(encodeUtf8(log.note(n)));
    await view.log.heads.merge(older);
    const proof = await view.compareHeads(head, older, false);
    checkTree(proof, { size, hash: head.hash }, { size: n, hash: older.hash });
    expect(formatHash(await view.treeHash(head, n))).toBe(formatHash(older.hash));
  });
});

describe('two heads', () => {
  const honest = new FixtureLog({ signer }).pad(1000);

  test('property: heads of one log are consistent, of two are a fork or share all that both have', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 999 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
        async (at, a, b, servesFork) => {
          const fork = honest.fork(at);
          fork.addText('example.com/fork', 'v1.0.0', 'fork\n');
          fork.pad(1000 - fork.texts.length);
          const view = open(transportOf(servesFork ? fork : honest));
          const [first, second] = [honest.note(a), fork.note(b)].map((n) => view.log.heads.open(encodeUtf8(n)));
          const compared = view.compareHeads(first!, second!, false);
          if (Math.min(a, b) <= at) {
            // what both have is the same: consistent, unless the log disowns the larger one
            const isOwn = servesFork ? b >= a || a <= at : a >= b || b <= at;
            if (isOwn) await expect(compared).resolves.toBeDefined();
            else await expect(compared).rejects.toMatchObject({ code: expect.stringMatching(/log-fork|bad-proof/) });
          } else {
            await expect(compared).rejects.toBeInstanceOf(LogForkError);
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  test('an outage is not a fork; a lie about tiles is refuted', async () => {
    const log = new FixtureLog({ signer }).pad(1000);
    const heads = (view: ReturnType<typeof open>) =>
      [300, 900].map((n) => view.log.heads.open(encodeUtf8(log.note(n)))) as [never, never];
    const compare = () => {
      const view = open(transportOf(log));
      return view.compareHeads(...heads(view), true);
    };
    log.forge('/tile/8/0/003.p/132', () => 500);
    await expect(compare()).rejects.toMatchObject({ code: 'http' });
    log.beHonest().flipBit('/tile/8/0/003.p/132', 9);
    await expect(compare()).rejects.toMatchObject({ code: 'bad-proof' });
    log.forge('/latest', () => 500);
    await expect(compare()).rejects.toMatchObject({ code: 'bad-proof' });
    log.beHonest();
    expect((await compare()).length).toBeGreaterThan(0);
  });

  test('looking stores nothing', async () => {
    const dir = newDir();
    const view = open(transportOf(honest), dir);
    const served = await view.log.heads.served();
    await view.log.heads.merge(served);
    await view.proveConsistency(served, view.log.heads.open(encodeUtf8(honest.note(300))));
    for await (const tile of view.recordsFrom(served, 0)) expect(tile.texts.length).toBeGreaterThan(0);
    await view.log.flush();
    expect([existsSync(join(dir, 'state')), existsSync(join(dir, 'cache'))]).toEqual([false, false]);
  });
});
