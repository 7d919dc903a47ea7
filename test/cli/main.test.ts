import { Writable } from 'node:stream';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { main, programNameOf, type SignalName, type World } from '../../src/cli/main.js';
import type { Command, CommandContext, CommandResult } from '../../src/commands/command.js';
import { TsgogetError } from '../../src/errors.js';

/** The one command of these tests, and what it does. */
let run: (context: CommandContext) => Promise<CommandResult>;
const command: Command = {
  name: 'try',
  usage: '',
  summary: '',
  details: '',
  flags: [{ name: 'x', help: '' }],
  run: (_, context) => run(context),
};

vi.mock('../../src/commands/table.js', () => ({
  commandTable: [{ name: 'try', group: 'modules', summary: '', load: async () => command }],
}));

/** Both streams' texts in the order written. */
let written: [stream: 'out' | 'err', text: string][];

function stream(name: 'out' | 'err', failure?: string): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      if (failure !== undefined && text !== '')
        return done(Object.assign(new Error(failure), { code: failure, syscall: 'write' }));
      if (text !== '') written.push([name, text]);
      done();
    },
  });
}

const text = (name: 'out' | 'err') =>
  written
    .filter(([from]) => from === name)
    .map(([, t]) => t)
    .join('');

function start(changes: Partial<World> = {}, words: string[] = ['try']): Promise<number> {
  const world: World = {
    env: {},
    cwd: '/',
    programName: 'tsgoget',
    stdout: stream('out'),
    stderr: stream('err'),
    ...changes,
  };
  return main(words, world);
}

beforeEach(() => {
  written = [];
  run = async () => ({});
});

const terminal = (name: 'out' | 'err') => Object.assign(stream(name), { isTTY: true, columns: 80 });
const mismatch = new TsgogetError('checksum-mismatch', 'checksum mismatch');

describe('output', () => {
  test('streams keep their order', async () => {
    run = async (context) => {
      context.stdout('a\n');
      context.stdout('b\n');
      context.message('downloading x');
      context.trace('# get y');
      return { stdout: 'c\n' };
    };
    expect(await start()).toBe(0);
    expect(written).toEqual([
      ['out', 'a\nb\n'],
      ['err', 'tsgoget: downloading x\n'],
      ['err', '# get y\n'],
      ['out', 'c\n'],
    ]);
  });
  test('text from outside is cleaned, JSON keeps its data, exact bytes stay', async () => {
    run = async (context) => {
      context.stdout('\x1b[31mt\u202e\n');
      context.stdout('"\u202e"\n', 'json');
      context.stdout('\u202e\n', 'exact');
      context.message('m\x1b]0;t\x07');
      context.trace('x\x9b');
      return { errors: [new TsgogetError('failed', 'e\x1b[2J')] };
    };
    expect(await start()).toBe(1);
    expect(text('out')).toBe('t\n"\\u202e"\n\u202e\n');
    expect(text('err')).toBe('tsgoget: m\nx\ntsgoget: e\n');
  });
  test('so are hints', async () => {
    run = async () => {
      throw new TsgogetError('failed', 'm', { hint: 'see \x1b[31m\u202e\x9b2Jx' });
    };
    expect([await start(), text('err')]).toEqual([1, 'tsgoget: m\nhint: see x\n']);
  });

  test('exact bytes are cleaned on a terminal', async () => {
    run = async () => ({ stdout: 'a\x1b[2Jb\n', stdoutKind: 'exact' });
    await start({ stdout: terminal('out') });
    expect(text('out')).toBe('ab\n');
  });
  test('colours pass where they are wanted', async () => {
    run = async ({ style }) => ({
      stdout: `${style.paint('good', 'ok')}\x1b[2J\n`,
      errors: [new TsgogetError('failed', 'e')],
    });
    await start({ env: { NO_COLOR: '1' } }, ['try', '-color']);
    expect(text('out')).toBe('\x1b[32mok\x1b[39m\n');
    expect(text('err')).toBe('\x1b[31mtsgoget:\x1b[39m e\n');
  });
  test.each([{}, { GITHUB_ACTIONS: 'true' }])('A.10: a log gets no commands from outside, with %j', async (env) => {
    run = async () => ({ stdout: '::error::x\n', errors: [new TsgogetError('failed', 'server:\n\t::warning::y')] });
    await start({ env });
    expect(text('out') + text('err')).toBe(': :error::x\ntsgoget: server:\n\t: :warning::y\n');
  });
  test('no progress without a terminal, one line with it, gone before the end', async () => {
    run = async ({ progress }) => {
      progress.update({ phase: 'resolving' });
      await vi.waitFor(() => expect(written.length).toBeGreaterThan(0));
      return { stdout: 'done\n' };
    };
    await start({ stderr: terminal('err') });
    expect(written).toEqual([
      ['err', '\r\x1b[Kresolving'],
      ['err', '\r\x1b[K'],
      ['out', 'done\n'],
    ]);
  });
});

describe('exit code', () => {
  test.each<[string, () => Promise<CommandResult>, number]>([
    ['done', async () => ({}), 0],
    ['an error thrown', () => Promise.reject(new TsgogetError('network', 'x')), 1],
    ['a usage error', () => Promise.reject(new TsgogetError('usage', 'x')), 2],
    ['refuted', () => Promise.reject(mismatch), 3],
    ['the most serious of several', async () => ({ errors: [new TsgogetError('usage', 'x'), mismatch] }), 3],
    ['the command’s own', async () => ({ exitCode: 2 }), 2],
    ['the command’s own, with errors', async () => ({ exitCode: 0, errors: [new TsgogetError('failed', 'x')] }), 0],
    ['never instead of refuted', async () => ({ exitCode: 1, errors: [mismatch] }), 3],
    ['a bug', () => Promise.reject(new TypeError('x')), 1],
  ])('%s', async (_, behaviour, code) => {
    run = behaviour;
    expect(await start()).toBe(code);
  });
  test('what was streamed and returned before errors is still printed', async () => {
    run = async () => ({ stdout: '{}\n', stdoutKind: 'json', errors: [new TsgogetError('failed', 'x')] });
    await start();
    expect(written).toEqual([
      ['out', '{}\n'],
      ['err', 'tsgoget: x\n'],
    ]);
  });
  test('a relative GOPATH is refused in the words of go', async () => {
    expect(await start({ env: { GOPATH: 'rel' } })).toBe(2);
    expect(text('err')).toContain('GOPATH entry is relative; must be absolute path: "rel"');
  });
});

describe('the reader goes away', () => {
  test('EPIPE ends the work quietly', async () => {
    run = async (context) => {
      context.stdout('a\n');
      await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
      return {};
    };
    expect(await start({ stdout: stream('out', 'EPIPE') })).toBe(141);
    expect(text('err')).toBe('');
  });
  test('a refutation is still told', async () => {
    run = async () => ({ stdout: 'a\n', errors: [mismatch] });
    expect(await start({ stdout: stream('out', 'EPIPE') })).toBe(3);
    expect(text('err')).toBe('tsgoget: checksum mismatch\n');
  });
  test('a full disk is an error', async () => {
    run = async () => ({ stdout: 'a\n' });
    expect(await start({ stdout: stream('out', 'ENOSPC') })).not.toBe(0);
    expect(text('err')).toContain('ENOSPC');
  });
});

describe('signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s aborts, waits for the clean-up and says its code', async (name, code) => {
    let send: (name: SignalName) => void = () => {};
    const exits: number[] = [];
    let cleaned = false;
    run = async (context) => {
      const aborted = new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      send(name);
      await aborted;
      await new Promise((resolve) => setImmediate(resolve));
      cleaned = true;
      throw context.signal.reason;
    };
    const listening = start({
      onSignal: (listener) => {
        send = listener;
        return () => {};
      },
      exitNow: (n) => exits.push(n),
    });
    expect(await listening).toBe(code);
    expect([cleaned, text('err'), exits]).toEqual([true, '', []]);
    send(name);
    expect(exits).toEqual([code]);
  });
});

test('the program is called go through a link of that name', () => {
  expect(['/x/go', '/x/go.js', '/x/tsgoget.js', '/x/gopher', '/go/tsgoget'].map(programNameOf)).toEqual([
    'go',
    'go',
    'tsgoget',
    'tsgoget',
    'tsgoget',
  ]);
});
