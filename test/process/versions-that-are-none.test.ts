/** What a proxy answers to a query must be a version: whatever else it says is refused wherever it would be printed or used. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startWorld } from './world.js';

const none = [
  'latest',
  'main',
  '',
  'v1',
  'v1.2',
  '1.2.3',
  'v1.2.3\\n::error::x',
  'v1.2.3+meta',
  'none',
  'v2.0.0',
  '../../x',
  'v1.2.3/x',
];

describe('B.11 a version that is none', () => {
  test.each(none)('%j', async (version) => {
    await using world = await startWorld({
      faults: [
        { path: '/greet/@v/branch.info', status: 200, body: `{"Version":"${version}","Time":"2020-01-02T03:04:05Z"}` },
        { path: '/words/@latest', status: 200, body: `{"Version":"${version}"}` },
        { path: '/words/@v/list', status: 200, body: '' },
      ],
    });
    for (const m of ['example.com/greet@branch', 'example.com/words@latest']) {
      for (const args of [
        ['list', '-m', m],
        ['list', '-m', '-json', m],
        ['resolve', m],
        ['mod', 'download', m],
      ]) {
        const { code, stdout } = await world.run(args);
        expect([args, code, stdout]).toEqual([args, 1, '']);
      }
      const { code, stdout } = await world.run(['mod', 'download', '-json', m]);
      expect(code).toBe(1);
      if (stdout !== '') expect(JSON.parse(stdout)).toMatchObject({ Error: expect.stringMatching(/./) });
    }
  });
  test('mod download -json: what go.sum cannot take has an Error', async () => {
    await using world = await startWorld();
    const cwd = world.mainModule({
      'go.mod': 'module example.com/me\n\ngo 1.21\n\nrequire example.com/greet v1.2.0\n',
    });
    writeFileSync(join(cwd, 'go.sum'), '');
    writeFileSync(join(cwd, 'overlay.json'), JSON.stringify({ Replace: { 'go.sum': 'other.sum' } }));
    writeFileSync(join(cwd, 'other.sum'), '');
    const args = ['mod', 'download', '-json', '-overlay=overlay.json', 'example.com/greet@v1.2.0'];
    const { code, stdout } = await world.run(args, { cwd });
    expect([code, JSON.parse(stdout).Error]).toEqual([1, expect.stringContaining('updates to go.sum needed')]);
    const twin = await world.run(
      args.filter((arg) => !arg.startsWith('-overlay')),
      { cwd },
    );
    expect([twin.code, JSON.parse(twin.stdout).Error]).toEqual([0, undefined]);
  });
  test.each(['v1.2.0', 'v1.3.0'])('twin: %s', async (version) => {
    await using world = await startWorld({
      faults: [{ path: '/greet/@v/branch.info', status: 200, body: `{"Version":"${version}"}` }],
    });
    expect((await world.run(['list', '-m', 'example.com/greet@branch'])).stdout).toBe(`example.com/greet ${version}\n`);
    const { code, stdout } = await world.run(['mod', 'download', '-json', 'example.com/greet@branch']);
    expect([code, JSON.parse(stdout).Version, JSON.parse(stdout).Error]).toEqual([0, version, undefined]);
  });
});
