/** README's example, run and type-checked as it stands there by a person who installed the package; and what the package exports. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../src/client/client.js';
import { removeTree } from '../../src/files/folder.js';
import { type RunningWorld, startWorld } from '../process/world.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { exports: doors } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
};

let world: RunningWorld;
let folder: string;

/** Runs a program in a folder where `tsgoget` is installed. */
const runNode = (
  source: string,
  env: Readonly<Record<string, string | undefined>> = { ...process.env, ...world.env },
) => {
  const file = join(folder, 'example.mjs');
  writeFileSync(file, source);
  return promisify(execFile)(process.execPath, [file], { cwd: folder, env });
};

/** What the compiler says of a program there, against the types that the package publishes. */
async function complaints(source: string): Promise<string> {
  const file = join(folder, 'example.mts');
  writeFileSync(file, source);
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', ...types];
  const run = promisify(execFile)(process.execPath, [compiler, ...options, file], { cwd: folder });
  return run.then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

beforeAll(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), 'tsgoget-readme-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'tsgoget'), 'junction');
});
afterAll(async () => {
  await removeTree(folder);
  await world.close();
});

describe('the example', () => {
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  test('has 12 lines', () => expect(example.trimEnd().split('\n')).toHaveLength(12));
  test('prints the build list with its proofs, and the zip', async () => {
    const { stdout, stderr } = await runNode(example);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, -1)).toEqual([
      'example.com/greet v1.3.0 proven by sumdb',
      'example.com/words v0.3.1 proven by sumdb',
    ]);
    expect(lines.at(-1)).toBe(`${world.downloaded('example.com/greet/@v/v1.3.0.zip')} sumdb`);
  });
  test('compiles under strict', async () => {
    expect(await complaints(example)).toBe('');
    expect(await complaints(example.replace('proof.by);', 'proof.nothing);'))).toContain("'nothing' does not exist");
  });
});

test('a client without options goes by the environment, the GOENV file and the defaults, as go does', async () => {
  const { HTTP_PROXY, HTTPS_PROXY, GOPROXY, GOSUMDB } = world.env;
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'goenv'), `GOPROXY=${GOPROXY}\n`);
  const plain = { PATH: process.env.PATH, HOME: home, USERPROFILE: home, GOENV: join(home, 'goenv') };
  const source = `
    import { createClient } from 'tsgoget';
    const client = createClient();
    console.log((await client.zip('example.com/greet', 'v1.3.0')).file);
    await client.close();`;
  const { stdout } = await runNode(source, { ...plain, HTTP_PROXY, HTTPS_PROXY, GOSUMDB });
  expect(stdout.trimEnd()).toBe(join(home, 'go/pkg/mod/cache/download/example.com/greet/@v/v1.3.0.zip'));
});

test('README names every function of a client', async () => {
  const client = createClient({ env: world.env });
  await client.close();
  for (const name of Object.keys(client)) expect(readme).toContain(`\`${name}\``);
});

test('every subpath that package.json exports can be imported, and README names it', async () => {
  const subpaths = Object.keys(doors).filter((name) => !name.endsWith('.json') && !name.includes('*'));
  const source = subpaths
    .map((name) => `console.log(Object.keys(await import('tsgoget${name.slice(1)}')).length > 0)`)
    .join('\n');
  const { stdout } = await runNode(source);
  expect(stdout).toBe('true\n'.repeat(subpaths.length));
  for (const name of subpaths) expect(readme).toContain(name === '.' ? "from 'tsgoget'" : `/${name.slice(2)}`);
});

test('types are published for every subpath', () => {
  for (const door of Object.values(doors)) {
    if (typeof door === 'object') expect(readFileSync(join(root, door.types), 'utf8')).not.toBe('');
  }
});
