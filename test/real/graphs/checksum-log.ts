/**
 * The checksum database of a graph, as the files that a static server of it would have: both programs are sent to the same folder.
 * It holds the hashes of what the proxy serves, save for the records that lie.
 */
import { hash1, hashGoMod } from '../../../src/dirhash/index.js';
import { FixtureLog } from '../../support/fixture-log.js';
import type { Graph } from './graph.js';

/** What is wrong with a record: the hash of the zip or of the go.mod, one of the lines is not there, or there is no record. */
export const lies = ['other-zip', 'other-mod', 'no-zip', 'no-mod', 'no-record'] as const;
export type Lie = (typeof lies)[number];

/** In the proxy's folder. */
const folder = 'sumdb/sum.test';

/** GOSUMDB, for a proxy in that folder. */
export function goSumDb(graph: Graph, proxy: string): string {
  return graph.lies === undefined
    ? 'off'
    : `${new FixtureLog({ name: 'sum.test' }).verifierKey} file://${proxy}/${folder}`;
}

const falseHash = `h1:${'A'.repeat(43)}=`;

/** The files of the database, by their paths in the proxy. */
export function logFiles(graph: Graph): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  if (graph.lies === undefined) return files;
  const log = new FixtureLog({ name: 'sum.test' });
  const asked = ['/latest'];
  for (const [name, text] of graph.proxy) {
    const [, escapedPath, escapedVersion] = /^(.+)\/@v\/(.+)\.mod$/.exec(name) ?? [];
    if (escapedPath === undefined || escapedVersion === undefined) continue;
    const [path, version] = [unescapeName(escapedPath), unescapeName(escapedVersion)];
    const lie = graph.lies.get(`${path}@${version}`);
    if (lie === 'no-record') continue;
    const zip =
      lie === 'other-zip' ? falseHash : hashOfZip(`${path}@${version}/`, graph.zips.get(name.replace(/mod$/, 'zip')));
    const mod = lie === 'other-mod' ? falseHash : hashGoMod(Buffer.from(text));
    const lines = [`${path} ${version} ${zip}\n`, `${path} ${version}/go.mod ${mod}\n`];
    log.addText(path, version, lines.filter((_, i) => lie !== (['no-zip', 'no-mod'] as const)[i]).join(''));
    asked.push(`/lookup/${escapedPath}@${escapedVersion}`);
  }
  const size = log.texts.length;
  if (size > 255) throw new Error('more than one tile');
  if (size > 0) asked.push(`/tile/8/0/000.p/${size}`);
  for (const path of asked) files.set(folder + path, log.respond(path).body);
  return files;
}

export const unescapeName = (text: string) => text.replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());

function hashOfZip(prefix: string, entries: ReadonlyMap<string, string> | undefined): string {
  if (entries === undefined) return falseHash;
  const named = new Map(Array.from(entries, ([name, text]) => [prefix + name, Buffer.from(text)]));
  return hash1([...named.keys()], (name) => named.get(name)!);
}
