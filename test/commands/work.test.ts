import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { toDirectoryPath } from '../../src/commands/work-edit.js';
import { publicDomain } from '../../src/goenv/index.js';
import { newestRelease } from '../../src/gover/index.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

function folder(files: Record<string, string>): string {
  const dir = newDir();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

const [go126, go127] = ['1.26.8', '1.27.4'].map((TSGOGET_GO_VERSION) => ({ TSGOGET_GO_VERSION }));
const work = (dir: string, args: string[], env: Record<string, string> = {}) =>
  runCli(['work', ...args], { as: 'go', cwd: dir, env });
const read = (dir: string, name = 'go.work') => readFileSync(join(dir, name), 'utf8');
const mod = (path: string, go = '1.20') => `module ${path}\n\ngo ${go}\n`;

describe('work init', () => {
  test('the release that is followed, and the folders named', async () => {
    const dir = folder({ 'a/go.mod': mod('a'), 'b/go.mod': mod('b') });
    expect(await work(dir, ['init', 'b', './a/'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read(dir)).toBe(`go ${newestRelease}\n\nuse (\n\t./a\n\t./b\n)\n`);
    expect(await work(join(dir, 'a'), ['init'])).toMatchObject({
      code: 1,
      stderr: `go: ${dir}/go.work already exists\n`,
    });
  });
  test('GOWORK says where', async () => {
    const dir = folder({ 'w/x': '' });
    const GOWORK = join(dir, 'w/my.work');
    expect((await work(dir, ['init'], { GOWORK })).code).toBe(0);
    expect(read(dir, 'w/my.work')).toBe(`go ${newestRelease}\n`);
    expect((await work(dir, ['init'], { GOWORK: 'rel' })).stderr).toBe('go: invalid GOWORK: not an absolute path\n');
  });
  test('a failure leaves no file', async () => {
    const dir = folder({});
    expect(await work(dir, ['init', 'none', 'none2'])).toMatchObject({
      code: 1,
      stderr: 'go: directory none does not exist\ngo: directory none2 does not exist\n',
    });
    expect(existsSync(join(dir, 'go.work'))).toBe(false);
  });
});

describe('work use', () => {
  test('adds, removes, respells, and raises the go line', async () => {
    const dir = folder({
      'go.work': 'go 1.20\n\ntoolchain go1.21.0\n\nuse (\n\tb // kept\n\t./gone\n)\n',
      'a/go.mod': mod('a', '1.24.1'),
      'b/go.mod': mod('b'),
      'gone/x': '',
    });
    expect(await work(dir, ['use', 'a', 'gone', 'b'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read(dir)).toBe('go 1.24.1\n\nuse (\n\t./a\n\t./b\n)\n');
  });
  test.each([
    ['1.21.13', './..'],
    ['1.22.12', '..'],
  ])('by %s, the folder above is %s', async (TSGOGET_GO_VERSION, name) => {
    const dir = folder({ 'go.mod': mod('up'), 'w/go.work': 'go 1.20\n', 'w/go.mod': mod('here') });
    const env = { TSGOGET_GO_VERSION };
    expect((await work(join(dir, 'w'), ['use', '..', '.'], env)).code).toBe(0);
    expect(read(dir, 'w/go.work')).toBe(`go 1.20\n\nuse (\n\t.\n\t${name}\n)\n`);
  });
  test('from below, and absolute', async () => {
    const dir = folder({ 'go.work': 'go 1.20\n', 'a/b/go.mod': mod('b') });
    await work(join(dir, 'a/b'), ['use', '.']);
    expect(read(dir)).toBe('go 1.20\n\nuse ./a/b\n');
    await work(dir, ['use', join(dir, 'a/b')]);
    expect(read(dir)).toBe(`go 1.20\n\nuse ${dir}/a/b\n`);
    expect((await work(dir, ['use', join(dir, 'a/b'), 'a/b'])).stderr).toBe(
      `go: already added "./a/b" as "${dir}/a/b"\n`,
    );
  });
  test('-r looks everywhere below, by 1.26 in vendor folders too, follows no links, and forgets what is no more', async () => {
    const dir = folder({
      'go.work': 'go 1.20\n\nuse ./m/deleted\nuse ./other\n',
      'm/go.mod': mod('m'),
      'm/x/y/go.mod': mod('y'),
      'm/vendor/v/go.mod': mod('v'),
      'other/go.mod': mod('other'),
    });
    symlinkSync('../other', join(dir, 'm/link'));
    expect(await work(dir, ['use', '-r', 'm'], go126)).toMatchObject({
      code: 0,
      stderr: 'warning: ignoring symlink m/link\n',
    });
    expect(read(dir)).toBe('go 1.20\n\nuse (\n\t./m\n\t./m/vendor/v\n\t./m/x/y\n\t./other\n)\n');
  });
  test('-r passes over folders named vendor since 1.27, and drops what go.work has of them; without -r they count', async () => {
    const dir = folder({
      'go.work': 'go 1.20\n\nuse ./m/vendor/v\n',
      'm/go.mod': mod('m'),
      'm/vendor/v/go.mod': mod('v'),
      'm/notvendor/n/go.mod': mod('n'),
    });
    symlinkSync('..', join(dir, 'm/notvendor/vendor'));
    expect(await work(dir, ['use', '-r', '.'], go127)).toMatchObject({
      code: 0,
      stderr: 'warning: ignoring symlink m/notvendor/vendor\n',
    });
    expect(read(dir)).toBe('go 1.20\n\nuse (\n\t./m\n\t./m/notvendor/n\n)\n');
    await work(dir, ['use', 'm/vendor/v'], go127);
    expect(read(dir)).toContain('./m/vendor/v\n');
    await work(dir, ['use', '-r', './m/vendor/'], go127);
    expect(read(dir)).not.toContain('vendor/v');
    await work(join(dir, 'm/vendor'), ['use', '-r', '.'], go127); // its name is '.'
    expect(read(dir)).toContain('./m/vendor/v\n');
  });
  test('-r tells of every folder what is wrong with it, and of links in the order of their names', async () => {
    const dir = folder({
      'go.work': 'go 1.20\n',
      'a/go.mod': mod('a'),
      'b/c/go.mod': mod('c'),
      'd/go.mod/x': '',
      'e/go.mod/x': '',
    });
    symlinkSync('.', join(dir, 'z'));
    symlinkSync('../a', join(dir, 'b/link'));
    const { code, stderr } = await work(dir, ['use', '-r', '.', dir]);
    expect(code).toBe(1);
    expect(stderr.replaceAll(`${dir}/`, '')).toBe(
      [
        'warning: ignoring symlink b/link',
        'warning: ignoring symlink z',
        'warning: ignoring symlink b/link',
        'warning: ignoring symlink z',
        'go: d/go.mod is not a regular file',
        'go: e/go.mod is not a regular file',
        'go: already added "a" as "./a"',
        'go: already added "b/c" as "./b/c"',
        '',
      ].join('\n'),
    );
    expect(read(dir)).toBe('go 1.20\n');
  });
  test('one folder by two names is one; what says the same is not written', async () => {
    const dir = folder({ 'go.work': 'go 1.20\n\nuse ./a/\n', 'a/go.mod': mod('a') });
    expect((await work(dir, ['use', 'a'])).code).toBe(0);
    expect(read(dir)).toBe('go 1.20\n\nuse ./a\n');
    const { mtimeMs } = statSync(join(dir, 'go.work'));
    expect((await work(dir, ['use', 'a'])).code).toBe(0);
    expect(statSync(join(dir, 'go.work')).mtimeMs).toBe(mtimeMs);
    writeFileSync(join(dir, 'go.work'), 'go 1.20\n\nuse ./a\nuse ./a/\n');
    expect((await runCli(['list', '-m'], { as: 'go', cwd: dir })).stderr).toBe(
      `go: error loading go.work:\ngo.work:4: path ${dir}/a appears multiple times in workspace\n`,
    );
  });
  test('a folder in the place of go.work', async () => {
    const dir = folder({ 'w/x': '' });
    expect((await work(dir, ['use'], { GOWORK: join(dir, 'w'), GOTOOLCHAIN: 'local' })).stderr).toBe(
      'go: reading go.work: read w: is a directory\n',
    );
  });
  test('all errors, and the file stays', async () => {
    const dir = folder({
      'go.work': 'go   1.20\n',
      file: '',
      'bad/go.mod': 'modul x\n',
      'noname/go.mod': '',
      'dir/go.mod/x': '',
      'new/go.mod': mod('new', '1.99'),
    });
    const { code, stderr } = await work(dir, ['use', 'file', 'bad', 'noname', 'dir', 'none', 'new'], {
      GOTOOLCHAIN: 'local',
    });
    expect(code).toBe(1);
    expect(stderr.split('\n').sort()).toEqual(
      [
        '',
        '\tgo mod edit -module=example.com/mod',
        'bad/go.mod:1: unknown directive: modul',
        'go: dir/go.mod is not a regular file',
        'go: directory none does not exist',
        'go: error reading noname/go.mod: missing module declaration. To specify the module path:',
        'go: errors parsing bad/go.mod:',
        'go: file is not a directory',
        `go: new/go.mod requires go >= 1.99 (running go ${newestRelease}; GOTOOLCHAIN=local)`,
      ].sort(),
    );
    expect(read(dir)).toBe('go   1.20\n');
  });
  test('a go.work of the overlay is read, but not written', async () => {
    const dir = folder({ real: 'go 1.20\n', 'a/go.mod': mod('a', '1.22.0') });
    writeFileSync(join(dir, 'overlay.json'), JSON.stringify({ Replace: { 'go.work': 'real' } }));
    expect(await work(dir, ['use', '-overlay=overlay.json', 'a'])).toMatchObject({
      code: 1,
      stderr: 'go: updates to go.work needed, but go.work is part of the overlay specified with -overlay\n',
    });
    expect([read(dir, 'real'), existsSync(join(dir, 'go.work'))]).toEqual(['go 1.20\n', false]);
  });
});

describe('a newer Go release', () => {
  const proxy = () => {
    const releases = ['1.30.0', '1.30.4', '1.31.2', '1.32rc1'];
    const list = releases.map((v) => `v0.0.1-go${v}.linux-amd64\n`).join('');
    return pathToFileURL(folder({ [`${publicDomain}/toolchain/@v/list`]: list })).href;
  };
  test('is followed where GOTOOLCHAIN allows it', async () => {
    const dir = folder({ 'm/go.mod': mod('m', '1.30.1') });
    const env = { GOPROXY: proxy(), GOTOOLCHAIN: 'auto' };
    expect(await work(dir, ['init', 'm'], env)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'go: m/go.mod requires go >= 1.30.1; switching to go1.30.4\n',
    });
    expect(read(dir)).toBe('go 1.30.4\n\nuse ./m\n');
    // now go.work itself asks for it
    expect(await work(dir, ['use', 'm'], { GOPROXY: 'off' })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
  test('or it is said that there is none', async () => {
    const dir = folder({ 'm/go.mod': mod('m', '1.99.0') });
    const { code, stderr } = await work(dir, ['init', 'm'], { GOPROXY: proxy() });
    expect(code).toBe(1);
    expect(stderr).toContain(`go: m/go.mod requires go >= 1.99.0 (running go ${newestRelease})\n`);
    expect(stderr).toContain('go: switching to go >= 1.99.0: no releases found for go >= 1.99.0\n');
    expect(existsSync(join(dir, 'go.work'))).toBe(false);
  });
});

describe('work edit', () => {
  test('edits in order, -print and -json without writing', async () => {
    const dir = folder({ 'go.work': 'go 1.20\nuse ./a\n' });
    const args = ['-use=b', '-dropuse=a', '-use', '../c/', '-replace=x=./x', '-go=1.21', '-godebug=k=v'];
    const text = 'go 1.21\n\nuse (\n\t../c/\n\t./b\n)\n\nreplace x => ./x\n\ngodebug k=v\n';
    expect((await work(dir, ['edit', '-print', ...args])).stdout).toBe(text);
    expect((await work(dir, ['edit', '-json', '-dropuse=./a'])).stdout).toContain('"Go": "1.20"');
    expect(read(dir)).toBe('go 1.20\nuse ./a\n');
    expect(await work(dir, ['edit', ...args])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read(dir)).toBe(text);
    expect((await work(dir, ['edit', '-json'])).stdout).toContain('"DiskPath": "./b"');
  });
  test.each([
    [go126, '{\n\t"Go": "1.21",\n\t"Use": null,\n\t"Replace": null\n}\n', '{\n\t"Use": null,\n\t"Replace": null\n}\n'],
    [
      go127,
      '{\n\t"Go": "1.21",\n\t"Toolchain": "go1.30.1",\n\t"Godebug": [\n\t\t{\n\t\t\t"Key": "k",\n\t\t\t"Value": "v"\n\t\t}\n\t]\n}\n',
      '{}\n',
    ],
  ])('-json of empty lists, and of toolchain and godebug lines, by %j', async (release, filled, empty) => {
    const dir = folder({ 'go.work': '' });
    const args = ['edit', '-json', '-go=1.21', '-toolchain=go1.30.1', '-godebug=k=v'];
    expect(await work(dir, args, release)).toEqual({ code: 0, stdout: filled, stderr: '' });
    expect((await work(dir, ['edit', '-json'], release)).stdout).toBe(empty);
  });
  test('a file for a newer Go can be edited, and another one be named', async () => {
    const dir = folder({ 'x.work': 'go 1.99\n' });
    expect((await work(dir, ['edit', '-go=none', 'x.work'])).code).toBe(0);
    expect(read(dir, 'x.work')).toBe('');
  });
  test.each<[string[], string]>([
    [['edit'], "no flags specified (see 'go help work edit')."],
    [['edit', '-json', '-print'], 'cannot use both -json and -print'],
    [['edit', '-fmt', 'a', 'b'], "'go help work edit' accepts at most one argument"],
    [['edit', '-go=x'], `invalid -go option; expecting something like "-go ${newestRelease}"`],
    [['edit', '-replace=a=b'], '-replace=a=b: unversioned new path must be local directory'],
    [['edit', '-fmt', 'nofile'], 'errors parsing nofile:\nreading go.work: open nofile: no such file or directory'],
    [['edit', '-fmt', 'bad'], 'errors parsing bad:\nbad:1: unknown directive: foo'],
  ])('%j is refused', async (args, message) => {
    const dir = folder({ 'go.work': 'go   1.20\n', bad: 'foo\n' });
    expect(await work(dir, args)).toEqual({ code: 1, stdout: '', stderr: `go: ${message}\n` });
    expect(read(dir)).toBe('go   1.20\n');
  });
  test('how folders are written', () => {
    expect(['a', './a', '../a', '/a', '.', 'a/../b/', 'a//b', '..a'].map(toDirectoryPath)).toEqual([
      './a',
      './a',
      '../a',
      '/a',
      '.',
      './b',
      './a/b',
      './..a',
    ]);
  });
});

describe('work sync', () => {
  test('raises the go line', async () => {
    const dir = folder({
      'go.work': 'go 1.20\nuse (\n\t./a\n\t./b\n)\n',
      'a/go.mod': mod('a', '1.20.1'),
      'b/go.mod': mod('b', '1.20.2'),
    });
    expect(await work(dir, ['sync'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read(dir)).toBe('go 1.20.2\n\nuse (\n\t./a\n\t./b\n)\n');
  });
});

test.each(['use', 'edit', 'sync'])('work %s needs a go.work', async (name) => {
  expect(await work(folder({}), [name])).toMatchObject({
    code: 1,
    stderr:
      "go: no go.work file found\n\t(run 'go work init' first or specify path using GOWORK environment variable)\n",
  });
});
