/**
 * The graphs of fixtures/graphs: each once made tsgoget differ from the go command in test/real/random-graphs.test.ts, and is kept
 * with what go did. Run here without it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { removeTree } from '../../src/files/folder.js';
import { exitAsGo, type Outcome, outcomesOf, Place } from '../real/graphs/comparison.js';
import { formatGraph, parseGraph, writeProxy } from '../real/graphs/graph.js';

const fixtures = fileURLToPath(new URL('../../fixtures/graphs/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'tsgoget-kept-'));
afterAll(() => removeTree(root));

describe('kept graphs', () => {
  const names = readdirSync(fixtures).filter((name) => name.endsWith('.txtar'));

  test.each(names)('%s', async (name) => {
    const text = readFileSync(join(fixtures, name), 'utf8');
    const { graph, outcomes } = parseGraph(text);
    expect(formatGraph(graph, outcomes)).toBe(text);
    const release = outcomes.get('release')!.trim();
    const dir = join(root, name);
    const proxy = join(dir, 'proxy');
    mkdirSync(proxy, { recursive: true });
    writeProxy(graph, proxy);
    const place = new Place(graph, dir, '1', { proxy, buildCache: '' });
    const steps: { go: Outcome }[] = [];
    for (const args of graph.commands) {
      steps.push({ go: exitAsGo(await place.run('tsgoget', args, release)) });
    }
    expect(outcomesOf(steps, release)).toEqual(outcomes);
  });
});
