/** A module cache that takes nothing: what is asked and proven is used all the same, as by go; what must lie on disk is an error. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n';

test.skipIf(process.platform === 'win32')('a file in the place of its folder', async () => {
  await using world = await openWorld();
  const blocker = world.downloaded('example.com');
  mkdirSync(dirname(blocker), { recursive: true });
  writeFileSync(blocker, '');
  const words = (what: string) => `tsgoget: writing ${what} cache: mkdir ${blocker}: not a directory\n`;
  const cwd = world.mainModule(goMod);
  const env = { GOFLAGS: '-mod=mod' };

  const listed = await runMain(world, ['list', '-m', 'example.com/words@v0.3.1'], { cwd, env });
  expect([listed.code, listed.stdout]).toEqual([0, 'example.com/words v0.3.1\n']);
  expect(listed.stderr).toContain(words('stat'));
  expect(listed.stderr).toContain(words('go.mod'));
  expect(readFileSync(join(cwd, 'go.sum'), 'utf8')).toMatch(/^example\.com\/words v0\.3\.1\/go\.mod h1:/m);

  const { code, stdout } = await runMain(world, ['mod', 'download', '-json', 'example.com/words@v0.3.1'], { cwd });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    Error: `mkdir ${blocker}: not a directory`,
    GoModSum: expect.stringMatching(/^h1:/),
  });
});
