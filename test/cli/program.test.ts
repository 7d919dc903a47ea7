import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HelpRequest } from '../../src/cli/go-flags.js';
import { parseInvocation, unknownCommand } from '../../src/cli/program.js';
import type { Command } from '../../src/commands/command.js';
import { CommandLineError } from '../../src/commands/command-line-error.js';

const command: Command = {
  name: 'mod try',
  usage: '[-x] [-json] [modules]',
  summary: '',
  details: '',
  flags: [
    { name: 'x', help: '' },
    { name: 'json', help: '', value: 'fields', optionalValue: true },
    { name: 'versions', help: '' },
    { name: 'go', help: '', value: 'version' },
    { name: 'require', help: '', value: 'path@version', repeatable: true },
    { name: 'droprequire', help: '', value: 'path', repeatable: true },
    { name: 'output', help: '', value: 'file', short: 'o' },
    { name: 'no-cache', help: '' },
  ],
  run: async () => ({}),
};

const parse = (words: string[], goflags = '', changes: Partial<Command> = {}) =>
  parseInvocation({ ...command, ...changes }, words, { programName: 'go', goflags });

function failure(words: string[], goflags = '', changes: Partial<Command> = {}): Error {
  try {
    parse(words, goflags, changes);
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected to fail');
}

describe('flags as go writes them', () => {
  test('one dash or two', () => {
    const { flags, args } = parse(['-x', '--versions', 'a', 'b']);
    expect([flags.bool('x'), flags.bool('versions'), flags.bool('json'), args]).toEqual([
      true,
      true,
      false,
      ['a', 'b'],
    ]);
  });
  test('values after = or a space; they may begin with a dash or hold =', () => {
    expect(parse(['-go=1.26']).flags.text('go')).toBe('1.26');
    expect(parse(['-go', '1.26']).flags.text('go')).toBe('1.26');
    expect(parse(['-go', '-x']).flags.text('go')).toBe('-x');
    expect(parse(['-go', '--']).flags.text('go')).toBe('--');
    expect(parse(['-go=']).flags.text('go')).toBe('');
    expect(parse(['-require=a=b@v1=>c']).flags.text('require')).toBe('a=b@v1=>c');
  });
  test('booleans', () => {
    const off = parse(['-x', '-x=false']).flags;
    expect([off.has('x'), off.bool('x'), off.text('x')]).toEqual([true, false, undefined]);
    expect(parse(['-x=1']).flags.bool('x')).toBe(true);
    expect(parse(['-x=F']).flags.bool('x')).toBe(false);
    expect(parse(['-no-versions']).flags.values('versions')).toEqual(['false']);
    expect(parse(['-no-cache']).flags.bool('no-cache')).toBe(true);
    expect(parse(['-x', 'false']).args).toEqual(['false']);
  });
  test('an optional value never takes the next argument', () => {
    const bare = parse(['-json', 'all']);
    expect([bare.flags.bool('json'), bare.flags.text('json'), bare.args]).toEqual([true, undefined, ['all']]);
    const fields = parse(['-json=Path,Dir']).flags;
    expect([fields.bool('json'), fields.text('json')]).toEqual([true, 'Path,Dir']);
    expect(parse(['-json=false']).flags.bool('json')).toBe(false);
  });
  test('the order is kept across names', () => {
    expect(parse(['-require=a@v1', '-droprequire=b', '-require', 'c@v1']).flags.all()).toEqual([
      { name: 'require', value: 'a@v1' },
      { name: 'droprequire', value: 'b' },
      { name: 'require', value: 'c@v1' },
    ]);
    expect(parse(['-require=a@v1', '-require=c@v1']).flags.values('require')).toEqual(['a@v1', 'c@v1']);
    expect(parse(['-go=1', '-go=2']).flags.text('go')).toBe('2');
  });
  test('the first argument ends the flags, and so does --', () => {
    expect(parse(['a', '-x', '--']).args).toEqual(['a', '-x', '--']);
    expect(parse(['--', '-x']).args).toEqual(['-x']);
    expect(parse(['-', '-x']).args).toEqual(['-', '-x']);
  });
  test('unless the command lets them mix', () => {
    const mixed = parse(['a', '-x', 'b', '--', '-y'], '', { interspersed: true });
    expect([mixed.flags.bool('x'), mixed.args]).toEqual([true, ['a', 'b', '-y']]);
  });
  test('a short name is the same flag', () => {
    expect(parse(['-o', 'f']).flags.text('output')).toBe('f');
  });
  test('an argument is never taken for anything else', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('--x', '-go=1', '--', '-', '--no-x', '__proto__', 'help'));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const { flags, args } = parse(['-x', '--', ...words]);
        expect([flags.all().length, args]).toEqual([1, words]);
      }),
    );
  });
  test('a value is never taken for anything else', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(
          parse(['-require', value, `-go=${value}`])
            .flags.all()
            .map((f) => f.value),
        ).toEqual([value, value]);
      }),
    );
  });
  test('asking for a flag that is not declared is a bug', () => {
    expect(() => parse([]).flags.bool('nope')).toThrow('not declared');
  });
});

describe('what go says of a bad command line', () => {
  const usage = "\nusage: go mod try [-x] [-json] [modules]\nRun 'go help mod try' for details.";
  test.each([
    [['-zz'], 'flag provided but not defined: -zz'],
    [['--zz=1'], 'flag provided but not defined: -zz'],
    [['-__proto__'], 'flag provided but not defined: -__proto__'],
    [['-xjson'], 'flag provided but not defined: -xjson'],
    [['---x'], 'bad flag syntax: ---x'],
    [['-=x'], 'bad flag syntax: -=x'],
    [['-go'], 'flag needs an argument: -go'],
    [['-x=maybe'], 'invalid boolean value "maybe" for -x: parse error'],
    [['-C', 'dir'], 'invalid value "dir" for flag -C: -C flag must be first flag on command line'],
  ])('%j', (words, message) => {
    const error = failure(words);
    expect(error).toBeInstanceOf(CommandLineError);
    expect(error.message).toBe(message + usage);
  });
  test('a near miss is named', () => {
    expect((failure(['-verions']) as CommandLineError).hint).toBe('did you mean -versions?');
    expect((failure(['-qqqqqq']) as CommandLineError).hint).toBeUndefined();
  });
  test('-h asks for help', () => {
    for (const word of ['-h', '--help', '-help']) expect(failure([word])).toBeInstanceOf(HelpRequest);
  });
  test('unknown commands', () => {
    const error = unknownCommand(['vresion'], '', 'go');
    expect([error.message, error.hint]).toEqual([
      "go vresion: unknown command\nRun 'go help' for usage.",
      "did you mean 'go version'?",
    ]);
    expect(unknownCommand(['mod', 'x'], 'mod', 'go').message).toBe(
      "go mod: unknown command\nRun 'go help mod' for usage.",
    );
    expect(unknownCommand(['mod', 'x'], 'mod', 'tsgoget').message).toBe(
      "tsgoget mod x: unknown command\nRun 'tsgoget help mod' for usage.",
    );
    expect(unknownCommand(['__proto__'], '', 'go').message).toContain('go __proto__: unknown command');
  });
});

describe('GOFLAGS', () => {
  test('come first, those of other commands are passed over', () => {
    const { flags } = parse(['-go=2'], '-go=1 --x -ldflags=-w -mod=mod "-require=a b"');
    expect(flags.all()).toEqual([
      { name: 'go', value: '1' },
      { name: 'x', value: 'true' },
      { name: 'require', value: 'a b' },
      { name: 'go', value: '2' },
    ]);
  });
  test.each([
    ['-zz', 'parsing $GOFLAGS: unknown flag -zz'],
    ['x', 'parsing $GOFLAGS: non-flag "x"'],
    ['--', 'parsing $GOFLAGS: non-flag "--"'],
    ['-=x', 'parsing $GOFLAGS: non-flag "-=x"'],
    ["-x '-y", "parsing $GOFLAGS: unterminated ' string"],
  ])('%j is refused', (goflags, message) => {
    expect(failure([], goflags)).toMatchObject({ code: 'invalid-setting', message });
    expect(parse([], goflags, { ignoreBadGoflags: true }).args).toEqual([]);
  });
  test('bad values are named with their source', () => {
    expect(failure([], '-go').message).toMatch(
      /^go: flag needs an argument: -go \(from \$GOFLAGS\)\nusage: go mod try /,
    );
    expect(failure([], '-x=q').message).toMatch(
      /^go: invalid boolean value "q" for flag -x \(from \$GOFLAGS\): parse error\n/,
    );
  });
});
