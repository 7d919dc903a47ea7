/** Issue 11, C.8: what people type that is no command, and what they are told to type instead. */
import { describe, expect, test } from 'vitest';
import { findCommand } from '../../src/commands/find-command.js';
import { commandHint, flagHint, helpHint, nearest } from '../../src/commands/near-commands.js';
import { commandTable } from '../../src/commands/table.js';
import { runCli } from '../support/run-cli.js';

const hint = (line: string) => commandHint(commandTable, line.split(' '), 'tsgoget');
const meant = (line: string) => [...(hint(line) ?? '').matchAll(/'tsgoget ([^']*)'/g)].map((match) => match[1]!);

describe('unknown commands', () => {
  test.each([
    ['tidy', 'mod tidy'],
    ['vendor', 'mod vendor'],
    ['graph', 'mod graph'],
    ['why', 'mod why'],
    ['download', 'mod download'],
    ['init', 'mod init'],
    ['outdated', 'list -m -u all'],
    ['update', 'get -u ./...'],
    ['upgrade', 'get -u ./...'],
    ['add', 'get package'],
    ['tree', 'resolve -tree'],
    ['audit', 'verify'],
    ['lookup', 'sumdb lookup'],
    ['explain', 'explain-mismatch module@version'],
    ['build', 'mod download'],
    ['run', 'mod download'],
    ['install', 'mod download'],
    ['test', 'verify'],
    ['vet', 'verify'],
    ['verfy', 'verify'],
    ['mod-tidy', 'mod tidy'],
    ['TIDY', 'mod tidy'],
    ['instal', 'mod download'],
    ['mod vender', 'mod vendor'],
    ['mod update', 'get -u ./...'],
    ['modd tidy', 'mod tidy'],
    ['sumdb lokup', 'sumdb lookup'],
  ])('%s: %s', async (line, instead) => {
    expect(meant(line)[0]).toBe(instead);
    for (const said of meant(line)) expect(findCommand(commandTable, said.split(' '))).toBeDefined();
    const words = line.split(' ');
    const { code, stdout, stderr } = await runCli(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words.at(words[0] === 'modd' ? 0 : -1)!);
    expect(stderr).toContain(`hint: did you mean 'tsgoget ${instead}'`);
  });
  test.each(['qqqqqq', 'x', '__proto__', 'constructor', 'a'.repeat(5000)])('nothing is like %s', (word) => {
    expect(hint(word)).toBeUndefined();
  });
  test('called as go the words are those of go', async () => {
    expect(await runCli(['tidy'], { as: 'go' })).toEqual({
      code: 2,
      stdout: '',
      stderr: "go tidy: unknown command\nRun 'go help' for usage.\n",
    });
    expect((await runCli(['mod', 'vender'], { as: 'go' })).stderr).toBe(
      "go mod: unknown command\nRun 'go help mod' for usage.\n",
    );
  });
});

describe('unknown topics and flags', () => {
  test('help', async () => {
    expect(helpHint(commandTable, ['goproxy'], ['goproxi'], 'tsgoget')).toBe("did you mean 'tsgoget help goproxy'?");
    expect(helpHint(commandTable, [], ['update'], 'tsgoget')).toBe("did you mean 'tsgoget help get'?");
    expect(await runCli(['help', 'verfy'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "tsgoget help verfy: unknown help topic. Run 'tsgoget help'.\nhint: did you mean 'tsgoget help verify'?\n",
    });
  });
  test('flags of other programs', async () => {
    expect((await runCli(['get', '--upgrade'])).stderr).toContain('hint: did you mean -u?');
    expect((await runCli(['--json', 'verify'])).stderr).toContain(
      "hint: flags follow the command: 'tsgoget verify -json'",
    );
    expect(flagHint('upgrade', ['x'])).toBeUndefined();
    expect(flagHint('__proto__', ['x'])).toBeUndefined();
  });
});

describe("tsgoget's own commands take flags anywhere", () => {
  const own = commandTable.filter(({ name }) =>
    /^(?:resolve|verify|explain-mismatch|proof|sumdb|mod union-sums)\b/.test(name),
  );
  test.each(own.map((row) => [row.name, row] as const))('%s, and its help says so', async (name, row) => {
    expect((await row.load()).interspersed).toBe(true);
    expect((await runCli(['help', ...name.split(' ')])).stdout).toContain('Flags may stand anywhere');
  });
  test("go's do not", async () => {
    for (const row of commandTable.filter((r) => !own.includes(r)))
      expect((await row.load()).interspersed).not.toBe(true);
    expect((await runCli(['help', 'get'])).stdout).not.toContain('anywhere');
  });
});

test('near is one slip, or two in a longer word', () => {
  expect(nearest('verfiy', ['verify', 'env'])).toEqual(['verify']);
  expect(nearest('gte', ['get'])).toEqual(['get']);
  expect(nearest('ab', ['get', 'env'])).toEqual([]);
});
