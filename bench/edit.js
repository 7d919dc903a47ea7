/**
 * `mod tidy`, `mod vendor` and `get -u` against the go command, in one run on one machine: what counts is the ratio.
 *
 *     node bench/edit.js              gin and its 43 modules, 50 ms an answer; some minutes, most of them go's
 *     node bench/edit.js --delay 20ms --module echo=github.com/labstack/echo/v4@v4.13.3 --before github.com/labstack/echo/v4@v4.11.0
 *
 * Each from an empty module cache of its own, through the same mirror on loopback; go.mod and go.sum must end the same. `get -u` raises the
 * requirements of an older version to those of the newer: the mirror then has both recordings, and offers the versions whose zips it has.
 * Needs what bench/run.js needs; exit code 2 when that is missing, 1 when a result differs. Nearly all bytes are
 * zips here: how the time compares depends on the processors that hash and extract them as much as on the waiting.
 */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { workFolder } from './process.js';
import { checkNeeds, checkoutSource, measure, openRecording, printTable, seconds, startMirror } from './recording.js';

const { values: flags } = parseArgs({
  options: {
    module: { type: 'string', default: 'gin=github.com/gin-gonic/gin@v1.10.0' },
    before: { type: 'string', default: 'github.com/gin-gonic/gin@v1.9.0' },
    delay: { type: 'string', default: '50ms' },
  },
});

const rows = [];
const problems = [];

/** Runs the commands by both, one after the other in one place each, from nothing. */
async function compare(recording, mirror, { commands, goSum, settings }) {
  const results = {};
  for (const client of ['tsgoget', 'go']) {
    const place = await checkoutSource(recording.dir, { goSum });
    results[client] = [];
    for (const args of commands) {
      process.stderr.write(`${recording.name}: ${client} ${args.join(' ')} …\n`);
      const run = await measure(client, args, place, mirror, '-modcacherw', settings);
      const files = await Promise.all(['go.mod', 'go.sum'].map((name) => readFile(join(place.main, name), 'utf8')));
      results[client].push({ ...run, files: files.join('\n') });
    }
  }
  for (const [i, args] of commands.entries()) {
    const [ours, theirs] = [results.tsgoget[i], results.go[i]];
    const from = i > 0 ? 'then' : goSum ? 'cold, with go.sum' : 'cold, no go.sum';
    const what = `${args.slice(0, args[0] === 'mod' ? 2 : 3).join(' ')} of ${recording.name}, ${from}`;
    rows.push({ what, ours, theirs });
    if (ours.files !== theirs.files) problems.push(`${what}: go.mod or go.sum differ`);
  }
}

/** A recording with the files of both, that offers no version whose zip it has not. */
async function merged(recordings) {
  const dir = join(workFolder(), 'merged');
  const filter = (from) => basename(from) !== 'sumdb'; // two tree heads
  for (const { dir: from } of recordings) {
    await cp(join(from, 'download'), join(dir, 'download'), { recursive: true, filter });
  }
  for (const entry of await readdir(join(dir, 'download'), { recursive: true, withFileTypes: true })) {
    if (entry.name !== '@v') continue;
    const folder = join(entry.parentPath, '@v');
    const versions = (await readdir(folder)).filter((name) => name.endsWith('.zip')).map((name) => name.slice(0, -4));
    const tagged = versions.filter((version) => !/\d{14}-[0-9a-f]{12}/.test(version));
    await writeFile(join(folder, 'list'), tagged.map((version) => `${version}\n`).join(''));
    await rm(join(entry.parentPath, '@latest'), { force: true });
    const newest = versions
      .filter((version) => !tagged.includes(version))
      .sort()
      .at(-1);
    if (newest) await cp(join(folder, `${newest}.info`), join(entry.parentPath, '@latest'));
  }
  return dir;
}

async function runAll() {
  const name = flags.module.split('=')[0];
  const newer = await openRecording(flags.module, ['lists', 'source']);
  const older = await openRecording(`${name}-before=${flags.before}`, ['source']);
  let mirror = await startMirror(newer);
  await mirror.setDelay(flags.delay);
  await compare(newer, mirror, {
    commands: [
      ['mod', 'tidy'],
      ['mod', 'vendor'],
    ],
  });
  await compare(newer, mirror, { commands: [['mod', 'tidy']], goSum: true });
  mirror.stop();

  mirror = await startMirror({ dir: await merged([older, newer]) });
  await mirror.setDelay(flags.delay);
  const settings = { GOSUMDB: 'off' };
  await compare(older, mirror, {
    commands: [
      ['get', '-u', './...'],
      ['mod', 'tidy'],
    ],
    goSum: true,
    settings,
  });
  mirror.stop();
}

checkNeeds([flags.module, `before=${flags.before}`], flags.delay);
await runAll();
const lines = [['', 'tsgoget', 'go', 'ratio', 'requests', 'of go', 'in flight', 'of go']];
for (const { what, ours, theirs } of rows) {
  const counts = [ours.requests, theirs.requests, ours.inFlight, theirs.inFlight].map(String);
  lines.push([what, seconds(ours), seconds(theirs), (ours.ms / theirs.ms).toFixed(3), ...counts]);
}
printTable(lines);
for (const problem of problems) console.error(`bench: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
