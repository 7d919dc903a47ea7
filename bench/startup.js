/**
 * What it takes to start: `tsgoget version` (and other commands that ask nobody) against `node -e 0`, medians.
 *
 *     node bench/startup.js [--runs 30]
 *
 * The runs of all commands alternate, so that a busy moment hits each of them. Exit code 1 when the ratio of `version` is above 1.5.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { workFolder } from './process.js';

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '30' } } });
const limit = 1.5;
const program = fileURLToPath(new URL('../bin/tsgoget.js', import.meta.url));
const home = workFolder();
const env = { PATH: process.env.PATH, HOME: home, TMPDIR: home, GOENV: 'off', GOPROXY: 'off', GOSUMDB: 'off' };

const commands = {
  'node -e 0': ['-e', '0'],
  version: [program, 'version'],
  'env GOPROXY': [program, 'env', 'GOPROXY'],
  help: [program, 'help'],
};

function milliseconds(args) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: home, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
for (const args of Object.values(commands)) milliseconds(args); // once for the disk
for (let i = 0; i < Number(flags.runs); i++) {
  for (const [name, args] of Object.entries(commands)) times[name].push(milliseconds(args));
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const node = median(times['node -e 0']);
console.log(`${flags.runs} runs each, medians, node ${process.version}`);
for (const [name, list] of Object.entries(times)) {
  const ms = median(list);
  console.log(`${name.padEnd(12)} ${ms.toFixed(1).padStart(7)} ms  ratio ${(ms / node).toFixed(2)}`);
}
process.exitCode = median(times.version) / node > limit ? 1 : 0;
