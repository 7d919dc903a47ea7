/** Issue 11, B.8: where few files may be open at a time, a run takes longer and does not end. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startWorld } from './world.js';

const entry = fileURLToPath(new URL('../../bin/tsgoget.js', import.meta.url));
const count = 80;
const modules = Array.from({ length: count }, (_, i) => {
  const path = `example.com/many/m${i}`;
  return { path, version: 'v1.0.0', files: { 'go.mod': `module ${path}\n`, 'a.go': `package m${i}\n` } };
});

test.skipIf(process.platform !== 'linux').each([64, 1024])('a hard limit of %i', async (limit) => {
  await using world = await startWorld({ modules });
  const lines = modules.map(({ path, version }) => `\t${path} ${version}\n`).join('');
  const cwd = world.mainModule(`module example.com/me\n\ngo 1.21\n\nrequire (\n${lines})\n`);
  for (const args of ['list -m all', 'mod download']) {
    const script = `ulimit -n ${limit}; exec '${process.execPath}' '${entry}' ${args}`;
    const child = spawn('sh', ['-c', script], { cwd, env: { ...world.env, GOFLAGS: '-mod=mod' } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([args, code, err.replace(/^go: downloading .*\n/gm, '')]).toEqual([args, 0, '']);
    if (args.startsWith('list')) expect(out.trim().split('\n')).toHaveLength(count + 1);
  }
});
