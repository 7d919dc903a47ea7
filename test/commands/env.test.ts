import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicDomain } from '../../src/goenv/index.js';
import { newestRelease } from '../../src/gover/index.js';
import { runCli } from '../support/run-cli.js';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsgoget-env-'));
  mkdirSync(join(dir, 'a/b/go.mod'), { recursive: true });
  mkdirSync(join(dir, 'c'));
  writeFileSync(join(dir, 'a/go.mod'), 'module a\n');
  writeFileSync(join(dir, 'go.work'), 'go 1.21\nuse ./a\n');
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const env = async (args: string[], variables: Record<string, string> = {}, cwd = dir) => {
  const { code, stdout, stderr } = await runCli(['env', ...args], { as: 'go', cwd, env: variables });
  return { code, stdout, stderr };
};
const value = async (name: string, variables: Record<string, string> = {}, cwd = dir) =>
  (await env([name], variables, cwd)).stdout;

describe('env', () => {
  test('lines for a shell, sorted and quoted', async () => {
    const { stdout } = await env([], { GOPRIVATE: "it's" });
    const names = stdout.split('\n').map((line) => line.split('=')[0]!);
    expect(names.slice(0, -1)).toEqual([...names.slice(0, -1)].sort());
    expect(stdout).toContain("\nGOPRIVATE='it'\\''s'\n");
    expect(stdout).toContain(`\nGOPROXY='https://proxy.${publicDomain},direct'\n`);
    expect(stdout).toContain(`\nGOSUMDB='sum.${publicDomain}'\n`);
    expect(stdout).toContain(`\nGOVERSION='go${newestRelease}'\n`);
  });
  test('names: values alone, in the order asked, empty for the unknown', async () => {
    expect(await env(['GOPROXY', 'NOPE', 'GONOSUMDB', 'HOME'], { GOPROXY: 'off', GOPRIVATE: 'b' })).toEqual({
      code: 0,
      stdout: 'off\n\nb\n\n',
      stderr: '',
    });
  });
  test('-json', async () => {
    expect(await value('-json')).toMatch(/^\{\n\t"AR": "ar",\n/);
    const { stdout } = await env(['-json', 'GOPRIVATE', 'GONOPROXY'], { GONOPROXY: '<a>', GOPRIVATE: 'b' });
    expect(stdout).toBe('{\n\t"GONOPROXY": "\\u003ca\\u003e",\n\t"GOPRIVATE": "b"\n}\n');
  });
  test('-changed', async () => {
    expect((await env(['-changed'])).stdout).toBe('');
    expect((await env(['-changed'], { GOPROXY: 'off', GOFLAGS: '-mod=mod' })).stdout).toBe(
      "GOFLAGS='-mod=mod'\nGOPROXY='off'\n",
    );
    expect((await env(['-changed', 'GOSUMDB', 'GOPROXY'], { GOPROXY: 'off' })).stdout).toBe("GOPROXY='off'\n");
    expect((await env(['-changed', '-json'])).stdout).toBe('{}\n');
  });
  test.each([
    [{ GOEXPERIMENT: 'bad' }, 'unknown GOEXPERIMENT bad'],
    [{ GOFIPS140: 'v1' }, 'invalid GOFIPS140: must be off, latest, inprocess, certified, or v1.Y.Z'],
  ])('%j, of which there can be no build, ends it with 2', async (variables, message) => {
    expect(await env(['GOOS'], variables)).toEqual({ code: 2, stdout: '', stderr: `go: ${message}\n` });
    expect((await env(['GOFIPS140'], { GOFIPS140: 'v1.0.0' })).stdout).toBe('v1.0.0\n');
  });
  test('values are printed as they are', async () => {
    expect(await value('GOPRIVATE', { GOPRIVATE: 'a\u202eb' })).toBe('a\u202eb\n');
  });
});

const [go126, go127] = ['1.26.8', '1.27.4'].map((TSGOGET_GO_VERSION) => ({ TSGOGET_GO_VERSION }));

describe('GOBIN', () => {
  const GOPATH = '/p:/q';
  test('is what is set; by 1.26 nothing else', async () => {
    expect(await value('GOBIN', { ...go126, GOPATH })).toBe('\n');
    for (const release of [go126, go127])
      expect(await value('GOBIN', { ...release, GOPATH, GOBIN: '/b' })).toBe('/b\n');
  });
  test('since 1.27 the folder of the first entry of GOPATH; without modules of the one that we are in', async () => {
    const inA = { ...go127, GOPATH: `/p:${join(dir, 'a')}` };
    const b = join(dir, 'a/b');
    expect(await value('GOBIN', inA, b)).toBe('/p/bin\n');
    expect(await value('GOBIN', { ...inA, GO111MODULE: 'off' }, b)).toBe(`${dir}/a/bin\n`);
    expect(await value('GOBIN', { ...inA, GO111MODULE: 'auto' }, b)).toBe('/p/bin\n');
    expect(await value('GOBIN', { ...inA, GO111MODULE: 'off' }, join(dir, 'c'))).toBe('/p/bin\n');
    expect(await value('GOBIN', { ...go127, GOPATH: ':/p' }, b)).toBe('\n');
    expect(await value('GOBIN', { ...go127, GOPATH: ':/p', GO111MODULE: 'off' }, b)).toBe('bin\n'); // as go does
    expect((await env(['-json', 'GOBIN'], { ...go127, GOPATH })).stdout).toBe('{\n\t"GOBIN": "/p/bin"\n}\n');
  });
  test('is no change where it is not set', async () => {
    expect((await env(['-changed', 'GOBIN'], { ...go127, GOPATH })).stdout).toBe('');
    expect((await env(['-changed', 'GOBIN'], { ...go127, GOPATH, GOBIN: '/b' })).stdout).toBe("GOBIN='/b'\n");
  });
});

describe('GOMOD and GOWORK', () => {
  test('the nearest file upward; a folder of that name is none', async () => {
    expect((await env(['GOMOD', 'GOWORK'], {}, join(dir, 'a/b'))).stdout).toBe(`${dir}/a/go.mod\n${dir}/go.work\n`);
    expect((await env(['GOMOD', 'GOWORK'], {}, join(dir, 'c'))).stdout).toBe(`/dev/null\n${dir}/go.work\n`);
  });
  test('GO111MODULE and GOWORK decide', async () => {
    const a = join(dir, 'a');
    expect((await env(['GOMOD', 'GOWORK'], { GO111MODULE: 'off' }, a)).stdout).toBe(`\n${dir}/go.work\n`);
    expect((await env(['GOMOD', 'GOWORK'], { GO111MODULE: 'auto', GOWORK: 'off' }, dir)).stdout).toBe('\noff\n');
    expect((await env(['GOMOD', 'GOWORK'], { GO111MODULE: 'auto', GOWORK: `${dir}/y.work` }, a)).stdout).toBe(
      `${dir}/a/go.mod\n${dir}/y.work\n`,
    );
    expect(await env(['GOWORK'], { GOWORK: 'rel' })).toMatchObject({
      code: 1,
      stderr: 'go: invalid GOWORK: not an absolute path\n',
    });
    expect(await env(['GOMOD'], { GO111MODULE: 'weird' })).toMatchObject({
      code: 1,
      stderr: 'go: unknown environment setting GO111MODULE=weird\n',
    });
  });
  test('a workspace is not looked for across GOROOT', async () => {
    expect(await value('GOWORK', { GOROOT: join(dir, 'a') }, join(dir, 'a/b'))).toBe('\n');
  });
  test('a go.mod in the root of the temporary folder is ignored, and said', async () => {
    expect(await env(['GOMOD'], { TMPDIR: join(dir, 'a') }, join(dir, 'a'))).toEqual({
      code: 0,
      stdout: '/dev/null\n',
      stderr: `go: warning: ignoring go.mod in system temp root ${dir}/a\n`,
    });
  });
});

describe('-w and -u', () => {
  test('write and take back', async () => {
    const GOENV = join(dir, 'config/env');
    expect(await env(['-w', 'GOPROXY=off', 'GOFLAGS=-mod=mod'], { GOENV })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(GOENV, 'utf8')).toBe('GOFLAGS=-mod=mod\nGOPROXY=off\n');
    expect(await value('GOPROXY', { GOENV })).toBe('off\n');
    expect(await env(['-u', 'GOPROXY'], { GOENV })).toMatchObject({ code: 0 });
    expect(readFileSync(GOENV, 'utf8')).toBe('GOFLAGS=-mod=mod\n');
  });
  test('a variable of the environment that wins is warned about', async () => {
    const GOENV = join(dir, 'config/env2');
    expect(await env(['-w', 'GOPROXY=off'], { GOENV, GOPROXY: 'direct' })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'warning: go env -w GOPROXY=... does not override conflicting OS environment variable\n',
    });
  });
  test('GOROOT could be written until 1.27', async () => {
    const GOENV = join(dir, 'config/env3');
    expect(await env(['-w', 'GOROOT=/x'], { ...go126, GOENV })).toMatchObject({ code: 0, stderr: '' });
    const refused = { code: 1, stdout: '', stderr: 'go: GOROOT cannot be modified\n' };
    expect(await env(['-w', 'GOROOT=/y'], { ...go127, GOENV })).toEqual(refused);
    expect(await env(['-u', 'GOROOT'], { ...go127, GOENV })).toEqual(refused);
    expect(readFileSync(GOENV, 'utf8')).toBe('GOROOT=/x\n');
  });
  test('GOPACKAGESDRIVER is no setting', async () => {
    const GOENV = join(dir, 'config/env4');
    const { code, stderr } = await env(['-w', 'GOPACKAGESDRIVER=off'], { ...go127, GOENV });
    expect([code, stderr]).toEqual([1, 'go: unknown go command variable GOPACKAGESDRIVER\n']);
  });
  test.each([
    [['-w'], 'no KEY=VALUE arguments given'],
    [['-u'], "'go env -u' requires an argument"],
    [['-w', 'GOPROXY'], 'arguments must be KEY=VALUE: invalid argument: GOPROXY'],
    [['-w', 'GOPROXY=a', 'GOPROXY=b'], 'multiple values for key: GOPROXY'],
    [['-w', 'GOVERSION=1'], 'GOVERSION cannot be modified'],
    [['-w', 'GOOS=nope'], 'unsupported GOOS/GOARCH pair nope/'],
    [['-w', 'GOFOO=1'], 'unknown go command variable GOFOO'],
    [['-json', '-w', 'A=b'], 'cannot use -json with -w'],
    [['-u', '-w'], 'cannot use -u with -w'],
    [['GOPROXY=off'], 'invalid variable name "GOPROXY=off" (use -w to set variable)'],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await env(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`go: ${message}`);
  });
});

test('bad GOFLAGS are shown, not refused', async () => {
  expect(await env(['GOFLAGS'], { GOFLAGS: "-zz '" })).toEqual({ code: 0, stdout: "-zz '\n", stderr: '' });
});
