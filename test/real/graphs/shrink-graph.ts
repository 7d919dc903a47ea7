/** Makes a graph small that shows a difference: leaves out what it does not need for that, from the large to the little. */
import type { Graph } from './graph.js';

/** `differs` says whether a smaller graph still shows a difference. */
export async function shrinkGraph(graph: Graph, differs: (graph: Graph) => Promise<boolean>): Promise<Graph> {
  let small = graph;
  /** Leaves out halves, quarters … and single elements of a list; `withOnly` makes the graph that has the others. */
  const reduce = async <T>(list: readonly T[], withOnly: (kept: readonly T[]) => Graph) => {
    let left = [...list];
    for (let size = Math.ceil(left.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < left.length; ) {
        const kept = [...left.slice(0, at), ...left.slice(at + size)];
        const next = withOnly(kept);
        if (await differs(next)) [left, small] = [kept, next];
        else at += size;
      }
    }
  };
  const withoutLog = { ...small, lies: undefined };
  if (small.lies !== undefined && (await differs(withoutLog))) small = withoutLog;
  for (let before = -1; before !== sizeOf(small); ) {
    before = sizeOf(small);
    await reduce(small.commands, (commands) => ({ ...small, commands }));
    await reduce(versionsOf(small), (versions) => withVersions(small, versions));
    if (small.lies !== undefined) await reduce([...small.lies], (lies) => ({ ...small, lies: new Map(lies) }));
    await reduce([...small.main], (files) => ({ ...small, main: new Map(files) }));
    await reduce([...small.proxy], (files) => ({ ...small, proxy: new Map(files) }));
    for (const [zip, files] of small.zips) {
      await reduce([...files], (kept) => ({ ...small, zips: new Map(small.zips).set(zip, new Map(kept)) }));
    }
    for (const [name, text] of small.main) {
      await reduce(linesOf(text), (lines) => ({ ...small, main: new Map(small.main).set(name, lines.join('')) }));
    }
    for (const [name, text] of small.proxy) {
      if (/\.mod$|list$/.test(name)) await reduce(linesOf(text), (lines) => withProxyText(small, name, lines.join('')));
    }
    for (const [zip, files] of small.zips) {
      for (const [name, text] of files) {
        if (!name.endsWith('.go')) continue;
        await reduce(linesOf(text), (lines) => {
          const changed = new Map(small.zips.get(zip)).set(name, lines.join(''));
          return { ...small, zips: new Map(small.zips).set(zip, changed) };
        });
      }
    }
  }
  return small;
}

const linesOf = (text: string) => text.split(/(?<=\n)/);

function sizeOf({ commands, main, proxy, zips }: Graph): number {
  let size = commands.length;
  for (const text of [main, proxy, ...zips.values()].flatMap((files) => [...files.values()])) size += 1 + text.length;
  return size;
}

const versionPattern = /^(.+\/@v)\/(v[^/]+)\.(?:info|mod|zip)$/;

/** 'example.com/a/@v v1.0.0' */
function versionsOf({ proxy, zips }: Graph): string[] {
  const found = [...proxy.keys(), ...zips.keys()].flatMap((name) => {
    const [, folder, version] = versionPattern.exec(name) ?? [];
    return folder === undefined ? [] : [`${folder} ${version}`];
  });
  return [...new Set(found)];
}

function withVersions(graph: Graph, versions: readonly string[]): Graph {
  const kept = new Set(versions);
  const has = (name: string) => {
    const [, folder, version] = versionPattern.exec(name) ?? [];
    return folder === undefined || kept.has(`${folder} ${version}`);
  };
  const proxy = new Map<string, string>();
  for (const [name, text] of graph.proxy) {
    const listed = (line: string) => kept.has(`${name.slice(0, -'/list'.length)} ${line.trimEnd()}`);
    if (has(name)) proxy.set(name, name.endsWith('/list') ? linesOf(text).filter(listed).join('') : text);
  }
  return { ...graph, proxy, zips: new Map([...graph.zips].filter(([name]) => has(name))) };
}

/** A go.mod of the proxy is in the zip as well. */
function withProxyText(graph: Graph, name: string, text: string): Graph {
  const zip = name.replace(/mod$/, 'zip');
  const files = name.endsWith('.mod') ? graph.zips.get(zip) : undefined;
  const zips = files?.has('go.mod') ? new Map(graph.zips).set(zip, new Map(files).set('go.mod', text)) : graph.zips;
  return { ...graph, proxy: new Map(graph.proxy).set(name, text), zips };
}
