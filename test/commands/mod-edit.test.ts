import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestRelease } from '../../src/gover/index.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

const goMod = `module example.com/m

go 1.24

require (
	example.com/a v1.0.0 // indirect
	example.com/b v1.2.0
)
`;

function folder(text = goMod): string {
  const dir = newDir();
  writeFileSync(join(dir, 'go.mod'), text);
  return dir;
}

const read = (dir: string, name = 'go.mod') => readFileSync(join(dir, name), 'utf8');
const [go126, go127] = ['1.26.8', '1.27.4'].map((TSGOGET_GO_VERSION) => ({ TSGOGET_GO_VERSION }));
const edit = (dir: string, args: string[], env: Record<string, string> = {}) =>
  runCli(['mod', 'edit', ...args], { as: 'go', cwd: dir, env });

describe('mod edit', () => {
  test('edits apply in the order given, after -module, -go and -toolchain', async () => {
    const dir = folder();
    const args = ['-droprequire=example.com/c', '-require=example.com/c@v1.0.0', '-require', 'example.com/b@master'];
    expect(await edit(dir, [...args, '-go=1.16', '-toolchain=go1.30.1', '-module=x'])).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(read(dir)).toBe(`module x

go 1.16

toolchain go1.30.1

require (
	example.com/a v1.0.0 // indirect
	example.com/b master
	example.com/c v1.0.0
)
`);
  });

  test('each kind of line can be added and dropped again', async () => {
    const dir = folder();
    const pairs: [string, string][] = [
      ['-require=x/y@v1.0.0', '-droprequire=x/y'],
      ['-exclude=x/y@v1.0.0', '-dropexclude=x/y@v1.0.0'],
      ['-replace=x/y@v1.0.0=../y', '-dropreplace=x/y@v1.0.0'],
      ['-retract=[v1.0.0, v1.2.0]', '-dropretract=[v1.0.0,v1.2.0]'],
      ['-tool=x/y/cmd', '-droptool=x/y/cmd'],
      ['-ignore=./out', '-dropignore=./out'],
      ['-godebug=panicnil=1', '-dropgodebug=panicnil'],
      ['-toolchain=default', '-toolchain=none'],
    ];
    await edit(
      dir,
      pairs.map(([add]) => add),
    );
    for (const line of [
      'x/y v1.0.0',
      'exclude x/y',
      '=> ../y',
      'retract [v1.0.0, v1.2.0]',
      'tool x',
      'ignore ./',
      'godebug p',
    ]) {
      expect(read(dir)).toContain(line);
    }
    await edit(
      dir,
      pairs.map(([, drop]) => drop),
    );
    expect(read(dir)).toBe(goMod);
  });

  test('-json as go 1.26 prints it: null for empty lists, GoDebug; nothing is written', async () => {
    const dir = folder('// Deprecated: use <n>\nmodule   m\nrequire a v1.0.0 // indirect\nretract v1.0.0 // why\n');
    const before = read(dir);
    const { code, stdout } = await edit(dir, ['-json', '-godebug=k=v', '-replace=b@v1=./b'], go126);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `{
	"Module": {
		"Path": "m",
		"Deprecated": "use \\u003cn\\u003e"
	},
	"GoDebug": [
		{
			"Key": "k",
			"Value": "v"
		}
	],
	"Require": [
		{
			"Path": "a",
			"Version": "v1.0.0",
			"Indirect": true
		}
	],
	"Exclude": null,
	"Replace": [
		{
			"Old": {
				"Path": "b",
				"Version": "v1"
			},
			"New": {
				"Path": "./b"
			}
		}
	],
	"Retract": [
		{
			"Low": "v1.0.0",
			"High": "v1.0.0",
			"Rationale": "why"
		}
	],
	"Tool": null,
	"Ignore": null
}
`,
    });
    expect(read(dir)).toBe(before);
  });

  test('-json as go 1.27 prints it: empty lists are left out, the module is not', async () => {
    const dir = folder('');
    expect(await edit(dir, ['-json', 'go.mod'], go127)).toMatchObject({
      code: 0,
      stdout: '{\n\t"Module": {\n\t\t"Path": ""\n\t}\n}\n',
    });
    const { stdout } = await edit(dir, ['-json', '-tool=x/y', '-toolchain=go1.30.1', 'go.mod'], go127);
    expect(JSON.parse(stdout)).toEqual({ Module: { Path: '' }, Toolchain: 'go1.30.1', Tool: [{ Path: 'x/y' }] });
  });

  test.each([
    [go126, '\\ufffd'],
    [go127, '\ufffd'],
  ])('-json of what is no UTF-8, by %j', async (release, char) => {
    const dir = newDir();
    writeFileSync(join(dir, 'go.mod'), Buffer.from('// Deprecated: caf\xe9\nmodule m\n', 'latin1'));
    expect((await edit(dir, ['-json'], release)).stdout).toContain(`"Deprecated": "caf${char}"`);
  });

  test('-print shows, -fmt writes, a file can be named, -modfile and -C too', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'other.mod'), 'module   other');
    expect((await edit(dir, ['-print', 'other.mod'])).stdout).toBe('module other\n');
    expect((await edit(dir, ['-print', '-modfile=other.mod'])).stdout).toBe('module other\n');
    expect(read(dir, 'other.mod')).toBe('module   other');
    expect((await runCli(['mod', 'edit', '-C', dir, '-fmt', 'other.mod'])).code).toBe(0);
    expect(read(dir, 'other.mod')).toBe('module other\n');
    expect(read(dir)).toBe(goMod);
  });

  test.each<[string[], string]>([
    [[], "no flags specified (see 'go help mod edit')."],
    [['-json', '-print'], 'cannot use both -json and -print'],
    [['-fmt', 'a', 'b'], 'too many arguments'],
    [['-require=x'], '-require=x: need path@version'],
    [['-require=x@'], '-require=x@: invalid version ""'],
    [['-require=x@v1 v2'], '-require=x@v1 v2: invalid version "v1 v2"'],
    [['-require=x@-v1'], '-require=x@-v1: invalid module version "-v1"'],
    [['-require=x!@v1'], `-require=x!@v1: invalid path: malformed import path "x!": invalid char '!'`],
    [['-droprequire=x@v1'], '-droprequire=x@v1: need just path, not path@version'],
    [['-exclude=x@v1'], '-exclude=x@v1: version "v1" invalid: must be of the form v1.2.3'],
    [['-replace=a'], '-replace=a: need old[@v]=new[@w] (missing =)'],
    [['-replace=a=>b'], '-replace=a=>b: separator between old and new is =, not =>'],
    [['-replace=a=b'], '-replace=a=b: unversioned new path must be local directory'],
    [
      ['-replace=./a=b@v1'],
      '-replace=./a=b@v1: invalid old path: malformed import path "./a": invalid path element "."',
    ],
    [['-retract=[v1.0.0'], '-retract=[v1.0.0: invalid version interval: "[v1.0.0"'],
    [['-godebug=a'], '-godebug=a: need key=value'],
    [['-godebug=a=b c'], '-godebug=a=b c: need key=value'],
    [['-ignore=a\nrequire x v1.0.0'], '-ignore=a\nrequire x v1.0.0: invalid path "a\\nrequire x v1.0.0"'],
    [['-module=a..'], 'invalid -module: malformed import path "a..": trailing dot in path element'],
    [['-module=go'], 'invalid -module: module path is reserved'],
    [['-go=1.x'], `invalid -go option; expecting something like "-go ${newestRelease}"`],
    [['-toolchain=go1. x'], `invalid -toolchain option; expecting something like "-toolchain go${newestRelease}"`],
    [['-fmt', 'nofile'], 'open nofile: no such file or directory'],
    [['-fmt', '-modfile=x'], '-modfile=x: file does not have .mod extension'],
  ])('%j is refused and leaves the file as it was', async (args, message) => {
    const dir = folder('module   m\n');
    expect(await edit(dir, args)).toEqual({ code: 1, stdout: '', stderr: `go: ${message}\n` });
    expect(read(dir)).toBe('module   m\n');
  });

  test('flag errors are usage errors', async () => {
    const { code, stderr } = await edit(folder(), ['-fmt=x']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `invalid boolean value "x" for -fmt: parse error\nusage: go mod edit [editing flags] [-fmt|-print|-json] [go.mod]\nRun 'go help mod edit' for details.\n`,
    );
    expect((await edit(folder(), ['-go'])).stderr).toContain('flag needs an argument: -go\nusage: ');
  });

  test('a file that cannot be parsed, or none', async () => {
    const dir = folder('module m\nfoo bar\n');
    expect(await edit(dir, ['-json', 'go.mod'])).toMatchObject({
      code: 1,
      stderr: 'go: errors parsing go.mod:\ngo.mod:2: unknown directive: foo\n',
    });
    expect((await edit(newDir(), ['-json'])).stderr).toContain(
      'go.mod file not found in current directory or any parent',
    );
    expect((await edit(folder(), ['-json'], { GO111MODULE: 'off' })).stderr).toBe(
      "go: modules disabled by GO111MODULE=off; see 'go help modules'\n",
    );
  });

  test('bytes that are not UTF-8 stay', async () => {
    const dir = newDir();
    const file = join(dir, 'go.mod');
    writeFileSync(file, Buffer.from('module m // caf\xe9\n', 'latin1'));
    await edit(dir, ['-go=1.20']);
    expect(readFileSync(file, 'latin1')).toBe('module m // caf\xe9\n\ngo 1.20\n');
  });

  test('edits at the same time: none is lost without being told', async () => {
    const dir = folder('module m\n');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const runs = await Promise.all(names.map((name) => edit(dir, [`-require=x/${name}@v1.0.0`])));
    for (const [i, { code, stderr }] of runs.entries()) {
      const isThere = read(dir).includes(`x/${names[i]} v1.0.0`);
      expect([isThere, code, stderr]).toEqual(
        isThere ? [true, 0, ''] : [false, 1, 'go: go.mod changed during editing; not overwriting\n'],
      );
    }
    expect(runs.some(({ code }) => code === 0)).toBe(true);
  });
});
