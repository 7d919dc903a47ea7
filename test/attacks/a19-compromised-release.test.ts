/**
 * A19: a real release that was compromised (trivy v0.69.4, GO-2026-4919): the author's own tag, with its record in the log.
 *
 * No advisory is consulted, so that such a release is proven to be what the log has, and nothing more is said of it. What its
 * author can still do, retract it, is heeded and shown; and a later change of its content is refuted.
 */
import { expect, test } from 'vitest';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const path = 'example.com/scanner';
const release = (version: string, more = ''): MirrorModule => ({
  path,
  version,
  files: { 'go.mod': `module ${path}\n\ngo 1.21\n${more}`, 'a.go': `package a // ${version}\n` },
});
const bad = release('v0.69.4');
const before = [release('v0.69.3'), bad];
const after = [...before, release('v0.69.5', '\nretract v0.69.4 // compromised\n')];

test('GO-2026-4919: before it is retracted it is proven as any release, and only that is said', async () => {
  await using world = await openWorld({ modules: before });
  const { code, stdout } = await runMain(world, ['resolve', '--download', `${path}@v0.69.4`]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/v0\.69\.4\b.*record \d+/);
});

test('GO-2026-4919: once retracted, no query chooses it; by name it is had, and the reason is told', async () => {
  await using world = await openWorld({ modules: after });
  expect((await runMain(world, ['list', '-m', `${path}@<=v0.69.4`])).stdout).toBe(`${path} v0.69.3\n`);
  const listed = await runMain(world, ['list', '-m', '-u', '-json', `${path}@v0.69.4`]);
  expect([listed.code, listed.stdout.includes('compromised')]).toEqual([0, true]);
});

test('GO-2026-4919: content that changes after the log has it is refuted', async () => {
  const log = logOf([...fixtureModules(), ...before]);
  const changed = { ...bad, files: { ...bad.files, 'a.go': 'package a // another\n' } };
  await using world = await openWorld({ modules: [changed], log });
  expect((await runMain(world, ['mod', 'download', `${path}@v0.69.4`])).code).toBe(3);
});
