/**
 * A recording of a real module, served by ../shared/mirror to tsgoget and to the go command: how it is made, how it is served, and how
 * a command over it is measured. A recording is made once, by ../shared/record, in $XDG_CACHE_HOME/tsgoget-recordings (~/.cache/…).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run, start, stop, workFolder } from './process.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const program = path('../bin/tsgoget.js');
const recorder = path('../../shared/record');
const mirrorSource = path('../../shared/mirror');
const recordingPattern = /^([\w-]+)=(.+@.+)$/;

/** Ends the benchmark with code 2 unless all is there that it needs, the named recordings and the delay as they were given. */
export function checkNeeds(recordings, delay) {
  if (spawnSync('go', ['version']).status !== 0) stop('the go command is not on PATH');
  for (const file of [recorder, mirrorSource]) if (!existsSync(file)) stop(`${file} is not there`);
  if (!existsSync(path('../dist/cli/main.cjs'))) stop('the program is not built: npm run build');
  for (const text of recordings) if (!recordingPattern.test(text)) stop(`${text}: want name=module@version`);
  if (!/^\d+(?:\.\d+)?m?s$/.test(delay)) stop(`--delay ${delay}: want a time such as 50ms`);
}

/** The folder of a recording named `name=module@version`, made when it is not there. */
export async function openRecording(text, options) {
  const [, name, module] = recordingPattern.exec(text);
  const dir = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'tsgoget-recordings',
    [name, ...options].join('-'),
  );
  if (existsSync(dir)) return { name, dir };
  console.error(`recording ${module}: takes minutes, once`);
  const unfinished = `${dir}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await run(recorder, [unfinished, module, ...options]);
    await rename(unfinished, dir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return { name, dir };
}

let mirrorBinary;

/** Serves a recording; `stats` tells the requests since it was last asked. */
export async function startMirror({ dir }) {
  mirrorBinary ??= join(workFolder(), 'mirror');
  await run('go', ['build', '-o', mirrorBinary, '.'], { cwd: mirrorSource });
  const child = start(mirrorBinary, ['-dir', join(dir, 'download')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', () => reject(new Error('the mirror ended')));
    createInterface(child.stdout).once('line', (line) => resolve([line]));
  });
  const ask = async (what) => (await fetch(`${url}/${what}`)).text();
  return {
    url,
    setDelay: (delay) => ask(`_delay/${delay}`),
    stats: async () => JSON.parse(await ask('_stats')),
    stop: () => child.kill(),
  };
}

/** A main module with these files of the recording and an empty module cache. */
export async function checkout(dir, files = ['go.mod']) {
  const folder = await mkdtemp(join(workFolder(), 'run-'));
  const main = join(folder, 'main');
  await mkdir(main);
  for (const name of files) await cp(join(dir, name), join(main, name));
  return { folder, main };
}

/** A main module with the recorded source, without its go.sum and vendor folder; recorded with `source`. */
export async function checkoutSource(dir, { goSum = false } = {}) {
  const folder = await mkdtemp(join(workFolder(), 'run-'));
  const main = join(folder, 'main');
  await cp(join(dir, 'source'), main, { recursive: true });
  for (const name of goSum ? ['vendor'] : ['vendor', 'go.sum'])
    await rm(join(main, name), { recursive: true, force: true });
  return { folder, main };
}

const clients = {
  tsgoget: (args) => [process.execPath, [program, ...args]],
  go: (args) => ['go', args],
};

/** Runs a command of one client and measures it. */
export async function measure(client, args, { folder, main }, mirror, goFlags = '-mod=mod -modcacherw', settings = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GOENV: 'off',
    GOWORK: 'off',
    GOTOOLCHAIN: 'local',
    GOPATH: join(folder, 'gopath'),
    GOMODCACHE: join(folder, 'cache'),
    GOPROXY: mirror.url,
    GOFLAGS: goFlags,
    ...settings,
  };
  await mirror.stats();
  const begin = performance.now();
  const [command, all] = clients[client](args);
  const output = await run(command, all, { cwd: main, env });
  const ms = performance.now() - begin;
  const { Requests, MaxInFlight } = await mirror.stats();
  return { ms, requests: Requests, inFlight: MaxInFlight, output };
}

/** Prints rows of cells below a heading; the first column to the left, the others to the right. */
export function printTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const [what, ...cells] of lines) {
    const padded = cells.map((cell, i) => cell.padStart(widths[i + 1]));
    console.log([what.padEnd(widths[0]), ...padded].join('  ').trimEnd());
  }
}

export const seconds = (run) => (run ? `${(run.ms / 1000).toFixed(2)} s` : '');
