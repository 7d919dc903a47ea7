/** A.9: of a large go.mod its summary is kept, and not the text that it was read from. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../../src/encoding/utf8.js';
import { ModSummaries, type SummarySource } from '../../../src/resolve/session/mod-summary.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heapBytes = () => {
  collect();
  return process.memoryUsage().heapUsed;
};

test('summaries of 20 files of 4 MB hold no more than a tenth of them', async () => {
  const filler = `// ${'x'.repeat(997)}\n`.repeat(4000);
  const source = {
    main: { get: () => undefined, hasExclusions: false },
    goVersion: '1.26',
    isWorkspace: false,
    fetcher: {
      goMod: async (path: string, _version: string, onUnverified?: (data: Uint8Array) => void) => {
        const data = encodeUtf8(
          `module ${path}\n\ngo 1.20\n\nrequire example.com/a/long/path v1.2.3-beta.4.5.6\n${filler}`,
        );
        onUnverified?.(data);
        return { data };
      },
    },
  } as unknown as SummarySource;
  const summaries = new ModSummaries(source);
  const early: unknown[] = [];
  const before = heapBytes();
  for (let i = 0; i < 20; i++) {
    const summary = await summaries.raw({ path: `example.com/module/number/${i}`, version: 'v1.0.0' }, (s) =>
      early.push(s),
    );
    expect(summary.require).toEqual([{ path: 'example.com/a/long/path', version: 'v1.2.3-beta.4.5.6' }]);
  }
  expect(early).toEqual([]); // what is large is parsed once, when it is proven
  expect(heapBytes() - before).toBeLessThan(16_000_000);
  expect((await summaries.raw({ path: 'example.com/module/number/7', version: 'v1.0.0' })).path).toMatch(/7$/);
});
