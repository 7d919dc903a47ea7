/** `mod graph`: every requirement in the module graph, a line each. */

import { TsgogetError } from '../errors.js';
import { compareGo, goStrictVersion } from '../gover/index.js';
import { nameOf } from '../module/index.js';
import { expandGraph, type Requirements } from '../resolve/index.js';
import type { Command } from './command.js';
import { checkGoVersionFlag } from './go-version-flag.js';
import { moduleFlags, traceFlag, withSession } from './module-flags.js';

async function loadGraph(rs: Requirements, goVersion: string | undefined) {
  if (goVersion === undefined || goVersion === '') return (await expandGraph(rs)).graph;
  const own = rs.rootSelected('go') ?? '';
  if (compareGo(own, goStrictVersion) >= 0 && compareGo(goVersion, own) < 0) {
    throw new TsgogetError(
      'failed',
      `requested Go version ${goVersion} cannot load module graph (requires Go >= ${own})`,
    );
  }
  const unpruned = compareGo(goVersion, '1.17') < 0 && rs.pruning === 'pruned';
  // the roots as they stand, even if an unpruned graph outgrows them
  return (unpruned ? rs.with('unpruned', rs.roots, rs.direct) : rs).wholeGraph();
}

export const modGraph: Command = {
  name: 'mod graph',
  usage: '[-go=version] [-x]',
  summary: 'print module requirement graph',
  details: `Prints the module graph with replacements applied: a line for each requirement, the module and what it requires.
Modules are named path@version, the main module without a version.`,
  examples: ['mod graph', 'mod graph -go=1.24'],
  flags: [{ name: 'go', value: 'version', help: 'load the graph as this Go release would' }, traceFlag, ...moduleFlags],
  rights: { mod: 'mod', announcesDownloads: true },
  run: (invocation, context) => {
    if (invocation.args.length > 0) throw new TsgogetError('failed', "'go mod graph' accepts no arguments");
    const goVersion = invocation.flags.text('go');
    if (goVersion !== undefined) {
      checkGoVersionFlag({ name: 'go', value: goVersion }, context.goEnv.goVersion, modGraph);
    }
    return withSession(
      modGraph,
      [invocation, context],
      { forceModules: true, rootMode: 'required' },
      async ({ session, requirements }) => {
        if (session.isWorkspace && session.modRoots.length === 0) return {}; // no modules, no graph
        const graph = await loadGraph(requirements, goVersion);
        const lines: string[] = [];
        graph.walkBreadthFirst((m) => {
          for (const r of graph.requiredBy(m) ?? []) lines.push(`${nameOf(m)} ${nameOf(r)}\n`);
        });
        return { stdout: lines.join('') };
      },
    );
  },
};
