import { expect, test } from 'vitest';
import { HttpError } from '../../src/errors.js';
import { NetworkTiles } from '../../src/sumdb/network-tiles.js';
import { parseTilePath } from '../../src/tlog/index.js';

/** A log that has these paths; every other is answered with a status. */
function logOf(answers: Record<string, Uint8Array>, status = 404) {
  const asked: [path: string, maxBytes: number][] = [];
  const tiles = new NetworkTiles(async (path, maxBytes) => {
    asked.push([path, maxBytes]);
    const bytes = answers[path];
    if (bytes === undefined) throw new HttpError(status, `https://log.test${path}`, `no ${path}`);
    return bytes;
  });
  return { asked, read: async (path: string) => (await tiles.read(parseTilePath(path))).bytes };
}

const full = Uint8Array.from({ length: 8192 }, (_, i) => i % 251);

test('a tile is asked for at its path, with its own length as the limit, each time anew', async () => {
  const log = logOf({ '/tile/8/0/001': full, '/tile/8/1/000.p/3': full.subarray(0, 96) });
  expect(await log.read('tile/8/0/001')).toEqual(full);
  expect(await log.read('tile/8/1/000.p/3')).toEqual(full.subarray(0, 96));
  await log.read('tile/8/0/001');
  expect(log.asked).toEqual([
    ['/tile/8/0/001', 8192],
    ['/tile/8/1/000.p/3', 96],
    ['/tile/8/0/001', 8192],
  ]);
});

test('a partial tile that the log no longer has is the beginning of the full one', async () => {
  const log = logOf({ '/tile/8/0/001': full });
  expect(await log.read('tile/8/0/001.p/7')).toEqual(full.subarray(0, 224));
  expect(log.asked.map(([path]) => path)).toEqual(['/tile/8/0/001.p/7', '/tile/8/0/001']);
});

test('what comes as the full tile and has another length is passed on, to be refused', async () => {
  const short = full.subarray(0, 500);
  expect(await logOf({ '/tile/8/0/001': short }).read('tile/8/0/001.p/7')).toEqual(short);
});

test('of a data tile the full one is given: where records end is not known here', async () => {
  const log = logOf({ '/tile/8/data/001': full });
  expect(await log.read('tile/8/data/001.p/7')).toEqual(full);
  expect(log.asked[1]).toEqual(['/tile/8/data/001', 1 << 20]);
});

test('without either the error tells of what was wanted', async () => {
  await expect(logOf({}).read('tile/8/0/001.p/7')).rejects.toMatchObject({ message: 'no /tile/8/0/001.p/7' });
});

test('an outage is no reason to ask for the full tile', async () => {
  const log = logOf({ '/tile/8/0/001': full }, 500);
  await expect(log.read('tile/8/0/001.p/7')).rejects.toMatchObject({ code: 'http' });
  expect(log.asked).toHaveLength(1);
});
