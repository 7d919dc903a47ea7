/** `env -w` where the disk is full: the settings that stand in the file stay. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));

test.skipIf(process.platform === 'win32').each([
  ['full', '0', 1, 'GOPRIVATE=corp.example.com\n'],
  ['twin: not full', 'unlimited', 0, 'GOFLAGS=-x\nGOPRIVATE=corp.example.com\n'],
])('%s', async (_, limit, expected, text) => {
  const dir = mkdtempSync(join(tmpdir(), 'tsgoget-env-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const GOENV = join(dir, 'env');
  writeFileSync(GOENV, 'GOPRIVATE=corp.example.com\n');
  const script = `ulimit -f ${limit}; exec "$0" "$1" env -w GOFLAGS=-x`;
  const code = await new Promise<number>((resolve) => {
    const env = { PATH: process.env.PATH, HOME: dir, GOENV, NODE_DISABLE_COMPILE_CACHE: '1' };
    const child = execFile('sh', ['-c', script, process.execPath, entry], { env });
    child.on('close', (status) => resolve(status ?? -1));
  });
  expect([code, readFileSync(GOENV, 'utf8')]).toEqual([expected, text]);
});
