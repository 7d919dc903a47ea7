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
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNeeds, checkout, measure, openRecording, printTable, seconds, startMirror } from './recording.js';

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

/** What a run of both clients gave, as a line of the table. `places` can be given to a next run, for its filled caches. */
class Benchmark {
  rows = [];
  problems = [];
  /** Runs a command by both, or by one; what it gives must be `expected`. */
  async compare(what, { args, recording, mirror, expected, result, delay = '0s', places, only }) {
    await mirror.setDelay(delay);
    const row = { what, places: { ...places } };
    for (const client of only ? [only] : ['tsgoget', 'go']) {
      row.places[client] ??= await checkout(recording.dir); // without go.sum: every checksum is looked up
      process.stderr.write(`${what}: ${client} …\n`);
      row[client] = await measure(client, args, row.places[client], mirror);
      const got = await result(row[client], row.places[client]);
      if (got !== expected) this.problems.push(`${what}: ${client} gives something else than was recorded`);
    }
    this.rows.push(row);
    return row;
  }

  print() {
    const lines = [['', 'tsgoget', 'go', 'ratio', 'requests', 'of go', 'in flight', 'of go']];
    for (const { what, tsgoget: ours, go: theirs } of this.rows) {
      const ratio = theirs ? (ours.ms / theirs.ms).toFixed(3) : '';
      const counts = [ours.requests, theirs?.requests, ours.inFlight, theirs?.inFlight];
      lines.push([what, seconds(ours), seconds(theirs), ratio, ...counts.map((n) => `${n ?? ''}`)]);
    }
    printTable(lines);
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
  const zips = await openRecording(flags.zips, ['lists', 'source']);
  const benchmark = new Benchmark();
  for (const [recording, measureAll] of [
    [graph, listGraph],
    [zips, downloadAll],
  ]) {
    const mirror = await startMirror(recording);
    await measureAll(benchmark, recording, mirror);
    mirror.stop();
  }
  benchmark.print();
  for (const problem of benchmark.problems) console.error(`bench: ${problem}`);
  return benchmark.problems.length === 0 ? 0 : 1;
}

checkNeeds([flags.modules, flags.zips], flags.delay);
process.exitCode = await runAll();
