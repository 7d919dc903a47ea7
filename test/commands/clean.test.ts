import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

/** A folder with a module cache of one file, in a workspace or in no module. */
function folder(goWork: boolean): { cwd: string; kept: () => string[]; GOMODCACHE: string } {
  const cwd = newDir();
  const GOMODCACHE = join(cwd, 'cache');
  mkdirSync(GOMODCACHE);
  writeFileSync(join(GOMODCACHE, 'x'), '');
  if (goWork) writeFileSync(join(cwd, 'go.work'), 'go 1.21\n');
  return { cwd, GOMODCACHE, kept: () => readdirSync(cwd) };
}

/** What go says. */
describe('clean -modcache looks at no module, and is refused where no module could be looked at', () => {
  const noRoot =
    'cannot find main module, but -modfile was set.\n\t-modfile cannot be used to set the module root directory.';
  test.each<[string, boolean, string[], Record<string, string>, string]>([
    ['-modfile in a workspace', true, ['-modfile=x.mod'], {}, '-modfile cannot be used in workspace mode'],
    ['-modfile of GOFLAGS', true, [], { GOFLAGS: '-modfile=x.mod' }, '-modfile cannot be used in workspace mode'],
    ['-modfile in no module', false, ['-modfile=x'], {}, noRoot],
    ['GO111MODULE', true, [], { GO111MODULE: 'bad' }, 'unknown environment setting GO111MODULE=bad'],
    ['GOWORK', false, [], { GOWORK: 'rel', GO111MODULE: 'off' }, 'invalid GOWORK: not an absolute path'],
    ['an argument first', true, ['x'], { GO111MODULE: 'bad' }, 'clean -modcache cannot be used with package arguments'],
  ])('%s', async (_, goWork, args, env, message) => {
    const { cwd, kept, GOMODCACHE } = folder(goWork);
    const found = await runCli(['clean', '-modcache', ...args], { as: 'go', cwd, env: { GOMODCACHE, ...env } });
    expect(found).toMatchObject({ code: 1, stdout: '', stderr: `go: ${message}\n` });
    expect(kept()).toContain('cache');
  });

  test.each<[string, boolean, string[], Record<string, string>]>([
    ['a workspace', true, [], {}],
    ['GO111MODULE=off, where -modfile is not looked at', false, ['-modfile=x.mod'], { GO111MODULE: 'off' }],
  ])('not in %s', async (_, goWork, args, env) => {
    const { cwd, kept, GOMODCACHE } = folder(goWork);
    const found = await runCli(['clean', '-modcache', ...args], { as: 'go', cwd, env: { GOMODCACHE, ...env } });
    expect(found).toMatchObject({ code: 0, stderr: '' });
    expect(kept()).not.toContain('cache');
  });
});
