/** Situations that people have met with replacements, workspaces, vendor folders and paths, with what the go command makes of each. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
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

const go = (cwd: string, args: string[], env: Record<string, string> = {}) =>
  runCli(args, { as: 'go', cwd, env: { GOPROXY: 'off', GOSUMDB: 'off', GOTOOLCHAIN: 'local', ...env } });
const mod = (path: string, rest = '') => `module ${path}\n\ngo 1.22\n${rest}`;
const replaced = (by: string, at = '') =>
  mod('m.test/main', `\nrequire m.test/a v1.0.0\n\nreplace m.test/a${at} => ${by}\n`);

describe('C.10 a replacement by a folder', () => {
  test.each(['../a', '../a/', '.././a/', '../a/.'])('%s is told without the slash at its end', async (by) => {
    const dir = folder({ 'm/go.mod': replaced(by), 'a/go.mod': mod('m.test/a') });
    const { stdout } = await go(join(dir, 'm'), ['list', '-m', '-f', '{{.Dir}} {{.Replace.Path}}', 'm.test/a']);
    expect(stdout).toBe(`${join(dir, 'a')} ${by}\n`);
  });
  test('an absolute one is told as it stands', async () => {
    const dir = folder({ 'm/go.mod': '', 'a/go.mod': mod('m.test/a') });
    writeFileSync(join(dir, 'm/go.mod'), replaced(`${dir}/a/`));
    const { stdout } = await go(join(dir, 'm'), ['list', '-m', '-f', '{{.Dir}} {{.GoMod}}', 'm.test/a']);
    expect(stdout).toBe(`${dir}/a/ ${dir}/a/go.mod\n`);
  });
  test('a file in its place, or in that of its go.mod', async () => {
    const dir = folder({ 'm/go.mod': replaced('../file'), file: '', 'a/go.mod/x': '' });
    expect(await go(join(dir, 'm'), ['list', '-m', 'all'])).toMatchObject({
      code: 1,
      stderr: `go: m.test/a@v1.0.0 (replaced by ../file): reading ${dir}/file/go.mod: open ${dir}/file/go.mod: not a directory\n`,
    });
    writeFileSync(join(dir, 'm/go.mod'), replaced('../a'));
    expect((await go(join(dir, 'm'), ['list', '-m', 'all'])).stderr).toBe(
      `go: m.test/a@v1.0.0 (replaced by ../a): reading ../a/go.mod: read ${dir}/a/go.mod: is a directory\n`,
    );
    writeFileSync(join(dir, 'm/go.mod'), replaced('../none'));
    expect((await go(join(dir, 'm'), ['list', '-m', 'all'])).stderr).toBe(
      `go: m.test/a@v1.0.0 (replaced by ../none): reading ../none/go.mod: open ${dir}/none/go.mod: no such file or directory\n`,
    );
  });
  test('`get m@v` says that it stands, under our own name', async () => {
    const dir = folder({ 'm/go.mod': replaced('../a'), 'a/go.mod': mod('m.test/a') });
    const env = { GOPROXY: 'off', GOSUMDB: 'off' };
    const own = await runCli(['get', 'm.test/a@v1.0.0'], { cwd: join(dir, 'm'), env });
    expect(own.stderr).toContain(
      'm.test/a@v1.0.0 is required, but the replacement by ../a stands, and is what is used',
    );
    expect((await go(join(dir, 'm'), ['get', 'm.test/a@v1.0.0'])).stderr).toBe('');
    writeFileSync(join(dir, 'm/go.mod'), replaced('../a', ' v1.1.0').replace(/require.*\n/, ''));
    expect((await runCli(['list', '-m'], { cwd: join(dir, 'm'), env })).stderr).toBe('');
  });
});

describe('C.10 members of a workspace', () => {
  const world = (x: string, y: string) =>
    folder({
      'go.work': 'go 1.22\n\nuse (\n\t./x\n\t./y\n)\n',
      'x/go.mod': mod('m.test/x', `\nrequire m.test/a v1.0.0\n\nreplace m.test/a${x}\n`),
      'y/go.mod': mod('m.test/y', `\nrequire m.test/a v1.0.0\n\nreplace m.test/a${y}\n`),
      'fa/go.mod': mod('m.test/a'),
      'fb/go.mod': mod('m.test/a'),
    });
  const list = ['list', '-m', '-u', 'all'];
  test('replace a module by different folders', async () => {
    const dir = world(' => ../fa', ' => ../fb');
    const { code, stdout, stderr } = await go(dir, list);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`conflicting replacements for m.test/a:\n\t${dir}/fa\n\t${dir}/fb\n`);
  });
  test('one of them at one version', async () => {
    const dir = world(' => ../fa', ' v1.0.0 => ../fb');
    const { code, stdout, stderr } = await go(dir, list);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `conflicting replacements found for m.test/a@v1.0.0 in workspace modules defined by ${dir}/x/go.mod and ${dir}/y/go.mod\n`,
    );
  });
  test.each([' => ../fa/', ' => ../x/../fa', ' v1.0.0 => ../fa', ' v1.1.0 => ../fb'])(
    'the same folder, or another version: %s',
    async (y) => {
      const dir = world(' => ../fa', y);
      expect(await go(dir, ['list', '-m', 'all'])).toMatchObject({ code: 0, stderr: '' });
    },
  );
  test('all doubled modules are named', async () => {
    const names = ['a', 'a2', 'b', 'b2', 'c'];
    const files = Object.fromEntries(names.map((name) => [`${name}/go.mod`, mod(`m.test/${name[0]}`)]));
    const dir = folder({ ...files, 'go.work': `go 1.22\n\n${names.map((name) => `use ./${name}\n`).join('')}` });
    expect(await go(dir, ['list', '-m'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'go: module m.test/a appears multiple times in workspace\ngo: module m.test/b appears multiple times in workspace\n',
    });
    writeFileSync(join(dir, 'go.work'), 'go 1.22\n\nuse ./a\nuse ./b\nuse ./c\n');
    expect((await go(dir, ['list', '-m'])).stdout).toBe('m.test/a\nm.test/b\nm.test/c\n');
  });
  test('none at all', async () => {
    const dir = folder({ 'go.work': 'go 1.22\n', 'vendor/x': '' });
    expect(await go(dir, ['mod', 'graph'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await go(dir, ['mod', 'download'])).stderr).toContain('cannot match "all": no modules were found');
    const older = await go(dir, ['mod', 'download'], { TSGOGET_GO_VERSION: '1.24.13' });
    expect(older.stderr).toContain('cannot match "all": go.mod file not found in current directory');
    expect(await go(dir, ['work', 'vendor'])).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'go.work'), 'go 1.22\n\nuse ./a\n');
    mkdirSync(join(dir, 'a'));
    writeFileSync(join(dir, 'a/go.mod'), mod('m.test/a'));
    expect((await go(dir, ['mod', 'graph'])).stdout).toBe('go@1.22 toolchain@go1.22\nm.test/a go@1.22\n');
  });
});

describe('C.10 a proxy that is a folder', () => {
  const files = {
    'proxy/m.test/a/@v/list': 'v1.0.0\n',
    'proxy/m.test/a/@v/v1.0.0.info': '{"Version":"v1.0.0"}',
    'proxy/m.test/a/@v/v1.0.0.mod': 'module m.test/a\n',
    'out/x': '',
  };
  test.each(['/gone/../proxy', '/proxy/', '//proxy/.', '/gone/%2e%2e/proxy'])('%s', async (path) => {
    const dir = folder(files);
    const at = ['list', '-m', 'm.test/a@latest'];
    expect((await go(join(dir, 'out'), at, { GOPROXY: `file://${dir}${path}` })).stdout).toBe('m.test/a v1.0.0\n');
    const { code, stderr } = await go(join(dir, 'out'), at, { GOPROXY: `file://${dir}${path.replace('proxy', 'no')}` });
    expect(code).toBe(1);
    if (path.includes('..')) expect(stderr).toContain(`reading file://${dir}/no/m.test/a/@v/list`);
  });
});

describe('C.10 links among vendored files', () => {
  test('are files of their own only where go takes them', async () => {
    const dir = folder({
      'm/go.mod': replaced('../a'),
      'm/x.go': 'package x\n\nimport _ "m.test/a"\n',
      'a/go.mod': mod('m.test/a'),
      'a/a.go': 'package a\n',
      elsewhere: 'package a\n',
    });
    for (const name of ['b.go', 'LICENSE', 'asm.s']) symlinkSync('../elsewhere', join(dir, 'a', name));
    expect((await go(join(dir, 'm'), ['mod', 'vendor'])).code).toBe(0);
    expect(readFileSync(join(dir, 'm/vendor/m.test/a/a.go'), 'utf8')).toBe('package a\n');
    for (const name of ['b.go', 'LICENSE', 'asm.s']) {
      expect(() => readFileSync(join(dir, 'm/vendor/m.test/a', name)), name).toThrow('ENOENT');
    }
    symlinkSync('nowhere.go', join(dir, 'a/c.go'));
    expect(await go(join(dir, 'm'), ['mod', 'vendor'])).toMatchObject({ code: 1 });
  });
});

describe('C.10 mod edit', () => {
  test('-json of a new retraction beside other edits: go forgets it, we do not', async () => {
    const dir = folder({ 'go.mod': mod('m.test/main', '\nretract v1.0.0\n') });
    const args = ['mod', 'edit', '-retract=v1.1.0', '-require=m.test/a@v1.0.0', '-json'];
    const versions = (stdout: string) => JSON.parse(stdout).Retract.map((r: { Low: string }) => r.Low);
    expect(versions((await go(dir, args)).stdout)).toEqual(['v1.0.0']);
    expect(versions((await runCli(args, { cwd: dir })).stdout)).toEqual(['v1.0.0', 'v1.1.0']);
    await go(dir, args.slice(0, -1));
    expect(versions((await go(dir, ['mod', 'edit', '-json'])).stdout)).toEqual(['v1.1.0', 'v1.0.0']);
  });
  test('-ignore with brackets would make a line that nobody can read', async () => {
    const dir = folder({ 'go.mod': mod('m.test/main') });
    expect(await go(dir, ['mod', 'edit', '-ignore=a[b]'])).toMatchObject({
      code: 1,
      stderr: 'go: -ignore=a[b]: invalid path "a[b]"\n',
    });
    expect((await go(dir, ['mod', 'edit', '-ignore=./a'])).code).toBe(0);
    expect(readFileSync(join(dir, 'go.mod'), 'utf8')).toBe(mod('m.test/main', '\nignore ./a\n'));
  });
});
