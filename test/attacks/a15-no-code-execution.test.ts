/**
 * A15: code that fetching runs. CVE-2023-39320 (toolchain line), CVE-2025-4674 (VCS settings in a checkout),
 * CVE-2018-16873 and CVE-2017-15041 (go get runs a VCS), CVE-2021-3115 (go from the folder it stands in),
 * CVE-2026-27140 (cgo and SWIG).
 *
 * Nothing is started at all: every path that fetches runs here as a process in which starting one is fatal.
 * The exceptions: `verify --changed` asks git about the user's own checkout, and GOAUTH may name programs of the user, which are run for
 * https requests (test/http/goauth.test.ts); see the gate at the end.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandTable } from '../../src/commands/table.js';
import { type RunningWorld, startWorld } from '../process/world.js';
import { startClosedDoor } from '../support/closed-door.js';
import { type MirrorModule, startMirror } from '../support/fixture-mirror.js';
import { createAuthority } from '../support/self-signed.js';

const guard = pathToFileURL(fileURLToPath(new URL('../support/no-process.mjs', import.meta.url))).href;
const NODE_OPTIONS = `--import ${guard}`;
const touched = 'touch "$HOME/executed"';

/** Everything in it is there to be run by someone. */
const hostile: MirrorModule = {
  path: 'example.com/hostile',
  version: 'v1.0.0',
  files: {
    'go.mod':
      'module example.com/hostile\n\ngo 1.21\n\ntoolchain go1.21.99-/../../evil\n\ntool example.com/hostile/cmd\n',
    'package.json': JSON.stringify({ name: 'x', scripts: { install: touched, postinstall: touched } }),
    'index.js': 'throw new Error("executed")',
    '.npmrc': `node-options=--require ./index.js\n`,
    '.git/hooks/post-checkout': `#!/bin/sh\n${touched}\n`,
    'go.work': 'go 1.21\n',
    'a.go': `package a\n\n// #cgo LDFLAGS: -fplugin=evil.so\nimport "C"\n\n//go:generate sh -c '${touched}'\n`,
    'x.swig': '%insert(begin) %{ evil %}\n',
    'init.mjs': 'process.exit(96)',
  },
};
const hostileGoMod: MirrorModule = {
  path: 'example.com/newer',
  version: 'v1.0.0',
  files: { 'go.mod': 'module example.com/newer\n\ngo 1.99.0\n\ntoolchain go1.99.0\n' },
};

let world: RunningWorld;
let checkout: string;
beforeAll(async () => {
  world = await startWorld({ modules: [hostile, hostileGoMod] });
  // a checkout that would like to be asked by git, go, node or npm
  checkout = world.mainModule({
    'go.mod':
      'module example.com/me\n\ngo 1.21\n\nrequire (\n\texample.com/app v1.0.0\n\texample.com/hostile v1.0.0\n)\n',
    '.git/config': `[core]\n\tfsmonitor = ${touched}\n\tsshCommand = ${touched}\n`,
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.hg/hgrc': `[hooks]\npre-status = ${touched}\n`,
    'package.json': '{"type":"module","main":"evil.js"}',
    'tsgoget.config.js': 'process.exit(96)',
    'node_modules/koffi/index.js': 'process.exit(96)',
    'node_modules/undici/index.js': 'process.exit(96)',
  });
  for (const name of ['go', 'git', 'hg', 'tsgoget']) {
    writeFileSync(join(checkout, name), `#!/bin/sh\n${touched}\n`, { mode: 0o755 });
  }
});
afterAll(() => world.close());

/** Runs with the folder itself first in PATH, and no way to start anything. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const PATH = `.:${checkout}:${process.env.PATH}`;
  const result = await world.run(args, { cwd: checkout, env: { HOME: world.dir, PATH, NODE_OPTIONS, ...env } });
  const output = result.stdout + result.stderr;
  expect([args, output.includes('process creation'), result.code < 90], output).toEqual([args, false, true]);
  expect(readdirSync(world.dir)).not.toContain('executed');
  return result;
}

const isThere = (name: string) => commandTable.some((row) => row.name === name);

describe('CVE-2023-39320, CVE-2025-4674, CVE-2018-16873, CVE-2017-15041, CVE-2021-3115, CVE-2026-27140: nothing is started', () => {
  test('the guard guards', () => {
    const start = ['--import', guard, '-e'];
    for (const code of [
      'require("child_process").spawnSync("true")',
      'import("node:child_process").then((m) => m.exec("true"))',
      'new (require("child_process").ChildProcess)().spawn({ file: "true", args: [] })',
    ]) {
      expect(spawnSync(process.execPath, [...start, code]).status).toBe(97);
    }
    expect(spawnSync(process.execPath, [...start, '1']).status).toBe(0);
  });

  test('by resolving, downloading and extracting a graph with a module that is all traps', async () => {
    expect(await run(['resolve', '--download', '-mod=mod'])).toMatchObject({ code: 0 });
    expect(await run(['mod', 'download', '-json', 'all'])).toMatchObject({ code: 0 });
    await run(['list', '-m', '-u', '-versions', '-json', 'all']);
    expect(await run(['mod', 'graph'])).toMatchObject({ code: 0 });
    expect(await run(['mod', 'verify'])).toMatchObject({ code: 0 });
    const folder = join(world.modcache, 'example.com/hostile@v1.0.0');
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toContain('postinstall');
  });

  test('by proving and explaining', async () => {
    if (isThere('verify')) expect((await run(['verify'])).code).toBeLessThan(2);
    if (isThere('explain-mismatch')) await run(['explain-mismatch', 'example.com/hostile@v1.0.0']);
    if (isThere('sumdb lookup')) await run(['sumdb', 'lookup', 'example.com/hostile@v1.0.0']);
    if (isThere('sumdb monitor')) await run(['sumdb', 'monitor']);
    if (isThere('proof export')) await run(['proof', 'export']);
  });

  test('by a toolchain or go line that names a release: it is refused or passed over, never fetched and run', async () => {
    for (const [GOTOOLCHAIN, follows] of [
      ['auto', false],
      ['path', false],
      ['go1.99.0', true], // the release is followed, in what it resolves; there is nothing to run
    ] as const) {
      const { code, stderr } = await run(['mod', 'download', 'example.com/newer@v1.0.0'], { GOTOOLCHAIN });
      const isTooNew = stderr.includes('requires go >= 1.99');
      expect([GOTOOLCHAIN, code, isTooNew]).toEqual(follows ? [GOTOOLCHAIN, 0, false] : [GOTOOLCHAIN, 1, true]);
    }
    expect(world.mirror.paths().filter((p) => /toolchain.*\.zip/.test(p))).toEqual([]);
  });

  test('by settings that name commands', async () => {
    await using door = await startClosedDoor();
    for (const [name, value] of [
      ['GOPROXY', 'direct'],
      ['GOPROXY', `${world.mirror.url}/nothing-here,direct`],
      ['GOVCS', '*:all'],
      ['GOAUTH', `./go ${touched}`], // of no use without TLS
      ['GOAUTH', `git ${checkout}`],
      ['GOFLAGS', '-toolexec=./go'],
      ['GOROOT', checkout],
    ] as const) {
      const { code } = await run(['mod', 'download', 'example.com/words@v0.5.0-beta.1'], {
        [name]: value,
        ...door.env,
      });
      expect([name, value, [0, 1].includes(code)]).toEqual([name, value, true]);
    }
    // direct asks the module's site where it comes from, and nobody else anything
    expect(door.asked.filter((url) => url !== 'example.com:443')).toEqual([]);
  });

  test('by an https server that wants a password, with GOAUTH=netrc and off', async () => {
    const authority = createAuthority();
    const tls = authority.issue(['127.0.0.1']);
    await using mirror = await startMirror({ modules: [hostile], tls, user: 'me:pw' });
    const SSL_CERT_FILE = join(world.dir, 'ca.pem');
    const NETRC = join(world.dir, 'netrc');
    writeFileSync(SSL_CERT_FILE, authority.ca);
    writeFileSync(NETRC, `machine 127.0.0.1:${mirror.port} login me password pw\n`);
    const settings = {
      GOPROXY: mirror.url,
      SSL_CERT_FILE,
      NETRC,
      GOSUMDB: 'off',
      GOMODCACHE: join(world.dir, 'other'),
    };
    for (const [GOAUTH, code] of [
      ['off', 1],
      ['netrc', 0],
    ] as const) {
      const { code: got } = await run(['mod', 'download', 'example.com/hostile@v1.0.0'], { ...settings, GOAUTH });
      expect([GOAUTH, got]).toEqual([GOAUTH, code]);
    }
  });

  test('CVE-2021-3115: nothing of the folder it stands in is loaded, whatever it is called', async () => {
    mkdirSync(join(checkout, 'dist/cli'), { recursive: true });
    for (const name of ['dist/cli/main.cjs', 'commander.js', 'undici.js', 'index.js', 'bin.js']) {
      writeFileSync(join(checkout, name), 'process.exit(96)');
    }
    expect(await run(['resolve', 'example.com/words@v0.3.1'])).toMatchObject({ code: 0 });
  });
});

describe('the source', () => {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(root, name), 'utf8')] as const);
  const naming = (pattern: RegExp) => files.filter(([, text]) => pattern.test(text)).map(([name]) => name);

  test('one file can start a process, for the user’s own GOAUTH and the reader of the user’s own git repository', () => {
    expect(naming(/child_process|node:cluster|process\.binding/)).toEqual(['process/run-program.ts']);
    expect(naming(/run-program\.js/).sort()).toEqual([
      'http/git-credential.ts',
      'http/goauth.ts',
      'vcs/git-repository.ts',
    ]);
  });

  test('no text becomes code: no eval, no vm, no addon by name', () => {
    expect(naming(/\beval\(|new Function\b|node:vm\b|process\.dlopen|\bWebAssembly\b|_load\b/)).toEqual([]);
  });

  test('what is imported is written out where it is imported', () => {
    expect(naming(/\bimport\(\s*(?!['"])[^)]/)).toEqual([]);
    expect(naming(/(?<![.\w] *)\brequire\(\s*(?!['"m])/)).toEqual([]);
  });
});
