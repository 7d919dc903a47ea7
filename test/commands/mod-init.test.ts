import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestRelease } from '../../src/gover/index.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

function folder(files: Record<string, string> = {}): string {
  const dir = newDir();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

const init = (dir: string, args: string[] = [], env: Record<string, string> = {}) =>
  runCli(['mod', 'init', ...args], { as: 'go', cwd: dir, env });
const read = (dir: string, name = 'go.mod') => readFileSync(join(dir, name), 'utf8');

describe('mod init', () => {
  test('writes module and go lines, and tells of tidy only where there is something to tidy', async () => {
    const empty = folder({ '.hidden/a.go': '', README: '' });
    expect(await init(empty, ['example.com/m'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'go: creating new go.mod: module example.com/m\n',
    });
    expect(read(empty)).toBe(`module example.com/m\n\ngo ${newestRelease}\n`);
    expect((await init(folder({ 'sub/x': '' }), ['m'])).stderr).toBe(
      'go: creating new go.mod: module m\ngo: to add module requirements and sums:\n\tgo mod tidy\n',
    );
  });

  test('the Go release is the one that GOTOOLCHAIN says', async () => {
    const dir = folder();
    await init(dir, ['m'], { GOTOOLCHAIN: 'go1.22.3' });
    expect(read(dir)).toBe('module m\n\ngo 1.22.3\n');
    expect((await init(folder(), ['m'], { GOTOOLCHAIN: 'bash' })).stderr).toBe('go: invalid GOTOOLCHAIN "bash"\n');
    expect((await init(folder(), ['m'], { GOTOOLCHAIN: 'go1.22+x' })).stderr).toBe(
      'go: invalid GOTOOLCHAIN "go1.22+x": only version suffixes are +auto and +path\n',
    );
  });

  test('never over a file that is there', async () => {
    const dir = folder({ 'go.mod': 'module old\n' });
    expect(await init(dir, ['m'])).toMatchObject({ code: 1, stderr: `go: ${dir}/go.mod already exists\n` });
    expect(read(dir)).toBe('module old\n');
    expect((await init(dir, ['m', '-modfile=x'])).stderr).toBe("go: 'go mod init' accepts at most one argument\n");
    expect((await init(dir, ['-modfile=other.mod', 'm'])).code).toBe(0);
    expect(read(dir, 'other.mod')).toContain('module m\n');
  });

  test.each([
    ['1.26.8', 'other.mod', 'go: creating new go.mod: module m\n'],
    ['1.27.4', 'other.mod', 'go: creating new go.mod (using -modfile path other.mod): module m\n'],
    ['1.27.4', '/other.mod', 'go: creating new go.mod (using -modfile path other.mod): module m\n'],
  ])('by %s tells of -modfile=%s: %s', async (TSGOGET_GO_VERSION, name, words) => {
    const dir = folder();
    const file = name.startsWith('/') ? dir + name : name;
    const { stderr } = await init(dir, [`-modfile=${file}`, 'm'], { TSGOGET_GO_VERSION });
    expect(stderr).toBe(words);
    expect(read(dir, 'other.mod')).toBe(`module m\n\ngo ${TSGOGET_GO_VERSION}\n`);
  });

  test('infers the path from import comments and from GOPATH', async () => {
    const own = folder({ 'a.go': '// x\npackage a // import "example.com/own"\n' });
    await init(own);
    expect(read(own)).toContain('module example.com/own\n');
    const below = folder({ 'sub/a.go': 'package a // import "example.com/own/sub"\r\n' });
    await init(below);
    expect(read(below)).toContain('module example.com/own\n');
    const gopath = folder({ 'src/example.com/p/x': '', 'src/a b/x': '' });
    await init(join(gopath, 'src/example.com/p'), [], { GOPATH: gopath });
    expect(read(gopath, 'src/example.com/p/go.mod')).toContain('module example.com/p\n');
    expect((await init(join(gopath, 'src/a b'), [], { GOPATH: gopath })).stderr).toContain(
      `(bad module path inferred from directory in GOPATH: malformed import path "a b": invalid char ' ')`,
    );
    const none = folder({ 'a.go': 'package a // import "../x"\n' });
    expect((await init(none)).stderr).toContain('malformed module path "../x": is a local import path');
    expect(existsSync(join(none, 'go.mod'))).toBe(false);
    expect((await init(folder())).stderr).toContain(
      '(outside GOPATH, module path must be specified)\n\nExample usage:\n\t',
    );
  });

  test.each([
    ['.', 'malformed module path ".": is a local import path'],
    ['foo bar', `malformed module path "foo bar": invalid char ' '`],
    ['toolchain', 'invalid module path "toolchain": module path is reserved'],
    ['example.com/m/v1', 'are only allowed for v2 or later:\n\tgo mod init example.com/m/v2'],
    ['example.com/m/v03', 'are only allowed for v2 or later:\n\tgo mod init example.com/m/v3'],
    ['example.com/m/v.5.3', 'are only allowed for v2 or later:\n\tgo mod init example.com/m/v5'],
    ['gopkg.in/u/p', 'suffix in the form of .vN:\n\tgo mod init gopkg.in/u/p.v1'],
    ['gopkg.in/u/p/v2', 'suffix in the form of .vN:\n\tgo mod init gopkg.in/u/p.v2'],
    ['gopkg.in/u2/p', 'suffix in the form of .vN:\n\tgo mod init gopkg.in/u2/p.v1'],
  ])('%s is refused', async (path, words) => {
    const dir = folder();
    const { code, stderr } = await init(dir, [path]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${words}\n`);
    expect(existsSync(join(dir, 'go.mod'))).toBe(false);
  });

  test('GO111MODULE', async () => {
    expect((await init(folder(), ['m'], { GO111MODULE: 'off' })).stderr).toBe(
      "go: modules disabled by GO111MODULE=off; see 'go help modules'\n",
    );
    expect((await init(folder(), ['m'], { GO111MODULE: 'x' })).stderr).toBe(
      'go: unknown environment setting GO111MODULE=x\n',
    );
  });
});
