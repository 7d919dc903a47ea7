/**
 * Random module graphs with packages, and random command lines (`get`, `mod tidy`, `mod why`, `mod vendor`, `list -m` and more), run one
 * after the other by the go command and by tsgoget over the same file:// proxy, a third of them with a checksum database that may
 * contradict it, some in a workspace. Output, exit code and every file of the main module (go.mod, go.sum, vendor) must be the same, save
 * for known-differences.ts. Then the same for fixtures/graphs, where graphs are kept that once made a difference.
 *
 *     TSGOGET_RANDOM_GRAPHS=300          how many graphs (100)
 *     TSGOGET_RANDOM_SEED=1000           the first seed (1)
 *     TSGOGET_GRAPH_SEED=17,21           these graphs alone
 *     TSGOGET_GRAPH_KEEP=a-name          with one of them: where it makes a difference, makes it small and keeps it as fixtures/graphs/a-name.txtar
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { removeTree } from '../../src/files/folder.js';
import { hasGo } from './go-command.js';
import { compareClients, describeDifference, goIsSteady, outcomesOf } from './graphs/comparison.js';
import { formatGraph, type Graph, parseGraph } from './graphs/graph.js';
import { drawGraph } from './graphs/graph-generator.js';
import { shrinkGraph } from './graphs/shrink-graph.js';

const { TSGOGET_RANDOM_GRAPHS: graphs = '100', TSGOGET_RANDOM_SEED: first = '1' } = process.env;
const { TSGOGET_GRAPH_SEED: only, TSGOGET_GRAPH_KEEP: keep } = process.env;
const seeds = only ? only.split(',').map(Number) : Array.from({ length: Number(graphs) }, (_, i) => Number(first) + i);
const fixtures = fileURLToPath(new URL('../../fixtures/graphs/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'tsgoget-graphs-'));
/** The go command keeps an index of each module folder there, by the folder's name: so no name is used twice. */
const buildCache = join(root, 'build-cache');
/** `unsteady`: go itself does not always end the same way. */
const counts = {
  graphs: 0,
  commands: 0,
  refusals: 0,
  explained: {} as Record<string, number>,
  unsteady: [] as string[],
};
afterAll(() => removeTree(root));
afterAll(() => console.info(counts));

let folders = 0;
async function compare(graph: Graph, name: string) {
  const dir = join(root, `${name}-${folders++}`);
  mkdirSync(dir);
  try {
    const comparison = await compareClients(graph, dir, buildCache);
    const { steps, differs } = comparison;
    return { ...comparison, isSteady: !differs || (await goIsSteady(graph, steps, dir, buildCache)) };
  } finally {
    await removeTree(dir);
  }
}

/** The commands before are part of what is to be seen: they made the difference possible. */
async function expectSame(graph: Graph, name: string): Promise<void> {
  const { steps, differs, explained, isSteady } = await compare(graph, name);
  counts.graphs++;
  counts.commands += steps.length;
  counts.refusals += steps.filter(({ tsgoget }) => tsgoget.status === 3).length;
  if (explained !== undefined) counts.explained[explained] = (counts.explained[explained] ?? 0) + 1;
  if (!differs) return;
  if (!isSteady) {
    counts.unsteady.push(`${name}: ${steps.at(-1)!.args.join(' ')}`);
    return;
  }
  const last = steps.at(-1)!;
  const before = steps.slice(0, -1).map(({ args }) => args.join(' '));
  const { args, go, tsgoget } = describeDifference(last);
  expect({ graph: name, before, args, ...tsgoget }).toEqual({ graph: name, before, args, ...go });
}

describe.skipIf(!hasGo)('random graphs against the go command', () => {
  test.concurrent.each(seeds)('seed %i', (seed) => expectSame(drawGraph(seed), `seed-${seed}`));

  test.runIf(keep && only)('is kept', async () => {
    const small = await shrinkGraph(drawGraph(Number(only)), async (graph) => {
      const { differs, isSteady } = await compare(graph, 'small');
      return differs && isSteady;
    });
    const { steps } = await compare(small, 'kept');
    writeFileSync(join(fixtures, `${keep}.txtar`), formatGraph(small, outcomesOf(steps)));
  });
});

describe.skipIf(!hasGo)('graphs that made a difference', () => {
  const kept = readdirSync(fixtures).filter((name) => name.endsWith('.txtar'));

  test.concurrent.each(kept)('%s', async (name) => {
    const { graph, outcomes } = parseGraph(readFileSync(join(fixtures, name), 'utf8'));
    await expectSame(graph, name.replace(/\.txtar$/, ''));
    const { steps } = await compare(graph, name);
    expect(outcomesOf(steps), 'what go does, as test/resolve/kept-graphs.test.ts compares with').toEqual(outcomes);
  });
});
