/** Arguments of `get`: how they are split, what they match, how messages name them. */
import { describe, expect, test } from 'vitest';
import { failed, TsgogetError } from '../../../src/errors.js';
import { reported, TooNewError } from '../../../src/modfetch/index.js';
import { aboutQuery, GetQuery } from '../../../src/resolve/get/get-query.js';

const messageOf = (error: unknown) => (error as Error).message;

describe('an argument', () => {
  test.each([
    ['example.com/a', '', 'example.com/a', 'upgrade', false],
    ['example.com/a@v1.2', '', 'example.com/a', 'v1.2', false],
    ['example.com/a', 'patch', 'example.com/a', 'patch', false],
    ['example.com/a@none', 'patch', 'example.com/a', 'none', false],
    ['./...', '', './...', 'upgrade', true],
    ['.', '', '.', 'upgrade', true],
    ['..', '', '..', 'upgrade', true],
    ['/abs/dir', '', '/abs/dir', 'upgrade', true],
    ['.hidden', '', '.hidden', 'upgrade', false],
  ])('%s with -u=%s', (raw, upgrade, pattern, version, isLocal) => {
    expect(new GetQuery(raw, upgrade)).toMatchObject({ pattern, version, isLocal });
  });

  test.each(['example.com/a@', 'example.com/a@v1@v2', 'example.com/a@-x', 'example.com/a@/x'])('%s is none', (raw) => {
    expect(() => new GetQuery(raw, '')).toThrowError(expect.objectContaining({ code: 'invalid-query' }));
  });

  test('a wildcard matches paths and may match below a module', () => {
    const q = new GetQuery('example.com/a/.../z@v1.0.0', '');
    expect(['example.com/a/b/z', 'example.com/a/b', 'go'].map((path) => q.matchesPath(path))).toEqual([
      true,
      false,
      false,
    ]);
    expect(['example.com', 'example.com/a/b', 'example.com/b', 'go'].map((path) => q.canMatchIn(path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a literal matches itself and may be in modules of its prefixes', () => {
    const q = new GetQuery('example.com/a/b', '');
    expect(['example.com/a/b', 'example.com/a'].map((path) => q.matchesPath(path))).toEqual([true, false]);
    expect(['example.com/a', 'example.com/a/b/c', 'example.co'].map((path) => q.canMatchIn(path))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('candidates', () => {
  test('stand in the order of the paths, whichever is found first; each path is asked about once', async () => {
    const q = new GetQuery('...', '');
    const asked: string[] = [];
    const found = (path: string, ms: number) => ({
      path,
      find: async () => {
        asked.push(path);
        for (let i = 0; i < ms; i++) await Promise.resolve();
        return { moduleOnly: { path, version: 'v1.0.0' } };
      },
    });
    await q.addEach([found('b', 9), found('a', 0), found('b', 0)]);
    await q.addOnce('a', found('a', 0).find);
    expect(asked).toEqual(['b', 'a']);
    expect(q.candidates.map((set) => set.path)).toEqual(['b', 'a']);
  });

  test('what finds nothing leaves no set, what fails a set with its error', async () => {
    const q = new GetQuery('a', '');
    const error = failed('no');
    await q.addOnce('a', async () => ({}));
    await q.addOnce('b', () => Promise.reject(error));
    expect(q.candidates).toEqual([{ path: 'b', packageModules: [], error }]);
  });
});

describe('messages', () => {
  const m = (path: string, version: string) => ({ path, version });

  test.each([
    ['example.com/a@v1.0.0', m('example.com/a', 'v1.0.0'), 'example.com/a@v1.0.0'],
    ['example.com/a@v1', m('example.com/a', 'v1.2.0'), 'example.com/a@v1 (v1.2.0)'],
    ['example.com/a', m('example.com/a', 'v1.2.0'), 'example.com/a@upgrade (v1.2.0)'],
    [
      'example.com/a/...@v1.0.0',
      m('example.com/a', 'v1.0.0'),
      'example.com/a@v1.0.0 (matching example.com/a/...@v1.0.0)',
    ],
    ['example.com/a/b@latest', m('example.com/a', 'v1.0.0'), 'example.com/a@v1.0.0 (matching example.com/a/b@latest)'],
  ])('%s, answered', (raw, answer, words) => {
    expect(new GetQuery(raw, '').describeAnswer(answer)).toBe(words);
  });

  test('a conflict names the module where it is not the argument', () => {
    const a = new GetQuery('example.com/a@v1', '');
    const b = new GetQuery('example.com/a/b@v2.0.0', '');
    expect(a.describeConflict('example.com/a', 'v1.5.0', b, 'v2.0.0')).toBe(
      'example.com/a@v1 (v1.5.0) conflicts with example.com/a/b@v2.0.0',
    );
    expect(b.describeConflict('example.com/a', 'v2.0.0', a, 'v1.5.0')).toBe(
      'for module example.com/a, example.com/a/b@v2.0.0 conflicts with example.com/a@v1 (v1.5.0)',
    );
  });

  test.each([
    ['example.com/a@v1', 'not here', 'example.com/a@v1: not here'],
    ['example.com/a@v1', 'module example.com/a: no', 'example.com/a@v1: module example.com/a: no'],
    ['example.com/a@v1', 'module example.com/a@v1: no', 'module example.com/a@v1: no'],
    ['example.com/a', 'module example.com/a: no', 'module example.com/a: no'],
    ['example.com/a', 'module example.com/a/b: no', 'example.com/a: module example.com/a/b: no'],
    ['a+b', 'module aab: no', 'a+b: module aab: no'],
  ])('an error about %s: %s', (raw, words, told) => {
    expect(messageOf(aboutQuery(new GetQuery(raw, ''), failed(words)))).toBe(told);
  });

  test('an argument that was left out is not named', () => {
    expect(messageOf(aboutQuery(new GetQuery('.', '', ''), failed('no package')))).toBe('no package');
  });

  test('what is reported no longer asks for a newer Go; its code stays', () => {
    const inner = new TooNewError('a', '1.99', '1.26.8');
    const told = reported(new TsgogetError('build-list', 'x', { cause: inner })) as TsgogetError;
    expect([told.code, told.message, told.cause]).toEqual(['go-too-old', 'x', undefined]);
    const other = failed('y');
    expect(reported(other)).toBe(other);
  });
});
