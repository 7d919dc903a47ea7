/**
 * `tsgoget verify` on a large go.sum: how many requests, how long.
 *
 *     node bench/verify.js              a go.sum of 1,024 lines, 50 ms an answer; some minutes, most of them go's
 *     node bench/verify.js --quick      without the go command
 *     node bench/verify.js --delay 20ms --recording hugo=github.com/gohugoio/hugo@v0.147.0
 *
 * First with nothing cached; then again, when the proofs are remembered; then with --all, which proves every line again from the cached
 * answers. The go command has nothing that proves the lines of a go.sum. The nearest is to start without one, as the advisories of 2026
 * say: `go list -m all` then looks up the hash of every go.mod, though of no zip. Needs what bench/run.js needs; exit code 2 when that
 * is missing, 1 when a line is not proven, the first run takes more than 5 s or the second more than 1 s.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNeeds, checkout, measure, openRecording, printTable, seconds, startMirror } from './recording.js';

const { values: flags } = parseArgs({
  options: {
    recording: { type: 'string', default: 'golangci=github.com/golangci/golangci-lint/v2@v2.1.6' },
    delay: { type: 'string', default: '50ms' },
    quick: { type: 'boolean', default: false },
  },
});

/** Milliseconds that a run may take. */
const limits = { cold: 5000, second: 1000 };

async function measureAll() {
  const recording = await openRecording(flags.recording, []);
  const lines = (await readFile(join(recording.dir, 'go.sum'), 'utf8')).trimEnd().split('\n').length;
  const mirror = await startMirror(recording);
  await mirror.setDelay(flags.delay);
  const place = await checkout(recording.dir, ['go.mod', 'go.sum']);
  const verify = async (args = []) => {
    process.stderr.write(`verify ${args.join(' ')} …\n`);
    const measured = await measure('tsgoget', ['verify', '--json', ...args], place, mirror, '-modcacherw');
    return { ...measured, report: JSON.parse(measured.output) };
  };
  const runs = { cold: await verify(), second: await verify(), all: await verify(['--all']) };
  let go;
  if (!flags.quick) {
    process.stderr.write('go list -m all, without go.sum …\n');
    go = await measure('go', ['list', '-m', 'all'], await checkout(recording.dir), mirror);
  }
  mirror.stop();
  return { name: `${recording.name} (${lines} lines), ${flags.delay} an answer`, lines, runs, go };
}

function problemsOf({ lines, runs }) {
  const problems = [];
  for (const [name, { ms, report }] of Object.entries(runs)) {
    const proven = report.Lines.filter((line) => line.Status === 'proven').length;
    if (proven !== lines) problems.push(`${name}: ${proven} of ${lines} lines proven`);
    if (ms > limits[name]) problems.push(`${name}: more than ${limits[name] / 1000} s`);
  }
  return problems;
}

function print({ name, runs, go }) {
  const row = (what, run) => [what, seconds(run), `${run.requests}`, `${run.inFlight}`];
  const rows = [
    [name, 'time', 'requests', 'in flight'],
    row('verify, nothing cached', runs.cold),
    row('verify, a second time', runs.second),
    row('verify --all, from the cache', runs.all),
  ];
  if (go) rows.push(row('go list -m all, without go.sum', go));
  printTable(rows);
  if (go) console.log(`the first run takes ${(runs.cold.ms / go.ms).toFixed(3)} of the go command's time`);
}

checkNeeds([flags.recording], flags.delay);
const measured = await measureAll();
print(measured);
const problems = problemsOf(measured);
for (const problem of problems) console.error(`bench: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
