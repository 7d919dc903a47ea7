import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCli, startCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));

describe('the built program', () => {
  test('without words shows help, as an error', async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('usage: tsgoget <command> [flags] [arguments]');
  });
  test('asked for help, on stdout', async () => {
    for (const words of [['--help'], ['-h'], ['help']]) {
      const { code, stdout, stderr } = await runCli(words);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('usage: tsgoget <command>');
    }
  });
  test('an unknown command and an unknown flag are usage errors', async () => {
    expect(await runCli(['nope'])).toEqual({
      code: 2,
      stdout: '',
      stderr: "tsgoget nope: unknown command\nRun 'tsgoget help' for usage.\n",
    });
    const { code, stderr } = await runCli(['env', '-zz'], { as: 'go' });
    expect([code, stderr]).toEqual([
      2,
      "flag provided but not defined: -zz\nusage: go env [-json] [-changed] [-u] [-w] [var ...]\nRun 'go help env' for details.\n",
    ]);
  });
  test('-C', async () => {
    const missing = join(tempDir(), 'missing');
    expect(await runCli(['-C', missing, 'env'], { as: 'go' })).toMatchObject({
      code: 1,
      stderr: `go: chdir ${missing}: no such file or directory\n`,
    });
    expect(await runCli(['version', '-x', '-C', '/'])).toMatchObject({ code: 2 });
  });
  test('a reader that goes away is met in silence', async () => {
    const child = startCli(['help']);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([141, '']);
  });
  test.runIf(existsSync('/dev/full'))('A.8: a full disk is a failure, and no reader that went away', async () => {
    for (const words of [['help'], ['env', '-json']]) {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [entry, ...words], { stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      let stderr = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect([code, stderr]).toEqual([1, 'tsgoget: write: no space left on device\n']);
    }
  });
  test('the link may have any folder', async () => {
    const { code, stdout } = await runCli(['version'], { as: 'go' });
    expect([code, stdout]).toMatchObject([0, expect.stringMatching(/^go version go1\.\d+/)]);
  });
});
