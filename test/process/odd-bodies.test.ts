/** Bodies as real servers send them: cut without a length, compressed. What is hashed and limited is what a person would see. */
import { describe, expect, test } from 'vitest';
import { startWorld } from './world.js';

const word = ['mod', 'download', 'example.com/words@v0.3.1'];

describe.concurrent('issue 11, A.4: a body that is cut where nothing tells its length', () => {
  const cut = (path: string, times: number, truncateAt: number) => ({ path, times, truncateAt, closeDelimited: true });
  const whole = { path: /^/, closeDelimited: true };

  test.each(['v0.3.1.mod', 'v0.3.1.zip'])('%s, once: it is asked again', async (path) => {
    await using world = await startWorld({ faults: [cut(path, 1, 9), whole] });
    expect(await world.run(word)).toMatchObject({ code: 0, stderr: '' });
    expect(world.mirror.paths().filter((p) => p.endsWith(path))).toHaveLength(2);
  });

  test.each(['v0.3.1.mod', 'v0.3.1.zip'])('%s, at another place each time: an outage', async (path) => {
    const faults = [1, 2, 3, 4, 5].map((at) => cut(path, 1, at));
    await using world = await startWorld({ faults: [...faults, whole] });
    const { code, stderr } = await world.run(word);
    expect([code, stderr]).toEqual([1, expect.stringContaining('unexpected EOF')]);
    expect(world.mirror.paths().filter((p) => p.endsWith(path))).toHaveLength(4);
  });

  test.each(['v0.3.1.mod', 'v0.3.1.zip'])('%s, the same bytes twice: refuted', async (path) => {
    await using world = await startWorld({ faults: [cut(path, 9, 9)] });
    expect(await world.run(word)).toMatchObject({ code: 3, stderr: expect.stringContaining('SECURITY ERROR') });
    expect(world.mirror.paths().filter((p) => p.endsWith(path))).toHaveLength(2);
    expect([...world.snapshot().keys()].filter((name) => name.includes(path))).toEqual([]);
  });

  test('a framed body that differs is refuted at once', async () => {
    await using world = await startWorld({
      faults: [{ path: 'v0.3.1.mod', body: 'module example.com/other\n', times: 1 }],
    });
    expect(await world.run(word)).toMatchObject({ code: 3 });
    expect(world.mirror.paths().filter((p) => p.endsWith('v0.3.1.mod'))).toHaveLength(1);
  });

  test.each(['lookup/', 'tile/', 'v0.3.1.info'])('%s, at every length: never an attack', async (path) => {
    for (const at of [0, 1, 20, 60, 120, 160]) {
      await using world = await startWorld({ faults: [cut(path, 9, at)] });
      expect([at, (await world.run(word)).code]).not.toEqual([at, 3]);
    }
  });
});

describe.concurrent('issue 11, B.2: bodies that come compressed', () => {
  test('gzip, whether it was asked for or not, of every kind of body', async () => {
    await using world = await startWorld({ faults: [{ path: /^/, gzip: true }] });
    expect(await world.run(word)).toMatchObject({ code: 0, stderr: '' });
    const [request] = world.mirror.requests;
    expect(request?.headers['accept-encoding']).toBe('gzip');
  });

  test.each(['none', 'utf-8', 'aws-chunked', 'identity', 'br'])('"%s" is ignored, as by go', async (name) => {
    await using world = await startWorld({ faults: [{ path: /^/, headers: { 'content-encoding': name } }] });
    expect(await world.run(word)).toMatchObject({ code: 0, stderr: '' });
  });

  test('what inflates to something else is refuted', async () => {
    await using world = await startWorld({ faults: [{ path: 'v0.3.1.mod', gzip: 20 }] });
    expect(await world.run(word)).toMatchObject({ code: 3 });
  });

  test('a bomb ends at the limit', async () => {
    await using world = await startWorld({ faults: [{ path: 'v0.3.1.mod', gzip: 200 << 20 }] });
    const before = process.memoryUsage.rss();
    const { code, stderr } = await world.run(word);
    expect([code, stderr]).toEqual([1, expect.stringContaining('larger than 16777216 bytes')]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 << 20);
  });
});
