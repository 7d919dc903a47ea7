import { describe, expect, test } from 'vitest';
import { helpTopics } from '../../src/commands/help-topics.js';
import { commandTable } from '../../src/commands/table.js';
import { runCli } from '../support/run-cli.js';

describe('help', () => {
  test('lists every command and topic', async () => {
    const { code, stdout } = await runCli(['help']);
    expect(code).toBe(0);
    for (const { name, summary } of [...commandTable, ...helpTopics]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 12).replace(/[.*+?()[\]]/g, '\\$&')}`, 'm'));
    }
  });
  test.each(commandTable.map((row) => row.name))('%s: sentence, usage, flags; the row is the command', async (name) => {
    const row = commandTable.find((r) => r.name === name)!;
    const command = await row.load();
    expect([command.name, command.summary]).toEqual([row.name, row.summary]);
    const { stdout } = await runCli(['help', ...name.split(' ')]);
    expect(stdout).toContain(`usage: tsgoget ${name}`);
    for (const flag of command.flags.filter((f) => !f.hidden)) expect(stdout).toContain(`-${flag.name}`);
    expect(await runCli([...name.split(' '), '-h'])).toEqual({ code: 0, stdout, stderr: '' });
  });
  test('lines fit 80 columns in a pipe', async () => {
    for (const words of [[], ['env'], ['version'], ...helpTopics.map((t) => [t.name])]) {
      const { stdout } = await runCli(['help', ...words]);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });
  test('an unknown topic, in the words of go', async () => {
    expect(await runCli(['help', 'nope'], { as: 'go' })).toEqual({
      code: 2,
      stdout: '',
      stderr: "go help nope: unknown help topic. Run 'go help'.\n",
    });
  });
  test('called as go it speaks of go', async () => {
    expect((await runCli(['help', 'env'], { as: 'go' })).stdout).toContain('usage: go env');
  });
});
