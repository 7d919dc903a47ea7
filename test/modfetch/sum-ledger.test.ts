import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../src/encoding/utf8.js';
import { ChecksumMismatchError, isSecurity, TsgogetError } from '../../src/errors.js';
import { goModKey, type SumFiles, SumLedger, type SumLedgerOptions } from '../../src/modfetch/index.js';

const h = (letter: string) => `h1:${letter.repeat(43)}=`;
const a = 'example.com/a';
const line = (path: string, version: string, hash: string) => `${path} ${version} ${hash}\n`;
const all = () => true;

/** Files in memory; `meanwhile` runs between reading and writing, as another process would. */
function memoryFiles(files: Record<string, string>, meanwhile?: () => void): SumFiles & { writes: number } {
  return {
    writes: 0,
    read: async (file) => (files[file] === undefined ? undefined : encodeUtf8(files[file])),
    async transform(file, change) {
      meanwhile?.();
      const text = change(encodeUtf8(files[file] ?? ''));
      this.writes++;
      files[file] = decodeUtf8(text)!;
    },
  };
}

async function openLedger(files: Record<string, string>, options: Partial<SumLedgerOptions> = {}) {
  const warnings: string[] = [];
  const memory = options.files ?? memoryFiles(files);
  const ledger = await SumLedger.open({
    file: 'go.sum',
    warn: (text) => warnings.push(text),
    ...options,
    files: memory,
  });
  return { ledger, warnings, files, memory };
}

describe('check and add', () => {
  test('a sum on record proves; what is not there is neither proven nor refuted', async () => {
    const { ledger } = await openLedger({ 'go.sum': line(a, 'v1.0.0', h('a')) });
    expect(ledger.check(a, 'v1.0.0', h('a'))).toBe(true);
    expect(ledger.check(a, 'v1.0.0/go.mod', h('a'))).toBe(false);
    expect(ledger.check(a, 'v1.0.1', h('a'))).toBe(false);
    expect(ledger.check('example.com/A', 'v1.0.0', h('a'))).toBe(false);
  });

  test('another h1: sum refutes, with the evidence', async () => {
    const { ledger, files } = await openLedger({ 'go.sum': line(a, 'v1.0.0', h('a')) });
    const error = (() => {
      try {
        return void ledger.check(a, 'v1.0.0', h('b'));
      } catch (e) {
        return e as ChecksumMismatchError;
      }
    })();
    expect(error).toBeInstanceOf(ChecksumMismatchError);
    expect(error).toMatchObject({ want: h('a'), got: h('b'), from: 'go.sum', code: 'checksum-mismatch' });
    expect(error!.message).toContain(
      `verifying ${a}@v1.0.0: checksum mismatch\n\tdownloaded: ${h('b')}\n\tgo.sum:     ${h('a')}`,
    );
    expect(error!.message).toContain('SECURITY ERROR');
    await ledger.write(all, false);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('a')));
  });

  test('the right sum beside a wrong one: refused in either order; as go, the first decides', async () => {
    const right = line(a, 'v1.0.0', h('a'));
    const wrong = line(a, 'v1.0.0', h('b'));
    const asGo = await openLedger({ 'go.sum': right + wrong }, { asGo: true });
    expect(asGo.ledger.check(a, 'v1.0.0', h('a'))).toBe(true);
    for (const text of [right + wrong, wrong + right]) {
      const { ledger } = await openLedger({ 'go.sum': text });
      expect(() => ledger.check(a, 'v1.0.0', h('a'))).toThrow(ChecksumMismatchError);
      expect(ledger.recorded(a, 'v1.0.0')).toBeUndefined();
    }
    expect((await openLedger({ 'go.sum': right + right })).ledger.check(a, 'v1.0.0', h('a'))).toBe(true);
  });

  test('a sum of an unknown algorithm neither proves nor refutes; adding beside it warns', async () => {
    const { ledger, warnings, files } = await openLedger({ 'go.sum': line(a, 'v1.0.0', 'h2:zzz') });
    expect(ledger.has(a, 'v1.0.0')).toBe(false);
    expect(ledger.check(a, 'v1.0.0', h('a'))).toBe(false);
    ledger.add(a, 'v1.0.0', h('a'));
    expect(warnings[0]).toContain(
      `warning: verifying ${a}@v1.0.0: unknown hashes in go.sum: h2:zzz; adding ${h('a')}\n\nSECURITY WARNING`,
    );
    await ledger.write(all, false);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('a')) + line(a, 'v1.0.0', 'h2:zzz'));
  });

  test('adding what contradicts the record refutes', async () => {
    const { ledger } = await openLedger({ 'go.sum': line(a, 'v1.0.0', h('a')) });
    expect(() => ledger.add(a, 'v1.0.0', h('b'))).toThrow(ChecksumMismatchError);
  });

  test('what this run added is checked against, but does not count as having been there', async () => {
    const { ledger } = await openLedger({});
    ledger.check(a, 'v1.0.0', h('a'));
    ledger.add(a, 'v1.0.0', h('a'));
    expect(ledger.has(a, 'v1.0.0')).toBe(false);
    expect(ledger.recorded(a, 'v1.0.0')).toBeUndefined();
    expect(ledger.check(a, 'v1.0.0', h('a'))).toBe(true);
    expect(() => ledger.check(a, 'v1.0.0', h('b'))).toThrow(ChecksumMismatchError);
    await ledger.write(all, false);
    expect(ledger.has(a, 'v1.0.0')).toBe(true);
  });

  test('outside a module nothing is known and nothing is kept', async () => {
    const { ledger, memory } = await openLedger({ 'go.sum': line(a, 'v1.0.0', h('a')) }, { file: undefined });
    expect(ledger.check(a, 'v1.0.0', h('b'))).toBe(false);
    ledger.add(a, 'v1.0.0', h('b'));
    await ledger.write(all, true);
    expect((memory as ReturnType<typeof memoryFiles>).writes).toBe(0);
    expect([...ledger.entries()]).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'toString'])('a module named %s is like any other', async (path) => {
    const { ledger } = await openLedger({});
    expect(ledger.has(path, 'v1.0.0')).toBe(false);
    expect(ledger.check(path, 'v1.0.0', h('a'))).toBe(false);
    ledger.add(path, 'v1.0.0', h('a'));
    expect(() => ledger.check(path, 'v1.0.0', h('b'))).toThrow(ChecksumMismatchError);
  });
});

describe('write', () => {
  const learn = (ledger: SumLedger, version: string, hash = h('a')) => {
    ledger.check(a, version, hash);
    ledger.add(a, version, hash);
  };

  test('nothing new: nothing is written, even where it may not be', async () => {
    const files = { 'go.sum': `${line('z', 'v1.0.0', h('z'))}\n${line(a, 'v1.0.0', h('a'))}` };
    const { ledger, memory } = await openLedger(files);
    ledger.check(a, 'v1.0.0', h('a'));
    await ledger.write(all, true);
    expect((memory as ReturnType<typeof memoryFiles>).writes).toBe(0);
  });

  test('what is new and wanted is added, what was there stays, sorted', async () => {
    const { ledger, files } = await openLedger({ 'go.sum': line('example.com/b', 'v1.0.0', h('b')) });
    learn(ledger, 'v1.10.0');
    learn(ledger, 'v1.9.0');
    learn(ledger, goModKey('v1.9.0'));
    learn(ledger, 'v2.0.0');
    await ledger.write((_path, version) => version !== 'v2.0.0', false);
    expect(files['go.sum']).toBe(
      line(a, 'v1.9.0', h('a')) +
        line(a, 'v1.9.0/go.mod', h('a')) +
        line(a, 'v1.10.0', h('a')) +
        line('example.com/b', 'v1.0.0', h('b')),
    );
  });

  test('what is new but not wanted is no reason to write', async () => {
    const { ledger, memory } = await openLedger({});
    learn(ledger, 'v1.0.0');
    await ledger.write(() => false, true);
    expect((memory as ReturnType<typeof memoryFiles>).writes).toBe(0);
  });

  test('readonly: news that are wanted fail', async () => {
    const { ledger } = await openLedger({});
    learn(ledger, 'v1.0.0');
    await expect(ledger.write(all, true)).rejects.toMatchObject({
      code: 'missing-sum',
      message: 'updates to go.sum needed, disabled by -mod=readonly',
    });
  });

  test('a second write has nothing to do', async () => {
    const { ledger, memory } = await openLedger({});
    learn(ledger, 'v1.0.0');
    await ledger.write(all, false);
    await ledger.write(all, true);
    expect((memory as ReturnType<typeof memoryFiles>).writes).toBe(1);
  });

  test('what another process wrote meanwhile stays', async () => {
    const files: Record<string, string> = {};
    const meanwhile = () => {
      files['go.sum'] = line('example.com/other', 'v1.0.0', h('o'));
    };
    const { ledger } = await openLedger(files, { files: memoryFiles(files, meanwhile) });
    learn(ledger, 'v1.0.0');
    await ledger.write(all, false);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('a')) + line('example.com/other', 'v1.0.0', h('o')));
    expect(ledger.has('example.com/other', 'v1.0.0')).toBe(true);
  });

  test('what another process wrote meanwhile and that contradicts refutes, and is not overwritten', async () => {
    const files: Record<string, string> = {};
    const meanwhile = () => {
      files['go.sum'] = line(a, 'v1.0.0', h('x'));
    };
    const { ledger } = await openLedger(files, { files: memoryFiles(files, meanwhile) });
    learn(ledger, 'v1.0.0');
    await expect(ledger.write(all, false)).rejects.toSatisfy(isSecurity);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('x')));
  });

  test.each([
    [new Error('boom'), 'cache', 'updating go.sum: boom'],
    [new TsgogetError('interrupted', 'interrupted'), 'interrupted', 'updating go.sum: interrupted'],
  ])('a failure to write says what was to be written: %s', async (cause, code, message) => {
    const files: SumFiles = { read: async () => undefined, transform: () => Promise.reject(cause) };
    const { ledger } = await openLedger({}, { files });
    learn(ledger, 'v1.0.0');
    await expect(ledger.write(all, false)).rejects.toMatchObject({ code, message });
  });
});

describe('files', () => {
  test('a malformed line is refused with its place, or dropped when asked', async () => {
    const files = { 'go.sum': `${line(a, 'v1.0.0', h('a'))}too few\n` };
    await expect(openLedger(files)).rejects.toMatchObject({
      code: 'invalid-gosum',
      message: 'malformed go.sum:\ngo.sum:2: wrong number of fields 2',
    });
    const { ledger } = await openLedger(files, { dropMalformed: true });
    ledger.check(a, 'v1.1.0', h('b'));
    ledger.add(a, 'v1.1.0', h('b'));
    await ledger.write(all, false);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('a')) + line(a, 'v1.1.0', h('b')));
  });

  test('entries are the names of all files', async () => {
    const { ledger } = await openLedger(
      { 'go.work.sum': line(a, 'v1.0.0', h('a')), 'm/go.sum': line('example.com/b', 'v1.0.0/go.mod', h('b')) },
      { file: 'go.work.sum', workspaceFiles: ['m/go.sum', 'absent/go.sum'] },
    );
    expect([...ledger.entries()].map((e) => `${e.path} ${e.version}`)).toEqual([
      `${a} v1.0.0`,
      'example.com/b v1.0.0/go.mod',
    ]);
  });
});

describe('in a workspace', () => {
  const options = { file: '/w/go.work.sum', workspaceFiles: ['/w/m/go.sum', '/w/n/go.sum'] };

  test('the sums of the members prove, and refute by name', async () => {
    const { ledger } = await openLedger({ '/w/n/go.sum': line(a, 'v1.0.0', h('a')) }, options);
    expect(ledger.has(a, 'v1.0.0')).toBe(true);
    expect(ledger.check(a, 'v1.0.0', h('a'))).toBe(true);
    expect(() => ledger.check(a, 'v1.0.0', h('b'))).toThrow(
      expect.objectContaining({ from: '/w/n/go.sum', message: expect.stringContaining(`/w/n/go.sum:     ${h('a')}`) }),
    );
  });

  test('members that contradict each other refute whatever comes', async () => {
    const { ledger } = await openLedger(
      { '/w/m/go.sum': line(a, 'v1.0.0', h('a')), '/w/n/go.sum': line(a, 'v1.0.0', h('b')) },
      options,
    );
    expect(() => ledger.check(a, 'v1.0.0', h('a'))).toThrow(ChecksumMismatchError);
    expect(ledger.recorded(a, 'v1.0.0')).toBeUndefined();
  });

  test('go.work.sum gets what no member has, and loses what a member has', async () => {
    const { ledger, files } = await openLedger(
      {
        '/w/go.work.sum': line(a, 'v1.0.0', h('a')) + line(a, 'v1.1.0', h('a')),
        '/w/m/go.sum': line(a, 'v1.0.0', h('a')) + line(a, 'v1.2.0', h('a')),
      },
      options,
    );
    for (const version of ['v1.2.0', 'v1.3.0']) {
      ledger.check(a, version, h('a'));
      ledger.add(a, version, h('a'));
    }
    await ledger.write(all, false);
    expect(files['/w/go.work.sum']).toBe(line(a, 'v1.1.0', h('a')) + line(a, 'v1.3.0', h('a')));
    expect(files['/w/m/go.sum']).toBe(line(a, 'v1.0.0', h('a')) + line(a, 'v1.2.0', h('a')));
  });
});

describe('trim', () => {
  const b = 'example.com/b';
  const goSum = line(a, 'v1.0.0', h('a')) + line(a, 'v1.0.0/go.mod', h('m')) + line(b, 'v1.0.0', h('b'));
  const onlyA = (path: string) => path === a;

  test('takes out what is not wanted, were it used or not', async () => {
    const { ledger, files } = await openLedger({ 'go.sum': goSum });
    ledger.check(b, 'v1.0.0', h('b'));
    ledger.trim(onlyA);
    await ledger.write(onlyA, false);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('a')) + line(a, 'v1.0.0/go.mod', h('m')));
  });

  test('takes out new sums too', async () => {
    const { ledger, files } = await openLedger({ 'go.sum': goSum });
    for (const [path, version] of [[b, 'v1.1.0'] as const, [a, 'v1.1.0'] as const]) {
      ledger.check(path, version, h('c'));
      ledger.add(path, version, h('c'));
    }
    ledger.trim(onlyA);
    await ledger.write(onlyA, false);
    expect(files['go.sum']).toBe(
      line(a, 'v1.0.0', h('a')) + line(a, 'v1.0.0/go.mod', h('m')) + line(a, 'v1.1.0', h('c')),
    );
  });

  test('leaves the file alone where all is wanted, and refuses where nothing may be written', async () => {
    const { ledger, memory } = await openLedger({ 'go.sum': goSum });
    ledger.trim(all);
    await ledger.write(all, true);
    expect((memory as ReturnType<typeof memoryFiles>).writes).toBe(0);
    ledger.trim(onlyA);
    await expect(ledger.write(onlyA, true)).rejects.toMatchObject({ code: 'missing-sum' });
  });

  test('does not take out what another process has added meanwhile', async () => {
    const files = { 'go.sum': goSum };
    const added = line('example.com/c', 'v1.0.0', h('c'));
    const memory = memoryFiles(files, () => {
      files['go.sum'] += added;
    });
    const { ledger } = await openLedger(files, { files: memory });
    ledger.trim(onlyA);
    await ledger.write(onlyA, false);
    expect(files['go.sum']).toBe(line(a, 'v1.0.0', h('a')) + line(a, 'v1.0.0/go.mod', h('m')) + added);
  });

  test('shows with `tidied` what it would write, and writes nothing', async () => {
    const { ledger, files } = await openLedger({ 'go.sum': goSum });
    ledger.trim(onlyA);
    const { before, after } = await ledger.tidied(onlyA);
    expect(decodeUtf8(before)).toBe(goSum);
    expect(decodeUtf8(after)).toBe(line(a, 'v1.0.0', h('a')) + line(a, 'v1.0.0/go.mod', h('m')));
    expect(files['go.sum']).toBe(goSum);
  });
});
