import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { newestRelease } from '../../src/gover/index.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();

const go =
  (process.platform === 'win32' ? 'windows' : process.platform) +
  (process.arch === 'x64' ? '/amd64' : `/${process.arch}`);

describe('version', () => {
  test('says its own, and which Go release it follows', async () => {
    expect(await runCli(['version'])).toEqual({
      code: 0,
      stdout: `tsgoget version ${packageJson.version} (follows go${newestRelease}) ${go}\n`,
      stderr: '',
    });
  });
  test('as go, says what go says', async () => {
    const env = { TSGOGET_GO_VERSION: '1.24.3' };
    expect((await runCli(['version'], { as: 'go', env })).stdout).toBe(`go version go1.24.3 ${go}\n`);
  });
  test('bad GOFLAGS are an error, as for go; flags of others are passed over', async () => {
    expect(await runCli(['version'], { env: { GOFLAGS: '-zz' } })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tsgoget: parsing $GOFLAGS: unknown flag -zz\n',
    });
    expect(await runCli(['version'], { env: { GOFLAGS: '-mod=mod -v' } })).toMatchObject({ code: 0 });
  });
  test('takes no arguments: files are not inspected', async () => {
    expect(await runCli(['version', 'x'])).toMatchObject({
      code: 2,
      stderr: 'tsgoget: version takes no arguments: files are not inspected\n',
    });
  });
  test.each(['m', 'v', 'json'])('-%s is about files', async (flag) => {
    expect(await runCli(['version', `-${flag}`], { as: 'go' })).toMatchObject({
      code: 2,
      stderr: `go: 'go version' only accepts -${flag} flag with arguments\n`,
    });
    expect(await runCli(['version'], { as: 'go', env: { GOFLAGS: `-${flag}` } })).toMatchObject({ code: 0 });
  });
  test('-json wants -m', async () => {
    expect(await runCli(['version', '-json', 'x'], { as: 'go' })).toMatchObject({
      code: 2,
      stderr: "go: 'go version' with -json flag requires -m flag\n",
    });
  });
});

test('a go line newer than every known release: one note, and none as go', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'go.mod'), 'module example.com/m\n\ngo 1.99\n');
  const place = { cwd: dir, env: { GOTOOLCHAIN: 'auto', GOPROXY: 'off' } };
  const { code, stdout, stderr } = await runCli(['list', '-m', 'all'], place);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'example.com/m\n' });
  expect(stderr).toMatch(/^tsgoget: note: go1\.99\.0 is newer than any release that is known: [^\n]*\n$/);
  expect((await runCli(['list', '-m', 'all'], { ...place, as: 'go' })).stderr).toBe('');
  writeFileSync(join(dir, 'go.mod'), 'module example.com/m\n\ngo 1.27.3\n');
  expect((await runCli(['list', '-m', 'all'], place)).stderr).toBe('');
});
