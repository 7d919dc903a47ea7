import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runCli } from '../support/run-cli.js';

const go =
  (process.platform === 'win32' ? 'windows' : process.platform) +
  (process.arch === 'x64' ? '/amd64' : `/${process.arch}`);

describe('version', () => {
  test('says its own, and which Go release it follows', async () => {
    expect(await runCli(['version'])).toEqual({
      code: 0,
      stdout: `tsgoget version ${packageJson.version} (follows go1.26.8) ${go}\n`,
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
