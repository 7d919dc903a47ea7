/** The file of `go env -w`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkBuildSettings, checkEnvWrite, writeEnvFile } from '../../src/goenv/env-write.js';
import { editEnvFile, parseEnvFile, readGoEnv } from '../../src/goenv/index.js';
import { useTempDir } from '../support/temp-dir.js';

const home = useTempDir()();
const envWith = (env: Record<string, string> = {}) =>
  readGoEnv({ env: { HOME: home, ...env }, platform: 'linux', arch: 'x64', cwd: '/' });

describe('parseEnvFile', () => {
  test.each<[string, [string, string][]]>([
    ['', []],
    ['A=1', [['A', '1']]],
    ['A=1\nA=2\n', [['A', '2']]],
    ['A=b=c\n', [['A', 'b=c']]],
    ['A=\n', [['A', '']]],
    ['# A=1\n a=1\nb=2\n=3\nNOEQUALS\n', []],
    ['A= x \r\n', [['A', ' x \r']]],
    ['__proto__=1\nP=1', [['P', '1']]],
  ])('%j', (text, want) => expect([...parseEnvFile(text)]).toEqual(want));
});

describe('editEnvFile', () => {
  const edit = (text: string, set: Record<string, string>, unset: string[] = []) =>
    editEnvFile(text, { set: new Map(Object.entries(set)), unset: new Set(unset) });

  test.each<[string, Record<string, string>, string[], string]>([
    ['', { A: '1' }, [], 'A=1\n'],
    ['A=1', { A: '2' }, [], 'A=2\n'],
    ['B=1\n', { A: '2' }, [], 'A=2\nB=1\n'],
    ['A=1\nB=2\n', {}, ['A'], 'B=2\n'],
    ['A=1\nA=2\n', {}, [], 'A=2\n'],
    ['A=1\n', {}, ['X'], 'A=1\n'],
    ['B=1\nA=2\n\n# note\nD=1\nC=2\n', {}, [], 'A=2\nB=1\n\n# note\nC=2\nD=1\n'],
    ['# c\n', { A: '1' }, [], '# c\nA=1\n'],
    ['GOARCH=x\nGO=1\nGO386=2\n', {}, [], 'GO=1\nGO386=2\nGOARCH=x\n'],
  ])('%j with %o without %j', (text, set, unset, want) => expect(edit(text, set, unset)).toBe(want));

  test('what is set is read back, and nothing else changes', () => {
    const key = fc.stringMatching(/^GO[A-Z]{1,4}$/);
    const value = fc.string().map((s) => s.replace(/[\n\r]/g, ''));
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.dictionary(key, value, { minKeys: 1 }), (before, set) => {
        const text = edit('# note\n', before);
        expect(Object.fromEntries(parseEnvFile(edit(text, set)))).toEqual({ ...before, ...set });
        expect(Object.fromEntries(parseEnvFile(edit(text, set, [])))).toMatchObject(set);
        expect(edit(edit(text, set), {}, Object.keys(set))).not.toMatch(
          new RegExp(`^(?:${Object.keys(set).join('|')})=`, 'm'),
        );
      }),
    );
  });
});

describe('checkEnvWrite', () => {
  test.each([
    ['GOGC', 'off', 'unknown go command variable GOGC'],
    ['GOEXE', '.bat', 'GOEXE cannot be modified'],
    ['GOVERSION', 'x', 'GOVERSION cannot be modified'],
    ['GOENV', '/env', 'GOENV can only be set using the OS environment'],
    ['GODEBUG', 'x=1', 'GODEBUG can only be set using the OS environment'],
    ['GO111MODULE', 'badvalue', 'invalid GO111MODULE value "badvalue"'],
    ['GOPATH', '~/go', 'GOPATH entry cannot start with shell metacharacter \'~\': "~/go"'],
    ['GOPATH', './go', 'GOPATH entry is relative; must be absolute path: "./go"'],
    ['GOMODCACHE', '~/test', 'GOMODCACHE entry is relative; must be absolute path: "~/test"'],
    ['GOTMPDIR', 'x', 'GOTMPDIR must be an absolute path'],
    ['CC', './clang', 'CC entry is relative; must be absolute path: "./clang"'],
    ['CXX', 'bin/clang -O2', 'CXX entry is relative; must be absolute path: "bin/clang"'],
    ['CC', '  ', 'CC entry cannot contain only space'],
    ['CC', '"x', 'invalid CC: unterminated " string'],
    ['GOFLAGS', 'a\0b', 'invalid NUL in GOFLAGS=... value'],
    ['GOFLAGS', 'a\nGOPROXY=evil', 'invalid newline in GOFLAGS=... value'],
    ['GOFLAGS', '\ud800', 'invalid UTF-8 in GOFLAGS=... value'],
  ])('%s=%j is refused', (name, value, message) => {
    expect(() => checkEnvWrite(envWith(), name, value)).toThrow(
      expect.objectContaining({ code: 'invalid-setting', message }),
    );
  });

  test.each([
    ['GOPATH', '/x'],
    ['GOPATH', ''],
    ['CC', 'clang -m64'],
    ['CC', "'/my tools/cc' -O2"],
    ['GO111MODULE', 'auto'],
    ['GOARM', '5'],
    ['CGO_CFLAGS_ALLOW', '.*'],
  ])('%s=%j is fine', (name, value) => expect(() => checkEnvWrite(envWith(), name, value)).not.toThrow());
});

test.each([
  ['linuxx', 'amd64', '', 'unsupported GOOS/GOARCH pair linuxx/amd64'],
  ['android', 's390x', '', 'unsupported GOOS/GOARCH pair android/s390x'],
  ['linux', 'amd64', 'badexp', 'unknown GOEXPERIMENT badexp'],
  ['linux', 'amd64', 'nofieldtrack,nobadexp', 'unknown GOEXPERIMENT badexp'],
])('GOOS=%s GOARCH=%s GOEXPERIMENT=%s is refused', (GOOS, GOARCH, GOEXPERIMENT, message) => {
  expect(() => checkBuildSettings({ GOOS, GOARCH, GOEXPERIMENT }, '1.26.8')).toThrow(message);
  expect(() =>
    checkBuildSettings({ GOOS: 'linux', GOARCH: 'riscv64', GOEXPERIMENT: 'none,nosimd,arenas' }, '1.26.8'),
  ).not.toThrow();
});

test.each([
  ['1.26.8', ['openbsd/mips64', 'freebsd/riscv64', 'linux/sparc64'], ['goroutineleakprofile', 'noregabi']],
  ['1.27.4', ['freebsd/riscv64', 'linux/sparc64'], ['mapsplitgroup', 'noregabi']],
])('platforms and experiments that came or went: %s has %j and %j', (release, pairs, names) => {
  const isKnown = (pair: string, GOEXPERIMENT: string) => {
    const [GOOS = '', GOARCH = ''] = pair.split('/');
    try {
      checkBuildSettings({ GOOS, GOARCH, GOEXPERIMENT }, release);
      return true;
    } catch {
      return false;
    }
  };
  const allPairs = ['openbsd/mips64', 'freebsd/riscv64', 'linux/sparc64', 'windows/arm'];
  expect(allPairs.filter((pair) => isKnown(pair, ''))).toEqual(pairs);
  const allNames = ['goroutineleakprofile', 'mapsplitgroup', 'noregabi', 'swissmap'];
  expect(allNames.filter((name) => isKnown('linux/amd64', name))).toEqual(names);
});

test.each([
  [{}, 'linux', 'neither $XDG_CONFIG_HOME nor $HOME are defined'],
  [{ XDG_CONFIG_HOME: 'rel', GOENV: 'off' }, 'linux', 'path in $XDG_CONFIG_HOME is relative'],
  [{}, 'darwin', '$HOME is not defined'],
  [{}, 'win32', '%AppData% is not defined'],
] as const)('%j on %s: nowhere to write', (variables, platform, why) => {
  const env = readGoEnv({ env: variables, platform, arch: 'x64', cwd: '/' });
  expect(() => writeEnvFile(env, {})).toThrow(`cannot find go env config: ${why}`);
});

test('the file is written, its folder made, and what was there kept', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tsgoget-env-'));
  try {
    const file = join(dir, 'new/go/env');
    const env = envWith({ GOENV: file });
    writeEnvFile(env, { set: new Map([['GOPROXY', 'off']]) });
    await writeFile(file, `# mine\n${await readFile(file, 'utf8')}`);
    writeEnvFile(env, { set: new Map([['CC', 'xyc']]) });
    expect(await readFile(file, 'utf8')).toBe('# mine\nCC=xyc\nGOPROXY=off\n');
    writeEnvFile(env, { unset: new Set(['CC']) });
    expect(envWith({ GOENV: file })).toMatchObject({ GOPROXY: 'off', CC: 'gcc' });
    const nowhere = envWith({ GOENV: join(dir, 'none') });
    expect(() => writeEnvFile(nowhere, { unset: new Set(['CC']) })).toThrow('reading go env config');
    const folder = envWith({ GOENV: dir });
    expect(() => writeEnvFile(folder, { set: new Map([['CC', 'x']]) })).toThrow(
      `reading go env config: read ${dir}: is a directory`,
    );
    // as in go, GOENV=off is no reason not to write
    writeEnvFile(envWith({ GOENV: 'off', XDG_CONFIG_HOME: dir }), { set: new Map([['GOPROXY', 'off']]) });
    expect(await readFile(join(dir, 'go/env'), 'utf8')).toBe('GOPROXY=off\n');
  } finally {
    await rm(dir, { recursive: true });
  }
});
