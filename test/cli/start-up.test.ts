/** What a command loads before it does anything: start-up is most of the time of a small one. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, inject, test } from 'vitest';
import { useTempDir } from '../support/temp-dir.js';

const dist = fileURLToPath(new URL('../../dist/cli/', import.meta.url));
const program = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));
const { bytecodeFolder } = createRequire(program)('./load.js') as { bytecodeFolder(folder: string): string };
const newDir = useTempDir();
/** Other releases of node load the program in another way, and more of their own for it. */
const builtHere = existsSync(bytecodeFolder(dist));

beforeAll(() => {
  expect(inject('buildFailure')).toBe('');
});

interface Loaded {
  /** The files that were read. */
  readonly read: string[];
  /** The modules of node that were loaded. */
  readonly modules: string[];
  /** Whose bytecode V8 refused. */
  readonly refused: string[];
}

const counting = `
const fs = require('node:fs');
const vm = require('node:vm');
const { readFileSync, writeFileSync } = fs;
const { compileFunction } = vm;
const read = [];
const refused = [];
fs.readFileSync = (file, options) => {
  read.push(String(file));
  return readFileSync(file, options);
};
vm.compileFunction = (code, names, options) => {
  const result = compileFunction(code, names, options);
  if (result.cachedDataRejected !== false) refused.push(options.filename);
  return result;
};
process.on('exit', () => {
  writeFileSync(__filename + '.json', JSON.stringify({ read, refused, modules: process.moduleLoadList }));
});`;

/** Runs a script and counts what it loads. */
function load(...args: string[]): Loaded {
  const hook = join(newDir(), 'hook.cjs');
  writeFileSync(hook, counting);
  const env = { PATH: process.env.PATH, HOME: newDir() };
  const result = spawnSync(process.execPath, ['--require', hook, ...args], { cwd: newDir(), env, encoding: 'utf8' });
  expect(result).toMatchObject({ status: 0, stderr: '' });
  return JSON.parse(readFileSync(`${hook}.json`, 'utf8')) as Loaded;
}

/** The modules of node that a command loads, beyond those of an empty script. */
function ownModules({ modules }: Loaded): string[] {
  if (!builtHere) return [];
  const empty = join(newDir(), 'empty.cjs');
  writeFileSync(empty, '');
  const others = new Set(load(empty).modules);
  return modules.filter((name) => !others.has(name)).map((name) => name.replace(/^.* /, ''));
}

test.each(['version', 'env', 'help'])('%s loads no parser, no network, no archive and no foreign code', (command) => {
  const loaded = load(program, command);
  const files = loaded.read.filter(
    (file) => file.startsWith(dist) && file.endsWith('.cjs') && !file.includes(`${sep}bytecode-`),
  );
  const text = files.map((file) => readFileSync(file, 'utf8')).join('');
  expect(files.length).toBeGreaterThan(2);
  expect(files.length).toBeLessThan(18);
  expect(text.length).toBeLessThan(110_000);
  expect(text).not.toMatch(/node_modules\/(?:undici|yauzl|koffi|commander|chalk|get-east-asian-width|@noble)/);
  // node's streams alone take longer than the command
  expect(
    ownModules(loaded).filter((name) => /stream|net|tty|tls|http|crypto|promises|esm|worker|child/.test(name)),
  ).toEqual([]);
});

test('a command that asks nobody loads nothing of node’s network and cryptography', () => {
  const loaded = load(
    program,
    'mod',
    'edit',
    '-json',
    fileURLToPath(new URL('../../fixtures/modfile/every_directive.in', import.meta.url)),
  );
  expect(
    ownModules(loaded).filter((name) => /^(?:net|tls|https?|crypto|zlib|worker_threads|child_process)$/.test(name)),
  ).toEqual([]);
});

test.runIf(builtHere)('what the build has compiled is not compiled again', () => {
  expect(load(program, 'help').refused).toEqual([]);
});

test('no chunk of the program needs one that needs it: the constants that it takes from it would be undefined', () => {
  const requirements = (file: string) =>
    [
      ...readFileSync(join(dist, file), 'utf8').matchAll(
        /^(?:const .*= )?require\("\.\/([^"]+)"\);$|^\} = require\("\.\/([^"]+)"\);$/gm,
      ),
    ].map((m) => (m[1] ?? m[2])!);
  const files = readdirSync(dist).filter((file) => file.endsWith('.cjs'));
  const needs = new Map(files.map((file) => [file, requirements(file)]));
  const done = new Set<string>();
  const follow = (file: string, above: readonly string[]) => {
    expect(above).not.toContain(file);
    if (done.has(file)) return;
    done.add(file);
    for (const next of needs.get(file)!) follow(next, [...above, file]);
  };
  for (const file of files) follow(file, []);
  expect([...needs.values()].flat().length).toBeGreaterThan(100);
});
