import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import type { LogTransport } from '../../src/sumdb/index.js';
import { openLog } from '../../src/sumdb/log-view.js';
import { type MonitoredVersion, type MonitorOptions, monitor, versionsOf } from '../../src/sumdb/monitor.js';
import { rememberedMatches, writeMonitorState } from '../../src/sumdb/monitor-state.js';
import { RecentVersions } from '../../src/sumdb/recent-versions.js';
import { recordsPerTile, splitRecords } from '../../src/sumdb/record-tiles.js';
import { emptyTreeHash, formatHash } from '../../src/tlog/index.js';
import { FixtureLog, transportOf } from '../support/fixture-log.js';
import { generateKey } from '../support/signed-notes.js';
import { sparseLog } from '../support/sparse-log.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsgoget-monitor-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const signer = generateKey('sum.test/db');
const open = (transport: LogTransport, signal?: AbortSignal) =>
  openLog({
    env: { GOSUMDB: `${signer.verifierKey} https://log.test`, GONOSUMDB: '' },
    proxies: [],
    transport,
    stateDir: join(dir, 'state'),
    cacheDir: join(dir, 'cache'),
    ...(signal && { signal }),
  });
const file = () => join(dir, 'state', 'sum.test', 'db', 'monitor.json');
const state = () => JSON.parse(readFileSync(file(), 'utf8'));

async function run(transport: LogTransport, options: Partial<MonitorOptions> = {}, signal?: AbortSignal) {
  const found: MonitoredVersion[] = [];
  const result = await monitor(open(transport, signal), { patterns: '*', onMatch: (m) => found.push(m), ...options });
  return { ...result, found, ids: found.map((m) => m.record) };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the monitor', () => {
  test('proves every record of trees of every size at a boundary, from any record at one', async () => {
    const log = new FixtureLog().pad(65_793);
    for (const size of [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 65_793]) {
      log.forge('/latest', () => encodeUtf8(log.note(size)));
      rmSync(join(dir, 'state'), { recursive: true, force: true });
      const least = size > 1000 ? size - 600 : 0;
      const froms = [least, 1, 255, 256, 257, 512, 65_280, 65_535, 65_536, size - 1, size];
      for (const from of froms.filter((n) => least <= n && n <= size)) {
        expect((await run(transportOf(log), { from })).ids).toEqual(range(from, size));
        expect(state()).toMatchObject({ Position: size, Hash: formatHash(log.tree.root(size)), Note: log.note(size) });
      }
      expect((await run(transportOf(log))).ids).toEqual([]);
    }
    expect((await run(transportOf(log), { from: 0 })).matched).toBe(65_793);
  }, 120_000);

  test('an empty log has nothing to prove', async () => {
    const log = new FixtureLog();
    expect(await run(transportOf(log))).toMatchObject({ from: 0, matched: 0 });
    expect(existsSync(file())).toBe(false);
    log.pad(3);
    expect((await run(transportOf(log))).ids).toEqual([0, 1, 2]);
  });

  test('property: any growth, any interruption: each record once, in order', async () => {
    const log = new FixtureLog().pad(1200);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1200 }), fc.option(fc.nat(4))), { minLength: 1, maxLength: 5 }),
        async (steps) => {
          rmSync(join(dir, 'state'), { recursive: true, force: true });
          const ids: number[] = [];
          let size = 0;
          for (const [at, broken] of [...steps.sort((a, b) => a[0] - b[0]), [1200, null] as const]) {
            size = at;
            log.beHonest().forge('/latest', () => encodeUtf8(log.note(size)));
            for (const path of [`/tile/8/data/00${broken}`, `/tile/8/data/00${broken}.p/${size - 256 * (broken ?? 0)}`])
              if (broken !== null) log.forge(path, () => 500);
            const onMatch = (m: MonitoredVersion) => ids.push(m.record);
            await monitor(open(transportOf(log)), { patterns: '*', onMatch }).catch((error) => {
              expect(error.code).toBe('http');
            });
          }
          expect(ids).toEqual(range(0, 1200));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('every flipped bit of a data tile is refused', async () => {
    const log = new FixtureLog().pad(300);
    await fc.assert(
      fc.asyncProperty(fc.nat(256 * 40 * 8), fc.boolean(), async (bit, last) => {
        rmSync(join(dir, 'state'), { recursive: true, force: true });
        log.beHonest().flipBit(last ? '/tile/8/data/001.p/44' : '/tile/8/data/000', bit);
        await expect(run(transportOf(log))).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:bad-proof|invalid-response)$/),
        });
      }),
      { numRuns: 60 },
    );
  });

  test('asks for data tiles side by side, and not for all at once', async () => {
    const log = new FixtureLog().pad(30_000);
    const inner = transportOf(log);
    let waiting = 0;
    let most = 0;
    const transport: LogTransport = {
      get: async (url, maxBytes) => {
        most = Math.max(most, ++waiting);
        await new Promise((resolve) => setImmediate(resolve));
        waiting--;
        return inner.get(url, maxBytes);
      },
    };
    expect((await run(transport, { from: 0 })).matched).toBe(30_000);
    expect(most).toBeGreaterThan(16);
    expect(most).toBeLessThanOrEqual(40);
    expect(inner.urls.filter((url) => url.includes('/tile/8/0/')).length).toBeLessThanOrEqual(1); // the edge
  });

  test('an interruption keeps the position; the next run goes on', async () => {
    const log = new FixtureLog().pad(2000);
    const abort = new AbortController();
    const ids: number[] = [];
    const onMatch = (m: MonitoredVersion) => {
      ids.push(m.record);
      if (m.record === 900) log.forge('/tile/8/data/006', () => 500);
    };
    const transport = transportOf(log);
    const slow: LogTransport = {
      get: async (url, maxBytes) => {
        if (!url.includes('data/005')) return transport.get(url, maxBytes);
        while (ids.length < 5 * 256) await new Promise((resolve) => setTimeout(resolve, 1));
        abort.abort(new Error('stop'));
        throw new Error('interrupted');
      },
    };
    await expect(monitor(open(slow, abort.signal), { patterns: '*', onMatch })).rejects.toThrow('interrupted');
    expect(state().Position).toBe(1280);
    log.beHonest();
    expect((await run(transport)).ids).toEqual(range(1280, 2000));
    expect(ids).toEqual(range(0, 1280));
  });
});

describe('sizes beyond 2^32', () => {
  const sizes = [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 32 + 65_536, 3 * 2 ** 40 + 257, 2 ** 48 + 255];
  test.each(sizes)('a tree of %d: the last records are proven, and the position is exact', async (size) => {
    const ids = [size - 700, size - 300, size - 257, size - 256, size - 1].filter((id) => id >= 0);
    const log = sparseLog(signer, size, new Map(ids.map((id) => [id, `example.com/m v1.0.${id} h1:a=\n`])));
    const from = size - 600;
    const result = await run(log.transport, { from, patterns: 'example.com' });
    expect(result.found.map((m) => [m.record, m.version])).toEqual(ids.slice(1).map((id) => [id, `v1.0.${id}`]));
    expect(result.unreadable).toBe(600 - ids.length + 1);
    expect(state()).toMatchObject({ Position: size, Hash: formatHash(log.tree.rangeHash({ start: 0, end: size })) });
  });

  test('a run over 2^32: from one head to the next, also where the tiles of the tree end', async () => {
    const special = new Map([[2 ** 32, 'example.com/m v1.0.0 h1:a=\n']]);
    const log = sparseLog(signer, 2 ** 32 + 300, special);
    log.head.size = 2 ** 32 - 200;
    await run(log.transport, { from: 2 ** 32 - 500 });
    log.head.size = 2 ** 32 + 300;
    const { from, found } = await run(log.transport, { patterns: 'example.com' });
    expect([from, found.map((m) => m.record)]).toEqual([2 ** 32 - 200, [2 ** 32]]);
    expect(log.urls).toContain('/tile/8/data/x016/x777/216');
  });
});

describe('the position', () => {
  const good = async (log: FixtureLog) => {
    await run(transportOf(log), { patterns: 'example.com/padding' });
    return state();
  };
  const forgeries: [string, (s: Record<string, unknown>, log: FixtureLog) => unknown][] = [
    ['at another record', (s) => ({ ...s, Position: 300, Matched: [] })],
    ['with another hash', (s, log) => ({ ...s, Hash: formatHash(log.tree.root(7)) })],
    [
      'by another key',
      (s) => ({ ...s, Note: new FixtureLog({ signer: generateKey('sum.test/db', 'x') }).pad(600).note() }),
    ],
    ['beyond its note', (s, log) => ({ ...s, Position: 512, Hash: formatHash(log.tree.root(512)) })],
    ['negative', (s) => ({ ...s, Position: -1 })],
    ['a fraction', (s) => ({ ...s, Position: 1.5 })],
    ['beyond 2^53', (s) => ({ ...s, Position: 2 ** 60 })],
    ['text', (s) => ({ ...s, Position: '5' })],
    ['a short hash', (s) => ({ ...s, Hash: 'AAAA' })],
    ['a note that is none', (s) => ({ ...s, Note: 'x' })],
    ['no note', (s) => ({ ...s, Note: undefined })],
    ['matches that are none', (s) => ({ ...s, Matched: { a: 1 } })],
    ['a match of a record that is none', (s) => ({ ...s, Matched: [['a', -1]] })],
    ['a match of a later record', (s) => ({ ...s, Matched: [['a', s.Position]] })],
    ['null', () => null],
    ['a list', () => []],
  ];
  test.each(forgeries)('B.9: forged: %s', async (_, forge) => {
    const log = new FixtureLog().pad(500);
    const before = await good(log);
    log.pad(50);
    const forged = JSON.stringify(forge(before, log));
    writeFileSync(file(), forged);
    const failed = run(transportOf(log));
    await expect(failed).rejects.toMatchObject({ code: 'cache', hint: expect.stringContaining(`remove ${file()}`) });
    expect(readFileSync(file(), 'utf8')).toBe(forged);
  });

  test('property: a flipped bit in the file is refused, or changes nothing that is believed', async () => {
    const log = new FixtureLog().pad(300);
    await good(log);
    const whole = readFileSync(file());
    log.add('example.com/new', 'v1.0.0', 'h1:a=', 'h1:b=');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const bad = Buffer.from(whole);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(file(), bad);
        const ended = await run(transportOf(log), { patterns: 'example.com/new' }).catch((error) => error);
        if (ended instanceof Error) expect(ended).toMatchObject({ code: 'cache' });
        else expect(ended.ids).toEqual([300]);
      }),
      { numRuns: 80 },
    );
  });

  test('a match that never was accuses nobody', async () => {
    const log = new FixtureLog().pad(500);
    const s = await good(log);
    log.add('example.com/new', 'v1.0.0', 'h1:a=', 'h1:b=');
    writeFileSync(file(), JSON.stringify({ ...s, Matched: [['example.com/new@v1.0.0', 3]] }));
    expect((await run(transportOf(log))).ids).toEqual([500]);
  });

  test('keeps the newest matches only', async () => {
    const matched = new Map(range(0, rememberedMatches + 5).map((id) => [`example.com/m@v1.0.${id}`, id]));
    await writeMonitorState(file(), { position: 50_000, hash: emptyTreeHash, note: '', matched });
    expect(state().Matched.length).toBe(rememberedMatches);
    expect(state().Matched[0]).toEqual(['example.com/m@v1.0.5', 5]);
  });

  test('a log that is behind its own position is waited for', async () => {
    const log = new FixtureLog().pad(500);
    await good(log);
    log.forge('/latest', () => encodeUtf8(log.note(300)));
    expect(await run(transportOf(log))).toMatchObject({ from: 500, matched: 0, head: { size: 500 } });
  });
});

describe('two records for one module version', () => {
  test.each([
    [0, 1],
    [0, 255],
    [255, 256],
    [3, 700],
    [511, 512],
  ])('records %i and %i', async (first, second) => {
    const log = new FixtureLog().pad(first);
    log.add('example.com/m', 'v1.0.0', 'h1:a=', 'h1:b=');
    log.pad(second - first - 1);
    log.add('example.com/m', 'v1.0.0', 'h1:a=', 'h1:b=');
    log.pad(10);
    for (const patterns of ['', '*']) {
      await expect(run(transportOf(log), { from: 0, patterns })).rejects.toMatchObject({
        code: 'checksum-mismatch',
        message: expect.stringMatching(new RegExp(`record ${first}:[^]*record ${second}:`)),
      });
      expect(existsSync(join(dir, 'state', 'sum.test', 'db', 'latest'))).toBe(false);
    }
  });

  test('versions and paths that only look alike are two', async () => {
    const log = new FixtureLog();
    for (const [path, version] of [
      ['example.com/m', 'v1.0.0'],
      ['example.com/M', 'v1.0.0'],
      ['example.com/m', 'v1.0.0+incompatible'],
      ['example.com/m', 'v1.0.00'],
      ['example.com/m', 'v1.0.1'],
    ] as const)
      log.addText('example.com/x', `v1.0.${log.texts.length}`, `${path} ${version} h1:a=\n`);
    expect((await run(transportOf(log))).matched).toBe(5);
  });

  test('what is remembered: at least the newest, and no more than twice as many', () => {
    const seen = new RecentVersions(1000);
    for (let i = 0; i < 10_000; i++) expect(seen.add(`m${i}`, i)).toBeUndefined();
    for (let i = 9001; i < 10_000; i++) expect([i, seen.add(`m${i}`, i)]).toEqual([i, i]);
    const fresh = new RecentVersions(1000);
    for (let i = 0; i < 10_000; i++) fresh.add(`m${i}`, i);
    expect(range(0, 10_000).filter((i) => fresh.add(`m${i}`, i) !== undefined).length).toBeLessThanOrEqual(2000);
  });
});

describe('data tiles', () => {
  const texts = fc.array(
    fc.array(fc.stringMatching(/^[a-z ]{1,5}$/), { minLength: 1, maxLength: 3 }).map((l) => `${l.join('\n')}\n`),
    {
      minLength: 1,
      maxLength: 9,
    },
  );
  test('property: records that were joined are split again, with or without the last blank line', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (records, blank) => {
        const joined = records.join('\n') + (blank ? '\n' : '');
        expect(splitRecords(encodeUtf8(joined)).map((b) => Buffer.from(b).toString())).toEqual(records);
      }),
    );
  });

  test('property: of any bytes none is lost but blank lines', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const parts = splitRecords(bytes);
        const length = parts.reduce((sum, part) => sum + part.length + 1, 0);
        expect(bytes.length === 0 ? parts.length === 0 : Math.abs(length - bytes.length) <= 1).toBe(true);
      }),
    );
    expect(recordsPerTile).toBe(256);
  });

  test('the module versions of a record', () => {
    expect(versionsOf('', 1)).toEqual([]);
    expect(versionsOf('a b c\nx y h1:z w\n x h1:z\nx y \n', 1)).toEqual([]);
    expect(versionsOf('p v1 h1:a\np v1/go.mod h1:b\np v1 h2:c\n', 1)).toEqual([
      { record: 1, path: 'p', version: 'v1', sum: 'h1:a', goModSum: 'h1:b' },
    ]);
    expect(versionsOf('p v1 h1:a\np v1 h1:a\n', 1)).toEqual([{ record: 1, path: 'p', version: 'v1', sum: 'h1:a' }]);
    expect(versionsOf('p v1/go.mod h1:a\np v1/go.mod h1:b\n', 1)).toMatchObject([{ isAmbiguous: true }]);
    expect(versionsOf('__proto__ v1 h1:a\nconstructor v1 h1:b\n', 1).map((v) => v.path)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});
