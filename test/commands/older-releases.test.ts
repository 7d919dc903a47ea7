/** The flags, directives and keys that an older release does not know. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

/** A folder with these files. */
function folder(files: Record<string, string>): string {
  const dir = newDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

const offline = { GOPROXY: 'off', GOSUMDB: 'off', GOTOOLCHAIN: 'local' };
/** Runs as go, following a release. */
const run = (release: string, cwd: string, ...args: string[]) =>
  runCli(args, { as: 'go', cwd, env: { ...offline, TSGOGET_GO_VERSION: release } });

describe('directives', () => {
  test.each([
    ['godebug', 'panicnil=1', '1.22.12', '1.23.12'],
    ['tool', 'm/cmd', '1.23.12', '1.24.13'],
    ['ignore', './x', '1.24.13', '1.25.14'],
  ])('%s in the go.mod of the main module', async (verb, value, before, since) => {
    const dir = folder({ 'go.mod': `module m\n\ngo 1.22\n\n${verb} ${value}\n` });
    const list = ['list', '-m'];
    const edit = ['mod', 'edit', '-json', 'go.mod'];
    for (const args of [list, edit]) {
      expect(await run(before, dir, ...args)).toMatchObject({
        code: 1,
        stderr: `go: errors parsing go.mod:\ngo.mod:5: unknown directive: ${verb}\n`,
      });
      expect(await run(since, dir, ...args)).toMatchObject({ code: 0 });
    }
  });

  test('the release that go.mod asks for counts, where GOTOOLCHAIN allows it', async () => {
    const dir = folder({ 'go.mod': 'module m\n\ngo 1.24.1\n\ntool m/cmd\n' });
    const env = { ...offline, GOTOOLCHAIN: 'auto', TSGOGET_GO_VERSION: '1.23.12' };
    expect(await runCli(['mod', 'edit', '-json'], { as: 'go', cwd: dir, env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"Tool"'),
    });
  });
});

test('the keys of mod edit -json', async () => {
  const dir = folder({ 'go.mod': 'module m\n\ngo 1.21\n' });
  const keys = async (release: string) =>
    Object.keys(JSON.parse((await run(release, dir, 'mod', 'edit', '-json')).stdout) as object).slice(2);
  const first = ['Require', 'Exclude', 'Replace', 'Retract'];
  expect(await keys('1.23.12')).toEqual(first);
  expect(await keys('1.24.13')).toEqual([...first, 'Tool']);
  expect(await keys('1.25.14')).toEqual([...first, 'Tool', 'Ignore']);

  writeFileSync(join(dir, 'go.mod'), 'module m\n\ngo 1.21\n\ngodebug panicnil=1\n');
  expect(await keys('1.25.14')).not.toContain('GoDebug');
  expect(await keys('1.26.8')).toContain('GoDebug');
});
