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
  test('bad GOFLAGS do not hide it', async () => {
    expect(await runCli(['version'], { env: { GOFLAGS: '-zz' } })).toMatchObject({ code: 0 });
  });
  test('takes no arguments', async () => {
    expect(await runCli(['version', 'x'])).toMatchObject({
      code: 2,
      stderr: 'tsgoget: version accepts no arguments\n',
    });
  });
});
