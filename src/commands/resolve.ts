/** `resolve`: the build list, who asked for each module, and how each go.mod was proven. */
import { withGraph } from '../client/resolve.js';
import { type Run, readerRights } from '../client/run.js';
import { isToolchainModule } from '../gover/index.js';
import { keyOf, type ModuleVersion, nameOf } from '../module/index.js';
import {
  noModulePath,
  type Resolution,
  type ResolvedModule,
  type ResolvedProof,
  type ResolveTotals,
  resolveBuildList,
  resolveDocument,
} from '../resolve/index.js';
import type { Command, Style, TreeNode } from './command.js';
import { jsonResult } from './json-result.js';
import { modFlag, moduleFlags, provenResult, traceFlag, withRun } from './module-flags.js';

function describeProof(proof: ResolvedProof): string {
  switch (proof.by) {
    case 'go.sum':
      return 'go.sum';
    case 'sumdb':
      return `record ${proof.record}`;
    case 'private':
      return 'private, not checked';
    case 'off':
      return 'GOSUMDB=off, not checked';
    case 'main':
      return 'main module';
    case 'folder':
      return 'local folder';
  }
}

function describeAskers(m: ResolvedModule): string {
  if (m.version === '') return '';
  const [first, ...more] = m.askedBy;
  if (first === undefined) return 'command line';
  return more.length === 0 ? nameOf(first) : `${nameOf(first)} and ${more.length} more`;
}

const versionOf = (m: ResolvedModule) => {
  const to =
    m.replace === undefined ? '' : ` => ${m.replace.path}${m.replace.version === '' ? '' : ` ${m.replace.version}`}`;
  return m.version + to;
};

function formatTable({ modules }: Resolution, style: Style): Promise<string> {
  const isUnchecked = (m: ResolvedModule) => m.proof.by === 'off' || m.proof.by === 'private';
  const rows = modules.map((m) => [
    m.isDirect ? style.paint('strong', m.path) : m.path,
    versionOf(m),
    style.paint('dim', describeAskers(m)),
    style.paint(isUnchecked(m) ? 'bad' : 'good', describeProof(m.proof)),
  ]);
  return style.table(rows, [
    { heading: 'MODULE', isName: true },
    { heading: 'VERSION' },
    { heading: 'ASKED FOR BY', shrinksFirst: true },
    { heading: 'GO.MOD PROVEN BY' },
  ]);
}

/** The graph of selected versions as a tree; what stands above is not unfolded again. */
async function formatTree({ graph }: Resolution, style: Style): Promise<string> {
  const seen = new Set<string>();
  const childrenOf = (m: ModuleVersion): TreeNode[] => {
    const required = (graph.requiredBy(m) ?? []).filter((r) => !isToolchainModule(r.path));
    return required.map((r) => {
      const selected = { path: r.path, version: graph.selected(r.path) };
      const raised = selected.version === r.version ? '' : style.paint('dim', ` (asks for ${r.version})`);
      const label = `${selected.path} ${selected.version}${raised}`;
      const children = graph.requiredBy(selected) ?? [];
      if (seen.has(keyOf(selected))) {
        return { label: children.length === 0 ? label : `${label} ${style.paint('dim', '(above)')}`, children: [] };
      }
      seen.add(keyOf(selected));
      return { label, children: childrenOf(selected) };
    });
  };
  const roots = graph.buildList.filter((m) => m.version === '' && !isToolchainModule(m.path));
  const trees = roots.map((m) => {
    const label = m.path === noModulePath ? 'resolved' : m.path;
    return style.tree({ label: style.paint('strong', label), children: childrenOf(m) });
  });
  return (await Promise.all(trees)).join('');
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

function formatBytes(n: number): string {
  if (n < 1000) return count(n, 'byte');
  const units = ['kB', 'MB', 'GB'];
  let value = n / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(1)} ${units[unit]}`;
}

function formatTotals(t: ResolveTotals): string {
  const parts = [
    count(t.Modules, 'module'),
    `${count(t.GoModFiles, 'go.mod file')} read`,
    ...(t.Zips > 0 ? [`${count(t.Zips, 'zip')} proven`] : []),
    count(t.Requests, 'request'),
    formatBytes(t.Bytes),
    `${(t.Milliseconds / 1000).toFixed(2)} s`,
  ];
  return `${parts.join(', ')}\n`;
}

function totalsOf({ modules }: Resolution, { gateway, counts }: Run, ms: number): ResolveTotals {
  const { requests, bytes } = gateway.http.stats();
  return {
    Modules: modules.filter((m) => m.version !== '').length,
    GoModFiles: counts.goModFiles,
    Zips: modules.filter((m) => m.zipProof !== undefined).length,
    Requests: requests,
    Bytes: bytes,
    Milliseconds: Math.round(ms),
  };
}

export const resolve: Command = {
  name: 'resolve',
  usage: '[-download] [-tree] [-json] [module[@query] ...]',
  summary: 'resolve modules and say how each was proven',
  details: `Resolves the named modules as a main module that requires them would, or the main module of this folder when none is named, and prints the build list: each module, its version, who asked for that version, and how its go.mod file was proven (by go.sum, or by its record number in the checksum database).

A query is a version (v1.2.3), a prefix (v1, v1.2), latest (the default), upgrade, patch, a comparison (<v1.2.3, >=v1.2.3), a branch or a commit; none asks that the module is not in the graph. A package path stands for the module that provides it.

Nothing but the module cache is written.`,
  examples: ['resolve', 'resolve example.com/mod@latest', 'resolve --download --json'],
  interspersed: true,
  flags: [
    { name: 'download', help: 'fetch and prove every zip too' },
    { name: 'tree', help: 'print a tree of who requires what' },
    { name: 'json', help: 'print one JSON document' },
    modFlag,
    traceFlag,
    ...moduleFlags,
  ],
  rights: readerRights,
  run: (invocation, context) => {
    const { flags, args } = invocation;
    const started = performance.now();
    return withRun(resolve, invocation, context, (run) =>
      provenResult(run, () =>
        withGraph(run, args, async ({ rs, graph }) => {
          const resolution = await resolveBuildList(rs, graph, flags.bool('download'));
          const totals = totalsOf(resolution, run, performance.now() - started);
          if (flags.bool('json')) return jsonResult(resolveDocument(resolution, totals));
          const print = flags.bool('tree') ? formatTree : formatTable;
          const stdout = await print(resolution, context.style);
          if (context.style.columns !== undefined) return { stdout: stdout + formatTotals(totals) };
          context.stdout(stdout); // what reads a pipe reads modules alone
          context.trace(formatTotals(totals).trimEnd());
          return {};
        }),
      ),
    );
  },
};
