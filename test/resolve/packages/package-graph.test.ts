import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Requirements } from '../../../src/resolve/index.js';
import { PackageGraph } from '../../../src/resolve/packages/package-graph.js';
import type { FolderScanner } from '../../../src/resolve/search/scan-folder.js';
import type { Session } from '../../../src/resolve/session/session.js';

const dep = 'example.com/dep';
const me = 'example.com/me';

/** Two chains of packages, p0 → p1 → …; mine is longer, and ends in the first package of the other. */
function longChains(length: number) {
  const session = {
    buildMod: 'mod',
    goVersion: '1.26.8',
    tree: { isFile: async () => false, entries: () => [{ name: 'x.go', type: 'file' }] },
    shared(kind: new (session: unknown) => unknown) {
      return new kind(this);
    },
    fetcher: { folder: async () => ({ dir: '/dep', proof: { by: 'go.sum' } }) },
    main: {
      modules: [],
      contains: (path: string) => path === me,
      get: (path: string) => (path === me ? { root: '/me' } : undefined),
      replacement: () => undefined,
    },
  } as unknown as Session;
  const versions = new Map([
    [me, ''],
    [dep, 'v1.0.0'],
  ]);
  const requirements = {
    session,
    pruning: 'pruned',
    rootSelected: (path: string) => versions.get(path),
    wholeGraph: async () => ({ selected: () => 'none' }),
  } as unknown as Requirements;
  const scan = async (dir: string) => {
    const next = Number(basename(dir).slice(1)) + 1;
    const isMine = dir.startsWith(join('/me', '/'));
    const inChain = next < (isMine ? length + 9 : length);
    const path = inChain ? `${isMine ? me : dep}/p${next}` : isMine ? `${dep}/p0` : undefined;
    return { imports: path === undefined ? [] : [path], testImports: [] };
  };
  return { requirements, scanner: { scan } as unknown as FolderScanner };
}

test('what is found to be in all after its long chain of imports was loaded', async () => {
  const length = 40_000; // a test's thread has a deep stack
  const { packages } = await PackageGraph.load(
    {
      ...longChains(length),
      tags: {} as never,
      allIsRoot: false,
      allHoldsTests: false,
      loadTests: false,
      skipModFiles: true,
      standardTests: undefined,
      allowPackage: undefined,
      prefetch: undefined,
    },
    [`${dep}/p0`, `${me}/p0`],
  );
  expect(packages.length).toBe(2 * length + 9);
  expect(packages.filter((p) => !p.isInAll || !p.isFromRoot)).toEqual([]);
});
