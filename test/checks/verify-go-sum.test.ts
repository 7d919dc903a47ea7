/** What is said of a line by what the log has of it; without a network or a disk. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RecordSource, readableLines, type SkipSettings, verifyLines } from '../../src/checks/verify-go-sum.js';
import { LogForkError, ModuleError, TsgogetError } from '../../src/errors.js';
import { emptyGoModHash, scanGoSum } from '../../src/gosum/index.js';
import { matchPrefixPatterns } from '../../src/module/index.js';
import { NoRecordError, type SumLine } from '../../src/sumdb/index.js';

const h = (char: string) => `h1:${char.repeat(43)}=`;
const settings: SkipSettings = { GOSUMDB: 'sum.test', GONOSUMDB: '', GOPRIVATE: '' };

function file(text: string) {
  return { file: '/me/go.sum', name: 'go.sum', lines: [...scanGoSum(text)] };
}

/** A source that has these lines under 'path@version', or fails. */
function sourceOf(records: Record<string, readonly SumLine[] | unknown>): RecordSource & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    name: 'sum.test',
    find: async (path, version) => {
      asked.push(`${path}@${version}`);
      const lines = records[`${path}@${version}`];
      if (!Array.isArray(lines)) throw lines ?? new ModuleError('http', { path, version }, 'no record');
      return { id: 5, treeSize: 9, lines: lines as SumLine[], remembered: false };
    },
  };
}

function decideBy({ GOSUMDB, GONOSUMDB }: SkipSettings) {
  return {
    decide: (path: string) =>
      GOSUMDB === 'off'
        ? ('off' as const)
        : matchPrefixPatterns(GONOSUMDB, path)
          ? ('private' as const)
          : ('check' as const),
  };
}

async function statusesOf(text: string, source: RecordSource, by = settings) {
  const lines = readableLines([file(text)], () => true);
  return (await verifyLines(lines, source, { sumdb: decideBy(by), settings: by })).map((l) => l.result);
}

const both = [
  { version: 'v1.0.0', hash: h('A') },
  { version: 'v1.0.0/go.mod', hash: h('B') },
];

test('one look-up serves both lines of a module version, and each is compared with its own', async () => {
  const source = sourceOf({ 'a.test/m@v1.0.0': both });
  const text = `a.test/m v1.0.0 ${h('A')}\na.test/m v1.0.0/go.mod ${h('A')}\n`;
  expect(await statusesOf(text, source)).toEqual([
    { status: 'proven', record: 5, treeSize: 9, remembered: false },
    { status: 'differs', want: h('B'), got: h('A'), from: 'sum.test' },
  ]);
  expect(source.asked).toEqual(['a.test/m@v1.0.0']);
});

test('a record with two hashes for one key proves neither', async () => {
  const source = sourceOf({ 'a.test/m@v1.0.0': [...both, { version: 'v1.0.0', hash: h('C') }] });
  expect(await statusesOf(`a.test/m v1.0.0 ${h('A')}\n`, source)).toMatchObject([{ status: 'differs', want: h('C') }]);
});

test('a hash of another algorithm in the record is no proof', async () => {
  const source = sourceOf({ 'a.test/m@v1.0.0': [{ version: 'v1.0.0', hash: 'h2:x' }] });
  expect(await statusesOf(`a.test/m v1.0.0 ${h('A')}\n`, source)).toMatchObject([{ status: 'differs', want: '' }]);
});

describe('a failed look-up', () => {
  const about = (code: 'http' | 'timeout' | 'bad-proof' | 'log-fork' | 'not-witnessed', cause?: unknown) =>
    new ModuleError(code, { path: 'a.test/m', version: 'v1.0.0' }, 'why', { cause });
  test.each<[string, unknown, string]>([
    ['no record', about('http', new NoRecordError('http', '404')), 'not-in-log'],
    ['a server that fails', about('http'), 'not-checked'],
    ['time out', about('timeout'), 'not-checked'],
    ['no witness', about('not-witnessed'), 'not-checked'],
    ['a false proof', about('bad-proof'), 'refuted'],
    ['a fork', new LogForkError('fork', { oldNote: '', newNote: '', proof: [] }), 'refuted'],
    ['the evidence of one', about('log-fork'), 'refuted'],
  ])('%s: %s', async (_, error, status) => {
    const found = await statusesOf(`a.test/m v1.0.0 ${h('A')}\n`, sourceOf({ 'a.test/m@v1.0.0': error }));
    expect(found.map((r) => r.status)).toEqual([status]);
  });

  test.each([
    ['an interruption', new TsgogetError('interrupted', 'interrupted')],
    ['a mistake of ours', new TypeError('x is not a function')],
  ])('%s is no verdict: it is thrown', async (_, error) => {
    await expect(statusesOf(`a.test/m v1.0.0 ${h('A')}\n`, sourceOf({ 'a.test/m@v1.0.0': error }))).rejects.toBe(error);
  });
});

test.each<[string, Partial<SkipSettings>, string]>([
  ['off', { GOSUMDB: 'off' }, 'GOSUMDB=off'],
  ['the default of GONOSUMDB', { GONOSUMDB: 'b.test,a.test', GOPRIVATE: 'b.test,a.test' }, 'GOPRIVATE=a.test'],
  ['a setting of its own', { GONOSUMDB: '*.test/m', GOPRIVATE: 'a.test' }, 'GONOSUMDB=*.test/m'],
])('what is skipped by %s is not asked about, and the pattern is named', async (_, by, reason) => {
  const source = sourceOf({});
  const all = { ...settings, ...by };
  expect(await statusesOf(`a.test/m v1.0.0 ${h('A')}\n`, source, all)).toEqual([{ status: 'skipped', reason }]);
  expect(source.asked).toEqual([]);
});

test('a private line that could not be read by anybody is not skipped', async () => {
  const off = { ...settings, GOSUMDB: 'off' };
  const text = `a.test/m v1.0.0 h2:x\na.test/m v1.0.0 h1:short\na.test/../m v1.0.0 ${h('A')}\na.test/m v1 ${h('A')}\n`;
  const found = await statusesOf(text, sourceOf({}), off);
  expect(found.map((r) => r.status)).toEqual(['not-checked', 'not-checked', 'not-checked', 'not-checked']);
});

test('every line that says something is reported once, in its order, whatever stands there', async () => {
  const field = fc.constantFrom(
    'a.test/m',
    'A.test/M',
    '__proto__',
    'constructor',
    'v1.0.0',
    'v1.0.0/go.mod',
    'v0',
    h('A'),
    h('B'),
    'h2:x',
    '..',
    '\ufeff',
    emptyGoModHash,
  );
  const space = fc.constantFrom(' ', '  ', '\t', '\u00a0', '\r', '\f');
  const line = fc.array(fc.tuple(field, space), { maxLength: 5 }).map((parts) => parts.flat().join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const text = lines.join('\n');
      const wanted = [...scanGoSum(text)].filter((l) => l.problem === undefined && l.hash !== emptyGoModHash);
      const source = sourceOf({ 'a.test/m@v1.0.0': both });
      const readable = readableLines([file(text)], () => true);
      let done = 0;
      const onDone = (n: number) => {
        done += n;
      };
      const found = await verifyLines(readable, source, { sumdb: decideBy(settings), settings, onDone });
      expect(found.map((l) => [l.line, l.path, l.version, l.hash])).toEqual(
        wanted.map((l) => [l.line, l.path, l.version, l.hash]),
      );
      expect(done).toBe(wanted.length);
      for (const { path, version, hash, result } of found) {
        const isTrue = path === 'a.test/m' && both.some((b) => b.version === version && b.hash === hash);
        expect(result.status === 'proven').toBe(isTrue);
      }
    }),
  );
});

test('a record that proves a line is kept while others are still asked for, one that proves none is not', async () => {
  const kept: string[] = [];
  let answerSlow = () => {};
  const slow = new Promise<void>((resolve) => {
    answerSlow = resolve;
  });
  const quick = sourceOf({ 'a.test/m@v1.0.0': both, 'b.test/m@v1.0.0': both, 'c.test/m@v1.0.0': both });
  const source: RecordSource = {
    name: quick.name,
    find: async (path, version) => {
      if (path === 'c.test/m') await slow;
      return quick.find(path, version);
    },
    keep: async (path) => {
      kept.push(path);
      if (path === 'a.test/m') answerSlow(); // a hang, if all is kept at the end
    },
  };
  const text = `c.test/m v1.0.0 ${h('A')}\na.test/m v1.0.0 ${h('A')}\nb.test/m v1.0.0 ${h('C')}\n`;
  expect((await statusesOf(text, source)).map((r) => r.status)).toEqual(['proven', 'proven', 'differs']);
  expect(kept).toEqual(['a.test/m', 'c.test/m']);
});

test('where a record cannot be kept since it is refuted, its lines are not proven', async () => {
  const source: RecordSource = {
    ...sourceOf({ 'a.test/m@v1.0.0': both }),
    keep: async () => {
      throw new LogForkError('two histories', { oldNote: '', newNote: '', proof: [] });
    },
  };
  expect((await statusesOf(`a.test/m v1.0.0 ${h('A')}\n`, source)).map((r) => r.status)).toEqual(['refuted']);
});

test('hundreds of thousands of lines take linear time and no call too deep', { timeout: 120_000 }, async () => {
  const lines = Array.from(
    { length: 300_000 },
    (_, i) => `a.test/m${i >> 1} v1.0.0${i % 2 ? '/go.mod' : ''} ${h('A')}`,
  );
  const readable = readableLines([file(lines.join('\n'))], () => true);
  let asked = 0;
  const source: RecordSource = {
    name: 'sum.test',
    find: async () => {
      asked++;
      return { id: 5, treeSize: 9, lines: both, remembered: false };
    },
  };
  const found = await verifyLines(readable, source, { sumdb: decideBy(settings), settings });
  expect([found.length, asked]).toEqual([300_000, 150_000]);
});
