import { describe, expect, test } from 'vitest';
import { changeDirectory, readCommandLine } from '../../src/cli/command-line.js';

const read = (...words: string[]) => {
  const { request, directory } = readCommandLine(words, 'tsgoget');
  return { ...request, ...(request.kind === 'command' ? { row: request.row.name } : {}), directory };
};

describe('the words before the flags', () => {
  test('a command and its words', () => {
    expect(read('env', '-json', 'X')).toEqual({
      kind: 'command',
      row: 'env',
      words: ['-json', 'X'],
      directory: undefined,
    });
  });
  test.each([
    [['-C', 'd', 'env', '-json']],
    [['-C=d', 'env', '-json']],
    [['--C=d', 'env', '-json']],
    [['env', '-C', 'd', '-json']],
    [['env', '--C=d', '-json']],
  ])('-C before or directly after the command: %j', (words) => {
    expect(read(...words)).toEqual({ kind: 'command', row: 'env', words: ['-json'], directory: 'd' });
  });
  test('a later -C is left to the flags, which refuse it', () => {
    expect(read('env', '-json', '-C', 'd')).toMatchObject({ words: ['-json', '-C', 'd'], directory: undefined });
  });
  test('flags of the cli may come first', () => {
    expect(read('-no-color', '-progress=false', 'env', 'X')).toMatchObject({
      words: ['-no-color', '-progress=false', 'X'],
    });
  });
  test.each([
    [[], { kind: 'help', words: [], failed: true }],
    [['-h'], { kind: 'help', words: [], failed: false }],
    [['--help'], { kind: 'help', words: [], failed: false }],
    [['help', 'env'], { kind: 'command', row: 'help', words: ['env'] }],
    [['--version'], { kind: 'command', row: 'version', words: [] }],
    [['nope', 'x'], { kind: 'unknown', words: ['nope', 'x'], group: '' }],
    [['__proto__'], { kind: 'unknown', words: ['__proto__'], group: '' }],
  ])('%j', (words, request) => {
    expect(read(...words)).toEqual({ ...request, directory: undefined });
  });
  test('a flag that no command line begins with', () => {
    expect(() => read('-x', 'env')).toThrow('flag provided but not defined: -x\nusage: tsgoget <command> [arguments]');
    expect(() => read('-C')).toThrow('flag provided but not defined: -C');
  });
});

test('-C fails as chdir does', () => {
  expect(changeDirectory('/', '.')).toBe('/');
  expect(() => changeDirectory('/', 'nonexistent')).toThrow('no such file or directory');
  expect(() => changeDirectory('/', '')).toThrow('no such file or directory');
  expect(() => changeDirectory('/', process.execPath)).toThrow('not a directory');
});

test('a group of commands has help behind --help, but as go it has no such flag', () => {
  expect(readCommandLine(['mod', '--help'], 'tsgoget').request).toEqual({
    kind: 'help',
    words: ['mod'],
    failed: false,
  });
  expect(readCommandLine(['mod', '--help'], 'go').request.kind).toBe('unknown');
});
