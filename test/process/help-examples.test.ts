/**
 * Every example that `help` shows is run, as it stands, in a world where it makes sense: what a new user copies has to work.
 * The table is the list, so a new command is in it; the world below has what the examples name.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { commandTable } from '../../src/commands/table.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

vi.setConfig({ testTimeout: 60_000 });

const mod = (version: string): MirrorModule => ({
  path: 'example.com/mod',
  version,
  revisions: [],
  files: {
    'go.mod': 'module example.com/mod\n\ngo 1.21\n',
    'pkg/pkg.go': 'package pkg\n',
    'cmd/name/main.go': 'package main\n\nfunc main() {}\n',
    LICENSE: 'Free.\n',
  },
});
const modules: readonly MirrorModule[] = [
  mod('v1.2.0'),
  mod('v1.2.2'),
  mod('v1.2.3'),
  {
    path: 'golang.org/toolchain',
    version: 'v0.0.1-go1.26.8.linux-amd64',
    files: { 'go.mod': 'module golang.org/toolchain\n' },
  },
];

const goSum = modules
  .filter((m) => m.version === 'v1.2.2')
  .map((m) => ({ ...m, sums: sumsOf(m) }))
  .map(({ path, version, sums }) => `${path} ${version} ${sums.zip}\n${path} ${version}/go.mod ${sums.mod}\n`)
  .join('');

/** A main module that uses a package of example.com/mod, beside a module in ./tools. */
const app: Readonly<Record<string, string>> = {
  'go.mod': 'module example.com/app\n\ngo 1.21\n\nrequire example.com/mod v1.2.2\n',
  'go.sum': goSum,
  'app.go': 'package app\n\nimport _ "example.com/mod/pkg"\n',
  'tools/go.mod': 'module example.com/tools\n\ngo 1.21\n',
  'tools/tools.go': 'package tools\n',
};
const goWork = 'go 1.21\n\nuse .\n';

/** The folder in which the examples of a command make sense. */
function folderFor(command: string, world: RunningWorld): string {
  if (command === 'mod init') return world.mainModule({ 'app.go': 'package app\n' });
  const isInWorkspace = command.startsWith('work ') && command !== 'work init';
  return world.mainModule(isInWorkspace ? { ...app, 'go.work': goWork } : app);
}

/** What an example needs besides, by what it begins with. */
const preparations: Readonly<Record<string, (world: RunningWorld, folder: string) => Promise<void> | void>> = {
  'verify -changed': (_world, folder) => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: folder,
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  },
  'verify -proof': async (world, folder) => {
    expect((await world.run(['proof', 'export'], { cwd: folder })).code).toBe(0);
  },
  'sumdb check': (world, folder) => {
    writeFileSync(join(folder, 'old.txt'), world.log.note(3));
    writeFileSync(join(folder, 'new.txt'), world.log.note());
  },
};

const examples = await Promise.all(
  commandTable.map(async (row) => ({ command: await row.load(), examples: (await row.load()).examples ?? [] })),
);
const home = mkdtempSync(join(tmpdir(), 'tsgoget-examples-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('help', () => {
  test.each(examples)(
    '$command.name has an example, and says where it differs from go if go has it',
    ({ command, examples }) => {
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(`${example} `.startsWith(`${command.name} `)).toBe(true);
      expect(command.details.length).toBeGreaterThan(20);
    },
  );

  const all = examples.flatMap(({ command, examples }) => examples.map((example) => ({ name: command.name, example })));
  test.each(all)('example: $example', async ({ name, example }) => {
    await using world = await startWorld({ modules });
    const folder = folderFor(name, world);
    const goEnvFile = join(home, example.replace(/\W+/g, '-'), 'env');
    mkdirSync(dirname(goEnvFile), { recursive: true });
    const env = { GOENV: goEnvFile };
    for (const [start, prepare] of Object.entries(preparations)) {
      if (example.startsWith(start)) await prepare(world, folder);
    }
    const words = example.replace('name+hash+key', world.log.verifierKey).split(' ');
    const { code, stderr } = await world.run(words, { cwd: folder, env });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });
});
