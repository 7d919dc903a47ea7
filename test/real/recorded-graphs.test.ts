/**
 * The graphs of real modules, changed by both programs: upgrades, downgrades and removals of what they require, one at a time, each from
 * the recorded go.mod. The go.mod files, the lists of versions and the times are those of the recording; a zip that was not recorded is made,
 * with one package that imports nothing, and no checksum database is asked.
 *
 *     TSGOGET_RECORDED_SEED=7            draws other commands (1)
 *     TSGOGET_RECORDED_COMMANDS=40       how many for each recording (8)
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { removeTree } from '../../src/files/folder.js';
import { parseGoMod } from '../../src/modfile/index.js';
import { writeZip } from '../support/module-zip-writer.js';
import { unescapeName } from './graphs/checksum-log.js';
import { describeDifference, isSame, Place } from './graphs/comparison.js';
import { type Graph, writeMain } from './graphs/graph.js';
import { Draw } from './random.js';
import { openRecording, type Recording, type RecordingName, recordings, whyNoRecordings } from './recording.js';

const { TSGOGET_RECORDED_SEED: seed = '1', TSGOGET_RECORDED_COMMANDS: count = '8' } = process.env;
const missing = whyNoRecordings();
const root = mkdtempSync(join(tmpdir(), 'tsgoget-recorded-'));
afterAll(() => removeTree(root));
const counts = { commands: 0, failedInBoth: 0 };
afterAll(() => console.info(counts));

const names = Object.keys(recordings) as RecordingName[];

if (missing !== '') test.skip(`recordings of real modules: ${missing}`, () => {});

describe.skipIf(missing !== '').each(names)('%s', (name) => {
  test('get, list and mod, one command at a time', async () => {
    const recording = await openRecording(name);
    const dir = join(root, name);
    const versions = addZips(recording.download, join(dir, 'proxy'));
    const graph = graphOf(recording, (recordings[name].options as readonly string[]).includes('source'));
    const shared = {
      proxy: `${join(dir, 'proxy')},file://${recording.download}`,
      buildCache: join(root, 'build-cache'),
    };
    const places = { go: new Place(graph, dir, '1', shared), tsgoget: new Place(graph, dir, '2', shared) };
    for (const args of drawCommands(graph, versions)) {
      for (const { main } of Object.values(places)) {
        rmSync(main, { recursive: true });
        writeMain(graph, main);
      }
      const [go, tsgoget] = await Promise.all([places.go.run('go', args), places.tsgoget.run('tsgoget', args)]);
      counts.commands++;
      if (go.status !== 0) counts.failedInBoth++;
      if (isSame(go, tsgoget)) continue;
      const difference = describeDifference({ args, go, tsgoget });
      expect({ args, ...difference.tsgoget }).toEqual({ args, ...difference.go });
    }
  });
});

/** Makes what the recording lacks of each version whose go.mod it has: its .info and its zip. Returns the versions by path. */
function addZips(download: string, folder: string): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const file of readdirSync(download, { recursive: true, encoding: 'utf8' })) {
    const [, at, escaped, version] = /^((.+)\/@v\/(.+))\.mod$/.exec(file) ?? [];
    if (at === undefined || escaped === undefined || version === undefined) continue;
    const path = unescapeName(escaped);
    versions.set(path, [...(versions.get(path) ?? []), unescapeName(version)]);
    const add = (extension: string, data: () => string | Uint8Array) => {
      if (existsSync(join(download, `${at}.${extension}`))) return;
      mkdirSync(join(folder, dirname(at)), { recursive: true });
      writeFileSync(join(folder, `${at}.${extension}`), data());
    };
    add('info', () => JSON.stringify({ Version: unescapeName(version), Time: '2020-01-02T03:04:05Z' }));
    add('zip', () => {
      const prefix = `${path}@${unescapeName(version)}/`;
      const goMod = readFileSync(join(download, file), 'utf8');
      return writeZip([
        { name: `${prefix}go.mod`, data: goMod },
        { name: `${prefix}p.go`, data: 'package p\n' },
      ]);
    });
  }
  return versions;
}

function graphOf(recording: Recording, hasSource: boolean): Graph {
  const main = new Map([['go.mod', recording.file('go.mod')]]);
  const files = hasSource ? readdirSync(recording.source, { recursive: true, encoding: 'utf8' }) : [];
  for (const file of files)
    if (file.endsWith('.go')) main.set(file, readFileSync(join(recording.source, file), 'utf8'));
  return { title: '', commands: [], main, proxy: new Map(), zips: new Map() };
}

function drawCommands(graph: Graph, versions: ReadonlyMap<string, readonly string[]>): string[][] {
  const draw = new Draw(Number(seed));
  const required = parseGoMod('go.mod', graph.main.get('go.mod')!).require.map(({ path }) => path);
  const path = () => draw.pick(required);
  const known = (of: string) => draw.pick(versions.get(of) ?? ['v0.0.0']);
  const atVersion = () => {
    const of = path();
    return `${of}@${known(of)}`;
  };
  return Array.from({ length: Number(count) }, () =>
    draw.weighted<() => string[]>([
      [5, () => ['get', atVersion()]],
      [2, () => ['get', atVersion(), atVersion(), atVersion()]],
      [4, () => ['get', `${path()}@none`]],
      [2, () => ['get', atVersion(), `${path()}@none`]],
      [2, () => ['get', `${path()}@latest`]],
      [2, () => ['get', '-u=patch', path()]],
      [1, () => ['get', '-u', atVersion()]],
      [1, () => ['get', '-u=patch', './...']],
      [1, () => ['get', `${path().split('/').slice(0, 2).join('/')}/...@none`]],
      [1, () => ['mod', 'graph']],
      [1, () => ['mod', 'why', '-m', path(), path(), path()]],
      [1, () => ['mod', 'tidy']],
      [
        1,
        () => ['list', '-m', '-mod=mod', '-f', '{{.Path}} {{.Version}} {{.Indirect}} {{.GoVersion}} {{.Time}}', 'all'],
      ],
      [1, () => ['list', '-m', '-mod=mod', '-u', path(), path()]],
      [1, () => ['list', '-m', '-mod=mod', '-versions', path(), path()]],
      [1, () => ['list', '-m', '-mod=mod', '-json', atVersion(), atVersion()]],
    ])(),
  );
}
