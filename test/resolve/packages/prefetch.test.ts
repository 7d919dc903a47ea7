/** What is asked for before it is known to be needed: right for an empty cache, and no more than is needed for a full one. */
import { expect, test } from 'vitest';
import type { Requirements } from '../../../src/resolve/index.js';
import { prefetchForAll } from '../../../src/resolve/packages/prefetch.js';
import type { Session } from '../../../src/resolve/session/session.js';

const version = 'v1.0.0';
const roots = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ path: `example.com/${name}`, version }));
const direct = new Set(['example.com/a', 'example.com/d']);
const beside = ['x', 'y'].map((name) => ({ path: `example.com/${name}`, version }));

/** The zips that are asked for when go.sum has these and the cache has those. */
async function asked(recorded: typeof roots, here: typeof roots, options = { tidy: true, loadTests: true }) {
  const found: string[] = [];
  const isIn = (modules: typeof roots, path: string) => modules.some((m) => m.path === path);
  const session = {
    buildMod: 'mod',
    prefetchListed() {},
    prefetch() {},
    main: { modules: [{ path: 'example.com/me' }], resolve: (m: (typeof roots)[0]) => m },
    fetcher: {
      sums: { has: (path: string) => isIn(recorded, path), entries: () => recorded },
      cachedFolder: async ({ path }: { path: string }) => {
        if (path === 'example.com/e') throw new Error('is a symbolic link'); // told when it is needed
        return isIn(here, path) ? `/cache/${path}` : undefined;
      },
      prefetchFolder: (m: { path: string }) => void found.push(m.path.slice('example.com/'.length)),
    },
  } as unknown as Session;
  await prefetchForAll(session, { pruning: 'pruned', roots, direct } as unknown as Requirements, options);
  return found.join('');
}

test('with an empty cache: all that go.sum has, what tests of dependencies took with it', async () => {
  expect(await asked([...roots, ...beside], [])).toBe('abcdexy');
  expect(await asked([...roots, ...beside], roots.slice(0, 2))).toBe('abcdexy');
  expect(await asked([...roots, ...beside], [], { tidy: true, loadTests: false })).toBe('abcde');
});

test('with most of it here: what the main module imports itself; the rest may be left over', async () => {
  expect(await asked([...roots, ...beside], roots.slice(0, 3))).toBe('ad');
  expect(await asked([...roots, ...beside], roots)).toBe('ad');
});

test('with no go.sum: the roots', async () => {
  expect(await asked([], [])).toBe('abcde');
  expect(await asked([], [], { tidy: false, loadTests: true })).toBe('');
});
