/**
 * tsgoget against the go command, in one run on one machine: what counts is the ratio.
 *
 *     npm run bench                          a graph of 339 modules, 50 ms an answer; about two minutes, most of them go's
 *     npm run bench -- --delay 20ms --modules golangci=github.com/golangci/golangci-lint/v2@v2.1.6
 *     npm run bench -- --quick               without the cold run of the go command, and so without a ratio
 *
 * Both read the same recording of a real module through the same mirror on loopback, with the recorded answers of the public
 * checksum database, each from an empty module cache of its own, and each must print the same. A recording is made once, by
 * ../shared/record, in $XDG_CACHE_HOME/tsgoget-recordings (~/.cache/…). Needed: the go command, ../shared/record and ../shared/mirror,
 * the built program; exit code 2 when something of that is missing, 1 when an output differs or the cold run takes more than a
 * tenth of the go command's time.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const program = path('../bin/tsgoget.js');
const recorder = path('../../shared/record');
const mirrorSource = path('../../shared/mirror');

/** The part of the go command's time that the cold run may take. */
const allowedRatio = 0.1;

const { values: flags } = parseArgs({
  options: {
    modules: { type: 'string', default: 'prometheus=github.com/prometheus/prometheus@v0.303.1' },
    zips: { type: 'string', default: 'gin=github.com/gin-gonic/gin@v1.10.0' },
    delay: { type: 'string', default: '50ms' },
    quick: { type: 'boolean', default: false },
  },
});

const recordingPattern = /^([\w-]+)=(.+@.+)$/;

function stop(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}

function checkNeeds() {
  if (spawnSync('go', ['version']).status !== 0) stop('the go command is not on PATH');
  for (const file of [recorder, mirrorSource]) if (!existsSync(file)) stop(`${file} is not there`);
  if (!existsSync(path('../dist/cli/main.js'))) stop('the program is not built: npm run build');
  for (const text of [flags.modules, flags.zips]) {
    if (!recordingPattern.test(text)) stop(`${text}: want name=module@version`);
  }
  if (!/^\d+(?:\.\d+)?m?s$/.test(flags.delay)) stop(`--delay ${flags.delay}: want a time such as 50ms`);
}

const children = new Set();

/** Starts a process that does not outlive this one. */
function start(command, args, options) {
  const child = spawn(command, args, options);
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

/** Where everything happens. */
let work;

process.on('exit', () => {
  for (const child of children) child.kill();
  if (work) rmSync(work, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

/** Runs a command to its end; rejects when it fails. */
async function run(command, args, options = {}) {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return output.stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output.stderr.slice(-2000)}`);
}

/** The folder of a recording named `name=module@version`, made when it is not there. */
async function openRecording(text, options) {
  const [, name, module] = recordingPattern.exec(text);
  const dir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tsgoget-recordings', name);
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

/** Serves a recording; `stats` tells the requests since it was last asked. */
async function startMirror(binary, dir) {
  const child = start(binary, ['-dir', join(dir, 'download')], { stdio: ['ignore', 'pipe', 'inherit'] });
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

/** A main module with an empty module cache, for one of the two programs. */
async function checkout(dir) {
  const folder = await mkdtemp(join(work, 'run-'));
  const main = join(folder, 'main');
  await mkdir(main);
  await cp(join(dir, 'go.mod'), join(main, 'go.mod')); // no go.sum: every checksum is looked up
  return { folder, main };
}

const clients = {
  tsgoget: (args) => [process.execPath, [program, ...args]],
  go: (args) => ['go', args],
};

/** Runs a command of one client and measures it. */
async function measure(client, args, { folder, main }, mirror) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GOENV: 'off',
    GOWORK: 'off',
    GOTOOLCHAIN: 'local',
    GOPATH: join(folder, 'gopath'),
    GOMODCACHE: join(folder, 'cache'),
    GOPROXY: mirror.url,
    GOFLAGS: '-mod=mod -modcacherw',
  };
  await mirror.stats();
  const begin = performance.now();
  const [command, all] = clients[client](args);
  const output = await run(command, all, { cwd: main, env });
  const ms = performance.now() - begin;
  const { Requests, MaxInFlight } = await mirror.stats();
  return { ms, requests: Requests, inFlight: MaxInFlight, output };
}

/** What a run of both clients gave, as a line of the table. `places` can be given to a next run, for its filled caches. */
class Benchmark {
  rows = [];
  problems = [];
  /** Runs a command by both, or by one; what it gives must be `expected`. */
  async compare(what, { args, recording, mirror, expected, result, delay = '0s', places, only }) {
    await mirror.setDelay(delay);
    const row = { what, places: { ...places } };
    for (const client of only ? [only] : ['tsgoget', 'go']) {
      row.places[client] ??= await checkout(recording.dir);
      process.stderr.write(`${what}: ${client} …\n`);
      row[client] = await measure(client, args, row.places[client], mirror);
      const got = await result(row[client], row.places[client]);
      if (got !== expected) this.problems.push(`${what}: ${client} gives something else than was recorded`);
    }
    this.rows.push(row);
    return row;
  }

  print() {
    const seconds = (run) => (run ? `${(run.ms / 1000).toFixed(2)} s` : '');
    const lines = [['', 'tsgoget', 'go', 'ratio', 'requests', 'of go', 'in flight', 'of go']];
    for (const { what, tsgoget: ours, go: theirs } of this.rows) {
      const ratio = theirs ? (ours.ms / theirs.ms).toFixed(3) : '';
      const counts = [ours.requests, theirs?.requests, ours.inFlight, theirs?.inFlight];
      lines.push([what, seconds(ours), seconds(theirs), ratio, ...counts.map((n) => `${n ?? ''}`)]);
    }
    const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
    for (const [what, ...cells] of lines) {
      const padded = cells.map((cell, i) => cell.padStart(widths[i + 1]));
      console.log([what.padEnd(widths[0]), ...padded].join('  ').trimEnd());
    }
  }
}

async function listGraph(benchmark, recording, mirror) {
  const expected = await readFile(join(recording.dir, 'expected/list.txt'), 'utf8');
  const list = { args: ['list', '-m', 'all'], recording, mirror, expected, result: (run) => run.output };
  const { delay, quick } = flags;
  const count = expected.trimEnd().split('\n').length;
  const what = `list -m all of ${recording.name} (${count} modules)`;
  const cold = await benchmark.compare(`${what}, cold, ${delay} an answer`, {
    ...list,
    delay,
    only: quick && 'tsgoget',
  });
  const { places } = await benchmark.compare(`${what}, cold, no delay`, list);
  await benchmark.compare(`${what}, everything cached`, { ...list, places });
  if (!quick && cold.tsgoget.ms > allowedRatio * cold.go.ms) {
    benchmark.problems.push(`${what}, cold: more than ${allowedRatio} of the go command's time`);
  }
}

async function downloadAll(benchmark, recording, mirror) {
  const expected = await readFile(join(recording.dir, 'expected/gosum.txt'), 'utf8');
  const result = (_, { main }) => readFile(join(main, 'go.sum'), 'utf8');
  const download = { args: ['mod', 'download', 'all'], recording, mirror, expected, result };
  const what = `mod download all of ${recording.name}`;
  await benchmark.compare(`${what}, cold, no delay`, download);
  await benchmark.compare(`${what}, cold, ${flags.delay} an answer`, { ...download, delay: flags.delay });
}

async function runAll() {
  const graph = await openRecording(flags.modules, []);
  const zips = await openRecording(flags.zips, ['zips']);
  const binary = join(work, 'mirror');
  await run('go', ['build', '-o', binary, '.'], { cwd: mirrorSource });
  const benchmark = new Benchmark();
  for (const [recording, measureAll] of [
    [graph, listGraph],
    [zips, downloadAll],
  ]) {
    const mirror = await startMirror(binary, recording.dir);
    await measureAll(benchmark, recording, mirror);
    mirror.stop();
  }
  benchmark.print();
  for (const problem of benchmark.problems) console.error(`bench: ${problem}`);
  return benchmark.problems.length === 0 ? 0 : 1;
}

checkNeeds();
work = await mkdtemp(join(tmpdir(), 'tsgoget-bench-'));
process.exitCode = await runAll();
