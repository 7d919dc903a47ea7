/** One folder that a workspace uses under two module paths: told since Go 1.27, once, and as go says it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

const member = (name: string, needs: string) =>
  `module example.com/${name}\n\ngo 1.24\n\nrequire example.com/${needs} v1.0.0\n\nreplace example.com/${needs} v1.0.0 => ../shared\n`;

const shared = {
  'shared/go.mod': 'module example.com/shared\n\ngo 1.24\n',
  'shared/s.go': 'package shared\n',
};

/** Two members that replace different paths by the same folder, and a third that counts for a third load. */
const workspace = {
  ...shared,
  'go.work': 'go 1.24\n\nuse (\n\t./m\n\t./n\n\t./o\n)\n',
  'm/go.mod': member('m', 'a'),
  'm/m.go': 'package m\n\nimport _ "example.com/a"\n',
  'n/go.mod': member('n', 'b'),
  'n/n.go': 'package n\n\nimport _ "example.com/b"\n',
  'o/go.mod': 'module example.com/o\n\ngo 1.24\n',
  'o/o.go': 'package o\n',
};

const requires = 'require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n';
const replaces = 'replace example.com/a => ./shared\n\nreplace example.com/b => ./shared\n';
const single = {
  ...shared,
  'go.mod': `module example.com/s\n\ngo 1.24\n\n${requires}\n${replaces}`,
  's.go': 'package s\n\nimport (\n\t_ "example.com/a"\n\t_ "example.com/b"\n)\n',
};

function run(files: Readonly<Record<string, string>>, args: string[], TSGOGET_GO_VERSION: string) {
  const dir = newDir();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return runCli(args, { as: 'go', cwd: dir, env: { GOPROXY: 'off', TSGOGET_GO_VERSION } });
}

const words = 'go: ./shared@ used for two different module paths (example.com/a and example.com/b)\n';

describe('./shared for example.com/a and example.com/b', () => {
  test.each([
    [['work', 'sync'], 0],
    [['work', 'vendor', '-e'], 0],
    [['work', 'vendor'], 1],
    [['mod', 'why', 'example.com/a'], 1],
  ])('%j ends with %d and says it', async (args, code) => {
    expect(await run(workspace, args, '1.27.4')).toMatchObject({ code, stderr: words });
    expect(await run(workspace, args, '1.26.8')).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['1.26.8', '1.27.4'])('in one module by %s too, and with the @ that go puts there', async (release) => {
    expect(await run(single, ['mod', 'tidy'], release)).toMatchObject({ code: 1, stderr: words });
  });
});
