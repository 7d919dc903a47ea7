/** What `list` refuses before it looks at any module, in go's words; what it passes over; what `clean` and bad flags say. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../support/fixture-world.js';
import { runCli } from '../support/run-cli.js';
import { runMain } from '../support/run-main.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsgoget-list-'));
  mkdirSync(join(dir, 'outside'));
  mkdirSync(join(dir, 'm'));
  writeFileSync(join(dir, 'm/go.mod'), 'module example.com/m\n\ngo 1.21\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const settings = { GOENV: 'off', GOPROXY: 'off', GOSUMDB: 'off' };
const go = (args: string, env: Record<string, string> = {}, cwd = 'm') =>
  runCli(args.split(' '), { as: 'go', cwd: join(dir, cwd), env: { ...settings, GOPATH: join(dir, 'gopath'), ...env } });

describe('list', () => {
  test.each([
    ['list -f {{.}} -json -m', 'go list -f cannot be used with -json'],
    ['list -reuse=x', 'go list -reuse cannot be used without -m'],
    ['list -u', 'go list -u can only be used with -m'],
    ['list -versions', 'go list -versions can only be used with -m'],
    ['list -m -deps', 'go list -deps cannot be used with -m'],
    ['list -m -mod=bad', "-mod=bad not supported (can be '', 'mod', 'readonly', or 'vendor')"],
    ['list -m -f {{', 'template: main:1: unclosed action'],
    [
      'list -m -f {{.Nosuch}}',
      'template: main:1:2: executing "main" at <.Nosuch>: can\'t evaluate field Nosuch in type *modinfo.ModulePublic',
    ],
    ['list -m -overlay=none.json', 'go: reading overlay: open none.json: no such file or directory'],
    ['list -m -modfile=none.mod', 'go: open none.mod: no such file or directory'],
  ])('%s', async (args, stderr) => {
    expect(await go(args)).toEqual({ code: 1, stdout: '', stderr: `${stderr}\n` });
  });
  test('an empty argument is refused since 1.27, before anything is looked at', async () => {
    const list = (args: string[], TSGOGET_GO_VERSION: string) =>
      runCli(['list', ...args], { as: 'go', cwd: join(dir, 'm'), env: { ...settings, TSGOGET_GO_VERSION } });
    const refused = { code: 1, stdout: '', stderr: 'go: invalid package: ""\n' };
    expect(await list(['-m', '-e', 'example.com/m', ''], '1.27.4')).toEqual(refused);
    expect(await list(['-m', '-f={{.}}', '-json', ''], '1.27.4')).toEqual(refused);
    expect(await list([''], '1.27.4')).toEqual(refused);
    expect(await list(['-m', ''], '1.26.8')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'go: module : not a known dependency\n',
    });
  });
  test('-retracted and -mod=vendor exclude each other, whatever the vendor folder holds', async () => {
    mkdirSync(join(dir, 'v'));
    writeFileSync(join(dir, 'v/go.mod'), 'module example.com/v\n\ngo 1.21\n\nrequire example.com/a v1.0.0\n');
    const stderr = 'go list -retracted cannot be used when vendoring is enabled\n';
    expect(await go('list -m -retracted -mod=vendor all', {}, 'v')).toEqual({ code: 1, stdout: '', stderr });
  });
  test('under its own name the words are not doubled', async () => {
    const { stderr } = await runCli(['list', '-u'], { cwd: dir, env: settings });
    expect(stderr).toBe('tsgoget: list -u can only be used with -m\n');
  });
  test('packages are refused, with the way to modules', async () => {
    const { code, stderr } = await runCli(['list', './...'], { cwd: dir, env: settings });
    expect([code, stderr]).toEqual([
      1,
      'tsgoget: packages are not listed here: that needs a Go toolchain\nhint: use `list -m` to list modules\n',
    ]);
  });
  test('flags of builds are taken; fields of several -json add up, the last one decides', async () => {
    expect(await go('list -m -tags=a -race -p=2 -v -f= -json=Path -json=Main')).toEqual({
      code: 0,
      stdout: '{\n\t"Path": "example.com/m",\n\t"Main": true\n}\n',
      stderr: '',
    });
    expect((await go('list -m -json=Path -json=false')).stdout).toBe('example.com/m\n');
  });
  test('modules that another argument named already do not match again', async () => {
    expect(await go('list -m all example.com/...')).toEqual({
      code: 0,
      stdout: 'example.com/m\n',
      stderr: 'warning: pattern "example.com/..." matched no module dependencies\n',
    });
    const older = { TSGOGET_GO_VERSION: '1.23.12' };
    expect((await go('list -m all example.com/...', older)).stderr).toBe('');
    expect((await go('list -m all none.test/...', older)).stderr).toContain('pattern "none.test/..." matched no');
  });
  test.each([
    ['list -m', 'go: list -m cannot be used with GO111MODULE=off'],
    ['list -m -retracted', 'go list -retracted can only be used in module-aware mode'],
  ])('GO111MODULE=auto outside a module is off: %s', async (args, stderr) => {
    expect(await go(args, { GO111MODULE: 'auto' }, 'outside')).toEqual({ code: 1, stdout: '', stderr: `${stderr}\n` });
    expect((await go(args, { GO111MODULE: 'auto' })).code).toBe(0);
  });
});

describe('the template function module', () => {
  let world: World;
  let cwd: string;
  beforeAll(async () => {
    world = await openWorld({
      modules: ['v1.0.0', 'v1.1.0', 'v1.2.0'].map((version) => ({
        path: 'example.com/b',
        version,
        files: { 'go.mod': 'module example.com/b\n\ngo 1.21\n' },
      })),
    });
    cwd = world.mainModule('module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.1.0 // indirect\n');
  });
  afterAll(() => world[Symbol.asyncDispose]());
  const list = (format: string, ...args: string[]) =>
    runMain(world, ['list', '-mod=mod', '-m', ...args, '-f', format, 'all'], { cwd });

  test.each([
    ['{{module "example.com/b"}}', 'example.com/b v1.1.0\nexample.com/b v1.1.0\n'],
    [
      '{{with module .Path}}{{.Path}} {{.Main}} {{.Indirect}} {{.GoVersion}}{{end}}',
      'example.com/m true false 1.21\nexample.com/b false true 1.21\n',
    ],
    ['{{(module "example.com/b@v1.2.0").Version}}{{(module "example.com/b").Indirect}}', 'v1.2.0true\nv1.2.0true\n'],
    ['{{(module "nope").Error.Err}}', 'module not in current build\nmodule not in current build\n'],
    ['{{if .Main}}{{(module "example.com/b@-x").Error.Err}}{{end}}', 'invalid module version "-x"\n'],
    [
      '{{if .Main}}{{(module "example.com/b@v9.0.0").Path}}{{with (module "example.com/b@v9.0.0").Error}}!{{end}}{{end}}',
      'example.com/b!\n',
    ],
    ['{{/* nothing */}}', ''],
  ])('%s', async (format, stdout) => {
    expect(await list(format)).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  test('of each version', async () => {
    const { stdout } = await list(
      '{{range .Versions}}{{(module (print $.Path "@" .)).Version}} {{end}}',
      '-versions',
      '-e',
    );
    expect(stdout.trim()).toBe('v1.0.0 v1.1.0 v1.2.0');
  });

  test('its argument is one string', async () => {
    expect((await list('{{module 3}}')).stderr).toContain('executing "main" at <3>: expected string; found 3');
  });
});

test.each([
  ['1.22.12', false],
  ['1.23.12', true],
])('by %s, what go.sum has is shown: %s', async (TSGOGET_GO_VERSION, isShown) => {
  const files = { 'go.mod': 'module example.com/b\n\ngo 1.21\n', 'b.go': 'package b\n' };
  await using world = await openWorld({ modules: [{ path: 'example.com/b', version: 'v1.0.0', files }] });
  const cwd = world.mainModule('module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n');
  const run = (...args: string[]) => runMain(world, args, { cwd, env: { TSGOGET_GO_VERSION } });
  expect((await run('mod', 'download', 'example.com/b')).code).toBe(0);
  const { stdout } = await run('list', '-m', '-json', 'example.com/b');
  const sum = isShown ? expect.stringMatching(/^h1:/) : undefined;
  expect(JSON.parse(stdout)).toMatchObject({ Version: 'v1.0.0' });
  expect([JSON.parse(stdout).Sum, JSON.parse(stdout).GoModSum]).toEqual([sum, sum]);
  const { code, stderr } = await run('list', '-m', '-f', '{{.Sum}}', 'example.com/b');
  expect([code, stderr.includes("can't evaluate field Sum")]).toEqual([isShown ? 0 : 1, !isShown]);
});

test.each([
  ['1.22.12', 'true'],
  ['1.23.12', 'false'],
])('by %s, what a member of a workspace requires is indirect: %s', async (TSGOGET_GO_VERSION, isIndirect) => {
  const files = { 'go.mod': 'module example.com/b\n\ngo 1.21\n', 'b.go': 'package b\n' };
  await using world = await openWorld({ modules: [{ path: 'example.com/b', version: 'v1.0.0', files }] });
  const cwd = world.mainModule({
    'go.work': 'go 1.21\n\nuse ./m\n',
    'm/go.mod': 'module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n',
  });
  const args = ['list', '-m', '-f', '{{.Path}} {{.Indirect}}', 'all'];
  const { stdout } = await runMain(world, args, { cwd, env: { TSGOGET_GO_VERSION } });
  expect(stdout).toBe(`example.com/m false\nexample.com/b ${isIndirect}\n`);
});

describe('-versions', () => {
  test('where retractions cannot be loaded, no version is known to be allowed: an error, and no list', async () => {
    await using world = await openWorld({
      modules: ['v1.0.0', 'v1.1.0'].map((version) => ({
        path: 'example.com/b',
        version,
        files: { 'go.mod': version === 'v1.1.0' ? 'module "\n' : 'module example.com/b\n' },
      })),
    });
    const cwd = world.mainModule('module example.com/m\n\ngo 1.21\n');
    const list = (...args: string[]) => runMain(world, ['list', '-mod=mod', '-m', '-versions', ...args], { cwd });
    const words =
      'loading module retractions for example.com/b@v1.0.0: parsing go.mod: go.mod:1:9: unexpected newline in string';
    expect(await list('example.com/b')).toMatchObject({ code: 1, stdout: '', stderr: `tsgoget: ${words}\n` });
    const { stdout } = await list('-e', '-json=Path,Versions,Error', 'example.com/b');
    expect(JSON.parse(stdout)).toEqual({ Path: 'example.com/b', Error: { Err: words } });
    expect((await list('-retracted', 'example.com/b')).stdout).toBe('example.com/b v1.0.0 v1.1.0\n');
  });
});

test('-u: the first failure is told, that of retractions before that of the deprecation', async () => {
  await using world = await openWorld({
    modules: [{ path: 'example.com/b', version: 'v1.0.0', files: { 'go.mod': 'module example.com/b\n' } }],
  });
  const goMod = `module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n\nreplace example.com/b v1.0.0 => ./none\n`;
  const cwd = world.mainModule(goMod);
  const { code, stderr } = await runMain(world, ['list', '-mod=mod', '-m', '-u', 'example.com/b'], { cwd });
  const file = join(cwd, 'none/go.mod');
  expect([code, stderr]).toEqual([
    1,
    `tsgoget: loading module retractions for example.com/b@v1.0.0: reading none/go.mod: open ${file}: no such file or directory\n`,
  ]);
});

describe('queries', () => {
  test.each(['list -m', 'mod download'])('%s path@ names the query that is none', async (command) => {
    const stderr = 'go: example.com/b@: invalid version: disallowed version string\n';
    expect(await go(`${command} example.com/b@`, { GOPROXY: 'http://127.0.0.1:1' })).toEqual({
      code: 1,
      stdout: '',
      stderr,
    });
  });
});

describe('flags', () => {
  const usage = (words: string) => `usage: go ${words}\nRun 'go help ${words.split(' ')[0]}' for details.\n`;
  const listUsage = usage('list [-f format] [-json] [-m] [list flags] [build flags] [packages]');
  test.each([
    ['list -m -C', {}, `flag needs an argument: -C\n${listUsage}`],
    ['list -m -C x', {}, `invalid value "x" for flag -C: -C flag must be first flag on command line\n${listUsage}`],
    [
      'list -m',
      { GOFLAGS: '-C=x' },
      `go: invalid value "x" for flag -C (from $GOFLAGS): -C flag must be first flag on command line\n${listUsage}`,
    ],
    ['version -x', {}, `flag provided but not defined: -x\n${usage('version [-m] [-v] [-json] [file ...]')}`],
    [
      'env GOPROXY',
      { GOFLAGS: '-x=maybe' },
      `go: invalid boolean value "maybe" for flag -x (from $GOFLAGS): parse error\n${usage('env [-json] [-changed] [-u] [-w] [var ...]')}`,
    ],
  ])('%s %j', async (args, env, stderr) => {
    expect(await go(args, env as Record<string, string>)).toEqual({ code: 2, stdout: '', stderr });
  });
  test('GOFLAGS of others are passed over, unknown ones are not', async () => {
    expect((await go('list -m', { GOFLAGS: '-compat=1.17 -x' })).stdout).toBe('example.com/m\n');
    expect((await go('list -m', { GOFLAGS: '-nosuch' })).stderr).toBe('go: parsing $GOFLAGS: unknown flag -nosuch\n');
  });
  test('a relative GOPATH ends with the code of a bad command line', async () => {
    expect(await go('list -m', { GOPATH: 'x' })).toMatchObject({ code: 2 });
  });
});

describe('clean', () => {
  test('-n and -x print what go prints', async () => {
    const cache = join(dir, 'gopath/pkg/mod');
    mkdirSync(join(cache, 'cache'), { recursive: true });
    expect(await go('clean -n -modcache -mod=mod')).toEqual({ code: 0, stdout: `rm -rf ${cache}\n`, stderr: '' });
    expect((await go('clean -x -modcache')).stdout).toBe(`rm -rf ${cache}\n`);
    expect(() => mkdirSync(cache)).not.toThrow();
  });
  test.each(['modcache', 'cache', 'testcache', 'fuzzcache'])('-%s takes no packages', async (name) => {
    expect((await go(`clean -${name} x`)).stderr).toBe(`go: clean -${name} cannot be used with package arguments\n`);
  });
  test('what there is not cannot be cleaned', async () => {
    expect(await go('clean -cache')).toMatchObject({
      code: 1,
      stderr: 'go: clean -cache: there is no such cache here\n',
    });
    expect((await go('clean -modcache', { GO111MODULE: 'bad' })).stderr).toBe(
      'go: unknown environment setting GO111MODULE=bad\n',
    );
  });
});

test('help of a command with too many words names the command', async () => {
  expect((await go('help mod download x')).stderr).toBe(
    "go help mod download x: unknown help topic. Run 'go help mod download'.\n",
  );
});

describe('env', () => {
  test('a GOPATH of the environment is no change', async () => {
    expect((await go('env -changed GOPATH GOPROXY')).stdout).toBe("GOPROXY='off'\n");
  });
  test('NETRC is no variable that go env knows; a file that is not there', async () => {
    expect((await go('env -w NETRC=x')).stderr).toBe('go: unknown go command variable NETRC\n');
    const GOENV = join(dir, 'none');
    expect((await go('env -u GOPROXY', { GOENV })).stderr).toBe(
      `go: reading go env config: open ${GOENV}: no such file or directory\n`,
    );
  });
  test('a go.mod in GOPATH is told', async () => {
    expect(await go('env GOMOD', { GOPATH: join(dir, 'm') })).toEqual({
      code: 0,
      stdout: `${join(dir, 'm/go.mod')}\n`,
      stderr: `go: warning: ignoring go.mod in $GOPATH ${join(dir, 'm')}\n`,
    });
  });
});
