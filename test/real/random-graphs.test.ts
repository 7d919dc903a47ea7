/**
 * Random module graphs, read by the go command and by tsgoget from the same file:// proxy: the build list, the graph, what is
 * written to go.mod and go.sum, and the exit code must be the same. A graph that shows a difference is printed with its seed.
 * TSGOGET_RANDOM_GRAPHS says how many graphs (24), TSGOGET_RANDOM_SEED the first seed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createModuleZip } from '../support/module-zip-writer.js';
import { random } from './random.js';

const bin = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));
const hasGo = spawnSync('go', ['version']).status === 0;
const graphs = Number(process.env.TSGOGET_RANDOM_GRAPHS ?? 24);
const firstSeed = Number(process.env.TSGOGET_RANDOM_SEED ?? 1);
const root = mkdtempSync(join(tmpdir(), 'tsgoget-graphs-'));
afterAll(() => {
  spawnSync('chmod', ['-R', 'u+w', root]);
  rmSync(root, { recursive: true, force: true });
});

interface Universe {
  /** path → versions in order */
  readonly modules: Map<string, string[]>;
  /** path@version → go.mod text */
  readonly goMods: Map<string, string>;
  readonly main: string;
  readonly folders: Map<string, string>;
}

function makeUniverse(seed: number): Universe {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const chance = (p: number) => next() < p;
  const goLines = ['', '1.14', '1.16', '1.17', '1.18', '1.20', '1.21', '1.21.3', '1.22.0', '1.26'];
  const modules = new Map<string, string[]>();
  const count = 3 + Math.floor(next() * 10);
  for (let i = 0; i < count; i++) {
    const letter = String.fromCharCode(97 + i);
    const shape = next();
    const path =
      shape < 0.1
        ? `example.com/${letter}/v2`
        : shape < 0.2
          ? `example.com/Up/${letter}`
          : shape < 0.3
            ? `gopkg.in/${letter}.v1`
            : `example.com/${letter}`;
    const v = path.endsWith('/v2') ? 'v2' : path.startsWith('gopkg.in') ? 'v1' : pick(['v0', 'v1']);
    const versions = [
      `${v}.0.0`,
      `${v}.1.0`,
      `${v}.1.1`,
      `${v}.2.0-rc.1`,
      `${v}.2.0`,
      `${v}.2.1-0.20200102030405-abcdefabcdef`,
      `${v}.10.0`,
    ];
    if (/^example\.com\/[a-z]$/.test(path)) versions.push('v3.0.0+incompatible');
    modules.set(path, versions.filter(() => chance(0.6)).concat(`${v}.11.0`));
  }
  const paths = [...modules.keys()];
  const requires = (self: string, most: number) => {
    const lines: string[] = [];
    for (const path of paths) {
      if (path === self ? !chance(0.05) : !chance(most / paths.length)) continue;
      lines.push(`\t${path} ${pick(modules.get(path)!)}${chance(0.3) ? ' // indirect' : ''}`);
    }
    return lines.length === 0 ? '' : `require (\n${lines.join('\n')}\n)\n`;
  };
  const goLine = () => {
    const v = pick(goLines);
    return v === '' ? '' : `go ${v}\n`;
  };
  const goMods = new Map<string, string>();
  const retractions = (version: string) => {
    if (!chance(0.3)) return '';
    const major = version.slice(0, 2);
    return pick([
      `retract ${version} // itself\n`,
      `retract [${major}.0.0, ${major}.1.5] // old\n`,
      `retract (\n\t// worse\n\t${major}.2.0\n\t${major}.10.0\n)\n`,
    ]);
  };
  for (const [path, versions] of modules) {
    for (const version of versions) {
      const bare = version.endsWith('+incompatible');
      const rest = () =>
        `\n${goLine()}${chance(0.1) ? 'toolchain go1.23.4\n' : ''}\n${requires(path, 3)}${retractions(version)}`;
      const deprecated = !bare && chance(0.1) ? '// Deprecated: use something else\n' : '';
      goMods.set(`${path}@${version}`, `${deprecated}module ${path}\n${bare ? '' : rest()}`);
    }
  }
  const folders = new Map<string, string>();
  let edits = '';
  for (const path of paths) {
    if (chance(0.12)) edits += `exclude ${path} ${pick(modules.get(path)!)}\n`;
    if (chance(0.08)) {
      const other = pick(paths);
      const from = chance(0.5) ? path : `${path} ${pick(modules.get(path)!)}`;
      if (other !== path) edits += `replace ${from} => ${other} ${pick(modules.get(other)!)}\n`;
    } else if (chance(0.1)) {
      const folder = `./local/${folders.size}`;
      folders.set(folder, `module ${path}\n\n${goLine()}\n${requires(path, 2)}`);
      edits += `replace ${path} => ${folder}\n`;
    }
  }
  const main = `module example.com/main\n\n${goLine()}\n${requires('', 4)}${edits}`;
  return { modules, goMods, main, folders };
}

function write(dir: string, universe: Universe): void {
  for (const [path, versions] of universe.modules) {
    const folder = join(
      dir,
      'proxy',
      path.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`),
      '@v',
    );
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'list'), `${versions.filter((v) => !/-\d{14}-|-0\.\d{14}-/.test(v)).join('\n')}\n`);
    for (const version of versions) {
      const goMod = universe.goMods.get(`${path}@${version}`)!;
      writeFileSync(
        join(folder, `${version}.info`),
        JSON.stringify({ Version: version, Time: '2020-01-02T03:04:05Z' }),
      );
      writeFileSync(join(folder, `${version}.mod`), goMod);
      const files = [{ path: 'p.go', data: Buffer.from('package p\n') }];
      if (!version.endsWith('+incompatible')) files.push({ path: 'go.mod', data: Buffer.from(goMod) });
      writeFileSync(join(folder, `${version}.zip`), createModuleZip({ path, version }, files));
    }
  }
  for (const name of ['go', 'tsgoget']) {
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, 'go.mod'), universe.main);
    for (const [folder, text] of universe.folders) {
      mkdirSync(join(dir, name, folder), { recursive: true });
      writeFileSync(join(dir, name, folder, 'go.mod'), text);
    }
  }
}

const commands: string[][] = [
  ['list', '-m', 'all'],
  ['mod', 'graph'],
  ['list', '-m', '-mod=mod', 'all'],
  ['list', '-m', '-u', '-mod=mod', 'all'],
  ['list', '-m', '-json', '-mod=mod', 'all'],
  ['mod', 'download'],
  ['mod', 'verify'],
];

interface Seen {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly goMod: string;
  readonly goSum: string;
}

function run(dir: string, who: 'go' | 'tsgoget', args: string[]): Seen {
  const cwd = join(dir, who);
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    GOPATH: join(dir, `${who}-path`),
    GOMODCACHE: join(dir, `${who}-cache`),
    GOPROXY: `file://${join(dir, 'proxy')}`,
    GOSUMDB: 'off',
    GOFLAGS: '-modcacherw',
    GOENV: 'off',
    GOTOOLCHAIN: 'local',
    GOTELEMETRY: 'off',
  };
  const program = who === 'go' ? 'go' : process.execPath;
  const done = spawnSync(program, who === 'go' ? args : [goLink, ...args], { cwd, env, encoding: 'utf8' });
  const plain = (text: string) => text.replaceAll(`${dir}/${who}-`, 'DIR/').replaceAll(`${dir}/${who}`, 'MAIN');
  const read = (name: string) => {
    try {
      return readFileSync(join(cwd, name), 'utf8');
    } catch {
      return '';
    }
  };
  return {
    status: done.status,
    stdout: plain(done.stdout),
    stderr: plain(done.stderr),
    goMod: read('go.mod'),
    goSum: read('go.sum'),
  };
}

// a link named go, so that messages begin as go's do
const goLink = join(root, 'go');
if (hasGo) execFileSync('ln', ['-s', bin, goLink]);

describe.skipIf(!hasGo)('random graphs against the go command', () => {
  for (let seed = firstSeed; seed < firstSeed + graphs; seed++) {
    test(`seed ${seed}`, () => {
      const dir = join(root, String(seed));
      mkdirSync(dir);
      const universe = makeUniverse(seed);
      write(dir, universe);
      const [some = ''] = universe.modules.keys();
      const queries = ['latest', 'upgrade', 'patch', 'v1', '<v1.2.0', '>=v1.0.0'].map((q) => [
        'list',
        '-m',
        '-mod=mod',
        `${some}@${q}`,
      ]);
      const lists = [
        ['list', '-m', '-versions', some],
        ['list', '-m', '-versions', '-retracted', some],
      ];
      for (const args of [...commands, ...lists, ...queries]) {
        const want = run(dir, 'go', args);
        const got = run(dir, 'tsgoget', args);
        if (process.env.TSGOGET_RANDOM_SHOW)
          console.log(seed, args.join(' '), want.status, want.stdout.split('\n').length, want.stderr.slice(0, 200));
        expect({ seed, args, ...got }).toEqual({ seed, args, ...want });
      }
      spawnSync('chmod', ['-R', 'u+w', dir]);
      rmSync(dir, { recursive: true, force: true });
    });
  }
});
