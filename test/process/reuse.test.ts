/** -reuse against a proxy, which cannot say that nothing has changed: everything is looked up again, whatever the file claims. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWorld } from './world.js';

const origin = { VCS: 'git', URL: 'https://example.com/r', Hash: '0123', Ref: 'refs/tags/v1.0.0', RepoSum: 'r1:x' };
const described = {
  path: 'example.com/described',
  version: 'v1.0.0',
  revisions: ['main'],
  files: { 'go.mod': 'module example.com/described\n\ngo 1.20\n' },
  info: { Version: 'v1.0.0', Time: '2024-01-02T03:04:05Z', Origin: { ...origin, TagSum: 't1:y', TagPrefix: 'sub/' } },
};

test('mod download: the origin of what is named, none for what was chosen from a list; nothing is reused', async () => {
  await using world = await startWorld({ modules: [described] });
  const args = ['mod', 'download', '-json', 'example.com/described@v1.0.0', 'example.com/described@latest'];
  const first = await world.run(args);
  expect(first.code).toBe(0);
  const [named, latest] = first.stdout.split(/^(?=\{)/m).map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(named).toMatchObject({ Version: 'v1.0.0', Origin: { ...origin, TagSum: 't1:y', TagPrefix: 'sub/' } });
  expect(latest).toMatchObject({ Version: 'v1.0.0', Query: 'latest' });
  expect(latest).not.toHaveProperty('Origin');

  const forged = JSON.stringify({ ...named, Version: 'v9.9.9', Query: 'latest' });
  writeFileSync(join(world.outside, 'old.json'), `${first.stdout}${forged}`);
  const again = await world.run(['mod', 'download', '-reuse=old.json', ...args.slice(2)]);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).not.toContain('v9.9.9');
  expect(again.stdout).not.toContain('"Reuse"');
  expect(again.stdout).toContain('"Zip"');
  // from the cache: what is not the same from day to day is not kept there
  expect(again.stdout).not.toContain('TagSum');
});

test('list -m: as mod download; -e hides a file that cannot be read', async () => {
  await using world = await startWorld({ modules: [described] });
  writeFileSync(join(world.outside, 'old.json'), JSON.stringify({ ...described.info, Path: described.path }));
  const list = (...args: string[]) => world.run(['list', '-m', ...args], { as: 'go' });
  const { code, stdout } = await list('-json', '-reuse=old.json', 'example.com/described@main');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ Version: 'v1.0.0', Query: 'main', Origin: { TagSum: 't1:y' } });
  expect(await list('-reuse=none.json', 'example.com/described@main')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'go: open none.json: no such file or directory\n',
  });
  expect(await list('-e', '-reuse=none.json', 'example.com/described@main')).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect((await list('-reuse=old.json')).stderr).toBe(
    'go: list -m -reuse only has an effect with module@version arguments\n',
  );
  expect((await world.run(['list', '-reuse=old.json', 'x'], { as: 'go' })).stderr).toBe(
    'go list -reuse cannot be used without -m\n',
  );
});

test('inside a module its requirements decide: refused', async () => {
  await using world = await startWorld();
  const cwd = world.mainModule('module example.com/m\n\ngo 1.21\n');
  for (const command of [
    ['mod', 'download'],
    ['list', '-m'],
  ]) {
    const words = `${command[0] === 'mod' ? 'mod download' : 'list'} -reuse cannot be used inside a module\n`;
    const args = [...command, '-reuse=old.json', 'example.com/greet@v1.0.0'];
    expect(await world.run(args, { cwd, as: 'go' })).toEqual({ code: 1, stdout: '', stderr: `go ${words}` });
    expect((await world.run(args, { cwd })).stderr).toBe(`tsgoget: ${words}`);
  }
});

test.each([
  ['1.21.13', ['VCS', 'URL', 'TagPrefix', 'TagSum', 'Ref', 'Hash', 'RepoSum'], true],
  ['1.22.12', ['VCS', 'URL', 'Hash', 'TagPrefix', 'TagSum', 'Ref', 'RepoSum'], false],
])(
  'by %s, the fields of an origin, and whether a chosen version has one',
  async (TSGOGET_GO_VERSION, order, isShown) => {
    await using world = await startWorld({ modules: [described], env: { TSGOGET_GO_VERSION } });
    const cwd = world.mainModule('module example.com/me\n\ngo 1.21\n');
    const list = async (arg: string) => JSON.parse((await world.run(['list', '-m', '-json', arg], { cwd })).stdout);
    expect(Object.keys((await list('example.com/described@v1.0.0')).Origin)).toEqual(order);
    expect((await list('example.com/described@latest')).Origin !== undefined).toBe(isShown);
  },
);
