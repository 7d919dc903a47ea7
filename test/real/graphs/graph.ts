/**
 * A graph: a module proxy as files, a main module, and command lines to run in it one after the other. It can be written to a
 * folder, and kept as a text archive.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeZip } from '../../support/module-zip-writer.js';
import { formatTxtar, parseTxtar } from '../../support/txtar.js';
import { type Lie, logFiles, unescapeName } from './checksum-log.js';

export interface Graph {
  /** What it shows; the seed. */
  readonly title: string;
  readonly commands: readonly (readonly string[])[];
  /** Of the main module, by name. */
  readonly main: ReadonlyMap<string, string>;
  /** Of the proxy, by their path in it: 'example.com/a/@v/list'. */
  readonly proxy: ReadonlyMap<string, string>;
  /** The proxy's zips, by the same paths; in each the entries by their names below `path@version/`. */
  readonly zips: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** There is a checksum database; what is wrong with its records, by 'path@version'. */
  readonly lies?: ReadonlyMap<string, Lie> | undefined;
}

/** In front of each entry of a zip of the proxy: `path@version/`. */
function prefixOf(zip: string): string {
  const [, path, version] = /^(.+)\/@v\/(.+)\.zip$/.exec(zip)!;
  return `${unescapeName(path!)}@${unescapeName(version!)}/`;
}

function write(file: string, data: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, data);
}

/** Writes the proxy to a folder. */
export function writeProxy(graph: Graph, folder: string): void {
  for (const [name, data] of [...graph.proxy, ...logFiles(graph)]) write(join(folder, name), data);
  for (const [name, files] of graph.zips) {
    const prefix = prefixOf(name);
    const entries = Array.from(files, ([entry, data]) => ({ name: prefix + entry, data }));
    write(join(folder, name), writeZip(entries));
  }
}

/** Go trusts its index of a folder when nothing in it is younger than two seconds, and then finds less wrong in its files. */
const lastYear = new Date('2025-01-01T00:00:00Z');

/** Writes the main module to a folder. */
export function writeMain(graph: Graph, folder: string): void {
  for (const [name, data] of graph.main) {
    write(join(folder, name), data);
    utimesSync(join(folder, name), lastYear, lastYear);
  }
}

const behindZip = /^(proxy\/.+\.zip):(.+)$/;

/** The text archive of a graph; `outcomes` are kept in it as well. */
export function formatGraph(graph: Graph, outcomes: ReadonlyMap<string, string> = new Map()): string {
  const log = graph.lies && ['log', ...Array.from(graph.lies, ([name, lie]) => `log ${name} ${lie}`)];
  const runs = graph.commands.map((words) => `run ${words.map(quote).join(' ')}`);
  const comment = [graph.title, ...(log ?? []), ...runs].join('\n');
  const files: [string, string][] = [];
  for (const [name, data] of graph.main) files.push([`main/${name}`, data]);
  for (const [name, data] of graph.proxy) files.push([`proxy/${name}`, data]);
  for (const [zip, entries] of graph.zips)
    for (const [name, data] of entries) files.push([`proxy/${zip}:${name}`, data]);
  for (const [name, data] of outcomes) files.push([`outcome/${name}`, data]);
  const archive = { comment: Buffer.from(comment), files: files.map(([name, data]) => ({ name, data: bytes(data) })) };
  return Buffer.from(formatTxtar(archive)).toString();
}

const quote = (word: string) => (/^[^\s']+$/.test(word) ? word : `'${word}'`);
/** A text archive ends each file with a newline: its absence is kept by a word. */
const unended = '(no newline)\n';
const bytes = (data: string) => Buffer.from(data === '' || data.endsWith('\n') ? data : `${data}${unended}`);

/** Reads what `formatGraph` wrote. */
export function parseGraph(text: string): { graph: Graph; outcomes: Map<string, string> } {
  const archive = parseTxtar(text);
  const lines = Buffer.from(archive.comment).toString().trimEnd().split('\n');
  const commands = lines
    .filter((line) => line.startsWith('run '))
    .map((line) => Array.from(line.slice('run '.length).matchAll(/'([^']*)'|(\S+)/g), (m) => m[1] ?? m[2]!));
  const log = lines.filter((line) => /^log(?: |$)/.test(line)).map((line) => line.split(' '));
  const lies = log.slice(1).map(([, name, lie]): [string, Lie] => [name!, lie as Lie]);
  const graph = {
    title: lines.filter((line) => !/^(?:run |log(?: |$))/.test(line)).join('\n'),
    commands,
    ...(log.length > 0 && { lies: new Map(lies) }),
    main: new Map<string, string>(),
    proxy: new Map<string, string>(),
    zips: new Map<string, Map<string, string>>(),
  };
  const outcomes = new Map<string, string>();
  for (const { name, data } of archive.files) {
    const content = Buffer.from(data).toString();
    const exact = content.endsWith(unended) ? content.slice(0, -unended.length) : content;
    const [, zip, entry] = behindZip.exec(name) ?? [];
    if (zip !== undefined) {
      const key = zip.slice('proxy/'.length);
      graph.zips.set(key, (graph.zips.get(key) ?? new Map<string, string>()).set(entry!, exact));
    } else if (name.startsWith('main/')) graph.main.set(name.slice('main/'.length), exact);
    else if (name.startsWith('proxy/')) graph.proxy.set(name.slice('proxy/'.length), exact);
    else outcomes.set(name.slice('outcome/'.length), exact);
  }
  return { graph, outcomes };
}
